// Marking what became of each part: keys 1 to 4, "all" buttons without a page load, Save locked until every part is marked.
// Without this script the same form works: the server refuses what is not complete, in words.
const form = document.querySelector("[data-outcome]");
if (form) {
  const parts = [...form.querySelectorAll("[data-part]:not([data-said])")].filter((part) => part.querySelector("input[type=radio][name^='o-']"));
  const save = document.querySelector("[data-save]");
  const again = document.querySelector("[data-reprint]");
  const left = document.querySelector("[data-left]");
  const codes = ["SUCCESS", "FAILED", "UNKNOWN", "SKIPPED"];
  let at = 0;
  let together = false; // "All failed" was pressed

  const marked = (part) => part.querySelector("input[name^='o-']:checked");
  const count = () => {
    const open = parts.filter((part) => !marked(part)).length;
    const failed = parts.filter((part) => marked(part)?.value === "FAILED");
    const why = failed.filter((part) => !part.querySelector("input[name^='r-']:checked")).length;
    if (save) save.disabled = open > 0 || why > 0;
    if (again) {
      again.hidden = failed.length === 0;
      again.disabled = open > 0 || why > 0;
      const words = again.querySelector("[data-words]");
      if (words) words.textContent = words.dataset.words.replace("%n", failed.length);
    }
    if (save && again) {
      save.classList.toggle("p", failed.length === 0);
      again.classList.toggle("p", failed.length > 0);
    }
    if (left) {
      left.hidden = open === 0 && why === 0;
      left.textContent = open ? `${open} / ${parts.length}` : "";
      if (!open && why) left.textContent = `${why} ×?`;
      const { openOne, openWords, whyOne, whyWords } = form.dataset;
      if (openWords && open) left.textContent = open === 1 && openOne ? openOne : openWords.replace("%n", open);
      if (whyWords && !open && why) left.textContent = why === 1 && whyOne ? whyOne : whyWords.replace("%n", why);
    }
  };
  const mark = (part, code) => {
    const choice = part.querySelector(`input[name^='o-'][value='${code}']`);
    if (choice) choice.checked = true;
  };

  for (const link of document.querySelectorAll("[data-all]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      for (const part of parts) if (!("apart" in part.dataset)) mark(part, link.dataset.all);
      together = link.dataset.all === "FAILED";
      count();
    });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, select, input:not([type=radio])");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !"1234".includes(event.key)) return;
    const inside = event.target.closest("[data-part]");
    if (inside && parts.includes(inside)) at = parts.indexOf(inside);
    const part = parts[at];
    if (!part) return;
    event.preventDefault();
    mark(part, codes[Number(event.key) - 1]);
    at = Math.min(at + 1, parts.length - 1);
    parts[at].focus({ preventScroll: false });
    count();
  });
  // One reason said for all: it also marks the other failed parts that have none yet.
  form.addEventListener("change", (event) => {
    if (together && event.target.name.startsWith("r-")) {
      for (const part of parts) {
        if (marked(part)?.value !== "FAILED" || part.querySelector("input[name^='r-']:checked")) continue;
        const same = part.querySelector(`input[name^='r-'][value='${event.target.value}']`);
        if (same) same.checked = true;
      }
    }
    count();
  });
  count();
}
