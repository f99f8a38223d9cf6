// Wiring: controls to state, state to scores, scores to everything that is shown.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const lenses = {};
const page = { state: fromLink(location.hash, data), nodes: null, held: null, paper: 0 };
const PAPER = 690; // width of a printed page, in pixels

function heldLens(lens) {
  lenses[lens] ??= opened(data, lens);
  return lenses[lens];
}

function namesOf(state, form = "name") {
  const name = (code) => data.units.find((unit) => unit.code === code)[form];
  return { a: name(state.a), b: name(state.b) };
}

/** Score, then show; the link follows. */
function refresh() {
  const { state } = page;
  page.held = heldLens(state.lens);
  page.nodes = scored(data, page.held, state);
  show();
  link();
}

/** Bring the link up to the state. */
function link() {
  const told = toLink(page.state, data);
  history.replaceState(null, "", told ? `#${told}` : location.pathname + location.search);
}

function show() {
  const { state, nodes } = page;
  const names = namesOf(state);
  const calls = callsOf(data, nodes, state, firstState(data));
  byId("finding").textContent = finding(data, calls, names);
  byId("key-a").textContent = names.a;
  byId("key-b").textContent = names.b;
  const turn = turning(data, nodes, state, namesOf(state, "said"));
  byId("turning").textContent = turn.says;
  sliders(turn.shares, pillarTurns(data, page.held, state));
  picture(calls, names);
  node(names);
  if (byId("pair-all").open) pairTable(byId("pair-rows"), rowsOf(data, state, true), nodes, calls);
  if (byId("all").open) economies(byId("economies"), data, nodes);
  byId("print").textContent =
    `${names.a} and ${names.b}, ${state.lens === "scale" ? "in sum" : "per head or output"}, mean across layers: ${data.means[state.mean].says}. Weights: ` +
    data.tree.map((layer) => `${layer.title} ${shareText(state.layers[layer.code], state.layers)}`).join(", ");
}

function shareText(weight, all) {
  const total = Object.values(all).reduce((sum, w) => sum + w, 0);
  return total > 0 ? `${((100 * weight) / total).toFixed(0)} %` : "0 %";
}

function picture(calls, names) {
  const { state, nodes } = page;
  const rows = rowsOf(data, state, page.state.show === "pillars");
  const svg = byId("picture");
  const sheet = sheetFor(page.paper || Math.max(300, svg.parentElement.clientWidth), rows);
  const places = { a: state.a, b: state.b };
  const told = (row) => {
    const found = Object.fromEntries(
      Object.entries(places).map(([side, code]) => [side, reading(data, nodes[row.code], data.units.findIndex((unit) => unit.code === code))]),
    );
    const labels = Object.fromEntries(
      Object.entries(found).map(([side, each]) => [side, `${row.title}, ${names[side]}: ${withRange(each)}`]),
    );
    const both = Object.values(found).map((each) => number(each.value)).join(" \u2013 ");
    const scores = Object.values(found).some((each) => Number.isNaN(each.value)) ? "" : `${both}, `;
    const [word, code] = ["short", "code"].map((form) => callWords(calls[row.code], namesOf(state, form), " by data"));
    return { ...found, labels, calls: [scores + word, scores + code, word, code], side: calls[row.code].side };
  };
  const at = document.activeElement?.getAttribute?.("aria-label")?.split(":")[0];
  figure(svg, rows, sheet, told, (row, how) => {
    if (how === "focus" && state.node === row.code) return;
    state.node = row.code;
    node(names);
  });
  if (at) [...svg.querySelectorAll(".mark")].find((each) => each.getAttribute("aria-label").startsWith(`${at}:`))?.focus();
}

/** The node that was picked: its values, dates and sources. */
function node(names) {
  const { state, nodes, held } = page;
  const row = rowsOf(data, state, true).find((each) => each.code === state.node);
  byId("node").value = state.node;
  const sides = Object.entries({ a: state.a, b: state.b }).map(([side, code]) => {
    const found = reading(data, nodes[state.node], data.units.findIndex((unit) => unit.code === code));
    return `${names[side]} ${withRange(found)}, ${(100 * found.coverage).toFixed(0)} % of the weight there`;
  });
  byId("node-says").textContent = `${row.title}: ${sides.join("; ")}.`;
  byId("evidence-a").textContent = names.a;
  byId("evidence-b").textContent = names.b;
  evidence(byId("evidence"), behind(data, held, state, state.node), names);
}

/** Bring the sliders, their shares and their turning points up to the state. */
function sliders(shares, turns) {
  const { state } = page;
  const total = Object.values(state.layers).reduce((sum, w) => sum + w, 0);
  data.tree.forEach((layer, k) => {
    const others = total - state.layers[layer.code];
    setSlider(layer.code, state.layers[layer.code], shareText(state.layers[layer.code], state.layers));
    turnMark(layer.code, (shares[k] / (1 - shares[k])) * others);
    const own = Object.fromEntries(layer.pillars.map((pillar) => [pillar.code, state.pillars[pillar.code]]));
    for (const pillar of layer.pillars) {
      setSlider(pillar.code, own[pillar.code], shareText(own[pillar.code], own));
      turnMark(pillar.code, turns[pillar.code]);
    }
  });
}

