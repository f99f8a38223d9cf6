"""Every output on the shipped data against the recorded ones: `make reproduce`, and `--record` to renew them.

Numbers that are written out (nine digits and more) agree to 1e-9, as far as another machine or library may
move them; everything else, rounded as readers see it, is the same to the letter, which is held by hashes.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import math
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

RECORDED: Final = Path(__file__).with_name("recorded.json")
CLOSE: Final = 1e-9
WRITTEN_OUT: Final = 9
"""Digits from which a number is compared as a number."""
NUMBER: Final = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")
MARK: Final = re.compile(r"(?<![\w.])(?=[0-9]*[a-f])[0-9a-f]{12,}(?!\w)")
"""Fingerprints: of code and files, or of numbers to the last bit."""
SPACE: Final = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "80", "OPENBLAS_NUM_THREADS": "1"}
MOST: Final = 40
"""Differences that are told."""

QUICK: Final = {
    "score.txt": "score",
    "score.json": "score --format json",
    "score.csv": "score --format csv",
    "claims.txt": "claims",
    "claims.json": "claims --format json",
    "value-capture.txt": "value-capture",
    "value-capture.json": "value-capture --format json",
    "value-capture.csv": "value-capture --format csv",
    "token-cost.json": "token-cost --format json",
    "prices.txt": "prices",
    "audit.json": "audit --format json",
    **{
        f"layer-{name}.txt": f"layer {name}"
        for name in ("frontier-capability", "inference-cost", "systems-integration", "application-ecosystem")
    },
}
"""Outputs that the suite compares."""
SLOW: Final = {
    "score-intensity.json": "score --lens intensity --format json",
    "score-DEU-FRA.txt": "score DEU FRA",
    "robustness.txt": "robustness",
    "robustness.json": "robustness --format json",
}


class Output(NamedTuple):
    """What is kept of one output.

    Attributes
    ----------
    text : str
        Hash of its letters, numbers that are written out left aside.
    lines : str
        Two signs a line, which find the lines that differ.
    numbers : list of float
        Those that are written out, and all others of their lines.
    """

    text: str
    lines: str
    numbers: list[float]


def taken(text: str) -> tuple[Output, list[int]]:
    """Take an output apart; return also the line of each number."""
    letters, numbers, places = [], [], []
    for line, words in enumerate(MARK.sub("(mark)", text).splitlines(), 1):
        found = NUMBER.findall(words)
        if any(_digits(each) >= WRITTEN_OUT for each in found):
            numbers += [float(f"{float(each):.12g}") for each in found]
            places += [line] * len(found)
            letters.append(NUMBER.sub("#", words))
        else:
            letters.append(words)
    hashed = "".join(_hash(each)[:2] for each in letters)
    return Output(_hash("\n".join(letters)), hashed, numbers), places


def _digits(number: str) -> int:
    """Significant digits of a decimal; a whole number is never written out."""
    mantissa = re.split("[eE]", number)[0]
    return len(mantissa.replace(".", "").lstrip("+-0")) if "." in mantissa else 0


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def outputs(names: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """Run the commands and yield name and text of every output; of those named, or of all."""
    from scoring.questions.scenario.read import shipped

    words = (
        QUICK | SLOW | {f"scenario-{name}.json": f"scenario run {name} --format json" for name in shipped()}
    )
    with TemporaryDirectory() as empty, _plain(Path(empty)):
        for name, command in words.items():
            if names is None or name in names:
                yield name, said(command.split())
        if names is None:
            yield from _report(Path(empty) / "report")


@contextlib.contextmanager
def _plain(folder: Path) -> Iterator[None]:
    """Run where there are no settings, in a narrow terminal without colour."""
    before, held = Path.cwd(), dict(os.environ)
    os.environ.update(SPACE)
    os.environ.pop("FOURLAYERS_DATA", None)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(held)


def said(words: list[str]) -> str:
    """Return what a command prints; it has to end well."""
    from fourlayers.cli import main

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(words)
    assert code == 0, f"fourlayers {' '.join(words)} ended with {code}"
    return out.getvalue()


def _report(folder: Path) -> Iterator[tuple[str, str]]:
    """Write a report and yield its texts: charts' data and words, documents, and the words of the PDF."""
    from pypdf import PdfReader

    said(["report", "--out", str(folder)])
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".csv", ".txt", ".json"} and path.name != "datapackage.json":
            yield f"report/{path.name}", path.read_text(encoding="utf-8")
        if path.suffix == ".pdf":
            yield f"report/{path.name}", "\n".join(page.extract_text() for page in PdfReader(path).pages)


def differences(name: str, text: str, recorded: Output | None) -> Iterator[str]:
    """Say in what an output differs from the recorded one."""
    now, places = taken(text)
    if recorded is None:
        yield f"{name}: not recorded"
        return
    if now.text != recorded.text:
        yield from _lines(name, text, now, recorded)
    elif len(now.numbers) == len(recorded.numbers):
        for old, new, line in zip(recorded.numbers, now.numbers, places, strict=True):
            if not math.isclose(old, new, rel_tol=CLOSE, abs_tol=CLOSE):
                yield f"{name}, line {line}: {old!r} recorded, {new!r} now"
    else:
        yield f"{name}: {len(recorded.numbers)} numbers recorded, {len(now.numbers)} now"


def _lines(name: str, text: str, now: Output, recorded: Output) -> Iterator[str]:
    old, new = ([each.lines[k : k + 2] for k in range(0, len(each.lines), 2)] for each in (recorded, now))
    if len(old) != len(new):
        yield f"{name}: {len(old)} lines recorded, {len(new)} now"
    first = next(
        (k for k, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    lines = text.splitlines()[first : len(new) - last]
    for k, words in enumerate(lines[:5], first + 1):
        yield f"{name}, line {k}, recorded otherwise: {words.strip()[:100]}"
    if len(lines) > 5:
        yield f"{name}: and the lines up to {len(new) - last}"


def recorded() -> dict[str, Output]:
    """Read the recorded outputs."""
    held: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return {name: Output(**each) for name, each in held.items()}


def record(found: dict[str, Output]) -> None:
    """Write outputs down as the recorded ones, one a line."""
    lines = (f"{json.dumps(name)}: {json.dumps(each._asdict())}" for name, each in found.items())
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main() -> int:
    """Compare all outputs, or record them; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="take the outputs as they are now")
    given = parser.parse_args()
    if given.record:
        found = {name: taken(text)[0] for name, text in outputs()}
        record(found)
        print(f"recorded {len(found)} outputs, {sum(len(it.numbers) for it in found.values()):,} numbers")
        return 0
    held, told, numbers, names = recorded(), list[str](), 0, set[str]()
    for name, text in outputs():
        names.add(name)
        numbers += len(taken(text)[0].numbers)
        told += differences(name, text, held.get(name))
    told += [f"{name}: recorded, and not there now" for name in held if name not in names]
    for line in told[:MOST]:
        print(line)
    if len(told) > MOST:
        print(f"and {len(told) - MOST} more")
    print(f"{len(names)} outputs, {numbers:,} numbers compared to {CLOSE:g}: {len(told) or 'no'} differences")
    return min(len(told), 1)


if __name__ == "__main__":
    sys.exit(main())
