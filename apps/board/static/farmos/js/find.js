// Ctrl K: find anything from anywhere. The answers are those of the page /admin/find/, which works by itself too.
const WAIT_MS = 120;
const sheet = document.getElementById("find");
const field = sheet?.querySelector("input[type=search]");
const results = sheet?.querySelector("[data-find-results]");
let asked = 0;
let timer;
let running;

function show() {
  if (!sheet.open) {
    sheet.showModal();
  }
  field.select();
}

async function ask() {
  const mine = ++asked;
  running?.abort();
  running = new AbortController();
  const address = new URL(field.form.action);
  address.searchParams.set("q", field.value.trim());
  try {
    const response = await fetch(address, { signal: running.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.querySelector("main [data-find-results]") ?? page.querySelector("[data-find-results]");
    if (mine === asked && found && response.ok) {
      results.replaceChildren(...found.childNodes);
    }
  } catch (problem) {
    if (problem.name !== "AbortError") {
      results.replaceChildren(); // Enter still opens the page, which says what is wrong
    }
  }
}

function links() {
  return [...results.querySelectorAll("a[href]")];
}

function step(by) {
  const all = links();
  const place = all.indexOf(document.activeElement);
  const next = place + by;
  if (next < 0) {
    field.focus();
  } else {
    all[Math.min(next, all.length - 1)]?.focus();
  }
}

if (sheet && field && results) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      show();
    }
  });
  for (const link of document.querySelectorAll("[data-find-open]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show();
    });
  }
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  field.form.addEventListener("submit", (event) => {
    const first = links()[0];
    if (first && field.value.trim()) {
      event.preventDefault();
      location.assign(first.href);
    }
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    }
  });
}
