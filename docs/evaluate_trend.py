"""Judges the trend baseline against its rivals: writes layers/trend.toml and the tables of trend.md.

Run by `make evaluate-trend`; takes some seconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from indicators.facts import load
from layers import trend_evaluation as judged

if TYPE_CHECKING:
    from layers.trend_evaluation import Standing, Tried

DOCUMENT = Path(__file__).with_name("trend.md")
HEADS = {
    "horizons": (
        "years ahead",
        "forecasts",
        *judged.METHODS,
        *(f"less than {name}" for name in judged.RIVALS),
    ),
    "ranges": ("years ahead", *judged.METHODS),
    "indicators": (
        "indicator",
        "forecasts",
        *judged.METHODS,
        *(f"less than {name}" for name in judged.RIVALS),
    ),
}


def percent(share: float) -> str:
    """Write a share as a percentage; a negative one is a loss."""
    return f"{100 * share:.1f} %"


def span(it: tuple[float, float]) -> str:
    """Write a range of shares."""
    return f"{percent(it[0]).removesuffix(' %')} to {percent(it[1]).removesuffix(' %')}"


def years(each: Standing) -> str:
    """Name a horizon."""
    return str(each.years or "all")


def horizon(each: Standing) -> tuple[str, ...]:
    """One row of the first table."""
    saved = [f"{percent(it.value)} ({span(it.by_indicator)}; {span(it.by_economy)})" for it in each.better]
    return years(each), str(each.forecasts), *(f"{score:.1f}" for score in each.score.values()), *saved


def indicator(code: str, each: Standing) -> tuple[str, ...]:
    """One row of the table of indicators."""
    scores = (f"{score:.1f}" for score in each.score.values())
    return f"`{code}`", str(each.forecasts), *scores, *(percent(it.value) for it in each.better)


def verdict(found: tuple[Standing, ...]) -> str:
    """Say what follows from the rule."""
    if judged.default(found) == "trend":
        return (
            "At every horizon the trend is better than each rival, whichever block is resampled: "
            "**trend is the default**."
        )
    short = [_short(each) for each in found if each.years and not each.proven]
    return (
        f"Not shown to be better at {'; '.join(short)}: **hold is the default**, and a scenario that starts "
        "from the trend has to ask for it."
    )


def _short(each: Standing) -> str:
    """Name a horizon and the rivals that are not beaten there."""
    rivals = " and ".join(it.rival for it in each.better if not it.proven)
    return f"{each.years} year{'s' * (each.years > 1)} (than {rivals})"


def parts(tried: Tried, found: tuple[Standing, ...]) -> dict[str, list[str]]:
    """Lines of each marked place of the document."""
    tables = {
        "horizons": [horizon(each) for each in found],
        "ranges": [(years(each), *(percent(share) for share in each.covered.values())) for each in found],
        "indicators": [indicator(code, each) for code, each in judged.by_indicator(tried).items()],
    }
    lines = {name: table(HEADS[name], rows) for name, rows in tables.items()}
    count = f"{tried.origins()} series-origins of {len(set(tried.indicator))} indicators and "
    count += f"{len(set(tried.economy))} economies; {found[-1].forecasts:,} forecasts met a target."
    return lines | {"count": [count], "verdict": [verdict(found)]}


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Lines of a table."""
    return [f"| {' | '.join(each)} |" for each in (heads, ("---",) * len(heads), *rows)]


def filled(text: str, held: dict[str, list[str]]) -> str:
    """Put lines where the document marks their place."""
    for name, lines in held.items():
        start, end = f"<!-- {name} -->\n", "<!-- end -->"
        before, after = text.split(start)
        text = "".join((before, start, *(f"{line}\n" for line in lines), end, after.split(end, 1)[1]))
    return text


def main() -> None:
    """Judge, and write both files."""
    tried = judged.tried(load())
    judged.KEPT.write_text(judged.written(judged.standings(tried)), encoding="utf-8", newline="\n")
    found = judged.kept()
    text = filled(DOCUMENT.read_text(encoding="utf-8"), parts(tried, found))
    DOCUMENT.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
