"""What is asked for: the command line over the settings of the folder, checked, and turned into an answer."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from indicators.fault import DataError, Fault, UsageError
from indicators.period import period_end

from . import summary
from .own_data import in_force
from .progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from indicators.facts import Facts
    from indicators.schema import Lens
    from scoring.answer import Answer
    from scoring.doubt.work import Work

    from .settings import Settings

MOST_DRAWS: Final = 1_000_000_000
"""Draws above which a run would take weeks: a number too many was typed."""
LENSES: Final = ("scale", "intensity")


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes
    ----------
    pair : tuple of str
        Two economies as the user called them.
    as_of, known_by : date or None
        The two clocks.
    lens : str
        `scale` or `intensity`.
    recipe : str
        Name or file.
    data : tuple of Path
        Folders besides the shipped one, each over those before it.
    draws, seed : int
        Of the random draws.
    home : str
        Home economy as the user called it, or empty.
    jobs : int
        How many processes draw; the answer does not depend on it.
    cluster : str
        Address of the Dask scheduler whose workers draw in their place, or empty.
    prefer : {"processes", "forks"}
        What a job is.
    """

    pair: tuple[str, str] = summary.PAIR
    as_of: date | None = None
    known_by: date | None = None
    lens: Lens = "scale"
    recipe: str = "default"
    data: tuple[Path, ...] = ()
    draws: int = summary.DRAWS
    seed: int = summary.SEED
    home: str = ""
    jobs: int = 1
    cluster: str = ""
    prefer: Literal["processes", "forks"] = "processes"

    def is_default(self) -> bool:
        """Say whether the shipped answer answers it."""
        pair = (self.pair[0].upper(), self.pair[1].upper())
        return replace(self, pair=pair, jobs=1, cluster="", prefer="processes") == Request()

    def forking(self, *, given: bool) -> Request:
        """Draw in as many forks as there are processors, unless somebody is given who draws."""
        from scoring.doubt.side_by_side import processors

        return self if given else replace(self, jobs=processors(), prefer="forks")

    def work(self, progress: Callable[[int, int], None] | None = None) -> Work:
        """Say who draws, and who is told of progress."""
        from scoring.doubt.work import Work

        return Work(self.jobs, self.prefer, progress, self.cluster)


def request(  # noqa: PLR0913 - as many as the command line has options that change an answer
    settings: Settings,
    first: str | None = None,
    second: str | None = None,
    *,
    as_of: str | None = None,
    known_by: str | None = None,
    lens: Lens | None = None,
    recipe: str | None = None,
    data: Sequence[str] = (),
    draws: int | None = None,
    seed: int | None = None,
    home: str | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
) -> Request:
    """Check what was asked for and fill the rest from the settings of the folder, then from the defaults.

    Raises
    ------
    UsageError
        If a part of it cannot be.
    """
    settings_pair = (settings.pair[0], settings.pair[1]) if settings.pair else summary.PAIR
    return Request(
        pair=_pair(first, second) or settings_pair,
        as_of=day("--as-of", as_of),
        known_by=day("--known-by", known_by),
        lens=lens or "scale",
        recipe=recipe or settings.recipe or "default",
        data=in_force(data, settings),
        draws=_whole("--draws", draws, settings.draws, summary.DRAWS, MOST_DRAWS),
        seed=_whole("--seed", seed, settings.seed, summary.SEED),
        home=home or settings.home,
        jobs=_jobs(jobs),
        cluster=_cluster(cluster, jobs),
    )


def day(option: str, text: str | None) -> date | None:
    """Last day of the period that a user wrote.

    Raises
    ------
    UsageError
        If it is none.
    """
    if text is None:
        return None
    try:
        return period_end(text)
    except ValueError as error:
        message = f"{option} {text}: expected a date as 2026-06-30 (or 2026-06, 2026-Q2, 2026); {error}"
        raise UsageError(message) from None


def _pair(first: str | None, second: str | None) -> tuple[str, str] | None:
    if first is None:
        return None
    if second is None:
        message = f"a pair needs two economies, found only {first!r}; such as {' '.join(summary.PAIR)}"
        raise UsageError(message)
    return first, second


def _whole(option: str, given: int | None, kept: int | None, default: int, most: int | None = None) -> int:
    number = given if given is not None else kept if kept is not None else default
    if number < 0:
        message = f"{option} {number}: expected a whole number from 0"
        raise UsageError(message)
    if most is not None and number > most:
        message = f"{option} {number}: expected at most {most:,}"
        raise UsageError(message)
    return number


def _jobs(given: int | None) -> int:
    number = 1 if given is None else given
    if number < 1:
        message = f"--jobs {number}: expected a whole number from 1"
        raise UsageError(message)
    return number


def _cluster(given: str | None, jobs: int | None) -> str:
    if given is None:
        return ""
    from scoring.doubt.cluster import parted

    parted(given)
    if jobs is not None:
        message = (
            "--jobs and --cluster: expected one of them, processes of this machine or workers of a cluster"
        )
        raise UsageError(message)
    return given


def answer(asked: Request, known: Facts | None = None) -> Answer:
    """Answer a request, from the shipped answer where that says the same, else from facts that were read.

    Raises
    ------
    UsageError, DataError
        If it cannot be answered as it stands.
    """
    if asked.is_default() and (shipped := summary.read()):
        return shipped
    return compute(asked, facts(asked) if known is None else known)


def facts(asked: Request) -> Facts:
    """Read the facts that a request names."""
    from indicators.facts import load

    return load(asked.data, as_of=asked.as_of, known_by=asked.known_by)


def compute(asked: Request, known: Facts) -> Answer:
    """Answer a request from facts that were read."""
    from indicators.economies import resolve
    from scoring.ask import RUNS, ask
    from scoring.index.recipe import read_recipe

    first, second = (resolve(word, known.units) for word in asked.pair)
    home = resolve(asked.home, known.units) if asked.home else ""
    if first == second:
        message = f"a pair needs two different economies, found {first} twice"
        raise UsageError(message)
    with _faults_of(), progress(f"{asked.draws:,} draws, {RUNS} times") as told:
        return ask(
            known,
            (first, second),
            lens=asked.lens,
            recipe=read_recipe(asked.recipe, asked.data),
            draws=asked.draws,
            seed=asked.seed,
            home=home,
            work=_work(asked, told),
        )


def _work(asked: Request, told: Callable[[float], None] | None) -> Work | None:
    """Say how the draws are worked through, and whom to tell of progress over all readings."""
    if not asked.draws:
        return None
    from scoring.ask import RUNS

    ended = 0

    def tell(done: int, draws: int) -> None:
        nonlocal ended
        if told:
            told((ended + done / draws) / RUNS)
        ended += done == draws

    return asked.work(tell if told else None)


@contextmanager
def _faults_of() -> Iterator[None]:
    """Say what is wrong with a recipe's framework file as a fault in data."""
    from pydantic import ValidationError

    try:
        yield
    except ValidationError as error:
        faults = [
            Fault(error.title, 0, ".".join(map(str, each["loc"])), repr(each["input"])[:80], said)
            for each in error.errors()
            for said in [each["msg"].removeprefix("Input should be ")]
        ]
        raise DataError(faults) from None
