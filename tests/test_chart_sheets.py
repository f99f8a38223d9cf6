"""Charts in every shape: nothing cut, nothing on another, own titles, every kind of file, guessed names."""

from __future__ import annotations

import csv
import dataclasses
import io
import struct
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from answers import HOSTILE, VINTAGE, a_leads, facts, layer_missing, no_call

from indicators.facts import Facts, load
from indicators.fault import UsageError
from reports.charts import (
    CHARTS,
    MAIN,
    SCENARIO,
    SIZES,
    TECHNICAL,
    draw,
    draw_scenario,
    image,
    look,
    named,
    write,
)
from reports.charts.behind import COLUMNS as FULL_COLUMNS
from reports.charts.behind import WITHHELD, Behind
from reports.charts.chart import house_style
from reports.charts.guessed import GUESSED
from reports.charts.residuals import finding as lean_finding
from reports.charts.residuals import starred
from scoring.questions.scenario.outcome import Called, Effect, Input, NodeOutcome, Outcome
from scoring.questions.scenario.read import read

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.text import Text

    from reports.charts import Chart
    from scoring.answer import Answer

INCH = 25.4
PIXELS = {"page": (1550, None), "slide": (2560, 1440), "square": (2160, 2160)}
WIDEST = {"page": 164.5, "slide": 252.0, "square": 180.0}
"""Millimetres of a sheet beyond which its letters would be too small on its screen."""
REAL = (
    "frontier",
    "adoption",
    "price-gap",
    "cost-why",
    "profit",
    "dollar",
    "capture",
    "residuals",
)
LONG = "Democratic Republic of São Tomé, Principe and the Outer Islands"


@pytest.fixture(scope="module")
def shipped() -> Facts:
    """Read the shipped facts."""
    return load()


@pytest.fixture(scope="module")
def described() -> Facts:
    """Describe the indicators of the hand-made answers, once: what is drawn from them is kept there."""
    return facts()


def texts(chart: Chart) -> list[Text]:
    """List every text that is printed: on the sheet, in panels, and at ticks within the axes."""
    found = list(chart.figure.texts)
    for axes in chart.figure.axes:
        found += axes.texts
        if axes.axison:
            for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
                ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
                found += [text for place, text in ticks if low <= place <= high]
                found.append(axis.label)
    return [text for text in found if text.get_text().strip() and text.get_visible()]


