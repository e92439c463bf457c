// What scripts say, in the page's language: written by the server into <div id="words">, so that no script holds a sentence.
const holder = document.getElementById("words");

export function words(name, values = {}) {
  const text = holder?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
}

// How far this device's clock is from the server's, in milliseconds.
const said = Date.parse(holder?.dataset.now ?? "");
export const offset = Number.isNaN(said) ? 0 : said - Date.now();

export function now() {
  return Date.now() + offset;
}

export function clockTime(moment, seconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", hour12: false };
  if (seconds) {
    options.second = "2-digit";
  }
  if (holder?.dataset.zone) {
    options.timeZone = holder.dataset.zone;
  }
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(moment));
}

let region;
const waiting = [];

// Says one sentence to screen readers, after what they are saying now.
export function announce(sentence) {
  region ??= document.getElementById("announcer");
  if (!region || !sentence) {
    return;
  }
  waiting.push(sentence);
  if (waiting.length === 1) {
    setTimeout(() => {
      region.textContent = waiting.splice(0).join(" ");
    }, 200);
  }
}
