"""List prices in force on a day, and what they are worth at equal capability."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CENTRAL = "model-prices"  # the only catalogue that dates first-party Chinese prices
CARRY = timedelta(days=183)  # how long a reading speaks for a price nobody read since
LAG = timedelta(days=14)  # a snapshot younger than a price change by less may not have seen it
INPUT_SHARE = 0.75  # chat workload: three input tokens to one output token
ABSENT = 1.0  # log10 ratio of an economy that offers nothing at a level: the worst goalpost
GROUP = ["lab", "economy", "listing", "family", "capability_of"]
OFFER = [*GROUP, "model", "price", "low", "high", "output", "valid_from", "published", "source", "row"]


def blended(input_usd: pd.Series, output_usd: pd.Series) -> pd.Series:
    """Price of the chat workload, USD per million tokens: (3 input + output) / 4."""
    return INPUT_SHARE * input_usd + (1.0 - INPUT_SHARE) * output_usd


def in_force(prices: pd.DataFrame, on: date) -> pd.DataFrame:
    """Price rows that hold on a day.

    A row holds from `valid_from` until `valid_to` or `removed_by`, at most `CARRY` after its
    catalogue was last read; scheduled rows never hold. Of undated snapshots of one catalogue the
    newest counts. No reading after the day takes part.

    Parameters
    ----------
    prices
        The record table `prices`.
    on
        The day.

    Returns
    -------
    pandas.DataFrame
        The rows in force, with `price` (chat workload) added and `seen` at most the day.
    """
    day = pd.Timestamp(on)
    open_end = prices["valid_to"].isna() | (prices["valid_to"] > day)
    offered = prices["removed_by"].isna() | (prices["removed_by"] > day)
    fresh = day <= prices["seen"] + CARRY
    started = (prices["valid_from"] <= day) & (prices["status"] == "actual")
    rows = prices[started & open_end & offered & fresh].copy()
    rows["price"] = blended(rows["input_usd_per_mtok"], rows["output_usd_per_mtok"])
    rows["seen"] = rows["seen"].mask(rows["seen"] > day, day)
    rows["capability_of"] = rows["capability_of"].fillna("")
    newest = rows.groupby([*GROUP, "catalogue", "condition"])["valid_from"].transform("max")
    return rows[(rows["valid_from"] == newest) | (rows["catalogue"] == CENTRAL)]


def _charged(rows: pd.DataFrame) -> pd.DataFrame:
    """Of one model in one catalogue, the dearer thinking rate where there is one; no peak rates."""
    thinking = rows["condition"].eq("thinking")
    has = thinking.groupby([rows["catalogue"], rows["model"]]).transform("any")
    return rows[(thinking | ~has) & rows["condition"].ne("peak")]


def _withdrawn(prices: pd.DataFrame, rows: pd.DataFrame, on: date) -> pd.MultiIndex:
    """Return models that the central catalogue has known but no longer lists on the day."""
    known = prices[(prices["catalogue"] == CENTRAL) & (prices["valid_from"] <= pd.Timestamp(on))]
    known = known.assign(capability_of=known["capability_of"].fillna(""))
    listed = rows[rows["catalogue"] == CENTRAL]
    keys = pd.MultiIndex.from_frame(known[GROUP]).unique()
    return keys.difference(pd.MultiIndex.from_frame(listed[GROUP]))


def offers(prices: pd.DataFrame, on: date) -> pd.DataFrame:
    """One price per model and laboratory on a day, with the disagreement of the catalogues.

    Central: the cheapest row of the central catalogue, or a dated row that began after it was
    last read; where it never listed the model, the median of at least two others. `low`, `high`:
    cheapest and dearest catalogue (readings taken less than `LAG` after the central price began
    are left out), `high` also the peak-hour rate.

    Parameters
    ----------
    prices
        The record table `prices`.
    on
        The day.

    Returns
    -------
    pandas.DataFrame
        Columns of `GROUP` and model, price, low, high, output, valid_from, published, source,
        row; sorted by price and family.
    """
    rows = in_force(prices, on)
    cheapest = _charged(rows).sort_values(["price", "valid_from"], kind="stable")
    cheapest = cheapest.drop_duplicates([*GROUP, "catalogue"])
    cheapest = cheapest[~pd.MultiIndex.from_frame(cheapest[GROUP]).isin(_withdrawn(prices, rows, on))]
    central = cheapest["catalogue"] == CENTRAL
    main = pd.concat([_later(cheapest), cheapest[central], _medians(cheapest[~central])])
    main = main.drop_duplicates(GROUP).set_index(GROUP)
    seen = _comparable(cheapest, main).groupby(GROUP)["price"]
    peak = rows[rows["condition"] == "peak"].groupby(GROUP)["price"].max()
    main["output"] = main["output_usd_per_mtok"]
    main["low"] = pd.concat([main["price"], seen.min().reindex(main.index)], axis=1).min(axis=1)
    highs = [main["price"], seen.max().reindex(main.index), peak.reindex(main.index)]
    main["high"] = pd.concat(highs, axis=1).max(axis=1)
    table = main.reset_index()[OFFER]
    return table.sort_values(["price", "family"], kind="stable").reset_index(drop=True)


def _later(rows: pd.DataFrame) -> pd.DataFrame:
    """Return dated rows that began after the central catalogue was last read, the latest first."""
    read = rows[rows["catalogue"] == CENTRAL].set_index(GROUP)["seen"].rename("read")
    joined = rows.join(read, on=GROUP)
    dated = joined["valid_from"] < joined["seen"]
    return joined[dated & (joined["valid_from"] > joined["read"])].sort_values("valid_from", ascending=False)


def _comparable(rows: pd.DataFrame, main: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may disagree with the central price: read late enough, of the same mode."""
    dated = main["catalogue"].eq(CENTRAL)
    began = main["valid_from"].where(dated).rename("began")
    thought = main["condition"].eq("thinking").rename("thought")
    joined = rows.join(began, on=GROUP).join(thought, on=GROUP)
    late = joined["began"].isna() | (joined["seen"] > joined["began"] + LAG)
    same = joined["condition"].eq("thinking") | ~joined["thought"].eq(True)  # noqa: FBT003 (compares, not calls)
    return joined[late & same]


