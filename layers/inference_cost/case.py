"""One case of a token's cost: a model on a system at a site, every input with its range and source."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from indicators.fault import UsageError
from layers.inference_cost.amount import fixed
from layers.inference_cost.limits import above, possible, too_long
from layers.inference_cost.measured import key_of
from layers.inference_cost.precision import PREFERRED, checked, fastest, nearest, runs
from layers.inference_cost.prices_paid import book
from layers.inference_cost.rates import able, decoding, prefilling
from layers.inference_cost.shelf import shelf

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from indicators.facts import Facts
    from layers.inference_cost.amount import Amount
    from layers.inference_cost.architecture import Architecture
    from layers.inference_cost.efficiency import Efficiency, Key
    from layers.inference_cost.normals import Normals
    from layers.inference_cost.prices_paid import Book
    from layers.inference_cost.rates import Work
    from layers.inference_cost.shelf import Shelf
    from layers.inference_cost.system import System

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Software:
    """Efficiency of the software of a case.

    Attributes
    ----------
    efficiency : Efficiency
        What it is estimated from.
    prefill, decode : Key
        What is asked in reading and in writing.
    given : float
        Share of the ideal rate that the user gave for both, without doubt; 0 where none.
    """

    efficiency: Efficiency
    prefill: Key
    decode: Key
    given: float = 0.0

    def median(self, key: Key) -> float:
        """Return the median of one phase, rounded so that it may key a cache."""
        return self.given or round(self.efficiency.estimate(key).median, 6)

    def drawn(self, key: Key, normals: Normals) -> Floats:
        """Draws of one phase, (B,)."""
        return np.full(1, self.given) if self.given else self.efficiency.drawn(key, normals)


@dataclass(frozen=True, eq=False)
class Case:
    """Inputs of the cost of a token.

    Attributes
    ----------
    model, system, precision, economy
        What is served, on what, in which number format, where.
    software : Software
        Efficiency in reading and writing.
    work : Work
        Input, output and held tokens of a request, tokens gained per step.
    cached : float
        Share of the input whose context is still kept and is not read again.
    latency : float or None
        Seconds that a user waits for a token at most.
    capex, power, it_life
        USD and kW per accelerator, years.
    electricity, pue, construction, facility_life, operation, cost_of_capital
        USD per kWh; ratio; USD per watt; years; USD per kW hour; per year.
    utilisation, load
        Share of the hours in which the accelerator works; share of the rated power drawn.
    notes : tuple of str
        What had to fall back, in words.
    """

    model: Architecture
    system: System
    precision: str
    economy: str
    software: Software
    work: Work
    cached: Amount
    latency: float | None
    capex: Amount
    power: Amount
    it_life: Amount
    electricity: Amount
    pue: Amount
    construction: Amount
    facility_life: Amount
    operation: Amount
    cost_of_capital: Amount
    utilisation: Amount
    load: Amount
    notes: tuple[str, ...] = ()


CAUSES: Mapping[str, tuple[str, ...]] = {
    "electricity": ("electricity",),
    "cooling": ("pue",),
    "hardware": ("system", "capex", "power", "it_life"),
    "precision": ("precision",),
    "financing": ("cost_of_capital",),
    "facility": ("construction", "facility_life", "operation"),
    "utilisation": ("utilisation", "load"),
    "architecture": ("model",),
    "software": ("software",),
    "batching": ("work", "cached", "latency"),
}
"""Causes of a gap in cost, and the fields of a case that each of them sets; margin stands outside."""

AMOUNTS = tuple(f.name for f in fields(Case) if f.type == "Amount")


def case(
    facts: Facts,
    model: str = "DeepSeek-V3/R1",
    system: str = "GB200 NVL72",
    economy: str = "USA",
    **given: Any,  # noqa: ANN401 - each input has its own type
) -> Case:
    """Resolve a case: what is given, and the defaults of the tables for the rest.

    Parameters
    ----------
    facts
        What is known on the date.
    model, system
        Names, also parts and other spellings of them.
    economy
        Code of the site.
    **given
        `precision`; `context` (input and output tokens of a request); `latency` (seconds, None for no limit);
        `tokens_per_step`; `efficiency` (share of the ideal rate); any amount of `Case` by name.

    Raises
    ------
    UsageError
        For unknown names, impossible values, and what does not run.
    """
    return on_shelf(shelf(facts), book(facts), (model, system, economy), given)


def on_shelf(held: Shelf, paid: Book, names: tuple[str, str, str], given: Mapping[str, Any]) -> Case:
    """Resolve a case from models and systems that may be the user's own; see `case`."""
    model, system = held.model(names[0]), held.system(names[1])
    wanted = given.get("precision")
    precision = checked(system, str(wanted)) if wanted else fastest(model, system)
    if wanted is None:
        precision = _fitting(model, system, precision, paid.work(model).held)
    priced = {
        name: fixed(possible(name, float(given[name])), "given")
        for name in ("capex", "power")
        if given.get(name) is not None
    }
    amounts: dict[str, Any] = paid.amounts(system.name, names[2], priced) | {"cached": paid.cached}
    base = Case(
        model=model,
        system=system,
        precision=precision,
        economy=names[2],
        software=software(held.efficiency, model, system),
        work=paid.work(model),
        latency=paid.latency,
        **amounts,
    )
    found = with_given(base, given)
    if given.get("tokens_per_step") is None:
        found = _drafting_where_it_helps(found)
    return checked_case(found)


