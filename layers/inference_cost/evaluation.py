"""How well the model reproduces what was published: parameters, rates left out, costs, electricity."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from layers.inference_cost.architecture import parameters
from layers.inference_cost.case import case
from layers.inference_cost.components import components
from layers.inference_cost.efficiency import FEW, RESIDUAL, SPREADS, estimated
from layers.inference_cost.normals import Normals
from layers.inference_cost.prices_paid import book
from layers.inference_cost.shelf import shelf
from layers.inference_cost.site import at_site
from layers.inference_cost.throughput import Asked, throughput
from layers.inference_cost.token_cost import cost, speeds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from indicators.facts import Facts
    from layers.inference_cost.measured import Run
    from layers.inference_cost.shelf import Shelf
    from layers.inference_cost.token_cost import Cost

    Floats = np.ndarray[Any, np.dtype[np.float64]]

REACH_80 = 1.2815515655446004  # standard normal quantile at 90 %
APART = "AMD"  # one row: shown apart
DRAWS = 10_000


class Count(NamedTuple):
    """Parameters of one model, computed and published, in billions."""

    model: str
    total: float
    published_total: float
    active: float
    published_active: float
    note: str


class Accuracy(NamedTuple):
    """How far predictions of some rows are from what was measured.

    Attributes
    ----------
    name : str
        What was left out.
    rows : int
        How many rows were predicted.
    within_two : float
        Share within a factor of two.
    error : float
        Geometric mean of the factor between measured and predicted, the larger over the smaller.
    bias : float
        Geometric mean of measured over predicted.
    covered : float
        Share within the 80 % range.
    """

    name: str
    rows: int
    within_two: float
    error: float
    bias: float
    covered: float


class Check(NamedTuple):
    """One published figure and the model's, with its 80 % range where rates are modelled."""

    name: str
    modelled: float
    low: float
    high: float
    published: float
    bound: str
    unit: str

    @property
    def ratio(self) -> float:
        """Modelled over published."""
        return self.modelled / self.published


@dataclass(frozen=True)
class Evaluation:
    """Everything that `fourlayers token-cost evaluation` shows.

    Attributes
    ----------
    counts, checks, shares, seconds
        Parameters; published figures; electricity's share by case; time of the two timed runs.
    spreads : dict
        Standard deviation of every effect on the efficiency, estimated again.
    left_out : dict
        By `series`, `hardware`, `generation` and `model`: all rows together first, then each left out.
    apart : list of Accuracy
        Rows of AMD, never in the others: those that the estimate sees, here left out, and those held back.
    held_back : list of Accuracy
        Rows of the role `test`, never used to estimate.
    """

    counts: list[Count]
    left_out: dict[str, list[Accuracy]]
    apart: list[Accuracy]
    held_back: list[Accuracy]
    checks: list[Check]
    shares: list[tuple[str, float]]
    seconds: dict[str, float]
    spreads: dict[str, float]

    def sections(self) -> list[tuple[str, list[str]]]:
        """Title and lines of each part."""
        head = f"{'':32}{'rows':>5}{'within 2x':>11}{'error':>8}{'bias':>7}{'in 80 %':>9}"
        parts = [("Parameters, billion: computed and published", _count_lines(self.counts))]
        for kind, found in self.left_out.items():
            parts.append(
                (f"Measured rates, one {kind} left out in turn", [head, *map(_accuracy_line, found)])
            )
        parts.append((f"{APART}, apart", [head, *map(_accuracy_line, self.apart)]))
        if self.held_back:
            parts.append(("Never used to estimate", [head, *map(_accuracy_line, self.held_back)]))
        parts.append(("Spread of the effects on efficiency, estimated again", _spread_lines(self.spreads)))
        parts.append(
            ("Published figures: ratio of modelled to published", [_check_line(each) for each in self.checks])
        )
        parts.append(
            ("Electricity in the cost of an hour", [f"{name:48}{share:7.1%}" for name, share in self.shares])
        )
        parts.append(("Seconds", [f"{name:48}{took:7.3f}" for name, took in self.seconds.items()]))
        return parts


