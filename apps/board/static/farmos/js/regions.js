// What a page shows that can change, what of it must be read again, and when that may be shown.
import { CARD, cardsOf, keyOf, morph, welcome } from "./morph.js";
import { age, show } from "./numbers.js";
import { announce, words } from "./words.js";

const LIVE = "[data-live], [data-live-page]";

// Which elements must be read again because of these changes: the outermost only, what is inside comes with it.
export function touched(items) {
  const found = new Set();
  for (const element of document.querySelectorAll(LIVE)) {
    if (items.some((item) => concerns(element, item))) {
      found.add(element);
    }
  }
  return [...found].filter((element) => ![...found].some((other) => other !== element && other.contains(element)));
}

export function everything() {
  const all = [...document.querySelectorAll(LIVE)];
  return all.filter((element) => !all.some((other) => other !== element && other.contains(element)));
}

function concerns(element, { topic, id, version }) {
  const key = `${topic}:${id}`;
  if (element.dataset.live === key && !(version && Number(element.dataset.v) >= version)) {
    return true;
  }
  const watched = element.dataset.watch?.split(" ") ?? [];
  return watched.includes("*") || watched.includes(topic) || watched.includes(key);
}

let isPressed = false;
const held = new Map();

// Somebody is about to act on what they see: a finger is down, or a card has the focus.
function isBusy(region) {
  const active = document.activeElement;
  return isPressed || Boolean(active && active !== document.body && region.contains(active) && active.closest(CARD));
}

// Shows what the server says now. Nothing moves under the finger: while somebody is busy, cards change where they stand and the rest waits.
export function render(element, html) {
  const fresh = parse(html);
  if (!fresh || !element.isConnected) {
    return;
  }
  const before = cardsOf(element).map(keyOf);
  const after = cardsOf(fresh).map(keyOf);
  const moved = countMoves(before, after);
  if (moved && isBusy(element)) {
    inPlace(element, fresh);
    held.set(element, html);
    showBar(element, moved);
    return;
  }
  held.delete(element);
  hideBar(element);
  const known = new Set(before);
  const shown = morph(element, html);
  if (shown) {
    settle(shown);
    welcome(cardsOf(shown).filter((card) => !known.has(keyOf(card))));
  }
}

function settle(root) {
  show(root);
  age(root);
}

function inPlace(element, fresh) {
  const there = new Map(cardsOf(fresh).map((card) => [keyOf(card), card]));
  for (const card of cardsOf(element)) {
    const now = there.get(keyOf(card));
    if (now && !now.parentElement?.closest(CARD) && now.tagName === card.tagName && now.className === stripped(card)) {
      const shown = morph(card, now.outerHTML);
      if (shown) {
        settle(shown);
      }
    }
  }
}

function stripped(card) {
  const copy = card.cloneNode(false);
  copy.classList.remove("sel", "new", "busy");
  return copy.className;
}

function countMoves(before, after) {
  const was = new Set(before);
  const is = new Set(after);
  const gone = before.filter((key) => !is.has(key)).length;
  const come = after.filter((key) => !was.has(key)).length;
  const stayedBefore = before.filter((key) => is.has(key));
  const stayedAfter = after.filter((key) => was.has(key));
  const swapped = stayedAfter.filter((key, place) => key !== stayedBefore[place]).length;
  return gone + come + (swapped ? 1 : 0);
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

function barOf(element) {
  return element.previousElementSibling?.matches(".changes") ? element.previousElementSibling : null;
}

function showBar(element, count) {
  let bar = barOf(element);
  if (!bar) {
    bar = Object.assign(document.createElement("button"), { type: "button", className: "btn w changes" });
    bar.dataset.key = ".";
    bar.addEventListener("click", () => release(element));
    element.before(bar);
  }
  const text = words(count === 1 ? "change" : "changes", { n: count });
  if (bar.textContent !== text) {
    bar.textContent = text;
    announce(text);
  }
}

function hideBar(element) {
  barOf(element)?.remove();
}

function release(element) {
  const html = held.get(element);
  held.delete(element);
  hideBar(element);
  if (html !== undefined) {
    document.activeElement?.blur?.();
    isPressed = false;
    render(element, html);
  }
}

function releaseIdle() {
  for (const [element, html] of [...held]) {
    if (!element.isConnected) {
      held.delete(element);
    } else if (!isBusy(element)) {
      render(element, html);
    }
  }
}

addEventListener("pointerdown", () => (isPressed = true), { passive: true, capture: true });
for (const name of ["pointerup", "pointercancel", "blur"]) {
  addEventListener(
    name,
    () => {
      isPressed = false;
      setTimeout(releaseIdle, 300); // after the click that this was
    },
    { passive: true, capture: name !== "blur" },
  );
}
addEventListener("focusout", () => setTimeout(releaseIdle, 300));
