"""Overrides of a folder: goalposts, weights, names, and a fifth layer that goes through everything."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import tomllib
from typing import TYPE_CHECKING

import pytest
from answers import a_leads
from test_workbook import assert_sums_hold

from fourlayers.cli import main
from indicators.catalogue import scan
from indicators.check import check
from indicators.economies import resolve
from indicators.facts import load
from indicators.fault import DataError, UsageError
from reports.content import write
from reports.document import as_json
from reports.explorer.contents import contents
from reports.wording import all_layers, layers
from reports.workbook import workbook
from scoring.ask import ask
from scoring.index.framework import read_framework
from scoring.index.own_tree import tree_faults, tree_of
from scoring.questions.scenario.read import read
from scoring.questions.scenario.schema import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from indicators.facts import Facts
    from scoring.answer import Answer

CODE = "top_researchers"
PAIR = f"""
code = "{CODE}"
title = "Top researchers"
short = "Top researchers"
description = "Researchers of the economy among the most cited, by our own count."
unit = "thousand people"
layer = "talent"
pillar = "researchers"
direction = 1
[readings.scale]
goalposts = [0.0, 500.0]
reason = "nobody; about the world"
[sources.main]
producer = "A ministry"
title = "Own count"
citation_full = "A ministry (2026), own count."
url_main = "https://example.org"
date_accessed = 2026-11-01
licence = "CC BY 4.0"
"""
ROWS = (
    "economy,date,published,value,low,high,interval_kind,status,instrument,source,quality,note\n"
    "USA,2025,2026-03,310,290,330,judgement,actual,,main,survey,\n"
    "CHN,2025,2026-03,95,85,105,judgement,actual,,main,survey,\n"
)
OVERRIDES = """
[economies.TWN]
name = "Chinese Taipei"
short = "Chinese Taipei"

[goalposts.cloud_regions_all]
scale = [1.0, 100.0]
reason = "twice the regions by 2030."

[weights.memory]
weight = 2.0
reason = "the bottleneck of our fabs"

[weights.cloud_provider_share_by_hq_pct]
weight = 0.0
reason = "told twice"

[layers.talent]
title = "Talent"
reason = "people move before capital does"

[pillars.researchers]
layer = "talent"
title = "Researchers"
reason = "the only count that we have"
"""


def write_folder(folder: Path, overrides: str = OVERRIDES) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{CODE}.toml").write_text(PAIR, encoding="utf-8")
    (folder / f"{CODE}.csv").write_text(ROWS, encoding="utf-8")
    (folder / "overrides.toml").write_text(overrides, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that overrides one thing of each kind."""
    return write_folder(tmp_path_factory.mktemp("own") / "gov")


@pytest.fixture(scope="module")
def facts(mine: Path) -> Facts:
    """Give the facts with that folder."""
    return load([mine])


@pytest.fixture(scope="module")
def before() -> Answer:
    """Give what the shipped facts say."""
    return ask(load(), draws=0)


@pytest.fixture(scope="module")
def after(facts: Facts) -> Answer:
    """Give what they say with the folder."""
    return ask(facts, draws=0)


def score(answer: Answer, economy: str, node: str) -> float:
    value = answer.scores[economy][node].value
    assert value is not None
    return value


def test_goalposts_of_a_shipped_indicator_are_those_of_the_folder(
    facts: Facts, before: Answer, after: Answer
) -> None:
    row = next(row for row in after.indicators if row.code == "cloud_regions_all")
    assert row.a.value is not None
    # cloud_regions_all is read in logarithms: from [1, 50] to [1, 100]
    assert row.a.score == pytest.approx(100 * math.log(row.a.value) / math.log(100))
    old = next(row for row in before.indicators if row.code == "cloud_regions_all")
    assert old.a.score == pytest.approx(min(100.0, 100 * math.log(row.a.value) / math.log(50)))
    assert old.reading != row.reading
    assert facts.indicators["cloud_regions_all"].readings.scale.reason == "twice the regions by 2030."


