"""Score scales: from the latent test to whole scores, and the scores where test advices begin.

Everything hangs on one curve, that of the CET: monotone (PCHIP) through the published shares of
the 2019 norm population below five boundaries, and below 549.5. It is left-skewed. A later CET
is the curve shifted; other providers' scales have its shape with their own mean and SD, or, where
all their boundaries are published, pass through those.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from scipy.special import ndtri

from advieskloof import reference
from advieskloof.errors import DataError
from advieskloof.sources.synthetic.parameters import Parameters

SCHEMES = {
    "eight": (
        "vmbo_bb",
        "vmbo_bb_kb",
        "vmbo_kb",
        "vmbo_gt",
        "vmbo_gt_havo",
        "havo",
        "havo_vwo",
        "vwo",
    ),
    "six": ("pro_vmbo_bb", "vmbo_bb_kb", "vmbo_kb_gt", "vmbo_gt_havo", "havo_vwo", "vwo"),
}
CURVE_SCORES = ("510.5", "524.5", "532.5", "539.5", "544.5", "549.5")
# Beyond the outer knots the curve goes on straight, this many SDs.
REACH = 8.0
CET = "CET"


@dataclass(frozen=True)
class Scale:
    """A provider's scale in one cohort.

    curve : increasing function from the national latent test (mean 0, SD 1) to score, before
        rounding. lowest, highest : ends of the scale. starts : the lowest whole score of every
        test advice but the first, shape (categories - 1,). categories : names of test advices.
    """

    curve: "scipy.interpolate.PchipInterpolator"
    lowest: float
    highest: float
    starts: np.ndarray
    categories: tuple[str, ...]

    def score(self, latent: np.ndarray) -> np.ndarray:
        """Return whole scores, censored at both ends of the scale."""
        return np.clip(np.floor(self.curve(latent) + 0.5), self.lowest, self.highest)

    def advice(self, score: np.ndarray) -> np.ndarray:
        """Return the test advice of scores as places in `categories`."""
        return np.searchsorted(self.starts, score, side="right")


def scheme(cohort: int) -> tuple[str, ...]:
    """Return the categories of test advice of a cohort, from low to high; () without a test."""
    regimes = reference.read("regimes", {}).set_index("cohort")
    return SCHEMES.get(regimes["test_advice_scheme"][str(cohort)], ())


def scale(parameters: Parameters, provider: str, cohort: int) -> Scale:
    """Return the scale of a provider in a cohort.

    Raises DataError where reference/synthetic_scales.csv has no row for them.
    """
    categories = scheme(cohort)
    row = _row(parameters, provider, cohort)
    ends = float(row["lowest"]), float(row["highest"])
    bounds = boundaries(parameters, cohort)
    if provider == CET:
        curve = _shifted(parameters, cohort)
        return Scale(curve, *ends, np.ceil(bounds), categories)
    latent = latent_boundaries(parameters, cohort)
    # ASSUME the norming error of 2018/19 moved all boundaries alike at every provider but CET.
    latent = latent - parameters["norming_error_2018"] * (cohort == 2018)
    published = _published(provider, cohort)
    if len(published) == len(categories):
        starts = published[1:]
        return Scale(_through(latent, starts - 0.5), *ends, starts, categories)
    curve = _of_shape(parameters, float(row["mean"]), float(row["sd"]))
    return Scale(curve, *ends, np.ceil(curve(latent)), categories)


def boundaries(parameters: Parameters, cohort: int) -> np.ndarray:
    """Return where test advices begin in a cohort, in points of that year's CET (half points)."""
    return parameters.year_group(cohort, "test_boundary", scheme(cohort)[1:])


def latent_boundaries(parameters: Parameters, cohort: int) -> np.ndarray:
    """Return where test advices begin in a cohort, on the national latent test."""
    grid = np.linspace(-REACH, REACH, 4001)
    return np.interp(boundaries(parameters, cohort), _shifted(parameters, cohort)(grid), grid)


def _row(parameters: Parameters, provider: str, cohort: int) -> pd.Series:
    rows = parameters.scales
    held = (rows["first_cohort"] <= cohort) & (cohort <= rows["last_cohort"])
    found = rows[(rows["provider"] == provider) & held]
    if found.empty:
        raise DataError(f"reference/synthetic_scales.csv has no scale of {provider} in {cohort}.")
    return found.iloc[0]


def _published(provider: str, cohort: int) -> np.ndarray:
    """Return the lowest score of every test advice where a verified table has them all."""
    rows = reference.read("score_cutoffs", {})
    rows = rows[(rows["provider"] == provider) & (rows["cohort"] == str(cohort))]
    return np.sort(rows["lowest"].astype(float).to_numpy())


def cet_curve(parameters: Parameters) -> "scipy.interpolate.PchipInterpolator":
    """Return the curve of the CET, from the national latent test to score."""
    shares = parameters.group("cet_share_below", CURVE_SCORES)
    return _through(ndtri(shares), np.array(CURVE_SCORES, dtype=float))


def _shifted(parameters: Parameters, cohort: int) -> "scipy.interpolate.PchipInterpolator":
    curve = cet_curve(parameters)
    shift = parameters.year(cohort, "cet_shift")
    return scipy.interpolate.PchipInterpolator(curve.x - shift, curve(curve.x))


def _of_shape(
    parameters: Parameters, mean: float, sd: float
) -> "scipy.interpolate.PchipInterpolator":
    """Return the CET's curve stretched to a national mean and SD."""
    curve = cet_curve(parameters)
    points = curve(ndtri((np.arange(2000) + 0.5) / 2000))
    return scipy.interpolate.PchipInterpolator(
        curve.x, mean + sd * (curve(curve.x) - points.mean()) / points.std()
    )


def _through(latent: np.ndarray, score: np.ndarray) -> "scipy.interpolate.PchipInterpolator":
    """Return the monotone curve through knots, straight beyond them."""
    ends = np.array([-REACH, REACH])
    slopes = np.diff(score)[[0, -1]] / np.diff(latent)[[0, -1]]
    beyond = score[[0, -1]] + slopes * (ends - latent[[0, -1]])
    return scipy.interpolate.PchipInterpolator(
        np.concatenate([ends[:1], latent, ends[1:]]),
        np.concatenate([beyond[:1], score, beyond[1:]]),
    )
