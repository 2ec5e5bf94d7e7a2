// Filters of the ledger that were kept under a name, in this browser, which they stay in.
(() => {
  const KEY = "hk-filters", MOST = 20, LONGEST = 40;
  const load = () => {
    try {
      const list = JSON.parse(localStorage.getItem(KEY));
      const whole = (one) => typeof one?.name === "string" && typeof one.query === "string" && one.query.startsWith("?view=ledger");
      return Array.isArray(list) ? list.filter(whole).slice(0, MOST) : [];
    } catch { return []; }
  };
  const draw = () => {
    const kept = load();
    for (const place of document.querySelectorAll(".hk-saved")) {
      place.querySelector("ul").replaceChildren(...kept.map(({ name, query }) => {
        const link = Object.assign(document.createElement("a"), { textContent: name, href: query });
        link.setAttribute("data-go", "");
        const away = Object.assign(document.createElement("button"), { type: "button", className: "hk-plain", textContent: "×" });
        away.dataset.filter = name;
        away.setAttribute("aria-label", `${place.dataset.remove}: ${name}`);
        const item = document.createElement("li");
        item.append(link, " ", away);
        return item;
      }));
    }
  };
  const keep = (list) => { try { localStorage.setItem(KEY, JSON.stringify(list)); } catch { /* a browser that keeps nothing */ } draw(); };

  document.addEventListener("hk-drawn", ({ detail: piece }) => { if (piece.querySelector(".hk-saved")) draw(); });
  document.addEventListener("click", (event) => {
    const name = event.target.closest?.(".hk-saved [data-filter]")?.dataset.filter;
    if (name !== undefined) keep(load().filter((one) => one.name !== name));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.(".hk-saved form");
    if (!form) return;
    event.preventDefault();
    const name = form.elements.name.value.trim().slice(0, LONGEST);
    const query = document.querySelector("#table [data-here]")?.dataset.here;
    if (!name || !query) return;
    keep([{ name, query }, ...load().filter((one) => one.name !== name)].slice(0, MOST));
    form.reset();
  });
})();
