"""Pupils without a test, and reference levels as a yardstick that no provider made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import reference
from advieskloof.indicators import coded
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.blocks import Block, Measure
from advieskloof.indicators.bounds import WITHOUT_TEST, has_status
from advieskloof.indicators.coded import MISSING
from advieskloof.indicators.counting import (
    Counted,
    add_block,
    gap_of,
    share_block,
    totals_too,
    with_total,
)
from advieskloof.indicators.families import Prepared, prepare
from advieskloof.indicators.groups import columns_of, grouping
from advieskloof.indicators.not_defined import add_not_defined
from advieskloof.indicators.rows import Rows
from advieskloof.indicators.support import NO_TEST
from advieskloof.schemas import REFERENCE_LEVELS

UNTESTED, LEVELS_REACHED = "without_test", "reference_levels"
# An advice plays no part in either; a row needs a base all the same.
BASE = "initial"
STATUSES = {
    "without_test_of_all": WITHOUT_TEST,
    **{f"{status}_of_all": (status,) for status in WITHOUT_TEST},
    "unknown_status_of_all": ("unknown",),
}
DOMAINS = ("reading", "language", "maths")
OF_STATUS = tuple(Measure(name, "test_status", BASE, "raw") for name in STATUSES)
OF_LEVELS = tuple(
    Measure(f"{domain}_at_least_{level}", "reference_levels", BASE, "raw")
    for domain in DOMAINS
    for level in REFERENCE_LEVELS[1:]
)
# By measure: who is among, and who of them is reached; None where the cohort lacks it.
Marks = tuple[np.ndarray, np.ndarray] | None


def status_marks(prepared: Prepared, t: int) -> list[Marks]:
    """Return for OF_STATUS who is among the pupils of cohort t (all) and who has the status."""
    everybody = np.ones(len(prepared.pupils.cohorts[t].school), dtype=bool)
    if has_status(prepared, t, ["unknown"]).all():
        return [None] * len(OF_STATUS)
    return [(everybody, has_status(prepared, t, statuses)) for statuses in STATUSES.values()]


def level_marks(prepared: Prepared, t: int) -> list[Marks]:
    """Return for OF_LEVELS who has a level in the domain, and who reaches the measure's level."""
    found = []
    for domain in DOMAINS:
        texts = prepared.pupils.texts[f"level_{domain}"]
        rank = np.array([*(REFERENCE_LEVELS.index(text) for text in texts), -1])
        code = prepared.pupils.cohorts[t].columns[f"level_{domain}"]
        mine = rank[np.where(code == MISSING, len(texts), code)]
        reached = [(mine >= 0, mine >= least) for least in range(1, len(REFERENCE_LEVELS))]
        found += reached if (mine >= 0).any() else [None] * len(reached)
    return found


@dataclass(frozen=True)
class What:
    """A table of shares: its measures, the columns of PUPILS behind them, and who counts.

    marks : from the cohorts and a place among them to the Marks of each measure.
    lacking : the reason where a cohort lacks what a measure needs.
    """

    table: str
    measures: Sequence[Measure]
    columns: Sequence[str]
    marks: Callable[[Prepared, int], list[Marks]]
    lacking: str


OF_TESTS = What(UNTESTED, OF_STATUS, ["test_status"], status_marks, "test_status_not_delivered")
OF_DOMAINS = What(
    LEVELS_REACHED,
    OF_LEVELS,
    [f"level_{domain}" for domain in DOMAINS],
    level_marks,
    "reference_levels_not_delivered",
)


def without_test(
    paths: Sequence[Path], asked: Asked, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    """Estimate the share of pupils without a test by parental education, and why.

    Of all analysed pupils: exempt, absent, refused by the school, and these together; and those
    whose status isn't known, apart. With gaps, lowest less highest education.

    Parameters
    ----------
    paths, unverified, spill : as for `advice.advice`.
    asked : the grouping of parental education, and what stands in every row.

    Returns
    -------
    ESTIMATES : table `without_test`, per cohort a row per reason and group, and everybody. Shares
        are 0-1. `not_defined` in a year without a test and where no status was delivered (all
        are `unknown`).

    Raises
    ------
    DataError : parental education isn't there or is too coarse.
    """
    return _shares(paths, asked, unverified, spill, OF_TESTS)


def reference_levels(
    paths: Sequence[Path], asked: Asked, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    """Estimate the share that reaches each reference level by parental education.

    1F, 1S and 2F in reading, language and maths are the same for all providers, so that they
    compare groups, regions and years whose tests differ. Of the pupils with a level in the domain,
    those at the level or above it, in the order 1F, 1S, 2F; where a domain knows no 1S (reading
    and language), at least 1S is 2F.

    Parameters, Returns, Raises : as for `without_test`, in the table `reference_levels`.
    `not_defined` where a cohort has no levels in the domain.
    """
    return _shares(paths, asked, unverified, spill, OF_DOMAINS)


def _shares(
    paths: Sequence[Path], asked: Asked, unverified: reference.Unverified, spill: Path, what: What
) -> pd.DataFrame:
    pupils = coded.read(paths, [*columns_of([[asked.education]]), *what.columns], spill)
    prepared = prepare(pupils, asked.code_detail, unverified)
    grouped = grouping(pupils, [asked.education], unverified)
    rows, at = Rows(), totals_too(grouped)
    gap = gap_of(at, asked.lowest, asked.highest)
    for t, cohort in enumerate(pupils.cohorts):
        year, found = str(cohort.year), what.marks(prepared, t)
        no_test = prepared.delivered[t].regime == NO_TEST
        why = "no_test_that_year" if no_test else what.lacking
        reasons = np.array([why if no_test or each is None else "" for each in found])
        sizes = pupils.n_schools, len(grouped.groups)
        places, counted = with_total(cohort.school, grouped.codes[t], sizes)
        block = _block(counted, what.measures, found, places)
        add_block(rows, block, at, year, reasons == "", gap)
        add_not_defined(rows, what.measures, year, reasons)
    return rows.table(
        source=asked.source, public=False, table=what.table, region_of=asked.region_of
    )


def _block(
    counted: Counted, measures: Sequence[Measure], found: Sequence[Marks], places: np.ndarray
) -> Block:
    nobody = np.zeros(len(places), dtype=bool)
    among = [nobody if each is None else each[0][places] for each in found]
    reached = [nobody if each is None else each[1][places] for each in found]
    return share_block(counted, measures, among, reached)
