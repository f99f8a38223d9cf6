"""What a notebook shows: tables with ranges and calls, whatever the result, and nothing that runs."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from answers import ANSWERS, a_leads, layer_missing, undrawn
from answers import facts as hand_made

import fourlayers as fl
from fourlayers.auditing import Audit
from fourlayers.shown.answer import Comparison, Shown
from fourlayers.shown.claims import Claims
from fourlayers.shown.files import ChartFiles, ReportFiles, Text
from fourlayers.shown.html import block, table
from fourlayers.shown.outcome import ShownOutcome
from scoring.analysis.audit import Check
from scoring.questions.claims import CLAIMS

if TYPE_CHECKING:
    from pathlib import Path

    from fourlayers.shown.value import ShownCapture

EVIL = "<script>alert(1)</script><img src=x onerror=y>\"'&amp;"
RANGED = re.compile(r"\(\N{MINUS SIGN}?[+\d][\d.,]* to [\N{MINUS SIGN}+]?[\d.,]+\)")


class Cells(HTMLParser):
    """Reads a table: tags that are not of one, and the text of every cell by row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.other: list[str] = []
        self.rows: list[list[str]] = []
        self.caption = ""
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "pre"}:
            self.other.append(tag)
        self.other += [name for name, _ in attrs if name not in {"style", "scope"}]
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append("")
        self._in = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the name is the parser's
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in in {"th", "td"}:
            self.rows[-1][-1] += data
        elif self._in == "caption":
            self.caption += data


def shown(made: object) -> Cells:
    html = made._repr_html_()  # type: ignore[attr-defined]
    assert not re.search(
        r"#[0-9a-fA-F]{3,8}\b|rgb|color:(?!inherit)|background:(?!none)", html.split("<tbody")[0]
    )
    cells = Cells(html)
    assert cells.other == []
    return cells


@pytest.mark.parametrize("name", list(ANSWERS))
def test_an_answer_is_a_table_with_ranges_and_calls(name: str) -> None:
    answer = Shown(**vars(ANSWERS[name]()))
    cells = shown(answer)
    head, *rows = cells.rows
    assert head[1:3] == [answer.names[code] for code in answer.pair]
    assert [row[0] for row in rows] == [*(node.title for node in answer.layers()), answer.nodes[0].title]
    for row in rows:
        numbers = [cell for cell in row[1:4] if re.match(r"\N{MINUS SIGN}?\d", cell)]
        assert all(RANGED.search(cell) for cell in numbers) or not answer.draws
        assert row[4]
    assert answer.names[answer.pair[0]] in str(answer).splitlines()[0]


def test_what_is_missing_and_what_was_not_drawn_is_said() -> None:
    assert any("coverage" in cell for row in shown(Shown(**vars(layer_missing()))).rows for cell in row)
    cells = shown(Shown(**vars(undrawn())))
    assert "no ranges drawn" in cells.caption
    assert {row[4] for row in cells.rows[1:]} == {"no ranges drawn"}


def test_a_comparison_shows_values_with_range_and_unit() -> None:
    cells = shown(Comparison(a_leads(), "overall"))
    assert RANGED.search(cells.caption)
    assert len(cells.rows) > 2
    answer = a_leads()
    first = next(row for row in answer.indicators if row.weight)
    hidden = replace(first, a=replace(first.a, free=False), b=replace(first.b, value=None, state="missing"))
    told = shown(Comparison(replace(answer, indicators=(hidden,)), "overall")).rows[1]
    assert told[1:3] == ["withheld by licence", "missing"]


def test_strings_of_data_are_never_markup() -> None:
    answer = a_leads()
    names = dict.fromkeys(answer.names, EVIL)
    nodes = tuple(replace(node, title=EVIL) for node in answer.nodes)
    rows = tuple(replace(row, short=EVIL, unit=EVIL) for row in answer.indicators)
    bad = replace(answer, names=names, nodes=nodes, indicators=rows)
    for made in (Shown(**vars(bad)), Comparison(bad, "overall")):
        assert EVIL in {cell for row in shown(made).rows for cell in row}
    check = Check(EVIL, EVIL, 1.0, 0.5, 1.5, None, "mind", EVIL, EVIL)
    assert shown(Audit(EVIL, (check,))).rows[1][2] == "1.00 (0.50 to 1.50)"
    assert shown(Text(EVIL)).rows == []
    assert unescape(block(EVIL).split(">", 1)[1]) == f"{EVIL}</pre>"
    assert Cells(table(["", EVIL], [[EVIL, EVIL]], EVIL, [EVIL])).other == []


@pytest.fixture(scope="module")
def claims() -> Claims:
    facts = fl.load()
    return Claims((CLAIMS[name](facts) for name in ("sparsity", "moe-unique")), facts.date)


def test_claims_are_a_table_and_each_has_one_of_its_own(claims: Claims) -> None:
    cells = shown(claims)
    assert [row[0] for row in cells.rows[1:]] == [each.name for each in claims]
    assert all(row[2].startswith(each.verdict) for row, each in zip(cells.rows[1:], claims, strict=True))
    assert str(claims.when) in cells.caption
    for each in claims:
        assert each.verdict in shown(each).caption
        assert each.name in str(each)
    assert "sparsity" in str(claims)
    with pytest.raises(fl.UsageError, match="did you mean"):
        claims.named("sparsty")


@pytest.fixture(scope="module")
def capture() -> ShownCapture:
    return fl.value_capture()


def test_the_value_account_shows_what_is_unknown_and_ranges(capture: ShownCapture) -> None:
    rows = {row[0]: row for row in shown(capture).rows}
    assert len(rows) >= len(capture.stages) + len(capture.dollars)
    for stage in capture.stages:
        for code in capture.pair:
            if not any(line.counted and line.economy == code for line in stage.lines):
                told = next(row for title, row in rows.items() if title.lower().startswith(stage.name[:5]))
                assert "unknown" in told
    assert all(RANGED.search(" ".join(rows[each.case.name])) for each in capture.dollars)
    assert str(capture).startswith("Who keeps the money")


def test_an_outcome_shows_moves_with_ranges_and_what_it_cannot_reach() -> None:
    outcome = fl.run("price-war", draws=8)
    rows = {row[0]: row for row in shown(outcome).rows[1:]}
    assert set(rows) == {*(node.title for node in outcome.layers()), outcome.overall.title}
    for node in outcome.layers():
        assert all(("not linked" in cell) != node.linked for cell in rows[node.title][1:3])
        assert not node.linked or all(RANGED.search(cell) for cell in rows[node.title][1:3])
    bare = ShownOutcome(**{**vars(outcome), "draws": 0})
    assert "no ranges drawn" in shown(bare).caption


def test_a_chart_shows_its_picture_and_a_text_stays_a_text(tmp_path: Path) -> None:
    drawn = fl.chart("profile", a_leads(), tmp_path, facts=hand_made())
    told = drawn._repr_mimebundle_()
    assert "<svg" in told["image/svg+xml"]
    assert "profile.csv" in told["text/plain"]
    (tmp_path / "profile.svg").unlink()
    assert drawn._repr_mimebundle_()["image/png"][:4] == b"\x89PNG"
    assert set(ChartFiles()._repr_mimebundle_()) == {"text/plain"}
    assert "1 svg" in str(ReportFiles(drawn))
    assert str(tmp_path) in ReportFiles(drawn)._repr_html_()
    assert str(ReportFiles()) == "nothing was written"
    assert repr(Text("two\nlines")) == "two\nlines"
