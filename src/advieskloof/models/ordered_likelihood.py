"""The likelihood of an ordered logit on cells.

P(Y <= k | x) = L(theta_k - x'b) with L the logistic function and thresholds theta_1 < theta_2 < ...
Positive slopes raise the outcome. With u and l the thresholds above and below an outcome,

    log P(Y = k) = log L(u - x'b) + log L(x'b - l) + log(1 - exp(l - u)),

so the likelihood is that of binary logits, one for each row and threshold next to its outcomes, and
a term in the gaps between thresholds alone. It is concave, so Newton's steps with the analytic
gradient and Hessian go to the one maximum.

Source: McCullagh (1980), Regression models for ordinal data; Pratt (1981), Concavity of the log
likelihood. R: `MASS::polr`, `ordinal::clm`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import linalg, special

from advieskloof.models.collapse import Collapsed
from advieskloof.models.newton import Value

LOGISTIC_SD = np.pi / np.sqrt(3)


@dataclass(frozen=True)
class Pairs:
    """Rows and thresholds next to their outcomes, as the data of binary logits.

    row, threshold : (pairs,).
    below, above : weight of the outcomes just below and just above the threshold, (pairs,).
    by_outcome : weight of each outcome, (outcomes,).
    """

    row: np.ndarray
    threshold: np.ndarray
    below: np.ndarray
    above: np.ndarray
    by_outcome: np.ndarray

    @classmethod
    def of(cls, data: Collapsed) -> "Pairs":
        """Return the pairs of cells: an outcome k lies below threshold k and above k - 1."""
        n = len(data.outcomes) - 1
        key = data.row * n + data.outcome
        under, over = data.outcome < n, data.outcome > 0
        place, found = pd.factorize(np.concatenate([key[under], key[over] - 1]))
        first = np.zeros(len(place), dtype=bool)
        first[: under.sum()] = True
        weight = np.concatenate([data.weight[under], data.weight[over]])
        return cls(
            found // n,
            found % n,
            np.bincount(place, weight * first, len(found)),
            np.bincount(place, weight * ~first, len(found)),
            np.bincount(data.outcome, data.weight, n + 1),
        )


class Likelihood:
    """The log-likelihood of thresholds and slopes, (thresholds, columns) in one array."""

    def __init__(self, data: Collapsed) -> None:
        self.design, self.pairs = data.design, Pairs.of(data)
        self.n_thresholds = len(data.outcomes) - 1
        self.total = self.pairs.below + self.pairs.above
        self.place_by_row = np.bincount(data.row, data.weight * data.outcome, self.design.n_rows)

    def start(self, gram: np.ndarray) -> np.ndarray:
        """Return parameters near the maximum, by least squares of the outcomes' places.

        The slopes are scaled to a residual with the variance of the logistic distribution, and the
        thresholds to the shares of the outcomes.

        gram : [1 X]'W[1 X] (`Design.with_constant`).
        """
        place = np.arange(self.n_thresholds + 1.0)
        weight = self.pairs.by_outcome
        total, mean = weight.sum(), weight @ place / weight.sum()
        with_y = np.concatenate([[weight @ place], self.design.totals(self.place_by_row)])
        slopes = linalg.solve(gram, with_y, assume_a="pos")
        spread = weight @ (place - mean) ** 2 / total
        left = max(spread - (slopes @ with_y / total - mean**2), 0.05 * spread)
        scale = LOGISTIC_SD / np.sqrt(left)
        middle = scale * (mean - slopes[0])
        reached = special.logit(np.cumsum(weight)[:-1] / total)
        return np.concatenate([middle + reached * np.sqrt(spread / left), scale * slopes[1:]])

    def log_likelihood(self, at: np.ndarray) -> float:
        """Return the log-likelihood, -inf where thresholds aren't in order."""
        gaps = np.diff(at[: self.n_thresholds])
        return -np.inf if (gaps <= 0).any() else self._at_distance(self._distance(at), gaps)

    def _at_distance(self, x: np.ndarray, gaps: np.ndarray) -> float:
        binary = self.pairs.below @ x - self.total @ np.logaddexp(0.0, x)
        return float(binary + self.pairs.by_outcome[1:-1] @ np.log(-np.expm1(-gaps)))

    def _distance(self, at: np.ndarray) -> np.ndarray:
        """Return theta - x'b of each pair."""
        predictor = self.design.predictor(at[self.n_thresholds :])
        return at[self.pairs.threshold] - predictor[self.pairs.row]

    def value(self, at: np.ndarray) -> Value:
        """Return the log-likelihood with its gradient and information."""
        pairs, n, distance = self.pairs, self.n_thresholds, self._distance(at)
        below = special.expit(distance)
        residual = pairs.below - self.total * below
        spread = self.total * below * (1 - below)
        slopes = self.design.totals(-np.bincount(pairs.row, residual, self.design.n_rows))
        thresholds = np.bincount(pairs.threshold, residual, n)
        of_gaps, curved = self._gaps(at[:n])
        information = np.empty((len(at), len(at)))
        information[:n, :n] = np.diag(np.bincount(pairs.threshold, spread, n)) + curved
        crossed = self.design.by_group(pairs.threshold, n, spread, pairs.row)
        information[:n, n:], information[n:, :n] = -crossed, -crossed.T
        by_row = np.bincount(pairs.row, spread, self.design.n_rows)
        information[n:, n:] = self.design.gram(by_row)
        gradient = np.concatenate([thresholds + of_gaps, slopes])
        reached = self._at_distance(distance, np.diff(at[:n]))
        return Value(reached, gradient, information)

    def _gaps(self, thresholds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return gradient and information of sum_k n_k log(1 - exp(-gap_k)) by threshold."""
        n, weight = self.n_thresholds, self.pairs.by_outcome[1:-1]
        rate = 1 / np.expm1(np.diff(thresholds))
        contrast = np.diff(np.eye(n), axis=0)
        curve = weight * rate * (1 + rate)
        return contrast.T @ (weight * rate), contrast.T @ (curve[:, None] * contrast)


def cluster_scores(
    estimate: np.ndarray, data: Collapsed, cluster: np.ndarray, n: int
) -> np.ndarray:
    """Return each cluster's sum of score residuals at the estimates, (clusters, parameters)."""
    by_predictor, by_threshold = _scores(estimate, data)
    weight, cell = data.data_weight, data.cell
    rows, size = data.row[cell], len(data.outcomes) + 1
    slopes = data.design.by_group(cluster, n, weight * by_predictor[cell], rows)
    thresholds = np.zeros((n, size))
    for side in (0, 1):
        # Shifted by one: what lies below the first and above the last threshold is zero.
        key = cluster * size + data.outcome[cell] + side
        values = weight * by_threshold[cell, side]
        thresholds += np.bincount(key, values, n * size).reshape(n, size)
    return np.hstack([thresholds[:, 1:-1], slopes])


def _scores(estimate: np.ndarray, data: Collapsed) -> tuple[np.ndarray, np.ndarray]:
    """Return of each cell the derivative by its row's predictor, and those by thresholds.

    Shapes (cells,) and (cells, 2): by the threshold below the outcome and the one above, 0 where
    there is none; per unit of weight.
    """
    n = len(data.outcomes) - 1
    predictor = data.design.predictor(estimate[n:])[data.row]
    padded = np.concatenate([[-np.inf], estimate[:n], [np.inf]])
    low = special.expit(padded[data.outcome] - predictor)
    high = special.expit(padded[data.outcome + 1] - predictor)
    rate = np.concatenate([[0.0], 1 / np.expm1(np.diff(estimate[:n])), [0.0]])[data.outcome]
    by_threshold = np.stack([-low - rate, 1 - high + rate], axis=1)
    return low + high - 1, by_threshold
