"""Names that a user may guess, and the chart that says what is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indicators.fault import UsageError, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

GUESSED: Final = {
    "profile": ("layers", "score", "scores", "overall", "radar", "spider", "leader", "winner", "summary"),
    "price-gap": ("price", "prices", "cheap", "cheaper", "token", "tokens", "basket", "discount"),
    "frontier": ("lag", "behind", "capability", "models", "best", "frontier-lag", "months", "index"),
    "cost-why": (
        "electricity", "power", "energy", "cost", "costs", "hardware", "waterfall-cost", "why", "margin",
    ),
    "dollar": ("money", "sankey", "cents", "value", "flow", "keeps", "who-pays"),
    "profit": ("profits", "earnings", "revenue", "margins", "stages", "value-capture", "value-chain"),
    "adoption": ("users", "use", "usage", "firms", "people", "survey", "surveys", "penetration"),
    "reach": ("memory", "hbm", "chips", "supply", "exports", "access", "packaging", "foundry", "location"),
    "gap": ("waterfall", "contributions", "indicators", "difference", "breakdown"),
    "flips": ("weights", "weight", "weighting", "tipping", "turn", "simplex", "triangle"),
    "scenario": ("what-if", "whatif", "future", "forecast", "projection", "controls", "sanctions", "paths"),
    "home": (
        "economies", "countries", "country", "economy", "world", "table", "league", "map", "europe", "all",
    ),
    "lead": ("calls", "call", "sure", "certainty", "confidence", "probability"),
    "tornado": ("swing", "swings", "figures"),
    "drivers": ("sobol", "sensitivity", "uncertainty", "variance", "doubt", "shapley"),
    "acceptability": ("rank", "ranks", "ranking", "rankings", "place", "places", "smaa"),
    "residuals": ("residual", "fit", "benchmarks", "benchmark", "bias"),
    "coverage": ("data", "age", "missing", "heatmap", "heat-map", "sources", "quality", "stale"),
    "frontier-leaders": ("labs", "lab", "laboratories", "openai", "companies"),
    "price-front": ("scatter", "pareto", "offers", "price-capability"),
    "price-ratio": ("price-history", "equal-capability", "tiers", "ratio"),
    "capture": ("router", "openrouter", "token-share", "market-share", "share"),
}  # fmt: skip
"""Words that a user may try, by the chart that is meant."""


def no_chart(word: str, known: Mapping[str, str]) -> UsageError:
    """Make the error for a name that is no chart, with the chart that is meant where a word of it tells.

    Parameters
    ----------
    word : str
        As the user wrote it.
    known : mapping of str to str
        What each chart says, by name.
    """
    asked = re.sub(r"[\s_]+", "-", word.strip().lower())
    for part in (asked, *asked.split("-")):
        name = next((name for name, words in GUESSED.items() if part in words or part == name), None)
        if name:
            return UsageError(f"unknown chart {word!r}; did you mean {name} ({known[name]})?")
    return unknown("chart", word, known)
