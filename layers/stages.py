"""The stages between values and scores, in the order of the recipe; every draw may pick its methods."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from indicators.draws import NOMINAL
from indicators.fault import UsageError, unknown
from layers.choices import Step, methods, step
from layers.denominate import denominate
from layers.grid import CENSORED, FLOOR, OBSERVED, ZERO, Grid, transformed
from layers.unfit import Unfit, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from indicators.draws import Draws
    from layers.choices import Choices

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

MOST_NAMES: Final = 10
"""Names that a message lists."""
MOST_ABSENT: Final = 1 / 3
"""Share of zeros and of values below a threshold above which an indicator of ours is not treated."""
NUMBERS: Final = {
    "treat": frozenset({"most", "skew", "kurtosis"}),
    "normalise": frozenset({"lower", "upper", "mean", "sd"}),
}
"""Parameters that may have another value for each draw."""
BY_INDICATOR: Final = {
    "mean",
    "median",
    "group_mean",
    "group_median",
    "value",
    "latest",
    "linear",
    "linear_constant",
}
"""Imputations that look at no other indicator, so that complete ones need not be looked at."""
OVER_TIME: Final = {"latest", "linear", "linear_constant", "constant"}
"""Imputations that look at several years of a unit, so that they are never run year by year."""


@dataclass(frozen=True)
class Batch:
    """Realisations on their way through the stages; what several draws have in common is held once.

    Attributes
    ----------
    x : (R, J, n) array of float64
        Distinct realisations.
    of : (B,) array of int64
        Which of them each draw has.
    worst, best : (R or 1, J) arrays of float64
        Goalposts, transformed as the values are.
    whose : (R,) array of int64, optional
        The draw of each realisation, where every draw has its own.
    note : (R, J, n) array, optional
        What the last stage says of its cells: imputed, or how treated.
    """

    x: Floats
    of: Ints
    worst: Floats
    best: Floats
    whose: Ints | None = None
    note: NDArray[Any] | None = None

    @classmethod
    def of_values(cls, x: Floats, grid: Grid, draws: Draws) -> Self:
        """Start from one realisation for all draws, or from one for each."""
        of = np.zeros(draws.size, dtype=np.int64) if len(x) == 1 else np.arange(len(x))
        whose = np.arange(len(x)) if len(x) == draws.size else None
        return cls(x, of, grid.posts.worst[None], grid.posts.best[None], whose)

    def taken(self, rows: Ints, of: Ints) -> Batch:
        """Take some realisations, and say anew which of them each draw has."""
        worst, best = (post if len(post) == 1 else post[rows] for post in (self.worst, self.best))
        whose = None if self.whose is None else self.whose[rows]
        return Batch(self.x[rows], of, worst, best, whose)


@dataclass(frozen=True)
class Room:
    """What a stage works in: the grid, the choices, the draws, and the units that were screened out."""

    grid: Grid
    choices: Choices
    draws: Draws
    menu: Mapping[str, Sequence[Step]]
    kept: Mask

    @property
    def reference(self) -> Mask:
        """Units that are counted: no blocs, none that was screened out."""
        return np.asarray(self.grid.reference & self.kept)


def normalised(
    x: Floats, grid: Grid, choices: Choices, draws: Draws, menu: Mapping[str, Sequence[Step]], kept: Mask
) -> Batch:
    """Turn values into scores by the stages of the recipe.

    Parameters
    ----------
    x : (R, J, n) array
        Values in their units: one realisation for all draws, or one for each.
    grid : Grid
        Direction, goalposts, groups and divisors.
    choices : Choices
        The stated method of every stage, and the order of the stages.
    draws : Draws
        With `choices[stage]`, places in ``menu[stage]``, for stages that vary; the rest is as stated.
    menu : mapping of str to sequence of Step
        What a stage that varies is picked from.
    kept : (n,) array of bool
        Units that were not screened out.

    Returns
    -------
    Batch
        Scores; NaN where missing; true absence scores 0, or as the lowest where that is below.

    Raises
    ------
    UsageError
        If a method cannot work on a cell, which is named.
    """
    batch = Batch.of_values(x, grid, draws)
    for _, batch in staged(x, Room(grid, choices, draws, menu, kept)):  # noqa: B007 - the last one is wanted
        pass
    rows = np.flatnonzero((grid.state == FLOOR).any(axis=1))
    if len(rows):
        batch.x[:, rows] = _floored(batch.x[:, rows], grid, rows)
    return batch


def _floored(x: Floats, grid: Grid, rows: Ints) -> Floats:
    """Put true absence at 0, or level with the lowest where scores go below, as z-scores do."""
    counts = np.isfinite(x) & grid.reference & (grid.state[rows] != FLOOR)
    lowest = np.where(counts, x, 0.0).min(axis=-1, keepdims=True)
    return np.where(grid.state[rows] == FLOOR, np.minimum(lowest, 0.0), x)


def staged(x: Floats, room: Room, until: str = "") -> Iterator[tuple[str, Batch]]:
    """Run the stages one by one, and give what each leaves behind; stop before `until`.

    Units that are screened out are counted until they leave: they set means and extremes of earlier stages.
    """
    batch = Batch.of_values(x, room.grid, room.draws)
    after = room
    room = replace(room, kept=np.ones_like(room.kept)) if "screen" in room.choices.order else room
    for stage in room.choices.order:
        if stage == until:
            return
        room = after if stage == "screen" else room
        if stage == "normalise" and room.draws.posts is not None:
            batch = _moved_posts(batch, room.draws.posts)
        batch = _dispatched(stage, replace(batch, note=None), room)
        yield stage, batch


def _moved_posts(batch: Batch, posts: Floats) -> Batch:
    """Move the goalposts of every draw by its shares of the way between the two, (B, J, 2)."""
    worst, best = (post if len(post) == 1 else post[batch.of] for post in (batch.worst, batch.best))
    width, of = best - worst, np.arange(len(batch.of))
    return Batch(batch.x[batch.of], of, worst + posts[..., 0] * width, best + posts[..., 1] * width, of)


def _dispatched(stage: str, batch: Batch, room: Room) -> Batch:
    """Run a stage by the method that each draw picks; what several draws have in common is done once."""
    picks, options = room.draws.choices.get(stage), room.menu.get(stage, ())
    if picks is None:
        return _stage(stage, batch, None, room)
    pairs, of = np.unique(batch.of * len(options) + picks, return_inverse=True)
    rows, pick = np.divmod(pairs, len(options))
    same = len(rows) == len(batch.x) and bool((rows == np.arange(len(rows))).all())
    whole = replace(batch, of=of) if same else batch.taken(rows, of)
    parts = []
    for use, at in _uses(stage, options, pick):
        if len(at) == len(pairs):
            return _stage(stage, whole, use, room)
        parts.append((at, _stage(stage, whole.taken(at, at), use, room)))
    return replace(_gathered(parts, len(pairs), of), whose=whole.whose)


def _uses(stage: str, options: Sequence[Step], pick: Ints) -> Iterator[tuple[Step, Ints]]:
    """Give each method that is picked, with the realisations it is for.

    Picks that differ in numbers alone, such as how many points are pulled in, are one method whose parameter
    has a value for each realisation.
    """
    numbers = NUMBERS.get(stage, frozenset())
    alike: dict[str, list[int]] = {}
    for place in np.unique(pick).tolist():
        rest = options[place].model_dump(exclude=set(numbers))
        held = sorted(numbers & options[place].params.keys())
        alike.setdefault(f"{rest} {held}", []).append(place)
    for places in alike.values():
        use = options[places[0]]
        at = np.flatnonzero(np.isin(pick, places)) if len(alike) > 1 else np.arange(len(pick))
        if len(places) > 1:
            values = {
                name: np.array([each.params.get(name, np.nan) for each in options])[pick[at]][:, None]
                for name in numbers & use.params.keys()
            }
            use = use.model_copy(update=values)
        yield use, at


def _gathered(parts: list[tuple[Ints, Batch]], size: int, of: Ints) -> Batch:
    """Put the realisations of several methods together again."""
    first = parts[0][1]
    if len(parts) == 1:
        return replace(first, of=of)
    x = np.empty((size, *first.x.shape[1:]))
    worst, best = np.empty((2, size, first.x.shape[1]))
    for at, part in parts:
        x[at], worst[at], best[at] = part.x, part.worst, part.best
    return Batch(x, of, worst, best)


def _stage(stage: str, batch: Batch, picked: Step | None, room: Room) -> Batch:
    """Run one method, or several where indicators have methods of their own."""
    everything = np.arange(len(room.grid.codes))
    own = {code: room.choices.each[code] for code in room.grid.codes if code in room.choices.each}
    usual = room.choices.step(stage) if picked is None else picked
    if not any(getattr(each, stage, None) for each in own.values()):
        return _run(stage, usual, batch, everything, room)
    groups: dict[str, tuple[Step, list[int]]] = {}
    for j, code in enumerate(room.grid.codes):
        held = getattr(own.get(code), stage, None)
        use = usual if held is None else step(held)
        key = "" if held is None else use.model_dump_json()
        groups.setdefault(key, (use, []))[1].append(j)
    x = batch.x.copy()
    worst, best = (np.array(np.broadcast_to(post, x.shape[:2])) for post in (batch.worst, batch.best))
    note: NDArray[Any] | None = None
    for use, members in groups.values():
        rows = np.array(members)
        part = Batch(batch.x[:, rows], batch.of, batch.worst[:, rows], batch.best[:, rows], batch.whose)
        done = _run(stage, use, part, rows, room)
        x[:, rows], worst[:, rows], best[:, rows] = done.x, done.worst, done.best
        if done.note is not None:
            note = np.zeros(x.shape, dtype=done.note.dtype) if note is None else note
            note[:, rows] = done.note
    return Batch(x, batch.of, worst, best, batch.whose, note)


def _run(stage: str, use: Step, batch: Batch, rows: Ints, room: Room) -> Batch:
    """Run one method on some indicators; its refusal is told with the names of what it refused."""
    with told(stage, use, [room.grid.codes[j] for j in rows], room.grid.units):
        return STAGES[stage](use, batch, rows, room)


@contextmanager
def told(stage: str, use: Step, codes: Sequence[str], units: Sequence[str]) -> Iterator[None]:
    """Tell what a method refuses by the names of nodes and units, and of a parameter by its method."""
    try:
        yield
    except Unfit as unfit:
        raise named(unfit, stage, codes, units) from None
    except UsageError:
        raise
    except (TypeError, ValueError) as error:
        raise _impossible(stage, use, error) from None


def _impossible(stage: str, use: Step, error: Exception) -> UsageError:
    return UsageError(f"{stage}: {use.method} cannot be run as the recipe has it; {error}")


def named(unfit: Unfit, stage: str, codes: Sequence[str], units: Sequence[str]) -> UsageError:
    """Say what a method refused by the names of nodes and units."""
    cells = [codes[j] + (f" of {units[i]}" if i >= 0 else "") for j, i in unfit.cells]
    return UsageError(f"{stage}: {unfit.method} needs {unfit.need}; not so: {listed(cells)}")


def listed(names: Sequence[str]) -> str:
    """Join names, at most ten of them."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _columns(room: Room, *, yearly: bool) -> list[Ints]:
    """Columns that are looked at together: all, or those of one year of a panel."""
    time = room.grid.time
    if time is None or not yearly:
        return [np.arange(len(room.grid.units))]
    return [np.flatnonzero(time == year) for year in np.unique(time)]


