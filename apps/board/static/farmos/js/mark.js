// The live mark: whether what the page shows is true now, in words and shape, and a banner when it has not been for a minute.
import { clockTime, now, words } from "./words.js";

const STALE_MS = 10000;
const BANNER_MS = 60000;
const POLLED_MS = 25000;

export class Mark {
  constructor() {
    this.element = document.querySelector("[data-live-mark]");
    this.heardAt = Date.now();
    this.heardAtServer = now();
    this.mode = "live";
    if (this.element) {
      this.element.hidden = false;
      setInterval(() => this.show(), 1000);
    }
  }

  heard(mode = "live") {
    this.heardAt = Date.now();
    this.heardAtServer = now();
    this.mode = mode;
    this.show();
  }

  signedOut() {
    this.mode = "out";
    this.show();
  }

  get age() {
    return Date.now() - this.heardAt;
  }

  show() {
    if (!this.element) {
      return;
    }
    const isOut = this.mode === "out";
    const isStale = isOut || this.age > (this.mode === "polled" ? POLLED_MS : STALE_MS);
    this.element.classList.toggle("stale", isStale);
    const [short, long] = isOut
      ? [words("signedOut"), ""]
      : isStale
        ? [words("notLive"), words("lastData", { time: clockTime(this.heardAtServer, true) })]
        : this.mode === "polled"
          ? [words("polled"), ""]
          : [words("live"), words("updated", { n: Math.round(this.age / 1000) })];
    this.#write(short, long);
    this.#banner(isStale && (isOut || this.age > BANNER_MS));
  }

  #write(short, long) {
    const place = this.element.querySelector("span");
    if (place.dataset.short !== short) {
      place.dataset.short = short;
      place.replaceChildren(short, Object.assign(document.createElement("span"), { className: "lg" }));
    }
    place.lastElementChild.textContent = long;
  }

  #banner(isShown) {
    const shown = document.getElementById("live-banner");
    if (isShown && !shown) {
      const banner = Object.assign(document.createElement("p"), { id: "live-banner", className: "note amber" });
      banner.setAttribute("role", "status");
      banner.textContent = this.mode === "out" ? words("signedOutLong") : words("notLiveLong", { time: clockTime(this.heardAtServer, true) });
      document.querySelector("main")?.prepend(banner);
    } else if (!isShown) {
      shown?.remove();
    }
  }
}
