"""Use of AI in the pair, instrument by instrument, under what a model makes of them on one scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from reports.wording import the

from .behind import Behind
from .credit import credit
from .look import PLAIN
from .palette import FAINT, FIRST, MUTED, RULE, SECOND, TRACK, Role
from .phrases import counted, listed, opened, possessive
from .sheet import LABEL, PATCH, SMALL, Scale, Sheet, fitted, sheet, width, wrap

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer, Side

    from .chart import Chart
    from .look import Look

TABLE = "adoption"
ESTIMATES = {"ai_user_share_est": "people", "enterprise_ai_use_est": "firms"}
"""Indicators of the instrument model, by what they count."""
MODEL = "On one scale, estimated from the instruments"
COLUMNS = (
    "what",
    "instrument",
    "economy",
    "date",
    "published",
    "value",
    "low",
    "high",
    "shown_as",
    "producer",
    "source",
    "note",
)
NAMES, GUTTER, END = 64.0, 10.0, 9.0  # mm
ROW, TALLER, HEADING, HEAD = 7.8, 10.2, 6.5, 6.0  # mm
USERS = "people"  # what the names of instruments that count persons begin with
APART = 1.5  # mm between the two economies on a line
Row = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One instrument: what it counts, its name, and the pair's rounds, oldest first."""

    what: str
    name: str
    rounds: dict[str, tuple[Row, ...]]

    def last(self, code: str) -> Row | None:
        """Newest round of an economy."""
        return self.rounds[code][-1] if self.rounds.get(code) else None


