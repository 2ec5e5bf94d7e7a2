// The records beside a clause, what is marked in it, and the arrow keys in the list of clauses.
(() => {
  const MARKED = ".hk-clause :is([data-task], [data-name])";
  const key = (e) => e.dataset.name ?? e.dataset.task;
  const marks = (record) => [...document.querySelectorAll(MARKED)].filter((e) => key(e) === key(record));

  const unfold = (mark) => {
    const records = mark.closest(".hk-reader")?.querySelector(".hk-records");
    const record = [...(records?.querySelectorAll("details") ?? [])].find((e) => key(e) === key(mark));
    if (!record) return;
    record.open = true;
    // only the list of records moves: the text being read stays where it is
    requestAnimationFrame(() => { records.scrollTop += record.getBoundingClientRect().top - records.getBoundingClientRect().top - 12; });
  };
  // of marks that lie in each other the innermost that is shown
  const markOf = (event) => {
    let mark = event.target.closest?.(MARKED);
    while (mark?.classList.contains("hk-off")) mark = mark.parentElement.closest(MARKED);
    return mark;
  };
  // a name in a task takes no focus: it would unfold the task's record first
  document.addEventListener("mousedown", (event) => { if (markOf(event)?.dataset.name) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const mark = markOf(event);
    if (mark) unfold(mark);
    const shows = event.target.closest?.("[data-shows]");
    if (shows) {
      const kinds = off(), kind = shows.dataset.shows;
      if (!kinds.delete(kind)) kinds.add(kind);
      try { localStorage.setItem("hk-off", JSON.stringify([...kinds])); } catch { hidden = kinds; }
      draw();
    }
  });
  document.addEventListener("focusin", (event) => { if (event.target.matches?.(".hk-clause [data-task]")) unfold(event.target); });
  document.addEventListener("keydown", (event) => {
    const mark = markOf(event);
    if (mark && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); unfold(mark); }
    const list = event.target.closest?.(".hk-contents");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (list && step) {
      const links = [...list.querySelectorAll("a")];
      links[links.indexOf(event.target) + step]?.focus();
      event.preventDefault();
    }
  });
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.(".hk-record")) return;
    marks(event.target).forEach((mark) => mark.classList.toggle("hk-on", event.target.open));
  }, true);

  // the kinds that are not shown, from one clause to the next
  let hidden = new Set();
  const off = () => {
    try { const list = JSON.parse(localStorage.getItem("hk-off") ?? "[]"); return new Set(Array.isArray(list) ? list : []); } catch { return hidden; }
  };
  const draw = () => {
    const kinds = off();
    for (const button of document.querySelectorAll(".hk-legend [data-shows]")) button.setAttribute("aria-pressed", !kinds.has(button.dataset.shows));
    for (const mark of document.querySelectorAll(".hk-reader [data-kind]")) {
      mark.classList.toggle("hk-off", kinds.has(mark.dataset.kind));
      if (mark.hasAttribute("role")) mark.tabIndex = kinds.has(mark.dataset.kind) ? -1 : 0;
    }
  };
  document.addEventListener("hk-drawn", ({ detail: piece }) => {
    if (!piece.querySelector(".hk-reader")) return;
    draw();
    // with no task asked for, the first place of what was looked for is brought into view
    if (!piece.querySelector(".hk-on")) piece.querySelector(".hk-find")?.scrollIntoView({ block: "center" });
  });
})();
