"""An estimate carries its schools' influence: all that its uncertainty needs.

The influence of school s on an estimate is its term e_s in the linearised error,
sum_s e_s = 0. Variances, gaps, changes between cohorts, pooled years and tests of heterogeneity
are then linear algebra on influences: the influence of a sum of estimates is the sum of theirs,
and Cov = G / (G - 1) * sum_s e_s f_s (G schools).

A *contribution* is what school s adds to a number: to a total, or as influence to an estimate.
Contributions of schools to rows (a row is a number: a measure of a group) are

    own + shared @ loadings

`own` is what the row's pupils add where they are (`places`). `shared` (schools x factors, sparse)
and `loadings` (factors x rows) are what every school adds, since weights and expectations are
estimated from all schools; 6,600 schools x thousands of rows are so never held. Everything that
uncertainty needs of influences are sums of products over schools (`crossed`).

Registers are a census: the schools are treated as draws from a superpopulation.
Source: Woodruff (1971), A simple method for approximating the variance of a complicated estimate;
Binder (1983), On the variances of asymptotically normal estimators from complex surveys.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from advieskloof.uncertainty.places import Gaps, Places, Tally, turned

# ASSUME: schools are independent draws from a superpopulation of schools; pupils of one school may
# depend on each other in any way.

# Relative to its parts, a sum of products below this is what rounding leaves of zero.
ROUNDING = 1e-13
# Squares of what rounding leaves of zero are smaller still.
SQUARED_ROUNDING = 1e-24
# Of schools x rows, or schools x factors, so many numbers are held in full, and no more.
IN_FULL = 2_000_000


class Factors:
    """What schools add to factors that rows share (schools x factors), with its cross products."""

    def __init__(self, matrix: sparse.csr_array) -> None:
        self.matrix = matrix
        self.totals = np.asarray(matrix.sum(axis=0)).ravel()
        self._grams = {}

    def gram(self, other: "Factors") -> np.ndarray:
        """Return sum_s f_s g_s for each of these factors with each of the other's, dense."""
        if id(other) not in self._grams:
            # The other is kept, so that its id stays its own.
            self._grams[id(other)] = _gram(self.matrix, other.matrix), other
        return self._grams[id(other)][0]


