"""The best accelerator designed at home, shown beside the scored cost of a token."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from layers.inference_cost.value import Value

if TYPE_CHECKING:
    import pandas as pd

SHOWN = {
    "best_accelerator_memory_bandwidth_tbps": "memory_bandwidth_tbps",
    "best_accelerator_fp16_tflops": "fp16_dense_tflops",
}


def best_values(accelerators: pd.DataFrame, column: str) -> list[Value]:
    """Return the highest value of a column among the released chips of each economy's designers."""
    rows = accelerators[(accelerators["status"] == "actual") & accelerators[column].notna()]
    out = []
    for economy, group in rows.groupby("economy", sort=True):
        best = group.sort_values([column, "released"], ascending=[False, True], kind="stable").iloc[0]
        record = Value(
            economy=str(economy),
            value=float(best[column]),
            low=nan,
            high=nan,
            date=str(best["released"].date()),
            published=str(best["published"].date()),
            source=str(best["source"]),
            file="accelerators.csv",
            row=int(best["row"]),
            note=f"{best['name']} of {best['vendor']}",
        )
        out.append(record)
    return out
