"""Tasks that need nothing of each other, each in a process that inherits what has been read and computed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
DEATH_OF_PARENT: Final = 1
"""`PR_SET_PDEATHSIG` of Linux: the signal that a process gets when its parent ends."""
_TASKS: list[Callable[[], Any]] = []


def side_by_side(tasks: Sequence[Callable[[], T]]) -> Iterator[T]:
    """Do some tasks and yield what each gives, in their order.

    Parameters
    ----------
    tasks : sequence of callable
        Without arguments; what they give must be picklable.

    Notes
    -----
    Side by side where a process can be forked safely: on Linux, with one thread and more than one
    processor. Elsewhere one after the other; what comes out is the same.
    """
    many = min(processors(), len(tasks))
    if many < 2 or _TASKS:
        yield from (task() for task in tasks)
        return
    _TASKS[:] = tasks
    try:
        fork = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(many, mp_context=fork, initializer=_quiet) as pool:
            yield from pool.map(_done, range(len(tasks)))
    finally:
        _TASKS.clear()


def processors() -> int:
    """Count how many tasks can be done side by side here: 1 where no process can be forked safely."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def _quiet() -> None:
    """Let a task end at once when the run is interrupted or killed: what it has done is not its to write.

    A task that outlived a parent that was killed would hold the lock on its folder, which forks inherit.
    """
    import ctypes

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(DEATH_OF_PARENT, signal.SIGKILL)


def _done(place: int) -> Any:  # noqa: ANN401 - whatever the task gives
    return _TASKS[place]()
