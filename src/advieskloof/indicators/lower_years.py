"""The lower secondary years of pupils: what is asked, and going over cohorts and splits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from advieskloof import reference
from advieskloof.errors import DataError, listing
from advieskloof.indicators import clustered, coded, not_defined, writing
from advieskloof.indicators.advice import AT_ONCE, REFERENCES
from advieskloof.indicators.coded import MISSING, Cohort, Pupils
from advieskloof.indicators.curves import GAPS_AT
from advieskloof.indicators.followed_rows import (
    NOT_YET_OBSERVED,
    SCORE,
    Shares,
    Split,
    add_shares,
    split_of,
)
from advieskloof.indicators.groups import EDUCATION, Grouping, grouping
from advieskloof.indicators.rows import Rows
from advieskloof.indicators.strata import has_score
from advieskloof.indicators.support import ADJUSTING, NO_TEST, regimes
from advieskloof.schemas import SPLITS, UNKNOWN_MOVES

OF_TEST = "class_against_test"
# Columns of FOLLOWED that the indicators are made of.
COLUMNS = (
    "start",
    "vo_school_id",
    "class_type",
    "class_kind",
    "class_against_initial",
    "class_against_final",
    OF_TEST,
    "year_3",
    "move",
    "possible_move",
    "half_step",
    "move_from_initial",
    "move_from_final",
    "switched",
    "stacked",
)
# Columns that tell of records in the first, the third and the later years, and what they hold where
# there are none.
OF_RECORDS = ("start", "move_from_initial", "stacked")
NOBODY = {"unknown", NOT_YET_OBSERVED}
# Columns that only who is placed in year 1 has a value of.
OF_PLACED = {*COLUMNS} - {*OF_RECORDS, "vo_school_id", "move_from_final"}
# What a column holds of pupils without a record. Where it holds nothing else of a cohort, none of
# that year was delivered.
NOT_DELIVERED = {"unknown", *UNKNOWN_MOVES}
# ESTIMATES has it for secondary school locations, not for pupils.
OF_LOCATIONS = "comparison_group"


@dataclass(frozen=True)
class Asked:
    """What stands in every row, and by which groups.

    source : name of the delivery; region_of : 'school' or 'home'.
    by : combinations of columns of SPLITS; `[]` is the cohort as a whole.
    by_score : combinations likewise, each at every whole score of a provider.

    Raises DataError where a column can't split pupils.
    """

    source: str
    region_of: str
    by: Sequence[Sequence[str]]
    by_score: Sequence[Sequence[str]] = ()

    def __post_init__(self) -> None:
        allowed = [name for name in SPLITS if name != OF_LOCATIONS]
        unknown = [name for name in self.columns if name not in allowed]
        if unknown:
            raise DataError(
                f"indicators.lower_years asks for {listing(unknown)}; allowed are "
                f"{listing(allowed, 20)}."
            )

    @property
    def columns(self) -> list[str]:
        """The columns of SPLITS that are asked for."""
        return list(dict.fromkeys(name for names in [*self.by, *self.by_score] for name in names))


@dataclass(frozen=True)
class Year:
    """One cohort: its pupils, and the clusters that they are in.

    has_test : scores and test advices of the cohort count.
    followed : some pupil has a record after group 8.
    adjusted : advices were adjusted, as far as they may have been.
    held : by column of COLUMNS, the values that pupils have.
    """

    cohort: Cohort
    ways: Sequence[clustered.Way]
    has_test: bool
    followed: bool
    adjusted: bool
    held: Mapping[str, set[str]]


@dataclass(frozen=True)
class LowerYears:
    """FOLLOWED as codes, by cohort."""

    pupils: Pupils
    years: Sequence[Year]
    unverified: reference.Unverified

    def held(self, year: Year, column: str) -> set[str]:
        """Return the values of a column that pupils of a cohort have."""
        return year.held[column]


def _values(pupils: Pupils, cohort: Cohort, column: str) -> set[str]:
    codes = np.unique(cohort.columns[column])
    return {pupils.texts[column][code] for code in codes if code != MISSING}


def read(
    pupils: Path, followed: Path, asked: Asked, unverified: reference.Unverified, spill: Path
) -> LowerYears:
    """Return PUPILS and FOLLOWED with the columns that are needed."""
    groups = ["parental_education" if name in EDUCATION else name for name in asked.columns]
    held = coded.read([pupils], list(dict.fromkeys([*COLUMNS, *groups])), spill, followed)
    regime = regimes(unverified)
    years = [_year(held, cohort, regime.get(str(cohort.year), "")) for cohort in held.cohorts]
    return LowerYears(held, years, unverified)


def _year(pupils: Pupils, cohort: Cohort, regime: str) -> Year:
    values = {name: _values(pupils, cohort, name) for name in COLUMNS}
    adjusted = cohort.profiles["adjusted_advice"].notna().any()
    return Year(
        cohort,
        clustered.ways(cohort.school, cohort.columns["vo_school_id"]),
        has_test=regime != NO_TEST,
        followed=any(values[name] - NOBODY for name in OF_RECORDS),
        adjusted=bool(adjusted) or regime not in ADJUSTING,
        held=values,
    )


def at_once(
    rows: Rows, asked: Sequence[Sequence[str]], add: Callable[[Rows, Sequence[str]], None]
) -> None:
    """Let `add` add the rows of each split that is asked for, in that order, two at a time."""

    def of_split(names: Sequence[str]) -> Rows:
        mine = rows.beside()
        add(mine, names)
        return mine

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for mine in pool.map(of_split, asked):
            rows.parts.extend(mine.parts)


def add_splits(
    rows: Rows, lower: LowerYears, asked: Sequence[Sequence[str]], columns: Sequence[Shares]
) -> None:
    """Add the shares of columns by each split that is asked for."""

    def add(mine: Rows, names: Sequence[str]) -> None:
        split_by = [each for each in columns if not each.only_with or {*names} & {*each.only_with}]
        for year, split in splits(lower, names):
            _add_columns(mine, lower, year, split, split_by)

    at_once(rows, asked, add)


def splits(lower: LowerYears, names: Sequence[str]) -> Iterator[tuple[Year, Split]]:
    """Give the split of each cohort that was followed, and has the groups."""
    for grouped, year, codes in _grouped(lower, names):
        compared = writing.comparisons(grouped, REFERENCES)
        yield year, split_of(year.cohort, year.ways, grouped, codes, compared)


def _grouped(
    lower: LowerYears, names: Sequence[str]
) -> Iterator[tuple[Grouping, Year, np.ndarray]]:
    """Give the grouping with each cohort that was followed and has it, and the pupils' groups."""
    if not any(year.followed for year in lower.years):
        return
    grouped = grouping(lower.pupils, names, lower.unverified)
    for year, codes in zip(lower.years, grouped.codes, strict=True):
        if year.followed and codes is not None:
            yield grouped, year, codes


