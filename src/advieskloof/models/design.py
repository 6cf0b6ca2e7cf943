"""A design: unique rows of covariates, each term a table looked up by code.

A term's columns are `table[code]`, so that every sum over rows is a sum by code first and a small
matrix product after: X'v = T' (v by code), X' diag(v) X = T_s' (v by both codes) T_t. A matrix of
rows x columns is never laid out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import sparse

from advieskloof.models.formula import Coding

INTERCEPT = "Intercept"
# Cross tables up to this size, or a few times the rows, are summed in full.
SMALL = 2**20


@dataclass(frozen=True)
class Term:
    """A term of a model on the rows of a design.

    coding : how its columns are made.
    levels : combinations of its variables, a row each.
    table : their columns, (levels, columns), dense or sparse.
    code : the level of each row, whole numbers (rows,).
    """

    coding: Coding
    levels: pd.DataFrame
    table: np.ndarray | sparse.csr_array
    code: np.ndarray


@dataclass(frozen=True)
class Design:
    """The terms of a model, on rows that are unique combinations of the covariates."""

    terms: tuple[Term, ...]
    n_rows: int

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of all terms, in order."""
        return tuple(name for term in self.terms for name in term.coding.columns)

    def predictor(self, slopes: np.ndarray) -> np.ndarray:
        """Return X b, (rows,), or (rows, several) for slopes of shape (columns, several)."""
        total = np.zeros((self.n_rows, *slopes.shape[1:]))
        for term, mine in zip(self.terms, self._parts(slopes), strict=True):
            total += (term.table @ mine)[term.code]
        return total

    def _parts(self, slopes: np.ndarray) -> list[np.ndarray]:
        ends = np.cumsum([0, *(term.table.shape[1] for term in self.terms)])
        return [slopes[start:end] for start, end in pairwise(ends)]

    def totals(self, values: np.ndarray) -> np.ndarray:
        """Return X' v for values by row, (columns,)."""
        parts = [
            term.table.T @ np.bincount(term.code, values, term.table.shape[0])
            for term in self.terms
        ]
        return np.concatenate([np.zeros(0), *parts])

    def by_group(
        self, group: np.ndarray, n_groups: int, values: np.ndarray, rows: np.ndarray | None = None
    ) -> np.ndarray:
        """Return sums of v x by group, (groups, columns).

        Parameters
        ----------
        group, values : whole numbers and floats, (units,).
        rows : the row of each unit; without it the units are the rows.
        """
        parts = [np.zeros((n_groups, 0))]
        for term in self.terms:
            code = term.code if rows is None else term.code[rows]
            crossed = cross_table(group, code, values, (n_groups, term.table.shape[0]))
            parts.append(_dense(crossed @ term.table))
        return np.hstack(parts)

    def gram(self, values: np.ndarray) -> np.ndarray:
        """Return X' diag(v) X for values by row, (columns, columns)."""
        blocks = [[np.zeros((0, 0))] * len(self.terms) for _ in self.terms] or [[np.zeros((0, 0))]]
        for i, one in enumerate(self.terms):
            for j, other in enumerate(self.terms[:i]):
                shape = one.table.shape[0], other.table.shape[0]
                crossed = cross_table(one.code, other.code, values, shape)
                blocks[i][j] = _dense(one.table.T @ _dense(crossed @ other.table))
                blocks[j][i] = blocks[i][j].T
            by_level = np.bincount(one.code, values, one.table.shape[0])
            blocks[i][i] = _dense(one.table.T @ (sparse.diags_array(by_level) @ one.table))
        return np.block(blocks)

    def with_constant(self, values: np.ndarray) -> np.ndarray:
        """Return [1 X]' diag(v) [1 X] for values by row, (columns + 1, columns + 1)."""
        totals = self.totals(values)
        return np.block([[values.sum(), totals[None, :]], [totals[:, None], self.gram(values)]])

    def spans(self) -> np.ndarray:
        """Return each column's highest less its lowest value, (columns,)."""
        ends = [(term.table.max(axis=0), term.table.min(axis=0)) for term in self.terms]
        parts = [_dense(high).ravel() - _dense(low).ravel() for high, low in ends]
        return np.concatenate([np.zeros(0), *parts])

    def where(self, values: Mapping[str, object]) -> "Design":
        """Return the design as if variables had one value each in every row."""

        def changed(levels: pd.DataFrame) -> pd.DataFrame:
            mine = {name: values[name] for name in levels if name in values}
            alike = {
                name: pd.array([value], dtype=levels[name].dtype).repeat(len(levels))
                for name, value in mine.items()
            }
            return levels.assign(**alike)

        return self._changed(set(values), changed)

    def shifted(self, variable: str, by: float) -> "Design":
        """Return the design as if a number were higher in every row."""
        return self._changed(
            {variable}, lambda levels: levels.assign(**{variable: levels[variable] + by})
        )

    def _changed(
        self, variables: set[str], change: Callable[[pd.DataFrame], pd.DataFrame]
    ) -> "Design":
        """Return the design with other levels of terms with variables; the rows' codes stay."""

        def changed(term: Term) -> Term:
            if variables.isdisjoint(term.levels):
                return term
            levels = change(term.levels)
            return replace(term, levels=levels, table=_table_on(term, levels))

        return replace(self, terms=tuple(changed(term) for term in self.terms))


def _table_on(term: Term, levels: pd.DataFrame) -> np.ndarray | sparse.csr_array:
    """Return a term's columns on other levels; looked up where all of them occur."""
    known, asked = (pd.MultiIndex.from_frame(each) for each in (term.levels, levels))
    places = known.get_indexer(asked)
    return term.table[places] if (places >= 0).all() else term.coding.table(levels)


def cross_table(
    one: np.ndarray, other: np.ndarray, values: np.ndarray, shape: tuple[int, int]
) -> np.ndarray | sparse.csr_array:
    """Return the sums of values by two codes, in full where that is small and sparse elsewhere."""
    size = shape[0] * shape[1]
    if size <= max(SMALL, 4 * len(one)):
        key = one.astype(np.int64) * shape[1] + other
        return np.bincount(key, values, size).reshape(shape)
    return sparse.coo_array((values, (one, other)), shape=shape).tocsr()


def _dense(matrix: object) -> np.ndarray:
    return matrix.toarray() if sparse.issparse(matrix) else np.asarray(matrix)
