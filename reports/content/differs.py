"""Why the result differs from other indices: their published ratios on one axis with ours."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.wording import in_text, the

from .pieces import Differs, Ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.answer import Answer

PUBLISHED = Path(__file__).parent.parent / "published_indices.toml"
LEADER, FOLLOWER = "USA", "CHN"
"""The published ratios are China over the United States, whichever of the two leads here."""


def differs(answer: Answer) -> Differs | None:
    """Set the published ratios beside ours; nothing for a pair that no other index has been read for."""
    if set(answer.pair) != {LEADER, FOLLOWER}:
        return None
    others = [_theirs(index) for index in _published()]
    ours = _ours(answer)
    ratios = sorted([*others, *ours], key=lambda ratio: ratio.value)
    names = answer.names
    return Differs(
        title=f"Score of {the(names[FOLLOWER])} for each 1.00 of {the(names[LEADER])}",
        ratios=tuple(ratios),
        why=f"{_spread(answer, others)} {_reasons(answer)}",
        sources=tuple(f"{index['short']}: {index['citation']} ({index['url']})" for index in _published()),
    )


@cache
def _published() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(PUBLISHED.read_text(encoding="utf-8")).values())


def _theirs(index: dict[str, Any]) -> Ratio:
    value = index["scores"][FOLLOWER] / index["scores"][LEADER]
    return Ratio(index["short"], f"{value:.2f}", value, None, None, ours=False)


def _ours(answer: Answer) -> list[Ratio]:
    """Divide the overall scores; the bar takes the ends of both ranges, so it is wider than 90 %."""
    ratio = _ratio(answer, "overall")
    if ratio is None:
        return []
    over, under = answer.scores[FOLLOWER]["overall"], answer.scores[LEADER]["overall"]
    low = high = None
    text = f"{ratio:.2f}"
    if None not in {over.low, over.high, under.low, under.high} and under.low:
        low, high = (over.low or 0.0) / (under.high or 1.0), (over.high or 0.0) / under.low
        text = f"{ratio:.2f} ({low:.2f} to {high:.2f})"
    return [Ratio("fourlayers, overall", text, ratio, low, high, ours=True)]


def _ratio(answer: Answer, node: str) -> float | None:
    over, under = answer.scores[FOLLOWER][node].value, answer.scores[LEADER][node].value
    return None if over is None or not under else over / under


def _spread(answer: Answer, others: Sequence[Ratio]) -> str:
    """Say how far apart the published ratios are, and how far apart our layers are."""
    values = [ratio.value for ratio in others]
    text = f"Published ratios run from {min(values):.2f} to {max(values):.2f}"
    layers = {info.code: _ratio(answer, info.code) for info in answer.layers()}
    known = {code: value for code, value in layers.items() if value is not None}
    if len(known) < 2:
        return f"{text}."
    least, most = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    return (
        f"{text}; our layers alone run from {known[least]:.2f} ({in_text(answer, [least])}) "
        f"to {known[most]:.2f} ({in_text(answer, [most])}): what is counted decides."
    )


def _reasons(answer: Answer) -> str:
    asked = "per head or output" if answer.lens == "intensity" else "what each commands"
    theirs = "; ".join(f"{index['short']} {index['measures']}" for index in _published())
    ours = (
        f"This one asks {asked}, between stated goalposts, with a layer for price and cost, and with ranges."
    )
    return f"{theirs}. {ours}"
