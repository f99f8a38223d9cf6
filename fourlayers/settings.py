"""Settings of a folder: what `fourlayers.toml` says holds unless the command line says otherwise."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from indicators.fault import Fault

FILE: Final = "fourlayers.toml"
WANTED: Final = {
    "pair": 'two economies, such as ["USA", "CHN"]',
    "home": 'an economy, such as "DEU"',
    "data": 'a list of folders, such as ["my_data"]',
    "recipe": 'a recipe, such as "default" or "my_recipe.toml"',
    "out": 'a folder, such as "out"',
    "seed": "a whole number from 0",
    "draws": "a whole number from 0",
}


class Settings(NamedTuple):
    """What may stand in the file; None or empty where it does not.

    Attributes
    ----------
    pair : tuple of str
        Two economies or blocs.
    home : str
        Home economy.
    data : tuple of Path
        Folders with further data.
    recipe : str
        Name of a shipped recipe, or a file.
    out : Path or None
        Folder for reports and charts.
    seed, draws : int or None
        Of the random draws.
    """

    pair: tuple[str, ...] = ()
    home: str = ""
    data: tuple[Path, ...] = ()
    recipe: str = ""
    out: Path | None = None
    seed: int | None = None
    draws: int | None = None


def read_settings(folder: Path | None = None) -> Settings:
    """Read the settings of a folder (the working folder by default); all empty where it has no file.

    Raises
    ------
    DataError
        With all that is wrong with the file.
    """
    path = (folder or Path()) / FILE
    if not os.path.lexists(path):
        return Settings()
    if not path.is_file():
        from indicators.fault import DataError, Fault

        found = "a link that leads nowhere" if path.is_symlink() else "a folder or a device"
        raise DataError([Fault(FILE, 0, "", found, "a file of settings", "Take it away, or name it anew.")])
    return _checked(path, _toml(path))


def _toml(path: Path) -> dict[str, Any]:
    from indicators.texts import read_toml

    return read_toml(path)[1]


def _checked(path: Path, found: dict[str, Any]) -> Settings:
    from pydantic import ValidationError

    from indicators.fault import DataError

    from .settings_file import SettingsFile

    try:
        file = SettingsFile.model_validate(found)
    except ValidationError as error:
        faults = {_fault(path.name, detail["loc"], detail["type"], found) for detail in error.errors()}
        raise DataError(faults) from None
    folder = path.parent
    return Settings(
        pair=file.pair or (),
        home=file.home,
        data=tuple(folder / each for each in file.data),
        recipe=str(folder / file.recipe) if file.recipe.endswith(".toml") else file.recipe,
        out=folder / file.out if file.out else None,
        seed=file.seed,
        draws=file.draws,
    )


def _fault(file: str, place: tuple[int | str, ...], kind: str, found: dict[str, Any]) -> Fault:
    """Say one pydantic error in the words of the other faults."""
    from indicators.fault import Fault, near

    key = str(place[0])
    if kind == "extra_forbidden":
        return Fault(
            file, 0, key, "an unknown key", f"one of {', '.join(WANTED)}", near(key, WANTED).capitalize()
        )
    return Fault(file, 0, key, repr(found[key])[:80], WANTED[key])
