"""Picking and ordering the rows of a released table for a figure."""

from collections.abc import Sequence

import pandas as pd

from advieskloof.figures.style import needed
from advieskloof.labels import group_label, label
from advieskloof.schemas import SPLITS, TOTAL


def are_split_by(table: pd.DataFrame, *variables: str) -> pd.Series:
    """Mark rows that are split by these groupings and no others.

    A row `not_defined` of a cohort as a whole is marked too: it says why there are no others.
    """
    split = table[list(SPLITS)] != TOTAL
    fits = (split == [name in variables for name in SPLITS]).all(axis="columns")
    return fits | (table["status"] == "not_defined") & ~split.any(axis="columns")


def ordered(table: pd.DataFrame, orders: dict[str, Sequence[str]], figure: str) -> pd.DataFrame:
    """Return the rows with these values, ordered by column and value as listed, cohort and score.

    Raises FigureError, in the figure's name, where no row is left.
    """
    rows = table
    for column, values in orders.items():
        rows = rows[rows[column].isin(list(values))]
    places = {f"order:{name}": rows[name].map(list(of).index) for name, of in orders.items()}
    rows = rows.assign(**places).sort_values([*places, "cohort", "score"], kind="stable")
    return needed(rows.drop(columns=list(places)), figure).reset_index(drop=True)


def grouping_of(table: pd.DataFrame, *variables: str) -> str:
    """Return the first of these groupings by which some row is split, else the first."""
    for name in variables:
        if (table[name] != TOTAL).any():
            return name
    return variables[0]


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the latest cohort that has other than rows `not_defined`, if any has."""
    known = rows.loc[rows["status"] != "not_defined", "cohort"]
    return rows[rows["cohort"] == (known if len(known) else rows["cohort"]).max()]


def class_name(variable: str, name: str, language: str) -> str:
    """Return what a class of pupils is called, all of them together 'alle leerlingen'."""
    return label("everybody", language) if name == TOTAL else group_label(variable, name, language)
