"""What the site adds to the cost of an accelerator hour: the same machine in every economy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.inference_cost.amount import fixed
from layers.inference_cost.token_cost import hour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from layers.inference_cost.case import Case
    from layers.inference_cost.normals import Normals
    from layers.inference_cost.prices_paid import Book

    Floats = NDArray[np.float64]

BY_SITE = ("electricity", "pue", "construction", "cost_of_capital")


def at_site(case: Case, book: Book, economy: str) -> Case:
    """Return a case moved to another economy: electricity, cooling, building, capital cost are those there.

    Raises
    ------
    UsageError
        If the economy has no site.
    """
    found = book.amounts(case.system.name, economy)
    moved: dict[str, Any] = {name: found[name] for name in BY_SITE}
    return replace(case, economy=economy, **moved)


def hours(case: Case, book: Book, economies: Sequence[str], normals: Normals) -> Floats:
    """USD per hour of the same machine at every site, (B, economies)."""
    moved = [at_site(case, book, economy) for economy in economies]
    return np.stack([hour(each, normals).total + np.zeros(normals.size) for each in moved], axis=1)


def mean_site(case: Case, book: Book) -> Case:
    """Return a case at the mean site: each amount averaged over the economies held, without doubt."""
    moved = [at_site(case, book, economy) for economy in sorted(book.sites)]
    means = {name: float(np.mean([getattr(each, name).value for each in moved])) for name in BY_SITE}
    source = "mean of the economies held"
    amounts: dict[str, Any] = {name: fixed(value, source) for name, value in means.items()}
    return replace(case, economy="world", **amounts)
