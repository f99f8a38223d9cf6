"""Where `put` and `alone` stood before they moved to the ground floor; for work that is under way."""

from indicators.whole import alone, put

__all__ = ["alone", "put"]
