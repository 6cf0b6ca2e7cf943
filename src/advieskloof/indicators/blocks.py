"""Blocks of numbers: some measures for all groups of a grouping, as totals that schools add to.

Every estimate here is a ratio T / M of two totals, with what each school adds to them. Cohorts are
pooled by adding their totals up, and a share is no different from a standardised mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from advieskloof.indicators.groups import Grouping
from advieskloof.uncertainty.influence import Contributions, Factors, own_only
from advieskloof.uncertainty.places import Places, Tally, families, grid, of_keys, turned

# From this part of all schools x groups on, every school has a place in every group: sums over
# schools are then faster, and hold no more than a few numbers for nothing.
NEARLY_FULL = 1 / 3
# Groups, and the group that each is compared with.
Links = tuple[np.ndarray, np.ndarray]
NO_LINKS = np.array([], dtype=int), np.array([], dtype=int)


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
    pupils : pupils of the denominator, where they are.
    reached : pupils of the numerator, likewise; None where measures are no shares.
    target : the weight that a full coverage has, (rows,); None where nothing is standardised.
    squares : sum of squared outcomes, (rows,), for the spread of what isn't a share; or None.
    note : what every row says beside its numbers, or ''.
    """

    measures: Sequence[Measure]
    numerator: Contributions
    denominator: Contributions
    pupils: Tally
    reached: Tally | None
    target: np.ndarray | None = None
    squares: np.ndarray | None = None
    note: str = ""

    @property
    def places(self) -> Places:
        """Where schools have pupils."""
        return self.numerator.places

    @cached_property
    def coverage(self) -> np.ndarray:
        """The part of the weight that groups support, (rows,); NaN where nothing has weights."""
        if self.target is None:
            return np.full(len(self.measures) * self.places.n_groups, np.nan)
        weight, target = self.denominator.totals(), self.target
        return np.minimum(np.divide(weight, target, out=0 * weight, where=target > 0), 1.0)


@dataclass(frozen=True)
class Pairs:
    """Pupils of one cohort in the order of groups and, within these, of schools.

    A pair is a place, a school and a group; it may have no pupils in this cohort.

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

    def sums(self, columns: np.ndarray, data: np.ndarray, table: np.ndarray) -> np.ndarray:
        """Return the sum over each pair's pupils of data * table[columns], (measures, pairs).

        columns : row of the table for each pupil in `order`; data : their factor.
        """
        shape = (len(self.places.school), len(table))
        return turned(sparse.csr_array((data, columns, self.starts), shape=shape) @ table)

    def shares(self, measures: Sequence[Measure], rows: np.ndarray, table: "Table") -> Block:
        """Return shares k / n of the pupils; `table` has the columns of k and then of n."""
        counts = self.sums(rows, np.ones(len(rows)), table.distinct)
        reached, pupils = (Tally(counts, which) for which in np.split(table.which, 2))
        top, bottom = (own_only(each, self.places) for each in (reached, pupils))
        return Block(measures, top, bottom, pupils, reached)


@dataclass(frozen=True)
class Table:
    """What pupils of a kind count for; columns that are alike are kept once.

    distinct : (kinds, distinct columns).
    which : of each column its place among these.
    """

    distinct: np.ndarray
    which: np.ndarray


def table_of(columns: np.ndarray) -> Table:
    """Return the table of columns (kinds, columns)."""
    distinct, which = np.unique(columns, axis=1, return_inverse=True)
    return Table(distinct.astype(float), which.ravel())


def pairs(
    schools: Sequence[np.ndarray], grouped: Grouping, linked: Links, n_schools: int
) -> list[Pairs | None]:
    """Return the pairs of each cohort's pupils, who stand in the order of their schools.

    A cohort without the grouping has no pairs.

    linked : groups that are compared, and what with.
    """
    cohorts = list(zip(schools, grouped.codes, strict=True))
    orders = [None if codes is None else _order(codes, len(grouped.groups)) for _, codes in cohorts]
    runs = [
        None if order is None else _runs(codes[order] * np.int64(n_schools) + school[order])
        for (school, codes), order in zip(cohorts, orders, strict=True)
    ]
    places = _places([keys for keys, _ in filter(None, runs)], grouped, linked, n_schools)
    return [
        None if run is None else Pairs(order, _starts(*run, places), places)
        for order, run in zip(orders, runs, strict=True)
    ]


def _order(codes: np.ndarray, n_groups: int) -> np.ndarray:
    # Radix sort works on small numbers alone, and is stable: within a group schools stay in order.
    kind = np.int16 if n_groups < np.iinfo(np.int16).max else np.int64
    return np.argsort(codes.astype(kind), kind="stable").astype(np.int32)


def _runs(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct ordered keys, and where each begins, with the end."""
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[starts], np.append(starts, len(ordered))


def _places(keys: Sequence[np.ndarray], grouped: Grouping, linked: Links, n_schools: int) -> Places:
    """Return the schools with pupils in a group in any cohort, or in a group of its family.

    Groups that are compared are a family, and so are those of a region: all its pupils, whatever
    their group, make its weights.
    """
    n_groups = len(grouped.groups)
    one, other = linked
    if grouped.region:
        _, first, region = np.unique(
            grouped.region_of_group, return_index=True, return_inverse=True
        )
        one, other = np.append(one, np.arange(n_groups)), np.append(other, first[region])
    found = of_keys(np.concatenate(keys), families(n_groups, one, other), n_schools)
    if len(found.school) > NEARLY_FULL * n_groups * n_schools:
        return grid(n_groups, n_schools)
    return found


def _starts(keys: np.ndarray, starts: np.ndarray, places: Places) -> np.ndarray:
    """Return where each place begins among the pupils, given where their keys do, and the end."""
    pupils = np.zeros(len(places.key) + 1, dtype=np.int32)
    pupils[np.searchsorted(places.key, keys) + 1] = np.diff(starts)
    return np.cumsum(pupils, dtype=np.int32)


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
        of_denominator = shared if held.denominator.shared else None
        return replace(
            held,
            numerator=replace(held.numerator, shared=shared, loadings=top),
            denominator=replace(held.denominator, shared=of_denominator, loadings=bottom),
        )


def _together(one: Block, other: Block) -> Block:
    """Return two blocks added up, but for loadings on shared factors, which stay the first's."""
    top = _added(one.numerator.own, other.numerator.own)
    bottom = _added(one.denominator.own, other.denominator.own)
    # A plain share's totals are counts of pupils, which needn't be added twice.
    pupils = bottom if one.pupils is one.denominator.own else _added(one.pupils, other.pupils)
    reached = one.reached
    if reached is not None:
        reached = top if reached is one.numerator.own else _added(reached, other.reached)
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


def _added(one: Tally, other: Tally) -> Tally:
    return one.with_other(other, np.add)
