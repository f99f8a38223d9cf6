"""The PDF: the same bytes each time, tagged, its first page whole on one page, hostile text inert."""

from __future__ import annotations

import dataclasses
import io
import re
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import answers
import pytest

from indicators.owned import Owned
from reports import charts
from reports.pdf import FONTS, TEMPLATES, Material, pdf, sheets, write_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from pypdf import PdfReader

    from reports.charts import Chart

CASES = sorted(answers.ANSWERS)
CHAPTERS = (
    "Contents",
    "Claims of the debate, tested",
    "Frontier capability",
    "Inference cost",
    "Systems integration",
    "Application ecosystem",
    "Value capture",
    "Doubt",
    "Data and method",
    "Glossary",
)
EMPTY = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 110"/>'
A4 = (595.28, 841.89)


@cache
def profile(case: str) -> dict[str, Chart]:
    """One real chart, and an empty picture in the place of every layer's."""
    drawn = charts.draw("profile", answers.ANSWERS[case](), answers.facts("Plain title"))
    empty = dataclasses.replace(drawn, images={"svg": EMPTY})
    layers = dict.fromkeys(("frontier", "price-gap", "cost-why", "reach", "adoption"), empty)
    return {"profile": charts.rendered(drawn)} | layers


@cache
def made(case: str) -> bytes:
    return pdf(Material(answers.ANSWERS[case](), answers.facts(), (), profile(case)))


def read(content: bytes) -> PdfReader:
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(content))


def page_text(case: str, number: int) -> str:
    """Text of a page, without the places where lines break."""
    return " ".join(read(made(case)).pages[number].extract_text().split())


def test_same_run_gives_same_bytes(tmp_path: Path) -> None:
    of = Material(answers.a_leads(), answers.facts(), (), profile("a_leads"))
    again = write_pdf(of, tmp_path / "new" / "report.pdf")
    assert again.read_bytes() == made("a_leads")
    assert [path.name for path in again.parent.iterdir()] == ["report.pdf"]


def test_it_is_dated_by_the_data_and_not_by_the_clock() -> None:
    told = read(made("a_leads")).metadata
    assert told is not None
    assert told.creation_date is not None
    assert told.creation_date.date() == answers.VINTAGE
    assert told.title == "The United States and China in the four layers of AI"


@pytest.mark.wheel
def test_it_is_tagged_and_declares_both_standards() -> None:
    reader = read(made("a_leads"))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in root
    declared = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in declared
    assert "<pdfaid:part>2</pdfaid:part>" in declared
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in declared


def test_only_the_bundled_faces_are_in_it() -> None:
    faces = set()
    for page in read(made("a_leads")).pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            faces.add(str(font.get_object()["/BaseFont"]).split("+")[-1])
    assert faces <= {name.removesuffix(".ttf") for name in FONTS}


@pytest.mark.parametrize("case", CASES)
def test_first_page_is_one_page_and_whole(case: str) -> None:
    first, second = page_text(case, 0), page_text(case, 1)
    for part in (
        "HOW SURE",
        "WHY THIS DIFFERS",
        "Do not say",
        "Scale of words",
        "Cite: the fourlayers authors",
    ):
        assert part in first
        assert part not in second
    assert second.startswith("Contents")
    box = read(made(case)).pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx(A4, abs=0.5)


def test_first_page_reads_from_the_headline_to_the_citation() -> None:
    """Text comes out in the order in which it is meant to be read."""
    text = page_text("a_leads", 0)
    parts = (
        "US ahead in two",
        "state of 23 November",
        "The United States is ahead in",
        "HOW SURE",
        "WHY THIS",
    )
    places = [text.index(part) for part in (*parts, "Do not say", "Scale of words", "Cite:")]
    assert places == sorted(places)


def test_first_page_stays_one_page_with_home_and_a_claim() -> None:
    from test_content import a_claim

    answer = answers.a_leads(home="FRA")
    reader = read(pdf(Material(answer, answers.facts(), [a_claim()], profile("a_leads"))))
    first = reader.pages[0].extract_text()
    assert "WHERE FRANCE STANDS" in first
    assert "Cite: the fourlayers authors" in first
    assert reader.pages[1].extract_text().startswith("Contents")


def opened(reader: PdfReader) -> dict[str, int]:
    """Every line that stands by itself, with the page on which it stands first."""
    found: dict[str, int] = {}
    for number, page in enumerate(reader.pages, start=1):
        for line in page.extract_text().split("\n"):
            found.setdefault(line.strip(), number)
    return found


def test_chapters_stand_in_their_order_and_layers_have_two_pages() -> None:
    found = opened(read(made("a_leads")))
    places = [found[title] for title in CHAPTERS]
    assert places == sorted(places)
    layers = [found[title] for title in CHAPTERS[2:7]]
    assert [then - now for now, then in pairwise(layers)] == [2, 2, 2, 2]
    assert found["Every scored indicator of application ecosystem"] == found["Application ecosystem"] + 1


