"""A few charts as pictures: what is drawn looks as it did; `BASELINES=renew` takes them again."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from answers import a_leads, b_leads, facts, no_call
from PIL import Image

from reports.charts import draw, image

KEPT = Path(__file__).with_name("baselines")
ACROSS = 500
"""Pixels of a kept picture: enough to see a mark that has moved, few enough to be small."""
APART = 2.0
"""Root of the mean square by which two pictures may differ, of 255: letters set half a pixel away."""
ANSWERS = {"profile": b_leads, "gap": a_leads, "lead": no_call}


def picture(name: str) -> Image.Image:
    drawn = Image.open(io.BytesIO(image(draw(name, ANSWERS[name](), facts("A title")), "png"))).convert("L")
    return drawn.resize((ACROSS, round(drawn.height * ACROSS / drawn.width)), Image.Resampling.BOX)


def apart(one: Image.Image, other: Image.Image) -> float:
    a, b = (np.asarray(each, dtype=np.float64) for each in (one, other))
    return float(np.sqrt(np.mean((a - b) ** 2)))


@pytest.mark.parametrize("name", ANSWERS)
def test_a_chart_looks_as_it_did(name: str) -> None:
    path, now = KEPT / f"{name}.png", picture(name)
    if os.environ.get("BASELINES") == "renew":
        now.save(path, optimize=True)
    with Image.open(path) as before:
        assert before.size == now.size
        assert apart(before, now) < APART, "look at it; if it is right: BASELINES=renew"


def test_a_mark_that_is_gone_is_seen() -> None:
    with Image.open(KEPT / "profile.png") as before:
        wiped = before.copy()
        dark = np.argwhere(np.asarray(before)[80:] < 128)[0] + (80, 0)
        wiped.paste(255, (int(dark[1]) - 10, int(dark[0]) - 10, int(dark[1]) + 30, int(dark[0]) + 10))
        assert apart(before, wiped) > APART
