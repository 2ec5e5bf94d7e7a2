// What the browser does by itself: the address and the title say what is shown, choices are remembered, keys work.
// The page tells with "hk-drawn" that a piece of it was drawn anew.
(() => {
  const { recall } = window.hkKept;
  const own = document.documentElement.lang;

  // the language: what the link names (?lang=), else what was chosen, else at a first visit what the browser speaks
  const spoken = (tag) => (/^zh\b.*(hant|tw|hk|mo)/i.test(tag) ? "zh-Hant" : /^zh\b/i.test(tag) ? "zh-Hans" : /^en\b/i.test(tag) ? "en" : "");
  const asked = new URLSearchParams(location.search);
  const named = asked.get("lang");
  asked.delete("lang");
  const there = `${asked.size ? `?${asked}` : ""}${location.hash}`;
  const free = own === window.hkHome && !(named in window.hkPaths);
  const wanted = free
    ? recall("language") || (navigator.languages ?? [navigator.language]).map(spoken).find((lang) => lang)
    : named;
  if (wanted !== own && Object.hasOwn(window.hkPaths, wanted ?? "")) location.replace(window.hkPaths[wanted] + there);
  else if (named !== null) history.replaceState(null, "", location.pathname + there);

  const same = (one, other) => new URLSearchParams(one).toString() === new URLSearchParams(other).toString();
  const tabs = () => [...document.querySelectorAll("#tabs [data-tab-id]")];
  const open = () => tabs().find((tab) => tab.getAttribute("aria-selected") === "true");
  const panel = () => [...document.querySelectorAll("#tabs [role=tabpanel]")].find((e) => e.style.display !== "none");
  const entitle = () => {
    const desk = document.querySelector(".hk-head h1")?.textContent;
    if (!desk) return;
    const shown = panel()?.querySelector("[data-title]")?.dataset.title || open()?.textContent.trim();
    document.title = shown ? `${shown} · ${desk}` : desk;
  };

  // the address says what is shown, so that it can be sent to somebody; the one before is a step back
  window.hkAddress = (query, instead) => {
    if (!same(location.search, query)) history[instead ? "replaceState" : "pushState"](null, "", query || location.pathname);
    fetch(`${window.hkRoot}/healthz`).then((reply) => reply.ok, () => false).then((well) => {
      for (const line of document.querySelectorAll(".hk-lost")) line.hidden = well;
    });
  };

  // Of links followed and steps back while one is still under way the last one counts, as in any browser; Gradio would
  // drop it, or defer it without what it asks for. One that never arrives holds up the next for no more than a while.
  const LONGEST = 20000;
  let since = 0;
  let next = null;
  window.hkFollow = (query) => {
    if (Date.now() - since < LONGEST) { next = query; return; }
    since = Date.now();
    window.hkSend(query);
  };
  window.hkArrived = () => {
    const query = next;
    since = 0;
    next = null;
    if (query !== null) window.hkFollow(query);
  };
  window.addEventListener("popstate", () => (window.hkSend ? window.hkFollow(location.search || "?") : location.reload()));
  const settle = (tab) => {
    const name = tab.dataset.tabId;
    return panel()?.querySelector("[data-here]")?.dataset.here ?? (tab === tabs()[0] ? "" : `?view=${name}`);
  };
  const turned = new MutationObserver(entitle);

  document.addEventListener("hk-drawn", ({ detail: piece }) => {
    const head = piece.querySelector(".hk-head");
    if (head) window.hkDress();
    const row = document.querySelector("#tabs [role=tablist]");
    if (row) turned.observe(row, { subtree: true, attributes: true, attributeFilter: ["aria-selected"] });
    const here = piece.querySelector("[data-here]");
    const tab = open();
    if (here && tab && panel()?.contains(here)) {
      const waits = new URLSearchParams(location.search).get("view") === tab.dataset.tabId;
      if (waits) window.hkAddress(here.dataset.here, true);
    }
    entitle();
  });

  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* there is none but over https or on this machine */ }
    const box = Object.assign(document.createElement("textarea"), { value: text });
    box.style.position = "fixed";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  };

  document.addEventListener("click", async (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const tab = at("#tabs [data-tab-id]");
    if (tab) setTimeout(() => { window.hkAddress(settle(tab)); entitle(); }, 50);
    if (at(".hk-skip")) { event.preventDefault(); const main = panel(); main.tabIndex = -1; main.focus(); main.scrollIntoView(); }
    const button = at("[data-copy]");
    if (button) {
      const label = button.dataset.label ??= button.textContent;
      const done = await copy(button.dataset.copy);
      button.textContent = done ? button.dataset.done : button.dataset.failed;
      button.setAttribute("aria-live", "polite");
      setTimeout(() => { button.textContent = label; }, 2000);
    }
  });

  const typing = (e) => e.matches?.("input, textarea, select, [contenteditable]");
  // along the row of tabs, as everywhere: arrows, Home and End go from one to the next, Enter opens it
  const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const shown = tabs().filter((tab) => tab.offsetParent);
    const from = shown.indexOf(event.target);
    if (step === undefined || from < 0) return;
    event.preventDefault();
    const to = Math.abs(step) === 1 ? (from + step + shown.length) % shown.length : step < 0 ? 0 : shown.length - 1;
    shown[to].focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
      event.preventDefault();
      const ask = tabs().find((tab) => tab.dataset.tabId === "ask");
      if (ask !== open()) ask?.click();
      let left = 40;
      const focus = () => {
        const box = document.querySelector("#question :is(textarea, input)");
        if (box?.offsetParent) { box.focus(); box.select(); } else if (left--) setTimeout(focus, 50);
      };
      focus();
    }
  });
})();
