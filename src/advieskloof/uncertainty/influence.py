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
from all schools; 6,600 schools x thousands of rows are so never held densely. Everything that
uncertainty needs of them are sums of products over schools (`crossed`).

Registers are a census: the schools are treated as draws from a superpopulation.
Source: Woodruff (1971), A simple method for approximating the variance of a complicated estimate;
Binder (1983), On the variances of asymptotically normal estimators from complex surveys.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

# ASSUME: schools are independent draws from a superpopulation of schools; pupils of one school may
# depend on each other in any way.

# Relative to its parts, a sum of products below this is what rounding leaves of zero.
ROUNDING = 1e-13
# Squares of what rounding leaves of zero are smaller still.
SQUARED_ROUNDING = 1e-24
# Up to so many rows, schools x rows are held densely, since that is faster.
FEW_ROWS = 300
# Of factors held in full; bounds memory, and doesn't change the result.
SCHOOLS_AT_ONCE = 2000


class Factors:
    """What schools add to factors that rows share (schools x factors), with its cross products."""

    def __init__(self, matrix: sparse.csr_array) -> None:
        self.matrix = matrix
        self.totals = _column_sums(matrix)
        self._grams = {}

    def gram(self, other: "Factors") -> np.ndarray:
        """Return sum_s f_s g_s for each of these factors with each of the other's, dense."""
        if id(other) not in self._grams:
            # The other is kept, so that its id stays its own.
            self._grams[id(other)] = _gram(self.matrix, other.matrix), other
        return self._grams[id(other)][0]


def _gram(one: sparse.csr_array, other: sparse.csr_array) -> np.ndarray:
    """Return one' other; in full, since a school is in a good part of all factors, but not at once.

    Sparse products take three times as long.
    """
    found = np.zeros((one.shape[1], other.shape[1]))
    for start in range(0, one.shape[0], SCHOOLS_AT_ONCE):
        part = slice(start, start + SCHOOLS_AT_ONCE)
        mine = one[part].toarray()
        found += mine.T @ (mine if other is one else other[part].toarray())
    return found


