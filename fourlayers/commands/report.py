"""`fourlayers report`."""

from __future__ import annotations

from fourlayers.command import FINE, say, show
from fourlayers.request import answer, facts, request
from fourlayers.settings import read_settings
from fourlayers.writing import default_folder, prepared, write_report

from .options import AsOf, Data, Draws, Economy, Home, KnownBy, Lens, Out, Recipe, Seed


def report(
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    out: Out = None,
    home: Home = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    draws: Draws = None,
    seed: Seed = None,
) -> int:
    """Write the PDF, all charts and the scores into one folder (default: out/usa-vs-chn)."""
    settings = read_settings()
    asked = request(
        settings,
        first,
        second,
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        draws=draws,
        seed=seed,
        home=home,
    )
    if named := out or settings.out:
        prepared(named)  # before the long part: a folder that cannot be is said at once
    known = facts(asked)
    found = answer(asked)
    folder = named or default_folder(found)
    say(f"writing to {folder}")
    show("\n".join(map(str, write_report(found, known, folder))))
    return FINE
