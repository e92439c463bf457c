// Forms that ask for a command: busy at once, sent once, and a refusal told where it was asked. Without this script they work by themselves.
import { newKey } from "./morph.js";
import { announce, words } from "./words.js";

const REFUSED = new Set([403, 409, 412, 422, 423, 429]);
const sending = new WeakSet();

function setBusy(form, submitter, isBusy) {
  form.toggleAttribute("aria-busy", isBusy);
  const button = submitter ?? form.querySelector("button[type=submit], button:not([type])");
  button?.classList.toggle("busy", isBusy);
  if (isBusy) {
    sending.add(form);
    announce(words("sending"));
  } else {
    sending.delete(form);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") {
    return;
  }
  if (sending.has(form)) {
    event.preventDefault(); // pressed twice
    return;
  }
  setBusy(form, event.submitter, true);
  if (isCommand(form) && !event.defaultPrevented) {
    event.preventDefault();
    send(form, event.submitter);
  }
});

// Only forms of commands (they carry a key) are sent from here, and none with files: browsers tell people how an upload goes.
function isCommand(form) {
  return form.elements.namedItem("key") instanceof HTMLInputElement && form.enctype !== "multipart/form-data" && !form.target;
}

async function send(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  let response;
  try {
    response = await fetch(address, { method: "POST", body, redirect: "manual", headers: { Accept: "text/html", "X-Farmos-Script": "1" } });
  } catch {
    setBusy(form, submitter, false);
    note(form, words("notSent")); // the key stays: pressing again does it once, whatever arrived
    return;
  }
  if (response.status === 204 || response.type === "opaqueredirect") {
    goOn(response.headers.get("X-Farmos-Onward") ?? location.href); // a redirect is of another making: to sign in, say
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  setBusy(form, submitter, false);
  const refusal = page.querySelector("#refusal");
  if (REFUSED.has(response.status) && refusal) {
    refused(form, refusal);
  } else {
    show(page);
  }
}

function goOn(address) {
  const there = new URL(address, location.href);
  if (there.pathname === location.pathname && there.search === location.search) {
    location.reload();
  } else {
    location.assign(there);
  }
}

function refused(form, refusal) {
  const key = form.elements.namedItem("key");
  key.value = newKey(); // nothing was done under the old one, and the next try is another question
  const told = document.createElement("div");
  told.className = "note red refusal";
  told.setAttribute("role", "alert");
  told.tabIndex = -1;
  for (const part of refusal.querySelectorAll("h1, p")) {
    const line = document.createElement(part.matches("h1") ? "b" : "p");
    line.textContent = part.textContent.trim().replace(/\s+/g, " ");
    told.append(line);
  }
  const again = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: words("lookAgain") });
  again.addEventListener("click", () => location.reload());
  told.append(again);
  place(form, told);
}

function note(form, text) {
  const told = Object.assign(document.createElement("div"), { className: "note amber refusal", textContent: text });
  told.setAttribute("role", "alert");
  place(form, told);
}

function place(form, told) {
  form.parentElement.querySelector(":scope > .refusal")?.remove();
  form.before(told);
  told.focus?.();
}

// An answer that is a page of its own: shown as the browser would have shown it.
function show(page) {
  const main = page.querySelector("main");
  if (!main) {
    location.reload();
    return;
  }
  document.querySelector("main").replaceWith(document.adoptNode(main));
  document.querySelector("main h1")?.scrollIntoView();
}

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) {
    setBusy(form, null, false);
    form.querySelectorAll(".busy").forEach((button) => button.classList.remove("busy"));
  }
});

document.addEventListener("click", (event) => {
  const closer = event.target.closest?.("[data-sheet-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog")?.close();
  }
});
