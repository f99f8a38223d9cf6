"""What an audit looks at: the tables of one result, whatever tree it was scored on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.analysis.importance import effective_weights

if TYPE_CHECKING:
    import pandas as pd

    from scoring.index.engine import Levels, Plan


@dataclass(frozen=True)
class Subject:
    """One scored index.

    Attributes
    ----------
    values : DataFrame
        Reference units x indicators, as they went into normalisation's transform; NaN where missing.
    scores : DataFrame
        The same units x indicators and nodes.
    parents : dict of str to str
        Parent of each indicator and node; the top has none.
    weights : dict of str to float
        Weight of each among its siblings.
    coverage : DataFrame
        Reference units x nodes: share of the weight that has a value.
    title : dict of str to str
        Names to print.
    """

    values: pd.DataFrame
    scores: pd.DataFrame
    parents: dict[str, str]
    weights: dict[str, float]
    coverage: pd.DataFrame
    title: dict[str, str]

    @property
    def top(self) -> str:
        """Code of the top."""
        return next(over for over in self.parents.values() if over not in self.parents)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the leaves."""
        return tuple(str(code) for code in self.values.columns)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Codes of all that is above the leaves."""
        return tuple(str(code) for code in self.scores.columns if code not in self.values.columns)

    @property
    def effective(self) -> dict[str, float]:
        """Share of the top that each carries."""
        return effective_weights(self.weights, self.parents)

    def children(self, node: str) -> tuple[str, ...]:
        """Codes straight below a node."""
        return tuple(code for code, over in self.parents.items() if over == node)

    def groups(self) -> tuple[str, ...]:
        """Nodes whose children are indicators: the pillars."""
        leaves = set(self.indicators)
        return tuple(node for node in self.nodes if leaves & set(self.children(node)))

    def name(self, code: str) -> str:
        """Return the name to print, or the code where there is none."""
        return self.title.get(code, code)


def subject(p: Plan, nominal: Levels) -> Subject:
    """Take the tables out of a nominal run; blocs stay out, as they are made of the others."""
    import pandas as pd

    units = [unit for unit, counts in zip(p.grid.units, p.grid.reference, strict=True) if counts]
    at = np.flatnonzero(p.grid.reference)
    codes = [it.code for it in p.grid.indicators]
    values = pd.DataFrame((p.grid.value / p.grid.divisor)[:, at].T, index=units, columns=codes)
    table = np.concatenate([nominal.indicators[0], nominal.scores[0]])[:, at].T
    scores = pd.DataFrame(table, index=units, columns=[*codes, *nominal.nodes])
    parents, weights = _tree(p, codes)
    coverage = pd.DataFrame({node: share[at] for node, share in p.coverage.items()}, index=units)
    title = {it.code: it.short for it in p.grid.indicators}
    title |= {node.code: node.title for node in p.framework.nodes}
    return Subject(values, scores, parents, weights, coverage, title)


def _tree(p: Plan, codes: list[str]) -> tuple[dict[str, str], dict[str, float]]:
    """Parents and weights by name, from the levels of a plan."""
    parents: dict[str, str] = {}
    weights: dict[str, float] = {}
    below: tuple[str, ...] = tuple(codes)
    for level in p.tree:
        ends = [*level.starts[1:], len(level.order)]
        for parent, start, end in zip(level.parents, level.starts, ends, strict=True):
            for place, weight in zip(level.order[start:end], level.weights[start:end], strict=True):
                parents[below[place]], weights[below[place]] = parent, float(weight)
        below = level.parents
    return parents, weights | {below[0]: 1.0}
