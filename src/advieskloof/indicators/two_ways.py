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

from advieskloof.indicators.clustered import Clusters, Coded
from advieskloof.uncertainty.influence import ROUNDING, small_sample


@dataclass(frozen=True)
class Counted:
    """What the shares of one column count.

    reached, among : what numerators and denominators count, float 0 or 1 (measures, values).
    """

    reached: np.ndarray
    among: np.ndarray


@dataclass(frozen=True)
class Met:
    """How often a column's values meet in the clusters of one way, and in how many they are.

    within : Q of each group, (groups, values, values); between : of each comparison.
    n : clusters with a pupil in the denominator, (groups, measures); n_both : with one in both of
        a comparison.
    schools : where clusters are schools, what else is told of them.
    """

    within: np.ndarray
    between: np.ndarray
    n: np.ndarray
    n_both: np.ndarray
    schools: "Schools | None"


@dataclass(frozen=True)
class Schools:
    """Pupils by value, (groups, values); and schools (groups, measures).

    reached, rest : schools with a pupil in the numerator, and in the denominator alone.
    """

    total: np.ndarray
    reached: np.ndarray
    rest: np.ndarray


def met(held: Clusters, columns: Coded, counted: Sequence[Counted]) -> list[Met]:
    """Return how the values of each column meet; `counted` is what the shares of each count."""
    counts = held.counts(columns)
    pairs = [(counts[mine], counts[its]) for mine, its in held.met]
    return [
        _met(held, counts[:, here], [(one[:, here], other[:, here]) for one, other in pairs], each)
        for here, each in zip(columns.columns, counted, strict=True)
    ]


def _met(
    held: Clusters,
    counts: np.ndarray,
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
    counted: Counted,
) -> Met:
    within = [counts[start:end].T @ counts[start:end] for start, end in pairwise(held.ends)]
    between = [mine.T @ its for mine, its in pairs]
    sets, which = _distinct(counted.among)
    among = _sums(counts, sets)
    both = [(_sums(mine, sets) > 0) & (_sums(its, sets) > 0) for mine, its in pairs]
    values, n_sets = counts.shape[1], len(sets)
    return Met(
        np.array(within, dtype=float),
        np.reshape(between, (-1, values, values)).astype(float),
        held.of_groups(among > 0)[:, which],
        np.reshape([each.sum(axis=0) for each in both], (-1, n_sets)).astype(float)[:, which],
        _schools(held, counts, counted, among[:, which]) if held.of_schools else None,
    )


def _schools(held: Clusters, counts: np.ndarray, counted: Counted, among: np.ndarray) -> Schools:
    reached = _sums(counts, counted.reached)
    in_groups = held.of_groups(reached > 0), held.of_groups(among > reached)
    return Schools(held.of_groups(counts), *in_groups)


def _distinct(sets: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """Return the rows that differ, and which of these each row is."""
    found: dict[bytes, int] = {}
    which = [found.setdefault(row.tobytes(), len(found)) for row in sets]
    return sets[[which.index(place) for place in found.values()]], which


def _sums(counts: np.ndarray, sets: np.ndarray) -> np.ndarray:
    """Return how many pupils of each place have a value of each set, (places, sets)."""
    return counts @ sets.T.astype(counts.dtype)


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

    counted : what they count; ways : how the column's values meet in each way.
    """

    counted: Counted
    ways: Sequence[Met]

    @cached_property
    def n(self) -> np.ndarray:
        """Pupils in the denominator."""
        return self.ways[0].schools.total @ self.counted.among.T

    @cached_property
    def k(self) -> np.ndarray:
        """Pupils in the numerator."""
        return self.ways[0].schools.total @ self.counted.reached.T

    @cached_property
    def estimate(self) -> np.ndarray:
        """k / n, NaN where n is zero."""
        return np.divide(self.k, self.n, out=np.full(self.n.shape, np.nan), where=self.n > 0)

    @cached_property
    def influence(self) -> np.ndarray:
        """What a pupil of each value adds to the error of a share, (groups, measures, values)."""
        counted = self.counted
        apart = counted.reached - np.nan_to_num(self.estimate)[..., None] * counted.among
        return apart / np.maximum(self.n, 1)[..., None]

    @cached_property
    def squared(self) -> list[np.ndarray]:
        """Sums of squared influences by way; what rounding leaves of zero is zero."""
        scale, among = np.maximum(self.n, 1) ** 2, self.counted.among
        found = []
        for way in self.ways:
            mine = (self.influence @ way.within * self.influence).sum(axis=-1)
            parts = (among @ way.within * among).sum(axis=-1) / scale
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
