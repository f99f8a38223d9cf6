"""The page in a real browser: the scores of the engine, by mouse and keyboard, asking nothing of anybody."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from playwright.sync_api import expect

from indicators.facts import Facts, load
from layers.application_ecosystem.pair import for_pair
from reports.content.money import money_chapter
from reports.explorer.contents import DRAWS, LENSES, MEANS, contents
from reports.explorer.dollars import dollars
from reports.explorer.page import explorer
from scoring.ask import ask
from scoring.doubt.sample import sample
from scoring.index.engine import Plan, plan, planned, run
from scoring.index.framework import levels, read_framework
from scoring.index.recipe import read_recipe
from scoring.questions.claims import claim
from scoring.questions.value.capture import value_capture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from indicators.schema import Lens
    from scoring.answer import Answer
    from scoring.questions.verdict import ClaimVerdict

PAIRS = (("USA", "CHN"), ("CHN", "KOR"), ("USA", "IND"), ("NLD", "USA"), ("EU8", "CHN"))
"""One whose consumers no instrument covers for both, one with a bloc, and the first pair."""


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


@pytest.fixture(scope="module")
def answer(shipped: Facts) -> Answer:
    return ask(shipped, draws=100)


@pytest.fixture(scope="module")
def tested(shipped: Facts) -> tuple[ClaimVerdict, ...]:
    """Two claims, one of which has alternatives and notes."""
    return tuple(claim(name, shipped) for name in ("power-price", "gateways"))


@pytest.fixture(scope="module")
def file(
    answer: Answer,
    shipped: Facts,
    tested: tuple[ClaimVerdict, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    path = tmp_path_factory.mktemp("page") / "explorer.html"
    path.write_text(explorer(answer, shipped, tested), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        message = "no Chromium on this machine (Debian: apt install chromium)"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield browser.new_page(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        browser.close()


@pytest.fixture
def page(browser_page: Page, file: Path) -> Iterator[Page]:
    """Open the page afresh; a message on the console or a request to anywhere is a failure."""
    told: list[str] = []

    def noted(text: str) -> None:
        told.append(text)

    def asked(url: str) -> None:
        if not url.startswith(("file:", "blob:", "data:")):
            told.append(url)

    listeners = (
        ("console", lambda message: noted(message.text)),
        ("pageerror", lambda error: noted(str(error))),
        ("request", lambda request: asked(request.url)),
    )
    for name, listener in listeners:
        browser_page.on(name, listener)  # type: ignore[call-overload] # by name
    browser_page.goto("about:blank")
    browser_page.goto(file.as_uri())
    browser_page.set_viewport_size({"width": 1280, "height": 900})
    yield browser_page
    for name, listener in listeners:
        browser_page.remove_listener(name, listener)
    assert told == []


# ---- the same sums ----------------------------------------------------------------------------------------


def asks(count: int) -> list[dict[str, Any]]:
    """Random weightings, with zeros and whole layers left out, over pairs, lenses and set-ups."""
    rng = np.random.default_rng(7)
    framework = read_framework("default")
    layers = [node.code for node in framework.nodes if node.parent and not framework.is_last(node.code)]
    pillars = {layer: [node.code for node in framework.nodes if node.parent == layer] for layer in layers}
    found = []
    for place in range(count):
        pair = PAIRS[place % len(PAIRS)]
        top = rng.random(len(layers)) * (rng.random(len(layers)) > 0.25)
        top[rng.integers(len(layers))] += 0.1
        parts: dict[str, float] = {}
        for codes in pillars.values():
            weights = rng.random(len(codes)) * (rng.random(len(codes)) > 0.3)
            weights[rng.integers(len(codes))] += 0.1
            parts |= dict(zip(codes, map(float, weights), strict=True))
        found.append(
            {"a": pair[0], "b": pair[1], "lens": LENSES[place % 2], "mean": place % len(MEANS)}
            | {"layers": dict(zip(layers, map(float, top), strict=True)), "pillars": parts}
        )
    return found


def engine(base: Plan, state: dict[str, Any]) -> Plan:
    """Plan a state by the engine: another framework and another recipe on the same grid."""
    weights = state["layers"] | state["pillars"]
    nodes = tuple(
        node.model_copy(update={"weight": weights.get(node.code, 1.0)}) for node in base.framework.nodes
    )
    framework = base.framework.model_copy(update={"nodes": nodes})
    mean, clip, _ = MEANS[state["mean"]]
    aggregate = ("arithmetic", "arithmetic", mean)
    recipe = base.recipe.model_copy(update={"aggregate": aggregate, "clip": clip})
    described = {it.code: it for it in base.grid.indicators}
    return planned(base.grid, levels(framework, framework.leaves(described)), framework, recipe, "test")


def through(lens: Lens) -> Any:  # noqa: ANN401 - a recipe
    recipe = read_recipe()
    return recipe.model_copy(update={"choices": recipe.choices.model_copy(update={"lens": lens})})


def test_fifty_weightings_score_as_in_the_engine(page: Page, shipped: Facts) -> None:
    states = asks(50)
    script = """states => states.map(state => {
        const nodes = scored(data, heldLens(state.lens), state);
        const at = [state.a, state.b].map(code => data.units.findIndex(unit => unit.code === code));
        return Object.fromEntries(Object.entries(nodes).map(([code, node]) =>
            [code, at.map(i => Number.isNaN(node.now[i]) ? null : node.now[i])]));
    })"""
    found = page.evaluate(script, states)
    bases: dict[tuple[str, ...], Plan] = {}
    missing = 0
    for state, nodes in zip(states, found, strict=True):
        pair, lens = (state["a"], state["b"]), state["lens"]
        key = (*pair, lens)
        if key not in bases:
            bases[key] = plan(for_pair(shipped, pair), through(lens))
        made = engine(bases[key], state)
        scores = run(made).scores[0]
        at = [made.grid.units.index(code) for code in pair]
        for code, shown in nodes.items():
            expected = scores[made.nodes.index(code)][at]
            read = np.array([np.nan if x is None else x for x in shown])
            np.testing.assert_allclose(read, expected, rtol=1e-9, atol=1e-9, err_msg=f"{code} in {state}")
            missing += int(np.isnan(expected).any())
    assert missing > 10  # what is not scored was among it


def test_ranges_and_calls_follow_the_draws_of_the_engine(page: Page, shipped: Facts) -> None:
    state = asks(1)[0] | {"mean": 0}
    made = engine(plan(shipped, through("scale")), state)
    drawn = run(made, sample(made, 1, 0, DRAWS)).scores
    a, b = (made.grid.units.index(code) for code in ("USA", "CHN"))
    script = """state => {
        const nodes = scored(data, heldLens(state.lens), state);
        const at = [state.a, state.b].map(code => data.units.findIndex(unit => unit.code === code));
        return Object.fromEntries(Object.entries(nodes).map(([code, node]) =>
            [code, [...at.flatMap(i => { const r = reading(data, node, i); return [r.low, r.high]; }),
                    leadShare(data, node, ...at)]]));
    }"""
    for code, shown in page.evaluate(script, state).items():
        own = drawn[:, made.nodes.index(code)]
        ends = [np.quantile(own[:, i], q) for i in (a, b) for q in (0.05, 0.95)]
        gap = own[:, a] - own[:, b]
        share = float((gap > 0).mean() + (gap == 0).mean() / 2)
        assert shown == pytest.approx([*ends, share], abs=0.01)


CALLS = "() => callsOf(data, page.nodes, page.state, firstState(data))"


def test_as_stated_the_calls_are_those_of_the_run(page: Page, answer: Answer) -> None:
    shown = page.evaluate(CALLS)
    sides = {"a": answer.pair[0], "b": answer.pair[1], "": ""}
    assert {code: (each["call"], sides[each["side"]]) for code, each in shown.items()} == {
        node: (gap.call, gap.leader) for node, gap in answer.gap.items()
    }
    assert "by the data" not in page.inner_text("#finding")
    page.select_option("#first", "CHN")  # the other way round they speak of the same side
    turned = page.evaluate(CALLS)
    swap = {"a": "b", "b": "a", "": ""}
    assert turned == {code: each | {"side": swap[each["side"]]} for code, each in shown.items()}


def test_what_is_moved_is_called_by_the_data_alone_and_told_with_methods_varied(page: Page) -> None:
    before = page.evaluate(CALLS)
    alone = "() => Object.entries(" + CALLS[6:] + ").filter(([, each]) => each.alone).map(([code]) => code)"
    page.evaluate("page.state.layers.inference_cost = 1; refresh()")
    assert page.evaluate(alone) == ["overall"]  # a layer does not rest on its own weight
    page.evaluate("page.state = firstState(data); page.state.pillars.capital = 0.26; refresh()")
    assert sorted(page.evaluate(alone)) == ["application_ecosystem", "overall"]
    data_alone = page.evaluate(CALLS)["application_ecosystem"]
    assert data_alone["told"] == before["application_ecosystem"]
    rank = ["no call", "likely ahead", "ahead"].index
    assert rank(data_alone["call"]) > rank(before["application_ecosystem"]["call"])
    says = page.inner_text("#finding")
    assert "by the data alone: likely ahead in application ecosystem" in says
    assert "As stated, with methods varied too: no call in application ecosystem" in says
    shown = page.locator("#picture .call").all_text_contents()
    assert any(text.endswith("US likely ahead by data") for text in shown)
    page.select_option("#lens", "intensity")
    assert set(page.evaluate(alone)) == set(before)
    assert "As stated" not in page.inner_text("#finding")


@pytest.mark.parametrize(
    ("changes", "stated"),
    [
        ({}, 0),
        ({"clip": 1.0}, 1),
        ({"aggregate": "arithmetic", "clip": 0.0}, 3),
        ({"clip": 2.0}, None),
        ({"aggregate": "geometric"}, None),
    ],
)
def test_the_mean_that_is_stated_is_that_of_the_recipe(
    answer: Answer, shipped: Facts, changes: dict[str, Any], stated: int | None
) -> None:
    made = replace(answer, made_with=read_recipe().model_copy(update=changes).model_dump_json())
    held = contents(made, shipped)
    assert held["stated"] == stated
    assert [k for k, mean in enumerate(held["means"]) if "as stated" in mean["says"]] == (
        [] if stated is None else [stated]
    )
    assert bool(held["told"]) == (stated is not None)


# ---- what a person does -----------------------------------------------------------------------------------


def test_a_slider_moves_scores_link_and_words_by_keyboard_alone(page: Page) -> None:
    before = page.inner_text("#finding")
    overall = page.text_content("#picture .depth0 .call")
    page.focus("#weight-inference_cost")
    page.keyboard.press("End")
    assert "layers=inference_cost%3A1" in page.url
    assert page.inner_text("#share-inference_cost") == "57 %"
    assert page.text_content("#picture .depth0 .call") != overall
    page.focus("#reset")
    page.keyboard.press("Enter")
    assert "#" not in page.url
    assert page.inner_text("#finding") == before


def test_a_link_brings_everything_back(page: Page, file: Path) -> None:
    page.goto("about:blank")
    page.goto(f"{file.as_uri()}#a=KOR&b=JPN&lens=intensity&mean=3&node=memory&layers=frontier_capability:0.5")
    assert page.input_value("#first") == "KOR"
    assert page.input_value("#lens") == "intensity"
    assert page.input_value("#mean") == "3"
    assert page.inner_text("#share-frontier_capability") == "40 %"
    assert page.inner_text("#node-says").startswith("Memory: South Korea")
    page.goto("about:blank")
    page.goto(f"{file.as_uri()}#a=XXX&lens=no&mean=99&layers=frontier_capability:-3,no:1&node=<b>")
    assert page.input_value("#first") == "USA"  # what makes no sense stays as shipped
    assert page.inner_text("#share-frontier_capability") == "25 %"


def test_every_mark_is_reached_by_keyboard_and_names_its_values(page: Page) -> None:
    marks = page.locator("#picture .mark")
    assert marks.count() == 10
    for k in range(marks.count()):
        marks.nth(k).focus()
        label = marks.nth(k).get_attribute("aria-label") or ""
        title = label.split(",")[0]
        assert page.inner_text("#node-says").startswith(f"{title}: ")
    rows = page.locator("#evidence tr")
    assert rows.count() > 5
    assert "score" in rows.first.inner_text()


def test_downloads_hold_what_is_shown(page: Page) -> None:
    with page.expect_download() as csv:
        page.click("#save-csv")
    lines = csv.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0] == "economy,node,score,low,high,coverage,weight,lens,mean,run"
    assert any(line.startswith("CHN,overall,") for line in lines)
    with page.expect_download() as svg:
        page.click("#save-svg")
    text = svg.value.path().read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert page.inner_text("#finding") in text.replace("&amp;", "&")


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.check("#pillars")
    expect(page.locator("#picture .row")).to_have_count(22)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        "[...document.querySelectorAll('#picture text')].filter(node => { const box = node.getBBox();"
        "const sheet = document.getElementById('picture').viewBox.baseVal;"
        "return box.x < -1 || box.x + box.width > sheet.width + 1; }).map(node => node.textContent)"
    )
    assert cut == []
    over = page.evaluate(
        "[...document.querySelectorAll('#picture .row')].filter(row => { const [a, b] = ['.label', '.call']"
        ".map(name => row.querySelector(name).getBBox()); return Math.abs(a.y - b.y) < 8 &&"
        "a.x < b.x + b.width && b.x < a.x + a.width; }).length"
    )
    assert over == 0


def test_the_other_side_ahead_nothing_told_apart_and_nothing_scored(page: Page) -> None:
    words = page.evaluate(
        """() => {
        const names = { a: "First", b: "Second" };
        const all = (call, side) => Object.fromEntries(
            ["overall", ...data.tree.map(layer => layer.code)].map(code => [code, { call, side }]));
        return [all("ahead", "b"), all("no call", ""), all("not scored", "")]
            .map(calls => finding(data, calls, names));
    }"""
    )
    assert words[0].startswith("Second: ahead in frontier capability, inference cost")
    assert words[0].endswith("Overall: Second ahead.")
    assert words[1].startswith("No call in frontier capability")
    assert words[2].startswith("Not scored for both: ")
    assert "ahead" not in words[1] + words[2]
    page.evaluate(
        "page.state.layers = Object.fromEntries(Object.keys(page.state.layers).map(c => [c, 0])); refresh()"
    )
    assert page.inner_text("#turning") == "No layer has a weight."
    level = """() => {
        const now = new Array(data.units.length).fill(50);
        const nodes = Object.fromEntries(data.tree.map(layer => [layer.code, { now }]));
        const says = turning(data, nodes, firstState(data), { a: "first", b: "second" });
        return [says.says, says.shares.every(Number.isNaN)];
    }"""
    assert page.evaluate(level) == ["The two are level in every layer that has a weight.", True]
    assert page.text_content("#picture .depth0 .call") == "not scored"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_amiss(page: Page, theme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    page.check("#pillars")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []


# ---- what stands beside the scores ------------------------------------------------------------------------


def test_the_weight_at_which_a_pillar_turns_the_lead_is_where_the_scores_cross(page: Page) -> None:
    told = page.evaluate(
        """() => {
        const own = "application_ecosystem";
        const layers = Object.fromEntries(data.tree.map(({ code }) => [code, code === own ? 1 : 0]));
        const state = { ...page.state, a: "USA", b: "CHN", layers };
        const held = heldLens(state.lens);
        const places = ["USA", "CHN"].map(code => data.units.findIndex(unit => unit.code === code));
        const gap = (pillar, weight) => {
            const nodes = scored(data, held, { ...state, pillars: { ...state.pillars, [pillar]: weight } });
            return nodes.overall.now[places[0]] - nodes.overall.now[places[1]];
        };
        const turns = pillarTurns(data, held, state);
        return data.tree.find(layer => layer.code === own).pillars.map(({ code }) => {
            const first = state.pillars[code], turn = turns[code], on = Math.sign(turn - first) / 100;
            const found = { stated: gap(code, first), turns: !Number.isNaN(turn) };
            if (found.turns) return { ...found, at: gap(code, turn), before: gap(code, turn - on) };
            return { ...found, all: [...Array(11).keys()].map(k => gap(code, k / 10)) };
        });
    }"""
    )
    turned = [each for each in told if each["turns"]]
    assert 0 < len(turned) < len(told)
    for each in turned:
        assert each["at"] * each["stated"] < 0
        assert each["before"] * each["stated"] >= 0
    for each in told:
        assert each["turns"] or all(gap * each["stated"] >= 0 for gap in each["all"])


def test_turning_weights_are_marked_under_their_sliders_and_read_aloud(page: Page) -> None:
    page.evaluate(
        "for (const code in page.state.layers) page.state.layers[code] = 0;"
        "page.state.layers.application_ecosystem = 1; refresh();"
        "document.querySelectorAll('details').forEach(each => { each.open = true; })"
    )
    marks = page.locator(".slider.pillars .turn:not([hidden])")
    assert marks.count() > 0
    for mark in marks.all():
        assert mark.inner_text() == "turns here"
        assert page.locator(f"[aria-describedby='{mark.get_attribute('id')}']").count() == 1


def test_every_flow_of_the_dollar_is_reached_and_names_cents_range_and_source(
    page: Page, shipped: Facts
) -> None:
    made = value_capture(shipped, ("USA", "CHN"), home="USA")
    assert page.locator("#case option").count() == len(made.dollars) == 4
    for dollar in made.dollars:
        page.select_option("#case", dollar.case.name)
        flows = page.locator("#flows .flow")
        shown = [flow for flow in dollar.flows() if flow.cents[0] >= 0.05]
        assert flows.count() == len(shown)
        for k in (0, len(shown) // 2, len(shown) - 1):
            flows.nth(k).focus()
            label = flows.nth(k).get_attribute("aria-label") or ""
            assert page.inner_text("#flow-says") == f"{label} of the dollar."
            assert "cents (" in label
            assert page.locator("#flow-numbers tr").count() > 0
            assert page.inner_text("#flow-numbers td.source >> nth=0").strip()
        page.evaluate("document.getElementById('flow-all').open = true")
        expect(page.locator("#flow-rows tr")).to_have_count(len(shown))
        cents = page.locator("#flow-rows td:nth-child(3)").all_inner_texts()
        assert cents[0] == "100.0 cents (100.0 to 100.0)"
        assert sorted(cents) == sorted(
            f"{_cents(flow.cents[0])} cents ({_cents(flow.cents[1])} to {_cents(flow.cents[2])})"
            for flow in shown
        )
    assert "case=cn-at-home" in page.url


def _cents(value: float) -> str:
    return "under 0.1" if 0 < value < 0.1 else f"{value:.1f}"


def test_the_case_comes_back_with_the_link_and_its_flows_can_be_taken_away(page: Page, file: Path) -> None:
    page.goto("about:blank")
    page.goto(f"{file.as_uri()}#case=cn-api-abroad&show=pillars")
    assert page.input_value("#case") == "cn-api-abroad"
    assert page.is_checked("#pillars")
    with page.expect_download() as csv:
        page.click("#save-flows-csv")
    lines = csv.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0] == "case,from,to,economy,cents,low,high,run"
    assert lines[1].startswith("cn-api-abroad,user,application,USA,100,100,100,")
    with page.expect_download() as svg:
        page.click("#save-flows-svg")
    assert "fill-opacity" in svg.value.path().read_text(encoding="utf-8")


def test_labels_of_the_flows_neither_meet_nor_leave_the_picture(page: Page) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for case in page.evaluate("data.dollars.cases.map(each => each.name)"):
            page.evaluate(f"page.state.case = '{case}'; showDollar()")
            found = page.evaluate(
                """() => {
                const sheet = document.getElementById("flows").viewBox.baseVal;
                const boxes = [...document.querySelectorAll("#flows text")]
                    .map(node => [node.textContent, node.getBBox()]);
                const cut = boxes.filter(([, box]) => box.x < 0 || box.y < 0
                    || box.x + box.width > sheet.width || box.y + box.height > sheet.height)
                    .map(([text]) => text);
                const meet = boxes.flatMap(([text, a], k) => boxes.slice(k + 1).filter(([, b]) =>
                    a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 4
                    && b.y < a.y + a.height - 4).map(([other]) => `${text} / ${other}`));
                return [...cut, ...meet];
            }"""
            )
            assert found == [], (width, case)


def test_a_bloc_has_no_dollar_and_says_so(answer: Answer, shipped: Facts) -> None:
    text = explorer(replace(answer, pair=("EU8", "CHN")), shipped)
    assert "Unknown: Who keeps the money is told for two economies, not for a bloc" in text
    assert 'id="case"' not in text


def test_a_case_that_cannot_be_followed_at_a_date_is_named_as_unknown(answer: Answer) -> None:
    early = load(as_of=date(2025, 6, 30), known_by=date(2025, 6, 30))
    held = dollars(answer, early)
    assert held["untold"]
    assert len(held["untold"]) + len(held["cases"]) == 4


def test_profit_by_stage_is_told_and_what_is_unknown_says_so(
    page: Page, answer: Answer, shipped: Facts
) -> None:
    told = money_chapter(answer, shipped)
    assert told.stages is not None
    rows = page.locator("#money table").first.locator("tbody tr")
    assert rows.count() == len(told.stages.rows) == 7
    for k, row in enumerate(told.stages.rows):
        assert rows.nth(k).locator("td").all_inner_texts() == list(row[1:])
    unknown = sum(cell == "unknown" for row in told.stages.rows for cell in row)
    assert page.locator("#money td.unknown").count() == unknown > 0
    assert page.inner_text("#money").count(told.finding) == 1


def test_claims_stand_with_verdict_rule_figures_and_sources(
    page: Page, tested: tuple[ClaimVerdict, ...]
) -> None:
    for each in tested:
        place = page.locator(f"#claim-{each.name}")
        assert each.sentence in place.locator("summary").inner_text()
        assert place.locator(".verdict").inner_text().startswith(each.verdict)
        place.locator("summary").focus()
        page.keyboard.press("Enter")
        assert each.rule in place.inner_text()
        assert place.locator("tbody tr").count() == len(each.figures)
        for figure in each.figures[:2]:
            assert figure.source in place.inner_text()


def test_the_picture_can_be_read_as_a_table(page: Page) -> None:
    page.click("#pair-all summary")
    expect(page.locator("#pair-rows tr")).to_have_count(22)
    first = page.locator("#pair-rows tr").first.locator("td").all_inner_texts()
    label = page.locator("#picture .mark.a").first.get_attribute("aria-label") or ""
    assert label.endswith(first[1])
    assert first[3].startswith("United States")


def test_on_paper_controls_are_gone_and_nothing_is_cut(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    try:
        assert page.is_hidden("#weights")
        assert page.is_visible("#print")
        assert page.is_hidden(".move")
        assert page.is_hidden("#pair-all")  # a closed table has nothing to say on paper
        assert page.evaluate("document.getElementById('flows').getBoundingClientRect().width") <= 700
        assert page.evaluate("document.getElementById('picture').viewBox.baseVal.width") <= 700
    finally:
        page.emulate_media(media="screen")
        page.evaluate("dispatchEvent(new Event('afterprint'))")


# ---- what the file is -------------------------------------------------------------------------------------


def test_the_file_is_small_and_asks_nothing(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.encode()) < 1_500_000
    assert "default-src &#39;none&#39;" in text
    assert "http-equiv" in text
    assert "src=" not in text.replace("default-src", "").split("<script type")[0]


def test_hostile_texts_stay_texts(page: Page, answer: Answer, shipped: Facts, file: Path) -> None:
    evil = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>'
    named = replace(answer, names=answer.names | {"USA": evil, "CHN": evil})
    path = file.with_name("hostile.html")
    path.write_text(explorer(named, shipped), encoding="utf-8")
    page.goto(path.as_uri())
    assert page.title().startswith("fourlayers: ")
    assert page.locator("img").count() == 0


def test_values_that_may_not_be_passed_on_are_not_in_it(answer: Answer, shipped: Facts) -> None:
    held = contents(answer, shipped)
    closed = 0
    for it in held["indicators"]:
        sources = shipped.indicators[it["code"]].sources
        for value, low, high, _, source, _ in it["cells"]:
            if source and not sources[source.split(".")[1]].redistribute:
                assert (value, low, high) == (None, None, None)
                closed += 1
    assert closed > 50


def test_the_same_run_gives_the_same_bytes(
    answer: Answer, shipped: Facts, tested: tuple[ClaimVerdict, ...], file: Path
) -> None:
    assert explorer(answer, shipped, tested) == file.read_text(encoding="utf-8")
