"""What an hour of an accelerator costs its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HOURS = 8766.0  # hours in a mean year


class Hour(NamedTuple):
    """USD per accelerator hour by part, (...) arrays."""

    machine: Floats
    building: Floats
    electricity: Floats
    operation: Floats

    @property
    def total(self) -> Floats:
        """Sum of the parts."""
        return np.asarray(self.machine + self.building + self.electricity + self.operation)


def annuity(rate: Floats | float, years: Floats | float) -> Floats:
    """Yearly payment for one unit of capital: r / (1 - (1 + r)^-n), and 1 / n where r is 0."""
    rate, years = np.asarray(rate, dtype=np.float64), np.asarray(years, dtype=np.float64)
    safe = np.where(rate == 0.0, 1.0, rate)
    return np.where(rate == 0.0, 1.0 / years, safe / (1.0 - (1.0 + safe) ** -years))


def accelerator_hour(  # noqa: PLR0913 - the inputs of one formula
    *,
    capex: Floats | float,
    power: Floats | float,
    load: Floats | float,
    pue: Floats | float,
    electricity: Floats | float,
    construction: Floats | float,
    operation: Floats | float,
    rate: Floats | float,
    it_life: Floats | float,
    facility_life: Floats | float,
) -> Hour:
    """USD per accelerator hour, owned.

    [capex A(r, n_IT) + c_fac 1000 kW A(r, n_fac)] / 8766 + kW load PUE p_el + kW opex.

    Parameters
    ----------
    capex
        Purchase cost per accelerator with its share of host and network, USD.
    power
        Rated power per accelerator with its share of host and network, kW.
    load, pue
        Share of the rated power drawn; facility over IT power.
    electricity, construction, operation
        USD per kWh; USD per watt of IT load; USD per kW of IT load and hour (staff, maintenance).
    rate, it_life, facility_life
        Cost of capital per year; years.
    """
    watts = 1000.0 * np.asarray(power)
    return Hour(
        machine=np.asarray(capex * annuity(rate, it_life) / HOURS),
        building=np.asarray(construction * watts * annuity(rate, facility_life) / HOURS),
        electricity=np.asarray(np.asarray(power) * load * pue * electricity),
        operation=np.asarray(np.asarray(power) * operation),
    )
