"""Timing in pairs: contenders take turns in every round, so that a busy machine slows all of them alike."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROUNDS = 9


@dataclass(frozen=True)
class Timed:
    """Seconds a draw of one contender, by round."""

    seconds: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Draws a second in the round in the middle."""
        return 1 / statistics.median(self.seconds)

    @property
    def best(self) -> float:
        """Draws a second in the round that was disturbed least."""
        return 1 / min(self.seconds)

    def times(self, other: Timed) -> tuple[float, float, float]:
        """How many times as long as another: in the middle round, and the least and the most of all."""
        ratios = sorted(a / b for a, b in zip(self.seconds, other.seconds, strict=True))
        return statistics.median(ratios), ratios[0], ratios[-1]


def paired(work: Mapping[str, tuple[Callable[[], object], int]], rounds: int = ROUNDS) -> dict[str, Timed]:
    """Time contenders in turns, each round in the reverse order of the one before.

    Parameters
    ----------
    work : mapping of str to (callable, draws)
        What each does, and how many draws that is.
    rounds : int
        How often.
    """
    for run, _ in work.values():
        run()
    found: dict[str, list[float]] = {name: [] for name in work}
    names: Sequence[str] = list(work)
    for _ in range(rounds):
        for name in names:
            run, draws = work[name]
            start = time.perf_counter()
            run()
            found[name].append((time.perf_counter() - start) / draws)
        names = names[::-1]
    return {name: Timed(tuple(seconds)) for name, seconds in found.items()}
