"""A CSV of very many rows, checked by whole columns; a row not plainly in order goes to the exact reader."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

from .cells import decode, parse_number, read_bytes
from .fault import MOST_FAULTS, Fault, too_many
from .observations import (
    COLUMNS,
    DEFAULTS,
    REQUIRED,
    VOCABULARY,
    again,
    converted,
    read_observations,
)
from .period import period_end, period_start
from .schema import SCORED_STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from .observations import Row
    from .schema import Indicator

LONG: Final = 2 * 2**20
"""Bytes from which a file is read by columns; below, pandas takes longer to come than the rows."""
NUMBERS: Final = ("value", "low", "high")
KEY: Final = ("economy", "date", "instrument", "status")


def read_rows(
    path: Path,
    indicator: Indicator,
    economies: frozenset[str],
    *,
    telling: bool = False,
    told: Callable[[float], None] | None = None,
) -> tuple[list[Row], list[Fault]]:
    """Read the observations of one indicator, however many they are.

    Parameters
    ----------
    path, indicator, economies
        As of `read_observations`, which decides about every row that is not plainly in order.
    telling : bool
        Of a long file only the rows that the rules of the checker can turn on: the newest of each economy,
        one of each source, and those dated after their source was read.
    told : callable, optional
        Is told the share done, 0 to 1.

    Returns
    -------
    rows, faults
        As of `read_observations`.
    """
    if not path.is_file() or path.stat().st_size < LONG:
        return read_observations(path, indicator, economies)
    tell = told or _nobody
    raw = read_bytes(path, path.name, [])
    long = _structured(raw, path.name, indicator, economies, tell)
    found = None if long is None else long.faults()
    if long is None or found is None:
        return read_observations(path, indicator, economies)
    tell(0.9)
    places = long.telling() if telling else None
    return ([], found) if found else (long.rows(places), [])


def _nobody(_: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class _Texts:
    """A column of texts: the different ones, stripped, and which of them stands in each row."""

    different: tuple[str, ...]
    place: NDArray[np.intp]

    @classmethod
    def of(cls, cells: Any, default: str) -> Self:  # noqa: ANN401 - a column of a frame
        """Take a categorical column; texts that are one when stripped become one."""
        import numpy as np

        stripped = [str(text).strip() or default for text in cells.cat.categories]
        order = {text: k for k, text in enumerate(dict.fromkeys(stripped))}
        renumbered = np.array([order[text] for text in stripped], dtype=np.intp)
        return cls(tuple(order), renumbered[cells.cat.codes.to_numpy()])

    def spread(self, values: Sequence[Any], dtype: Any = None) -> NDArray[Any]:  # noqa: ANN401 - any type
        """Give every row the value of its text."""
        import numpy as np

        held = np.empty(len(values), dtype=dtype or object)
        held[:] = values
        return held[self.place]


@dataclass
class _Long:
    """A file whose every line has as many cells as its header, and no quotes."""

    raw: bytes
    file: str
    indicator: Indicator
    economies: frozenset[str]
    ends: NDArray[np.int64]
    """Where each line ends."""
    texts: dict[str, _Texts]
    numbers: dict[str, NDArray[np.float64]]
    empty: dict[str, NDArray[np.bool_]]

    @property
    def size(self) -> int:
        return len(self.ends) - 1

    @cached_property
    def _days(self) -> tuple[NDArray[np.int64], ...]:
        """First and last day of each date, then of each publication, as ordinals; -1 for none."""
        columns = [self.texts[name] for name in ("date", "published")]
        spans = {text: _span(text) for text in {*columns[0].different, *columns[1].different}}
        return tuple(
            column.spread([spans[text][end] for text in column.different], "int64")
            for column in columns
            for end in (0, 1)
        )

    @cached_property
    def plain(self) -> NDArray[np.bool_]:
        """Rows in which certainly nothing is wrong; the exact rules stand in `observations`."""
        import numpy as np

        first, _, _, last = self._days
        known = {
            "economy": self.economies,
            "source": frozenset(self.indicator.sources),
            **{name: frozenset(words) for name, words in VOCABULARY.items()},
        }
        fine = first >= 0
        for name, words in known.items():
            column = self.texts[name]
            fine &= column.spread([text in words for text in column.different], "bool")
        unsaid = self.texts["published"].spread(
            [not text for text in self.texts["published"].different], "bool"
        )
        early = (last < first) & (self._is("status", ("actual",)))
        fine &= unsaid | ((last >= 0) & ~early)
        least, most = self.indicator.range
        value, low, high = (self.numbers[name] for name in NUMBERS)
        ranged = ~self.empty["low"] & ~self.empty["high"]
        bare = self.empty["low"] & self.empty["high"]
        with np.errstate(invalid="ignore"):
            within = [np.isfinite(it) & (it >= least) & (it <= most) for it in (value, low, high)]
            ordered = within[1] & within[2] & (low <= value) & (value <= high)
        kind = self._is("interval_kind", ("",))
        return fine & within[0] & ((bare & kind) | (ranged & ordered & ~kind))

    def _is(self, name: str, words: Sequence[str]) -> NDArray[np.bool_]:
        column = self.texts[name]
        return column.spread([text in words for text in column.different], "bool")

    def faults(self) -> list[Fault] | None:
        """Everything that is wrong; None where the exact reader has to go through all rows."""
        import numpy as np

        faults: list[Fault] = []
        for place in np.flatnonzero(~self.plain).tolist():
            wrong = converted(self._row(place), self.indicator, self.economies)
            if not wrong:
                return None
            faults += [Fault(self.file, place + 2, *parts) for parts in wrong]
            if too_many(faults, self.file, place + 2):
                return faults
        return faults + self._twice()

    def _row(self, place: int) -> Row:
        """One row as texts."""
        header = next(csv.reader([self.raw[: self.ends[0]].decode()]))
        line = self.raw[self.ends[place] + 1 : self.ends[place + 1]].decode()
        cells = dict(zip(map(str.strip, header), map(str.strip, line.split(",")), strict=True))
        return {name: cells.get(name, "") for name in COLUMNS}

    def _twice(self) -> list[Fault]:
        import numpy as np

        key = np.zeros(self.size, dtype=np.int64)
        for name in KEY:
            key = key * len(self.texts[name].different) + self.texts[name].place
        places = np.flatnonzero(self.plain)
        _, first, group = np.unique(key[places], return_index=True, return_inverse=True)
        later = np.flatnonzero(first[group] != np.arange(len(places)))[:MOST_FAULTS]
        return [
            again(
                self.file, int(places[k]) + 2, *self._said(int(places[k])), int(places[first[group[k]]]) + 2
            )
            for k in later.tolist()
        ]

    def _said(self, place: int) -> tuple[str, str]:
        economy, when = self.texts["economy"], self.texts["date"]
        return economy.different[economy.place[place]], when.different[when.place[place]]

    def telling(self) -> NDArray[np.intp]:
        """Places of the rows that the rules of the checker can turn on."""
        import numpy as np
        import pandas as pd

        first, ends, seen, _ = self._days
        scored = np.flatnonzero(self._is("status", SCORED_STATUSES))
        newest = pd.Series(ends[scored]).groupby(self.texts["economy"].place[scored]).idxmax()
        source = self.texts["source"]
        read = source.spread(
            [self.indicator.sources[key].date_accessed.toordinal() for key in source.different], "int64"
        )
        after = np.flatnonzero((first > read) | (seen > read))[:MOST_FAULTS]
        _, of_each = np.unique(source.place, return_index=True)
        return np.unique(np.concatenate([scored[newest.to_numpy()], after, of_each]))

    def rows(self, places: NDArray[np.intp] | None = None) -> list[Row]:
        """Rows as `read_observations` gives them: all, or those at some places."""
        import numpy as np

        at = np.arange(self.size) if places is None else places
        columns: dict[str, list[Any]] = {}
        for name in COLUMNS:
            column = self.texts.get(name)
            columns[name] = (
                self.numbers[name][at].tolist() if column is None else _taken(column, column.different, at)
            )
        for name, target in (("date", "period_end"), ("published", "known")):
            column = self.texts[name]
            columns[target] = _taken(
                column, [period_end(text) if text else None for text in column.different], at
            )
        columns["code"], columns["file"] = [self.indicator.code] * len(at), [self.file] * len(at)
        columns["row"] = (at + 2).tolist()
        return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _taken(column: _Texts, values: Sequence[Any], at: NDArray[np.intp]) -> list[Any]:
    import numpy as np

    held = np.empty(len(values), dtype=object)
    held[:] = values
    found: list[Any] = held[column.place[at]].tolist()
    return found


def _span(text: str) -> tuple[int, int]:
    try:
        return period_start(text).toordinal(), period_end(text).toordinal()
    except ValueError:
        return -1, -1


def _structured(
    raw: bytes, file: str, indicator: Indicator, economies: frozenset[str], tell: Callable[[float], None]
) -> _Long | None:
    """Take a file apart into columns; None where it is of another make and the exact reader is asked."""
    import numpy as np

    raw = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    raw += b"" if raw.endswith(b"\n") else b"\n"
    wrong: list[Fault] = []
    decode(raw, file, wrong)
    header = [name.strip() for name in raw[: raw.index(b"\n")].decode(errors="replace").split(",")]
    known = set(header) <= set(COLUMNS) and set(REQUIRED) <= set(header) and len(set(header)) == len(header)
    if wrong or not known or b'"' in raw or b"\r" in raw:
        return None
    tell(0.1)
    bytes_ = np.frombuffer(raw, dtype=np.uint8)
    ends, commas = np.flatnonzero(bytes_ == ord("\n")), np.flatnonzero(bytes_ == ord(","))
    if len(commas) != len(ends) * (len(header) - 1):
        return None
    marks = np.column_stack([np.r_[-1, ends[:-1]], commas.reshape(len(ends), -1), ends])
    widths = np.diff(marks, axis=1)
    if not (widths > 0).all():  # a comma on another line than its place in the count says
        return None
    tell(0.3)
    numbers = [name for name in header if name in NUMBERS]
    frame = _frame(raw, header, dict.fromkeys(numbers, "float64"))
    if frame is None:  # a cell that is no number, or another trouble
        frame = _frame(raw, header, {})
    if frame is None:
        return None
    if len(frame) != len(ends) - 1:
        return None
    tell(0.6)
    nothing = np.full(len(frame), np.nan)
    blank = {name: widths[1:, k] == 1 for k, name in enumerate(header) if name in NUMBERS}
    return _Long(
        raw,
        file,
        indicator,
        economies,
        ends,
        {name: _text(frame, name, len(frame)) for name in COLUMNS if name not in NUMBERS},
        {name: _numbers(frame[name]) if name in numbers else nothing for name in NUMBERS},
        {name: blank.get(name, np.full(len(frame), True)) for name in NUMBERS},  # noqa: FBT003 - a value
    )


def _frame(raw: bytes, header: list[str], types: dict[str, str]) -> pd.DataFrame | None:
    """Read the cells, texts as categories; None where pandas cannot."""
    import pandas as pd

    try:
        return pd.read_csv(
            io.BytesIO(raw),
            names=header,
            skiprows=1,
            dtype={**dict.fromkeys(header, "category"), **types},
            keep_default_na=False,
            na_values={name: [""] for name in types},
            skip_blank_lines=False,
            index_col=False,
        )
    except (ValueError, OverflowError):
        return None


def _numbers(cells: Any) -> NDArray[np.float64]:  # noqa: ANN401 - a column of a frame
    """Return a column as numbers: NaN where a text is none."""
    import numpy as np

    if cells.dtype == np.float64:
        return np.asarray(cells)
    values = np.array([_number(str(text).strip()) for text in cells.cat.categories], dtype=np.float64)
    found: NDArray[np.float64] = values[cells.cat.codes.to_numpy()]
    return found


def _number(text: str) -> float:
    try:
        return parse_number(text)
    except ValueError:
        return float("nan")


def _text(frame: Any, name: str, size: int) -> _Texts:  # noqa: ANN401 - a frame
    import numpy as np

    default = DEFAULTS.get(name, "")
    if name in frame:
        return _Texts.of(frame[name], default)
    return _Texts((default,), np.zeros(size, dtype=np.intp))
