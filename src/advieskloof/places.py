"""Where pupils are in the first and the third year after group 8: a view on ENROLMENTS.

Nobody is lost: who left, goes to vso, isn't known, repeats or is a grade ahead is told apart, and a
year that hasn't been counted yet is not yet observed. DuckDB makes the passes, so memory stays
bounded.
"""

from pathlib import Path

import duckdb

from advieskloof import io, positions, reference
from advieskloof.database import MEMORY, connection, text
from advieskloof.schemas import ENROLMENT_STATUSES

# School years after the cohort's that are looked at, and the grades that belong to them.
FIRST, THIRD, FOURTH, FIFTH = 1, 3, 4, 5
# Stapelen is going on from vmbo-gt to havo, the fifth school type of the half-level scale.
VMBO_GT, HAVO = "vmbo_gt", 5


def place(
    pupils: Path,
    enrolments: Path,
    as_of: int,
    unverified: reference.Unverified,
    spill: Path,
    output: Path,
    memory: str = MEMORY,
) -> dict[str, int]:
    """Write PLACES: a row for each row of PUPILS, in the order of cohorts and pupils.

    A year of a pupil is, by the first that holds: not yet observed (a school year after `as_of`),
    left, vso, unknown (no record, or enrolled without a grade or without a class and position), or
    enrolled. Enrolled in the first year is `placed` in grade 1 and `other_grade` elsewhere; in the
    third year it is `repeating` below grade 3, `accelerated` above it, else `in_grade_3`.

    Parameters
    ----------
    pupils, enrolments : Parquet files of PUPILS and ENROLMENTS.
    as_of : first calendar year of the last school year whose 1 October is known. Records of later
        years are not read.
    unverified : the config's list of reference rows that may be used unverified.
    spill : a private folder for what doesn't fit in `memory`; gone at the end.
    output : the Parquet file to write.

    Returns
    -------
    How many pupils have each outcome of the third year.

    Raises
    ------
    DataError : a class or position is in no table; the text counts by code.
    """
    with connection(spill, memory) as base:
        base.read_parquet(str(pupils)).create_view("of_group_8")
        show_enrolments(base, enrolments, as_of, unverified)
        _gather(base)
        query = _placing(as_of)
        with io.whole_file(output) as partial:
            base.execute(f"COPY ({query}) TO {text(partial)} (FORMAT parquet)")
            counted = base.execute(
                f"SELECT third_year, count(*) FROM read_parquet({text(partial)}) "
                "GROUP BY ALL ORDER BY ALL"
            ).fetchall()
    return dict(counted)


def show_enrolments(
    base: duckdb.DuckDBPyConnection,
    enrolments: Path,
    as_of: int,
    unverified: reference.Unverified,
) -> None:
    """Make the view `years` of ENROLMENTS up to `as_of`, with types instead of codes.

    Columns `pupil_id, school_year, state` (left, vso, unknown or enrolled), `grade, vo_school_id,
    apcg, lateral_entry`; `class_type` and `position`, each as delivered or else the other; and
    `lowest`, the position's lowest school type.
    Raises DataError where a class or position is in no table.
    """
    base.read_parquet(str(enrolments)).create_view("enrolments")
    usable = positions.codes(unverified)
    counts = base.execute(
        "SELECT code, sum(n)::BIGINT AS n FROM "
        "(SELECT class_code AS code, count(*) AS n FROM enrolments GROUP BY ALL UNION ALL "
        "SELECT position, count(*) FROM enrolments GROUP BY ALL) "
        "WHERE code IS NOT NULL GROUP BY code ORDER BY code"
    ).df()
    where = "ENROLMENTS: class_code or position"
    positions.check_codes(counts.set_index("code")["n"], usable.index, where)
    base.register("usable_codes", usable[["class_type", "lowest"]].reset_index())
    # As places in a list types take a byte each.
    types = ", ".join(text(name) for name in usable["class_type"].unique())
    base.execute(f"CREATE TYPE class_type AS ENUM ({types})")
    base.execute(
        "CREATE TABLE codes AS SELECT code, class_type::class_type AS class_type, "
        "lowest::FLOAT AS lowest FROM usable_codes"
    )
    base.execute(f"CREATE TYPE state AS ENUM ({', '.join(map(text, ENROLMENT_STATUSES))})")
    base.execute(f"CREATE VIEW years AS {_years(as_of)}")


