// The shop's pages with scripts: files one by one with progress, prices in place, pages that go on by themselves.
// Everything here also works by plain forms and links; whatever goes wrong in here falls back to them.
import { Idiomorph } from "../../vendor/idiomorph@0.8.0/dist/idiomorph.min.js";

const MORPH = {
  morphStyle: "outerHTML",
  ignoreActiveValue: true,
  callbacks: {
    // Hidden keys belong to a rendered form: a new rendering is a new request.
    beforeNodeMorphed: (old) => !(old instanceof Element && old.hasAttribute("data-keep")),
  },
};

async function fetchPart(url, fragment) {
  const answer = await fetch(url, { headers: { "X-Fragment": fragment }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) {
    throw new Error(`${answer.status}`);
  }
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content.firstElementChild;
}

// One question at a time; of those that come meanwhile only the last is asked.
function latestOnly(ask) {
  let running = false;
  let waiting = null;
  return async function run(...args) {
    if (running) {
      waiting = args;
      return;
    }
    running = true;
    try {
      await ask(...args);
    } catch {
      // the page stays as it is; its buttons still work
    }
    running = false;
    if (waiting) {
      const next = waiting;
      waiting = null;
      run(...next);
    }
  };
}

function values(form, leave = ["csrfmiddlewaretoken", "key", "next", "version"]) {
  const found = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (!leave.includes(name) && typeof value === "string") {
      found.append(name, value);
    }
  }
  return found;
}

// Options and price

const showOptions = latestOnly(async (form) => {
  const url = `${form.dataset.options}?${values(form, ["csrfmiddlewaretoken", "key", "next"])}`;
  const fresh = await fetchPart(url, "options");
  const here = document.getElementById("options");
  if (fresh && here) {
    Idiomorph.morph(here, fresh, MORPH);
  }
});

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-options]");
  if (form && event.target.name !== "notes" && form.checkValidity()) {
    showOptions(form);
  }
});

// What was chosen before this script came is asked for now.
const isOther = (field) => field.checked !== field.defaultChecked || (field.type === "number" && field.value !== field.defaultValue);
for (const form of document.querySelectorAll("form[data-options]")) {
  if ([...form.elements].some(isOther) && form.checkValidity()) {
    showOptions(form);
  }
}

// Basket: how things are delivered, how many

const showBasket = latestOnly(async (url) => {
  const fresh = await fetchPart(url, "basket");
  const here = document.getElementById("basket");
  if (fresh && here) {
    Idiomorph.morph(here, fresh, MORPH);
  }
});

document.addEventListener("change", (event) => {
  const delivery = event.target.closest?.("form[data-delivery]");
  if (delivery) {
    showBasket(`${document.getElementById("basket").dataset.basket}?${values(delivery)}`);
  }
  const quantity = event.target.closest?.("form[data-quantity]");
  if (quantity && event.target.name === "quantity") {
    quantity.requestSubmit();
  }
});

// Changing an order: what a change does to the money, before it is confirmed

const showChange = latestOnly(async (url) => {
  const fresh = await fetchPart(url, "change");
  const here = document.getElementById("change");
  if (fresh && here) {
    Idiomorph.morph(here, fresh, MORPH);
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("form[data-change] button[name=step]");
  if (button) {
    event.preventDefault();
    const form = button.form;
    const [step, id] = [button.value.slice(0, 4), button.value.slice(5)];
    const field = form.elements[`wanted-${id}`];
    field.value = Math.max(0, (Number(field.value) || 0) + (step === "less" ? -1 : 1)); // at once: two quick presses are two steps
    showChange(`${form.dataset.change}?${values(form)}`);
  }
});

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-change]");
  if (form) {
    showChange(`${form.dataset.change}?${values(form)}`);
  }
});

// A button that was pressed is busy; the server does it once anyway.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.defaultPrevented) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.classList.add("busy");
});

window.addEventListener("pageshow", (event) => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    form.classList.remove("busy");
  }
  if (event.persisted) {
    location.reload(); // from the browser's own memory: what it shows may be over
  }
});

// Pages that change by themselves

function keepFresh(element) {
  const wait = Number(element.dataset.refresh);
  if (!wait) {
    return;
  }
  const mark = element.querySelector("[data-live-here]");
  if (mark) {
    mark.hidden = false;
  }
  setTimeout(async () => {
    const here = document.getElementById(element.id);
    if (!here) {
      return;
    }
    if (document.visibilityState === "visible") {
      await look(here);
    }
    const after = document.getElementById(element.id);
    if (after) {
      keepFresh(after);
    }
  }, wait);
}

async function look(here) {
  try {
    const headers = here.dataset.fragment ? { "X-Fragment": here.dataset.fragment } : { "X-Farmos-Again": "1" }; // leaves receipts alone
    const answer = await fetch(location.href, { headers, credentials: "same-origin", redirect: here.dataset.fragment ? "follow" : "manual" });
    if (answer.type === "opaqueredirect") {
      location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(here.id);
    if (!answer.ok || !fresh) {
      return;
    }
    if (!here.dataset.fragment && !fresh.dataset.refresh) {
      location.reload();
      return;
    }
    Idiomorph.morph(here, fresh, MORPH);
  } catch {
    document.getElementById(here.id)?.querySelector("[data-live-here]")?.setAttribute("hidden", "");
  }
}

for (const element of document.querySelectorAll("[data-refresh][id]")) {
  keepFresh(element);
}

// Files: dropped or chosen, sent one by one with progress

function line(list, name) {
  const item = document.createElement("li");
  const label = document.createElement("bdi");
  label.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  const words = document.createElement("span");
  words.className = "sm";
  item.append(label, bar, words);
  list.append(item);
  return { bar, words };
}

function send(form, file, shown) {
  return new Promise((resolve) => {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "key", "unit"]) {
      body.append(name, form.elements[name].value);
    }
    body.append("files", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        shown.bar.value = (100 * event.loaded) / event.total;
      }
    });
    request.addEventListener("loadend", () => {
      const said = request.response;
      if (request.status === 201 && said) {
        shown.bar.value = 100;
        resolve(said.next);
        return;
      }
      shown.bar.remove();
      shown.words.textContent = said?.detail ? `${said.detail} ${said.fix}` : form.dataset.failed || `${request.status || "offline"}`;
      resolve(null);
    });
    request.send(body);
  });
}

async function sendAll(form, files) {
  const list = form.querySelector("[data-sending]");
  list.hidden = false;
  list.replaceChildren();
  form.classList.add("busy");
  const rows = files.map((file) => ({ file, shown: line(list, file.name) }));
  const places = [];
  for (const { file, shown } of rows) {
    places.push(await send(form, file, shown)); // one after the other: each has the whole line
  }
  form.classList.remove("busy");
  const done = places.filter(Boolean);
  if (done.length === files.length) {
    location.assign(done.length === 1 ? done[0] : "/uploads/");
  }
}

for (const form of document.querySelectorAll("form[data-drop]")) {
  const field = form.elements.files;
  form.addEventListener("submit", (event) => {
    const files = [...field.files];
    if (files.length) {
      event.preventDefault();
      sendAll(form, files);
    }
  });
  field.addEventListener("change", () => {
    if (field.files.length) {
      form.requestSubmit();
    }
  });
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    form.addEventListener(kind, () => form.classList.remove("over"));
  }
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = [...event.dataTransfer.files];
    if (files.length) {
      sendAll(form, files);
    }
  });
}
