"""What the documents name is there: pages, links, headings, commands, options, make targets."""

from __future__ import annotations

import ast
import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cyclopts import CycloptsError, MissingArgumentError

from fourlayers.cli import build

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md")) if DOCS.is_dir() else []
DOCUMENTS = [
    ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "DATA-LICENCES.md")
] + PAGES
PACKAGES = ("indicators", "layers", "scoring", "reports", "fourlayers")

pytestmark = pytest.mark.skipif(not PAGES, reason="away from the sources there are no documents")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def test_every_page_stands_in_a_table_of_contents() -> None:
    listed = {DOCS / "index.md"}
    for page in PAGES:
        for block in re.findall(
            r"```\{toctree\}\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL
        ):
            names = [line.strip() for line in block.splitlines() if line.strip() and not line.startswith(":")]
            listed |= {page.parent / f"{name}.md" for name in names}
    assert [named(page) for page in PAGES if page not in listed] == [], "name them in docs/index.md"
    assert [named(page) for page in listed if not page.is_file()] == []


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the places of a page as the platforms that show Markdown name them, and those named by hand."""
    text = page.read_text(encoding="utf-8")
    headings = re.findall(
        r"^#+ +(.+?) *$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), flags=re.MULTILINE
    )
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return frozenset(slugs | set(re.findall(r"^\(([\w-]+)\)=$", text, flags=re.MULTILINE)))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_local_links_lead_somewhere(document: Path) -> None:
    text = without_code(document.read_text(encoding="utf-8"))
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        page = (document.parent / path) if path else document
        if not page.exists():
            wrong.append(f"{target}: no such file")
        elif (
            anchor
            and page.suffix == ".md"
            and anchor not in anchors(page)
            and "<!-- filled" not in page.read_text()
        ):
            wrong.append(f"{target}: no such heading")
    assert wrong == []


def lines_of_code(text: str) -> Iterator[str]:
    """Lines in fences and indented blocks, unless of another language than a shell, and code within lines."""
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE):
        if kind in {"", "sh", "console", "text"}:
            yield from block.splitlines()
    rest = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    yield from (line for line in rest.splitlines() if line.startswith("    "))
    yield from (re.sub(r"\s+", " ", code) for code in re.findall(r"`([^`]+)`", rest))


def commands(text: str) -> Iterator[list[str]]:
    """Words of every call of the command line, without remarks, redirections and what stands in brackets."""
    for line in lines_of_code(text):
        call = re.sub(r"^\s*(\$ )?(\w+= )?", "", line)
        if re.match(r"fourlayers( |$)", call) and not re.match(r"fourlayers \d", call):
            call = re.split(r"\s{2,}|\s#|\s[|>;]|\.\.\.", call)[0].replace("[", "").replace("]", "")
            yield shlex.split(call)[1:]


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_commands_and_options_that_are_named_exist(document: Path) -> None:
    if document.name == "tutorial.md" or "<!-- filled: file" in document.read_text(encoding="utf-8"):
        return
    app, wrong = build(), []
    for words in commands(document.read_text(encoding="utf-8")):
        if words and words[0] not in {"--help", "--version", "COMMAND", "help"}:
            try:
                app.parse_args(words, print_error=False, exit_on_error=False)
            except MissingArgumentError:
                pass  # a command that is named without what it needs, as in running text
            except CycloptsError as error:
                error.verbose = False
                wrong.append(f"fourlayers {' '.join(words)}: {error}")
    assert wrong == []


@cache
def names_of() -> dict[str, frozenset[str]]:
    """Return what the first word after a command may be, where it is a name out of a list."""
    from layers.layer import NAMES
    from reports.charts import MAIN, TECHNICAL
    from scoring.questions.claims import CLAIMS

    folder = ROOT / "scoring" / "scenarios"
    scenarios = frozenset(path.stem for path in folder.glob("*.toml"))
    return {
        "chart": frozenset((*MAIN, *TECHNICAL, "list")),
        "claims": frozenset(CLAIMS),
        "layer": frozenset(name.replace("_", "-") for name in NAMES) | {"list"},
        "scenario run": scenarios,
        "scenario show": scenarios,
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_charts_claims_layers_and_scenarios_that_are_named_exist(document: Path) -> None:
    wrong = []
    for words in commands(document.read_text(encoding="utf-8")):
        for call, known in names_of().items():
            first = words[len(call.split()) :][:1]
            if words[: len(call.split())] == call.split() and first and re.fullmatch(r"[a-z-]+", first[0]):
                wrong += [" ".join(words)] * (first[0] not in known and first[0][0] != "-")
    assert wrong == []


def test_a_command_that_does_not_exist_is_found() -> None:
    named = list(commands("`fourlayers scores`\n\n```sh\nfourlayers score --lenses x  # remark\n```\n"))
    assert named == [["score", "--lenses", "x"], ["scores"]]
    for words in named:
        with pytest.raises(CycloptsError):
            build().parse_args(words, print_error=False, exit_on_error=False)


def test_make_targets_that_are_named_exist() -> None:
    targets = set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    for document in DOCUMENTS:
        called = set(
            re.findall(
                r"(?:`|^ {4})make ([a-z][a-z-]*)", document.read_text(encoding="utf-8"), flags=re.MULTILINE
            )
        )
        assert called <= targets, named(document)


def public(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Public functions and classes of a module, and the public methods of those classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                inner = [it for it in node.body if isinstance(it, ast.FunctionDef) and it.name[0] != "_"]
                yield from ((f"{node.name}.{it.name}", it) for it in inner)


def test_every_public_name_says_what_it_is() -> None:
    silent = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            silent += [named(path)] * (not ast.get_docstring(tree))
            silent += [f"{named(path)}: {name}" for name, node in public(tree) if not _said(node)]
    assert silent == []


def _said(node: ast.AST) -> bool:
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    overloaded = any("overload" in ast.dump(it) for it in node.decorator_list)
    return bool(ast.get_docstring(node)) or overloaded


def test_every_document_has_its_place() -> None:
    page = (DOCS / "json.md").read_text(encoding="utf-8")
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for name in re.findall(r"\"(fourlayers/[a-z-]+/\d+)\"", path.read_text(encoding="utf-8")):
                assert f"`{name}`" in page, f"{named(path)}: say in docs/json.md what {name} holds"


def words_of(page: str) -> str:
    """Return the text of a page in one line, without marks of emphasis."""
    return re.sub(r"\s+", " ", (DOCS / page).read_text(encoding="utf-8").replace("*", ""))


def test_the_comparison_has_the_figures_that_the_report_has() -> None:
    import tomllib

    from indicators.facts import load

    page = words_of("compared.md")
    published = tomllib.loads((ROOT / "reports" / "published_indices.toml").read_text(encoding="utf-8"))
    for index in published.values():
        first, second = index["scores"]["CHN"], index["scores"]["USA"]
        assert f"{first:g} / {second:g} = {first / second:.2f}" in page
        assert index["url"] in page
    facts = load()
    weighted = sum(bool(it.weight) for it in facts.indicators.values())
    counted = (
        f"{len(facts.economies)} and blocs | {weighted} with weight, {len(facts.indicators) - weighted} more"
    )
    assert counted in page


SAID = {
    "43 of 165 priced models": "inference-cost.md",
    "3.2 points, not 6.6": "result.md",
    "10 to 20 % of the world's": "systems-integration.md",
    "15 companies": "value-capture.md",
    "35 %": "value-capture.md",
    "Two choices were made with the data in view": "result.md",
    "quarter estimated for the kind of source": "result.md",
}
"""What docs/cannot-say.md repeats, and the page on which it is shown."""


@pytest.mark.parametrize(("said", "page"), SAID.items())
def test_the_limits_say_what_the_pages_say(said: str, page: str) -> None:
    assert said in words_of(page), f"{said!r} no longer stands in docs/{page}: look at docs/cannot-say.md too"
    assert said in words_of("cannot-say.md")


def test_pages_that_the_code_names_exist() -> None:
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    for path in [*files, ROOT / "Makefile"]:
        for name in set(re.findall(r"\bdocs/[\w-]+\.md", path.read_text(encoding="utf-8"))):
            assert (ROOT / name).is_file(), f"{named(path)} names {name}"
