"""Multinomial logit on cells: log P(Y = k | x) / P(Y = first | x) = a_k + x'b_k.

Source: Theil (1969), A multinomial extension of the linear logit model. R: `nnet::multinom`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy import special

from advieskloof.errors import ModelError
from advieskloof.models import covariance, newton
from advieskloof.models.collapse import Collapsed, collapse, named
from advieskloof.models.design import INTERCEPT, Design
from advieskloof.models.results import Fit


class Likelihood:
    """The log-likelihood of a constant and slopes for each outcome but the first."""

    def __init__(self, data: Collapsed) -> None:
        self.design, self.data = data.design, data
        self.n_others = len(data.outcomes) - 1
        shape = data.design.n_rows, len(data.outcomes)
        key = data.row * shape[1] + data.outcome
        self.counts = np.bincount(key, data.weight, shape[0] * shape[1]).reshape(shape)
        self.total = self.counts.sum(axis=1)

    def start(self) -> np.ndarray:
        """Return the maximum without slopes: log odds of the shares."""
        by_outcome = self.counts.sum(axis=0)
        at = np.zeros((self.n_others, 1 + len(self.design.columns)))
        at[:, 0] = np.log(by_outcome[1:] / by_outcome[0])
        return at.ravel()

    def log_likelihood(self, at: np.ndarray) -> float:
        """Return the log-likelihood."""
        return float((self.counts * log_probabilities(self.design, at)).sum())

    def value(self, at: np.ndarray) -> newton.Value:
        """Return the log-likelihood with its gradient and information."""
        logs = log_probabilities(self.design, at)
        share = np.exp(logs)
        residual = self.counts - self.total[:, None] * share
        gradient = np.concatenate([_with_sum(self.design, each) for each in residual.T[1:]])
        n, size = self.n_others, 1 + len(self.design.columns)
        information = np.empty((n, size, n, size))
        for a in range(n):
            for b in range(a + 1):
                shared = self.total * share[:, a + 1] * ((a == b) - share[:, b + 1])
                block = self.design.with_constant(shared)
                information[a, :, b] = information[b, :, a] = block
        return newton.Value(
            float((self.counts * logs).sum()), gradient, information.reshape(n * size, n * size)
        )


def _with_sum(design: Design, values: np.ndarray) -> np.ndarray:
    return np.concatenate([[values.sum()], design.totals(values)])


def log_probabilities(design: Design, at: np.ndarray) -> np.ndarray:
    """Return log P of each outcome in each row, (rows, outcomes)."""
    by_outcome = at.reshape(-1, 1 + len(design.columns))
    found = np.zeros((design.n_rows, len(by_outcome) + 1))
    found[:, 1:] = by_outcome[:, 0] + design.predictor(by_outcome[:, 1:].T)
    return found - special.logsumexp(found, axis=1, keepdims=True)


@dataclass(frozen=True)
class MultinomialFit(Fit):
    """A fitted multinomial logit: parameters by outcome but the first, a constant and slopes.

    A parameter is named after its outcome and column, such as `under: education[T.wo]`.
    """

    def probabilities(self, design: Design) -> np.ndarray:
        """Return the probability of each outcome in each row of a design, (rows, outcomes)."""
        return np.exp(log_probabilities(design, self.estimate))

    def averaged(
        self, design: Design, weight: np.ndarray, events: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return mean probabilities of events and their derivatives; see `Fit.averaged`."""
        found, share = self.probabilities(design), weight / weight.sum()
        value, jacobian = [], []
        for event in events:
            chance = found[:, event].sum(axis=1)
            value.append(share @ chance)
            # dP(event) / d predictor of k = P_k (1 if k is in the event, less P(event)).
            by_row = (share[:, None] * found * (event - chance[:, None])).T[1:]
            jacobian.append(np.concatenate([_with_sum(design, each) for each in by_row]))
        return np.array(value), np.stack(jacobian)

    def cluster_scores(self, codes: np.ndarray, n: int) -> np.ndarray:
        """Return each cluster's sum of score residuals, (clusters, parameters)."""
        return cluster_scores(self.estimate, self.data, codes, n)


def fit_multinomial(
    formula: str,
    data: pd.DataFrame,
    *,
    weights: str | None = None,
    cluster: str | Sequence[str] | None = None,
) -> MultinomialFit:
    """Fit a multinomial logit by maximum likelihood; the first outcome is the reference.

    Parameters
    ----------
    formula, data, weights, cluster : as for `ordered.fit_ordered`.

    Raises ModelError as `fit_ordered`.
    """
    held = collapse(formula, data, weights, named(cluster))
    if len(held.outcomes) < 2:
        raise ModelError(
            f"{held.outcome_name} has {len(held.outcomes)} value(s) here, of which a model needs "
            "two or more.", "model_one_outcome",
        )  # fmt: skip
    columns = (INTERCEPT, *held.design.columns)
    newton.check_columns(held.design.with_constant(held.row_weight), columns)
    likelihood = Likelihood(held)
    names = tuple(f"{outcome}: {name}" for outcome in held.outcomes[1:] for name in columns)
    spans = np.tile(np.concatenate([[1.0], held.design.spans()]), likelihood.n_others)
    estimate, value, iterations = newton.maximum(
        likelihood.start(), likelihood.log_likelihood, likelihood.value, names, spans
    )
    found = covariance.covariance(value.information, partial(cluster_scores, estimate, held), held)
    return MultinomialFit(
        formula, held, names, estimate, value.information, found, value.log_likelihood, iterations
    )


def cluster_scores(
    estimate: np.ndarray, data: Collapsed, cluster: np.ndarray, n: int
) -> np.ndarray:
    """Return each cluster's sum of score residuals at the estimates, (clusters, parameters)."""
    share = np.exp(log_probabilities(data.design, estimate))
    row, outcome = data.row[data.cell], data.outcome[data.cell]
    parts = []
    for k in range(1, len(data.outcomes)):
        residual = data.data_weight * ((outcome == k) - share[row, k])
        constant = np.bincount(cluster, residual, n)
        parts += [constant[:, None], data.design.by_group(cluster, n, residual, row)]
    return np.hstack(parts)
