"""The claim that electricity explains the price gap between American and Chinese tokens."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.fault import UsageError
from layers.inference_cost.case import case
from layers.inference_cost.costed import MODEL, SITE_MACHINE
from layers.inference_cost.gap import baskets, price_gap_history
from layers.inference_cost.history import days as dated
from layers.inference_cost.normals import Normals
from layers.inference_cost.token_cost import cost
from layers.inference_cost.why import CAUSES, cost_parts, exact_shares

from .power import QUANTITY, stated_pairs
from .tested import PAIR, Reading, Told, adjective, larger, shown, tested
from .verdict import Figure, source_text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from indicators.facts import Facts

    from .verdict import ClaimVerdict

Floats = NDArray[np.float64]

DRAWS: Final = 1000
OWN: Final = ("GB200 NVL72", "Ascend 910C")
"""A machine designed in each of the two, for the reading that lets everything differ."""
HALF: Final = 50.0


class Effects(NamedTuple):
    """Logarithms by which a token is dearer at the first's site than at the second's, by draw, or None."""

    power: Floats | None
    site: Floats | None
    free: Floats | None
    shapley: Floats | None


def power_explains(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether electricity explains the price gap.

    The same model on the same machine (GB200 NVL72) is costed with the American and with the Chinese price of
    industrial electricity, all else equal. The logarithm of the ratio of the two costs, over that of the
    price gap of the claim price-gap on the day: yes where it is more than half with its whole range, no where
    it is half or less. Other readings: the price gap for three input tokens to one output token; the
    electricity's Shapley share of the gap in cost between an American machine at home and a Chinese one at
    home. Shown, deciding nothing: the whole site (electricity, cooling, building, capital) in place of
    electricity, and Chinese power at no price at all. Where Chinese tokens are not cheaper on a day there is
    no gap to explain.
    """
    rows = price_gap_history(facts)
    basket = baskets()[1][0].name
    found = _effects(facts, pair)

    def read(day: date) -> list[Reading]:
        output, chat = (_gap(rows, basket, measure, day) for measure in ("output", "chat"))
        return [
            _share("electricity alone, output tokens", found.power, output, day),
            _share("electricity alone, three input tokens to one", found.power, chat, day),
            _share("its part where each uses its own machine", found.shapley, output, day),
            shown(_share("the whole site", found.site, output, day)),
            shown(_share("power in China for nothing", found.free, output, day)),
        ]

    days = dated(facts) or [facts.date]
    now = read(facts.date)[0]
    told = Told(
        "power-explains",
        "Price and cost",
        "more than half of the price gap, as logarithms, whole range",
        "Cheaper electricity explains why a token of a Chinese model is sold for less.",
        _finding(facts, found, now, pair),
        _overturn(found, _gap(rows, basket, "output", facts.date)),
        _figures(facts, found, pair),
        (
            "A token is not always made where its laboratory is: Chinese models run on US machines too.",
            "The cost of a token is that of the state date, also for months before; the gap is the month's.",
        ),
    )
    return tested(power_explains, told, read, days)


def _effects(facts: Facts, pair: tuple[str, str]) -> Effects:
    """Costs at the sites of both; nothing where a site or a machine is not known."""
    normals = Normals(DRAWS)
    try:
        first, second = (case(facts, MODEL, SITE_MACHINE, economy, latency=None) for economy in pair)
    except UsageError:
        return Effects(None, None, None, None)
    here = cost(first, normals)
    dear = np.log(here.usd_per_mtok)
    swapped = replace(first, electricity=second.electricity)
    return Effects(
        dear - np.log(cost(swapped, normals).usd_per_mtok),
        dear - np.log(cost(second, normals).usd_per_mtok),
        -np.log1p(-here.electricity_share),
        _shapley(facts, pair, normals),
    )


def _shapley(facts: Facts, pair: tuple[str, str], normals: Normals) -> Floats | None:
    """Logarithm that electricity adds to the first's cost over the second's, each on its own machine."""
    try:
        first, second = (
            case(facts, MODEL, machine, economy, latency=None)
            for machine, economy in zip(OWN, pair, strict=True)
        )
    except UsageError:
        return None
    shares = exact_shares(cost_parts(second, first, normals), CAUSES)
    return np.asarray(shares[CAUSES.index("electricity")])


def _gap(rows: pd.DataFrame, basket: str, measure: str, day: date) -> float | None:
    found = rows[(rows["basket"] == basket) & (rows["measure"] == measure) & (rows["date"] == day)]
    return None if found.empty else float(found.iloc[0]["ratio"])


def _share(rule: str, effect: Floats | None, gap: float | None, day: date) -> Reading:
    """Say whether an effect is more than half of the gap, both as logarithms."""
    if effect is None or gap is None:
        return Reading(rule, "no data")
    if gap <= 1.0:
        return Reading(rule, "cannot tell", "Chinese tokens are not cheaper on the day", seen=day)
    low, value, high = (100.0 * float(x) / math.log(gap) for x in np.quantile(effect, [0.05, 0.5, 0.95]))
    said = f"{value:.1f} % of the gap ({low:.1f} to {high:.1f})"
    return Reading(rule, larger(low, high, HALF), said, value, low, high, day)


def _finding(facts: Facts, found: Effects, now: Reading, pair: tuple[str, str]) -> str:
    if found.power is None:
        return "the cost of a token is not known at both sites"
    there, here = (adjective(facts, economy) for economy in pair)
    inverse = np.exp(-np.quantile(found.power, [0.95, 0.5, 0.05]))
    said = (
        f"with {here} in place of {there} power a token costs {inverse[1]:.3f} times as much "
        f"({inverse[0]:.3f} to {inverse[2]:.3f})"
    )
    return f"{said}: {now.said}" if now.said else f"{said}; no price gap on the day"


def _overturn(found: Effects, gap: float | None) -> str:
    if found.free is None or gap is None or gap <= 1.0:
        return "Prices of both on one day, and what electricity costs in both."
    share = 100.0 * (1.0 - math.exp(-float(np.median(found.free))))
    wanted = 100.0 * (1.0 - 1.0 / math.sqrt(gap))
    return (
        f"Electricity is {share:.1f} % of the cost of a token in the first country; even free in the other "
        f"it would have to be {wanted:.0f} % to make half of a gap of {gap:.1f}x."
    )


def _figures(facts: Facts, found: Effects, pair: tuple[str, str]) -> tuple[Figure, ...]:
    rows = facts.table("sites")
    sources = facts.catalogue.tables["sites"].sources
    pairs = [each for each in stated_pairs(rows[rows["quantity"] == QUANTITY], pair) if each.central]
    if found.power is None or not pairs:
        return ()
    last = pairs[-1]
    text = source_text(sources[last.source])
    made = []
    for label, effect in (
        ("Cost of a token with the first's power over that with the second's", found.power),
        ("Cost of a token at the first's site over that at the second's", found.site),
    ):
        if effect is not None:
            low, value, high = (float(x) for x in np.exp(np.quantile(effect, [0.05, 0.5, 0.95])))
            day, known = str(last.day), str(last.published)
            made.append(Figure(label, value, low, high, "times", day, known, text, "sites.csv", last.rows[1]))
    return tuple(made)
