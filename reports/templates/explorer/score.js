// The sums of the engine, mirrored: pillars to layers by weighted means over what is there, layers to the whole.

function unpack(text) {
  const raw = atob(text);
  const bytes = Uint8Array.from(raw, (sign) => sign.charCodeAt(0));
  return new Uint16Array(bytes.buffer);
}

/** Scores of all draws, one after the other, NaN where missing. */
function drawsOf(text, data) {
  return Float64Array.from(unpack(text), (whole) => (whole === data.missing ? NaN : whole / data.scale));
}

/** sum w x / sum w over what is there; NaN where nothing with a weight is. */
function weightedMean(values, weights) {
  let sum = 0;
  let total = 0;
  values.forEach((x, k) => {
    if (weights[k] > 0 && x !== null && !Number.isNaN(x)) {
      sum += weights[k] * x;
      total += weights[k];
    }
  });
  return total > 0 ? sum / total : NaN;
}

/** The same for whole arrays at once: one value for each place. */
function weightedMeans(arrays, weights, size) {
  const sum = new Float64Array(size);
  const total = new Float64Array(size);
  arrays.forEach((x, k) => {
    if (!(weights[k] > 0)) return;
    for (let place = 0; place < size; place += 1) {
      if (!Number.isNaN(x[place])) {
        sum[place] += weights[k] * x[place];
        total[place] += weights[k];
      }
    }
  });
  return sum.map((each, place) => (total[place] > 0 ? each / total[place] : NaN));
}

/** Read what is stored once: the draws of a lens as numbers. */
function opened(data, lens) {
  const held = data.lenses[lens];
  const read = (packed) =>
    Object.fromEntries(Object.entries(packed).map(([name, text]) => [name, drawsOf(text, data)]));
  return { ...held, pillarDraws: read(held.pillar_draws), indicatorDraws: read(held.indicator_draws) };
}

/** Indicators that a pair cannot be compared on, and the pillars that they touch. */
function setApart(data, held, state) {
  const key = [`${state.a} ${state.b}`, `${state.b} ${state.a}`].find((name) => name in data.apart);
  const out = new Set(key ? data.apart[key] : []);
  const places = [state.a, state.b].map((code) => data.units.findIndex((unit) => unit.code === code));
  const kept = {};
  for (const layer of data.tree) {
    for (const pillar of layer.pillars.filter((each) => each.members.some((j) => out.has(j)))) {
      const known = (j) => places.every((i) => held.present[j][i]);
      kept[pillar.code] = pillar.members.map((j) => !out.has(j) && known(j));
    }
  }
  return { places, kept };
}

/** Nominal score and coverage of a pillar for one unit. */
function pillarNow(held, pillar, i, apart) {
  const kept = apart.places.includes(i) ? apart.kept[pillar.code] : undefined;
  if (!kept) {
    const score = held.pillars[pillar.code][i];
    return { score: score === null ? NaN : score, coverage: held.coverage[pillar.code][i] };
  }
  const weights = pillar.weights.map((w, k) => (kept[k] ? w : 0));
  const score = weightedMean(pillar.members.map((j) => held.indicators[j][i]), weights);
  const total = pillar.weights.reduce((sum, w) => sum + w, 0);
  return { score, coverage: weights.reduce((sum, w) => sum + w, 0) / total };
}

/** Scores of a pillar in all draws, from its own where no pair lacks any of its indicators. */
function pillarDrawn(held, pillar, size, n, apart) {
  if (pillar.code in held.pillarDraws) return held.pillarDraws[pillar.code];
  const members = pillar.members.map((j) => held.indicatorDraws[j]);
  const all = weightedMeans(members, pillar.weights, size);
  const kept = apart.kept[pillar.code];
  if (!kept) return all;
  const some = weightedMeans(members, pillar.weights.map((w, k) => (kept[k] ? w : 0)), size);
  return all.map((x, place) => (apart.places.includes(place % n) ? some[place] : x));
}

