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
from advieskloof.uncertainty.places import Tally

BY_BAND = "expectation_by_score_band"
MEASURES = {
    base: Measure("difference_of_placed", EXPECTED, base, "raw", "levels", ("score",))
    for base in BASES
}


@dataclass(frozen=True)
class Expectation:
    """What pupils' levels are expected to be, and how schools made that.

    by_pupil : level - expected level, its square, and whether the pupil is in the expectation;
        0 outside (pupils, 3).
    cell : of the score, `cells` for a pupil outside the expectation (pupils,).
    n : pupils of each cell (cells,).
    residuals : sum of the differences by school and cell, schools x cells.
    """

    by_pupil: np.ndarray
    cell: np.ndarray
    n: np.ndarray
    residuals: Factors
    by_band: bool


def expectation(
    cohort: Cohort, stratum: np.ndarray, held: Outcomes, base: str, n_schools: int
) -> Expectation:
    """Compare with the mean level of all pupils at the same score of the provider in the cohort.

    The pupil is in their own expectation, so that the differences of all sum to zero.
    """
    level = held.by_base[base].level[cohort.profile]
    cell, by_band = points(cohort, stratum, ~np.isnan(level))
    inside = cell != MISSING
    mine, at = level[inside], cell[inside]
    n = np.bincount(at).astype(float)
    difference = mine - (np.bincount(at, mine) / n)[at]
    by_pupil = np.zeros((len(level), 3))
    by_pupil[inside] = np.column_stack([difference, difference**2, np.ones(len(at))])
    where = cohort.school[inside], at
    by_school = sparse.coo_array((difference, where), shape=(n_schools, len(n)))
    cell = np.where(inside, cell, len(n)).astype(np.int32)
    return Expectation(by_pupil, cell, n, Factors(by_school.tocsr()), by_band)


def expected_block(pairs: Pairs, held: Expectation, base: str) -> Block:
    """Return the mean difference from the expectation.

    theta = sum (level - mu(score)) / n. The expectation is estimated, so school s adds
    sum_{i in s, group} (level_i - mu_i) - sum_v n_gv / n_v sum_{i in s at v} (level_i - mu_v).
    """
    sums = pairs.sums(pairs.order, np.ones(len(pairs.order)), held.by_pupil)
    difference, squares, n = (Tally.of(each[None, :]) for each in sums)
    loadings = -_parts(pairs, held.cell[pairs.order], held)
    numerator = Contributions(difference, pairs.places, held.residuals, loadings)
    return Block(
        [MEASURES[base]],
        numerator,
        own_only(n, pairs.places),
        n,
        None,
        squares=squares.of_rows(pairs.places.sums),
        note=BY_BAND if held.by_band else "",
    )


def _parts(pairs: Pairs, cell: np.ndarray, held: Expectation) -> np.ndarray:
    """Return which part of each cell's pupils a group has, n_gv / n_v, (cells, groups)."""
    groups, cells = pairs.places.n_groups, len(held.n)
    group = np.repeat((cells + 1) * np.arange(groups), np.diff(pairs.bounds))
    counts = np.bincount(group + cell, minlength=groups * (cells + 1)).reshape(groups, -1)
    return np.ascontiguousarray((counts[:, :cells] / held.n).T)
