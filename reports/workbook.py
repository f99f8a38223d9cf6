"""The workbook: scores, values with dates and sources, and the sums of the pair as live formulas."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from reports.content.first import SCALE, citation, dates, versions
from reports.content.headline import headline
from reports.sums import formulas
from scoring.robustness import recipe_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from indicators.facts import Facts
    from scoring.answer import Answer, Gap, Score, Side

NOT_SCORED: Final = "not scored"
SCORE, GAP, SHARE, WEIGHT = "0.0", "+0.0;-0.0;0.0", "0 %", "0.00"
"""Formats of numbers as they are seen; cells hold all digits."""
LEAST, WIDEST, ACROSS = 8, 60, 110
"""Widths in characters: of the narrowest and the widest column, and of the summary."""
LINE, A4 = 15, 9
"""Height of a line in points; a size of paper by its number."""
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


def _sheet(book: Workbook, name: str) -> Worksheet:
    """Add a sheet that prints across the page, at the width of one."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    return sheet


def _table(
    book: Workbook,
    sheet: Worksheet,
    top: int,
    head: Sequence[str],
    rows: Sequence[Sequence[Any]],
    numbers: Mapping[int, str] = MappingProxyType({}),
) -> int:
    """Write a table as wide as its texts, up to a limit beyond which they wrap; return the row below it.

    Formats of numbers are given by column; a number without one stands as it is.
    """
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    looks = {column: book.add_format({"num_format": form}) for column, form in numbers.items()}
    sheet.write_row(top, 0, head, bold)
    longest = [max(LEAST, *(len(word) + 2 for word in name.split() or ("",))) for name in head]
    for place, row in enumerate(rows, top + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(place, column, cell, wrap if len(cell) > WIDEST else None)
                longest[column] = max(longest[column], len(cell) + 2)
            elif cell is not None:
                sheet.write_number(place, column, cell, looks.get(column))
    for column, length in enumerate(longest):
        sheet.set_column(column, column, min(WIDEST, length))
    return top + 1 + len(rows)


def _summary(book: Workbook, answer: Answer) -> None:
    sheet = _sheet(book, "Summary")
    sheet.write_string(0, 0, headline(answer), book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, dates(answer))
    a, b = answer.pair
    first, second = answer.names[a], answer.names[b]
    head = ["", first, "low", "high", second, "low", "high", f"{first} minus {second}", "low", "high", "call"]
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
    forms = dict.fromkeys(range(1, 7), SCORE) | dict.fromkeys(range(7, 10), GAP)
    below = _table(book, sheet, 3, head, rows, forms)
    own = [f"Own data, {it.folder}: {it.message}." for it in answer.own]
    said = [SCALE, *own, *(warn.message for warn in answer.warnings), versions(answer), citation(answer)]
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for place, text in enumerate(said, below + 1):  # merged cells do not grow with their text by themselves
        sheet.merge_range(place, 0, place, len(head) - 1, "", wrap)
        sheet.write_string(place, 0, text, wrap)
        sheet.set_row(place, LINE * (1 + len(text) // ACROSS))


def _part(score: Score) -> list[Any]:
    return [NOT_SCORED if score.value is None else score.value, score.low, score.high]


def _gap(answer: Answer, code: str) -> list[Any]:
    gap: Gap = answer.gap[code]
    call = f"{answer.names[gap.leader]} {gap.call}" if gap.leader else gap.call
    return [gap.value, gap.low, gap.high, call]


def _scores(book: Workbook, answer: Answer) -> None:
    sheet = _sheet(book, "Scores")
    head = ["economy", "name", "level", "node", "score", "low", "high", "coverage", "data from", "data to"]
    rows = []
    for unit in answer.units:
        for info in answer.nodes:
            score = answer.scores[unit][info.code]
            numbers = [*_part(score), score.coverage]
            rows.append(
                [unit, answer.names[unit], info.level, info.title, *numbers, score.data_from, score.data_to]
            )
    below = _table(book, sheet, 0, head, rows, dict.fromkeys(range(4, 7), SCORE) | {7: SHARE})
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, below - 1, len(head) - 1)


def _indicators(book: Workbook, answer: Answer) -> None:
    sheet = _sheet(book, "Indicators")
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
    scores = (7 + side + _SIDE.index("score") for side in (0, len(_SIDE)))
    below = _table(book, sheet, 0, head, rows, {5: WEIGHT, 6: GAP} | dict.fromkeys(scores, SCORE))
    sheet.freeze_panes(1, 3)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, below - 1, len(head) - 1)


def _side(side: Side) -> list[Any]:
    withheld = "not passed on by its terms" if side.value is not None and not side.free else None
    numbers = [withheld, None, None] if withheld else [side.value, side.low, side.high]
    told = {"date": side.date, "published": side.published, "state": side.state, "score": side.score}
    told |= {"source": side.source, "quality": side.quality, "note": side.note if side.free else ""}
    return [*numbers, *(told[name] for name in _SIDE[3:])]


def _sources(book: Workbook, answer: Answer, facts: Facts) -> None:
    sheet = _sheet(book, "Sources")
    head = ["indicator", "key", "producer", "citation", "address", "licence", "values passed on"]
    rows = [
        [it.code, key, *(getattr(source, name) for name in _SOURCE), "yes" if source.redistribute else "no"]
        for it in answer.indicators
        for key, source in facts.indicators[it.code].sources.items()
        if key in {it.a.source, it.b.source}
    ]
    _table(book, sheet, 0, head, rows)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)


def _recipe(book: Workbook, answer: Answer) -> None:
    sheet = _sheet(book, "Recipe")
    rows = list(_flat(json.loads(answer.made_with or "{}")))
    weights = [
        [f"weight {info.code} ({info.level} of {info.parent})", info.weight]
        for info in answer.nodes
        if info.parent
    ]
    _table(book, sheet, 0, ["setting", "value"], [*weights, *rows])


def _flat(value: Any, name: str = "") -> Iterable[list[Any]]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else key)
    else:
        yield [
            name,
            value if isinstance(value, int | float) and not isinstance(value, bool) else json.dumps(value),
        ]
