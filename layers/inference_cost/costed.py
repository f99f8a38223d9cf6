"""The indicators of the pillar cost to produce: hardware to be had, site, machine designed at home."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indicators.fault import UsageError
from indicators.interval import uniform
from layers.frontier_capability.kept import once
from layers.inference_cost.case import Case, case
from layers.inference_cost.demand import paid, shares
from layers.inference_cost.efficiency import FEW
from layers.inference_cost.normals import Normals, central
from layers.inference_cost.prices_paid import MACHINE, PREFIX, Book, book
from layers.inference_cost.shelf import shelf
from layers.inference_cost.site import hours, mean_site
from layers.inference_cost.token_cost import cost
from layers.inference_cost.value import Value
from layers.posterior import ROWS, Posterior
from layers.systems_integration.access import Rules

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from indicators.facts import Facts
    from layers.inference_cost.system import System

    Floats = NDArray[np.float64]

MODEL = "DeepSeek-V3/R1"  # the reference: open weights, and the model with most published rates
SITE_MACHINE = "GB200 NVL72"  # the same machine at every site
OPEN = "accel_frontier"
SITE_RATIO, HARDWARE_RATIO, OWN_RATIO = (
    "token_cost_site_ratio",
    "token_cost_hardware_ratio",
    "token_cost_own_stack_ratio",
)
FREE = ("sites", "system_costs", "architectures", "systems", "measured_throughput")
"""Tables that do not depend on who may buy what."""
TABLES = (*FREE, "access")


@dataclass(frozen=True, eq=False)
class Fleet:
    """Machines on sale, from the cheapest token to the dearest at the mean site.

    Attributes
    ----------
    systems : tuple of System
        In that order.
    central, drawn : (1, machines), (P, machines) arrays
        USD per million output tokens of the reference model.
    """

    systems: tuple[System, ...]
    central: Floats
    drawn: Floats


def cost_values(facts: Facts) -> tuple[dict[str, list[Value]], Posterior | None]:
    """Values by indicator code with 5 and 95 % points, and the joint draws behind them (family `token_cost`).

    Empty where a constant of the money formula, the reference model or a frontier machine is not known on
    the date.
    """
    held = shelf(facts)
    try:
        opened = book(facts)
    except UsageError:
        return {}, None
    if MODEL not in held.models:
        return {}, None
    normals = Normals(ROWS)
    fleet = _on_the_market(facts, opened, normals)
    if fleet is None:
        return {}, None
    found = {
        SITE_RATIO: _sites(facts, opened, normals),
        HARDWARE_RATIO: _hardware_draws(facts, fleet, normals),
        OWN_RATIO: _own_draws(facts, fleet),
    }
    economies = tuple(facts.economies)
    drawn = np.full((ROWS, len(found), len(economies)), np.nan)
    values: dict[str, list[Value]] = {}
    for row, (code, cells) in enumerate(found.items()):
        values[code] = [cell.value for cell in cells if cell.value.economy in economies]
        for cell in cells:
            if cell.value.economy in economies:
                drawn[:, row, economies.index(cell.value.economy)] = cell.draws
    return values, Posterior("token_cost", tuple(found), economies, drawn)


@dataclass(frozen=True, eq=False)
class _Cell:
    value: Value
    draws: Floats


def _cell(economy: str, value: float, draws: Floats, told: tuple[_Origin, str]) -> _Cell:
    low, high = np.quantile(draws, [0.05, 0.95])
    origin, note = told
    made = Value(
        economy=economy,
        value=value,
        low=min(float(low), value),
        high=max(float(high), value),
        date=origin.date,
        published=origin.published,
        source=origin.source,
        file=origin.file,
        row=origin.row,
        note=note,
    )
    return _Cell(made, draws)


@dataclass(frozen=True)
class _Origin:
    """The row of a table that a value is anchored to."""

    file: str
    row: int
    date: str
    published: str
    source: str


def _site_draws(facts: Facts, opened: Book, normals: Normals) -> list[_Cell]:
    economies = [economy for economy in facts.economies if economy in opened.sites]
    if SITE_MACHINE not in opened.machines or not economies:
        return []
    base = case(facts, MODEL, SITE_MACHINE, economies[0], latency=None)
    middle = hours(base, opened, economies, central())[0]
    drawn = hours(base, opened, economies, normals)
    best = int(middle.argmin())
    ratio = np.maximum(drawn / drawn[:, [best]], 1.0)
    sites = facts.table("sites")
    own = dict(tuple(sites[sites["role"].eq("central")].groupby("economy")))
    cells = []
    for k, economy in enumerate(economies):
        note = f"{middle[k]:.3f} USD per hour against {middle[best]:.3f} in {economies[best]}"
        if "assumed" in opened.sites[economy]["construction"].source:
            note += "; building cost of its own not known"
        origin = _site_origin(own[economy])
        cells.append(_cell(economy, float(middle[k] / middle[best]), ratio[:, k], (origin, note)))
    return cells


def _site_origin(central_rows: pd.DataFrame) -> _Origin:
    """Origin of the price that stands for a site, with the newest dates of all that its cost rests on."""
    prices = central_rows[central_rows["quantity"].eq("industrial_electricity_price")]
    row = prices.sort_values("date").iloc[-1]
    newest = central_rows["date"].max()
    return _Origin(
        "sites.csv",
        int(row["row"]),
        str(newest.date()),
        str(central_rows["published"].max().date()),
        str(row["source"]),
    )


def _on_the_market(facts: Facts, opened: Book, normals: Normals) -> Fleet | None:
    """Return the fleet, once for all facts that agree in machines, prices, sites and inputs."""
    found: Fleet | None = once(
        facts, _named("fleet", facts), FREE, lambda held: _fleet(held, opened, normals)
    )
    return found


def _sites(facts: Facts, opened: Book, normals: Normals) -> list[_Cell]:
    """Return the draws of the sites, once likewise."""
    found: list[_Cell] = once(
        facts, _named("sites", facts), FREE, lambda held: _site_draws(held, opened, normals)
    )
    return found


def _named(what: str, facts: Facts) -> str:
    """Name what depends on the inputs by all of them; the sites depend on the price of one machine alone."""
    inputs = facts.inputs
    if what == "sites":
        machines = tuple(f"{PREFIX}{name}." for name in MACHINE)
        mine = tuple(f"{start}{SITE_MACHINE}" for start in machines)
        inputs = {name: it for name, it in inputs.items() if name in mine or not name.startswith(machines)}
    given = [f"{name} {it.model_dump_json()}" for name, it in sorted(inputs.items())]
    return f"token cost {what} {hashlib.sha256(repr(given).encode()).hexdigest()}"


def _fleet(facts: Facts, opened: Book, normals: Normals) -> Fleet | None:
    """Machines that are on sale, priced, and of a vendor whose software is measured, with the cost on each.

    A machine of a vendor with fewer measured rates than `FEW` could as well be twice as dear as half: it
    would be the yardstick of all others by luck.
    """
    sold, held = _on_sale(facts), shelf(facts)
    counts = held.efficiency.counts
    systems = [
        s
        for name, s in held.systems.items()
        if name in sold and _priced(opened, name) and counts.get(s.vendor, 0) >= FEW
    ]
    if not any(s.item == OPEN for s in systems) or not opened.sites:
        return None
    cases = [_at_mean(facts, opened, s.name) for s in systems]
    middle = np.array([float(cost(each, central()).usd_per_mtok[0]) for each in cases])
    order = np.argsort(middle, kind="stable")
    drawn = np.stack([cost(cases[k], normals).usd_per_mtok for k in order], axis=1)
    return Fleet(tuple(systems[k] for k in order), middle[order][None, :], drawn)


def _on_sale(facts: Facts) -> set[str]:
    import pandas as pd

    table = facts.table("systems")
    ended = table["withdrawn"] <= pd.Timestamp(facts.date)
    return set(table.loc[~ended, "system"])


def _priced(opened: Book, name: str) -> bool:
    return {"capex", "power"} <= opened.machines.get(name, {}).keys()


def _at_mean(facts: Facts, opened: Book, system: str) -> Case:
    economy = min(opened.sites)
    return mean_site(case(facts, MODEL, system, economy), opened)


def _hardware_draws(facts: Facts, fleet: Fleet, normals: Normals) -> list[_Cell]:
    """Cost of a token on what access allows over that on the best machine; the same mean site for all."""
    classes = [f"{s.economy}:{s.item}" for s in fleet.systems]
    order = range(len(fleet.systems))
    rules = Rules(facts.table("access"), facts.date)
    origins: dict[str, _Origin] = {}
    cells = []
    for economy in facts.economies:
        middle, drawn = _reach(rules, fleet, economy, normals)
        filled = shares(order, middle, classes)
        value = float(paid(fleet.central, filled, 0)[0])
        draws = paid(fleet.drawn, shares(order, drawn, classes), 0)
        parts = [
            f"{s.name} {share:.0%}" for s, share in zip(fleet.systems, filled[0], strict=True) if share > 0
        ]
        main = fleet.systems[int(filled[0].argmax())]
        if main.name not in origins:
            origins[main.name] = _machine_origin(facts, main.name)
        told = (origins[main.name], "demand filled by " + ", ".join(parts))
        cells.append(_cell(economy, value, draws, told))
    return cells


def _reach(rules: Rules, fleet: Fleet, economy: str, normals: Normals) -> tuple[Floats, Floats]:
    """Access to every machine, central (1, machines) and drawn (P, machines), even within its range."""
    found = [rules.access(economy, s.economy, s.item) for s in fleet.systems]
    middle = np.array([[each.value for each in found]])
    drawn = [
        uniform(
            np.array(each.value),
            np.array(each.value - each.low),
            np.array(each.high - each.value),
            normals.z(f"access {economy} {s.economy} {s.item}"),
        )
        for each, s in zip(found, fleet.systems, strict=True)
    ]
    return middle, np.stack(drawn, axis=1)


def _own_draws(facts: Facts, fleet: Fleet) -> list[_Cell]:
    """Cost of a token on the best machine designed at home over that on the best of all."""
    cells = []
    for economy in sorted({s.economy for s in fleet.systems}):
        own = next(k for k, s in enumerate(fleet.systems) if s.economy == economy)
        value = float(fleet.central[0, own] / fleet.central[0, 0])
        draws = np.maximum(fleet.drawn[:, own] / fleet.drawn[:, 0], 1.0)
        best, name = fleet.central[0, 0], fleet.systems[own].name
        note = f"{name} at {fleet.central[0, own]:.3f}, best {best:.3f} USD per million output tokens"
        cells.append(_cell(economy, value, draws, (_machine_origin(facts, name), note)))
    return cells


def _machine_origin(facts: Facts, system: str) -> _Origin:
    rows = facts.table("system_costs")
    rows = rows[rows["system"].eq(system) & rows["metric"].eq("purchase_cost_per_accelerator") & rows["used"]]
    row = rows.sort_values("date").iloc[-1]
    return _Origin(
        "system_costs.csv",
        int(row["row"]),
        str(row["date"].date()),
        str(row["published"].date()),
        str(row["source"]),
    )
