"""Finds the node that a user means: a layer, pillar or indicator by its code, its path or a unique tail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indicators.fault import UsageError, near

if TYPE_CHECKING:
    from scoring.answer import Answer


MOST: Final = 6
"""Names that a message lists."""


def find_node(word: str, answer: Answer) -> str:
    """Code of the node or indicator that a user means.

    Parameters
    ----------
    word : str
        As in `memory`, `systems-integration.memory`, `inference cost`, `hbm_share_by_hq_pct`, `hbm-reach`.

    Raises
    ------
    UsageError
        With the possible ones where more than one is meant, with near ones where none is.
    """
    wanted = word.strip().lower().replace("-", "_").replace(" ", "_").replace("/", ".").strip(".")
    paths = node_paths(answer)
    for fits in (_whole, _segments, _tail, _start):
        found = [code for code, path in paths.items() if fits(path, wanted)]
        if len(found) == 1:
            return found[0]
        if found and wanted:
            more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
            message = f"{word!r} may be any of {', '.join(found[:MOST])}{more}"
            raise UsageError(message)
    if hint := near(wanted, paths):
        message = f"unknown node {word!r}; {hint}"
        raise UsageError(message)
    known = ", ".join(node.code for node in answer.nodes)
    message = f"unknown node {word!r}; known: {known}; and indicators: fourlayers data list"
    raise UsageError(message)


def node_paths(answer: Answer) -> dict[str, str]:
    """Dotted path of every node and indicator, by code; the top is left out of the path."""
    paths: dict[str, str] = {}
    for node in answer.nodes:
        above = paths.get(node.parent, "") if node.level == "pillar" else ""
        paths[node.code] = f"{above}.{node.code}" if above else node.code
    for row in answer.indicators:
        paths[row.code] = f"{row.layer}.{row.pillar}.{row.code}"
    return paths


def _whole(path: str, wanted: str) -> bool:
    return wanted in (path, path.rpartition(".")[2])


def _segments(path: str, wanted: str) -> bool:
    return path.endswith(f".{wanted}")


def _tail(path: str, wanted: str) -> bool:
    return path.endswith(f"_{wanted}") or path.rpartition(".")[2].startswith(f"{wanted}_")


def _start(path: str, wanted: str) -> bool:
    return bool(wanted) and path.rpartition(".")[2].startswith(wanted)
