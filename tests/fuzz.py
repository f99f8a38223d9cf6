"""Mutated files for every reader, led by coverage (atheris): `make fuzz` and the figures of docs/robust.md.

Each reader has a process of its own with bounded memory; a file may take `SECONDS`. Whatever is neither read
nor refused in words is kept in build/fuzz with its traceback.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import FrameType

ROOT: Final = Path(__file__).resolve().parent.parent
KEPT: Final = ROOT / "build" / "fuzz"
PAGE: Final = ROOT / "docs" / "robust.md"
MARKS: Final = ("<!-- fuzz -->\n", "<!-- end fuzz -->")
SECONDS: Final = 5.0
"""Of computing, for one file: the clock on the wall belongs to all that runs."""
MEMORY: Final = 3 * 2**30
"""Bytes of addresses that a process may have; numpy and pandas take some of it before anything is read."""
RUNS: Final = 5_700
SLOW: Final = {"own-scores": 0.2} | dict.fromkeys(
    ("indicator-csv", "table-csv", "plain-values", "plain-tree", "scenario"), 0.5
)
"""Readers whose every file takes long, and the share of the runs that they get."""
PACKAGES: Final = ["indicators", "layers.frontier_capability.evidence", "scoring.index", "scoring.questions"]
PACKAGES_TOO: Final = ["reports.kept", "reports.grid_folder", "fourlayers.settings", "fourlayers.tables"]


class TooSlowError(Exception):
    """A file that took too long."""


def _ring(_: int, __: FrameType | None) -> None:
    raise TooSlowError


class Tally:
    """What became of the files of one reader."""

    def __init__(self, name: str, runs: int, seed: int) -> None:
        from readers import READERS

        self.name, self.runs, self.reader = name, runs, READERS[name]
        self.seeds = self.reader.seeds()
        self.dice = Random(f"{name} {seed}")  # noqa: S311 - mutations, no secret
        self.told: dict[str, Any] = {"read": 0, "refused": 0, "slowest": 0.0, "findings": {}}
        self.began = time.monotonic()
        self.place = Path(mkdtemp())
        for raw in self.seeds:  # also whatever is read once only, and is no part of the growth
            self.one(raw, count=False)
        self.base = _peak()

    def one(self, raw: bytes, *, count: bool = True) -> None:
        """Read one file; note what happened."""
        from readers import outcome

        self.place.mkdir(exist_ok=True)
        start, word = time.process_time(), ""
        signal.setitimer(signal.ITIMER_PROF, SECONDS if count else 60)
        try:
            word = outcome(self.reader, self.place, raw)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is a finding
            self._keep(raw, error)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            shutil.rmtree(self.place, ignore_errors=True)
        if count:
            self.told[word or "refused"] += bool(word)
            self.told["slowest"] = max(self.told["slowest"], time.process_time() - start)

    def _keep(self, raw: bytes, error: BaseException) -> None:
        frames = [
            f"{Path(each.filename).name}:{each.lineno}" for each in traceback.extract_tb(error.__traceback__)
        ]
        key = f"{type(error).__name__} {' '.join(frames[-3:])}"
        said = f"{type(error).__name__}: {error}"[:200]
        found = self.told["findings"].setdefault(key, {"times": 0, "said": said})
        found["times"] += 1
        if found["times"] == 1:
            path = KEPT / f"{self.name}-{hashlib.sha256(raw).hexdigest()[:10]}"
            path.write_bytes(raw)
            found["file"] = path.name
            path.with_suffix(".txt").write_text("".join(traceback.format_exception(error)), encoding="utf-8")

    @property
    def done(self) -> int:
        """Files tried."""
        found = sum(each["times"] for each in self.told["findings"].values())
        return int(self.told["read"] + self.told["refused"] + found)

    def end(self) -> None:
        """Write down the figures and leave, also out of the fuzzer's loop."""
        told = self.told | {"files": self.done, "seconds": time.monotonic() - self.began}
        told |= {"grown": _peak() - self.base, "peak": _peak()}
        (KEPT / f"{self.name}.json").write_text(json.dumps(told), encoding="utf-8")
        sys.stdout.flush()
        os._exit(0)


