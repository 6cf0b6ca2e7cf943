"""Shares clustered in primary and in secondary school at once.

A pupil counts for a share by the value of one column alone. So all that the errors of a column's
shares rest on is how often values meet within clusters: with N the counts (clusters x values) of a
group, Q = N'N, and w the influence of each value on a share, the clusters' squared influences add
up to w'Qw, and two groups' products to w'Q w with Q = N'N of one and the other. Then

    V = V(primary) + V(secondary) - V(primary x secondary), V = G / (G - 1) * w'Qw each.

Source: Cameron, Gelbach and Miller (2011), Robust inference with multiway clustering.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from advieskloof.indicators.blocks import Links
from advieskloof.indicators.coded import MISSING
from advieskloof.uncertainty.influence import ROUNDING, small_sample


@dataclass(frozen=True)
class Way:
    """Pupils of a cohort in clusters of one kind.

    order : places of the pupils, in the order of their clusters.
    cluster : of each in that order, whole numbers.
    """

    order: np.ndarray
    cluster: np.ndarray


def ways(primary: np.ndarray, secondary: np.ndarray) -> tuple[Way, Way, Way]:
    """Return the clusters of pupils: primary schools, secondary schools, and both crossed.

    primary, secondary : whole numbers (pupils,), MISSING where there is no secondary school.
    """
    # ASSUME: pupils without a known secondary school depend on each other within their primary
    # school, and on nobody else's.
    primary = primary.astype(np.int64)
    alone = int(secondary.max(initial=MISSING)) + 1 + primary
    nested = np.where(secondary == MISSING, alone, secondary)
    crossed = primary * (int(nested.max(initial=0)) + 1) + nested
    return tuple(_way(cluster) for cluster in (primary, nested, crossed))


def _way(cluster: np.ndarray) -> Way:
    order = np.argsort(cluster, kind="stable")
    return Way(order, cluster[order])


@dataclass(frozen=True)
class Clusters:
    """Clusters of the pupils of groups, in one way; a place is a cluster and a group with pupils.

    order : pupils of the cohort who are in a group; place : of each in that order.
    ends : where each group begins among the places, and the end (groups + 1,).
    met : by comparison of two groups, the places of clusters that are in both, in either.
    """

    order: np.ndarray
    place: np.ndarray
    ends: np.ndarray
    met: Sequence[tuple[np.ndarray, np.ndarray]]

    def counts(self, codes: np.ndarray, n_values: int) -> np.ndarray:
        """Return how many pupils of each place have each value, (places, values).

        codes : of each pupil of the cohort, MISSING for who has no value.
        """
        # Who has no value is counted in a column of its own, which goes.
        at = self.place * (n_values + 1) + codes[self.order] + 1
        size = int(self.ends[-1]) * (n_values + 1)
        return np.bincount(at, minlength=size).reshape(-1, n_values + 1)[:, 1:].astype(float)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of values of the pupils of each place, (places,)."""
        return np.bincount(self.place, values[self.order], int(self.ends[-1]))

    def of_groups(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of values of places (places, ...) by group, (groups, ...)."""
        return np.array([values[start:end].sum(axis=0) for start, end in pairwise(self.ends)])


def clusters(way: Way, codes: np.ndarray, n_groups: int, linked: Links) -> Clusters:
    """Return the clusters of groups; `codes` are the pupils' groups, MISSING for none."""
    of_way = codes[way.order]
    inside = np.flatnonzero(of_way != MISSING)
    # Radix sort works on small numbers alone, and is stable: clusters stay in order.
    kind = np.int16 if n_groups < np.iinfo(np.int16).max else np.int64
    inside = inside[np.argsort(of_way[inside].astype(kind), kind="stable")]
    group, cluster = of_way[inside], way.cluster[inside]
    new = (np.diff(group, prepend=-1) != 0) | (np.diff(cluster, prepend=-1) != 0)
    first = np.flatnonzero(new)
    ends = np.searchsorted(group[first], np.arange(n_groups + 1))
    met = [_meeting(cluster[first], ends, *pair) for pair in zip(*linked, strict=True)]
    return Clusters(way.order[inside], np.cumsum(new) - 1, ends, met)


def _meeting(
    cluster: np.ndarray, ends: np.ndarray, one: int, other: int
) -> tuple[np.ndarray, np.ndarray]:
    mine, its = (cluster[ends[group] : ends[group + 1]] for group in (one, other))
    _, at, where = np.intersect1d(mine, its, assume_unique=True, return_indices=True)
    return ends[one] + at, ends[other] + where


@dataclass(frozen=True)
class Met:
    """How often values meet in the clusters of one way, and in how many clusters they are.

    within : Q of each group, (groups, values, values); between : of each comparison.
    n : clusters with a pupil in the denominator, (groups, measures); n_both : in both of a
        comparison.
    """

    within: np.ndarray
    between: np.ndarray
    n: np.ndarray
    n_both: np.ndarray


def met(held: Clusters, counts: np.ndarray, among: np.ndarray) -> Met:
    """Return how a column's values meet.

    counts : of `held`; among : what denominators count, float 0 or 1 (measures, values).
    """
    within = [counts[start:end].T @ counts[start:end] for start, end in pairwise(held.ends)]
    between = [counts[mine].T @ counts[its] for mine, its in held.met]
    distinct, which = np.unique(among, axis=0, return_inverse=True)
    marks = counts @ distinct.T > 0
    both = [(marks[mine] & marks[its]).sum(axis=0) for mine, its in held.met]
    square = (len(held.met), *[counts.shape[1]] * 2)
    return Met(
        np.array(within),
        np.reshape(between, square),
        held.of_groups(marks)[:, which.ravel()],
        np.reshape(both, (len(held.met), len(distinct)))[:, which.ravel()],
    )


def schools_with(held: Clusters, counts: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return in how many clusters somebody has one of the values, (groups, measures).

    counts : of `held`; values : float 0 or 1 (measures, values).
    """
    distinct, which = np.unique(values, axis=0, return_inverse=True)
    return held.of_groups(counts @ distinct.T > 0)[:, which.ravel()]


@dataclass(frozen=True)
class Found:
    """Numbers, their two-way variance, and pupils and schools behind them; arrays of one shape."""

    estimate: np.ndarray
    variance: np.ndarray
    n: np.ndarray
    n_schools: np.ndarray


@dataclass(frozen=True)
class Shares:
    """Shares of a column, (groups, measures), clustered in three ways.

    total : pupils with each value, (groups, values).
    reached, among : what measures count, float 0 or 1 (measures, values).
    """

    total: np.ndarray
    reached: np.ndarray
    among: np.ndarray
    ways: Sequence[Met]

    @cached_property
    def n(self) -> np.ndarray:
        """Pupils in the denominator."""
        return self.total @ self.among.T

    @cached_property
    def k(self) -> np.ndarray:
        """Pupils in the numerator."""
        return self.total @ self.reached.T

    @cached_property
    def estimate(self) -> np.ndarray:
        """k / n, NaN where n is zero."""
        return np.divide(self.k, self.n, out=np.full(self.n.shape, np.nan), where=self.n > 0)

    @cached_property
    def influence(self) -> np.ndarray:
        """What a pupil of each value adds to the error of a share, (groups, measures, values)."""
        apart = self.reached - np.nan_to_num(self.estimate)[..., None] * self.among
        return apart / np.maximum(self.n, 1)[..., None]

    @cached_property
    def squared(self) -> list[np.ndarray]:
        """Sums of squared influences by way; what rounding leaves of zero is zero."""
        scale = np.maximum(self.n, 1) ** 2
        found = []
        for way in self.ways:
            mine = (self.influence @ way.within * self.influence).sum(axis=-1)
            parts = (self.among @ way.within * self.among).sum(axis=-1) / scale
            found.append(np.where(mine > ROUNDING * parts, mine, 0.0))
        return found

    def own(self) -> Found:
        """Return the shares."""
        schools = [way.n for way in self.ways]
        return Found(self.estimate, _two_way(self.squared, schools), self.n, _fewer(schools))

    def gaps(self, one: np.ndarray, other: np.ndarray) -> tuple[Found, Found]:
        """Return differences and ratios of the groups `one` and `other`, (comparisons, measures).

        By the delta method on the log, Var(a / b) = (a / b)^2 Var(e_a / a - e_b / b); a ratio with
        zero is NaN.
        """
        top, bottom = self.estimate[one], self.estimate[other]
        possible = (top > 0) & (bottom > 0)
        ratio = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=possible)
        schools, apart, relative = [], [], []
        for way, squared in zip(self.ways, self.squared, strict=True):
            product = self.influence[one] @ way.between * self.influence[other]
            parts = squared[one], squared[other], product.sum(axis=-1)
            apart.append(_difference(*parts, np.ones_like(top)))
            relative.append(_difference(*parts, np.nan_to_num(ratio)))
            schools.append(way.n[one] + way.n[other] - way.n_both)
        n, fewer = self.n[one] + self.n[other], _fewer(schools)
        of_ratio = _two_way(relative, schools) / np.where(possible, bottom, 1.0) ** 2
        return (
            Found(top - bottom, _two_way(apart, schools), n, fewer),
            Found(ratio, np.where(possible, of_ratio, 0.0), n, fewer),
        )


def ratio(ways: Sequence[Clusters], top: np.ndarray, bottom: np.ndarray) -> Found:
    """Return sum(top) / sum(bottom) of pupils by group, NaN where the latter is zero.

    n is the number of pupils with a bottom above zero; arrays (groups,).
    """
    squared, schools = [], []
    for held in ways:
        above, below = held.sums(top), held.sums(bottom)
        total, mass = held.of_groups(above), held.of_groups(below)
        value = np.divide(total, mass, out=np.full(len(mass), np.nan), where=mass > 0)
        group = np.repeat(np.arange(len(mass)), np.diff(held.ends))
        error = (above - np.nan_to_num(value)[group] * below) / np.where(mass > 0, mass, 1.0)[group]
        squared.append(held.of_groups(error**2))
        schools.append(held.of_groups((below > 0).astype(float)))
    n = ways[0].of_groups(ways[0].sums((bottom > 0).astype(float)))
    return Found(value, _two_way(squared, schools), n, _fewer(schools))


def _difference(
    one: np.ndarray, other: np.ndarray, product: np.ndarray, times: np.ndarray
) -> np.ndarray:
    """Return the sum of squares of e - times * f, zero where it is what rounding leaves of it."""
    parts = one + times**2 * other
    found = parts - 2 * times * product
    return np.where(found > ROUNDING * parts, found, 0.0)


def _two_way(squared: Sequence[np.ndarray], schools: Sequence[np.ndarray]) -> np.ndarray:
    """Return the variance; the larger of two ways where the sum isn't above zero."""
    one, other, both = (np.nan_to_num(small_sample(g)) * s
                        for s, g in zip(squared, schools, strict=True))  # fmt: skip
    total = one + other - both
    return np.where(total > ROUNDING * (one + other), total, np.maximum(one, other))


def _fewer(schools: Sequence[np.ndarray]) -> np.ndarray:
    return np.minimum(schools[0], schools[1])
