"""The market of a day: what is on sale, what it can do and what it costs, in joint draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from indicators.interval import uniform
from layers.inference_cost import curve, rated
from layers.inference_cost.normals import Normals
from layers.inference_cost.prices import offered, stepped
from layers.inference_cost.work import CHAT, Counted, counted, spent, workloads
from layers.layer import ROWS

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from indicators.facts import Facts

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

TIERS: Final = {"near": 10.0, "mid": 20.0, "far": 30.0}
"""Points below the frontier."""
OFFSETS: Final = np.arange(-3.0, 4.0)
"""A tier is integrated over three points to either side."""


@dataclass(frozen=True)
class Market:
    """The priced models with a capability on a day.

    Attributes
    ----------
    table : DataFrame
        m offers by effort, as `rated.with_ability` returns them, the cheapest first, with `work`: the chat
        price of what the typical thinking model does in a million tokens.
    economies, owner : tuple of str, (m,) array of int64
        Economies with an offer, and that of each offer.
    ability, chat, tokens, work : (P, m) arrays
        Draws of capability; of the list price of a million tokens in the chat blend, and in the row's
        workload; of the work that the typical thinking model does in those.
    frontier, central_frontier : (P,) array, float
        Best of the world, priced or not.
    day : str
        Newest reading of a price.
    left_out : int
        Priced models without a capability.
    """

    table: pd.DataFrame
    economies: tuple[str, ...]
    owner: Ints
    ability: Floats
    chat: Floats
    tokens: Floats
    work: Floats
    frontier: Floats
    central_frontier: float
    day: str
    left_out: int

    def tier(self, gap: float, price: Floats, code: Ints | None = None) -> Floats:
        """Cheapest prices at the seven levels of a tier, (P, 7, groups); groups are economies by default."""
        levels = self.frontier[:, None] - gap + OFFSETS
        owner = self.owner if code is None else code
        return curve.cheapest_by(self.ability, price, owner, levels, self.order)

    @cached_property
    def order(self) -> Ints:
        """Places of the offers, the ablest first, (P, m)."""
        return curve.ablest_first(self.ability)

    def place(self, economy: str) -> int | None:
        """Place of an economy, or None where it offers nothing."""
        return self.economies.index(economy) if economy in self.economies else None


def doubts(facts: Facts) -> Normals:
    """Return what is drawn about prices besides capability, by name: the same numbers at every date.

    `price LISTING` places a price between the catalogues, `tokens FAMILY` a family's tokens on a task around
    the count, `workload` says which of the named workloads the buyer has, each in as many rows.
    """
    place = "doubts about prices"
    if place not in facts.kept:
        facts.kept[place] = Normals(ROWS)
    found: Normals = facts.kept[place]
    return found


def market_on(facts: Facts, on: date) -> Market | None:
    """Return the market on a day, worked out once, or None where no model has a price and a capability.

    Parameters
    ----------
    facts
        With the tables of prices, models, scores, workloads and tokens spent.
    on
        The day, at or before the state date. Capability is today's: a reconstruction.
    """
    place = f"market {on.isoformat()}"
    if place not in facts.kept:
        facts.kept[place] = _market(facts, on)
    found: Market | None = facts.kept[place]
    return found


def _market(facts: Facts, on: date) -> Market | None:
    return market(facts, on, rated.abilities(facts)) if has_prices(facts) else None


def has_prices(facts: Facts) -> bool:
    """Say whether there is anything to price."""
    return not (facts.table("prices").empty or facts.table("workloads").empty)


def market(facts: Facts, on: date, known: rated.Abilities) -> Market | None:
    """Return the market on a day with capabilities that are known already."""
    on_sale = offered(facts, on)
    table = rated.with_ability(on_sale, known, on)
    if table.empty:
        return None
    (chat, tokens, work), central = _priced(facts, table, on)
    economies = tuple(sorted(table["economy"].unique()))
    owner = np.array([economies.index(e) for e in table["economy"]], dtype=np.int64)
    return Market(
        table.assign(work=central),
        economies,
        owner,
        known.draws[:, table["place"].to_numpy()],
        chat,
        tokens,
        work,
        known.frontier(on),
        known.central_frontier(on),
        min(facts.table("prices")["seen"].max().date(), on).isoformat(),
        len(on_sale) - int(table["best"].sum()),
    )


def _priced(facts: Facts, table: pd.DataFrame, on: date) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    """Draws of prices (chat, tokens, work), (P, m) each, and the central chat price of work, (m,)."""
    drawn = doubts(facts)
    tiers = facts.table("price_tiers")
    low, price, high = (table[name].to_numpy(dtype=np.float64) for name in ("low", "price", "high"))
    z = _by_name(drawn, "price", table["listing"])
    between = uniform(price, price - low, high - price, z)
    used = spent(_counted(facts), list(table["family"]), list(table["configuration"]))
    spread = _by_name(drawn, "tokens", table["family"])
    stretch = np.exp(used.centre + used.sd * spread)
    tokens, work = np.empty(z.shape), np.empty(z.shape)
    named = workloads(facts.table("workloads"))
    mine = np.argsort(np.argsort(drawn.z("workload"))) % len(named)
    central = price
    for k, each in enumerate(named):
        rows, at = mine == k, stepped(table, tiers, each.prompt, on)
        rates = [at[name].to_numpy(dtype=np.float64) for name in ("input", "cached", "output")]
        tokens[rows] = each.price(rates)
        work[rows] = each.price(rates, stretch[rows])
        if each.name == CHAT:
            central = each.price(rates, np.exp(used.centre))
    scale = between / price
    return (between, tokens * scale, work * scale), central


def _counted(facts: Facts) -> Counted | None:
    """Return what is known of tokens on a task, read once."""
    place = "tokens on a task"
    if place not in facts.kept:
        facts.kept[place] = counted(facts.table("token_use"))
    found: Counted | None = facts.kept[place]
    return found


def _by_name(drawn: Normals, what: str, names: pd.Series) -> Floats:
    """Draw standard normals for each row of a column, the same for the same name, (P, m)."""
    held = {name: drawn.z(f"{what} {name}") for name in dict.fromkeys(names)}
    return np.stack([held[name] for name in names], axis=1)
