// The state in the link, and what can be taken away: scores as CSV, the picture as SVG.

function firstState(data) {
  const state = { a: data.pair[0], b: data.pair[1], lens: data.lens, mean: data.stated ?? 0, node: "overall", show: "layers", case: data.dollars.cases[0]?.name ?? "", layers: {}, pillars: {} };
  for (const layer of data.tree) {
    state.layers[layer.code] = layer.weight;
    for (const pillar of layer.pillars) state.pillars[pillar.code] = pillar.weight;
  }
  return state;
}

/** Weights that differ from the first ones, as `code:weight,...`. */
function changed(now, first) {
  return Object.keys(now)
    .filter((code) => now[code] !== first[code])
    .map((code) => `${code}:${Number(now[code].toFixed(4))}`)
    .join(",");
}

function toLink(state, data) {
  const first = firstState(data);
  const parts = new URLSearchParams();
  for (const key of ["a", "b", "lens", "node", "show", "case"]) if (state[key] !== first[key]) parts.set(key, state[key]);
  if (state.mean !== first.mean) parts.set("mean", state.mean);
  for (const key of ["layers", "pillars"]) {
    const told = changed(state[key], first[key]);
    if (told) parts.set(key, told);
  }
  return parts.toString();
}

/** Read a link; what it does not say, or says wrongly, stays as it was at first. */
function fromLink(text, data) {
  const state = firstState(data);
  const parts = new URLSearchParams(text.replace(/^#/, ""));
  const codes = new Set(data.units.map((unit) => unit.code));
  const [a, b] = [parts.get("a") ?? state.a, parts.get("b") ?? state.b];
  if (codes.has(a) && codes.has(b) && a !== b) Object.assign(state, { a, b });
  if (parts.get("lens") in data.lenses) state.lens = parts.get("lens");
  if (parts.get("node") in { overall: 1, ...state.layers, ...state.pillars }) state.node = parts.get("node");
  if (parts.get("show") === "pillars") state.show = "pillars";
  if (data.dollars.cases.some((each) => each.name === parts.get("case"))) state.case = parts.get("case");
  const mean = Number(parts.get("mean") ?? state.mean);
  if (Number.isInteger(mean) && mean >= 0 && mean < data.means.length) state.mean = mean;
  for (const key of ["layers", "pillars"]) {
    for (const part of (parts.get(key) ?? "").split(",")) {
      const [code, weight] = part.split(":");
      if (code in state[key] && Number(weight) >= 0 && Number(weight) <= 1) state[key][code] = Number(weight);
    }
  }
  return state;
}

/** A cell of a CSV; what a spreadsheet would take for a formula is kept a text. */
function csvCell(value) {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvOf(data, nodes, state) {
  const lines = [["economy", "node", "score", "low", "high", "coverage", "weight", "lens", "mean", "run"]];
  const weights = { overall: 1, ...state.layers, ...state.pillars };
  data.units.forEach((unit, i) => {
    for (const [code, node] of Object.entries(nodes)) {
      const { value, low, high, coverage } = reading(data, node, i);
      const numbers = [value, low, high].map((x) => (Number.isNaN(x) ? "" : Number(x.toPrecision(10))));
      const rule = data.means[state.mean];
      const how = rule.mean === "arithmetic" ? rule.mean : `${rule.mean}, clip ${rule.clip}`;
      lines.push([unit.code, code, ...numbers, Number(coverage.toPrecision(6)), weights[code], state.lens, how, data.run]);
    }
  });
  return `${lines.map((line) => line.map(csvCell).join(",")).join("\n")}\n`;
}

function save(name, kind, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: kind }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** The picture with its look written into it, so that it stands alone. */
function svgText(svg, caption) {
  const copy = svg.cloneNode(true);
  const all = [...svg.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((node, k) => {
    const look = getComputedStyle(all[k]);
    for (const name of ["fill", "fill-opacity", "opacity", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "font-family"]) {
      node.setAttribute(name, look.getPropertyValue(name));
    }
    for (const name of ["tabindex", "role", "class", "style"]) node.removeAttribute(name);
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = caption;
  copy.prepend(title);
  return new XMLSerializer().serializeToString(copy);
}
