"""Facts: two clocks that let nothing later through, fingerprints; the shipped facts pass every rule."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import catalogue
from indicators.check import check
from indicators.facts import OBSERVATION_COLUMNS, Facts, load
from indicators.fault import UsageError
from indicators.schema import Quantity

HERE = Path(__file__).parent
DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
TEXTS = DAYS.flatmap(
    lambda day: st.sampled_from(
        [f"{day}", f"{day:%Y-%m}", f"{day.year}", f"{day.year}-Q{(day.month + 2) // 3}"]
    )
)
WRITTEN = st.lists(st.tuples(TEXTS, TEXTS | st.just("")), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the descriptions of one indicator and one table."""
    folder = tmp_path_factory.mktemp("dropped")
    (folder / "tables").mkdir()
    for source, name in (("pair_years_apart", "widgets"), ("table_empty", "tables/plants")):
        (found,) = (HERE / "bad" / source).rglob("*.toml")
        text = found.read_text(encoding="utf-8").replace('key = ["plant"]', "key = []")
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def alone(folder: Path, *, as_of: date | None = None, known_by: date | None = None) -> Facts:
    """Load the facts of one folder in place of the shipped ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "SHIPPED", folder)
        return load(as_of=as_of, known_by=known_by)


def write(folder: Path, rows: list[tuple[str, str]]) -> None:
    """Write each (date, published) as an observation and as a record; instruments keep the rows apart."""
    seen = [f"USA,{day},{known},1,forecast,i{at},office_2026" for at, (day, known) in enumerate(rows)]
    head = "economy,date,published,value,status,instrument,source\n"
    (folder / "widgets.csv").write_text(head + "\n".join(seen) + "\n", encoding="utf-8")
    held = [f"p{at},USA,{day},{known},office_2026" for at, (day, known) in enumerate(rows)]
    head = "plant,economy,opened,published,source\n"
    (folder / "tables" / "plants.csv").write_text(head + "\n".join(held) + "\n", encoding="utf-8")


# ---- clocks -----------------------------------------------------------------------------------------------


@given(WRITTEN, DAYS, DAYS)
def test_the_clocks_let_nothing_later_through_and_lose_nothing_earlier(
    dropped: Path, rows: list[tuple[str, str]], day: date, known: date
) -> None:
    write(dropped, rows)
    everything = alone(dropped, as_of=date.max)
    assert [row["instrument"] for row in everything.current] == [f"i{at}" for at in range(len(rows))]
    for facts in (
        alone(dropped, as_of=day),
        alone(dropped, as_of=day, known_by=known),
        everything.known_by_day(known).as_of(day),
    ):
        through = [
            at
            for at, row in enumerate(everything.rows)
            if row["period_end"] <= facts.date
            and (facts.known_by is None or (row["known"] is not None and row["known"] <= facts.known_by))
        ]
        assert [row["instrument"] for row in facts.current] == [f"i{at}" for at in through]
        assert list(facts.observations["instrument"]) == [f"i{at}" for at in through]
        assert list(facts.table("plants")["plant"]) == [f"p{at}" for at in through]
        assert [row["plant"] for row in facts.records("plants")] == [f"p{at}" for at in through]


@given(WRITTEN, DAYS, DAYS)
def test_a_later_clock_never_knows_less(
    dropped: Path, rows: list[tuple[str, str]], first: date, second: date
) -> None:
    write(dropped, rows)
    early, late = sorted((first, second))
    facts = alone(dropped, as_of=date.max)
    for cut in (Facts.as_of, Facts.known_by_day):
        less, more = cut(facts, early), cut(facts, late)
        assert {row["row"] for row in less.current} <= {row["row"] for row in more.current}
        assert set(less.table("plants")["row"]) <= set(more.table("plants")["row"])


def test_the_state_is_never_later_than_what_was_known(dropped: Path) -> None:
    write(dropped, [("2025", "2026-02")])
    assert alone(dropped, as_of=date(2026, 6, 30), known_by=date(2026, 1, 31)).date == date(2026, 1, 31)
    assert alone(dropped, as_of=date(2025, 6, 30), known_by=date(2026, 1, 31)).date == date(2025, 6, 30)
    assert alone(dropped, known_by=date(2030, 1, 1)).date == alone(dropped).vintage


def test_rows_that_only_the_publication_clock_leaves_out_are_counted(dropped: Path) -> None:
    write(dropped, [("2024", ""), ("2025", ""), ("2024", "2025-01"), ("2027", "")])
    assert alone(dropped, known_by=date(2026, 1, 31)).undated == 2
    assert alone(dropped, as_of=date(2026, 1, 31)).undated == 0


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2025, 9, 15), date(2026, 11, 23)])
def test_nothing_shipped_is_later_than_the_clocks(shipped: Facts, day: date) -> None:
    state, known = shipped.as_of(day), shipped.known_by_day(day)
    assert (state.observations["period_end"] <= pd.Timestamp(day)).all()
    assert (known.observations[["period_end", "known"]] <= pd.Timestamp(day)).all(axis=None)
    for name, table in shipped.catalogue.tables.items():
        described, told = state.table(name)[table.date], known.table(name)
        assert (described.dropna() <= pd.Timestamp(day)).all()  # a row without a date describes any state
        assert (told[table.date].dropna() <= pd.Timestamp(day)).all()
        assert (told[table.published] <= pd.Timestamp(day)).all()


def test_the_default_state_is_the_newest_day_on_which_a_source_was_read(shipped: Facts) -> None:
    described = [each.sources for each in shipped.indicators.values()]
    described += [each.sources for each in shipped.catalogue.tables.values() if not each.beside]
    every = [source for sources in described for source in sources.values()]
    read = [source.date_accessed for source in every if not source.beside]
    assert shipped.date == shipped.vintage == max(read)
    assert {name for name, each in shipped.catalogue.tables.items() if each.beside} == {
        "adopters",
        "mixtures",
        "router",
        "value_chain",
        "value_facts",
        "value_stages",
    }
    assert shipped.known_by is None


# ---- shape ------------------------------------------------------------------------------------------------


def test_observations_come_as_a_frame_of_known_columns(shipped: Facts) -> None:
    frame = shipped.observations
    assert tuple(frame.columns) == OBSERVATION_COLUMNS
    assert len(frame) == len(shipped.current)
    assert set(frame["code"]) <= set(shipped.indicators)
    assert set(frame["economy"]) <= set(shipped.economies)
    assert tuple(load(as_of=date(1900, 1, 1)).observations.columns) == OBSERVATION_COLUMNS


def test_facts_of_one_state_keep_nothing_of_another(shipped: Facts) -> None:
    shipped.table("sites")
    early = shipped.as_of(date(2023, 1, 1))
    assert len(early.table("sites")) < len(shipped.table("sites"))
    assert dataclasses.replace(shipped).table("sites") is not shipped.table("sites")


def test_an_unknown_table_is_named_with_near_ones(shipped: Facts) -> None:
    for ask in (shipped.table, shipped.records):
        with pytest.raises(UsageError, match="unknown table 'price'; did you mean prices"):
            ask("price")


def test_a_fingerprint_changes_with_the_facts_and_the_clocks_alone(shipped: Facts) -> None:
    again = load()
    assert again.fingerprint() == shipped.fingerprint()
    states: list[Facts] = [shipped, shipped.as_of(date(2025, 1, 1)), shipped.known_by_day(date(2025, 1, 1))]
    prints: list[Any] = [facts.fingerprint() for facts in states]
    prints += [shipped.fingerprint("sites"), shipped.fingerprint("prices"), states[1].fingerprint("sites")]
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize("name", ["value", "low", "status", "quality", "instrument"])
def test_a_rewritten_row_changes_the_fingerprint(shipped: Facts, name: str) -> None:
    first, *others = shipped.rows
    rewritten = dataclasses.replace(shipped, rows=({**first, name: "other"}, *others))
    assert rewritten.fingerprint() != shipped.fingerprint()


def test_a_changed_input_changes_the_fingerprint(shipped: Facts) -> None:
    prints = {shipped.fingerprint()}
    for value in (0.5, 0.6):
        inputs = {"discount": Quantity(value=value, source="an example")}
        prints.add(dataclasses.replace(shipped, inputs=inputs).fingerprint())
    assert len(prints) == 3


def test_a_changed_cell_changes_the_fingerprint(dropped: Path) -> None:
    write(dropped, [("2025", "2026-02")])
    before = alone(dropped)
    write(dropped, [("2025", "2026-03")])
    after = alone(dropped)
    assert before.fingerprint() != after.fingerprint()
    assert before.fingerprint("plants") != after.fingerprint("plants")


# ---- the shipped facts ------------------------------------------------------------------------------------


def test_the_shipped_facts_pass_every_rule(shipped: Facts) -> None:
    assert shipped.rows
    assert [str(fault) for fault in check() if fault.severity == "error"] == []


def test_every_shipped_indicator_stands_in_the_folder_of_its_layer(shipped: Facts) -> None:
    folders = {code: pair.toml.parent.name for code, pair in shipped.catalogue.pairs.items()}
    assert folders == {code: described.layer for code, described in shipped.indicators.items()}
