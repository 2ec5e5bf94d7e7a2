// The picture of what hangs together, and beside it the same as a list. All that is drawn comes from /api/graph.
(() => {
  const SHAPES = { agent: "ellipse", zone: "diamond", policy: "rectangle", clause: "hexagon", obligation: "triangle" };
  const LINES = { firm: "solid", support: "dashed", pilot: "double", exploratory: "dotted" };
  const NAMED = 16;
  let shown = null;

  const make = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "onclick") made.addEventListener("click", value);
      else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  };

  const address = (around) => `?view=graph${around ? `&around=${encodeURIComponent(around)}` : ""}`;

  class Graph {
    constructor(root) {
      this.root = root;
      this.say = JSON.parse(root.dataset.words);
      this.part = (name) => root.querySelector(`.hk-g-${name}`);
      // a visit draws the piece anew; the boxes above it stay as they were
      this.filters = shown?.filters ?? { kinds: [], clauses: [], forces: [], hops: 1 };
      this.around = root.dataset.around ? [root.dataset.around] : [];
      this.turn = 0;
      // the wheel goes on moving the page; with Ctrl it zooms
      this.part("picture").addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) event.stopImmediatePropagation();
      }, true);
      // the page keeps elements that a visit draws anew: what hears them is replaced, not added to
      for (const button of root.querySelectorAll("button[data-do]")) button.onclick = () => this[button.dataset.do]();
    }

    get query() {
      const { kinds, clauses, forces, hops } = this.filters;
      const pairs = { around: this.around, kinds, clauses, forces, hops: [hops] };
      return new URLSearchParams(Object.entries(pairs).flatMap(([name, all]) => all.map((one) => [name, one])));
    }

    begin(around) {
      this.around = around ? [around] : [];
      this.focus = null;
      this.root.dataset.here = address(around);
      window.hkAddress(address(around));
      return this.draw(true);
    }

    filter(filters) { this.filters = filters; return this.draw(true); }

    // a thing that was chosen is unfolded, and the list tells of it
    unfold(id) {
      this.focus = id;
      if (this.around.includes(id)) return this.list();
      this.around.push(id);
      return this.draw(false);
    }

    fold() {
      const id = this.focus;
      this.around = this.around.filter((one) => one !== id);
      this.focus = this.around[0];
      return this.draw(false);
    }

    async draw(anew) {
      const turn = ++this.turn;
      this.tell("");
      const empty = this.around.length === 0;
      this.root.classList.toggle("hk-g-none", empty);
      if (empty) { this.cy?.elements().remove(); this.found = null; return; }
      this.root.setAttribute("aria-busy", "true");
      try {
        const [reply] = await Promise.all([fetch(`${window.hkRoot}/api/graph?${this.query}`), window.hkLibrary("cytoscape.min.js")]);
        if (turn !== this.turn) return;
        if (reply.status === 404) throw new Error(this.say.unknown);
        if (!reply.ok) throw new Error(`${this.say.failed} ${(await reply.json()).detail ?? reply.status}`);
        this.show(await reply.json(), anew);
      } catch (error) {
        if (turn !== this.turn) return;
        this.root.classList.add("hk-g-failed");
        this.tell(error instanceof TypeError || error.message.endsWith(".js") ? this.say.failed : error.message, true);
      } finally {
        if (turn === this.turn) this.root.removeAttribute("aria-busy");
      }
    }

    tell(text, wrong = false) {
      this.root.classList.toggle("hk-g-failed", wrong);
      const place = this.part("told");
      place.textContent = text;
      place.setAttribute("role", wrong ? "alert" : "status");
      place.classList.toggle("hk-notice", wrong);
    }

    show(found, anew) {
      this.found = found;
      this.nodes = new Map(found.nodes.map((node) => [node.id, node]));
      if (!this.nodes.has(this.focus)) this.focus = found.around[0];
      // the names in the address may have been written in another way
      this.around = [...found.around];
      const parts = [this.say.count.replace("{nodes}", found.nodes.length).replace("{edges}", found.edges.length)];
      if (found.capped) parts.push(this.say.capped.replace("{limit}", found.limit).replace("{total}", found.total));
      if (found.nodes.length === found.around.length && found.nodes.length === 1) parts.push(this.say.alone);
      this.tell(parts.join(" "));
      this.part("told").classList.toggle("hk-g-capped", found.capped);
      this.part("graphml").setAttribute("href", `${window.hkRoot}/api/graph.graphml?${this.query}`);
      this.picture(anew);
      this.list();
    }

    picture(anew) {
      this.cy ??= this.start();
      const { cy, found } = this;
      const old = anew ? new Set() : new Set(cy.nodes().map((node) => node.id()));
      const edges = new Map(found.edges.map((edge) => [`${edge.source} ${edge.kind} ${edge.target}`, edge]));
      cy.batch(() => {
        if (anew) cy.elements().remove();
        cy.elements().filter((one) => !(one.isNode() ? this.nodes.has(one.id()) : edges.has(one.id()))).remove();
        const from = cy.getElementById(this.focus);
        const middle = from.nonempty() ? from.position() : { x: 0, y: 0 };
        const fresh = found.nodes.filter((node) => !old.has(node.id));
        fresh.forEach((node, i) => {
          const turn = (2 * Math.PI * i) / fresh.length;
          const far = node.id === this.focus ? 0 : 160;
          cy.add({ group: "nodes", data: { ...node, label: this.called(node) }, classes: `${node.kind} ${node.force ?? ""}`,
            position: { x: middle.x + far * Math.cos(turn), y: middle.y + far * Math.sin(turn) } });
        });
        for (const [id, edge] of edges)
          if (cy.getElementById(id).empty())
            cy.add({ group: "edges", data: { id, ...edge, label: this.say.terms[edge.kind] } });
      });
      this.mark();
      cy.resize();
      // what somebody moved stays where it was put
      const moved = cy.nodes().filter((node) => node.scratch("moved"));
      moved.lock();
      cy.layout({ name: "cose", animate: false, randomize: false, fit: false, padding: 30, numIter: 600,
        nodeDimensionsIncludeLabels: true, idealEdgeLength: 90, nodeRepulsion: 9000, gravity: 0.6,
        componentSpacing: 60 }).run();
      moved.unlock();
      // names are wider than high, and so is the place for them
      if (anew && cy.width() > cy.height()) cy.nodes().positions((node) => ({ x: node.position("x") * 1.4, y: node.position("y") }));
      if (anew || this.calm) cy.fit(undefined, 30);
      else cy.animate({ fit: { eles: cy.elements(), padding: 30 }, duration: 250 });
    }

    get calm() { return matchMedia("(prefers-reduced-motion: reduce)").matches; }

    start() {
      const cy = window.cytoscape({
        container: this.part("picture"), style: this.style(), minZoom: 0.15, maxZoom: 3,
        boxSelectionEnabled: false, autounselectify: true,
      });
      cy.on("dragfree", "node", (event) => event.target.scratch("moved", true));
      cy.on("tap", "node", (event) => this.unfold(event.target.id()));
      this.part("picture").onkeydown = (event) => {
        const by = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
        if (by) cy.panBy({ x: by[0], y: by[1] });
        else if (event.key === "+" || event.key === "=") this.nearer();
        else if (event.key === "-") this.farther();
        else return;
        event.preventDefault();
      };
      this.dress = new MutationObserver(() => cy.style(this.style()));
      this.dress.observe(document.body, { attributeFilter: ["class"] });
      return cy;
    }

    colour(name) { return getComputedStyle(this.root).getPropertyValue(`--hk-${name}`).trim(); }

    style() {
      const ink = this.colour("ink"), card = this.colour("card"), line = this.colour("g-line");
      const font = getComputedStyle(this.root).fontFamily;
      return [
        { selector: "node", style: { label: "data(label)", width: 26, height: 26, color: ink, "font-size": 11,
          "font-family": font, "text-wrap": "wrap", "text-max-width": 110, "text-overflow-wrap": "anywhere",
          "text-valign": "bottom", "text-margin-y": 4, "text-outline-color": card, "text-outline-width": 2,
          "border-width": 2, "border-color": ink } },
        ...Object.entries(SHAPES).map(([kind, shape]) =>
          ({ selector: `node.${kind}`, style: { shape, "background-color": this.colour(`g-${kind}`) } })),
        ...Object.entries(LINES).map(([force, style]) =>
          ({ selector: `node.${force}`, style: { "border-style": style, "border-width": force === "pilot" ? 5 : 2 } })),
        // from far away so many words are a blur
        { selector: "node.obligation", style: { "min-zoomed-font-size": 6 } },
        { selector: "node.start", style: { width: 38, height: 38, "font-weight": "bold", "font-size": 13 } },
        { selector: "node.focus", style: { "underlay-color": this.colour("accent"), "underlay-opacity": 0.35,
          "underlay-padding": 7 } },
        { selector: "edge", style: { width: 1.2, "line-color": line, "curve-style": "bezier", "target-arrow-shape": "triangle",
          "target-arrow-color": line, "arrow-scale": 0.8, "font-size": 10, "font-family": font, color: ink,
          "text-background-color": card, "text-background-opacity": 0.85 } },
        { selector: "edge.named", style: { label: "data(label)" } },
        { selector: "edge.near", style: { width: 2.2, "line-color": this.colour("accent"),
          "target-arrow-color": this.colour("accent") } },
        { selector: "edge[kind = 'inheritedAgent'], edge[kind = 'seeAlso']", style: { "line-style": "dashed" } },
      ];
    }

    mark() {
      const { cy } = this;
      if (!cy) return;
      cy.elements().removeClass("focus near named start");
      for (const id of this.around) cy.getElementById(id).addClass("start");
      const ties = cy.getElementById(this.focus).addClass("focus").connectedEdges().addClass("near");
      // a name on each of a hundred lines is read by nobody
      if (ties.length <= NAMED) ties.addClass("named");
    }

    list() {
      this.mark();
      const node = this.nodes.get(this.focus);
      const { say } = this;
      const place = this.part("list");
      const had = place.contains(document.activeElement);
      const told = [say.kinds[node.kind]];
      if (node.modality) told.push(say.modality[node.modality], say.force[node.force]);
      const ties = this.found.edges.filter((edge) => edge.source === node.id || edge.target === node.id);
      const others = new Map();
      // in the order of reading, which is that of the things
      for (const other of this.nodes.values())
        for (const edge of ties) {
          const out = edge.source === node.id;
          if ((out ? edge.target : edge.source) !== other.id) continue;
          const key = `${say.terms[edge.kind]} ${out ? "→" : "←"}`;
          others.set(key, [...(others.get(key) ?? []), other]);
        }
      const drawn = new Set(ties.flatMap((edge) => [edge.source, edge.target])).size - (ties.length ? 1 : 0);
      const away = node.neighbours - drawn;
      const buttons = [make("a", { href: address(node.id), "data-go": true }, say.recentre)];
      if (this.around.length > 1 && this.around.includes(node.id))
        buttons.push(make("button", { type: "button", onclick: () => this.fold() }, say.fold));
      else if (!this.around.includes(node.id))
        buttons.push(make("button", { type: "button", onclick: () => this.unfold(node.id) }, say.unfold));
      const words = node.kind === "obligation" || node.kind === "policy" ? make("q", { lang: "zh-Hans" }, node.words) : null;
      place.replaceChildren(
        make("h3", { tabindex: "-1", "data-id": node.id }, this.sign(node.kind), this.label(node)),
        make("p", { class: "hk-quiet" }, told.join(" · ")),
        words ? make("p", {}, words) : "",
        make("p", { class: "hk-g-do" }, make("a", { href: node.link, "data-go": true }, say.open), ...buttons),
        make("h4", {}, say.neighbours.replace("{count}", drawn)),
        away > 0 ? make("p", { class: "hk-quiet" }, say.away.replace("{count}", away)) : "",
        ...[...others].map(([term, all]) => make("section", {}, make("h5", {}, term), make("ul", {}, ...all.map((other) =>
          make("li", {}, make("button", { type: "button", "data-id": other.id, title: other.words.slice(0, 200),
            onclick: () => this.unfold(other.id) }, this.sign(other.kind), this.label(other))))))),
      );
      place.scrollTop = 0;
      if (had) place.querySelector("h3").focus();
    }

    // what the page's language calls it, or its own name
    called(node) { return this.say.names[node.id] ?? node.label; }
    label(node) { return make("span", { lang: node.id in this.say.names ? this.root.lang : "zh-Hans" }, this.called(node)); }

    sign(kind) { return make("i", { class: `hk-g-sign hk-g-${kind}`, role: "img", "aria-label": this.say.kinds[kind] }); }

    nearer() { this.zoom(1.3); }
    farther() { this.zoom(1 / 1.3); }
    whole() { this.cy?.fit(undefined, 30); }
    zoom(by) {
      const { cy } = this;
      cy?.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
    }

    save() {
      if (!this.cy || !this.found) return;
      const picture = this.cy.png({ output: "blob", full: true, scale: 2, maxWidth: 6000, maxHeight: 6000, bg: this.colour("card") });
      const link = make("a", { href: URL.createObjectURL(picture), download: "hetao-graph.png" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    }
  }

  /** Called where the piece of the page with the picture is there, and each time a visit draws it anew. */
  window.hkGraph = (element) => {
    const root = element.querySelector(".hk-graph");
    if (!root) return;
    shown?.dress?.disconnect();
    shown?.cy?.destroy();
    shown = new Graph(root);
    window.hkGraphShown = shown;
    shown.draw(true);
  };
  /** What the boxes above the picture ask for. */
  window.hkGraphAround = (around) => { shown?.begin(around || ""); return []; };
  window.hkGraphFilter = (kinds, clauses, forces, hops) => {
    shown?.filter({ kinds: kinds ?? [], clauses: clauses ?? [], forces: forces ?? [], hops: hops || 1 });
    return [];
  };
})();
