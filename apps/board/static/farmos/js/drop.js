// Dropping a file on its box chooses and sends it. Without this script the box is a plain file field with a button.
for (const form of document.querySelectorAll("[data-drop]")) {
  const field = form.querySelector("input[type=file]");
  const box = form.querySelector(".drop");
  form.querySelector("[data-send]").hidden = true;
  field.classList.add("sr");
  field.addEventListener("change", () => field.files.length && form.requestSubmit());
  for (const name of ["dragenter", "dragover"]) {
    box.addEventListener(name, (event) => {
      event.preventDefault();
      box.classList.add("over");
    });
  }
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
