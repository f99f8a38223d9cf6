"""Claims on the screen, in documents and as they ship: any verdict, in 80 columns, and read back whole."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from fourlayers import debate
from fourlayers.screens.claims import claim_screen, claims_screen
from reports.claims_document import SCHEMA, as_json, as_markdown
from scoring.questions.claims import CLAIMS
from scoring.questions.verdict import GROUPS, WORDS, Alternative, ClaimVerdict, Figure, Point

if TYPE_CHECKING:
    from pathlib import Path

    from fourlayers.debate import Debate

    Ran = object

DAY = date(2026, 3, 31)
FIGURE = Figure("A share", 63.0, 49.0, 77.0, "%", "2026-03-31", "2026-05-01", "A house, a report", "a.csv", 4)
CLAIM = ClaimVerdict(
    name="cloud",
    group="American hands",
    brief="over half by the three largest, whole range",
    sentence="The world's cloud platforms are largely American, and the sentence is longer than a line.",
    rule="The newest share. More of the rule.",
    verdict="HOLDS",
    until="",
    ended="",
    finding="three firms hold 63 % (49 to 77) in 2026-Q1 and a good deal more is found that takes two lines",
    figures=(FIGURE, dataclasses.replace(FIGURE, label="Hidden", value=None, low=None, high=None)),
    alternatives=(
        Alternative("another house", "no", "no: 40 %"),
        Alternative("a stricter one", "no", "no: 63 %", decides=False),
    ),
    history=(
        Point(date(2025, 11, 30), "no data", verdict="CANNOT TELL"),
        Point(date(2025, 12, 31), "yes", 60.0, 55.0, 65.0, "HOLDS", date(2025, 9, 30)),
        Point(date(2026, 1, 31), "no", 40.0, 35.0, 45.0, "HELD UNTIL"),
        Point(date(2026, 2, 28), "yes", 60.0, 55.0, 65.0, "DEPENDS"),
        Point(DAY, "no", 40.0, 35.0, 45.0, "DOES NOT HOLD"),
    ),
    overturn="A table in which they hold less than half.",
    data_to="2026-03-31",
    notes=("A note.",),
)
ENDED = {"verdict": "HELD UNTIL", "until": "2026-01-31", "ended": "stopped being true"}


def every() -> tuple[ClaimVerdict, ...]:
    """Give one claim of each verdict, over all groups."""
    found = []
    for place, word in enumerate(WORDS):
        more = ENDED if word == "HELD UNTIL" else {"verdict": word}
        group = GROUPS[place % len(GROUPS)]
        found.append(dataclasses.replace(CLAIM, name=f"claim-{place}", group=group, **more))
    return tuple(found)


def test_the_screen_counts_groups_and_keeps_to_its_width() -> None:
    text = claims_screen(every(), DAY)
    lines = text.splitlines()
    assert lines[1] == "HOLDS 1 · HELD UNTIL 1 · DEPENDS 1 · DOES NOT HOLD 1 · CANNOT TELL 1"
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line in GROUPS] == list(GROUPS)
    for each in every():
        head = next(line for line in lines if line.startswith(f" {each.name} "))
        assert head.endswith(each.verdict if not each.until else "HELD UNTIL 2026-01-31 (stopped being true)")
    assert text.index("rule:") < text.index("found:")


def test_a_group_without_a_claim_vanishes() -> None:
    assert [line for line in claims_screen((CLAIM,), DAY).splitlines() if line in GROUPS] == [
        "American hands"
    ]


def test_one_claim_says_everything() -> None:
    text = claim_screen(CLAIM)
    heads = [
        "Rule",
        "Found",
        "Other readings",
        "Figures",
        "Verdict by month",
        "What would overturn it",
        "Mind",
    ]
    places = [text.index(f"\n{head}\n") for head in heads]
    assert places == sorted(places)
    assert max(map(len, text.splitlines())) <= 80
    assert "a.csv, line 4" in text
    assert "Hidden: not printed, by the terms of its source" in text
    assert "no: 63 % (shown, decides nothing)" in text


def test_a_verdict_has_one_mark_a_month() -> None:
    lines = claim_screen(CLAIM).splitlines()
    place = lines.index("Verdict by month")
    assert lines[place + 1 : place + 4] == [
        "        J F M A M J J A S O N D",
        "  2025                      ? +",
        "  2026  . ~ -",
    ]


def test_a_month_without_data_is_told_apart_from_one_that_decides_nothing() -> None:
    lines = claim_screen(CLAIM).splitlines()
    place = lines.index("What the rule said")
    assert lines[place + 1].split() == ["2025-11-30", "no", "data"]


def test_the_document_holds_every_field() -> None:
    made = json.loads(as_json(every(), DAY, date(2026, 4, 30)))
    assert (made["schema"], made["as_of"], made["known_by"]) == (SCHEMA, "2026-03-31", "2026-04-30")
    assert made["counts"] == dict.fromkeys(WORDS, 1)
    fields = {field.name for field in dataclasses.fields(ClaimVerdict)}
    assert all(set(each) == fields for each in made["claims"])
    assert made["claims"][0]["history"][1]["seen"] == "2025-09-30"
    assert made["claims"][0]["figures"][1]["value"] is None


def test_markdown_states_the_rule_before_what_is_found() -> None:
    text = as_markdown((CLAIM,), DAY)
    assert text.index("**Rule.**") < text.index("**Found.**") < text.index("**What would overturn it.**")
    assert (
        "| A share | 63 (49 to 77) % | 2026-03-31 | 2026-05-01 | A house, a report | a.csv, line 4 |" in text
    )
    assert "HOLDS 1 · " in text


def test_claims_that_ship_are_read_back_while_nothing_has_changed(tmp_path: Path) -> None:
    (tmp_path / "scoring" / "questions").mkdir(parents=True)
    (tmp_path / "scoring" / "questions" / "claims.py").write_text("first", encoding="utf-8")
    kept, path = debate.Debate(DAY, every()), tmp_path / "claims.json"
    assert debate.read(path, tmp_path) is None
    debate.write(kept, path, tmp_path)
    assert debate.read(path, tmp_path) == kept
    (tmp_path / "scoring" / "questions" / "claims.py").write_text("changed", encoding="utf-8")
    assert debate.read(path, tmp_path) is None  # the rule is other code now
    path.write_text("{", encoding="utf-8")
    assert debate.read(path, tmp_path) is None


@pytest.fixture
def shipping(monkeypatch: pytest.MonkeyPatch) -> Debate:
    kept = debate.Debate(DAY, every())
    monkeypatch.setattr(debate, "read", lambda: kept)
    return kept


def test_the_command_answers_from_what_ships(shipping: Debate, capsys: pytest.CaptureFixture[str]) -> None:
    from fourlayers.commands.claims import claims

    assert claims() == 0
    assert capsys.readouterr().out == claims_screen(shipping.claims, DAY)
    assert claims("CLAIM_2", format_="json") == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)["claims"]] == ["claim-2"]
    assert claims("claim-3", format_="md") == 0
    assert "## claim-3: DOES NOT HOLD" in capsys.readouterr().out


def test_the_shipped_claims_are_those_of_these_data_and_this_code() -> None:
    shipped = debate.read()
    assert shipped is not None, "data or code changed: run make renew"
    assert [each.name for each in shipped.claims] == list(CLAIMS)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"as_of": "2025-12"}, "state of 2025-12-31, told with today's data: a reconstruction"),
        ({"known_by": "2026-01-31"}, "by what had been published by 2026-01-31"),
        ({}, ""),
    ],
)
@pytest.mark.usefixtures("shipping")
def test_the_clocks_are_said(given: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    from fourlayers.commands.claims import claims

    assert claims("gateways" if given else "claim-2", **given) == 0  # type: ignore[arg-type]
    lines = capsys.readouterr().out.splitlines()
    assert (said in lines) if said else not any("told with" in line for line in lines)
