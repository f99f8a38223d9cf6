"""The first page: headline, dates, findings, home, how sure, why it differs, what not to say, foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.owned import counted
from reports.wording import day, layers, newest, the, with_range

from .differs import differs
from .findings import findings
from .headline import headline
from .pieces import FirstPage, Home, Place
from .sure import do_not_say, how_sure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.answer import Answer, Score
    from scoring.questions.held import Run

    from .pieces import Claim

SCALE = (
    "Scale of words: ahead = in at least 90 of 100 draws and set-ups, by the less certain of the two; "
    "likely ahead = in 66 to 90; no call = fewer. Ranges hold 90 % of the draws. Scores run from 0 to 100."
)


def first_page(answer: Answer, claims: Sequence[Claim], old: Run | None = None) -> FirstPage:
    """Write the first page; an earlier run is what it says has moved since."""
    return FirstPage(
        headline=headline(answer),
        dates=dates(answer),
        findings=findings(answer, claims, old),
        home=home(answer),
        sure=how_sure(answer),
        differs=differs(answer),
        do_not_say=do_not_say(answer),
        scale=SCALE,
        versions=versions(answer),
        citation=citation(answer),
    )


def dates(answer: Answer) -> str:
    """Write the line of dates: pair, lens, state, newest value, how it was known, home."""
    a, b = (answer.names[code] for code in answer.pair)
    latest = newest(
        answer.scores[code][info.code].data_to for code in answer.pair for info in answer.layers()
    )
    lens = ", per head or output" if answer.lens == "intensity" else ""
    parts = [f"{a} and {b}{lens}", f"state of {day(answer.as_of)}"]
    if latest:
        parts.append(f"data to {_day(latest)}")
    parts.append(_known(answer))
    if answer.home:
        parts.append(f"seen from {the(answer.names.get(answer.home, answer.home))}")
    return " · ".join(parts)


def _known(answer: Answer) -> str:
    if answer.known_by:
        return f"as published by {day(answer.known_by)}"
    if answer.reconstructed:
        return f"reconstructed from sources read to {day(answer.data_vintage)}"
    return "as published"


def _day(period: str) -> str:
    from datetime import date

    return day(date.fromisoformat(period))


def versions(answer: Answer) -> str:
    """Write what identifies the run."""
    drawn = f"{answer.draws:,} draws of each reading, seed {answer.seed}" if answer.draws else "no draws"
    recipe = f"recipe {answer.recipe} {answer.recipe_fingerprint[:7]}"
    data = f"data {answer.data_vintage.isoformat()} · run {answer.fingerprint[:7]}"
    own = f" · own data: {counted(answer.own)}" if answer.own else ""
    return f"fourlayers {answer.version} · {data} · {recipe} · {drawn}{own}"


def citation(answer: Answer) -> str:
    """Write how to cite the run."""
    a, b = (answer.names[code] for code in answer.pair)
    return (
        f"Cite: the fourlayers authors ({answer.data_vintage.year}), fourlayers {answer.version}: {a} and "
        f"{b} in {layers(answer)} of AI, data of {day(answer.data_vintage)}, run {answer.fingerprint[:7]}."
    )


def home(answer: Answer) -> Home | None:
    """Say where the home economy stands in each layer; nothing where it is of the pair or not asked for."""
    if not answer.home or answer.home in answer.pair or answer.home not in answer.scores:
        return None
    scores = answer.scores[answer.home]
    places = tuple(
        Place(info.title, _score(scores[info.code]), _place(answer, info.code, scores[info.code]))
        for info in answer.layers()
    )
    return Home(f"Where {the(answer.names[answer.home])} stands", places)


def _score(score: Score) -> str:
    return with_range(score.value, score.low, score.high) if score.value is not None else "not scored"


def _place(answer: Answer, node: str, score: Score) -> str:
    """Compare with each of the pair: apart only where the two ranges do not meet."""
    if score.value is None:
        return score.reason
    said: dict[str, list[str]] = {}
    for code in answer.pair:
        other = answer.scores[code][node]
        if other.value is not None:
            said.setdefault(_against(score, other), []).append(the(answer.names[code]))
    return "; ".join(f"{how} {' and '.join(names)}" for how, names in said.items())


def _against(score: Score, other: Score) -> str:
    if score.low is None or score.high is None or other.low is None or other.high is None:
        return "not compared with"
    if score.high < other.low:
        return "below"
    return "above" if score.low > other.high else "not told apart from"
