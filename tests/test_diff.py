"""What moved: parts that add up, the cause of each, files that are no runs, and the screen."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from answers import a_leads
from hypothesis import given
from hypothesis import strategies as st
from small import framework as tree_of

from fourlayers.cli import main
from fourlayers.screens.diff import diff_screen
from indicators.catalogue import SHIPPED
from indicators.facts import load
from indicators.fault import DataError, UsageError
from reports import diff_document
from reports.content.since import since
from reports.document import as_json
from reports.kept import read_run
from scoring.ask import ask
from scoring.index.framework import Framework, Node
from scoring.index.recipe import read_recipe
from scoring.questions.diff import CAUSES, Diff, diff
from scoring.questions.held import Half, Item, Run, Told, held, rounded

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.answer import Answer, Call

TREE = tree_of({"left": ["one"], "right": ["two"]})
PILLARS = {"a": "one", "b": "one", "c": "two", "d": "two"}
LAYER = {"one": "left", "two": "right"}
RECIPE: dict[str, Any] = read_recipe().model_dump(mode="json")
Scores = dict[str, tuple[float | None, float | None]]
SCORES: Scores = {"a": (80.0, 60.0), "b": (50.0, 70.0), "c": (90.0, 30.0), "d": (20.0, 40.0)}


def half(score: float | None, **changes: Any) -> Half:  # noqa: ANN401 - any field
    """Make one half; the mark follows the score, as for a value that is read the same way."""
    state = "observed" if score is not None else "missing"
    date = "2025" if score is not None else ""
    plain = Half(
        score, state, score, free=True, date=date, published="2026", source="office", mark=f"{score}"
    )
    return replace(plain, **changes)


def told(scores: Scores, tree: Framework = TREE, recipe: dict[str, Any] = RECIPE) -> dict[str, Told]:
    """Write the gaps out: arithmetic means below, the mean of the recipe on top."""
    weights = {node.code: node.weight for node in tree.nodes}
    sides: list[dict[str, float | None]] = []
    for side in (0, 1):
        layers: dict[str, float | None] = {}
        for pillar, layer in LAYER.items():
            held_ = [each[side] for code, each in scores.items() if PILLARS[code] == pillar]
            known = [each for each in held_ if each is not None]
            layers[layer] = sum(known) / len(known) if known else None
        sides.append(layers | {"overall": _top(layers, weights, recipe)})
    a, b = sides
    gaps = {node: None if a[node] is None or b[node] is None else a[node] - b[node] for node in a}  # type: ignore[operator] # both are known
    return {node: Told(rounded(gap), None, None, "no call", "") for node, gap in gaps.items()}


def _top(layers: dict[str, float | None], weights: dict[str, float], recipe: dict[str, Any]) -> float | None:
    if None in layers.values():
        return None
    total = weights["left"] + weights["right"]
    shares = {layer: weights[layer] / total for layer in layers}
    if recipe["aggregate"][-1] == "arithmetic":
        return sum(shares[layer] * (value or 0.0) for layer, value in layers.items())
    found = 1.0
    for layer, value in layers.items():
        found *= max(value or 0.0, recipe["clip"]) ** shares[layer]
    return found


def run(
    scores: Scores = SCORES,
    tree: Framework = TREE,
    recipe: dict[str, Any] = RECIPE,
    **changes: Any,  # noqa: ANN401 - any field
) -> Run:
    """Make a run whose indicators score as stated."""
    items = {
        code: Item(
            code, code, "points", LAYER[PILLARS[code]], PILLARS[code], 1.0, "r", "", (half(a), half(b))
        )
        for code, (a, b) in scores.items()
    }
    plain = Run(
        version="1",
        code="c1",
        pair=("USA", "CHN"),
        lens="scale",
        as_of="2026-06-30",
        known_by="",
        vintage="2026-06-30",
        draws=0,
        seed=1,
        fingerprint=f"{scores}",
        recipe=recipe,
        tree=tree.model_dump(mode="json"),
        gap=told(scores, tree, recipe),
        items=items,
    )
    return replace(plain, **changes)


def changed(run_: Run, code: str, side: int, **changes: Any) -> Run:  # noqa: ANN401
    """Change fields of one half."""
    halves = list(run_.items[code].halves)
    halves[side] = replace(halves[side], **changes)
    return replace(run_, items=run_.items | {code: replace(run_.items[code], halves=(halves[0], halves[1]))})


def adds_up(found: Diff) -> None:
    """Hold the parts to the move, at every node, and the causes to the parts."""
    for move in found.moves:
        if move.old.value is None or move.new.value is None:
            assert move.points is None
            assert all(move.node not in part.points for part in found.parts)
            continue
        assert move.points == move.new.value - move.old.value
        assert sum(part.points[move.node] for part in found.parts) == pytest.approx(move.points, abs=1e-12)
        assert sum(move.by.values()) == pytest.approx(move.points, abs=1e-12)


def test_a_run_against_itself_is_empty() -> None:
    found = diff(run(), run())
    assert found.empty
    assert not found.parts
    assert "Nothing moved." in diff_screen(found)
    assert diff_document.document(found)["nothing_moved"]


def test_a_changed_row_is_data_and_is_named() -> None:
    new = run(SCORES | {"c": (90.0, 50.0)})
    found = diff(run(), new)
    (part,) = found.parts
    assert (part.cause, part.what, part.code, part.economy) == ("data", "changed", "c", "CHN")
    assert part.points["left"] == 0
    # Pillar two is the mean of two indicators: 20 points more for China are 10 in the layer.
    assert part.points["right"] == pytest.approx(-10)
    # sqrt(65 * 55) - sqrt(65 * 45) against sqrt(65 * 55) - sqrt(65 * 35), written out.
    assert part.points["overall"] == pytest.approx((65 * 35) ** 0.5 - (65 * 45) ** 0.5, abs=1e-4)
    adds_up(found)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [((None, 60.0), (80.0, 60.0), "added"), ((80.0, 60.0), (None, 60.0), "removed")],
)
def test_rows_come_and_go(before: Any, after: Any, what: str) -> None:  # noqa: ANN401 - scores of both
    found = diff(run(SCORES | {"a": before}), run(SCORES | {"a": after}))
    (part,) = found.parts
    assert (part.cause, part.what, part.economy) == ("data", what, "USA")
    adds_up(found)


def test_a_value_that_grew_too_old_is_told_as_such() -> None:
    new = changed(run(SCORES | {"a": (None, 60.0)}), "a", 0, state="stale", date="2020")
    (part,) = diff(run(), new).parts
    assert part.what == "aged"
    assert "too old (2020) now" in diff_screen(diff(run(), new))


def test_an_indicator_that_is_new_or_gone_is_data() -> None:
    fewer = {code: each for code, each in SCORES.items() if code != "d"}
    for old, new, what in ((fewer, SCORES, "added"), (SCORES, fewer, "removed")):
        found = diff(run(old), run(new))
        assert {(part.cause, part.what, part.code) for part in found.parts} == {("data", what, "d")}
        assert len(found.parts) == 2
        adds_up(found)


def test_a_changed_recipe_is_recipe_and_its_places_are_named() -> None:
    recipe = RECIPE | {"aggregate": ["arithmetic", "arithmetic", "arithmetic"], "clip": 20.0}
    found = diff(run(), run(recipe=recipe))
    assert {part.cause for part in found.parts} == {"recipe"}
    assert {each.path for each in found.settings} == {"aggregate", "clip"}
    adds_up(found)
    by = {move.node: move.by["recipe"] for move in found.moves}
    assert by["left"] == by["right"] == 0
    assert by["overall"] != 0


def test_changed_weights_of_layers_are_recipe() -> None:
    tree = tree_of({"left": ["one"], "right": ["two"]}, left=3.0)
    found = diff(run(), run(tree=tree))
    assert [part.cause for part in found.parts] == ["recipe"]
    assert [each.path for each in found.settings] == ["framework.nodes.left.weight"]
    adds_up(found)


def test_changed_goalposts_of_an_indicator_are_recipe() -> None:
    new = changed(run(SCORES | {"a": (90.0, 60.0)}), "a", 0, mark="80.0")
    items = new.items | {"a": replace(new.items["a"], reading="other")}
    found = diff(run(), replace(new, items=items))
    (part,) = found.parts
    assert (part.cause, part.what) == ("recipe", "scored otherwise")
    adds_up(found)


def test_another_score_of_the_same_evidence_is_code() -> None:
    new = changed(run(SCORES | {"a": (90.0, 60.0)}, version="2", code="c2"), "a", 0, mark="80.0")
    found = diff(run(), new)
    (part,) = found.parts
    assert (part.cause, part.what) == ("code", "scored otherwise")
    assert "1 c1 before, 2 c2 now" in diff_screen(found)
    adds_up(found)


def test_the_same_scores_aggregated_otherwise_are_code() -> None:
    new = run(code="c2")
    gap = new.gap | {"overall": replace(new.gap["overall"], value=(new.gap["overall"].value or 0) + 1)}
    found = diff(run(), replace(new, gap=gap))
    (part,) = found.parts
    assert (part.cause, part.what) == ("code", "aggregated otherwise")
    assert part.points == pytest.approx({"overall": 1.0, "left": 0.0, "right": 0.0})
    adds_up(found)


def test_another_version_that_moves_nothing_moves_nothing() -> None:
    assert diff(run(), run(version="2", code="c2")).empty


def test_a_computed_value_is_code_where_its_tables_are_the_same() -> None:
    old = run()
    old = replace(old, items=old.items | {"a": replace(old.items["a"], tables="t1")})
    for tables, code, as_of, cause in (
        ("t1", "c2", old.as_of, "code"),
        ("t2", "c1", old.as_of, "data"),
        ("t2", "c2", old.as_of, "together"),
        ("t1", "c2", "2026-07-01", "together"),
        ("t1", "c1", "2026-07-01", "data"),
    ):
        new = run(SCORES | {"a": (90.0, 60.0)}, code=code, as_of=as_of)
        new = replace(new, items=new.items | {"a": replace(new.items["a"], tables=tables)})
        found = diff(old, new)
        assert [part.cause for part in found.parts] == [cause], (tables, code, as_of)
        adds_up(found)


def test_a_row_and_its_reading_that_both_changed_are_not_told_apart() -> None:
    new = run(SCORES | {"a": (90.0, 60.0)})
    new = replace(new, items=new.items | {"a": replace(new.items["a"], reading="other")})
    found = diff(run(), new)
    assert [part.cause for part in found.parts] == ["together"]
    assert "Not told apart" in diff_screen(found)


def test_data_recipe_and_code_at_once() -> None:
    recipe = RECIPE | {"clip": 25.0}
    scores = SCORES | {"b": (50.0, 40.0), "c": (99.0, 8.0), "d": (20.0, 4.0)}
    new = changed(run(scores, recipe=recipe, code="c2"), "c", 0, mark="90.0")
    found = diff(run(), new)
    assert {part.cause for part in found.parts} == {"data", "recipe", "code"}
    assert {(part.cause, part.code) for part in found.parts if part.code == "c"} == {
        ("data", "c"),
        ("code", "c"),
    }
    adds_up(found)


score = st.one_of(st.none(), st.floats(0, 100).map(lambda x: round(x, 3)))
tables = st.fixed_dictionaries(dict.fromkeys(PILLARS, st.tuples(score, score)))


@given(tables, tables, st.floats(0.1, 9), st.sampled_from(["geometric", "arithmetic"]), st.floats(1, 30))
def test_parts_always_add_up(old: Scores, new: Scores, weight: float, mean: str, clip: float) -> None:
    recipe = RECIPE | {"aggregate": ["arithmetic", "arithmetic", mean], "clip": clip}
    after = run(new, tree_of({"left": ["one"], "right": ["two"]}, right=weight), recipe)
    found = diff(run(old), after)
    adds_up(found)
    assert not any(part.what == "aggregated otherwise" for part in found.parts)
    back = diff(after, run(old))
    forth_by, back_by = ({move.node: move.by for move in each.moves} for each in (found, back))
    for node, by in forth_by.items():  # the way back is the way forth, but for rounding
        assert {cause: -value for cause, value in back_by[node].items()} == pytest.approx(by, abs=1e-3)


def test_a_row_dated_anew_is_listed_and_moves_nothing() -> None:
    new = changed(run(), "a", 1, date="2026", published="2026-06")
    found = diff(run(), new)
    assert not found.parts
    assert found.revised == (("a", "CHN"),)
    assert not found.empty
    assert "One row revised or dated anew without moving a score: a CHN" in diff_screen(found)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pair": ("CHN", "USA")}, "the same pair the other way round"),
        ({"pair": ("USA", "DEU")}, "OLD is about USA CHN, NEW about USA DEU"),
        ({"lens": "intensity"}, "two different questions"),
    ],
)
def test_different_questions_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        diff(run(), run(**changes))


def test_values_that_may_not_be_passed_on_are_in_no_output() -> None:
    old = changed(run(), "c", 1, value=None, free=False)
    new = changed(run(SCORES | {"c": (90.0, 51.25)}), "c", 1, value=None, free=False)
    found = diff(old, new)
    screen, document, rows = diff_screen(found), diff_document.as_json(found), diff_document.as_csv(found)
    assert "withheld by licence (2025) before, withheld by licence (2025) now" in screen
    (part,) = json.loads(document)["parts"]
    assert part["old"]["value"] is part["new"]["value"] is None
    parts = [row for row in csv.DictReader(io.StringIO(rows)) if row["cause"] == "data"]
    assert parts
    assert all(row["old"] == row["new"] == "" for row in parts)


def test_the_long_csv_adds_up() -> None:
    found = diff(run(), run(SCORES | {"b": (10.0, 20.0), "c": (None, 50.0)}))
    rows = list(csv.DictReader(io.StringIO(diff_document.as_csv(found))))
    for node in ("overall", "left", "right"):
        mine = [row for row in rows if row["node"] == node]
        move = [float(row["points"]) for row in mine if row["cause"] == "move"]
        parts = sum(float(row["points"]) for row in mine if row["cause"] in CAUSES)
        assert [pytest.approx(parts, abs=1e-6)] == move


def test_every_screen_keeps_within_eighty_columns() -> None:
    long = Node(code="left", title="A layer with quite a long name of its own", parent="overall")
    nodes = tuple(long if node.code == "left" else node for node in TREE.nodes)
    tree = TREE.model_copy(update={"nodes": nodes})
    new = run(SCORES | {"a": (10.0, 20.0), "c": (None, 50.0)}, tree, RECIPE | {"clip": 7.0}, code="c2")
    new = replace(new, items=new.items | {"b": replace(new.items["b"], reading="other")})
    text = diff_screen(diff(run(), new))
    assert max(map(len, text.splitlines())) <= 80


def test_a_document_is_read_back_as_it_was_held(tmp_path: Path) -> None:
    answer = replace(a_leads(), made_with=json.dumps(RECIPE), tree=TREE.model_dump_json(), code="c1")
    path = tmp_path / "run.json"
    path.write_text(as_json(answer), encoding="utf-8")
    assert read_run(path) == held(answer)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "an empty file"),
        ("score,1\n", "Expecting value, column 1; expected a document of fourlayers score --format json"),
        ("[1]", "found list"),
        ('{"schema": "fourlayers/robustness/1"}', "fourlayers/robustness/1"),
        (
            '{"schema": "fourlayers/score/1", "version": "0.0.9"}',
            "fourlayers/score/1, written by version 0.0.9",
        ),
        ('{"schema": "fourlayers/score/2", "pair": ["USA"]}', "It was changed or cut off"),
    ],
)
def test_files_that_are_no_runs(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError):
        read_run(path)
    assert main(["diff", str(path)]) == 1
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err
    assert not said.out


def test_a_file_that_is_not_there_has_near_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "monday.json").write_text("{}", encoding="utf-8")
    assert main(["diff", str(tmp_path / "mnday.json")]) == 2
    assert "there is no such file or folder; did you mean monday.json?" in capsys.readouterr().err


def test_a_folder_without_data_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(tmp_path)]) == 2
    assert f"OLD {tmp_path}: no .toml and no .csv in it" in capsys.readouterr().err


@pytest.fixture(scope="module")
def now() -> Answer:
    """Ask the shipped data, without draws."""
    return ask(load(), draws=0)


@pytest.fixture(scope="module")
def kept(now: Answer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep that run in a file."""
    path = tmp_path_factory.mktemp("runs") / "old.json"
    path.write_text(as_json(now), encoding="utf-8")
    return path


