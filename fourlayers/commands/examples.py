"""`fourlayers examples`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.samples import copy, sample, samples
from fourlayers.screens.examples import copied_screen, examples_screen
from indicators.fault import UsageError

from .options import Flag


def examples(
    name: Annotated[str | None, Parameter(help="example to print; without it, the list")] = None,
    /,
    *,
    into: Annotated[Path | None, Parameter(help="folder to copy it to; without a name, all of them")] = None,
    replace: Annotated[bool, Parameter(help="put the copies in place of files that are there"), Flag] = False,
) -> int:
    """List the examples that ship, print one, or copy them: scripts, notebooks, a folder of data."""
    if replace and into is None:
        message = "--replace: expected with --into FOLDER"
        raise UsageError(message)
    wanted = [sample(name)] if name and name != "list" else list(samples().values())
    if into is not None:
        show(copied_screen(wanted, copy(wanted, into, replace=replace), into))
    elif name and name != "list":
        show(wanted[0].text())
    else:
        show(examples_screen(wanted))
    return FINE
