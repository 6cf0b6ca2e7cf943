"""Do the slopes of an ordered logit hold at every threshold? One binary logit for each says.

With many pupils a test finds the smallest difference, so the slopes and the standardised gaps of
the binary fits stand beside those of the ordered one: they say whether it matters.

Source: Brant (1990), Assessing proportionality in the proportional odds model; here with the
covariance that schools give the binary fits together.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from advieskloof.errors import ModelError
from advieskloof.models.binary import BinaryFit
from advieskloof.models.collapse import Collapsed
from advieskloof.models.ordered import OrderedFit, fitted
from advieskloof.uncertainty.heterogeneity import Heterogeneity, wald
from advieskloof.uncertainty.influence import small_sample


@dataclass(frozen=True)
class Proportional:
    """The binary fits and the test that their slopes are equal.

    slopes : a row per column and threshold (the lowest outcome above it): ordered, binary, se.
    tests : by term, Wald's test on (thresholds - 1) x columns and schools less these degrees.
    """

    slopes: pd.DataFrame
    tests: dict[str, Heterogeneity]


def at_threshold(fit: OrderedFit, above: object) -> BinaryFit:
    """Return the binary fit, on the same data and terms, of the outcome being at least `above`.

    Raises ModelError where the outcome isn't one that occurs, or is the lowest.
    """
    place = list(fit.outcomes).index(above) if above in fit.outcomes else 0
    if place == 0:
        raise ModelError(f"{above} isn't an outcome above the lowest.", "columns")
    return fitted(fit.formula, _split(fit.data, place), BinaryFit)


def _split(data: Collapsed, place: int) -> Collapsed:
    """Return the data with two outcomes: below the place, and from it on."""
    key = data.row * 2 + (data.outcome >= place)
    found, cell = np.unique(key, return_inverse=True)
    return replace(
        data,
        outcomes=np.array([False, True]),
        row=found // 2,
        outcome=found % 2,
        weight=np.bincount(cell, data.weight, len(found)),
        cell=cell[data.cell],
    )


def proportional_odds(fit: OrderedFit) -> Proportional:
    """Compare the slopes of an ordered fit with those of a binary fit for each threshold.

    Raises ModelError where the fit isn't clustered one way, or a binary fit has no maximum.
    """
    if fit.covariance.kind != "clustered":
        raise ModelError("the check needs the pupils' schools; fit with one cluster.", "columns")
    [(_, codes, n)] = fit.data.clusters
    above = list(fit.outcomes[1:])
    fits = [at_threshold(fit, each) for each in above]
    slopes = np.stack([each.slopes for each in fits])
    influence = np.stack([each.influence(codes, n)[:, 1:] for each in fits], axis=1)
    columns = fit.data.design.columns
    table = pd.DataFrame(
        {
            "column": np.tile(columns, len(above)),
            "at_least": np.repeat(above, len(columns)),
            "ordered": np.tile(fit.slopes, len(above)),
            "binary": slopes.ravel(),
            "se": np.sqrt(small_sample(np.array(n)) * (influence**2).sum(axis=0)).ravel(),
        }
    )
    tests, start = {}, 0
    for term in fit.data.design.terms:
        places = slice(start, start + term.table.shape[1])
        start = places.stop
        if len(above) > 1 and term.table.shape[1]:
            tests[term.coding.asked.name] = _equal(slopes[:, places], influence[:, :, places], n)
    return Proportional(table, tests)


def _equal(slopes: np.ndarray, influence: np.ndarray, n: int) -> Heterogeneity:
    """Test that slopes (thresholds, columns) are alike at all thresholds."""
    differences = (slopes[1:] - slopes[0]).ravel()
    apart = (influence[:, 1:] - influence[:, :1]).reshape(n, -1)
    return wald(differences, small_sample(np.array(n)) * (apart.T @ apart), n)
