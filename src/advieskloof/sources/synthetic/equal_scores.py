"""The chance of vwo in year 3 by class of year 1 at equal scores, for the fit and the table."""

import numpy as np
import pandas as pd

ALONE, MIXED = "vwo", "havo_vwo"
# The lowest CET score at which the two are compared, and the fewest pupils of a score alone.
LOWEST_SCORE, FEWEST = 535, 5


def vwo_ratio(rows: pd.DataFrame) -> float:
    """Return the chance of vwo after a vwo class, divided by that after a havo/vwo class.

    Both averaged over the scores of who started in havo/vwo, from LOWEST_SCORE; a score with fewer
    than FEWEST in vwo classes is left out. NaN where no score has both.

    rows : pupils of one cohort in grade 3 with a score of the CET; `score`, `started` (class of
        year 1) and `vwo` (whether the position is vwo).
    """
    high = rows[rows["score"] >= LOWEST_SCORE]
    alone, mixed = (
        high[high["started"] == name].groupby("score")["vwo"].agg(["mean", "size"])
        for name in (ALONE, MIXED)
    )
    scores = alone.index[alone["size"] >= FEWEST].intersection(mixed.index)
    if scores.empty:
        return np.nan
    weights = mixed.loc[scores, "size"]
    return float(
        np.average(alone.loc[scores, "mean"], weights=weights)
        / np.average(mixed.loc[scores, "mean"], weights=weights)
    )
