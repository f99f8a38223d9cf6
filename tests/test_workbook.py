"""The workbook: what it stores is what its formulas give, and data stay texts."""

from __future__ import annotations

import io
import warnings
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import answers
import pytest
from python_calamine import CalamineWorkbook

from indicators.facts import Facts, load
from reports.workbook import workbook
from scoring.ask import ask

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.answer import Answer

ROWS = list[list[object]]


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


@pytest.fixture(scope="module")
def answer(shipped: Facts) -> Answer:
    return ask(shipped, draws=50)


@pytest.fixture(scope="module")
def made(answer: Answer, shipped: Facts) -> bytes:
    return workbook(answer, shipped)


def sheet(raw: bytes, name: str) -> ROWS:
    found = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_name(name)
    return [list(row) for row in found.to_python()]


def computed(raw: bytes, folder: Path) -> dict[str, object]:
    """Compute the sheet of sums again by its formulas alone."""
    import formulas

    path = folder / "book.xlsx"
    path.write_bytes(raw)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library that computes
        solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    found = {}
    for key, cell in solution.items():
        name = str(key).upper()
        if "]SUMS'!" in name and ":" not in name.split("!")[1]:
            found[name.split("!")[1]] = cell.value[0, 0]
    return found


@pytest.mark.parametrize("pair", [("USA", "CHN"), ("USA", "IND")])
def test_the_formulas_give_what_the_engine_gave(
    shipped: Facts, tmp_path: Path, pair: tuple[str, str]
) -> None:
    told = ask(shipped, pair, draws=0)
    assert_sums_hold(told, workbook(told, shipped), tmp_path)


def assert_sums_hold(told: Answer, raw: bytes, folder: Path) -> None:
    """Every node of the tree, computed again by the formulas alone, has the value of the run."""
    pair = told.pair
    rows, again = sheet(raw, "Sums"), computed(raw, folder)
    titles = {info.title: info.code for info in told.nodes}
    checked = 0
    for place, row in enumerate(rows, 1):
        if row[0] not in {"pillar", "layer", "overall"}:
            continue
        for column, code in zip("DE", pair, strict=True):
            score = told.scores[code][titles[str(row[1])]].value
            cell = again[f"{column}{place}"]
            stored = row["ABCDE".index(column)]
            if score is None:
                assert str(cell) in {"", "not scored"}
                assert stored in {"", "not scored"}
            else:
                assert cell == pytest.approx(score, rel=1e-12)
                assert stored == pytest.approx(score, rel=1e-12)
            checked += 1
    assert checked == 2 * len(told.nodes)


def test_every_score_of_every_economy_is_there(made: bytes, answer: Answer) -> None:
    head, *rows = sheet(made, "Scores")
    assert head[:5] == ["economy", "name", "level", "node", "score"]
    assert len(rows) == len(answer.units) * len(answer.nodes)
    titles = {info.title: info.code for info in answer.nodes}
    for row in rows:
        score = answer.scores[str(row[0])][titles[str(row[3])]]
        assert row[4] == ("not scored" if score.value is None else pytest.approx(score.value))


def test_values_that_may_not_be_passed_on_are_said_and_left_out(made: bytes, answer: Answer) -> None:
    head, *rows = sheet(made, "Indicators")
    place = head.index("USA value")
    found = {str(row[2]): row[place] for row in rows}
    closed = [it.code for it in answer.indicators if it.a.value is not None and not it.a.free]
    assert closed
    assert {found[code] for code in closed} == {"not passed on by its terms"}


@pytest.mark.parametrize("case", sorted(answers.ANSWERS))
@pytest.mark.parametrize("units", [2, 40])
def test_whoever_leads_whatever_is_missing_and_however_many_there_are(case: str, units: int) -> None:
    long = "The Most Serene United Federation of Northern and Southern Islands"
    told = answers.ANSWERS[case]()
    more = {f"X{at:02}": f"Economy {at}" for at in range(units - 2)}
    told = replace(
        told,
        units=(*told.pair, *more),
        names=told.names | more | {told.pair[0]: long},
        scores=told.scores | dict.fromkeys(more, told.scores[told.pair[1]]),
    )
    raw = workbook(told, answers.facts("Plain title"))
    summary = sheet(raw, "Summary")
    assert summary[3][1] == long
    rows = {str(row[0]): row for row in summary[4 : 5 + len(told.layers())]}
    assert set(rows) == {info.title for info in told.nodes if info.level != "pillar"}
    for info in told.nodes:
        if info.level == "pillar":
            continue
        gap, row = told.gap[info.code], rows[info.title]
        assert row[10] == (f"{told.names[gap.leader]} {gap.call}" if gap.leader else gap.call)
        assert row[7] == ("" if gap.value is None else pytest.approx(gap.value))
    assert len(sheet(raw, "Scores")) == 1 + units * len(told.nodes)


def test_scores_are_seen_with_one_digit_and_held_with_all(made: bytes, answer: Answer) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        styles = packed.read("xl/styles.xml").decode()
    assert all(f'formatCode="{form}"' in styles for form in ("0.0", "+0.0;-0.0;0.0", "0 %"))
    overall = next(row for row in sheet(made, "Summary") if row[0] == "Overall")
    assert overall[1] == answer.scores["USA"]["overall"].value


def test_data_never_become_formulas_or_links(answer: Answer, shipped: Facts) -> None:
    evil = '=HYPERLINK("https://example.org")'
    names = answer.names | {"USA": evil, "CHN": "https://example.org"}
    rows = tuple(replace(it, title=evil, a=replace(it.a, note="=1+1", free=True)) for it in answer.indicators)
    raw = workbook(replace(answer, names=names, indicators=rows), shipped)
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist() if "worksheets" in name}
    assert all("HYPERLINK" not in text and "hyperlink" not in text for text in parts.values())
    assert sum("<f>" in text for text in parts.values()) == 1


def test_the_same_run_gives_the_same_bytes(made: bytes, answer: Answer, shipped: Facts) -> None:
    assert workbook(answer, shipped) == made
