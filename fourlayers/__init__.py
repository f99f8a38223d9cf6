"""The door: public names and the command line."""

from __future__ import annotations

from .import_check import check

check()

import importlib  # noqa: E402 - what would be imported from the wrong place is said first
import os  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

# Before numpy is loaded: matrices are small, threads would wait for one another, and bytes stay the same.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from importlib.metadata import version as _version

    from indicators.facts import Facts as Facts
    from indicators.fault import DataError, UsageError
    from layers.frontier_capability.prediction import predict as predict
    from scoring.questions.scenario.schema import Scenario

    from .api import chart, claims, compare, explain, load, report, score, value_capture
    from .auditing import audit
    from .tables import score_frame
    from .throughput import token_throughput
    from .what_if import run

    __version__: str = _version("fourlayers")

__all__ = [
    "DataError",
    "Scenario",
    "UsageError",
    "__version__",
    "audit",
    "chart",
    "claims",
    "compare",
    "explain",
    "load",
    "report",
    "run",
    "score",
    "score_frame",
    "token_throughput",
    "value_capture",
]

_HOMES = {
    "DataError": "indicators.fault",
    "Facts": "indicators.facts",
    "UsageError": "indicators.fault",
    "Scenario": "scoring.questions.scenario.schema",
    "audit": "fourlayers.auditing",
    "predict": "layers.frontier_capability.prediction",
    "run": "fourlayers.what_if",
    "score_frame": "fourlayers.tables",
    "token_throughput": "fourlayers.throughput",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("fourlayers")
    if name not in __all__ and name not in _HOMES:  # a type and a calculator more than the fifteen names
        message = f"module 'fourlayers' has no attribute {name!r}; it has {', '.join(__dir__())}"
        raise AttributeError(message)
    return getattr(importlib.import_module(_HOMES.get(name, "fourlayers.api")), name)


def __dir__() -> list[str]:
    return sorted({*__all__, *_HOMES})
