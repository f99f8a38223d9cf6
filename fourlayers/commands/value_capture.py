"""`fourlayers value-capture`."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.own_data import held, named
from fourlayers.request import answer, facts, request
from fourlayers.settings import read_settings

from .options import AsOf, Data, Economy, KnownBy, Out

Case = Annotated[
    tuple[str, ...],
    Parameter(
        help="case of a dollar: a name or a TOML file; shown in full. list names them",
        negative=(),
        show_default=False,
    ),
]


def value_capture(
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    case: Case = (),
    home: Annotated[str | None, Parameter(help="economy in which the dollar is paid")] = None,
    account: Annotated[str, Parameter(help="account of a year: its name or a TOML file")] = "2025",
    as_of: AsOf = None,
    known_by: KnownBy = None,
    data: Data = (),
    out: Out = None,
    format_: Annotated[
        Literal["table", "json", "csv"], Parameter(name="--format", help="a screen, a document or long rows")
    ] = "table",
) -> int:
    """Show who keeps the money: profit by stage, the way of a dollar, tokens against money, levers.

    With --out, the way of each dollar is drawn into that folder.
    """
    from fourlayers.screens.value_capture import case_screen, screen
    from reports.value_document import as_csv, as_json
    from scoring.questions.value.capture import value_capture as worked_out
    from scoring.questions.value.case import FOLDER as CASES
    from scoring.questions.value.case import case_names
    from scoring.questions.value.choices import FOLDER as ACCOUNTS

    asked = request(read_settings(), first, second, as_of=as_of, known_by=known_by, data=data, home=home)
    if out is not None:
        from fourlayers.writing import clear

        clear(out)
    if case == ("list",):
        show("\n".join([*case_names(), *held("cases", asked.data)]))
        return FINE
    known = facts(asked)
    cases = named(case, "cases", CASES, asked.data)
    of_year = named([account], "accounts", ACCOUNTS, asked.data)[0]
    made = worked_out(known, asked.pair, home=asked.home or asked.pair[0], cases=cases, account=of_year)
    if out is not None:
        from fourlayers.writing import write_dollars

        show("\n".join(map(str, write_dollars(answer(asked), known, made.dollars, out))))
        return FINE
    names = {code: unit.short for code, unit in known.units.items()}
    if format_ != "table":
        show({"json": as_json, "csv": as_csv}[format_](made))
    elif case:
        shown = zip(made.dollars, made.turns, strict=True)
        show("\n".join(case_screen(dollar, names, turn) for dollar, turn in shown))
    else:
        show(screen(made, names))
    return FINE
