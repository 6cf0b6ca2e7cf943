"""Test scores: the scale of each provider and cohort, and the test advice that a score stands for.

A score means something on its provider's scale of that cohort alone (reference/score_scales.csv,
reference/score_cutoffs.csv); scores of different providers are never pooled.

`pupils` is PUPILS, or fewer rows with a column `n`: the pupils that a row stands for.
"""

import numpy as np
import pandas as pd

from advieskloof import levels, reference

PAIR = ["test_provider", "cohort"]


def off_scale(pupils: pd.DataFrame, unverified: reference.Unverified) -> pd.Series:
    """Mark the pupils whose score lies outside the scale of their provider and cohort.

    False where there is no score or no known scale. Both ends belong to the scale. Source:
    reference/score_scales.csv.
    """
    scale = _scale_of(pupils, unverified)
    score = pupils["test_score"].to_numpy(dtype=float, na_value=np.nan)
    outside = (score < scale["lowest"].to_numpy()) | (score > scale["highest"].to_numpy())
    return pd.Series(outside, index=pupils.index)


def scales_unknown(pupils: pd.DataFrame, unverified: reference.Unverified) -> pd.DataFrame:
    """Count the pupils with a score whose provider and cohort have no known scale.

    Returns a row per pair, sorted: `test_provider` ('unknown' where missing), `cohort`, `n`, and
    `n_without_test_advice`, the pupils among them whose score is all there is of their test.
    """
    scale = _scale_of(pupils, unverified)
    unknown = pupils["test_score"].notna() & scale["lowest"].isna().to_numpy()
    rows = pupils[unknown]
    n = _n(rows)
    counts = pd.DataFrame(
        {
            "test_provider": rows["test_provider"].fillna("unknown").astype("str"),
            "cohort": rows["cohort"],
            "n": n,
            "n_without_test_advice": n.where(rows["test_advice"].isna(), 0),
        }
    )
    return counts.groupby(PAIR, as_index=False).sum()


def derived_test_advice(pupils: pd.DataFrame, unverified: reference.Unverified) -> pd.Series:
    """Return the category of advice that a score stands for by its cut-offs, as text.

    Missing where there is no score, or no usable row of reference/score_cutoffs.csv for that
    provider and cohort holds it: some tables know their highest classes alone. Meant to be
    compared with the registered test advice, never to fill it.
    """
    cutoffs = reference.read("score_cutoffs", unverified)
    numbers = {"cohort": "int64", "lowest": float, "highest": float}
    tables = dict(list(cutoffs.astype(numbers).groupby(["provider", "cohort"])))
    derived = pd.Series(np.nan, index=pupils.index, dtype="str")
    scored = pupils.loc[pupils["test_score"].notna(), [*PAIR, "test_score"]]
    for pair, rows in scored.groupby(PAIR):
        if pair in tables:
            derived.loc[rows.index] = _category(rows["test_score"], tables[pair])
    return derived


def _category(scores: pd.Series, classes: pd.DataFrame) -> np.ndarray:
    """Return the category of the class [lowest, highest] that holds each score, or missing."""
    classes = classes.sort_values("lowest")
    score = scores.to_numpy(dtype=float)
    below = np.searchsorted(classes["lowest"], score, side="right") - 1
    held = (below >= 0) & (score <= classes["highest"].to_numpy()[below])
    return np.where(held, classes["category"].to_numpy(dtype=object)[below], None)


def agreement(pupils: pd.DataFrame, unverified: reference.Unverified) -> pd.DataFrame:
    """Count the pupils by registered test advice and the one derived from their score.

    Returns a row per combination that occurs, sorted: `cohort`, `test_provider`, `registered`
    and `derived` (categories of reference/advice_levels.csv), `n`. Pupils without either are in
    no row.
    """
    category = levels.advice_table(unverified)["category"]
    both = pd.DataFrame(
        {
            "cohort": pupils["cohort"],
            "test_provider": pupils["test_provider"],
            "registered": pupils["test_advice"].map(category).astype("str"),
            "derived": derived_test_advice(pupils, unverified),
            "n": _n(pupils),
        }
    )
    keys = ["cohort", "test_provider", "registered", "derived"]
    return both.groupby(keys, as_index=False)["n"].sum()


def _n(pupils: pd.DataFrame) -> pd.Series:
    return pupils["n"] if "n" in pupils else pd.Series(1, index=pupils.index)


def _scale_of(pupils: pd.DataFrame, unverified: reference.Unverified) -> pd.DataFrame:
    """Return `lowest` and `highest` of each pupil's scale, in the pupils' order; else missing."""
    return pupils[PAIR].merge(_scales(unverified), how="left", on=PAIR, validate="many_to_one")


def _scales(unverified: reference.Unverified) -> pd.DataFrame:
    """Return a row per provider and cohort with a usable scale."""
    rows = reference.read("score_scales", unverified).rename(columns={"provider": PAIR[0]})
    first, last = rows["first_cohort"].astype(int), rows["last_cohort"].astype(int)
    rows["cohort"] = [range(a, b + 1) for a, b in zip(first, last, strict=True)]
    ends = {"cohort": "int64", "lowest": float, "highest": float}
    return rows.explode("cohort")[[*PAIR, "lowest", "highest"]].astype(ends)
