"""Whether estimates differ more than chance would have it."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from advieskloof.uncertainty.influence import covariance


@dataclass(frozen=True)
class Heterogeneity:
    """Wald's test that estimates are all equal: F on `df` and `df_schools` degrees, and its p."""

    f: float
    df: int
    df_schools: float
    p: float


def heterogeneity(
    estimates: np.ndarray, influence: np.ndarray, n_schools: np.ndarray, n_all: int
) -> Heterogeneity:
    """Test that all estimates are equal, given the covariance that schools give them.

    F = d' C^-1 d / q, d the q = rows - 1 differences from the first row and C their covariance, on
    q and G - q degrees of freedom.

    Parameters
    ----------
    estimates : shape (rows,), for tens of rows; none missing.
    influence : of the estimates, (rows, schools).
    n_schools : G of each row, for its variance.
    n_all : schools in any of the rows, G.

    A p of NaN says that there are too few schools for as many rows.
    Source: Korn and Graubard (1990), Simultaneous testing of regression coefficients.
    """
    of_rows = covariance(influence, n_schools)
    contrast = np.hstack([-np.ones((len(estimates) - 1, 1)), np.eye(len(estimates) - 1)])
    differences = contrast @ estimates
    of_differences = contrast @ of_rows @ contrast.T
    return wald(differences, of_differences, n_all)


def wald(differences: np.ndarray, covariance_of: np.ndarray, n_schools: int) -> Heterogeneity:
    """Test that differences are all zero, given their covariance: F on q and G - q degrees.

    differences : shape (q,).
    covariance_of : theirs, (q, q), clustered in n_schools.
    """
    df = len(differences)
    inverse = np.linalg.pinv(covariance_of, hermitian=True)
    f = float(differences @ inverse @ differences) / df
    rest = n_schools - df
    return Heterogeneity(f, df, rest, float(stats.f.sf(f, df, rest)) if rest > 0 else np.nan)
