"""Leaves the machine: pieces of work on the workers of a Dask cluster that hold the very same code."""

from __future__ import annotations

import hashlib
import platform
import queue
import re
import socket
import threading
from collections import deque
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indicators.fault import UsageError
from scoring.doubt.work import Item, Packed, Result, called

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from distributed import Client, Future

CONNECT: Final = 4.0
"""Seconds for a scheduler to answer."""
CHECK: Final = 30.0
"""Seconds for all workers to say what they hold; the first time they import the package."""
AHEAD: Final = 2
"""Pieces a thread that are handed over before the first is back, so that no worker waits for the next."""
CODE: Final = ("indicators", "layers", "scoring")
ADDRESS: Final = re.compile(r"(?:tcp|tls)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:/\s]+):(?P<port>\d{1,5})")
ASKED: Final = "__import__('scoring.doubt.cluster', fromlist=['stamp']).stamp()"
"""What a worker evaluates: a text, so that one without the package says so in place of failing to read it."""


def parted(address: str) -> tuple[str, int]:
    """Host and port of an address.

    Raises
    ------
    UsageError
        If it is none.
    """
    found = ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found["port"]) < 65_536:
        message = f"--cluster {address}: expected the address of a Dask scheduler, as tcp://HOST:PORT"
        raise UsageError(message)
    return found["host"].strip("[]"), int(found["port"])


@cache
def stamp() -> dict[str, str]:
    """Say what this process computes with: Python, numpy, the package and its code."""
    import numpy as np

    try:
        own = version("fourlayers")
    except PackageNotFoundError:  # run from a folder that was never installed
        own = "0"
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python, "numpy": np.__version__, "fourlayers": own, "code": _code()}


def _code() -> str:
    """Hash of all code and tables of choices that a piece of work may run; data travel with the work."""
    root, digest = Path(__file__).resolve().parents[2], hashlib.sha256()
    for path in sorted(path for name in CODE for path in (root / name).rglob("*")):
        if path.suffix in {".py", ".toml"} and "computed" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a cluster whose workers have all been checked.

    Raises
    ------
    UsageError
        In one line: no address, the extra not installed, no scheduler, no workers, or workers that hold
        something else than this process, each with its address.
    """
    host, port = parted(address)
    try:
        from distributed import Client
    except ImportError:
        message = "--cluster needs the extra cluster: pip install 'fourlayers[cluster]'"
        raise UsageError(message) from None
    try:
        _greeted(host, port, quiet=address.startswith("tls"))
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except OSError as error:
        message = (
            f"--cluster {address}: no Dask scheduler answers there ({str(error) or type(error).__name__}); "
            "start one with: dask scheduler"
        )
        raise UsageError(message) from None
    try:
        check(client, address)
        yield client
    finally:
        client.close()


def _greeted(host: str, port: int, *, quiet: bool) -> None:
    """Wait for the greeting that a scheduler sends at once; a client would wait for it for ever.

    Raises
    ------
    OSError
        If nothing listens there, or something that does not greet; over TLS, which greets later, only the
        first.
    """
    with socket.create_connection((host, port), CONNECT) as wire:
        wire.settimeout(CONNECT)
        if not quiet and not wire.recv(1):
            message = "what listens there hangs up"
            raise OSError(message)


def check(client: Client, address: str) -> None:
    """Ask all workers what they hold, at once, and compare with this process.

    Raises
    ------
    UsageError
        If there is none, one does not answer in time, or one holds something else.
    """
    workers = list(client.ncores())
    if not workers:
        message = f"--cluster {address}: the scheduler has no workers; start some with: dask worker {address}"
        raise UsageError(message)
    answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def ask() -> None:
        with suppress(OSError):  # the client was closed before all had answered, or the scheduler was lost
            answers.put(client.run(eval, ASKED, on_error="return"))

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=CHECK)
    except queue.Empty:
        message = (
            f"--cluster {address}: {len(workers)} workers did not say within {CHECK:.0f} s what they hold"
        )
        raise UsageError(message) from None
    faults = [f"{worker}: {said}" for worker, held in sorted(found.items()) if (said := _apart(held))]
    if faults:
        shown = "\n".join(faults[:8] + ([f"and {len(faults) - 8} more"] if len(faults) > 8 else []))
        message = (
            f"--cluster {address}: {len(faults)} of {len(workers)} workers cannot give the same bytes; "
            f"install there what is installed here\n{shown}"
        )
        raise UsageError(message)


def _apart(held: object) -> str:
    """Say in what a worker differs from this process; empty where in nothing."""
    if isinstance(held, BaseException):
        return f"cannot import fourlayers ({type(held).__name__}: {held})"
    if not isinstance(held, dict):
        return f"answered {held!r}"
    own = stamp()
    return ", ".join(
        f"{part} {held.get(part, 'none')}, here {own[part]}" for part in own if held.get(part) != own[part]
    )


def far(
    function: Callable[[Any, Item], Result], packed: Packed, items: Sequence[Item], address: str
) -> Iterator[Result]:
    """Yield `function(common, item)` of every item in the order of the items, worked out by a cluster.

    Parameters
    ----------
    function, packed, items
        As of `work.spread`, the common part packed.
    address : str
        Of the scheduler.

    Notes
    -----
    The common part is a task of its own, not data put on a worker: when the worker that holds it is lost the
    scheduler makes it again, as it runs again the pieces that were lost. A piece is a pure function of its
    item and is taken once, from its own future, so that nothing is counted twice. joblib's backend for Dask
    does the same less safely: it waits for ever for a piece that the scheduler has given up (joblib 1.6).

    Raises
    ------
    UsageError
        As of `connected`, or if the cluster is lost or gives a piece up.
    """
    from distributed import CancelledError, KilledWorker

    with connected(address) as client:
        held = client.submit(_held, packed, key=f"fourlayers-{packed.mark}")
        ahead = AHEAD * max(1, sum(client.ncores().values()))
        waiting: deque[Future[Any]] = deque()
        try:
            for item in items:
                waiting.append(client.submit(_piece, function, held, item, stamp(), pure=False))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except KilledWorker as error:
            message = f"--cluster {address}: workers die at a piece of this work (out of memory?): {error}"
            raise UsageError(message) from None
        except CancelledError:
            message = f"--cluster {address}: the scheduler was lost, or dropped this work"
            raise UsageError(message) from None
        finally:
            client.cancel(list(waiting))


def _held(packed: Packed) -> Packed:
    """Hold the common part on a worker."""
    return packed


def _piece(function: Callable[[Any, Any], Any], packed: Packed, item: object, wanted: dict[str, str]) -> Any:  # noqa: ANN401
    """Do one piece, unless this worker came later and holds something else."""
    if stamp() != wanted:
        message = f"a worker that joined later holds something else: {stamp()}, wanted {wanted}"
        raise UsageError(message)
    return called(function, packed, item)
