"""What the value account says, as sentences and plain numbers, before any drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.wording import HARD, MINUS, count, listed, lower_first, percent, plural, the, upper_first
from scoring.questions.value.capture import value_capture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.questions.value.account import Stage
    from scoring.questions.value.capture import ValueCapture
    from scoring.questions.value.dollar import Dollar
    from scoring.questions.value.pooled import Pool
    from scoring.questions.value.quantity import Ends


TITLES: Final = {
    "chips": "Chips",
    "foundry": "Foundry",
    "memory": "Memory",
    "cloud": "Cloud, hosting",
    "models": "Models",
    "applications": "Applications",
    "distribution": "Distribution",
}
BOOKED: Final = (
    "Profits booked in the year: chips are capital spending for clouds, so shares are of bookings, not of "
    "what users paid."
)
BLOC: Final = (
    "Who keeps the money is told for two economies, not for a bloc",
    "Profit is booked by headquarters; one of those asked for is a bloc or not held.",
)
LATE: Final = (
    "The way of this dollar cannot be followed at this date",
    "A figure that the case reads from company accounts was not known then.",
)
"""Title and reason of a chart that has nothing to show."""
LEAST: Final = 0.05
"""US$ bn below which a profit is written as under 0.1."""


def account_of(answer: Answer, facts: Facts) -> ValueCapture | None:
    """Work out the account for the pair of an answer, seen from its home; None where one is a bloc."""
    home = answer.home or answer.pair[0]
    if not {*answer.pair, home} <= set(facts.economies):
        return None
    return value_capture(facts, answer.pair, home=home)


def silent(made: ValueCapture, economy: str) -> tuple[str, ...]:
    """Stages in which no firm of an economy is held, or a main one does not tell what AI earned it."""
    return tuple(stage.name for stage in made.stages if unseen(stage, economy))


def unseen(stage: Stage, economy: str) -> bool:
    """Say whether an economy's profit in a stage is unknown, in whole or in a main part."""
    held = any(line.economy == economy and line.counted for line in stage.lines)
    return not held or bool(stage.unknown(economy))


def profit_finding(made: ValueCapture, names: Mapping[str, str]) -> str:
    """Say who books the profit where it is largest, and how much cannot be seen of the other."""
    a, b = made.pair
    largest = max(made.stages, key=lambda stage: stage.gains()[0])
    whole = largest.gains()[0]
    if whole <= LEAST:
        return "No company held says what AI earned it at this date"
    shares = {code: largest.gains(code)[0] / whole for code in made.pair}
    first, other = (a, b) if shares[a] >= shares[b] else (b, a)
    stage = lower_first(TITLES[largest.name])
    missing = len(silent(made, other))
    if shares[first] < 0.5:
        leader = max({line.economy for line in largest.lines}, key=lambda code: largest.gains(code)[0])
        told = f"{upper_first(the(names[leader]))} earns most of the disclosed gains from AI in {stage}"
    else:
        share, name = percent(shares[first]), upper_first(the(names[first]))
        told = f"{name} earns {share} of disclosed gains from AI in {stage}"
    if missing == len(made.stages):
        return f"{told}; no stage can be seen whole for {the(names[other])}"
    rest = f"{count(missing)} of {count(len(made.stages))} stages cannot be seen whole"
    return f"{told}; {rest} for {the(names[other])}" if missing else told


def pooled_sentence(made: ValueCapture, names: Mapping[str, str]) -> str:
    """Give the pooled shares, never without what they cover and the room that missing firms leave."""
    pool = made.pool
    if not pool.economies:
        return f"Nothing can be pooled: {coverage_sentence(pool)}"
    parts = [_pooled(pool, code, names[code]) for code in made.pair]
    told = plural(pool.counted, "company", "companies")
    head = (
        f"Gains of {pool.gains[0]:.0f} US$ bn can be worked out, from {told}: "
        f"{'; '.join(parts)}. {pool.unknown} more do not tell."
    )
    return f"{head} {coverage_sentence(pool)}"


def _pooled(pool: Pool, code: str, name: str) -> str:
    found = pool.of(code)
    if found is None:
        return f"{the(name)} unknown (none of its companies is counted)"
    room = f"{percent(found.room[0])} to {percent(found.room[1])}"
    return f"{the(name)} {percent(found.share[0])} (room {room})"


def coverage_sentence(pool: Pool) -> str:
    """Say what the companies held cover of each stage, and where that cannot be said."""
    held = [f"{lower_first(TITLES[name])} {percent(share[0])}" for name, share in pool.coverage.items()]
    none = [lower_first(TITLES[name]) for name in pool.without_total]
    said = [f"Companies held cover, of the stage's revenue: {listed(held)}."] if held else []
    if none:
        said.append(f"No usable total is stated for {listed(none)}: the room may be wider.")
    return " ".join(said)