def _years(as_of: int) -> str:
    return f"""
        SELECT pupil_id, school_year, grade::INTEGER AS grade, vo_school_id, apcg, lateral_entry,
            coalesce(of_class.class_type, of_position.class_type) AS class_type,
            coalesce(of_position.class_type, of_class.class_type) AS position,
            coalesce(of_position.lowest, of_class.lowest) AS lowest,
            CASE WHEN status <> 'enrolled' THEN status
                WHEN grade IS NULL OR coalesce(class_code, position) IS NULL THEN 'unknown'
                ELSE 'enrolled' END::state AS state
        FROM enrolments
        LEFT JOIN codes AS of_class ON class_code = of_class.code
        LEFT JOIN codes AS of_position ON position = of_position.code
        WHERE school_year <= {int(as_of)}
    """


def _gather(base: duckdb.DuckDBPyConnection) -> None:
    """Make the tables `pupils` and `near`: the records of pupils, `after` so many years.

    Pupils get a number, since joins on small numbers take a fraction of the time and memory.
    """
    base.execute(
        "CREATE TABLE pupils AS SELECT pupil_id, cohort, "
        "row_number() OVER (ORDER BY cohort, pupil_id)::INTEGER AS number FROM of_group_8"
    )
    base.execute(
        "CREATE TABLE near AS SELECT number, (school_year - cohort)::TINYINT AS after, grade, "
        "vo_school_id, class_type, position, lowest, state FROM years JOIN pupils USING (pupil_id) "
        f"WHERE school_year - cohort IN ({FIRST}, {THIRD}, {FOURTH}, {FIFTH})"
    )


def _placing(as_of: int) -> str:
    """Return the query of PLACES on the tables `pupils` and `near`."""
    joins = "".join(
        f" LEFT JOIN near AS y{year} ON pupils.number = y{year}.number AND y{year}.after = {year}"
        for year in (FIRST, THIRD, FOURTH, FIFTH)
    )
    return f"""
        SELECT pupils.pupil_id, pupils.cohort,
            CASE {_state(FIRST, as_of)} WHEN y1.grade = 1 THEN 'placed' ELSE 'other_grade' END
                AS start,
            CASE WHEN start = 'placed' THEN y1.class_type END AS class_type,
            CASE WHEN y1.state = 'enrolled' THEN y1.vo_school_id END AS vo_school_id,
            CASE {_state(THIRD, as_of)} WHEN y3.grade < 3 THEN 'repeating'
                WHEN y3.grade > 3 THEN 'accelerated' ELSE 'in_grade_3' END AS third_year,
            CASE WHEN third_year = 'in_grade_3' THEN y3.position END AS position,
            CASE WHEN y1.state = 'enrolled' AND y3.state = 'enrolled'
                THEN y1.vo_school_id <> y3.vo_school_id END AS switched_school,
            CASE WHEN y4.state = 'enrolled' AND y4.grade = 4 AND y4.position = '{VMBO_GT}' THEN
                CASE WHEN pupils.cohort + {FIFTH} > {int(as_of)} THEN 'not_yet_observed'
                    WHEN coalesce(y5.state, 'unknown') = 'unknown' THEN 'unknown'
                    WHEN y5.state = 'enrolled' AND y5.lowest >= {HAVO} THEN 'yes' ELSE 'no' END
                END AS stacked
        FROM pupils{joins}
        ORDER BY pupils.number
    """


def _state(year: int, as_of: int) -> str:
    """Return the cases of a year in which a pupil isn't enrolled, in SQL."""
    return (
        f"WHEN pupils.cohort + {year} > {int(as_of)} THEN 'not_yet_observed' "
        f"WHEN coalesce(y{year}.state, 'unknown') <> 'enrolled' "
        f"THEN coalesce(y{year}.state, 'unknown')::VARCHAR"
    )
