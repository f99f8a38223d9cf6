"""From a plain table of economies x indicators to a plan: the same grid, the same stages, the same run."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indicators.draws import NOMINAL
from indicators.fault import DataError, Fault, UsageError, near, unknown
from indicators.interval import IDENTITY, Z95
from layers.grid import MISSING, OBSERVED, Bias, Grid, Posts
from layers.stages import Room, compared, listed, staged
from scoring.index.engine import Plan, planned
from scoring.index.framework import levels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from layers.choices import Error
    from scoring.index.framework import Framework, Leaf
    from scoring.index.recipe import Recipe

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNIT, NAME, TIME = "uCode", "uName", "Time"


def plan_of(values: pd.DataFrame, framework: Framework, recipe: Recipe) -> Plan:
    """Prepare the plan of a plain table.

    Parameters
    ----------
    values : DataFrame
        Units x indicators; units in a column `uCode` or in the index, years of a panel in a column `Time`;
        the columns of denominators and groups that the framework names. NaN is missing.
    framework : Framework
        A tree that lists its indicators.
    recipe : Recipe
        How to score.

    Raises
    ------
    UsageError, DataError
        If the tree and the table do not match, a cell is not a number, or a method cannot work on an
        indicator; by the names of nodes, units and cells.
    """
    if not framework.indicators:
        message = (
            f"framework {framework.name!r} lists no indicators of its own: a plain table needs such a tree"
        )
        raise UsageError(message)
    table = _keyed(values)
    _match(table, framework)
    leaves = framework.ordered()
    for code in recipe.choices.each:
        if code not in {leaf.code for leaf in leaves}:
            kind = "indicator in [choices.each]"
            raise unknown(kind, code, [leaf.code for leaf in leaves])
    grid = _grid(table, leaves, framework, recipe.error)
    parts = [grid.units, grid.codes, grid.value.tobytes(), grid.divisor.tobytes(), grid.families]
    mark = hashlib.sha256(repr(parts).encode()).hexdigest()
    made = planned(grid, levels(framework, leaves), framework, recipe, mark)
    _comparable(made)
    return made


def _keyed(values: pd.DataFrame) -> pd.DataFrame:
    """Put units (and the years of a panel) in the index; each stands once."""
    table = values.set_index(UNIT) if UNIT in values.columns else values
    if not len(table) or not len(table.columns):
        message = "the table of values is empty: nothing can be scored"
        raise UsageError(message)
    twice = sorted({str(column) for column in table.columns[table.columns.duplicated()]})
    if twice:
        message = f"columns stand twice in the table of values: {', '.join(twice)}"
        raise UsageError(message)
    if TIME in table.columns and len(table[TIME].unique()) > 1:
        table = table.set_index(TIME, append=True)
    else:
        table = table.drop(columns=[TIME], errors="ignore")
    if (
        table.index.hasnans
        if table.index.nlevels == 1
        else any(
            level.isna().any() for level in map(table.index.get_level_values, range(table.index.nlevels))
        )
    ):
        message = "a row of the table of values has no unit or no time"
        raise UsageError(message)
    again = table.index[table.index.duplicated()]
    if len(again):
        message = f"units stand twice in the table of values: {', '.join(map(_name, again[:10]))}"
        raise UsageError(message)
    return table


def _shown(cell: Any) -> str:  # noqa: ANN401 - whatever stands in a cell
    return repr(cell.item() if hasattr(cell, "item") else cell)


def _name(key: Any) -> str:  # noqa: ANN401 - a label of an index, or a pair of them
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _match(table: pd.DataFrame, framework: Framework) -> None:
    """Hold tree and table to each other: every indicator has a column, every column a place."""
    columns = [str(column) for column in table.columns]
    divided = {leaf.denominator for leaf in framework.indicators if leaf.denominator}
    codes = {leaf.code for leaf in framework.indicators}
    lacking = [code for code in [*codes, *divided] if code not in columns]
    known = codes | divided | {NAME, UNIT} | set(framework.groups) | set(framework.denominators)
    strange = [column for column in columns if column not in known]
    said = []
    if lacking:
        hints = [f"{code}{_hint(code, strange)}" for code in sorted(lacking)]
        said.append(f"in the tree but not in the table: {', '.join(hints)}")
    if strange:
        said.append(f"in the table but not in the tree: {', '.join(strange)}")
    if said:
        message = f"the tree and the table do not match; {'; '.join(said)}"
        raise UsageError(message)


def _hint(code: str, strange: Sequence[str]) -> str:
    hint = near(code, strange, most=1)
    return f" ({hint})" if hint else ""


def _numbers(table: pd.DataFrame, codes: Sequence[str]) -> Floats:
    """Columns as numbers, (codes, units); every cell that is none is named."""
    faults, found, keys = [], np.empty((len(codes), len(table))), table.index.to_list()
    for j, code in enumerate(codes):
        column = _column(table[code])
        wrong = (np.isnan(column) & table[code].notna().to_numpy()) | np.isinf(column)
        faults += [
            Fault(
                "values",
                0,
                f"{code} of {_name(keys[i])}",
                _shown(table[code].iloc[i]),
                "a finite number",
            )
            for i in np.flatnonzero(wrong)
        ]
        found[j] = column
    if faults:
        raise DataError(faults)
    return found


def _column(cells: pd.Series[Any]) -> Floats:
    """Return cells as numbers: NaN for what is none, infinity for a whole number beyond all floats."""
    import pandas as pd

    try:
        return pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    except OverflowError:
        return np.array([_float(cell) for cell in cells])


def _float(cell: Any) -> float:  # noqa: ANN401 - whatever stands in a cell
    try:
        return float(cell)
    except OverflowError:
        return float("inf")
    except (TypeError, ValueError):
        return float("nan")


def _grid(table: pd.DataFrame, leaves: Sequence[Leaf], framework: Framework, error: Error) -> Grid:
    codes = [leaf.code for leaf in leaves]
    value = _numbers(table, codes)
    empty = [code for code, row in zip(codes, value, strict=True) if np.isnan(row).all()]
    if empty:
        message = f"indicators without any value: {', '.join(empty)}"
        raise UsageError(message)
    seen = np.isfinite(value)
    relative = np.array([error.relative[leaf.quality] for leaf in leaves])[:, None]
    spans = np.array([leaf.goalposts[1] - leaf.goalposts[0] if leaf.goalposts else 0.0 for leaf in leaves])
    sd = np.where(seen, np.hypot(relative * value, error.absolute * spans[:, None]), 0.0)
    floor = np.where(np.where(seen, value, 0.0).min(axis=1) < 0, -np.inf, 0.0)
    size = value.shape
    years = table.index.get_level_values(TIME) if table.index.nlevels > 1 else None
    nothing = np.zeros(0, dtype=np.int64)
    parents = list(dict.fromkeys(leaf.parent for leaf in leaves))
    return Grid(
        codes=tuple(codes),
        indicators=(),
        direction=np.array([float(leaf.direction) for leaf in leaves]),
        pillar=np.array([parents.index(leaf.parent) for leaf in leaves], dtype=np.int64),
        units=tuple(_name(key) for key in table.index),
        value=value,
        low=value - Z95 * sd,
        high=value + Z95 * sd,
        state=np.where(seen, OBSERVED, MISSING).astype(np.uint8),
        centre=np.where(seen, value, 0.0),
        below=sd,
        above=sd,
        scale=np.full(size, IDENTITY, dtype=np.uint8),
        bias=Bias((), nothing, nothing, nothing, nothing, np.zeros(0), nothing),
        divisor=_divisors(table, leaves),
        posts=_posts(leaves),
        transform=tuple(leaf.transform for leaf in leaves),
        limits=np.column_stack([floor, np.full(len(codes), np.inf)]),
        record=np.full(size, -1, dtype=np.int64),
        records=(),
        day=np.zeros(size, dtype=np.int64),
        reference=np.ones(len(table), dtype=bool),
        assumed=np.ones(size, dtype=bool),
        families={name: _coded(table[name]) for name in framework.groups if name in table.columns},
        time=None if years is None else np.asarray(years, dtype=np.float64),
        unit=None if years is None else _coded(table.index.get_level_values(0)),
    )


def _posts(leaves: Sequence[Leaf]) -> Posts:
    """Goalposts as worst and best: where less is better the lower one is the best."""
    ends = [leaf.goalposts or (np.nan, np.nan) for leaf in leaves]
    turned = [pair[:: leaf.direction] for leaf, pair in zip(leaves, ends, strict=True)]
    return Posts(
        worst=np.array([worst for worst, _ in turned]),
        best=np.array([best for _, best in turned]),
        full=np.array([leaf.full for leaf in leaves]),
        cut=np.array([leaf.cut for leaf in leaves]),
        target=np.array([np.nan if leaf.target is None else leaf.target for leaf in leaves]),
    )


def _divisors(table: pd.DataFrame, leaves: Sequence[Leaf]) -> Floats:
    divisors = np.ones((len(leaves), len(table)))
    for name in {leaf.denominator for leaf in leaves if leaf.denominator}:
        divisors[[leaf.denominator == name for leaf in leaves]] = _numbers(table, [name])
    return divisors


def _coded(labels: Iterable[Any]) -> Ints:
    """Return a number for each group, in the order in which they first stand; -1 where there is none."""
    import pandas as pd

    return np.asarray(pd.factorize(pd.Series(list(labels)))[0], dtype=np.int64)


def _comparable(p: Plan) -> None:
    """Refuse indicators that a normaliser of the recipe cannot compare: constant, or too few units."""
    from layers.normalise import FEWEST

    choices, varied = p.recipe.choices, p.menu["normalise"]
    everything = varied if len(varied) > 1 else ()
    room = Room(p.grid, choices, NOMINAL, {}, p.kept)
    x = p.grid.value[None]
    for _, batch in staged(x, room, until="normalise"):
        x = batch.x
    steps = {code: [choices.step("normalise", code), *everything] for code in p.grid.codes}
    counts, alike = compared(x, room)
    few, same = [], []
    for j, code in enumerate(p.grid.codes):
        needs = max(FEWEST.get(each.method, 1) for each in steps[code])
        if counts[j] < needs:
            few.append(f"{code} has {counts[j]} (needs {needs})")
        elif needs > 1 and alike[j]:
            same.append(code)
    if few:
        message = f"too few units have a value to compare: {listed(few)}"
        raise UsageError(message)
    if same:
        message = f"indicators on which all units are the same, so that nothing is compared: {listed(same)}"
        raise UsageError(message)