@dataclass(frozen=True)
class Contributions:
    """What each school adds to each row: own + shared @ loadings, schools x rows.

    own : float, sparse by column (schools x rows).
    shared : factors; None where nothing is shared.
    loadings : float array (factors x rows).
    """

    own: sparse.csc_array
    shared: Factors | None
    loadings: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """Schools and rows."""
        return self.own.shape

    def totals(self) -> np.ndarray:
        """Return the sum over schools of each row, shape (rows,)."""
        found = _column_sums(self.own)
        return found if self.shared is None else found + self.shared.totals @ self.loadings

    def scaled(self, factors: np.ndarray) -> "Contributions":
        """Return each row multiplied by its factor."""
        data = self.own.data * np.repeat(factors, np.diff(self.own.indptr))
        own = sparse.csc_array((data, self.own.indices, self.own.indptr), self.own.shape)
        return Contributions(own, self.shared, self.loadings * factors)

    def combined(self, contrasts: sparse.csc_array) -> "Contributions":
        """Return new rows: sums of these, weighted by `contrasts` (rows x new rows)."""
        own = (self.own @ contrasts).tocsc()
        return Contributions(own, self.shared, self.loadings @ contrasts)

    @property
    def few(self) -> bool:
        """Whether there are so few rows that they are best held in full."""
        return self.shape[1] <= FEW_ROWS

    @cached_property
    def dense(self) -> np.ndarray:
        """Rows x schools in full; for few rows."""
        found = self.own.T.toarray()
        if self.shared is not None:
            found += (self.shared.matrix @ self.loadings).T
        return found

    def difference(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """Return rows i less rows j in full; the last is kept, for one cohort meets several."""
        if self._last.get("rows") != (id(i), id(j)):
            # The rows are kept too, so that their ids stay their own.
            self._last.update(rows=(id(i), id(j)), kept=(i, j), found=self.dense[i] - self.dense[j])
        return self._last["found"]

    @cached_property
    def _last(self) -> dict[str, object]:
        return {}

    def own_with(self, factors: Factors) -> np.ndarray:
        """Return sum_s f_s own_s for each factor and row, (factors, rows)."""
        if factors is self.shared:
            return self._own_with_shared
        return (factors.matrix.T @ self.own).toarray()

    @cached_property
    def _own_with_shared(self) -> np.ndarray:
        return (self.shared.matrix.T @ self.own).toarray()

    @cached_property
    def loaded_gram(self) -> np.ndarray:
        """Cross products of the factors with what is loaded on them, (factors, rows)."""
        return _loaded_gram(self, self)

    @cached_property
    def squares_of_own(self) -> np.ndarray:
        """Sum over schools of the squares of `own`, (rows,)."""
        return summed(self.own.data**2, self.own.indptr)


def summed(data: np.ndarray, indptr: np.ndarray) -> np.ndarray:
    """Return the sum of each column's data, where columns begin at `indptr`, (columns,)."""
    found, held = np.zeros(len(indptr) - 1), np.flatnonzero(np.diff(indptr))
    if len(held):
        found[held] = np.add.reduceat(data, indptr[held])
    return found


def own_only(own: sparse.csc_array) -> Contributions:
    """Return contributions without a shared part."""
    return Contributions(own, None, np.zeros((0, own.shape[1])))


def plus(first: Contributions, second: Contributions, sign: float = 1.0) -> Contributions:
    """Return first + sign * second, row by row; both are over the same schools."""
    own = added(first.own, second.own, sign)
    if second.shared is None:
        return Contributions(own, first.shared, first.loadings)
    if second.shared is first.shared:
        return Contributions(own, first.shared, first.loadings + sign * second.loadings)
    loadings = np.vstack([first.loadings, sign * second.loadings])
    return Contributions(own, side_by_side([first.shared, second.shared]), loadings)


def added(one: sparse.csc_array, other: sparse.csc_array, sign: float = 1.0) -> sparse.csc_array:
    """Return one + sign * other; fast where both have their numbers in the same places."""
    if other.nnz == 0:
        return one
    if _alike(one.indptr, other.indptr) and _alike(one.indices, other.indices):
        data = one.data + sign * other.data
        return sparse.csc_array((data, one.indices, one.indptr), one.shape)
    return (one + sign * other).tocsc()


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    return one is other or np.array_equal(one, other)


def side_by_side(factors: list[Factors | None]) -> Factors | None:
    """Return the factors of several as one; None where there are none."""
    held = [each for each in factors if each is not None]
    if len(held) <= 1:
        return held[0] if held else None
    return Factors(sparse.hstack([each.matrix for each in held], format="csr"))


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


def crossed(
    first: Contributions, second: Contributions, i: np.ndarray, j: np.ndarray
) -> np.ndarray:
    """Return sum_s e_si f_sj for pairs of rows, i of `first` with j of `second`, (pairs,)."""
    if first.few:
        return _dot_rows(_rows(first.dense, i), _rows(second.dense, j))
    return _crossed_sparse(first, second, i, j)


def _rows(table: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return table if _everything(rows, len(table)) else table[rows]


def _everything(rows: np.ndarray, n: int) -> bool:
    return len(rows) == n and np.array_equal(rows, np.arange(n))


def crossed_differences(
    first: Contributions, second: Contributions, i: np.ndarray, j: np.ndarray
) -> np.ndarray:
    """Return sum_s (e_si - e_sj) (f_si - f_sj) for pairs of rows i and j, (pairs,)."""
    if first.few:
        return _dot_rows(first.difference(i, j), second.difference(i, j))
    four = crossed(first, second, np.concatenate([i, i, j, j]), np.concatenate([i, j, i, j]))
    ii, ij, ji, jj = np.split(four, 4)
    return ii - ij - ji + jj


def _dot_rows(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    # Not by matrix products: these are small, and threads would wait for each other.
    return np.einsum("rs,rs->r", one, other)


def _crossed_sparse(
    first: Contributions, second: Contributions, i: np.ndarray, j: np.ndarray
) -> np.ndarray:
    found = _products_of_own(first, second, i, j)
    if second.shared is not None:
        found += _dot(_columns(first.own_with(second.shared), i), _columns(second.loadings, j))
    if first.shared is not None:
        found += _dot(_columns(second.own_with(first.shared), j), _columns(first.loadings, i))
    if first.shared is not None and second.shared is not None:
        common = first.loaded_gram if first is second else _loaded_gram(first, second)
        found += _dot(_columns(first.loadings, i), _columns(common, j))
    return found


def _products_of_own(
    first: Contributions, second: Contributions, i: np.ndarray, j: np.ndarray
) -> np.ndarray:
    if first is second and np.array_equal(i, j):
        return first.squares_of_own[i]
    return _column_sums(_picked(first.own, i).multiply(_picked(second.own, j)))


def _loaded_gram(first: Contributions, second: Contributions) -> np.ndarray:
    return first.shared.gram(second.shared) @ second.loadings


def _columns(table: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return table if _everything(rows, table.shape[1]) else table[:, rows]


def _picked(own: sparse.csc_array, rows: np.ndarray) -> sparse.csc_array:
    return own if _everything(rows, own.shape[1]) else own[:, rows]


def _dot(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.einsum("fr,fr->r", one, other)


def squares(influence: Contributions) -> np.ndarray:
    """Return sum_s e_s^2 of each row, shape (rows,); what rounding leaves of zero is zero."""
    rows = np.arange(influence.shape[1])
    found = crossed(influence, influence, rows, rows)
    own = influence.squares_of_own
    # Where the parts cancel, dense errors are squared after they cancelled, sparse ones before.
    return np.where(found > (SQUARED_ROUNDING if influence.few else ROUNDING) * own, found, 0.0)


def small_sample(n_schools: np.ndarray) -> np.ndarray:
    """Return G / (G - 1); NaN with fewer than two schools."""
    schools = np.asarray(n_schools, dtype=float)
    return np.divide(schools, schools - 1, out=np.full(schools.shape, np.nan), where=schools > 1)


def variance(influence: Contributions, n_schools: np.ndarray) -> np.ndarray:
    """Return V = G / (G - 1) * sum_s e_s^2 of each row, shape (rows,); NaN with one school.

    n_schools : schools with a pupil in the row's denominator, G, shape (rows,).
    """
    return small_sample(n_schools) * squares(influence)


def covariance(influence: Contributions, n_schools: np.ndarray) -> np.ndarray:
    """Return the covariances of all rows, shape (rows, rows), G / (G - 1) sum_s e_s f_s.

    n_schools : G of each row; two rows take the geometric mean of their factors, so that a
        correlation doesn't depend on them. For tens of rows: the result is dense.
    """
    root = np.sqrt(small_sample(n_schools))
    return root[:, None] * (influence.dense @ influence.dense.T) * root


def _column_sums(matrix: sparse.sparray) -> np.ndarray:
    return np.asarray(matrix.sum(axis=0)).ravel()
