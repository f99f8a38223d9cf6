"""The reference of the packages: what every public name is, as its docstring says."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import pkgutil
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from .text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from docutils import nodes
    from sphinx.application import Sphinx

PACKAGES = ("indicators", "layers", "scoring", "reports", "fourlayers")
PYDANTIC = ("model_config", "model_post_init")
"""Members that pydantic puts into every class."""
CODE = re.compile(r"(``.+?``|`[^`]+`)", re.DOTALL)


def door() -> str:
    """Every name that `fourlayers` offers."""
    import fourlayers

    return "\n\n".join(part for name in dir(fourlayers) for part in _offered(fourlayers, name))


def _offered(package: ModuleType, name: str) -> Iterator[str]:
    yield f"## `{name}`"
    if name == "__version__":
        yield _rst(".. py:data:: fourlayers.__version__", "   Version of the package, as text.")
        return
    it = getattr(package, name)
    kind = "function" if inspect.isfunction(it) else "class"
    if inspect.isclass(it) and issubclass(it, Exception):
        kind = "exception"
    yield _rst(f".. auto{kind}:: fourlayers.{name}", *(_members() if kind == "class" else ()))


def written(*chosen: str) -> str:
    """Modules by name, each with its public names; `PACKAGE.*` stands for all modules of a package."""
    modules = [name for word in chosen for name in (_inside(word[:-2]) if word.endswith(".*") else [word])]
    return "\n\n".join(part for name in modules for part in (f"## `{name}`", _module(name)))


def _module(name: str) -> str:
    import fourlayers

    at_the_door = {
        known for known in dir(fourlayers) if getattr(getattr(fourlayers, known), "__module__", "") == name
    }
    left = ", ".join(sorted({*PYDANTIC, *at_the_door}))
    return _rst(f".. automodule:: {name}", "   :members:", f"   :exclude-members: {left}")


def _members() -> Iterable[str]:
    return ("   :members:", f"   :exclude-members: {', '.join(PYDANTIC)}")


def rooms() -> str:
    """Every module of the five packages with the first line of what it says of itself."""
    return "\n\n".join(_room(package) for package in PACKAGES)


def _room(package: str) -> str:
    lines = [f"## `{package}`", "", "| module | what is there |", "|---|---|"]
    lines += [f"| `{name}` | {plain(_says(name))} |" for name in [package, *_inside(package)]]
    return "\n".join(lines)


def _says(module: str) -> str:
    """First paragraph of what a module says of itself, without importing it."""
    spec = importlib.util.find_spec(module)
    source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")[0]


def _inside(package: str) -> list[str]:
    """Return the modules of a package and of those in it, without underscore; only packages are imported."""
    found = importlib.import_module(package)
    inside = pkgutil.walk_packages(found.__path__, f"{package}.")
    return sorted(it.name for it in inside if not any(part[0] == "_" for part in it.name.split(".")))


def setup(app: Sphinx) -> dict[str, Any]:
    """Let docstrings hold formulas, and link a type that is named where one class alone has that name."""
    app.connect("autodoc-process-docstring", _escape, priority=100)
    app.add_post_transform(Linked)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Linked(SphinxPostTransform):
    """Settles names in signatures and fields: annotations are texts, words of a docstring no references."""

    default_priority = 5  # before Sphinx resolves references, at 10

    def run(self, **_: Any) -> None:  # noqa: ANN401 - as Sphinx has it
        """Give a name its full path, or leave it as text."""
        known = self.env.domains.python_domain.objects
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node.get("refdomain") == "py" and ("refspecific" in node or _in_signature(node)):
                name = node["reftarget"].rpartition(".")[2]
                paths = [path for path in known if path.rpartition(".")[2] == name]
                if len(paths) == 1 and name[:1].isupper():
                    node["reftarget"], node["reftype"] = paths[0], "obj"
                else:
                    node.replace_self(node.children)


def _in_signature(node: nodes.Node) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, addnodes.desc_signature):
            return True
    return False


def _escape(_app: Sphinx, _what: str, _name: str, _it: object, _options: object, lines: list[str]) -> None:
    parts = CODE.split("\n".join(lines))
    plain = [part if at % 2 else re.sub(r"([|*])", r"\\\1", part) for at, part in enumerate(parts)]
    lines[:] = "".join(plain).split("\n")


def _rst(*lines: str) -> str:
    body = "\n".join(lines)
    return f"```{{eval-rst}}\n{body}\n```"
