// The records beside a clause, and the arrow keys in the list of clauses.
(() => {
  const tasks = (id) => [...document.querySelectorAll(".hk-clause [data-task]")].filter((e) => e.dataset.task === id);

  const unfold = (mark) => {
    const records = mark.closest(".hk-reader")?.querySelector(".hk-records");
    const record = [...(records?.querySelectorAll("details") ?? [])].find((e) => e.dataset.task === mark.dataset.task);
    if (!record) return;
    record.open = true;
    // only the list of records moves: the text being read stays where it is
    requestAnimationFrame(() => { records.scrollTop += record.getBoundingClientRect().top - records.getBoundingClientRect().top - 12; });
  };
  const markOf = (event) => event.target.closest?.(".hk-clause [data-task]");
  document.addEventListener("click", (event) => { const mark = markOf(event); if (mark) unfold(mark); });
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
    tasks(event.target.dataset.task).forEach((mark) => mark.classList.toggle("hk-on", event.target.open));
  }, true);
})();
