"""From blocks of totals to numbers: estimates, gaps, ratios and changes, with their errors."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse

from advieskloof.indicators.blocks import Block
from advieskloof.schemas import STATUSES
from advieskloof.uncertainty import intervals
from advieskloof.uncertainty.influence import (
    ROUNDING,
    Contributions,
    crossed,
    crossed_differences,
    ratio,
    small_sample,
    squares,
)

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
    """A block's ratios with their influence, from which gaps and changes follow.

    coverage : NaN where nothing is standardised.
    pupils : of the denominators, sparse (schools x rows).
    """

    numbers: Numbers
    influence: Contributions
    coverage: np.ndarray
    pupils: sparse.csc_array

    @cached_property
    def present(self) -> np.ndarray:
        """Which schools have a pupil in each row, as bits (rows, words)."""
        return _bits(self.pupils)

    @cached_property
    def _common(self) -> dict[int, np.ndarray]:
        return {}

    def common(self, gaps: "Gaps") -> np.ndarray:
        """Return sum_s e_s f_s of each gap's group and reference, (gaps,), computed once."""
        if id(gaps) not in self._common:
            found = crossed(self.influence, self.influence, gaps.group, gaps.reference)
            self._common[id(gaps)] = found
        return self._common[id(gaps)]


def estimated(block: Block) -> Estimated:
    """Return the ratios of a block; `not_supported` below a coverage of 90 %."""
    value, influence = ratio(block.numerator, block.denominator)
    n = sums(block.pupils)
    coverage = np.full(len(n), np.nan)
    if block.target is not None:
        weight = block.denominator.totals()
        coverage = np.divide(weight, block.target, out=np.zeros(len(n)), where=block.target > 0)
        coverage = np.minimum(coverage, 1.0)
    status, reason = np.full(len(n), OK), np.zeros(len(n), dtype=int)
    # Coverage is a sum of shares: what rounding takes from 90 % is no lack of it.
    uncovered = coverage < MINIMUM_COVERAGE - 1e-12
    status[uncovered], reason[uncovered] = NOT_SUPPORTED, _reason("coverage_below_90_percent")
    status[n == 0], reason[n == 0] = NOT_POSSIBLE, _reason("nobody_in_denominator")
    squared = squares(influence)
    value = np.where(status == OK, value, np.nan)
    numbers = Numbers(value, squared, n, schools_in(block.pupils), status, reason)
    return Estimated(numbers, influence, coverage, block.pupils)


def sums(counts: sparse.csc_array) -> np.ndarray:
    """Return the pupils of each row."""
    return np.asarray(counts.sum(axis=0)).ravel()


def schools_in(counts: sparse.csc_array) -> np.ndarray:
    """Return how many schools have a pupil in each row."""
    held = counts.data > 0
    # Counting slices of marks is many times faster than any sum over them.
    return np.array([np.count_nonzero(held[start:end]) for start, end in pairwise(counts.indptr)])


def _bits(counts: sparse.csc_array) -> np.ndarray:
    schools, rows = counts.shape
    held = np.zeros((rows, -(-schools // 64) * 64), dtype=bool)
    row = np.repeat(np.arange(rows), np.diff(counts.indptr))
    held[row, counts.indices] = counts.data > 0
    return np.packbits(held, axis=1).view(np.uint64)


def _either(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how many schools are in either of two rows."""
    return np.bitwise_count(one | other).sum(axis=1, dtype=np.int64)


def _reason(text: str) -> int:
    return REASONS.index(text)


@dataclass(frozen=True)
class Gaps:
    """Which rows are compared: `group` with `reference`, in the same measure; row numbers."""

    group: np.ndarray
    reference: np.ndarray


def differences(found: Estimated, gaps: Gaps) -> Numbers:
    """Return found[group] - found[reference].

    Var = Var(group) + Var(reference) - 2 Cov: schools with pupils in both are in both.
    """
    numbers, g, r = found.numbers, gaps.group, gaps.reference
    common = found.common(gaps)
    squared = _without_rounding(numbers.squared[g] + numbers.squared[r], 2 * common)
    status, reason = _first_that_fails((numbers, g), (numbers, r))
    value = np.where(status == OK, numbers.estimate[g] - numbers.estimate[r], np.nan)
    n = numbers.n[g] + numbers.n[r]
    schools = _either(found.present[g], found.present[r])
    return Numbers(value, squared, n, schools, status, reason)


def ratios(found: Estimated, gaps: Gaps) -> Numbers:
    """Return found[group] / found[reference], not possible where either is zero.

    By the delta method on the log, Var(a / b) = (a / b)^2 Var(e_a / a - e_b / b).
    """
    numbers, g, r = found.numbers, gaps.group, gaps.reference
    top, bottom = numbers.estimate[g], numbers.estimate[r]
    status, reason = _first_that_fails((numbers, g), (numbers, r))
    zero = (status == OK) & ((top == 0) | (bottom == 0))
    status[zero], reason[zero] = NOT_POSSIBLE, _reason("ratio_with_zero")
    known = status == OK
    value = np.divide(top, bottom, out=np.full(len(g), np.nan), where=known)
    common = found.common(gaps)
    parts = numbers.squared[g] + value**2 * numbers.squared[r], 2 * value * common
    divisor = np.where(known, bottom, 1.0) ** 2
    squared = np.where(known, _without_rounding(*parts), 0.0) / divisor
    n = numbers.n[g] + numbers.n[r]
    schools = _either(found.present[g], found.present[r])
    return Numbers(value, squared, n, schools, status, reason)


def changes(later: Estimated, earlier: Estimated) -> Numbers:
    """Return later - earlier, row by row; schools in both cohorts are in both influences."""
    one, other = later.numbers, earlier.numbers
    rows = np.arange(len(one.estimate))
    common = crossed(later.influence, earlier.influence, rows, rows)
    status, reason = _first_that_fails((one, rows), (other, rows))
    value = np.where(status == OK, one.estimate - other.estimate, np.nan)
    squared = _without_rounding(one.squared + other.squared, 2 * common)
    schools = _either(later.present, earlier.present)
    return Numbers(value, squared, one.n + other.n, schools, status, reason)


def changes_of_gaps(later: Estimated, earlier: Estimated, gaps: Gaps) -> Numbers:
    """Return the change of found[group] - found[reference] between two cohorts."""
    one, other = differences(later, gaps), differences(earlier, gaps)
    g, r = gaps.group, gaps.reference
    common = crossed_differences(later.influence, earlier.influence, g, r)
    every = np.arange(len(g))
    status, reason = _first_that_fails((one, every), (other, every))
    value = np.where(status == OK, one.estimate - other.estimate, np.nan)
    squared = _without_rounding(one.squared + other.squared, 2 * common)
    present = [held.present[g] | held.present[r] for held in (later, earlier)]
    return Numbers(value, squared, one.n + other.n, _either(*present), status, reason)


def _without_rounding(parts: np.ndarray, common: np.ndarray) -> np.ndarray:
    """Return parts - common; zero where that is what rounding leaves of zero."""
    found = parts - common
    return np.where((found > ROUNDING * parts) & (parts > 0), found, 0.0)


def _first_that_fails(
    one: tuple[Numbers, np.ndarray], other: tuple[Numbers, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return status and reason of two rows together: of the first that has no number."""
    (numbers, rows), (others, other_rows) = one, other
    mine = numbers.status[rows] == OK
    status = np.where(mine, others.status[other_rows], numbers.status[rows])
    return status, np.where(mine, others.reason[other_rows], numbers.reason[rows])


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
