"""The PDF: the same bytes each time, tagged, its first page whole on one page, hostile text inert."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

import answers
import pytest

from reports import charts
from reports.pdf import FONTS, pdf, write_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from pypdf import PdfReader

    from reports.charts import Chart

CASES = sorted(answers.ANSWERS)
A4 = (595.28, 841.89)


@cache
def profile(case: str) -> dict[str, Chart]:
    return {"profile": charts.draw("profile", answers.ANSWERS[case](), answers.facts("Plain title"))}


@cache
def made(case: str) -> bytes:
    return pdf(answers.ANSWERS[case](), answers.facts(), [], profile(case))


def read(content: bytes) -> PdfReader:
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(content))


def page_text(case: str, number: int) -> str:
    """Text of a page, without the places where lines break."""
    return " ".join(read(made(case)).pages[number].extract_text().split())


def test_same_run_gives_same_bytes(tmp_path: Path) -> None:
    again = write_pdf(
        answers.a_leads(), answers.facts(), [], profile("a_leads"), tmp_path / "new" / "report.pdf"
    )
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


def test_first_page_stays_one_page_with_home_and_a_claim() -> None:
    from test_content import a_claim

    answer = answers.a_leads(home="FRA")
    reader = read(pdf(answer, answers.facts(), [a_claim()], profile("a_leads")))
    first = reader.pages[0].extract_text()
    assert "WHERE FRANCE STANDS" in first
    assert "Cite: the fourlayers authors" in first
    assert reader.pages[1].extract_text().startswith("Contents")


def test_every_layer_opens_on_an_even_page_and_has_two() -> None:
    reader = read(made("a_leads"))
    opened = {
        text.split("\n")[0]: number
        for number, page in enumerate(reader.pages, start=1)
        if (text := page.extract_text()) and number > 3
    }
    assert [opened[title] for title in ("Frontier capability", "Inference cost", "Systems integration")] == [
        4,
        6,
        8,
    ]
    assert opened["Every indicator of application ecosystem"] == 11
    assert opened["Method in short"] == 12


def test_hostile_text_is_printed_and_not_run() -> None:
    """The title of an indicator that is code for the typesetter stands in the table as it was written."""
    assert answers.HOSTILE[:34].strip() in page_text("a_leads", 4)


def test_a_figure_without_alt_text_is_refused() -> None:
    import dataclasses

    bare = {"profile": dataclasses.replace(profile("a_leads")["profile"], alt="")}
    with pytest.raises(Exception, match="alt"):
        pdf(answers.a_leads(), answers.facts(), [], bare)


def test_it_is_set_without_charts() -> None:
    reader = read(pdf(answers.no_call(), answers.facts(), [], {}))
    assert "No AI layer separates US and China" in " ".join(reader.pages[0].extract_text().split())


def test_other_pairs_are_set_too() -> None:
    reader = read(pdf(answers.a_leads(("KOR", "GBR")), answers.facts(), [], {}))
    first = reader.pages[0].extract_text()
    assert "South Korea ahead in two" in " ".join(first.split())
    assert "China" not in first
