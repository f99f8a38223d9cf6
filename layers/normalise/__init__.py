"""Normalisation to 0-100: one method a function on (B, J, n) arrays, units last, higher is better already."""

from layers.normalise.methods import METHODS

__all__ = ["METHODS"]
