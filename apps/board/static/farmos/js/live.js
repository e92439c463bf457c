// Keeps a page true: hears what changed, reads exactly that again, and says whether it still hears.
import { Mark } from "./mark.js";
import { fillForms } from "./morph.js";
import { tick } from "./numbers.js";
import { everything, render, touched } from "./regions.js";
import { Live } from "./socket.js";

const PAUSE_MS = 250; // between two readings: a burst of changes becomes a few
const POLL_MS = 10000;
const ANSWER_MS = 5000;
const AGAIN = { "X-Farmos-Again": "1" }; // a receipt that waits is for the page that is loaded next, in this window or another

const tags = new WeakMap();
const waiting = new Set();
let isReading = false;
let readAt = 0;
let timer;

function want(elements) {
  for (const element of elements) {
    waiting.add(element);
  }
  schedule();
}

function schedule() {
  if (!waiting.size || isReading || document.hidden) {
    return;
  }
  clearTimeout(timer);
  timer = setTimeout(readAgain, Math.max(0, readAt + PAUSE_MS - Date.now()));
}

async function readAgain() {
  if (isReading) {
    return;
  }
  isReading = true;
  const elements = [...waiting].filter((element) => element.isConnected);
  waiting.clear();
  try {
    await readAll(elements);
  } catch {
    elements.forEach((element) => waiting.add(element));
    await new Promise((after) => setTimeout(after, 2000));
  } finally {
    isReading = false;
    readAt = Date.now();
    schedule();
  }
}

function readAll(elements) {
  return Promise.all([readFragments(elements.filter((element) => element.dataset.live)), readPages(elements.filter((element) => !element.dataset.live))]);
}

const MOST = 100;
let answered;

async function readFragments(elements) {
  for (let start = 0; start < elements.length; start += MOST) {
    const part = elements.slice(start, start + MOST);
    const asked = part.map((element) => [element.dataset.live, tags.get(element) ?? ""]);
    const { items, seq } = live.isOpen ? await overSocket(asked) : await overHttp(asked);
    const found = new Map(items.map((item) => [item.of, item]));
    for (const element of part) {
      apply(element, found.get(element.dataset.live));
      element.dataset.seq = seq; // how far the feed was when this was read
    }
  }
}

function overSocket(asked) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      live.hangUp(); // its answer, if it still came, would be taken for that to the next question
      reject(new Error("no answer"));
    }, ANSWER_MS);
    answered = (message) => {
      clearTimeout(late);
      resolve(message);
    };
    live.ask({ read: asked });
  });
}

async function overHttp(asked) {
  const query = new URLSearchParams(asked.map(([of, tag]) => ["of", `${of}@${tag}`]));
  const response = await fetch(`/admin/f/?${query}`, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(ANSWER_MS) });
  if (!response.ok) {
    throw new Error(response.statusText);
  }
  return response.json();
}

// Pages without fragments of their own read themselves again as a whole.
async function readPages(elements) {
  if (!elements.length) {
    return;
  }
  const response = await fetch(location.href, { headers: AGAIN, signal: AbortSignal.timeout(2 * ANSWER_MS) });
  if (!response.ok || response.redirected) {
    throw new Error(response.statusText);
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const element of elements) {
    const fresh = element.id && page.getElementById(element.id);
    if (fresh) {
      render(element, fresh.outerHTML);
    }
  }
}

function apply(element, item) {
  if (!item || item.same) {
    return;
  }
  if (item.gone) {
    if (!element.contains(document.activeElement)) {
      element.remove();
    }
    return;
  }
  tags.set(element, item.tag);
  render(element, item.html);
}

const onMessage = {
  hello: () => {},
  beat: () => {},
  changed: (message) => want(touched(message.items)),
  resync: () => want(everything()),
  tick: (message) => tick(message.of),
  fragments: (message) => answered?.(message),
};

function start() {
  const topics = document.body.dataset.topics?.split(" ").filter(Boolean) ?? [];
  const rendered = document.getElementById("words")?.dataset.position;
  return new Live({
    topics,
    position: rendered ? Number(rendered) : null, // what changed since, and before anybody listens here, is told first
    onMessage: (message) => {
      mark.heard();
      onMessage[message.kind]?.(message);
    },
    onState: (state) => state === "signed-out" && mark.signedOut(),
  });
}

let polledAt = 0;

// Without a socket the page asks by itself.
async function poll() {
  if (live.isOpen || live.ended || document.hidden || isReading || Math.min(mark.age, Date.now() - polledAt) < POLL_MS - 500) {
    return;
  }
  isReading = true;
  polledAt = Date.now();
  try {
    await readAll(everything());
    mark.heard("polled");
  } catch {
    // still away: the mark says so
  } finally {
    isReading = false;
  }
}

fillForms(document);
// A page that shows nothing that changes by itself listens to nothing.
const mark = everything().length || document.querySelector("[data-tick]") ? new Mark() : null;
const live = mark && start();
if (live) {
  setInterval(poll, 2000);
  setInterval(() => live.isOpen && want(document.querySelectorAll("[data-live][data-every]")), 30000); // boards move on with time too
  document.addEventListener("visibilitychange", schedule);
  addEventListener("pageshow", (event) => event.persisted && want(everything()));
}
