"""What a scenario's outcome says in words: right whoever gains, where nothing moves, where no score is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.wording import MINUS, NONE, listed, lower_first, plain, plural, the

if TYPE_CHECKING:
    from scoring.questions.scenario.outcome import Called, Input, NodeOutcome, Outcome
    from scoring.questions.scenario.schema import Change

LEAST: Final = 0.05
"""Points that round to nought."""
SURE: Final = 0.9
LIKELY: Final = 0.66
KIND: Final = {"set": "to ", "scale": "x", "shift": "", "converge": "closes ", "grow": ""}


def signed(value: float | None, *, sign: bool = True) -> str:
    """Write a difference with its sign, one decimal, never a minus before nought."""
    if value is None:
        return NONE
    text = f"{value:+.1f}" if sign else f"{value:.1f}"
    if not any(digit in text for digit in "123456789"):
        return "0.0"
    return text.replace("-", MINUS)


def asked(outcome: Outcome) -> str:
    """Title and question."""
    return f"{outcome.scenario.title}: {lower_first(outcome.scenario.question)}"


def parameter(change: Change) -> str:
    """Size of a change with its range, as it is written in the file."""
    size = change.parameter
    if size is None:
        return repr(change.set)
    inside = f" ({plain(size.low)} to {plain(size.high)})" if size.ranged else ""
    towards = "" if change.towards is None else f" towards {change.towards}"
    return f"{plain(size.value)}{inside}{towards}"


def amount(each: Input) -> str:
    """Size of a change in a few signs: `0.02 -> 0`, `x1.3 (1.1-1.6)`, `+11 %/y (0-22)`."""
    if each.size is None:
        return "set"
    value, low, high = each.size
    inside = _inside(low, high)
    if each.kind == "set":
        before = "" if each.before is None else f"{_few(each.before)} -> "
        return f"{before}{_few(value)}{inside}"
    if each.kind == "scale":
        return f"x{_few(value)}{inside}"
    if each.kind == "shift":
        return f"{'+' if value > 0 else ''}{_few(value)}{inside}"
    inside = _inside(100 * low, 100 * high)
    sign = "+" if value > 0 else ""
    if each.kind == "converge":
        return f"closes {_few(100 * value)} %{inside}"
    return f"{sign}{_few(100 * value)} %/y{inside}"


def _inside(low: float, high: float) -> str:
    """Write a range in brackets; nothing where there is none."""
    if low >= high:
        return ""
    return f" ({_few(low)}-{_few(high)})" if low >= 0 else f" ({_few(low)} to {_few(high)})"


def _few(value: float) -> str:
    return plain(value, 3)


def worded(word: Called, names: dict[str, str]) -> str:
    """Write a call with its leader."""
    return f"{names[word.leader]} {word.call}" if word.leader else word.call


def calls(outcome: Outcome, names: dict[str, str] | None = None) -> str:
    """Say which calls change by the last year, by code without names; empty where nothing was drawn."""
    nodes = (*outcome.layers(), outcome.overall)
    told = [each for each in nodes if each.before is not None and each.after is not None]
    if not told:
        return ""
    moved = [each for each in told if each.before != each.after]
    short = names or {code: code for code in outcome.pair}
    arrow = "\N{RIGHTWARDS ARROW}" if names else "->"
    if not moved:
        return f"none changes by {outcome.overall.effects[-1].year}"
    parts = [
        f"{lower_first(each.title)}: {worded(each.before, short)} {arrow} {worded(each.after, short)}"
        for each in moved
        if each.before is not None and each.after is not None
    ]
    rest = "" if len(moved) == len(told) else "; others unchanged"
    return f"{'; '.join(parts)}{rest} ({outcome.overall.effects[-1].year})"


def made_by(outcome: Outcome) -> str:
    """Say what each change adds to the move of the overall gap, or of the layer where there is no overall."""
    node = told_node(outcome)
    if node is None or node.parts is None or not outcome.inputs:
        return ""
    pairs = sorted(zip(outcome.inputs, node.parts, strict=True), key=lambda pair: -abs(pair[1]))
    shown = [f"{each.label} {signed(part)}" for each, part in pairs if abs(part) >= LEAST]
    left = [part for _, part in pairs if abs(part) < LEAST]
    if not shown:
        return f"no change moves the {_of(node)} gap by a tenth of a point"
    small = f"; {plural(len(left), 'other')} next to nothing" if left else ""
    return f"{'; '.join(shown)}{small} (points; they add up to {signed(node.effects[-1].change)} {_of(node)})"


def _of(node: NodeOutcome) -> str:
    return "overall" if node.level == "overall" else lower_first(node.title)


def told_node(outcome: Outcome) -> NodeOutcome | None:
    """Whole, or the first linked layer that is scored; None where there is none."""
    for node in (outcome.overall, *outcome.layers()):
        if node.linked and node.effects[-1].change is not None:
            return node
    return None


def turning(outcome: Outcome) -> str:
    """Say at which size of a change the effect on the whole is gone."""
    if not outcome.turning:
        return ""
    parts = [
        f"{each.label} at {plain(each.size, 3)} in place of {plain(each.stated, 3)}"
        for each in outcome.turning
    ]
    return f"the effect overall is gone with {listed(parts, 'or')}"


def money(outcome: Outcome) -> str:
    """Say what owners keep of a dollar, before and after; empty where no change is one of value capture."""
    parts = [
        f"{each.title}: owners in {the(outcome.names.get(each.economy, each.economy))} "
        f"{each.before[0]:.1f} -> {each.after[0]:.1f} cents a dollar "
        f"({each.after[1]:.0f} to {each.after[2]:.0f})"
        for each in outcome.money
    ]
    return "; ".join(parts)


def mind(outcome: Outcome) -> str:
    """Say what the scenario leaves out and how much of it is assumed."""
    left_out = "; ".join(outcome.scenario.not_modelled)
    if not outcome.inputs:
        return left_out
    guessed = [each for each in outcome.inputs if each.source == "assumed"]
    held = len(outcome.inputs)
    said = f"{len(guessed)} of {held} change{'s' * (held != 1)} assumed"
    drawn = (
        ", drawn over the ranges shown" if any(it.size and it.size[1] < it.size[2] for it in guessed) else ""
    )
    return f"{left_out}; {said}{drawn if guessed else ''}"


def headline(outcome: Outcome) -> str:
    """Title of the paths: by how much the gap moves, and through which layer; or that nothing can be told."""
    node = told_node(outcome)
    title = outcome.scenario.title
    if node is None:
        return f"{title}: nothing that it reaches is scored for the pair"
    last = node.effects[-1]
    change, whole = last.change or 0.0, node.level == "overall"
    sure = max(last.rises or 0.0, last.falls or 0.0) >= LIKELY if last.rises is not None else True
    if abs(change) < LEAST or not sure:
        return f"{title}: no effect on the {_of(node)} gap beyond doubt"
    inside = "" if last.low is None else f" ({signed(last.low)} to {signed(last.high)})"
    layers = [each for each in outcome.layers() if each.linked and each.effects[-1].change is not None]
    most = max(layers, key=lambda each: abs(each.effects[-1].change or 0.0), default=None)
    through = f", most through {lower_first(most.title)}" if whole and most is not None else ""
    return f"{title} moves the {_of(node)} gap by {signed(change)} points by {last.year}{inside}{through}"


def finding(outcome: Outcome) -> str:
    """Say in one sentence what the scenario does, with its range."""
    node = outcome.overall
    last = node.effects[-1]
    first, second = (the(outcome.names[code]) for code in outcome.pair)
    if last.change is None:
        return f"There is no overall score for {first} and {second}: see the layers."
    if not node.linked or all(abs(each.change or 0.0) < 1e-9 for each in node.effects):
        return f"{outcome.scenario.title}: no effect on the gap between {first} and {second}."
    gains, share = (first, last.rises) if last.change > 0 else (second, last.falls)
    size = f"{abs(last.change):.1f} points"
    if abs(last.change) < LEAST:
        size = "less than a tenth of a point"
    if share is None:
        return f"By {last.year} the overall gap moves by {size} in favour of {gains}."
    inside = f"{signed(last.low)} to {signed(last.high)}"
    if share >= SURE:
        return f"By {last.year} the overall gap moves by {size} in favour of {gains} ({inside})."
    if share >= LIKELY:
        return f"By {last.year} the overall gap likely moves in favour of {gains}, by {size} ({inside})."
    told = f"{signed(last.change)} ({inside})"
    return f"By {last.year} it cannot be told whom the scenario favours overall: {told}."
