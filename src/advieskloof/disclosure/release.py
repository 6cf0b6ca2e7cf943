"""From estimates to released tables: the threshold rule, and what is withheld beside it.

There is no secondary suppression yet. Until there is, a source that is not public loses every
number of a group as soon as one is too small, and releases one split of a cohort's table.
"""

from dataclasses import dataclass

import pandas as pd

from advieskloof import schemas
from advieskloof.schemas import SPLITS, TOTAL

# All numbers about one group of pupils: they share denominators and numerators.
GROUP = ["source", "table", "region_of", "cohort", *SPLITS]


@dataclass(frozen=True)
class Rules:
    """The thresholds: a released number rests on at least so many pupils and schools."""

    minimum_pupils: int
    minimum_schools: int


def release(estimates: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return ESTIMATES as they may leave: numbers that may not are emptied, with the reason.

    Numbers of a public kind of source pass. Of any other source a number needs at least
    `minimum_pupils` in n, in k, in n - k and between two denominators of its group, and at least
    `minimum_schools` schools behind each of n, k and n - k; an unknown number of schools doesn't
    pass. All numbers of a group go together, and of several splits of a cohort the finest stays. A
    share of nobody
    (`not_possible`) tells that its denominator is 0 and is held back like any other number. Rows
    without numbers keep their status.
    """
    table = schemas.validate(estimates, schemas.ESTIMATES, "what is offered for release")
    guarded = ~table["public"] & _has_numbers(table)
    for status, reason, found in (
        ("suppressed_primary", "too_few_pupils", _too_few_pupils(table, rules.minimum_pupils)),
        ("suppressed_primary", "too_few_pupils", _close_denominators(table, rules.minimum_pupils)),
        ("suppressed_primary", "too_few_schools", _too_few_schools(table, rules.minimum_schools)),
        ("suppressed_secondary", "another_split_released", _is_beside_another_split(table)),
    ):
        table = _suppressed(table, guarded & found & ~_is_suppressed(table), status, reason)
    linked = _is_suppressed(table).groupby([table[name] for name in GROUP]).transform("any")
    linked = guarded & linked & ~_is_suppressed(table)
    return _suppressed(table, linked, "suppressed_secondary", "linked_to_suppressed")


def _is_suppressed(table: pd.DataFrame) -> pd.Series:
    return table["status"].isin(schemas.SUPPRESSED)


def _has_numbers(table: pd.DataFrame) -> pd.Series:
    return table[list(schemas.NUMBERS)].notna().any(axis="columns")


def _too_few_pupils(table: pd.DataFrame, minimum: int) -> pd.Series:
    few = table["n"].fillna(0) < minimum
    # Levels and points have no k, and rest on n alone.
    for part in (table["k"], table["n"] - table["k"]):
        few |= (part < minimum).fillna(False)
    return few.astype(bool)


def _close_denominators(table: pd.DataFrame, minimum: int) -> pd.Series:
    """Mark groups of which two denominators differ by a few pupils, such as those untested."""
    pairs = table[[*GROUP, "n"]].dropna(subset="n").drop_duplicates().sort_values("n")
    gap = pairs.groupby(GROUP)["n"].diff()
    close = pairs.loc[(gap < minimum).fillna(False), GROUP]
    marked = pd.MultiIndex.from_frame(table[GROUP]).isin(pd.MultiIndex.from_frame(close))
    return pd.Series(marked, table.index)


def _too_few_schools(table: pd.DataFrame, minimum: int) -> pd.Series:
    few = table["n_schools"].fillna(0) < minimum
    for part in ("k", "rest"):
        few |= table["k"].notna() & (table[f"{part}_schools"].fillna(0) < minimum)
    return few.astype(bool)


def _is_beside_another_split(table: pd.DataFrame) -> pd.Series:
    """Mark rows of all splits of a cohort's table but the finest one that has numbers.

    Two splits of the same pupils give away by subtraction what one of them hides, whether one is
    the total of the other or not. Of equally fine splits the first in SPLITS stays.
    """
    split = (table[list(SPLITS)] != TOTAL).astype(int)
    fineness = 100 * split.sum(axis="columns") - split @ range(len(SPLITS))
    cohort = [table[name] for name in ("source", "table", "region_of", "cohort")]
    finest = fineness.where(_has_numbers(table)).groupby(cohort).transform("max")
    return fineness < finest


def _suppressed(table: pd.DataFrame, rows: pd.Series, status: str, reason: str) -> pd.DataFrame:
    table = table.copy()
    for name in schemas.NUMBERS:
        table[name] = table[name].mask(rows)
    table["status"] = table["status"].mask(rows, status)
    table["reason"] = table["reason"].mask(rows, reason)
    return table
