"""The screens of `token-cost`: cases side by side, what can be asked for, how good the model is."""

from __future__ import annotations

import json
from math import log
from typing import TYPE_CHECKING, Any, Final

from layers.inference_cost.architecture import kept_bytes, parameters
from layers.inference_cost.case import AMOUNTS
from layers.inference_cost.precision import offered

from .layout import blocks, padded, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from layers.inference_cost.amount import Amount
    from layers.inference_cost.case import Case
    from layers.inference_cost.comparison import Costed, Ranged
    from layers.inference_cost.evaluation import Evaluation
    from layers.inference_cost.prices_paid import Book
    from layers.inference_cost.shelf import Shelf
    from layers.inference_cost.why import Cause, Why

SMALL: Final = 0.01
"""Causes that move the cost by less are named together."""
UNITS: Final = {
    "capex": "USD each",
    "power": "kW each",
    "it_life": "years",
    "electricity": "USD/kWh",
    "pue": "of computer power",
    "construction": "USD per watt",
    "facility_life": "years",
    "operation": "USD per kW and hour",
    "cost_of_capital": "per year",
    "utilisation": "share of hours",
    "load": "share of rated power",
    "cached": "share of the input",
}


def token_cost_screen(found: Sequence[Costed]) -> str:
    """Cost of each case, what it is made of, and the inputs of the first with their sources."""
    drawn = found[0].usd.low != found[0].usd.high
    head = "Cost to make a million output tokens with their input"
    head += "; 80 % range in brackets" if drawn else ", every input at its median"
    return blocks([[head], *(_block(k, each) for k, each in enumerate(found)), _inputs(found), _notes(found)])


def _block(place: int, found: Costed) -> list[str]:
    case, made = found.case, found.central
    lines = [f"{place + 1}  {case.model.model} on {case.system.name}, {case.economy}, {case.precision}"]
    cost = f"{_money(found.usd)} USD"
    if place:
        cost += f"   {found.ratio.value:.2f} times case 1{_spread(found.ratio, '.2f')}"
    hour = made.hour
    parts = {
        "machine": hour.machine,
        "building": hour.building,
        "electricity": hour.electricity,
        "operation": hour.operation,
    }
    total = float(hour.total[0])
    split = ", ".join(f"{name} {float(part[0]) / total:.0%}" for name, part in parts.items())
    speed = f"{_rate(found.decode)} tokens/s written, {_rate(found.prefill)} read"
    batch = f"{made.batch[0]:.0f} at a time on each of {made.decode_group.size}"
    power = f"{made.kwh_per_mtok[0]:.2f} kWh"
    rows = (
        ("cost", cost),
        ("an hour", f"{total:.2f} USD: {split}"),
        ("speed", speed),
        ("batch", f"{batch}; reading on {made.prefill_group.size}"),
        ("electricity", f"{power}; {_share(found.electricity_share)} of the cost"),
    )
    lines += [padded(("", name, text), (3, 13, 120)) for name, text in rows]
    return lines + (_because(found.why) if found.why else [])


def _because(why: Why) -> list[str]:
    """Causes of the gap to the first case, the largest first, and the margins where prices are known."""
    causes = sorted(why.causes, key=lambda cause: -abs(log(cause.value)))
    told = [f"{cause.name} x{cause.value:.2f}" for cause in causes if abs(cause.value - 1.0) >= SMALL]
    small = [cause.name for cause in causes if abs(cause.value - 1.0) < SMALL]
    text = " ".join(filter(None, [", ".join(told), f"(under 1 %: {', '.join(small)})" if small else ""]))
    if why.margins:
        kept = " and ".join(f"{each.value:.0%}{_ends(each)}" for each in why.margins)
        text += f"; price {why.gap.value:.2f} times, of it not cost of serving {kept}"
    return wrapped(text, "   because      ", " " * 16)


def _ends(found: Cause) -> str:
    return "" if found.low == found.high else f" [{found.low:.0%} to {found.high:.0%}]"


def _money(found: Ranged) -> str:
    return f"{found.value:.3f}{_spread(found, '.3f')}"


def _rate(found: Ranged) -> str:
    return f"{found.value:,.0f}{_spread(found, ',.0f')}"


def _share(found: Ranged) -> str:
    return f"{found.value:.1%}{_spread(found, '.1%')}"


def _spread(found: Ranged, form: str) -> str:
    """Return the range in brackets; nothing where nothing was drawn."""
    return "" if found.low == found.high else f" [{found.low:{form}}-{found.high:{form}}]"


def _inputs(found: Sequence[Costed]) -> list[str]:
    first = found[0].case
    work = first.work
    wait = "no limit" if first.latency is None else f"{first.latency * 1000:g} ms a token at most"
    lines = ["Inputs of case 1 (5 to 95 %), and those that differ in others"]
    lines.append(
        f"  request         {work.input_tokens:,.0f} tokens in, {work.output_tokens:,.0f} out; {wait}; "
        f"{work.accepted:g} token{'' if work.accepted == 1 else 's'} a step"
    )
    lines += [_software(place, each.case) for place, each in enumerate(found)]
    for name in AMOUNTS:
        for place, each in enumerate(found):
            amount = getattr(each.case, name)
            if place and amount == getattr(first, name):
                continue
            label = name.replace("_", " ") if place == 0 else f"  in case {place + 1}"
            unit = UNITS[name] if place == 0 else ""
            lines.append(padded(("", label, f"{_amount(amount)} {unit}", amount.source), (2, 17, 37, 40)))
    return lines


