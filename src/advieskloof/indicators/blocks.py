"""Blocks of numbers: some measures for all groups of a grouping, as totals that schools add to.

Every estimate here is a ratio T / M of two totals, with what each school adds to them. Cohorts are
pooled by adding their totals up, and a share is no different from a standardised mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from advieskloof.uncertainty.influence import Contributions, Factors, added


@dataclass(frozen=True)
class Measure:
    """What is estimated: the columns of ESTIMATES that say so, and what it needs.

    needs : of 'test_advice' and 'score'; an advice is always needed.
    """

    indicator: str
    definition: str
    base: str
    adjustment: str
    unit: str = "share"
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """Totals of measures by group; a row is a measure and a group, measure by measure.

    numerator, denominator : T and M with what each school adds.
    pupils : pupils of the denominator by school, sparse (schools x rows).
    reached : pupils of the numerator, likewise; None where measures are no shares.
    target : the weight that a full coverage has, (rows,); None where nothing is standardised.
    squares : sum of squared outcomes, (rows,), for the spread of what isn't a share; or None.
    note : what every row says beside its numbers, or ''.
    """

    measures: Sequence[Measure]
    numerator: Contributions
    denominator: Contributions
    pupils: sparse.csc_array
    reached: sparse.csc_array | None
    target: np.ndarray | None = None
    squares: np.ndarray | None = None
    note: str = ""

    @property
    def n_groups(self) -> int:
        """Groups of the grouping."""
        return self.pupils.shape[1] // len(self.measures)


@dataclass(frozen=True)
class Places:
    """Schools and groups that have a pupil there in any cohort, by group and then by school.

    All cohorts share them, so that adding cohorts up is adding numbers and needs no searching.

    school : of each place.
    ends : where each group begins among the places, and the end (groups + 1,).
    """

    school: np.ndarray
    ends: np.ndarray
    n_schools: int
    columns: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    def columns_of(self, measures: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the places in schools x rows of so many measures: indices and indptr, once."""
        if measures not in self.columns:
            n = len(self.school)
            offsets = n * np.arange(measures, dtype=np.int32)[:, None]
            indptr = np.append((offsets + self.ends[None, :-1]).ravel(), np.int32(measures * n))
            self.columns[measures] = np.tile(self.school, measures), indptr
        return self.columns[measures]


@dataclass(frozen=True)
class Pairs:
    """Pupils of one cohort in the order of groups and, within these, of schools.

    A pair is a school and a group; it may have no pupils in this cohort.

    order : places of the pupils (pupils,).
    starts : where each pair begins in that order, and the end (pairs + 1,).
    places : what the pairs are, the same in all cohorts.
    kept : what several blocks take from the pairs, made once.
    """

    order: np.ndarray
    starts: np.ndarray
    places: Places
    kept: dict[str, object] = field(default_factory=dict)

    @property
    def bounds(self) -> np.ndarray:
        """Where each group begins among the pupils in `order`, and the end (groups + 1,)."""
        return self.starts[self.places.ends]

    @property
    def n_groups(self) -> int:
        """Groups of the grouping."""
        return len(self.places.ends) - 1

    def sums(self, columns: np.ndarray, data: np.ndarray, table: np.ndarray) -> np.ndarray:
        """Return the sum over each pair's pupils of data * table[columns], (pairs, columns).

        columns : row of the table for each pupil in `order`; data : their factor.
        """
        shape = (len(self.places.school), len(table))
        return sparse.csr_array((data, columns, self.starts), shape=shape) @ table

    def counts(self, rows: np.ndarray, table: np.ndarray) -> np.ndarray:
        """Return the sum over each pair's pupils of table[rows], (pairs, columns)."""
        # Columns that are alike are added up once: n is the same for under and over.
        distinct, place = np.unique(table, axis=1, return_inverse=True)
        sums = self.sums(rows, np.ones(len(rows)), distinct)
        # Column by column in memory, as `by_school` wants them.
        return np.ascontiguousarray(sums.T)[place.ravel()].T

    def by_school(self, values: np.ndarray) -> sparse.csc_array:
        """Return values of pairs (pairs, measures) as schools x rows, measure by measure."""
        measures = values.shape[1]
        indices, indptr = self.places.columns_of(measures)
        shape = (self.places.n_schools, measures * self.n_groups)
        return sparse.csc_array((np.ascontiguousarray(values.T).ravel(), indices, indptr), shape)


