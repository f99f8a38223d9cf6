// The way of a dollar: places in columns, flows between them, each with its cents and what it rests on.

const BAR = 9;
const GAP = 18;
const TALL = 360;
const FLOW_HEAD = 34;

/** Places by name with their edges, and flows with the edges at both ends, for a width. */
function laidOut(chosen, width) {
  const columns = [];
  for (const place of chosen.places) (columns[place.column] ??= []).push(place);
  const held = columns.filter(Boolean);
  const scale = Math.min(
    ...held.map((each) => (TALL - GAP * (each.length - 1)) / each.reduce((sum, place) => sum + place.cents[0], 0)),
  );
  const last = Math.max(...chosen.places.map((place) => place.column));
  const right = width - 176;
  const places = {};
  for (const each of held) {
    let y = FLOW_HEAD;
    for (const place of each) {
      const x = 4 + ((right - 4) * place.column) / last;
      places[place.name] = { ...place, x, y, height: Math.max(place.cents[0] * scale, 1), out: y, in: y };
      y += place.cents[0] * scale + GAP;
    }
  }
  return { places, flows: banded(chosen, places, scale), height: FLOW_HEAD + TALL + 30, step: (right - 4) / last };
}

/** Flows with their ends: later stages leave from the top, those who keep below, as they stand. */
function banded(chosen, places, scale) {
  const order = Object.keys(places);
  const rank = (name) => (places[name].kind === "stage" ? 0 : 1e6) + places[name].y;
  return chosen.flows
    .map(([source, target, economy, ...cents], k) => ({ source, target, economy, cents, k }))
    .sort((f, g) => order.indexOf(f.source) - order.indexOf(g.source) || rank(f.target) - rank(g.target))
    .map((flow) => {
      const [from, to] = [places[flow.source], places[flow.target]];
      const thick = flow.cents[0] * scale;
      const made = { ...flow, thick, x0: from.x + BAR, y0: from.out, x1: to.x, y1: to.in };
      from.out += thick;
      to.in += thick;
      return made;
    });
}

function bandPath({ x0, y0, x1, y1, thick }) {
  const middle = (x0 + x1) / 2;
  const low = Math.max(thick, 0.8);
  return (
    `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}` +
    `L${x1} ${y1 + low}C${middle} ${y1 + low} ${middle} ${y0 + low} ${x0} ${y0 + low}Z`
  );
}

/** A place in words, as in `owners in the United States`. */
function placeWords(place) {
  if (place.kind === "user") return `the user in ${place.said}`;
  if (place.kind === "stage") return `${place.label} (${place.economy})`;
  return place.kind === "costs" ? `labour, power, tax and other costs in ${place.said}` : `${place.kind} in ${place.said}`;
}

function centsText([mean, low, high]) {
  const write = (x) => (x < 0.1 && x > 0 ? "under 0.1" : x.toFixed(1));
  return `${write(mean)} cents (${write(low)} to ${write(high)})`;
}

function flowWords(chosen, flow) {
  const by = Object.fromEntries(chosen.places.map((place) => [place.name, place]));
  return `From ${placeWords(by[flow[0]])} to ${placeWords(by[flow[1]])}`;
}

/** The stage whose numbers decide a flow: the one that pays it, or that investors pay into; none for the user's dollar. */
function deciding(chosen, [source, target]) {
  return chosen.numbers[source] ?? (source.startsWith("investors ") ? chosen.numbers[target] : undefined) ?? [];
}

function sideOf(data, economy) {
  return economy === data.pair[0] ? "a" : economy === data.pair[1] ? "b" : "other";
}

/** Make a shape a button that can be clicked, focused and pressed. */
function pressable(node, label, pick) {
  for (const [key, value] of Object.entries({ tabindex: 0, role: "button", "aria-label": label })) node.setAttribute(key, value);
  node.addEventListener("click", pick);
  node.addEventListener("focus", pick);
  return node;
}

