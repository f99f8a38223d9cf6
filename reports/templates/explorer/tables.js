// Words and tables under the picture: the finding, what would turn it, the values behind a node, all economies.

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function list(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Who is ahead where, one sentence a side: by both readings, or by the data alone. */
function leads(data, calls, names, alone) {
  const by = (call, side) =>
    data.tree
      .filter((layer) => calls[layer.code].call === call && calls[layer.code].side === side)
      .filter((layer) => Boolean(calls[layer.code].alone) === alone)
      .map((layer) => layer.title.toLowerCase());
  return ["a", "b"].flatMap((side) => {
    const parts = ["ahead", "likely ahead"]
      .map((call) => [call, by(call, side)])
      .filter(([, layers]) => layers.length)
      .map(([call, layers]) => `${call} in ${list(layers)}`);
    return parts.length ? [`${names[side]}${alone ? ", by the data alone" : ""}: ${parts.join(", ")}.`] : [];
  });
}

/** What the run said of nodes whose call the data alone now make otherwise; empty where nothing differs. */
function weakened(data, calls, names) {
  const rows = [...data.tree.map((layer) => [layer.code, `in ${layer.title.toLowerCase()}`]), ["overall", "overall"]];
  const parts = rows
    .filter(([code]) => calls[code].told)
    .filter(([code]) => calls[code].told.call !== calls[code].call || calls[code].told.side !== calls[code].side)
    .map(([code, where]) => `${callWords(calls[code].told, names)} ${where}`);
  return parts.length ? [`As stated, with methods varied too: ${list(parts)}.`] : [];
}

/** The finding in a few sentences, whoever leads, also where nothing can be told. */
function finding(data, calls, names) {
  const said = [...leads(data, calls, names, false), ...leads(data, calls, names, true)];
  const level = data.tree.filter((layer) => calls[layer.code].call === "no call").map((layer) => layer.title.toLowerCase());
  const none = data.tree.filter((layer) => calls[layer.code].call === "not scored").map((layer) => layer.title.toLowerCase());
  if (level.length) said.push(`No call in ${list(level)}.`);
  if (none.length) said.push(`Not scored for both: ${list(none)}.`);
  said.push(`Overall: ${callWords(calls.overall, names)}.`, ...weakened(data, calls, names));
  return said.join(" ");
}

/** A share of all weightings in words, which never rounds to nothing or to all. */
function ofWeightings(share) {
  if (share === 0) return "no weighting";
  if (share === 1) return "every weighting";
  const whole = share < 0.01 ? "less than 1" : share > 0.99 ? "over 99" : (100 * share).toFixed(0);
  return `${whole}\u00a0% of all weightings`;
}

function upperFirst(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What would turn the overall lead, as sentences. */
function turning(data, nodes, state, names) {
  const weights = data.tree.map((layer) => state.layers[layer.code]);
  const gaps = layerGaps(data, nodes, state);
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (!(total > 0)) return { says: "No layer has a weight.", shares: gaps.map(() => NaN) };
  if (gaps.some((gap, k) => weights[k] > 0 && Number.isNaN(gap))) {
    return { says: "A layer with a weight is not scored for both, so there is no overall.", shares: gaps.map(() => NaN) };
  }
  if (gaps.every((gap, k) => !(weights[k] > 0) || gap === 0)) {
    return { says: "The two are level in every layer that has a weight.", shares: gaps.map(() => NaN) };
  }
  const shares = turningShares(gaps, weights);
  const leader = gaps.reduce((sum, gap, k) => sum + (weights[k] > 0 ? weights[k] * gap : 0), 0) >= 0 ? "a" : "b";
  const rows = data.tree
    .map((layer, k) => ({ title: layer.title.toLowerCase(), share: shares[k], now: weights[k] / total }))
    .filter((row) => !Number.isNaN(row.share))
    .map((row) => `${row.title} weighs ${row.share > row.now ? "more" : "less"} than ${(100 * row.share).toFixed(0)}\u00a0%`);
  const all = shareOfWeightings(gaps);
  const known = Number.isNaN(all) ? "" : ` ${upperFirst(names.a)} leads under ${ofWeightings(all)} of the layers.`;
  const turn = rows.length
    ? `The overall lead of ${names[leader]} turns where ${list(rows).replaceAll(" and ", " or ")} (the others keeping their proportions).`
    : "No weight of a single layer turns the overall lead.";
  return { says: turn + known, shares };
}

/** Indicators under a node with value, date and source for both sides. */
function behind(data, held, state, code) {
  const pillars = data.tree
    .filter((layer) => code === "overall" || layer.code === code || layer.pillars.some((each) => each.code === code))
    .flatMap((layer) => (code === "overall" || layer.code === code ? layer.pillars : layer.pillars.filter((each) => each.code === code)));
  const places = [state.a, state.b].map((unit) => data.units.findIndex((each) => each.code === unit));
  return pillars.flatMap((pillar) =>
    pillar.members.map((j) => {
      const it = data.indicators[j];
      return {
        pillar: pillar.title,
        title: it.title,
        unit: it.unit,
        sides: places.map((i) => {
          const [value, low, high, date, source, state_] = it.cells[i];
          return { value, low, high, date, source: data.sources[source] ?? "", state: state_, score: held.indicators[j][i] };
        }),
      };
    }),
  );
}

const STATES = {
  missing: "no value",
  stale: "too old to count",
  floor: "truly absent",
  zero: "none",
  censored: "below what is published",
  imputed: "filled in",
  observed: "known, but its terms do not let it be shown",
};

function plain(x) {
  if (x === null) return "";
  const size = Math.abs(x);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
  return Number(x.toFixed(digits)).toLocaleString("en-GB", { maximumFractionDigits: digits }).replace("-", "\u2212");
}

function sideCell(side, name) {
  const range = side.low === null || side.low === side.high ? "" : ` (${plain(side.low)} to ${plain(side.high)})`;
  const value = side.value === null ? STATES[side.state] : plain(side.value) + range;
  const score = side.score === null ? "not scored" : `score ${side.score.toFixed(1)}`;
  const cell = element("td", { "data-label": name }, element("strong", {}, value), element("br"), `${score}${side.date ? `, ${side.date}` : ""}`);
  if (side.source) cell.append(element("br"), element("span", { class: "source" }, side.source));
  return cell;
}

function fill(body, rows) {
  body.replaceChildren(...rows.map((cells) => element("tr", {}, ...cells)));
}

function evidence(body, rows, names) {
  fill(
    body,
    rows.map((row) => [
      element("th", { scope: "row" }, row.title, element("br"), element("span", { class: "source" }, `${row.pillar}; ${row.unit}`)),
      ...row.sides.map((side, k) => sideCell(side, [names.a, names.b][k])),
    ]),
  );
}

function economies(body, data, nodes) {
  const codes = [...data.tree.map((layer) => layer.code), "overall"];
  fill(
    body,
    data.units.map((unit, i) => [
      element("th", { scope: "row" }, unit.name, unit.bloc ? " (bloc)" : ""),
      ...codes.map((code) => element("td", {}, withRange(reading(data, nodes[code], i)))),
    ]),
  );
}

/** The picture as a table: the nodes of the pair with weight, scores, ranges and call. */
function pairTable(body, rows, nodes, calls) {
  const { state } = page;
  const names = namesOf(state);
  byId("pair-a").textContent = names.a;
  byId("pair-b").textContent = names.b;
  const places = [state.a, state.b].map((code) => data.units.findIndex((unit) => unit.code === code));
  fill(
    body,
    rows.map((row) => [
      element("th", { scope: "row", class: `depth${row.depth}` }, row.title),
      element("td", {}, row.depth ? row.weight.toFixed(2) : ""),
      ...places.map((i) => element("td", {}, withRange(reading(data, nodes[row.code], i)))),
      element("td", {}, callWords(calls[row.code], names)),
    ]),
  );
}
