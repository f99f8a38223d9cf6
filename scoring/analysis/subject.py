"""What an audit looks at: the tables of one result, whatever tree it was scored on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scoring.analysis.importance import effective_weights

if TYPE_CHECKING:
    import pandas as pd

    from scoring.index.engine import Levels, Plan

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Subject:
    """One scored index.

    Attributes
    ----------
    values : DataFrame
        Units that count x indicators, as they went into normalisation's transform; NaN where missing.
    scores : DataFrame
        The same units x indicators and nodes.
    parents : dict of str to str
        Parent of each indicator and node; the top has none.
    weights : dict of str to float
        Weight of each among its siblings.
    coverage : DataFrame
        The same units x nodes: share of the weight that has a value.
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

    def under(self, node: str) -> tuple[str, ...]:
        """Codes of the indicators below a node, however deep; an indicator stands for itself."""
        if node in self.indicators:
            return (node,)
        return tuple(leaf for child in self.children(node) for leaf in self.under(child))

    def name(self, code: str) -> str:
        """Return the name to print, or the code where there is none."""
        return self.title.get(code, code)


def counted(p: Plan) -> Ints:
    """Places of the units that an audit counts: no blocs, none screened out, of a panel the latest year.

    Years of one unit are no independent units: with them every interval would come out too narrow.
    """
    stays = p.grid.reference & p.kept
    if p.grid.time is not None:
        stays &= p.grid.time == p.grid.time[stays].max()
    return np.flatnonzero(stays)


def subject(p: Plan, nominal: Levels) -> Subject:
    """Take the tables out of a nominal run; blocs stay out, as they are made of the others."""
    import pandas as pd

    at = counted(p)
    units, codes = [p.grid.units[i] for i in at], list(p.grid.codes)
    values = pd.DataFrame((p.grid.value / p.grid.divisor)[:, at].T, index=units, columns=codes)
    table = np.concatenate([nominal.indicators[0], nominal.scores[0]])[:, at].T
    scores = pd.DataFrame(table, index=units, columns=[*codes, *nominal.nodes])
    parents, weights = _tree(p)
    coverage = pd.DataFrame({node: share[at] for node, share in p.coverage.items()}, index=units)
    return Subject(values, scores, parents, weights, coverage, _titles(p))


def _titles(p: Plan) -> dict[str, str]:
    leaves = {leaf.code: leaf.title or leaf.code for leaf in p.framework.indicators}
    leaves |= {it.code: it.short for it in p.grid.indicators}
    return leaves | {node.code: node.title for node in p.framework.nodes}


def _tree(p: Plan) -> tuple[dict[str, str], dict[str, float]]:
    """Parents and weights by name, from the levels of a plan."""
    parents: dict[str, str] = {}
    weights: dict[str, float] = {}
    for level in p.tree:
        ends = [*level.starts[1:], len(level.order)]
        for parent, start, end in zip(level.parents, level.starts, ends, strict=True):
            for child, weight in zip(level.children[start:end], level.weights[start:end], strict=True):
                parents[child], weights[child] = parent, float(weight)
    return parents, weights | {p.nodes[0]: 1.0}
