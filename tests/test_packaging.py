"""What is installed is whole: every file of the five packages, typed, with a command that runs anywhere."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import entry_points, version
from importlib.resources import files
from pathlib import Path

import pytest

PACKAGES = ("indicators", "layers", "scoring", "reports", "fourlayers")


@pytest.fixture(scope="module")
def packaged(project_files: list[Path]) -> set[str]:
    """Name the files of the five packages."""
    return {path.as_posix() for path in project_files if path.parts[0] in PACKAGES}


@pytest.fixture(scope="module")
def shown(project_files: list[Path]) -> set[str]:
    """Name the examples as they stand within the installed package."""
    return {f"fourlayers/{path.as_posix()}" for path in project_files if path.parts[0] == "examples"}


def build(root: Path, kind: str, folder: Path) -> Path:
    """Build a wheel or an sdist with the installed hatchling, nothing fetched."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return next(folder.iterdir())


def test_the_wheel_holds_every_file_of_the_five_packages_and_the_examples(
    root: Path, packaged: set[str], shown: set[str], tmp_path: Path
) -> None:
    with zipfile.ZipFile(build(root, "wheel", tmp_path)) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
        licences = {Path(name).name for name in wheel.namelist() if "/licenses/" in name}
    assert shown
    assert held == packaged | shown
    assert "LICENSE" in licences


def test_the_sdist_holds_every_file_of_the_five_packages(
    root: Path, packaged: set[str], tmp_path: Path
) -> None:
    with tarfile.open(build(root, "sdist", tmp_path)) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert packaged - held == set()
    assert {"pyproject.toml", "LICENSE", "requirements.lock", "tests/test_house.py"} <= held


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"])
def test_a_lock_names_no_address_and_hashes_everything(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert [entry for entry in requirements if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_locks_name_the_declared_packages_and_agree(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    run, dev, bench = (
        set(
            re.findall(
                r"^([\w.-]+==\S+(?: ; [^\\]+)?) \\", (root / name).read_text(encoding="utf-8"), re.MULTILINE
            )
        )
        for name in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")
    )
    groups = project["dependency-groups"]
    wanted = {
        re.split(r"[\[>=]", name)[0] for name in [*project["project"]["dependencies"], *groups["build"]]
    }
    wanted_dev = {re.split(r"[\[>=]", name)[0] for name in groups["dev"]}
    assert wanted - {pin.split("==")[0] for pin in run} == set()
    assert wanted_dev - {pin.split("==")[0] for pin in dev} == set()
    wanted_bench = {re.split(r"[\[>=]", name)[0] for name in groups["benchmark"]}
    assert wanted_bench - {pin.split("==")[0] for pin in bench} == set()
    assert run - dev == set()
    assert run - bench == set()


@pytest.mark.wheel
@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_installed_and_typed(package: str) -> None:
    module = importlib.import_module(package)
    assert files(package).joinpath("py.typed").is_file()
    if os.environ.get("FOURLAYERS_FROM_WHEEL"):
        assert "site-packages" in Path(str(module.__file__)).parts


@pytest.mark.wheel
def test_the_facts_are_installed() -> None:
    data = files("indicators").joinpath("data")
    pairs = {path.name for folder in data.iterdir() if folder.is_dir() for path in folder.iterdir()}
    described = {name.removesuffix(".toml") for name in pairs if name.endswith(".toml")}
    counted = {name.removesuffix(".csv") for name in pairs if name.endswith(".csv")}
    assert described
    assert counted - described == set()
    assert files("indicators").joinpath("economies.csv").is_file()


@pytest.mark.wheel
def test_the_examples_are_installed() -> None:
    from fourlayers.samples import samples

    found = samples()
    assert {"many_scenarios", "own_indicator"} <= found.keys()
    assert all(each.text().strip() and len(each.says) > 20 for each in found.values())


@pytest.mark.wheel
def test_the_command_is_installed_and_runs_anywhere(tmp_path: Path) -> None:
    (entry,) = [found for found in entry_points(group="console_scripts") if found.name == "fourlayers"]
    assert entry.value == "fourlayers.cli:main"
    command = [str(Path(sys.executable).parent / "fourlayers"), "--version"]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert version("fourlayers") in run.stdout
