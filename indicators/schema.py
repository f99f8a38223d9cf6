"""The shapes of facts: indicators, readings, sources, tables and economies. Leans on pydantic only."""

from __future__ import annotations

import math
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Lens = Literal["scale", "intensity"]
"""What is asked: what an economy commands (`scale`) or how much of it per head or output (`intensity`)."""

QUALITIES = (
    "official",
    "measured",
    "filing",
    "modelled",
    "survey",
    "industry_estimate",
    "press",
    "judgement",
)
STATUSES = ("actual", "estimate", "forecast", "announced")
SCORED_STATUSES = ("actual", "estimate")
PROJECTED = "projected"
"""Status of a value that a baseline of scenarios put in place of an observed one; no file may hold it."""
INTERVAL_KINDS = ("sampling", "bounds", "instruments", "judgement")
MEASURED_KINDS = ("sampling", "bounds", "instruments")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")]
Iso3 = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{2,15}$")]
Said = Annotated[str, Field(min_length=1)]
"""A text that must not be left empty."""
Text = Annotated[str, BeforeValidator(lambda value: value.isoformat() if isinstance(value, date) else value)]
"""A text in which an unquoted TOML date is welcome."""


Endless = Annotated[float, Field(allow_inf_nan=True)]
"""A number that may be infinite; every other one of a file may not."""


class Frozen(BaseModel):
    """Base of everything read from a file: never changed after reading, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


class Source(Frozen):
    """Where a figure comes from (the Origin fields of Our World in Data, with licence and party)."""

    producer: Said
    """Who made the figure."""
    title: Said
    """Title of the publication or data set."""
    citation_full: Said
    """Full citation."""
    version_producer: Text = ""
    """The producer's own name for the version."""
    url_main: str = ""
    """The page of the publication."""
    url_download: str = ""
    """The file itself."""
    copy_read: str = ""
    """The stored copy that was read, where it was not the original."""
    date_published: Text = ""
    """When it was published (year, month or day)."""
    date_accessed: date
    """When it was read."""
    licence: Said
    """Terms of use as stated by the producer."""
    licence_url: str = ""
    """Where the terms stand."""
    redistribute: bool = True
    """False: scores may use the values, shared output may not print them."""
    party: str = ""
    """The compared party whose own figure it is; empty for third parties."""
    beside: bool = False
    """Its rows stand beside the scores, held back: the day it was read does not move the state date."""
    note: str = ""
    """Anything a reader of the source should know."""


class Bias(Frozen):
    """A systematic error that one economy has in a family of sources, drawn once for the whole group."""

    group: Code
    """Indicators of one group share the draw."""
    sd: float = Field(gt=0)
    """Standard deviation on the indicator's scale (log: relative; identity: in the unit; logit: log-odds)."""
    side: Literal["under", "over", "both"]
    """Whether the record understates, overstates, or may do either."""
    reason: str
    """Why, and how the size was chosen."""


class Reading(Frozen):
    """How an indicator is read through one lens: each lens has its own transform and goalposts."""

    denominator: Literal["population", "gdp_usd"] | None = None
    """What the value is divided by: million people or US$ bn of output."""
    transform: Literal["none", "log", "log1p"] = "none"
    """Applied after dividing and before the goalposts."""
    goalposts: tuple[float, float]
    """Worst and best value, in the unit after dividing."""
    reason: Said
    """Why these posts."""

    @model_validator(mode="after")
    def _posts_can_be_transformed(self) -> Self:
        worst, best = self.goalposts
        if worst == best:
            message = f"goalposts are equal ({worst}); give a worst and a best value"
            raise ValueError(message)
        least = {"none": -math.inf, "log": 0.0, "log1p": -1.0}[self.transform]
        if min(worst, best) <= least:
            message = (
                f"goalposts {worst}, {best} cannot go through {self.transform}: both must be above {least:g}"
            )
            raise ValueError(message)
        return self


class Readings(Frozen):
    """One reading per lens."""

    scale: Reading
    """What an economy commands."""
    intensity: Reading | None = None
    """The same per head or output; left out where the indicator is size-free."""