def _add_columns(
    rows: Rows, lower: LowerYears, year: Year, split: Split, columns: Sequence[Shares]
) -> None:
    supported = [each for each in columns if not _why_not(lower, year, each)]
    if supported:
        add_shares(rows, split, supported, lower.pupils.texts)


def add_at_scores(
    rows: Rows,
    lower: LowerYears,
    asked: Sequence[Sequence[str]],
    of_all: Sequence[Shares],
    of_groups: Sequence[Shares],
) -> None:
    """Add the shares of columns at each whole score of a provider, by each split asked for.

    of_all, of_groups : columns for the cohort as a whole, and for splits of it.
    Groups are compared at the scores of `curves.GAPS_AT`.
    """

    def add(mine: Rows, names: Sequence[str]) -> None:
        for grouped, year, codes in _grouped(lower, names):
            if year.has_test and has_score(year.cohort.score, year.cohort.provider).any():
                split = _at_scores(lower, year, grouped, codes)
                _add_columns(mine, lower, year, split, of_groups if names else of_all)

    at_once(rows, asked, add)


def _at_scores(lower: LowerYears, year: Year, grouped: Grouping, codes: np.ndarray) -> Split:
    """Return a cohort's split by provider, score and group."""
    cohort = year.cohort
    scored = has_score(cohort.score, cohort.provider)
    # ASSUME: a score with a fraction is at the nearest whole one, halves at the one above.
    whole = np.floor(cohort.score[scored] + 0.5)
    lowest, providers = whole.min(), lower.pupils.texts["test_provider"]
    sizes = len(providers), int(whole.max() - lowest) + 1, len(grouped.groups)
    parts = cohort.provider[scored], (whole - lowest).astype(np.int64), codes[scored]
    found, place = np.unique(np.ravel_multi_index(parts, sizes), return_inverse=True)
    groups = [
        (providers[provider], float(lowest + above), *grouped.groups[group])
        for provider, above, group in zip(*np.unravel_index(found, sizes), strict=True)
    ]
    at = Grouping(("test_provider", SCORE, *grouped.names), groups, [])
    cell = np.full(len(scored), MISSING)
    cell[scored] = place
    one, other, said = writing.comparisons(at, REFERENCES)
    shown = [groups[group][1] in GAPS_AT.get(groups[group][0], ()) for group in one]
    compared = one[shown], other[shown], np.array(said, dtype=object)[shown]
    return split_of(cohort, year.ways, at, cell, compared)


def add_not_defined(rows: Rows, lower: LowerYears, columns: Sequence[Shares]) -> None:
    """Add a row for each measure and cohort that can't support it."""
    for year in lower.years:
        for each in columns:
            why = _why_not(lower, year, each)
            not_defined.add_not_defined(
                rows, each.measures, str(year.cohort.year), [why] * len(each.shares), score=np.nan
            )


def _why_not(lower: LowerYears, year: Year, shares: Shares) -> str:
    column = shares.column
    held, started = lower.held(year, column), lower.held(year, "start")
    due = held - {NOT_YET_OBSERVED}
    if year.followed and due and due <= NOT_DELIVERED:
        return "no_enrolments_delivered"
    if year.followed and shares.measures[0].base == "final" and not year.adjusted:
        return "adjusted_advice_not_delivered"
    if year.followed and due:
        return ""
    if NOT_YET_OBSERVED in held | started:
        return NOT_YET_OBSERVED
    if not year.followed or (column in OF_PLACED and started == {"unknown"}):
        return "no_enrolments_delivered"
    if column == OF_TEST:
        return "test_advice_not_delivered" if year.has_test else "no_test_that_year"
    waiting = lower.held(year, "year_3") == {NOT_YET_OBSERVED}
    return NOT_YET_OBSERVED if waiting else "nobody_in_denominator"
