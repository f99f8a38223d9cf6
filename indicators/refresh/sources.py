"""Which live sources there are, and a run over some of them: one that fails leaves the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indicators.fault import UsageError, unknown

from .fetch import Fetch, Limits
from .merge import Difference, merge
from .trouble import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .held import Held


class Live(NamedTuple):
    """One live source.

    Attributes
    ----------
    name : str
        What the user calls it.
    home : str
        Module of its adapter, which has `HOSTS` and `read`.
    says : str
        What it gives.
    licence : str
        On which terms.
    """

    name: str
    home: str
    says: str
    licence: str


_UNFORESEEN: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an adapter stumbles over when a source has changed in a way that nobody thought of."""
LIMITS: Final = Limits()
SOURCES: Final = (
    Live("epoch-benchmarks", "epoch_hub", "benchmark scores", "CC BY 4.0"),
    Live("epoch-eci", "epoch_scores", "capabilities index", "CC BY 4.0"),
    Live("epoch-models", "epoch_models", "notable models, computation", "CC BY 4.0"),
    Live("epoch-clusters", "epoch_clusters", "AI clusters", "CC BY 4.0"),
    Live("model-prices", "price_model", "list prices with their history", "MIT"),
    Live("genai-prices", "price_genai", "list prices as of today", "MIT"),
    Live("microsoft", "microsoft", "people who use AI, by wave", "MIT"),
    Live("github", "github", "developers, by quarter", "CC0 1.0"),
    Live("owid", "owid", "electricity (Ember)", "CC BY 4.0"),
    Live("eurostat", "eurostat", "firms that use AI, Europe", "CC BY 4.0"),
    Live("world-bank", "world_bank", "population, output, broadband", "CC BY 4.0"),
    Live("vibrancy", "vibrancy", "private investment, new companies", "CC BY-ND 4.0"),
    Live("openrouter", "openrouter", "tokens by maker, one reading", "not stated"),
)


@dataclass
class Read:
    """What a run over sources gave.

    Attributes
    ----------
    differences : dict of str to list of Difference
        By source, for each pair.
    failed : dict of str to str
        Why a source could not be read.
    """

    differences: dict[str, list[Difference]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Pairs that are not as they were."""
        every = [each for found in self.differences.values() for each in found]
        return sorted({each.name for each in every if each.differs})


def chosen(words: Sequence[str]) -> tuple[Live, ...]:
    """Return the sources that a user names, all without a name; `epoch` is every source that begins so.

    Raises
    ------
    UsageError
        With near names, if there is none such.
    """
    found: dict[str, Live] = {}
    for word in words:
        wanted = word.strip().lower().replace("_", "-")
        named = [each for each in SOURCES if each.name == wanted or each.name.startswith(f"{wanted}-")]
        if not wanted or not named:
            raise unknown("source", word, [each.name for each in SOURCES])
        found |= {each.name: each for each in named}
    return tuple(each for each in SOURCES if not words or each.name in found)


def read_all(
    sources: Sequence[Live],
    held: Held,
    limits: Limits = LIMITS,
    told: Callable[[Live], None] | None = None,
) -> Read:
    """Fetch and merge; what a failing source had merged is taken back, the others stand.

    Parameters
    ----------
    sources : sequence of Live
        Which.
    held : Held
        What is known; `held.merged` takes the new files.
    limits : Limits
        Of every address.
    told : callable, optional
        Told of each source before it is asked.
    """
    out = Read()
    for live in sources:
        if told:
            told(live)
        before = dict(held.merged)
        try:
            adapter: Any = import_module(f"indicators.refresh.{live.home}")
            fetch = Fetch(adapter.HOSTS, limits)
            out.differences[live.name] = [merge(held, each) for each in adapter.read(fetch, held)]
        except (SourceError, UsageError) as error:
            held.merged = before
            out.failed[live.name] = str(error)
        except _UNFORESEEN as error:
            held.merged = before
            out.failed[live.name] = f"it has a form that its adapter does not know ({error!r})"
    return out
