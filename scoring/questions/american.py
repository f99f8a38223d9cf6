"""Claims that a part of the stack is largely in American hands: compute, cloud, gateways, capital."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .shares import (
    HALF,
    Share,
    majority,
    newest,
    objections,
    shares,
    shares_shown,
)
from .tested import PAIR, Reading, Told, adjective, months, shown, tested

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from indicators.facts import Facts

    from .verdict import ClaimVerdict

TWO_THIRDS: Final = 200.0 / 3.0
OWNED: Final = "ai_compute_ownership_share_pct"
STANDING: Final = "ai_cluster_h100e_share_pct"
CAPACITY: Final = "data_centre_capacity_share_pct"
TOP: Final = "cloud_top3_share_by_hq_pct"
ALL: Final = "cloud_provider_share_by_hq_pct"
GATEWAY: Final = "enterprise_gateway_share_by_hq_pct"
"""Code under which a share of the world's gateways would be read; no shipped indicator has it."""
INVESTED: Final = "ai_private_investment_usd_bn"
FUNDED: Final = "ai_newly_funded_companies"


def compute(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether the world's AI computing capacity is largely American.

    The newest share of the world's AI chips, by computing power, that belongs to firms with headquarters in
    the United States: yes where its whole range lies above half, no where it lies at or below. The other
    reading goes by where the chips stand, in the clusters that are known. The share of the capacity of all
    data centres is shown and decides nothing, as most of it is no AI computing.
    """
    a, _ = pair
    held = {code: shares(facts, code, a) for code in (OWNED, STANDING, CAPACITY)}

    def read(day: date) -> list[Reading]:
        found = {code: newest(facts, code, each, day) for code, each in held.items()}
        return [
            majority("by owner of the chips", found[OWNED]),
            majority("by place, in the clusters that are known", found[STANDING]),
            shown(majority("capacity of all data centres, by place", found[CAPACITY])),
        ]

    told = Told(
        "compute",
        "American hands",
        "over half by owner of the chips, whole range",
        f"The world's AI computing capacity is largely {adjective(facts, a)}.",
        _finding(facts, a, held[OWNED], "own"),
        _overturn(held[OWNED], "share by owner"),
        shares_shown(facts, (OWNED, STANDING, CAPACITY), pair),
        objections(facts, (OWNED, STANDING)),
    )
    return tested(compute, told, read, months(_first(held.values()), facts))


def cloud(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether cloud platforms are largely American.

    The newest share of the world's cloud infrastructure revenue that one house ascribes to its three largest
    providers, all American: yes where the whole range lies above half. The three are a floor of the American
    share, so a range that reaches below half decides nothing. A figure without a printed range gets the one
    that the default recipe has for its kind of source; one older than the age limit of its indicator is no
    data. The alternative is the sum of every American provider that the last full table names: no where its
    whole range lies below half. More than two thirds is shown as a stricter reading and decides nothing.
    """
    a, _ = pair
    named, floors, sums = adjective(facts, a), shares(facts, TOP, a), shares(facts, ALL, a)

    def read(day: date) -> list[Reading]:
        three = newest(facts, TOP, floors, day)
        every = newest(facts, ALL, sums, day)
        return [
            majority("the three largest", three, floor=True),
            majority(f"every {named} provider of the last full table", every),
            shown(majority("the three largest, more than two thirds", three, TWO_THIRDS, floor=True)),
        ]

    told = Told(
        "cloud",
        "American hands",
        "over half by the three largest, whole range",
        f"The world's cloud platforms are largely {adjective(facts, a)}.",
        f"three {adjective(facts, a)} firms hold {floors[-1].said}" if floors else "no share of the market",
        _cloud_overturn(floors, named),
        shares_shown(facts, (TOP, ALL), pair),
        objections(facts, (TOP, ALL)),
    )
    return tested(cloud, told, read, months(_first((floors, sums)), facts))


def gateways(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether the gateways through which firms reach models are largely American.

    A gateway is a platform through which a firm buys the use of models: the catalogue of a cloud, a router,
    the interface of a laboratory. Asked for is the American share of the use or spending of the world's firms
    that passes through them, from one source that sees firms in both countries: yes where its whole range
    lies above half, no where it lies at or below. Surveys of one country do not count. Where no such source
    is held there is no data. The share of the three largest clouds is shown, since their catalogues are
    gateways, and decides nothing: cloud spending is not spending on models.
    """
    a, _ = pair
    held, floors = shares(facts, GATEWAY, a), shares(facts, TOP, a)

    def read(day: date) -> list[Reading]:
        own = newest(facts, GATEWAY, held, day) if held else None
        clouds = majority("the three largest clouds", newest(facts, TOP, floors, day), floor=True)
        return [majority("share of the gateways", own), shown(clouds)]

    told = Told(
        "gateways",
        "American hands",
        "over half, from one source that sees both countries",
        f"The gateways through which firms reach models are largely {adjective(facts, a)}.",
        _finding(facts, a, held, "hold") if held else "no source sees both countries",
        _overturn(held, "share of the gateways")
        if held
        else "One source on the gateways of American and of Chinese firms; an indicator of your own with the "
        f"code {GATEWAY} would be read.",
        shares_shown(facts, (GATEWAY, TOP), pair),
        ("Surveys of American firms name American vendors; firms in China are not asked.",),
    )
    return tested(gateways, told, read, months(_first((held or floors,)), facts))


def capital(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether private capital for AI is largely American.

    Private investment in American AI companies in the newest year, as a share of that in all economies that
    are held, each that is not published counted at up to its bound: yes where the whole range lies above
    half, with the American figure at its low and all others at their high end; no where it lies at or below
    half the other way round. The upper end of China includes the state's guidance funds. The other reading
    sets the American figure against the Chinese one alone. The share of newly funded companies is shown and
    decides nothing: it counts companies, not money.
    """
    a, b = pair
    money = {code: shares(facts, INVESTED, code) for code in facts.economies}
    counted = {code: shares(facts, FUNDED, code) for code in facts.economies}
    two = {code: money[code] for code in pair}

    def read(day: date) -> list[Reading]:
        return [
            majority("of all economies held", _part(facts, INVESTED, money, a, day)),
            majority("of the two alone", _part(facts, INVESTED, two, a, day)),
            shown(majority("of newly funded companies", _part(facts, FUNDED, counted, a, day))),
        ]

    first = read(facts.date)[0]
    told = Told(
        "capital",
        "American hands",
        "over half of a year's private investment, whole range",
        f"Private capital for AI is largely {adjective(facts, a)}.",
        f"{adjective(facts, a)} companies raised {first.said}" if first.said else "no figure of the two",
        _capital_overturn(facts, money, a),
        shares_shown(facts, (INVESTED, FUNDED), (a, b)),
        objections(facts, (INVESTED,)),
    )
    return tested(capital, told, read, months(_first((money.get(a, ()),)), facts))


def _part(
    facts: Facts, code: str, held: Mapping[str, Sequence[Share]], economy: str, day: date
) -> Share | None:
    """Share of one economy in the sum of some, in the year of its newest value; the whole range at once."""
    own = newest(facts, code, held.get(economy, ()), day)
    if own is None:
        return None
    bound = facts.indicators[code].censor_bound or 0.0
    others = []
    for other, values in held.items():
        if other != economy:
            same = [each for each in values if each.day == own.day]
            others.append(same[-1] if same else Share(own.day, bound / 2.0, 0.0, bound, {}))
    value, low, high = (sum(getattr(each, end) for each in others) for end in ("value", "low", "high"))
    if not own.value + value:
        return None
    return Share(
        own.day,
        100.0 * own.value / (own.value + value),
        100.0 * own.low / (own.low + high) if own.low else 0.0,
        100.0 * own.high / (own.high + low),
        own.row,
    )


def _first(held: Iterable[Sequence[Share]]) -> date | None:
    days = [each[0].day for each in held if each]
    return min(days, default=None)


def _finding(facts: Facts, economy: str, held: Sequence[Share], verb: str) -> str:
    return f"{adjective(facts, economy)} firms {verb} {held[-1].said}" if held else "no share held"


def _overturn(held: Sequence[Share], what: str) -> str:
    if not held:
        return f"A {what} with its range."
    last = held[-1]
    side = "at or below" if last.value > HALF else "above"
    return f"A {what} whose whole range lies {side} half; the newest is {last.said}."


def _cloud_overturn(floors: Sequence[Share], named: str) -> str:
    if not floors:
        return "A share of the world market by headquarters, by one house."
    last = floors[-1]
    least = HALF * last.value / last.low if last.low else HALF
    return (
        f"With so wide a range, three largest firms above {least:.0f} % would make it hold; a full table "
        f"in which all {named} providers together hold less than half would turn it."
    )


def _capital_overturn(facts: Facts, money: Mapping[str, Sequence[Share]], economy: str) -> str:
    share = _part(facts, INVESTED, money, economy, facts.date)
    if share is None:
        return "A year of private investment for both from one source."
    rest = 100.0 / share.low - 1.0 if share.low else 0.0
    return (
        f"All others raising {1.0 / rest:.1f} times what they do at the high end of their ranges; or "
        "state money and the capital spending of firms counted with it from one source."
        if rest
        else "A year of private investment for both from one source."
    )
