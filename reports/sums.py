"""The sums of a pair as formulas of a workbook: weights and scores to pillars, layers and the whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from scoring.index.framework import Framework, read_framework

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from scoring.answer import Answer, NodeInfo
    from scoring.index.recipe import Recipe

NAME: Final = "Sums"
MEANS: Final = ("arithmetic", "geometric")
"""Means across layers that the formulas know."""
WEIGHT, FIRST, COVERED, TERM = "C", "D", "F", "H"
"""Columns of the weight, of the first side's score, its coverage, and its part of the whole."""
COVERAGES: Final = (5, 6)


def formulas(book: Workbook, answer: Answer, recipe: Recipe) -> None:
    """Add the sheet, or a line why there are no formulas.

    Parameters
    ----------
    book : Workbook
        What it is added to.
    answer : Answer
        Scores of the indicators, weights, and the values that the run computed.
    recipe : Recipe
        Means, clip and the rule on coverage.
    """
    sheet = book.add_worksheet(NAME)
    sheet.set_column(0, 0, 14)
    longest = [len(row.title) for row in answer.indicators] + [len(node.title) for node in answer.nodes]
    sheet.set_column(1, 1, min(60, 2 + max(longest)))
    sheet.set_column(2, 8, 14)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(3, 0)
    stated = recipe.aggregate if isinstance(recipe.aggregate, tuple) else (recipe.aggregate,)
    lower = {str(mean) for mean in (stated[:-1] or stated)}
    top = recipe.top
    if lower != {"arithmetic"} or top.method not in MEANS or top.params or recipe.weigh != "given":
        sheet.write_string(
            0, 0, "This recipe's sums are not put as formulas; the sheet Scores has their results."
        )
        return
    Sums(book, sheet, answer, recipe).write()


class Sums:
    """Writes the sheet from the indicators up, remembering where everything stands."""

    def __init__(self, book: Workbook, sheet: Worksheet, answer: Answer, recipe: Recipe) -> None:
        self.sheet, self.answer, self.recipe = sheet, answer, recipe
        self.bold: Format = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.input: Format = book.add_format({"bg_color": "#FFF7D6", "num_format": "0.00##"})
        self.score: Format = book.add_format({"num_format": "0.0"})
        self.share: Format = book.add_format({"num_format": "0 %"})
        self.floor = (
            Framework.model_validate_json(answer.tree) if answer.tree else read_framework(recipe.framework)
        ).coverage_floor
        self.row = 0
        self.members: dict[str, tuple[int, int]] = {}

    def write(self) -> None:
        """Write indicators, pillars, layers and the whole, in this order."""
        a, b = (self.answer.names[code] for code in self.answer.pair)
        said = (
            "Shaded weights can be changed; scores follow. What is empty is missing and passes its weight on."
        )
        self.sheet.write_string(0, 0, said)
        part = f"weight x {'ln score' if self.recipe.top.method == 'geometric' else 'score'}"
        head = ["level", "node", "weight", f"score {a}", f"score {b}", f"coverage {a}", f"coverage {b}"]
        self.sheet.write_row(2, 0, [*head, f"{part} {a}", f"{part} {b}"], self.bold)
        self.row = 3
        layers = self.answer.layers()
        pillars = {layer.code: self.answer.pillars(layer.code) for layer in layers}
        for inner in pillars.values():
            for pillar in inner:
                self._leaves(pillar)
        for layer in layers:
            start = self.row
            for pillar in pillars[layer.code]:
                self._mean(pillar, indicators=True)
            self.members[layer.code] = (start, self.row - 1)
        start = self.row
        for layer in layers:
            self._mean(layer, indicators=False)
        self.members["overall"] = (start, self.row - 1)
        self._whole(next(info for info in self.answer.nodes if info.level == "overall"))

    def _line(self, level: str, title: str, weight: float | None) -> None:
        self.sheet.write_string(self.row, 0, level)
        self.sheet.write_string(self.row, 1, title)
        if weight is not None:
            self.sheet.write_number(self.row, 2, weight, self.input)

    def _leaves(self, pillar: NodeInfo) -> None:
        start = self.row
        for it in self.answer.indicators:
            if (it.layer, it.pillar) != (pillar.parent, pillar.code) or not it.stated:
                continue
            self._line("indicator", it.title, it.stated)
            for place, side in enumerate((it.a, it.b)):
                if side.score is not None:
                    self.sheet.write_number(self.row, 3 + place, side.score, self.score)
            self.row += 1
        self.members[pillar.code] = (start, self.row - 1)

    def _range(self, column: str, members: tuple[int, int]) -> str:
        return f"{column}{members[0] + 1}:{column}{members[1] + 1}"

    def _mean(self, info: NodeInfo, *, indicators: bool) -> None:
        """Write one pillar or layer: its mean over what is there, and the share of its weight that is."""
        self._line(info.level, info.title, info.weight)
        inner = self.members[info.code]
        weights = self._range(WEIGHT, inner)
        for place, code in enumerate(self.answer.pair):
            score = self.answer.scores[code][info.code]
            own = self._range(_shift(FIRST, place), inner)
            below = f"ISNUMBER({own})*1" if indicators else self._range(_shift(COVERED, place), inner)
            coverage = f"=SUMPRODUCT({weights},{below})/SUM({weights})"
            mean = f"SUMPRODUCT({weights},{own})/SUMPRODUCT({weights},ISNUMBER({own})*1)"
            here = f"{_shift(COVERED, place)}{self.row + 1}"
            floor = "" if indicators else f"{here}<{self.floor!r}-1E-12"
            formula = f'=IFERROR({mean},"")' if indicators else f'=IF({floor},"",IFERROR({mean},""))'
            self._formula(5 + place, coverage, score.coverage)
            self._formula(3 + place, formula, "" if score.value is None else score.value)
            if not indicators:
                self._term(info, place, score.value)
        self.row += 1

    def _term(self, info: NodeInfo, place: int, score: float | None) -> None:
        """Write what a layer adds to the whole: an error where it has a weight and no score."""
        cell, weight = f"{_shift(FIRST, place)}{self.row + 1}", f"{WEIGHT}{self.row + 1}"
        geometric = self.recipe.top.method == "geometric"
        value = f"LN(MAX({cell},{self.recipe.clip!r}))" if geometric else cell
        formula = f"=IF({weight}=0,0,IF(ISNUMBER({cell}),{weight}*{value},NA()))"
        stored: Any = "#N/A"
        if score is not None:
            stored = info.weight * (math.log(max(score, self.recipe.clip)) if geometric else score)
        self._formula(7 + place, formula, 0 if info.weight == 0 else stored)

    def _whole(self, info: NodeInfo) -> None:
        self._line(info.level, info.title, None)
        weights = self._range(WEIGHT, self.members["overall"])
        for place, code in enumerate(self.answer.pair):
            terms = self._range(_shift(TERM, place), self.members["overall"])
            mean = f"SUM({terms})/SUM({weights})"
            whole = f"EXP({mean})" if self.recipe.top.method == "geometric" else mean
            score = self.answer.scores[code][info.code].value
            self._formula(
                3 + place, f'=IFERROR({whole},"not scored")', "not scored" if score is None else score
            )

    def _formula(self, column: int, formula: str, value: Any) -> None:  # noqa: ANN401 - a number or a text
        look = self.score if column < COVERAGES[0] else self.share if column in COVERAGES else None
        self.sheet.write_formula(self.row, column, formula, look, value)


def _shift(column: str, places: int) -> str:
    return chr(ord(column) + places)
