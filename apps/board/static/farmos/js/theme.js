// Light, dark, or what the device says. Loaded in the head and not deferred, so that a page never flashes in the other theme.
(() => {
  const root = document.documentElement;
  const next = { auto: "light", light: "dark", dark: "auto" };

  function kept() {
    try {
      return localStorage.getItem("farmos-theme") ?? "auto";
    } catch {
      return "auto"; // storage is switched off: the device decides
    }
  }

  function keep(theme) {
    try {
      localStorage.setItem("farmos-theme", theme);
    } catch {
      // not remembered, still switched
    }
  }

  function apply(theme) {
    if (theme === "light" || theme === "dark") {
      root.dataset.theme = theme;
    } else {
      delete root.dataset.theme;
    }
  }

  let theme = kept();
  apply(theme);

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        theme = next[theme] ?? "light";
        apply(theme);
        keep(theme);
        const said = document.getElementById("words")?.dataset[`theme${theme[0].toUpperCase()}${theme.slice(1)}`];
        if (said) {
          button.title = said;
          document.getElementById("announcer").textContent = said;
        }
      });
    }
  });
})();
