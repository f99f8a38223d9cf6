"""Files of very many rows: read by columns to the very rows and faults of the exact reader."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_observations import ECONOMIES, WIDGETS

from indicators import many, observations
from indicators.catalogue import Catalogue
from indicators.check import check_indicator, newest
from indicators.many import read_rows
from indicators.observations import COLUMNS, read_observations

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SHARES = WIDGETS.model_copy(update={"range": (0.0, 100.0)})
GOOD = ("USA", "2025", "2026-02", "5.25", "4", "6e0", "bounds", "actual", "", "office", "official", "as told")
STRANGE = {
    "economy": ("US", "chn", " USA", "CHN ", ""),
    "date": ("2025-Q4", "2025-13", "2027", " 2025", "", "2025-02-29", "0000"),
    "published": ("", "2024", "2026-13", "soon", "2029-01"),
    "value": (
        "",
        "nan",
        "NaN",
        "1e999",
        "101",
        "-1",
        "1_0",
        "0x10",
        " 7 ",
        "7,",
        "+.5",
        "5.",
        "1e5",
        "inf",
        "½",
    ),
    "low": ("", "nan", " ", "6.5", "-0", "1d3", "-inf"),
    "high": ("", "1e400", "3", "100", "101", "nan"),
    "interval_kind": ("", "Bounds", "sampling"),
    "status": ("", "forecast", "projected"),
    "instrument": ("a", "b "),
    "source": ("nobody", "", "office "),
    "quality": ("", "press", "bad"),
    "note": ("=1+1", "\u202e", "ä", '"quoted, with comma"', "two, cells"),
}


def written(path: Path, rows: list[tuple[str, ...]], end: str = "\n") -> Path:
    path.write_bytes(end.join(map(",".join, [COLUMNS, *rows, ()])).encode())
    return path


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, ...]:
    """Draw a row in which a few cells are strange."""
    row = dict(zip(COLUMNS, GOOD, strict=True))
    for name in draw(st.lists(st.sampled_from(COLUMNS), max_size=2)):
        row[name] = draw(st.sampled_from(STRANGE[name]))
    row["instrument"] = draw(st.sampled_from(("a", "b", "c", "d ", "d")))
    return tuple(row.values())


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines(), min_size=1, max_size=6), st.sampled_from(("\n", "\r\n")))
def test_columns_give_the_rows_and_faults_of_the_exact_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[tuple[str, ...]], end: str
) -> None:
    monkeypatch.setattr(many, "LONG", 0)
    path = written(tmp_path / "widgets.csv", rows, end)
    exact, wrong = read_observations(path, SHARES, ECONOMIES)
    found, faults = read_rows(path, SHARES, ECONOMIES)
    assert faults == wrong
    if not wrong:
        assert repr(found) == repr(exact)  # NaN is written nan


def daily(number: int) -> list[tuple[str, ...]]:
    days = (str(date(2026, 1, 31) - timedelta(days=k)) for k in itertools.count())
    every = ((who, day) for day in days for who in ("USA", "CHN", "JPN"))
    return [(who, day, "", *GOOD[3:]) for who, day in itertools.islice(every, number)]


def test_no_plain_row_is_looked_at_by_itself_and_every_other_one_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, seen = daily(40_000), list[str]()
    exact = observations.converted

    def counted(row: Any, *rest: Any) -> Any:  # noqa: ANN401 - as of the one counted
        seen.append(row["value"])
        return exact(row, *rest)

    monkeypatch.setattr(many, "converted", counted)
    path = written(tmp_path / "widgets.csv", rows)
    assert path.stat().st_size > many.LONG
    shares: list[float] = []
    telling, faults = read_rows(path, SHARES, ECONOMIES, telling=True, told=shares.append)
    assert (seen, faults) == ([], [])
    assert shares == sorted(shares)
    assert max(shares) <= 1
    assert len(telling) < 10
    whole, _ = read_observations(path, SHARES, ECONOMIES)
    assert newest(telling) == newest(whole)
    rows[30_000] = (*rows[30_000][:3], "1x", *rows[30_000][4:])
    _, (fault,) = read_rows(written(path, rows), SHARES, ECONOMIES)
    assert (fault.row, fault.column, fault.found, seen) == (30_002, "value", "'1x'", ["1x"])


def test_a_row_published_after_its_source_was_read_is_among_the_telling_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "LONG", 0)
    rows = daily(300)
    rows[150] = (*rows[150][:2], "2026-12", *rows[150][3:])
    path = written(tmp_path / "widgets.csv", rows)
    telling, _ = read_rows(path, SHARES, ECONOMIES, telling=True)
    whole, _ = read_observations(path, SHARES, ECONOMIES)
    known = {"systems_integration": {"power"}}
    told = [check_indicator(SHARES, each, Catalogue(), known) for each in (telling, whole)]
    assert told[0] == told[1]
    assert [fault.row for fault in told[0] if fault.column == "published"] == [152]


def test_a_file_of_nothing_but_faults_is_given_up(tmp_path: Path) -> None:
    rows = [("US", *row[1:]) for row in daily(40_000)]
    _, faults = read_rows(written(tmp_path / "widgets.csv", rows), SHARES, ECONOMIES)
    assert len(faults) == 1_001
    assert "1,000 faults up to here" in str(faults[-1])
