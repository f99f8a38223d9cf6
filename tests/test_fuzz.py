"""The fuzzing in short: every reader reads or refuses in words whatever it is handed; `make fuzz` is long."""

from __future__ import annotations

import shutil
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mutate import LONGEST, mutated
from readers import READERS, outcome

from indicators.imports import grid, workbook

if TYPE_CHECKING:
    from pathlib import Path

SLOW = {"own-scores", "scenario", "table-csv", "plain-tree", "plain-values"}


@cache
def seeds(name: str) -> list[bytes]:
    return READERS[name].seeds()


@pytest.mark.parametrize("name", READERS)
def test_a_seed_is_read_and_what_is_made_of_it_is_read_or_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "read_workbook", workbook._read)  # here, not in a process a file
    place = tmp_path / "folder"

    @settings(max_examples=3 if name in SLOW else 10, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32), st.sampled_from(seeds(name)))
    @example(0, b"")
    def whatever_is_made_of_it(seed: int, raw: bytes) -> None:
        place.mkdir()
        try:
            made = mutated(raw, seeds(name), Random(seed))  # noqa: S311 - mutations, no secret
            assert len(made) <= LONGEST
            assert outcome(READERS[name], place, made) in {"read", "refused"}
        finally:
            shutil.rmtree(place)

    whatever_is_made_of_it()
    words = set()
    for raw in seeds(name)[:5]:
        place.mkdir()
        words.add(outcome(READERS[name], place, raw))
        shutil.rmtree(place)
    assert name == "own-scores" or "read" in words  # or the fuzzing never gets inside
