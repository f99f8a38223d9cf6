"""Models, systems and the efficiency of software, read from the tables once."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

import numpy as np

from indicators.fault import unknown
from layers.frontier_capability.kept import once
from layers.inference_cost.architecture import Architecture
from layers.inference_cost.efficiency import Efficiency, estimated
from layers.inference_cost.measured import Run, measured_runs
from layers.inference_cost.system import System

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from indicators.facts import Facts

RATES = {"bf16": "bf16_tflops", "fp8": "fp8_tflops", "fp4": "fp4_tflops", "int8": "int8_tflops"}
TABLES = ("architectures", "systems", "measured_throughput")
T = TypeVar("T")


@dataclass(frozen=True)
class Shelf:
    """What a token can be made with.

    Attributes
    ----------
    models, systems : dict
        By name.
    runs : list of Run
        Measured rates beside the ideal ones.
    aliases : dict
        Names by other names.
    """

    models: dict[str, Architecture]
    systems: dict[str, System]
    runs: list[Run]
    aliases: dict[str, str]

    @cached_property
    def efficiency(self) -> Efficiency:
        """Effects estimated from the rows with the role `fit`."""
        fit = [run for run in self.runs if run.role == "fit"]
        return estimated([run.key for run in fit], np.array([run.log_ratio for run in fit]))

    def model(self, name: str) -> Architecture:
        """Return a model by name.

        Raises
        ------
        UsageError
            If it is unknown, with near names.
        """
        return _named("model", name, self.models, self.aliases)

    def system(self, name: str) -> System:
        """Return a system by name.

        Raises
        ------
        UsageError
            If it is unknown, with near names.
        """
        return _named("system", name, self.systems, self.aliases)


def _named(kind: str, name: str, known: Mapping[str, T], aliases: Mapping[str, str]) -> T:
    meant = {other: each for other, each in aliases.items() if each in known}
    names = {_folded(part): each for each in known for part in each.split("/") if len(part) > 1}
    names |= {_folded(other): each for other, each in (meant | dict(zip(known, known, strict=True))).items()}
    found = names.get(_folded(name))
    if found is None:
        raise unknown(kind, name, [*known, *meant])
    return known[found]


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def shelf(facts: Facts) -> Shelf:
    """Return what the tables of these facts hold; read once."""
    found: Shelf = once(facts, "token cost shelf", TABLES, _stocked)
    return found


def _stocked(facts: Facts) -> Shelf:
    """Build from the tables; what was measured was so on real machines, whatever a what-if says."""
    held = stocked({name: facts.table(name) for name in TABLES})
    imagined = {name for name in ("systems", "architectures") if name in facts.rewritten}
    if not imagined:
        return held
    real = {name: columns for name, columns in facts.rewritten.items() if name not in imagined}
    before = replace(facts, rewritten=real)
    return replace(held, runs=stocked({name: before.table(name) for name in TABLES}).runs)


def stocked(tables: Mapping[str, pd.DataFrame]) -> Shelf:
    """Build from the three tables."""
    models = {a.model: a for a in map(architecture, tables["architectures"].to_dict("records"))}
    systems = {s.name: s for s in map(system, tables["systems"].to_dict("records"))}
    runs = measured_runs(tables["measured_throughput"], models, systems)
    return Shelf(models, systems, runs, _aliases(tables["architectures"], tables["systems"]))


def _aliases(models: pd.DataFrame, systems: pd.DataFrame) -> dict[str, str]:
    """Names by other names: those of the tables, and systems with their vendor before them."""
    found = {
        f"{vendor} {name}": name for vendor, name in zip(systems["vendor"], systems["system"], strict=True)
    }
    for names, others in ((models["model"], models["aliases"]), (systems["system"], systems["aliases"])):
        for name, text in zip(names, others, strict=True):
            found |= {other.strip(): name for other in str(text).split(";") if other.strip()}
    return found


def with_own(held: Shelf, models: list[Architecture], systems: list[System]) -> Shelf:
    """Return a shelf with further models and systems; one of a known name replaces it."""
    return replace(
        held,
        models=held.models | {each.model: each for each in models},
        systems=held.systems | {each.name: each for each in systems},
    )


def architecture(row: Mapping[Any, Any]) -> Architecture:
    """Return the architecture of a row; an empty cell is 0."""
    kinds = get_type_hints(Architecture)
    given = {f.name: row[f.name] for f in fields(Architecture) if f.name in row and not _empty(row[f.name])}
    return Architecture(**{name: kinds[name](value) for name, value in given.items()})


def system(row: Mapping[Any, Any]) -> System:
    """Return the system of a row."""
    rates = {name: row.get(column) for name, column in RATES.items()}
    return System(
        name=str(row["system"]),
        vendor=str(row["vendor"]),
        economy=str(row["vendor_economy"]),
        generation=str(row["generation"]),
        item=str(row["access_item"]),
        rates=tuple((name, float(value)) for name, value in rates.items() if value and not _empty(value)),
        memory=float(row["memory_gb"]),
        bandwidth=float(row["memory_bandwidth_tbps"]),
        scale_up=float(row["scale_up_gbyte_s"]),
        domain=int(row["scale_up_accelerators"]),
        scale_out=float(row["scale_out_gbit_s"]),
        tile=int(row["matrix_tile"]),
    )


def _empty(value: Any) -> bool:  # noqa: ANN401 - a cell of any type
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN alone differs from itself
