// The tab of things: the list that is narrowed by a name, the entry of what is shown, and the page on paper.
(() => {
  const entries = (nav) => [...nav.querySelectorAll("li[data-thing]")];

  const narrow = (nav, text) => {
    const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = new Set(entries(nav).filter((e) => words.every((word) => e.dataset.names.includes(word))));
    // a zone stays while one inside it fits, so that the tree still says where that one is
    for (const e of entries(nav)) e.hidden = !fits.has(e) && !entries(e).some((inner) => fits.has(inner));
    for (const list of nav.querySelectorAll("details > div")) list.hidden = !list.querySelector("li:not([hidden])");
    for (const part of nav.querySelectorAll("details")) {
      const some = part.querySelector("li:not([hidden])");
      part.hidden = !some;
      if (words.length) part.open = Boolean(some);
    }
    nav.querySelector(".hk-none").hidden = fits.size > 0;
  };
  document.addEventListener("input", (event) => {
    if (event.target.id === "thing-search") narrow(event.target.closest(".hk-chooser"), event.target.value);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) print();
  });

  // the page is drawn by the server: whenever another thing is shown, its entry is marked and brought into view
  let marked = null;
  document.addEventListener("hk-drawn", () => {
    const shown = document.querySelector("#thing [data-thing]");
    const nav = document.querySelector(".hk-chooser");
    const key = shown && nav ? shown.dataset.thing : null;
    if (key === null || (marked?.key === key && marked.nav === nav)) return;
    marked = { key, nav };
    for (const e of entries(nav)) {
      const link = e.querySelector(":scope > a");
      if (e.dataset.thing !== key) { link.removeAttribute("aria-current"); continue; }
      link.setAttribute("aria-current", "true");
      e.closest("details").open = true;
      const off = link.getBoundingClientRect().top - nav.getBoundingClientRect().top;
      if (off < 0 || off > nav.clientHeight - 40) nav.scrollTop += off - nav.clientHeight / 3;
    }
    const top = shown.getBoundingClientRect().top;
    if (shown.offsetParent && top < 0) shown.scrollIntoView({ block: "start" });
  });

  const paper = document.createElement("style");
  paper.textContent = `
    @page { size: A4; margin: 16mm 15mm 18mm; }
    @media print {
      body:has(#thing [data-thing]) :is(.tab-wrapper, .tab-container, #chooser, .hk-languages, .hk-skip, .hk-lost, .hk-print, .hk-files, #notice) {
        display: none !important;
      }
      .column:has(> #chooser), .column:has(> * > #chooser) { display: none !important; }
      #things { display: block !important; }
      #thing { overflow: visible !important; }
      body, gradio-app, .gradio-container { background: white !important; }
      * { transition: none !important; }
      /* Gradio sets the colours of the dark page on .contain as well */
      body.dark.dark, body.dark.dark .contain {
        --hk-ink: #1b2430 !important; --hk-soft: #566273 !important; --hk-line: #dfe4ea !important; --hk-card: white !important;
        --hk-tint: #f4f6f9 !important; --hk-accent: #1c4e80 !important; --hk-warn: #8a4b00 !important; --hk-duty: #1c4e80 !important;
        --hk-permission: #1f7a45 !important; --hk-exemption: #7a4bb0 !important; --hk-target: #b0570a !important;
        --hk-suspension: #8a6d00 !important; --hk-prohibition: #b3261e !important; --body-background-fill: white !important;
      }
      #thing .hk-rows-of > li, #thing .hk-opens > li, #thing .hk-times > li, #thing .hk-facts { break-inside: avoid; }
      #thing :is(h2, h3, h4) { break-after: avoid; }
      #thing a { color: inherit !important; text-decoration: none !important; }
      #thing .hk-axis svg { min-width: 0; }
    }`;
  document.head.append(paper);
})();
