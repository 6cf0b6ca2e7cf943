"""A bootstrap over schools on the matrix of schools x cells, for what has no linearisation."""

from collections.abc import Callable

import numpy as np
from scipy import sparse


def replicates(
    counts: sparse.sparray,
    statistic: Callable[[np.ndarray], np.ndarray],
    n_replicates: int,
    seed: int,
    block: int = 200,
) -> np.ndarray:
    """Return the statistic in samples of schools drawn with replacement.

    Parameters
    ----------
    counts : what each school adds to each cell sum, schools x cells. All that the statistic
        depends on must be in the cells: what it estimates from them is estimated anew in every
        replicate, and what is computed before is held fixed.
    statistic : from cell sums, shape (replicates, cells), to numbers, (replicates, numbers).
    block : replicates at a time; bounds memory, and doesn't change the result.

    Returns
    -------
    array : (n_replicates, numbers).

    A replicate draws as many schools as there are, each with equal chance: multinomial weights.
    The variance over replicates estimates sum_s e_s^2; multiply it by G / (G - 1) to compare with
    `influence.variance`. Source: Efron (1979); Rao and Wu (1988) for clusters.
    """
    counts = counts.tocsr()
    schools = counts.shape[0]
    generator = np.random.default_rng(seed)
    even = np.full(schools, 1 / schools)
    found = []
    for start in range(0, n_replicates, block):
        size = min(block, n_replicates - start)
        weights = generator.multinomial(schools, even, size=size).astype(float)
        found.append(statistic((counts.T @ weights.T).T))
    return np.concatenate(found)


def jackknife_variance(
    counts: sparse.sparray, statistic: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return the delete-one-school variance of the statistic, (numbers,).

    (G - 1) / G * sum_s (theta_(s) - mean)^2, with theta_(s) the statistic without school s.
    """
    counts = counts.tocsr()
    schools = counts.shape[0]
    left = statistic(np.asarray(counts.sum(axis=0)).ravel() - counts.toarray())
    return (schools - 1) / schools * ((left - left.mean(axis=0)) ** 2).sum(axis=0)
