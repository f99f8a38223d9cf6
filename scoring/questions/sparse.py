"""The claims on mixtures of experts: sparse models cost less to run; they are not uniquely Chinese."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators.fault import UsageError
from layers.inference_cost.normals import Normals
from layers.inference_cost.shelf import shelf
from layers.inference_cost.twin import times_dearer

from .tested import PAIR, Reading, Told, adjective, larger, months, shown, tested
from .verdict import Figure, source_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indicators.facts import Facts

    from .verdict import ClaimVerdict, Reply

Floats = NDArray[np.float64]

DRAWS: Final = 500
MACHINES: Final = ("GB200 NVL72", "H100")
"""The machine of the rule, and that of another reading."""
LABS: Final = 3
"""Laboratories from which on a design is not one economy's alone: one or two could be an accident."""
YEAR: Final = timedelta(days=365)
LARGE: Final = 100.0
SAME: Final = 0.05
"""Sizes that differ by less are those of one model."""


def sparsity(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether sparsity lowers the cost of a token.

    Every model with experts whose shape is held is set against its dense twin: as many parameters in all,
    each of them used for every token, on the same machine (GB200 NVL72) with the same requests and no limit
    on the wait. Yes where the twin's token costs more for the median model over the whole range of draws, no
    where it costs no more. The other reading takes H100 machines. A twin that has only as many parameters as
    a token uses is shown and decides nothing: it is a smaller model, and cannot but be cheaper to hold.
    """
    del pair  # one model against another: no economy takes part
    out = {str(row["model"]): row for row in facts.table("architectures").to_dict("records")}
    names = [name for name, a in shelf(facts).models.items() if a.mixture and name in out]
    normals = Normals(DRAWS)
    first, second = ({name: _times(facts, name, each, normals) for name in names} for each in MACHINES)
    active = {name: _times(facts, name, MACHINES[0], normals, active=True) for name in names}

    def read(day: date) -> list[Reading]:
        known = [name for name in names if out[name]["released"].date() <= day]
        seen = max((out[name]["released"].date() for name in known), default=None)
        return [
            _dearer(f"twin of equal size on {MACHINES[0]}", first, known, seen),
            _dearer(f"twin of equal size on {MACHINES[1]}", second, known, seen),
            shown(_dearer("twin with the parameters in use", active, known, seen)),
        ]

    now = read(facts.date)[0]
    told = Told(
        "sparsity",
        "Price and cost",
        "dense twin of equal size costs more, median model, whole range",
        "A token of a sparse model costs less to make than one of a dense model of the same size.",
        f"a dense twin of equal size costs {now.said}"
        if now.said
        else "no model with experts of which the cost is known",
        "A median dense twin that costs no more: experts that nearly all work for every token.",
        _shapes(facts, out, first),
        (
            "Of two models of one size, not of one ability: what sparsity costs in ability is not in it.",
            "Machine and prices are those of the state date, also for months before.",
        ),
    )
    since = min((out[name]["released"].date() for name in names), default=None)
    return tested(sparsity, told, read, months(since, facts))


def _times(
    facts: Facts, model: str, machine: str, normals: Normals, *, active: bool = False
) -> Floats | None:
    try:
        return times_dearer(facts, model, machine, normals, active=active)
    except UsageError:  # the pair does not run
        return None


def _dearer(rule: str, held: Mapping[str, Floats | None], known: Sequence[str], seen: date | None) -> Reading:
    drawn = [each for name in known if (each := held[name]) is not None]
    if not drawn:
        return Reading(rule, "no data")
    low, value, high = np.quantile(np.median(np.stack(drawn), axis=0), [0.05, 0.5, 0.95])
    said = f"{value:.1f}x ({low:.1f} to {high:.1f}), median of {len(drawn)} models"
    return Reading(rule, larger(low, high, 1.0), said, float(value), float(low), float(high), seen)


def _shapes(
    facts: Facts, out: Mapping[str, Mapping[Any, Any]], held: Mapping[str, Floats | None]
) -> tuple[Figure, ...]:
    found = []
    for name, drawn in held.items():
        if drawn is not None:
            row = out[name]
            low, value, high = (float(x) for x in np.quantile(drawn, [0.05, 0.5, 0.95]))
            found.append(
                Figure(
                    f"Dense twin over {name}",
                    value,
                    low,
                    high,
                    "times",
                    str(row["released"].date()),
                    str(row["published"].date()),
                    source_text(facts.catalogue.tables["architectures"].sources[row["source"]]),
                    "architectures.csv",
                    int(row["row"]),
                )
            )
    return tuple(found)


def moe_unique(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether mixture-of-experts models are not uniquely Chinese.

    Models whose published parameters in use per token are fewer than their parameters in all, by laboratory:
    yes where three or more laboratories outside China have released one by the day, no where none has, open
    where one or two have. A model whose two numbers are both within five per cent of those of an earlier
    model of another laboratory is taken to be built on that one and is left out. Other readings ask the same
    of American laboratories alone, of models released in the year before the day, and of those of 100 billion
    parameters or more. Whether most such models come from outside China is shown and decides nothing: the
    claim is that others make them too.
    """
    a, b = pair
    rows = _own(facts.table("mixtures").to_dict("records"))

    def read(day: date) -> list[Reading]:
        known = [row for row in rows if row["released"].date() <= day]
        recent = [row for row in known if row["released"].date() > day - YEAR]
        large = [row for row in known if row["total_params_b"] >= LARGE]
        others = f"laboratories outside {facts.units[b].short}"
        return [
            _made(others, known, lambda row: row["economy"] != b),
            _made(f"{adjective(facts, a)} laboratories", known, lambda row: row["economy"] == a),
            _made(f"{others}, in the last year", recent, lambda row: row["economy"] != b),
            _made(f"{others}, {LARGE:g} billion or more", large, lambda row: row["economy"] != b),
            shown(_most(known, b)),
        ]

    told = Told(
        "moe-unique",
        "Price and cost",
        "three laboratories or more outside China make them",
        f"Mixture-of-experts models are not uniquely {adjective(facts, b)}.",
        _counted(rows, pair, facts),
        f"It holds while {LABS} laboratories elsewhere make them; the record would have to be wrong.",
        _firsts(facts, rows),
        ("Closed models seldom state their parameters: the true number elsewhere can only be larger.",),
    )
    since = min((row["released"].date() for row in rows), default=None)
    return tested(moe_unique, told, read, months(since, facts))


def _own(rows: Sequence[Mapping[Any, Any]]) -> list[Mapping[Any, Any]]:
    """Leave out models of the same sizes as an earlier one of another laboratory."""
    ordered = sorted(rows, key=lambda row: (row["released"], row["model"]))
    return [
        row for place, row in enumerate(ordered) if not any(_alike(row, each) for each in ordered[:place])
    ]


def _alike(row: Mapping[Any, Any], earlier: Mapping[Any, Any]) -> bool:
    sizes = ("total_params_b", "active_params_b")
    near = all(abs(row[size] / earlier[size] - 1.0) <= SAME for size in sizes)
    return near and row["lab"] != earlier["lab"] and row["released"] > earlier["released"]


def _made(rule: str, rows: Sequence[Mapping[Any, Any]], wanted: Any) -> Reading:  # noqa: ANN401 - a test of a row
    if not rows:
        return Reading(rule, "no data")
    own = [row for row in rows if wanted(row)]
    labs = len({row["lab"] for row in own})
    reply: Reply = "yes" if labs >= LABS else "cannot tell" if labs else "no"
    seen = max(row["released"].date() for row in rows)
    return Reading(rule, reply, f"{len(own)} models of {labs} laboratories", float(labs), seen=seen)


def _most(rows: Sequence[Mapping[Any, Any]], economy: str) -> Reading:
    rule = "most of the models"
    if not rows:
        return Reading(rule, "no data")
    share = 100.0 * float(np.mean([row["economy"] != economy for row in rows]))
    return Reading(rule, larger(share, share, 50.0), f"{share:.0f} % are made elsewhere", share)


def _counted(rows: Sequence[Mapping[Any, Any]], pair: tuple[str, str], facts: Facts) -> str:
    if not rows:
        return "no model with published parameters"
    first, second = (sum(row["economy"] == economy for row in rows) for economy in pair)
    return (
        f"{first} {adjective(facts, pair[0])}, {second} {adjective(facts, pair[1])}, "
        f"{len(rows) - first - second} other models"
    )


def _firsts(facts: Facts, rows: Sequence[Mapping[Any, Any]]) -> tuple[Figure, ...]:
    """First model of each economy."""
    first: dict[str, Mapping[Any, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["released"], row["model"])):
        first.setdefault(row["economy"], row)
    sources = facts.catalogue.tables["mixtures"].sources
    return tuple(
        Figure(
            f"In use, of {row['total_params_b']:g} billion: {row['model']} ({row['lab']}, {economy})",
            float(row["active_params_b"]),
            None,
            None,
            "billion",
            str(row["released"].date()),
            ""
            if row["published"] is None or row["published"] != row["published"]
            else str(row["published"])[:10],
            source_text(sources[row["source"]]),
            "mixtures.csv",
            int(row["row"]),
        )
        for economy, row in first.items()
    )
