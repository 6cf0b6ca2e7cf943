"""An estimate carries its schools' influence: all that its uncertainty needs.

The influence of school s on an estimate is its term e_s in the linearised error,
sum_s e_s = 0. Variances, gaps, changes between cohorts, pooled years and tests of heterogeneity
are then linear algebra on influences: the influence of a sum of estimates is the sum of theirs,
and Cov = G / (G - 1) * sum_s e_s f_s (G schools).

A *contribution* is what school s adds to a number: to a total, or as influence to an estimate.
Contributions are a matrix, schools x rows (a row is a number), kept as

    own + shared @ loadings

`own` is sparse: what the row's pupils add where they are. `shared` (schools x factors, sparse) and
`loadings` (factors x rows) are what every school adds, since weights and expectations are estimated
from all schools; 6,600 schools x thousands of rows are so never held densely.

Registers are a census: the schools are treated as draws from a superpopulation.
Source: Woodruff (1971), A simple method for approximating the variance of a complicated estimate;
Binder (1983), On the variances of asymptotically normal estimators from complex surveys.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

# Relative to its parts, a sum of squares below this is what rounding leaves of zero.
ROUNDING = 1e-13


@dataclass(frozen=True)
class Contributions:
    """What each school adds to each row: own + shared @ loadings, schools x rows.

    own : float, sparse by column (schools x rows).
    shared : float, sparse by row (schools x factors); factors may be none.
    loadings : float array (factors x rows).
    """

    own: sparse.csc_array
    shared: sparse.csr_array
    loadings: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """Schools and rows."""
        return self.own.shape

    def totals(self) -> np.ndarray:
        """Return the sum over schools of each row, shape (rows,)."""
        return _column_sums(self.own) + _column_sums(self.shared) @ self.loadings

    def scaled(self, factors: np.ndarray) -> "Contributions":
        """Return each row multiplied by its factor."""
        data = self.own.data * np.repeat(factors, np.diff(self.own.indptr))
        own = sparse.csc_array((data, self.own.indices, self.own.indptr), self.own.shape)
        return Contributions(own, self.shared, self.loadings * factors)

    def combined(self, contrasts: sparse.csc_array) -> "Contributions":
        """Return new rows: sums of these, weighted by `contrasts` (rows x new rows)."""
        own = (self.own @ contrasts).tocsc()
        return Contributions(own, self.shared, self.loadings @ contrasts)

    def dense(self) -> np.ndarray:
        """Return schools x rows in full; for few rows."""
        return self.own.toarray() + self.shared @ self.loadings


def own_only(own: sparse.csc_array) -> Contributions:
    """Return contributions without a shared part."""
    schools, rows = own.shape
    return Contributions(own, sparse.csr_array((schools, 0)), np.zeros((0, rows)))


def plus(first: Contributions, second: Contributions, sign: float = 1.0) -> Contributions:
    """Return first + sign * second, row by row; both are over the same schools."""
    own = (first.own + sign * second.own).tocsc()
    if second.shared is first.shared:
        return Contributions(own, first.shared, first.loadings + sign * second.loadings)
    shared = sparse.hstack([first.shared, second.shared], format="csr")
    return Contributions(own, shared, np.vstack([first.loadings, sign * second.loadings]))


def beside(parts: Sequence[Contributions]) -> Contributions:
    """Return the rows of several contributions side by side; all over the same schools.

    Parts with the same `shared` object share its factors.
    """
    shared = list({id(part.shared): part.shared for part in parts}.values())
    loadings = [_placed(part, shared) for part in parts]
    own = sparse.hstack([part.own for part in parts], format="csc")
    factors = sparse.hstack(shared, format="csr") if len(shared) > 1 else shared[0]
    return Contributions(own, factors, np.hstack(loadings))


def _placed(part: Contributions, shared: list[sparse.csr_array]) -> np.ndarray:
    """Return a part's loadings among the factors of all parts."""
    rows = part.shape[1]
    blocks = [
        part.loadings if each is part.shared else np.zeros((each.shape[1], rows)) for each in shared
    ]
    return np.vstack(blocks)


def ratio(numerator: Contributions, denominator: Contributions) -> tuple[np.ndarray, Contributions]:
    """Return the ratios of totals T / M, shape (rows,), and their influence.

    e_s = (t_s - (T / M) m_s) / M, which sums to zero over schools. Where M = 0 the ratio is NaN
    and the influence 0.
    """
    total, mass = numerator.totals(), denominator.totals()
    known = mass > 0
    value = np.divide(total, mass, out=np.full(mass.shape, np.nan), where=known)
    inverse = np.divide(1.0, mass, out=np.zeros(mass.shape), where=known)
    weighed = denominator.scaled(np.where(known, value, 0.0))
    return value, plus(numerator, weighed, sign=-1).scaled(inverse)


def products(first: Contributions, second: Contributions) -> np.ndarray:
    """Return sum_s e_s f_s of each row of `first` with the same row of `second`, shape (rows,).

    With one argument twice, the sums of squares; what rounding leaves of zero is zero.
    """
    own = _column_sums(first.own.multiply(second.own))
    crossed = _crossed(first.own, second) + _crossed(second.own, first)
    common = _common(first, second)
    found = own + crossed + common
    if first is not second:
        return found
    return np.where(found > ROUNDING * (own + np.abs(crossed) + common), found, 0.0)


def _crossed(own: sparse.csc_array, other: Contributions) -> np.ndarray:
    """Return sum_s own_s (shared @ loadings)_s by row."""
    if other.shared.shape[1] == 0 or own.nnz == 0:
        return np.zeros(own.shape[1])
    return _column_sums((other.shared.T @ own).multiply(other.loadings))


def _common(first: Contributions, second: Contributions) -> np.ndarray:
    if first.shared.shape[1] == 0 or second.shared.shape[1] == 0:
        return np.zeros(first.shape[1])
    # Factors are few, and a dense product of them is much faster than a sparse one.
    gram = (first.shared.T @ second.shared).toarray()
    return np.einsum("fr,fr->r", first.loadings, gram @ second.loadings)


def covariance(influence: Contributions, n_schools: np.ndarray) -> np.ndarray:
    """Return the covariances of all rows, shape (rows, rows), G / (G - 1) sum_s e_s f_s.

    n_schools : G of each row; two rows take the geometric mean of their factors, so that a
        correlation doesn't depend on them. For tens of rows: the result is dense.
    """
    own = (influence.own.T @ influence.own).toarray()
    crossed = influence.own.T @ influence.shared @ influence.loadings
    gram = (influence.shared.T @ influence.shared) @ influence.loadings
    root = np.sqrt(small_sample(n_schools))
    return root[:, None] * (own + crossed + crossed.T + influence.loadings.T @ gram) * root


def small_sample(n_schools: np.ndarray) -> np.ndarray:
    """Return G / (G - 1); NaN with fewer than two schools."""
    schools = np.asarray(n_schools, dtype=float)
    return np.divide(schools, schools - 1, out=np.full(schools.shape, np.nan), where=schools > 1)


def variance(influence: Contributions, n_schools: np.ndarray) -> np.ndarray:
    """Return V = G / (G - 1) * sum_s e_s^2 of each row, shape (rows,); NaN with one school.

    n_schools : schools with a pupil in the row's denominator, G, shape (rows,).
    """
    return small_sample(n_schools) * products(influence, influence)


def _column_sums(matrix: sparse.sparray) -> np.ndarray:
    return np.asarray(matrix.sum(axis=0)).ravel()
