// The questions that were asked in this browser, which stay in it; and what is said of an answer, which the server keeps.
(() => {
  const KEY = "hk-history", MOST = 8, LONGEST = 300;
  const load = () => {
    try {
      const list = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(list) ? list.filter((one) => typeof one === "string").slice(0, MOST) : [];
    } catch { return []; }
  };
  const draw = () => {
    const asked = load();
    for (const place of document.querySelectorAll(".hk-history")) {
      place.hidden = !asked.length;
      place.querySelector("ul").replaceChildren(...asked.map((question) => {
        const link = Object.assign(document.createElement("a"), { textContent: question, href: `?${new URLSearchParams({ q: question })}` });
        link.setAttribute("data-go", "");
        const item = document.createElement("li");
        item.append(link);
        return item;
      }));
    }
  };
  const keep = (list) => { try { localStorage.setItem(KEY, JSON.stringify(list)); } catch { /* a browser that keeps nothing */ } draw(); };

  const kept = () => document.querySelector(".hk-kept");
  const told = (count) => {
    const place = kept();
    if (!place) return;
    place.dataset.number = count;
    place.querySelector("[role=status]").textContent = count ? place.dataset.count.replace("{count}", count) : place.dataset.none;
    place.querySelector(".hk-files").hidden = !count;
  };
  const server = async (method, body) => {
    const said = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const reply = await fetch(`${window.hkRoot}/desk/feedback`, { method, ...said });
    if (!reply.ok) throw new Error(reply.status);
    return reply.json();
  };

  document.addEventListener("hk-drawn", ({ detail: piece }) => {
    const answer = piece.querySelector(".hk-answer");
    const question = answer?.dataset.title;
    // only the answer knows whether it took up the question before: then its address says so too
    const took = new URLSearchParams(answer?.dataset.here).has("previous");
    if (took && new URLSearchParams(location.search).get("q") === question) window.hkAddress(answer.dataset.here, true);
    if (question && question.length <= LONGEST) keep([question, ...load().filter((one) => one !== question)].slice(0, MOST));
    else if (piece.querySelector(".hk-history")) draw();
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.(".hk-kept[open]")) server("GET").then((reply) => told(reply.count), () => {});
  }, true);

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button");
    if (button?.closest(".hk-history")) keep([]);
    const form = button?.closest(".hk-judge");
    if (form && "right" in button.dataset) {
      for (const one of form.querySelectorAll("[data-right]")) one.setAttribute("aria-pressed", one === button);
      form.querySelector(".hk-more-said").hidden = false;
      form.elements.comment.focus();
    }
    const place = button?.closest(".hk-kept");
    if (place && confirm(place.dataset.confirm.replace("{count}", place.dataset.number))) {
      const status = place.querySelector("[role=status]");
      try { await server("DELETE"); told(0); status.textContent = place.dataset.erased; } catch { status.textContent = place.dataset.failed; }
    }
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest?.(".hk-judge");
    if (!form) return;
    event.preventDefault();
    const status = form.querySelector("[role=status]"), send = form.querySelector("[type=submit]");
    const right = form.querySelector("[aria-pressed=true]").dataset.right === "true";
    send.disabled = true;
    status.textContent = "…";
    try {
      const { question, document: of, previous } = form.dataset;
      const reply = await server("POST", { question, document: of, previous, right, comment: form.elements.comment.value });
      status.textContent = form.dataset.sent;
      form.querySelector("fieldset").disabled = true;
      form.querySelector(".hk-more-said").hidden = true;
      told(reply.count);
    } catch { status.textContent = form.dataset.failed; }
    send.disabled = false;
  });
})();
