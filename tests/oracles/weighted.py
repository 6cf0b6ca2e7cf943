"""Numbers as functions of the schools' weights, and their influence by differencing those.

The influence of a school is the derivative of the number with respect to the weight of its
pupils, at 1. Written from design 2.7 with plain pandas, without the package.
"""

import numpy as np
import pandas as pd
from oracles import advice_by_hand as by_hand

STEP = 1e-5


def table_of(pupils, strata, base, definition="half_level", direction="under"):
    """A frame of the pupils: value (NaN where not placed), level, stratum, school, groups."""
    rows = [
        {
            "school": pupil["school_id"],
            "cohort": pupil["cohort"],
            "pair": stratum and str(stratum[:2]),
            "stratum": stratum and str(stratum),
            "education": by_hand.FIVE[pupil["parental_education"]],
            "corop": pupil["corop"] or "unknown",
            "value": by_hand.value_of(pupil, definition, direction, base),
            "level": by_hand.LEVEL.get(by_hand.advice_of(pupil, base)),
        }
        for pupil, stratum in zip(pupils, strata, strict=True)
    ]
    return pd.DataFrame(rows)


def standardised(rows, w, mine, region=None, column="value", minus_national=False):
    """The standardised mean of `column` in the group `mine`; weights of a region if given."""
    rows = rows.assign(w=rows["school"].map(w), mine=mine, here=True if region is None else region)
    rows = rows[rows["stratum"].notna() & rows[column].notna()]
    weight = rows.groupby("stratum")["w"].sum()
    if region is not None:
        pair = rows.groupby("stratum")["pair"].first()
        here = rows[rows["here"]].groupby("pair")["w"].sum()
        everyone = rows.groupby("pair")["w"].sum()
        weight = weight * pair.map(here).fillna(0) / pair.map(everyone)
    group = rows[rows["mine"]]
    mean = means(group, column)
    weight = weight[mean.index]
    found = (weight * mean).sum() / weight.sum()
    if minus_national:
        found -= (weight * means(rows, column)[mean.index]).sum() / weight.sum()
    return found


def means(rows, column):
    total = (rows["w"] * rows[column]).groupby(rows["stratum"]).sum()
    return total / rows.groupby("stratum")["w"].sum()


def expected(rows, w, mine):
    """The mean difference from the expectation by stratum (cohorts are small)."""
    rows = rows.assign(w=rows["school"].map(w), mine=mine)
    rows = rows[rows["stratum"].notna() & rows["level"].notna()]
    difference = rows["level"] - rows["stratum"].map(means(rows, "level"))
    group = rows["mine"]
    return (rows["w"] * difference)[group].sum() / rows["w"][group].sum()


def raw(rows, w, mine):
    rows = rows.assign(w=rows["school"].map(w))[mine & rows["value"].notna()]
    return (rows["w"] * rows["value"]).sum() / rows["w"].sum()


def standard_error(statistic, rows, n_schools):
    """sqrt(G / (G - 1) * sum of squared influences), by central differences."""
    names = rows["school"].unique()
    even = pd.Series(1.0, index=names)
    squared = 0.0
    for name in names:
        up, down = even.copy(), even.copy()
        up[name], down[name] = 1 + STEP, 1 - STEP
        squared += ((statistic(up) - statistic(down)) / (2 * STEP)) ** 2
    return np.sqrt(n_schools / (n_schools - 1) * squared)
