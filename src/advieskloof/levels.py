"""Advice codes, their levels and intervals, and the comparison of an advice with a test advice.

The half-level scale: one unit is one school type and a double advice is the half step, so
pro 1, pro/vmbo-bb 1.5, vmbo-bb 2, ... havo 5, havo/vwo 5.5, vwo 6. Every category is also an
interval of school types [lowest, highest]; a wide historic advice has only the interval, vso has
neither. Source: reference/advice_codes.csv and reference/advice_levels.csv.
"""

import re

import numpy as np
import pandas as pd

from advieskloof import reference
from advieskloof.errors import DataError, listing

NO_ADVICE = "no_advice"


def advice_table(unverified: reference.Unverified) -> pd.DataFrame:
    """Return the usable BRON codes with what they mean.

    Index `bron_code`; columns `category` (text), `level`, `lowest`, `highest` (half-level scale,
    NaN where the category has none) and `registered_test_advice` (bool: occurs as a test advice).
    A code whose category is an unverified row that the config doesn't list is left out.
    """
    codes = reference.read("advice_codes", unverified)
    scale = reference.read("advice_levels", unverified).set_index("category")
    codes = codes[codes["category"].isin([NO_ADVICE, *scale.index])].set_index("bron_code")
    numbers = scale[["level", "lowest", "highest"]].apply(pd.to_numeric)
    table = codes[["category"]].join(numbers, on="category")
    table["registered_test_advice"] = codes["registered_test_advice"] == "yes"
    return table


def first_advice_group(categories: pd.Series, unverified: reference.Unverified) -> pd.Series:
    """Return the CBS group of first advices (reference/first_advice_groups.csv) of categories.

    Missing where a category is in none of the nine groups: no advice, or wide.
    """
    groups = reference.read("first_advice_groups", unverified)
    members = groups["categories"].str.split("|")
    group_of = {
        category: group
        for group, categories_of in zip(groups["group"], members, strict=True)
        for category in categories_of
    }
    return categories.map(group_of).astype("str")


def check_codes(codes: pd.Series, table: pd.DataFrame, where: str, test: bool = False) -> None:
    """Raise DataError with a count per code where codes are not in the table of advice codes.

    Missing codes pass. With `test`, only codes that occur as a test advice pass. A value that
    doesn't look like a code (one or two digits) is counted and not shown, since a shifted column
    may hold anything.
    """
    allowed = table.index[table["registered_test_advice"]] if test else table.index
    unknown = codes[codes.notna() & ~codes.isin(allowed)]
    if unknown.empty:
        return
    alike = unknown.where(unknown.map(lambda code: bool(re.fullmatch(r"\d{1,2}", code))), "other")
    counts = [f"{code} ({n} rows)" for code, n in alike.value_counts(sort=False).items()]
    hint = _unverified_rows_behind(set(unknown) - set(table.index))
    raise DataError(
        f"{where}: {codes.name} holds {len(unknown)} value(s) that aren't among the usable "
        f"{'test advice ' if test else ''}codes: {listing(sorted(counts))}. Allowed are "
        f"{listing(allowed, 60)}.{hint} "
        "Correct the codes, or extend reference/advice_codes.csv with a source."
    )


def _unverified_rows_behind(codes: set[str]) -> str:
    """Return a sentence on the rows to list so that codes may be used; empty if none would help."""
    rows = reference.read_all("advice_codes")
    rows = rows[rows["bron_code"].isin(codes)]
    scale = reference.read_all("advice_levels")
    scale = scale[scale["category"].isin(rows["category"]) & ~scale["status"].isin(reference.SURE)]
    rows = rows[~rows["status"].isin(reference.SURE)]
    wanted = [f"advice_codes: {code}" for code in rows["bron_code"]]
    wanted += [f"advice_levels: {category}" for category in scale["category"]]
    return (
        f" To use them, list under `unverified` in the config {listing(wanted)}." if wanted else ""
    )


def level(codes: pd.Series, table: pd.DataFrame) -> np.ndarray:
    """Return the half level of BRON codes, shape (n,); NaN for no advice, vso, wide or missing."""
    return table["level"].reindex(codes).to_numpy()


def interval(codes: pd.Series, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and highest school type of BRON codes, two arrays of shape (n,)."""
    rows = table.reindex(codes)
    return rows["lowest"].to_numpy(), rows["highest"].to_numpy()


def compare_half_level(advice: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Compare levels: -1 where the advice is lower by half a level or more, +1 higher, 0 equal.

    NaN where either level is missing. This is the law's trigger for reconsideration.
    """
    return _beyond(advice - test, 0.5)


def compare_whole_level(advice: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Compare levels: -1 where the advice is lower by a level or more, +1 higher, 0 within.

    NaN where either level is missing. Our reading of the Staat's "one or more levels".
    """
    return _beyond(advice - test, 1.0)


def _beyond(difference: np.ndarray, step: float) -> np.ndarray:
    # Levels are multiples of a half, which binary fractions hold exactly.
    return np.where(np.abs(difference) >= step, np.sign(difference), difference * 0)


def compare_overlap(
    advice: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Compare intervals (lowest, highest): -1 where the advice ends below the test, +1 above.

    0 where they overlap or touch, NaN where either interval is missing.
    """
    (advice_low, advice_high), (test_low, test_high) = advice, test
    outcome = np.where(advice_high < test_low, -1.0, np.where(advice_low > test_high, 1.0, 0.0))
    return np.where(np.isnan(advice_low + test_low), np.nan, outcome)


def kansenkaart_table(unverified: reference.Unverified) -> pd.DataFrame:
    """Return kansenkaart's comparison: a row per advice code, a column per test advice code.

    -1 where the advice counts as under, 0 as agreeing, +1 as over. The published rule lists the
    test advices that agree with an advice; a test advice above all of those makes it under, one
    below makes it over. It follows no single threshold in levels. Source:
    reference/kansenkaart_matches.csv.
    """
    rows = reference.read("kansenkaart_matches", unverified)
    # Codes of test advices rise with the level, so their order is that of their numbers.
    agreeing = [[int(code) for code in codes.split("|")] for codes in rows["agreeing_test_advices"]]
    tests = sorted({code for codes in agreeing for code in codes})
    outcome = [[(test < min(codes)) - (test > max(codes)) for test in tests] for codes in agreeing]
    return pd.DataFrame(outcome, rows["bron_code"], [str(test) for test in tests], dtype=float)


def compare_kansenkaart(advice: pd.Series, test: pd.Series, table: pd.DataFrame) -> np.ndarray:
    """Compare BRON codes by `kansenkaart_table`: -1 under, 0 agreeing, +1 over, shape (n,).

    NaN where either is missing or outside the table: a wide advice, no advice, pro/vmbo-bb as an
    advice. Vso is in the table as an advice.
    """
    row, column = table.index.get_indexer(advice), table.columns.get_indexer(test)
    known = (row >= 0) & (column >= 0)
    return np.where(known, table.to_numpy()[row, column], np.nan)
