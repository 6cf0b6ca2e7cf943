"""The release plan: which numbers are candidates for release, in named tables.

What isn't in the plan stays private. A plan is a file of its own (config/release.yaml); a run's
config names it.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from advieskloof import io, wording
from advieskloof.errors import ConfigError, DataError, listing
from advieskloof.schemas import SPLITS, TOTAL

SCHEMA = "workflow/schemas/release.schema.yaml"
# What a selection may name, besides groupings.
COLUMNS = ("table", "indicator", "definition", "base", "adjustment", "unit", "reference", "score")
# No reference: the estimates themselves, not a gap, a ratio or a change.
NONE = "none"
# A cell of these is a few streets: never crossed with groups of pupils.
UNCROSSED = ("municipality",)


def load(path: str | Path) -> dict[str, dict]:
    """Return the tables of a release plan by name, checked against its schema.

    path : from the checkout, wherever the command is given.

    Raises ConfigError that names the key, its value and what is allowed.
    """
    try:
        plan = io.read_yaml(io.CHECKOUT / path)
    except DataError as error:
        raise ConfigError(str(error).replace(f"{io.CHECKOUT}/", "")) from None
    problems = wording.breaches(io.read_yaml(io.CHECKOUT / SCHEMA), plan)
    problems = problems or list(_problems(plan["tables"]))
    if problems:
        raise ConfigError(f"{path}: " + "\n  ".join(problems))
    return plan["tables"]


def _problems(tables: Mapping[str, dict]) -> Iterator[str]:
    for key, rows in _selections(tables):
        for split in rows["by"]:
            yield from _split_problems(key, split)
        unknown = [name for name in rows["keep"] if name not in (*COLUMNS, *SPLITS)]
        if unknown:
            yield (
                f"key {key}.keep: {listing(unknown)} isn't a column that can be chosen from; "
                f"allowed are {listing((*COLUMNS, *SPLITS), 30)}."
            )
        if "score" in rows["keep"] and not _is_range(rows["keep"]["score"]):
            yield f"key {key}.keep.score: give two numbers, the lowest and the highest score."


def _selections(tables: Mapping[str, dict]) -> Iterator[tuple[str, dict]]:
    for name, table in tables.items():
        for number, rows in enumerate(table["rows"]):
            yield f"tables.{name}.rows[{number}]", rows


def _split_problems(key: str, split: Sequence[str]) -> Iterator[str]:
    unknown = [name for name in split if name not in SPLITS]
    if unknown:
        yield (
            f"key {key}.by: {listing(unknown)} isn't a dimension; allowed are "
            f"{listing(SPLITS, 30)}."
        )
    fine = [name for name in split if name in UNCROSSED]
    if fine and len(split) > 1:
        yield (
            f"key {key}.by: {listing(fine)} is crossed with "
            f"{listing([name for name in split if name not in fine])}; a table by {fine[0]} is "
            "released without groups: name it alone."
        )


def _is_range(values: Sequence[object]) -> bool:
    numbers = [value for value in values if isinstance(value, int | float)]
    return len(values) == len(numbers) == 2 and numbers[0] <= numbers[1]


def contradictions(
    tables: Mapping[str, dict],
    splits: Mapping[str, Sequence[Sequence[str]] | None],
    figures: Sequence[str],
) -> Iterator[str]:
    """Yield a sentence for each thing that the plan asks of a run and that it doesn't make.

    Parameters
    ----------
    splits : by table of estimates that the run makes, its splits; None where it makes its own.
    figures : the names of the figures that there are.
    """
    for name, table in tables.items():
        if table["figure"] and name not in figures:
            yield (
                f"key tables.{name}.figure: there is no figure {name}; allowed are "
                f"{listing(figures, 30)}, or give false."
            )
    for key, rows in _selections(tables):
        if rows["from"] not in splits:
            yield (
                f"key {key}.from: the run makes no estimates {rows['from']!r}; allowed are "
                f"{listing(splits, 30)} (see indicators and models in the config)."
            )
            continue
        made = splits[rows["from"]]
        known = [set(split) for split in made or ()]
        absent = [split for split in rows["by"] if made is not None and set(split) not in known]
        if absent:
            yield (
                f"key {key}.by: the run doesn't split {rows['from']!r} by "
                f"{listing([str(split) for split in absent])}; allowed are "
                f"{listing([str(split) for split in made], 30)}: add it to indicators in the "
                "config, or leave it out here."
            )


def sources(tables: Mapping[str, dict]) -> list[str]:
    """Return the names of the tables of estimates that a plan takes rows from."""
    return sorted({rows["from"] for _, rows in _selections(tables)})


def planned(tables: Mapping[str, dict], estimates: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of ESTIMATES that a plan names, by planned table.

    Parameters
    ----------
    tables : a plan, as `load` returns it.
    estimates : ESTIMATES by name, before disclosure control.

    Returns
    -------
    ESTIMATES with the planned table's name in `table` and the private table's in `origin`, in the
    plan's order. Rows without numbers of a cohort as a whole (`not_defined`, or of a model that
    couldn't be fitted) stand in every table whose selection they fit, whatever its splits: they
    say what is absent.

    Raises
    ------
    ConfigError : a selection keeps a value that doesn't occur, or has no rows.
    """
    parts = []
    for key, rows in _selections(tables):
        name = key.split(".")[1]
        selected = _selected(estimates[rows["from"]], rows, key)
        parts.append(selected.assign(origin=selected["table"], table=name))
    found = pd.concat(parts, ignore_index=True)
    return found.drop_duplicates().reset_index(drop=True)


