"""The audit of an index: every check with its value, its verdict and what to do.

A check that rests on a sample of units flags only where its 90 % interval excludes the threshold: with some
twenty units a correlation below 0.3 is noise. Coverage, ties, heaps and outliers are counts of the table that
was scored, not estimates of something beyond it; they are held against their threshold as they are.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from scoring.analysis.consistency import adequacy, components, cronbach
from scoring.analysis.correlations import Z90, pairs, with_parents
from scoring.analysis.importance import importance
from scoring.analysis.statistics import Limits, statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    import pandas as pd

    from scoring.analysis.subject import Subject

Verdict = Literal["fine", "mind", "cannot tell", "for information"]

COVERED: Final = 2 / 3
"""Median share of the weight that has a value, below which a node is flagged: the floor of a scored layer."""
AVAILABLE: Final = Limits().availability
"""Share of the units that have a score, below which an indicator is flagged."""
AT_A_POST: Final = 1 / 3
"""Share of the units at either end of the scale from which an indicator no longer tells them apart."""
WEAK: Final = 0.3
"""Correlation with the parent below which an indicator does not speak for it (OECD/JRC handbook)."""
REDUNDANT: Final = 0.92
"""Correlation between siblings above which one of the two adds little (COINr's and JRC's practice)."""
CONSISTENT: Final = 0.7
"""Cronbach's alpha that is called acceptable (Nunnally 1978)."""
ADEQUATE: Final = 0.5
"""Kaiser-Meyer-Olkin measure below which components mean nothing (Kaiser 1974)."""
SECOND: Final = 1.0
"""Eigenvalue above which a second component says more than one indicator does (Kaiser 1960)."""
PER_INDICATOR: Final = 5
"""Units per indicator below which components are not computed (OECD/JRC handbook)."""
OFF_WEIGHT: Final = 2.0
"""Importance over weight, either way, from which the two disagree."""


@dataclass(frozen=True)
class Check:
    """One finding.

    Attributes
    ----------
    check : str
        What was looked at.
    node : str
        Where: code of an indicator, a node, or a pair of them.
    value, low, high, threshold : float or None
        Figure, its 90 % interval where it rests on a sample (its range where one indicator is left out), and
        what it is held against.
    verdict : {"fine", "mind", "cannot tell", "for information"}
        By the interval, not by the figure.
    says, todo : str
        The finding in words, and what to do about it, empty where there is nothing to do.
    """

    check: str
    node: str
    value: float | None
    low: float | None
    high: float | None
    threshold: float | None
    verdict: Verdict
    says: str
    todo: str = ""


def below(low: float, high: float, threshold: float) -> Verdict:
    """Flag what lies below a threshold with its whole interval."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "cannot tell"
    return "mind" if high < threshold else "fine" if low >= threshold else "cannot tell"


def above(low: float, high: float, threshold: float) -> Verdict:
    """Flag what lies above a threshold with its whole interval."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "cannot tell"
    return "mind" if low > threshold else "fine" if high <= threshold else "cannot tell"


def coverage(s: Subject) -> Iterator[Check]:
    """Median share of the weight that has a value, by node and over the units."""
    for node in s.coverage.columns:
        share = float(s.coverage[node].median())
        short = share < COVERED - 1e-12
        todo = "find data, or say for whom it speaks" if short else ""
        says = f"half of the units have at least {100 * share:.0f} % of the weight"
        yield Check(
            "coverage", str(node), share, None, None, COVERED, "mind" if short else "fine", says, todo
        )


def distribution(s: Subject) -> Iterator[Check]:
    """Ties, zeros, gaps and outliers in the values, and units heaped at the ends of the scale."""
    found = statistics(s.values).to_dict("index")
    for code in s.indicators:
        scores = s.scores[code].dropna()
        known = len(scores) >= AVAILABLE * len(s.scores)  # an absence by rule has a score and no value
        elsewhere = {"outliers", "low availability"} if known else {"outliers"}
        marks = [mark for mark in found[code]["flagged"] if mark not in elsewhere]
        heaped = float(max((scores <= 0).mean(), (scores >= 100).mean())) if len(scores) else math.nan
        if heaped > AT_A_POST:
            marks.append(f"{100 * heaped:.0f} % of the units at one end of the scale")
        verdict: Verdict = "mind" if marks else "fine"
        says = "; ".join(marks) or "spread over the units"
        todo = "another goalpost or transform, or a finer measure" if marks else ""
        yield Check("distribution", code, heaped, None, None, AT_A_POST, verdict, says, todo)


