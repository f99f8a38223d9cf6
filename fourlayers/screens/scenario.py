"""The screens of `scenario`: what there is, what one changes, what a run says, several side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indicators.owned import counted
from reports.scenario_words import amount, asked, calls, made_by, mind, money, parameter, signed, turning
from reports.wording import MINUS, NONE

from .layout import WIDTH, blocks, cut, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.questions.scenario.outcome import Effect, Input, NodeOutcome, Outcome
    from scoring.questions.scenario.read import Read

LABEL: Final = 33
YEARS: Final = 2
"""Years shown on the screen; the others stand in the files."""


def list_screen(found: Sequence[Read]) -> str:
    """Name every scenario with its title and how many of its changes are assumed."""
    lines = []
    for each in found:
        changes = each.scenario.changes
        guessed = sum(change.source == "assumed" for change in changes)
        lines.append(
            f"{each.scenario.name:<25}{cut(each.scenario.title, 33):<34}"
            f"{len(changes):>2} change{'s' * (len(changes) != 1)}, {guessed} assumed"
        )
    return blocks(
        (
            [*lines],
            [
                "fourlayers scenario show NAME   question, changes, sources",
                "fourlayers scenario run NAME    what it does to the pair",
                "fourlayers scenario new FILE    one of your own",
            ],
        )
    )


def show_screen(read: Read) -> str:
    """One scenario in full: question, reason, every change with size, days and source, what is left out."""
    it = read.scenario
    changes = []
    for (name, change), (file, line) in zip(it.named(), read.places, strict=True):
        place = f"{file}, row {line}" if line else file
        days = f"from {change.start}" + (f" to {change.to}" if change.to else "")
        changes += [
            *wrapped(f"{name}: {change.label}", "  ", "    "),
            *wrapped(f"{', '.join(change.target)}: {change.kind} {parameter(change)}, {days}", "    "),
            *wrapped(f"{change.reason} [{change.source}]", "    "),
            *wrapped(place, "    "),
        ]
    sources = [
        line
        for key, source in it.sources.items()
        for line in wrapped(
            f"{key}: "
            + ", ".join(filter(None, (source.title, source.publisher, source.published, source.url)))
            + (f". {source.note}" if source.note else ""),
            "  ",
            "    ",
        )
    ]
    return blocks(
        (
            [*wrapped(f"{it.title}: {it.question}", "")],
            [*_paragraphs(it.why)],
            [f"Changes ({len(it.changes)}), in the order in which they are made", *changes],
            ["Sources", *sources] if sources else [],
            ["Not in it", *(line for text in it.not_modelled for line in wrapped(f"- {text}", "  ", "    "))],
        )
    )


def _paragraphs(text: str) -> list[str]:
    return [line for part in text.split("\n\n") for line in wrapped(" ".join(part.split()), "")]


def run_screen(outcome: Outcome, folder: str = "", files: Sequence[str] = ()) -> str:
    """One run: the question, what goes in, the gap by year, calls, what each change adds, what is out."""
    return blocks(
        (
            _head(outcome),
            _inputs(outcome),
            _gaps(outcome),
            _says(outcome),
            _foot(outcome, folder, files),
        )
    )


def _head(outcome: Outcome) -> list[str]:
    a, b = outcome.pair
    tail = f"{a} and {b} · to {outcome.scenario.until}"
    lines = wrapped(asked(outcome), "")
    if lines and len(lines[-1]) + len(tail) + 2 <= WIDTH:
        lines[-1] = lines[-1].ljust(WIDTH - len(tail)) + tail
        return lines
    return [*lines, tail.rjust(WIDTH)]


def _inputs(outcome: Outcome) -> list[str]:
    if not outcome.inputs:
        return ["Changes (0): nothing is changed."]
    head = f"Changes ({len(outcome.inputs)})".ljust(55) + "from    to      why"
    return [head, *(line for each in outcome.inputs for line in _input(each))]


def _input(each: Input) -> list[str]:
    ends = f"{each.ends:%Y-%m}" if each.ends else ""
    days = f"{each.begins:%Y-%m} {ends:<8}"
    return [f" {cut(each.label, 31):<32}{cut(amount(each), 21):<22}{days}{cut(each.source, 9)}".rstrip()]


def _shown(effects: Sequence[Effect]) -> list[Effect]:
    """Take the middle year and the last."""
    if len(effects) <= YEARS:
        return list(effects)
    return [effects[(len(effects) - 1) // 2], effects[-1]]


def _gaps(outcome: Outcome) -> list[str]:
    a, b = outcome.pair
    years = [each.year for each in _shown(outcome.overall.effects)]
    head = (
        f"Gap, {a} minus {b}".ljust(28) + "now".rjust(8) + "".join(f"by {year}".rjust(11) for year in years)
    )
    ranged = f"{'90 % range':>18}" if outcome.draws else ""
    return [head + ranged, *(_gap(each) for each in (*outcome.layers(), outcome.overall))]


def _gap(node: NodeOutcome) -> str:
    title = f" {cut(node.title, 26):<27}"
    last = node.effects[-1]
    if last.base is None or last.value is None:
        return f"{title}{'not scored':>8}"
    now = f"{node.now:.1f}".replace("-", MINUS) if node.now is not None else NONE
    if not node.linked:
        return f"{title}{now:>8}   not linked to these changes"
    cells = "".join(signed(each.change).rjust(11) for each in _shown(node.effects))
    if last.low is None or last.high is None:
        return f"{title}{now:>8}{cells}"
    inside = f"[{signed(last.low, sign=False)} to {signed(last.high, sign=False)}]"
    return f"{title}{now:>8}{cells}{inside:>18}"


def _says(outcome: Outcome) -> list[str]:
    parts = (
        ("Calls", calls(outcome)),
        ("Made by", made_by(outcome)),
        ("Money", money(outcome)),
        ("Turning", turning(outcome)),
        ("Not in it", mind(outcome)),
    )
    return [line for name, text in parts if text for line in wrapped(f"{name:<11}{text}", "", " " * 11)]


def _foot(outcome: Outcome, folder: str, files: Sequence[str]) -> list[str]:
    drawn = f"{outcome.draws:,} draws, seed {outcome.seed}, paired with the baseline"
    lines = [
        f"baseline: {outcome.baseline}" + (f" ({outcome.baseline_note})" if outcome.baseline_note else "")
    ]
    lines.append((drawn if outcome.draws else "no draws") + f" · run {outcome.fingerprint[:7]}")
    if outcome.own:
        lines.append(f"own data: {counted(outcome.own)}")
    if folder:
        lines += [f"{folder}: " + "  ".join(files)]
    return [piece for line in lines for piece in wrapped(line, "")]


def compare_screen(outcomes: Sequence[Outcome]) -> str:
    """Several runs, one a line: by how much each moves the gap of every layer and of the whole."""
    first = outcomes[0]
    a, b = first.pair
    nodes = (*first.layers(), first.overall)
    wide = min(10, (WIDTH - 26) // len(nodes))
    heads = [cut(_short(each.title), wide - 1) for each in nodes]
    head = "".ljust(26) + "".join(text.rjust(wide) for text in heads)
    rows = []
    for outcome in outcomes:
        held = [outcome.node(each.node) for each in nodes]
        cells = "".join(_cell(each).rjust(wide) for each in held)
        rows.append(f"{cut(outcome.scenario.name, 25):<26}{cells}")
        top = held[-1].effects[-1]
        if top.low is not None and top.high is not None:
            told = f"overall {signed(top.low, sign=False)} to {signed(top.high, sign=False)}"
            word = held[-1].after
            rows.append(f"  {told:<26}" + (_call(word.call, word.leader) if word else ""))
    return blocks(
        (
            [f"By how much the gap, {a} minus {b}, moves by the last year of each, in points", head, *rows],
            [f"now {first.as_of} · baseline: {first.baseline} · {NONE} not linked to the changes"],
        )
    )


def _call(call: str, leader: str) -> str:
    return f"{leader} {call} overall" if leader else f"{call} overall"


def _short(title: str) -> str:
    return {
        "Frontier capability": "frontier",
        "Inference cost": "cost",
        "Systems integration": "systems",
    }.get(title, "ecosystem" if title.startswith("Application") else title.lower())[:9]


def _cell(node: NodeOutcome) -> str:
    change = node.effects[-1].change
    return NONE if change is None or not node.linked else signed(change)
