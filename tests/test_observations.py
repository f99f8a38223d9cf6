"""The reader: what is written comes back equal, whatever is written never crashes it."""

from __future__ import annotations

import csv
import io
import math
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import catalogue
from indicators.cells import parse_number, read_cells
from indicators.observations import COLUMNS, read_observations
from indicators.schema import Indicator, Table
from indicators.tables import read_columns, read_table

if TYPE_CHECKING:
    from pathlib import Path

ECONOMIES = frozenset({"USA", "CHN", "JPN"})
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
SOURCE = {
    "producer": "Office of Widgets",
    "title": "Widgets",
    "citation_full": "Office of Widgets (2026). Widgets.",
    "date_accessed": date(2026, 11, 23),
    "licence": "CC BY 4.0",
}
WIDGETS = Indicator.model_validate(
    {
        "code": "widgets",
        "title": "Widgets made",
        "short": "Widgets",
        "description": "Made up.",
        "unit": "widgets",
        "layer": "systems_integration",
        "pillar": "power",
        "direction": 1,
        "readings": {"scale": {"goalposts": [0.0, 1.0], "reason": "made up"}},
        "sources": {"office": SOURCE},
    }
)
PLANTS = Table.model_validate(
    {
        "name": "plants",
        "title": "Plants",
        "description": "Made up.",
        "key": [],
        "date": "opened",
        "published": "published",
        "columns": {
            "size": {"type": "number"},
            "open": {"type": "flag"},
            "name": {"type": "text"},
            "opened": {"type": "date"},
            "published": {"type": "date"},
            "source": {"type": "text"},
        },
        "sources": {"office": SOURCE},
    }
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written") / "widgets.csv"


def write(path: Path, columns: tuple[str, ...], *rows: dict[str, Any]) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


def observed(**cells: Any) -> dict[str, Any]:  # noqa: ANN401 - any cell
    return {"economy": "USA", "date": "2025", "value": 1.0, "source": "office"} | cells


# ---- numbers ----------------------------------------------------------------------------------------------


@given(NUMBERS)
def test_every_way_to_write_a_number_reads_back_equal(number: float) -> None:
    for text in (repr(number), f"{number:.17g}", f"{number:.17e}", f"{number:+.17G}", f"{number:.400f}"):
        assert parse_number(text) == number


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_reads_back_equal(number: int) -> None:
    assert parse_number(str(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1_000",
        "0x10",
        "1,5",
        "45%",
        "1 000",
        "١٢",
        "--1",
        "1e",
        "1e999",
    ],
)
def test_a_text_that_is_no_plain_number_comes_with_a_repair(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        parse_number(text)


# ---- observations -----------------------------------------------------------------------------------------


@given(st.tuples(NUMBERS, NUMBERS, NUMBERS).map(sorted), TEXTS)
def test_values_intervals_and_notes_come_back_equal(place: Path, numbers: list[float], note: str) -> None:
    low, value, high = numbers
    row = observed(value=repr(value), low=repr(low), high=repr(high), interval_kind="sampling", note=note)
    (read,), faults = read_observations(write(place, COLUMNS, row), WIDGETS, ECONOMIES)
    assert faults == []
    assert (read["low"], read["value"], read["high"], read["note"]) == (low, value, high, note.strip())
    assert (read["code"], read["file"], read["row"]) == ("widgets", "widgets.csv", 2)


def test_a_row_has_its_dates_and_defaults(place: Path) -> None:
    rows = [observed(date="2025-Q1", published="2025-05-02"), observed(economy="CHN")]
    (first, second), faults = read_observations(write(place, COLUMNS, *rows), WIDGETS, ECONOMIES)
    assert faults == []
    assert (first["period_end"], first["known"]) == (date(2025, 3, 31), date(2025, 5, 2))
    assert (second["period_end"], second["known"]) == (date(2025, 12, 31), None)
    assert (second["status"], second["quality"], second["interval_kind"]) == ("actual", "judgement", "")
    assert math.isnan(second["low"])
    assert math.isnan(second["high"])


def test_columns_may_stand_in_any_order_and_be_left_out(place: Path) -> None:
    path = write(place, ("source", "value", "date", "economy"), observed(value=7))
    (read,), faults = read_observations(path, WIDGETS, ECONOMIES)
    assert (faults, read["value"], read["note"]) == ([], 7.0, "")


def test_line_ends_of_windows_a_mark_in_front_and_blank_lines_do_not_matter(place: Path) -> None:
    text = "economy,date,value,source\r\n\r\nUSA,2025, 7 ,office\r\n,,,\r\nCHN,2025,8,office"
    place.write_bytes(b"\xef\xbb\xbf" + text.encode())
    rows, faults = read_observations(place, WIDGETS, ECONOMIES)
    assert faults == []
    assert [(row["economy"], row["value"], row["row"]) for row in rows] == [("USA", 7.0, 3), ("CHN", 8.0, 5)]


def test_one_economy_may_have_many_dates_instruments_and_statuses(place: Path) -> None:
    rows = [observed(), observed(date="2024"), observed(instrument="b"), observed(status="estimate")]
    read, faults = read_observations(write(place, COLUMNS, *rows), WIDGETS, ECONOMIES)
    assert (len(read), faults) == (4, [])
    _, (fault,) = read_observations(write(place, COLUMNS, *rows, observed(value=2)), WIDGETS, ECONOMIES)
    assert (fault.row, fault.found) == (6, "USA 2025 again (first in row 2)")


def test_only_an_actual_value_must_be_published_after_its_period_began(place: Path) -> None:
    rows = [observed(published="2024-12", status="forecast"), observed(published="2025-01", economy="CHN")]
    assert read_observations(write(place, COLUMNS, *rows), WIDGETS, ECONOMIES)[1] == []
    early = observed(published="2024-12")
    (fault,) = read_observations(write(place, COLUMNS, early), WIDGETS, ECONOMIES)[1]
    assert (fault.column, fault.expected) == ("published", "not before 2025")


def test_a_fault_in_one_cell_hides_no_other(place: Path) -> None:
    row = observed(economy="US", date="2025/03", source="bureau", low=2, high=3, interval_kind="guessed")
    _, faults = read_observations(write(place, COLUMNS, row), WIDGETS, ECONOMIES)
    assert [fault.column for fault in faults] == ["interval_kind", "economy", "source", "date", "low"]


def _encodable(text: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in text)


# ---- whatever is written ----------------------------------------------------------------------------------


@given(st.binary(max_size=200) | TEXTS.map(str.encode))
def test_no_bytes_crash_the_reader(place: Path, raw: bytes) -> None:
    for body in (raw, b"economy,date,value,source\n" + raw, b"economy,date,value,source\nUSA,2025,1," + raw):
        place.write_bytes(body)
        rows, faults = read_observations(place, WIDGETS, ECONOMIES)
        assert rows or faults
        assert all(str(fault).isprintable() for fault in faults)


@given(st.lists(st.text(max_size=8).filter(_encodable), min_size=4, max_size=4))
def test_no_cells_crash_the_reader(place: Path, cells: list[str]) -> None:
    path = write(place, COLUMNS, dict(zip(("economy", "date", "value", "source"), cells, strict=True)))
    _, faults = read_observations(path, WIDGETS, ECONOMIES)
    assert faults
    assert all(str(fault).isprintable() for fault in faults)


@given(
    st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_no_description_crashes_the_reader(place: Path, raw: bytes) -> None:
    folder = place.parent / "described"
    folder.mkdir(exist_ok=True)
    (folder / "widgets.toml").write_bytes(raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "SHIPPED", folder)
        _, faults = catalogue.scan()
    assert faults
    assert all(str(fault).isprintable() for fault in faults)


def test_a_cell_too_long_for_the_reader_is_a_fault(place: Path) -> None:
    place.write_text("economy,date,value,source\nUSA,2025,1," + "x" * 200_000, encoding="utf-8")
    cells = read_cells(place, COLUMNS, ("economy",))
    assert [(fault.row, fault.expected) for fault in cells.faults] == [(2, "well-formed CSV")]


# ---- tables -----------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(NUMBERS, st.booleans(), TEXTS), min_size=1, max_size=5))
def test_a_table_comes_back_equal_with_and_without_pandas(
    place: Path, written: list[tuple[float, bool, str]]
) -> None:
    rows = [
        {"size": repr(size), "open": flag, "name": name, "opened": "2024-Q2", "source": "office"}
        for size, flag, name in written
    ]
    path = write(place, tuple(PLANTS.columns), *rows)
    plain = read_columns(path, PLANTS, ECONOMIES)
    frame = read_table(path, PLANTS, ECONOMIES)
    for held in (plain, {str(name): list(frame[name]) for name in frame}):
        assert held["size"] == [size for size, _, _ in written]
        assert held["open"] == [flag for _, flag, _ in written]
        assert held["name"] == [name.strip() for _, _, name in written]
        assert held["row"] == list(range(2, len(written) + 2))
    assert plain["opened"] == [date(2024, 6, 30)] * len(written)
    assert plain["published"] == [None] * len(written)
    assert list(frame["opened"].dt.date) == plain["opened"]
    assert frame["published"].isna().all()


def test_empty_cells_of_a_table_are_missing_in_the_way_of_their_type(place: Path) -> None:
    path = write(place, tuple(PLANTS.columns), {"source": "office"})
    plain = read_columns(path, PLANTS, ECONOMIES)
    assert math.isnan(plain["size"][0])
    assert (plain["open"], plain["name"], plain["opened"]) == ([None], [""], [None])


@pytest.mark.parametrize(("text", "flag"), [("TRUE", True), ("False", False), ("yes", True), ("no", False)])
def test_flags_as_spreadsheets_write_them(place: Path, text: str, flag: bool) -> None:  # noqa: FBT001 - the case
    path = write(place, tuple(PLANTS.columns), {"open": text, "source": "office"})
    assert read_columns(path, PLANTS, ECONOMIES)["open"] == [flag]