/** Mark the weight at which the overall lead turns under its slider, whose thumb is 16 px wide. */
function turnMark(code, weight) {
  const turn = byId(`turn-${code}`);
  turn.hidden = Number.isNaN(weight);
  if (turn.hidden) return;
  const place = Math.min(1, weight);
  turn.style.left = `calc(${8 - 16 * place}px + ${100 * place}%)`;
  turn.textContent = weight > 1 ? "turns beyond" : "turns here";
  turn.classList.toggle("left", weight > 0.5);
}

function setSlider(code, weight, share) {
  const slider = byId(`weight-${code}`);
  if (document.activeElement !== slider) slider.value = 100 * weight;
  slider.setAttribute("aria-valuetext", share);
  byId(`share-${code}`).textContent = share;
}

function slider(kind, code, title) {
  const input = element("input", { type: "range", min: 0, max: 100, step: 1, id: `weight-${code}` });
  input.addEventListener("input", () => {
    page.state[kind][code] = Number(input.value) / 100;
    refresh();
  });
  const turn = element("span", { class: "turn", id: `turn-${code}`, hidden: "" });
  input.setAttribute("aria-describedby", turn.id);
  const track = element("div", { class: "track" }, input, turn);
  return element(
    "div",
    { class: `slider ${kind}` },
    element("label", { for: `weight-${code}` }, title),
    element("output", { id: `share-${code}`, for: `weight-${code}` }),
    track,
  );
}

function build() {
  for (const [id, side] of [["first", "a"], ["second", "b"]]) {
    byId(id).append(...data.units.map((unit) => element("option", { value: unit.code }, unit.name)));
    byId(id).addEventListener("change", () => {
      const other = side === "a" ? "b" : "a";
      const value = byId(id).value;
      if (value === page.state[other]) page.state[other] = page.state[side];
      page.state[side] = value;
      controls();
      refresh();
    });
  }
  byId("mean").append(...data.means.map((each, k) => element("option", { value: k }, each.says)));
  byId("mean").addEventListener("change", () => { page.state.mean = Number(byId("mean").value); refresh(); });
  byId("lens").addEventListener("change", () => { page.state.lens = byId("lens").value; refresh(); });
  byId("node").append(...rowsOf(data, page.state, true).map((row) => element("option", { value: row.code }, `${"\u2003".repeat(row.depth)}${row.title}`)));
  byId("node").addEventListener("change", () => { page.state.node = byId("node").value; refresh(); });
  byId("pillars").addEventListener("change", () => { page.state.show = byId("pillars").checked ? "pillars" : "layers"; refresh(); });
  for (const layer of data.tree) {
    const inner = layer.pillars.map((pillar) => slider("pillars", pillar.code, pillar.title));
    byId("weights").append(
      slider("layers", layer.code, layer.title),
      element("details", {}, element("summary", {}, `Pillars of ${layer.title.toLowerCase()}`), ...inner),
    );
  }
  byId("head-economies").append(...[...data.tree.map((layer) => layer.title), "Overall"].map((title) => element("th", { scope: "col" }, title)));
  actions();
}

function actions() {
  const stem = () => `fourlayers-${page.state.a}-${page.state.b}`.toLowerCase();
  byId("reset").addEventListener("click", () => {
    const { a, b } = page.state;
    page.state = { ...firstState(data), a, b, show: page.state.show, case: page.state.case };
    controls();
    refresh();
  });
  byId("save-csv").addEventListener("click", () => save(`${stem()}.csv`, "text/csv", csvOf(data, page.nodes, page.state)));
  byId("save-svg").addEventListener("click", () => save(`${stem()}.svg`, "image/svg+xml", svgText(byId("picture"), byId("finding").textContent)));
  byId("theme").addEventListener("click", () => {
    const dark = getComputedStyle(document.documentElement).getPropertyValue("--dark").trim() === "1";
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  });
  addEventListener("hashchange", () => { page.state = fromLink(location.hash, data); controls(); refresh(); showDollar(); });
  byId("all").addEventListener("toggle", () => economies(byId("economies"), data, page.nodes));
  byId("pair-all").addEventListener("toggle", show);
  for (const [name, paper] of [["beforeprint", PAPER], ["afterprint", 0]]) {
    addEventListener(name, () => { page.paper = paper; show(); showDollar(); });
  }
  let width = 0;
  new ResizeObserver(() => {
    const now = byId("picture").parentElement.clientWidth;
    if (now !== width && page.nodes) { width = now; show(); showDollar(); }
  }).observe(byId("picture").parentElement);
}

/** Bring the controls that are no sliders up to the state. */
function controls() {
  const { state } = page;
  byId("first").value = state.a;
  byId("second").value = state.b;
  byId("lens").value = state.lens;
  byId("mean").value = state.mean;
  byId("pillars").checked = state.show === "pillars";
}

build();
buildDollars();
controls();
refresh();
showDollar();
