"""A scored table: its scores and ranks, and what every stage left behind on the way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indicators.draws import NOMINAL
from indicators.fault import unknown
from layers.stages import Room, staged
from scoring.index.engine import run
from scoring.index.frame import TIME, UNIT, plan_of
from scoring.index.recipe import read_recipe
from scoring.index.replicates import replicates

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import NDArray

    from indicators.draws import Draws
    from scoring.index.engine import Levels, Plan
    from scoring.index.framework import Framework
    from scoring.index.recipe import Recipe

NAMED: Final = {
    "denominate": "denominated",
    "impute": "imputed",
    "screen": "screened",
    "transform": "transformed",
    "treat": "treated",
    "normalise": "normalised",
}
"""What a table is called after each stage."""


@dataclass(frozen=True)
class Result:
    """One tree scored on one table.

    Attributes
    ----------
    plan : Plan
        Grid, tree and recipe: everything else is `run` of it with other draws.
    levels : Levels
        Scores as arrays.
    index : Index or MultiIndex
        Units (and years of a panel) in the order of the table that was given.
    groups : DataFrame
        Units x groupings.
    """

    plan: Plan
    levels: Levels
    index: pd.Index[Any]
    groups: pd.DataFrame

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Units x nodes, the top first, then the indicators; NaN where not scored."""
        nodes = np.concatenate([self.levels.scores[0], self.levels.indicators[0]])
        return self._frame(nodes, [*self.levels.nodes, *self.plan.grid.codes])

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Competition ranks, 1 for the highest; ties share the better one. Of a panel, in each year."""
        return self._ranked(None)

    def ranks_within(self, grouping: str) -> pd.DataFrame:
        """Ranks among the units of the same group.

        Raises
        ------
        UsageError
            If the table has no such grouping.
        """
        if grouping not in self.groups.columns:
            kind = "grouping of units"
            raise unknown(kind, grouping, map(str, self.groups.columns))
        return self._ranked(grouping)

    def _ranked(self, grouping: str | None) -> pd.DataFrame:
        by: list[Any] = [] if grouping is None else [self.groups[grouping].reindex(self.scores.index)]
        by += [self.scores.index.get_level_values(TIME)] if self.scores.index.nlevels > 1 else []
        table = self.scores.groupby(by, dropna=False) if by else self.scores
        return table.rank(method="min", ascending=False).astype("Int64")

    @cached_property
    def lineage(self) -> dict[str, pd.DataFrame]:
        """Units x indicators after every stage: `raw`, `denominated` and so on in the order of the recipe.

        Last `aggregated`, the indicators and all nodes. Units that were screened out leave at that stage.
        """
        grid = self.plan.grid
        tables = {"raw": self._frame(grid.value, grid.codes, everyone=True)}
        everyone = True
        for stage, x, _ in self._stages():
            everyone = everyone and stage != "screen"
            tables[NAMED[stage]] = self._frame(x, grid.codes, everyone=everyone)
        nodes = np.concatenate([self.levels.indicators[0], self.levels.scores[0, ::-1]])
        return tables | {"aggregated": self._frame(nodes, [*grid.codes, *self.levels.nodes[::-1]])}

    @cached_property
    def notes(self) -> dict[str, pd.DataFrame]:
        """What was done to single cells: `imputed` (true or false) and `treated` (how)."""
        from layers.treat import MARKS

        found: dict[str, pd.DataFrame] = {}
        for stage, _, note in self._stages():
            if note is not None:
                told = np.array(MARKS, dtype=object)[note] if stage == "treat" else note
                found[NAMED[stage]] = self._frame(told, self.plan.grid.codes)
        return found

    def _stages(self) -> list[tuple[str, NDArray[Any], NDArray[Any] | None]]:
        p = self.plan
        room = Room(p.grid, p.recipe.choices, NOMINAL, {}, p.kept)
        ran = staged(p.grid.value[None], room)
        return [(stage, at.x[0], None if at.note is None else at.note[0]) for stage, at in ran]

    @cached_property
    def weights(self) -> pd.DataFrame:
        """Of every indicator and node: `level`, `parent`, `weight` among siblings, `effective` in the top."""
        import pandas as pd

        whole = {self.levels.nodes[0]: 1.0}
        rows: dict[str, tuple[int, str, float, float]] = {}
        for depth in range(len(self.plan.tree), 0, -1):
            level = self.plan.tree[depth - 1]
            counts = np.diff([*level.starts, len(level.order)])
            parents = np.repeat(np.array(level.parents, dtype=object), counts)
            for child, parent, weight in zip(level.children, parents, level.weights, strict=True):
                whole[child] = whole[parent] * float(weight)
                rows[child] = (depth, parent, float(weight), whole[child])
        top = {self.levels.nodes[0]: (len(self.plan.tree) + 1, "", 1.0, 1.0)}
        return pd.DataFrame.from_dict(
            top | rows, orient="index", columns=["level", "parent", "weight", "effective"]
        )

    @cached_property
    def availability(self) -> pd.DataFrame:
        """Share of the indicators under every node that have a value in the raw table, units x nodes."""
        present = np.isfinite(self.plan.grid.value).astype(np.float64)
        count, there = np.ones(len(present)), present
        found: dict[str, NDArray[np.float64]] = {}
        for level in self.plan.tree:
            there = np.add.reduceat(there[level.order], level.starts, axis=0)
            count = np.add.reduceat(count[level.order], level.starts)
            found |= dict(zip(level.parents, there / count[:, None], strict=True))
        return self._frame(
            np.array([found[node] for node in self.levels.nodes]), self.levels.nodes, everyone=True
        )

    @cached_property
    def unmeasured(self) -> tuple[str, ...]:
        """Indicators that have values and for no unit a score: the method has nothing to measure them by."""
        blank = np.isnan(self.levels.indicators[0]).all(axis=1) & np.isfinite(self.plan.grid.value).any(
            axis=1
        )
        return tuple(code for code, none in zip(self.plan.grid.codes, blank, strict=True) if none)

    def unit_summary(self, unit: Any) -> pd.DataFrame:  # noqa: ANN401 - a code, or a code and a year
        """Scores and ranks of one unit at every node, the top first.

        Raises
        ------
        UsageError
            If there is no such unit.
        """
        import pandas as pd

        key = self._key(unit)
        nodes = list(self.levels.nodes)
        titles = {node.code: node.title for node in self.plan.framework.nodes}
        return pd.DataFrame(
            {
                "title": [titles[node] for node in nodes],
                "score": self.scores.loc[key, nodes].to_numpy(),
                "rank": self.ranks.loc[key, nodes].to_numpy(),
            },
            index=nodes,
        )

    def strengths(self, unit: Any, count: int = 5) -> pd.DataFrame:  # noqa: ANN401
        """Return the indicators on which a unit ranks best: title, pillar, rank, raw value, unit."""
        return self._extremes(unit, best=True).head(count)

    def weaknesses(self, unit: Any, count: int = 5) -> pd.DataFrame:  # noqa: ANN401
        """Return the indicators on which a unit ranks worst, the worst first."""
        return self._extremes(unit, best=False).head(count)

    def _extremes(self, unit: Any, *, best: bool) -> pd.DataFrame:  # noqa: ANN401
        import pandas as pd

        key = self._key(unit)
        raw, leaves = self.lineage["raw"], self.plan.framework.ordered()
        direction = {leaf.code: float(leaf.direction) for leaf in leaves}
        oriented = raw.mul(pd.Series(direction))[list(direction)]
        years = [oriented.index.get_level_values(TIME)] if oriented.index.nlevels > 1 else None
        ranks = (oriented.groupby(years) if years else oriented).rank(method="min", ascending=False).loc[key]
        rows = [
            (it.title or it.code, it.parent, ranks[it.code], raw.loc[key, it.code], it.unit) for it in leaves
        ]
        table = pd.DataFrame(
            rows,
            index=[it.code for it in leaves],
            columns=["title", "pillar", "rank", "value", "unit"],
        )
        table = table.dropna(subset="rank").sort_values("rank", ascending=best, kind="stable")
        return table.astype({"rank": int})

    def _key(self, unit: Any) -> Any:  # noqa: ANN401
        if unit not in self.scores.index:
            raise unknown("unit", str(unit), [str(each) for each in self.scores.index])
        return unit

    def draws(
        self,
        weights: pd.DataFrame | None = None,
        *,
        left_out: Collection[str | None] | None = None,
        **picks: Collection[int | str],
    ) -> Draws:
        """Make draws from tables of replicates: weights, what is left out, and the method at each stage.

        Parameters, and what is refused, as of `scoring.index.replicates.replicates`.
        """
        return replicates(self.plan, weights, left_out, picks)

    def run(self, draws: Draws) -> Levels:
        """Score the same table for many draws by the pipeline that made this result."""
        return run(self.plan, draws)

    def _frame(self, table: NDArray[Any], columns: Any, *, everyone: bool = False) -> pd.DataFrame:  # noqa: ANN401
        """Units x columns, without the units that were screened out."""
        import pandas as pd

        made = pd.DataFrame(table.T, index=self.index, columns=list(columns))
        return made if everyone or self.plan.kept.all() else made[self.plan.kept]


def score_frame(values: pd.DataFrame, framework: Framework, recipe: Recipe | None = None) -> Result:
    """Score a plain table of units x indicators on any tree.

    Parameters
    ----------
    values : DataFrame
        Units in the index or in a column `uCode`, years of a panel in a column `Time`, indicators in the
        columns that the tree names; columns of its groups and denominators.
    framework : Framework
        A tree that lists its indicators.
    recipe : Recipe, optional
        By default `plain`: min-max and arithmetic means; where every indicator has goalposts, these.

    Raises
    ------
    UsageError, DataError
        If tree, table and recipe do not fit together, by the names of nodes, units and cells.
    """
    plan = plan_of(values, framework, recipe or plain(framework))
    table = values.set_index(UNIT) if UNIT in values.columns else values
    if plan.grid.time is not None:
        table = table.set_index(TIME, append=True)
    held = [name for name in framework.groups if name in table.columns]
    return Result(plan, run(plan), table.index, table[held])


def plain(framework: Framework) -> Recipe:
    """Return the recipe for a tree that comes without one."""
    recipe = read_recipe("plain")
    if all(leaf.goalposts for leaf in framework.indicators):
        choices = recipe.choices.model_copy(update={"normalise": "goalposts"})
        return recipe.model_copy(update={"choices": choices})
    return recipe