def evaluated(facts: Facts) -> Evaluation:
    """Hold the model against everything published that the tables have."""
    held = shelf(facts)
    fit = [run for run in held.runs if run.role == "fit"]
    main = [run for run in fit if run.key.vendor != APART]
    by: dict[str, Callable[[Run], str]] = {
        "series": lambda run: run.key.series,
        "hardware": lambda run: run.key.system,
        "generation": lambda run: run.key.generation,
        "model": lambda run: run.key.model,
    }
    own = [run for run in held.runs if run.key.vendor == APART]
    return Evaluation(
        counts=counts(facts),
        left_out={kind: left_out(main, of) for kind, of in by.items()},
        apart=[
            _accuracy(name, _errors(main, [r for r in own if r.key.series == name])) for name in _series(own)
        ],
        held_back=held_back(held),
        checks=checks(facts),
        shares=shares(facts),
        seconds=timed(facts),
        spreads=components([run.key for run in fit], np.array([run.log_ratio for run in fit])),
    )


def counts(facts: Facts) -> list[Count]:
    """Parameter counts beside the published ones."""
    held, found = shelf(facts), []
    for row in facts.table("architectures").to_dict("records"):
        counted = parameters(held.models[row["model"]])
        total, active = float(row["published_total_params_b"]), float(row["published_active_params_b"])
        made = (counted.total / 1e9, total, counted.active / 1e9, active)
        found.append(Count(str(row["model"]), *made, str(row["note"])))
    return found


def left_out(runs: Sequence[Run], of: Callable[[Run], str]) -> list[Accuracy]:
    """Leave out one group after another, estimate from the others, and predict it; all together first."""
    names = sorted({of(run) for run in runs})
    each = {
        name: _errors([r for r in runs if of(r) != name], [r for r in runs if of(r) == name])
        for name in names
    }
    every = np.concatenate(list(each.values()))
    return [_accuracy("all", every), *(_accuracy(name, errors) for name, errors in each.items())]


def held_back(held: Shelf) -> list[Accuracy]:
    """Predict the rows of the role `test` from the others: all, by series, and by what of them is new."""
    fit = [run for run in held.runs if run.role == "fit"]
    test = [run for run in held.runs if run.role == "test" and run.key.vendor != APART]
    if not test:
        return []
    models, systems = ({of(run) for run in fit} for of in (_model, _system))
    groups = {"all": test} | {name: [r for r in test if r.key.series == name] for name in _series(test)}
    groups |= {
        "models known": [r for r in test if _model(r) in models],
        "models new": [r for r in test if _model(r) not in models],
        "systems new": [r for r in test if _system(r) not in systems],
        "models and systems new": [r for r in test if _model(r) not in models and _system(r) not in systems],
    }
    return [_accuracy(name, _errors(fit, runs)) for name, runs in groups.items() if runs]


def _model(run: Run) -> str:
    return run.key.model


def _system(run: Run) -> str:
    return run.key.system


def _series(runs: Sequence[Run]) -> list[str]:
    return sorted({run.key.series for run in runs})


def _errors(known: Sequence[Run], asked: Sequence[Run]) -> Floats:
    """Logarithm of measured over predicted, and of the same in standard deviations, (n, 2)."""
    found = estimated([run.key for run in known], np.array([run.log_ratio for run in known]))
    pairs = []
    for run in asked:
        made = found.estimate(run.key)
        error = run.log_ratio - math.log(made.median)
        pairs.append((error, error / made.spread))
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


def _accuracy(name: str, errors: Floats) -> Accuracy:
    error, relative = errors.T
    return Accuracy(
        name,
        len(error),
        float((np.abs(error) <= math.log(2.0)).mean()),
        math.exp(float(np.abs(error).mean())),
        math.exp(float(error.mean())),
        float((np.abs(relative) <= REACH_80).mean()),
    )


def checks(facts: Facts) -> list[Check]:
    """Set published costs beside the modelled ones."""
    held = shelf(facts)
    return [
        Check(
            str(row["check"]),
            *_modelled(facts, held, row),
            float(row["published"]),
            str(row["bound"]),
            str(row["unit"]),
        )
        for row in facts.table("published_costs").to_dict("records")
    ]


def _modelled(facts: Facts, held: Shelf, row: Mapping[Any, Any]) -> tuple[float, float, float]:
    if row["kind"] in {"hour", "share"}:
        base = case(facts, str(row["model"]), str(row["system"]), str(row["economy"]))
        middle, drawn = (_part(cost(base, normals), row["kind"]) for normals in (None, Normals(DRAWS)))
        low, high = (float(end) for end in np.quantile(drawn, [0.1, 0.9]))
        return float(middle[0]), low, high
    read, written = float(row["input_tokens"]), float(row["output_tokens"])
    if row["kind"] == "rates":
        pairs = [(float(row["decode_rate"]), float(row["prefill_rate"]))] * 3
    else:
        pairs = _rates(held, row)
    costs = []
    for decode, prefill in pairs:
        seconds = 1e6 / decode
        if row["phase"] != "aggregated" and written > 1:
            seconds += read / written * (1.0 - float(row["cached"])) * 1e6 / prefill
        costs.append(seconds / 3600.0 * float(row["usd_per_hour"]))
    return costs[0], costs[2], costs[1]