def faults(chart: Chart) -> list[str]:
    """Find texts that leave the sheet, and pairs that lie on each other."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with house_style():
        FigureCanvasAgg(chart.figure).draw()  # type: ignore[no-untyped-call]
        page, mm = chart.figure.bbox, chart.figure.dpi / INCH
        boxes = [(text.get_text(), text.get_window_extent()) for text in texts(chart)]
    found = [
        f"cut: {text}"
        for text, box in boxes
        if box.x0 < -1 or box.x1 > page.x1 + 1 or box.y0 < -1 or box.y1 > page.y1 + 1
    ]
    for at, (text, a) in enumerate(boxes):
        for other, b in boxes[:at]:
            across, down = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            if across > 0.3 * mm and down > 0.35 * min(a.height, b.height):
                found.append(f"over: {text} | {other}")
    return found


def dated(facts: Facts, answer: Answer) -> Answer:
    """Give a hand-made answer the dates of the facts."""
    return dataclasses.replace(answer, as_of=facts.date, data_vintage=facts.vintage)


@pytest.mark.parametrize("size", ["slide", "square"])
@pytest.mark.parametrize("name", CHARTS)
def test_a_sheet_has_its_shape_and_nothing_on_it_is_cut(described: Facts, name: str, size: str) -> None:
    chart = draw(name, layer_missing() if name == "gap" else a_leads(home="FRA"), described, look(size))
    assert faults(chart) == []
    assert chart.figure.get_figwidth() * INCH <= WIDEST[size]


@pytest.mark.parametrize("name", REAL)
def test_charts_of_the_shipped_facts_hold_in_every_shape(shipped: Facts, name: str) -> None:
    for size in SIZES:
        chart = draw(name, dated(shipped, a_leads()), shipped, look(size))
        assert faults(chart) == [], size
        assert chart.figure.get_figwidth() * INCH <= WIDEST[size], size


@pytest.mark.parametrize("size", SIZES)
def test_a_picture_has_the_pixels_of_its_screen_twice(size: str) -> None:
    png = image(draw("profile", a_leads(), facts(), look(size)), "png")
    across, down = struct.unpack(">II", png[16:24])
    wide, tall = PIXELS[size]
    assert across == wide
    assert tall in {None, down}


def stretched(answer: Answer, names: dict[str, str]) -> Answer:
    """Give an answer other names, and units that score as the last of the peers."""
    last = answer.scores["KOR"]
    scores = answer.scores | {code: last for code in names if code not in answer.scores}
    return dataclasses.replace(
        answer, names=answer.names | names, scores=scores, units=tuple(dict.fromkeys((*answer.pair, *names)))
    )


@pytest.mark.parametrize("size", ["slide", "square"])
@pytest.mark.parametrize("name", ["profile", "flips", "home"])
def test_long_names_and_few_or_many_economies_are_laid_out(described: Facts, name: str, size: str) -> None:
    long = stretched(
        a_leads(home="FRA"), {"USA": LONG, "CHN": f"{LONG} II", "FRA": "French Republic", "KOR": "K"}
    )
    assert [each for each in faults(draw(name, long, described, look(size))) if each.startswith("cut")] == []
    many = {f"X{at:02}": f"Economy {at}" for at in range(38)}
    for answer in (stretched(a_leads(), {}), stretched(no_call(), many)):
        assert faults(draw(name, answer, described, look(size))) == []


def test_a_title_of_ones_own_stands_in_place_of_the_finding() -> None:
    plain, own = (
        draw("profile", a_leads(), facts(), look("slide", text)) for text in (None, "  Who leads\n now? ")
    )
    assert own.title == "Who leads now?"
    assert "Who leads now?" in own.text()
    assert (own.rows, own.alt, own.subtitle) == (plain.rows, plain.alt, plain.subtitle)
    assert "Who leads now?" in [text.get_text() for text in texts(own)]


def test_a_hostile_title_is_drawn_as_it_stands(tmp_path: Path) -> None:
    chart = draw(
        "home", a_leads(), facts(), look("square", f"{HOSTILE} <script>alert(1)</script> {'W' * 90}")
    )
    assert faults(chart) == []
    files = write(chart, tmp_path, ("svg", "pdf", "png"))
    svg = files[0].read_text(encoding="utf-8")
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg
    assert "<desc>One panel per layer" in svg


@pytest.mark.parametrize(
    ("title", "words"),
    [(" ", "it is empty"), ("a " * 200, "399 characters"), ("\u4e2d", "no character U\\+4E2D")],
)
def test_a_title_that_cannot_be_drawn_is_refused(title: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        look("page", title)


def test_a_shape_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown size 'slides'; did you mean slide"):
        look("slides")


def test_a_pdf_has_the_same_bytes_twice_and_no_date() -> None:
    once, twice = (image(draw("flips", a_leads(), facts()), "pdf") for _ in range(2))
    assert once == twice
    assert once.startswith(b"%PDF")
    assert b"CreationDate" not in once


def full(chart: Chart) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(chart.full())))


def test_the_values_behind_a_chart_come_with_dates_and_sources(shipped: Facts, tmp_path: Path) -> None:
    chart = draw("adoption", dated(shipped, a_leads()), shipped)
    rows = full(chart)
    assert tuple(rows[0]) == FULL_COLUMNS
    held = shipped.records("adoption")
    free = {key: it.redistribute for key, it in shipped.catalogue.tables["adoption"].sources.items()}
    assert [float(row["value"]) for row in rows if row["value"]] == pytest.approx(
        [each["value"] for each in held if free[each["source"]]]
    )
    assert all(row["producer"] and row["date"] and row["published"] and row["licence"] for row in rows)
    assert [path.name for path in write(chart, tmp_path, ("csv", "full"))] == [
        "adoption.csv",
        "adoption-full.csv",
    ]
    shown = list(csv.DictReader(io.StringIO(chart.csv())))
    assert {row["data_by"] for row in shown} == {chart.sources}


def test_no_value_is_printed_that_its_source_does_not_allow(shipped: Facts) -> None:
    closed = [
        code
        for code, it in shipped.indicators.items()
        if not any(s.redistribute for s in it.sources.values())
    ]
    values = [row for row in shipped.current if row["code"] in closed]
    assert values
    rows = list(Behind(shipped, tuple(closed)).rows())
    assert len(rows) == len(values)
    assert all(row[5:8] == (None, None, None) and row[-1] == WITHHELD for row in rows)
    table = shipped.catalogue.tables["adoption"]
    shut = {key: it.model_copy(update={"redistribute": False}) for key, it in table.sources.items()}
    catalogue = dataclasses.replace(
        shipped.catalogue,
        tables=shipped.catalogue.tables | {"adoption": table.model_copy(update={"sources": shut})},
    )
    kept = Behind(dataclasses.replace(shipped, catalogue=catalogue), tables=(("adoption", "value"),))
    assert {row[5] for row in kept.rows()} == {None}


def test_the_twelve_and_the_technical_charts_are_all_there_are() -> None:
    assert len(MAIN) == 12
    assert {*MAIN, *TECHNICAL} - {SCENARIO} == set(CHARTS)
    assert all(len(says) <= 58 for says in (*MAIN.values(), *TECHNICAL.values()))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("electricity", "cost-why"),
        ("price", "price-gap"),
        ("money", "dollar"),
        ("lag", "frontier"),
        ("Users", "adoption"),
        ("ai users", "adoption"),
        ("economies", "home"),
        ("frontier-lag", "frontier"),
        ("basket", "price-gap"),
        ("radar", "profile"),
        ("ranking", "acceptability"),
    ],
)
def test_a_guessed_name_is_answered_with_the_chart_that_says_it(word: str, meant: str) -> None:
    says = {**MAIN, **TECHNICAL}[meant]
    with pytest.raises(UsageError) as error:
        named(word)
    assert str(error.value) == f"unknown chart {word!r}; did you mean {meant} ({says})?"


def test_guessed_names_lead_to_one_chart_and_are_no_chart_themselves() -> None:
    words = [word for each in GUESSED.values() for word in each]
    assert len(set(words)) == len(words)
    assert not set(words) & {*MAIN, *TECHNICAL}
    assert set(GUESSED) == {*MAIN, *TECHNICAL}
    assert named("Price_Gap") == "price-gap"
    with pytest.raises(UsageError, match="did you mean profile or profit"):
        named("profil")
    with pytest.raises(UsageError, match="chart scenario NAME"):
        draw(SCENARIO, a_leads(), facts())


MOVES = "Export controls tighten moves the overall gap by"
THROUGH = "most through systems integration"
MISS = "scores of models miss the fit by 7 points of 100"


def outcome(change: float, low: float, high: float, *, sure: float = 0.99, linked: bool = True) -> Outcome:
    """Make the outcome of a scenario by hand: one layer is reached, two changes make the difference."""
    it = read("export-controls-tighten").scenario

    def node(code: str, title: str, level: str, moved: float, *, reached: bool = True) -> NodeOutcome:
        falls = sure if change < 0 else 1 - sure
        effects = tuple(
            Effect(year, 15.0, 15.0 + moved * k / 3, low * k / 3, high * k / 3, 1 - falls, falls)
            for k, year in enumerate((2027, 2028, 2030), start=1)
        )
        called = Called("likely ahead", "USA")
        return NodeOutcome(
            code, title, level, reached, 15.0, effects, called, called, (moved * 1.5, -moved / 2)
        )

    def given(name: str, label: str) -> Input:
        values = (0.5, 0.4, 0.3, 0.5, "share", (0.1, 0.0, 0.2))
        days = (date(2027, 1, 1), None)
        return Input(name, label, "factor", ("x",), *values, *days, "why", "assumed")

    return Outcome(
        scenario=it,
        version="0.1.0",
        pair=("USA", "CHN"),
        names={"USA": "United States", "CHN": "China"},
        as_of=VINTAGE,
        recipe="default",
        fingerprint="a1b2c3d4e5f6a1b2",
        draws=2000,
        seed=1,
        baseline="hold",
        baseline_note="",
        inputs=(given("one", "Access to memory made elsewhere"), given("two", "Price of accelerators")),
        nodes=(
            node("overall", "Overall", "overall", change, reached=linked),
            node("systems_integration", "Systems integration", "layer", 2 * change, reached=linked),
            node("application_ecosystem", "Application ecosystem", "layer", 0.0, reached=False),
        ),
    )


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (
            outcome(2.0, 1.0, 5.0),
            f"{MOVES} +2.0 points by 2030 (+1.0 to +5.0), {THROUGH}",
        ),
        (
            outcome(-2.0, -5.0, -1.0),
            f"{MOVES} \N{MINUS SIGN}2.0 points by 2030 (\N{MINUS SIGN}5.0 to \N{MINUS SIGN}1.0), {THROUGH}",
        ),
        (
            outcome(0.5, -2.0, 3.0, sure=0.6),
            "Export controls tighten: no effect on the overall gap beyond doubt",
        ),
    ],
)
def test_a_scenario_says_how_far_it_moves_the_gap_and_through_what(made: Outcome, title: str) -> None:
    charts = [draw_scenario(made, look(size)) for size in SIZES]
    for chart in charts:
        assert chart.title == title
        assert faults(chart) == []
    chart = charts[0]
    rows = list(csv.DictReader(io.StringIO(chart.csv())))
    parts = [float(row["points"]) for row in rows if (row["what"], row["node"]) == ("part", "overall")]
    last = next(row for row in rows if (row["what"], row["node"], row["year"]) == ("gap", "overall", "2030"))
    assert sum(parts) == pytest.approx(float(last["points"]))
    assert float(last["scenario"]) - float(last["baseline"]) == pytest.approx(float(last["points"]))
    assert "Not linked to these changes: application ecosystem." in [it.get_text() for it in texts(chart)]


def lean(low: float, value: float, high: float) -> Any:  # noqa: ANN401 - stands in for a lean
    from layers.frontier_capability.lean import Lean

    return Lean("b", 40, (9, 8), value, low, high, 6.0)


@pytest.mark.parametrize(
    ("found", "title"),
    [
        ([], "Too few scores to say whether benchmarks lean to the United States or China"),
        (
            [lean(-1, 1, 3)],
            f"No benchmark leans to the United States or China beyond doubt; {MISS}",
        ),
        (
            [lean(1, 2, 3), lean(2, 3, 4), lean(-3, -2, -1), lean(-1, 0, 1)],
            f"Of 4 benchmarks, two lean to the United States and one to China beyond doubt; {MISS}",
        ),
        (
            [lean(-3, -2, -1), lean(-1, 0, 1)],
            f"Of 2 benchmarks, one leans to China beyond doubt; {MISS}",
        ),
    ],
)
def test_the_residuals_say_which_way_benchmarks_lean(found: list[Any], title: str) -> None:
    assert lean_finding(a_leads(), 7.0, found) == title


def test_a_lean_is_the_difference_of_family_means_with_its_error() -> None:
    import numpy as np
    import pandas as pd

    from layers.frontier_capability.irt import Index, Line
    from layers.frontier_capability.lean import leans
    from layers.frontier_capability.response import Cells, fitted

    names = [f"m{at:02}" for at in range(12)]
    family = [f"f{at // 2 if at < 2 else at:02}" for at in range(12)]  # the first two are of one family
    scores = np.array([0.9, 0.7, 0.8, 0.6, 0.7, 0.8, 0.5, 0.6, 0.4, 0.5, 0.6, 0.4])
    fit = fitted(Cells.of(names, family, ["b"] * 12, scores))
    frame = pd.DataFrame({"economy": ["USA"] * 6 + ["CHN"] * 6})
    empty = np.zeros(12)
    index = Index(
        frame, tuple(names), tuple(family), empty, empty[None], fit, Line(0.0, 1.0), linked=False, left_out=()
    )
    miss, (found,) = leans(index, ["USA"], ["CHN"])
    off = 100.0 * (scores - fit.expected())
    first = np.array([off[:2].mean(), *off[2:6]])
    error = np.sqrt(first.var(ddof=1) / 5 + off[6:].var(ddof=1) / 6)
    assert found.families == (5, 6)
    assert found.value == pytest.approx(first.mean() - off[6:].mean())
    assert found.high - found.value == pytest.approx(1.6448536 * error)
    assert miss == pytest.approx(np.sqrt(np.mean(off**2)))


def test_a_house_that_runs_several_benchmarks_is_a_star() -> None:
    titles = {"a": "Long name (House)", "b": "Short (House)", "c": "Short", "d": "Kept (Other)"}
    labels, house = starred(titles)
    assert (list(labels.values()), house) == (["Long name *", "Short *", "Short", "Kept (Other)"], "House")
    assert starred({"a": "One (House)"}) == ({"a": "One (House)"}, "")
