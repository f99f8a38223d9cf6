"""The chapter on the money: who books the profit, where each dollar stays, tokens against money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.wording import HARD, NONE, day, listed, lower_first, points, the, upper_first

from .chapters import Grid, MoneyChapter
from .value import (
    BLOC,
    BOOKED,
    TITLES,
    account_of,
    booked,
    capture_finding,
    cents,
    coverage_sentence,
    hundred,
    lever_sentence,
    percent_range,
    pooled_sentence,
    profit_finding,
    world_sentence,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.questions.value.capture import ValueCapture

CHARTS: Final = ("profit", "dollar", "capture")
"""On the first page, then on the second."""
ACCOUNTED: Final = "value_chain"
NO_ACCOUNT: Final = "Who keeps the money cannot be told: these data hold no accounts of companies."
NOT_A_SCORE: Final = "Profit stands beside the scores and in none of them: a layer can be led at a loss."


def money_chapter(answer: Answer, facts: Facts) -> MoneyChapter:
    """Write the chapter; for a bloc, or without an account, one sentence says why there is none."""
    if ACCOUNTED not in facts.catalogue.tables:
        return MoneyChapter(NO_ACCOUNT)
    made = account_of(answer, facts)
    if made is None:
        return MoneyChapter(f"{BLOC[0]}. {BLOC[1]}")
    return money_of(made, answer)


def money_of(made: ValueCapture, answer: Answer) -> MoneyChapter:
    """Write an account that was worked out."""
    names = answer.names
    return MoneyChapter(
        finding=f"{profit_finding(made, names)}.",
        state=f"{made.account.title} · state of {day(answer.as_of)} · 90 % ranges · US$ bn",
        stages=_stages(made, names),
        dollars=_dollars(made, names),
        market=_market(made, names),
        says=tuple(filter(None, (_pooled(made, names), _margins(made)))),
        market_says=(f"{capture_finding(made, names)}.", upper_first(world_sentence(made, names))),
        mind=_mind(made, names),
        charts=CHARTS,
    )


def _pooled(made: ValueCapture, names: Mapping[str, str]) -> str:
    """Pool the stages; what is covered stands in the table already."""
    return pooled_sentence(made, names).removesuffix(coverage_sentence(made.pool)).strip()


def _stages(made: ValueCapture, names: Mapping[str, str]) -> Grid:
    rows = []
    for stage in made.stages:
        covered = "no total stated" if stage.coverage is None else percent_range(stage.coverage)
        sides = (booked(stage, code) for code in made.pair)
        rows.append((TITLES[stage.name], *sides, booked(stage), covered))
    head = ("Stage", *(names[code] for code in made.pair), "All counted", "Revenue covered")
    note = "Gains, then losses. ? = a main firm does not tell. unknown = no firm held tells; not zero."
    return Grid(head, tuple(rows), note)


def _margins(made: ValueCapture) -> str:
    known = [step for step in made.gradient if step.margin is not None]
    if not known:
        return ""
    said = "; ".join(
        f"{lower_first(TITLES[step.stage])} {points(100 * (step.margin or 0.0))}{HARD}%" for step in known
    )
    return f"Operating margins along the chain, all business of the companies held: {said}."


def _dollars(made: ValueCapture, names: Mapping[str, str]) -> Grid | None:
    if not made.dollars:
        return None
    a, b = made.pair
    home = names[made.home]
    rows = []
    for dollar in made.dollars:
        kept, stays = dollar.kept_by(), dollar.stays_in()
        ends = (stays.get(made.home), kept.get(a), kept.get(b), dollar.subsidy())
        paid = "" if dollar.user == made.home else f", paid in {the(names[dollar.user])}"
        rows.append(
            (
                f"{upper_first(dollar.case.title)}{paid}",
                *(NONE if each is None else cents(each) for each in ends),
            )
        )
    head = (
        "Cents of a dollar paid for",
        f"Stays in {the(home)}",
        f"Owners in {the(names[a])}",
        f"Owners in {the(names[b])}",
        "Investors put in",
    )
    note = (
        "Owners and other costs, less what investors put in to cover losses, make 100 in every draw. "
        "In brackets 90 % ranges."
    )
    untold = f" Not known at this date: {listed(made.untold)}." if made.untold else ""
    return Grid(head, tuple(rows), note + untold)


def _market(made: ValueCapture, names: Mapping[str, str]) -> Grid | None:
    held = made.market
    if held is None or not any(held.of(code) for code in made.pair):
        return None
    rows = []
    for code in made.pair:
        found = held.of(code)
        if found is None:
            rows.append((f"{names[code]}: no maker listed", NONE, NONE, NONE))
            continue
        ratio = f"{found.ratio[0]:.2f} ({found.ratio[1]:.2f} to {found.ratio[2]:.2f})"
        rows.append((names[code], hundred(found.tokens), hundred(found.dollars), ratio))
    days = [reading.day for reading in held.readings]
    note = (
        f"Least to most of {len(held.readings)} readings of one router, {min(days)} to {max(days)}; "
        "no other market shows both sides."
    )
    return Grid(("Makers in", "Tokens, %", "Money, %", "Money over tokens"), tuple(rows), note)


def _mind(made: ValueCapture, names: Mapping[str, str]) -> tuple[str, ...]:
    named = sum(len(dollar.case.assumed()) for dollar in made.dollars)
    every = sum(1 for dollar in made.dollars for _ in dollar.case.numbers())
    assumed = f"{named} of {every} numbers of the cases are assumptions." if every else ""
    levers = upper_first(lever_sentence(made, names))
    return tuple(filter(None, (NOT_A_SCORE, BOOKED, assumed, levers)))
