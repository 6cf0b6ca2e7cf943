"""The education gap in every definition, base and adjustment: what a finding hangs on."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from advieskloof import reference
from advieskloof.database import connection, spill_folder, text, texts
from advieskloof.indicators.advice import Request, advice
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.isled import NAMES, isled

MULTIVERSE = "multiverse"
ON_ISLED = "isled_by_education"
WITHOUT_PROVIDERS = "multiverse_without_providers"
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
    without : by cohort, the providers whose pupils the second table leaves out.

    Returns
    -------
    ESTIMATES : tables `multiverse`, and `multiverse_without_providers` with the gaps once more
        without the pupils of `without`; and `isled_by_education`, the groups between which the
        gaps on ISLED are, which are in no other table. What a cohort can't support is a
        `not_defined` row.

    Raises
    ------
    DataError : a code isn't usable, or parental education isn't there or is too coarse.
    """
    points = isled(paths, asked, unverified, spill, ON_ISLED)
    tables = [_gaps(paths, asked, unverified, spill, MULTIVERSE), points[_has_group(points)]]
    with spill_folder(spill) as folder:
        kept = folder / "pupils.parquet"
        leave_out(paths, without, kept, spill)
        tables.append(_gaps([kept], asked, unverified, spill, WITHOUT_PROVIDERS))
    return pd.concat(tables, ignore_index=True)


def _has_group(points: pd.DataFrame) -> pd.Series:
    return points["reference"].isna() & (points["status"] != "not_defined")


def leave_out(
    paths: Sequence[Path], without: Mapping[int, Sequence[str]], kept: Path, spill: Path
) -> None:
    """Write PUPILS to the file `kept`, but for the pupils of some providers of a cohort.

    A pupil without a provider stays. Bands and expectations are made within a provider, so those
    of the others don't change.
    """
    gone = " OR ".join(
        f"(cohort = {int(cohort)} AND test_provider IN {texts(providers)})"
        for cohort, providers in without.items()
    )
    with connection(spill) as base:
        base.read_parquet([str(path) for path in paths]).create_view("pupils")
        query = f"SELECT * FROM pupils WHERE NOT coalesce({gone or 'false'}, false)"
        base.execute(f"COPY ({query}) TO {text(kept)} (FORMAT parquet)")


def _gaps(
    paths: Sequence[Path], asked: Asked, unverified: reference.Unverified, spill: Path, table: str
) -> pd.DataFrame:
    by = [[asked.education]]
    references = {asked.education: asked.highest}
    request = Request(asked.source, asked.region_of, by, references, asked.code_detail)
    found = advice(paths, request, unverified, spill).assign(table=table)
    found = found.astype({"table": found["source"].dtype})
    found = found[found["indicator"].isin(INDICATORS)]
    both = pd.concat([found, isled(paths, asked, unverified, spill, table)], ignore_index=True)
    gap = both["reference"] == f"minus {asked.education}={asked.highest}"
    gap &= both[asked.education] == asked.lowest
    kept = both[gap | (both["status"] == "not_defined") & both["reference"].isna()]
    return kept.reset_index(drop=True)
