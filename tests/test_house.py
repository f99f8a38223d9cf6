"""The house stands as drawn: floors, ceilings, names, and what may not be imported where."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("indicators", "layers", "scoring", "reports", "fourlayers")
FILE_CEILING = 400
FUNCTION_CEILING = 60
NAMELESS = {"utils", "util", "helpers", "helper", "common", "core", "misc"}
SLOW = ("pandas", "scipy", "matplotlib")
NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


def files(*suffixes: str) -> list[Path]:
    """List the tracked and the new, not ignored, files with one of the suffixes; tests left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    paths = [Path(name) for name in sorted(set(listed)) if name.endswith(suffixes)]
    return [path for path in paths if path.parts[0] != "tests" and (ROOT / path).is_file()]


def parsed(path: Path) -> tuple[str, ast.Module]:
    source = (ROOT / path).read_text(encoding="utf-8")
    return source, ast.parse(source, filename=str(path))


def code_lines(source: str, tree: ast.Module) -> set[int]:
    """Find the lines that hold code: not blank, not a comment, not a docstring (of a field either)."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return {line for line in lines if source.splitlines()[line - 1].strip()}


def script_lines(source: str) -> int:
    """Count the lines of JavaScript that hold more than a comment."""
    bare = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return sum(1 for line in bare.splitlines() if line.strip() and not line.strip().startswith("//"))


def functions(source: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Give each function's name and its number of code lines, those nested in it included."""
    lines = code_lines(source, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            yield node.name, sum(1 for line in lines if node.lineno <= line <= last)


def imports(path: Path, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Give the dotted name of everything a module imports, wherever in the module, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.parts[: -node.level] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def upward(path: Path, tree: ast.Module) -> list[str]:
    """List the imports of a module that look up from its own floor."""
    floor = FLOORS.index(path.parts[0])
    return [
        f"{path}:{line} imports {name}, a floor above {path.parts[0]}"
        for name, line in imports(path, tree)
        if name.split(".")[0] in FLOORS[floor + 1 :]
    ]


PYTHON = files(".py")
HOUSED = [path for path in PYTHON if path.parts[0] in FLOORS]


def test_a_package_imports_only_from_floors_below() -> None:
    assert [fault for path in HOUSED for fault in upward(path, parsed(path)[1])] == []


def test_the_floors_are_read_wherever_an_import_stands() -> None:
    tree = ast.parse(
        "def f():\n    from reports import pdf\n    import scoring.index\n    from ..layers import grid"
    )
    found = [name for name, _ in imports(Path("layers/treat/winsorise.py"), tree)]
    assert found == ["reports.pdf", "scoring.index", "layers.layers.grid"]
    assert len(upward(Path("layers/treat/winsorise.py"), tree)) == 2


def test_no_file_is_over_its_ceiling() -> None:
    counts = {path: len(code_lines(*parsed(path))) for path in PYTHON}
    counts |= {
        path: script_lines((ROOT / path).read_text(encoding="utf-8")) for path in files(".js", ".mjs", ".ts")
    }
    assert {str(path): count for path, count in counts.items() if count > FILE_CEILING} == {}


def test_no_function_is_over_its_ceiling() -> None:
    counts = {f"{path}: {name}": count for path in PYTHON for name, count in functions(*parsed(path))}
    assert {name: count for name, count in counts.items() if count > FUNCTION_CEILING} == {}


def test_only_code_is_counted() -> None:
    head = '"""Says."""\n\n# reason\nx = 1\n"""What x is."""\n\n\n'
    source = head + 'def f():\n    """Do."""\n    return """a\n\nb"""\n'
    tree = ast.parse(source)
    assert code_lines(source, tree) == {4, 8, 10, 12}
    assert list(functions(source, tree)) == [("f", 3)]
    assert script_lines("/* a\n b */\n// c\nlet d = 1; // e\n\n}\n") == 2


def test_every_file_has_earned_a_name() -> None:
    assert [str(path) for path in PYTHON if NAMELESS & {*path.parts[:-1], path.stem}] == []


@pytest.mark.parametrize("package", FLOORS)
def test_every_package_says_that_it_is_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_no_chart_leans_on_pyplot() -> None:
    found = [
        f"{path}:{line}"
        for path in PYTHON
        for name, line in imports(path, parsed(path)[1])
        if "pyplot" in name
    ]
    assert found == []


def test_every_import_is_ours_or_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=!~\[; ]", requirement)[0] for requirement in project["dependencies"]}
    known = declared | set(FLOORS) | set(sys.stdlib_module_names)
    names = {name.split(".")[0]: str(path) for path in HOUSED for name, _ in imports(path, parsed(path)[1])}
    assert {name: path for name, path in names.items() if name not in known} == {}
    assert {name for name in declared if name not in names} == set()


@pytest.mark.parametrize("module", ["fourlayers", "fourlayers.cli"])
def test_the_door_opens_without_the_heavy_libraries(module: str, tmp_path: Path) -> None:
    program = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert set(SLOW) & set(run.stdout.split()) == set()