def test_the_shipped_data_against_themselves(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(kept), str(kept)]) == 0
    assert "Nothing moved." in capsys.readouterr().out


def test_the_folder_of_a_report_is_its_run(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(kept, tmp_path / "score.json")
    assert main(["diff", str(tmp_path), str(kept)]) == 0
    assert "Nothing moved." in capsys.readouterr().out


def test_a_row_of_a_folder_is_found(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for end in ("toml", "csv"):
        shutil.copy(SHIPPED / "application_ecosystem" / f"robot_density.{end}", tmp_path)
    path = tmp_path / "robot_density.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(k for k, line in enumerate(lines) if line.startswith("CHN,2023"))
    cells = lines[place].split(",")
    lines[place] = ",".join([*cells[:3], str(2 * float(cells[3])), *cells[4:]])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(["diff", str(kept), str(tmp_path), "--format", "json"]) == 0
    told_ = json.loads(capsys.readouterr().out)
    assert [(each["cause"], each["indicator"], each["economy"]) for each in told_["parts"]] == [
        ("data", "robot_density", "CHN")
    ]
    move = told_["moves"]["application_ecosystem"]
    assert move["points"] < 0
    assert move["by"]["data"] == pytest.approx(move["points"])


def drawn(answer: Answer, node: str, call: Call, leader: str) -> Answer:
    """Let an answer stand on draws, with another call at one node."""
    gap = answer.gap | {node: replace(answer.gap[node], call=call, leader=leader)}
    return replace(answer, draws=100, gap=gap)


def test_the_report_says_that_nothing_moved(now: Answer) -> None:
    told_ = since(now, held(now))
    mark = now.fingerprint[:7]
    assert told_.sentence == f"Nothing to speak of has moved since run {mark} of the same day."
    assert told_.word == "calls as before"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (("no call", ""), ("ahead", "CHN"), "inference cost went from no call to China ahead."),
        (("ahead", "USA"), ("no call", ""), "inference cost went from the United States ahead to no call."),
        (("ahead", "USA"), ("ahead", "CHN"), "from the United States ahead to China ahead."),
    ],
)
def test_the_report_names_calls_that_changed(now: Answer, before: Any, after: Any, words: str) -> None:  # noqa: ANN401 - a call and its leader
    old = replace(held(drawn(now, "inference_cost", *before)), as_of="2026-06-30")
    told_ = since(drawn(now, "inference_cost", *after), old)
    assert told_.sentence.startswith("Since the run of 30 June 2026 ")
    assert told_.sentence.endswith(words)
    assert told_.word == "calls changed"


