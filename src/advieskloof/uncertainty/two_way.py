"""Clustering in two ways at once, such as primary and secondary schools."""

import numpy as np

from advieskloof.uncertainty.influence import small_sample


def two_way_variance(
    influence: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return V = V(first) + V(second) - V(first x second) and its degrees of freedom.

    Parameters
    ----------
    influence : of units that lie in one cluster each way (pupils, or cells of both clusters),
        float (units,) or (units, rows); summing to zero over units.
    first, second : the clusters, whole numbers from 0, shape (units,).

    Each part is G / (G - 1) * sum_g (sum of influence in g)^2. Where the sum is negative the
    larger of the two one-way parts is taken. Degrees of freedom are the smaller G, less one.
    Source: Cameron, Gelbach and Miller (2011), Robust inference with multiway clustering.
    """
    influence = np.asarray(influence, dtype=float)
    pair = np.unique(np.stack([first, second]), axis=1, return_inverse=True)[1].ravel()
    parts = [_one_way(influence, clusters) for clusters in (first, second, pair)]
    one, other, both = (part for part, _ in parts)
    total = one + other - both
    df = min(n for _, n in parts[:2]) - 1
    return np.where(total > 0, total, np.maximum(one, other)), np.full(np.shape(total), df)


def _one_way(influence: np.ndarray, clusters: np.ndarray) -> tuple[np.ndarray, int]:
    names, place = np.unique(clusters, return_inverse=True)
    sums = np.zeros((len(names), *influence.shape[1:]))
    np.add.at(sums, place, influence)
    return small_sample(np.array(len(names))) * (sums**2).sum(axis=0), len(names)