def _by_year(
    room: Room, x: Floats, method: Callable[[Floats, Ints], Any], *, yearly: bool
) -> list[tuple[Ints, Any]]:
    """Run a method on all units, or year by year."""
    columns = _columns(room, yearly=yearly)
    return [(at, method(x if len(columns) == 1 else x[..., at], at)) for at in columns]


def _screen(_use: Step, batch: Batch, _rows: Ints, room: Room) -> Batch:
    """Take out the units that were screened out when the plan was made."""
    if room.kept.all():
        return batch
    return replace(batch, x=np.where(room.kept, batch.x, np.nan))


def screening(grid: Grid, choices: Choices) -> Mask:
    """Say which units stay, (n,): decided once, on the stated values that reach the stage `screen`."""
    everything = np.ones(len(grid.units), dtype=bool)
    use = choices.step("screen")
    if use.method == "none" or "screen" not in choices.order:
        return everything
    x = grid.value[None]
    for stage, batch in staged(x, Room(grid, choices, NOMINAL, {}, everything)):
        if stage == "screen":
            break
        x = batch.x
    kept = np.asarray(methods("screen")[use.method](x, **use.params)[0] | ~grid.reference)
    if not kept.any():
        message = f"screen: {use.method} leaves no unit of {len(kept)}"
        raise UsageError(message)
    return kept


