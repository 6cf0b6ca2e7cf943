"""Multinomial logit on cells: log P(Y = k | x) / P(Y = first | x) = a_k + x'b_k.

Source: Theil (1969), A multinomial extension of the linear logit model. R: `nnet::multinom`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from advieskloof.errors import ModelError
from advieskloof.models import covariance, newton, several
from advieskloof.models.collapse import Collapsed, collapse, named
from advieskloof.models.design import INTERCEPT, Design
from advieskloof.models.results import Fit
from advieskloof.models.zeros import Zeros, zeros


@dataclass(frozen=True)
class Parameters:
    """What the parameters of a fit are: by outcome but the first, a constant and slopes.

    n_others : outcomes but the first.
    zeros : outcomes that have no chance in some groups; None where all may occur.
    kept : of (n_others x (1 + columns)), which are parameters, bool. The others are 0: they only
        tell apart pupils who can't have the outcome.
    """

    n_others: int
    zeros: Zeros | None
    kept: np.ndarray

    def laid_out(self, at: np.ndarray) -> np.ndarray:
        """Return parameters as (n_others, 1 + columns)."""
        found = np.zeros(len(self.kept))
        found[self.kept] = at
        return found.reshape(self.n_others, -1)

    def log_probabilities(self, design: Design, at: np.ndarray) -> np.ndarray:
        """Return log P of each outcome in each row, (rows, outcomes); -inf where there is none."""
        by_outcome = self.laid_out(at)
        found = np.zeros((design.n_rows, self.n_others + 1))
        found[:, 1:] = by_outcome[:, 0] + design.predictor(by_outcome[:, 1:].T)
        if self.zeros is not None:
            found += self.zeros.offset(design)
        found -= found.max(axis=1, keepdims=True)
        found -= np.log(np.exp(found).sum(axis=1, keepdims=True))
        return found


class Likelihood:
    """The log-likelihood of a constant and slopes for each outcome but the first."""

    def __init__(self, data: Collapsed, parameters: Parameters) -> None:
        self.design, self.data, self.parameters = data.design, data, parameters
        shape = data.design.n_rows, len(data.outcomes)
        key = data.row * shape[1] + data.outcome
        self.counts = np.bincount(key, data.weight, shape[0] * shape[1]).reshape(shape)
        self.total = self.counts.sum(axis=1)

    def start(self) -> np.ndarray:
        """Return the maximum without slopes: log odds of the shares."""
        by_outcome = self.counts.sum(axis=0)
        at = np.zeros((self.parameters.n_others, 1 + len(self.design.columns)))
        at[:, 0] = np.log(by_outcome[1:] / by_outcome[0])
        return at.ravel()[self.parameters.kept]

    def log_likelihood(self, at: np.ndarray) -> float:
        """Return the log-likelihood."""
        return self._of(self.parameters.log_probabilities(self.design, at))

    def _of(self, logs: np.ndarray) -> float:
        return float(self.data.weight @ logs[self.data.row, self.data.outcome])

    def value(self, at: np.ndarray) -> newton.Value:
        """Return the log-likelihood with its gradient and information."""
        logs = self.parameters.log_probabilities(self.design, at)
        share = np.exp(logs)
        residual = (self.counts - self.total[:, None] * share)[:, 1:]
        gradient = several.totals(self.design, residual).T.ravel()
        kept = self.parameters.kept
        information = self._information(share)[np.ix_(kept, kept)]
        return newton.Value(self._of(logs), gradient[kept], information)

    def _information(self, share: np.ndarray) -> np.ndarray:
        """Return minus the second derivatives by all that is laid out."""
        n = self.parameters.n_others
        pairs = [(a, b) for a in range(n) for b in range(a + 1)]
        shared = [self.total * share[:, a + 1] * ((a == b) - share[:, b + 1]) for a, b in pairs]
        blocks = several.grams(self.design, np.stack(shared, axis=1))
        size = blocks.shape[1]
        found = np.empty((n, size, n, size))
        for (a, b), block in zip(pairs, blocks, strict=True):
            found[a, :, b] = found[b, :, a] = block
        return found.reshape(n * size, n * size)


@dataclass(frozen=True)
class MultinomialFit(Fit):
    """A fitted multinomial logit: parameters by outcome but the first, a constant and slopes.

    A parameter is named after its outcome and column, such as `under: education[T.wo]`.
    """

    parameters: Parameters = field(kw_only=True)

    def probabilities(self, design: Design) -> np.ndarray:
        """Return the probability of each outcome in each row of a design, (rows, outcomes)."""
        return np.exp(self.parameters.log_probabilities(design, self.estimate))

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
            by_row = (share[:, None] * found * (event - chance[:, None]))[:, 1:]
            jacobian.append(several.totals(design, by_row).T.ravel()[self.parameters.kept])
        return np.array(value), np.stack(jacobian)

    def cluster_scores(self, codes: np.ndarray, n: int) -> np.ndarray:
        """Return each cluster's sum of score residuals, (clusters, parameters)."""
        return _cluster_scores(self.estimate, self.data, self.parameters, codes, n)


