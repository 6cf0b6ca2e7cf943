"""`expected`: the difference, in levels, from the national expectation given the score."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from advieskloof.indicators.blocks import Block, Measure, Pairs
from advieskloof.indicators.coded import MISSING, Cohort
from advieskloof.indicators.outcomes import EXPECTED, Outcomes
from advieskloof.indicators.strata import points
from advieskloof.schemas import BASES
from advieskloof.uncertainty.influence import Contributions, Factors, own_only

BY_BAND = "expectation_by_score_band"
MEASURES = {
    base: Measure("difference_of_placed", EXPECTED, base, "raw", "levels", ("score",))
    for base in BASES
}


@dataclass(frozen=True)
class Expectation:
    """The expected level by cell of the score, and how schools made it.

    level : of each profile, 0 without one.
    cell : of each pupil (pupils,), `cells` where it isn't in the expectation.
    mean, n : expected level and pupils of each cell, with a last one of nobody.
    residuals : sum of the differences by school and cell, schools x cells.
    """

    level: np.ndarray
    cell: np.ndarray
    mean: np.ndarray
    n: np.ndarray
    residuals: Factors
    by_band: bool


def expectation(
    cohort: Cohort, stratum: np.ndarray, held: Outcomes, base: str, n_schools: int
) -> Expectation:
    """Return the mean level of all pupils at the same score of the same provider in the cohort.

    The pupil is in their own expectation, so that the differences of all sum to zero.
    """
    profile_level = held.by_base[base].level
    cell, by_band = points(cohort, stratum, ~np.isnan(profile_level)[cohort.profile])
    cells = int(cell.max(initial=MISSING)) + 1
    cell = np.where(cell == MISSING, cells, cell).astype(np.int32)
    level = np.nan_to_num(profile_level)
    mine = level[cohort.profile]
    n = np.bincount(cell, minlength=cells + 1).astype(float)
    n[cells] = 0.0
    total = np.bincount(cell, mine, minlength=cells + 1)
    mean = np.divide(total, n, out=np.zeros(cells + 1), where=n > 0)
    inside = cell < cells
    difference = (mine - mean[cell])[inside]
    places = (cohort.school[inside], cell[inside])
    residuals = sparse.coo_array((difference, places), shape=(n_schools, cells)).tocsr()
    return Expectation(level, cell, mean, n, Factors(residuals), by_band)


def expected_block(pairs: Pairs, profile: np.ndarray, held: Expectation, base: str) -> Block:
    """Return the mean difference from the expectation; `profile` is in the pairs' order.

    theta = sum (level - mu(score)) / n. The expectation is estimated, so school s adds
    sum_{i in s, group} (level_i - mu_i) - sum_v n_gv / n_v sum_{i in s at v} (level_i - mu_v).
    """
    cell = held.cell[pairs.order]
    inside = (cell < len(held.mean) - 1).astype(float)
    level = pairs.sums(profile, inside, held.level[:, None])
    by_cell = np.column_stack([held.mean, np.ones(len(held.mean))])
    expected, n = np.hsplit(pairs.sums(cell, inside, by_cell), 2)
    own, pupils = pairs.by_school(level - expected), pairs.by_school(n)
    numerator = Contributions(own, held.residuals, -_parts(pairs, cell, held))
    return Block(
        [MEASURES[base]],
        numerator,
        own_only(pupils),
        pupils,
        None,
        squares=_squares(pairs, profile, cell, held),
        note=BY_BAND if held.by_band else "",
    )


def _parts(pairs: Pairs, cell: np.ndarray, held: Expectation) -> np.ndarray:
    """Return which part of each cell's pupils a group has, n_gv / n_v, (cells, groups)."""
    groups, cells = pairs.n_groups, len(held.n)
    group = np.repeat(np.arange(groups), np.diff(pairs.bounds))
    counts = np.bincount(group * cells + cell, minlength=groups * cells).reshape(groups, cells)
    return (counts[:, :-1] / held.n[:-1]).T


def _squares(pairs: Pairs, profile: np.ndarray, cell: np.ndarray, held: Expectation) -> np.ndarray:
    """Return the sum of squared differences of each group's pupils, (groups,)."""
    outside = cell == len(held.n) - 1
    difference = np.where(outside, 0.0, held.level[profile] - held.mean[cell])
    ends = pairs.bounds
    total = np.append(0.0, np.cumsum(difference**2))
    return total[ends[1:]] - total[ends[:-1]]
