"""The command line as a user meets it: screens, exit codes, messages, and what may not be imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from answers import ANSWERS, a_leads, b_leads, layer_missing, no_call, undrawn

from fourlayers import cli, summary
from fourlayers.command import COMMANDS
from fourlayers.nodes import find_node
from fourlayers.screens import wide
from fourlayers.screens.first import first_screen
from fourlayers.screens.score import score_screen
from indicators.fault import UsageError
from indicators.period import period_end
from reports.document import as_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scoring.answer import Answer

HEADS = ("What it says", "How sure", "What would change it", "Mind", "Next:", "data ")


class Ran(NamedTuple):
    """Exit code, and what went to stdout and stderr."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Run the command line within this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def called(*words: str) -> Ran:
        code = cli.main(words)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return called


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Ship a hand-made answer."""
    answer = a_leads()
    monkeypatch.setattr(summary, "read", lambda: answer)
    return answer


@pytest.fixture(params=list(ANSWERS))
def answer(request: pytest.FixtureRequest) -> Answer:
    return ANSWERS[request.param]()


def everything(answer: Answer) -> str:
    more = (
        wide.pillars(answer),
        wide.readings(answer),
        wide.everything_to_mind(answer),
        wide.everyone(answer),
    )
    return score_screen(answer, wide.home(answer), *more)


def test_no_screen_is_wider_than_a_terminal(answer: Answer) -> None:
    screens = (everything(replace(answer, home="GBR")), first_screen(answer, COMMANDS))
    assert [line for screen in screens for line in screen.splitlines() if len(line) > 80] == []


def test_the_first_screen_fits_in_fourteen_lines(answer: Answer) -> None:
    assert len(first_screen(answer, COMMANDS).splitlines()) <= 14


def test_the_blocks_stand_in_their_order(answer: Answer) -> None:
    lines = score_screen(answer).splitlines()
    places = [next((i for i, line in enumerate(lines) if line.startswith(head)), None) for head in HEADS]
    found = [place for place in places if place is not None]
    assert found == sorted(found)
    assert places[0] is not None
    assert places[-1] is not None


def test_four_things_to_mind_at_most() -> None:
    answer = a_leads()
    lines = score_screen(replace(answer, warnings=answer.warnings * 5)).splitlines()
    mind = lines[lines.index("Mind") + 1 :]
    said = mind[: mind.index("")]
    assert sum(not line.startswith("    ") for line in said) <= 4
    assert any("eight more things to mind" in line for line in said)


def test_when_the_other_leads_only_names_change() -> None:
    ours, theirs = score_screen(a_leads()), score_screen(b_leads())
    assert "The United States is ahead in frontier capability and systems integration" in ours
    assert "China is ahead in frontier capability and systems integration" in theirs
    assert "USA likely" in ours
    assert "CHN likely" in theirs
    assert "Data alone: CHN ahead overall in 98 of 100 draws" in theirs
    assert "The United States leads overall if inference cost counts for more than 77 %" in " ".join(
        theirs.split()
    )


def test_nothing_told_apart_is_said_so() -> None:
    screen = score_screen(no_call())
    assert "cannot be told apart in any of the four layers" in screen
    assert " ahead in " not in screen


def test_a_day_after_the_data_is_told_from_a_forecast() -> None:
    answer = a_leads()
    later = replace(answer, as_of=answer.data_vintage + timedelta(days=1))
    assert "not a forecast" in score_screen(later)
    assert "not a forecast" not in score_screen(answer)


def test_a_layer_that_is_not_scored_has_its_reason_and_no_overall() -> None:
    screen = score_screen(layer_missing())
    assert "Inference cost         not scored (coverage 51 %, needs 67 %)" in screen
    assert "Overall" not in screen
    assert "How sure" not in screen


def test_without_draws_nothing_is_called() -> None:
    screen = score_screen(undrawn())
    assert "no ranges drawn" in screen
    assert "USA ahead" not in screen
    assert "[" not in screen


def test_economies_stand_in_groups_without_ranks() -> None:
    lines = wide.everyone(a_leads())
    assert lines.index(next(line for line in lines if line.startswith("CHN"))) > 2
    assert "Blocs, scored but not compared" in lines
    assert not any(line[:1].isdigit() for line in lines)


def test_the_home_economy_stands_beside_the_leader() -> None:
    block = wide.home(a_leads(home="GBR"))
    assert block[0] == "Home: United Kingdom"
    assert "below USA" in block[1]
    assert wide.home(a_leads(home="USA")) == []


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("memory", "memory"),
        ("Systems-Integration.memory", "memory"),
        ("inference cost", "inference_cost"),
        ("integration", "systems_integration"),
        ("overall", "overall"),
        ("memory-2", "memory_2"),
        ("frontier", "frontier"),
        ("power.power_1", "power_1"),
        ("frontier-cap", "frontier_capability"),
    ],
)
def test_a_unique_tail_names_a_node(word: str, code: str) -> None:
    assert find_node(word, a_leads()) == code


@pytest.mark.parametrize(
    ("word", "said"),
    [("memry", "did you mean"), ("1", "may be any of"), ("zzz", "known: overall"), ("", "unknown node")],
)
def test_an_unknown_node_is_answered_with_near_ones(word: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        find_node(word, a_leads())


def test_every_command_stands_in_the_help(run: Callable[..., Ran]) -> None:
    ran = run("--help")
    assert ran.code == 0
    assert ran.err == ""
    assert all(f"fourlayers {command.usage}" in ran.out for command in COMMANDS)
    assert ran.out == run("-h").out == run("help").out


@pytest.mark.parametrize("command", [*(each.name for each in COMMANDS), "indicators"])
def test_every_command_has_help_of_its_own(command: str, run: Callable[..., Ran]) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert "Usage: fourlayers" in ran.out
    assert run("help", command).out == ran.out


def test_bare_says_the_answer_and_the_way_on(run: Callable[..., Ran], shipped: Answer) -> None:
    ran = run()
    assert ran.code == 0
    assert shipped.version in ran.out
    assert "USA is ahead in frontier capability and systems integration" in " ".join(ran.out.split())
    assert "fourlayers score [A B]" in ran.out


def test_score_is_the_shipped_answer(run: Callable[..., Ran], shipped: Answer) -> None:
    for words in (["score"], ["score", "USA", "CHN"], ["score", "usa", "chn", "--lens", "scale"]):
        assert run(*words) == Ran(0, score_screen(shipped), "")
    assert json.loads(run("score", "--format", "json").out)["fingerprint"] == shipped.fingerprint
    assert run("score", "--format", "csv").out.startswith(
        "run,date,economy,level,node,measure,value,low,high\n"
    )


def test_strict_fails_on_what_is_missing_only(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "read", a_leads)
    assert run("score", "--strict").code == 0
    monkeypatch.setattr(summary, "read", layer_missing)
    ran = run("score", "--strict", "--format", "json")
    assert ran.code == 3
    assert "not_scored (inference_cost)" in ran.err
    json.loads(ran.out)


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("scroe", "unknown command 'scroe'; did you mean score?"),
        ("--hlp", "unknown option --hlp; see fourlayers --help"),
        ("score --drws 3", "Unknown option: --drws. Did you mean --draws?; see fourlayers score --help"),
        ("score --draws many", "expected a whole number, found 'many'; see fourlayers score --help"),
        ("score --draws", "--draws requires an argument"),
        ("score --draws -2", "--draws -2: expected a whole number from 0"),
        ("score --seed -1", "--seed -1: expected a whole number from 0"),
        ("score --format pdf", 'Choose from: "table", "json", "csv"'),
        ("score --lens size", 'Choose from: "scale", "intensity"'),
        ("score USA", "a pair needs two economies, found only 'USA'; such as USA CHN"),
        ("score USA CHN DEU", "too much on the line: DEU; see fourlayers score --help"),
        ("score USA Chnia", "unknown economy 'chnia'; did you mean china"),
        ("score China PRC", "a pair needs two different economies, found CHN twice"),
        ("score USA CHN --home Atlantis", "unknown economy 'atlantis'"),
        ("score --as-of 31.12.2025", "--as-of 31.12.2025: expected a date as 2026-06-30"),
        ("score --as-of 2025-02-30", "--as-of 2025-02-30: expected a date"),
        ("score --known-by soon", "--known-by soon: expected a date"),
        ("score --data nowhere", "--data nowhere: there is no such folder"),
        ("score --data .", "--data .: no .toml and no .csv in it"),
        ("score --recipe nowhere", "unknown recipe 'nowhere'; known: default"),
        ("report --out file.txt", "--out file.txt: a file stands in the way"),
        ("report USA --out x", "a pair needs two economies"),
        ("chart profil", "unknown chart 'profil'; did you mean profile or profit?"),
        ("chart", "NAME requires an argument"),
        ("claims price-gp", "unknown claim 'price-gp'; did you mean price-gap"),
        ("explain CHN", "NODE requires an argument"),
        ("explain Chnia memory", "unknown economy 'chnia'"),
        ("data chek", "unknown command 'chek'; did you mean check or schema?"),
        ("data show hbm", "did you mean hbm_reach_pct or hbm_share_by_hq_pct?"),
        ("data list --layer middle", "unknown layer 'middle'"),
        ("indicators check file.txt", "a file stands there"),
    ],
)
def test_bad_usage_is_said_plainly(words: str, said: str, run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("", encoding="utf-8")
    ran = run(*words.split())
    assert said.lower() in ran.err.lower()
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err


def test_all_faults_of_a_folder_are_listed(run: Callable[..., Ran], tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "alone.csv").write_text("economy,date,value,source\n", encoding="utf-8")
    (folder / "broken.toml").write_text("code = ", encoding="utf-8")
    for words in (["data", "check", str(folder)], ["score", "--data", str(folder)]):
        ran = run(*words)
        assert (ran.code, ran.out) == (1, "")
        assert "alone.csv" in ran.err
        assert "broken.toml" in ran.err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("fourlayers.toml", "draws = -1", "fourlayers.toml, draws: found -1"),
        ("fourlayers.toml", "draws = ", "well-formed TOML"),
        ("own.toml", "name = 3", "own.toml"),
        ("own.toml", "name = ", "well-formed TOML"),
    ],
)
def test_a_broken_file_of_the_user_is_bad_data(
    name: str, text: str, said: str, run: Callable[..., Ran], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    ran = run("score", "--draws", "0", "--recipe", "own.toml") if name == "own.toml" else run("score")
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


def test_a_file_that_may_not_be_read_is_named(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> Answer:
        raise PermissionError(13, "Permission denied", "secret.csv")

    monkeypatch.setattr(summary, "read", refused)
    assert run("score") == Ran(2, "", "secret.csv: it may not be read or written by you\n")


def test_both_clocks_let_nothing_later_through(run: Callable[..., Ran]) -> None:
    for option in ("--as-of", "--known-by"):
        ran = run("score", option, "2025-06-30", "--draws", "0", "--format", "json")
        assert ran.code == 0
        told = json.loads(ran.out)
        assert told["as_of"] == "2025-06-30"
        nodes = [tree["overall"] for tree in told["scores"].values()]
        nodes += [node for tree in told["scores"].values() for node in tree["layers"].values()]
        dates = [node["data_to"] for node in nodes if node["data_to"]]
        assert dates
        assert max(dates) <= "2025-06-30"


def test_explain_ends_at_the_rows(run: Callable[..., Ran]) -> None:
    ran = run("explain", "china", "electricity-generation-twh")
    assert ran.code == 0
    assert "row: electricity_generation_twh.csv, line " in ran.out
    assert "Source: " in ran.out
    assert [line for line in ran.out.splitlines() if len(line) > 80 and "http" not in line] == []


def test_data_is_listed_and_shown(run: Callable[..., Ran]) -> None:
    listed = run("data", "list", "--layer", "systems")
    assert listed.code == 0
    assert "electricity_generation_twh" in listed.out
    shown = run("data", "show", "electricity-generation-twh")
    dates = [line.split()[1] for line in shown.out.splitlines() if line.startswith(("USA ", "CHN "))]
    assert dates
    assert all(period_end(day) for day in dates)
    assert run("data", "check").out.startswith("Fine: ")


def test_claims_say_the_rule_first(run: Callable[..., Ran]) -> None:
    ran = run("claims")
    assert ran.code == 0
    assert ran.out.index("rule:") < ran.out.index("found:")
    assert [line for line in ran.out.splitlines() if len(line) > 80] == []
    one = run("claims", "price_gap")
    assert one.out.index("\nRule\n") < one.out.index("\nFound\n")


@pytest.mark.usefixtures("shipped")
def test_a_chart_has_five_files(run: Callable[..., Ran], tmp_path: Path) -> None:
    assert "profile" in run("chart", "list").out.split()
    ran = run("chart", "profile", "--out", "pictures")
    names = [f"pictures/profile{kind}" for kind in (".png", ".svg", ".csv", "-full.csv", ".txt")]
    assert (ran.code, ran.out.split()) == (0, [name.replace("/", os.sep) for name in names])
    assert all((tmp_path / name).stat().st_size for name in names)


def test_python_gives_the_same_answer(run: Callable[..., Ran]) -> None:
    import fourlayers as fl

    facts = fl.load(as_of="2026-06")
    answer = fl.score(facts, ("China", "usa"), draws=0)
    told = run("score", "CHN", "USA", "--as-of", "2026-06", "--draws", "0", "--format", "json").out
    assert as_json(answer) == told
    assert answer._repr_html_().startswith("<table>")  # type: ignore[attr-defined]
    assert len([name for name in fl.__all__ if not name.startswith("__")]) <= 15


@pytest.mark.parametrize("node", ["overall", "systems-integration", "memory"])
def test_what_a_gap_is_made_of_adds_up(node: str) -> None:
    import fourlayers as fl

    found = fl.compare(answer=fl.score(draws=0), node=node)
    assert sum(points for _, points in found.rows()) == pytest.approx(found.gap.value)
    assert len(found.made_of()) == len(found.rows())
    assert found._repr_html_().startswith("<table>")


@pytest.mark.parametrize("pair", ["USA", ("USA",), ("USA", "CHN", "DEU"), ("USA", "us")])
def test_a_pair_is_two(pair: str | tuple[str, ...]) -> None:
    import fourlayers as fl

    with pytest.raises(fl.UsageError, match="a pair needs two"):
        fl.score(pair=pair, draws=0)


def test_a_name_that_the_package_does_not_have_is_said() -> None:
    import fourlayers as fl

    with pytest.raises(AttributeError, match=r"it has .*score"):
        _ = fl.scores


def command(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-m", "fourlayers", *words]
    return subprocess.run(line, cwd=folder, check=False, capture_output=True, env={**os.environ, **more})


def test_the_same_request_gives_the_same_bytes(tmp_path: Path) -> None:
    words = ("score", "USA", "KOR", "--draws", "20", "--format", "json")
    first = command(tmp_path, *words, PYTHONHASHSEED="1", TZ="Asia/Tokyo")
    again = command(tmp_path, *words, PYTHONHASHSEED="2", TZ="America/Lima")
    assert first.returncode == 0
    assert first.stdout == again.stdout


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    line = f'"{sys.executable}" -m fourlayers data list | head -n 1'
    ran = subprocess.run(line, cwd=tmp_path, check=False, capture_output=True, text=True, shell=True)  # noqa: S602
    assert ran.stdout
    assert ran.stderr == ""


@pytest.mark.wheel
def test_the_shipped_answer_is_shown_without_the_heavy_libraries(tmp_path: Path) -> None:
    program = (
        "import sys, json\nfrom fourlayers import cli, summary\n"
        "summary.key = lambda root=None: json.loads(summary.SHIPPED.read_text(encoding='utf-8'))['key']\n"
        "codes = [cli.main([]), cli.main(['score']), cli.main(['score', '--format', 'json'])]\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'matplotlib', 'pydantic'}\n"
        "print(codes, sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert ran.stderr.strip() == "[0, 0, 0] []"


def test_the_shipped_answer_is_fresh() -> None:
    from indicators.facts import load
    from reports.document import document
    from scoring.ask import ask

    shipped = summary.read()
    assert shipped is not None, "the facts or the code changed: run python -m fourlayers.summary"
    assert document(shipped) == document(ask(load(), summary.PAIR, draws=summary.DRAWS, seed=summary.SEED))


def test_a_name_that_hides_ours_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "scoring.py").write_text("", encoding="utf-8")
    ran = command(tmp_path, "score")
    assert ran.returncode != 0
    said = ran.stderr.decode()
    assert "its package 'scoring' would come from" in said
    assert "scoring.py" in said
    assert len(said.splitlines()) == 1


def test_no_answer_depends_on_the_claims(tmp_path: Path) -> None:
    program = "import sys, scoring.ask; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert [name for name in ran.stdout.split() if "questions" in name] == []
