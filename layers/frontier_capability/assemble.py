"""Turns the tables of one state date into one row per indicator and economy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from layers.frontier_capability import arena as preference
from layers.frontier_capability import capability, domains, frontier, output
from layers.layer import COLUMNS, Computed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from indicators.facts import Facts

    Row = dict[str, Any]

DECIMALS = 4
EPOCH = pd.Timestamp("2000-01-01")


class Span(NamedTuple):
    """A value with its 5 and 95 % points."""

    value: float
    low: float
    high: float


def row(code: str, economy: str, span: Span, record: pd.Series, more: Row) -> Row:
    """Return one computed row; `record` is the table row that decides it, `more` overrides the defaults."""
    usual: Row = {"interval_kind": "sampling", "status": "estimate", "quality": "modelled", "instrument": ""}
    traced = {"source": record["source"], "file": record["file"], "row": int(record["row"])}
    value, low, high = (round(number, DECIMALS) for number in span)
    placed = {"code": code, "economy": economy, "value": value, "low": low, "high": high}
    return usual | placed | traced | more


def day(moment: pd.Timestamp) -> str:
    """Return YYYY-MM-DD."""
    return str(moment.strftime("%Y-%m-%d"))


def named(record: pd.Series) -> str:
    """Return the words for one release: name, basis, capability, date."""
    return f"{record['name']} ({record['basis']} {record['capability']:.1f}, {day(record['released'])})"


@dataclass(frozen=True, slots=True)
class Field:
    """All releases known at the state date, with draws of their capability.

    Attributes
    ----------
    frame
        What `capability.releases` returns, n rows.
    centre
        Capability, shape (n,).
    drawn
        Draws of it, shape (draws, n).
    """

    frame: pd.DataFrame
    centre: NDArray[np.float64]
    drawn: NDArray[np.float64]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Field:
        """Draw the capabilities of a frame of releases."""
        centre = frame["capability"].to_numpy(dtype=np.float64)
        return cls(frame, centre, frontier.draws(centre, frame["sd"].to_numpy(dtype=np.float64)))

    def where(self, column: str, wanted: str) -> NDArray[np.bool_]:
        """Return which releases have `wanted` in a column."""
        return np.asarray(self.frame[column] == wanted, dtype=bool)

    def place_of_best(self, member: NDArray[np.bool_] | None = None) -> int:
        """Return the position of the best release among the members (all by default)."""
        held = self.centre if member is None else np.where(member, self.centre, -np.inf)
        return int(np.argmax(held))

    def leading(self, member: NDArray[np.bool_] | None = None) -> pd.Series:
        """Return the best release among the members (all by default)."""
        return self.frame.iloc[self.place_of_best(member)]

    def days(self) -> NDArray[np.float64]:
        """Return the release days, counted from 2000."""
        return np.asarray((self.frame["released"] - EPOCH).dt.days, dtype=np.float64)

    def dated(self, note: str) -> Row:
        """Return the newest release date and publication date, with a note."""
        newest = {
            key: day(self.frame[column].max())
            for key, column in (("date", "released"), ("published", "published"))
        }
        return {**newest, "note": note}


def gap_row(code: str, economy: str, field: Field, member: NDArray[np.bool_]) -> Row:
    """Place the best of the members against the best of the world."""
    value = float(frontier.gap(field.centre, member))
    span = Span(value, *frontier.around(value, frontier.gap(field.drawn, member), highest=0.0))
    record = field.leading(member)
    note = f"{named(record)} against {named(field.leading())}"
    listed = member & field.where("basis", "published")
    if record["basis"] == "crosswalk" and listed.any():
        note += f"; best with a published score: {named(field.leading(listed))}"
    return row(code, economy, span, record, field.dated(note))


def lab_rows(economy: str, field: Field, worst: float) -> Iterator[Row]:
    """Yield depth and the effective number of laboratories of one economy."""
    member = field.where("economy", economy)
    labs = field.frame["lab"].fillna("").to_numpy(dtype=str)
    gaps, drawn = (frontier.lab_gaps(points, labs, member) for points in (field.centre, field.drawn))
    top = np.unique(labs[member])[np.argsort(-gaps, kind="stable")][: frontier.LABS_IN_DEPTH]
    more = field.dated(f"best laboratories: {', '.join(top)}; {gaps.size} in all")
    record = field.leading(member)
    deep, many = float(frontier.depth(gaps, worst)), float(frontier.effective_labs(gaps))
    span = Span(deep, *frontier.around(deep, frontier.depth(drawn, worst), worst, 0.0))
    yield row("depth_gap_top3_labs", economy, span, record, more)
    span = Span(many, *frontier.around(many, frontier.effective_labs(drawn), 0.0))
    yield row("effective_frontier_labs", economy, span, record, more)


def lag_row(economy: str, field: Field) -> Row:
    """Return the months since the leading economy first reached this economy's best level."""
    leader = str(field.leading()["economy"])
    member, ahead, days = field.where("economy", economy), field.where("economy", leader), field.days()
    record, now = field.leading(member), float(days.max())
    if economy == leader:
        return row("months_behind", economy, Span(0.0, 0.0, 0.0), record, field.dated("leads"))
    value, drawn = (
        frontier.months_behind(points, days, ahead, frontier.best(points, member), now)
        for points in (field.centre, field.drawn)
    )
    span = Span(float(value), *frontier.around(float(value), drawn, 0.0))
    since = (now - float(days[field.place_of_best(member)])) / frontier.DAYS_PER_MONTH
    note = f"{leader} leads; {max(span.value - since, 0.0):.1f} months at the release of {record['name']}"
    return row("months_behind", economy, span, record, field.dated(note))


