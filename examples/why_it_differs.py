"""Three switches that carry our China/US ratio to those of published indices: lens, log, price layer."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reports
from indicators.facts import load
from scoring.index.engine import plan, run
from scoring.index.framework import read_framework
from scoring.index.recipe import read_recipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicators.facts import Facts
    from indicators.schema import Indicator, Reading

PAIR = ("CHN", "USA")


def linear(indicator: Indicator) -> Indicator:
    """Read an indicator between the same goalposts without its logarithm."""

    def straight(reading: Reading | None) -> Reading | None:
        return reading.model_copy(update={"transform": "none"}) if reading else None

    readings = indicator.readings.model_copy(
        update={
            "scale": straight(indicator.readings.scale),
            "intensity": straight(indicator.readings.intensity),
        }
    )
    return indicator.model_copy(update={"readings": readings})


def changed(facts: Facts, change: Callable[[Indicator], Indicator | None]) -> Facts:
    """Facts with every indicator changed, or dropped where the change gives nothing."""
    told = {code: change(it) for code, it in facts.indicators.items()}
    kept = {code: it for code, it in told.items() if it is not None}
    return replace(facts, catalogue=replace(facts.catalogue, indicators=kept))


def ratio(facts: Facts, lens: str = "scale", *, price_layer: bool = True) -> float:
    """Overall score of the first of the pair over the second."""
    recipe = read_recipe()
    recipe = recipe.model_copy(update={"choices": recipe.choices.model_copy(update={"lens": lens})})
    framework = read_framework(recipe.framework)
    if not price_layer:
        facts = changed(facts, lambda it: None if it.layer == "inference_cost" else it)
        gone = {"inference_cost"} | {node.code for node in framework.nodes if node.parent == "inference_cost"}
        nodes = tuple(node for node in framework.nodes if node.code not in gone)
        framework = framework.model_copy(update={"nodes": nodes})
    p = plan(facts, recipe, framework)
    scores = run(p).scores[0, 0]
    first, second = (scores[p.grid.units.index(code)] for code in PAIR)
    return float(first / second)


def main() -> None:
    """Print our ratio under each combination, then the published ones."""
    facts = load()
    straight = changed(facts, linear)
    print("lens       totals  price layer   China/US")
    for lens in ("scale", "intensity"):
        for word, chosen in (("log", facts), ("linear", straight)):
            for layer in (True, False):
                found = ratio(chosen, lens, price_layer=layer)
                print(f"{lens:10s} {word:7s} {'with' if layer else 'without':12s}  {found:.2f}")
    for index in published().values():
        print(f"published: {index['short']:28s} {index['scores'][PAIR[0]] / index['scores'][PAIR[1]]:.2f}")


def published() -> dict[str, Any]:
    """Read the scores that other indices have published for the pair."""
    file = Path(reports.__file__).with_name("published_indices.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
