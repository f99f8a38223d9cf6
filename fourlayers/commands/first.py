"""What the bare command shows: the shipped answer in two sentences, and the next steps."""

from __future__ import annotations

from fourlayers.command import COMMANDS, FINE, show
from fourlayers.request import answer, request
from fourlayers.screens.first import first_screen
from fourlayers.settings import read_settings


def first() -> int:
    """Show the first screen."""
    show(first_screen(answer(request(read_settings())), COMMANDS))
    return FINE