def _denominate(use: Step, batch: Batch, rows: Ints, room: Room) -> Batch:
    """Divide by population, output or what else an indicator is stated for."""
    divisor = room.grid.divisor[rows]
    if use.method == "none" or (divisor == 1).all():
        return batch
    return replace(batch, x=denominate(batch.x, divisor, **use.params))


def _impute(use: Step, batch: Batch, rows: Ints, room: Room) -> Batch:
    """Fill what is missing and draw it with its error; true absence is not missing."""
    if use.method == "none":
        return batch
    lacking = np.flatnonzero(np.isnan(batch.x[0]).any(axis=1))
    at = lacking if use.method in BY_INDICATOR else np.arange(len(rows))
    if not len(lacking):
        return replace(batch, note=np.zeros(batch.x.shape, dtype=bool))
    values, filled, error = _filled(use, batch.x[:, at], rows[at], room)
    j, i = np.nonzero(filled.any(axis=0) & (room.grid.state[rows[at]] != FLOOR))
    new = values[:, j, i]
    if room.draws.data is not None and batch.whose is not None:
        doubt = np.where(np.isfinite(error[:, j, i]), error[:, j, i], 0.0)
        new = new + doubt * room.draws.data[batch.whose[:, None], rows[at][j], i]
    x = batch.x.copy() if _own(batch.x) is None else batch.x
    x[:, at[j], i] = new
    if len(x) > 1:
        return replace(batch, x=x)
    note = np.zeros(x.shape, dtype=bool)
    note[:, at[j], i] = filled[:, j, i]
    return replace(batch, x=x, note=note)


