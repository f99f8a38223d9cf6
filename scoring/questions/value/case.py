"""A case: the way that a dollar goes, as a chain of stages with input coefficients. A TOML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from pydantic import Field, model_validator

from indicators.fault import DataError, Fault, UsageError, near, unknown
from indicators.schema import Frozen
from scoring.index.described import read_described
from scoring.questions.value.held import rows_ever, rows_of
from scoring.questions.value.quantity import Amount, Parameter, Read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indicators.facts import Facts
    from indicators.schema import Quantity

FOLDER: Final = Path(__file__).parents[2] / "cases"
HOME: Final = "home"
"""Stands for the economy from which a case is seen: where the user is."""
PREFIX: Final = "value."
"""Inputs of the facts that stand in for numbers of the cases: `value.CASE.STAGE.WHAT`."""


class NotYetKnownError(UsageError):
    """A case reads a figure that the clocks do not let through."""


class CaseStage(Frozen):
    """One stage of a case: what it pays per dollar of its revenue."""

    name: str
    """Name in the chain."""
    firm: str
    """Economy of the owner, who keeps the profit; or `home`."""
    site: str
    """Economy where labour, power and taxes are paid; or `home`."""
    pays: dict[str, Amount] = Field(default_factory=dict)
    """Coefficient by stage paid, per dollar of revenue."""
    other: Amount | None = None
    """Labour, tax and all else per dollar of revenue; profit is then what is left, or a loss."""
    margin: Amount | None = None
    """Operating profit per dollar of revenue; all else is then what is left."""
    rest: str = ""
    """Stage that is paid all that is left: the stage only divides."""

    @model_validator(mode="after")
    def _one_closes(self) -> Self:
        closing = [it for it in (self.other, self.margin, self.rest or None) if it is not None]
        wrong = []
        if len(closing) != 1:
            told = "needs one of `other` costs, a `margin` or a `rest`: the one closes the sum"
            wrong.append(f"stage {self.name!r} {told}")
        settled = [(to, it) for to, it in self.pays.items() if isinstance(it, Parameter)]
        settled += [("other", self.other)] if isinstance(self.other, Parameter) else []
        for to, each in settled:
            if each.low < 0:
                wrong.append(f"stage {self.name!r}: {to} from {each.low:g}; a payment cannot be negative")
        if isinstance(self.margin, Parameter) and self.margin.high > 1:
            wrong.append(f"stage {self.name!r}: a margin of {self.margin.high:g} is above 1")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def numbers(self) -> Iterator[tuple[str, Parameter | Read]]:
        """Name every number of the stage, as an input of the facts names it."""
        yield from ((f"pays.{to}", each) for to, each in self.pays.items())
        yield from ((name, each) for name in ("other", "margin") if (each := getattr(self, name)) is not None)


class Case(Frozen):
    """A way that a dollar goes."""

    name: str
    """Short name."""
    title: str
    """What the user buys, to be read after a colon."""
    user: str = HOME
    """Economy in which the dollar is paid; by default the one from which the case is seen."""
    not_modelled: str
    """What the case leaves out."""
    stage: tuple[CaseStage, ...]
    """In order: the first is paid by the user, each pays only later ones."""

    @model_validator(mode="after")
    def _flows_down(self) -> Self:
        names = [stage.name for stage in self.stage]
        wrong = [
            f"stage {name!r} stands twice" for name in sorted({it for it in names if names.count(it) > 1})
        ]
        for place, stage in enumerate(self.stage):
            later = names[place + 1 :]
            for to in (*stage.pays, *filter(None, [stage.rest])):
                if to not in later:
                    hint = near(to, later) or f"later stages: {', '.join(later) or 'none'}"
                    wrong.append(f"stage {stage.name!r} pays {to!r}, which is no later stage; {hint}")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def numbers(self) -> Iterator[tuple[str, Parameter | Read]]:
        """Name every number of the case, `STAGE.WHAT`."""
        for stage in self.stage:
            yield from ((f"{stage.name}.{what}", each) for what, each in stage.numbers())

    def assumed(self) -> tuple[str, ...]:
        """Numbers that nothing measures."""
        return tuple(name for name, it in self.numbers() if isinstance(it, Parameter) and it.assumed)


def read_case(name: str | Path) -> Case:
    """Read a shipped case by name, or one from a file.

    Raises
    ------
    UsageError
        If there is neither.
    DataError
        If the file is not a case.
    """
    return read_described(Case, name, FOLDER)


def case_names() -> tuple[str, ...]:
    """Names of the shipped cases."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def settled(case: Case, facts: Facts) -> Case:
    """Put numbers for what a case reads from the facts, and the inputs of the facts in place of its own.

    Parameters
    ----------
    case : Case
        As read.
    facts : Facts
        With the table `value_chain`, and inputs `value.CASE.STAGE.WHAT` of a scenario.

    Raises
    ------
    DataError
        If an economy or a row of the table is named that there is not; with all such faults.
    NotYetKnownError
        If a row was not known on the day.
    UsageError
        If an input names no number of the case.
    """
    if faults := [*_places(case, facts), *_rows(case, facts)]:
        raise DataError(faults)
    rows = {(row["company"], row["period"]): row for row in rows_of(facts, "value_chain")}
    own = {
        name.removeprefix(f"{PREFIX}{case.name}."): given
        for name, given in facts.inputs.items()
        if name.startswith(f"{PREFIX}{case.name}.")
    }
    known, kind = [name for name, _ in case.numbers()], f"input of the case {case.name}"
    for name in own:
        if name not in known:
            raise unknown(kind, name, known)
    return case.model_copy(update={"stage": tuple(_settled(each, rows, own) for each in case.stage)})


