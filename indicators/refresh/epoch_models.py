"""Epoch AI, all models: those that it lists as notable, with training computation, into the table notable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indicators.period import period_end

from .epoch_names import ALPHABET, EPOCH_HOSTS, LICENCE, PRODUCER, open_weights, parts, places
from .forms import Line, number, shape, table_of
from .fresh import Fresh, Origin, by, cell
from .trouble import refused

if TYPE_CHECKING:
    from indicators.imports.places import Places

    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = EPOCH_HOSTS
ADDRESS: Final = "https://epoch.ai/data/all_ai_models.csv"
COLUMNS: Final = (
    *("Model", "Organization", "Publication date", "Parameters", "Training compute (FLOP)", "Confidence"),
    *("Country (of organization)", "Notability criteria", "Model accessibility"),
)
UNKNOWN: Final = "XXX"
"""Stands for a place whose code is not known, so that the others keep their equal shares."""
CONFIDENCES: Final = ("Confident", "Likely", "Speculative", "Unknown")


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return the notable models; of those that are held, organisation and economies stay as decided."""
    body = fetch(ADDRESS)
    known = {(row["model"], row["date"]): row for row in held.rows("notable")}
    rows = list(notable(body, known).values())
    origin = Origin(
        key="epoch_notable_live",
        producer=PRODUCER,
        title="AI models: those listed as notable",
        page="https://epoch.ai/data/ai-models",
        licence=LICENCE,
    )
    return [Fresh("notable", tuple(rows), origin, body, by(PRODUCER), shown=("compute_flop",))]


def notable(
    body: Body, known: dict[tuple[str, str], dict[str, str]]
) -> dict[tuple[str, str], dict[str, str]]:
    """Return one row per notable model with a date.

    Raises
    ------
    SourceError
        If the file has another form.
    """
    named, out = places(), {}
    for line in table_of(body, COLUMNS):
        cells = line.cells
        if not cells["Notability criteria"] or not cells["Publication date"]:
            continue
        row = _row(body, line)
        key = row["model"], row["date"]
        if key not in known:
            row |= {"organisation": cells["Organization"], **_economies(body, line, named)}
        out[key] = row
    shape(body, holds=bool(out), expected="models with criteria of notability")
    return out


def _row(body: Body, line: Line) -> dict[str, str]:
    cells = line.cells
    where = f"{body.address}, line {line.number}"
    try:
        period_end(cells["Publication date"])
    except ValueError as error:
        raise refused(body.address, f"line {line.number}, Publication date: {error}") from None
    compute, parameters = (
        cell(number(cells[name], where)) if cells[name] else ""
        for name in ("Training compute (FLOP)", "Parameters")
    )
    confidence = cells["Confidence"] or "Unknown"
    shape(body, holds=confidence in CONFIDENCES, expected=f"a confidence of {', '.join(CONFIDENCES)}")
    return {
        "model": cells["Model"],
        "date": cells["Publication date"],
        "compute_flop": compute,
        "parameters": parameters,
        "confidence": confidence,
        "criteria": cells["Notability criteria"],
        "open_weights": open_weights(cells["Model accessibility"]),
    }


def _economies(body: Body, line: Line, named: Places) -> dict[str, str]:
    """Return the economies of all organisations by headquarters, and a note where the source differs."""
    listed, out = parts(line.cells["Country (of organization)"]), []
    for country in listed:
        economy = named.economy(country)
        if economy is None:
            found = f"line {line.number}: {country!r}, which may mean more than one economy"
            raise refused(body.address, found)
        out.append(economy or _code(country))
    codes = list(dict.fromkeys(filter(None, out)))
    organisations = parts(line.cells["Organization"])
    mine = [each for each in organisations if ALPHABET.search(each)]
    if not mine or (len(mine) == len(organisations) and codes == ["USA"]):
        return {"economies": ";".join(codes), "note": ""}
    others = [code for code in codes if code not in ("USA", "GBR")] if len(mine) < len(organisations) else []
    note = f"Alphabet counted as USA; Epoch lists {';'.join(codes)}"
    return {"economies": ";".join(["USA", *others]), "note": note}


def _code(country: str) -> str:
    """Return the ISO 3166-1 code of a place that is not scored, by its name or the one name that holds it."""
    from indicators.imports.places import others

    word = country.casefold()
    exact = [code for code, name in others().items() if name == word]
    part = [code for code, name in others().items() if word in name]
    return exact[0] if exact else part[0] if len(part) == 1 else UNKNOWN
