"""Pupils as whole numbers, one cohort at a time: what the indicators compute with.

Texts are read once as codes, so that a national cohort is a few megabytes and every count is an
array operation. Pupils are in the order of their schools and, within these, of all that is kept of
them, so that sums have the same bits whatever the order of the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from advieskloof.database import connection

ADVICES = ("initial_advice", "test_advice", "adjusted_advice")
MISSING = -1


@dataclass(frozen=True)
class Cohort:
    """The pupils of one cohort; arrays are of shape (pupils,), in the order of schools.

    year : first calendar year of the group-8 school year.
    school : whole numbers from 0, the same in every cohort.
    profile : row of `profiles`, the combination of three advices.
    profiles : BRON codes as text, columns ADVICES, missing is NaN.
    provider : code of the test's provider, MISSING where there is none.
    score : on the provider's scale, NaN where there is none.
    columns : codes of other columns of PUPILS, MISSING where empty.
    """

    year: int
    school: np.ndarray
    profile: np.ndarray
    profiles: pd.DataFrame
    provider: np.ndarray
    score: np.ndarray
    columns: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Pupils:
    """All cohorts, how many schools they have together, and the text of each column's codes."""

    cohorts: list[Cohort]
    n_schools: int
    texts: Mapping[str, list[str]]


def read(
    paths: Sequence[Path], columns: Sequence[str], spill: Path, beside: Path | None = None
) -> Pupils:
    """Return PUPILS of Parquet files as codes.

    Parameters
    ----------
    paths : files of PUPILS; a cohort may be spread over several.
    columns : text columns to keep beside school, advices, provider and score.
    spill : a private folder for what doesn't fit in memory; gone at the end.
    beside : a Parquet file with a row for each pupil and cohort, whose columns may be kept too.
    """
    columns = [name for name in columns if name != "test_provider"]
    with connection(spill) as base:
        base.read_parquet([str(path) for path in paths]).create_view("pupils")
        more = [] if beside is None else _columns_beside(base, beside)
        texts = {
            name: _texts(base, name, "beside" if name in more else "pupils")
            for name in (*columns, "test_provider")
        }
        codes = sorted({code for name in ADVICES for code in _texts(base, name)})
        schools = _texts(base, "school_id")
        listed = {"school_id": schools, **texts, **dict.fromkeys(ADVICES, codes)}
        source = "pupils JOIN beside USING (pupil_id, cohort)" if more else "pupils"
        query = f"SELECT {_coding(base, listed)} FROM {source} WHERE cohort = ? ORDER BY ALL"
        years = base.execute("SELECT DISTINCT cohort FROM pupils ORDER BY cohort").fetchall()
        cohorts = [
            _cohort(year, base.execute(query, [year]).fetchnumpy(), codes, columns)
            for [year] in years
        ]
    return Pupils(cohorts, len(schools), texts)


def without(pupils: Pupils, gone: Mapping[int, Sequence[str]]) -> Pupils:
    """Return the pupils, but for those of some providers of a cohort.

    gone : by cohort, names of providers. A pupil without a provider stays; a cohort of which
        nobody stays goes.
    """
    providers, kept = pupils.texts["test_provider"], []
    for cohort in pupils.cohorts:
        codes = [providers.index(name) for name in gone.get(cohort.year, ()) if name in providers]
        kept.append(_only(cohort, ~np.isin(cohort.provider, codes)))
    return replace(pupils, cohorts=[cohort for cohort in kept if len(cohort.school)])


def _only(cohort: Cohort, mine: np.ndarray) -> Cohort:
    used, profile = np.unique(cohort.profile[mine], return_inverse=True)
    return Cohort(
        year=cohort.year,
        school=cohort.school[mine],
        profile=profile.astype(np.int32),
        profiles=cohort.profiles.iloc[used].reset_index(drop=True),
        provider=cohort.provider[mine],
        score=cohort.score[mine],
        columns={name: values[mine] for name, values in cohort.columns.items()},
    )


def _columns_beside(base: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    found = base.read_parquet(str(path))
    found.create_view("beside")
    return found.columns


def _texts(base: duckdb.DuckDBPyConnection, name: str, table: str = "pupils") -> list[str]:
    query = f"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL ORDER BY {name}"
    return [text for [text] in base.execute(query).fetchall()]


def _coding(base: duckdb.DuckDBPyConnection, listed: Mapping[str, list[str]]) -> str:
    """Return what selects columns as codes, places in the lists of texts, and the score.

    `listed` begins with what pupils are put in the order of.
    """
    parts = []
    for name, texts in listed.items():
        kind = "INTEGER" if name.endswith("school_id") else "SMALLINT"
        code = str(MISSING)
        if texts:
            quoted = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
            base.execute(f"CREATE TYPE {name}_code AS ENUM ({quoted})")
            code = f"coalesce(enum_code({name}::{name}_code), {MISSING})"
        parts.append(f"({code})::{kind} AS {name}")
    return ", ".join([*parts, "coalesce(test_score, 'nan'::DOUBLE) AS test_score"])


def _cohort(
    year: int, read: Mapping[str, np.ndarray], codes: list[str], columns: Sequence[str]
) -> Cohort:
    held = {name: np.ascontiguousarray(values) for name, values in read.items()}
    profile, profiles = _profiles([held[name] for name in ADVICES], codes)
    return Cohort(
        year=int(year),
        school=held["school_id"],
        profile=profile,
        profiles=profiles,
        provider=held["test_provider"],
        score=held["test_score"],
        columns={name: held[name] for name in columns},
    )


def _profiles(advices: Sequence[np.ndarray], codes: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Return each pupil's combination of advices, and what the combinations are."""
    size = len(codes) + 1
    key = np.zeros(len(advices[0]), dtype=np.int64)
    for each in advices:
        key = key * size + each + 1
    used = np.flatnonzero(np.bincount(key, minlength=size ** len(advices)))
    place = np.zeros(size ** len(advices), dtype=np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    texts = np.array([np.nan, *codes], dtype=object)
    parts = np.unravel_index(used, (size,) * len(advices))
    held = {
        name: pd.Series(texts[part], dtype="str") for name, part in zip(ADVICES, parts, strict=True)
    }
    return place[key], pd.DataFrame(held)
