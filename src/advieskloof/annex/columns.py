"""The columns of a released table for a spreadsheet: what tells rows apart, and the numbers."""

from dataclasses import replace

import pandas as pd

from advieskloof.annex.sheet import Cell, Column
from advieskloof.annex.words import WORDS
from advieskloof.labels import group_label, label, period, reasons
from advieskloof.report.readable import compared_with, is_p_value
from advieskloof.schemas import SPLITS, SUPPRESSED

# What tells rows apart besides cohort and groups, in the order of reading.
NAMED = ("indicator", "definition", "base", "adjustment")
ESTIMATES = ("estimate", "lower", "upper")
COUNTS = ("k", "n", "n_schools")
FORMS = {"share": "0.0%", "levels": "0.00", "points": "0.0", "ratio": "0.00"}
P_VALUE = "0.0000"
WHOLE = "#,##0"
# What stands where there is no number, after the shorthand of the UK Government Analysis Function.
CONFIDENTIAL, UNAVAILABLE, NOT_APPLICABLE = "[c]", "[x]", "[z]"
MARKS = {"not_possible": NOT_APPLICABLE, **dict.fromkeys(SUPPRESSED, CONFIDENTIAL)}


def columns(table: pd.DataFrame, language: str) -> list[Column]:
    """Return the columns of a released table, its numbers as they were released.

    A grouping, definition, base or adjustment that is alike in all rows is left out, and so is a
    number that no row has; lines above the table say the former. Every cell holds something.
    """
    words = WORDS[language]
    names = table["cohort"].map(lambda cohort: period(cohort, language))
    found = [Column(words["cohort"], list(names))]
    found += [_groups(table, name, language) for name in SPLITS if differs(table, name)]
    found += [
        _named(table, name, language)
        for name in NAMED
        if name == "indicator" or differs(table, name)
    ]
    if table["score"].notna().any():
        scores = [UNAVAILABLE if pd.isna(score) else float(score) for score in table["score"]]
        found.append(Column(words["score"], scores, ["General"] * len(table)))
    if table["reference"].notna().any():
        sides = [_compared(side, language) for side in table["reference"]]
        found.append(Column(words["reference"], sides))
    found.append(Column(words["unit"], [_unit(row, language) for row in table.to_dict("records")]))
    found += [_numbers(table, name, language) for name in ESTIMATES if _is_there(table, name)]
    found += [_numbers(table, name, language) for name in COUNTS if _is_there(table, name)]
    if table["reason"].notna().any():
        found.append(Column(words["reason"], _reasons(table, language)))
    return _told_apart(found)


def _told_apart(found: list[Column]) -> list[Column]:
    """Return the columns with headers that differ: two groupings may be of the same thing."""
    names = [column.name for column in found]
    return [
        replace(column, name=f"{column.name} ({names[:at].count(column.name) + 1})")
        if column.name in names[:at]
        else column
        for at, column in enumerate(found)
    ]


def shorthand(table: pd.DataFrame) -> set[str]:
    """Return the marks that stand for numbers in the table's columns."""
    shown = [*ESTIMATES, *COUNTS]
    parts = (_cells(table, name) for name in shown if _is_there(table, name))
    found = {cell for cells in parts for cell in cells if isinstance(cell, str)}
    lacks_a_score = table["score"].notna().any() and table["score"].isna().any()
    return found | ({UNAVAILABLE} if lacks_a_score else set())


def differs(table: pd.DataFrame, name: str) -> bool:
    """Return whether a column, which is never empty, holds more than one value."""
    return bool((table[name] != table[name].iloc[0]).any())


def _is_there(table: pd.DataFrame, name: str) -> bool:
    return name in ("estimate", "n") or bool(table[name].notna().any())


def _groups(table: pd.DataFrame, name: str, language: str) -> Column:
    return Column(
        label(name, language), [group_label(name, value, language) for value in table[name]]
    )


def _named(table: pd.DataFrame, name: str, language: str) -> Column:
    return Column(
        WORDS[language][name], [label(f"{name}:{value}", language) for value in table[name]]
    )


def _compared(side: object, language: str) -> str:
    return WORDS[language]["nothing"] if pd.isna(side) else compared_with(side, language)


def _unit(row: dict, language: str) -> str:
    if is_p_value(row["indicator"]):
        return WORDS[language]["p_value"]
    is_gap = row["unit"] == "share" and pd.notna(row["reference"])
    return WORDS[language]["points_of_share"] if is_gap else label(f"unit:{row['unit']}", language)


def _numbers(table: pd.DataFrame, name: str, language: str) -> Column:
    if name in COUNTS:
        return Column(WORDS[language][name], _cells(table, name), [WHOLE] * len(table))
    forms = [
        P_VALUE if is_p_value(indicator) else FORMS[unit]
        for indicator, unit in zip(table["indicator"], table["unit"], strict=True)
    ]
    return Column(WORDS[language][name], _cells(table, name), forms)


def _cells(table: pd.DataFrame, name: str) -> list[Cell]:
    number = int if name in COUNTS else float
    return [
        MARKS.get(status, UNAVAILABLE) if pd.isna(value) else number(value)
        for value, status in zip(table[name], table["status"], strict=True)
    ]


def _reasons(table: pd.DataFrame, language: str) -> list[str]:
    nothing = WORDS[language]["nothing"]
    return [nothing if pd.isna(reason) else reasons(reason, language) for reason in table["reason"]]