def _drafting_where_it_helps(case: Case) -> Case:
    """Draft tokens only where more are written: checking them costs work, which a full accelerator lacks."""
    plain = replace(case, work=replace(case.work, accepted=1.0))
    return max((plain, case), key=_written)


def _written(case: Case) -> float:
    """Tokens per second that an accelerator writes at the median efficiency."""
    median = median_efficiency(case)[1]
    _, curve = decoding(case.model, case.system, case.precision, case.work, case.latency, median)
    late = case.latency is not None and curve.seconds[0] / median > case.latency
    return float(curve.at(np.array([median]), case.latency)[0][0]) * (1e-6 if late else 1.0)


def software(efficiency: Efficiency, model: Architecture, system: System) -> Software:
    """Return the software of a model on a system."""
    return Software(efficiency, key_of(model, system, "prefill"), key_of(model, system, "decode"))


def with_given(base: Case, given: Mapping[str, Any]) -> Case:
    """Put what the user gave in the place of defaults.

    Raises
    ------
    UsageError
        For an unknown input or an impossible value.
    """
    changed: dict[str, Any] = {}
    for name, value in given.items():
        if name in AMOUNTS and value is not None:
            changed[name] = getattr(base, name).given(possible(name, float(str(value))))
        elif name == "latency":
            changed[name] = None if value is None else possible(name, float(str(value)))
        elif name == "context" and value is not None:
            changed["work"] = _requests(base.work, value)
        elif name == "efficiency" and value is not None:
            changed["software"] = replace(base.software, given=possible(name, float(str(value))))
    if given.get("tokens_per_step") is not None:
        gained = possible("tokens_per_step", float(str(given["tokens_per_step"])))
        changed["work"] = replace(changed.get("work", base.work), accepted=gained)
    return replace(base, **changed)


def _requests(work: Work, value: object) -> Work:
    read, written = (float(each) for each in value) if isinstance(value, tuple) else (0.0, 0.0)
    if read <= 0 or written <= 0:
        message = f"context {value}: expected input and output tokens of a request, such as 4096/1024"
        raise UsageError(message)
    return replace(work, input_tokens=read, output_tokens=written, held=read + written / 2.0)


def checked_case(case: Case) -> Case:
    """Return a case that runs.

    Raises
    ------
    UsageError
        If the model does not fit or no batch meets the latency, with what would do.
    """
    whole, most = case.work.input_tokens + case.work.output_tokens, case.model.max_context
    if most and whole > most:
        raise too_long(case.model, whole)
    efficiency = median_efficiency(case)
    _, curve = decoding(case.model, case.system, case.precision, case.work, case.latency, efficiency[1])
    prefilling(case.model, case.system, case.precision, case.work.input_tokens)
    quickest = float(curve.seconds[0]) / efficiency[1]
    if case.latency is not None and quickest > case.latency:
        best = _quickest(case, efficiency[1])
        message = (
            f"latency {case.latency * 1000:g} ms: no batch of {case.model.model} in {case.precision} on "
            f"{case.system.name} meets it; the quickest is {best * 1000:.1f} ms a token: ask for "
            f"{above(best)} ms or more"
        )
        raise UsageError(message)
    return case


def _quickest(case: Case, efficiency: float) -> float:
    """Seconds per token of one sequence on the group that is quickest."""
    unmet = 1e-9  # seconds: no group meets it, so that the quickest is taken
    _, curve = decoding(case.model, case.system, case.precision, case.work, unmet, efficiency)
    return float(curve.seconds[0]) / efficiency


def median_efficiency(case: Case) -> tuple[float, float]:
    """Median efficiency in reading and writing."""
    software = case.software
    return software.median(software.prefill), software.median(software.decode)


def mixed(a: Case, b: Case, causes: Collection[str]) -> Case:
    """Return the case with the fields of some causes from `b` and of the others from `a`.

    A mix that does not run falls back: to the precision that the system runs and that comes nearest, and
    where the model does not fit, to the next narrower one. `notes` says so.
    """
    taken = [name for cause in causes for name in CAUSES[cause]]
    case = replace(a, notes=(), **{name: getattr(b, name) for name in taken})
    wanted = case.precision
    found = nearest(case.system, wanted)
    found = _fitting(case.model, case.system, found, case.work.held)
    if found == wanted:
        return case
    reason = "has no rate for it" if not runs(case.system, wanted) else "it does not fit"
    note = f"{case.model.model} on {case.system.name}: {found} for {wanted} ({reason})"
    return replace(case, precision=found, notes=(note,))


def _fitting(model: Architecture, system: System, precision: str, held: float) -> str:
    """Return the precision, or the next narrower one in which the model fits; itself where none does."""
    at = PREFERRED.index(precision) if precision in PREFERRED else 0
    tried = [precision, *(name for name in reversed(PREFERRED[:at]) if runs(system, name))]
    for name in tried:
        if able(model, system, name, held):
            return name
    return precision
