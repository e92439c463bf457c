// Numbers that move all the time: patched as text, kept so that a card read again does not fall back to what the record knew.
import { clockTime, now, words } from "./words.js";

const MOST = 2000;
const latest = new Map();
const UNITS = { progress: "%", nozzle: " °C", bed: " °C" };

export function tick(of) {
  for (const [key, values] of Object.entries(of)) {
    const known = { ...latest.get(key), ...values };
    latest.delete(key);
    latest.set(key, known);
  }
  while (latest.size > MOST) {
    latest.delete(latest.keys().next().value);
  }
  show(document, Object.keys(of));
}

export function show(root, keys = null) {
  for (const place of root.querySelectorAll("[data-tick]")) {
    const [kind, id, name] = place.dataset.tick.split(":");
    const key = `${kind}:${id}`;
    const value = latest.get(key)?.[name];
    if (value !== undefined && (keys === null || keys.includes(key))) {
      write(place, name, value);
    }
  }
}

function write(place, name, value) {
  if (place.tagName === "PROGRESS") {
    place.value = value;
    place.setAttribute("aria-valuetext", `${value} %`);
  } else if (name === "eta") {
    place.textContent = clockTime(value * 1000);
    place.setAttribute("datetime", new Date(value * 1000).toISOString());
  } else {
    const text = `${value}${place.dataset.unit ?? UNITS[name] ?? ""}`;
    if (place.textContent !== text) {
      place.textContent = text;
    }
  }
}

// Ages and countdowns go on by themselves, from the server's moments and its clock.
export function age(root = document) {
  for (const place of root.querySelectorAll("time[data-age]")) {
    set(place, span((now() - Date.parse(place.dateTime)) / 1000));
  }
  for (const place of root.querySelectorAll("time[data-left]")) {
    const left = (Date.parse(place.dateTime) - now()) / 1000;
    set(place, left > 0 ? span(left) : words("over"));
  }
}

function set(place, text) {
  if (text && place.textContent !== text) {
    place.textContent = text;
  }
}

function span(seconds) {
  if (Number.isNaN(seconds)) {
    return "";
  }
  if (seconds < 60) {
    return words("justNow");
  }
  if (seconds < 3600) {
    return words("minutes", { n: Math.floor(seconds / 60) });
  }
  if (seconds < 2 * 86400) {
    return words("hours", { n: Math.floor(seconds / 3600) });
  }
  return words("days", { n: Math.floor(seconds / 86400) });
}

setInterval(age, 10000);
