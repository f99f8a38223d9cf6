"""Files that are written whole or not at all, and folders that one run at a time writes to; stdlib only."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from .fault import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_turns = count()


def put(path: Path, content: bytes | str) -> Path:
    """Write a file in one step: whoever reads it, at any moment, finds the old content or the new.

    Parameters
    ----------
    path : Path
        The file, which may be there already.
    content : bytes or str
        All of it; text is written as UTF-8 with plain line ends.

    Raises
    ------
    OSError
        If it cannot be written, with the name of the file; what stood there stands, and nothing is left over.
    """
    return put_all({path: content})[0]


def put_all(contents: Mapping[Path, bytes | str]) -> list[Path]:
    """Write files that belong together: all of them, or none.

    Everything is on the disk before the first file takes its name, so that a full disk, a file that may not
    be written or an interrupt leaves what stood there. Only a kill or a power cut between two names can part
    them; each file by itself is whole even then.

    Raises
    ------
    OSError
        If one of them cannot be written, with its name; what stood there stands, and nothing is left over.
    """
    fresh = {path: path.with_name(f".{path.name}.{os.getpid()}-{next(_turns)}.part") for path in contents}
    before = {
        path: path.read_bytes() if path.is_file() else None for path in (contents if len(fresh) > 1 else ())
    }
    named: list[Path] = []
    at = next(iter(fresh), None)
    try:
        for at, part in fresh.items():
            with part.open("wb") as file:
                content = contents[at]
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(
                    file.fileno()
                )  # a full disk says so now, and a power cut leaves no empty file behind
        for at, part in fresh.items():
            part.replace(at)
            named.append(at)
    except BaseException as error:
        for part in fresh.values():
            part.unlink(missing_ok=True)
        for path in named:
            _restored(path, before[path])
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, str(at)) from None
        raise
    return list(fresh)


def _restored(path: Path, content: bytes | None) -> None:
    """Put back what stood in a place before one of several files could not be written."""
    if content is None:
        path.unlink(missing_ok=True)
    else:
        put(path, content)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder while it is written to, so that its files are all of one run.

    The lock is the system's, on the folder itself: it ends with the run, however that ends, and leaves no
    file behind. What a run that was killed left half-written is swept up. Where the system or the place of
    the folder knows no such locks (Windows, some network drives) runs are not kept apart, but every file is
    whole.

    Raises
    ------
    UsageError
        If another run is writing to the folder.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _taken(folder) from None
        except OSError:  # no locks here
            yield
            return
        for left in folder.glob(".*.part"):
            _swept(left)
        yield
    finally:
        os.close(handle)


def _swept(left: Path) -> None:
    if left.is_dir() and not left.is_symlink():
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.unlink(missing_ok=True)


def _taken(folder: Path) -> UsageError:
    return UsageError(f"{folder}: another run is writing there; wait for it or name another folder")
