// The editor of queries stands for the plain text box, which goes on holding the text: without the editor all else works.
(() => {
  // what a script writes into the box is heard of no other way than by its own `value`
  const overhear = (box, heard) => {
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
    Object.defineProperty(box, "value", {
      configurable: true,
      get() { return get.call(this); },
      set(text) { set.call(this, text); heard(text); },
    });
  };

  /** Called with the piece of the page that the editor goes into; the box with its text stands beside it. */
  window.hkEditor = (element) => {
    const place = element.querySelector(".hk-editor");
    const box = document.querySelector("#query textarea");
    if (!place || place.hasChildNodes()) return;
    if (!box) { setTimeout(() => window.hkEditor(element), 100); return; }
    window.hkLibrary("sparql-editor.min.js").then(() => {
      let writing = false;
      const editor = window.HkEditor.open(place, {
        text: box.value,
        label: place.dataset.label,
        words: JSON.parse(place.dataset.terms),
        changed(text) {
          if (writing || text === box.value) return;
          writing = true;
          box.value = text;
          box.dispatchEvent(new Event("input", { bubbles: true }));
          writing = false;
        },
        // the box has told the page its text by then
        run() { setTimeout(() => document.querySelector("#run")?.click(), 60); },
      });
      const hear = (text) => { if (!writing) { writing = true; editor.text = text; writing = false; } };
      overhear(box, hear);
      box.addEventListener("input", () => hear(box.value));
      box.tabIndex = -1;
      box.setAttribute("aria-hidden", "true");
      document.querySelector("#query").classList.add("hk-edited");
    }).catch(() => { /* the plain box is there */ });
  };
})();
