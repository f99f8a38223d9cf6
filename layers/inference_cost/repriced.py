"""List prices after a change of all prices of some economies: today's market again, at other prices."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from layers.inference_cost import curve, rated
from layers.inference_cost.market import TIERS, has_prices, market
from layers.inference_cost.priced import FRONT_DEPTH, laboratories, ratio_of
from layers.layer import COLUMNS, SHIPPED, Computed, computed_rows, posteriors, sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indicators.facts import Facts
    from layers.inference_cost.market import Market
    from layers.posterior import Posterior

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Drawn = dict[str, Floats]

LAYER: Final = "inference_cost"
PREFIX: Final = "price."
"""Begins the names of the inputs that multiply the list prices of an economy's laboratories."""
FILE: Final = "on_sale.npz"
RATIOS: Final = tuple(f"price_ratio_tier_{name}" for name in TIERS)
LIMITS: Final = {"price_front_share": (0.0, 1.0), "labs_within_2x_of_cheapest": (0.0, np.inf)}


def factors(facts: Facts, economies: Sequence[str]) -> Floats:
    """Return what the list prices of each economy are multiplied by, (economies,)."""
    given = (facts.inputs.get(f"{PREFIX}{economy}") for economy in economies)
    return np.array([1.0 if each is None else each.value for each in given])


def repriced(before: Facts, after: Facts, tables: Sequence[str]) -> Computed:
    """Compute the indicators of price after all prices of some economies have changed by a factor.

    The ratios of the tiers, the laboratories near the cheapest and the share of the front are worked out on
    the market of the state date, once at its own prices and once at the others; what stands in `before` moves
    by the ratio or the difference of the two, row by row. The front of the month ends before is not repriced.

    Parameters
    ----------
    before : Facts
        With the layer computed.
    after : Facts
        With factors among its inputs.
    tables : sequence of str
        What the capabilities on sale depend on.
    """
    rows = [dict(row) for row in computed_rows(before, LAYER) if row["code"] in {*RATIOS, *LIMITS}]
    joints = [each for each in posteriors(before, LAYER) if set(each.codes) & set(RATIOS)]
    if not joints:  # nothing on sale has a capability on the date: there is no price to move
        return Computed(pd.DataFrame(rows, columns=list(COLUMNS)))
    (joint,), now = joints, today(before, tables)
    if now is not None:
        times = factors(after, now.economies) / factors(before, now.economies)
        shelves, as_they_are = _shelves(before, now)
        pair = as_they_are, shelves.drawn(times)
        values = _moved(now.economies, pair, joint)
        old, joint = joint.values, replace(joint, values=values)  # noqa: PD011 - a posterior has values
        for row in rows:
            at = joint.codes.index(row["code"]), joint.economies.index(row["economy"])
            row.update(_told(row, old[:, at[0], at[1]], values[:, at[0], at[1]]))
    return Computed(pd.DataFrame(rows, columns=list(COLUMNS)), (joint,))


def _shelves(facts: Facts, now: Market) -> tuple[Shelves, Drawn]:
    """Return what is cheapest today and what that gives, once for facts that much is made from."""
    place = "cheapest at table prices"
    if place not in facts.kept:
        shelves = Shelves.of(now)
        facts.kept[place] = shelves, shelves.drawn(np.ones(len(now.economies)))
    found: tuple[Shelves, Drawn] = facts.kept[place]
    return found


def _told(row: dict[str, Any], old: Floats, new: Floats) -> dict[str, float]:
    """Move the stated value and its ends as the same points of the draws move."""
    points = np.quantile(np.stack([old, new]), [0.05, 0.5, 0.95], axis=1)
    stated = np.array([row["low"], row["value"], row["high"]])
    if row["code"] in RATIOS:
        found = np.clip(stated * points[:, 1] / points[:, 0], 1.0, 10.0)
    else:
        found = np.clip(stated + points[:, 1] - points[:, 0], *LIMITS[row["code"]])
    low, value, high = found.tolist()
    return {"low": min(low, value), "value": value, "high": max(high, value)}


