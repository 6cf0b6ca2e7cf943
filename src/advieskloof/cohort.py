"""From sound rows to those analysed: named inclusion steps, and the flow of all rows.

What is sound and not asked for is excluded, by the first of STEPS that holds. Every delivered row
is rejected, excluded or analysed, and the flow counts them all, each where it stands. DuckDB makes
the passes, so memory stays bounded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from advieskloof import education, levels, reference, schemas, scores
from advieskloof.database import MEMORY, connection, text, texts
from advieskloof.errors import DataError, listing
from advieskloof.rejection import CONTRACTS, ORDER, REASONS, YEAR, Paths, columns_of, write

# In the order in which they are tried: a row is excluded by one step.
STEPS = {
    "pupils": ("school_type", "vso_advice", "no_advice", "no_test", "exempt", "repeater"),
    "enrolments": (),
}


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
class Rows:
    """Parquet files of delivered rows and of what `rejection.reject` made of them, by table."""

    delivered: Paths
    rejected: Paths
    sound: Paths


def select(
    rows: Rows,
    analysed: Paths,
    inclusion: Inclusion,
    max_rejected_share: float,
    unverified: reference.Unverified,
    spill: Path,
    memory: str = MEMORY,
) -> pd.DataFrame:
    """Write the sound rows that are analysed, by table, and return the FLOW of all rows.

    Enrolments stay whether or not their pupil does, since schools are judged on everybody.

    Parameters
    ----------
    max_rejected_share : the share of delivered rows, 0-1, that each table may lose.
    spill : a private folder for what doesn't fit in `memory`; gone at the end.

    Raises
    ------
    DataError : too many rows are rejected, or no pupil is left; the text says how many, by which
        reason or at which step.
    """
    with connection(spill, memory) as base:
        for kind in ("delivered", "rejected", "sound"):
            _show(base, kind, getattr(rows, kind))
        for table in CONTRACTS:
            _check_rejected(base, table, max_rejected_share)
        _exclude(base, inclusion, unverified)
        _check_left(base)
        for table in CONTRACTS:
            kept = f"SELECT {columns_of(table)} FROM {table}_sound {_KEPT[table]}"
            write(base, kept, analysed[table])
        _show(base, "analysed", analysed)
        parts = [_flow_of(base, table) for table in CONTRACTS]
        flow = pd.concat([*parts, _notes(base, unverified)], ignore_index=True)
    return schemas.validate(flow, schemas.FLOW, "the flow of pupils")


# Which sound rows stay, in SQL. No step excludes an enrolment, and they are in order already.
_KEPT = {
    "pupils": "JOIN pupils_step USING (pupil_id, cohort) WHERE step IS NULL "
    f"ORDER BY {ORDER['pupils']}",
    "enrolments": "",
}


def compare_test_advice(
    pupils: Path, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    """Return the agreement of registered and derived test advice (`scores.agreement`) of PUPILS."""
    with connection(spill) as base:
        _show(base, "analysed", {"pupils": pupils})
        return scores.agreement(_scored(base), unverified)


def _show(base: duckdb.DuckDBPyConnection, kind: str, paths: Paths) -> None:
    """Make the views `<table>_<kind>`."""
    for table, path in paths.items():
        base.read_parquet(str(path)).create_view(f"{table}_{kind}")


def _check_rejected(base: duckdb.DuckDBPyConnection, table: str, allowed: float) -> None:
    [total] = base.execute(f"SELECT count(*) FROM {table}_delivered").fetchone()
    reasons = _rejected(base, table)
    rejected = sum(reasons.values())
    share = rejected / total if total else 0
    if share > allowed:
        raise DataError(
            f"the delivered {table}: {rejected} of {total} row(s) ({100 * share:.3g} %) are "
            f"rejected, of which {100 * allowed:.3g} % is allowed (source.max_rejected_share): "
            f"{_listed(reasons)}. They are in results/private/rejected/{table}.parquet. Correct "
            "the delivery or its mapping, or allow a larger share."
        )


def _rejected(base: duckdb.DuckDBPyConnection, table: str) -> dict[str, int]:
    """Return the rejected rows of a table by reason, in the order of REASONS."""
    query = f"SELECT reason, count(*) FROM {table}_rejected GROUP BY ALL"
    counts = dict(base.execute(query).fetchall())
    return {reason: counts[reason] for reason in REASONS[table] if reason in counts}


def _listed(counts: dict[str, int]) -> str:
    return listing([f"{name} {n}" for name, n in counts.items()])


def _exclude(
    base: duckdb.DuckDBPyConnection, inclusion: Inclusion, unverified: reference.Unverified
) -> None:
    """Make the table `pupils_step`: the first step that excludes a pupil, or NULL who stays."""
    conditions = _exclusions(inclusion, unverified)
    order = [name for name in STEPS["pupils"] if name in conditions]
    cases = " ".join(f"WHEN {conditions[name]} THEN {text(name)}" for name in order)
    base.execute(
        f"CREATE TABLE pupils_step AS SELECT pupil_id, cohort, CASE {cases} END AS step "
        "FROM pupils_sound"
    )
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


def _exclude_repeaters(base: duckdb.DuckDBPyConnection, kept: str) -> None:
    """Exclude pupils' rows in other cohorts than the one kept: SQL's 'max' or 'min'."""
    base.execute(
        f"""
        UPDATE pupils_step SET step = 'repeater'
        WHERE step IS NULL AND (pupil_id, cohort) NOT IN (
            SELECT pupil_id, {kept}(cohort) FROM pupils_step WHERE step IS NULL GROUP BY pupil_id
        )
        """
    )


def _check_left(base: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT coalesce(step, 'analysed'), count(*) FROM pupils_step GROUP BY ALL"
    counts = dict(base.execute(query).fetchall())
    if counts.get("analysed"):
        return
    gone = _rejected(base, "pupils")
    gone |= {step: counts[step] for step in STEPS["pupils"] if step in counts}
    raise DataError(
        f"no pupil is left of the {sum(gone.values())} delivered: the last ones went at the step "
        f"{list(gone)[-1]}. By step: {_listed(gone)}. Change source.inclusion or the delivery, so "
        "that at least 1 pupil is left."
    )


def _flow_of(base: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    """Return the flow of one table; each kind is counted where it stands, none by difference."""
    year = YEAR[table]
    queries = [
        f"SELECT {year}, 'delivered', count(*) FROM {table}_delivered GROUP BY ALL",
        f"SELECT {year}, reason, count(*) FROM {table}_rejected GROUP BY ALL",
        f"SELECT {year}, 'analysed', count(*) FROM {table}_analysed GROUP BY ALL",
    ]
    if STEPS[table]:
        excluded = f"{table}_step WHERE step IS NOT NULL"
        queries.append(f"SELECT {year}, step, count(*) FROM {excluded} GROUP BY ALL")
    found = [row for query in queries for row in base.execute(query).fetchall()]
    n = {(cohort, step): count for cohort, step, count in found}
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
