"""The first screen and the help: the answer, then the way on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .layout import blocks, wrapped
from .score import says

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourlayers.command import Command
    from scoring.answer import Answer

_QUESTION: Final = "who leads in AI, where, how sure, and who keeps the money"
_FIRST: Final = ("score", "claims", "report", "chart", "scenario", "explain")
"""Commands of the first screen; `--help` lists all."""
_EXAMPLES: Final = (
    "fourlayers score                     the United States and China",
    "fourlayers score KOR JPN --lens intensity --format json",
)


def first_screen(answer: Answer, commands: Sequence[Command]) -> str:
    """Show the calls in two sentences and the next steps, in at most 14 lines."""
    said = says(answer, lambda code: code)[0]
    dates = [score.data_to for unit in answer.pair for score in answer.scores[unit].values() if score.data_to]
    newest = f" (data to {max(dates)})" if dates else ""
    return blocks(
        (
            [f"fourlayers {answer.version}: {_QUESTION}"],
            wrapped(said + newest),
            [_line(command) for command in commands if command.name in _FIRST],
            ["  fourlayers --help               all commands"],
        )
    )


def help_text(commands: Sequence[Command]) -> str:
    """List all commands by group, two examples on top."""
    groups = dict.fromkeys(command.group for command in commands)
    listed = [[name, *(_line(each) for each in commands if each.group == name)] for name in groups]
    codes = "Exit codes: 0 fine · 1 bad data · 2 bad usage · 3 failed under --strict"
    return blocks(
        (
            ["fourlayers: " + _QUESTION],
            [f"  {example}" for example in _EXAMPLES],
            *listed,
            [
                "fourlayers COMMAND --help   its options",
                "fourlayers --version        the version, and the day of its data",
            ],
            [
                "Settings may stand in fourlayers.toml in the working folder:",
                "  pair, home, data, recipe, out, seed, draws",
                "FOURLAYERS_DATA names folders of your own data, used by every command.",
                codes,
            ],
        )
    )


def _line(command: Command) -> str:
    return f"  fourlayers {command.usage:<20} {command.says}"
