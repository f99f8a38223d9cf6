"""The one way to spread work: alone, over processes, or over the workers of a cluster, always in order."""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Common = TypeVar("Common")
Item = TypeVar("Item")
Result = TypeVar("Result")

OPEN: Final = 2
"""Things in common that a process holds open: of a job, and of the one before."""


@dataclass(frozen=True)
class Work:
    """How draws are worked through; the result is the same however.

    Attributes
    ----------
    jobs : int
        How many at a time, on this machine.
    prefer : {"processes", "threads", "forks"}
        What a job is; a fork starts at once and inherits all, where `side_by_side` can fork.
    progress : callable, optional
        Told from time to time how many draws are done and how many there are.
    cluster : str
        Address of a Dask scheduler, as tcp://HOST:PORT, whose workers do the work in place of jobs; empty to
        stay on this machine.
    """

    jobs: int = 1
    prefer: Literal["processes", "threads", "forks"] = "processes"
    progress: Callable[[int, int], None] | None = None
    cluster: str = ""

    def is_alone(self, pieces: int) -> bool:
        """Say whether this process does all of it."""
        return not self.cluster and (self.jobs == 1 or pieces < 2)


ALONE: Final = Work()


@dataclass(frozen=True)
class Packed:
    """What all pieces have in common, packed once and unpacked once by every process.

    Attributes
    ----------
    mark : str
        Hash of the content.
    content : bytes
        The pickled thing.
    """

    mark: str
    content: bytes

    @classmethod
    def of(cls, common: object) -> Packed:
        """Pack."""
        content = pickle.dumps(common, protocol=pickle.HIGHEST_PROTOCOL)
        return cls(hashlib.sha256(content).hexdigest(), content)


_OPENED: OrderedDict[str, Any] = OrderedDict()
_TURN = threading.Lock()


def opened(packed: Packed) -> Any:  # noqa: ANN401 - whatever was packed
    """Unpack, or give what was unpacked before, with all that was kept with it since."""
    with _TURN:
        if packed.mark not in _OPENED:
            _OPENED[packed.mark] = pickle.loads(packed.content)  # noqa: S301 - packed by this package, for this run
            while len(_OPENED) > OPEN:
                _OPENED.popitem(last=False)
        _OPENED.move_to_end(packed.mark)
        return _OPENED[packed.mark]


def spread(
    function: Callable[[Common, Item], Result], common: Common, items: Sequence[Item], work: Work
) -> Iterator[Result]:
    """Yield `function(common, item)` of every item, in the order of the items.

    Parameters
    ----------
    function : callable
        Pure, and of a module: a process finds it by its name.
    common : object
        What all pieces need; it goes to every process once.
    items : sequence
        One a piece, small.
    work : Work
        Who does it.

    Raises
    ------
    UsageError
        If there is no cluster at the address, or its workers cannot do this work.
    """
    if work.is_alone(len(items)):
        yield from (function(common, item) for item in items)
        return
    if work.cluster:
        from scoring.doubt.cluster import far

        yield from far(function, Packed.of(common), items, work.cluster)
        return
    if work.prefer == "forks":
        from scoring.doubt.side_by_side import side_by_side

        yield from side_by_side([partial(function, common, item) for item in items])
        return
    from joblib import Parallel, delayed  # type: ignore[import-untyped] # it has no types

    pool = Parallel(n_jobs=work.jobs, prefer=work.prefer, return_as="generator")
    if work.prefer == "threads":
        yield from pool(delayed(function)(common, item) for item in items)
        return
    packed = Packed.of(common)
    yield from pool(delayed(called)(function, packed, item) for item in items)


def called(function: Callable[[Any, Any], Any], packed: Packed, item: object) -> Any:  # noqa: ANN401
    """Do one piece in a process that may have unpacked the common part before."""
    return function(opened(packed), item)
