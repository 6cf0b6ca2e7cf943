"""From blocks of totals to numbers: estimates, gaps, ratios and changes, with their errors."""

from dataclasses import dataclass

import numpy as np

from advieskloof.indicators.blocks import Block
from advieskloof.schemas import STATUSES
from advieskloof.uncertainty import intervals
from advieskloof.uncertainty.influence import (
    ROUNDING,
    Influence,
    crossed,
    difference,
    ratio,
    small_sample,
    squares,
)
from advieskloof.uncertainty.places import Gaps, Tally

MINIMUM_COVERAGE = 0.9
FEW_SCHOOLS = 10
OK, NOT_POSSIBLE = STATUSES.index("ok"), STATUSES.index("not_possible")
NOT_SUPPORTED = STATUSES.index("not_supported")
REASONS = (
    "",
    "nobody_in_denominator",
    "coverage_below_90_percent",
    "ratio_with_zero",
    "fewer_than_10_schools",
    "no_interval_with_one_school",
    "no_interval_at_0_or_1",
    "no_interval_without_differences",
)


@dataclass(frozen=True)
class Numbers:
    """Numbers of one kind, with what their error is made of; arrays of shape (rows,).

    estimate : NaN where the status isn't ok.
    squared : sum over schools of the squared influence.
    n, n_schools : pupils and schools in the denominators.
    status, reason : places in schemas.STATUSES and REASONS.
    """

    estimate: np.ndarray
    squared: np.ndarray
    n: np.ndarray
    n_schools: np.ndarray
    status: np.ndarray
    reason: np.ndarray


@dataclass(frozen=True)
class Estimated:
    """Numbers with their schools' influence, from which gaps and changes follow.

    present : whether a school has a pupil in the denominator, as marks.
    """

    numbers: Numbers
    influence: Influence
    present: Tally


def estimated(block: Block) -> Estimated:
    """Return the ratios of a block; `not_supported` below a coverage of 90 %."""
    value, influence = ratio(block.numerator, block.denominator)
    pupils, places = block.pupils, block.places
    n, present = pupils.of_rows(places.sums), Tally(pupils.values > 0, pupils.which)
    status, reason = np.full(len(n), OK), np.zeros(len(n), dtype=int)
    # Coverage is a sum of shares: what rounding takes from 90 % is no lack of it.
    uncovered = block.coverage < MINIMUM_COVERAGE - 1e-12
    status[uncovered], reason[uncovered] = NOT_SUPPORTED, _reason("coverage_below_90_percent")
    status[n == 0], reason[n == 0] = NOT_POSSIBLE, _reason("nobody_in_denominator")
    value = np.where(status == OK, value, np.nan)
    schools = present.of_rows(places.count)
    numbers = Numbers(value, squares(influence), n, schools, status, reason)
    return Estimated(numbers, influence, present)


def _reason(text: str) -> int:
    return REASONS.index(text)


def differences(found: Estimated, gaps: Gaps) -> Estimated:
    """Return each gap's group less its reference; its schools are those of either."""
    influence = difference(found.influence, gaps)
    one, other = _sides(found, gaps)
    status, reason = _first_that_fails(one, other)
    value = np.where(status == OK, one.estimate - other.estimate, np.nan)
    squared = _without_rounding(one.squared + other.squared, squares(influence))
    present = gaps.either(found.present)
    schools = present.of_rows(gaps.places.count)
    numbers = Numbers(value, squared, one.n + other.n, schools, status, reason)
    return Estimated(numbers, influence, present)


