"""Charts: right in words for every answer, equal to the answer in figures, and the same bytes each time."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import date
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest
from answers import ANSWERS, HOSTILE, VINTAGE, a_leads, b_leads, facts, layer_missing

from indicators.facts import Facts, load
from indicators.fault import UsageError
from indicators.schema import Source
from reports.charts import CHARTS, Chart, draw, home, price_gap, write
from reports.charts.coverage import CLASSES
from reports.charts.credit import credit
from reports.charts.palette import AGES
from reports.charts.sheet import width, wrap
from reports.charts.ways import Way

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.answer import Answer

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)")
MOST = "leads in two of four layers and likely in one more"
WIDTH = 160.0
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


NONE_NEAR = "No other economy comes within the ranges of the United States and China in any layer"


@pytest.mark.parametrize(
    ("case", "title"),
    [
        ("a_leads", "Only in {} do other economies come up to the ranges of {}"),
        ("b_leads", "Only in {} do other economies come up to the ranges of {}"),
        ("undrawn", "Six economies in four layers, without ranges: none told apart"),
    ],
)
def test_without_a_home_the_title_says_whether_the_pair_stands_apart(case: str, title: str) -> None:
    answer = dataclasses.replace(ANSWERS[case](), units=("USA", "CHN", "GBR", "FRA", "KOR", "DEU"))
    low = dataclasses.replace(answer.scores["GBR"]["inference_cost"], value=20.0, low=15.0, high=25.0)
    near = dataclasses.replace(low, value=60.0, low=50.0, high=65.0)
    far = {"overall": low, **dict.fromkeys((node.code for node in answer.layers()), low)}
    scores = answer.scores | dict.fromkeys(("GBR", "FRA", "KOR", "DEU"), far)
    names = answer.names | {"DEU": "Germany"}
    answer = dataclasses.replace(answer, scores=scores, names=names)
    both = "the United States and China"
    if answer.draws:
        assert draw("home", answer, facts()).title == NONE_NEAR
        scores["KOR"] = far | {"inference_cost": near}
    answer = dataclasses.replace(answer, scores=scores)
    assert draw("home", answer, facts()).title == title.format("inference cost", both)


def test_the_pair_alone_and_a_pair_behind_are_said() -> None:
    answer = a_leads()
    alone = dataclasses.replace(answer, units=answer.pair)
    assert draw("home", alone, facts()).title == (
        "The United States and China are the only economies that are scored"
    )
    behind = dataclasses.replace(a_leads(("KOR", "JPN")), units=("KOR", "JPN", "USA"))
    scores = behind.scores | {
        "USA": {
            node: dataclasses.replace(it, value=95.0, low=93.0, high=97.0)
            for node, it in behind.scores["KOR"].items()
        }
    }
    names = behind.names | {"USA": "United States"}
    found = dataclasses.replace(behind, scores=scores, names=names)
    assert draw("home", found, facts()).title == (
        "In every layer other economies come up to the ranges of South Korea and Japan"
    )


def test_a_home_is_told_where_it_is_near_and_where_far() -> None:
    answer = dataclasses.replace(a_leads(), home="GBR")
    assert draw("home", answer, facts()).title == (
        "The United Kingdom is nearest the leaders in inference cost and furthest from them in "
        "systems integration"
    )
    assert home.finding(answer, list(answer.units), {"memory": 30.0, "packaging": 4.0}) == (
        "The United Kingdom is nearest the leaders in inference cost and most exposed in memory"
    )
    leader = dataclasses.replace(a_leads(), home="USA")
    assert draw("home", leader, facts()).title.startswith("The United States scores highest in ")
    missing = dataclasses.replace(answer.scores["GBR"]["overall"], value=None, low=None, high=None)
    nowhere = answer.scores | {"GBR": dict.fromkeys(answer.scores["GBR"], missing)}
    silent = dataclasses.replace(answer, scores=nowhere)
    assert draw("home", silent, facts()).title == "The United Kingdom is not scored in any layer"


def test_every_economy_is_shown_with_its_range_and_without_a_place() -> None:
    answer = layer_missing()
    chart = draw("home", answer, facts())
    assert not {"rank", "place"} & set(chart.columns)
    rows = as_shown(chart)
    assert {row["economy"] for row in rows} == {code for code in answer.units if code != "G_7"}
    told = {(row["node"], row["economy"]): row for row in rows}
    score = answer.scores["FRA"]["systems_integration"]
    assert float(told["systems_integration", "FRA"]["high"]) == pytest.approx(score.high)
    assert told["inference_cost", "FRA"]["score"] == ""
    assert told["inference_cost", "FRA"]["reason"]


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
    order = [
        text.index(part) for part in (chart.producers[0], chart.citation, chart.licences[0], chart.title)
    ]
    assert order == sorted(order)
    assert text.startswith("Producers of the data\n")
    assert text.index(chart.alt) > text.index(chart.title)


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
    ratios = last.set_index(["basket", "measure"])["ratio"].to_dict()
    shown = {
        (row["basket"], row["measure"]): float(row["ratio"])
        for row in as_shown(chart)
        if row["date"] == str(shipped.date) and row["basket"] != "equal capability"
    }
    assert shown == pytest.approx(ratios)
    assert "claim of 6x" in chart.alt


def way(words: str, low: float, ratio: float, high: float) -> Way:
    """Make a comparison at equal capability."""
    return Way("Cheapest over cheapest", words, "tokens", {str(VINTAGE): (ratio, low, high)}, tier=True)


FIRST = {"basket": "flagships", "measure": "output", "day": date(2025, 9, 30), "ratio": 7.0}
SINCE = "; flagship over flagship it is 2.3x, down from 7.0x in 2025-09"
POINTS = [FIRST, FIRST | {"day": VINTAGE, "ratio": 2.3}]


@pytest.mark.parametrize(
    ("pair", "points", "found", "title"),
    [
        (
            ("USA", "CHN"),
            POINTS,
            [way("near", 2.0, 2.5, 3.0), way("far", 1.1, 3.7, 8.0)],
            f"At equal capability Chinese tokens cost 2.5 to 3.7 times less{SINCE}",
        ),
        (
            ("USA", "CHN"),
            POINTS,
            [way("near", 0.1, 0.26, 0.5), way("far", 1.1, 3.7, 8.0)],
            f"The price gap runs from 0.26x to 3.7x by which models are compared{SINCE}",
        ),
        (
            ("USA", "CHN"),
            [],
            [way("near", 0.1, 0.25, 0.5)],
            "At equal capability US tokens cost 4.0 times less",
        ),
        (
            ("KOR", "JPN"),
            [],
            [way("near", 0.5, 1.2, 3.0)],
            "At equal capability it cannot be told whose tokens are cheaper, South Korea's or Japan's",
        ),
        (("KOR", "JPN"), [], [], "No price gap: South Korea and Japan sell no models of equal capability"),
    ],
)
def test_the_price_title_turns_with_the_ranges(
    pair: tuple[str, str], points: list[dict[str, object]], found: list[Way], title: str
) -> None:
    assert price_gap.finding(a_leads(pair), points, found, VINTAGE) == title


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
