// One WebSocket for the page. It comes back by itself, and then says how far the page has heard.
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10000;
const SILENT_MS = 12000;
const OPEN = 1;
const SIGN_IN = 4401;
const NOT_YOURS = 4404;

export class Live {
  constructor({ topics = [], position = null, onMessage, onState }) {
    this.topics = topics;
    this.onMessage = onMessage;
    this.onState = onState;
    this.position = position;
    this.failures = 0;
    this.ended = false;
    this.heardAt = 0;
    this.watch = setInterval(() => this.#look(), 2000);
    addEventListener("online", () => this.#again());
    addEventListener("offline", () => this.socket?.close());
    addEventListener("pagehide", () => this.socket?.close());
    addEventListener("pageshow", (event) => event.persisted && this.#again());
    this.#open();
  }

  get isOpen() {
    return this.socket?.readyState === OPEN;
  }

  ask(message) {
    if (this.isOpen) {
      this.socket.send(JSON.stringify(message));
    }
  }

  #address() {
    const query = new URLSearchParams(this.topics.map((topic) => ["topic", topic]));
    if (this.position !== null) {
      query.set("after", this.position);
    }
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    return `${scheme}://${location.host}/ws/live?${query}`;
  }

  #open() {
    let socket;
    try {
      socket = new WebSocket(this.#address());
    } catch {
      this.#later();
      return;
    }
    this.socket = socket;
    socket.onmessage = (event) => {
      if (this.socket !== socket) {
        return;
      }
      this.heardAt = Date.now();
      this.failures = 0;
      const message = JSON.parse(event.data);
      this.position = message.seq ?? this.position;
      this.onMessage(message);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) {
        return;
      }
      this.ended = event.code === SIGN_IN || event.code === NOT_YOURS;
      this.onState(event.code === SIGN_IN ? "signed-out" : this.ended ? "none" : "lost");
      this.#later();
    };
  }

  // Leave this connection and what still comes over it, and open another.
  hangUp() {
    const left = this.socket;
    this.socket = null;
    this.heardAt = 0;
    left?.close();
    this.onState("lost");
    this.#later();
  }

  #later() {
    if (this.ended) {
      return;
    }
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
    this.failures += 1;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.#open(), longest * (0.5 + Math.random() / 2));
  }

  #again() {
    if (!this.isOpen && !this.ended) {
      clearTimeout(this.retry);
      this.failures = 0;
      this.#open();
    }
  }

  // A socket that says nothing for so long is dead, whatever the device believes.
  #look() {
    if (this.isOpen && this.heardAt && Date.now() - this.heardAt > SILENT_MS) {
      this.hangUp();
    }
  }
}
