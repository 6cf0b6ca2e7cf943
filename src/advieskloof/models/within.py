"""The gap between groups of pupils: in all, within schools, and what schools add to it.

Both gaps are slopes of linear models of the level on the same terms: least squares over all pupils,
and over deviations from the means of schools (school fixed effects). Their difference is what
pupils of the groups meet in different schools. Errors are clustered in schools, with the covariance
of both slopes.

Source: Mundlak (1978); Cameron and Miller (2015), A practitioner's guide to cluster-robust
inference. R: `lm` and `lm(. + factor(school))` with `sandwich::vcovCL`, type HC0 and cadjust.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from advieskloof.errors import ModelError
from advieskloof.models.collapse import Collapsed, collapse
from advieskloof.models.crossproducts import CrossProducts, cross_products
from advieskloof.models.newton import check_columns
from advieskloof.uncertainty import intervals
from advieskloof.uncertainty.influence import small_sample

PARTS = ("all", "within_schools", "between_schools")


@dataclass(frozen=True)
class Parts:
    """Slopes of all, within and between schools.

    table : a row per column of the model that varies within schools, and part: estimate, se,
        lower, upper, in units of the outcome.
    n, n_schools : pupils and schools.
    """

    table: pd.DataFrame
    n: int
    n_schools: int


def within_between(
    formula: str, data: pd.DataFrame, *, school: str, weights: str | None = None
) -> Parts:
    """Return the slopes of a linear model in all and within schools, and their difference.

    Parameters
    ----------
    formula, data, weights : as for `random_effects.fit_random`.
    school : column of schools.

    Raises ModelError where a column is missing or holds gaps, columns are collinear within
    schools, or nothing varies within schools.
    """
    held = collapse(formula, data, weights, (school,))
    products = cross_products(held)
    varying = np.flatnonzero(products.varying())
    if not len(varying):
        raise ModelError("no term varies within schools.", "model_collinear")
    slopes, influence = _all(held, products)
    inside, influence_inside = _within(held, products, varying)
    estimate = np.stack([slopes[varying], inside, slopes[varying] - inside])
    of_parts = np.stack(
        [influence[:, varying], influence_inside, influence[:, varying] - influence_inside]
    )
    n = products.n_schools
    se = np.sqrt(small_sample(np.array(n)) * (of_parts**2).sum(axis=1))
    lower, upper = intervals.plain(estimate, se, np.full(estimate.shape, n - 1.0))
    names = [products.names[k] for k in varying]
    table = pd.DataFrame(
        {
            "part": np.repeat(PARTS, len(names)),
            "column": np.tile(names, len(PARTS)),
            "estimate": estimate.ravel(),
            "se": se.ravel(),
            "lower": lower.ravel(),
            "upper": upper.ravel(),
        }
    )
    return Parts(table, held.n, n)


def _all(held: Collapsed, products: CrossProducts) -> tuple[np.ndarray, np.ndarray]:
    """Return least-squares slopes of all columns, and schools' influence on them."""
    inner, with_y = products.whole[:-1, :-1], products.whole[:-1, -1]
    slopes = np.linalg.solve(inner, with_y)
    constant, scores = _scores(held, slopes)
    return slopes, np.linalg.solve(inner, np.hstack([constant[:, None], scores]).T).T


def _within(
    held: Collapsed, products: CrossProducts, varying: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return slopes over deviations from school means, and schools' influence on them."""
    around = products.within()
    inner = around[np.ix_(varying, varying)]
    check_columns(inner, [products.names[k] for k in varying])
    slopes = np.linalg.solve(inner, around[varying, -1])
    padded = np.zeros(len(products.names))
    padded[varying] = slopes
    constant, scores = _scores(held, padded)
    sums = products.by_school[:, 0]
    means = sums[:, varying] / sums[:, :1]
    # sum (x - mean x)(e - mean e) = sum x e - mean x sum e, by school.
    scores = np.hstack([constant[:, None], scores])[:, varying] - means * constant[:, None]
    return slopes, np.linalg.solve(inner, scores.T).T


def _scores(held: Collapsed, slopes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each school's sums of residuals, and of residuals times columns."""
    [(_, school, n)] = held.clusters
    row = held.row[held.cell]
    fitted = slopes[0] + held.design.predictor(slopes[1:])[row]
    residual = held.data_weight * (held.outcomes[held.outcome[held.cell]] - fitted)
    return np.bincount(school, residual, n), held.design.by_group(school, n, residual, row)
