"""The covariance of a fit's estimates: of the model, or clustered in schools one or two ways.

    model      I^-1, I the observed information
    clustered  I^-1 (sum_s S_s S_s') I^-1 G / (G - 1), S_s the sum of cluster s's score residuals
    two ways   that of the first + of the second - of their crossing, each with its own G

R: `sandwich::vcovCL(type = "HC0", cadjust = TRUE)`. Register data are a census: clusters are
treated as draws from a superpopulation. A weight other than 1 weighs the score residuals.

Source: Huber (1967); Liang and Zeger (1986), Longitudinal data analysis using generalized linear
models; Cameron, Gelbach and Miller (2011), Robust inference with multiway clustering.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from advieskloof.models.collapse import Collapsed
from advieskloof.models.several import summed
from advieskloof.uncertainty.influence import small_sample

# ASSUME: clusters are independent draws from a superpopulation; within one, pupils may depend on
# each other in any way.

# Degrees with which t is the normal distribution.
NORMAL = 1e9


@dataclass(frozen=True)
class Covariance:
    """Covariances of estimates.

    kind : 'model', 'clustered' or 'two_way'.
    parts : matrices (parameters, parameters) that are added; of two ways the third is subtracted.
    df : degrees of freedom of intervals: smallest number of clusters less one.
    n_clusters : clusters each way, none for 'model'.
    """

    kind: str
    parts: tuple[np.ndarray, ...]
    df: float
    n_clusters: tuple[int, ...] = ()

    @property
    def matrix(self) -> np.ndarray:
        """The covariance of all estimates; NaN where there is one cluster."""
        first, *rest = self.parts
        return first if not rest else first + rest[0] - rest[1]

    def variance(self, jacobian: np.ndarray) -> np.ndarray:
        """Return the variance of numbers with these derivatives, (numbers, parameters).

        Where two ways add up to no more than zero, the larger of the two is taken.
        """
        parts = [np.einsum("np,pq,nq->n", jacobian, part, jacobian) for part in self.parts]
        if len(parts) == 1:
            return parts[0]
        one, other, both = parts
        total = one + other - both
        return np.where(total > 0, total, np.maximum(one, other))


def covariance(
    information: np.ndarray,
    cluster_scores: Callable[[np.ndarray, int], np.ndarray],
    data: Collapsed,
) -> Covariance:
    """Return the covariance of a fit, clustered as its data say.

    cluster_scores : from codes of clusters and their number to their sums of score residuals,
        (clusters, parameters).
    """
    inverse = inverted(information)
    ways = [(codes, n) for _, codes, n in data.clusters]
    if not ways:
        return Covariance("model", (inverse,), NORMAL)
    n_clusters = tuple(n for _, n in ways)
    scores = _two_ways(cluster_scores, ways) if len(ways) == 2 else [cluster_scores(*ways[0])]
    parts = tuple(_one_way(inverse, each) for each in scores)
    kind = "clustered" if len(parts) == 1 else "two_way"
    return Covariance(kind, parts, float(min(n_clusters) - 1), n_clusters)


def _two_ways(
    cluster_scores: Callable[[np.ndarray, int], np.ndarray], ways: Sequence[tuple[np.ndarray, int]]
) -> Iterator[np.ndarray]:
    """Give the sums of score residuals of clusters in one way, in the other, and crossed."""
    (one, n_one), (other, n_other) = ways
    found, codes = np.unique(one.astype(np.int64) * n_other + other, return_inverse=True)
    both = cluster_scores(codes, len(found))
    # A crossing lies in one cluster of either way, so that pupils are summed once.
    yield summed(found // n_other, both, n_one)
    yield summed(found % n_other, both, n_other)
    yield both


def inverted(information: np.ndarray) -> np.ndarray:
    """Return the inverse of an information matrix."""
    return linalg.cho_solve(linalg.cho_factor(information), np.eye(len(information)))


def _one_way(inverse: np.ndarray, scores: np.ndarray) -> np.ndarray:
    return small_sample(np.array(len(scores))) * (inverse @ (scores.T @ scores) @ inverse)
