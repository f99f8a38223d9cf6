"""What `doctor` looks at: versions, libraries, names that are hidden, stored answers, own data, extras."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from indicators.fault import DataError, UsageError

from .import_check import BELOW, hidden, owners
from .own_data import in_force
from .settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indicators.facts import Facts

State = Literal["fine", "mind", "wrong"]
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


class Finding(NamedTuple):
    """One thing that was looked at.

    Attributes
    ----------
    part : str
        What it belongs to.
    state : {"fine", "mind", "wrong"}
        As it should be; worth knowing; fourlayers does not work as it should until it is mended.
    says : str
        What was found, and what to do where something is to be done.
    """

    part: str
    state: State
    says: str


def findings(data: Sequence[str] = ()) -> Iterator[Finding]:
    """Look at everything that an answer depends on besides the question; folders as with `--data`."""
    yield from _program()
    yield from _libraries()
    yield from _names()
    yield from _data(data)
    yield from _beside()


def _program() -> Iterator[Finding]:
    home = Path(__file__).resolve().parent.parent
    try:
        told, how = (
            version("fourlayers"),
            "installed" if "site-packages" in home.parts else "from its sources",
        )
    except PackageNotFoundError:
        told, how = "0", "never installed"
    yield Finding("Program", "fine", f"fourlayers {told}, {how}: {home}")
    implementation = f"{platform.python_implementation()} {platform.python_version()}"
    state: State = "fine" if sys.version_info >= (3, 11) else "wrong"
    yield Finding("Program", state, f"{implementation} on {platform.system()}: {sys.executable}")
    encoding = (sys.stdout.encoding or "").lower()
    if encoding.replace("-", "") != "utf8":
        said = f"the terminal takes {encoding or 'nothing'}: dashes and dots are replaced; set PYTHONUTF8=1"
        yield Finding("Program", "mind", said)


def _libraries() -> Iterator[Finding]:
    """Hold what is installed to the lower bounds that the project declares."""
    fine = []
    for name, bound, extra in _wanted():
        try:
            held = version(name)
        except PackageNotFoundError:
            if not extra:
                said = (
                    f"{name} is not installed, {bound or 'any'} or newer is needed: install fourlayers again"
                )
                yield Finding("Libraries", "wrong", said)
            continue
        if _release(held) < _release(bound):
            said = f"{name} {held} is older than {bound}, which is needed: install fourlayers again"
            yield Finding("Libraries", "wrong", said)
        elif not extra:
            fine.append(f"{name} {held}")
    if fine:
        yield Finding("Libraries", "fine", ", ".join(fine))


def _wanted() -> list[tuple[str, str, str]]:
    """Give name, lower bound and extra of everything that the project declares."""
    try:
        declared = requires("fourlayers") or []
    except PackageNotFoundError:
        return []
    found = []
    for line in declared:
        said = re.match(r"([A-Za-z0-9._-]+)[^;]*?(?:>=\s*([0-9.]+))?\s*(?:;(.*))?$", line)
        if said:
            extra = re.search(r"extra\s*==\s*['\"]([\w-]+)", said[3] or "")
            found.append((said[1], said[2] or "", extra[1] if extra else ""))
    return found


def _release(text: str) -> tuple[int, ...]:
    """Numbers of a version, as far as its release goes."""
    said = re.match(r"[0-9]+(?:\.[0-9]+)*", text)
    return tuple(map(int, said[0].split("."))) if said else ()


def _names() -> Iterator[Finding]:
    """Say what hides the packages below, who else owns such names, and what would hide them in a script."""
    for said in hidden():
        yield Finding("Names", "wrong", f"{said}; rename or move it, or check PYTHONPATH")
    strangers = [(name, owner) for name in BELOW for owner in owners(name) if owner != "fourlayers"]
    for name, owner in strangers:
        said = f"the distribution {owner!r} installs a package {name!r} too; give fourlayers an environment"
        yield Finding("Names", "wrong", f"{said} of its own")
    here = Path.cwd()
    home = Path(__file__).resolve().parent.parent
    beside = [path.name for name in BELOW for path in (here / f"{name}.py", here / name) if _importable(path)]
    if beside and here.resolve() != home:
        said = f"{', '.join(beside)} in this folder would hide ours from scripts that are run here"
        yield Finding("Names", "mind", f"{said}; the command `fourlayers` is not touched")
    if not (strangers or hidden()):
        yield Finding("Names", "fine", f"{', '.join(BELOW)} are ours, and nobody else's")


def _importable(path: Path) -> bool:
    return path.is_file() if path.suffix == ".py" else path.is_dir()


def _data(data: Sequence[str]) -> Iterator[Finding]:
    """Say which data are in force, and whether what is stored fits them."""
    from indicators.facts import load

    from . import debate, summary

    try:
        folders = in_force(data, read_settings())
        known = load(folders)
    except (DataError, UsageError) as error:
        lines = str(error).splitlines()
        more = f" and {len(lines) - 2} more" if len(lines) > 2 else ""
        yield Finding("Data", "wrong", f"{' '.join(lines[:2])}{more}; fourlayers data check FOLDER says all")
        return
    number = len(known.indicators)
    yield Finding("Data", "fine", f"read to {known.vintage}: {number} indicators, {len(known.rows):,} values")
    yield from _own(known)
    if not folders:
        state: State = "fine" if summary.read() and debate.read() else "mind"
        fits = (
            "are used" if state == "fine" else "do not fit the code or the data, so each answer is computed"
        )
        yield Finding("Stored", state, f"the shipped answer and the tested claims {fits}")
    yield from _computed(known)


def _own(known: Facts) -> Iterator[Finding]:
    from scoring.index.own_tree import all_owned

    if not known.catalogue.folders:
        yield Finding("Own data", "fine", "none in force (--data, fourlayers.toml, FOURLAYERS_DATA)")
        return
    try:
        found = all_owned(known)
    except (DataError, UsageError) as error:
        yield Finding("Own data", "wrong", str(error).splitlines()[0])
        return
    for folder in known.catalogue.folders:
        mine = [it.message for it in found if it.folder == folder.resolve().name]
        yield Finding("Own data", "mind", f"{folder}: {'; '.join(mine) or 'nothing that changes a score'}")


def _computed(known: Facts) -> Iterator[Finding]:
    """Say which layers are read as stored, and which have to be fitted to these facts."""
    from layers.layer import NAMES, fits

    stale = [name for name in NAMES if not fits(known, name)]
    if stale:
        said = f"computed for these data at every command, which takes longer: {', '.join(stale)}"
        yield Finding("Stored", "mind", said)
    else:
        yield Finding("Stored", "fine", f"values computed for {', '.join(NAMES)} are used")


def _beside() -> Iterator[Finding]:
    """Say which extras are there; none of them is needed for a report."""
    extras: dict[str, list[str]] = {}
    for name, _, extra in _wanted():
        if extra:
            extras.setdefault(extra, []).append(name)
    for extra, names in extras.items():
        lacking = [name for name in names if not _there(name)]
        said = f"not there; to have it, install fourlayers with [{extra}]" if lacking else "there"
        yield Finding("Extras", "fine", f"{extra}: {', '.join(names)} {said}")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    yield Finding("Extras", "fine", f"Chromium: {browser or 'not there'} (only tests of the page use it)")
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "")
    if threads != "1":
        said = f"OPENBLAS_NUM_THREADS is {threads}: slower, and last digits may differ; set it to 1"
        yield Finding("Extras", "mind", said)


def _there(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True
