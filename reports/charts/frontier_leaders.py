"""Who leads in how many draws: the models that are the best of the world in some of them, as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from layers.frontier_capability import LAYER, irt
from reports.wording import of_hundred

from .behind import Behind
from .credit import credit
from .frontier import NONE, score_sources
from .look import PLAIN
from .palette import FIRST, MUTED, OTHER, SECOND, TRACK, Role
from .phrases import listed, opened
from .sheet import LABEL, SMALL, Scale, Sheet, sheet

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer

    from .chart import Chart
    from .look import Look

NAME = "frontier-leaders"
COLUMNS = ("what", "name", "economy", "lab", "released", "scores", "points", "share_of_draws")
MOST = 10
LEAST = 0.005
"""Share of draws below which a model is left out of the bars, not of the data."""
ROW, HEAD = 5.2, 6.5
MODEL, POINTS, BAR, END = 0.0, 74.0, 80.0, 12.0
Row = tuple[str, str, str, str, str, int | None, float | None, float]


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the shares."""
    rows = shares(facts)
    models = [row for row in rows if row[0] == "model" and row[7] >= LEAST]
    shown = models[:MOST]
    labs = [row for row in rows if row[0] == "laboratory"]
    named = credit(NAME, answer, score_sources(facts))
    title, subtitle = finding(labs), _subtitle(answer, facts, len(models))
    page = sheet(title, subtitle, named, HEAD + ROW * len(shown) + 2 if shown else 8.0, look)
    if shown:
        _bars(page, answer, facts, shown)
    else:
        page.write(0, 4, NONE, LABEL, color=MUTED)
    behind = Behind(facts, tables=(("scores", "score"),))
    return page.chart(NAME, _alt(shown, labs), COLUMNS, rows, behind)


def shares(facts: Facts) -> list[Row]:
    """Return models, laboratories and economies that lead the world in some draws, by share."""
    if not set(LAYER.tables) <= facts.catalogue.tables.keys():
        return []
    index = irt.index(facts)
    if index is None:
        return []
    led = np.bincount(np.argmax(index.draws, axis=1), minlength=len(index.models)) / len(index.draws)
    rows: list[Row] = []
    for k in np.argsort(-led, kind="stable"):
        if led[k] > 0.0:
            each = index.frame.iloc[k]
            day, scores = f"{each['released']:%Y-%m-%d}", int(each["scores"])
            who = (str(each["model"]), str(each["economy"]), str(each["lab"]))
            rows.append(("model", *who, day, scores, round(float(index.centre[k]), 1), float(led[k])))
    for what, column in (("laboratory", "lab"), ("economy", "economy")):
        together: dict[tuple[str, str], float] = {}
        for row in rows:
            if row[0] == "model":
                own = row[3] if column == "lab" else row[2]
                together[own, row[2]] = together.get((own, row[2]), 0.0) + row[7]
        for (own, economy), share in sorted(together.items(), key=lambda item: -item[1]):
            rows.append((what, own, economy, own if column == "lab" else "", "", None, None, round(share, 3)))
    return rows


def finding(labs: list[Row]) -> str:
    """Say whether one laboratory leads in most draws, or that it is not settled."""
    if not labs:
        return "Who leads the frontier cannot be told: no scores by then"
    first, share = labs[0][1], labs[0][7]
    if share >= 0.9:
        return f"{opened(first)} holds the best model in {of_hundred(share)} draws"
    ranks = listed(f"{row[1]} in {100 * row[7]:.0f}" for row in labs[:3] if row[7] >= 0.05)
    return f"Who leads the frontier is not settled: of 100 draws {ranks}"


def _subtitle(answer: Answer, facts: Facts, count: int) -> str:
    more = f" The {MOST} that lead most often." if count > MOST else ""
    index = irt.index(facts) if set(LAYER.tables) <= facts.catalogue.tables.keys() else None
    if index is not None and index.linked:
        more += " All tests were run later."
    return (
        "Share of 1,000 joint draws of all capabilities in which a model is the best of the world; points "
        "are its most probable capability, behind it the number of its scores."
        f"{more} State of {answer.as_of}."
    )


def _bars(page: Sheet, answer: Answer, facts: Facts, shown: list[Row]) -> None:
    end = page.width - END
    scale = Scale(0.0, 1.0, BAR, end)
    page.write(MODEL, 1.5, "Model", SMALL, color=MUTED)
    page.write(POINTS, 1.5, "points, scores", SMALL, color=MUTED, ha="right")
    page.write(BAR, 1.5, "leads in ... of 100 draws", SMALL, color=MUTED)
    for i, row in enumerate(shown):
        y = HEAD + ROW * i
        role = _role(answer, facts, row[2])
        page.write(MODEL, y, row[1], LABEL, color=role.text, weight="bold" if i == 0 else "normal")
        page.write(POINTS, y, f"{row[6]:.1f}, {row[5]}", LABEL, color=MUTED, ha="right")
        page.bar(BAR, y - 1.6, end - BAR, 3.2, TRACK)
        page.bar(BAR, y - 1.6, scale(row[7]) - BAR, 3.2, role.colour)
        page.write(end + 1.5, y, f"{100 * row[7]:.0f}", LABEL, color=role.text)


def _role(answer: Answer, facts: Facts, economy: str) -> Role:
    for code, role in zip(answer.pair, (FIRST, SECOND), strict=True):
        unit = facts.units.get(code)
        if economy == code or (unit is not None and economy in unit.members):
            return role
    return OTHER


def _alt(shown: list[Row], labs: list[Row]) -> str:
    if not shown:
        return "Empty chart: no scores by then."
    models = listed(f"{row[1]} in {100 * row[7]:.0f}" for row in shown)
    return f"Bars: of 100 draws, the best model of the world is {models}. By laboratory: " + (
        listed(f"{row[1]} {100 * row[7]:.0f}" for row in labs if row[7] >= 0.005) + "."
    )
