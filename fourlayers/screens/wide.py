"""Further blocks of the `score` screen: pillars and coverage, all economies in groups, a home economy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.wording import NONE, upper_first

from .layout import WIDTH, call_cell, cell, cut, gap_cell, padded, wrapped

if TYPE_CHECKING:
    from scoring.answer import Answer, Score

_PILLARS: Final = (25, 15, 15, 15, 9)
_LAYERS: Final = (23, 19, 17, 20)
_NAME: Final = 20
_CODE: Final = 8
"""Width of a name, or of a code alone where many layers leave no room for a name."""
_CELL: Final = 12


def pillars(answer: Answer) -> list[str]:
    """Scores of the pillars, by layer; `cover`: share of weight with a value, of the less covered one."""
    lines = [padded(("Pillars", *answer.pair, "call", "cover"), _PILLARS)]
    for layer in answer.layers():
        lines.append(layer.title)
        for node in answer.pillars(layer.code):
            scores = [answer.scores[code][node.code] for code in answer.pair]
            covered = min(score.coverage for score in scores)
            call = call_cell(answer.gap[node.code]) if answer.draws else ""
            lines.append(padded((f"  {node.title}", *map(cell, scores), call, f"{covered:4.0%}"), _PILLARS))
    return lines


def readings(answer: Answer) -> list[str]:
    """Gap of each layer as scored, over indicators observed for both, and through the other lens."""
    other = "by size" if answer.lens == "intensity" else "per head or output"
    lines = [padded((f"Gap, {' minus '.join(answer.pair)}", "as scored", "seen for both", other), _LAYERS)]
    for node in answer.layers():
        matched = answer.matched_gap.get(node.code)
        lens = answer.lens_gap.get(node.code)
        cells = (gap_cell(answer.gap[node.code]), NONE if matched is None else f"{matched:+.1f}")
        lines.append(padded((node.title, *cells, gap_cell(lens) if lens else NONE), _LAYERS))
    return lines


def everything_to_mind(answer: Answer) -> list[str]:
    """List every warning of a run."""
    return ["Mind, all of it"] + [
        line for it in answer.warnings for line in wrapped(f"~ {it.message}", "  ", "    ")
    ]


def own_data(answer: Answer) -> list[str]:
    """List what folders of the user's own add to the shipped data or put in their place."""
    said = [line for it in answer.own for line in wrapped(f"{it.folder}: {it.message}", "  ", "    ")]
    return ["Own data, all of it", *said] if said else []


def everyone(answer: Answer) -> list[str]:
    """All economies in groups told apart overall, those without an overall, blocs; never a rank."""
    blocs = [code for code in answer.units if _is_bloc(code)]
    ranked = {code for group in answer.told_apart for code in group}
    left = [code for code in answer.units if code not in ranked and code not in blocs]
    lines = [padded(("", *(_head(node.title) for node in answer.layers()), "Overall"), _widths(answer))]
    if answer.draws:
        lines.append("Told apart overall, group by group; within a group they are not told apart")
    for group in answer.told_apart:
        lines += [_line(answer, code) for code in group] + [""]
    for name, codes in (("Not scored overall", left), ("Blocs, scored but not compared", blocs)):
        lines += [name, *(_line(answer, code) for code in codes), ""] if codes else []
    return lines[:-1] if lines[-1] == "" else lines


def home(answer: Answer) -> list[str]:
    """Scores of the home economy in each layer, beside those of the pair's leader."""
    if answer.home not in answer.scores or answer.home in answer.pair:
        return []
    lines = [f"Home: {answer.names[answer.home]}"]
    for node in answer.layers():
        mine = answer.scores[answer.home][node.code]
        best = max((answer.scores[code][node.code].value or 0.0, code) for code in answer.pair)
        said = cell(mine) if mine.value is not None else f"not scored ({mine.reason})"
        if mine.value is not None:
            side = "above" if mine.value > best[0] else "below"
            said += f"   {abs(mine.value - best[0]):.1f} points {side} {best[1]}"
        lines.append(padded((f"  {node.title}", said), (25, WIDTH - 25)))
    return lines


def _is_bloc(code: str) -> bool:
    return len(code) != 3 or not code.isalpha()


def _widths(answer: Answer) -> list[int]:
    cells = [_CELL] * (len(answer.layers()) + 1)
    return [_NAME if _NAME + sum(cells) <= WIDTH else _CODE, *cells]


def _head(title: str) -> str:
    return upper_first(cut(title.split(maxsplit=1)[0], _CELL - 1))


def _line(answer: Answer, code: str) -> str:
    scores = [answer.scores[code][node.code] for node in (*answer.layers(), answer.nodes[0])]
    cells = map(_short, scores)
    widths = _widths(answer)
    name = code if _is_bloc(code) or widths[0] == _CODE else f"{code} {answer.names[code]}"
    return padded((name, *cells), widths)


def _short(score: Score) -> str:
    if score.value is None:
        return NONE
    if score.low is None or score.high is None:
        return f"{score.value:.0f}"
    return f"{score.value:.0f} [{score.low:.0f}-{score.high:.0f}]"
