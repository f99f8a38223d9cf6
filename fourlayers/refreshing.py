"""Fresh data into a folder of one's own: read, checked, shown in numbers, asked about, put there whole."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indicators.check import check
from indicators.facts import load
from indicators.fault import DataError, UsageError
from indicators.refresh.folder import lay_out, write
from indicators.refresh.held import Held
from indicators.refresh.sources import read_all
from indicators.whole import alone

from .writing import prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from indicators.facts import Facts
    from indicators.fault import Fault
    from indicators.refresh.fetch import Limits
    from indicators.refresh.sources import Live, Read
    from scoring.preview import Moved

SLOW: Final = frozenset(("scores", "benchmarks", "models", "aliases"))
"""Tables after whose change the first layer has to be fitted anew, which takes minutes."""


@dataclass
class Refresh:
    """A run, before anything is written.

    Attributes
    ----------
    folder : Path
        Where it would be written.
    before : tuple of Path
        Folders besides the shipped one that are read, the folder itself among them where it is there.
    held : Held
        What is known, with the merged files.
    read : Read
        What the sources gave.
    moved : list of Moved, optional
        How the gap of the pair would move; None where that is not cheap to say.
    """

    folder: Path
    before: tuple[Path, ...]
    held: Held
    read: Read
    moved: tuple[Moved, ...] | None = field(default=None)


def gather(
    sources: Sequence[Live],
    folder: Path,
    others: Sequence[Path] = (),
    limits: Limits | None = None,
    told: Callable[[Live], None] | None = None,
) -> Refresh:
    """Fetch, merge and check; nothing is written.

    Parameters
    ----------
    sources : sequence of Live
        Which.
    folder : Path
        Where the pairs are to go; need not be there.
    others : sequence of Path
        Folders that are read before it.
    limits : Limits, optional
        Of every address.
    told : callable, optional
        Told of each source before it is asked.

    Raises
    ------
    DataError
        If the data that are there have faults of their own.
    """
    before = (*others, *([folder] if folder.is_dir() else []))
    facts = load(before)
    held = Held.of(before)
    read = read_all(sources, held, told=told, **({"limits": limits} if limits else {}))
    run = Refresh(folder, before, held, read)
    _hold(run)
    if read.names and not SLOW & set(read.names):
        run.moved = _moved(run, facts)
    return run


def _hold(run: Refresh) -> None:
    """Take back every pair that would not pass the check of data."""
    while run.read.names:
        with tempfile.TemporaryDirectory() as name:
            staged = Path(name)
            lay_out(run.held, run.read.names, staged)
            faults = _faults([*run.before, staged], run.read.names)
        if not faults:
            return
        for wrong in {fault.file.partition(".")[0] for fault in faults}:
            mine = [str(fault) for fault in faults if fault.file.partition(".")[0] == wrong]
            _take_back(run.read, wrong, mine)


def _faults(folders: Sequence[Path], names: Sequence[str]) -> list[Fault]:
    """Say what is wrong with the merged files, by the rules for any data."""
    files = {f"{name}{end}" for name in names for end in (".toml", ".csv")}
    found = [each for each in check(folders, only=names) if each.severity == "error" and each.file in files]
    if found or not SLOW & set(names):
        return found
    from layers.frontier_capability.evidence import check as check_scores

    try:
        check_scores(load(folders))
    except DataError as error:
        return [each for each in error.faults if each.file in files]
    return []


def _take_back(read: Read, name: str, faults: Sequence[str]) -> None:
    """Drop a pair, and say it of every source that had a part in it."""
    for source, found in list(read.differences.items()):
        if any(each.name == name and each.differs for each in found):
            more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
            read.failed[source] = (
                f"{name}: what it gave does not pass the check: {'; '.join(faults[:3])}{more}"
            )
            read.differences[source] = [each for each in found if each.name != name]


def _moved(run: Refresh, facts: Facts) -> tuple[Moved, ...]:
    """Return how the gap of the pair moves, both states told on the same day."""
    from scoring.preview import preview

    from .summary import PAIR

    with tempfile.TemporaryDirectory() as name:
        staged = Path(name)
        lay_out(run.held, run.read.names, staged)
        after = load([*run.before, staged])
        return preview(facts.as_of(after.date), after, (), PAIR).moved


def store(run: Refresh) -> list[Path]:
    """Write the pairs that differ; each is whole at any moment.

    Raises
    ------
    UsageError
        If another run is writing there.
    OSError
        If it cannot be written.
    """
    folder = prepared(run.folder)
    with alone(folder):
        return [path for name in run.read.names for path in write(run.held, name, folder)]


def agreed(question: str, *, yes: bool) -> bool:
    """Ask, unless it was said beforehand."""
    if yes:
        return True
    print(question, end=" ", file=sys.stderr, flush=True)  # noqa: T201 - a question belongs to no data
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def can_ask() -> bool:
    """Say whether somebody is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def target(named: str | None, known: Iterable[Path]) -> tuple[Path, tuple[Path, ...]]:
    """Return the folder that is written to, and those that are read before it.

    The folder named; else the last of those that the settings name, since the last one wins; else the folder
    of the user's own data.

    Raises
    ------
    UsageError
        If it is the shipped folder, or lies in it.
    """
    from indicators.catalogue import SHIPPED
    from indicators.refresh.folder import own_folder

    folders = list(known)
    folder = Path(named) if named else folders[-1] if folders else own_folder()
    if folder.resolve().is_relative_to(SHIPPED.resolve()):
        message = f"{folder}: shipped data are not written over; name a folder of your own with --data"
        raise UsageError(message)
    others = [each for each in folders if each.resolve() != folder.resolve()]
    return folder, tuple(others)