def pairs(
    schools: Sequence[np.ndarray],
    groups: Sequence[np.ndarray | None],
    n_schools: int,
    n_groups: int,
) -> list[Pairs | None]:
    """Return the pairs of each cohort's pupils, who stand in the order of their schools.

    A cohort without the grouping, whose groups are None, has no pairs.
    """
    # Radix sort works on small numbers alone, and is stable: within a group schools stay in order.
    kind = np.int16 if n_groups < np.iinfo(np.int16).max else np.int64
    orders = [None if group is None else np.argsort(group.astype(kind), kind="stable")
              for group in groups]  # fmt: skip
    keys = [None if order is None else group[order] * np.int64(n_schools) + school[order]
            for school, group, order in zip(schools, groups, orders, strict=True)]  # fmt: skip
    every = np.unique(np.concatenate([_distinct(key) for key in keys if key is not None]))
    ends = np.searchsorted(every, n_schools * np.arange(n_groups + 1)).astype(np.int32)
    places = Places((every % n_schools).astype(np.int32), ends, n_schools)
    return [
        None if order is None
        else Pairs(order.astype(np.int32), _starts(key, every), places)
        for order, key in zip(orders, keys, strict=True)
    ]  # fmt: skip


def _distinct(ordered: np.ndarray) -> np.ndarray:
    return ordered[np.append(True, ordered[1:] != ordered[:-1])]


def _starts(ordered: np.ndarray, every: np.ndarray) -> np.ndarray:
    """Return where each of `every` begins in the ordered keys, and the end."""
    return np.append(np.searchsorted(ordered, every), len(ordered)).astype(np.int32)


class Pool:
    """The totals of several cohorts added up, one block after another."""

    def __init__(self) -> None:
        self._sum = None
        self._loadings = [], []

    def add(self, block: Block) -> None:
        """Add a cohort's block; its own contributions needn't be kept."""
        parts = block.numerator, block.denominator
        for kept, part in zip(self._loadings, parts, strict=True):
            kept.append(part.loadings)
        self._sum = block if self._sum is None else _together(self._sum, block)

    def block(self, shared: Factors | None) -> Block:
        """Return the block of all cohorts; `shared` is their numerators' factors side by side."""
        top, bottom = (np.vstack(loadings) for loadings in self._loadings)
        held = self._sum
        return replace(
            held,
            numerator=Contributions(held.numerator.own, shared, top),
            denominator=Contributions(
                held.denominator.own, shared if held.denominator.shared else None, bottom
            ),
        )


def _together(one: Block, other: Block) -> Block:
    """Return two blocks added up, but for loadings on shared factors, which stay the first's."""
    tops, bottoms = (one.numerator, other.numerator), (one.denominator, other.denominator)
    top, bottom = added(tops[0].own, tops[1].own), added(bottoms[0].own, bottoms[1].own)
    # A plain share's totals are counts of pupils, which needn't be added twice.
    pupils = bottom if bottoms[0].own is one.pupils else added(one.pupils, other.pupils)
    reached = one.reached
    if reached is not None:
        reached = top if tops[0].own is one.reached else added(one.reached, other.reached)
    return Block(
        one.measures,
        replace(one.numerator, own=top),
        replace(one.denominator, own=bottom),
        pupils,
        reached,
        None if one.target is None else one.target + other.target,
        None if one.squares is None else one.squares + other.squares,
        one.note or other.note,
    )