def test_the_report_splits_a_move_and_names_what_made_it(now: Answer) -> None:
    run_ = held(now)
    item = run_.items["github_developers"]
    score = item.halves[1].score
    assert score
    scored_ = replace(item.halves[1], score=score - 40, mark="other")
    # The old gap is what the tree gives with the old score; `diff` runs it, so it is taken from there.
    old = replace(run_, items=run_.items | {item.code: replace(item, halves=(item.halves[0], scored_))})
    moves = {each: part for part in diff(old, run_).parts if part.code == item.code for each in part.points}
    gap = {
        node: replace(each, value=rounded((each.value or 0.0) - moves[node].points[node]))
        for node, each in run_.gap.items()
    }
    old = replace(old, gap=gap, as_of="2026-06-30")
    told_ = since(now, old)
    assert told_.sentence.startswith(
        "No call has changed since the run of 30 June 2026; the overall gap went from "
    )
    assert "Points, positive for the United States, overall: data \N{MINUS SIGN}" in told_.detail
    assert "developers on GitHub, China, changed" in told_.detail


def test_the_report_tells_of_a_layer_that_was_not_scored(now: Answer) -> None:
    run_ = held(now)
    none = Told(None, None, None, "not scored", "")
    old = replace(run_, gap=run_.gap | {"overall": none, "systems_integration": none})
    told_ = since(now, old)
    assert "systems integration went from not scored to no call" in told_.sentence
    assert "the overall call went from not scored to no call" in told_.sentence


def test_a_report_since_a_run_of_another_pair_is_refused_and_nothing_written(
    now: Answer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "other.json", tmp_path / "out"
    path.write_text(as_json(replace(now, lens="intensity")), encoding="utf-8")
    assert main(["report", "--since", str(path), "--draws", "0", "--out", str(out)]) == 2
    assert "two different questions" in capsys.readouterr().err
    assert not list(out.glob("*"))
