"""Bounds: what the numbers could be if we knew what is missing.

Of parental education that is unknown, and of the test advice of pupils who took no test.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import levels, reference
from advieskloof.errors import DataError
from advieskloof.indicators import coded
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.base_codes import base_codes
from advieskloof.indicators.blocks import Block, Measure
from advieskloof.indicators.coded import MISSING, Cohort
from advieskloof.indicators.counting import (
    Gap,
    add_block,
    gap_of,
    share_block,
    totals_too,
    with_total,
)
from advieskloof.indicators.families import Prepared, prepare
from advieskloof.indicators.groups import UNKNOWN, Grouping, columns_of, grouping
from advieskloof.indicators.not_defined import add_not_defined
from advieskloof.indicators.outcomes import DEFINITIONS, DIRECTIONS, Outcomes, compared
from advieskloof.indicators.rows import Rows
from advieskloof.indicators.shares import MEAN_LEVELS
from advieskloof.schemas import BASES, SPLITS
from advieskloof.uncertainty.influence import own_only
from advieskloof.uncertainty.places import Tally, grid

EDUCATION, TEST = "bounds_unknown_education", "bounds_without_test"
SIDES = ("bound_low", "bound_high")
SHARES = tuple(
    Measure(f"{direction}_of_placed", definition, base, "raw", "share", ("test_advice",))
    for definition in DEFINITIONS
    for base in BASES
    for direction in DIRECTIONS
)
# Pupils with another status and no test advice (`unknown`) are in neither bound.
WITHOUT_TEST = ("exempt", "absent", "refused_by_school")
# The test advice at which an advice is most likely to be under, resp. over.
MOST = {"under": "70", "over": "10"}


def bounds(
    paths: Sequence[Path], asked: Asked, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    """Estimate how low and how high shares and levels by parental education could be.

    `bounds_unknown_education`: pupils whose parents' education is unknown may be of any group. A
    group's highest share is that with all of those who count and none of the others,
    (k + k_u) / (n + k_u), its lowest k / (n + n_u - k_u); its highest mean level is that with the
    unknown pupils above a threshold, at the threshold that makes it highest.

    `bounds_without_test`: pupils without a test (exempt, absent, refused by the school) whose
    advice a definition could place. At most all of them count for whom some test advice makes it
    so, at least none: (k + f) / (n + m) and k / (n + m). The levels of advices need no test.

    Both bounds of the gap, lowest less highest education, are the far ends of the two groups. For
    shares, and without a test, these can be reached together; for levels with unknown education
    they may want the same pupil in both groups, so that they are outer bounds.

    Parameters
    ----------
    paths, unverified, spill : as for `advice.advice`.
    asked : the grouping of parental education, and what stands in every row.

    Returns
    -------
    ESTIMATES : per cohort rows with adjustment `bound_low` and `bound_high`. n counts the pupils
        that the bound takes in; of a gap those of both groups, which for levels may count an
        unknown pupil twice. Errors are of the bound itself, not of where the truth lies.

    Raises
    ------
    DataError : a code isn't usable, or parental education isn't there, is too coarse, or has the
        unknown in another group.
    """
    if UNKNOWN not in SPLITS[asked.education]:
        raise DataError(
            f"{asked.education!r} has the unknown in another group, so it has no bounds for them; "
            "ask for another grouping of parental education."
        )
    columns = [*columns_of([[asked.education]]), "test_status"]
    pupils = coded.read(paths, columns, spill)
    prepared = prepare(pupils, asked.code_detail, unverified)
    grouped = grouping(pupils, [asked.education], unverified)
    said = {"source": asked.source, "public": False, "region_of": asked.region_of}
    tables = []
    for table, measures_of, add in (
        (EDUCATION, (SHARES, MEAN_LEVELS), _add_unknown_education),
        (TEST, (SHARES,), _add_without_test),
    ):
        rows = Rows()
        for t in range(len(pupils.cohorts)):
            for measures in measures_of:
                add(rows, measures, Bounded(prepared, grouped, asked, unverified, t))
        tables.append(rows.table(table=table, **said))
    return pd.concat(tables, ignore_index=True)


@dataclass(frozen=True)
class Bounded:
    """A cohort t with its groups."""

    prepared: Prepared
    grouped: Grouping
    asked: Asked
    unverified: reference.Unverified
    t: int

    @property
    def cohort(self) -> Cohort:
        """The cohort's pupils."""
        return self.prepared.pupils.cohorts[self.t]

    @property
    def codes(self) -> np.ndarray | None:
        """The pupils' groups; None where the cohort has none."""
        return self.grouped.codes[self.t]

    @property
    def outcomes(self) -> Outcomes:
        """What the cohort's profiles count for."""
        return self.prepared.outcomes[self.t]

    def why_not(self, measures: Sequence[Measure]) -> np.ndarray:
        """Return why the cohort can't support measures, '' where it can."""
        return self.prepared.why_not(measures)[self.t]


