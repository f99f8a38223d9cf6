"""`fourlayers completion`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from fourlayers.command import FINE, show
from indicators.fault import UsageError

from .options import Flag

Shell = Literal["bash", "zsh", "fish", "powershell"]


def completion(
    shell: Annotated[Shell | None, Parameter(help="shell; by default that of $SHELL")] = None,
    /,
    *,
    install: Annotated[
        bool, Parameter(help="write it where the shell looks, rather than print it"), Flag
    ] = False,
) -> int:
    """Print the script by which a shell completes commands and options, or put it where the shell looks."""
    from fourlayers.cli import build

    chosen = shell or _mine()
    if not install:
        show(build().generate_completion(prog_name="fourlayers", shell=chosen))
        return FINE
    path = build().install_completion(shell=chosen, add_to_startup=False)
    show(f"wrote {path}\nnext: open a new {chosen}" + _hint(chosen, path))
    return FINE


def _mine() -> Shell:
    """Name the shell of the user.

    Raises
    ------
    UsageError
        If it is none of those that are known.
    """
    name = Path(os.environ.get("SHELL", "")).name
    known: tuple[Shell, ...] = ("bash", "zsh", "fish", "powershell")
    for each in known:
        if each == name:
            return each
    message = f"the shell {name!r} is not known; say which: {', '.join(known)}"
    raise UsageError(message)


def _hint(shell: str, path: Path) -> str:
    if shell == "bash":
        return f"; without the package bash-completion, first: echo '. {path}' >> ~/.bashrc"
    if shell == "zsh":
        return f"; once in ~/.zshrc: fpath=({path.parent} $fpath); autoload -Uz compinit; compinit"
    return ""
