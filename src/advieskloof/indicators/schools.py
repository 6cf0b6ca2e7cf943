"""R1 and R2 of the country and of comparison groups, and the funnel of locations in bins."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import positions, reference
from advieskloof.indicators.blocks import Measure
from advieskloof.indicators.counting import Counted, add_block, mean_block, share_block
from advieskloof.indicators.funnel import funnel
from advieskloof.indicators.groups import Grouping
from advieskloof.indicators.rows import Rows
from advieskloof.indicators.school_averages import averages, group_of_locations
from advieskloof.indicators.school_records import records
from advieskloof.schemas import TOTAL

TABLE = "schools"
# Pupils in grade 3 who repeated are of the cohort before, and have no advice if it isn't delivered.
NO_REPEATERS = "repeaters_not_delivered"
R1, R2 = "r1", "r2"
POINTS = Measure("points_of_scored", R1, "initial", "raw", "points")
R1_SHARES = (
    Measure("not_scored_of_advised", R1, "initial", "raw"),
    Measure("inferred_of_scored", R1, "initial", "raw"),
)
R2_SHARES = (
    Measure("up_of_grades_1_and_2", R2, "initial", "raw"),
    Measure("up_of_grades_1_and_2", R2, "initial", "bound_high"),
    Measure("unknown_of_grades_1_and_2", R2, "initial", "raw"),
)
BY_GROUP = "comparison_group"


def schools(
    pupils: Path,
    enrolments: Path,
    as_of: int,
    source: str,
    unverified: reference.Unverified,
    spill: Path,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimate the inspectorate's R1 and R2.

    R1 = sum of points / pupils scored, over everybody in grade 3 on 1 October with an initial
    advice, by the table reference/r1_scores.csv; pupils whose advice or position has no cell are
    counted (`not_scored_of_advised`) and not scored. R2 = pupils in a higher grade a year later /
    pupils in grades 1 and 2, without pro; the unknown count as not up, in `bound_high` as up.

    Parameters
    ----------
    pupils, enrolments : Parquet files of PUPILS, all that are sound, and ENROLMENTS.
    as_of : first calendar year of the last school year whose 1 October is known.
    source : name of the delivery, in every row.
    unverified : the config's list of reference rows that may be used unverified.
    spill : a private folder for what doesn't fit in memory; gone at the end.

    Returns
    -------
    ESTIMATES : in which `cohort` is the school year; for the country and by comparison group, with
        errors clustered in secondary school locations, which is what R1 and R2 judge; and the rows
        of `funnel`. R1 of a year whose repeaters are of a cohort that isn't delivered says so.
    SCHOOLS : three-year averages by location, which never leave.

    Raises DataError where a code is in no table.
    """
    held = records(pupils, enrolments, as_of, unverified, spill)
    locations, groups = averages(held, unverified), group_of_locations(held, unverified)
    rows = Rows()
    for year in sorted(held.r1["school_year"].unique()):
        note = "" if year - 4 in held.cohorts else NO_REPEATERS
        _add_r1(rows, held.r1[held.r1["school_year"] == year], groups, int(year), note)
    for year in sorted(held.r2["school_year"].unique()):
        _add_r2(rows, held.r2[held.r2["school_year"] == year], groups, int(year))
    said = {"source": source, "public": False, "table": TABLE, "region_of": "school"}
    parts = [rows.table(**said)] if rows.parts else []
    years = int(positions.r_parameters(unverified)["average_years"])
    parts.append(funnel(locations, years, source, TABLE))
    return pd.concat(parts, ignore_index=True), locations


def _add_r1(rows: Rows, r1: pd.DataFrame, groups: pd.DataFrame, year: int, note: str) -> None:
    """Add R1 of one school year, and the shares of pupils behind it."""
    r1, at, counted = _counted(r1, groups, year)
    scored, inferred = r1["score"].notna().to_numpy(), r1["inferred"].to_numpy(dtype=bool)
    points = mean_block(counted, [POINTS], [r1["score"].to_numpy(dtype=float)])
    every = np.ones(len(r1), dtype=bool)
    shares = share_block(counted, R1_SHARES, [every, scored], [~scored, inferred])
    for block in (points, shares):
        defined = np.ones(len(block.measures), dtype=bool)
        add_block(rows, replace(block, note=note), at, str(year), defined, None)


def _add_r2(rows: Rows, r2: pd.DataFrame, groups: pd.DataFrame, year: int) -> None:
    """Add R2 of one school year: pupils who go up, don't, or aren't known the year after."""
    counts = {"up": r2["up"], "unknown": r2["unknown"], "rest": r2["n"] - r2["up"] - r2["unknown"]}
    pupils = pd.concat([r2.assign(became=name, n=n) for name, n in counts.items()])
    pupils, at, counted = _counted(pupils, groups, year)
    up, unknown = ((pupils["became"] == name).to_numpy() for name in ("up", "unknown"))
    every = [np.ones(len(pupils), dtype=bool)] * len(R2_SHARES)
    block = share_block(counted, R2_SHARES, every, [up, up | unknown, unknown])
    add_block(rows, block, at, str(year), np.ones(len(R2_SHARES), dtype=bool), None)


def _counted(
    pupils: pd.DataFrame, groups: pd.DataFrame, year: int
) -> tuple[pd.DataFrame, Grouping, Counted]:
    """Return pupils who are alike twice, in the comparison group and in the country."""
    here = groups[groups["school_year"] == year].set_index("vo_school_id")[BY_GROUP]
    group = pupils["vo_school_id"].map(here)
    names: Sequence[str] = sorted(group.dropna().unique())
    both = pd.concat([pupils.assign(group=group)[group.notna()], pupils.assign(group=TOTAL)])
    both = both[both["n"] > 0]
    school, locations = pd.factorize(both["vo_school_id"], use_na_sentinel=False)
    code = pd.Index([*names, TOTAL]).get_indexer(both["group"])
    at = Grouping((BY_GROUP,), [(name,) for name in [*names, TOTAL]], [])
    n = both["n"].to_numpy(dtype=float)
    family = np.zeros(len(names) + 1, dtype=int)
    return both, at, Counted(school, code, len(locations), family, n)
