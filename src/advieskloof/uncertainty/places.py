"""Where schools add to numbers of groups: places, each a school and a group."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse

ROWS_IN_CACHE = 512
# Groups of so many schools on average are worth a product each.
MANY_SCHOOLS = 500


@dataclass(frozen=True, eq=False)
class Places:
    """Schools that may add something to a group, by group and within these by school.

    What schools add to several measures of the same groups is an array (measures, places). A row
    is a measure and a group, measure by measure.

    school : of each place, whole numbers (places,).
    ends : where each group begins among the places, and the end (groups + 1,).
    family : of each group; groups of one family have the same schools, so that they can be
        compared school by school.
    """

    school: np.ndarray
    ends: np.ndarray
    family: np.ndarray
    n_schools: int

    @property
    def n_groups(self) -> int:
        """Groups."""
        return len(self.ends) - 1

    @property
    def full(self) -> bool:
        """Whether every school has a place in every group."""
        return len(self.school) == self.n_groups * self.n_schools

    @cached_property
    def sizes(self) -> np.ndarray:
        """Schools of each group, (groups,)."""
        return np.diff(self.ends)

    @cached_property
    def group(self) -> np.ndarray:
        """Group of each place, (places,)."""
        return np.repeat(np.arange(self.n_groups), self.sizes)

    @cached_property
    def slot(self) -> np.ndarray:
        """Place of each group in its family, (groups,)."""
        order = np.argsort(self.family, kind="stable")
        found = np.empty(self.n_groups, dtype=int)
        starts = np.searchsorted(self.family[order], self.family[order])
        found[order] = np.arange(self.n_groups) - starts
        return found

    @property
    def parts(self) -> list[slice]:
        """Where each group's places are."""
        return [slice(*ends) for ends in pairwise(self.ends.tolist())]

    @cached_property
    def key(self) -> np.ndarray:
        """A number for each place's group and school, rising, (places,)."""
        return self.group * np.int64(self.n_schools) + self.school

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return the sum over each group's schools of values (measures, places), (rows,)."""
        return self._summed(values, np.float64)

    def count(self, marks: np.ndarray) -> np.ndarray:
        """Return how many of each group's schools are marked in (measures, places), (rows,)."""
        return self._summed(marks, np.int32)

    def _summed(self, values: np.ndarray, kind: type) -> np.ndarray:
        found = np.zeros((len(values), self.n_groups), dtype=kind)
        held = np.flatnonzero(self.sizes)
        if len(held):
            found[:, held] = np.add.reduceat(values, self.ends[held], axis=1, dtype=kind)
        return found.ravel()

    def products(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Return the sum over each group's schools of one * other (measures, places), (rows,)."""
        if len(self.school) < MANY_SCHOOLS * self.n_groups:
            return self.sums(one * other)
        sums = [np.vecdot(one[:, part], other[:, part]) for part in self.parts]
        return np.array(sums).T.ravel()

    def spread(self, of_groups: np.ndarray) -> np.ndarray:
        """Return what holds for groups (..., groups) at each of their places, (..., places)."""
        return np.repeat(of_groups, self.sizes, axis=-1)

    def picked(self, groups: np.ndarray) -> np.ndarray:
        """Return the places of some groups, in that order."""
        return _ranges(self.ends[groups], self.sizes[groups])


def turned(table: np.ndarray) -> np.ndarray:
    """Return a table with rows for columns, in that order in memory."""
    found = np.empty(table.shape[::-1])
    # A few rows at a time stay in the processor's cache, which is several times faster.
    for start in range(0, len(table), ROWS_IN_CACHE):
        part = slice(start, start + ROWS_IN_CACHE)
        found[:, part] = table[part].T
    return found


@dataclass(frozen=True, eq=False)
class Tally:
    """What schools add to measures at places; measures that are alike are kept once.

    values : numbers or marks (distinct measures, places).
    which : of each measure, its place among these, (measures,).
    """

    values: np.ndarray
    which: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> "Tally":
        """Return measures (measures, places) that are each kept apart."""
        return cls(values, np.arange(len(values)))

    def of_rows(self, summed: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Return what a sum over schools (of Places) gives for every measure, (rows,)."""
        return summed(self.values).reshape(len(self.values), -1)[self.which].ravel()

    def with_other(self, other: "Tally", combine: np.ufunc) -> "Tally":
        """Return combine(mine, other's) of each measure."""
        pairs = list(zip(self.which.tolist(), other.which.tolist(), strict=True))
        distinct = {pair: place for place, pair in enumerate(dict.fromkeys(pairs))}
        kind = combine(self.values[:0], other.values[:0]).dtype
        found = np.empty((len(distinct), self.values.shape[1]), dtype=kind)
        for (mine, its), place in distinct.items():
            combine(self.values[mine], other.values[its], out=found[place])
        return Tally(found, np.array([distinct[pair] for pair in pairs]))


def of_keys(keys: np.ndarray, family: np.ndarray, n_schools: int) -> Places:
    """Return the places with the given keys: a group has the schools of all of its family.

    keys : group * n_schools + school, in any order; family : of each group, whole numbers.
    """
    group, school = np.divmod(keys, n_schools)
    every = _distinct(family[group] * np.int64(n_schools) + school)
    starts, stops = np.searchsorted(every, n_schools * np.array([family, family + 1]))
    school = (every % n_schools).astype(np.int32)[_ranges(starts, stops - starts)]
    return Places(school, np.append(0, np.cumsum(stops - starts)), family, n_schools)


def _distinct(numbers: np.ndarray) -> np.ndarray:
    # Sorting whole numbers is ten times faster than the hashing of `np.unique`.
    ordered = np.sort(numbers)
    return ordered[np.diff(ordered, prepend=-1) > 0]


def _ranges(starts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the whole numbers from each start on, as many as its size, one range after another."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(sizes.sum())


def families(n_groups: int, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the family of each group: those that are linked, each of `one` with that of `other`.

    whole numbers (n_groups,).
    """
    links = sparse.coo_array((np.ones(len(one)), (one, other)), shape=(n_groups, n_groups))
    return sparse.csgraph.connected_components(links, directed=False)[1]


def grid(n_groups: int, n_schools: int) -> Places:
    """Return the places of every school in every group."""
    return of_keys(np.arange(n_schools), np.zeros(n_groups, dtype=int), n_schools)


def occurring(
    school: np.ndarray, group: np.ndarray, family: np.ndarray, n_schools: int
) -> tuple[Places, np.ndarray]:
    """Return the places of those who are in a school and a group, and the place of each of them."""
    key = group * np.int64(n_schools) + school
    places = of_keys(key, family, n_schools)
    place_of = np.empty(len(family) * n_schools, dtype=np.int32)
    place_of[places.key] = np.arange(len(places.key))
    return places, place_of[key]


@dataclass(frozen=True, eq=False)
class Gaps:
    """Groups that are compared, each with a reference group of its family.

    group, reference : codes of groups, (gaps,).
    partner : of each measure, the one whose reference is taken; itself by default.
    places : a gap stands for a group; its schools are those of the family.
    mine, other : the places of the groups and of the references.
    """

    group: np.ndarray
    reference: np.ndarray
    partner: np.ndarray | slice
    places: Places
    mine: np.ndarray
    other: np.ndarray

    def sides(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return values (measures, groups) of each gap's group and reference, (measures, gaps)."""
        return values[..., self.group], values[..., self.partner, :][..., self.reference]

    def apart(self, values: np.ndarray) -> np.ndarray:
        """Return values (measures, places) of the group less the reference, school by school."""
        found = values.take(self.mine, axis=1)
        found -= values[self.partner].take(self.other, axis=1)
        return found

    def either(self, marks: Tally) -> Tally:
        """Return which schools are marked in the group or in the reference."""
        mine = Tally(marks.values.take(self.mine, axis=1), marks.which)
        other = Tally(marks.values.take(self.other, axis=1), marks.which[self.partner])
        return mine.with_other(other, np.logical_or)


def gaps(
    places: Places,
    group: np.ndarray,
    reference: np.ndarray,
    partner: np.ndarray | None = None,
) -> Gaps:
    """Return the comparisons of groups with reference groups, which are of their family."""
    mine, other = places.picked(group), places.picked(reference)
    ends = np.append(0, np.cumsum(places.sizes[group]))
    apart = Places(places.school[mine], ends, places.family[group], places.n_schools)
    of_each = slice(None) if partner is None else partner
    return Gaps(group, reference, of_each, apart, mine, other)
