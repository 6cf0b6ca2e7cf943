"""Diversity in the class: how far scores lie apart within class type and school."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from advieskloof.indicators import two_ways
from advieskloof.indicators.blocks import Measure
from advieskloof.indicators.coded import MISSING, Cohort
from advieskloof.indicators.followed_rows import Split, add_rows, of_found
from advieskloof.indicators.lower_years import LowerYears, at_once, splits
from advieskloof.indicators.rows import Rows
from advieskloof.indicators.strata import has_score
from advieskloof.indicators.two_ways import Found

MEASURE = Measure(
    "score_spread_of_placed", "within_class_type_and_school", "initial", "raw", "ratio"
)


def add_spread(rows: Rows, lower: LowerYears, asked: Sequence[Sequence[str]]) -> None:
    """Add the spread of scores within class type and school, by cohort and split.

    Scores are z: less the mean of their provider and cohort, divided by its standard deviation
    (with n), over all pupils with a score, so that providers can be pooled. A class c is the placed
    pupils of one secondary school, class type and provider, n_c of them, with mean z_c:

        spread^2 = sum over pupils (z - z_c)^2 / sum over pupils (1 - 1 / n_c)

    1 says that classes are as diverse as the country. Who is alone in a class adds nothing and
    is not in n. The error is that of the ratio, clustered two ways, by the delta method; the means
    and deviations of classes and providers are held fixed.
    """
    held = {year.cohort.year: deviations(year.cohort) for year in lower.years if year.has_test}

    def add(mine: Rows, names: Sequence[str]) -> None:
        for year, split in splits(lower, names):
            if year.has_test:
                _add(mine, split, *held[year.cohort.year])

    at_once(rows, asked, add)


def _add(rows: Rows, split: Split, squared: np.ndarray, free: np.ndarray) -> None:
    found = two_ways.ratio(split.clusters, squared, free)
    known = found.estimate > 0
    # Var(sqrt(a)) = Var(a) / (4 a).
    variance = np.divide(found.variance, 4 * found.estimate, out=0 * found.n, where=known)
    root = Found(np.sqrt(found.estimate), variance, found.n, found.n_schools)
    columns = of_found(Found(*(each[:, None] for each in vars(root).values())), "ratio")
    add_rows(rows, split, [MEASURE], columns, found.n[:, None] > 0)


def deviations(cohort: Cohort) -> tuple[np.ndarray, np.ndarray]:
    """Return each pupil's squared distance to the mean of the class, and 1 - 1 / n of the class.

    Both are 0 for who has no score, isn't placed or is alone, and where the school isn't known.
    """
    names = {"school": "vo_school_id", "type": "class_type"}
    table = pd.DataFrame({"score": cohort.score, "provider": cohort.provider})
    table = table.assign(**{name: cohort.columns[column] for name, column in names.items()})
    table = table[has_score(cohort.score, cohort.provider)]
    by = table.groupby("provider")["score"]
    spread = by.transform("std", ddof=0)
    table["z"] = (table["score"] - by.transform("mean")) / spread.where(spread > 0)
    table = table[(table[list(names)] != MISSING).all(axis="columns") & table["z"].notna()]
    of_class = table.groupby([*names, "provider"])["z"]
    squared, free = np.zeros(len(cohort.score)), np.zeros(len(cohort.score))
    squared[table.index] = (table["z"] - of_class.transform("mean")) ** 2
    free[table.index] = 1 - 1 / of_class.transform("size")
    return squared, free
