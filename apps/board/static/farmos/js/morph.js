// Changing what is shown into what the server says now, so that focus, scrolling, open sheets and typed text survive.
import { Idiomorph } from "../../vendor/idiomorph@0.8.0/dist/idiomorph.min.js";
import { announce } from "./words.js";

export const CARD = "[data-card], .att, .arow, article.run, .tile";
const OURS = new Set(["csrfmiddlewaretoken", "key", "next"]);

const fields = "input, textarea, select";

function isDirty(field) {
  if (field.type === "checkbox" || field.type === "radio") {
    return field.checked !== field.defaultChecked;
  }
  if (field.tagName === "SELECT") {
    return [...field.options].some((option) => option.selected !== option.defaultSelected);
  }
  return field.value !== field.defaultValue;
}

const callbacks = {
  beforeNodeMorphed(old, fresh) {
    if (!(old instanceof Element)) {
      return true;
    }
    if (old.matches(fields)) {
      return !(OURS.has(old.name) || isDirty(old) || old === document.activeElement);
    }
    if (old.tagName === "DIALOG" && old.open) {
      return false;
    }
    if (old.tagName === "DETAILS" && fresh.tagName === "DETAILS") {
      fresh.open = old.open;
    }
    for (const name of ["sel", "busy"]) {
      if (old.classList.contains(name)) {
        fresh.classList.add(name);
      }
    }
    return true;
  },
  beforeNodeRemoved(node) {
    // A sheet somebody has open, or a field somebody types in, stays until they are done.
    return !(node instanceof Element && (node.querySelector("dialog[open]") || node.matches("dialog[open]")));
  },
};

export function morph(element, html) {
  const [fresh] = Idiomorph.morph(element, html, { morphStyle: "outerHTML", ignoreActiveValue: true, callbacks });
  fillForms(document);
  return fresh instanceof Element ? fresh : null;
}

// Fragments are shared by many pages: proof of origin, key and place are this page's own.
export function fillForms(root) {
  const proof = document.getElementById("words")?.dataset.csrf ?? "";
  for (const form of root.querySelectorAll('form[method="post"]')) {
    fill(form.elements.namedItem("csrfmiddlewaretoken"), () => proof);
    fill(form.elements.namedItem("key"), newKey);
    fill(form.elements.namedItem("next"), () => location.pathname + location.search);
  }
}

function fill(field, value) {
  if (field instanceof HTMLInputElement && !field.value) {
    field.value = value();
  }
}

export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function keyOf(card) {
  return card.dataset.card || card.dataset.live || card.id || "";
}

export function cardsOf(root) {
  return [...root.querySelectorAll(CARD)].filter(keyOf);
}

const announced = new Set();

// New cards flash once; those that need somebody are said once.
export function welcome(cards) {
  for (const card of cards) {
    card.classList.add("new");
    card.addEventListener("animationend", () => card.classList.remove("new"), { once: true });
    const key = keyOf(card);
    if (card.closest("[data-announce]") && !announced.has(key)) {
      announced.add(key);
      announce(card.querySelector("h2, h3")?.textContent.trim());
    }
  }
  if (announced.size > 500) {
    announced.clear();
  }
}
