"""From what was delivered to what is analysed: rejected rows, named inclusion steps, the flow.

A row fault rejects the row, with the first of REASONS that holds; what is sound and not asked for
is excluded, by the first of STEPS that holds. Every delivered row is rejected, excluded or
analysed, and the flow counts them all. DuckDB makes the passes, so memory stays bounded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from advieskloof import education, io, levels, reference, schemas, scores
from advieskloof.database import MEMORY, connection, text, texts
from advieskloof.errors import DataError, listing

# In the order in which they are tried: a row has one reason.
REASONS = {
    "pupils": ("identical_duplicate", "differing_duplicate", "off_scale", "contradiction"),
    "enrolments": ("identical_duplicate", "differing_duplicate", "before_group_8"),
}
STEPS = {
    "pupils": ("school_type", "vso_advice", "no_advice", "no_test", "exempt", "repeater"),
    "enrolments": (),
}
CONTRACTS = {"pupils": schemas.PUPILS, "enrolments": schemas.ENROLMENTS}
YEAR = {"pupils": "cohort", "enrolments": "school_year"}
ORDER = {"pupils": "cohort, school_id, pupil_id", "enrolments": "pupil_id, school_year"}
# Where a delivered row comes from, in front of the contract's columns.
PLACE = ("file", "row")
# The columns that say which row of which delivery; `number` counts from 0 in its Parquet file.
_ID = "part, number"
_SQL_TYPES = {"int64": "BIGINT", "Int64": "BIGINT", "boolean": "BOOLEAN", "float64": "DOUBLE"}


@dataclass(frozen=True)
class Inclusion:
    """Who is analysed, as the config's `source.inclusion` says.

    school_types : kinds of primary school that are kept.
    exclude_statuses : values of `test_status` whose pupils are left out.
    exclude_vso_advice, exclude_no_advice : whether pupils with first advice vso, or with none
        (empty, 0 or 80), are left out.
    repeaters : of a pupil in more than one cohort after the steps before, the cohort that stays:
        'last', 'first' or 'both'.
    """

    school_types: Sequence[str] = ("bo", "sbo")
    exclude_statuses: Sequence[str] = ()
    exclude_vso_advice: bool = False
    exclude_no_advice: bool = False
    repeaters: str = "last"


@dataclass(frozen=True)
class Outputs:
    """Where the Parquet files of a selection go."""

    pupils: Path
    enrolments: Path
    rejected_pupils: Path
    rejected_enrolments: Path

    def analysed(self, table: str) -> Path:
        """Return the path of a table's analysed rows."""
        return {"pupils": self.pupils, "enrolments": self.enrolments}[table]

    def rejected(self, table: str) -> Path:
        """Return the path of a table's rejected rows."""
        return {"pupils": self.rejected_pupils, "enrolments": self.rejected_enrolments}[table]


def select(
    delivered: Mapping[str, Sequence[Path]],
    outputs: Outputs,
    inclusion: Inclusion,
    max_rejected_share: float,
    unverified: reference.Unverified,
    spill: Path,
    memory: str = MEMORY,
) -> pd.DataFrame:
    """Sort delivered rows into rejected, excluded and analysed, and return the FLOW of it.

    Writes PUPILS (sorted by cohort, school and pupil) and ENROLMENTS (by pupil and year), both in
    their contract's order, and the rejected rows with `reason`, `file` and `row` in front.
    Enrolments stay whether or not their pupil does, since schools are judged on everybody.

    Parameters
    ----------
    delivered : Parquet files of 'pupils' and of 'enrolments', in the contract's types, with
        `file` (text) and `row` (whole number) in front.
    max_rejected_share : the share of delivered rows, 0-1, that each table may lose.
    spill : a private folder for what doesn't fit in `memory`; gone at the end.

    Raises
    ------
    DataError : no pupil was delivered, a cohort isn't known, too many rows are rejected, or no
        pupil is left; the text says how many, by which reason or at which step.
    """
    with connection(spill, memory) as base:
        for table in CONTRACTS:
            _show_delivered(base, table, delivered[table])
        _check_cohorts(base)
        _decide_pupils(base, inclusion, unverified)
        _decide_enrolments(base)
        for table in CONTRACTS:
            _check_rejected(base, table, max_rejected_share)
        _check_left(base)
        for table in CONTRACTS:
            _write(base, table, outputs)
        parts = [_flow_of(base, table, outputs) for table in CONTRACTS]
        flow = pd.concat([*parts, _notes(base, unverified)], ignore_index=True)
    return schemas.validate(flow, schemas.FLOW, "the flow of pupils")


