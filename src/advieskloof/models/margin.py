"""A design without some variables: what is left of its rows once those are set to one value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from advieskloof.models.design import Design


@dataclass(frozen=True)
class Margin:
    """How a design shrinks when variables have one value each in every row.

    weight : of the rows that are left, (rows,).
    levels : of each term the levels that are left.
    codes : of each term its level in each row, (rows,).
    """

    weight: np.ndarray
    levels: list[np.ndarray]
    codes: list[np.ndarray]

    def of(self, design: Design) -> Design:
        """Return a design of the same terms, with the variables set (`Design.where`), shrunken."""
        terms = [
            replace(term, levels=term.levels.iloc[kept], table=term.table[kept], code=code)
            for term, kept, code in zip(design.terms, self.levels, self.codes, strict=True)
        ]
        return Design(tuple(terms), len(self.weight))


def margin(design: Design, weight: np.ndarray, variables: Sequence[str]) -> Margin:
    """Return how a design with weighted rows shrinks without variables."""
    levels, codes = [], []
    for term in design.terms:
        rest = term.levels.drop(columns=[name for name in variables if name in term.levels])
        place = np.zeros(len(rest), dtype=np.int64)
        if rest.shape[1]:
            place = rest.groupby(list(rest), observed=True, sort=False).ngroup().to_numpy()
        levels.append(_first(place))
        codes.append(place[term.code])
    key = np.zeros(design.n_rows, dtype=np.int64)
    for code, kept in zip(codes, levels, strict=True):
        # Anew at each term, so that the product of the numbers of levels can't overflow.
        key = pd.factorize(key * len(kept) + code)[0]
    first = _first(key)
    return Margin(np.bincount(key, weight), levels, [code[first] for code in codes])


def _first(place: np.ndarray) -> np.ndarray:
    """Return where each place, numbered in order of appearance, occurs first."""
    return np.unique(place, return_index=True)[1]