def _settled(
    stage: CaseStage, rows: Mapping[tuple[str, str], Mapping[str, object]], own: Mapping[str, Quantity]
) -> CaseStage:
    done = {}
    for what, each in stage.numbers():
        given = own.get(f"{stage.name}.{what}")
        if given is not None:
            low, high = (given.value if end is None else end for end in (given.low, given.high))
            done[what] = Parameter(value=given.value, low=low, high=high, source=given.source)
        else:
            done[what] = _looked_up(each, rows) if isinstance(each, Read) else each
    return CaseStage(
        name=stage.name,
        firm=stage.firm,
        site=stage.site,
        pays={to: done[f"pays.{to}"] for to in stage.pays},
        other=done.get("other"),
        margin=done.get("margin"),
        rest=stage.rest,
    )


def _looked_up(each: Read, rows: Mapping[tuple[str, str], Mapping[str, object]]) -> Parameter:
    row = rows.get((each.company, each.period))
    if row is None:
        message = f"{each.company}, {each.period}: its figures were not known on that day"
        raise NotYetKnownError(message)
    found = float(str(row[each.column]))
    value = 1 - found if each.rest else found
    told = f"{each.source} ({row['file']}, row {row['row']})"
    return Parameter(value=value, low=value - each.below, high=min(value + each.above, 1.0), source=told)


def _places(case: Case, facts: Facts) -> Iterator[Fault]:
    allowed = (*facts.economies, HOME)
    stages = [
        (f"stage.{place}.{column}", getattr(stage, column))
        for place, stage in enumerate(case.stage)
        for column in ("firm", "site")
    ]
    for column, code in (("user", case.user), *stages):
        if code not in allowed:
            expected = "the ISO 3166 alpha-3 code of a listed economy, or home"
            yield Fault(f"case {case.name}", 0, column, repr(code), expected, near(code, allowed))


def _rows(case: Case, facts: Facts) -> Iterator[Fault]:
    """Say which rows a case reads that the table never held, or that do not hold the figure."""
    rows = {(row["company"], row["period"]): row for row in rows_ever(facts, "value_chain")}
    if not rows:
        return  # facts without the table: what is read from it is not known
    for name, each in case.numbers():
        if not isinstance(each, Read):
            continue
        row = rows.get((each.company, each.period))
        if row is None or not np.isfinite(row[each.column]):
            periods = [period for company, period in rows if company == each.company]
            companies = {company for company, _ in rows}
            hint = f"its periods: {', '.join(periods)}" if periods else near(each.company, companies)
            expected = f"a row of the table value_chain with {each.column}"
            yield Fault(f"case {case.name}", 0, name, f"{each.company}, {each.period}", expected, hint)