def compare_test_advice(
    pupils: Path, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    """Return the agreement of registered and derived test advice (`scores.agreement`) of PUPILS."""
    with connection(spill) as base:
        base.read_parquet(str(pupils)).create_view("pupils_analysed")
        return scores.agreement(_scored(base), unverified)


def _show_delivered(base: duckdb.DuckDBPyConnection, table: str, paths: Sequence[Path]) -> None:
    """Make the view `<table>_delivered` of all deliveries together."""
    columns = _sql_types(table)
    for path in paths:
        found = base.read_parquet(str(path)).columns
        lacking = [name for name in columns if name not in found]
        if lacking:
            raise DataError(
                f"{path} lacks {len(lacking)} column(s) of delivered {table}: {listing(lacking)}."
            )
    read = ", ".join(f'{_typed(name, kind)} AS "{name}"' for name, kind in columns.items())
    parts = [
        f"SELECT {part} AS part, file_row_number AS number, {read} "
        f"FROM read_parquet({text(path)}, file_row_number = true)"
        for part, path in enumerate(paths)
    ]
    base.execute(f"CREATE VIEW {table}_delivered AS {' UNION ALL '.join(parts)}")


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


def _decide_pupils(
    base: duckdb.DuckDBPyConnection, inclusion: Inclusion, unverified: reference.Unverified
) -> None:
    _find_duplicates(base, "pupils")
    _find_off_scale(base, unverified)
    off = "(cohort, test_provider, test_score) IN (SELECT * FROM off_scale)"
    has_test = "(test_score IS NOT NULL OR test_advice IS NOT NULL)"
    conditions = {
        **_duplicate_conditions("pupils"),
        "off_scale": f"test_score IS NOT NULL AND {off}",
        "contradiction": f"(test_status = 'taken') <> {has_test}",
        **_exclusions(inclusion, unverified),
    }
    _decide(base, "pupils", conditions)
    if inclusion.repeaters != "both":
        _exclude_repeaters(base, {"last": "max", "first": "min"}[inclusion.repeaters])


def _exclusions(inclusion: Inclusion, unverified: reference.Unverified) -> dict[str, str]:
    """Return the condition of each step that the config asks for, in SQL, but repeaters'."""
    category = levels.advice_table(unverified)["category"]
    statuses = set(inclusion.exclude_statuses)
    conditions = {
        "school_type": f"school_type NOT IN {texts(inclusion.school_types)}",
        "no_test": f"test_status IN {texts(sorted(statuses - {'exempt'}))}",
        "exempt": f"test_status IN {texts(statuses & {'exempt'})}",
    }
    if inclusion.exclude_vso_advice:
        vso = texts(category.index[category == "vso"])
        conditions["vso_advice"] = f"initial_advice IN {vso}"
    if inclusion.exclude_no_advice:
        none = texts(category.index[category == levels.NO_ADVICE])
        conditions["no_advice"] = f"initial_advice IS NULL OR initial_advice IN {none}"
    return conditions


def _decide_enrolments(base: duckdb.DuckDBPyConnection) -> None:
    _find_duplicates(base, "enrolments")
    # Also a rejected row says that the pupil was still in group 8 that year.
    base.execute(
        "CREATE TABLE group_8 AS SELECT pupil_id AS id, max(cohort) AS last "
        "FROM pupils_delivered GROUP BY ALL"
    )
    last = "(SELECT last FROM group_8 WHERE id = pupil_id)"
    conditions = {
        **_duplicate_conditions("enrolments"),
        "before_group_8": f"school_year <= {last}",
    }
    _decide(base, "enrolments", conditions)


def _find_duplicates(base: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make the tables `<table>_copies` (rows to leave out) and `<table>_differing` (keys)."""
    key = f"pupil_id, {YEAR[table]}"
    content = ", ".join(f'"{name}"' for name in CONTRACTS[table].schema.columns)
    base.execute(
        f"""
        CREATE TABLE {table}_doubled AS
        SELECT {_ID}, {key}, row_number() OVER (
            PARTITION BY {content} ORDER BY "file", "row", {_ID}
        ) > 1 AS is_copy
        FROM {table}_delivered
        SEMI JOIN (SELECT {key} FROM {table}_delivered GROUP BY ALL HAVING count(*) > 1)
        USING ({key})
        """
    )
    base.execute(f"CREATE TABLE {table}_copies AS SELECT {_ID} FROM {table}_doubled WHERE is_copy")
    base.execute(
        f"CREATE TABLE {table}_differing AS SELECT {key} FROM {table}_doubled "
        "WHERE NOT is_copy GROUP BY ALL HAVING count(*) > 1"
    )


def _duplicate_conditions(table: str) -> dict[str, str]:
    return {
        "identical_duplicate": f"({_ID}) IN (SELECT * FROM {table}_copies)",
        "differing_duplicate": f"(pupil_id, {YEAR[table]}) IN (SELECT * FROM {table}_differing)",
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


def _decide(base: duckdb.DuckDBPyConnection, table: str, conditions: dict[str, str]) -> None:
    """Make the table `<table>_fate`: the first condition that holds, or NULL if analysed."""
    order = [name for name in (*REASONS[table], *STEPS[table]) if name in conditions]
    cases = " ".join(f"WHEN {conditions[name]} THEN {text(name)}" for name in order)
    base.execute(
        f"CREATE TABLE {table}_fate AS SELECT {_ID}, pupil_id, {YEAR[table]} AS year, "
        f"CASE {cases} END AS fate FROM {table}_delivered"
    )


def _exclude_repeaters(base: duckdb.DuckDBPyConnection, kept: str) -> None:
    """Exclude pupils' rows in other cohorts than the one kept: SQL's 'max' or 'min'."""
    base.execute(
        f"""
        UPDATE pupils_fate SET fate = 'repeater'
        WHERE fate IS NULL AND (pupil_id, year) NOT IN (
            SELECT pupil_id, {kept}(year) FROM pupils_fate WHERE fate IS NULL GROUP BY pupil_id
        )
        """
    )


def _check_rejected(base: duckdb.DuckDBPyConnection, table: str, allowed: float) -> None:
    counts = _counts(base, table).groupby("fate")["n"].sum()
    total, rejected = int(counts.sum()), counts.reindex(REASONS[table]).dropna().astype(int)
    share = rejected.sum() / total if total else 0
    if share > allowed:
        reasons = [f"{reason} {n}" for reason, n in rejected.items()]
        raise DataError(
            f"the delivered {table}: {rejected.sum()} of {total} row(s) ({100 * share:.3g} %) are "
            f"rejected, of which {100 * allowed:.3g} % is allowed (source.max_rejected_share): "
            f"{listing(reasons)}. Correct the delivery or its mapping, or allow a larger share."
        )


def _check_left(base: duckdb.DuckDBPyConnection) -> None:
    counts = _counts(base, "pupils").groupby("fate")["n"].sum()
    if counts.get("analysed", 0):
        return
    order = (*REASONS["pupils"], *STEPS["pupils"])
    steps = [f"{name} {counts[name]}" for name in order if counts.get(name, 0)]
    raise DataError(
        f"no pupil is left of the {counts.sum()} delivered: the last ones went at the step "
        f"{steps[-1].split()[0]}. By step: {listing(steps)}. Change source.inclusion or the "
        "delivery, so that at least 1 pupil is left."
    )


def _counts(base: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    """Return the rows by year and fate: columns `year`, `fate`, `n`."""
    return base.execute(
        f"SELECT year, coalesce(fate, 'analysed') AS fate, count(*) AS n FROM {table}_fate "
        "GROUP BY ALL ORDER BY ALL"
    ).df()


def _write(base: duckdb.DuckDBPyConnection, table: str, outputs: Outputs) -> None:
    content = ", ".join(f'"{name}"' for name in CONTRACTS[table].schema.columns)
    rows = f"{table}_delivered JOIN (SELECT {_ID}, fate FROM {table}_fate) USING ({_ID})"
    analysed = f"SELECT {content} FROM {rows} WHERE fate IS NULL ORDER BY {ORDER[table]}"
    rejected = (
        f'SELECT fate AS reason, "file", "row", {content} FROM {rows} '
        f'WHERE fate IN {texts(REASONS[table])} ORDER BY "file", "row", {ORDER[table]}'
    )
    for query, path in ((analysed, outputs.analysed(table)), (rejected, outputs.rejected(table))):
        with io.whole_file(path) as partial:
            base.execute(f"COPY ({query}) TO {text(partial)} (FORMAT parquet)")
    base.read_parquet(str(outputs.analysed(table))).create_view(f"{table}_analysed")


def _flow_of(base: duckdb.DuckDBPyConnection, table: str, outputs: Outputs) -> pd.DataFrame:
    """Return the flow of one table; each kind is counted where it stands, none by difference."""
    year = YEAR[table]
    rejected = f"read_parquet({text(outputs.rejected(table))})"
    counted = {
        "delivered": f"SELECT {year}, 'delivered', count(*) FROM {table}_delivered",
        "rejected": f"SELECT {year}, reason, count(*) FROM {rejected}",
        "excluded": f"SELECT year, fate, count(*) FROM {table}_fate "
        f"WHERE fate IN {texts(STEPS[table])}",
        "analysed": f"SELECT {year}, 'analysed', count(*) FROM {table}_analysed",
    }
    n = {
        (cohort, step): count
        for query in counted.values()
        for cohort, step, count in base.execute(f"{query} GROUP BY ALL").fetchall()
    }
    lines = [("delivered", "delivered"), *[(step, "rejected") for step in REASONS[table]]]
    lines += [*[(step, "excluded") for step in STEPS[table]], ("analysed", "analysed")]
    return _flow_rows(
        (table, cohort, step, kind, n.get((cohort, step), 0))
        for cohort in sorted({cohort for cohort, _ in n})
        for step, kind in lines
    )


def _notes(base: duckdb.DuckDBPyConnection, unverified: reference.Unverified) -> pd.DataFrame:
    """Return what the flow says of analysed pupils without adding to it."""
    unknown = scores.scales_unknown(_scored(base), unverified)
    rows = [
        (row.cohort, f"{name}_{row.test_provider}", count)
        for row in unknown.itertuples()
        for name, count in (
            ("scale_unknown", row.n),
            ("scale_unknown_and_no_test_advice", row.n_without_test_advice),
        )
    ]
    classes = base.execute(
        "SELECT cohort, parental_education, count(*) AS n FROM pupils_analysed GROUP BY ALL"
    ).df()
    for grouping in education.GROUPINGS:
        coarse = education.too_coarse(classes["parental_education"], grouping, unverified)
        counts = classes[coarse].groupby("cohort")["n"].sum()
        rows += [(year, f"education_too_coarse_for_{grouping}", n) for year, n in counts.items()]
    return _flow_rows(("pupils", cohort, step, "note", n) for cohort, step, n in sorted(rows) if n)


def _scored(base: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the analysed pupils with a score, one row for those alike, `n` pupils each."""
    return base.execute(
        "SELECT cohort, test_provider, test_score, test_advice, count(*) AS n "
        "FROM pupils_analysed WHERE test_score IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).df()


def _flow_rows(rows: Iterable[tuple]) -> pd.DataFrame:
    types = schemas.empty_columns(schemas.FLOW, 0).dtypes.to_dict()
    return pd.DataFrame(list(rows), columns=list(types)).astype(types)
