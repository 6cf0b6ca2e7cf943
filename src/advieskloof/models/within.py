"""The gap between groups of pupils: raw, with more and more held equal, and within schools.

All of them are slopes of linear models of the level on the same pupils: least squares over all
pupils, in steps that each hold more terms, and over deviations from the means of schools (school
fixed effects). The last step less the gap within schools is what pupils of the groups meet in
different schools. Errors are clustered in schools, with the covariance of both slopes.

Source: Mundlak (1978); Cameron and Miller (2015), A practitioner's guide to cluster-robust
inference. R: `lm` and `lm(. + factor(school))` with `sandwich::vcovCL`, type HC0 and cadjust.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from advieskloof.errors import ModelError
from advieskloof.models.collapse import Collapsed, collapse
from advieskloof.models.crossproducts import CrossProducts, cross_products
from advieskloof.models.design import Design
from advieskloof.models.newton import check_columns
from advieskloof.uncertainty import intervals
from advieskloof.uncertainty.influence import small_sample

ALL, WITHIN, BETWEEN = "all", "within_schools", "between_schools"


@dataclass(frozen=True)
class Parts:
    """Slopes of all, within and between schools.

    table : a row per part (the steps, within_schools, between_schools) and column of the model
        that it holds and that varies within schools: estimate, se, lower, upper, in units of the
        outcome.
    n, n_schools : pupils and schools.
    n_columns : columns of the model with all terms, the constant included.
    """

    table: pd.DataFrame
    n: int
    n_schools: int
    n_columns: int


class Slopes(NamedTuple):
    """Slopes and each school's influence on them, (columns,) and (schools, columns).

    NaN and zero where a model doesn't hold the column.
    """

    estimate: np.ndarray
    influence: np.ndarray

    def less(self, other: "Slopes") -> "Slopes":
        """Return the difference from other slopes of the same schools."""
        return Slopes(self.estimate - other.estimate, self.influence - other.influence)


def within_between(
    formula: str,
    data: pd.DataFrame,
    *,
    school: str,
    weights: str | None = None,
    steps: Mapping[str, Collection[str]] | None = None,
) -> Parts:
    """Return the slopes of linear models in all and within schools, and their difference.

    Parameters
    ----------
    formula, data, weights : as for `random_effects.fit_random`.
    school : column of schools.
    steps : by name of a part, the variables whose terms a model over all pupils holds; the last
        is compared with the slopes within schools. Without it one of all terms, `all`.

    Raises ModelError where a column is missing or holds gaps, columns are collinear within
    schools, or nothing varies within schools.
    """
    held = collapse(formula, data, weights, (school,))
    products = cross_products(held)
    varying = products.varying()
    if not varying.any():
        raise ModelError("no term varies within schools.", "model_collinear")
    every = {name for term in held.design.terms for name in term.levels}
    parts = {
        name: _all(held, products, _columns(held.design, variables))
        for name, variables in (steps or {ALL: every}).items()
    }
    last = list(parts.values())[-1]
    parts[WITHIN] = _within(held, products, varying)
    parts[BETWEEN] = last.less(parts[WITHIN])
    table = _told(parts, products, varying)
    return Parts(table, held.n, products.n_schools, len(products.names))


def _columns(design: Design, variables: Collection[str]) -> np.ndarray:
    """Return the places in [1 X] of the constant and of terms with no other variables."""
    inside = [
        set(term.levels) <= set(variables) for term in design.terms for _ in term.coding.columns
    ]
    return np.flatnonzero([True, *inside])


def _told(
    parts: Mapping[str, Slopes], products: CrossProducts, varying: np.ndarray
) -> pd.DataFrame:
    found, n = [], products.n_schools
    for name, (estimate, influence) in parts.items():
        told = np.flatnonzero(varying & ~np.isnan(estimate))
        se = np.sqrt(small_sample(np.array(n)) * (influence[:, told] ** 2).sum(axis=0))
        lower, upper = intervals.plain(estimate[told], se, np.full(len(told), n - 1.0))
        columns = {"estimate": estimate[told], "se": se, "lower": lower, "upper": upper}
        names = {"part": name, "column": [products.names[k] for k in told]}
        found.append(pd.DataFrame(names | columns))
    return pd.concat(found, ignore_index=True)


def _all(held: Collapsed, products: CrossProducts, mine: np.ndarray) -> Slopes:
    """Return least-squares slopes of some columns."""
    inner = products.whole[np.ix_(mine, mine)]
    slopes = np.linalg.solve(inner, products.whole[mine, -1])
    scores = _scores(held, _padded(slopes, mine, products, 0.0))[:, mine]
    return _slopes(slopes, np.linalg.solve(inner, scores.T).T, mine, products)


def _within(held: Collapsed, products: CrossProducts, varying: np.ndarray) -> Slopes:
    """Return slopes over deviations from school means."""
    around, mine = products.within(), np.flatnonzero(varying)
    inner = around[np.ix_(mine, mine)]
    check_columns(inner, [products.names[k] for k in mine])
    slopes = np.linalg.solve(inner, around[mine, -1])
    scores = _scores(held, _padded(slopes, mine, products, 0.0))
    sums = products.by_school[:, 0]
    # sum (x - mean x)(e - mean e) = sum x e - mean x sum e, by school.
    scores = scores[:, mine] - sums[:, mine] / sums[:, :1] * scores[:, :1]
    return _slopes(slopes, np.linalg.solve(inner, scores.T).T, mine, products)


def _slopes(
    slopes: np.ndarray, influence: np.ndarray, mine: np.ndarray, products: CrossProducts
) -> Slopes:
    """Return slopes and influence of some columns among those of all."""
    everywhere = np.zeros((products.n_schools, len(products.names)))
    everywhere[:, mine] = influence
    return Slopes(_padded(slopes, mine, products, np.nan), everywhere)


def _padded(
    slopes: np.ndarray, mine: np.ndarray, products: CrossProducts, other: float
) -> np.ndarray:
    padded = np.full(len(products.names), other)
    padded[mine] = slopes
    return padded


def _scores(held: Collapsed, slopes: np.ndarray) -> np.ndarray:
    """Return each school's sums of residuals times [1 X], (schools, columns)."""
    [(_, school, n)] = held.clusters
    row = held.row[held.cell]
    fitted = slopes[0] + held.design.predictor(slopes[1:])[row]
    residual = held.data_weight * (held.outcomes[held.outcome[held.cell]] - fitted)
    constant = np.bincount(school, residual, n)[:, None]
    return np.hstack([constant, held.design.by_group(school, n, residual, row)])
