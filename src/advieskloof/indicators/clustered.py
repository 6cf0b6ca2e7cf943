"""Pupils in clusters: by primary school, by secondary school and by both, within groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse

from advieskloof.indicators.blocks import Links
from advieskloof.indicators.coded import MISSING


@dataclass(frozen=True)
class Way:
    """Pupils of a cohort in clusters of one kind.

    order : places of the pupils, in the order of their clusters.
    cluster : of each in that order, whole numbers.
    of_schools : whether clusters are schools.
    """

    order: np.ndarray
    cluster: np.ndarray
    of_schools: bool


def ways(primary: np.ndarray, secondary: np.ndarray) -> tuple[Way, Way, Way]:
    """Return the clusters of pupils: primary schools, secondary schools, and both crossed.

    primary, secondary : whole numbers (pupils,), MISSING where there is no secondary school.
    """
    primary = primary.astype(np.int64)
    nested = secondary_clusters(primary, secondary)
    crossed = primary * (int(nested.max(initial=0)) + 1) + nested
    return _way(primary), _way(nested), _way(crossed, of_schools=False)


def secondary_clusters(primary: np.ndarray, secondary: np.ndarray) -> np.ndarray:
    """Return the cluster of each pupil in secondary school; arguments as of `ways`."""
    # ASSUME: pupils without a known secondary school depend on each other within their primary
    # school, and on nobody else's.
    alone = int(secondary.max(initial=MISSING)) + 1 + primary.astype(np.int64)
    return np.where(secondary == MISSING, alone, secondary)


def _way(cluster: np.ndarray, of_schools: bool = True) -> Way:
    order = np.argsort(cluster, kind="stable")
    return Way(order, cluster[order], of_schools)


@dataclass(frozen=True)
class Coded:
    """Columns of a cohort side by side, whose values have places in one row.

    place : of each pupil and column, (pupils, columns); `width` for who has no value.
    columns : the places of each column.
    width : how many places there are.
    """

    place: np.ndarray
    columns: Sequence[slice]
    width: int


def side_by_side(columns: Sequence[np.ndarray], sizes: Sequence[int]) -> Coded:
    """Return columns side by side.

    columns : codes (pupils,), MISSING for who has no value; sizes : how many values each has.
    """
    ends = np.append(0, np.cumsum(sizes)).tolist()
    place = np.empty((len(columns[0]), len(columns)), dtype=np.int32)
    for at, (codes, start) in enumerate(zip(columns, ends, strict=False)):
        np.add(codes, start, out=place[:, at], casting="unsafe")
        place[codes == MISSING, at] = ends[-1]
    return Coded(place, [slice(*each) for each in pairwise(ends)], ends[-1])


@dataclass(frozen=True)
class Clusters:
    """Clusters of the pupils of groups, in one way; a place is a cluster and a group with pupils.

    order : pupils of the cohort who are in a group, in the order of places.
    starts : where each place begins among them, and the end (places + 1,).
    ends : where each group begins among the places, and the end (groups + 1,).
    met : by comparison of two groups, the places of clusters that are in both, in either.
    of_schools : whether clusters are schools.
    """

    order: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    met: Sequence[tuple[np.ndarray, np.ndarray]]
    of_schools: bool

    @cached_property
    def kind(self) -> type:
        """The smaller numbers, which are faster, where they hold every count exactly."""
        # No count, nor sum of products of counts, is above the squared sizes of places added up.
        sizes = np.diff(self.starts).astype(np.int64)
        return np.float32 if sizes @ sizes < 2**24 else np.float64

    def counts(self, held: Coded) -> np.ndarray:
        """Return how many pupils of each place have each value, (places, width)."""
        indices = held.place[self.order].ravel()
        starts = self.starts * held.place.shape[1]
        ones, shape = np.ones(len(indices), self.kind), (len(starts) - 1, held.width + 1)
        return sparse.csr_array((ones, indices, starts), shape).toarray()[:, :-1]

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of values of the pupils of each place, (places,)."""
        place = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        return np.bincount(place, values[self.order], len(self.starts) - 1)

    def of_groups(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of values of places (places, ...) by group, (groups, ...)."""
        places, shape = int(self.ends[-1]), (len(self.ends) - 1, int(self.ends[-1]))
        ones = np.ones(places, self.kind if values.dtype == bool else values.dtype)
        by_group = sparse.csr_array((ones, np.arange(places), self.ends), shape)
        return (by_group @ values.astype(ones.dtype)).astype(float)


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
    return Clusters(way.order[inside], np.append(first, len(inside)), ends, met, way.of_schools)


def _meeting(
    cluster: np.ndarray, ends: np.ndarray, one: int, other: int
) -> tuple[np.ndarray, np.ndarray]:
    mine, its = (cluster[ends[group] : ends[group + 1]] for group in (one, other))
    where = np.minimum(np.searchsorted(its, mine), max(len(its) - 1, 0))
    at = np.flatnonzero(its[where] == mine) if len(its) else where[:0]
    return ends[one] + at, ends[other] + where[at]
