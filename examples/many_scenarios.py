"""Several scenarios in one table, as for a note: one row each, the move of the overall gap by year."""

from __future__ import annotations

import pandas as pd

import fourlayers as fl

NAMES = ("price-war", "price-convergence", "export-controls-loosen", "export-controls-tighten+price-war")


def table(names: tuple[str, ...] = NAMES) -> pd.DataFrame:
    """Return the difference of the overall gap, United States minus China, in points: scenarios x years."""
    facts = fl.load()  # read once for all of them
    rows = {}
    for name in names:
        found = fl.run(name, facts, draws=0).frame()
        overall = found[(found["node"] == "overall") & (found["measure"] == "difference")]
        rows[name] = overall.set_index("year")["value"].astype(float).round(1)
    return pd.DataFrame(rows).T


if __name__ == "__main__":
    print(table().to_string())
