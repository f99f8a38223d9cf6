"""Do the indicators of a group measure one thing: Cronbach's alpha, principal components, KMO, Bartlett.

An index of capabilities is formative: its indicators make the construct, so these inform and fail nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scoring.analysis.correlations import matrix

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


def cronbach(values: pd.DataFrame) -> float:
    """Cronbach's alpha over pairwise complete covariances.

    Notes
    -----
    ``k / (k - 1) (1 - trace(C) / sum(C))`` with the k x k covariance matrix C (Cronbach 1951). NaN for a
    single indicator.
    """
    k = values.shape[1]
    if k < 2:
        return math.nan
    covariance = values.cov().to_numpy()
    total = float(covariance.sum())
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total) if total else math.nan


@dataclass(frozen=True)
class Components:
    """Principal components of standardised indicators.

    Attributes
    ----------
    eigenvalues : (k,) array
        Largest first; they sum to k.
    shares : (k,) array
        Of the variance.
    loadings : (k, k) array
        Columns are the components; each is turned so that its loadings sum to zero or more.
    n : int
        Complete units.
    """

    eigenvalues: Floats
    shares: Floats
    loadings: Floats
    n: int


def components(values: pd.DataFrame) -> Components:
    """Principal components of the correlation matrix over complete units.

    Raises
    ------
    ValueError
        If fewer than three units are complete or an indicator is constant over them.
    """
    x = values.dropna().to_numpy(np.float64)
    n = len(x)
    sd = x.std(axis=0, ddof=1) if n > 2 else np.zeros(x.shape[1])
    if n < 3 or (sd == 0).any():
        raise _not_enough(n, [str(c) for c, s in zip(values.columns, sd, strict=True) if s == 0])
    z = (x - x.mean(axis=0)) / sd
    eigenvalues, vectors = np.linalg.eigh(z.T @ z / (n - 1))
    eigenvalues, vectors = np.maximum(eigenvalues[::-1], 0.0), vectors[:, ::-1]
    vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    return Components(eigenvalues, eigenvalues / eigenvalues.sum(), vectors, n)


def _not_enough(n: int, constant: list[str]) -> ValueError:
    if n < 3:
        return ValueError(f"principal components need three complete units, found {n}")
    return ValueError(f"constant over the complete units: {', '.join(constant)}")


@dataclass(frozen=True)
class Adequacy:
    """Are there enough common factors for components to mean something.

    Attributes
    ----------
    kmo : float
        Kaiser-Meyer-Olkin measure, 0 to 1; below 0.5 is called unacceptable.
    each : dict of str to float
        The same by indicator.
    chi2, p : float
        Bartlett's test that the correlation matrix is the identity.
    df : int
        Its degrees of freedom.
    n : int
        Complete units.
    """

    kmo: float
    each: dict[str, float]
    chi2: float
    p: float
    df: int
    n: int


def adequacy(values: pd.DataFrame) -> Adequacy:
    """KMO and Bartlett's test over complete units.

    Notes
    -----
    KMO (Kaiser 1974): ``sum r^2 / (sum r^2 + sum a^2)`` over pairs, a the partial correlations, from the
    inverse of the correlation matrix. Bartlett (1951): ``-(n - 1 - (2k + 5) / 6) ln det R`` on ``k (k - 1) /
    2`` degrees of freedom. NaN where the matrix is singular.
    """
    from scipy.special import chdtrc

    complete = values.dropna()
    n, k = complete.shape
    names, df = [str(name) for name in values.columns], k * (k - 1) // 2
    nothing = Adequacy(math.nan, dict.fromkeys(names, math.nan), math.nan, math.nan, df, n)
    if n <= k or k < 2:
        return nothing
    r = matrix(complete).to_numpy()
    sign, logdet = np.linalg.slogdet(r) if np.isfinite(r).all() else (0.0, -math.inf)
    if sign <= 0 or logdet < -30 * k:
        return nothing
    inverse = np.linalg.inv(r)
    spread = np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    off = ~np.eye(k, dtype=np.bool_)
    simple, partial = np.where(off, r**2, 0.0), np.where(off, (inverse / spread) ** 2, 0.0)
    each = simple.sum(axis=0) / (simple.sum(axis=0) + partial.sum(axis=0))
    chi2 = -(n - 1 - (2 * k + 5) / 6) * float(logdet)
    total = float(simple.sum() / (simple.sum() + partial.sum()))
    by_name = dict(zip(names, each.tolist(), strict=True))
    return Adequacy(total, by_name, chi2, float(chdtrc(df, max(chi2, 0.0))), df, n)
