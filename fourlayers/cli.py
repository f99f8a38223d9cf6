"""The command line: which commands there are, what is said when one goes wrong, and the exit codes.

0 fine · 1 bad data · 2 bad usage · 3 ran, but a warning or missing coverage failed under --strict.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from .command import ALIASES, BAD_DATA, BAD_USAGE, COMMANDS, FINE, VARIABLE, quiet_app, say, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclopts import App, CycloptsError

INTERRUPTED: Final = 130
PARTS: Final = {
    "data": ("list", "show", "check", "new", "import", "schema", "refresh"),
    "scenario": ("list", "show", "check", "new", "run", "compare", "seek"),
}
"""Commands that do nothing by themselves, with what they consist of."""
COLLECTED: Final = (50_000, 20, 20)
"""How seldom a command looks for circles of objects: it builds many, keeps most, and soon ends."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; a user's mistake never shows a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    if argv is None:
        gc.set_threshold(*COLLECTED)
    _open_streams()
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        _drop_output()
        return FINE
    except KeyboardInterrupt:
        say("stopped; nothing half-written was left")
        return INTERRUPTED
    except MemoryError:
        say("there is not enough memory for that; ask for fewer --draws or --jobs")
        return BAD_USAGE
    except OSError as error:
        _drop_output()
        say(_file_trouble(error))
        return BAD_USAGE
    return code


def _open_streams() -> None:
    """Make sure that there is somewhere to print to, and that no character of a text stops it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started the command, as with >&-
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _drop_output() -> None:
    """Leave nothing for Python to print, and to fail at, when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> int:
    if words in (["--help"], ["-h"], ["help"]):
        from .screens.first import help_text

        show(help_text(COMMANDS))
        return FINE
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    if words == ["--version"]:
        from .summary import version_line

        show(version_line())
        return FINE
    return _guarded(words)


def _guarded(words: list[str]) -> int:
    from indicators.fault import DataError, UsageError

    if os.environ.get(VARIABLE):
        from .own_data import said

        say(said())
    try:
        _refuse_empty(words)
        if not words:
            from .commands.first import first

            return first()
        return _dispatch(words)
    except UsageError as error:
        say(f"{error}")
        return BAD_USAGE
    except DataError as error:
        say(f"{error}")
        return BAD_DATA
    except OSError as error:
        if not error.filename:  # of the output, which may be a pipe or a full disk
            raise
        say(_file_trouble(error))
        return BAD_USAGE


def _refuse_empty(words: list[str]) -> None:
    """Refuse a word without a letter: an unset variable of a script would stand for the working folder."""
    from indicators.fault import UsageError

    for place, word in enumerate(words):
        option, equals, value = word.partition("=")
        if word.strip() and not (option.startswith("--") and equals and not value.strip()):
            continue
        before = option if equals else " ".join(["fourlayers", *words[:place]])
        message = f"{before}: an empty text stands after it; expected a value, or leave it out"
        raise UsageError(message)


def _dispatch(words: list[str]) -> int:
    from cyclopts import CycloptsError

    app = build()
    try:
        result = app(words)
    except CycloptsError as error:
        say(_reworded(error, words))
        return BAD_USAGE
    return result if isinstance(result, int) else FINE


def build() -> App:
    """Return the app with every command, none of them imported yet."""
    app = quiet_app("fourlayers")
    for command in COMMANDS:
        names = [command.name, *(alias for alias, name in ALIASES.items() if name == command.name)]
        app.command(f"fourlayers.commands.{command.home}", name=names, help=command.says)
    return app


def _reworded(error: CycloptsError, words: list[str]) -> str:
    from cyclopts.exceptions import UnknownCommandError, UnusedCliTokensError

    error.verbose = False
    left = [str(word) for word in error.unused_tokens or []]
    if isinstance(error, UnknownCommandError | UnusedCliTokensError) and left:
        if left[0] == words[0]:
            return _unknown_command(left[0])
        if (listed := PARTS.get(ALIASES.get(words[0], words[0]))) and left[0] == words[1]:
            from indicators.fault import unknown

            return str(unknown("command", left[0], listed))
        return f"too much on the line: {' '.join(left)}; see fourlayers {words[0]} --help"
    text = str(error).replace("Unused Tokens", "too much on the line").rstrip(".")
    text = text.replace("into int", "into a whole number").replace("into float", "into a number")
    known = words[0] in {*ALIASES, *(command.name for command in COMMANDS)}
    return f"{text}; see fourlayers {words[0] + ' ' if known else ''}--help"


def _unknown_command(word: str) -> str:
    from indicators.fault import unknown

    if word.startswith("-"):
        return f"unknown option {word}; see fourlayers --help"
    return str(unknown("command", word, [*(command.name for command in COMMANDS), *ALIASES]))


def _file_trouble(error: OSError) -> str:
    reasons: dict[Any, str] = {
        FileNotFoundError: "there is no such file or folder",
        PermissionError: "it may not be read or written by you",
        IsADirectoryError: "it is a folder, a file was expected",
        NotADirectoryError: "it is a file, a folder was expected",
        FileExistsError: "a file of that name stands in the way",
    }
    by_number = {
        errno.ENOSPC: "the disk is full; nothing half-written was left",
        errno.EDQUOT: "your share of the disk is full; nothing half-written was left",
        errno.EFBIG: "the file grew larger than the system allows; nothing half-written was left",
        errno.EROFS: "it is on a disk that cannot be written to",
        errno.ENAMETOOLONG: "the name is too long",
    }
    reason = by_number.get(error.errno or 0) or reasons.get(type(error), error.strerror or str(error))
    if error.filename:
        return f"{error.filename}: {reason}"
    return "the output was cut short: the disk is full" if error.errno == errno.ENOSPC else reason
