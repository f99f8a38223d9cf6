"""Operating profit booked from AI in a year, company by company and stage by stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indicators.fault import DataError, Fault, near
from scoring.questions.value.choices import (
    STAGES,
    Account,
    Borrowed,
    Firm,
    Margin,
    Other,
    Share,
    Undisclosed,
)
from scoring.questions.value.held import rows_ever, rows_of
from scoring.questions.value.quantity import Ends, Floats, drawn, ends, total, uniform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indicators.facts import Facts

Row = dict[str, Any]

STRETCHED: Final = 0.10
"""5 to 95 % range, either way, of a revenue stretched to twelve months: about the half-yearly growth of the
companies with several periods in the table."""
OTHER_PERIOD: Final = 0.05
"""5 to 95 % range, either way, of a margin taken from another period: AWS and Google Cloud moved 0.024 and
0.092 between the two that the table holds."""
BORROWED: Final = 0.10
"""The same of a margin taken from another company, such as the group of a segment."""


ASSUMPTIONS: Final = (
    f"revenue stretched to twelve months: {100 * STRETCHED:.0f} % either way, assumed",
    f"margin of another period of the company: {100 * OTHER_PERIOD:.0f} points either way, assumed",
    f"margin of another company, such as the group: {100 * BORROWED:.0f} points either way, assumed",
    "margin of the whole company for its AI business, assumed",
)
"""What the account takes that nothing measures."""


@dataclass(frozen=True)
class Line:
    """One company in the account.

    Attributes
    ----------
    stage, company, economy, period : str
        Who, and the row with its revenue.
    revenue : float or None
        US$ bn in twelve months, all business; None where it is only bounded.
    ai_basis, margin_basis : str
        Where the AI share and the margin come from.
    ai_revenue, profit, whole : (draws,) arrays or None
        US$ bn of AI revenue, of profit from it, and of profit from all business; None where unknown. A loss
        is a negative profit.
    share, margin : tuple of float
        Median, low, high of the AI share and of the operating margin, None where that is unknown.
    file, row, source : str, int, str
        Where its revenue stands.
    stated : bool
        Its AI share is stated or bounded by evidence, not merely somewhere between none and all.
    wide : bool
        Its row holds more than the stage.
    """

    stage: str
    company: str
    economy: str
    period: str
    revenue: float | None
    ai_basis: str
    margin_basis: str
    ai_revenue: Floats | None
    profit: Floats | None
    whole: Floats | None
    share: Ends
    margin: Ends | None
    file: str
    row: int
    source: str
    stated: bool
    wide: bool

    @property
    def counted(self) -> bool:
        """Say whether its profit from AI can be worked out."""
        return self.profit is not None and self.stated


@dataclass(frozen=True)
class Stage:
    """One stage of the account.

    Attributes
    ----------
    name : str
        Of `STAGES`.
    lines : tuple of Line
        Companies held.
    undisclosed : tuple of Undisclosed
        Main firms that tell nothing.
    held, whole : float
        Revenue of the companies held, all business, and of the stage (US$ bn); `whole` is NaN where no total
        is stated.
    coverage : tuple of float or None
        Median, low, high of held over whole; None where no total is stated.
    """

    name: str
    lines: tuple[Line, ...]
    undisclosed: tuple[Undisclosed, ...]
    held: float
    whole: float
    coverage: Ends | None

    def shares(self) -> dict[str, float]:
        """Share of the stage's revenue by headquarters, and `unknown`; they add up to 1.

        Where no total is stated all is unknown: what is held cannot be set against it.
        """
        if not np.isfinite(self.whole):
            return {"unknown": 1.0}
        by: dict[str, float] = {}
        for line in self.lines:
            if line.revenue is not None and not line.wide:
                by[line.economy] = by.get(line.economy, 0.0) + line.revenue
        found = {code: value / max(self.whole, self.held) for code, value in sorted(by.items())}
        return found | {"unknown": 1 - sum(found.values())}

    def gains(self, economy: str = "") -> Ends:
        """Gains from AI of companies whose AI share is known, of one economy or of all, in US$ bn."""
        return ends(total([np.maximum(each, 0.0) for each in self._known(economy)]))

    def losses(self, economy: str = "") -> Ends:
        """Return the same for losses, not above zero."""
        return ends(total([np.minimum(each, 0.0) for each in self._known(economy)]))

    def unknown(self, economy: str = "") -> tuple[str, ...]:
        """Companies of which it is not known what AI earned them: in the table and not."""
        mine = [line.company for line in self.lines if not line.counted and economy in {"", line.economy}]
        return (*mine, *(it.company for it in self.undisclosed if economy in {"", it.economy}))

    def _known(self, economy: str) -> list[Floats]:
        lines = (line for line in self.lines if line.counted and economy in {"", line.economy})
        return [line.profit for line in lines if line.profit is not None]


def conversion(rows: list[Row]) -> Ends:
    """Find what lies between gross and operating margin: median, least, most of companies that give both.

    Notes
    -----
    Research, selling and administration as a share of revenue, in the newest row of each whole company with
    an operating profit.
    """
    newest: dict[str, float] = {}
    for row in sorted(rows, key=lambda each: each["period_end"]):
        gross, operating = row["gross_margin"], row["operating_margin"]
        if row["scope"] == "company" and _has(gross) and _has(operating) and operating > 0:
            newest[row["company"]] = gross - operating
    both = list(newest.values())
    return float(np.median(both)), min(both), max(both)


def _has(value: float | None) -> bool:
    return value is not None and bool(np.isfinite(value))


def stages(facts: Facts, account: Account) -> tuple[Stage, ...]:
    """Work out every stage of an account.

    Parameters
    ----------
    facts : Facts
        With the tables `value_chain` and `value_stages`, cut by the clocks: a company that was not known then
        is left out.
    account : Account
        Which rows to take.

    Raises
    ------
    DataError
        If the account names a company, period or economy that there is not, or takes a figure that its row
        does not hold; with all such faults.
    """
    if faults := list(_faults(facts, account)):
        raise DataError(faults)
    rows = rows_of(facts, "value_chain")
    lines = [line for firm in account.firm if (line := _line(firm, rows)) is not None]
    late = _not_yet(facts, account, {line.company for line in lines})
    totals = {row["stage"]: row for row in rows_of(facts, "value_stages") if row["year"] == account.year}
    silent = (*account.undisclosed, *late)
    return tuple(_stage(name, lines, silent, totals.get(name)) for name in STAGES)


def _not_yet(facts: Facts, account: Account, known: set[str]) -> list[Undisclosed]:
    """Companies of the account whose figures were not published on the day: unknown, not absent."""
    rows = {(row["company"], row["period"]): row for row in rows_ever(facts, "value_chain")}
    late = [(it.company, it.period) for it in account.firm if it.company not in known]
    return [
        Undisclosed(
            stage=rows[key]["stage"], economy=rows[key]["economy"], company=key[0], why="not known on the day"
        )
        for key in late
        if key in rows
    ]


def _faults(facts: Facts, account: Account) -> Iterator[Fault]:
    """Say what an account asks for that the table never held."""
    rows = {(row["company"], row["period"]): row for row in rows_ever(facts, "value_chain")}
    if not rows:
        return  # facts without the table hold no company at all
    file = f"account {account.name}"
    for place, firm in enumerate(account.firm):
        wanted = [("period", (firm.company, firm.period))]
        if isinstance(firm.margin, Other):
            wanted.append(("margin.period", (firm.company, firm.margin.period)))
        if isinstance(firm.margin, Borrowed):
            wanted.append(("margin.period", (firm.margin.company, firm.margin.period)))
        for column, key in wanted:
            if key not in rows:
                yield _no_row(file, f"firm.{place}.{column}", key, rows)
        row = rows.get((firm.company, firm.period))
        if row is not None:
            yield from _lacking(file, place, firm, row)
    for place, silent in enumerate(account.undisclosed):
        if silent.economy not in facts.economies:
            expected = "the ISO 3166 alpha-3 code of a listed economy"
            hint = near(silent.economy, facts.economies)
            yield Fault(file, 0, f"undisclosed.{place}.economy", repr(silent.economy), expected, hint)


def _no_row(file: str, place: str, key: tuple[str, str], rows: dict[tuple[str, str], Row]) -> Fault:
    periods = [period for company, period in rows if company == key[0]]
    names = {company for company, _ in rows}
    hint = f"periods: {', '.join(periods)}" if periods else near(key[0], names)
    return Fault(file, 0, place, f"{key[0]}, {key[1]}", "a company and period of the table value_chain", hint)


def _lacking(file: str, place: int, firm: Firm, row: Row) -> Iterator[Fault]:
    """Say which figure of its own row an entry takes that the row does not hold."""
    if row["stage"] not in STAGES:
        expected = f"a row of one of the stages {', '.join(STAGES)}"
        yield Fault(file, 0, f"firm.{place}", f"{firm.company} in {row['stage']}", expected)
    needed = {"ai_revenue_usd_bn"} if firm.ai == "stated" else set()
    needed |= {"gross_margin"} if firm.margin == "gross" else set()
    needed |= {"operating_margin"} if firm.margin == "reported" else set()
    for column in sorted(needed):
        if not _has(row[column]):
            found = f"no {column} in {row['file']}, row {row['row']} ({firm.company}, {firm.period})"
            yield Fault(file, 0, f"firm.{place}", found, "a row that holds what the entry takes")


def _stage(name: str, lines: list[Line], undisclosed: Sequence[Undisclosed], whole: Row | None) -> Stage:
    own = tuple(line for line in lines if line.stage == name)
    revenue = sum(line.revenue for line in own if line.revenue is not None and not line.wide)
    silent = tuple(it for it in undisclosed if it.stage == name)
    if whole is None:
        return Stage(name, own, silent, revenue, float("nan"), None)
    draws = drawn(f"{name} total", whole["revenue_usd_bn"], whole["low"], whole["high"])
    return Stage(name, own, silent, revenue, whole["revenue_usd_bn"], ends(np.minimum(revenue / draws, 1.0)))


def _line(firm: Firm, rows: list[Row]) -> Line | None:
    own = [row for row in rows if row["company"] == firm.company]
    row = _find(own, firm.period)
    if row is None:
        return None  # not yet known on that day
    revenue = _revenue(firm, row)
    share, ai_basis = _share(firm, row)
    margin, margin_basis = _margin(firm, own, rows)
    ai = None if revenue is None else revenue * share
    return Line(
        row["stage"],
        firm.company,
        row["economy"],
        firm.period,
        None if firm.revenue else _yearly(row),
        ai_basis,
        margin_basis,
        ai,
        None if ai is None or margin is None else ai * margin,
        None if revenue is None or margin is None else revenue * margin,
        ends(share),
        None if margin is None else ends(margin),
        str(row["file"]),
        int(row["row"]),
        str(row["source"]),
        stated=firm.ai != "unstated",
        wide=firm.wide,
    )


def _find(rows: Sequence[Row], period: str) -> Row | None:
    return next((row for row in rows if row["period"] == period), None)


def _yearly(row: Row) -> float | None:
    """Revenue of twelve months."""
    return row["revenue_usd_bn"] * 12 / row["months"] if _has(row["revenue_usd_bn"]) else None


def _revenue(firm: Firm, row: Row) -> Floats | None:
    if firm.revenue:
        return uniform(f"{firm.company} revenue", firm.revenue.low, firm.revenue.high)
    value = _yearly(row)
    if value is None:
        return None
    wide = 0.0 if row["months"] == 12 else STRETCHED * value
    return drawn(f"{firm.company} revenue", value, value - wide, value + wide)


def _share(firm: Firm, row: Row) -> tuple[Floats, str]:
    """Share of revenue that is AI, and how it is known."""
    name = f"{firm.company} share"
    if isinstance(firm.ai, Share):
        return uniform(name, firm.ai.low, firm.ai.high), firm.ai.reason
    if firm.ai == "all":
        return uniform(name, 1.0, 1.0), "all of its business"
    if firm.ai == "unstated":
        return uniform(name, 0.0, 1.0), "not stated: anything from none to all"
    stated = row["ai_revenue_usd_bn"] / row["revenue_usd_bn"]
    return uniform(name, stated, stated), "stated by the company"


def _margin(firm: Firm, own: list[Row], rows: list[Row]) -> tuple[Floats | None, str]:
    """Operating margin, and where it comes from."""
    name, taken = f"{firm.company} margin", firm.margin
    if isinstance(taken, Margin):
        return uniform(name, taken.low, taken.high), taken.reason
    if taken == "unknown":
        return None, "not known"
    if isinstance(taken, Borrowed):
        row = _find([row for row in rows if row["company"] == taken.company], taken.period)
        return _near(name, row, BORROWED, f"that of {taken.company}, {taken.period}: {taken.reason}")
    if isinstance(taken, Other):
        return _near(name, _find(own, taken.period), OTHER_PERIOD, f"reported, {taken.period}")
    row = _find(own, firm.period)
    if taken == "gross" and row is not None:
        between = drawn("between gross and operating", *conversion(rows))
        return row["gross_margin"] - between, f"gross margin of {row['gross_margin']:.3g}, converted"
    return _near(name, row, 0.0, f"reported, {firm.period}")


def _near(name: str, row: Row | None, wide: float, told: str) -> tuple[Floats | None, str]:
    if row is None or not _has(row["operating_margin"]):
        return None, "not known on that day"
    value = row["operating_margin"]
    return drawn(name, value, value - wide, value + wide), told
