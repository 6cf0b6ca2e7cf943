"""Empirical-Bayes areas from their formulas, one area at a time and without the package."""

import math

LOW, HIGH = 0.0, 1e6


def shrunken(values, errors):
    """(estimates, ses, tau2, mean) with tau2 by REML, for a likelihood with one top."""
    variances = [error**2 for error in errors]
    tau2 = _top(values, variances)
    weights = [1 / (tau2 + v) for v in variances]
    mean = sum(w * y for w, y in zip(weights, values, strict=True)) / sum(weights)
    estimates, ses = [], []
    for y, v in zip(values, variances, strict=True):
        kept = tau2 / (tau2 + v)
        estimates.append(mean + kept * (y - mean))
        g1 = tau2 * v / (tau2 + v)
        g2 = (1 - kept) ** 2 / sum(weights)
        g3 = v**2 / (tau2 + v) ** 3 * 2 / sum(w**2 for w in weights)
        ses.append(math.sqrt(g1 + g2 + 2 * g3))
    return estimates, ses, tau2, mean


def _slope(tau2, values, variances):
    w = [1 / (tau2 + v) for v in variances]
    mean = sum(a * y for a, y in zip(w, values, strict=True)) / sum(w)
    fit = sum(a * a * (y - mean) ** 2 for a, y in zip(w, values, strict=True))
    return fit - sum(w) + sum(a * a for a in w) / sum(w)


def _top(values, variances):
    """Fisher scoring's root by halving; 0 where the slope is down from the start."""
    if _slope(0.0, values, variances) <= 0:
        return 0.0
    low, high = LOW, HIGH
    for _ in range(300):
        middle = (low + high) / 2
        if _slope(middle, values, variances) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def wald(values, errors):
    """F of the test that independent values are equal, by their weighed squares.

    With independent errors Wald's quadratic form is sum w (y - mean)^2, w = 1 / se^2.
    """
    w = [1 / error**2 for error in errors]
    mean = sum(a * y for a, y in zip(w, values, strict=True)) / sum(w)
    squares = sum(a * (y - mean) ** 2 for a, y in zip(w, values, strict=True))
    return squares / (len(values) - 1)