Block = tuple[str, list[Line]]


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw adoption by instrument."""
    rows, withheld = _rows(answer, facts)
    lines, models = _lines(answer, rows), _models(answer)
    used: dict[str, float] = {}
    for row in rows:
        used[row["source"]] = used.get(row["source"], 0.0) + 1
    sources = facts.catalogue.tables[TABLE].sources if rows else {}
    named = credit("adoption", answer, ((sources[key], used[key]) for key in used))
    title, subtitle = finding(answer, lines), _subtitle(answer, lines, withheld, modelled=bool(models))
    blocks = _blocks(lines, models)
    columns = _columns(blocks, 2 if look.size.wide else 1)
    down = TALLER if len(columns) > 1 else ROW
    tall = max((sum(HEADING + down * len(held) for _, held in column) for column in columns), default=down)
    page = sheet(title, subtitle, named, HEAD + tall, look)
    if not lines:
        page.write(0, HEAD, "No figure for either of them is held at this date.", LABEL, color=MUTED)
    across = (page.width - GUTTER * (len(columns) - 1)) / max(len(columns), 1)
    for at, column in enumerate(columns):
        left = at * (across + GUTTER)
        strip = Scale(0.0, 100.0, left + min(NAMES, 0.42 * across), left + across - END)
        _column(page, strip, left, down, answer, column)
    shown = (
        _shown(facts, line, code, row)
        for line in (*models, *lines)
        for code in answer.pair
        for row in line.rounds[code]
    )
    behind = Behind(facts, tables=((TABLE, "value"),))
    return page.chart("adoption", _alt(answer, [*models, *lines]), COLUMNS, shown, behind)


def _blocks(lines: list[Line], models: list[Line]) -> list[Block]:
    """Give lines with what stands above them: what the model makes of the instruments, then each count."""
    if not lines:
        return []
    blocks = [(f"{MODEL}, %", models)] if models else []
    whats = dict.fromkeys(line.what for line in lines)
    return blocks + [(f"Share of {what}, %", [line for line in lines if line.what == what]) for what in whats]


def _columns(blocks: list[Block], most: int) -> list[list[Block]]:
    """Put blocks into columns: the last one beside the others, where there is room for two."""
    if most < 2 or len(blocks) < 2:
        return [blocks] if blocks else []
    return [blocks[:-1], blocks[-1:]]


def _column(page: Sheet, strip: Scale, left: float, row: float, answer: Answer, blocks: list[Block]) -> None:
    for tick in (0, 25, 50, 75, 100):
        x = strip(tick)
        page.line([x, x], [HEAD - 1.5, page.body], color=FAINT, linewidth=0.6, zorder=0)
        page.write(x, 1.8, f"{tick} %" if tick == 100 else str(tick), SMALL, ha="center", color=MUTED)
    y = HEAD - 2.0
    for at, (heading, lines) in enumerate(blocks):
        if at:
            page.rule(y + 0.8, left, strip.right + END, colour=RULE)
        room = strip.right + END - left
        page.write(
            left, y + HEADING / 2 + 0.5, fitted(heading, room, 8.0, "bold"), 8.0, weight="bold", bbox=PATCH
        )
        y += HEADING
        for line in lines:
            _instrument(
                page, (left, y + row / 2), strip, answer, line, named=line is lines[0] and not at and not left
            )
            y += row


def _rows(answer: Answer, facts: Facts) -> tuple[list[Row], int]:
    """Observations of the pair that may be printed, and how many the terms of their source withhold."""
    if TABLE not in facts.catalogue.tables:
        return [], 0
    sources = facts.catalogue.tables[TABLE].sources
    mine = [row for row in facts.records(TABLE) if row["economy"] in answer.pair]
    free = [row for row in mine if sources[row["source"]].redistribute]
    return free, len(mine) - len(free)


def _models(answer: Answer) -> list[Line]:
    """Put the pair on each declared scale, where an instrument covers at least one of the two."""
    lines = []
    for row in answer.indicators:
        if row.code not in ESTIMATES:
            continue
        sides = zip(answer.pair, (row.a, row.b), strict=True)
        rounds = {code: _estimate(side, answer.as_of) for code, side in sides}
        if any(rounds.values()):
            lines.append(Line(ESTIMATES[row.code], opened(ESTIMATES[row.code]), rounds))
    return sorted(lines, key=lambda line: line.what != USERS)


def _estimate(side: Side, day: date) -> tuple[Row, ...]:
    """Write one side of an estimated indicator as a round; none where it is not, or may not be printed.

    That of a bloc has no day but the state date.
    """
    if side.value is None or not side.free:
        return ()
    one = {
        "value": side.value,
        "low": math.nan if side.low is None else side.low,
        "high": math.nan if side.high is None else side.high,
        "date": date.fromisoformat(side.date) if side.date else day,
        "published": date.fromisoformat(side.published) if side.published else day,
        "source": "",
        "note": side.note,
    }
    return (one,)


def _lines(answer: Answer, rows: list[Row]) -> list[Line]:
    """Instruments: people first; within, those that cover both first, the newest first."""
    lines = []
    for what, name in sorted({(row["counts"], row["instrument"]) for row in rows}):
        own = sorted(
            (row for row in rows if (row["counts"], row["instrument"]) == (what, name)),
            key=lambda row: row["date"],
        )
        rounds = {code: tuple(row for row in own if row["economy"] == code) for code in answer.pair}
        lines.append(Line(what, opened(name), rounds))
    newest = {id(line): max(row["date"] for part in line.rounds.values() for row in part) for line in lines}
    lines.sort(
        key=lambda line: (
            line.what != USERS,
            line.what,
            not all(line.rounds.values()),
            -newest[id(line)].toordinal(),
        )
    )
    return lines


def finding(answer: Answer, lines: list[Line]) -> str:
    """Say how far apart the instruments are, for the economy on which they differ most."""
    users = [line for line in lines if line.what == USERS]
    found = {code: sorted(row["value"] for line in users if (row := line.last(code))) for code in answer.pair}
    code = max(answer.pair, key=lambda code: found[code][-1] - found[code][0] if found[code] else -1.0)
    values = [f"{value:.0f}" for value in found[code]]
    if not lines:
        names = listed([the(answer.names[each]) for each in answer.pair])
        return f"No instrument has measured the use of AI in {names}"
    if len(set(values)) < 2:
        return "Too few instruments to say how the number of AI users depends on who asks"
    owner = opened(possessive(the(answer.names[code])))
    if len(values) > 4:
        return f"{owner} AI users: from {values[0]} to {values[-1]} in 100, depending on who asks"
    return f"{owner} AI users: {listed(values, 'or')} in 100, depending on who asks"


def _subtitle(answer: Answer, lines: list[Line], withheld: int, *, modelled: bool) -> str:
    first, second = answer.pair
    pairs = [(a["value"], b["value"]) for it in lines if (a := it.last(first)) and (b := it.last(second))]
    joined = "Small marks: earlier rounds, joined while the question stayed the same."
    parts = ["Each line is one instrument; figures compare along a line only.", joined]
    if modelled:
        parts.append("On top: what a model of the instruments makes of them on one scale, with 90 % ranges.")
    if pairs:
        up, down = sum(a > b for a, b in pairs), sum(a < b for a, b in pairs)
        ours, theirs = the(answer.names[first]), the(answer.names[second])
        each = [counted(number) if number else "none" for number in (up, down)]
        higher = f"{ours} is higher in {each[0]}, {theirs} in {each[1]}"
        parts.append(f"Instruments that cover both: {counted(len(pairs))}; {higher}.")
    if withheld:
        few = "figure is" if withheld == 1 else "figures are"
        parts.append(f"{opened(counted(withheld))} {few} left out, as the terms do not allow printing.")
    return " ".join(parts)


def _instrument(
    page: Sheet, at: tuple[float, float], strip: Scale, answer: Answer, line: Line, *, named: bool
) -> None:
    left, y = at
    dates = sorted({row["date"].isoformat()[:7] for code in answer.pair if (row := line.last(code))})
    name = wrap(line.name, strip.left - left - 3, LABEL)
    page.write(left, y - 1.4, "\n".join(name), LABEL)
    page.write(left, y - 1.4 + 1.7 * len(name) + 1.1, " and ".join(dates), SMALL, color=MUTED)
    page.bar(strip.left, y - 0.25, strip.right - strip.left, 0.5, TRACK, zorder=0)
    for code, role, side in zip(answer.pair, (FIRST, SECOND), (-1, 1), strict=True):
        if line.rounds[code]:
            label = f"{answer.names[code]} " if named else ""
            _side(page, y + side * APART, strip, line.rounds[code], role, label)


def _side(page: Sheet, at: float, strip: Scale, rounds: tuple[Row, ...], role: Role, label: str) -> None:
    """Draw the rounds of one economy: the first of the pair above the line, the second below it."""
    last = rounds[-1]
    places = [strip(row["value"]) for row in rounds]
    # a new wording of the question is a break: what came before it is marked, not joined
    joined = [strip(row["value"]) for row in rounds if row.get("wording") == last.get("wording")]
    for place in places[:-1]:
        page.mark(place, at, role, markersize=2.4, markeredgewidth=0.8)
    if len(joined) > 1:
        page.line([min(joined), max(joined)], [at, at], color=role.colour, linewidth=0.6, zorder=1)
    low, high = _range(last)
    right = places[-1]
    if low is not None and high is not None:
        page.span(strip(low), strip(high), at, role, thick=1.2)
        right = strip(high)
    page.mark(places[-1], at, role)
    back = any(place > places[-1] + 0.1 for place in places)
    left = min(*places, strip(low) if low is not None else places[-1])
    value, between = f"{label}{last['value']:.3g}", _between(last)
    how = {"color": role.text, "weight": "bold"}
    if not back and right + 1.6 + width(value + between, 7.0, "bold") <= strip.right + END:
        page.write(right + 1.6, at, value + between, 7.0, **how)
        return
    if left - 1.6 - width(value + between, 7.0, "bold") < strip.left:
        between = ""  # the line beside it shows it
    page.write(left - 1.6, at, value + between, 7.0, ha="right", **how)


def _range(row: Row) -> tuple[float | None, float | None]:
    low, high = (None if math.isnan(row[end]) else float(row[end]) for end in ("low", "high"))
    return low, high


def _between(row: Row) -> str:
    low, high = _range(row)
    return "" if low is None or high is None else f" ({low:.0f} to {high:.0f})"


def _shown(facts: Facts, line: Line, code: str, row: Row) -> tuple[str | float | None, ...]:
    drawn = "newest" if row is line.last(code) else "earlier"
    producer = facts.catalogue.tables[TABLE].sources[row["source"]].producer if row["source"] else ""
    return (
        line.what,
        line.name,
        code,
        row["date"].isoformat(),
        row["published"].isoformat(),
        float(row["value"]),
        *_range(row),
        drawn if producer else "estimate",
        producer,
        row["source"],
        row["note"],
    )


def _alt(answer: Answer, lines: list[Line]) -> str:
    parts = ["Shares of people or firms that use AI, one line per instrument."]
    for line in lines:
        sides = [
            f"{answer.names[code]} {row['value']:.3g} %{_between(row)} ({row['date']})"
            for code in answer.pair
            if (row := line.last(code))
        ]
        parts.append(f"{line.name}, {line.what}: {', '.join(sides)}.")
    return " ".join(parts)