def dollar_finding(dollar: Dollar, names: Mapping[str, str]) -> str:
    """Say in which economy most of a dollar stays, or that it cannot be told."""
    stays = dollar.stays_in()
    codes = sorted(stays, key=lambda code: -stays[code][0])
    keeper = codes[0]
    home, case = the(names[dollar.user]), dollar.case.title
    if len(codes) > 1 and stays[codes[1]][2] >= stays[keeper][1]:
        told = listed((the(names[code]) for code in codes[:2]), "or")
        return f"Of a dollar paid in {home} for {case}, it cannot be told whether most stays in {told}"
    return f"Of a dollar paid in {home} for {case}, {cents(stays[keeper])} cents stay in {the(names[keeper])}"


def cents(value: Ends) -> str:
    """Write cents with their range, as in `63 (34 to 98)`."""
    middle, low, high = (round(each) + 0 for each in value)
    return f"{middle} ({low} to {high})" if (low, high) != (middle, middle) else f"{middle}"


def capture_finding(made: ValueCapture, names: Mapping[str, str]) -> str:
    """Set the share of tokens against the share of money inside the router."""
    found = [each for code in made.pair if made.market and (each := made.market.of(code))]
    if not found:
        return "No market shows both tokens and money of either economy at this date"
    under = [each for each in found if each.ratio[2] < 1]
    over = [each for each in found if each.ratio[1] > 1]
    if not under and not over:
        return "On one router tokens and money are shared alike, within the range of its readings"
    shown = min(under or over, key=lambda each: each.ratio[0])
    name = upper_first(the(names[shown.economy]))
    tokens, dollars = (hundred(each) for each in (shown.tokens, shown.dollars))
    verb = "only " if shown in under else ""
    return f"{name} makes {tokens} % of one router's tokens and earns {verb}{dollars} % of its money"


def hundred(share: Ends) -> str:
    """Write a share with its range in per cent, as in `65 (46 to 65)`."""
    middle, low, high = (f"{100 * each:.0f}" for each in share)
    return f"{middle} ({low} to {high})" if (low, high) != (middle, middle) else middle


def world_sentence(made: ValueCapture, names: Mapping[str, str]) -> str:
    """Say what can be said of tokens over the world: a ratio under one definition, or why none."""
    a, b = made.pair
    world = made.world
    if world.ratio is not None:
        return (
            f"Over the world, {world.ratio:.2g} tokens of {the(names[a])} for one of {the(names[b])} "
            f"({world.definition})."
        )
    if not world.figures:
        told = f"no count of tokens of {the(names[a])} or {the(names[b])} is held"
        return f"Over the world it cannot be told: {told}."
    whose = [names.get(str(row["economy"]), row["economy"]) for row in world.figures]
    told = "; ".join(
        f"{name} {row['value']:,.4g} {row['unit']}, {row['definition']}"
        for name, row in zip(whose, world.figures, strict=True)
    )
    return f"Over the world it cannot be told, as no two counts of tokens share a definition: {told}."


def lever_sentence(made: ValueCapture, names: Mapping[str, str]) -> str:
    """Say what elasticity would turn who books more, or that none would."""
    a, b = (made.pool.of(code) for code in made.pair)
    used = f"Elasticity of margins to levers: {made.elasticity:g}, assumed, as nothing measures it."
    if a is None or b is None:
        return f"{used} Who books more cannot be told, so none turns it."
    ahead, behind = (made.pair) if a.gains[0] >= b.gains[0] else (made.pair[1], made.pair[0])
    turning = [(pull.turning, pull.lever.name) for pull in made.levers if pull.turning is not None]
    verdict = f"{the(names[ahead])} books more disclosed gains than {the(names[behind])}"
    if not turning:
        told = "no elasticity from 0 upwards would turn it: every lever that is scored is on the same side"
    else:
        least, name = min(turning)
        told = f"it would turn at an elasticity of {least:.1f} to {name}, the nearest"
    kept = plural(sum(pull.score is None for pull in made.levers), "lever is", "levers are")
    return f"{used} {upper_first(verdict)}; {told}. {upper_first(kept)} not scored."


def money(value: float) -> str:
    """Write US$ bn in a table, as in `125.3`; what is small is not written as nothing."""
    if abs(value) < LEAST:
        return "0" if value == 0 else "<0.1" if value > 0 else f">{MINUS}0.1"
    return f"{value:.1f}".replace("-", MINUS)


def percent_range(share: Ends) -> str:
    """Write a share with its range, as in `76 % (69 to 76)`."""
    middle, low, high = (f"{100 * each:.0f}" for each in share)
    return f"{middle}{HARD}% ({low} to {high})"


def booked(stage: Stage, economy: str = "") -> str:
    """Write gains and losses of an economy in a stage; what no firm tells is unknown, not zero."""
    known = any(line.counted and economy in {"", line.economy} for line in stage.lines)
    if not known:
        return "unknown"
    gains, losses = stage.gains(economy)[0], stage.losses(economy)[0]
    parts = [money(each) for each in (gains, losses) if each] or ["0"]
    mark = " ?" if (unseen(stage, economy) if economy else bool(stage.unknown())) else ""
    return " ".join(parts) + mark
