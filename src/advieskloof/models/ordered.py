"""Ordered logit on cells, fitted by maximum likelihood and read off as probabilities.

P(Y <= k | x) = L(theta_k - x'b) with L the logistic function and thresholds theta_1 < theta_2 < ...
Positive slopes raise the outcome. The likelihood is in ordered_likelihood.

Source: McCullagh (1980), Regression models for ordinal data. R: `MASS::polr`, `ordinal::clm`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import special

from advieskloof.errors import ModelError
from advieskloof.models import covariance, newton
from advieskloof.models.collapse import Collapsed, collapse, named
from advieskloof.models.design import INTERCEPT, Design
from advieskloof.models.ordered_likelihood import Likelihood, cluster_scores
from advieskloof.models.results import Fit


@dataclass(frozen=True)
class OrderedFit(Fit):
    """A fitted ordered logit: parameters are the thresholds, then the slopes.

    A threshold is named after the outcomes that it parts, such as `4.5|5.0`.
    """

    @property
    def thresholds(self) -> np.ndarray:
        """The thresholds, rising, (outcomes - 1,)."""
        return self.estimate[: len(self.outcomes) - 1]

    @property
    def slopes(self) -> np.ndarray:
        """The slopes, (columns,)."""
        return self.estimate[len(self.outcomes) - 1 :]

    def probabilities(self, design: Design) -> np.ndarray:
        """Return the probability of each outcome in each row of a design, (rows, outcomes)."""
        distance = self.thresholds - design.predictor(self.slopes)[:, None]
        reached = special.expit(distance)
        ends = np.zeros((design.n_rows, 1)), np.ones((design.n_rows, 1))
        return np.diff(np.hstack([ends[0], reached, ends[1]]), axis=1)

    def averaged(
        self, design: Design, weight: np.ndarray, events: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return mean probabilities of events and their derivatives; see `Fit.averaged`.

        P(event) is its mark of the last outcome plus sum_k L(theta_k - x'b) times what the marks
        fall by from outcome k to the next.
        """
        falls = -np.diff(events.astype(float), axis=1)
        share, predictor = weight / weight.sum(), design.predictor(self.slopes)
        value = events[:, -1].astype(float)
        thresholds = np.zeros((len(events), len(self.thresholds)))
        by_row = np.zeros((len(events), design.n_rows))
        for k in np.flatnonzero(falls.any(axis=0)):
            reached = special.expit(self.thresholds[k] - predictor)
            density = share * reached * (1 - reached)
            value += falls[:, k] * (share @ reached)
            thresholds[:, k] = falls[:, k] * density.sum()
            by_row[falls[:, k] != 0] += falls[falls[:, k] != 0, k, None] * density
        slopes = np.stack([-design.totals(each) for each in by_row])
        return value, np.hstack([thresholds, slopes])

    def cluster_scores(self, codes: np.ndarray, n: int) -> np.ndarray:
        """Return each cluster's sum of score residuals, (clusters, parameters)."""
        return cluster_scores(self.estimate, self.data, codes, n)


def fit_ordered(
    formula: str,
    data: pd.DataFrame,
    *,
    weights: str | None = None,
    cluster: str | Sequence[str] | None = None,
) -> OrderedFit:
    """Fit an ordered logit by maximum likelihood.

    Parameters
    ----------
    formula : `outcome ~ terms`; `ns(score, df=4, by=scale)` is a natural spline (models.splines).
    data : a row per pupil, or per cell of alike pupils with their number in `weights`.
    weights : column of weights; the log-likelihood is sum_i w_i log P_i.
    cluster : column of clusters such as schools, or two of them; without it the covariance is
        the model's own.

    Raises ModelError where a column is missing or holds gaps, fewer than two outcomes occur,
    columns are collinear, or the outcome is predicted perfectly.
    """
    held = collapse(formula, data, weights, named(cluster))
    if len(held.outcomes) < 2:
        raise ModelError(
            f"{held.outcome_name} has {len(held.outcomes)} value(s) here, of which a model needs "
            "two or more.", "model_one_outcome",
        )  # fmt: skip
    return fitted(formula, held, OrderedFit)


def fitted(formula: str, held: Collapsed, kind: type[OrderedFit]) -> OrderedFit:
    """Return the fit of collapsed data, as the kind of fit that is asked for."""
    likelihood = Likelihood(held)
    design = held.design
    gram = design.with_constant(held.row_weight)
    newton.check_columns(gram, (INTERCEPT, *design.columns))
    n = likelihood.n_thresholds
    parted = [f"{low}|{high}" for low, high in pairwise(held.outcomes)]
    names = (*parted, *design.columns)
    spans = np.concatenate([np.ones(n), design.spans()])
    estimate, value, iterations = newton.maximum(
        likelihood.start(gram), likelihood.log_likelihood, likelihood.value, names, spans
    )
    found = covariance.covariance(value.information, partial(cluster_scores, estimate, held), held)
    return kind(
        formula, held, names, estimate, value.information, found, value.log_likelihood, iterations
    )