def capability_rows(facts: Facts) -> Iterator[Row]:
    """Yield the indicators that read capability by release."""
    frame = capability.releases(facts.table("models"), facts.table("scores"))
    if frame.empty:
        return
    field = Field.of(frame)
    openly = frame["open_weights"].astype("boolean").to_numpy(dtype=bool, na_value=False)
    worst = float(facts.indicators["depth_gap_top3_labs"].readings.scale.goalposts[0])
    for economy in facts.economies:
        member = field.where("economy", economy)
        if not member.any():
            continue
        yield gap_row("frontier_gap_points", economy, field, member)
        yield from lab_rows(economy, field, worst)
        yield lag_row(economy, field)
        if (member & openly).any():
            yield gap_row("open_frontier_gap_points", economy, field, member & openly)


def domain_note(own: pd.DataFrame, without: tuple[str, ...]) -> str:
    """Return the model that holds each best score, and the tests without one."""
    held = [f"{t} {m} {s:.3f}" for t, m, s in own[["benchmark", "model", "score"]].itertuples(index=False)]
    lacking = f"; no score, counted 0: {', '.join(without)}" if without else ""
    return ("; ".join(held) + lacking).replace("aa_", "")


def domain_rows(facts: Facts) -> Iterator[Row]:
    """Yield the three domain ratios."""
    scores = facts.table("scores")
    for code, tests in domains.DOMAINS.items():
        rows = domains.tested(scores, tests)
        ranked = rows.sort_values(["score", "model"], ascending=[False, True], kind="stable")
        for economy, found in domains.domain_ratios(scores, facts.economies, tests).items():
            own = ranked[ranked["economy"] == economy].drop_duplicates("benchmark").sort_values("benchmark")
            more: Row = {"row": 0, "quality": "measured", "note": domain_note(own, found.without)}
            more |= {"date": day(rows["released"].max()), "published": day(rows["published"].max())}
            yield row(code, economy, Span(*found[:3]), own.iloc[0], more)


def arena_rows(facts: Facts) -> Iterator[Row]:
    """Yield the gap on the newest Arena list."""
    table = facts.table("arena")
    if table.empty:
        return
    listed = preference.newest_list(table)
    sd = preference.rating_sd(listed["votes"].to_numpy(dtype=np.float64, na_value=np.nan))
    wanted = {"name": listed["model"], "capability": listed["rating"], "released": listed["date"]}
    field = Field.of(listed.assign(**wanted, sd=sd, basis="rating"))
    for economy in facts.economies:
        member = field.where("economy", economy)
        if member.any():
            found = gap_row("arena_gap_points", economy, field, member)
            yield found | {"quality": "measured", "status": "actual"}


def notable_rows(facts: Facts) -> Iterator[Row]:
    """Yield notable models of 36 months and the largest training computation among them."""
    table = facts.table("notable")
    if table.empty:
        return
    end = output.window_end(table, facts.date)
    recent = output.recent(table, end)
    dates = {"date": day(end), "published": day(table["published"].max())}
    counted = output.counts(recent)
    for economy in counted.index.intersection(list(facts.economies)):
        span = Span(*(float(counted.loc[economy, c]) for c in ("value", "low", "high")))
        note = f"36 months to {day(end)}; {span.high:.0f} with every co-author counted in full"
        more = {"interval_kind": "bounds", "status": "actual", "quality": "measured", "row": 0, "note": note}
        yield row("notable_models_36m", str(economy), span, table.iloc[0], more | dates)
    largest = output.largest_compute(recent)
    for _, record in largest[largest["economy"].isin(list(facts.economies))].iterrows():
        more = {
            "interval_kind": "",
            "note": f"{record['model']}, {str(record['confidence']).lower()} estimate",
        }
        span = Span(float(record["value"]), np.nan, np.nan)
        yield row("training_compute_ratio_log10", str(record["economy"]), span, record, more | dates)


def computed(facts: Facts) -> Computed:
    """Return all rows of the layer, sorted by code and economy."""
    rows = [*capability_rows(facts), *domain_rows(facts), *arena_rows(facts), *notable_rows(facts)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return Computed(frame.sort_values(["code", "economy"], kind="stable").reset_index(drop=True))
