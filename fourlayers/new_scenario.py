"""A scenario to be filled in, beside the schema by which editors complete and check it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indicators.fault import UsageError
from indicators.whole import put_all

from .schemas import file_name, line_of, schema_text
from .writing import prepared

if TYPE_CHECKING:
    from pathlib import Path

KIND: Final = "scenario"
TEMPLATE: Final = '''{line}
# Run it with: fourlayers scenario run {file}     All targets and kinds: docs/scenarios.md
name = "{name}"
title = "A few words"
question = "What if China's HBM makers won a tenth of the world market by 2030?"
why = """
A paragraph: why these changes, and why these sizes."""
not_modelled = ["what such a world would bring besides, and this does not"]
# extends = ["export-controls-tighten"] # its changes come first; one of the same name below takes their place

[[changes]]
name = "hbm-share"
target = "indicators.hbm_share_by_hq_pct.CHN"
set = {{ value = 10.0, low = 5.0, high = 15.0 }} # or scale, shift, converge (with towards), grow (a year)
keeps_total = true # what China gains the others lose
from = "2027-01"
to = "2030-12" # grows evenly until then; without it the change holds at once
reason = "Why, and how the size was chosen."
source = "assumed" # or a key of [sources]

# [sources.example_2026]
# title = "Title of the publication"
# publisher = "Who published it"
# url = "https://example.org"
# published = "2026-06-30"
'''


def write_new(file: Path) -> list[Path]:
    """Write a scenario to be filled in, and the schema beside it.

    Raises
    ------
    UsageError
        If the name cannot be that of a scenario, or the file is there.
    """
    path = file if file.suffix == ".toml" else file.parent / f"{file.name}.toml"
    name = path.stem if file.name else ""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
        message = f"the name {name!r}: expected small letters, digits, - and _, at most 64 signs"
        raise UsageError(message)
    if path.exists():
        message = f"{path} is there already; nothing was written"
        raise UsageError(message)
    folder = prepared(path.parent)
    text = TEMPLATE.format(line=line_of(KIND), file=path.name, name=name)
    return put_all({path: text, folder / file_name(KIND): schema_text(KIND)})