def test_weights_of_a_node_and_of_an_indicator_are_those_of_the_folder(after: Answer) -> None:
    pillars = after.pillars("systems_integration")
    weights = {node.code: node.weight for node in pillars}
    assert weights == pytest.approx({code: (2 if code == "memory" else 1) / 7 for code in weights})
    for economy in after.pair:
        mean = sum(weights[code] * score(after, economy, code) for code in weights)
        assert score(after, economy, "systems_integration") == pytest.approx(mean)
    shown = next(row for row in after.indicators if row.code == "cloud_provider_share_by_hq_pct")
    assert shown.weight == 0.0
    assert shown.points is None


def test_a_fifth_layer_counts_in_the_whole_like_the_four(after: Answer) -> None:
    assert [node.code for node in after.layers()][-1] == "talent"
    for economy, own in (("USA", 62.0), ("CHN", 19.0)):
        assert score(after, economy, "talent") == pytest.approx(own)
        parts = [max(score(after, economy, node.code), 5.0) for node in after.layers()]
        assert score(after, economy, "overall") == pytest.approx(math.prod(parts) ** (1 / 5))
    assert after.scores["DEU"]["talent"].value is None  # an indicator of two economies leaves the others
    assert after.scores["DEU"]["overall"].reason == "a layer is not scored"


def test_an_economy_is_called_what_the_user_calls_it(facts: Facts, after: Answer) -> None:
    assert after.names["TWN"] == "Chinese Taipei"
    assert resolve("chinese taipei", facts.units) == "TWN"
    assert resolve("taiwan", facts.units) == "TWN"


def test_every_override_is_told_one_by_one(after: Answer) -> None:
    assert [it.message for it in after.own] == [
        f"indicator {CODE} is added",
        "goalposts of cloud_regions_all (scale) are [1, 100] in place of [1, 50]: twice the regions by 2030",
        "weight of cloud_provider_share_by_hq_pct in its pillar is 0 in place of 0.5: told twice",
        "TWN is called Chinese Taipei",
        "layer talent (Talent) with weight 1: people move before capital does",
        "pillar researchers (Researchers) in talent with weight 1: the only count that we have",
        "weight of memory is 2 in place of 1: the bottleneck of our fabs",
    ]


def test_the_fingerprint_is_another_with_other_words_in_the_file(
    mine: Path, before: Answer, after: Answer, tmp_path: Path
) -> None:
    other = write_folder(tmp_path / "gov", OVERRIDES.replace("of our fabs", "of theirs"))
    assert len({load().fingerprint(), load([mine]).fingerprint(), load([other]).fingerprint()}) == 3
    assert before.fingerprint != after.fingerprint


def test_report_page_workbook_and_document_hold_the_fifth_layer(facts: Facts, after: Answer) -> None:
    content = write(after, facts)
    assert content.title == "The United States and China in the five layers of AI"
    assert [page.title for page in content.layers][-1] == "Talent"
    assert f"gov: indicator {CODE} is added." in content.own
    assert "own data: gov (1 indicator, 6 overrides)" in content.first.versions
    told = json.loads(as_json(after))
    assert list(told["gap"]["layers"])[-1] == "talent"
    assert len(told["own_data"]) == 7
    assert [layer["code"] for layer in contents(after, facts)["tree"]][-1] == "talent"


def test_the_workbook_computes_five_layers_again(facts: Facts, after: Answer, tmp_path: Path) -> None:
    assert_sums_hold(after, workbook(after, facts), tmp_path)


