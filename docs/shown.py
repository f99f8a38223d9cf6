"""Runs the commands that docs/tutorial.md shows and puts what they print under them.

A `console` block holds one command. A line above it such as `<!-- shown: 1-12 20-24 -->` keeps these lines of
the output, `<!-- shown: none -->` none; without one all of it stands there. A `python` block with a
`text` block after it is run likewise.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from fourlayers.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parent / "tutorial.md"
BLOCK = re.compile(
    r"(?:<!-- shown: (?P<kept>[^>]*) -->\n)?```console\n\$ (?P<command>[^\n]*)\n(?P<out>.*?)```", re.DOTALL
)
CODE = re.compile(r"```python\n(?P<code>.*?)```\n\n```text\n(?P<out>.*?)```", re.DOTALL)
ELSEWHERE = "not run here"
"""Word on a block whose command the tests of the README run."""
CUT = "..."


def printed(command: str) -> str:
    """Return what a command prints to the screen.

    Raises
    ------
    RuntimeError
        If it does not end well.
    """
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(shlex.split(command)[1:])
    if code:
        message = f"{command} ended with {code}"
        raise RuntimeError(message)
    return out.getvalue()


def kept(text: str, which: str | None) -> str:
    """Lines of an output that are shown, with a mark where some are left out."""
    lines = text.rstrip("\n").splitlines()
    if which is None:
        return "".join(f"{line}\n" for line in lines)
    shown: list[str] = []
    last = 0
    for first, end in _spans(which):
        shown += [CUT] * (first > last + 1) + lines[first - 1 : end]
        last = end
    return "".join(f"{line}\n" for line in shown + [CUT] * (0 < last < len(lines)))


def _spans(which: str) -> Iterator[tuple[int, int]]:
    for word in which.split():
        if word != "none":
            first, _, last = word.partition("-")
            yield int(first), int(last or first)


def renewed(page: str) -> str:
    """Page with every block as it comes out now; the commands run one after the other in this folder."""

    def block(found: re.Match[str]) -> str:
        if found["kept"] == ELSEWHERE:
            return found[0]
        return _with(found, kept(printed(found["command"]), found["kept"]))

    def code(found: re.Match[str]) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(found["code"], PAGE.name, "exec"), {})  # noqa: S102 - our own words
        return _with(found, out.getvalue())

    return CODE.sub(code, BLOCK.sub(block, page))


def _with(found: re.Match[str], out: str) -> str:
    return f"{found[0][: found.start('out') - found.start()]}{out}```"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        text = PAGE.read_text(encoding="utf-8")
        os.chdir(folder)
        PAGE.write_text(renewed(text), encoding="utf-8")
