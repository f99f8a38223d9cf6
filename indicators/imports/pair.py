"""A new pair of files: the TOML with a word on every key, the CSV with its header or with imported rows."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from indicators.observations import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SOURCE: Final = "main"
"""Key of the source where the user names none."""

_TEMPLATE: Final = """\
# Fill in what is empty or commented out, then run: fourlayers data check FOLDER
# docs/indicators.md describes every key; shipped pairs are examples.
code = "{code}"                 # the name of both files
title = ""                      # full name
short = ""                      # label in charts, 40 signs at most
description = ""                # what it measures, of whom, by which definition
unit = ""                       # unit of the value column: "%", "TWh a year", "index, 0 to 1"
layer = "{layer}"
pillar = "{pillar}"
weight = 1.0                    # within the pillar; 0 shows it and does not score it
direction = {direction}                   # 1: more is better, -1: less is better
extensive = false               # true for totals: then [readings.intensity] is needed
scale = "identity"              # where doubt is drawn: identity, log (positive values), logit (shares)
range = [-inf, inf]             # values that the unit can take: [0, 100] for percent
absent = "missing"              # an economy without a row: missing, floor (scores 0), zero, censored
max_age_years = 3.0             # older values count as missing
drift_per_year = 0.0            # doubt added a year of age, as a share of the goalpost range
caveat = ""                     # what a reader should mind
objection = ""                  # what a critic would say

[readings.scale]
transform = "none"              # none, log, log1p
# goalposts = [worst, best]     # in the unit; fix them before you look at the scores
# reason = ""                   # why these two values

# [readings.intensity]          # for totals: the same per head or output
# denominator = "population"    # population (million) or gdp_usd (US$ bn)
# transform = "none"
# goalposts = [worst, best]
# reason = ""

[sources.{source}]
producer = ""                   # who made the figures
title = ""                      # of the publication
citation_full = ""
url_main = ""
date_published = ""             # year, month or day
# date_accessed = 2026-01-31    # the day on which you read it
licence = ""                    # terms of use as stated by the producer
redistribute = true             # false: scores may use the values, shared output does not print them
"""


def described(
    code: str, layer: str, pillar: str, *, direction: int = 1, source: str = SOURCE, head: str = ""
) -> str:
    """Return the text of a new TOML.

    Parameters
    ----------
    code, layer, pillar : str
        What it is called and where it counts.
    direction : int
        1 where more is better, -1 where less is.
    source : str
        Key of its first source.
    head : str
        First line, such as one by which editors find a schema.
    """
    text = _TEMPLATE.format(code=code, layer=layer, pillar=pillar, direction=direction, source=source)
    return f"{head}\n{text}" if head else text


def observations(rows: Sequence[Mapping[str, str]], source: str = SOURCE) -> str:
    """Return the text of a CSV: the header, and the rows with their source."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({"source": source, **row} for row in rows)
    return out.getvalue()