def fit_multinomial(
    formula: str,
    data: pd.DataFrame,
    *,
    weights: str | None = None,
    cluster: str | Sequence[str] | None = None,
    zeros_by: str | None = None,
) -> MultinomialFit:
    """Fit a multinomial logit by maximum likelihood; the first outcome is the reference.

    Parameters
    ----------
    formula, data, weights, cluster : as for `ordered.fit_ordered`.
    zeros_by : a variable of the terms in whose groups some outcomes may not occur; an outcome that
        nobody of a group has gets no chance there (models.zeros). Without it such a group predicts
        perfectly, and the fit is refused.

    Raises ModelError as `fit_ordered`, and where no term holds `zeros_by`.
    """
    held = collapse(formula, data, weights, named(cluster))
    if len(held.outcomes) < 2:
        raise ModelError(
            f"{held.outcome_name} has {len(held.outcomes)} value(s) here, of which a model needs "
            "two or more.", "model_one_outcome",
        )  # fmt: skip
    columns = (INTERCEPT, *held.design.columns)
    newton.check_columns(held.design.with_constant(held.row_weight), columns)
    parameters = _parameters(held, zeros_by)
    likelihood = Likelihood(held, parameters)
    names = [f"{outcome}: {name}" for outcome in held.outcomes[1:] for name in columns]
    spans = np.tile(np.concatenate([[1.0], held.design.spans()]), parameters.n_others)
    names = tuple(name for name, kept in zip(names, parameters.kept, strict=True) if kept)
    estimate, value, iterations = newton.maximum(
        likelihood.start(), likelihood.log_likelihood, likelihood.value, names,
        spans[parameters.kept],
    )  # fmt: skip
    found = covariance.covariance(
        value.information,
        lambda codes, n: _cluster_scores(estimate, held, parameters, codes, n),
        held,
    )
    return MultinomialFit(
        formula, held, names, estimate, value.information, found, value.log_likelihood,
        iterations, parameters=parameters,
    )  # fmt: skip


def _parameters(held: Collapsed, zeros_by: str | None) -> Parameters:
    """Return the parameters on which the likelihood depends."""
    n_others = len(held.outcomes) - 1
    every = np.ones(n_others * (1 + len(held.design.columns)), dtype=bool)
    if zeros_by is None:
        return Parameters(n_others, None, every)
    whole = Parameters(n_others, zeros(held, zeros_by), every)
    likelihood = Likelihood(held, whole)
    kept = every.copy()
    kept[newton.following(likelihood.value(likelihood.start()).information)] = False
    return Parameters(n_others, whole.zeros, kept)


def _cluster_scores(
    estimate: np.ndarray, data: Collapsed, parameters: Parameters, cluster: np.ndarray, n: int
) -> np.ndarray:
    """Return each cluster's sum of score residuals at the estimates, (clusters, parameters)."""
    share = np.exp(parameters.log_probabilities(data.design, estimate))
    row, outcome = data.row[data.cell], data.outcome[data.cell]
    reached = outcome[:, None] == np.arange(1, len(data.outcomes))
    residual = data.data_weight[:, None] * (reached - share[row, 1:])
    found = several.by_group(data.design, cluster, n, residual, row)
    laid_out = found.reshape(n, -1)
    return laid_out if parameters.kept.all() else laid_out[:, parameters.kept]
