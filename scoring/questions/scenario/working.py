"""A world while its changes are made, one after the other: what each target is, and what it becomes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from indicators.schema import Quantity
from layers.systems_integration.access import Rules
from scoring.questions.scenario.schema import moved

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicators.observations import Row
    from scoring.questions.scenario.schema import Change
    from scoring.questions.scenario.target import Target
    from scoring.questions.scenario.world import World

    Edit = Callable[[Any], Any]

ENDS: Final = ("low", "high")
STANDS: Final = {"zero": 0.0, "floor": 0.0}
"""What an economy without a row has, by what its absence means."""


class ImpossibleError(ValueError):
    """A change that its target cannot take: what was found, what was expected, what to do."""

    def __init__(self, *, found: str, expected: str, repair: str = "") -> None:
        self.found, self.expected, self.repair = found, expected, repair
        super().__init__(f"found {found}; expected {expected}")


@dataclass(frozen=True)
class Step:
    """One change as it is made on one day with one size.

    Attributes
    ----------
    change : Change
        What is done.
    name : str
        Its name.
    size : float
        Its number; NaN where it sets no number.
    when : date
        The day.
    """

    change: Change
    name: str
    size: float
    when: date

    def of(self, x: float, towards: float = math.nan) -> float:
        """Return what a number becomes.

        Raises
        ------
        ImpossibleError
            If it is a root of a number below nought: a negative factor that builds up, growth beyond -100 %.
        """
        kind, share = self.change.kind, self.change.share(self.when)
        if (kind == "scale" and self.size < 0 and 0 < share < 1) or (kind == "grow" and self.size < -1):
            least = "-1 or more" if kind == "grow" else "0 or more where the change builds up over time"
            raise ImpossibleError(found=f"{kind} = {self.size:g}", expected=least)
        return moved(self.change, x, self.size, self.when, towards)

    @property
    def replaces(self) -> bool:
        """Whether nothing of what stood there is left."""
        return self.change.kind == "set" and self.change.share(self.when) == 1


@dataclass
class Working:
    """What has been changed so far, over the world that was there before.

    Attributes
    ----------
    world : World
        Before any change.
    rows : dict of int to dict
        Observations by their place.
    added : dict of (code, economy) to dict
        Observations where there was none.
    edits : dict of (code, economy) to list
        What is done to computed values once their models have run.
    tables : dict of str to dict
        Record tables.
    inputs : dict of str to Quantity
        Inputs.
    weights : dict of str to float
        Weights of nodes and indicators.
    recipe : dict
        The recipe as plain values; empty while it is as before.
    """

    world: World
    rows: dict[int, Row] = field(default_factory=dict)
    added: dict[tuple[str, str], Row] = field(default_factory=dict)
    edits: dict[tuple[str, str], list[tuple[Step, float]]] = field(default_factory=dict)
    tables: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    inputs: dict[str, Quantity] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    recipe: dict[str, Any] = field(default_factory=dict)

    def make(self, step: Step, target: Target) -> None:
        """Make one change of one target.

        Raises
        ------
        ImpossibleError
            If the target cannot take it.
        """
        kinds: dict[str, Callable[..., None]] = {
            "indicators": self._indicator,
            "access": self._access,
            "inputs": self._input,
            "tables": self._table,
            "weights": self._weight,
            "recipe": self._recipe,
        }
        kinds[target.kind](step, *target.parts)

    def value(self, target: Target) -> float | None:
        """Return the number of a target as it is now; None where it has none, or several."""
        kind, parts = target
        found: float | None = None
        if kind == "indicators" and parts[0] in self.world.computed:
            at = (parts[0], parts[1])
            found = self._computed(*at) if at in self.world.values else None
        elif kind == "indicators":
            at = (parts[0], parts[1])
            place = self.world.places.get(at)
            row = self.added.get(at) or (
                None if place is None else self.rows.get(place, self.world.facts.rows[place])
            )
            found = None if row is None else float(row["value"])
        elif kind == "inputs":
            given = self.inputs.get(parts[0])
            found = self.world.inputs[parts[0]].value if given is None else given.value
        elif kind == "access":
            buyer, supplier, item = parts
            found = float(self._columns("access")["value"][self._in_force(buyer, supplier, item)])
        elif kind == "weights":
            found = self.weights.get(parts[0], self._stated_weight(parts[0]))
        return found if found is None or math.isfinite(found) else None

    # ---- indicators -------------------------------------------------------------------------------

    def _indicator(self, step: Step, code: str, economy: str) -> None:
        if code in self.world.computed:
            towards = self._towards(step, lambda other: self.world.values.get((code, other), math.nan))
            if (code, economy) not in self.world.values:
                raise ImpossibleError(
                    found=f"no value of {code} for {economy}", expected="a value that the layer computes"
                )
            self._within(code, step.of(self._computed(code, economy), towards))
            self.edits.setdefault((code, economy), []).append((step, towards))
            return
        row = self._row(step, code, economy)
        towards = self._towards(step, lambda other: float(self._row(step, code, other)["value"]))
        before = float(row["value"])
        after = self._edited(step, row, towards)
        self._within(code, after["value"])
        self._put(code, economy, after)
        if step.change.keeps_total:
            self._give_way(step, code, economy, before, float(after["value"]))

    def _computed(self, code: str, economy: str) -> float:
        x = self.world.values[code, economy]
        for step, towards in self.edits.get((code, economy), []):
            x = step.of(x, towards)
        return x

    def _within(self, code: str, value: float) -> None:
        it = self.world.facts.indicators[code]
        least, most = it.range
        if not least <= value <= most:
            bounds = f"{least:g} to {most:g}" if math.isfinite(most) else f"at least {least:g}"
            if math.isinf(least):
                bounds = f"at most {most:g}"
            raise ImpossibleError(
                found=f"{value:g} after the change", expected=f"{bounds}, what {it.unit} can be"
            )

    def _row(self, step: Step, code: str, economy: str) -> Row:
        if (code, economy) in self.added:
            return self.added[code, economy]
        place = self.world.places.get((code, economy))
        if place is not None:
            return self.rows.get(place, self.world.facts.rows[place])
        return self._absent(step, code, economy)

    def _absent(self, step: Step, code: str, economy: str) -> Row:
        """Make the observation of an economy that has none, from the newest of the indicator."""
        it = self.world.facts.indicators[code]
        held = [self.world.facts.rows[k] for (own, _), k in self.world.places.items() if own == code]
        start = STANDS.get(it.absent, (it.censor_bound or 0.0) / 2 if it.absent == "censored" else math.nan)
        if not held or (math.isnan(start) and step.change.kind != "set"):
            raise ImpossibleError(
                found=f"no value of {code} for {economy}",
                expected="a value to change",
                repair="Set it, or leave the economy out.",
            )
        newest = max(held, key=lambda row: row["period_end"].toordinal())
        start = 0.0 if math.isnan(start) else start
        return {**newest, "economy": economy, "value": start, "low": math.nan, "high": math.nan} | {
            "interval_kind": "",
            "quality": "judgement",
            "row": 0,
        }

    def _edited(self, step: Step, row: Row, towards: float) -> Row:
        least, most = self.world.facts.indicators[row["code"]].range
        after = dict(row)
        for part in ("value", *ENDS):
            if not math.isnan(row[part]):
                after[part] = step.of(float(row[part]), towards)
        if step.replaces:
            after |= dict.fromkeys(ENDS, after["value"]) | {"interval_kind": "judgement"}
        for end in ENDS:
            if not math.isnan(after[end]):
                after[end] = min(max(after[end], least), most)
        if not math.isnan(
            after["low"]
        ):  # a factor below nought, or a target inside the range, turns it round
            after["low"], after["high"] = (
                min(after["low"], after["high"], after["value"]),
                max(after["low"], after["high"], after["value"]),
            )
        return after | {"note": f"changed by the scenario: {step.name}"}

    def _put(self, code: str, economy: str, row: Row) -> None:
        place = self.world.places.get((code, economy))
        if place is None:
            self.added[code, economy] = row
        else:
            self.rows[place] = row

    def _give_way(self, step: Step, code: str, economy: str, before: float, after: float) -> None:
        """Scale the others of the same time, so that the total stays."""
        date_of = self._row(step, code, economy)["date"]
        others = {
            other: row
            for (own, other) in self.world.places
            if own == code and other != economy
            for row in [self._row(step, code, other)]
            if row["date"] == date_of
        }
        rest = sum(float(row["value"]) for row in others.values())
        left = rest + before - after
        if rest <= 0 or left < 0:
            raise ImpossibleError(
                found=f"{after:g} for {economy} while the others of {date_of} hold {rest:g}",
                expected="others that can give way",
                repair="Leave keeps_total out.",
            )
        for other, row in others.items():
            scaled = {part: row[part] * left / rest for part in ("value", *ENDS)}
            self._put(code, other, row | scaled | {"note": f"gives way to {economy}: {step.name}"})

    def _towards(self, step: Step, of: Callable[[str], float]) -> float:
        towards = step.change.towards
        if towards is None or isinstance(towards, int | float):
            return math.nan if towards is None else float(towards)
        return of(towards)

    # ---- tables, access, inputs -------------------------------------------------------------------

    def _columns(self, name: str) -> dict[str, list[Any]]:
        if name not in self.tables:
            self.tables[name] = self.world.facts.columns(name)
        return self.tables[name]

    def _table(self, step: Step, name: str, column: str) -> None:
        described = self.world.facts.catalogue.tables[name]
        strange = [each for each in step.change.where if each not in described.columns]
        if strange:
            raise ImpossibleError(found=f"where = {', '.join(strange)}", expected=f"columns of {name}")
        cells = self._columns(name)
        chosen = [k for k in range(len(cells[column])) if _fits(step.change.where, cells, k)]
        if not chosen:
            raise ImpossibleError(
                found=f"no row of {name} with {step.change.where}", expected="rows to change"
            )
        for k in chosen:
            self._cell(step, name, column, k)
            for end in ENDS:
                if column == "value" and end in cells:
                    self._cell(step, name, end, k)

    def _cell(self, step: Step, name: str, column: str, k: int) -> None:
        cells, described = self._columns(name), self.world.facts.catalogue.tables[name].columns[column]
        if described.type not in {"number", "whole"}:
            if step.change.kind != "set" or step.change.parameter is not None:
                raise ImpossibleError(
                    found=f"{step.change.kind} on {column}, a {described.type}",
                    expected="a text or flag to set",
                )
            if described.choices and step.change.set not in described.choices:
                raise ImpossibleError(
                    found=repr(step.change.set), expected=f"one of {', '.join(described.choices)}"
                )
            cells[column][k] = step.change.set
            return
        if math.isnan(step.size):
            raise ImpossibleError(found=repr(step.change.set), expected=f"a number: {column} is one")
        if math.isnan(cells[column][k]) and not (step.replaces and column not in ENDS):
            return  # unknown stays unknown
        value = step.of(float(cells[column][k]), self._towards(step, lambda _: math.nan))
        low = -math.inf if described.minimum is None else described.minimum
        high = math.inf if described.maximum is None else described.maximum
        if column in ENDS:
            value = min(max(value, low), high)
        elif not low <= value <= high:
            raise ImpossibleError(
                found=f"{value:g} in {column} of {name}, row {cells['row'][k]}", expected=_bounds(low, high)
            )
        cells[column][k] = round(value) if described.type == "whole" else value

    def _access(self, step: Step, buyer: str, supplier: str, item: str) -> None:
        cells = self._columns("access")
        k = self._in_force(buyer, supplier, item)
        towards = self._towards(step, lambda other: cells["value"][self._in_force(other, supplier, item)])
        after = {part: step.of(float(cells[part][k]), towards) for part in ("value", *ENDS)}
        if not 0 <= after["value"] <= 1:
            raise ImpossibleError(
                found=f"{after['value']:g} after the change",
                expected="0 (shut) to 1 (free), what access can be",
            )
        if step.replaces:
            after |= dict.fromkeys(ENDS, after["value"])
        for part, value in after.items():
            cells[part][k] = min(max(value, 0.0), 1.0)
        cells["note"][k] = f"changed by the scenario: {step.name}"

    def _in_force(self, buyer: str, supplier: str, item: str) -> int:
        """Place of the row that holds on the state date; made from what applies where there is none."""
        cells, on = self._columns("access"), self.world.facts.date
        keys = zip(cells["economy"], cells["supplier"], cells["item"], strict=True)
        for k, key in enumerate(keys):
            ends = cells["to"][k] or date.max
            if key == (buyer, supplier, item) and cells["from"][k] <= on <= ends:
                return k
        found = Rules(self.world.facts.table("access"), on).access(buyer, supplier, item)
        made = {"economy": buyer, "supplier": supplier, "item": item, "from": on, "to": None} | {
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "basis": "judgement",
            "published": on,
            "row": 0,
        }
        for column, each in cells.items():
            empty = math.nan if column in {"supplier_side", "buyer_side"} else ""
            each.append(made.get(column, each[0] if column in {"source", "file"} else empty))
        return len(cells["economy"]) - 1

    def _input(self, step: Step, name: str) -> None:
        held = self.world.inputs[name]
        given = self.inputs.get(name)
        now = (
            (held.value, held.low, held.high)
            if given is None
            else (given.value, given.at("low"), given.at("high"))
        )
        towards = self._towards(step, lambda other: self._other_input(name, other))
        value, low, high = (step.of(x, towards) for x in now)
        if not held.least <= value <= held.most:
            expected = f"{_bounds(held.least, held.most)}, what {name} can be"
            raise ImpossibleError(
                found=f"{value:g} {held.unit}".strip() + " after the change", expected=expected
            )
        if step.replaces:
            low = high = value
        low, high = (min(max(end, held.least), held.most) for end in (min(low, value), max(high, value)))
        self.inputs[name] = Quantity(value=value, low=low, high=high, source=f"scenario: {step.name}")

    def _other_input(self, name: str, economy: str) -> float:
        other = f"{name.rpartition('.')[0]}.{economy}"
        if other not in self.world.inputs:
            raise ImpossibleError(
                found=f"towards = {economy!r}", expected="an economy that has this input too"
            )
        return self.inputs[other].value if other in self.inputs else self.world.inputs[other].value

    # ---- weights and recipe -----------------------------------------------------------------------

    def _weight(self, step: Step, code: str) -> None:
        value = step.of(
            self.weights.get(code, self._stated_weight(code)), self._towards(step, lambda _: math.nan)
        )
        if not (value >= 0 and math.isfinite(value)):
            raise ImpossibleError(found=f"a weight of {value:g}", expected="a weight of 0 or more")
        self.weights[code] = value

    def _stated_weight(self, code: str) -> float:
        nodes = {node.code: node.weight for node in self.world.framework.nodes}
        return nodes[code] if code in nodes else self.world.facts.indicators[code].weight

    def _recipe(self, step: Step, *path: str) -> None:
        if step.change.parameter is not None and step.change.parameter.ranged:
            raise ImpossibleError(found="a range", expected="one value: a choice is not drawn")
        if step.change.kind != "set":
            raise ImpossibleError(found=step.change.kind, expected="set: a recipe is chosen, not moved")
        made = self.recipe or self.world.recipe.model_dump(mode="json")
        value = step.change.set if step.change.parameter is None else step.size
        held = made
        for part in path[:-1]:
            held = held[part]
        held[path[-1]] = value
        try:
            type(self.world.recipe).model_validate(made)
        except ValidationError as error:
            said = error.errors()[0]["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
            raise ImpossibleError(found=repr(value), expected=said) from None
        self.recipe = made

    def sized(self) -> World:
        """Return the world's tree and recipe after the changes, its facts as before."""
        nodes = tuple(
            node.model_copy(update={"weight": self.weights[node.code]}) if node.code in self.weights else node
            for node in self.world.framework.nodes
        )
        recipe = type(self.world.recipe).model_validate(self.recipe) if self.recipe else self.world.recipe
        return replace(
            self.world,
            framework=self.world.framework.model_copy(update={"nodes": nodes}),
            recipe=recipe,
        )


def _bounds(low: float, high: float) -> str:
    if math.isinf(high):
        return f"at least {low:g}"
    return f"{low:g} to {high:g}"


def _fits(where: dict[str, Any], cells: dict[str, list[Any]], k: int) -> bool:
    """Say whether a row has what is asked for; `*` stands for any text."""
    return all(
        fnmatchcase(str(cells[name][k]), wanted) if isinstance(wanted, str) else cells[name][k] == wanted
        for name, wanted in where.items()
    )
