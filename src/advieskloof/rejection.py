"""Delivered rows that can't be right, set apart with a reason and the place where they stood.

A fault of a row rejects that row, with the first of REASONS that holds; the rest of a delivery is
sound. DuckDB makes the passes, so memory stays bounded.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from advieskloof import io, reference, schemas, scores
from advieskloof.database import MEMORY, connection, text
from advieskloof.errors import DataError, listing

# In the order in which they are tried: a row has one reason.
REASONS = {
    "pupils": ("identical_duplicate", "differing_duplicate", "off_scale", "contradiction"),
    "enrolments": ("identical_duplicate", "differing_duplicate", "before_group_8"),
}
CONTRACTS = {"pupils": schemas.PUPILS, "enrolments": schemas.ENROLMENTS}
YEAR = {"pupils": "cohort", "enrolments": "school_year"}
ORDER = {"pupils": "cohort, school_id, pupil_id", "enrolments": "pupil_id, school_year"}
_SQL_TYPES = {"int64": "BIGINT", "Int64": "BIGINT", "boolean": "BOOLEAN", "float64": "DOUBLE"}

Paths = Mapping[str, Path]


def reject(
    delivered: Paths,
    sound: Paths,
    rejected: Paths,
    unverified: reference.Unverified,
    spill: Path,
    memory: str = MEMORY,
) -> None:
    """Sort delivered rows into sound and rejected ones; paths are by table: pupils, enrolments.

    Writes the sound rows in their contract's order (PUPILS by cohort, school and pupil; ENROLMENTS
    by pupil and year), and the rejected ones likewise with `reason`, `file` and `row` in front.

    Parameters
    ----------
    delivered : Parquet files in the contract's types, with `file` (text) and `row` (whole number)
        in front.
    spill : a private folder for what doesn't fit in `memory`; gone at the end.

    Raises
    ------
    DataError : a column is missing, no pupil was delivered, or a cohort isn't known.
    """
    with connection(spill, memory) as base:
        for table in CONTRACTS:
            _show_delivered(base, table, delivered[table])
        _check_cohorts(base)
        _decide(base, "pupils", _pupil_faults(base, unverified))
        _decide(base, "enrolments", _enrolment_faults(base))
        for table in CONTRACTS:
            _write(base, table, sound[table], rejected[table])


def columns_of(table: str) -> str:
    """Return the columns of a table's contract as an SQL list."""
    return ", ".join(f'"{name}"' for name in CONTRACTS[table].schema.columns)


