"""`fourlayers robustness`: how firm an answer is, and what would turn it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, Parameter

from fourlayers.command import FINE, quiet_app, show
from fourlayers.progress import progress
from fourlayers.request import Request, compute, facts, request
from fourlayers.settings import read_settings
from indicators.fault import near, unknown

from .options import AsOf, Cluster, Data, Draws, Economy, Jobs, KnownBy, Lens, Recipe, Seed

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer

app: App = quiet_app("robustness", "how firm an answer is, and what would turn it")
VIEWS: Final = ("flips", "drivers")
"""Further views; a word like one of them is no economy."""
Format = Annotated[
    Literal["table", "json", "csv"], Parameter(name="--format", help="a screen, a document, or long rows")
]


Layer = Annotated[str | None, Parameter(help="one layer in place of the whole, such as inference-cost")]


@app.default
def robustness(
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    format_: Format = "table",
    draws: Draws = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
) -> int:
    """Show both readings, what the doubt is made of, and the nearest flips of a pair, on one screen."""
    if first and second is None and near(first.lower(), VIEWS):
        raise unknown("view", first, VIEWS)
    asked = request(
        read_settings(),
        first,
        second,
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        draws=draws,
        seed=seed,
        jobs=jobs,
        cluster=cluster,
    )
    from scoring.robustness import doubts, flips

    found, known = _answered(asked)
    with progress("draws, one group held at a time") as told:
        made_of = doubts(found, known, asked.work(), told)
    turning = flips(found, known)
    if format_ == "table":
        from fourlayers.screens.robustness import robustness_screen

        show(robustness_screen(found, turning, made_of))
        return FINE
    from reports.robustness_document import as_csv, as_json

    show((as_json if format_ == "json" else as_csv)(found, turning, made_of))
    return FINE


@app.command(name="flips", help="weights and values at which a lead turns")
def flips_(
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    format_: Format = "table",
) -> int:
    """List the weights and values at which a lead turns, and the least effort to draw level."""
    asked = request(
        read_settings(),
        first,
        second,
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        draws=0,
    )
    from scoring.robustness import flips

    found, known = _answered(asked)
    turning = flips(found, known)
    if format_ == "table":
        from fourlayers.screens.robustness import flips_screen

        show(flips_screen(found, turning))
        return FINE
    from reports.robustness_document import as_csv, as_json

    show((as_json if format_ == "json" else as_csv)(found, turning))
    return FINE


@app.command(name="drivers", help="which groups of draws the variance of the answer goes with")
def drivers_(
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    layer: Layer = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    format_: Format = "table",
    draws: Draws = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
) -> int:
    """Show Sobol indices of the pair's log ratio, whether they are settled, and the methods alone."""
    asked = request(
        read_settings(),
        first,
        second,
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        draws=draws,
        seed=seed,
        jobs=jobs,
        cluster=cluster,
    )
    from scoring.index.own_tree import tree_of
    from scoring.index.recipe import read_recipe
    from scoring.robustness import MOST_SWAPPED, shares

    known = facts(asked)
    depths = tree_of(known, read_recipe(asked.recipe, asked.data).framework).depths()
    heads = [code for code, depth in depths.items() if depth <= 1]
    node = "" if layer is None else layer.replace("-", "_")
    if node and node not in heads:
        kind = "layer"
        raise unknown(kind, node, heads)
    found = compute(asked, known)
    with progress("draws, one group swapped at a time") as told:
        made = shares(found, known, node, asked.work(), told, most=MOST_SWAPPED)
    if format_ == "table":
        from fourlayers.screens.drivers import drivers_screen

        show(drivers_screen(found, made))
        return FINE
    from reports.drivers_document import as_csv, as_json

    show((as_json if format_ == "json" else as_csv)(found, made))
    return FINE


def _answered(asked: Request) -> tuple[Answer, Facts]:
    """Answer from facts that are read once."""
    known = facts(asked)
    return compute(asked, known), known