def both_sides(measures: Sequence[Measure]) -> list[Measure]:
    """Return the lower bounds of all measures, then the upper ones."""
    return [replace(each, adjustment=side) for side in SIDES for each in measures]


def _gap(at: Grouping, asked: Asked, n: int) -> Gap | None:
    """Return the gap whose bound is one group's own side less the other's other side."""
    found = gap_of(at, asked.lowest, asked.highest)
    partner = np.concatenate([np.arange(n) + n, np.arange(n)])
    return None if found is None else replace(found, partner=partner)


def _add(rows: Rows, block: Block, at: Grouping, measures: Sequence[Measure], of: Bounded) -> None:
    why = of.why_not(measures)
    year = str(of.cohort.year)
    defined = np.tile(why == "", len(SIDES))
    add_block(rows, block, at, year, defined, _gap(at, of.asked, len(measures)))
    add_not_defined(rows, block.measures, year, np.tile(why, len(SIDES)))


def _add_unknown_education(rows: Rows, measures: Sequence[Measure], of: Bounded) -> None:
    known = [group for group in of.grouped.groups if group != (UNKNOWN,)]
    at = Grouping(of.grouped.names, known, [])
    if of.codes is None or not known:
        reasons = ["parental_education_not_delivered"] * 2 * len(measures)
        add_not_defined(rows, both_sides(measures), str(of.cohort.year), reasons)
        return
    # Groups keep the order of `grouped`; unknown, if it is there, comes last.
    unknown = of.codes >= len(known)
    parts = [_extremes(_values(each, of.outcomes), unknown, len(known), of) for each in measures]
    low, high = zip(*parts, strict=True)
    sums, n = (Tally.of(np.array(each)) for each in zip(*low, *high, strict=True))
    places = grid(len(known), of.prepared.pupils.n_schools)
    block = Block(both_sides(measures), own_only(sums, places), own_only(n, places), n, sums)
    if measures[0].unit != "share":
        block = replace(block, reached=None, squares=np.full(len(n.which) * len(known), np.nan))
    _add(rows, block, at, measures, of)


def _values(measure: Measure, held: Outcomes) -> np.ndarray:
    """Return what each profile counts for, NaN where not placed."""
    advice = held.by_base[measure.base]
    if measure.unit != "share":
        return advice.level
    outcome = advice.compared[measure.definition]
    sign = DIRECTIONS[measure.indicator.partition("_")[0]]
    return np.where(np.isnan(outcome), np.nan, (outcome == sign).astype(float))


