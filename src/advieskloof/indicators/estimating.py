"""From blocks of totals to numbers: estimates, gaps, ratios and changes, with their errors."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from advieskloof.indicators.blocks import Block
from advieskloof.uncertainty import intervals
from advieskloof.uncertainty.influence import Contributions, plus, ratio, variance

MINIMUM_COVERAGE = 0.9
FEW_SCHOOLS = 10
OK, NOT_POSSIBLE, NOT_SUPPORTED = "ok", "not_possible", "not_supported"


@dataclass(frozen=True)
class Estimated:
    """Numbers of one kind with their influence; arrays are of shape (rows,).

    estimate : NaN where `status` isn't ok.
    influence : of each estimate, schools x rows.
    pupils : of the denominators, sparse (schools x rows); its pattern tells the schools.
    shares : whether estimates are shares, or gaps of shares.
    """

    estimate: np.ndarray
    influence: Contributions
    pupils: sparse.csc_array
    status: np.ndarray
    reason: np.ndarray
    coverage: np.ndarray


def estimated(block: Block) -> Estimated:
    """Return the ratios of a block; `not_supported` below a coverage of 90 %."""
    value, influence = ratio(block.numerator, block.denominator)
    n = sums(block.pupils)
    coverage = np.full(len(n), np.nan)
    if block.target is not None:
        weight = block.denominator.totals()
        coverage = np.divide(weight, block.target, out=np.zeros(len(n)), where=block.target > 0)
        coverage = np.minimum(coverage, 1.0)
    status, reason = np.full(len(n), OK, dtype=object), np.full(len(n), block.note, dtype=object)
    # Coverage is a sum of shares: what rounding takes from 90 % is no lack of it.
    uncovered = coverage < MINIMUM_COVERAGE - 1e-12
    for found, why, said in (
        (uncovered, NOT_SUPPORTED, "coverage_below_90_percent"),
        (n == 0, NOT_POSSIBLE, "nobody_in_denominator"),
    ):
        status[found], reason[found] = why, said
    value = np.where(status == OK, value, np.nan)
    return Estimated(value, influence, block.pupils, status, reason, coverage)


def sums(counts: sparse.csc_array) -> np.ndarray:
    """Return the pupils of each row."""
    return np.asarray(counts.sum(axis=0)).ravel()


def schools_in(counts: sparse.csc_array) -> np.ndarray:
    """Return how many schools have a pupil in each row."""
    held = np.append(0, np.cumsum(counts.data > 0))
    return held[counts.indptr[1:]] - held[counts.indptr[:-1]]


@dataclass(frozen=True)
class Error:
    """Standard errors and intervals; arrays of shape (rows,), NaN where there is none."""

    se: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    df: np.ndarray


def error(found: Estimated, n_schools: np.ndarray, kind: str) -> Error:
    """Return what schools tell of the uncertainty.

    kind : 'share' (interval on the logit scale), 'ratio' (log scale) or 'plain'.

    With one school, or where no school differs (a share of 0 or 1), there is no error to tell.
    """
    scale = {"share": intervals.of_shares, "ratio": intervals.of_ratios, "plain": intervals.plain}
    squared = variance(found.influence, n_schools)
    se = np.sqrt(np.where((squared > 0) & (found.status == OK), squared, np.nan))
    df = np.where(np.isnan(se), np.nan, n_schools - 1.0)
    lower, upper = scale[kind](found.estimate, se, df)
    return Error(se, lower, upper, df)


def compared(found: Estimated, group: np.ndarray, reference: np.ndarray) -> Estimated:
    """Return the differences of rows: found[group] - found[reference].

    Schools with pupils in both are in both influences, so their covariance is in the error.
    """
    rows = len(found.estimate)
    one = np.ones(len(group))
    contrasts = _weighing(group, reference, rows, one, -one)
    status, reason = _both(found, group, reference)
    return Estimated(
        found.estimate[group] - found.estimate[reference],
        found.influence.combined(contrasts),
        (found.pupils @ abs(contrasts)).tocsc(),
        status,
        reason,
        np.full(len(group), np.nan),
    )


def divided(found: Estimated, group: np.ndarray, reference: np.ndarray) -> Estimated:
    """Return the ratios of rows, found[group] / found[reference], by the delta method on the log.

    influence = (a / b) (e_a / a - e_b / b). Not possible where either is zero.
    """
    top, bottom = found.estimate[group], found.estimate[reference]
    status, reason = _both(found, group, reference)
    zero = (status == OK) & ((top == 0) | (bottom == 0))
    status[zero], reason[zero] = NOT_POSSIBLE, "ratio_with_zero"
    known = status == OK
    one = np.ones(len(group))
    value = np.divide(top, bottom, out=np.full(len(group), np.nan), where=known)
    slope = np.divide(one, bottom, out=np.zeros(len(group)), where=known)
    weights = np.where(known, slope, 0.0), np.where(known, -value * slope, 0.0)
    contrasts = _weighing(group, reference, len(found.estimate), *weights)
    pupils = (found.pupils @ _weighing(group, reference, len(found.estimate), one, one)).tocsc()
    influence = found.influence.combined(contrasts)
    return Estimated(value, influence, pupils, status, reason, np.full(len(group), np.nan))


def changed(later: Estimated, earlier: Estimated) -> Estimated:
    """Return later - earlier, row by row; the covariance of schools in both is in the error."""
    both = later.status == OK
    return Estimated(
        later.estimate - earlier.estimate,
        plus(later.influence, earlier.influence, sign=-1),
        (later.pupils + earlier.pupils).tocsc(),
        np.where(both, earlier.status, later.status),
        np.where(both, earlier.reason, later.reason),
        np.full(len(later.estimate), np.nan),
    )


def _weighing(
    group: np.ndarray, reference: np.ndarray, rows: int, one: np.ndarray, other: np.ndarray
) -> sparse.csc_array:
    new = np.arange(len(group))
    places = (np.concatenate([group, reference]), np.concatenate([new, new]))
    values = np.concatenate([one, other])
    return sparse.coo_array((values, places), shape=(rows, len(new))).tocsc()


def _both(
    found: Estimated, group: np.ndarray, reference: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return status and reason of two rows together: of the first that has no number."""
    mine = found.status[group] == OK
    status = np.where(mine, found.status[reference], found.status[group])
    return status, np.where(mine, found.reason[reference], found.reason[group])
