"""What is cited is what was used, in words and in the forms of reference managers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from answers import HOSTILE, a_leads
from answers import facts as hand_made

import fourlayers as fl
from fourlayers import cli
from indicators.owned import Owned, counted
from reports.charts.credit import credit, pair_sources
from reports.citation import AUTHOR, FORMS, LICENCE, TITLE, as_bibtex, as_csl, as_ris, as_text, citation

if TYPE_CHECKING:
    from indicators.facts import Facts
    from reports.citation import Citation
    from scoring.answer import Answer

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def answered() -> tuple[Answer, Facts]:
    facts = fl.load()
    return fl.score(), facts


@pytest.fixture(scope="module")
def found(answered: tuple[Answer, Facts]) -> Citation:
    return citation(*answered)


def test_the_software_is_named_as_in_the_citation_file(found: Citation) -> None:
    if not (ROOT / "CITATION.cff").is_file():
        pytest.skip("away from the sources there is no CITATION.cff")
    told = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'title: "{TITLE}"' in told
    assert f"- name: {AUTHOR}\n" in told
    assert f"license: {LICENCE}\n" in told
    assert re.search(r"^version: (.+)$", told, re.MULTILINE)[1] == found.result.version  # type: ignore[index]


def test_it_says_what_a_chart_says(answered: tuple[Answer, Facts], found: Citation) -> None:
    answer, facts = answered
    beside = credit("any", answer, pair_sources(answer, facts))
    assert found.text == beside.citation
    assert found.terms == beside.licences
    assert answer.fingerprint[:7] in found.text
    assert f"data {answer.data_vintage}" in found.result.note


def test_every_source_of_the_pair_is_cited_once(answered: tuple[Answer, Facts], found: Citation) -> None:
    answer, facts = answered
    used = {(source.producer, source.title) for source, _ in pair_sources(answer, facts)}
    assert used == {(work.author, work.title) for work in found.sources}
    assert len({work.key for work in found.sources}) == len(found.sources)
    assert {work.key for work in found.sources if not re.fullmatch(r"[a-z0-9-]+", work.key)} == set()
    assert all(work.licence and work.read for work in found.sources)


def test_the_words_fit_a_screen_and_name_every_producer(found: Citation) -> None:
    text = as_text(found)
    assert [line for line in text.splitlines() if len(line) > 80 and " " in line.strip()] == []
    flat = " ".join(text.split())
    assert all(" ".join(term.split()) in flat for term in found.terms)


def entries(text: str) -> list[tuple[str, dict[str, str]]]:
    """Read BibTeX by its grammar: entries of fields in braces that balance, an escaped one not counted."""
    read = []
    for entry in re.split(r"(?m)^@", text)[1:]:
        kind, key, body = re.fullmatch(r"(\w+)\{([^,\s]+),\n(.*)\n\}\s*", entry, re.DOTALL).groups()  # type: ignore[union-attr]
        assert kind == "misc"
        fields = dict(re.fullmatch(r"  (\w+) = \{(.*)\},", line).groups() for line in body.split("\n"))  # type: ignore[union-attr,misc]
        for value in fields.values():
            bare = re.sub(r"\\[{}]", "", value)
            assert bare.count("{") == bare.count("}")
            assert not re.search(r"(?<!\\)[&%$#_]", re.sub(r"^https?://\S+$", "", value)), value
        read.append((key, fields))
    return read


def test_bibtex_has_an_entry_for_the_result_and_for_each_source(found: Citation) -> None:
    read = entries(as_bibtex(found))
    assert [key for key, _ in read] == [found.result.key, *(work.key for work in found.sources)]
    assert read[0][1]["version"] == found.result.version
    assert all(fields["author"].startswith("{") for _, fields in read)


def test_a_title_can_do_no_harm(found: Citation) -> None:
    nasty = HOSTILE + "\\input{x}}\n@misc{evil,\nER  - \n"
    bad = found._replace(sources=(found.sources[0]._replace(title=nasty, author=nasty, note=nasty),))
    assert len(entries(as_bibtex(bad))) == 2
    assert as_ris(bad).count("\nER  - ") == 2
    assert json.loads(as_csl(bad))[1]["title"] == nasty


def test_csl_is_what_processors_read(found: Citation) -> None:
    items = json.loads(as_csl(found))
    assert {item["type"] for item in items} == {"software", "dataset"}
    assert all(set(item["author"][0]) == {"literal"} for item in items)
    dates = [
        part for item in items for name in ("issued", "accessed") for part in item.get(name, {}).values()
    ]
    assert all(1 <= len(parts[0]) <= 3 and all(isinstance(each, int) for each in parts[0]) for parts in dates)


def test_ris_begins_and_ends_every_record(found: Citation) -> None:
    text = as_ris(found)
    assert text.count("TY  - ") == text.count("ER  - ") == 1 + len(found.sources)
    assert [line for line in text.splitlines() if line and not re.match(r"[A-Z][A-Z0-9]  - ", line)] == []


def test_another_question_is_another_citation(answered: tuple[Answer, Facts], found: Citation) -> None:
    answer, facts = answered
    other = citation(replace(answer, pair=("KOR", "JPN"), fingerprint="f" * 64), facts)
    assert other.result.key == "fourlayers-fffffff"
    assert "Korea" in other.result.note
    assert other.result.note != found.result.note


def test_own_data_are_named(answered: tuple[Answer, Facts]) -> None:
    answer, facts = answered
    mine = replace(answer, own=(Owned("mine", "indicator", "my_own", "adds an indicator"),))
    assert f"own data: {counted(mine.own)}" in citation(mine, facts).result.note
    assert f"own data: {counted(mine.own)}" in citation(mine, facts).text


def test_an_answer_without_sources_can_be_cited() -> None:
    bare = citation(replace(a_leads(), indicators=()), hand_made())
    assert bare.sources == ()
    assert "Data used" not in as_text(bare)
    assert len(entries(as_bibtex(bare))) == 1


@pytest.mark.parametrize("form", list(FORMS))
def test_the_command_prints_one_form(form: str, capsys: pytest.CaptureFixture[str], found: Citation) -> None:
    assert cli.main(["cite", "--format", form]) == 0
    assert capsys.readouterr().out == FORMS[form](found).rstrip("\n") + "\n"
