// What every page does by itself: a language and dark or light are remembered, the same on the desk and the office's pages.
(() => {
  const recall = (key) => { try { return localStorage.getItem(`hk-${key}`); } catch { return null; } };
  const remember = (key, value) => { try { localStorage.setItem(`hk-${key}`, value); } catch { /* a browser that keeps nothing */ } };
  window.hkKept = { recall, remember };

  // dark or light: what was chosen, else as the system is
  const dark = () => document.body.classList.contains("dark");
  window.hkDress = (theme = recall("theme")) => {
    if (theme) document.body.classList.toggle("dark", theme === "dark");
    for (const button of document.querySelectorAll(".hk-theme")) button.textContent = dark() ? button.dataset.light : button.dataset.dark;
  };
  document.addEventListener("click", ({ target }) => {
    const language = target.closest?.("a[hreflang]");
    if (language) {
      remember("language", language.hreflang);
      const query = new URLSearchParams(location.search);
      query.set("lang", language.hreflang);
      language.search = `?${query}`;
    }
    if (target.closest?.("[data-print]")) print();
    if (target.closest?.(".hk-theme")) {
      const theme = dark() ? "light" : "dark";
      remember("theme", theme);
      window.hkDress(theme);
    }
  });
  // on the desk Gradio does as the system does
  document.addEventListener("DOMContentLoaded", () => {
    if (document.querySelector("gradio-app")) return;
    window.hkDress(recall("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  });
})();
