"""Rows of shares of FOLLOWED: by cohort and group, with the gaps between groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advieskloof.indicators import clustered, two_ways
from advieskloof.indicators.blocks import Links, Measure
from advieskloof.indicators.clustered import Clusters
from advieskloof.indicators.coded import Cohort
from advieskloof.indicators.estimating import NOT_POSSIBLE, OK, REASONS, Numbers
from advieskloof.indicators.groups import Grouping
from advieskloof.indicators.rows import Columns, Rows, identity, of_gaps
from advieskloof.indicators.two_ways import Counted, Found
from advieskloof.uncertainty.influence import small_sample
from advieskloof.uncertainty.intervals import design_effect

NOT_YET_OBSERVED = "not_yet_observed"
# Beside columns of SPLITS, what a grouping may be split by.
SCORE = "score"


@dataclass(frozen=True)
class Share:
    """A share of pupils by the values of one column.

    reached : values that count; among : values of the denominator, () for all but not yet observed.
    """

    measure: Measure
    reached: tuple[str, ...]
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shares:
    """Shares of one column of FOLLOWED.

    only_with : the columns of which a split needs one; () for any split.
    """

    column: str
    shares: Sequence[Share]
    only_with: tuple[str, ...] = ()

    @property
    def measures(self) -> list[Measure]:
        """What the shares are called."""
        return [each.measure for each in self.shares]

    def counted(self, values: Sequence[str]) -> Counted:
        """Return what the shares count, given the values of the column in order."""
        due = [value for value in values if value != NOT_YET_OBSERVED]
        reached = [np.isin(values, each.reached) for each in self.shares]
        among = [np.isin(values, each.among or due) for each in self.shares]
        shape = len(self.shares), len(values)
        return Counted(*(np.reshape(each, shape).astype(float) for each in (reached, among)))


@dataclass(frozen=True)
class Split:
    """The groups of a cohort's pupils, with their clusters in three ways.

    linked, said : groups that are compared, what with, and that in words.
    """

    cohort: Cohort
    grouped: Grouping
    clusters: Sequence[Clusters]
    linked: Links
    said: Sequence[str]

    @property
    def score(self) -> np.ndarray:
        """The score at which each group is, NaN where it is at none."""
        if SCORE not in self.grouped.names:
            return np.full(len(self.grouped.groups), np.nan)
        place = self.grouped.names.index(SCORE)
        return np.array([group[place] for group in self.grouped.groups], dtype=float)


def split_of(
    cohort: Cohort,
    ways: Sequence[clustered.Way],
    grouped: Grouping,
    codes: np.ndarray,
    compared: tuple[np.ndarray, np.ndarray, Sequence[str]],
) -> Split:
    """Return a cohort's split into groups.

    codes : group of each pupil, MISSING for who is in none.
    compared : of `writing.comparisons`.
    """
    one, other, said = compared
    n_groups = len(grouped.groups)
    held = [clustered.clusters(way, codes, n_groups, (one, other)) for way in ways]
    return Split(cohort, grouped, held, (one, other), said)


def add_shares(
    rows: Rows, split: Split, columns: Sequence[Shares], texts: Mapping[str, Sequence[str]]
) -> None:
    """Add the shares of columns, with the gaps and ratios between groups that are compared.

    texts : the values of each column, in the order of its codes.
    """
    names = [each.column for each in columns]
    counted = [each.counted(texts[each.column]) for each in columns]
    sizes = [len(texts[name]) for name in names]
    held = clustered.side_by_side([split.cohort.columns[name] for name in names], sizes)
    ways = [two_ways.met(clusters, held, counted) for clusters in split.clusters]
    for each, what, *met in zip(columns, counted, *ways, strict=True):
        _add_column(rows, split, each.measures, two_ways.Shares(what, met))


def _add_column(
    rows: Rows, split: Split, measures: Sequence[Measure], found: two_ways.Shares
) -> None:
    shown = found.n > 0
    one, other = (way.schools for way in found.ways[:2])
    columns = _columns(found) | {
        "k_schools": by_measure(np.minimum(one.reached, other.reached)),
        "rest_schools": by_measure(np.minimum(one.rest, other.rest)),
    }
    add_rows(rows, split, measures, columns, shown)
    if len(split.said):
        _add_gaps(rows, split, measures, found, shown)


def _columns(found: two_ways.Shares) -> Columns:
    own, spread = found.own(), found.estimate * (1 - found.estimate)
    columns = {"k": found.k, "deff": design_effect(own.variance, spread, found.n)}
    return of_found(own, "share") | {name: by_measure(each) for name, each in columns.items()}


def _add_gaps(
    rows: Rows,
    split: Split,
    measures: Sequence[Measure],
    found: two_ways.Shares,
    shown: np.ndarray,
) -> None:
    """Add the differences and ratios of groups that are compared and have pupils."""
    both = shown[split.linked[0]] & shown[split.linked[1]]
    apart, ratio = found.gaps(*split.linked)
    of_ratio = of_found(ratio, "ratio") | {"unit": "ratio"}
    add_rows(rows, split, measures, of_found(apart, "plain"), both, "minus {}")
    add_rows(rows, split, measures, of_ratio, both, "divided by {}")


def of_found(found: Found, kind: str) -> dict[str, object]:
    """Return the columns of numbers with a variance; `kind` as of `estimating.error`."""
    estimate, variance, n, schools = (by_measure(each) for each in vars(found).values())
    squared = np.nan_to_num(variance / small_sample(schools))
    lost = np.isnan(estimate)
    status, reason = np.where(lost, NOT_POSSIBLE, OK), lost * REASONS.index("ratio_with_zero")
    return of_gaps(Numbers(estimate, squared, n, schools, status, reason), kind) | {"note": ""}


def by_measure(values: np.ndarray) -> np.ndarray:
    """Return what is by group and measure as rows, measure by measure."""
    return values.T.ravel()


def add_rows(
    rows: Rows,
    split: Split,
    measures: Sequence[Measure],
    columns: Columns,
    keep: np.ndarray,
    words: str = "",
) -> None:
    """Add the rows marked in `keep`, (groups, measures).

    words : of gaps and ratios, what a group is compared with, whose name is put in.
    """
    groups = split.linked[0] if words else np.arange(len(split.grouped.groups))
    said = [words.format(each) for each in split.said] if words else [""] * len(groups)
    identified = {
        **identity(rows, measures, split.grouped, groups),
        "cohort": str(split.cohort.year),
        "score": np.tile(split.score[groups], len(measures)),
        "reference": np.tile(rows.places("reference", said), len(measures)),
    }
    rows.add({**identified, **columns}, by_measure(keep))