/** The whole from the layers, place by place: missing where a layer with a weight is. */
function wholeOf(layers, weights, rule, size) {
  const geometric = rule.mean !== "arithmetic";
  const used = layers.map((x, k) => [x, weights[k]]).filter(([, w]) => w > 0);
  const total = used.reduce((sum, [, w]) => sum + w, 0);
  const found = new Float64Array(size).fill(used.length ? 0 : NaN);
  for (const [x, w] of used) {
    for (let place = 0; place < size; place += 1) {
      const score = geometric ? Math.max(x[place], rule.clip) : x[place];
      found[place] += (w / total) * (geometric ? Math.log(score) : score);
    }
  }
  return geometric ? found.map((x) => Math.exp(x)) : found;
}

/** Share of a layer's weight that is there for a unit. */
function coverageOf(parts, weights) {
  const total = weights.reduce((sum, w) => sum + w, 0);
  return total > 0 ? parts.reduce((sum, part, k) => sum + weights[k] * part.coverage, 0) / total : 0;
}

/**
 * Score every unit as the state asks: nodes by code, each with `now` (n) and `draws` (draws x n).
 */
function scored(data, held, state) {
  const n = data.units.length;
  const size = data.draws * n;
  const apart = setApart(data, held, state);
  const nodes = {};
  const layerWeights = data.tree.map((layer) => state.layers[layer.code]);
  for (const layer of data.tree) {
    const weights = layer.pillars.map((pillar) => state.pillars[pillar.code]);
    const parts = layer.pillars.map((pillar) => data.units.map((_, i) => pillarNow(held, pillar, i, apart)));
    const drawn = layer.pillars.map((pillar) => pillarDrawn(held, pillar, size, n, apart));
    layer.pillars.forEach((pillar, k) => {
      const coverage = parts[k].map((part) => part.coverage);
      nodes[pillar.code] = { now: parts[k].map((part) => part.score), draws: drawn[k], coverage };
    });
    const coverage = data.units.map((_, i) => coverageOf(parts.map((part) => part[i]), weights));
    const there = coverage.map((share) => share >= data.floor - 1e-12);
    const now = data.units.map((_, i) =>
      there[i] ? weightedMean(parts.map((part) => part[i].score), weights) : NaN,
    );
    const draws = weightedMeans(drawn, weights, size);
    nodes[layer.code] = { now, draws: draws.map((x, place) => (there[place % n] ? x : NaN)), coverage };
  }
  const rule = data.means[state.mean];
  const layers = data.tree.map((layer) => nodes[layer.code]);
  const now = layers.map((node) => node.now);
  const drawn = layers.map((node) => node.draws);
  nodes.overall = {
    now: [...wholeOf(now, layerWeights, rule, n)],
    draws: wholeOf(drawn, layerWeights, rule, size),
    coverage: data.units.map(() => 1),
  };
  return nodes;
}

/** Point of sorted numbers below which a share of them lies, between neighbours by a straight line. */
function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

/** Nominal score of a unit with the 5 and 95 % points of its draws. */
function reading(data, node, i) {
  const own = Array.from({ length: data.draws }, (_, d) => node.draws[d * data.units.length + i]);
  const sorted = own.filter((x) => !Number.isNaN(x)).sort((x, y) => x - y);
  const full = sorted.length === own.length && own.length > 0;
  return {
    value: node.now[i],
    low: full ? quantile(sorted, 0.05) : NaN,
    high: full ? quantile(sorted, 0.95) : NaN,
    coverage: node.coverage[i],
  };
}

/** Share of draws in which the first leads, ties halved; NaN where one of the two is not scored. */
function leadShare(data, node, a, b) {
  if (Number.isNaN(node.now[a]) || Number.isNaN(node.now[b])) return NaN;
  const n = data.units.length;
  let leads = 0;
  for (let d = 0; d < data.draws; d += 1) {
    const gap = node.draws[d * n + a] - node.draws[d * n + b];
    leads += gap > 0 ? 1 : gap === 0 ? 0.5 : 0;
  }
  return leads / data.draws;
}

