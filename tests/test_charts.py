"""Charts: right in words for every answer, equal to the answer in figures, and the same bytes each time."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from datetime import date
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest
from answers import ANSWERS, HOSTILE, VINTAGE, a_leads, b_leads, facts, layer_missing, no_call, undrawn

from indicators.facts import Facts, load
from indicators.fault import UsageError
from indicators.schema import Source
from reports.charts import CHARTS, Chart, draw, write
from reports.charts.chart import house_style
from reports.charts.coverage import CLASSES
from reports.charts.credit import credit
from reports.charts.economies import BLOC
from reports.charts.palette import AGES
from reports.charts.price_gap import finding
from reports.charts.sheet import WIDTH, width, wrap

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.answer import Answer

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)")
MOST = "leads in two of four layers and likely in one more"
TIED = "China and the United States lead overall and cannot be told apart"
PROFILE_TITLES = {
    "a_leads": f"The United States {MOST}; inference cost is too close to call",
    "b_leads": f"China {MOST}; inference cost is too close to call",
    "no_call": "No layer separates the United States and China",
    "layer_missing": f"The United States {MOST}; inference cost is not scored",
    "undrawn": "The United States and China in four layers: without draws, no call is made",
}


@pytest.fixture(scope="module")
def shipped() -> Facts:
    """Read the shipped facts."""
    return load()


def as_shown(chart: Chart) -> list[dict[str, str]]:
    """Read back the data as shown."""
    return list(csv.DictReader(io.StringIO(chart.csv())))


def paired(facts: Facts) -> Answer:
    """Give a hand-made answer whose dates are those of the facts."""
    return dataclasses.replace(a_leads(), as_of=facts.date, data_vintage=facts.vintage)


@pytest.mark.parametrize("case", ANSWERS)
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_writes_four_files_for_every_answer(case: str, name: str, tmp_path: Path) -> None:
    chart = draw(name, ANSWERS[case](), facts())
    written = write(chart, tmp_path / "new" / "folder")
    assert [path.name for path in written] == [f"{name}.{kind}" for kind in ("png", "svg", "csv", "txt")]
    assert sorted(written) == sorted((tmp_path / "new" / "folder").iterdir())
    assert all(path.stat().st_size for path in written)
    assert chart.name == name
    assert chart.title
    assert chart.subtitle
    assert len(chart.alt) > 20


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_answer_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    once, twice = (write(draw(name, a_leads(), facts()), tmp_path / part) for part in ("once", "twice"))
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in twice]


def test_the_users_own_settings_of_matplotlib_change_nothing(tmp_path: Path) -> None:
    plain = write(draw("profile", a_leads(), facts()), tmp_path / "plain")
    with mpl.rc_context(
        {"font.size": 20, "savefig.dpi": 50, "axes.facecolor": "black", "svg.hashsalt": None}
    ):
        own = write(draw("profile", a_leads(), facts()), tmp_path / "own")
        assert mpl.rcParams["font.size"] == 20
    assert [path.read_bytes() for path in plain] == [path.read_bytes() for path in own]


@pytest.mark.parametrize("case", ANSWERS)
def test_the_title_of_the_profile_is_its_finding(case: str) -> None:
    assert draw("profile", ANSWERS[case](), facts()).title == PROFILE_TITLES[case]


def test_a_lead_on_each_side_is_said_of_each() -> None:
    answer = a_leads()
    turned = dataclasses.replace(answer.gap["inference_cost"], call="ahead", leader="CHN")
    title = draw(
        "profile", dataclasses.replace(answer, gap=answer.gap | {"inference_cost": turned}), facts()
    ).title
    assert title == "The United States leads in two of four layers and likely in one more, China leads in one"


def test_nothing_scored_is_said() -> None:
    answer = layer_missing()
    missing = answer.gap["inference_cost"]
    none = dataclasses.replace(answer, gap=dict.fromkeys(answer.gap, missing))
    assert (
        draw("profile", none, facts()).title == "No layer can be scored for both the United States and China"
    )


@pytest.mark.wheel
def test_the_profile_shows_the_scores_of_the_answer() -> None:
    answer = b_leads()
    rows = as_shown(draw("profile", answer, facts()))
    assert len(rows) == 10
    for row in rows:
        score, gap = answer.scores[row["economy"]][row["node"]], answer.gap[row["node"]]
        assert [float(row[key]) for key in ("score", "low", "high")] == pytest.approx(
            [score.value, score.low, score.high]
        )
        assert float(row["gap"]) == pytest.approx(gap.value)
        assert (row["call"], row["leader"]) == (gap.call, gap.leader)


def test_what_is_not_scored_is_an_empty_cell_with_a_reason() -> None:
    rows = [
        row for row in as_shown(draw("profile", layer_missing(), facts())) if row["node"] == "inference_cost"
    ]
    assert [(row["score"], row["call"], row["reason"]) for row in rows] == [
        ("", "not scored", "coverage 51 %, needs 67 %")
    ] * 2


def test_alt_text_holds_the_figures() -> None:
    alt = draw("profile", a_leads(), facts()).alt
    assert "United States 90.0 (82 to 98), China 70.0 (62 to 78); United States ahead" in alt


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        (a_leads(), "The United States stands apart overall, then China; the other three form one group"),
        (b_leads(), "China stands apart overall, then the United States; the other three form one group"),
        (
            no_call(),
            f"{TIED}; three others stand behind them",
        ),
        (layer_missing(), "No economy can be placed overall, as none is scored in all four layers"),
        (undrawn(), "Five economies in four layers, without ranges: none told apart"),
    ],
)
def test_economies_come_in_groups_without_places(answer: Answer, title: str) -> None:
    chart = draw("economies", answer, facts())
    assert chart.title == title
    assert "rank" not in " ".join(chart.columns)
    shown = {row["economy"] for row in as_shown(chart)}
    assert shown == {code for code in answer.units if code != "G_7"}


def test_within_a_group_the_order_is_by_name() -> None:
    rows = [row for row in as_shown(draw("economies", no_call(), facts())) if row["node"] == "overall"]
    names = [row["name"] for row in rows]
    assert names == ["China", "United States", "France", "South Korea", "United Kingdom"]
    assert [row["group"] for row in rows][1:3] == [
        "not told apart from the United States",
        "not told apart from the United Kingdom",
    ]


@pytest.mark.parametrize(
    ("groups", "title"),
    [
        (
            (("USA", "CHN", "FRA"), ("KOR", "GBR")),
            "Three economies share the lead overall: none can be told apart from the United States",
        ),
        (
            (("CHN", "USA", "FRA", "KOR", "GBR"),),
            "Overall, none of the other four economies can be told apart from China",
        ),
        (
            (("USA", "CHN"), ("KOR",)),
            f"{TIED}; one other stands behind them",
        ),
        ((("CHN",),), "Only China is scored in all four layers"),
        (
            (("CHN",), ("USA", "FRA"), ("KOR", "GBR")),
            "China stands apart overall; the other four fall into two groups",
        ),
    ],
)
def test_the_title_of_the_economies_follows_the_groups(
    groups: tuple[tuple[str, ...], ...], title: str
) -> None:
    assert draw("economies", dataclasses.replace(a_leads(), told_apart=groups), facts()).title == title


@pytest.mark.parametrize("case", ["a_leads", "b_leads", "no_call", "layer_missing"])
def test_contributions_add_up_to_the_gap(case: str) -> None:
    answer = ANSWERS[case]()
    rows = as_shown(draw("gap", answer, facts()))
    for layer in answer.layers():
        own = [row for row in rows if row["layer"] == layer.code]
        total = [row for row in own if not row["code"]]
        assert len(total) == 1
        gap = answer.gap[layer.code].value
        if gap is None:
            assert total[0]["points"] == ""
            continue
        assert sum(float(row["points"]) for row in own if row["code"]) == pytest.approx(gap)
        assert float(total[0]["points"]) == pytest.approx(gap)


def test_the_gap_is_told_by_who_gains() -> None:
    first, second = (draw("gap", answer, facts()).title for answer in (a_leads(), b_leads()))
    assert first == second.replace("for China", "for the United States")
    assert "overall" in first
    assert "in its layer" in draw("gap", layer_missing(), facts()).title


def test_an_unknown_name_is_told_the_near_ones() -> None:
    with pytest.raises(UsageError, match="did you mean profile"):
        draw("profil", a_leads(), facts())


def test_producers_come_first_and_with_their_terms() -> None:
    chart = draw("profile", a_leads(), facts())
    assert chart.citation.startswith(chart.producers[0])
    assert "fourlayers 0.1.0" in chart.citation
    assert "Producer of capital: terms not stated" in chart.licences
    text = chart.text()
    assert [
        text.index(part) for part in (chart.title, chart.alt, chart.licences[0], chart.citation)
    ] == sorted(text.index(part) for part in (chart.title, chart.alt, chart.licences[0], chart.citation))


def test_the_most_used_producer_is_named_first() -> None:
    def source(producer: str) -> Source:
        return Source(
            producer=producer, title="t", citation_full="c", date_accessed=VINTAGE, licence=f"of {producer}"
        )

    made = credit("profile", a_leads(), [(source("A"), 1.0), (source("B"), 2.0), (source("A"), 0.5)])
    assert made.producers == ("B", "A")
    assert made.licences == ("B: of B", "A: of A")


def test_a_text_that_a_spreadsheet_would_run_is_quoted() -> None:
    chart = dataclasses.replace(
        draw("profile", a_leads(), facts()),
        columns=("a",),
        rows=(*((text,) for text in FORMULAS), (-1.5,), (None,)),
    )
    cells = [row[0] if row else "" for row in csv.reader(io.StringIO(chart.csv()))]
    assert cells == ["a", *(f"'{text}" for text in FORMULAS), "-1.5", ""]


def test_a_hostile_label_is_drawn_as_it_stands(tmp_path: Path) -> None:
    chart = draw("gap", a_leads(), facts())
    assert HOSTILE[:34] in chart.alt
    write(chart, tmp_path)
    assert "<label>" not in (tmp_path / "gap.svg").read_text(encoding="utf-8")


def test_no_text_leaves_the_sheet(shipped: Facts) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    for name in CHARTS:
        chart = draw(name, paired(shipped) if name in {"adoption", "price-gap"} else a_leads(), shipped)
        with house_style():
            FigureCanvasAgg(chart.figure).draw()  # type: ignore[no-untyped-call]
            page = chart.figure.bbox
            texts = [*chart.figure.texts, *(text for axes in chart.figure.axes for text in axes.texts)]
            boxes = [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text()]
        outside = [
            text
            for text, box in boxes
            if box.x0 < -1 or box.x1 > page.x1 + 1 or box.y0 < -1 or box.y1 > page.y1 + 1
        ]
        assert outside == [], name


def test_long_titles_wrap_and_are_never_cut() -> None:
    title = "The United States leads in two of four layers and likely in one more; " * 3
    lines = wrap(title, WIDTH, 11, "bold")
    assert len(lines) > 2
    assert " ".join(lines) == title.strip()
    assert all(width(line, 11, "bold") <= WIDTH for line in lines)


def test_adoption_shows_what_each_instrument_found(shipped: Facts) -> None:
    chart = draw("adoption", paired(shipped), shipped)
    assert chart.title == "China's AI users: 16, 43 or 81 in 100, depending on who asks"
    rows = as_shown(chart)
    held = [row for row in shipped.records("adoption") if row["economy"] in {"USA", "CHN"}]
    seen = [float(row["value"]) for row in rows if row["shown_as"] != "estimate"]
    assert sorted(seen) == sorted(row["value"] for row in held)
    assert {row["shown_as"] for row in rows} == {"newest", "earlier"}


def test_the_estimate_of_the_pair_stands_above_the_instruments(shipped: Facts) -> None:
    answer = paired(shipped)
    like, side = answer.indicators[0], answer.indicators[0].a
    told = dataclasses.replace(
        side, value=35.5, low=27.2, high=46.1, date="2026-03-31", published="2026-05-06"
    )
    row = dataclasses.replace(
        like, code="ai_user_share_est", a=told, b=dataclasses.replace(side, value=None, low=None, high=None)
    )
    chart = draw("adoption", dataclasses.replace(answer, indicators=(row,)), shipped)
    estimates = [row for row in as_shown(chart) if row["shown_as"] == "estimate"]
    assert [(row["economy"], row["value"], row["low"]) for row in estimates] == [("USA", "35.5", "27.2")]
    assert "on one scale" in chart.subtitle


def test_values_that_may_not_be_printed_are_left_out(shipped: Facts) -> None:
    table = shipped.catalogue.tables["adoption"]
    closed = table.sources["cnnic_57"].model_copy(update={"redistribute": False})
    changed = table.model_copy(update={"sources": table.sources | {"cnnic_57": closed}})
    catalogue = dataclasses.replace(
        shipped.catalogue, tables=shipped.catalogue.tables | {"adoption": changed}
    )
    chart = draw("adoption", paired(shipped), dataclasses.replace(shipped, catalogue=catalogue))
    assert "42.8" not in chart.csv() + chart.alt
    assert "One figure is left out" in chart.subtitle


def test_the_price_gap_is_that_of_the_layer(shipped: Facts) -> None:
    from layers.inference_cost.gap import price_gap

    chart = draw("price-gap", paired(shipped), shipped)
    last = price_gap(shipped, shipped.date)
    ratios = last[last["measure"] == "output"].set_index("basket")["ratio"]
    shown = {
        row["basket"]: float(row["ratio"]) for row in as_shown(chart) if row["date"] == str(shipped.date)
    }
    assert shown == pytest.approx(ratios.to_dict())
    assert "claim of 6x" in chart.alt


@pytest.mark.parametrize(
    ("low", "ratio", "high", "words"),
    [
        (0.8, 2.3, 8.3, "The price gap runs from 0.8x to 8.3x by which Chinese flagship is compared"),
        (
            2.0,
            3.0,
            5.0,
            r"The US flagship costs 3\.0x the price of the median Chinese one .*, down from 7\.0x in 2025-09",
        ),
        (
            0.2,
            0.5,
            0.8,
            r"The median Chinese flagship costs 2\.0x the price of the US one \(1\.2x to 5\.0x\)",
        ),
    ],
)
def test_the_price_title_turns_with_the_range(low: float, ratio: float, high: float, words: str) -> None:
    first = {"basket": "flagships", "day": date(2025, 9, 30), "ratio": 7.0, "low": 6.0, "high": 9.0}
    last = {"basket": "flagships", "day": VINTAGE, "ratio": ratio, "low": low, "high": high}
    assert re.match(words, finding([first, last], VINTAGE))


def test_before_the_first_price_the_chart_says_so(shipped: Facts) -> None:
    early = shipped.as_of(date(2020, 1, 1))
    chart = draw("price-gap", dataclasses.replace(a_leads(), as_of=early.date), early)
    assert chart.title == "No price gap can be drawn by 2020-01-01: too few dated prices"
    assert chart.rows == ()


def test_coverage_tells_a_value_from_an_absence(shipped: Facts) -> None:
    answer = paired(shipped)
    codes = ["electricity_generation_twh", "hbm_share_by_hq_pct", "ai_private_investment_usd_bn"]
    template = answer.indicators[0]
    described = [shipped.indicators[code] for code in codes]
    rows = tuple(
        dataclasses.replace(template, code=it.code, layer=it.layer, pillar=it.pillar, short=it.short)
        for it in described
    )
    chart = draw("coverage", dataclasses.replace(answer, indicators=rows), shipped)
    shown = {(row["code"], row["economy"]): row for row in as_shown(chart)}
    power = shown["electricity_generation_twh", "USA"]
    newest = max(
        row["period_end"]
        for row in shipped.current
        if (row["code"], row["economy"]) == ("electricity_generation_twh", "USA")
    )
    assert power["state"] == "observed"
    assert float(power["age_years"]) == pytest.approx((shipped.date - newest).days / 365.25, abs=0.01)
    assert all(bool(row["age_years"]) == (row["state"] in {"observed", "stale"}) for row in shown.values())
    assert chart.title.startswith("Of 3 indicators, the United States is covered on 3, China on 3")


def test_every_age_has_a_class() -> None:
    assert len(CLASSES) == len(AGES)
    assert CLASSES[-1][0] == float("inf")


def test_a_bloc_of_the_pair_stands_beside_the_economies() -> None:
    answer = dataclasses.replace(a_leads(("USA", "G_7")), told_apart=(("USA",), ("GBR", "FRA", "KOR")))
    rows = as_shown(draw("economies", answer, facts()))
    assert {row["group"] for row in rows if row["economy"] == "G_7"} == {BLOC}
    assert {row["economy"] for row in rows} >= {"USA", "GBR", "FRA", "KOR"}
