"""A public report: nothing that terms keep back is in any file of the folder, or there is no folder."""

from __future__ import annotations

import dataclasses
import io
import math
import re
import zipfile
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import fourlayers.writing
import reports.charts
from fourlayers.writing import PDF, Kind, write_report
from indicators.facts import load
from indicators.fault import UsageError
from reports.pdf import Material
from reports.public import Withheld, leaks, published, refusal, withheld
from scoring.ask import ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indicators.facts import Facts
    from scoring.answer import Answer

CANARY = 7.777417
"""Digits that no other value has; planted at the magnitude of what stood there."""
DIGITS = "7777417"
PLANTED = ("adoption", "tornado", "capture")
"""Charts that show figures of indicators or of tables."""
TOKEN = re.compile(r"(?<![\w.+/])\d[\d.,]*\d(?![\w+/])")


@pytest.fixture(scope="module")
def planted() -> Facts:
    """Put the canary in the place of every value of a source that may not be passed on."""
    facts = load()
    rows = []
    for row in facts.rows:
        source = facts.indicators[row["code"]].sources.get(str(row["source"] or ""))
        if source and not source.redistribute and row["value"]:
            power = math.floor(math.log10(abs(row["value"]) / CANARY))
            rows.append(row | {"value": round(CANARY * 10.0**power, 12), "low": None, "high": None})
        else:
            rows.append(row)
    return facts.changed(rows=tuple(rows))


@pytest.fixture(scope="module")
def answer(planted: Facts) -> Answer:
    found = ask(planted, draws=0)
    closed = [side for row in found.indicators for side in (row.a, row.b) if not side.free]
    assert sum(DIGITS in f"{side.value:.9g}".replace(".", "") for side in closed if side.value) >= 6
    return found


def texts(path: Path) -> Iterator[str]:
    """Everything that can be read out of a file."""
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            yield from (book.read(name).decode() for name in book.namelist())
    elif path.suffix == ".pdf":
        document: Any = import_module("pypdfium2").PdfDocument(content)
        yield from (page.get_textpage().get_text_range() for page in document)
    elif path.suffix != ".png":
        yield content.decode()


def seen(path: Path) -> list[str]:
    """Numbers of a file that begin with the digits of the canary, at four digits or all of them."""
    found = []
    for text in texts(path):
        for token in TOKEN.findall(text):
            bare = token.replace(".", "").replace(",", "").lstrip("0")
            if bare == DIGITS[:4] or bare.startswith(DIGITS[:6]):
                found.append(token)
    return found


@pytest.mark.parametrize("public", [True, False])
def test_no_file_of_the_folder_holds_a_planted_value(
    planted: Facts, answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, public: bool
) -> None:
    monkeypatch.setattr(reports.charts, "CHARTS", PLANTED)
    written = write_report(answer, planted, tmp_path, Kind(claims=(), public=public))
    assert {path.suffix for path in written} == {
        ".pdf", ".png", ".svg", ".csv", ".txt", ".html", ".xlsx", ".json",
    }  # fmt: skip
    assert {path.name: found for path in written if (found := seen(path))} == {}
    assert sorted(tmp_path.iterdir()) == sorted(written)
    assert any("not shown" in text for text in texts(tmp_path / PDF))


def test_the_search_finds_a_planted_value_in_every_kind_of_file(tmp_path: Path) -> None:
    for suffix in (".csv", ".json", ".html", ".svg", ".txt"):
        path = tmp_path / f"file{suffix}"
        path.write_text("1, 77.77417, 2")
        assert seen(path) == ["77.77417"]
        assert leaks([(path.name, path.read_bytes())], {"77.77417": Withheld("x", "y")})
    book = tmp_path / "book.xlsx"
    with zipfile.ZipFile(book, "w") as made:
        made.writestr("xl/worksheets/sheet1.xml", "<v>77.77417</v>")
    assert seen(book) == ["77.77417"]
    assert leaks([(book.name, book.read_bytes())], {"77.77417": Withheld("x", "y")})


def test_a_report_that_would_leak_is_refused_and_nothing_is_left(
    planted: Facts, answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = next(row for row in answer.indicators if not row.a.free and row.a.value)

    def leaky(answer: Answer, facts: Facts, folder: Path, *_: object) -> tuple[list[Path], Material]:
        (folder / "score.csv").write_text(f"{row.a.value}\n")
        return [folder / "score.csv"], Material(answer, facts)

    monkeypatch.setattr(fourlayers.writing, "_written", leaky)
    with pytest.raises(UsageError) as caught:
        write_report(answer, planted, tmp_path, Kind(claims=(), public=True))
    said = str(caught.value)
    assert said.startswith("--public: nothing was written")
    assert "score.csv" in said
    assert row.code in said
    assert "\n" not in said
    assert list(tmp_path.iterdir()) == []


def test_what_is_taken_out_counts_as_known_and_scores_stay(answer: Answer) -> None:
    told = published(answer)
    for before, after in zip(answer.indicators, told.indicators, strict=True):
        for old, new in ((before.a, after.a), (before.b, after.b)):
            assert new.score == old.score
            if old.free:
                assert new == old
            else:
                assert (new.low, new.high, new.note) == (None, None, "")
                assert (new.value is None) == (old.value is None)
                assert new.value is None or math.isnan(new.value)


def test_only_numbers_that_can_be_told_from_others_are_looked_for(planted: Facts, answer: Answer) -> None:
    numbers = withheld(planted, answer)
    assert any(DIGITS in text.replace(".", "").replace(",", "") for text in numbers)
    assert all(len(text.replace(".", "").replace(",", "").strip("0")) >= 6 for text in numbers)


def test_what_a_free_source_gives_too_is_not_held_back(planted: Facts, answer: Answer) -> None:
    """A free row with the same figure makes it free."""
    closed = next(text for text in withheld(planted, answer) if DIGITS in text.replace(".", ""))
    free = next(
        row
        for row in planted.rows
        if (source := planted.indicators[row["code"]].sources.get(str(row["source"] or "")))
        and source.redistribute
    )
    told = planted.changed(rows=(*planted.rows, free | {"value": float(closed.replace(",", ""))}))
    bare = dataclasses.replace(answer, indicators=())
    assert closed in withheld(planted, bare)
    assert closed not in withheld(told, bare)


def test_the_refusal_names_at_most_three_and_counts_the_rest() -> None:
    found = {
        "a.csv": [Withheld(f"x{k} of USA", "P") for k in range(5)],
        "b.txt": [Withheld("x0 of USA", "P")],
    }
    assert refusal(found) == (
        "--public: nothing was written, as values that may not be passed on would be in a.csv, b.txt: "
        "x0 of USA (P); x1 of USA (P); x2 of USA (P) and 2 more; leave the indicator out, or set "
        "redistribute = true where its terms allow it"
    )
