"""How far a long run is, on stderr, for a person at a terminal and for nobody else."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WIDTH: Final = 24


@contextmanager
def progress(name: str) -> Iterator[Callable[[float], None] | None]:
    """Give a function that is told the share done, 0 to 1, and draws a bar; None where nobody watches.

    The bar is wiped away at the end, also when the run breaks off.
    """
    if not sys.stderr.isatty():
        yield None
        return

    def told(share: float) -> None:
        done = round(WIDTH * share)
        sys.stderr.write(f"\r{'#' * done}{'.' * (WIDTH - done)} {100 * share:3.0f} %  {name}")
        sys.stderr.flush()

    try:
        yield told
    finally:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
