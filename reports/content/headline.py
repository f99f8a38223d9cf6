"""The headline: at most fourteen words, said by the calls and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.wording import count, in_text, short_name

if TYPE_CHECKING:
    from scoring.answer import Answer, Call

WORDS = 14


def headline(answer: Answer) -> str:
    """Say who leads in how many layers, and what is open, in at most `WORDS` words."""
    fitting = (text for text in _candidates(answer) if len(text.split()) <= WORDS)
    return next(fitting, _barest(answer))


def led(answer: Answer, code: str, *calls: Call) -> list[str]:
    """Layers in which one of the calls names an economy as leader."""
    nodes = [info.code for info in answer.layers()]
    return [node for node in nodes if answer.gap[node].leader == code and answer.gap[node].call in calls]


def undecided(answer: Answer) -> list[str]:
    """Layers that are scored and have no call."""
    return [info.code for info in answer.layers() if answer.gap[info.code].call == "no call"]


def unscored(answer: Answer) -> list[str]:
    """Layers that are not scored for the pair."""
    return [info.code for info in answer.layers() if answer.gap[info.code].call == "not scored"]


def front(answer: Answer) -> tuple[str, str]:
    """Order the pair: who leads in more layers first, sure leads before likely ones."""

    def leads(code: str) -> tuple[int, int]:
        return len(led(answer, code, "ahead", "likely ahead")), len(led(answer, code, "ahead"))

    a, b = answer.pair
    return (b, a) if leads(b) > leads(a) else (a, b)


def _candidates(answer: Answer) -> list[str]:
    """Ways to say it, the fullest first."""
    a, b = (short_name(answer, code) for code in answer.pair)
    if answer.draws == 0:
        return [
            f"{a} and {b} in {count(len(answer.layers()))} AI layers: scores without ranges, no calls",
            f"{a} and {b}: scores without ranges, no calls",
        ]
    if len(unscored(answer)) == len(answer.layers()):
        return [f"{a} and {b}: no AI layer can be scored", "No AI layer can be scored"]
    first, second = front(answer)
    if not led(answer, first, "ahead", "likely ahead"):
        return _nothing_told_apart(answer, f"No AI layer separates {a} and {b}")
    return _someone_leads(answer, first, second)


def _nothing_told_apart(answer: Answer, sentence: str) -> list[str]:
    gone = unscored(answer)
    return [f"{sentence}; {text} not scored" for text in _naming(answer, gone)] + ([] if gone else [sentence])


def _someone_leads(answer: Answer, first: str, second: str) -> list[str]:
    """Say who leads where; the other's layers, what is likely and what is open as far as room allows."""
    sure, likely = led(answer, first, "ahead"), led(answer, first, "likely ahead")
    other = led(answer, second, "ahead", "likely ahead")
    one, two = short_name(answer, first), short_name(answer, second)
    word = "ahead" if sure else "likely ahead"
    number, total = len(sure or likely), len(answer.layers())
    of_all = f"all {count(total)}" if number == total else f"{count(number)} of {count(total)}"
    lead = f"{one} {word} in {of_all} AI layers"
    likely_too = [f", likely in {count(len(likely))}", ""] if sure and likely else [""]
    ahead_too = [f", {two} in {count(len(other))}"] if other else [""]
    endings = _open(answer)
    return [lead + more + against + end for end in endings for against in ahead_too for more in likely_too]


def _open(answer: Answer) -> list[str]:
    """Give endings on the layers that have no call or no score, the fullest first."""
    open_, gone = undecided(answer), unscored(answer)
    if open_ and gone:
        n, m = count(len(open_)), count(len(gone))
        return [f"; {n} open, {in_text(answer, gone)} not scored", f"; {n} open, {m} not scored", ""]
    if open_:
        return [f"; {text} open" for text in _naming(answer, open_)] + [""]
    return [f"; {text} not scored" for text in _naming(answer, gone)] + [""]


def _naming(answer: Answer, nodes: list[str]) -> list[str]:
    """Layers by name, then by number; nothing for none."""
    return [in_text(answer, nodes), count(len(nodes))] if nodes else []


def _barest(answer: Answer) -> str:
    first, _ = front(answer)
    number = len(led(answer, first, "ahead", "likely ahead"))
    if not number or answer.draws == 0:
        return f"{' and '.join(answer.pair)}: no call in any AI layer"
    return f"{first} ahead or likely ahead in {count(number)} of {count(len(answer.layers()))} AI layers"