def outliers(s: Subject) -> Iterator[Check]:
    """Skewness and kurtosis of the values, for those who normalise by the sample."""
    found = statistics(s.values).to_dict("index")
    for code in s.indicators:
        skew = float(found[code]["skewness"])
        wild = "outliers" in found[code]["flagged"]
        todo = "treat it before a method that takes its ends from the sample" if wild else ""
        says = f"skewness {skew:.1f}, kurtosis {found[code]['kurtosis']:.1f}"
        value = skew if math.isfinite(skew) else None
        yield Check("outliers", code, value, None, None, 2.0, "mind" if wild else "fine", says, todo)


def follows_parent(s: Subject) -> Iterator[Check]:
    """Correlation of each indicator with its parent."""
    own = {code: s.parents[code] for code in s.indicators}
    for row in with_parents(s.scores, own).to_dict("records"):
        verdict = below(row["low"], row["high"], WEAK)
        against = "runs against" if row["high"] < 0 else "hardly follows"
        says = f"{_measured(row)} with {s.name(row['second'])}"
        todo = f"it {against} its pillar: read it by itself, or move it" if verdict == "mind" else ""
        yield Check("follows its parent", row["first"], *_figures(row, "r"), WEAK, verdict, says, todo)


def redundant(s: Subject) -> Iterator[Check]:
    """Siblings so close that one adds little: all that are flagged, or the closest two of each group."""
    for node in s.groups():
        found = _once(pairs(*(s.scores[list(s.children(node))],) * 2))
        close = found[found["low"] > REDUNDANT]
        for row in (close if len(close) else found.sort_values("r", ascending=False).head(1)).to_dict(
            "records"
        ):
            verdict = above(row["low"], row["high"], REDUNDANT)
            todo = "halve their weights, or say why both count" if verdict == "mind" else ""
            two = f"{row['first']} - {row['second']}"
            yield Check("says the same", two, *_figures(row, "r"), REDUNDANT, verdict, _measured(row), todo)


def _measured(row: Mapping[Hashable, Any]) -> str:
    return f"r = {row['r']:.2f} ({row['low']:.2f} to {row['high']:.2f}), {row['n']} units"


def _figures(row: Mapping[Hashable, Any], value: str) -> tuple[float | None, float | None, float | None]:
    """Value and interval as plain numbers, None where there is none."""
    value_, low, high = (
        float(x) if math.isfinite(x) else None for x in (row[value], row["low"], row["high"])
    )
    return value_, low, high


def _once(found: pd.DataFrame) -> pd.DataFrame:
    return found[found["first"] < found["second"]].dropna(subset=["r"])


def consistency(s: Subject) -> Iterator[Check]:
    """Cronbach's alpha of every node, with Feldt's interval; it informs, as the index is formative."""
    for node in s.nodes:
        own = list(s.children(node))
        n = len(s.scores[own].dropna())
        alpha = cronbach(s.scores[own])
        low, high = _feldt(alpha, n, len(own))
        verdict = below(low, high, CONSISTENT)
        says = f"alpha {alpha:.2f} over {len(own)} children, {n} complete units"
        if not math.isfinite(alpha):
            says = "one child, or nothing to compare"
        figures = _figures({"alpha": alpha, "low": low, "high": high}, "alpha")
        told: Verdict = "cannot tell" if verdict == "cannot tell" else "for information"
        yield Check("consistency", node, *figures, CONSISTENT, told, says)


def _feldt(alpha: float, n: int, k: int) -> tuple[float, float]:
    """90 % interval of alpha: 1 - (1 - alpha) F, F with n - 1 and (n - 1)(k - 1) degrees (Feldt 1965)."""
    if not math.isfinite(alpha) or n < 3 or k < 2:
        return math.nan, math.nan
    from scipy.special import fdtri

    ends = [1 - (1 - alpha) * float(fdtri(n - 1, (n - 1) * (k - 1), q)) for q in (0.95, 0.05)]
    return ends[0], ends[1]


