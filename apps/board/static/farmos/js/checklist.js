// A safety tag's button is locked until every check is ticked and the note is there. The server asks for the same.
for (const form of document.querySelectorAll("[data-checklist]")) {
  const button = form.querySelector("button[type=submit]");
  const left = form.querySelector("[data-left]");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const note = form.querySelector("textarea");
  const look = () => {
    const open = boxes.filter((box) => !box.checked).length;
    button.disabled = open > 0 || note.value.trim() === "";
    left.hidden = !button.disabled;
  };
  form.addEventListener("input", look);
  look();
}