def _own(x: Floats) -> Floats | None:
    """Give drawn values back, to be worked on in place; a single realisation may be the grid itself."""
    return x if len(x) > 1 else None


def _filled(use: Step, x: Floats, rows: Ints, room: Room) -> tuple[Floats, Mask, Floats]:
    """Values, which of them are filled in, and the standard deviation of these, (R, J, n) each."""
    grid, params = room.grid, use.params
    group = _group(params.pop("group", None), grid)

    def fill(x: Floats, at: Ints) -> Any:  # noqa: ANN401 - a tuple of the family
        from layers.impute.context import Context

        context = Context(
            reference=room.reference[at],
            group=None if group is None else group[at],
            pillar=grid.pillar[rows],
            direction=grid.direction[rows],
            unit=None if grid.unit is None else grid.unit[at],
            time=None if grid.time is None else grid.time[at],
            **params,
        )
        return methods("impute")[use.method](x, context)

    yearly = "impute" in room.choices.each_year and use.method not in OVER_TIME
    parts = _by_year(room, x, fill, yearly=yearly)
    if len(parts) == 1:
        done = parts[0][1]
        return done.values, done.filled, done.error
    values, filled, error = np.array(x), np.zeros(x.shape, dtype=bool), np.zeros(x.shape)
    for at, done in parts:
        values[..., at], filled[..., at], error[..., at] = done
    return values, filled, error


def _group(name: str | None, grid: Grid) -> Ints | None:
    if name is None:
        return next(iter(grid.families.values()), None) if len(grid.families) == 1 else None
    if name not in grid.families:
        kind = "grouping of units"
        raise unknown(kind, name, grid.families or ("no groupings are given",))
    return grid.families[name]


def _transform(use: Step, batch: Batch, rows: Ints, room: Room) -> Batch:
    """Take logarithms, of values and goalposts alike; what is not positive takes the least that is."""
    kinds = [room.grid.transform[j] if use.method == "declared" else use.method for j in rows]
    if set(kinds) <= {"none"}:
        return batch
    x = np.array(batch.x)
    worst, best = np.array(batch.worst), np.array(batch.best)
    for j, kind in enumerate(kinds):
        if kind == "none":
            continue
        post = np.fmin(worst[:, j], best[:, j])
        if kind == "log":
            if np.isnan(post).any():  # nothing says what a zero stands for
                refuse("log", "values above 0", _only(x, j) <= 0)
            least = np.where(x[:, j] > 0, x[:, j], np.inf).min(axis=1, keepdims=True)
            x[:, j] = transformed(x[:, j], kind, np.fmin(least, np.where(post > 0, post, np.inf)[:, None]))
        else:
            x[:, j] = transformed(x[:, j], kind)
        worst[:, j], best[:, j] = (transformed(each[:, j], kind) for each in (worst, best))
    return replace(batch, x=x, worst=worst, best=best)


def _only(x: Floats, j: int) -> Floats:
    """Show one indicator and hide the others, so that a refusal names it by its place."""
    found = np.full(x.shape, np.nan)
    found[:, j] = x[:, j]
    return found