def _selected(table: pd.DataFrame, rows: Mapping, key: str) -> pd.DataFrame:
    table = table[_is_split_by(table, rows["by"])]
    for name, wanted in rows["keep"].items():
        table = _kept(table, name, wanted, key)
    table = table[table["cohort"].isin(_cohorts(table, rows["cohorts"], key))]
    if table.empty:
        raise ConfigError(
            f"key {key}: no row of {rows['from']!r} is in this selection; see what "
            f"results/private/estimates/{rows['from']}.parquet holds, or leave the table out."
        )
    return table


def _is_split_by(table: pd.DataFrame, by: Sequence[Sequence[str]]) -> pd.Series:
    split = table[list(SPLITS)] != TOTAL
    fits = _says_why(table) & ~split.any(axis="columns")
    for names in by:
        fits |= (split == [name in names for name in SPLITS]).all(axis="columns")
    return fits


def _kept(table: pd.DataFrame, name: str, wanted: Sequence, key: str) -> pd.DataFrame:
    if name == "score":
        return table[table["score"].between(*wanted) | _says_why(table)]
    values, says_why = table[name].fillna(NONE), _says_why(table)
    absent = [value for value in wanted if value not in set(values)]
    # Where nothing could be estimated no value occurs, and the rows say so.
    if absent and not says_why.all():
        raise ConfigError(
            f"key {key}.keep.{name}: {listing(absent)} doesn't occur; allowed here are "
            f"{listing(sorted(values.unique()), 30)}."
        )
    return table[values.isin(wanted) | says_why & values.isin([NONE, TOTAL])]


def _says_why(table: pd.DataFrame) -> pd.Series:
    """Mark rows without any number: why a cohort has none, or a model of it couldn't be fitted."""
    unfitted = (table["status"] == "not_supported") & table["n"].isna()
    return (table["status"] == "not_defined") | unfitted


def _cohorts(table: pd.DataFrame, wanted: Sequence[str], key: str) -> set[str]:
    """Return the cohorts that words such as `each` or `latest` stand for in a selection."""
    single = {cohort for cohort in table["cohort"] if cohort.isdigit()}
    windows = {cohort for cohort in table["cohort"] if "-" in cohort}
    numbers = set(table.loc[~_says_why(table), "cohort"])
    stand_for = {
        "each": single,
        "windows": windows,
        "latest": set(sorted(single & numbers or single)[-1:]),
        "latest_window": set(sorted(windows & numbers or windows)[-1:]),
    }
    known = {*table["cohort"], *stand_for}
    absent = [cohort for cohort in wanted if cohort not in known]
    if absent:
        raise ConfigError(
            f"key {key}.cohorts: {listing(absent)} isn't there; allowed are "
            f"{listing(sorted(known), 40)}."
        )
    return set().union(*(stand_for.get(cohort, {cohort}) for cohort in wanted))
