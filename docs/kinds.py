"""Writes the two tables of doubt.md: errors of the kinds of source, and what they are compared by."""

from __future__ import annotations

import re
from pathlib import Path

from indicators.facts import load
from scoring.doubt.quality import Comparison, Estimate, comparisons, estimate

DOCUMENT = Path(__file__).with_name("doubt.md")
TOLD = {
    "fixed_broadband": "fixed broadband subscriptions: the World Factbook and the World Bank",
    "gpqa_diamond": "GPQA Diamond, put to one family of models by two laboratories",
    "router_weeks": "token shares of one router in four weeks",
    "ai_use_people_telemetry": "people who use AI: telemetry and household surveys",
    "ai_use_people": "people who use AI: telemetry, household surveys, an online panel",
    "ai_use_firms": "firms that use AI: five kinds of survey",
    "ai_investment": "investment in AI by year: Quid and PitchBook",
    "ai_skill_penetration": "AI skills: two editions of one figure",
    "data_centre_count": "data centres: two directories",
    "price_input": "list prices of input in force: five catalogues",
    "price_output": "list prices of output in force: five catalogues",
    "electricity_price": "industrial electricity: two tables of 2024",
    "ic_exports": "chip exports: the press and the statistical offices",
}


def kind(name: str, it: Estimate) -> str:
    """Return one row of the first table."""
    interval = "assumed" if it.low is None else f"{it.low:.3f} to {it.high:.3f}"
    names = ", ".join(f"`{each}`" for each in it.comparisons)
    return f"| {name.replace('_', ' ')} | {it.sd:.3f} | {interval} | {it.items or ''} | {names} |"


def comparison(it: Comparison) -> str:
    """Return one row of the second table."""
    kinds = it.quality.replace("_", " ")
    counts = f"{len(it.items)} | {len(it.value)} | {it.sd():.3f}"
    return f"| `{it.name}` | {kinds} | {counts} | {TOLD[it.name]} |"


def filled(text: str) -> str:
    """Put both tables where the document marks their place."""
    facts = load()
    tables = {
        "kinds": [kind(name, it) for name, it in estimate(facts).items()],
        "comparisons": [comparison(it) for it in comparisons(facts)],
    }
    for name, rows in tables.items():
        place = re.compile(rf"(?<=<!-- {name} -->\n)(\|.*\n\|[-|]+\n)(?:\|.*\n)*")
        body = "".join(f"{row}\n" for row in rows)
        found = place.search(text)
        if found:
            text = text[: found.start()] + found[1] + body + text[found.end() :]
    return text


def main() -> None:
    """Write the document again."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(filled(text), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
