"""What the models on sale can do: layer 1's capability, joined to the offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from datetime import date

RELEASE = ["family", "released"]
TAKEN = ["capability", "sd", "basis"]


def released_by(releases: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return the rows of layer 1's releases that were out on a day, oldest first; the index is kept."""
    return releases[releases["released"] <= pd.Timestamp(on)]


def with_capability(
    offered: pd.DataFrame, releases: pd.DataFrame, models: pd.DataFrame, on: date
) -> pd.DataFrame:
    """Offers whose model layer 1 places, with its figure.

    An offer that names an entry of the published index (`capability_of`) keeps that entry's score: two
    modes of one release may be sold apart. One that names none takes the newest release of its family.
    Releases after the day take no part.

    Parameters
    ----------
    offered
        What `prices.offers` returns.
    releases
        What `layers.frontier_capability.capability.releases` returns.
    models
        The record table `models`: index entry to family, release date and score.
    on
        The day.

    Returns
    -------
    pandas.DataFrame
        The offers in their order with `release` (index in `releases`, the same for all listings of one
        release), `capability` and `sd` (index points) and `basis` ("published" or "crosswalk").
    """
    out = released_by(releases, on)
    keyed = out[RELEASE].assign(release=out.index)
    listed = models.loc[models["eci"].notna(), ["model", "eci", *RELEASE]].merge(keyed, on=RELEASE)
    best = listed.sort_values("eci", ascending=False, kind="stable").drop_duplicates("model")
    placed = offered.join(best.set_index("model")[["eci", "release"]], on="capability_of")
    newest = keyed.drop_duplicates("family", keep="last").set_index("family")["release"]
    unnamed = placed["capability_of"].eq("")
    placed["release"] = placed["release"].where(~unnamed, placed["family"].map(newest))
    placed = placed[placed["release"].notna()].astype({"release": "int64"}).join(out[TAKEN], on="release")
    return placed.assign(capability=placed["eci"].fillna(placed["capability"])).drop(columns="eci")
