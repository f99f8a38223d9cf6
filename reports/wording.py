"""How numbers, names, dates and calls are worded wherever the project writes. Leans on the answer only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from scoring.answer import Answer, Gap

NONE = "\N{EN DASH}"
HARD = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WITH_ARTICLE = ("United ", "Netherlands", "UAE", "EU", "G7", "G 7", "GULF", "QUAD", "US ALLIES", "Gulf")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SIGNIFICANT = 4
MILLION = 1_000_000


def points(value: float | None) -> str:
    """Write a score or a gap: one decimal, a true minus sign, a dash for nothing."""
    return NONE if value is None else _signed(f"{value:.1f}")


def plain(value: float | None, digits: int = SIGNIFICANT) -> str:
    """Write a value with `digits` significant digits, thousands apart by commas, millions as m."""
    if value is None or not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    if abs(value) >= MILLION:
        return f"{plain(value / MILLION, digits)}{HARD}m"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return _signed(text.rstrip("0").rstrip(".") if "." in text else text)


def _signed(text: str) -> str:
    return text.replace("-", MINUS) if any(digit in text for digit in "123456789") else text.removeprefix("-")


def span(low: float | None, high: float | None) -> str:
    """Write a range of scores, as in `2.1 to 24.1`; nothing where there is none."""
    return "" if low is None or high is None else f"{points(low)} to {points(high)}"


def with_range(value: float | None, low: float | None, high: float | None) -> str:
    """Write a score with its range behind it, as in `13.1 (2.1 to 24.1)`."""
    inside = span(low, high)
    return f"{points(value)} ({inside})" if inside else points(value)


def percent(share: float) -> str:
    """Write a share from 0 to 1 as a whole percentage; what is not nothing or all is not rounded to it."""
    if 0 < share < 0.01:
        return f"under 1{HARD}%"
    if 0.99 < share < 1:
        return f"over 99{HARD}%"
    return f"{100 * share:.0f}{HARD}%"


def of_hundred(share: float) -> str:
    """Write a share of draws, as in `99 of 100`; what is not all is never rounded to all."""
    if share < 0.01:
        return "fewer than 1 of 100" if share > 0 else "none"
    if share > 0.99:
        return "over 99 of 100" if share < 1 else "all"
    return f"{100 * share:.0f} of 100"


def count(number: int) -> str:
    """Write a small number as a word."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """Write a count with its noun."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def layers(answer: Answer) -> str:
    """Write how many layers are scored, as in `four layers`."""
    return plural(len(answer.layers()), "layer")


def all_layers(answer: Answer) -> str:
    """Write all of them, as in `all four layers`."""
    number = len(answer.layers())
    return "the one layer" if number == 1 else "both layers" if number == 2 else f"all {layers(answer)}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """Join as in `a, b and c`; nothing for no items."""
    *head, end = tuple(items) or ("",)
    return f"{', '.join(head)} {last} {end}" if head else end


def upper_first(text: str) -> str:
    """Begin a sentence."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Take a title into running text; initials and the like of G7 keep their capitals."""
    return text if text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]


def the(name: str) -> str:
    """Name an economy in running text, with its article where it takes one."""
    return f"the {name}" if name.startswith(_WITH_ARTICLE) else name


def short_name(answer: Answer, code: str) -> str:
    """Name an economy in as few letters as can stand as a noun: `US`, but `China`."""
    adjective = answer.adjectives.get(code, "")
    return adjective if adjective.isupper() else answer.names.get(code, code)


def day(when: date) -> str:
    """Write a day, as in `23 November 2026`."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def newest(periods: Iterable[str]) -> str:
    """Latest of days written YYYY-MM-DD, or empty."""
    return max((period for period in periods if period), default="")


def leader_share(gap: Gap, answer: Answer, *, everything: bool) -> float | None:
    """Share of draws in which the leader (or, without a call, the first economy) is ahead."""
    share = gap.ahead_all if everything else gap.ahead_data
    if share is None:
        return None
    return 1 - share if gap.leader == answer.pair[1] else share


def title(answer: Answer, node: str) -> str:
    """Title of a node."""
    return next((info.title for info in answer.nodes if info.code == node), node)


def in_text(answer: Answer, nodes: Sequence[str]) -> str:
    """Titles of nodes, joined for running text."""
    return listed(lower_first(title(answer, node)) for node in nodes)


def call_label(gap: Gap, answer: Answer) -> str:
    """Write a call with the name of the leader: `United States likely ahead`, `no call`, `not scored`."""
    if answer.draws == 0 and gap.value is not None:
        return "no ranges drawn"
    return f"{answer.names[gap.leader]} {gap.call}" if gap.leader else gap.call