/** The call by the one rule, and whom it speaks of. */
function called(share, rule) {
  if (Number.isNaN(share)) return { call: "not scored", side: "" };
  const side = share >= 0.5 ? "a" : "b";
  const certainty = Math.max(share, 1 - share);
  if (certainty >= rule.ahead - 1e-12) return { call: "ahead", side };
  return certainty >= rule.likely - 1e-12 ? { call: "likely ahead", side } : { call: "no call", side: "" };
}

/** Whether weights share out as others do. */
function inProportion(now, first, codes) {
  const [own, other] = [now, first].map((weights) => codes.reduce((sum, code) => sum + weights[code], 0));
  return own > 0 && codes.every((code) => Math.abs(now[code] / own - first[code] / other) < 1e-9);
}

/** Nodes whose scores are those of the run that made the page, as long as pair and lens are. */
function asStated(data, state, first) {
  const layers = data.tree.filter((layer) =>
    inProportion(state.pillars, first.pillars, layer.pillars.map((pillar) => pillar.code)),
  );
  const codes = new Set(data.tree.flatMap((layer) => layer.pillars.map((pillar) => pillar.code)));
  layers.forEach((layer) => codes.add(layer.code));
  const whole = layers.length === data.tree.length && state.mean === data.stated;
  if (whole && inProportion(state.layers, first.layers, data.tree.map((layer) => layer.code))) codes.add("overall");
  return codes;
}

/**
 * Calls of all nodes: those of the run, in which methods were varied too, wherever its scores stand as they were;
 * else of the data `alone`, with what the run `told` where it was of the same pair through the same lens.
 */
function callsOf(data, nodes, state, first) {
  const [a, b] = [state.a, state.b].map((code) => data.units.findIndex((unit) => unit.code === code));
  const turned = state.a === first.b && state.b === first.a;
  const same = state.lens === first.lens && (turned || (state.a === first.a && state.b === first.b));
  const stated = same ? asStated(data, state, first) : new Set();
  const told = (code) => {
    const found = same ? data.told[code] : undefined;
    return found && turned && found.side ? { ...found, side: found.side === "a" ? "b" : "a" } : found;
  };
  return Object.fromEntries(
    Object.entries(nodes).map(([code, node]) => {
      if (told(code) && stated.has(code)) return [code, told(code)];
      return [code, { ...called(leadShare(data, node, a, b), data.rule), alone: true, told: told(code) }];
    }),
  );
}

/** What a weighted sum says each layer adds to the lead: points, or logarithms of clipped scores. */
function layerGaps(data, nodes, state) {
  const [a, b] = [state.a, state.b].map((code) => data.units.findIndex((unit) => unit.code === code));
  const rule = data.means[state.mean];
  const f = (x) => (rule.mean === "arithmetic" ? x : Math.log(Math.max(x, rule.clip)));
  return data.tree.map((layer) => f(nodes[layer.code].now[a]) - f(nodes[layer.code].now[b]));
}

/** Share of the weight at which each layer turns the lead, the others keeping their proportions; or NaN. */
function turningShares(gaps, weights) {
  return gaps.map((own, k) => {
    const others = weightedMean(gaps.map((gap, j) => (j === k ? NaN : gap)), weights);
    const share = others / (others - own);
    return own * others < 0 && share > 0 && share < 1 ? share : NaN;
  });
}

/** Share of all weightings under which the first leads, by a recursion in which nothing cancels. */
function shareOfWeightings(gaps) {
  if (gaps.some((gap) => Number.isNaN(gap))) return NaN;
  if (gaps.every((gap) => gap === 0)) return 0.5;
  const x = gaps.filter((gap) => gap > 0);
  const before = [0, ...x.map(() => 1)];
  for (const y of gaps.filter((gap) => gap < 0).map((gap) => -gap)) {
    x.forEach((own, k) => {
      before[k + 1] = (own * before[k + 1] + y * before[k]) / (own + y);
    });
  }
  return before[before.length - 1];
}
