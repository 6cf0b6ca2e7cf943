"""What R1 and R2 are made of: pupils of a secondary school location on 1 October, counted."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from advieskloof import levels, places, positions, reference
from advieskloof.database import connection

# R2 leaves out practical education, which has no grades to go up.
PRO = "pro"
# What the norm of R2 is corrected for.
MARKS = ("apcg", "lateral_entry")


@dataclass(frozen=True)
class Records:
    """Counts behind R1 and R2.

    r1 : of pupils in grade 3 with an initial advice, `school_year, vo_school_id, n, score,
        inferred`; score is NaN where the R1 table has no cell, `inferred` says that the
        cell wasn't seen in its source.
    r2 : of pupils in grades 1 and 2 but pro, by `school_year, vo_school_id`: `n`, `up`, `unknown`,
        and `apcg, lateral_entry`, how many are marked, NaN where that isn't known of all.
    types : of pupils in grade 3, `school_year, vo_school_id, position, n`.
    cohorts : those of PUPILS.
    """

    r1: pd.DataFrame
    r2: pd.DataFrame
    types: pd.DataFrame
    cohorts: frozenset[int]


def records(
    pupils: Path,
    enrolments: Path,
    as_of: int,
    unverified: reference.Unverified,
    spill: Path,
) -> Records:
    """Return the counts of every location and school year up to `as_of`.

    R1 takes everybody in grade 3 on 1 October with an initial advice (vso included, not 0 or 80),
    whatever became of the advice: an adjusted one plays no part. R2 takes everybody in grades 1 and
    2, pupils without a PUPILS row too: up is a higher grade on 1 October of the next year,
    anywhere; left and vso are not up; no record, or one without grade or position, is unknown.

    R1 is of school years three after a cohort of PUPILS, since of others only who was accelerated
    or repeated is there; R2 of school years of which the next has records.

    Raises DataError where a code is in no table.
    """
    with connection(spill) as base:
        places.show_enrolments(base, enrolments, as_of, unverified)
        base.read_parquet(str(pupils)).create_view("pupils")
        third = _third_grade(base, unverified)
        types = base.execute(
            "SELECT school_year::BIGINT AS school_year, vo_school_id, "
            "position::VARCHAR AS position, count(*) AS n FROM years "
            "WHERE state = 'enrolled' AND grade = 3 AND vo_school_id IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL"
        ).df()
        lower = _lower_grades(base, as_of)
        cohorts = base.execute("SELECT DISTINCT cohort FROM pupils ORDER BY cohort").fetchall()
    held = frozenset(int(year) for [year] in cohorts)
    return Records(scored(third, unverified), lower, types, held)


def _third_grade(base: duckdb.DuckDBPyConnection, unverified: reference.Unverified) -> pd.DataFrame:
    table = levels.advice_table(unverified)
    found = base.execute(
        """
        WITH advised AS (
            SELECT pupil_id, arg_max(initial_advice, cohort) AS initial_advice
            FROM pupils WHERE initial_advice IS NOT NULL GROUP BY pupil_id
        )
        SELECT school_year::BIGINT AS school_year, vo_school_id, initial_advice,
            position::VARCHAR AS position, count(*) AS n
        FROM years JOIN advised USING (pupil_id)
        WHERE state = 'enrolled' AND grade = 3
            AND school_year - 3 IN (SELECT cohort FROM pupils)
        GROUP BY ALL ORDER BY ALL
        """
    ).df()
    levels.check_codes(found["initial_advice"], table, "PUPILS")
    advice = found.pop("initial_advice").map(table["category"])
    return found.assign(advice=advice)[advice != levels.NO_ADVICE]


def scored(third: pd.DataFrame, unverified: reference.Unverified) -> pd.DataFrame:
    """Return pupils in grade 3 with their score by the R1 table, which decides.

    Parameters
    ----------
    third : `school_year, vo_school_id, advice` (a category), `position` (a type), `n`.
    """
    cells = positions.r1_scores(unverified).rename(columns={"position": "r1_position"})
    of_type = positions.class_types(unverified)["r1_position"]
    found = third.assign(r1_position=third["position"].map(of_type))
    found = found.merge(cells, how="left", on=["advice", "r1_position"])
    early = found["school_year"] < found["from_school_year"]
    score = found["score"].mask(early)
    inferred = found["inferred"].fillna(False).astype(bool) & score.notna()
    return found[["school_year", "vo_school_id", "n"]].assign(score=score, inferred=inferred)


def _lower_grades(base: duckdb.DuckDBPyConnection, as_of: int) -> pd.DataFrame:
    """Return R2's counts; one school year at a time, so that what is joined stays small."""
    query = "SELECT DISTINCT school_year FROM enrolments ORDER BY school_year"
    held = [int(year) for [year] in base.execute(query).fetchall()]
    years = [year for year in held if year + 1 in held and year < as_of]
    parts = [base.execute(_going_up(year)).df() for year in years]
    found = pd.concat([part for part in parts if len(part)] or [_no_lower_grades()])
    for name in MARKS:
        known = found.pop(f"{name}_known") == found["n"]
        found[name] = found[name].astype(float).where(known)
    return found.reset_index(drop=True)


def _no_lower_grades() -> pd.DataFrame:
    marks = [f"{name}{end}" for name in MARKS for end in ("", "_known")]
    return pd.DataFrame(columns=["school_year", "vo_school_id", "n", "up", "unknown", *marks])


def _going_up(year: int) -> str:
    marks = "".join(
        f", count(*) FILTER (now.{name}) AS {name}, count(now.{name}) AS {name}_known"
        for name in MARKS
    )
    return f"""
        SELECT {year}::BIGINT AS school_year, now.vo_school_id, count(*) AS n,
            count(*) FILTER (later.state = 'enrolled' AND later.grade > now.grade) AS up,
            count(*) FILTER (coalesce(later.state, 'unknown') = 'unknown') AS unknown{marks}
        FROM (SELECT * FROM years WHERE school_year = {year}) AS now
        LEFT JOIN (SELECT pupil_id, state, grade FROM years WHERE school_year = {year + 1}) AS later
            USING (pupil_id)
        WHERE now.state = 'enrolled' AND now.grade IN (1, 2) AND now.position <> '{PRO}'
        GROUP BY ALL ORDER BY ALL
    """
