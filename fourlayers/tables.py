"""Reads a plain table and its tree from files and scores them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indicators.cells import read_bytes
from indicators.fault import DataError, Fault, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from scoring.index.framework import Framework
    from scoring.index.recipe import Recipe
    from scoring.index.result import Result

    Tree = Framework | pd.DataFrame | str | Path
    Table = pd.DataFrame | str | Path
    How = Recipe | str | Path | None

MOST_ACROSS: Final = 5_000
"""Columns of a plain table: a table of tens of thousands is read for many seconds before it is refused."""


def score_frame(values: Table, framework: Tree, recipe: How = None) -> Result:
    """Score a plain table of units x indicators on any tree.

    Parameters
    ----------
    values : DataFrame, str or Path
        Units in the index or in a column `uCode`, years of a panel in a column `Time`; a column for each
        indicator, and for each group and denominator that the tree names. NaN is missing. Or a CSV file.
    framework : Framework, DataFrame, str or Path
        The tree: a table in COINr's form (`Level`, `iCode`, `Parent`, `Direction`, `Weight`, ...), a CSV file
        of that form, a TOML file that lists its indicators, or the name of a shipped tree of that kind.
    recipe : Recipe, str or Path, optional
        By default `plain`: min-max and arithmetic means; between goalposts where every indicator has them.

    Returns
    -------
    Result
        `scores`, `ranks`, `lineage` and what else there is to ask of it.

    Raises
    ------
    UsageError, DataError
        If tree, table and recipe do not fit together, by the names of nodes, units and cells.
    """
    from scoring.index.recipe import read_recipe
    from scoring.index.result import score_frame as scored

    how = read_recipe(recipe) if isinstance(recipe, str | Path) else recipe
    table = read_table(values, "values") if isinstance(values, str | Path) else values
    return scored(table, _tree(framework), how)


def scored_files(
    idata: str | None, imeta: str | None, recipe: str | None, given: Mapping[str, object]
) -> Result:
    """Score a table and its tree as a command line names them.

    Parameters
    ----------
    idata, imeta, recipe : str or None
        Files; both of the former are needed.
    given : mapping of str to object
        Other options by name, which must be left as they are: a plain table has no use for them.

    Raises
    ------
    UsageError, DataError
        If a file is not named, an option has no use, or they do not fit together.
    """
    if idata is None or imeta is None:
        message = f"--idata and --imeta go together; --{'idata' if idata is None else 'imeta'} is missing"
        raise UsageError(message)
    useless = [name for name, value in given.items() if value not in (None, False, ())]
    if useless:
        message = f"{', '.join(useless)}: no use with --idata, which takes --imeta, --recipe, --format"
        raise UsageError(message)
    return score_frame(idata, imeta, recipe)


def _tree(framework: Tree) -> Framework:
    from scoring.index.framework import Framework, read_framework
    from scoring.index.imeta import framework_of

    if isinstance(framework, str | Path):
        if Path(framework).suffix.lower() != ".csv":
            return read_framework(framework)
        return framework_of(read_table(framework, "tree"), Path(framework).name)
    return framework if isinstance(framework, Framework) else framework_of(framework)


def read_table(path: str | Path, what: str) -> pd.DataFrame:
    """Read a CSV; empty cells and NA are missing, but a code that reads `NA` (Namibia) stays a code.

    Raises
    ------
    UsageError
        If there is no such file.
    DataError
        If it is no CSV in UTF-8, or has more than `MOST_ACROSS` columns.
    """
    import pandas as pd

    if not Path(path).is_file():
        message = f"{what} {path}: there is no such file"
        raise UsageError(message)
    faults: list[Fault] = []
    raw = read_bytes(Path(path), Path(path).name, faults)
    across = raw.partition(b"\n")[0].count(b",") + 1
    if across > MOST_ACROSS:
        expected = f"at most {MOST_ACROSS:,}: one an indicator"
        faults.append(Fault(Path(path).name, 1, "", f"{across:,} columns", expected))
    if faults:
        raise DataError(faults)
    try:
        return pd.read_csv(
            io.BytesIO(raw),
            converters=dict.fromkeys(("uCode", "uName", "iCode", "Parent"), str),
            encoding="utf-8-sig",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        said = str(error).strip().splitlines()[0]
        raise DataError([Fault(Path(path).name, 0, "", said, "a CSV in UTF-8 with a header")]) from None
