"""Parquet: whether it can be written, and the long rows of an answer in it; needs the extra `parquet`."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from indicators.fault import UsageError
from reports.document import Row, rows

if TYPE_CHECKING:
    from scoring.answer import Answer

NUMBERS = frozenset(("value", "low", "high"))


def needs_parquet(what: str) -> None:
    """Refuse early where Parquet cannot be written.

    Parameters
    ----------
    what : str
        What writes it, for the message.

    Raises
    ------
    UsageError
        If the extra is not installed.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        message = f"{what} writes Parquet and needs the extra parquet: pip install 'fourlayers[parquet]'"
        raise UsageError(message) from None


def as_parquet(answer: Answer) -> bytes:
    """Bytes of a Parquet file with the rows of `score.csv`: dates, numbers as doubles, the rest texts.

    The metadata of the file name version, run and state; the same answer gives the same bytes with the same
    version of pyarrow.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    told = list(rows(answer))
    columns = {name: [getattr(row, name) for row in told] for name in Row._fields}
    arrays = {
        name: pa.array(cells, pa.float64() if name in NUMBERS else pa.string())
        for name, cells in columns.items()
    }
    arrays["date"] = arrays["date"].cast(pa.date32())
    said = {"fourlayers": answer.version, "fingerprint": answer.fingerprint, "as_of": str(answer.as_of)}
    out = io.BytesIO()
    pq.write_table(pa.table(arrays).replace_schema_metadata(said), out, compression="zstd")
    return out.getvalue()
