"""What `examples` shows: the list, and what to do with a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .layout import blocks, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fourlayers.samples import Sample


def examples_screen(found: Sequence[Sample]) -> str:
    """List the examples with a line each."""
    room = max(len(each.name) for each in found) + 2
    lines = (wrapped(each.says, f"  {each.name:<{room}}", " " * (room + 2)) for each in found)
    listed = [line for some in lines for line in some]
    return blocks(
        (
            ["Examples; all of them run in the tests"],
            listed,
            [
                "fourlayers examples NAME                  print it",
                "fourlayers examples NAME --into FOLDER    copy it; without a name, all",
            ],
        )
    )


def copied_screen(found: Sequence[Sample], written: Sequence[Path], into: Path) -> str:
    """Say what was copied, and the next step for each kind."""
    scripts = [each for each in found if each.files[0].suffix == ".py" and len(each.files[0].parts) == 1]
    notebooks = [each for each in found if each.files[0].suffix == ".py" and each not in scripts]
    folders = [each for each in found if each.files[0].suffix != ".py"]
    steps = [f"python {into / each.files[0]}" for each in scripts[:1]]
    steps += [f"jupytext --to notebook {into / each.files[0]}" for each in notebooks[:1]]
    steps += [f"fourlayers data check {(into / each.files[0]).parent}" for each in folders[:1]]
    return blocks(([f"wrote {path}" for path in written], [f"next: {step}" for step in steps]))
