"""Under- and over-advising with survey weights, beside the same without."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import education, reference
from advieskloof.database import connection
from advieskloof.errors import DataError
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.blocks import Block, Measure
from advieskloof.indicators.bounds import SHARES
from advieskloof.indicators.coded import ADVICES
from advieskloof.indicators.counting import (
    Counted,
    add_block,
    gap_of,
    mean_block,
    share_block,
    totals_too,
    with_total,
)
from advieskloof.indicators.groups import EDUCATION, UNKNOWN, Grouping
from advieskloof.indicators.not_defined import add_not_defined
from advieskloof.indicators.outcomes import DIRECTIONS, Outcomes, outcomes
from advieskloof.indicators.rows import Rows
from advieskloof.indicators.shares import MEAN_LEVELS
from advieskloof.indicators.support import Delivered, regimes, why_not_defined
from advieskloof.schemas import SPLITS

TABLE = "survey_weights"
KEYS = ("cohort", "school_id", "parental_education", *ADVICES)
NOT_DELIVERED = "weights_not_delivered"


@dataclass(frozen=True)
class Alike:
    """Pupils of one cohort who are alike in KEYS, with a weight.

    rows : KEYS, n pupils, w the sum of their weights; school and group as whole numbers.
    """

    year: str
    rows: pd.DataFrame
    n_schools: int


def weighted(
    paths: Sequence[Path], asked: Asked, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    """Estimate under- and over-advising and mean levels with and without survey weights.

    A weight says how many pupils of the population a pupil stands for: the inverse of the chance
    of being in the delivery, calibrated or not. The estimate is sum w y / sum w. Its influence is
    what a school's weighted pupils add, e_s = sum_{i in s} w_i (y_i - estimate) / sum w, and
    V = G / (G - 1) sum_s e_s^2, so weights enlarge the error and their scale plays no part. Taken
    as frequencies (each row w equal pupils of the same school) they give the same estimate and
    error, since schools are what varies.

    Parameters
    ----------
    paths, unverified, spill : as for `advice.advice`.
    asked : the grouping of parental education, and what stands in every row.

    Returns
    -------
    ESTIMATES : table `survey_weights`, per cohort rows with adjustment `raw` and `weighted`, both
        on the pupils with a weight above 0; n and k are numbers of those pupils, unweighted. Gaps
        are lowest less highest education. `not_defined` where a cohort has no weights.

    Raises
    ------
    DataError : a code isn't usable, parental education is too coarse, or no cohort has pupils.
    """
    # ASSUME: weights are known and not estimated; calibration would make errors a bit smaller.
    regime_of, rows = regimes(unverified), Rows()
    grouped, cohorts = _read(paths, asked, unverified, spill)
    for alike in cohorts:
        if alike.rows.empty:
            _add_lacking(rows, alike.year)
            continue
        held = outcomes(alike.rows[list(ADVICES)].reset_index(drop=True), unverified)
        has = _delivered(alike, held, regime_of.get(alike.year, ""), asked.code_detail)
        _add_cohort(rows, alike, held, has, grouped, asked)
    said = {"source": asked.source, "public": False, "table": TABLE, "region_of": asked.region_of}
    return rows.table(**said)


def _read(
    paths: Sequence[Path], asked: Asked, unverified: reference.Unverified, spill: Path
) -> tuple[Grouping, list[Alike]]:
    with connection(spill) as base:
        base.read_parquet([str(path) for path in paths]).create_view("pupils")
        keys = ", ".join(KEYS)
        alike = base.execute(
            f"SELECT {keys}, count(*)::DOUBLE AS n, sum(weight) AS w FROM pupils "
            f"WHERE weight > 0 GROUP BY {keys} ORDER BY {keys}"
        ).df()
        years = base.execute("SELECT DISTINCT cohort FROM pupils ORDER BY cohort").fetchall()
    if not years:
        raise DataError("PUPILS has no pupils; deliver at least 1.")
    text = alike[[name for name in KEYS if name != "cohort"]].astype("str")
    alike = alike.assign(**{name: text[name] for name in text})
    groups = education.grouped(alike["parental_education"], EDUCATION[asked.education], unverified)
    groups = groups.fillna(UNKNOWN)
    names = [name for name in SPLITS[asked.education] if (groups == name).any()]
    school, schools = pd.factorize(alike["school_id"], sort=True)
    alike = alike.assign(school=school, group=pd.Categorical(groups, names).codes)
    grouped = Grouping((asked.education,), [(name,) for name in names], [])
    return grouped, [
        Alike(str(year), alike[alike["cohort"] == year], len(schools)) for [year] in years
    ]


def _add_lacking(rows: Rows, year: str) -> None:
    """Add the rows of a cohort without weights."""
    for measures in (SHARES, MEAN_LEVELS):
        both = [*measures, *_weighted(measures)]
        add_not_defined(rows, both, year, [NOT_DELIVERED] * len(both))


def _delivered(alike: Alike, held: Outcomes, regime: str, code_detail: bool) -> Delivered:
    """Return what the pupils with a weight have; scores play no part here."""
    given = bool(held.by_base["initial"].given.any())
    adjusted = bool(alike.rows["adjusted_advice"].notna().any())
    return Delivered(regime, given, adjusted, bool(held.tested.any()), False, code_detail)


def _add_cohort(
    rows: Rows, alike: Alike, held: Outcomes, has: Delivered, grouped: Grouping, asked: Asked
) -> None:
    sizes = alike.n_schools, len(grouped.groups)
    codes = alike.rows["group"].to_numpy().astype(np.int64)
    places, counted = with_total(alike.rows["school"].to_numpy(), codes, sizes)
    n, w = (alike.rows[name].to_numpy()[places] for name in ("n", "w"))
    at = totals_too(grouped)
    gap = gap_of(at, asked.lowest, asked.highest)
    for measures in (SHARES, MEAN_LEVELS):
        why = np.array([why_not_defined(each, has) for each in measures])
        for named, of in (
            (measures, replace(counted, n=n)),
            (_weighted(measures), replace(counted, n=n, w=w)),
        ):
            add_block(rows, _block(of, named, held, places), at, alike.year, why == "", gap)
            add_not_defined(rows, named, alike.year, why)


def _weighted(measures: Sequence[Measure]) -> list[Measure]:
    return [replace(each, adjustment="weighted") for each in measures]


def _block(
    counted: Counted, measures: Sequence[Measure], held: Outcomes, places: np.ndarray
) -> Block:
    if measures[0].unit != "share":
        return mean_block(
            counted, measures, [held.by_base[each.base].level[places] for each in measures]
        )
    among, reached = [], []
    for each in measures:
        outcome = held.by_base[each.base].compared[each.definition][places]
        among.append(~np.isnan(outcome))
        reached.append(outcome == DIRECTIONS[each.indicator.partition("_")[0]])
    return share_block(counted, measures, among, reached)