def _gram(one: sparse.csr_array, other: sparse.csr_array) -> np.ndarray:
    found = np.zeros((one.shape[1], other.shape[1]))
    size = max(IN_FULL // other.shape[1], 1)
    for start in range(0, one.shape[0], size):
        part = slice(start, start + size)
        mine = one[part].toarray()
        found += mine.T @ (mine if other is one else other[part].toarray())
    return found


@dataclass(frozen=True, eq=False)
class Contributions:
    """What each school adds to the total of each row: own + shared @ loadings.

    own : what it adds at its places.
    shared : factors; None where nothing is shared.
    loadings : float array (factors, rows).
    """

    own: Tally
    places: Places
    shared: Factors | None
    loadings: np.ndarray

    def totals(self) -> np.ndarray:
        """Return the sum over schools of each row, shape (rows,)."""
        found = self.own.of_rows(self.places.sums)
        return found if self.shared is None else found + self.shared.totals @ self.loadings


def own_only(own: Tally, places: Places) -> Contributions:
    """Return contributions without a shared part."""
    return Contributions(own, places, None, np.zeros((0, len(own.which) * places.n_groups)))


def side_by_side(factors: list[Factors | None]) -> Factors | None:
    """Return the factors of several as one; None where there are none."""
    held = [each for each in factors if each is not None]
    if len(held) <= 1:
        return held[0] if held else None
    return Factors(sparse.hstack([each.matrix for each in held], format="csr"))


@dataclass(frozen=True, eq=False)
class Shared:
    """What every school adds to the influence on each row: factors @ loadings.

    there : the same where rows have places of their own, (measures, places).
    everywhere : the same of all schools, (schools, rows); None where that is too much to hold.
    """

    factors: Factors
    loadings: np.ndarray
    there: np.ndarray
    everywhere: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Influence:
    """What each school adds to the linearised error of each row.

    here : in all, at the places of the row, (measures, places).
    places : where they are.
    shared : what schools without a place add, and those with one too; None where that is nothing.
    """

    here: np.ndarray
    places: Places
    shared: Shared | None

    def full(self, rows: np.ndarray) -> np.ndarray:
        """Return some rows in full, (rows, schools); for tens of rows."""
        found = np.zeros((len(rows), self.places.n_schools))
        if self.shared is not None:
            found += (self.shared.factors.matrix @ self.shared.loadings[:, rows]).T
        for row, each in zip(found, rows.tolist(), strict=True):
            measure, group = divmod(each, self.places.n_groups)
            mine = slice(*self.places.ends[group : group + 2])
            row[self.places.school[mine]] = self.here[measure, mine]
        return found


def ratio(numerator: Contributions, denominator: Contributions) -> tuple[np.ndarray, Influence]:
    """Return the ratios of totals T / M, shape (rows,), and their influence.

    e_s = (t_s - (T / M) m_s) / M, which sums to zero over schools. Where M = 0 the ratio is NaN
    and the influence 0. Both have the same places, and the same factors if both share any.
    """
    total, mass = numerator.totals(), denominator.totals()
    known = mass > 0
    value = np.divide(total, mass, out=np.full(mass.shape, np.nan), where=known)
    inverse = np.divide(1.0, mass, out=np.zeros(mass.shape), where=known)
    less = np.where(known, value * inverse, 0.0)
    places, factors = numerator.places, numerator.shared
    own = _less(numerator.own, inverse, denominator.own, less, places)
    if factors is None:
        return value, Influence(own, places, None)
    loadings = numerator.loadings * inverse
    if denominator.shared is not None:
        loadings -= denominator.loadings * less
    return value, _with_shared(own, places, factors, loadings)


def _less(top: Tally, a: np.ndarray, bottom: Tally, b: np.ndarray, places: Places) -> np.ndarray:
    """Return a * top - b * bottom, (measures, places), with factors a and b for rows."""
    found = np.empty((len(top.which), len(places.school)))
    a, b = (factor.reshape(len(found), -1) for factor in (a, b))
    # A measure at a time stays in the processor's cache.
    for measure, (mine, less) in enumerate(zip(top.which, bottom.which, strict=True)):
        np.multiply(top.values[mine], places.spread(a[measure]), out=found[measure])
        found[measure] -= bottom.values[less] * places.spread(b[measure])
    return found


def _with_shared(
    own: np.ndarray, places: Places, factors: Factors, loadings: np.ndarray
) -> Influence:
    if not places.full:
        shared = _shared(factors, loadings, places)
        return Influence(own + shared.there, places, shared)
    here = turned(factors.matrix @ loadings).reshape(own.shape)
    here += own
    nothing = places.products(here, here) <= SQUARED_ROUNDING * places.products(own, own)
    for measure, group in np.argwhere(nothing.reshape(len(own), -1)).tolist():
        here[measure, slice(*places.ends[group : group + 2])] = 0.0
    return Influence(here, places, None)


def _shared(factors: Factors, loadings: np.ndarray, places: Places) -> Shared:
    n_rows = loadings.shape[1]
    if places.n_schools * n_rows > IN_FULL:
        return Shared(factors, loadings, _at_places(factors, loadings, places), None)
    everywhere = factors.matrix @ loadings
    first = places.school * np.int64(n_rows) + places.group
    there = [everywhere.take(first + row) for row in range(0, n_rows, places.n_groups)]
    return Shared(factors, loadings, np.array(there), everywhere)


def _at_places(factors: Factors, loadings: np.ndarray, places: Places) -> np.ndarray:
    """Return factors @ loadings at the places of the rows, (measures, places).

    One product for all: the schools of each family by loadings of its own, a column for a group.
    """
    _, first, family = np.unique(places.family, return_index=True, return_inverse=True)
    n_factors, slot = len(loadings), places.slot
    by_group = loadings.reshape(n_factors, -1, places.n_groups).transpose(2, 0, 1)
    table = np.zeros((len(first), n_factors, slot.max() + 1, by_group.shape[2]))
    table[family, :, slot] = by_group
    mine = factors.matrix[places.school[places.picked(first)]]
    ends = np.append(0, np.cumsum(places.sizes[first]))
    shift = np.repeat(n_factors * np.arange(len(first)), np.diff(mine.indptr[ends]))
    shape = mine.shape[0], n_factors * len(first)
    mine = sparse.csr_array((mine.data, mine.indices + shift, mine.indptr), shape)
    found = turned(mine @ table.reshape(shape[1], -1)).reshape(*table.shape[2:], -1)
    there = np.empty((table.shape[3], len(places.school)))
    for group, here in enumerate(places.parts):
        there[:, here] = found[slot[group], :, ends[family[group]] : ends[family[group] + 1]]
    return there


def difference(found: Influence, gaps: Gaps) -> Influence:
    """Return each gap's group less its reference; rows are a measure and a gap."""
    here = gaps.apart(found.here)
    if found.shared is None:
        return Influence(here, gaps.places, None)
    shared, everywhere = found.shared, found.shared.everywhere
    shape = -1, len(here), found.places.n_groups
    loadings = _apart(shared.loadings.reshape(shape), gaps)
    if everywhere is not None:
        everywhere = _apart(everywhere.reshape(shape), gaps)
    apart = Shared(shared.factors, loadings, gaps.apart(shared.there), everywhere)
    return Influence(here, gaps.places, apart)


def _apart(values: np.ndarray, gaps: Gaps) -> np.ndarray:
    """Return values (factors or schools, measures, groups) of gaps, (factors or schools, rows)."""
    return np.subtract(*gaps.sides(values)).reshape(len(values), -1)


def crossed(first: Influence, second: Influence) -> np.ndarray:
    """Return sum_s e_s f_s of each row of `first` with that of `second`, (rows,).

    Both have the same places, and share something or don't.
    """
    products = first.places.products
    found = products(first.here, second.here)
    one, other = first.shared, second.shared
    if one is None:
        return found
    return found + _crossed_shared(one, other) - products(one.there, other.there)


def _crossed_shared(first: Shared, second: Shared) -> np.ndarray:
    """Return the sum over all schools of the product of what is shared, (rows,)."""
    if first.everywhere is not None and second.everywhere is not None:
        return np.einsum("sr,sr->r", first.everywhere, second.everywhere)
    loaded = first.factors.gram(second.factors) @ second.loadings
    return np.einsum("fr,fr->r", first.loadings, loaded)


def squares(influence: Influence) -> np.ndarray:
    """Return sum_s e_s^2 of each row, shape (rows,); what rounding leaves of zero is zero."""
    found = crossed(influence, influence)
    if influence.shared is None:
        return found
    there = influence.shared.there
    parts = influence.places.products(there, there)
    return np.where(found > ROUNDING * parts, found, 0.0)


def small_sample(n_schools: np.ndarray) -> np.ndarray:
    """Return G / (G - 1); NaN with fewer than two schools."""
    schools = np.asarray(n_schools, dtype=float)
    return np.divide(schools, schools - 1, out=np.full(schools.shape, np.nan), where=schools > 1)


def variance(influence: Influence, n_schools: np.ndarray) -> np.ndarray:
    """Return V = G / (G - 1) * sum_s e_s^2 of each row, shape (rows,); NaN with one school.

    n_schools : schools with a pupil in the row's denominator, G, shape (rows,).
    """
    return small_sample(n_schools) * squares(influence)


def covariance(influence: np.ndarray, n_schools: np.ndarray) -> np.ndarray:
    """Return the covariances of rows, shape (rows, rows), G / (G - 1) sum_s e_s f_s.

    influence : in full, (rows, schools).
    n_schools : G of each row; two rows take the geometric mean of their factors, so that a
        correlation doesn't depend on them.
    """
    root = np.sqrt(small_sample(n_schools))
    return root[:, None] * (influence @ influence.T) * root
