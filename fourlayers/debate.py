"""The tested claims as they ship: read in no time, while what they were tested on and by is unchanged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - stored claims are read back by these annotations
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indicators.whole import put
from scoring.questions.verdict import ClaimVerdict  # noqa: TC001 - as above

from . import summary

if TYPE_CHECKING:
    from .request import Request

SHIPPED: Final = Path(__file__).with_name("claims.json")
APART: Final = frozenset({"__pycache__"})


@dataclass(frozen=True)
class Debate:
    """Every claim of the debate, tested.

    Attributes
    ----------
    when : date
        State date.
    claims : tuple of ClaimVerdict
        In the order in which they are shown.
    """

    when: date
    claims: tuple[ClaimVerdict, ...]


def read(path: Path = SHIPPED, root: Path = summary.ROOT) -> Debate | None:
    """Return the shipped claims, or None where they are missing, damaged or older than what they rest on."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or content.get("key") != summary.key(root, APART):
        return None
    return summary.decode(Debate, content["debate"])


def shipped_for(asked: Request) -> tuple[ClaimVerdict, ...] | None:
    """Return the shipped verdicts where a request asks for the shipped data at their date, else None."""
    shipped = None if asked.as_of or asked.known_by or asked.data else read()
    return shipped.claims if shipped else None


def write(debate: Debate, path: Path = SHIPPED, root: Path = summary.ROOT) -> None:
    """Write claims as the shipped ones, in one step, so that a reader never meets half a file."""
    content = {"key": summary.key(root, APART), "debate": summary.encode(debate)}
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    put(path, text.replace('},{"', '},\n{"') + "\n")
