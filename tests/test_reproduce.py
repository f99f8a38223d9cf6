"""The recorded outputs: how they are compared, and the quick ones held to what the commands say now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import reproduce
from reproduce import Output, differences, taken

from fourlayers import summary

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "a 1.5\nb 0.123456789012 and 7\nmade with 0123456789abcdef0123\n"


def told(text: str) -> list[str]:
    return list(differences("x.txt", text, taken(TEXT)[0]))


def test_only_lines_with_a_number_that_is_written_out_are_compared_as_numbers() -> None:
    found, lines = taken(TEXT)
    assert found.numbers == [0.123456789012, 7.0]
    assert lines == [2, 2]
    assert len(found.lines) == 6


def test_the_last_digits_may_move_and_fingerprints_may_change() -> None:
    assert told(TEXT) == []
    assert told(TEXT.replace("789012", "789099")) == []
    assert told(TEXT.replace("abcdef", "fedcba")) == []


def test_a_number_that_moved_is_told_with_old_and_new() -> None:
    assert told(TEXT.replace("0.123456789012", "0.123456799012")) == [
        "x.txt, line 2: 0.123456789012 recorded, 0.123456799012 now"
    ]


def test_a_rounded_number_a_word_and_a_line_are_told() -> None:
    assert told(TEXT.replace("1.5", "1.6")) == ["x.txt, line 1, recorded otherwise: a 1.6"]
    assert told(TEXT.replace("and", "or")) == ["x.txt, line 2, recorded otherwise: b 0.123456789012 or 7"]
    assert told("new\n" + TEXT) == [
        "x.txt: 3 lines recorded, 4 now",
        "x.txt, line 1, recorded otherwise: new",
    ]
    assert list(differences("y.txt", "", None)) == ["y.txt: not recorded"]


def test_what_is_recorded_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproduce, "RECORDED", tmp_path / "recorded.json")
    held = {"a.txt": taken(TEXT)[0], "b.txt": Output("x", "", [])}
    reproduce.record(held)
    assert reproduce.recorded() == held


def test_the_quick_outputs_are_the_recorded_ones() -> None:
    if summary.read() is None or not reproduce.RECORDED.is_file():
        pytest.skip("facts or code changed since `make renew`, and with them the outputs")
    held = reproduce.recorded()
    found = [
        line
        for name, text in reproduce.outputs(reproduce.QUICK)
        for line in differences(name, text, held.get(name))
    ]
    assert found == []
