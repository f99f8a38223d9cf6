"""A scenario on two pages: what is asked, what goes in, what comes out, and what to mind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from indicators.owned import counted
from reports.pdf import TEMPLATES, compiled, figures_of
from reports.scenario_words import amount, calls, finding, made_by, money, signed, turning, worded
from reports.wording import NONE, day, listed, lower_first, the, upper_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts.chart import Chart
    from scoring.questions.scenario.outcome import NodeOutcome, Outcome

MAIN = "brief.typ"


def brief(outcome: Outcome, charts: Sequence[Chart]) -> bytes:
    """Set the brief as PDF/A-2a and PDF/UA-1; its time stamp is the state date, not the clock."""
    from reports.charts.chart import image

    files = {name: (TEMPLATES / name).read_bytes() for name in (MAIN, "look.typ", "scenario.typ")}
    files |= {f"figure-{chart.name}.svg": image(chart, "svg") for chart in charts}
    data = content(outcome)
    data["figures"] = figures_of({chart.name: chart for chart in charts})
    files["data.json"] = json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    return compiled(files, MAIN, outcome.as_of)


def content(outcome: Outcome) -> dict[str, Any]:
    """Everything that the brief says, as plain data."""
    it = outcome.scenario
    first, second = (the(outcome.names[code]) for code in outcome.pair)
    last = outcome.overall.effects[-1].year
    drawn = f"{outcome.draws:,} paired draws, seed {outcome.seed}" if outcome.draws else "no draws"
    return {
        "title": it.title,
        "question": it.question,
        "line": f"{upper_first(first)} and {second} · state of {day(outcome.as_of)} · to {last}",
        "finding": finding(outcome),
        "why": [" ".join(part.split()) for part in it.why.split("\n\n") if part.strip()],
        "year": last,
        "gap": "Gap, " + " minus ".join(outcome.names[code] for code in outcome.pair),
        "nodes": [_node(each, outcome.names) for each in (*outcome.layers(), outcome.overall)],
        "says": [
            {"label": label, "text": text}
            for label, text in (
                ("Calls", upper_first(calls(outcome, outcome.names))),
                ("Made by", upper_first(made_by(outcome))),
                ("Money", upper_first(money(outcome))),
                ("Turning", upper_first(turning(outcome))),
            )
            if text
        ],
        "changes": [
            {
                "label": each.label,
                "amount": amount(each),
                "days": f"{each.begins:%Y-%m}" + (f" to {each.ends:%Y-%m}" if each.ends else ""),
                "reason": each.reason,
                "source": each.source,
            }
            for each in outcome.inputs
        ],
        "not_modelled": list(it.not_modelled),
        "sources": [
            {
                "key": key,
                "text": ", ".join(filter(None, (held.title, held.publisher, held.published)))
                + (f". {held.note}" if held.note else ""),
            }
            for key, held in it.sources.items()
        ],
        "how": _how(outcome),
        "foot": f"fourlayers {outcome.version} · scenario {it.name} · recipe {outcome.recipe} · {drawn} · "
        f"run {outcome.fingerprint[:12]}" + (f" · own data: {counted(outcome.own)}" if outcome.own else ""),
        "date": [outcome.as_of.year, outcome.as_of.month, outcome.as_of.day],
    }


def _node(node: NodeOutcome, names: dict[str, str]) -> dict[str, str]:
    last = node.effects[-1]
    if last.base is None or last.value is None:
        return {"title": node.title, "now": "not scored", "change": "", "range": "", "call": ""}
    linked = node.linked
    inside = "" if last.low is None or last.high is None else f"{signed(last.low)} to {signed(last.high)}"
    call = ""
    if node.after is not None:
        call = worded(node.after, names)
        if node.before is not None and node.before != node.after:
            call = f"{worded(node.before, names)} → {call}"
    return {
        "title": node.title,
        "now": signed(node.now, sign=False) if node.now is not None else NONE,
        "change": signed(last.change) if linked else "not linked",
        "range": inside if linked else "",
        "call": call,
    }


def _how(outcome: Outcome) -> list[str]:
    guessed = [each.label for each in outcome.assumed]
    away = [lower_first(each.title) for each in outcome.layers() if not each.linked]
    base = (
        "What the scenario does not change stays as it is on the state date."
        if outcome.baseline == "hold"
        else "Indicators with a past of their own go on along a damped trend; the rest stays."
    )
    found = [
        f"{base} Differences are drawn in pairs: what is uncertain has the same value in both worlds.",
        f"Sizes that nobody has published: {listed(guessed)}." if guessed else "Every size has a source.",
    ]
    if outcome.baseline_note:
        found.append(f"Baseline {outcome.baseline}: {outcome.baseline_note}.")
    if away:
        found.append(f"Not linked to the changes: {listed(away)}.")
    found.append("A scenario is a what-if, not a forecast: nothing here says how likely it is.")
    return found