def test_screens_name_the_fifth_layer(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "--draws", "0", "--all", "--wide", "--data", str(mine)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("The United States and China in the five layers of AI")
    assert max(map(len, out.splitlines())) <= 80
    assert "gov: weight of memory is 2 in place of 1" in out
    assert main(["layer", "list", "--data", str(mine)]) == 0
    assert capsys.readouterr().out.split()[-1] == "talent"
    assert main(["data", "list", "--layer", "talent", "--data", str(mine)]) == 0
    assert CODE in capsys.readouterr().out


def test_the_check_shows_overrides_and_what_is_new(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "check", str(mine)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Overrides in force gov: goalposts of cloud_regions_all (scale)" in out
    assert "talent new +43.0" in out


WRONG = """
[economies.TWM]
short = "Taiwan"
[economies.KOR]
short = "Japan"
[goalposts.cloud_region_all]
scale = [1.0, 2.0]
reason = "a slip of the pen"
[goalposts.cloud_regions_all]
scale = [100.0, 1.0]
reason = "turned round"
[goalposts.fixed_broadband_per_100]
intensity = [1.0, 2.0]
reason = "it has none"
[weights.memry]
weight = 1.0
reason = "a slip of the pen"
[layers.memory]
title = "Memory"
reason = "its code is taken"
[layers.talent]
title = "Talent"
reason = "no pillar"
[pillars.researchers]
layer = "talents"
title = "Researchers"
reason = "a slip of the pen"
"""


def test_all_faults_of_an_override_are_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "overrides.toml").write_text(WRONG, encoding="utf-8")
    catalogue, _ = scan([tmp_path])
    found = [*check([tmp_path]), *tree_faults(read_framework(), catalogue)]
    said = "\n".join(str(fault) for fault in found if fault.severity == "error")
    for expected in (
        "economies.TWM: found 'TWM'; expected a listed economy. Did you mean TWN",
        "economies.KOR.short: found 'Japan', which means JPN; expected a word of its own",
        "goalposts.cloud_region_all: found 'cloud_region_all'; expected the code of an indicator",
        "goalposts.cloud_regions_all: found readings.scale.goalposts [100.0, 1.0] run against direction 1",
        "goalposts.fixed_broadband_per_100.intensity: found a reading that fixed_broadband_per_100 does",
        "weights.memry: found 'memry'; expected a node of framework 'default', or an indicator.",
        "layers.memory: found 'memory', which is there already",
        "layers.talent: found a layer without a pillar",
        "pillars.researchers.layer: found 'talents'; expected a layer",
    ):
        assert f"overrides.toml, {expected}" in said
    with pytest.raises(DataError):
        load([tmp_path])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "weigths = 1",
            "weigths: found an unknown key; expected only the documented keys. Did you mean weights",
        ),
        ("[weights.memory]\nweight = -1\nreason = 'x'", "weights.memory.weight: found -1"),
        ("[weights.memory]\nweight = 1", "weights.memory.reason: found nothing; expected this key"),
        (
            "[goalposts.cloud_regions_all]\nscale = ['a', 2]\nreason = 'x'",
            "goalposts.cloud_regions_all.scale.0",
        ),
        ("[goalposts.cloud_regions_all]\nreason = 'x'", "found no goalposts"),
        ("[weights", "found"),
    ],
)
def test_a_file_that_is_no_override_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "overrides.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load([tmp_path])
    assert said in str(caught.value)


