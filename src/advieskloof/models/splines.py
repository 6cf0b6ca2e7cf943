"""Natural cubic splines with knots at quantiles of the pupils, for one scale or several."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from formulaic.materializers.types import FactorValues
from formulaic.utils.stateful_transforms import stateful_transform

# Column of a term's levels with how many pupils have each.
PUPILS = "pupils_with_this"


@stateful_transform
def ns(
    x: pd.Series, df: int = 4, by: pd.Series | None = None,
    _state: dict | None = None, _context: Mapping | None = None,
) -> FactorValues:  # fmt: skip
    """Return the columns of a natural cubic spline of x without its constant.

    Parameters
    ----------
    x : numbers.
    df : columns of a spline, at least 1; df - 1 inner knots at equally spaced quantiles of the
        pupils, each an x that occurs, and two at the ends. Equal knots count once.
    by : groups with a spline and knots of their own, such as scales of scores; a column is 0 in
        other groups. Groups need a term of their own for their level.

    Beyond the outer knots the spline is a straight line. A group with one x has no columns.
    Source: Hastie, Tibshirani and Friedman (2009), The elements of statistical learning, 5.2.1.
    """
    x = np.asarray(x, dtype=float)
    group = np.zeros(len(x)) if by is None else np.asarray(by)
    if "knots" not in _state:
        pupils = np.asarray(_context[PUPILS], dtype=float)
        _state["knots"] = {
            name: knots(x[group == name], pupils[group == name], df) for name in np.unique(group)
        }
    columns = {}
    for name, places in _state["knots"].items():
        mine, said = group == name, "" if by is None else f"{name}, "
        of_group = basis(x[mine], places)
        for k in range(of_group.shape[1]):
            column = np.zeros(len(x))
            column[mine] = of_group[:, k]
            columns[f"{said}{k + 1}"] = column
    return FactorValues(columns, kind="numerical", format="{name}[{field}]")


def knots(x: np.ndarray, pupils: np.ndarray, df: int) -> np.ndarray:
    """Return the knots of a spline with df columns: ends and quantiles, each an x that occurs."""
    order = np.argsort(x, kind="stable")
    reached = np.cumsum(pupils[order]) / pupils.sum()
    inner = np.arange(1, df) / df
    # The quantile is the lowest x that so many pupils do not exceed.
    places = np.searchsorted(reached, inner * (1 - 1e-12))
    return np.unique(np.concatenate([[x.min()], x[order][places], [x.max()]]))


def basis(x: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return x and the K - 2 bent columns of a natural spline with K knots, (len(x), K - 1).

    x runs from 0 to 1 between the outer knots, so that an affine change of it changes nothing.
    """
    if len(places) == 1:
        return np.zeros((len(x), 0))
    low, high = places[0], places[-1]
    scaled, at = (x - low) / (high - low), (places - low) / (high - low)
    cubes = np.maximum(scaled[:, None] - at[None, :], 0.0) ** 3
    bent = (cubes[:, :-1] - cubes[:, -1:]) / (at[-1] - at[:-1])
    return np.column_stack([scaled, bent[:, :-1] - bent[:, -1:]])
