"""What the commands share: their list, the exit codes, and the two places to print to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from cyclopts import App

VARIABLE: Final = "FOURLAYERS_DATA"
"""Names folders of the user's own data that stand over the shipped ones in every command."""
FINE, BAD_DATA, BAD_USAGE, NOT_STRICT = 0, 1, 2, 3


class Command(NamedTuple):
    """One command: where it lives, and its line in the help."""

    name: str
    group: str
    usage: str
    says: str
    home: str


COMMANDS: Final = (
    Command("score", "Answer", "score [A B]", "the four layers, with ranges and calls", "score:score"),
    Command(
        "claims", "Answer", "claims [NAME]", "claims of the debate, tested on dated data", "claims:claims"
    ),
    Command("report", "Answer", "report [A B]", "PDF, charts and data in one folder", "report:report"),
    Command("chart", "Answer", "chart NAME", "one chart and the data behind it; chart list", "chart:chart"),
    Command("layer", "Answer", "layer NAME [A B]", "one layer on one screen; layer list", "layer:layer"),
    Command(
        "value-capture",
        "Answer",
        "value-capture [A B]",
        "who keeps the money: profit, a dollar's way",
        "value_capture:value_capture",
    ),
    Command(
        "token-cost",
        "Answer",
        "token-cost",
        "what a token costs to make, and why",
        "token_cost:token_cost",
    ),
    Command(
        "prices", "Answer", "prices [MODEL]", "dated list prices; where catalogues disagree", "prices:prices"
    ),
    Command(
        "scenario",
        "What if",
        "scenario run NAME",
        "what if: run, list, show, compare, seek",
        "scenario:app",
    ),
    Command(
        "explain",
        "Can I trust it",
        "explain A NODE",
        "from a score back to the rows of the data",
        "explain:explain",
    ),
    Command(
        "robustness",
        "Can I trust it",
        "robustness [A B]",
        "how firm a lead is, and what would turn it",
        "robustness:app",
    ),
    Command(
        "audit",
        "Can I trust it",
        "audit [A B]",
        "the checks of an index builder, and what to do",
        "audit:audit",
    ),
    Command(
        "diff", "Can I trust it", "diff OLD [NEW]", "what moved: rows of data, recipe, code", "diff:diff"
    ),
    Command("data", "Data", "data list", "indicators, their sources, and your own", "data:app"),
    Command("doctor", "Setup", "doctor", "versions, data in force, what stands in the way", "doctor:doctor"),
    Command(
        "completion",
        "Setup",
        "completion [SHELL]",
        "words of this command for bash, zsh, fish",
        "completion:completion",
    ),
    Command("cite", "Setup", "cite [A B]", "how to cite a result and its data", "cite:cite"),
    Command(
        "examples",
        "Setup",
        "examples [NAME]",
        "scripts and a folder of data to start from",
        "examples:examples",
    ),
)
ALIASES: Final = {"indicators": "data", "sensitivity": "robustness", "tipping": "robustness"}


def say(message: str) -> None:
    """Print a message for the user: never on stdout, which is for data."""
    from indicators.fault import printable

    print("\n".join(map(printable, message.split("\n"))), file=sys.stderr)


def show(text: str) -> None:
    """Print what was asked for."""
    print(text.rstrip("\n"))


def quiet_app(name: str, says: str = "") -> App:
    """Return an app that leaves errors to `main` and hands the exit code of its command back."""
    from cyclopts import App

    return App(
        name=name,
        help=says,
        result_action="return_value",
        print_error=False,
        exit_on_error=False,
        help_format="plaintext",
        version_flags=[],
        suppress_keyboard_interrupt=False,
    )
