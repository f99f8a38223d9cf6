"""What is wrong in a folder besides its pairs: overrides, recipes, frameworks, scenarios, cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.catalogue import BESIDE, scan
from indicators.fault import DataError, Fault, UsageError
from indicators.overrides import OVERRIDES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from indicators.catalogue import Catalogue


def own_faults(folders: Sequence[Path]) -> list[Fault]:
    """Check what the folders hold besides pairs: every file by itself, and overrides against the tree."""
    from scoring.index.framework import read_framework
    from scoring.index.own_tree import tree_faults

    catalogue, _ = scan(folders)
    faults = [*tree_faults(read_framework(), catalogue), *_empty(catalogue)]
    for folder in folders:
        for kind, (read, shipped) in _readers(folders).items():
            for path in sorted((folder / kind).glob("*.toml")):
                faults += _read(path, read)
                if (shipped / path.name).is_file():
                    expected = f"a name that is not that of a shipped one of {kind}"
                    faults.append(Fault(f"{kind}/{path.name}", 0, "", path.stem, expected, "Rename it."))
    return faults


def _readers(folders: Sequence[Path]) -> Mapping[str, tuple[Callable[[Path], object], Path]]:
    """Who reads the files of each folder in a folder, and where the shipped ones are."""
    from scoring.index import framework, recipe
    from scoring.index.own_tree import tree_faults
    from scoring.questions.scenario import read
    from scoring.questions.value import case, choices

    def checked_recipe(path: Path) -> None:
        found = recipe.read_recipe(path)
        tree = framework.read_framework(found.framework, folders)
        if faults := tree_faults(tree, scan(folders)[0]):
            raise DataError(faults)

    found: dict[str, tuple[Callable[[Path], object], Path]] = {
        "recipes": (checked_recipe, recipe.FOLDER),
        "frameworks": (framework.read_framework, framework.FOLDER),
        "scenarios": (read.read, read.FOLDER),
        "cases": (case.read_case, case.FOLDER),
        "accounts": (choices.read_account, choices.FOLDER),
    }
    if found.keys() != BESIDE:
        message = f"folders without pairs: {sorted(BESIDE)}, read are {sorted(found)}"
        raise AssertionError(message)
    return found


def _read(path: Path, read: Callable[[Path], object]) -> list[Fault]:
    try:
        read(path)
    except DataError as error:
        return list(error.faults)
    except UsageError as error:
        return [Fault(f"{path.parent.name}/{path.name}", 0, "", str(error), "names that there are")]
    return []


def _empty(catalogue: Catalogue) -> Iterator[Fault]:
    """Say which added nodes no weighted indicator speaks for, so that they are left out."""
    used = {it.pillar for it in catalogue.indicators.values() if it.weight > 0}
    for code in catalogue.applied.pillars:
        if code not in used:
            expected = f'an indicator with pillar = "{code}"; without one it is left out'
            found = "a pillar without a weighted indicator"
            yield Fault(OVERRIDES, 0, f"pillars.{code}", found, expected, severity="warning")
