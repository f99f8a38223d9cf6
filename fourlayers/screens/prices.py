"""The screens of `prices`: what is on sale and where catalogues disagree; one model's prices over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indicators.fault import unknown
from layers.inference_cost.prices import disagreements, offered, series

from .layout import blocks, padded, wrapped

if TYPE_CHECKING:
    import pandas as pd

    from indicators.facts import Facts

ON_SALE: Final = (29, 17, 8, 8, 7, 11)
APART: Final = (27, 12, 20, 20)
DATED: Final = (12, 8, 8, 8, 16, 14, 11)


def shelf_screen(facts: Facts) -> str:
    """Everything on sale on the date, the cheapest first, and the prices on which catalogues disagree."""
    table = offered(facts, facts.date)
    head = [
        f"List prices on {facts.date}, USD per million tokens, of the laboratories",
        f"{len(table)} models; blend: three tokens of input to one of output",
    ]
    apart = disagreements(table)
    return blocks(
        (
            head,
            _on_sale(table),
            _apart(apart),
            ["Next: fourlayers prices MODEL   its prices since they are dated"],
        )
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_dict("records")  # type: ignore[assignment]
    return rows


def _on_sale(table: pd.DataFrame) -> list[str]:
    lines = [padded(("model", "laboratory", "blend", "input", "output", "since"), ON_SALE)]
    for row in _records(table):
        rates = (f"{row['price']:.3g}", f"{row['input']:.3g}", f"{row['output']:.3g}")
        lines.append(padded((row["listing"], row["lab"], *rates, str(row["valid_from"].date())), ON_SALE))
    return lines


def _apart(table: pd.DataFrame) -> list[str]:
    if table.empty:
        return ["Catalogues agree on every price."]
    lines = [padded((f"Catalogues disagree on {len(table)}", "laboratory", "cheapest", "dearest"), APART)]
    for row in _records(table):
        low = f"{row['low']:.3g} {row['cheapest']}"
        high = f"{row['high']:.3g} {row['dearest']}"
        lines.append(padded((row["model"], row["lab"], low, high), APART))
    return lines


def series_screen(facts: Facts, model: str) -> str:
    """Prices of one model since they are dated.

    Raises
    ------
    UsageError
        With near names, where no price list has the model.
    """
    table = facts.table("prices")
    listing = _listing(table, model)
    rows = series(table, listing, facts.date)
    lab = table.loc[table["listing"].eq(listing), "lab"].iloc[0]
    head = [f"{listing} ({lab}): list price, USD per million tokens, until {facts.date}"]
    steps = facts.table("price_tiers")
    held = sorted({int(above) for above in steps.loc[steps["listing"].eq(listing), "above_tokens"]})
    notes = (
        [f"dearer for prompts longer than {', '.join(f'{above:,}' for above in held)} tokens"] if held else []
    )
    lines = [padded(("from", "input", "cached", "output", "catalogues", "condition", "until"), DATED)]
    for row in _records(rows):
        ends = f"{row['low']:.3g} to {row['high']:.3g}" if row["high"] > row["low"] else "agree"
        ends_on = row["valid_to"]
        until = "" if ends_on is None or ends_on != ends_on else str(ends_on.date())  # noqa: PLR0124 - NaT
        rates = [f"{row[name]:.3g}" for name in ("input", "cached", "output")]
        lines.append(padded((str(row["from"].date()), *rates, ends, row["condition"], until), DATED))
    shown = lines if len(lines) > 1 else ["  not on sale on any day known"]
    return blocks((head, shown, [line for note in notes for line in wrapped(f"~ {note}")]))


def _listing(table: pd.DataFrame, model: str) -> str:
    """Entry of a price list that a user means: its name, or an identifier of a catalogue."""
    wanted = model.strip().lower()
    names = set(table["listing"])
    for name in (wanted, wanted.replace(".", "-").replace("_", "-").replace(" ", "-")):
        if name in names:
            return name
    known = table[table["model"].str.lower().eq(wanted)]
    if len(known):
        return str(known.iloc[0]["listing"])
    raise unknown("model", model, names)
