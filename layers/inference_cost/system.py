"""An accelerator system as the physics of a token sees it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class System:
    """One row of the table `systems`; figures are per accelerator.

    Attributes
    ----------
    rates : tuple of (str, float)
        Peak rate by number format, TFLOP/s without sparsity.
    memory : float
        GB.
    bandwidth : float
        Of the memory, TB/s.
    scale_up, domain : float, int
        Links within the domain, GB/s per direction; accelerators in it.
    scale_out : float
        Network out of the domain, Gbit/s.
    tile : int
        Rows that a matrix instruction takes at once.
    """

    name: str
    vendor: str
    economy: str
    generation: str
    item: str
    rates: tuple[tuple[str, float], ...]
    memory: float
    bandwidth: float
    scale_up: float
    domain: int
    scale_out: float
    tile: int
