"""How the demand of an economy is filled by the machines that it may buy, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def shares(order: Sequence[int] | Ints, reach: Floats, classes: Sequence[str]) -> Floats:
    """Share of demand that each machine fills, (B, machines); each row sums to 1.

    Classes fill demand in order of cost: the cheapest as much as access allows, the next its share of the
    rest, and so on. A class counts once, by its cheapest machine; what no class may fill goes to the
    dearest reached.

    Parameters
    ----------
    order
        Machines from the cheapest to the dearest, as a buyer expects them.
    reach : (B, machines) array
        Access; some machine of each row has access 1.
    classes
        Class of each machine.
    """
    result = np.zeros_like(reach)
    rest = np.ones(len(reach))
    last = np.full(len(reach), int(order[0]))
    taken: set[str] = set()
    for machine in order:
        if classes[machine] in taken:
            continue
        taken.add(classes[machine])
        free = reach[:, machine] > 0.0
        part = np.where(free, rest * reach[:, machine], 0.0)
        result[:, machine] = part
        rest = rest - part
        last = np.where(free, machine, last)
    result[np.arange(len(reach)), last] += rest
    return result


def paid(cost: Floats, filled: Floats, best: int) -> Floats:
    """Cost over that of the best machine, 10 to the mean log10 ratio weighted by shares, at least 1; (B,).

    Parameters
    ----------
    cost, filled : (B, machines) arrays
        Cost per token and share of demand.
    best
        Machine that a buyer without rules takes.
    """
    ratio = np.log10(cost / cost[:, [best]])
    return np.asarray(np.maximum(10.0 ** (filled * ratio).sum(axis=1), 1.0))