def dimensions(s: Subject) -> Iterator[Check]:
    """Principal components of every group that has the units for them: is a second one above 1."""
    for node in s.groups():
        own = s.scores[list(s.children(node))]
        n, k = len(own.dropna()), own.shape[1]
        if k < 2 or n < PER_INDICATOR * k:
            says = f"not computed: {n} complete units for {k} indicators, {PER_INDICATOR * k} needed"
            yield Check("components", node, None, None, None, SECOND, "cannot tell", says)
            continue
        try:
            found = components(own)
        except ValueError as error:
            yield Check("components", node, None, None, None, SECOND, "cannot tell", str(error))
            continue
        fit = adequacy(own)
        second = float(found.eigenvalues[1])
        low, high = _eigenvalue(second, n)
        verdict = above(low, high, SECOND) if fit.kmo >= ADEQUATE or k == 2 else "cannot tell"
        says = f"the first component holds {100 * found.shares[0]:.0f} %, "
        says += f"the second has an eigenvalue of {second:.2f}"
        says += f" ({low:.2f} to {high:.2f}); KMO {fit.kmo:.2f}, Bartlett p {_small(fit.p)}, {n} units"
        todo = "more than one thing is measured: say so, or split the pillar" if verdict == "mind" else ""
        yield Check("components", node, second, low, high, SECOND, verdict, says, todo)


def _eigenvalue(found: float, n: int) -> tuple[float, float]:
    """90 % interval of an eigenvalue, ``l / (1 + z sqrt(2 / (n - 1)))`` and with a minus.

    Asymptotic, for covariances of normal values (Anderson 1963, Annals of Mathematical Statistics 34,
    122-148); of correlations it is an approximation.
    """
    off = Z90 * math.sqrt(2 / (n - 1))
    return found / (1 + off), found / (1 - off) if off < 1 else math.inf


def _small(p: float) -> str:
    return "unknown" if math.isnan(p) else "below 0.001" if p < 0.001 else f"{p:.3f}"


def counts(s: Subject) -> Iterator[Check]:
    """Hold the importance of each child of every node against its weight."""
    weights = s.effective
    for node in s.nodes:
        own = list(s.children(node))
        if len(own) < 2:
            continue
        within = {code: weights[code] / weights[node] if weights[node] else 0.0 for code in own}
        found = importance(s.scores[own], s.scores[node], within)
        for code, row in zip(found.index, found.to_dict("records"), strict=True):
            yield _counted(s, str(code), node, row)


def _counted(s: Subject, code: str, node: str, row: Mapping[Hashable, Any]) -> Check:
    """Judge the ratio of importance and weight; its interval is that of the correlation, squared."""
    scale = row["importance"] / row["r"] ** 2 if row["r"] else math.nan
    squares = sorted((row["low"] ** 2, row["high"] ** 2))
    ends = (0.0 if row["low"] < 0 < row["high"] else squares[0], squares[1])
    low, high = (end * scale / row["weight"] if row["weight"] > 0 else math.nan for end in ends)
    verdict: Verdict = "fine" if low >= 1 / OFF_WEIGHT and high <= OFF_WEIGHT else "cannot tell"
    if low > OFF_WEIGHT or high < 1 / OFF_WEIGHT:
        verdict = "mind"
    against = " the other way" if row["high"] < 0 else ""
    says = f"weighs {100 * row['weight']:.0f} % of {s.name(node)}, "
    says += f"moves it like {100 * row['importance']:.0f} %{against}"
    todo = "say that it counts for more or less than its weight" if verdict == "mind" else ""
    figures = _figures({"ratio": row["ratio"], "low": low, "high": high}, "ratio")
    return Check("importance", code, *figures, OFF_WEIGHT, verdict, says, todo)


CHECKS: Final[tuple[Callable[[Subject], Iterator[Check]], ...]] = (
    coverage,
    distribution,
    outliers,
    follows_parent,
    redundant,
    consistency,
    dimensions,
    counts,
)
"""Checks of any tree. To add one, write a function of a subject and name it here."""


def audit(s: Subject) -> tuple[Check, ...]:
    """Run every check of a tree, in the order of `CHECKS`."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return tuple(check for look in CHECKS for check in look(s))


def tally(checks: tuple[Check, ...]) -> dict[str, dict[Verdict, int]]:
    """Count verdicts by check, in the order in which the checks were made."""
    found: dict[str, Counter[Verdict]] = {}
    for check in checks:
        found.setdefault(check.check, Counter())[check.verdict] += 1
    return {name: dict(counter) for name, counter in found.items()}
