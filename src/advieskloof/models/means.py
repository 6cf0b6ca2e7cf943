"""The mean outcome of groups of fitted pupils, as it is, with errors clustered in schools."""

import numpy as np
import pandas as pd

from advieskloof.models.counts import Counts
from advieskloof.models.frames import SCHOOL
from advieskloof.uncertainty import intervals
from advieskloof.uncertainty.influence import small_sample


def group_means(frame: pd.DataFrame, of: str, outcome: str, rests_on: Counts) -> pd.DataFrame:
    """Return a row per group that occurs: estimate, se, lower, upper and df.

    The error is that of a ratio of totals, sum_s (y_s - mean n_s)^2 G / (G - 1) / n^2 over the G
    schools with a pupil of the group (Cochran 1977, Sampling techniques, 6.3).

    Parameters
    ----------
    of : column of groups, as categories.
    outcome : column of numbers.
    rests_on : the pupils of these groups by school (`counts.counts`).
    """
    pupils = rests_on.pupils
    key = pd.factorize(frame[SCHOOL])[0] * pupils.shape[1] + frame[of].cat.codes.to_numpy()
    total = np.bincount(key, frame[outcome], pupils.size).reshape(pupils.shape)
    n, schools = pupils.sum(axis=0), (pupils > 0).sum(axis=0)
    with np.errstate(invalid="ignore"):  # a group without pupils has no mean
        mean = total.sum(axis=0) / n
        squares = ((total - mean * pupils) ** 2).sum(axis=0) / n**2
    se = np.sqrt(small_sample(schools) * squares)
    lower, upper = intervals.plain(mean, se, schools - 1.0)
    columns = {"estimate": mean, "se": se, "lower": lower, "upper": upper, "df": schools - 1.0}
    return pd.DataFrame(columns, index=frame[of].cat.categories)[n > 0]
