"""Outcomes that nobody of a group has, and that a model gives no chance there.

From the highest class nobody goes up, from the lowest nobody down. The estimate of such a group
would run off to infinity, which is where the chance is zero and the likelihood has its supremum.
So the chance is put at zero and the other estimates are what they tend to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from advieskloof.errors import ModelError, listing
from advieskloof.models.collapse import Collapsed
from advieskloof.models.design import Design

# ASSUME: what nobody of a group of the data has, nobody of that group can have. Of the rules that
# say so (nobody goes up from vwo) it is true; in few pupils it may be chance, and its error is then
# unknown.


@dataclass(frozen=True)
class Zeros:
    """Which outcomes occur in each group of a variable.

    possible : bool (groups, outcomes), groups in the order of the variable's categories.
    """

    variable: str
    possible: np.ndarray

    def offset(self, design: Design) -> np.ndarray:
        """Return what is added to the log odds of each row: 0, or -inf, (rows, outcomes)."""
        return np.where(self.possible[_groups(design, self.variable)], 0.0, -np.inf)


def zeros(data: Collapsed, variable: str) -> Zeros:
    """Return which outcomes occur in each group of a variable.

    Raises ModelError where no term holds the variable, or it holds numbers.
    """
    shape = len(_categories(data.design, variable)), len(data.outcomes)
    key = _groups(data.design, variable)[data.row] * shape[1] + data.outcome
    counted = np.bincount(key, data.weight, shape[0] * shape[1]).reshape(shape)
    return Zeros(variable, counted > 0)


def _categories(design: Design, variable: str) -> Sequence[object]:
    for term in design.terms:
        if variable in term.levels:
            if isinstance(term.levels[variable].dtype, pd.CategoricalDtype):
                return term.levels[variable].cat.categories
            raise ModelError(f"{variable} holds numbers and no groups.", "columns")
    held = sorted({name for term in design.terms for name in term.levels})
    raise ModelError(f"no term holds {variable}; there are {listing(held)}.", "columns")


def _groups(design: Design, variable: str) -> np.ndarray:
    """Return the group of each row of a design, (rows,)."""
    term = next(term for term in design.terms if variable in term.levels)
    return term.levels[variable].cat.codes.to_numpy().astype(np.int64)[term.code]
