"""Treatment in two stages: test, treat, test again, and where it still fails treat in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from layers.shape import counted
from layers.treat.logs import log, log1p, log_ct, log_ct_orig, log_ct_plus, log_gii
from layers.treat.moments import fails, skew_kurtosis
from layers.treat.power import boxcox
from layers.treat.treated import Treated
from layers.treat.winsorise import Limits, ends, pulled
from layers.unfit import Unfit, require

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def none(x: Floats, reference: Mask) -> Treated:
    """Leave everything as it is."""
    del reference
    return Treated(x, np.zeros(x.shape, dtype=np.uint8))


TRANSFORMS: Final[dict[str, Callable[..., Treated]]] = {
    "none": none,
    "log": log,
    "log1p": log1p,
    "log_ct": log_ct,
    "log_ct_orig": log_ct_orig,
    "log_ct_plus": log_ct_plus,
    "log_gii": log_gii,
    "boxcox": boxcox,
}
"""What a stage may apply besides winsorising."""


def two_stage(  # noqa: PLR0913 - two stages and the limits between them are the method
    x: Floats,
    reference: Mask,
    *,
    first: str = "winsorise",
    second: str = "log_ct",
    from_original: bool = True,
    most: ArrayLike = 5,
    skew: ArrayLike = 2.0,
    kurtosis: ArrayLike = 3.5,
    force: bool = False,
) -> Treated:
    """Treat the indicators that fail the test, by another method where the first does not help.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    reference : (n,) array of bool
        Units that count.
    first : str
        `winsorise` or a name of `TRANSFORMS`.
    second : str
        A name of `TRANSFORMS`; `none` keeps what the first stage gave.
    from_original : bool
        The second stage starts again from the values as they came, else from what the first gave.
    most, skew, kurtosis, force
        As of `winsorise`; forced are only those that fail.

    Notes
    -----
    The sequence of the OECD/JRC handbook as COINr carries it out (function Treat): indicators that pass stay
    as they are; the second stage is for those that fail after the first.
    """
    firsts = ("winsorise", *TRANSFORMS)
    require("two_stage", "first", first, first in firsts, f"one of {', '.join(firsts)}")
    require("two_stage", "second", second, second in TRANSFORMS, f"one of {', '.join(TRANSFORMS)}")
    within = Limits(most, skew, kurtosis, force)
    done, failed = _first(x, reference, first, within)
    rows = np.flatnonzero(failed) if second != "none" else np.array([], dtype=np.int64)
    if not len(rows):
        return done
    n = x.shape[-1]
    start = (x if from_original else done.values).reshape(-1, n)[rows]
    # the second stage sees the rows that need it and no others: it may refuse what does not concern it
    again = _again(second, start, reference, rows % x.shape[1])
    values, mark = done.values.reshape(-1, n), done.mark.reshape(-1, n)
    values[rows], mark[rows] = again.values[0], np.where(again.mark[0] > 0, again.mark[0], mark[rows])
    return done


def _again(second: str, start: Floats, reference: Mask, indicator: NDArray[np.int64]) -> Treated:
    """Run the second stage on single rows; a refusal is told by the indicators that they are."""
    try:
        return TRANSFORMS[second](start[None], reference)
    except Unfit as unfit:
        cells = sorted({(int(indicator[row]), column) for row, column in unfit.cells})
        raise Unfit(unfit.method, unfit.need, tuple(cells)) from None


def _first(x: Floats, reference: Mask, name: str, limits: Limits) -> tuple[Treated, Mask]:
    """Carry the first stage out; also say which indicators fail after it."""
    if name == "winsorise":
        values, failed, rows = pulled(x, reference, limits)
        if limits.force:  # of those that fail alone: the others never come to the first stage
            at_first = _failing(x, reference, limits)
            values, failed = np.where(at_first[..., None], values, x), failed & at_first
        return Treated(values, ends(x, values, rows)), failed
    failed = _failing(x, reference, limits)[..., None]
    changed = TRANSFORMS[name](np.where(failed, x, np.nan), reference)
    values = np.where(failed, changed.values, x)
    return Treated(values, changed.mark), _failing(values, reference, limits)


def _failing(x: Floats, reference: Mask, limits: Limits) -> Mask:
    seen = counted(x, reference)
    _, skew, kurtosis = (each.reshape(x.shape[:-1]) for each in limits.rows(x.shape[:-1]))
    return fails(*skew_kurtosis(np.where(seen, x, 0.0), seen), skew, kurtosis)