@dataclass(frozen=True, eq=False)
class Shelves:
    """What is cheapest at the prices of the tables: where all own prices are multiplied, so is the cheapest.

    Attributes
    ----------
    now : Market
        The market.
    tiers : dict of str to (P, 7, economies) array
        Cheapest price of each economy at the levels of each tier.
    labs : (P, 7, laboratories) array
        Cheapest price of each laboratory at the mid tier.
    owner : (laboratories,) array of int64
        Economy of each laboratory.
    """

    now: Market
    tiers: dict[str, Floats]
    labs: Floats
    owner: Ints

    @classmethod
    def of(cls, now: Market) -> Shelves:
        """Find what is cheapest, once."""
        code, owner = laboratories(now)
        tiers = {name: now.tier(gap, now.work) for name, gap in TIERS.items()}
        return cls(now, tiers, now.tier(TIERS["mid"], now.work, code), owner)

    def drawn(self, times: Floats) -> Drawn:
        """Draws of every indicator with the prices of each economy multiplied, (P, economies) each."""
        m = self.now
        listing = np.unique(m.table["listing"].to_numpy(dtype=str), return_inverse=True)[1]
        floor = (m.frontier - FRONT_DEPTH)[:, None]
        found = {f"price_ratio_tier_{name}": ratio_of(held * times) for name, held in self.tiers.items()}
        found["labs_within_2x_of_cheapest"] = curve.within_twice(self.labs * times[self.owner], self.owner)
        price = m.work * times[m.owner]
        found["price_front_share"] = curve.front_share(m.ability, price, listing, m.owner, floor)
        return found


def _moved(economies: Sequence[str], pair: tuple[Drawn, Drawn], joint: Posterior) -> Floats:
    """Draws of every indicator after the change, (P, codes, economies)."""
    (old, new), values = pair, joint.values  # noqa: PD011 - a posterior has values
    found = values.copy()
    for code, fresh in new.items():
        j = joint.codes.index(code)
        for k, economy in enumerate(economies):
            i = joint.economies.index(economy) if economy in joint.economies else -1
            if i < 0 or not np.isfinite(fresh[:, k]).all() or not np.isfinite(values[:, j, i]).all():
                continue
            if code in RATIOS:
                found[:, j, i] = np.clip(values[:, j, i] * fresh[:, k] / old[code][:, k], 1.0, 10.0)
            else:
                found[:, j, i] = np.clip(values[:, j, i] + fresh[:, k] - old[code][:, k], *LIMITS[code])
    return found


def today(facts: Facts, tables: Sequence[str]) -> Market | None:
    """Return the market of the state date at table prices, with the shipped capabilities if they fit."""
    place = "market at table prices"
    if place not in facts.kept:
        facts.kept[place] = None
        if has_prices(facts):
            known = _read(facts, tables) or rated.abilities(facts)
            facts.kept[place] = market(facts, facts.date, known)
    found: Market | None = facts.kept[place]
    return found


def _key(facts: Facts, tables: Sequence[str]) -> str:
    return hashlib.sha256(f"{facts.fingerprint(*tables)} {sources()}".encode()).hexdigest()


def write(facts: Facts, tables: Sequence[str], folder: Path) -> Path:
    """Store the capabilities of what is on sale on the state date; half precision around the centre."""
    known = rated.abilities(facts)
    now = market(facts, facts.date, known)
    families = set() if now is None else set(now.table["family"])
    chosen = known.table["family"].isin(families).to_numpy()
    table = known.table[chosen]
    centre = table["centre"].to_numpy(dtype=np.float64)
    text = json.dumps(
        {
            "key": _key(facts, tables),
            "name": table["name"].tolist(),
            "family": table["family"].tolist(),
            "released": [day.isoformat() for day in table["released"].dt.date],
            "central": known.central_frontier(facts.date),
        }
    )
    path = folder / FILE
    np.savez_compressed(
        path,
        allow_pickle=False,
        text=np.array(text),
        centre=centre,
        draws=np.ascontiguousarray((known.draws[:, chosen] - centre).T.astype("<f2")),
        frontier=(known.frontier(facts.date) - known.central_frontier(facts.date)).astype("<f2"),
    )
    return path


def _read(facts: Facts, tables: Sequence[str]) -> rated.Abilities | None:
    """Read what `write` stored, or None where it is not of these facts."""
    path = SHIPPED / FILE
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as parts:
        told: dict[str, Any] = json.loads(str(parts["text"]))
        if told["key"] != _key(facts, tables):
            return None
        centre = parts["centre"]
        draws = parts["draws"].astype(np.float64).T + centre
        frontier = parts["frontier"].astype(np.float64) + told["central"]
    table = pd.DataFrame({"name": told["name"], "family": told["family"]})
    table = table.assign(released=pd.to_datetime(told["released"]), centre=centre)
    return rated.Abilities(table, draws, (frontier, float(told["central"])))
