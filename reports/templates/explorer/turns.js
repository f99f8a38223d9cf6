// Where the weight of a pillar turns the overall lead: every place of its slider is tried, everything else as it stands.

const STEPS = 100;

/** Scores and coverage of the pillars for the pair, which no weight changes. */
function pairParts(data, held, state) {
  const apart = setApart(data, held, state);
  return data.tree.map((layer) => layer.pillars.map((pillar) => apart.places.map((i) => pillarNow(held, pillar, i, apart))));
}

/** Nominal score of a layer for one side; NaN below the coverage that a layer needs. */
function layerNow(data, layer, parts, weights, side) {
  const own = parts.map((part) => part[side]);
  if (coverageOf(own, weights) < data.floor - 1e-12) return NaN;
  return weightedMean(own.map((part) => part.score), weights);
}

/** Weight at which a pillar turns the overall lead, the nearest to where it stands; NaN where none does. */
function pillarTurns(data, held, state) {
  const parts = pairParts(data, held, state);
  const rule = data.means[state.mean];
  const tops = data.tree.map((layer) => state.layers[layer.code]);
  const scoreOf = (k, weights) => [0, 1].map((side) => layerNow(data, data.tree[k], parts[k], weights, side));
  const stated = data.tree.map((layer) => layer.pillars.map((pillar) => state.pillars[pillar.code]));
  const layers = data.tree.map((_, k) => scoreOf(k, stated[k]));
  const sign = (k, own) => {
    const [a, b] = wholeOf(layers.map((each, j) => (j === k ? own : each)), tops, rule, 2);
    return Math.sign(a - b);
  };
  const found = {};
  data.tree.forEach((layer, k) => {
    layer.pillars.forEach((pillar, m) => {
      const at = (weight) => sign(k, scoreOf(k, stated[k].map((w, j) => (j === m ? weight : w))));
      const now = at(stated[k][m]);
      const here = Math.round(STEPS * stated[k][m]);
      const turned = now ? nearest(here, (step) => at(step / STEPS) === -now) : -1;
      found[pillar.code] = turned < 0 ? NaN : turned / STEPS;
    });
  });
  return found;
}

/** The nearest step, upwards or downwards, at which something holds; -1 where it does nowhere. */
function nearest(here, holds) {
  for (let away = 1; away <= STEPS; away += 1) {
    for (const step of [here - away, here + away]) {
      if (step >= 0 && step <= STEPS && holds(step)) return step;
    }
  }
  return -1;
}