/** Draw a case into its place; `pick` is told the flow that is asked for. */
function flowFigure(svg, data, chosen, width, pick) {
  const sheet = laidOut(chosen, width);
  svg.replaceChildren();
  svg.classList.toggle("tight", sheet.step < 72);
  for (const flow of sheet.flows) {
    const to = sheet.places[flow.target];
    const kept = sideOf(data, flow.economy || to.economy);
    const whole = chosen.flows[flow.k];
    const kind = to.kind === "costs" ? " cost" : "";
    const band = draw("path", { d: bandPath(flow), class: `flow ${kept}${kind}` });
    svg.append(pressable(band, `${flowWords(chosen, whole)}: ${centsText(flow.cents)}`, () => pick(flow.k)));
  }
  const labels = [];
  let free = 0;
  for (const place of Object.values(sheet.places)) {
    const side = place.kind === "user" ? "user" : sideOf(data, place.economy);
    svg.append(draw("rect", { x: place.x, y: place.y, width: BAR, height: place.height, class: `place ${side}` }));
    const ends = place.kind === "owners" || place.kind === "costs";
    if (ends) {
      const y = Math.max(place.y + place.height / 2 + 4, free);
      free = y + 16;
      const [mean, low, high] = place.cents.map((each) => each.toFixed(0));
      const text = `${place.economy} ${place.kind} ${place.cents[0] < 0.5 ? "under 1" : `${mean} [${low}\u2013${high}]`}`;
      svg.append(draw("line", { x1: place.x + BAR + 1, y1: place.y + place.height / 2, x2: place.x + BAR + 10, y2: y - 4, class: "lead" }));
      svg.append(draw("text", { x: place.x + BAR + 13, y, class: "flow-label" }, text));
    } else {
      const under = place.kind === "investors";
      labels.push([place, under]);
    }
  }
  for (const [place, under] of labels) {
    const said = under ? `${place.economy} investors` : place.label;
    const y = under ? place.y + place.height + 13 : place.y - 5;
    const label = draw("text", { x: place.x, y, class: "flow-label" }, `${said} ${place.cents[0].toFixed(0)}`);
    svg.append(label);
    if (label.getComputedTextLength() > sheet.step - 4) split(label, said, place, y, under);
  }
  const height = Math.max(sheet.height, free + 6);
  for (const [key, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) svg.setAttribute(key, value);
}

/** Write a label that is too long for its column on two lines, broken after the first word. */
function split(label, said, place, y, under) {
  label.textContent = "";
  const [first, ...rest] = said.split(" ");
  const lines = [first, [...rest, place.cents[0].toFixed(0)].join(" ")];
  lines.forEach((line, k) => {
    label.append(draw("tspan", { x: place.x, y: y + (under ? 13 * k : 13 * (k - 1)) }, line));
  });
}

/** What is known of a flow: its cents, then the numbers of the stage that decides it, each with its source. */
function flowSays(told, body, chosen, k) {
  const flow = chosen.flows[k];
  told.textContent = `${flowWords(chosen, flow)}: ${centsText(flow.slice(3))} of the dollar.`;
  const numbers = deciding(chosen, flow);
  fill(
    body,
    numbers.length
      ? numbers.map(([what, value, low, high, source]) => [
          element("th", { scope: "row" }, what),
          element("td", { "data-label": "Value" }, `${plain(value)} (${plain(low)} to ${plain(high)})`),
          element("td", { class: "source", "data-label": "Source" }, source),
        ])
      : [[element("th", { scope: "row" }, "the dollar itself"), element("td", {}, "1"), element("td", { class: "source" }, "what the user pays")]],
  );
}

/** The same flows as a table. */
function flowTable(body, chosen) {
  const by = Object.fromEntries(chosen.places.map((place) => [place.name, place]));
  fill(
    body,
    chosen.flows.map((flow) => [
      element("th", { scope: "row" }, placeWords(by[flow[0]])),
      element("td", { "data-label": "To" }, placeWords(by[flow[1]])),
      element("td", { "data-label": "Cents" }, centsText(flow.slice(3))),
      element("td", { class: "source", "data-label": "Rests on" }, deciding(chosen, flow).map(([what, , , , source]) => `${what}: ${source}`).join("; ") || "what the user pays"),
    ]),
  );
}

function flowCsv(chosen, data) {
  const head = ["case", "from", "to", "economy", "cents", "low", "high", "run"];
  const lines = chosen.flows.map(([from, to, economy, ...cents]) => [chosen.name, from, to, economy, ...cents, data.run]);
  return `${[head, ...lines].map((line) => line.map(csvCell).join(",")).join("\n")}\n`;
}
