"""Sums of products of a linear model, in all and by school: all that random effects need.

With Z_s the random columns of school s (a constant, and possibly slopes), the sums Z_s'Z_s and
Z_s'[1 X y] by school and [1 X y]'[1 X y] in all give every likelihood of a linear model with
random effects of schools, so pupils are passed over once.

Source: Lindstrom and Bates (1988), Newton-Raphson and EM algorithms for linear mixed-effects
models for repeated-measures data.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from advieskloof.errors import ModelError, listing
from advieskloof.models.collapse import Collapsed
from advieskloof.models.design import INTERCEPT, Design
from advieskloof.models.newton import check_columns


@dataclass(frozen=True)
class CrossProducts:
    """Sums of products, weighted; a constant is the first column, the outcome y the last.

    names : of the columns [1 X], (columns,).
    random : names of the columns of Z, the constant first, (q,).
    whole : [1 X y]'[1 X y], (columns + 1, columns + 1).
    by_school : Z_s'[1 X y], (schools, q, columns + 1).
    inner : Z_s'Z_s, (schools, q, q).
    n : pupils, the sum of weights.
    """

    names: tuple[str, ...]
    random: tuple[str, ...]
    whole: np.ndarray
    by_school: np.ndarray
    inner: np.ndarray
    n: float

    @property
    def n_schools(self) -> int:
        """Schools."""
        return len(self.inner)

    def with_means(self) -> "CrossProducts":
        """Return these with the school means of the columns that vary within schools added.

        Names get ` (school mean)`. Slopes of X are then those within schools, and slopes of the
        means what schools differ by beyond that. Source: Mundlak (1978), On the pooling of time
        series and cross section data. For a random constant alone.
        """
        sums = self.by_school[:, 0]
        varying = np.flatnonzero(self.varying())
        means = sums[:, varying] / sums[:, :1]
        of_means = sums.T @ means
        squares = (sums[:, :1] * means).T @ means
        n = len(self.names)
        whole = np.block(
            [
                [self.whole[:n, :n], of_means[:n], self.whole[:n, n:]],
                [of_means[:n].T, squares, of_means[n:].T],
                [self.whole[n:, :n], of_means[n:], self.whole[n:, n:]],
            ]
        )
        by_school = np.concatenate([sums[:, :n], sums[:, :1] * means, sums[:, n:]], axis=1)[
            :, None, :
        ]
        names = (*self.names, *(f"{self.names[k]} (school mean)" for k in varying))
        return replace(self, names=names, whole=whole, by_school=by_school)

    def within(self) -> np.ndarray:
        """Return [1 X y]'[1 X y] of deviations from the means of schools."""
        sums = self.by_school[:, 0]
        return self.whole - sums.T @ (sums / sums[:, :1])

    def varying(self) -> np.ndarray:
        """Mark the columns of [1 X] that vary within schools."""
        own = np.diag(self.whole)[:-1]
        return np.diag(self.within())[:-1] > 1e-10 * own


def cross_products(data: Collapsed, random: Sequence[str] = ()) -> CrossProducts:
    """Return the sums of products of collapsed data, clustered one way: in schools.

    random : columns that have a random slope by school beside the random constant.

    Raises ModelError where the outcome holds no numbers, the data aren't clustered one way, or
    columns are collinear or unknown.
    """
    if len(data.clusters) != 1:
        raise ModelError("random effects need one column of schools.", "columns")
    if not np.issubdtype(data.outcomes.dtype, np.number):
        raise ModelError(f"{data.outcome_name} holds no numbers.", "columns")
    [(_, school, n_schools)] = data.clusters
    weight, row = data.data_weight, data.row[data.cell]
    y = data.outcomes.astype(float)[data.outcome[data.cell]]
    names = (INTERCEPT, *data.design.columns)
    whole = _products(data.design, row, weight, y)
    check_columns(whole[:-1, :-1], names)
    z = [np.ones(data.n), *(_column(data.design, name)[row] for name in random)]
    by_school = np.stack(
        [_by_school(data.design, school, n_schools, row, weight * each, y) for each in z], axis=1
    )
    inner = np.stack(
        [
            np.stack([np.bincount(school, weight * one * other, n_schools) for other in z], axis=1)
            for one in z
        ],
        axis=1,
    )
    return CrossProducts(names, (INTERCEPT, *random), whole, by_school, inner, float(weight.sum()))


def _products(design: Design, row: np.ndarray, weight: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return [1 X y]'[1 X y]."""
    by_row = np.bincount(row, weight, design.n_rows)
    y_by_row = np.bincount(row, weight * y, design.n_rows)
    ones, with_y = design.totals(by_row)[None, :], design.totals(y_by_row)[:, None]
    return np.block(
        [
            [np.array([[weight.sum()]]), ones, np.array([[weight @ y]])],
            [ones.T, design.gram(by_row), with_y],
            [np.array([[weight @ y]]), with_y.T, np.array([[weight @ y**2]])],
        ]
    )


def _by_school(
    design: Design, school: np.ndarray, n: int, row: np.ndarray, weight: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Return sums of [1 X y] by school, (schools, columns + 2)."""
    ones = np.bincount(school, weight, n)[:, None]
    of_y = np.bincount(school, weight * y, n)[:, None]
    return np.hstack([ones, design.by_group(school, n, weight, row), of_y])


def _column(design: Design, name: str) -> np.ndarray:
    """Return a column of the design, by row."""
    if name not in design.columns:
        raise ModelError(
            f"{name} isn't a column of the model; there are {listing(design.columns, 30)}.",
            "columns",
        )
    mark = np.array([each == name for each in design.columns], dtype=float)
    return design.predictor(mark)
