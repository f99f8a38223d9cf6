"""Values that a fitted model drew together: one row for all cells of a family, so that they move together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.fault import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

ROWS: Final = 1000
"""Rows of every posterior, P: one index picks the same row of everything that a family holds."""
_KEPT: Final = 14
"""Bits kept of the 23 of a float32's fraction: some four significant digits, in half of the bytes."""


@dataclass(frozen=True)
class Posterior:
    """Joint draws of some indicators of some economies.

    Attributes
    ----------
    family : str
        Draws of one family share their row: `capability`, `token_cost`, `adoption`.
    codes, economies : tuple of str
        Indicators and economies.
    values : (P, codes, economies) array of float64
        In the unit of the indicator, P = `ROWS`; NaN where the model says nothing of a cell, which is then
        drawn from its own interval.
    """

    family: str
    codes: tuple[str, ...]
    economies: tuple[str, ...]
    values: Floats

    def __post_init__(self) -> None:
        """Hold the shape to what is described."""
        shape = (ROWS, len(self.codes), len(self.economies))
        if self.values.shape != shape:
            raise _misshapen(self.family, self.values.shape, shape)

    def stored(self) -> Posterior:
        """Return what is left after storing, four significant digits: fresh and stored are the same."""
        return Posterior(self.family, self.codes, self.economies, _restored(_packed(self.values)))


@dataclass(frozen=True)
class Joint:
    """The cells of a grid that a family draws.

    Attributes
    ----------
    family : str
        Name of the row index in a draw.
    rows, columns : (cells,) arrays of int64
        Indicator and unit.
    values : (P, cells) array of float64
        In the unit of the indicator, NaN where the cell's own error model holds.
    """

    family: str
    rows: Ints
    columns: Ints
    values: Floats


def _misshapen(family: str, found: tuple[int, ...], expected: tuple[int, ...]) -> UsageError:
    return UsageError(f"posterior {family!r} has values of shape {found}, expected {expected}")


def _packed(values: Floats) -> NDArray[np.uint32]:
    """Round to the kept bits of a float32; NaN stays NaN, zero stays zero."""
    bits = np.where(np.isnan(values), np.nan, values).astype(np.float32).view(np.uint32)
    half, mask = np.uint32(1 << (22 - _KEPT)), np.uint32(0xFFFFFFFF << (23 - _KEPT) & 0xFFFFFFFF)
    return np.where(np.isfinite(values), (bits + half) & mask, np.float32(np.nan).view(np.uint32))


def _restored(bits: NDArray[np.uint32]) -> Floats:
    return bits.view(np.float32).astype(np.float64)


def write(posteriors: Sequence[Posterior], path: Path) -> str:
    """Write posteriors as one compressed file, the same bytes each time, and return its hash.

    Parameters
    ----------
    posteriors : sequence of Posterior
        Of one layer.
    path : Path
        Where to.
    """
    parts: dict[str, NDArray[np.generic]] = {}
    for place, each in enumerate(posteriors):
        bits = np.moveaxis(_packed(each.values), 0, -1)  # (codes, economies, P): alike beside alike
        # Bytes of one significance together: the empty low ones then vanish in the compression.
        planes = np.ascontiguousarray(bits.astype("<u4")).view(np.uint8).reshape(*bits.shape, 4)
        parts[f"{place}_names"] = np.array([each.family, *each.codes, "", *each.economies])
        parts[f"{place}_planes"] = np.ascontiguousarray(np.moveaxis(planes, -1, 0))
    np.savez_compressed(path, allow_pickle=False, **parts)
    return digest(path)


def digest(path: Path) -> str:
    """Hash of a file, empty where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def read(path: Path) -> tuple[Posterior, ...]:
    """Read what `write` wrote."""
    found = []
    with np.load(path, allow_pickle=False) as parts:
        for place in range(len(parts.files) // 2):
            family, *names = parts[f"{place}_names"].tolist()
            gap = names.index("")
            planes = np.ascontiguousarray(np.moveaxis(parts[f"{place}_planes"], 0, -1))
            bits = planes.view("<u4")[..., 0].astype(np.uint32)
            values = _restored(np.ascontiguousarray(np.moveaxis(bits, -1, 0)))
            found.append(Posterior(family, tuple(names[:gap]), tuple(names[gap + 1 :]), values))
    return tuple(found)


def joint(
    posteriors: Iterable[Posterior], codes: Sequence[str], units: Sequence[str], taken: Mask
) -> dict[str, Floats]:
    """Lay posteriors over indicators x units.

    Parameters
    ----------
    posteriors : iterable of Posterior
        Of all layers.
    codes, units : sequence of str
        J indicators and n units.
    taken : (J, n) array of bool
        Cells whose value a layer computed: what stands in a file, or was set, is not drawn by a model.

    Returns
    -------
    dict of str to (P, J, n) array
        By family; NaN where it says nothing.
    """
    found: dict[str, Floats] = {}
    for each in posteriors:
        pairs = [(codes.index(code), k) for k, code in enumerate(each.codes) if code in codes]
        if not pairs:
            continue
        held = found.setdefault(each.family, np.full((ROWS, *taken.shape), np.nan))
        places = [(units.index(unit), k) for k, unit in enumerate(each.economies) if unit in units]
        for j, code in pairs:
            for i, economy in places:
                if taken[j, i]:
                    held[:, j, i] = each.values[:, code, economy]
    return found


def cells(found: dict[str, Floats]) -> tuple[Joint, ...]:
    """Keep the cells of which a family says anything."""
    joints = []
    for family, values in sorted(found.items()):
        rows, columns = np.nonzero(np.isfinite(values).any(axis=0))
        if len(rows):
            joints.append(Joint(family, rows, columns, np.ascontiguousarray(values[:, rows, columns])))
    return tuple(joints)
