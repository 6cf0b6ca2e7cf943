"""Strata of equal score: provider x band of 20, within a cohort."""

import numpy as np
import pandas as pd

from advieskloof.indicators.coded import MISSING, Cohort

# ASSUME: within a band of 20 pupils are at equal score; what is left of the score's differences
# inside a band stays in the standardised numbers.
BANDS = 20
# With fewer pupils a score point on average, an expectation is taken by band.
PUPILS_PER_POINT = 100


def score_bands(score: np.ndarray, provider: np.ndarray, n_bands: int = BANDS) -> np.ndarray:
    """Return each pupil's band of the score within the provider, 1 to n_bands, 0 without score.

    F(s) = (pupils below s + half of those at s) / pupils, over all pupils of the provider with a
    score; band = floor(n_bands F) + 1. Equal scores share a band, and no advice is looked at.

    Parameters
    ----------
    score : of one cohort, float (pupils,), NaN where there is none.
    provider : whole numbers (pupils,), negative where there is none: then there is no band.
    """
    band = np.zeros(len(score), dtype=np.int16)
    scored = has_score(score, provider)
    for each in np.unique(provider[scored]):
        mine = scored & (provider == each)
        point, _ = pd.factorize(score[mine], sort=True)
        at = np.bincount(point)
        below = np.cumsum(at) - at
        # In whole numbers, so that a score on a boundary falls on the same side everywhere.
        band[mine] = (n_bands * (2 * below + at) // (2 * at.sum()) + 1)[point]
    return band


def has_score(score: np.ndarray, provider: np.ndarray) -> np.ndarray:
    """Mark pupils with a score on a known provider's scale, bool (pupils,)."""
    return ~np.isnan(score) & (provider != MISSING)


def strata(cohort: Cohort) -> np.ndarray:
    """Return each pupil's stratum, provider * BANDS + band - 1, MISSING without a score."""
    band = score_bands(cohort.score, cohort.provider).astype(np.int32)
    return np.where(band > 0, cohort.provider * BANDS + band - 1, MISSING)


def points(cohort: Cohort, stratum: np.ndarray, placed: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return each pupil's cell of the expectation, from 0, MISSING outside, and whether by band.

    A cell is an exact score of a provider; for a provider with fewer than PUPILS_PER_POINT placed
    pupils a score on average it is a stratum.

    Parameters
    ----------
    stratum : of `strata`.
    placed : pupils whose level enters the expectation, bool (pupils,).
    """
    cell = np.full(len(stratum), MISSING, dtype=np.int64)
    held = placed & (stratum != MISSING)
    by_band, start = False, 0
    for provider in np.unique(cohort.provider[held]):
        mine = held & (cohort.provider == provider)
        point, found = pd.factorize(cohort.score[mine], sort=True)
        if len(point) < PUPILS_PER_POINT * len(found):
            by_band = True
            point, found = pd.factorize(stratum[mine], sort=True)
        cell[mine] = start + point
        start += len(found)
    return cell, by_band
