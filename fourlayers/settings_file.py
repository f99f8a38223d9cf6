"""What may stand in `fourlayers.toml`; apart, so that a folder without the file never imports pydantic."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from indicators.schema import Frozen

Name = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]


class SettingsFile(Frozen):
    """The file, checked."""

    pair: tuple[Name, Name] | None = None
    """Two economies or blocs."""
    home: str = ""
    """Home economy."""
    data: tuple[Name, ...] = ()
    """Folders with further data, relative to the file."""
    recipe: str = ""
    """Name of a shipped recipe, or a file ending in .toml, relative to the settings."""
    out: str = ""
    """Folder for reports and charts, relative to the file."""
    seed: Count | None = None
    """Seed of the random draws."""
    draws: Count | None = None
    """Number of random draws of each reading."""
