"""Empirical-Bayes shrinkage of estimates of areas towards their common mean."""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

# With fewer areas there is hardly a spread to estimate.
MINIMUM_AREAS = 3
# Where the restricted likelihood is looked at before its highest place is refined.
GRID = 200


@dataclass(frozen=True)
class Shrunken:
    """Shrunken estimates on the scale of the estimates; arrays of shape (areas,).

    estimate, se : of each area's true value.
    tau2 : variance between the areas' true values.
    mean : their common mean, weighed by 1 / (tau2 + v).
    """

    estimate: np.ndarray
    se: np.ndarray
    tau2: float
    mean: float


def shrunken(estimate: np.ndarray, variance: np.ndarray) -> Shrunken:
    """Return empirical-Bayes estimates of areas.

    Model: y_r ~ N(theta_r, v_r) and theta_r ~ N(mu, tau2), with v_r known and tau2 by REML.

        theta_r = mu + B_r (y_r - mu), B_r = tau2 / (tau2 + v_r)
        se_r^2 = g1 + g2 + 2 g3
        g1 = tau2 v_r / (tau2 + v_r), what is left of v_r
        g2 = (1 - B_r)^2 / sum_j 1 / (tau2 + v_j), since mu is estimated
        g3 = v_r^2 / (tau2 + v_r)^3 * 2 / sum_j (tau2 + v_j)^-2, since tau2 is

    Parameters
    ----------
    estimate, variance : of the areas, in one unit and its square; none missing, variances
        positive, at least MINIMUM_AREAS areas.

    Raises ValueError where these don't hold.
    Source: Fay and Herriot (1979); the se: Prasad and Rao (1990), and for REML, which has no term
    for bias, Datta and Lahiri (2000), A unified measure of uncertainty.
    """
    if len(estimate) < MINIMUM_AREAS or not (np.isfinite(estimate).all() and (variance > 0).all()):
        raise ValueError(
            f"shrinkage needs {MINIMUM_AREAS} areas or more, all with an estimate and an error"
        )
    # ASSUME: errors of areas are independent and their variances known. The areas share national
    # weights and expectations, which makes them a little negatively correlated.
    tau2 = reml(estimate, variance)
    weight = 1 / (tau2 + variance)
    mean = float(weight @ estimate / weight.sum())
    kept = tau2 * weight
    of_tau2 = 2 / (weight**2).sum()
    squared = tau2 * variance * weight + (1 - kept) ** 2 / weight.sum()
    squared += 2 * variance**2 * weight**3 * of_tau2
    return Shrunken(mean + kept * (estimate - mean), np.sqrt(squared), tau2, mean)


def reml(estimate: np.ndarray, variance: np.ndarray) -> float:
    """Return tau2 >= 0 at the highest restricted likelihood.

    With equal variances v it is max(0, S^2 - v), S^2 the variance of the estimates with k - 1.
    Source: Patterson and Thompson (1971); Viechtbauer (2005) for this model.
    """
    spread = float(np.ptp(estimate) ** 2)
    if spread == 0:
        return 0.0
    # Above the squared range the likelihood falls. Likelihoods of few areas may have two tops.
    grid = np.append(0.0, np.geomspace(1e-6, 1.0, GRID)) * spread
    best = int(np.argmax([restricted_likelihood(each, estimate, variance) for each in grid]))
    ends = grid[max(best - 1, 0)], grid[min(best + 1, GRID)]
    slopes = [_slope(end, estimate, variance) for end in ends]
    if slopes[0] <= 0 or slopes[1] >= 0:
        return float(grid[best])
    found = optimize.brentq(_slope, *ends, args=(estimate, variance), xtol=1e-15 * spread)
    return float(found)


def restricted_likelihood(tau2: float, estimate: np.ndarray, variance: np.ndarray) -> float:
    """Return the log of the restricted likelihood of tau2, but for a constant."""
    weight = 1 / (tau2 + variance)
    mean = weight @ estimate / weight.sum()
    squares = weight @ (estimate - mean) ** 2
    return float(np.log(weight).sum() - np.log(weight.sum()) - squares) / 2


def _slope(tau2: float, estimate: np.ndarray, variance: np.ndarray) -> float:
    """Return the derivative of the restricted likelihood."""
    weight = 1 / (tau2 + variance)
    mean = weight @ estimate / weight.sum()
    squared = weight**2
    fit = squared @ (estimate - mean) ** 2
    return float(fit - weight.sum() + squared.sum() / weight.sum()) / 2


def normal_interval(found: Shrunken, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Return estimate -+ z se, on the scale of the estimates."""
    half = stats.norm.ppf((1 + level) / 2) * found.se
    return found.estimate - half, found.estimate + half


def to_logit(share: np.ndarray, se: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return shares within 0-1 and their errors on the logit scale, se / (p (1 - p))."""
    return special.logit(share), se / (share * (1 - share))


def from_logit(value: np.ndarray, se: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return values on the logit scale and their errors as shares, by the delta method."""
    share = special.expit(value)
    return share, se * share * (1 - share)
