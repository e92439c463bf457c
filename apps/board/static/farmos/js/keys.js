// Every thing on the board by keyboard. Single letters act only outside fields, and can be switched off on this device.
import { CARD } from "./morph.js";
import { announce, words } from "./words.js";

const OFF = "farmos-keys-off";
const LEAP_MS = 1500;

const placesByLetter = { t: "today", o: "orders", p: "printers", b: "plans", r: "review" };

function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false; // storage is switched off: keys are on
  }
}

function switchKeys(off) {
  try {
    localStorage.setItem(OFF, off ? "1" : "0");
  } catch {
    // not remembered
  }
  announce(words(off ? "keysOff" : "keysOn"));
}

function isField(element) {
  return element instanceof Element && Boolean(element.closest("input:not([type=radio]):not([type=checkbox]):not([type=submit]), textarea, select, [contenteditable]"));
}

function cards() {
  return [...document.querySelectorAll(CARD)].filter((card) => card.checkVisibility?.() ?? card.offsetParent !== null);
}

function current() {
  return document.activeElement?.closest?.(CARD) ?? document.querySelector(`${CARD.split(", ").map((one) => `${one}.sel`).join(", ")}`);
}

function select(card) {
  document.querySelectorAll(".sel").forEach((other) => other.classList.remove("sel"));
  card.classList.add("sel");
  if (!card.hasAttribute("tabindex")) {
    card.tabIndex = -1;
  }
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = cards();
  if (!all.length) {
    return false;
  }
  const place = all.indexOf(current());
  select(all[place < 0 ? 0 : Math.min(all.length - 1, Math.max(0, place + step))]);
  return true;
}

function openDialog() {
  return [...document.querySelectorAll("dialog[open]")].at(-1) ?? null;
}

// What a key means here: in the open sheet, else on the current card, else anywhere on the page.
function target(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const sheet = openDialog();
  if (sheet) {
    return sheet.querySelector(selector);
  }
  return current()?.querySelector(selector) ?? [...document.querySelectorAll(selector)].find((one) => !one.closest("dialog")) ?? null;
}

// A key alone never approves, aborts or overrides: such a button gets the focus, and Enter is a second, deliberate press.
function press(element) {
  if (element.matches("[data-deliberate], [data-deliberate] *")) {
    element.focus();
    return;
  }
  element.click();
}

function main() {
  const card = current();
  const primary = card?.querySelector(".btn.p:not([disabled])") ?? card?.querySelector("button:not([disabled]):not(.q), a.btn:not(.q)");
  if (primary) {
    press(primary);
  }
  return Boolean(primary);
}

let leapUntil = 0;

function leap(key) {
  const place = document.querySelector(`[data-place="${placesByLetter[key]}"]`);
  if (place) {
    location.assign(place.href);
  }
  return Boolean(place);
}

function act(event, key) {
  if (Date.now() < leapUntil) {
    leapUntil = 0;
    return leap(key);
  }
  if (key === "g" && !openDialog()) {
    leapUntil = Date.now() + LEAP_MS;
    return true;
  }
  if (key === "?") {
    overview();
    return true;
  }
  if (!openDialog() && (key === "j" || event.key === "ArrowDown") && !isScrollable(event)) {
    return move(1);
  }
  if (!openDialog() && (key === "k" || event.key === "ArrowUp") && !isScrollable(event)) {
    return move(-1);
  }
  if (event.key === "Enter") {
    return document.activeElement?.matches(CARD) ? main() : false;
  }
  const found = target(key);
  if (found) {
    press(found);
  }
  return Boolean(found);
}

// Arrows move the cursor only where there is one; elsewhere they scroll as always, and choose in groups of radio buttons.
function isScrollable(event) {
  return event.key.startsWith("Arrow") && (!current() || document.activeElement?.matches("input, [role=tab], summary"));
}

function overview() {
  const sheet = document.getElementById("keys");
  if (!sheet || sheet.open) {
    return;
  }
  const box = sheet.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = !isOff();
    box.onchange = () => switchKeys(!box.checked);
  }
  sheet.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) {
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = (openDialog() ?? document).querySelector("form[data-sheet]") ?? event.target.closest?.("form");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) {
    return;
  }
  const always = ["Enter", "ArrowDown", "ArrowUp", "?"].includes(event.key);
  if (isOff() && !always) {
    return;
  }
  if (act(event, event.key.toLowerCase())) {
    event.preventDefault();
  }
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.(CARD);
  document.querySelectorAll(".sel").forEach((other) => other !== card && other.classList.remove("sel"));
  card?.classList.add("sel");
});