class Indicator(Frozen):
    """One indicator: what it is, how it is read, how it is doubted and where it comes from."""

    code: Code
    """Name of the pair of files."""
    title: Said
    """Full name."""
    short: str = Field(min_length=1, max_length=40)
    """Label in charts."""
    description: Said
    """What it measures."""
    unit: Said
    """Unit of the value column."""
    layer: Code
    """The layer it speaks for."""
    pillar: Code
    """The pillar within the layer."""
    weight: float = Field(default=1.0, ge=0)
    """Weight within the pillar; 0 is shown but not scored."""
    direction: Literal[1, -1]
    """1 where more is better, -1 where less is."""
    pace: Literal["fast", "slow"] = "slow"
    """Fast quantities are stated relative to the world on the date."""
    view: Literal["location", "ownership", "reach"] | None = None
    """How belonging is counted."""
    extensive: bool = False
    """True where size matters, so that a per-head reading is needed."""
    scale: Literal["identity", "log", "logit"] = "identity"
    """Scale on which the interval is drawn."""
    range: tuple[Endless, Endless] = (-math.inf, math.inf)
    """Values that the unit can take."""
    absent: Literal["floor", "zero", "censored", "missing"] = "missing"
    """What an economy without a row means."""
    censor_bound: float | None = None
    """With `censored`: the value below which nothing is published."""
    max_age_years: float = Field(default=3.0, gt=0)
    """Older values count as missing."""
    drift_per_year: float = Field(default=0.0, ge=0)
    """Standard deviation added per year of age, on the scale (identity: share of the goalpost range)."""
    bloc_rule: Literal["sum", "mean", "best"] = "sum"
    """How members add up to a bloc."""
    computed_from: tuple[str, ...] = ()
    """Tables from which a layer computes it; empty where a CSV holds the values."""
    form: str = ""
    """What the present form is, where a fuller model is to replace it."""
    central_instrument: str | None = None
    """The instrument on whose scale the values stand."""
    caveat: str = ""
    """What to mind."""
    objection: str = ""
    """What a critic would say."""
    readings: Readings
    """How it is read through each lens."""
    bias: dict[Iso3, Bias] = {}
    """Systematic errors by economy."""
    sources: dict[Code, Source]
    """Sources by the key used in the rows."""

    def reading(self, lens: Lens) -> Reading:
        """Return the reading for a lens; size-free indicators serve both."""
        return self.readings.intensity or self.readings.scale if lens == "intensity" else self.readings.scale

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        wrong = []
        for lens, reading in (("scale", self.readings.scale), ("intensity", self.readings.intensity)):
            if reading and (reading.goalposts[1] > reading.goalposts[0]) != (self.direction > 0):
                posts = f"[{reading.goalposts[0]}, {reading.goalposts[1]}]"
                wrong.append(f"readings.{lens}.goalposts {posts} run against direction {self.direction}")
        if self.extensive and self.readings.intensity is None:
            wrong.append("an extensive indicator needs [readings.intensity] with a denominator")
        if (self.absent == "censored") != (self.censor_bound is not None):
            wrong.append("censor_bound goes with absent = 'censored', and only with it")
        if not self.range[0] < self.range[1]:  # nor where one is no number
            wrong.append(f"range {self.range} is empty; give the lowest and the highest possible value")
        if self.scale == "logit" and self.range not in {(0.0, 1.0), (0.0, 100.0)}:
            wrong.append("scale = 'logit' needs range [0, 1] or [0, 100]")
        if self.scale == "log" and self.range[0] < 0:
            wrong.append("scale = 'log' needs a range that starts at 0 or above")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class Column(Frozen):
    """One column of a record table."""

    type: Literal["text", "number", "whole", "date", "flag", "economy"]
    """What stands in it."""
    required: bool = False
    """True where no cell may be empty."""
    unit: str = ""
    """Unit of a number."""
    minimum: float | None = None
    """Lowest allowed value."""
    maximum: float | None = None
    """Highest allowed value."""
    choices: tuple[str, ...] = ()
    """Allowed texts; empty for any. For an economy: words allowed beside the codes."""
    description: str = ""
    """What it means."""


class Several(Frozen):
    """A rule that every group of rows is seen in more than one unit, so that it can be told from the unit."""

    by: tuple[str, ...]
    """Columns that make a group, such as the instrument."""
    of: str
    """Column with the units, such as the economy."""
    where: str = ""
    """Flag of the rows that the rule is about; empty for all."""


class Table(Frozen):
    """A record table: what its columns are, which clocks cut it, where it comes from."""

    name: Code
    """Name of the pair of files."""
    title: str
    """Full name."""
    description: str
    """What a row is, and what was left out."""
    key: tuple[str, ...]
    """Columns that identify a row; empty where rows may repeat."""
    date: str
    """Column on which the state clock cuts."""
    published: str
    """Column on which the publication clock cuts."""
    note: str = ""
    """Rules and exceptions."""
    beside: bool = False
    """Read beside the scores and never by them: the day on which it was read does not move the state date."""
    holds: tuple[str, str] | None = None
    """Columns with the first and the last day on which a row holds; rows of one key must not overlap."""
    several: Several | None = None
    """Groups of rows that one unit alone must not make up."""
    columns: dict[str, Column]
    """Columns by name."""
    sources: dict[Code, Source]
    """Sources by the key used in the `source` column."""

    @model_validator(mode="after")
    def _named_columns_exist(self) -> Self:
        rule = (*self.several.by, self.several.of, self.several.where) if self.several else ()
        named = (*self.key, self.date, self.published, "source", *(self.holds or ()), *filter(None, rule))
        for name in named:
            if name not in self.columns:
                message = f"column {name!r} is named but not described under [columns]"
                raise ValueError(message)
        return self


class Quantity(Frozen):
    """A number that may be uncertain: an elasticity, an assumed share, a discount."""

    value: float
    """Median."""
    low: float | None = None
    """5 % point."""
    high: float | None = None
    """95 % point."""
    source: str
    """Where it comes from, or the word *assumed* with the reason."""

    def at(self, end: Literal["value", "low", "high"]) -> float:
        """Median, 5 or 95 % point; the median where there is no range."""
        found = self.value if end == "value" else getattr(self, end)
        return self.value if found is None else float(found)


class Economy(Frozen):
    """An economy or a bloc of economies."""

    code: Iso3
    """ISO 3166-1 alpha-3, or the short name of a bloc."""
    name: str
    """Name in running text."""
    short: str
    """Name in tables and charts."""
    adjective: str = ""
    """As in 'Chinese models'."""
    aliases: tuple[str, ...] = ()
    """Other names under which a user may ask for it."""
    members: tuple[Iso3, ...] = ()
    """Members of a bloc; empty for an economy."""
