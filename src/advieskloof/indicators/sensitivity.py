"""The education gap in every definition, base and adjustment: what a finding hangs on."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import reference, schemas
from advieskloof.indicators import coded
from advieskloof.indicators.advice import Request, estimates
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.families import prepare
from advieskloof.indicators.groups import columns_of
from advieskloof.indicators.isled import NAMES, isled
from advieskloof.indicators.isled import TABLE as ON_ISLED
from advieskloof.schemas import TOTAL

MULTIVERSE = "multiverse"
WITHOUT_PROVIDERS = "multiverse_without_providers"
LEFT_OUT = "all_pupils_left_out"
NOT_BOTH = "not_both_educations"
# What identifies a gap.
KEYS = ["indicator", "definition", "base", "adjustment", "unit", "cohort"]
INDICATORS = ("under_of_placed", *(indicator for indicator, _ in NAMES))
# The tests of 2018/19 with a norming error: about 11 % of their pupils had a wrong test advice
# (reference/regimes.csv).
NORMING_ERROR = {2018: ("IEP", "ROUTE8", "DIA", "AMN")}


def multiverse(
    paths: Sequence[Path], asked: Asked, unverified: reference.Unverified, spill: Path,
    without: Mapping[int, Sequence[str]] = NORMING_ERROR,
) -> pd.DataFrame:  # fmt: skip
    """Estimate the gap between the lowest and the highest education in every way there is.

    A row is lowest - highest of one measure: under-advising by four definitions (share), the mean
    level and the differences from the nation at equal score and from the expectation (levels,
    and points of ISLED), x initial and final advice x raw, at risk and standardised, per cohort
    and over all cohorts. Errors have the covariance of schools with pupils in both groups.

    Parameters
    ----------
    paths : Parquet files of PUPILS, analysed.
    asked : the grouping of parental education, and what stands in every row.
    unverified : the config's list of reference rows that may be used unverified.
    spill : a private folder for what doesn't fit in memory; gone at the end.
    without : by cohort, the providers whose pupils the second table leaves out. Bands and
        expectations are made within a provider, so those of the others don't change.

    Returns
    -------
    ESTIMATES : tables `multiverse`, and `multiverse_without_providers` with the gaps once more
        without the pupils of `without`; and `isled_by_education`, the groups between which the
        gaps on ISLED are, which are in no other table. What a cohort can't support is a
        `not_defined` row, also where `without` leaves nobody of it, or nobody of an education.

    Raises
    ------
    DataError : a code isn't usable, or parental education isn't there or is too coarse.
    """
    pupils = coded.read(paths, columns_of([[asked.education]]), spill)
    found = _estimates(pupils, asked, unverified)
    gaps = _gaps(found, asked)
    fewer = _without(gaps, coded.without(pupils, without), asked, unverified)
    tables = {MULTIVERSE: gaps, ON_ISLED: _groups_on_isled(found), WITHOUT_PROVIDERS: fewer}
    named = [rows.assign(table=pd.array([name] * len(rows), dtype=schemas.TEXT))
             for name, rows in tables.items()]  # fmt: skip
    return pd.concat(named, ignore_index=True)


def _estimates(
    pupils: coded.Pupils, asked: Asked, unverified: reference.Unverified
) -> pd.DataFrame:
    """Return the estimates of INDICATORS by education, and those on ISLED."""
    prepared = prepare(pupils, asked.code_detail, unverified)
    by = [[asked.education]]
    references = {asked.education: asked.highest}
    request = Request(asked.source, asked.region_of, by, references, asked.code_detail)
    found = estimates(prepared, request, unverified)
    found = found[found["indicator"].isin(INDICATORS)]
    return pd.concat([found, isled(prepared, asked, unverified)], ignore_index=True)


def _gaps(found: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Return the rows of lowest less highest education, and of what isn't defined.

    A gap of a cohort in which one of the two doesn't occur isn't defined either.
    """
    own = found["reference"].isna()
    gap = found["reference"] == f"minus {asked.education}={asked.highest}"
    gap &= found[asked.education] == asked.lowest
    kept = found[gap | (found["status"] == "not_defined") & own]
    single = found[own & (found["cohort"] != TOTAL)].drop_duplicates(KEYS)
    told = pd.MultiIndex.from_frame(single[KEYS]).isin(pd.MultiIndex.from_frame(kept[KEYS]))
    lacking = _not_defined(single[~told], asked, NOT_BOTH)
    return pd.concat([kept, lacking], ignore_index=True)


def _not_defined(rows: pd.DataFrame, asked: Asked, reason: str) -> pd.DataFrame:
    """Return a row per measure and cohort that says why there is no gap."""
    numbers = dict.fromkeys(schemas.NUMBERS, np.nan)
    said = {"reference": np.nan, "status": "not_defined", "reason": reason}
    return rows.assign(**numbers, **said, **{asked.education: TOTAL}).astype(rows.dtypes)


def _without(
    gaps: pd.DataFrame, pupils: coded.Pupils, asked: Asked, unverified: reference.Unverified
) -> pd.DataFrame:
    """Return the gaps of the pupils who are left, and why a cohort of which nobody is has none."""
    years = [str(cohort.year) for cohort in pupils.cohorts]
    gone = _not_defined(gaps[~gaps["cohort"].isin([*years, TOTAL])], asked, LEFT_OUT)
    left = [_gaps(_estimates(pupils, asked, unverified), asked)] if years else []
    return pd.concat([*left, gone], ignore_index=True)


def _groups_on_isled(found: pd.DataFrame) -> pd.DataFrame:
    own = found["reference"].isna() & (found["status"] != "not_defined")
    return found[(found["unit"] == "points") & own]