def _software(place: int, case: Case) -> str:
    """Share of the ideal rate that is kept in writing, with its 80 % range."""
    label = "  in case " + str(place + 1) if place else "software"
    if case.software.given:
        return padded(("", label, f"{case.software.given:.2f} of the ideal rate", "given"), (2, 17, 37, 40))
    told = case.software.efficiency.estimate(case.software.decode)
    below, above = told.interval()
    spread = f"{told.median:.2f} [{told.median * below:.2f}-{told.median * above:.2f}] (80 %)"
    unit = "" if place else " of the ideal"
    return padded(("", label, spread + unit, "measured_throughput"), (2, 17, 37, 40))


def _amount(amount: Amount) -> str:
    if amount.low == amount.high:
        return _number(amount.value)
    return f"{_number(amount.value)} [{_number(amount.low)}-{_number(amount.high)}]"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000.0 else f"{value:.3g}"


def _notes(found: Sequence[Costed]) -> list[str]:
    lines = []
    for place, each in enumerate(found):
        software = each.case.software
        estimate = software.efficiency.estimate(software.decode)
        lines += [
            line
            for new in estimate.new
            for line in wrapped(
                f"~ case {place + 1}: {new} has no or few measured rates: wide range", "  ", "    "
            )
        ]
        lines += [line for note in each.case.notes for line in wrapped(f"~ {note}", "  ", "    ")]
    return ["Mind", *lines] if lines else []


def models_screen(held: Shelf) -> str:
    """Models with their size and memory per token."""
    widths = (24, 10, 10, 12, 14)
    lines = [padded(("Model", "billion", "active", "attention", "KiB/token"), widths)]
    for name, model in held.models.items():
        counted = parameters(model)
        kept = float(kept_bytes(model, 1.0, 2.0)) / 1024.0
        cells = (f"{counted.total / 1e9:.1f}", f"{counted.active / 1e9:.1f}", model.kind, f"{kept:.1f}")
        lines.append(padded((name, *cells), widths))
    more = "Your own: --data FOLDER with architectures.csv (columns: fourlayers data show architectures)"
    return blocks([lines, wrapped(more, "")])


def systems_screen(held: Shelf, paid: Book) -> str:
    """Systems with memory, precisions, price and power."""
    widths = (15, 9, 8, 9, 10, 8, 28)
    lines = [padded(("System", "GB", "TB/s", "domain", "USD", "kW", "precisions"), widths)]
    for name, system in held.systems.items():
        priced = paid.machines.get(name, {})
        cost = f"{priced['capex'].value:,.0f}" if "capex" in priced else "none"
        power = f"{priced['power'].value:g}" if "power" in priced else "none"
        cells = (f"{system.memory:g}", f"{system.bandwidth:g}", f"{system.domain}", cost, power)
        lines.append(padded((name, *cells, ", ".join(offered(system))), widths))
    more = "Your own: --data FOLDER with systems.csv (columns: fourlayers data show systems)"
    return blocks([lines, wrapped(more, "")])


def evaluation_screen(found: Evaluation) -> str:
    """How well the model reproduces what was published."""
    return blocks([[title, *(f"  {line}" for line in lines)] for title, lines in found.sections()])


def as_json(found: Sequence[Costed], facts: Facts) -> str:
    """Cases as a document: every input with its range and source, every result with its 80 % range."""
    content = {
        "unit": "USD per million output tokens with their uncached input",
        "range": "10 and 90 % points; inputs and causes: 5 and 95 %",
        "date": facts.date.isoformat(),
        "cases": [_document(each) for each in found],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def _document(found: Costed) -> dict[str, Any]:
    case, made = found.case, found.central
    return {
        "model": case.model.model,
        "system": case.system.name,
        "economy": case.economy,
        "precision": case.precision,
        "latency_seconds": case.latency,
        "input_tokens": case.work.input_tokens,
        "output_tokens": case.work.output_tokens,
        "tokens_per_step": case.work.accepted,
        "inputs": {name: _told(case, name) for name in AMOUNTS},
        "efficiency": _efficiency(case),
        "usd_per_mtok": _plain(found.usd),
        "ratio_to_first": _plain(found.ratio),
        "why": None if found.why is None else _shares(found.why),
        "electricity_share": _plain(found.electricity_share),
        "decode_tokens_per_second": _plain(found.decode),
        "prefill_tokens_per_second": _plain(found.prefill),
        "batch_per_accelerator": float(made.batch[0]),
        "accelerators": {"decode": made.decode_group.size, "prefill": made.prefill_group.size},
        "usd_per_hour": {name: float(part[0]) for name, part in made.hour._asdict().items()},
        "kwh_per_mtok": float(made.kwh_per_mtok[0]),
        "notes": list(case.notes),
    }


def _shares(why: Why) -> dict[str, Any]:
    """Factors that multiply to the gap, shares of the prices that are not cost; 5 and 95 % points."""
    return {
        "of": "price" if why.margins else "cost",
        "gap": _plain(why.gap),
        "causes": {cause.name: _plain(cause) for cause in why.causes},
        "margins": [_plain(each) for each in why.margins],
        "notes": list(why.notes),
    }


def _told(case: Case, name: str) -> dict[str, Any]:
    amount = getattr(case, name)
    told = {"value": amount.value, "low": amount.low, "high": amount.high}
    return told | {"unit": UNITS[name], "source": amount.source}


def _efficiency(case: Case) -> dict[str, Any]:
    """Share of the ideal rate by phase: median and standard deviation of the logarithm."""
    if case.software.given:
        return {"value": case.software.given, "source": "given"}
    found = case.software.efficiency
    told = {"prefill": found.estimate(case.software.prefill), "decode": found.estimate(case.software.decode)}
    parts = {name: {"value": each.median, "log_sd": each.spread} for name, each in told.items()}
    return {**parts, "source": "measured_throughput"}


def _plain(found: Ranged | Cause) -> dict[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high}