def _treat(use: Step, batch: Batch, rows: Ints, room: Room) -> Batch:
    """Treat outliers, indicator by indicator; ones that are mostly absences have none."""
    if use.method == "none":
        return batch
    grid = room.grid
    absent = np.isin(grid.state[rows], (ZERO, CENSORED, FLOOR)) & room.reference
    usual = absent.mean(axis=1) <= MOST_ABSENT

    def treat(x: Floats, at: Ints) -> Any:  # noqa: ANN401 - a tuple of the family
        return methods("treat")[use.method](x, room.reference[at], **use.params)

    yearly = "treat" in room.choices.each_year
    if usual.all():
        parts = _by_year(room, batch.x, treat, yearly=yearly)
        if len(parts) == 1:
            return replace(batch, x=parts[0][1].values, note=parts[0][1].mark)
    else:
        parts = _by_year(room, batch.x[:, usual], treat, yearly=yearly)
    x, note = np.array(batch.x), np.zeros(batch.x.shape, dtype=np.uint8)
    for at, done in parts:
        place = np.ix_(np.arange(len(x)), np.flatnonzero(usual), at)
        x[place], note[place] = done.values, done.mark
    return replace(batch, x=x, note=note)


def _normalise(use: Step, batch: Batch, rows: Ints, room: Room) -> Batch:
    """Put indicators on one scale; those observed for too few units keep their goalposts."""
    grid = room.grid
    if use.method == "goalposts":
        return replace(batch, x=_goalposts(use, batch, rows, room))
    observed = (grid.state == OBSERVED) & grid.present & room.reference
    posted = np.isfinite(grid.posts.worst[rows]) & bool(grid.indicators)
    few = (observed[rows].sum(axis=1) < room.choices.fewest_units) & posted
    params = use.params
    if use.method == "distance_to_target" and "target" not in params:
        params = {"target": _targets(grid.posts.target[rows])} | params

    def scored(x: Floats, at: Ints) -> Floats:
        own = params
        if use.method == "distance_to_reference":
            own = params | {"unit": _column(params["unit"], grid, at)}
        found: Floats = methods("normalise")[use.method](x, grid.direction[rows], room.reference[at], **own)
        return found

    parts = _by_year(room, batch.x, scored, yearly="normalise" in room.choices.each_year)
    if len(parts) == 1:
        x = parts[0][1]
    else:
        x = np.empty(batch.x.shape)
        for at, done in parts:
            x[..., at] = done
    if few.any():
        part = replace(batch, x=batch.x[:, few], worst=batch.worst[:, few], best=batch.best[:, few])
        x[:, few] = _goalposts(Step(method="goalposts"), part, rows[few], room)
    return replace(batch, x=x)


def _targets(target: Floats) -> Floats:
    lacking = tuple((int(j), -1) for j in np.flatnonzero(np.isnan(target)))
    if lacking:
        raise Unfit("distance_to_target", "a target for every indicator", lacking)
    return target


def _column(unit: str, grid: Grid, at: Ints) -> int:
    found = [k for k, i in enumerate(at) if grid.units[i] == unit]
    if not found:
        kind = "reference unit"
        raise unknown(kind, str(unit), grid.units)
    return found[0]


def _goalposts(use: Step, batch: Batch, rows: Ints, room: Room) -> Floats:
    """Put between the goalposts, which every indicator needs."""
    posts = room.grid.posts
    lacking = np.flatnonzero(~np.isfinite(batch.worst + batch.best).all(axis=0))
    if len(lacking):
        raise Unfit("goalposts", "a lower and an upper goalpost", tuple((int(j), -1) for j in lacking))
    found = np.empty(batch.x.shape)
    for cut in (True, False):
        at = slice(None) if posts.cut[rows].all() else np.flatnonzero(posts.cut[rows] == cut)
        given = {"scale": posts.full[rows[at]], "cut": cut} | use.params
        found[:, at] = methods("normalise")["goalposts"](
            batch.x[:, at],
            room.grid.direction[rows[at]],
            room.reference,
            worst=batch.worst[:, at],
            best=batch.best[:, at],
            **given,
        )
        if isinstance(at, slice):
            break
    return found


def compared(x: Floats, room: Room) -> tuple[Ints, Mask]:
    """Count the units that have a value when they are compared, and say where all are the same, (J,) each.

    In a panel that is normalised year by year, the fewest of a year and any year.
    """
    counts, alike = [], []
    for at in _columns(room, yearly="normalise" in room.choices.each_year):
        seen = np.isfinite(x[0][:, at]) & room.reference[at]
        filled = np.where(seen, x[0][:, at], np.nan)
        counts.append(seen.sum(axis=1))
        low, high = np.fmin.reduce(filled, axis=1), np.fmax.reduce(filled, axis=1)
        alike.append(~(high > low))
    return np.min(counts, axis=0), np.any(alike, axis=0)


STAGES: Final[Mapping[str, Callable[[Step, Batch, Ints, Room], Batch]]] = {
    "screen": _screen,
    "denominate": _denominate,
    "impute": _impute,
    "transform": _transform,
    "treat": _treat,
    "normalise": _normalise,
}
