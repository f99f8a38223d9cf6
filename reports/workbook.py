"""The workbook: scores, values with dates and sources, and the sums of the pair as live formulas."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from reports.content.first import SCALE, citation, dates, versions
from reports.content.headline import headline
from reports.sums import formulas
from scoring.robustness import recipe_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from indicators.facts import Facts
    from scoring.answer import Answer, Gap, Score, Side

NOT_SCORED: Final = "not scored"
_SOURCE: Final = ("producer", "citation_full", "url_main", "licence")
_SIDE: Final = ("value", "low", "high", "date", "published", "state", "score", "source", "quality", "note")


def workbook(answer: Answer, facts: Facts) -> bytes:
    """Return an answer as a workbook.

    Parameters
    ----------
    answer : Answer
        What is said.
    facts : Facts
        Where indicators and sources are described.

    Notes
    -----
    Texts of the data never become formulas or links. Values whose terms do not let them be passed on are left
    out and said to be. The sheet `Sums` computes the pair's scores from those of its indicators by live
    formulas, with the values that the run computed stored beside them.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(out, options)
    when = datetime(*answer.data_vintage.timetuple()[:3], tzinfo=UTC).replace(tzinfo=None)
    book.set_properties({"title": headline(answer), "author": "fourlayers", "created": when})
    _summary(book, answer)
    _scores(book, answer)
    _indicators(book, answer)
    formulas(book, answer, recipe_of(answer))
    _sources(book, answer, facts)
    _recipe(book, answer)
    book.close()
    return out.getvalue()


def _sheet(book: Workbook, name: str, widths: Sequence[float]) -> Worksheet:
    sheet = book.add_worksheet(name)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    return sheet


def _bold(book: Workbook) -> Format:
    return book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})


def _table(
    sheet: Worksheet, top: int, head: Sequence[str], rows: Iterable[Sequence[Any]], bold: Format
) -> int:
    """Write a table and return the row below it."""
    sheet.write_row(top, 0, head, bold)
    for place, row in enumerate(rows, top + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(place, column, cell)
            elif cell is not None:
                sheet.write_number(place, column, cell)
        top = place
    return top + 1


def _summary(book: Workbook, answer: Answer) -> None:
    sheet, bold = _sheet(book, "Summary", (26, 10, 8, 8, 10, 8, 8, 10, 8, 8, 18)), _bold(book)
    sheet.write_string(0, 0, headline(answer), book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, dates(answer))
    a, b = answer.pair
    head = ["", a, "low", "high", b, "low", "high", f"{a} minus {b}", "low", "high", "call"]
    rows = [
        [
            info.title,
            *_part(answer.scores[a][info.code]),
            *_part(answer.scores[b][info.code]),
            *_gap(answer, info.code),
        ]
        for info in answer.nodes
        if info.level != "pillar"
    ]
    below = _table(sheet, 3, head, rows, bold)
    own = [f"Own data, {it.folder}: {it.message}." for it in answer.own]
    said = [SCALE, *own, *(warn.message for warn in answer.warnings), versions(answer), citation(answer)]
    for place, text in enumerate(said, below + 1):
        sheet.write_string(place, 0, text)


def _part(score: Score) -> list[Any]:
    return [NOT_SCORED if score.value is None else score.value, score.low, score.high]


def _gap(answer: Answer, code: str) -> list[Any]:
    gap: Gap = answer.gap[code]
    call = f"{answer.names[gap.leader]} {gap.call}" if gap.leader else gap.call
    return [gap.value, gap.low, gap.high, call]


def _scores(book: Workbook, answer: Answer) -> None:
    sheet, bold = _sheet(book, "Scores", (9, 22, 10, 30, 10, 8, 8, 10, 12, 12)), _bold(book)
    head = ["economy", "name", "level", "node", "score", "low", "high", "coverage", "data from", "data to"]
    rows = []
    for unit in answer.units:
        for info in answer.nodes:
            score = answer.scores[unit][info.code]
            numbers = [*_part(score), score.coverage]
            rows.append(
                [unit, answer.names[unit], info.level, info.title, *numbers, score.data_from, score.data_to]
            )
    below = _table(sheet, 0, head, rows, bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, below - 1, len(head) - 1)


def _indicators(book: Workbook, answer: Answer) -> None:
    sheet, bold = _sheet(book, "Indicators", (20, 18, 34, 46, 18, 9, 9)), _bold(book)
    a, b = answer.pair
    head = [
        "layer",
        "pillar",
        "indicator",
        "title",
        "unit",
        "weight in its pillar",
        "points of the layer's gap",
    ]
    head += [f"{code} {name}" for code in (a, b) for name in _SIDE]
    rows = [
        [it.layer, it.pillar, it.code, it.title, it.unit, it.stated, it.points, *_side(it.a), *_side(it.b)]
        for it in answer.indicators
    ]
    below = _table(sheet, 0, head, rows, bold)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, below - 1, len(head) - 1)


def _side(side: Side) -> list[Any]:
    withheld = "not passed on by its terms" if side.value is not None and not side.free else None
    numbers = [withheld, None, None] if withheld else [side.value, side.low, side.high]
    told = {"date": side.date, "published": side.published, "state": side.state, "score": side.score}
    told |= {"source": side.source, "quality": side.quality, "note": side.note if side.free else ""}
    return [*numbers, *(told[name] for name in _SIDE[3:])]


def _sources(book: Workbook, answer: Answer, facts: Facts) -> None:
    sheet, bold = _sheet(book, "Sources", (34, 24, 30, 60, 40, 30, 14)), _bold(book)
    head = ["indicator", "key", "producer", "citation", "address", "licence", "values passed on"]
    rows = [
        [it.code, key, *(getattr(source, name) for name in _SOURCE), "yes" if source.redistribute else "no"]
        for it in answer.indicators
        for key, source in facts.indicators[it.code].sources.items()
        if key in {it.a.source, it.b.source}
    ]
    _table(sheet, 0, head, rows, bold)
    sheet.freeze_panes(1, 0)


def _recipe(book: Workbook, answer: Answer) -> None:
    sheet, bold = _sheet(book, "Recipe", (44, 70)), _bold(book)
    rows = list(_flat(json.loads(answer.made_with or "{}")))
    weights = [
        [f"weight {info.code} ({info.level} of {info.parent})", info.weight]
        for info in answer.nodes
        if info.parent
    ]
    _table(sheet, 0, ["setting", "value"], [*weights, *rows], bold)


def _flat(value: Any, name: str = "") -> Iterable[list[Any]]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else key)
    else:
        yield [
            name,
            value if isinstance(value, int | float) and not isinstance(value, bool) else json.dumps(value),
        ]
