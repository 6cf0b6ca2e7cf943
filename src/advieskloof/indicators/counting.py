"""Blocks of shares and means counted on pupils, or on pupils who are alike; and their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from advieskloof.indicators.blocks import Block, Measure
from advieskloof.indicators.estimating import Estimated, differences, estimated
from advieskloof.indicators.groups import Grouping
from advieskloof.indicators.rows import Rows, identity, of_block, of_gaps
from advieskloof.schemas import TOTAL
from advieskloof.uncertainty.influence import own_only
from advieskloof.uncertainty.places import Places, Tally, gaps, occurring


@dataclass(frozen=True)
class Counted:
    """Pupils, or pupils who are alike, each in a school and a group; arrays of one length.

    family : of each group; groups are compared within a family (`uncertainty.places`).
    n : how many pupils each stands for; w : the sum of their weights, None without weights.
    """

    school: np.ndarray
    group: np.ndarray
    n_schools: int
    family: np.ndarray
    n: np.ndarray | None = None
    w: np.ndarray | None = None

    @cached_property
    def _at(self) -> tuple[Places, np.ndarray]:
        return occurring(self.school, self.group, self.family, self.n_schools)

    @property
    def places(self) -> Places:
        """Schools and groups that have pupils."""
        return self._at[0]

    def sums(self, mine: np.ndarray, values: np.ndarray | None) -> np.ndarray:
        """Return sums of values (1 by default) of those marked, (places,)."""
        places, place = self._at
        values = None if values is None else values[mine]
        return np.bincount(place[mine], values, len(places.school)).astype(float)


def with_total(
    school: np.ndarray, group: np.ndarray | None, sizes: tuple[int, int]
) -> tuple[np.ndarray, Counted]:
    """Return places of pupils, each in the own group and in that of everybody, which is the last.

    group : None where the cohort has no groups; sizes : numbers of schools and of groups.
    """
    n_schools, n_groups = sizes
    everybody = np.full(len(school), n_groups)
    places = np.tile(np.arange(len(school)), 1 if group is None else 2)
    groups = everybody if group is None else np.concatenate([group, everybody])
    return places, Counted(school[places], groups, n_schools, np.zeros(n_groups + 1, dtype=int))


def share_block(
    counted: Counted,
    measures: Sequence[Measure],
    among: Sequence[np.ndarray],
    reached: Sequence[np.ndarray],
) -> Block:
    """Return the shares of those `reached` among those of `among`, by group.

    among, reached : marks by measure; who is reached is among. With weights the shares are
    sum w (reached) / sum w (among), and n and k stay numbers of pupils.
    """
    n, k = (_tally(counted, marks, counted.n) for marks in (among, reached))
    top, mass = k, n
    if counted.w is not None:
        mass, top = (_tally(counted, marks, counted.w) for marks in (among, reached))
    top, mass = own_only(top, counted.places), own_only(mass, counted.places)
    return Block(measures, top, mass, n, k)


def _tally(counted: Counted, marks: Sequence[np.ndarray], values: np.ndarray | None) -> Tally:
    return Tally.of(np.array([counted.sums(mine, values) for mine in marks]))


def mean_block(
    counted: Counted, measures: Sequence[Measure], values: Sequence[np.ndarray]
) -> Block:
    """Return the means of values by group, NaN not counting; weighted where there are weights."""
    known, places = [~np.isnan(each) for each in values], counted.places
    weight = np.ones(len(counted.school)) if counted.n is None else counted.n
    mass = weight if counted.w is None else counted.w
    n_of, m_of = (_tally(counted, known, each) for each in (weight, mass))
    pairs = list(zip(known, values, strict=True))
    top = np.array([counted.sums(mine, mass * each) for mine, each in pairs])
    squares = places.sums(np.array([counted.sums(mine, weight * each**2) for mine, each in pairs]))
    # A spread of pupils stands beside means of pupils alone, not beside weighted ones.
    spread = squares if counted.w is None else np.full(len(squares), np.nan)
    top, bottom = own_only(Tally.of(top), places), own_only(m_of, places)
    return Block(measures, top, bottom, n_of, None, squares=spread)


def totals_too(grouped: Grouping) -> Grouping:
    """Return the groups of one column, and everybody as the last."""
    return Grouping(grouped.names, [*grouped.groups, (TOTAL,)], [])


@dataclass(frozen=True)
class Gap:
    """Two groups of a column that are compared, lowest less highest, and the words for it.

    partner : of each measure, the measure of the group that is subtracted; itself by default.
    """

    group: int
    reference: int
    words: str
    partner: np.ndarray | None = None

    @property
    def linked(self) -> tuple[np.ndarray, np.ndarray]:
        """The group, and the one that it is compared with."""
        return np.array([self.group]), np.array([self.reference])


def gap_of(at: Grouping, lowest: str, highest: str) -> Gap | None:
    """Return the gap between two groups of the only column; None where either doesn't occur."""
    if (lowest,) not in at.groups or (highest,) not in at.groups:
        return None
    words = f"minus {at.names[0]}={highest}"
    return Gap(at.groups.index((lowest,)), at.groups.index((highest,)), words)


def add_block(
    rows: Rows, block: Block, at: Grouping, cohort: str, defined: np.ndarray, gap: Gap | None
) -> Estimated:
    """Add the estimates of measures that are defined, where they have pupils, and their gap."""
    found, said = estimated(block), {"cohort": cohort}
    columns = {**identity(rows, block.measures, at), **of_block(block, found), **said}
    n, n_groups = found.numbers.n, len(at.groups)
    rows.add({**columns, "reference": ""}, np.repeat(defined, n_groups) & (n > 0))
    if gap is not None:
        compared = gaps(block.places, *gap.linked, gap.partner)
        columns = {
            **identity(rows, block.measures, at, compared.group),
            **of_gaps(differences(found, compared).numbers, "plain"),
            "reference": gap.words,
        }
        both = [each.ravel() > 0 for each in compared.sides(n.reshape(-1, n_groups))]
        rows.add({**columns, **said}, defined & np.logical_and(*both))
    return found
