"""A released table as a sheet: its title, what it holds in lines, and its columns."""

import pandas as pd

from advieskloof import figures
from advieskloof.annex.columns import (
    CONFIDENTIAL,
    NAMED,
    NOT_APPLICABLE,
    UNAVAILABLE,
    columns,
    differs,
    shorthand,
)
from advieskloof.annex.sheet import Sheet
from advieskloof.annex.words import WORDS
from advieskloof.figures.caption import meanings, source_line
from advieskloof.labels import capitalised, enumeration, label, period
from advieskloof.schemas import SPLITS, TOTAL

REGIONAL = ("corop", "municipality", "urbanity")


def of_table(
    name: str, table: pd.DataFrame, language: str, number: int, *, is_drawn: bool
) -> Sheet:
    """Return the sheet of a released table, the `number`th of the annex.

    is_drawn : whether the figure of this name draws it, whose title the sheet then bears.
    """
    words = WORDS[language]
    drawn = figures.describe(name, table, language)[0].title if is_drawn else ""
    marks = shorthand(table)
    lines = [
        words["holds"].format(rows=len(table), table=name, years=_years(table, language)),
        _alike(table, language),
        meanings(table, language),
        words["intervals"] if table["lower"].notna().any() else "",
        *[words[mark] for mark in (CONFIDENTIAL, UNAVAILABLE, NOT_APPLICABLE) if mark in marks],
        source_line(table, language),
    ]
    tab = words["tab"].format(number=number)
    title = words["numbered"].format(number=number, title=drawn or _title(table, language))
    return Sheet(tab, title, [line for line in lines if line], columns(table, language))


def _title(table: pd.DataFrame, language: str) -> str:
    """Return what an annex table is about, in the words of its rows."""
    named = [label(f"indicator:{each}", language) for each in table["indicator"].unique()]
    by = [label(name, language) for name in SPLITS if (table[name] != TOTAL).any()]
    by = list(dict.fromkeys(by))
    by += [WORDS[language]["cohort"]] if differs(table, "cohort") else []
    title = capitalised(enumeration(named, language))
    return f"{title}, {WORDS[language]['by']} {enumeration(by, language)}" if by else title


def _years(table: pd.DataFrame, language: str) -> str:
    cohorts = sorted(table["cohort"].unique())
    ends = dict.fromkeys([cohorts[0], cohorts[-1]])
    joint = {"nl": " tot en met ", "en": " to "}[language]
    return joint.join(period(cohort, language) for cohort in ends)


def _alike(table: pd.DataFrame, language: str) -> str:
    """Return what all rows have in common and no column says; may be empty."""
    words = WORDS[language]
    parts = [
        f"{words[name]}: {label(f'{name}:{table[name].iloc[0]}', language)}"
        for name in NAMED[1:]
        if not differs(table, name)
    ]
    if (table[list(REGIONAL)] != TOTAL).any(axis=None):
        region = label(f"region_of:{table['region_of'].iloc[0]}", language)
        parts.append(words["place"].format(of=region))
    return f"{capitalised('; '.join(parts))}." if parts else ""