def _medians(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the cheapest row of each model held by two catalogues or more, at their median price."""
    groups = rows.groupby(GROUP)
    held = rows[groups["catalogue"].transform("size") >= 2].copy()
    for column in ("price", "output_usd_per_mtok"):
        held[column] = held.groupby(GROUP)[column].transform("median")
    return held.drop_duplicates(GROUP)


def cheapest_by(capability: Floats, price: Floats, code: NDArray[np.int64], level: Floats) -> Floats:
    """Cheapest price at or above each capability level, by group.

    Parameters
    ----------
    capability, price
        Draws by models, (B, m).
    code
        Group of each model, (m,), 0 .. groups - 1.
    level
        Capability levels, (L,).

    Returns
    -------
    numpy.ndarray
        (B, L, groups); infinite where a group has no model at the level.
    """
    able = np.where(capability[:, None, :] >= level[None, :, None], price[:, None, :], np.inf)
    groups = [able[:, :, code == g].min(axis=2, initial=np.inf) for g in range(code.max() + 1)]
    return np.stack(groups, axis=2)


def log_ratio(cheapest: Floats) -> Floats:
    """log10 of each group's cheapest price over the cheapest of all, mean over the levels.

    A group without a model at a level, or with a dearer one, counts `ABSENT` there: an offer is never worse
    than none. Levels nobody reaches do not count.
    (B, L, groups) -> (B, groups).
    """
    best = cheapest.min(axis=2, keepdims=True)
    with np.errstate(invalid="ignore"):
        ratio = np.where(np.isfinite(cheapest), np.minimum(np.log10(cheapest / best), ABSENT), ABSENT)
    reached = np.isfinite(best)
    total = np.where(reached, ratio, 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(reached.sum(axis=1), 1))


def within_twice(cheapest: Floats, owner: NDArray[np.int64]) -> Floats:
    """Laboratories within twice the cheapest price, by economy, mean over the levels.

    (B, L, laboratories) and the economy of each laboratory -> (B, economies).
    """
    best = cheapest.min(axis=2, keepdims=True)
    near = np.isfinite(cheapest) & (cheapest <= 2.0 * best)
    counts = [near[:, :, owner == e].sum(axis=2) for e in range(owner.max() + 1)]
    return np.asarray(np.stack(counts, axis=2).mean(axis=1))


def on_front(capability: Floats, price: Floats) -> NDArray[np.bool_]:
    """Models that no other beats: none at least as capable is cheaper, none as cheap is abler.

    (B, m) -> (B, m). Equal models stand on the front together. In order of price, the abler first, a
    model is on the front if it is abler than all before it, or equal to one that is.
    """
    order = np.lexsort((-capability, price), axis=-1)
    able, cost = (np.take_along_axis(x, order, axis=-1) for x in (capability, price))
    before = np.full_like(able, -np.inf)
    before[:, 1:] = np.maximum.accumulate(able, axis=-1)[:, :-1]
    first = np.tile(np.arange(able.shape[-1]), (len(able), 1))
    first[:, 1:][(able[:, 1:] == able[:, :-1]) & (cost[:, 1:] == cost[:, :-1])] = 0
    ahead = np.take_along_axis(able > before, np.maximum.accumulate(first, axis=-1), axis=-1)
    front = np.empty_like(ahead)
    np.put_along_axis(front, order, ahead, axis=-1)
    return front


def front_share(capability: Floats, price: Floats, code: NDArray[np.int64], floor: float) -> Floats:
    """Share of the points on the price-capability front held by each group, (B, groups).

    Only models at or above the capability `floor` are points.
    """
    front = on_front(capability, price) & (capability >= floor)
    held = [front[:, code == g].sum(axis=1) for g in range(code.max() + 1)]
    total = np.maximum(front.sum(axis=1), 1)
    return np.asarray(np.stack(held, axis=1) / total[:, None])