def test_contents_lead_to_the_chapters() -> None:
    """Each line of the contents is a link and ends with the number of the page it leads to."""
    reader = read(made("a_leads"))
    found = opened(reader)
    listed = {line.rstrip(" .0123456789"): line for line in reader.pages[1].extract_text().split("\n")}
    for title in CHAPTERS[1:]:
        assert int(listed[title].split()[-1].lstrip(".")) == found[title]
    links = reader.pages[1]["/Annots"]
    assert len(links) >= len(CHAPTERS) - 1  # type: ignore[arg-type]


def test_a_brief_is_the_first_two_pages_to_the_pixel() -> None:
    from test_content import a_claim

    of = Material(answers.a_leads(), answers.facts(), [a_claim()], profile("a_leads"))
    whole, brief = pdf(of), pdf(of, brief=True)
    assert len(read(brief).pages) == 2
    for number in (0, 1):
        assert read(brief).pages[number].extract_text() == read(whole).pages[number].extract_text()
        assert drawn(brief, number) == drawn(whole, number)
    assert pdf(of, brief=True) == brief


def drawn(content: bytes, number: int) -> bytes:
    document: Any = import_module("pypdfium2").PdfDocument(content)
    page = document[number]
    return bytes(page.render(scale=1).to_numpy().tobytes())


def test_charts_share_pages_where_they_fit_and_none_is_lost() -> None:
    one = profile("a_leads")["profile"]
    size = 'viewBox="0 0 100 {}"'
    tall = {"a": 60, "b": 140, "c": 70, "d": 75}
    charts = {
        name: dataclasses.replace(one, images={"svg": size.format(high).encode()})
        for name, high in tall.items()
    }
    found = sheets(list(charts), charts)
    assert [page["names"] for page in found] == [["a", "c"], ["b"], ["d"]]
    assert all(0.84 <= page["scale"] <= 1 for page in found)


def test_a_chapter_without_content_is_left_out_or_says_why() -> None:
    text = " ".join(page.extract_text() for page in read(made("undrawn")).pages)
    assert "No draws were made: nothing here has a range" in " ".join(text.split())
    assert "Audit of this index" not in text
    assert "Who keeps the money cannot be told" in " ".join(text.split())


def test_hostile_text_is_printed_and_not_run() -> None:
    """The title of an indicator that is code for the typesetter stands in the table as it was written."""
    reader = read(made("a_leads"))
    page = opened(reader)["Every scored indicator of frontier capability"]
    assert answers.HOSTILE[:34].strip() in " ".join(reader.pages[page - 1].extract_text().split())


def test_hostile_descriptions_are_printed_and_not_run() -> None:
    """What a user's own files say of an indicator reaches the typesetter as data, in every chapter."""
    said = {
        "description": '#panic("owned") #include "/etc/passwd" $x$ *b*',
        "caveat": "<script>alert(1)</script> ]] #eval(1)",
        "objection": "=cmd()|'/c calc'!A0 @ref <label>",
    }
    facts = answers.facts()
    described = {code: it.model_copy(update=said) for code, it in facts.indicators.items()}
    hostile = dataclasses.replace(facts, catalogue=dataclasses.replace(facts.catalogue, indicators=described))
    reader = read(pdf(Material(answers.a_leads(), hostile)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for each in said.values():
        assert each in text


def test_no_template_asks_the_clock_or_the_system() -> None:
    for path in TEMPLATES.glob("*.typ"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"today|sys\.inputs|@preview|\beval\(|\bread\(", text), path.name


def test_a_figure_without_alt_text_is_refused() -> None:
    bare = {"profile": dataclasses.replace(profile("a_leads")["profile"], alt="")}
    with pytest.raises(Exception, match="alt"):
        pdf(Material(answers.a_leads(), answers.facts(), (), bare))


def test_it_is_set_without_charts() -> None:
    reader = read(pdf(Material(answers.no_call(), answers.facts())))
    assert "No AI layer separates US and China" in " ".join(reader.pages[0].extract_text().split())


def test_other_pairs_are_set_too() -> None:
    reader = read(pdf(Material(answers.a_leads(("KOR", "GBR")), answers.facts())))
    first = reader.pages[0].extract_text()
    assert "South Korea ahead in two" in " ".join(first.split())
    assert "China" not in first


def test_own_data_are_told_one_by_one_before_the_method() -> None:
    own = (
        Owned("gov", "indicator", "top_researchers", "indicator top_researchers is added"),
        Owned("gov", "override", "memory", "weight of memory is 2 in place of 1: *the* #bottleneck"),
    )
    answer = dataclasses.replace(answers.no_call(), own=own)
    pages = [
        " ".join(page.extract_text().split()) for page in read(pdf(Material(answer, answers.facts()))).pages
    ]
    assert "own data: gov (1 indicator, 1 override)" in pages[0]
    chapter = next(page for page in pages if "Own data in this run" in page)
    assert "gov: weight of memory is 2 in place of 1: *the* #bottleneck." in chapter
    assert chapter.index("top_researchers is added.") < chapter.index("Method in short")
