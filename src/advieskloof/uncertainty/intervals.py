"""95 % intervals with t(G - 1), on the logit scale for shares and the log scale for ratios."""

from functools import lru_cache

import numpy as np
from scipy import special

LEVEL = 0.95


def critical(df: np.ndarray, level: float = LEVEL) -> np.ndarray:
    """Return the two-sided critical value of t with `df` degrees; NaN where df < 1.

    df : whole numbers, as float where some are missing.
    """
    df = np.asarray(df, dtype=float)
    known = df >= 1
    whole = np.where(known, df, 1).astype(np.int64)
    largest = int(whole.max(initial=1))
    # Rows share few values of df, and quantiles of t are slow; so is the import of scipy.stats.
    table = _table(level, 2 ** largest.bit_length()) if largest <= 1e6 else None
    found = special.stdtrit(whole, (1 + level) / 2) if table is None else table[whole]
    return np.where(known, found, np.nan)


@lru_cache(maxsize=8)
def _table(level: float, size: int) -> np.ndarray:
    """Return the critical values for 0 to `size` degrees, the first of which is NaN."""
    return np.append(np.nan, special.stdtrit(np.arange(1, size + 1), (1 + level) / 2))


def plain(
    estimate: np.ndarray, se: np.ndarray, df: np.ndarray, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """Return estimate -+ t(df) se; NaN where the error is missing or zero."""
    half = critical(df, level) * np.where(se > 0, se, np.nan)
    return estimate - half, estimate + half


def of_shares(
    share: np.ndarray, se: np.ndarray, df: np.ndarray, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of shares, made on the logit scale so that it stays within 0-1.

    logit(p) -+ t(df) se / (p (1 - p)), transformed back; a share of 0 or 1 has none, nor has one
    whose error is missing or zero.
    """
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    scale = np.where(inside & (se > 0), safe * (1 - safe), np.nan)
    half = critical(df, level) * se / scale
    middle = special.logit(safe)
    return special.expit(middle - half), special.expit(middle + half)


def of_ratios(
    value: np.ndarray, se: np.ndarray, df: np.ndarray, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of positive ratios, made on the log scale: value * exp(-+ t se / value).

    `se` is the delta method's, on the ratio's own scale. None for a ratio of 0.
    """
    scale = np.where((value > 0) & (se > 0), value, np.nan)
    factor = np.exp(critical(df, level) * se / scale)
    return value / factor, value * factor


def design_effect(variance: np.ndarray, spread: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return the variance against that of as many pupils drawn one by one.

    spread : mean squared deviation of pupils from their mean, p (1 - p) for a share.

    deff = V / (spread / (n - 1)), so it is exactly 1 where every pupil has a school of their own.
    NaN where nobody differs.
    """
    alone = np.divide(spread, n - 1.0, out=np.zeros(np.shape(spread)), where=np.asarray(n) > 1)
    known = alone > 0
    return np.divide(variance, alone, out=np.full(np.shape(spread), np.nan), where=known)
