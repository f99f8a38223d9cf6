"""`fourlayers chart`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.request import answer, facts, request
from fourlayers.settings import read_settings
from fourlayers.writing import CHART_FORMATS, clear, write_chart, write_drawn
from indicators.fault import UsageError, unknown

from .options import AsOf, Data, Draws, Home, KnownBy, Lens, Out, Recipe, Seed

if TYPE_CHECKING:
    from fourlayers.request import Request
    from reports.charts import Chart, Look

WORDS = 3
"""A scenario and a pair, at most."""
Words = Annotated[
    tuple[str, ...], Parameter(help="two economies; for the chart scenario, its name first", negative=())
]
Size = Annotated[Literal["page", "slide", "square"], Parameter(help="shape of the sheet")]
Title = Annotated[str | None, Parameter(help="in place of the finding")]
Formats = Annotated[
    str | None,
    Parameter(name="--format", help="of png, svg, pdf, csv, full (CSV of the values behind), txt; by comma"),
]
Scenario = Annotated[str | None, Parameter(help="which, for the chart scenario: a name or a file")]


def chart(
    name: Annotated[str, Parameter(help="name of a chart, or list")],
    words: Words = (),
    /,
    *,
    size: Size = "page",
    title: Title = None,
    format_: Formats = None,
    scenario: Scenario = None,
    out: Out = None,
    home: Home = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    draws: Draws = None,
    seed: Seed = None,
) -> int:
    """Write one chart with its data and how to cite it; `list` says what each chart shows."""
    from reports.charts import SCENARIO, look, named

    if name == "list":
        if words:
            message = f"too much on the line: {' '.join(words)}; chart list stands alone"
            raise UsageError(message)
        show(_list())
        return FINE
    wanted, formats, how = named(name), _formats(format_), look(size, title)
    if scenario and wanted != SCENARIO:
        message = f"--scenario goes with the chart {SCENARIO}, not with {wanted}"
        raise UsageError(message)
    told = _told(words, scenario, needed=wanted == SCENARIO)
    asked = request(
        settings := read_settings(),
        *told.pair,
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        home=home,
        draws=draws,
        seed=seed,
    )
    folder = clear(out or settings.out or Path("out"))
    if wanted == SCENARIO:
        written = write_drawn(_run(told.scenario, asked, lens, how), folder, formats)
    else:
        written = write_chart(wanted, answer(asked), facts(asked), folder, how, formats)
    show("\n".join(map(str, written)))
    return FINE


@dataclass(frozen=True)
class _Told:
    """What the words after the name of the chart say."""

    scenario: str
    pair: tuple[str, ...]


def _told(words: tuple[str, ...], scenario: str | None, *, needed: bool) -> _Told:
    """Tell the name of a scenario from the pair."""
    rest = list(words)
    found = scenario or ""
    if needed and not found:
        if not rest:
            message = (
                "the chart scenario needs the name of one, as in chart scenario export-controls-tighten; "
                "fourlayers scenario list shows them"
            )
            raise UsageError(message)
        found = rest.pop(0)
    if len(rest) > 2:
        message = f"a pair needs two economies, found {len(rest)}: {' '.join(rest)}"
        raise UsageError(message)
    return _Told(found, tuple(rest))


def _formats(text: str | None) -> tuple[str, ...]:
    if text is None:
        return CHART_FORMATS
    from reports.charts import FORMATS

    wanted = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    if not wanted:
        message = f"--format: it is empty; expected some of {', '.join(FORMATS)}"
        raise UsageError(message)
    for part in wanted:
        if part not in FORMATS:
            raise unknown("format", part, FORMATS)
    return wanted


def _run(name: str, asked: Request, lens: Lens, how: Look) -> Chart:
    from reports.charts import draw_scenario

    from .scenario import outcomes

    return draw_scenario(outcomes([name], asked, lens)[0], how)


def _list() -> str:
    """Name the charts in two groups, with what each says."""
    from reports.charts import MAIN, TECHNICAL

    lines = []
    for heading, group in (("The twelve", MAIN), ("For an appendix", TECHNICAL)):
        lines += [heading, *(f"  {name:<17}{says}" for name, says in group.items()), ""]
    lines += [
        "fourlayers chart NAME --size slide --format png,pdf,full   docs/charts.md",
        "fourlayers chart scenario export-controls-tighten          one scenario",
    ]
    return "\n".join(lines)
