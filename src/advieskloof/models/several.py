"""Sums over the rows of a design for several values of each row at once.

A multinomial logit needs them for each pair of its outcomes. What costs time is to go through the
rows; with their values beside each other that happens once.
"""

import numpy as np
from scipy import sparse

from advieskloof.models.design import SMALL, Design, Term, cross_table

# Units that are laid out at once.
BLOCK = 2**17


def totals(design: Design, values: np.ndarray) -> np.ndarray:
    """Return [1 X]' V for values V by row, (rows, several): (1 + columns, several)."""
    parts = [term.table.T @ summed(term.code, values, term.table.shape[0]) for term in design.terms]
    return np.concatenate([values.sum(axis=0, keepdims=True), *parts])


def grams(design: Design, values: np.ndarray) -> np.ndarray:
    """Return [1 X]' diag(v) [1 X] for each column v of values by row, (rows, several).

    Shape (several, 1 + columns, 1 + columns).
    """
    alone = totals(design, values).T
    found = np.empty((len(alone), alone.shape[1], alone.shape[1]))
    found[:, 0], found[:, :, 0] = alone, alone
    ends = np.cumsum([1, *(term.table.shape[1] for term in design.terms)])
    for i, one in enumerate(design.terms):
        mine = slice(ends[i], ends[i + 1])
        for j, other in enumerate(design.terms[: i + 1]):
            its = slice(ends[j], ends[j + 1])
            block = _within(one, values) if i == j else _between(one, other, values)
            found[:, mine, its], found[:, its, mine] = block, block.transpose(0, 2, 1)
    return found


def by_group(
    design: Design, group: np.ndarray, n_groups: int, values: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    """Return sums of v [1 X] by group for each column v of values, (groups, several, 1 + columns).

    group, rows : the group and the row of each unit, whole numbers (units,).
    values : (units, several).
    """
    n = values.shape[1]
    constant = summed(group, values, n_groups)
    found = np.zeros((n_groups, n, 1 + len(design.columns)))
    found[:, :, 0] = constant
    start = 1
    for term in design.terms:
        end = start + term.table.shape[1]
        found[:, :, start:end] = _by_group(term, group, n_groups, values, rows)
        start = end
    return found


def _by_group(
    term: Term, group: np.ndarray, n_groups: int, values: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    levels, columns = term.table.shape
    code, table = term.code[rows], _dense(term.table)
    # Groups, with hardly more levels than columns, are counted by level.
    if levels <= 2 * columns and n_groups * levels <= max(SMALL, len(group) * columns):
        crossed = summed(group * levels + code, values, n_groups * levels)
        return crossed.reshape(n_groups, levels, -1).transpose(0, 2, 1) @ table
    found = np.zeros((n_groups, values.shape[1] * columns))
    for start in range(0, len(group), BLOCK):
        mine = slice(start, start + BLOCK)
        laid_out = values[mine, :, None] * table[code[mine], None, :]
        found += summed(group[mine], laid_out.reshape(len(laid_out), -1), n_groups)
    return found.reshape(n_groups, -1, columns)


def summed(code: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Return the sums of values (units, several) by code, whole numbers below `size`."""
    ends = np.arange(len(code) + 1)
    picks = sparse.csr_array((np.ones(len(code)), code, ends), shape=(len(code), size))
    return picks.T @ np.ascontiguousarray(values)


def _within(term: Term, values: np.ndarray) -> np.ndarray:
    """Return a term's own T' diag(v) T, (several, columns, columns)."""
    table = _dense(term.table)
    by_level = summed(term.code, values, len(table)).T
    return table.T @ (by_level[:, :, None] * table)


def _between(one: Term, other: Term, values: np.ndarray) -> np.ndarray:
    """Return T' diag(v) U of two terms, (several, columns of one, columns of the other)."""
    shape = one.table.shape[0], other.table.shape[0]
    left, right = _dense(one.table).T, _dense(other.table)
    if shape[0] * shape[1] > SMALL:
        crossed = (cross_table(one.code, other.code, each, shape) for each in values.T)
        return np.stack([left @ _dense(each @ right) for each in crossed])
    key = one.code.astype(np.int64) * shape[1] + other.code
    crossed = summed(key, values, shape[0] * shape[1]).T.reshape(-1, *shape)
    return left @ crossed @ right


def _dense(matrix: object) -> np.ndarray:
    return matrix.toarray() if sparse.issparse(matrix) else np.asarray(matrix)
