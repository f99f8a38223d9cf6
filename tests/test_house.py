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
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

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


class Module(NamedTuple):
    """One Python file: its path from the root, its text and its tree."""

    path: Path
    source: str
    tree: ast.Module

    @classmethod
    def read(cls, path: Path, source: str) -> Module:
        return cls(path, source, ast.parse(source, filename=str(path)))


@pytest.fixture(scope="module")
def modules(project_files: list[Path], root: Path) -> list[Module]:
    """Read every Python file but the tests."""
    paths = [path for path in project_files if path.suffix == ".py" and path.parts[0] != "tests"]
    return [Module.read(path, (root / path).read_text(encoding="utf-8")) for path in paths]


@pytest.fixture(scope="module")
def housed(modules: list[Module]) -> list[Module]:
    """Keep the modules of the five packages."""
    return [module for module in modules if module.path.parts[0] in FLOORS]


def code_lines(module: Module) -> set[int]:
    """Find the lines that hold code: not blank, not a comment, not a docstring (of a field either)."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(module.source).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    text = module.source.split("\n")
    return {line for line in lines if text[line - 1].strip()}


def script_lines(source: str) -> int:
    """Count the lines of JavaScript that hold more than a comment."""
    bare = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return sum(1 for line in bare.splitlines() if line.strip() and not line.strip().startswith("//"))


def functions(module: Module) -> Iterator[tuple[str, int]]:
    """Give each function's name and its number of code lines, those nested in it included."""
    lines = code_lines(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            yield f"{module.path}: {node.name}", sum(1 for line in lines if node.lineno <= line <= last)


def imports(module: Module) -> Iterator[tuple[str, str]]:
    """Give the dotted name of everything a module imports, wherever in the module, and where."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, f"{module.path}:{node.lineno}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.path.parts[: -node.level] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{base}.{alias.name}", f"{module.path}:{node.lineno}") for alias in node.names)


def upward(module: Module) -> list[str]:
    """List the imports of a module that look up from its own floor."""
    above = FLOORS[FLOORS.index(module.path.parts[0]) + 1 :]
    return [f"{where} imports {name}" for name, where in imports(module) if name.split(".")[0] in above]


def test_a_package_imports_only_from_floors_below(housed: list[Module]) -> None:
    assert [fault for module in housed for fault in upward(module)] == []


def test_the_floors_are_read_wherever_an_import_stands() -> None:
    source = "def f():\n    from reports import pdf\n    import scoring.index\n    from ..treat import none"
    module = Module.read(Path("layers/impute/none.py"), source)
    assert [name for name, _ in imports(module)] == ["reports.pdf", "scoring.index", "layers.treat.none"]
    assert upward(module) == [
        "layers/impute/none.py:2 imports reports.pdf",
        "layers/impute/none.py:3 imports scoring.index",
    ]


def test_no_file_is_over_its_ceiling(modules: list[Module], project_files: list[Path], root: Path) -> None:
    counts = {module.path: len(code_lines(module)) for module in modules}
    scripts = [path for path in project_files if path.suffix in {".js", ".mjs"} and path.parts[0] != "tests"]
    counts |= {path: script_lines((root / path).read_text(encoding="utf-8")) for path in scripts}
    assert {str(path): count for path, count in counts.items() if count > FILE_CEILING} == {}


def test_no_function_is_over_its_ceiling(modules: list[Module]) -> None:
    counts = [found for module in modules for found in functions(module)]
    assert [(name, count) for name, count in counts if count > FUNCTION_CEILING] == []


def test_only_code_is_counted() -> None:
    head = '"""Says."""\n\n# reason\nx = 1\n"""What x is."""\n\n\n'
    module = Module.read(Path("x.py"), head + 'def f():\n    """Do."""\n    return """a\n\nb"""\n')
    assert code_lines(module) == {4, 8, 10, 12}
    assert list(functions(module)) == [("x.py: f", 3)]
    assert script_lines("/* a\n b */\n// c\nlet d = 1; // e\n\n}\n") == 2


def test_every_file_has_earned_a_name(modules: list[Module]) -> None:
    paths = [module.path for module in modules]
    assert [str(path) for path in paths if NAMELESS & {*path.parts[:-1], path.stem}] == []


@pytest.mark.parametrize("package", FLOORS)
def test_every_package_says_that_it_is_typed(package: str, root: Path) -> None:
    assert (root / package / "py.typed").is_file()


def test_no_chart_leans_on_pyplot(modules: list[Module]) -> None:
    assert [where for module in modules for name, where in imports(module) if "pyplot" in name] == []


def test_what_an_extra_brings_is_imported_where_it_is_used_alone(housed: list[Module], root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [each for it in project["optional-dependencies"].values() for each in it]
    extras = {re.split(r"[<>=!~\[; ]", each)[0].replace("-", "_") for each in listed}
    on_top = [
        f"{module.path}:{node.lineno}"
        for module in housed
        for node in module.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [it.name for it in node.names]
        )
        if name.split(".")[0] in extras
    ]
    assert extras == {"distributed", "pyarrow", "genai_prices", "model_prices"}
    assert on_top == []


def test_every_import_is_ours_or_declared(housed: list[Module], root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    names = (re.split(r"[<>=!~\[; ]", each)[0] for each in (*project["dependencies"], *extras))
    declared = {name.replace("-", "_") for name in names}
    used = {name.split(".")[0]: where for module in housed for name, where in imports(module)}
    known = declared | set(FLOORS) | set(sys.stdlib_module_names)
    assert {name: where for name, where in used.items() if name not in known} == {}
    assert declared - set(used) == set()


@pytest.mark.parametrize("module", ["fourlayers", "fourlayers.cli"])
def test_the_door_opens_without_the_heavy_libraries(module: str, tmp_path: Path) -> None:
    program = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert set(SLOW) & set(run.stdout.split()) == set()
