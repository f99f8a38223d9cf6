"""From facts to an answer about a pair: score, doubt in two readings, compare, and say what to mind."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from indicators.fault import UsageError, unknown
from layers.application_ecosystem.pair import for_pair
from layers.choices import step
from scoring import profile, rows
from scoring.answer import Answer
from scoring.index.engine import Plan, plan, run
from scoring.index.own_tree import all_owned
from scoring.index.recipe import Recipe, read_recipe
from scoring.mind import warnings
from scoring.view import View

if TYPE_CHECKING:
    from indicators.facts import Facts
    from indicators.schema import Lens
    from layers.choices import Method
    from scoring.answer import Gap
    from scoring.doubt.work import Work

DRAWS: Final = 2000
SEED: Final = 1
PAIR: Final = ("USA", "CHN")
CODE: Final = ("indicators", "layers", "scoring")
RUNS: Final = 4
"""How often an answer goes through its draws: three readings, and one through the other lens."""


def ask(  # noqa: PLR0913 - the questions a user can put
    facts: Facts,
    pair: tuple[str, str] = PAIR,
    *,
    lens: Lens = "scale",
    recipe: Recipe | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    home: str = "",
    work: Work | None = None,
) -> Answer:
    """Score all units and compare a pair.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks.
    pair : tuple of str
        Codes of two different units.
    lens : {"scale", "intensity"}
        What an economy commands, or how much of it per head or output.
    recipe : Recipe, optional
        The shipped one by default.
    draws, seed : int
        Draws of each of the two readings; 0 gives no ranges. From 0.
    home : str
        Code of an economy whose place is shown beside the pair.
    work : Work, optional
        How many jobs, and whom to tell of progress; the answer does not depend on it.

    Raises
    ------
    UsageError
        If a code is not known, the two are the same, or a number is negative.
    """
    _check(facts, pair, home, {"draws": draws, "seed": seed})
    kept, facts = facts.kept, for_pair(facts, pair)
    recipe = (recipe or read_recipe()).through(lens)
    drawing = Drawing(draws, seed, work)
    view, through = _views(facts, plan(facts, recipe), pair, drawing)
    p = view.plan
    measured, estimated = rows.shares(view)
    answer = Answer(
        version=_version(),
        data_vintage=facts.vintage,
        as_of=facts.date,
        known_by=facts.known_by,
        reconstructed=facts.date < facts.vintage,
        pair=pair,
        names={code: unit.short for code, unit in facts.units.items()},
        adjectives={code: unit.adjective or unit.short for code, unit in facts.units.items()},
        home=home,
        lens=lens,
        recipe=recipe.name,
        recipe_fingerprint=recipe.fingerprint(),
        fingerprint=_mark(p, pair, draws, seed, home),
        draws=draws,
        seed=seed,
        nodes=profile.nodes(p),
        units=p.grid.units,
        scores=profile.scores(view),
        gap=profile.gaps(view),
        arithmetic=profile.arithmetic(view),
        matched_gap=profile.matched_gap(view),
        lens_gap=_top_gaps(through),
        indicators=rows.indicator_rows(view),
        flips=profile.flips(view),
        told_apart=profile.told_apart(view),
        measured_share=round(measured + estimated, 12),  # of all that is 1, to the last digit
        estimated_share=estimated,
        setups=_setups(recipe),
        warnings=(),
        made_with=recipe.model_dump_json(),
        tree=p.framework.model_dump_json(),
        code=_code(),
        own=all_owned(facts, recipe.framework),
    )
    if view.setups:
        kept[f"ranks {answer.fingerprint}"] = view.setups.places(p)  # where scoring.robustness.ranks looks
    return replace(answer, warnings=warnings(answer, facts))


def _check(facts: Facts, pair: tuple[str, str], home: str, numbers: dict[str, int]) -> None:
    for code in (*pair, home):
        if code and code not in facts.units:
            raise unknown("economy", code, facts.units)
    if pair[0] == pair[1]:
        raise _same(pair[0])
    for name, number in numbers.items():
        if number < 0:
            raise _negative(name, number)


def _same(code: str) -> UsageError:
    return UsageError(f"a pair needs two different economies, found {code} twice")


def _negative(name: str, number: int) -> UsageError:
    return UsageError(f"{name} must be 0 or more, found {number}")


@cache
def _version() -> str:
    try:
        return version("fourlayers")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"


@cache
def _code() -> str:
    """Hash of the code that a score depends on, so that a run can tell a change of data from one of code."""
    root, digest = Path(__file__).resolve().parents[1], hashlib.sha256()
    for path in sorted(path for name in CODE for path in (root / name).rglob("*.py")):
        if "questions" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _mark(p: Plan, *parts: object) -> str:
    return hashlib.sha256(f"{p.fingerprint} {parts}".encode()).hexdigest()


class Drawing(NamedTuple):
    """How many draws, from which seed, and how they are worked through."""

    draws: int
    seed: int
    work: Work | None


def _views(facts: Facts, p: Plan, pair: tuple[str, str], drawing: Drawing) -> tuple[View, View]:
    """Run a plan, once as stated and in its readings, and the same through the other lens by the data."""
    other = plan(facts, p.recipe.through(_beside(p.recipe.choices.lens)), p.framework)
    data = setups = unbiased = through = None
    if drawing.draws:
        from scoring.doubt.ensemble import Order, ensembles
        from scoring.doubt.sample import DATA, SETUPS
        from scoring.doubt.work import ALONE

        asked = ((p, DATA), (p, SETUPS), (p, replace(DATA, bias=False)), (other, DATA))
        orders = [Order(each, pair, drawing.seed, vary) for each, vary in asked]
        data, setups, unbiased, through = ensembles(orders, drawing.draws, drawing.work or ALONE)
    stated = View(facts, p, run(p), pair, data, setups, unbiased)
    return stated, View(facts, other, run(other), pair, through)


def _beside(lens: Lens) -> Lens:
    return "intensity" if lens == "scale" else "scale"


def _top_gaps(view: View) -> dict[str, Gap]:
    """Gaps of the layers and of the whole."""
    gaps = profile.gaps(view)
    return {node: gaps[node] for level in (view.plan.tree[-1], view.plan.tree[-2]) for node in level.parents}


def _setups(recipe: Recipe) -> str:
    """Say in one sentence what the second reading varies."""
    doubt = recipe.doubt
    means = " or ".join(dict.fromkeys(_top(each) for each in doubt.aggregate))
    ways = {
        stage: len({step(each).model_dump_json() for each in getattr(doubt, stage)})
        for stage in ("normalise", "transform", "treat", "impute")
    }
    parts = {
        f"weights (coefficient of variation {doubt.weight_cv:g})": True,
        f"{ways['normalise']} ways to normalise": ways["normalise"] > 1,
        f"goalposts by up to {100 * doubt.goalposts:g} % of their range": doubt.goalposts > 0,
        f"{ways['transform']} transforms": ways["transform"] > 1,
        f"{ways['treat']} ways with outliers": ways["treat"] > 1,
        f"{ways['impute']} ways with missing values": ways["impute"] > 1,
        f"{means} mean across layers": True,
        f"clip at {', '.join(f'{clip:g}' for clip in doubt.clip)}": True,
        "any one indicator left out": doubt.leave_one_out,
    }
    return "; ".join(part for part, varied in parts.items() if varied)


def _top(means: Method | tuple[Method, ...]) -> str:
    """Name of the mean at the top."""
    return step(means[-1] if isinstance(means, tuple) else means).method
