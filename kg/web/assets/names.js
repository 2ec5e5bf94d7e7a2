// A box for several names: its list completes the one that is being typed, behind those that stand there already.
(() => {
  const offered = new WeakMap(); // list → the names that the page gave it
  document.addEventListener("input", ({ target: box }) => {
    if (!box.matches?.("input[data-between][list]")) return;
    const { list, dataset: { between } } = box;
    if (!offered.has(list)) offered.set(list, [...list.options].map((option) => option.value));
    const [before] = box.value.match(new RegExp(`^.*[${between}]\\s*`, "s")) ?? [""];
    if (before === (list.dataset.before ?? "")) return;
    list.dataset.before = before;
    // what is between brackets is part of one name
    const within = /[（(][^）)]*$/.test(before);
    const there = new Set(before.split(new RegExp(`[${between}]`)).map((name) => name.trim()));
    const names = within ? [] : offered.get(list).filter((name) => !there.has(name));
    list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: before + name })));
  });
})();