def test_weights_that_leave_nothing_are_refused(tmp_path: Path) -> None:
    codes = ("frontier", "depth", "breadth", "openness_and_output")
    text = "".join(f"[weights.{code}]\nweight = 0\nreason = 'out'\n" for code in codes)
    (tmp_path / "overrides.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="weight 0 for all of frontier, depth, breadth, openness_and_output"):
        tree_of(load([tmp_path]))


def test_a_later_folder_stands_over_an_earlier(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "overrides.toml").write_text(
        "[weights.memory]\nweight = 3\nreason = 'more'\n", encoding="utf-8"
    )
    nodes = {node.code: node.weight for node in tree_of(load([mine, tmp_path])).nodes}
    assert nodes["memory"] == 3.0


def test_recipes_and_scenarios_are_called_by_their_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = 'name = "mine"\naggregate = "arithmetic"\n[error]\nabsolute = 0.02\nrelative = "quality"\n'
    folder = tmp_path / "more"
    (folder / "recipes").mkdir(parents=True)
    (folder / "recipes" / "mine.toml").write_text(recipe, encoding="utf-8")
    assert main(["score", "--draws", "0", "--recipe", "mine", "--data", str(folder)]) == 0
    assert "recipe mine " in capsys.readouterr().out
    (folder / "recipes" / "default.toml").write_text(recipe, encoding="utf-8")
    assert main(["score", "--draws", "0", "--data", str(folder)]) == 2
    assert "'default' is the name of a shipped one of recipes" in capsys.readouterr().err
    assert main(["data", "check", str(folder)]) == 1
    assert "a name that is not that of a shipped one of recipes" in capsys.readouterr().err
    (folder / "recipes" / "default.toml").unlink()
    assert main(["scenario", "new", str(folder / "scenarios" / "what_if.toml")]) == 0
    capsys.readouterr()
    assert main(["scenario", "list", "--data", str(folder)]) == 0
    named = tomllib.loads((folder / "scenarios" / "what_if.toml").read_text(encoding="utf-8"))["name"]
    assert named in capsys.readouterr().out
    assert main(["scenario", "show", "what_if", "--data", str(folder)]) == 0


@pytest.mark.parametrize(
    ("number", "said", "whole"),
    [
        (1, "one layer", "the one layer"),
        (2, "two layers", "both layers"),
        (3, "three layers", "all three layers"),
    ],
)
def test_the_number_of_layers_is_said_as_it_is(number: int, said: str, whole: str) -> None:
    answer = a_leads()
    kept = {node.code for node in answer.layers()[:number]}
    nodes = tuple(it for it in answer.nodes if it.level == "overall" or {it.code, it.parent} & kept)
    few = dataclasses.replace(answer, nodes=nodes)
    assert layers(few) == said
    assert all_layers(few) == whole


def test_a_framework_that_stands_above_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "circle.toml"
    path.write_text(
        'name = "circle"\ntitle = "Circle"\n'
        '[[nodes]]\ncode = "top"\ntitle = "Top"\n'
        '[[nodes]]\ncode = "a"\ntitle = "A"\nparent = "b"\n'
        '[[nodes]]\ncode = "b"\ntitle = "B"\nparent = "a"\n',
        encoding="utf-8",
    )
    assert tomllib.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(DataError, match="stands above itself"):
        read_framework(path)
    with pytest.raises(UsageError):
        read_framework("circl", [tmp_path])


def test_a_new_pair_may_stand_in_a_layer_of_the_folder(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_folder(tmp_path / "gov")
    told = ["--layer", "talent", "--pillar", "researchers", "--into"]
    assert main(["data", "new", "phd_graduates", *told, str(folder)]) == 0
    assert 'layer = "talent"' in (folder / "phd_graduates.toml").read_text(encoding="utf-8")
    assert main(["data", "new", "phd_graduates", *told, str(tmp_path / "empty")]) == 2
    assert "--layer talent" in capsys.readouterr().err
    assert not (tmp_path / "empty").exists()
    assert mine.is_dir()


@pytest.mark.parametrize("code", ["../escaped", "/escaped", "Capital", "a b", "a/b"])
def test_a_code_that_leads_elsewhere_is_refused(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "escaped.toml").write_text(PAIR, encoding="utf-8")  # as one that an import would go on with
    (tmp_path / "rows.csv").write_text("country,2024\nUnited States,1\nChina,2\n", encoding="utf-8")
    told = ["--layer", "systems", "--pillar", "cloud", "--into", str(folder)]
    for words in (["new", code], ["import", str(tmp_path / "rows.csv"), "--code", code]):
        assert main(["data", *words, *told]) == 2
        assert "expected small letters, digits and _" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["escaped.toml", "in", "rows.csv"]


@pytest.mark.parametrize("base", ["../price-war", "/etc/passwd", "sub/../../x", "c:x", "..\\x"])
def test_what_a_scenario_extends_stands_in_its_folder(base: str) -> None:
    found = Scenario(
        name="own", title="Own", question="What?", not_modelled=("all",), extends=(base,), changes=()
    )
    with pytest.raises(UsageError, match="a file in the same folder"):
        read(found)


def test_the_example_of_the_documentation_is_in_order(root: Path, tmp_path: Path) -> None:
    page = root / "docs" / "own-data.md"
    if not page.is_file():
        pytest.skip("away from the sources there are no documents")
    (example,) = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    facts = load([write_folder(tmp_path / "gov", example)])
    assert [node.code for node in tree_of(facts).nodes if node.parent == "overall"][-1] == "talent"
    assert len(facts.catalogue.applied.told) == 5
