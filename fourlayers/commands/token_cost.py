"""`fourlayers token-cost`."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.own_data import in_force
from fourlayers.request import day
from fourlayers.settings import read_settings
from indicators.fault import UsageError, unknown

from .options import AsOf, Draws, KnownBy, Seed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from indicators.facts import Facts
    from layers.inference_cost.case import Case
    from layers.inference_cost.prices_paid import Book
    from layers.inference_cost.shelf import Shelf

DRAWS, MOST_DRAWS, SEED = 2000, 1_000_000, 20261123
INPUTS = "Inputs (each has a default with its source)"
LISTS = ("models", "systems", "evaluation")
NAMED = ("model", "system", "economy")

Input = Annotated[float | None, Parameter(group=INPUTS)]
Own = Annotated[
    tuple[str, ...],
    Parameter(
        help="folder with architectures.csv or systems.csv of your own, or with pairs of .toml and .csv",
        negative=(),
        show_default=False,
    ),
]
Other = Annotated[
    tuple[str, ...],
    Parameter(
        help='another case: what differs, such as "Ascend 910C, CHN" or "H20, CHN, electricity=0.056"',
        negative=(),
        show_default=False,
    ),
]


@dataclass(frozen=True)
class Inputs:
    """Inputs of a cost that the user gave, as the command line names them; None leaves the default."""

    precision: Annotated[
        str | None, Parameter(help="number format; by default the fastest that the system runs", group=INPUTS)
    ] = None
    context: Annotated[
        str | None, Parameter(help="input/output tokens of a request, as 4096/1024", group=INPUTS)
    ] = None
    latency: Annotated[
        float | None, Parameter(help="milliseconds a user waits for a token; 0 for no limit", group=INPUTS)
    ] = None
    tokens_per_step: Annotated[Input, Parameter(help="tokens gained per step; 1 without drafting")] = None
    efficiency: Annotated[Input, Parameter(help="share of the ideal rate that software keeps")] = None
    utilisation: Annotated[Input, Parameter(help="share of the hours in which it works")] = None
    electricity: Annotated[Input, Parameter(help="USD per kWh")] = None
    pue: Annotated[Input, Parameter(help="facility power over computer power")] = None
    cost_of_capital: Annotated[Input, Parameter(help="per year, as 0.066")] = None
    capex: Annotated[Input, Parameter(help="USD per accelerator with its share of host and network")] = None
    power: Annotated[Input, Parameter(help="kW per accelerator with its share of host and network")] = None
    load: Annotated[Input, Parameter(help="share of that power drawn")] = None
    it_life: Annotated[Input, Parameter(help="years")] = None
    construction: Annotated[Input, Parameter(help="USD per watt of IT load")] = None
    facility_life: Annotated[Input, Parameter(help="years")] = None
    operation: Annotated[Input, Parameter(help="staff and upkeep, USD per kW and hour")] = None
    cached: Annotated[Input, Parameter(help="share of the input that is not read again")] = None
    price: Annotated[
        Input, Parameter(help="USD asked for a million output tokens with their input: for the margin")
    ] = None

    def given(self) -> dict[str, Any]:
        """Return those that were given, by name."""
        every = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in every.items() if value is not None}


NOTHING = Inputs()


def token_cost(
    what: Annotated[
        str | None, Parameter(help="models, systems or evaluation: list them, or judge the model")
    ] = None,
    /,
    *,
    model: str = "DeepSeek-V3/R1",
    system: str = "GB200 NVL72",
    economy: str = "USA",
    compare: Other = (),
    inputs: Annotated[Inputs, Parameter(name="*")] = NOTHING,
    data: Own = (),
    as_of: AsOf = None,
    known_by: KnownBy = None,
    draws: Draws = None,
    seed: Seed = None,
    format_: Annotated[
        Literal["table", "json"], Parameter(name="--format", help="a screen, or a document")
    ] = "table",
) -> int:
    """Work out what a million tokens cost to make on a system at a site; `--compare` sets others beside."""
    from fourlayers.screens import token_cost as screens
    from layers.inference_cost.comparison import compared

    known, held, paid = _held(in_force(data, read_settings()), as_of, known_by)
    if what is not None:
        _refuse_besides(what, [*inputs.given(), *(["compare"] if compare else [])])
        show(_list(what, known, held, paid))
        return FINE
    given = {"model": model, "system": system, "economy": economy} | inputs.given()
    asked = [given, *(_changed(given, text, known, held) for text in compare)]
    cases = [_case(each, known, held, paid) for each in asked]
    prices = [_price(each) for each in asked]
    drawn, start = _whole("--draws", draws, DRAWS, MOST_DRAWS), _whole("--seed", seed, SEED, 2**63)
    found = compared(cases, drawn, start, prices)
    show(screens.as_json(found, known) if format_ == "json" else screens.token_cost_screen(found))
    return FINE


def _refuse_besides(what: str, given: Sequence[str]) -> None:
    """Refuse inputs of a cost beside a list, which would not heed them."""
    if given:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        message = f"token-cost {what} works out no cost, so {named} would do nothing; leave one of them out"
        raise UsageError(message)


def _price(given: dict[str, Any]) -> float | None:
    from layers.inference_cost.limits import possible

    return possible("price", float(given["price"])) if "price" in given else None


def _whole(option: str, given: int | None, default: int, most: int) -> int:
    number = default if given is None else given
    if not 0 <= number <= most:
        message = f"{option} {number}: expected a whole number from 0 to {most:,}"
        raise UsageError(message)
    return number


def _held(folders: Sequence[Path], as_of: str | None, known_by: str | None) -> tuple[Facts, Shelf, Book]:
    """Read the facts, and what folders of the user's own add."""
    from indicators.facts import load
    from layers.inference_cost.own import has_own, with_folders
    from layers.inference_cost.prices_paid import book
    from layers.inference_cost.shelf import shelf

    own = [folder for folder in folders if has_own(folder)]
    known = load(folders, as_of=day("--as-of", as_of), known_by=day("--known-by", known_by))
    held, paid = with_folders(shelf(known), book(known), known, own)
    return known, held, paid


