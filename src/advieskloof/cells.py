"""Selecting and collapsing cells, so that an estimator sees each pupil exactly once."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from advieskloof import education, reference, schemas
from advieskloof.database import connection
from advieskloof.errors import DataError
from advieskloof.schemas import GROUPINGS, TOTAL

EDUCATION = "parental_education_"
ADVICE = ["initial_advice", "test_advice", "adjusted_advice"]


def collapse(
    pupils: Path, source: str, by: Sequence[str], spill: Path, unverified: reference.Unverified
) -> pd.DataFrame:
    """Return PUPILS as CELLS: pupils alike in cohort, school, advices and groups, counted.

    `n` is pupils, `w` the sum of their weights and `w2` of the squared weights; where a cohort's
    weights weren't delivered, every pupil weighs 1. A group that is missing is `unknown` in a
    cohort that has groups, and stays missing in one that has none.

    Parameters
    ----------
    pupils : a Parquet file of PUPILS.
    source : what the source is called in every row of the results.
    by : grouping columns of CELLS to keep; one that PUPILS lacks follows from the advice later.
    spill : a private folder for what doesn't fit in memory; gone at the end.
    unverified : the config's list of reference rows that may be used unverified.

    Raises
    ------
    DataError : a weight is missing beside others in its cohort, or the delivered classes of
        parental education are too coarse for a grouping in `by`.
    """
    groups = [name for name in by if name in schemas.PUPILS.schema.columns]
    classes = [name for name in by if name.startswith(EDUCATION)]
    # One thread adds the weights up in one order, so that the last digit is always the same.
    with connection(spill, threads=1) as base:
        base.read_parquet(str(pupils)).create_view("delivered")
        _group_education(base, classes, unverified)
        _check_weights(base)
        alike = base.execute(_collapsing([*groups, *classes])).df()
    cells = schemas.empty_columns(schemas.CELLS, len(alike))
    cells = cells.assign(**{name: alike[name].array for name in alike}, source=source)
    return schemas.in_types(cells, schemas.CELLS, "the cells of pupils")


def _group_education(
    base: duckdb.DuckDBPyConnection, classes: list[str], unverified: reference.Unverified
) -> None:
    """Make the view `pupils`: those delivered, with a column for each grouping of education."""
    finest = "SELECT DISTINCT parental_education AS finest FROM delivered"
    groups = base.execute(finest).df().dropna().astype(schemas.TEXT)
    for name in classes:
        grouping = name.removeprefix(EDUCATION)
        groups[name] = education.grouped(groups["finest"], grouping, unverified)
    base.register("classes", groups)
    base.execute(
        "CREATE VIEW pupils AS SELECT delivered.*, classes.* EXCLUDE (finest) FROM delivered "
        "LEFT JOIN classes ON parental_education = finest"
        if classes
        else "CREATE VIEW pupils AS SELECT * FROM delivered"
    )


def _collapsing(groups: list[str]) -> str:
    filled = "".join(
        f"CASE WHEN {name} IS NULL AND count({name}) OVER (PARTITION BY cohort) > 0 "
        f"THEN 'unknown' ELSE {name} END AS {name}, "
        for name in groups
    )
    keys = ", ".join(["cohort", "school_id", *groups, *ADVICE])
    return f"""
        WITH weighed AS (
            SELECT cohort, school_id, {filled} {", ".join(ADVICE)}, coalesce(weight, 1) AS weight
            FROM pupils
        )
        SELECT {keys}, count(*) AS n, sum(weight) AS w, sum(weight * weight) AS w2
        FROM weighed GROUP BY {keys} ORDER BY {keys}
    """


def _check_weights(base: duckdb.DuckDBPyConnection) -> None:
    lacking, total = base.execute(
        """
        SELECT coalesce(sum(n - weighed), 0), coalesce(sum(n), 0)
        FROM (SELECT count(*) AS n, count(weight) AS weighed FROM pupils GROUP BY cohort)
        WHERE weighed > 0
        """
    ).fetchone()
    if lacking:
        raise DataError(
            f"PUPILS: weight is missing in {lacking} of {total} row(s) of cohorts in which others "
            "have one; give every pupil of a cohort a weight, or none."
        )


def margin(cells: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the cells that cover every pupil once, split by the given grouping columns.

    A published table gives its margins as rows of their own (`total`), and its parts may be
    incomplete: a grouping column not in `by` is held at its `total` rows in a source and cohort
    that has them, and left to be summed over where there are none. In `by`, the `total` rows go
    and so do pupils whose group is missing.

    The result may be empty: no source then has such a margin.
    """
    for name in GROUPINGS:
        is_total = cells[name] == TOTAL
        if name in by:
            cells = cells[~is_total & cells[name].notna()]
        else:
            delivery = [cells["source"], cells["cohort"]]
            has_totals = is_total.groupby(delivery, dropna=False).transform("any").astype(bool)
            cells = cells[is_total | ~has_totals]
    return cells