def ratios(found: Estimated, apart: Estimated, gaps: Gaps) -> Numbers:
    """Return each gap's group / reference, not possible where either is zero.

    By the delta method on the log, Var(a / b) = (a / b)^2 Var(e_a / a - e_b / b).
    apart : the differences, whose variance tells the covariance of the two.
    """
    top, bottom = _sides(found, gaps)
    status, reason = _first_that_fails(top, bottom)
    zero = (status == OK) & ((top.estimate == 0) | (bottom.estimate == 0))
    status[zero], reason[zero] = NOT_POSSIBLE, _reason("ratio_with_zero")
    known = status == OK
    value = np.divide(top.estimate, bottom.estimate, out=np.full(len(known), np.nan), where=known)
    twice_common = top.squared + bottom.squared - apart.numbers.squared
    parts = top.squared + value**2 * bottom.squared
    divisor = np.where(known, bottom.estimate, 1.0) ** 2
    squared = np.where(known, _without_rounding(parts, parts - value * twice_common), 0.0)
    told = apart.numbers
    return Numbers(value, squared / divisor, told.n, told.n_schools, status, reason)


def changes(later: Estimated, earlier: Estimated) -> Numbers:
    """Return later - earlier, row by row; schools in both cohorts are in both influences."""
    one, other = later.numbers, earlier.numbers
    status, reason = _first_that_fails(one, other)
    value = np.where(status == OK, one.estimate - other.estimate, np.nan)
    parts = one.squared + other.squared
    squared = _without_rounding(parts, parts - 2 * crossed(later.influence, earlier.influence))
    present = later.present.with_other(earlier.present, np.logical_or)
    schools = present.of_rows(later.influence.places.count)
    return Numbers(value, squared, one.n + other.n, schools, status, reason)


def _sides(found: Estimated, gaps: Gaps) -> tuple[Numbers, Numbers]:
    """Return the numbers of each gap's group, and of its reference."""
    sides = [
        gaps.sides(each.reshape(len(found.influence.here), -1))
        for each in vars(found.numbers).values()
    ]
    one, other = zip(*sides, strict=True)
    return Numbers(*(each.ravel() for each in one)), Numbers(*(each.ravel() for each in other))


def _without_rounding(parts: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return what is found; zero where it is what rounding leaves of its parts."""
    return np.where((found > ROUNDING * parts) & (parts > 0), found, 0.0)


def _first_that_fails(one: Numbers, other: Numbers) -> tuple[np.ndarray, np.ndarray]:
    """Return status and reason of two rows together: of the first that has no number."""
    mine = one.status == OK
    status = np.where(mine, other.status, one.status)
    return status, np.where(mine, other.reason, one.reason)


@dataclass(frozen=True)
class Error:
    """Standard errors and intervals; arrays of shape (rows,), NaN where there is none."""

    se: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    df: np.ndarray
    reason: np.ndarray


def error(numbers: Numbers, kind: str) -> Error:
    """Return what schools tell of the uncertainty, V = G / (G - 1) * sum_s e_s^2.

    kind : 'share' (interval on the logit scale), 'ratio' (log scale) or 'plain'.

    With one school, or where no school differs (a share of 0 or 1), there is no error to tell.
    `reason` says so, or that there are few schools.
    """
    scale = {"share": intervals.of_shares, "ratio": intervals.of_ratios, "plain": intervals.plain}
    squared = small_sample(numbers.n_schools) * numbers.squared
    ok = numbers.status == OK
    se = np.sqrt(np.where((squared > 0) & ok, squared, np.nan))
    df = np.where(np.isnan(se), np.nan, numbers.n_schools - 1.0)
    lower, upper = scale[kind](numbers.estimate, se, df)
    bound = (kind == "share") & ((numbers.estimate == 0) | (numbers.estimate == 1))
    reason = numbers.reason.copy()
    reason[ok & (numbers.n_schools < FEW_SCHOOLS)] = _reason("fewer_than_10_schools")
    reason[ok & np.isnan(se)] = _reason("no_interval_without_differences")
    reason[ok & bound] = _reason("no_interval_at_0_or_1")
    reason[ok & (numbers.n_schools == 1)] = _reason("no_interval_with_one_school")
    return Error(se, lower, upper, df, reason)