def _peak() -> int:
    """Most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def guided(name: str, runs: int, seed: int) -> None:
    """Let coverage lead the mutations of one reader's files."""
    import atheris

    with atheris.instrument_imports(include=[*PACKAGES, *PACKAGES_TOO]):
        import readers  # noqa: F401
    from mutate import LONGEST, mutated

    tally = Tally(name, runs, seed)

    def one(raw: bytes) -> None:
        tally.one(raw)
        if tally.done >= runs:
            tally.end()

    def mutator(raw: bytes, most: int, _: int) -> bytes:
        if tally.dice.random() < 0.3:
            return bytes(atheris.Mutate(raw, len(raw)))
        fresh = tally.dice.random() < 0.5  # what grew from coverage drifts away from what can be read
        return mutated(tally.dice.choice(tally.seeds) if fresh else raw, tally.seeds, tally.dice)[:most]

    corpus = KEPT / f"corpus-{name}"
    corpus.mkdir(exist_ok=True)
    for k, raw in enumerate(tally.seeds):
        (corpus / f"seed-{k}").write_bytes(raw)
    words = [f"-seed={seed}", f"-max_len={LONGEST}", "-timeout=120", "-rss_limit_mb=0", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *words, str(corpus)], one, custom_mutator=mutator)
    atheris.Fuzz()


def blind(name: str, runs: int, seed: int) -> None:
    """Mutate without a lead, where atheris is not installed."""
    from mutate import mutated

    tally = Tally(name, runs, seed)
    while tally.done < runs:
        tally.one(mutated(tally.dice.choice(tally.seeds), tally.seeds, tally.dice))
    tally.end()


def child(name: str, runs: int, seed: int, *, lead: bool) -> None:
    """Fuzz one reader in this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _ring)
    from indicators.imports import grid, workbook

    vars(grid)["read_workbook"] = (
        workbook._read
    )  # here, where coverage and memory are seen, not in a process a file
    (guided if lead else blind)(name, runs, seed)


def table(names: list[str]) -> str:
    """Return what was found, as a table."""
    lines = [
        "| reader | files | read | refused in words | findings | slowest, s | memory grown, MB | seconds |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    whole = [0, 0, 0, 0, 0.0, 0, 0.0]
    for name in names:
        it = json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8"))
        row = [len(it[key]) if key == "findings" else it[key] for key in KEYS]
        whole = [max(a, b) if k in (4, 5) else a + b for k, (a, b) in enumerate(zip(whole, row, strict=True))]
        lines.append(_row(name, row))
    return "\n".join([*lines, _row("all", whole)]) + "\n"


def _row(name: str, row: list[Any]) -> str:
    files, read, refused, findings, slowest, grown, seconds = row
    cells = (f"{files:,}", f"{read:,}", f"{refused:,}", findings, f"{slowest:.1f}", grown, f"{seconds:.0f}")
    return f"| {name} | {' | '.join(map(str, cells))} |"


def main() -> int:
    """Fuzz all readers one after the other, or those that are named; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readers", nargs="*")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--blind", action="store_true", help="mutations without coverage")
    parser.add_argument("--write", action="store_true", help="write the table to docs/robust.md")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    if given.child:
        child(given.readers[0], given.runs, given.seed, lead=not given.blind)
    from readers import READERS

    names, found = given.readers or list(READERS), 0
    for name in names:
        runs = max(1, round(given.runs * SLOW.get(name, 1.0)))
        words = [sys.executable, __file__, name, "--child", f"--runs={runs}", f"--seed={given.seed}"]
        (KEPT / f"{name}.json").unlink(missing_ok=True)
        with (KEPT / f"{name}.log").open("wb") as log:
            code = subprocess.run(
                [*words, *["--blind"] * given.blind], stdout=log, stderr=log, check=False, cwd=ROOT
            ).returncode
        if code or not (KEPT / f"{name}.json").is_file():
            print(f"{name}: ended with {code}; see build/fuzz/{name}.log", flush=True)
            return 1
        told = json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8"))
        print(table([name]).splitlines()[2], flush=True)
        for key, each in told["findings"].items():
            print(f"   {each['times']}x {each['said']!r} {key} {each['file']}", flush=True)
        found += len(told["findings"])
    text = table(names)
    if given.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(MARKS[0])
        PAGE.write_text(before + MARKS[0] + text + MARKS[1] + rest.partition(MARKS[1])[2], encoding="utf-8")
    print(text.splitlines()[-1])
    return min(found, 1)


KEYS: Final = ("files", "read", "refused", "findings", "slowest", "grown", "seconds")

if __name__ == "__main__":
    sys.exit(main())