def _part(found: Cost, kind: str) -> Floats:
    return found.hour.total if kind == "hour" else found.electricity_share


def _rates(held: Shelf, row: Mapping[Any, Any]) -> list[tuple[float, float]]:
    """Output and input tokens per second: median, low, high."""
    number = {
        name: None if math.isnan(float(row[name])) else float(row[name])
        for name in ("batch", "latency_ms", "held_tokens", "kv_bytes")
    }
    waited = number["latency_ms"]
    asked = Asked(
        context=(float(row["input_tokens"]), float(row["output_tokens"])),
        held=number["held_tokens"],
        precision=str(row["precision"]),
        batch=number["batch"],
        latency=None if waited is None else waited / 1000.0,
        accelerators=int(row["accelerators"]),
        layout="expert" if row["layout"] == "expert" else "tensor",
        tokens_per_step=float(row["tokens_per_step"]),
        kv_bytes=number["kv_bytes"],
    )
    writing = throughput(held, str(row["model"]), str(row["system"]), str(row["phase"]), asked)
    reading = throughput(held, str(row["model"]), str(row["system"]), "prefill", asked)
    names = ("tokens_per_second", "low", "high")
    return [(getattr(writing, name), getattr(reading, name)) for name in names]


SHOWN = (
    ("GB200 NVL72", "USA", None),
    ("H200", "USA", None),
    ("H800", "CHN", None),
    ("H20", "CHN", None),
    ("Ascend 910C", "CHN", None),
    ("Ascend 910C", "CHN", 0.056),
)
"""American and Chinese cases; 0.056 USD is subsidised, in western provinces (Financial Times 2025)."""


def shares(facts: Facts) -> list[tuple[str, float]]:
    """Electricity's share of the cost of an hour by case."""
    found = []
    for system, economy, price in SHOWN:
        given = {} if price is None else {"electricity": price}
        made = cost(case(facts, "DeepSeek-V3/R1", system, economy, **given))
        name = f"{system}, {economy}" + ("" if price is None else f", {price} USD/kWh")
        found.append((name, float(made.electricity_share[0])))
    return found


def timed(facts: Facts) -> dict[str, float]:
    """Seconds of 10,000 draws of one case, and of all economies with as many; physics once for all sites."""
    paid = book(facts)
    start = time.perf_counter()
    base = case(facts)
    cost(base, Normals(DRAWS))
    one = time.perf_counter() - start
    start = time.perf_counter()
    normals = Normals(DRAWS)
    physics = speeds(base, normals)
    for economy in facts.economies:
        if economy in paid.sites:
            cost(at_site(base, paid, economy), normals, physics)
    return {
        f"{DRAWS:,} draws of one case": one,
        f"{DRAWS:,} draws, all economies": time.perf_counter() - start,
    }


def _spread_lines(spreads: Mapping[str, float]) -> list[str]:
    used = {"residual": RESIDUAL} | SPREADS
    return [f"{name:32}{found:5.2f}   used {used[name]:.2f}" for name, found in spreads.items()]


def _count_lines(found: Sequence[Count]) -> list[str]:
    lines = [f"{'':20}{'total':>9}{'publ.':>9}{'ratio':>8}{'active':>9}{'publ.':>9}{'ratio':>8}"]
    for each in found:
        total = _pair(each.total, each.published_total)
        lines.append(f"{each.model:20}{total}{_pair(each.active, each.published_active)}")
    return lines


def _pair(made: float, published: float) -> str:
    if math.isnan(published):
        return f"{made:9.1f}{'-':>9}{'':>8}"
    return f"{made:9.1f}{published:9.1f}{made / published:8.3f}"


def _accuracy_line(found: Accuracy) -> str:
    few = "" if found.rows >= FEW else "  few rows"
    return (
        f"{found.name:32}{found.rows:5}{found.within_two:11.1%}{found.error:8.2f}{found.bias:7.2f}"
        f"{found.covered:9.0%}{few}"
    )


def _check_line(found: Check) -> str:
    bound = " or less" if found.bound == "at most" else ""
    spread = "" if found.low == found.high else f" [{found.low:.3f}-{found.high:.3f}]"
    told = f"{found.modelled:.3f}{spread} against {found.published:.3f}{bound}"
    return f"{found.ratio:5.2f}  {found.name}: {told}"