def _list(what: str, known: Facts, held: Shelf, paid: Book) -> str:
    from fourlayers.screens import token_cost as screens

    if what == "models":
        return screens.models_screen(held)
    if what == "systems":
        return screens.systems_screen(held, paid)
    if what == "evaluation":
        from layers.inference_cost.evaluation import evaluated

        return screens.evaluation_screen(evaluated(known))
    raise unknown("list", what, LISTS)


def _case(given: dict[str, Any], known: Facts, held: Shelf, paid: Book) -> Case:
    from indicators.economies import resolve
    from layers.inference_cost.case import on_shelf

    inputs = {name: value for name, value in given.items() if name not in (*NAMED, "price")}
    if "context" in inputs:
        inputs["context"] = _context(str(inputs["context"]))
    if "latency" in inputs:
        inputs["latency"] = float(inputs["latency"]) / 1000.0 or None
    economy = resolve(str(given["economy"]), known.units)
    if economy not in known.economies:
        message = f"economy {economy} is a bloc; a token is made at one site, so name an economy"
        raise UsageError(message)
    return on_shelf(held, paid, (str(given["model"]), str(given["system"]), economy), inputs)


def _context(text: str) -> tuple[float, float]:
    parts = text.split("/")
    try:
        read, written = (float(part) for part in parts)
    except ValueError:
        read = written = math.nan
    if not (0.0 <= read < math.inf and 0.0 < written < math.inf):
        message = f"--context {text}: expected input/output tokens of a request, such as 4096/1024"
        raise UsageError(message)
    return read, written


def _changed(given: dict[str, Any], text: str, known: Facts, held: Shelf) -> dict[str, Any]:
    """Return the inputs of another case: those of the first but its price, with what the text changes."""
    changed = {name: value for name, value in given.items() if name != "price"}
    parts = [part for each in text.split(",") if (part := each.strip())]
    if not parts:
        message = f"--compare {text}: nothing differs; expected what does, such as 'H20, CHN'"
        raise UsageError(message)
    for part in parts:
        name, equals, value = (each.strip() for each in part.partition("="))
        if equals:
            changed[_input(name)] = _value(_input(name), value)
        else:
            changed[_kind(name, known, held)] = name
    return changed


def _input(name: str) -> str:
    from layers.inference_cost.case import AMOUNTS

    inputs = (*NAMED, "precision", "context", "latency", "tokens_per_step", "efficiency", "price", *AMOUNTS)
    found = name.lstrip("-").replace("-", "_").replace(" ", "_").casefold()
    if found not in inputs:
        raise unknown("input", name, [each.replace("_", "-") for each in inputs])
    return found


def _value(name: str, text: str) -> str | float:
    if name in (*NAMED, "precision", "context"):
        return text
    try:
        return float(text)
    except ValueError:
        message = f"--compare {name.replace('_', '-')}={text}: expected a number"
        raise UsageError(message) from None


def _kind(name: str, known: Facts, held: Shelf) -> str:
    """Say whether a bare word is a system, a model, a precision or an economy."""
    from indicators.economies import resolve
    from layers.inference_cost.precision import PRECISIONS

    if name.casefold() in PRECISIONS:
        return "precision"
    tries = (
        ("system", held.system),
        ("model", held.model),
        ("economy", lambda word: resolve(word, known.units)),
    )
    for kind, find in tries:
        try:
            find(name)
        except UsageError:
            continue
        return kind
    names = [*held.systems, *held.models, *known.economies, *PRECISIONS]
    kinds = "system, model, economy or precision"
    raise unknown(kinds, name, names)
