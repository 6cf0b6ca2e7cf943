"""Blocks of shares and means counted on pupils, or on pupils who are alike; and their rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from advieskloof.indicators.blocks import Block, Measure
from advieskloof.indicators.estimating import Estimated, Gaps, differences, estimated
from advieskloof.indicators.groups import Grouping
from advieskloof.indicators.rows import Rows, identity, of_block, of_gaps
from advieskloof.schemas import TOTAL
from advieskloof.uncertainty.influence import own_only


@dataclass(frozen=True)
class Counted:
    """Pupils, or pupils who are alike, each in a school and a group; arrays of one length.

    n : how many pupils each stands for; w : the sum of their weights, None without weights.
    """

    school: np.ndarray
    group: np.ndarray
    n_schools: int
    n_groups: int
    n: np.ndarray | None = None
    w: np.ndarray | None = None

    def sums(self, mine: np.ndarray, values: np.ndarray | None) -> sparse.csc_array:
        """Return sums of values (1 by default) of those marked, schools x groups."""
        data = np.ones(int(mine.sum())) if values is None else values[mine]
        where = self.school[mine], self.group[mine]
        return sparse.coo_array((data, where), shape=(self.n_schools, self.n_groups)).tocsc()


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
    return places, Counted(school[places], groups, n_schools, n_groups + 1)


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
    pupils = [counted.sums(mine, counted.n) for mine in among]
    k = [counted.sums(mine, counted.n) for mine in reached]
    n_of, k_of = (sparse.hstack(each, format="csc") for each in (pupils, k))
    if counted.w is None:
        return Block(measures, own_only(k_of), own_only(n_of), n_of, k_of)
    top = sparse.hstack([counted.sums(mine, counted.w) for mine in reached], format="csc")
    mass = sparse.hstack([counted.sums(mine, counted.w) for mine in among], format="csc")
    return Block(measures, own_only(top), own_only(mass), n_of, k_of)


def mean_block(
    counted: Counted, measures: Sequence[Measure], values: Sequence[np.ndarray]
) -> Block:
    """Return the means of values by group, NaN not counting; weighted where there are weights."""
    known = [~np.isnan(each) for each in values]
    weight = np.ones(len(counted.school)) if counted.n is None else counted.n
    mass = weight if counted.w is None else counted.w
    pairs = list(zip(known, values, strict=True))
    n_of = sparse.hstack([counted.sums(mine, weight) for mine in known], format="csc")
    m_of = sparse.hstack([counted.sums(mine, mass) for mine in known], format="csc")
    top = sparse.hstack([counted.sums(mine, mass * each) for mine, each in pairs], format="csc")
    squares = np.concatenate(
        [counted.sums(mine, weight * each**2).sum(axis=0) for mine, each in pairs]
    )
    # A spread of pupils stands beside means of pupils alone, not beside weighted ones.
    spread = squares if counted.w is None else np.full(len(squares), np.nan)
    return Block(measures, own_only(top), own_only(m_of), n_of, None, squares=spread)


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
        every = np.arange(len(block.measures))
        other = every if gap.partner is None else gap.partner
        gaps = Gaps(every * n_groups + gap.group, other * n_groups + gap.reference)
        columns = {
            **identity(rows, block.measures, at, np.array([gap.group])),
            **of_gaps(differences(found, gaps), "plain"),
            "reference": gap.words,
        }
        rows.add({**columns, **said}, defined & (n[gaps.group] > 0) & (n[gaps.reference] > 0))
    return found