def _show_delivered(base: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """Make the view `<table>_delivered`, in which `number` counts rows from 0."""
    columns = _sql_types(table)
    found = base.read_parquet(str(path)).columns
    lacking = [name for name in columns if name not in found]
    if lacking:
        raise DataError(
            f"{path} lacks {len(lacking)} column(s) of delivered {table}: {listing(lacking)}."
        )
    read = ", ".join(f'{_typed(name, kind)} AS "{name}"' for name, kind in columns.items())
    base.execute(
        f"CREATE VIEW {table}_delivered AS SELECT file_row_number AS number, {read} "
        f"FROM read_parquet({text(path)}, file_row_number = true)"
    )


def _sql_types(table: str) -> dict[str, str]:
    columns = CONTRACTS[table].schema.columns
    kinds = {name: _SQL_TYPES.get(str(c.dtype), "VARCHAR") for name, c in columns.items()}
    return {"file": "VARCHAR", "row": "BIGINT", **kinds}


def _typed(name: str, kind: str) -> str:
    typed = f'CAST("{name}" AS {kind})'
    # A number that isn't one is missing here, as in the rest of the program.
    return f"nullif({typed}, 'nan')" if kind == "DOUBLE" else typed


def _check_cohorts(base: duckdb.DuckDBPyConnection) -> None:
    known = reference.read("regimes", {})["cohort"]
    counts = f"SELECT count(*), count(*) FILTER (cohort NOT IN ({', '.join(known)}))"
    total, unknown = base.execute(f"{counts} FROM pupils_delivered").fetchone()
    if not total:
        raise DataError("No pupil was delivered: every delivery together holds 0 rows of pupils.")
    if unknown:
        raise DataError(
            f"the delivered pupils: cohort holds {unknown} value(s) of {total} that aren't in "
            f"reference/regimes.csv; allowed are {known.min()} to {known.max()}, the first "
            "calendar year of the school year. Correct the mapping or the delivery."
        )


def _pupil_faults(
    base: duckdb.DuckDBPyConnection, unverified: reference.Unverified
) -> dict[str, str]:
    """Return by reason the condition, in SQL, under which a pupil's row is rejected."""
    _find_off_scale(base, unverified)
    has_test = "(test_score IS NOT NULL OR test_advice IS NOT NULL)"
    return {
        **_duplicates(base, "pupils"),
        "off_scale": "test_score IS NOT NULL "
        "AND (cohort, test_provider, test_score) IN (SELECT * FROM off_scale)",
        "contradiction": f"{has_test} AND test_status <> 'taken'",
    }


def _enrolment_faults(base: duckdb.DuckDBPyConnection) -> dict[str, str]:
    # Also a rejected row says that the pupil was still in group 8 that year.
    base.execute(
        "CREATE TABLE group_8 AS SELECT pupil_id AS id, max(cohort) AS last "
        "FROM pupils_delivered GROUP BY ALL"
    )
    last = "(SELECT last FROM group_8 WHERE id = pupil_id)"
    return {**_duplicates(base, "enrolments"), "before_group_8": f"school_year <= {last}"}


def _duplicates(base: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Make tables of the copies to leave out and of the keys whose rows differ; conditions."""
    key = f"pupil_id, {YEAR[table]}"
    base.execute(
        f"""
        CREATE TABLE {table}_doubled AS
        SELECT number, {key}, row_number() OVER (
            PARTITION BY {columns_of(table)} ORDER BY "file", "row", number
        ) > 1 AS is_copy
        FROM {table}_delivered
        SEMI JOIN (SELECT {key} FROM {table}_delivered GROUP BY ALL HAVING count(*) > 1)
        USING ({key})
        """
    )
    base.execute(f"CREATE TABLE {table}_copies AS SELECT number FROM {table}_doubled WHERE is_copy")
    base.execute(
        f"CREATE TABLE {table}_differing AS SELECT {key} FROM {table}_doubled "
        "WHERE NOT is_copy GROUP BY ALL HAVING count(*) > 1"
    )
    return {
        "identical_duplicate": f"number IN (SELECT * FROM {table}_copies)",
        "differing_duplicate": f"({key}) IN (SELECT * FROM {table}_differing)",
    }


def _find_off_scale(base: duckdb.DuckDBPyConnection, unverified: reference.Unverified) -> None:
    """Make the table `off_scale` of the scores that lie outside their scale."""
    delivered = base.execute(
        "SELECT DISTINCT cohort, test_provider, test_score FROM pupils_delivered "
        "WHERE test_score IS NOT NULL AND test_provider IS NOT NULL"
    ).df()
    outside = delivered[scores.off_scale(delivered, unverified)]
    base.register("outside", outside)
    base.execute("CREATE TABLE off_scale AS SELECT * FROM outside")


def _decide(base: duckdb.DuckDBPyConnection, table: str, faults: dict[str, str]) -> None:
    """Make the table `<table>_faulty`: the rows of which a fault holds, and the first `reason`."""
    cases = " ".join(f"WHEN {faults[name]} THEN {text(name)}" for name in REASONS[table])
    base.execute(
        f"CREATE TABLE {table}_faulty AS SELECT number, CASE {cases} END AS reason "
        f"FROM {table}_delivered WHERE reason IS NOT NULL"
    )


def _write(base: duckdb.DuckDBPyConnection, table: str, sound: Path, rejected: Path) -> None:
    content = columns_of(table)
    delivered, faulty = f"{table}_delivered", f"{table}_faulty"
    kept = f"{delivered} ANTI JOIN {faulty} USING (number)"
    write(base, f"SELECT {content} FROM {kept} ORDER BY {ORDER[table]}", sound)
    write(
        base,
        f'SELECT reason, "file", "row", {content} FROM {delivered} JOIN {faulty} USING (number) '
        f'ORDER BY "file", "row", {ORDER[table]}',
        rejected,
    )


def write(base: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write the rows of a query as a Parquet file, whole or not at all."""
    with io.whole_file(path) as partial:
        base.execute(f"COPY ({query}) TO {text(partial)} (FORMAT parquet)")
