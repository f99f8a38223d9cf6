"""Sets the page: data, look and script in one file that asks nothing of anybody."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reports.content.first import citation, dates, versions
from reports.content.headline import headline
from reports.content.money import money_chapter
from reports.wording import layers, the, upper_first

from .contents import DRAWS, contents
from .debate import debate, verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from reports.content.chapters import Grid, MoneyChapter
    from scoring.answer import Answer
    from scoring.questions.verdict import ClaimVerdict

TEMPLATES: Final = Path(__file__).parents[1] / "templates" / "explorer"
SCRIPTS: Final = (
    *("score.js", "turns.js", "link.js", "figure.js", "tables.js", "flows.js"),
    *("dollars.js", "page.js"),
)


def explorer(answer: Answer, facts: Facts, claims: Sequence[ClaimVerdict] = ()) -> str:
    """Return the page as a text.

    Parameters
    ----------
    answer : Answer
        The run that it starts from.
    facts : Facts
        What it was computed from.
    claims : sequence of ClaimVerdict
        Tested claims; without any there is no section on them.

    Notes
    -----
    Script and style are named by their hashes in the policy, so that nothing else can run; what comes from
    data goes through a JSON block in which `<` is escaped, or through the template's escaping.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    named = [the(answer.names[code]) for code in answer.pair]
    named[0] = upper_first(named[0])
    style = _file("page.css")
    script = '"use strict";\n' + "\n".join(_file(name) for name in SCRIPTS)
    held = contents(answer, facts) | {"run": answer.fingerprint[:12]}
    money = money_chapter(answer, facts)
    whole = json.dumps(held, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return page.get_template("page.html").render(
        policy=f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; "
        "form-action 'none'",
        title=f"fourlayers: {' and '.join(named)}",
        heading=f"{' and '.join(named)} in the {layers(answer)} of AI",
        headline=headline(answer),
        dates=dates(answer),
        draws=DRAWS,
        told=bool(held["told"]),
        dollars=held["dollars"],
        first=answer.names[answer.pair[0]],
        second=answer.names[answer.pair[1]],
        money=money,
        grids=grids(money),
        claims=debate(claims),
        verdicts=verdicts(claims),
        versions=versions(answer),
        citation=citation(answer),
        style=style,
        script=script,
        data=whole.replace("<", "\\u003c"),
    )


def grids(money: MoneyChapter) -> list[tuple[str, Grid | None, tuple[str, ...]]]:
    """Tables of the account with title and the sentences under each; none where there is no account."""
    if not money.state:
        return []
    return [
        ("Profit booked from AI, US$ bn", money.stages, money.says),
        ("Cents of a dollar", money.dollars, ()),
        ("Tokens against money", money.market, money.market_says),
    ]


def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"
