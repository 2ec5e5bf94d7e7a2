// In each piece of the page: a link to the desk is followed without loading the page anew.
element.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const query = link.getAttribute("href");
  window.hkAddress(query);
  window.hkFollow(query);
});

// One piece of the page stands for all of them in telling the server what is to be opened.
if (element.closest("#notice")) window.hkSend = (query) => trigger("select", { query });

// What has been drawn anew is told to the page; the clause is marked in the list, and what was asked for is brought into view.
const show = () => setTimeout(() => {
  document.dispatchEvent(new CustomEvent("hk-drawn", { detail: element }));
  const reader = element.querySelector(".hk-reader");
  // the list may be drawn after the clause, or with it
  const open = reader ?? (element.querySelector(".hk-contents") && document.querySelector(".hk-reader"));
  if (open) {
    for (const entry of document.querySelectorAll(".hk-contents li")) {
      const link = entry.firstElementChild;
      if (entry.dataset.clause !== open.dataset.clause) { link.removeAttribute("aria-current"); continue; }
      link.setAttribute("aria-current", "true");
      const list = entry.closest(".hk-contents");
      const off = link.getBoundingClientRect().top - list.getBoundingClientRect().top;
      if (off < 0 || off > list.clientHeight - 40) list.scrollTop += off - list.clientHeight / 3;
    }
  }
  if (reader) {
    const chosen = element.querySelector(".hk-on");
    const top = reader.getBoundingClientRect().top;
    if (chosen) chosen.scrollIntoView({ block: "center" });
    else if (top < 0 || top > innerHeight * 0.6) reader.scrollIntoView({ block: "start" });
    const record = element.querySelector(".hk-record[open]");
    if (record) record.parentElement.scrollTop += record.getBoundingClientRect().top - record.parentElement.getBoundingClientRect().top - 12;
  }
  const mark = element.querySelector(".hk-clause mark");
  const box = mark?.closest(".hk-clause");
  if (box) box.scrollTop = mark.offsetTop - box.clientHeight / 3;
});
watch("value", show);
show();
