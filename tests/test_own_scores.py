"""A user's own models and scores: taken in like the shipped ones, refused with words where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import indicators
from fourlayers.cli import main
from indicators.facts import load
from indicators.fault import DataError
from layers.frontier_capability import evidence, irt

BAD = Path(__file__).parent / "bad_scores"
SHIPPED = Path(indicators.__file__).parent / "data" / "tables"


def with_rows(folder: Path, rows: Path, *, shipped: bool = True) -> Path:
    """Make a folder of a user's whose scores are the shipped ones and some rows more (or those alone)."""
    tables = folder / "tables"
    tables.mkdir()
    (tables / "scores.toml").write_text(
        (SHIPPED / "scores.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    own = rows.read_text(encoding="utf-8")
    both = (SHIPPED / "scores.csv").read_text(encoding="utf-8") + own.partition("\n")[2] if shipped else own
    (tables / "scores.csv").write_text(both, encoding="utf-8")
    return folder


@pytest.mark.parametrize("folder", sorted(path.name for path in BAD.iterdir()))
def test_what_is_wrong_is_said_with_its_place(folder: str, tmp_path: Path) -> None:
    expected = (BAD / folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    known = load([with_rows(tmp_path, BAD / folder / "rows.csv")])
    with pytest.raises(DataError) as caught:
        irt.index(known)
    assert [str(fault) for fault in caught.value.faults] == expected


def test_the_checker_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = with_rows(tmp_path, BAD / "one_score" / "rows.csv")
    assert main(["data", "check", str(own)]) == 1
    said = capsys.readouterr().err
    assert (BAD / "one_score" / "expected.txt").read_text(encoding="utf-8").strip() in said


def test_scores_without_the_anchors_have_no_scale(tmp_path: Path) -> None:
    header, *lines = (SHIPPED / "scores.csv").read_text(encoding="utf-8").splitlines()
    anchors = {name for name, _ in irt.ANCHORS}
    rows = tmp_path / "rows.txt"
    rows.write_text(
        "\n".join([header, *(line for line in lines if line.split(",")[0] not in anchors)]) + "\n",
        encoding="utf-8",
    )
    known = load([with_rows(tmp_path, rows, shipped=False)])
    with pytest.raises(DataError, match="Keep the shipped rows beside your own"):
        irt.index(known)


def test_shipped_scores_have_no_fault() -> None:
    evidence.check(load())
