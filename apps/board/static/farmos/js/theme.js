// Light, dark, or what the device says. Loaded in the head and not deferred, so that a page never flashes in the other theme.
const root = document.documentElement;

function kept() {
  try {
    return localStorage.getItem("farmos-theme");
  } catch {
    return null; // storage is switched off: the device decides
  }
}

function keep(theme) {
  try {
    localStorage.setItem("farmos-theme", theme);
  } catch {
    // not remembered, still switched
  }
}

if (kept() === "light" || kept() === "dark") {
  root.dataset.theme = kept();
}

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = isDark ? "light" : "dark";
      keep(root.dataset.theme);
    });
  }
});
