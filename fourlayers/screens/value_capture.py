"""The screen of value capture: who books the profit, where a dollar stays, tokens against money, levers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fourlayers.screens.layout import WIDTH, blocks, cut, padded, wrapped
from reports.content.value import (
    BOOKED,
    TITLES,
    booked,
    cents,
    hundred,
    lever_sentence,
    percent_range,
    pooled_sentence,
    world_sentence,
)
from reports.wording import NONE, listed, lower_first, plain, the
from scoring.questions.value.quantity import Parameter
from scoring.questions.value.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.questions.value.capture import ValueCapture
    from scoring.questions.value.dollar import Dollar
    from scoring.questions.value.quantity import Ends
    from scoring.questions.value.roles import Figure

_STAGES: Final = (16, 14, 15, 17, 18)
_DOLLARS: Final = (22, 16, 14, 14, 14)
_MARKET: Final = (16, 14, 14, 20, 15)
_CASE: Final = (16, 11, 11, 16, 16, 10)
_LEVERS: Final = (16, 40, 22)


def screen(made: ValueCapture, names: Mapping[str, str]) -> str:
    """Return the whole account on one screen."""
    return blocks(
        [
            _head(made, names),
            _stages(made),
            ["Pooled", *wrapped(pooled_sentence(made, names))],
            _margins(made),
            _dollars(made, names),
            _market(made, names),
            _roles(made, names),
            _levers(made, names),
            _mind(made),
            ["Next: fourlayers value-capture --case cn-api-abroad --home DEU · chart dollar"],
        ]
    )


def _head(made: ValueCapture, names: Mapping[str, str]) -> list[str]:
    pair = listed(the(names[code]) for code in made.pair)
    return [
        *wrapped(f"Who keeps the money: {pair}", "", "  "),
        f"{made.account.title} · state of {made.state} · 90 % ranges",
    ]


def _stages(made: ValueCapture) -> list[str]:
    lines = [padded(("US$ bn", *made.pair, "all counted", "revenue covered"), _STAGES)]
    for stage in made.stages:
        sides = [booked(stage, code) for code in made.pair]
        covered = "no total stated" if stage.coverage is None else percent_range(stage.coverage)
        lines.append(padded((TITLES[stage.name], *sides, booked(stage), covered), _STAGES))
    lines.append("  gains, then losses; ? = a main firm does not tell; whole-company margins")
    return lines


def _margins(made: ValueCapture) -> list[str]:
    parts = [
        f"{lower_first(TITLES[step.stage])} {NONE if step.margin is None else f'{100 * step.margin:.0f}'}"
        for step in made.gradient
    ]
    known = [step for step in made.gradient if step.margin is not None]
    if not known:
        return []
    best = max(known, key=lambda step: step.margin or 0.0)
    worst = min(known, key=lambda step: step.margin or 0.0)
    told = f"highest in {lower_first(TITLES[best.stage])}, lowest in {lower_first(TITLES[worst.stage])}"
    text = f"{', '.join(parts)}: {told}. All business of the companies held."
    return ["Operating margin along the chain, %", *wrapped(text)]


def _dollars(made: ValueCapture, names: Mapping[str, str]) -> list[str]:
    a, b = made.pair
    heads = (f"stays in {made.home}", f"{a} owners", f"{b} owners", "investors in")
    lines = [f"A dollar seen from {the(names[made.home])}, cents", padded(("  case", *heads), _DOLLARS)]
    for dollar in made.dollars:
        kept, stays = dollar.kept_by(), dollar.stays_in()
        ends = (stays.get(made.home), kept.get(a), kept.get(b), dollar.subsidy())
        paid = "" if dollar.user == made.home else f" ({dollar.user})"
        lines.append(padded((f"  {dollar.case.name}{paid}", *map(_bracketed, ends)), _DOLLARS))
    if made.untold:
        lines += wrapped(f"not known at this date: {listed(made.untold)}", "  ", "    ")
    told = (
        "Owners + other costs (labour, power, tax, depreciation) - what investors put in to cover losses = "
        "100 in every draw; stays = owners and costs in an economy less what its investors put in; in "
        "brackets where it is paid, if elsewhere."
    )
    return [*lines, *wrapped(told, "  ")]


def _bracketed(each: Ends | None) -> str:
    """Write cents in a table, as in `63 [34-98]`."""
    if each is None:
        return NONE
    middle, low, high = (round(value) for value in each)
    if low == middle == high:
        return f"{middle}"
    return f"{middle} [{low} to {high}]" if low < 0 else f"{middle} [{low}-{high}]"


def _market(made: ValueCapture, names: Mapping[str, str]) -> list[str]:
    held = made.market
    if held is None:
        lines = ["Tokens against money", *wrapped("No ranking of the router was known at this date.")]
        return [*lines, *wrapped(world_sentence(made, names), "  ")]
    days = [reading.day for reading in held.readings]
    lines = [
        f"Tokens against money on one router, % (least to most of {len(held.readings)} readings)",
        padded(("  makers in", "tokens", "money", "money/tokens", "money, by host"), _MARKET),
    ]
    for code in made.pair:
        found = held.of(code)
        if found is None:
            lines.append(f"  {names[code]}: no maker of it is listed")
            continue
        ratio = f"{found.ratio[0]:.2f} ({found.ratio[1]:.2f} to {found.ratio[2]:.2f})"
        cells = (hundred(found.tokens), hundred(found.dollars), ratio, hundred(found.by_host))
        lines.append(padded((f"  {names[code]}", *cells), _MARKET))
    told = (
        f"{min(days)} to {max(days)}. By host: once others sell part of the tokens of open models, which is "
        "assumed (their maker sells 0.2 to 0.8, royalty 0 to 0.1); of "
        f"{held.hosts} hosts the economy of {held.placed} is known."
    )
    return [*lines, *wrapped(told, "  "), *wrapped(world_sentence(made, names), "  ")]


def _roles(made: ValueCapture, names: Mapping[str, str]) -> list[str]:
    lines = ["Roles (each figure under its own definition; all of them in --format json)"]
    for role in ROLES:
        held = [figure for figure in made.roles if figure.role == role]
        for code in made.pair:
            own = sorted((it for it in held if it.economy == code), key=lambda it: not it.comparable)
            lines += [_figure(it, names) for it in own[:1]]
    return lines if len(lines) > 1 else []


def _figure(figure: Figure, names: Mapping[str, str]) -> str:
    head = f"{figure.role}, {names[figure.economy]}"
    text = f"{plain(figure.value)} {figure.unit} ({figure.date[:7]}): {figure.statement}"
    return cut(f"  {head}: {text}", WIDTH - 1)


def _levers(made: ValueCapture, names: Mapping[str, str]) -> list[str]:
    a, b = made.pair
    lines = [padded(("Levers", "measured by", f"{a} of {a} + {b}, %"), _LEVERS)]
    for pull in made.levers:
        score = "not scored" if pull.score is None else cents(pull.score)
        lines.append(padded((f"  {pull.lever.name}", pull.lever.what, score), _LEVERS))
    return [*lines, *wrapped(lever_sentence(made, names), "  ")]


def _mind(made: ValueCapture) -> list[str]:
    named = sum(len(dollar.case.assumed()) for dollar in made.dollars)
    every = sum(1 for dollar in made.dollars for _ in dollar.case.numbers())
    assumed = f"{named} of {every} numbers of the cases are assumptions, named by value-capture --case NAME"
    bounds = "AI shares and margins bounded by us, and every assumption: --format json, under assumptions"
    told = (BOOKED, f"{assumed}.", f"{bounds}.")
    return ["Mind", *(line for each in told for line in wrapped(f"~ {each}", "  ", "    "))]


def case_screen(dollar: Dollar, names: Mapping[str, str], turn: float | None) -> str:
    """Return one case: stage by stage, then every number with its source."""
    return blocks(
        [
            [
                *wrapped(f"{dollar.case.name}: {dollar.case.title}", "", "  "),
                f"a dollar paid in {the(names[dollar.user])}, seen from {the(names[dollar.home])}",
            ],
            _chain(dollar, names),
            _kept(dollar, names),
            _numbers(dollar),
            wrapped(f"Not in it: {dollar.case.not_modelled}", "", "  "),
            _turn(turn),
        ]
    )


def _chain(dollar: Dollar, names: Mapping[str, str]) -> list[str]:
    lines = [
        padded(("Cents (means)", "receives", "pays on", "owner keeps", "other costs", "investors"), _CASE)
    ]
    for each in dollar.stages:
        paid = sum(float(part.mean()) for part in each.paid.values())
        cells = [float(part.mean()) for part in (each.received, each.profit, each.other, each.subsidy)]
        received, profit, other, subsidy = (f"{100 * cell:.1f}" for cell in cells)
        owner, site = names[each.firm], names[each.site]
        lines.append(
            padded(
                (each.stage, received, f"{100 * paid:.1f}", f"{profit} {owner}", f"{other} {site}", subsidy),
                _CASE,
            )
        )
    return lines


def _kept(dollar: Dollar, names: Mapping[str, str]) -> list[str]:
    stays = [f"{names[code]} {cents(each)}" for code, each in dollar.stays_in().items()]
    text = f"Stays, profits and costs less what investors put in: {', '.join(stays)}; 100 in every draw."
    return wrapped(text, "", "  ")


def _numbers(dollar: Dollar) -> list[str]:
    numbers = [(name, each) for name, each in dollar.case.numbers() if isinstance(each, Parameter)]
    assumed = sum(each.assumed for _, each in numbers)
    lines = [f"Numbers, per dollar of the stage's revenue; {assumed} of {len(numbers)} are assumptions"]
    for name, each in numbers:
        shape = "" if each.shape == "two halves" else ", every value as likely"
        text = f"{name} {each.value:.3g} ({each.low:.3g} to {each.high:.3g}{shape}): {each.source}"
        lines += wrapped(text, "  ", "    ")
    return lines


def _turn(turn: float | None) -> list[str]:
    told = (
        "No elasticity of margins to levers from 0 to 5 turns who of the pair keeps more profit."
        if turn is None
        else f"At an elasticity of margins to levers of {turn:.1f} the other of the pair keeps more profit."
    )
    return wrapped(told, "", "  ")