def _extremes(
    value: np.ndarray, unknown: np.ndarray, n_groups: int, of: Bounded
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return sums of values and pupils that make means lowest, then highest.

    Arrays (places,) of every group and, within it, every school.
    """
    mine, schools = value[of.cohort.profile], of.prepared.pupils.n_schools
    own, gone = ~np.isnan(mine) & ~unknown, ~np.isnan(mine) & unknown
    steps, step = np.unique(mine[gone], return_inverse=True)
    n = _by_school(of.cohort.school[own], of.codes[own], (n_groups, schools))
    sums = _by_school(of.cohort.school[own], of.codes[own], (n_groups, schools), mine[own])
    added = _by_school(of.cohort.school[gone], step, (len(steps), schools))
    totals = (each.sum(axis=1) for each in (sums, n, added))
    return [
        ((sums + (taken.T * steps) @ added).ravel(), (n + taken.T @ added).ravel())
        for taken in taken_for_extremes(*totals, steps)
    ]


def _by_school(
    school: np.ndarray, row: np.ndarray, shape: tuple[int, int], values: np.ndarray | None = None
) -> np.ndarray:
    """Return sums of values (1 by default) by row and school."""
    place = row * np.int64(shape[1]) + school
    return np.bincount(place, values, shape[0] * shape[1]).reshape(shape).astype(float)


def taken_for_extremes(
    sums: np.ndarray, n: np.ndarray, added: np.ndarray, steps: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return which unknown pupils make each group's mean lowest, and which highest.

    The extreme takes in the values beyond a threshold: the lowest mean some of the smallest
    values, the highest some of the largest. All thresholds are tried.

    Parameters
    ----------
    sums, n : of the groups' own values, (groups,).
    added : unknown pupils at each value; steps : the values, rising, (values,).

    Returns
    -------
    two arrays of 0 and 1, (values, groups). A group without pupils of its own takes in none.
    """
    found = []
    for order, best in ((slice(None), np.argmin), (slice(None, None, -1), np.argmax)):
        count = np.append(0, np.cumsum(added[order]))[:, None]
        total = np.append(0, np.cumsum((added * steps)[order]))[:, None]
        mean = np.where(n > 0, (sums + total) / np.maximum(n + count, 1), 0.0)
        taken = np.arange(len(steps))[:, None] < best(mean, axis=0)
        found.append(taken[order].astype(float))
    return found[0], found[1]


def _add_without_test(rows: Rows, measures: Sequence[Measure], of: Bounded) -> None:
    held, profile = of.outcomes, of.cohort.profile
    without = ~held.tested[profile] & has_status(of.prepared, of.t, WITHOUT_TEST)
    sizes = of.prepared.pupils.n_schools, len(of.grouped.groups)
    places, counted = with_total(of.cohort.school, of.codes, sizes)
    among, low, high = [], [], []
    could = _could_count(of.cohort.profiles, of.unverified)
    for measure in measures:
        value = _values(measure, held)[profile]
        feasible = could[measure.definition, measure.base, measure.indicator.partition("_")[0]]
        among.append((~np.isnan(value) | without & ~np.isnan(feasible[profile]))[places])
        low.append((value == 1)[places])
        high.append(((value == 1) | without & (feasible[profile] == 1))[places])
    block = share_block(counted, both_sides(measures), [*among, *among], [*low, *high])
    _add(rows, block, totals_too(of.grouped), measures, of)


def has_status(prepared: Prepared, t: int, statuses: Sequence[str]) -> np.ndarray:
    """Mark the pupils of cohort t with one of the test statuses."""
    texts = prepared.pupils.texts["test_status"]
    code = prepared.pupils.cohorts[t].columns["test_status"]
    marked = np.array([*(text in statuses for text in texts), False])
    return marked[np.where(code == MISSING, len(texts), code)]


def _could_count(
    profiles: pd.DataFrame, unverified: reference.Unverified
) -> dict[tuple[str, str, str], np.ndarray]:
    """Return by definition, base and direction whether some test advice makes an advice count.

    1 and 0 by profile; NaN where the definition places the advice with no test advice.
    """
    advice, table = levels.advice_table(unverified), levels.kansenkaart_table(unverified)
    found = {}
    for base, codes in base_codes(profiles, unverified).items():
        for direction, test in MOST.items():
            extreme = pd.Series(test, index=codes.index, dtype="str")
            for definition, outcome in compared(codes, extreme, advice, table).items():
                counts = (outcome == DIRECTIONS[direction]).astype(float)
                found[definition, base, direction] = np.where(np.isnan(outcome), np.nan, counts)
    return found
