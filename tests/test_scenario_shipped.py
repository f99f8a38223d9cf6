"""Scenarios on the shipped facts: through the models, in a folder, on the command line, sought and run."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import fourlayers as fl
from fourlayers import cli
from fourlayers.screens.scenario import compare_screen, run_screen
from indicators.facts import load
from layers.changed import carried
from layers.grid import build
from layers.layer import computed_rows
from layers.patched import narrowed, patched
from reports.scenario_document import as_csv, as_json
from scoring.questions.scenario.read import read
from scoring.questions.scenario.run import run_scenario, start
from scoring.questions.scenario.seek import seek

if TYPE_CHECKING:
    from pathlib import Path

    from indicators.facts import Facts
    from scoring.questions.scenario.outcome import Outcome
    from scoring.questions.scenario.run import Start


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load()


@pytest.fixture(scope="module")
def begin(facts: Facts) -> Start:
    return start(facts, draws=0)


@pytest.fixture(scope="module")
def tightened(facts: Facts) -> Outcome:
    return run_scenario(read("export-controls-tighten"), start(facts, draws=128))


def change(target: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {"target": target, "from": "2027", "reason": "r", "source": "assumed"} | more


def scenario(*changes: dict[str, Any]) -> fl.Scenario:
    given = {
        "name": "s",
        "title": "S",
        "question": "What if?",
        "not_modelled": ["all else"],
        "changes": changes,
    }
    return fl.Scenario.model_validate(given)


def cells(facts: Facts, code: str) -> dict[str, float]:
    rows = computed_rows(facts, facts.indicators[code].layer)
    return {row["economy"]: row["value"] for row in rows if row["code"] == code}


def test_access_acts_through_reach_and_through_the_machines_to_be_had(begin: Start) -> None:
    found = run_scenario(read(scenario(change("access.CHN.KOR.hbm", set=0.8))), begin)
    assert {each.node for each in found.nodes if each.linked} == {"overall", "systems_integration", "memory"}
    assert (found.node("memory").effects[-1].change or 0.0) < -5  # China's reach rises
    found = run_scenario(read(scenario(change("access.CHN.USA.accel_frontier", set=1.0))), begin)
    assert {each.node for each in found.nodes if each.linked} == {
        "overall",
        "inference_cost",
        "cost_to_produce",
    }
    assert (found.node("cost_to_produce").effects[-1].change or 0.0) < -5


def test_reach_after_a_change_is_the_sum_that_the_layer_states(facts: Facts) -> None:
    """KOR 79 at access 1, with a dominant supplier's discount; USA 21 at access 0.01."""
    columns = facts.columns("access")
    keys = zip(columns["economy"], columns["supplier"], columns["item"], columns["to"], strict=True)
    for k, key in enumerate(keys):
        if key == ("CHN", "KOR", "hbm", None):
            for part in ("value", "low", "high"):
                columns[part][k] = 1.0
    after, codes = carried(facts, facts.changed(rewritten={"access": columns}))
    assert codes == {"hbm_reach_pct"}
    expected = 79 * 0.7 * (1 - 0.25 * (0.79 - 0.5) / 0.5) + 21 * 0.7 * 0.01
    assert cells(after, "hbm_reach_pct")["CHN"] == pytest.approx(expected)
    assert cells(after, "advanced_logic_reach_pct") == pytest.approx(cells(facts, "advanced_logic_reach_pct"))
    for code in ("price_ratio_tier_mid", "frontier_gap_points", "token_cost_site_ratio"):
        assert cells(after, code) == cells(facts, code)


def test_prices_that_all_change_alike_change_no_ratio(begin: Start) -> None:
    everybody = change("inputs.price.*", scale=0.5)
    found = run_scenario(read(scenario(everybody)), begin)
    assert found.node("inference_cost").linked
    assert found.node("inference_cost").effects[-1].change == pytest.approx(0.0, abs=1e-9)


def test_cheaper_chinese_tokens_favour_china_in_price_alone(begin: Start) -> None:
    found = run_scenario(read(scenario(change("inputs.price.CHN", scale=0.5))), begin)
    assert (found.node("price_offered").effects[-1].change or 0.0) < 0
    assert not found.node("cost_to_produce").linked


def test_a_part_of_a_grid_patched_in_is_the_whole_grid(facts: Facts, begin: Start) -> None:
    p = begin.plan(begin.world(facts.date))
    held = [it for it in p.grid.indicators if it.code in {"hbm_reach_pct", "github_developers"}]
    again = patched(p.grid, build(p_facts(begin), held, "scale", p.recipe.error))
    for name in ("value", "low", "centre", "below", "above", "state", "divisor"):
        np.testing.assert_array_equal(getattr(again, name), getattr(p.grid, name))
    for one, other in zip(again.joints, p.grid.joints, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.rows, other.rows)
    pair = narrowed(p.grid, ("USA", "CHN"))
    np.testing.assert_array_equal(pair.value[:, 1], p.grid.value[:, p.grid.units.index("CHN")])


def p_facts(begin: Start) -> Facts:
    return begin.world(begin.facts.date).facts


