"""Nothing but `data refresh` goes to the network, and of the code only one file can."""

from __future__ import annotations

import ast
import socket
from typing import TYPE_CHECKING

import pytest

from fourlayers.cli import main
from indicators.refresh import fetch

if TYPE_CHECKING:
    from pathlib import Path

FLOORS = ("indicators", "layers", "scoring", "reports", "fourlayers")
NETWORKING = frozenset(
    (
        *("httpx", "httpx2", "requests", "urllib3", "aiohttp", "socket", "ssl", "ftplib", "smtplib"),
        *("http.client", "urllib.request", "xmlrpc", "webbrowser", "genai_prices", "model_prices"),
    )
)
ALLOWED = {
    "indicators/refresh/fetch.py": {"httpx"},
    "indicators/refresh/price_genai.py": {"genai_prices"},
    "indicators/refresh/price_model.py": {"model_prices"},
    "scoring/doubt/cluster.py": {"socket"},
}
"""The fetcher, two readers of what it fetched, and the workers that --cluster names."""


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return {known for name in names for known in NETWORKING if name == known or name.startswith(f"{known}.")}


def test_one_file_goes_to_the_network(project_files: list[Path], root: Path) -> None:
    files = [path for path in project_files if path.suffix == ".py" and path.parts[0] in FLOORS]
    found = {path.as_posix(): imported(root / path) for path in files}
    assert {name: names for name, names in found.items() if names} == ALLOWED


@pytest.fixture
def _cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every look-up and every connection fail the test."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("something went to the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.usefixtures("_cut_off")
@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--help",),
        ("score", "--draws", "0"),
        ("data", "list"),
        ("data", "show", "github_developers"),
        ("data", "refresh", "--list"),
        ("data", "new", "mine", "--layer", "systems", "--pillar", "power"),
        ("explain", "CHN", "github_developers"),
        ("prices", "gpt-5"),
        ("token-cost", "--help"),
        ("chart", "list"),
        ("scenario", "list"),
    ],
)
def test_commands_do_not_go_to_the_network(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 0


@pytest.mark.usefixtures("_cut_off")
def test_the_one_command_that_does_is_seen_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show that the block would be noticed."""
    monkeypatch.setattr(fetch, "today", fetch.today)
    get = fetch.Fetch(frozenset(("data.example",)), fetch.Limits(tries=1), base="")
    with pytest.raises(pytest.fail.Exception, match="something went to the network"):
        get("https://data.example/file")