def test_what_each_change_adds_adds_up_at_every_node(tightened: Outcome) -> None:
    for node in tightened.nodes:
        assert node.parts is not None
        assert sum(node.parts) == pytest.approx(node.effects[-1].change, abs=1e-9)


def test_documents_hold_what_the_outcome_says(tightened: Outcome) -> None:
    made = json.loads(as_json([tightened]))
    assert made["schema"] == "fourlayers/scenario/1"
    last = made["nodes"]["overall"]["years"]["2030"]
    assert last["difference"] == pytest.approx(tightened.overall.effects[-1].change, abs=1e-4)
    assert len(made["changes"]) == 6
    rows = list(csv.DictReader(io.StringIO(as_csv([tightened]))))
    parts = [float(it["value"]) for it in rows if it["measure"] == "part" and it["node"] == "overall"]
    assert sum(parts) == pytest.approx(last["difference"], abs=1e-3)
    assert {it["year"] for it in rows if it["measure"] == "difference"} == {"2027", "2028", "2029", "2030"}


def test_a_scenario_is_a_chapter_of_a_report(tightened: Outcome) -> None:
    import answers
    from pypdf import PdfReader

    from reports.charts.what_if import draw_both
    from reports.pdf import Material, pdf

    of = Material(answers.a_leads(), answers.facts(), scenarios=((tightened, draw_both(tightened)),))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf(of))).pages]
    first = {text.split("\n")[0]: place for place, text in enumerate(pages) if text}
    place = first[f"Scenario: {tightened.scenario.title}"]
    assert first["Value capture"] < place < first["Why these changes"] == place + 1 < first["Doubt"]
    assert f"Scenario: {tightened.scenario.title}" in " ".join(pages[1].split())


def test_screens_fit_a_terminal(tightened: Outcome) -> None:
    text = run_screen(tightened, "out/export-controls-tighten/", ["brief.pdf"]) + compare_screen(
        [tightened] * 2
    )
    assert max(map(len, text.splitlines())) <= 80
    assert "not linked to these changes" in text
    assert "assumed" in text


def test_a_run_writes_its_files(
    facts: Facts, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fourlayers.commands.scenario.facts", lambda _: facts)
    argv = ["scenario", "run", "us-power-crunch", "--draws", "0", "--out", str(tmp_path)]
    assert cli.main(argv) == 0
    names = {path.name for path in (tmp_path / "us-power-crunch").iterdir()}
    assert names == {"brief.pdf", "result.json", "result.csv", "paths.png", "contributions.png"}
    assert (tmp_path / "us-power-crunch" / "brief.pdf").read_bytes().startswith(b"%PDF")
    assert "Power crunch in the United States" in capsys.readouterr().out


def test_one_of_ones_own_is_written_checked_and_run_in_python(
    tmp_path: Path, facts: Facts, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    assert cli.main(["scenario", "new", str(path)]) == 0
    assert (
        json.loads((tmp_path / "scenario.schema.json").read_text(encoding="utf-8"))["title"]
        == "fourlayers scenario"
    )
    assert cli.main(["scenario", "new", str(path)]) == 2
    assert "there already" in capsys.readouterr().err
    found = fl.run(path, facts, draws=0)
    assert found.scenario.name == "mine"
    assert found.node("memory").linked
    assert found.frame()["measure"].eq("part").any()
    assert "Gap, USA minus CHN" in str(found)


def test_what_is_sought_is_found_by_running_it(begin: Start) -> None:
    found = seek(begin, "inference_cost", 0.0)
    reached = [each for each in found if each.found]
    assert reached
    assert [each.ranges for each in reached] == sorted(each.ranges for each in reached)
    for each in reached[:2]:
        assert each.changes is not None
        run = run_scenario(read(each.changes), begin)
        assert run.node("inference_cost").effects[0].value == pytest.approx(0.0, abs=1e-5)
    away = [each for each in found if not each.found]
    assert away
    assert all(each.at_end > 0 for each in away)  # the United States stays ahead even at the goalpost


def test_the_trend_baseline_is_another_start(facts: Facts) -> None:
    empty = read(scenario())
    held, gone = (run_scenario(empty, start(facts, draws=0, baseline=base)) for base in ("hold", "trend"))
    assert held.overall.effects[-1].base == held.overall.now
    assert gone.overall.now == held.overall.now
    assert gone.overall.effects[-1].base != gone.overall.now
    assert all(each.change == 0.0 for node in gone.nodes for each in node.effects)


def test_a_change_of_value_capture_moves_the_dollar_and_no_score(begin: Start) -> None:
    host = change("inputs.value.cn-open-on-us-cloud.host.pays.model", set=0.1)
    found = run_scenario(read(scenario(host)), begin)
    assert not any(each.linked for each in found.nodes)
    moved = {each.economy: each.after[0] - each.before[0] for each in found.money}
    assert moved["CHN"] > 0  # the maker of the open model is paid a higher royalty
    assert {each.case for each in found.money} == {"cn-open-on-us-cloud"}
    assert "cents a dollar" in run_screen(found)
    assert run_scenario(read(scenario()), begin).money == ()
