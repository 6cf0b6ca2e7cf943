"""Columns of shrunken regions, and of the test whether regions differ."""

from dataclasses import dataclass

import numpy as np

from advieskloof.indicators.estimating import Estimated
from advieskloof.indicators.rows import Rows
from advieskloof.schemas import NUMBERS, STATUSES
from advieskloof.uncertainty import shrinkage
from advieskloof.uncertainty.heterogeneity import Heterogeneity, heterogeneity

TOO_FEW = "fewer_than_3_regions"
NO_ERROR = "no_error_to_shrink_by"


@dataclass(frozen=True)
class Regions:
    """Shrunken regions in the measure's own unit, with what they were shrunken by.

    spread : tau, the standard deviation of the regions' true values; for shares at their mean.
    """

    estimate: np.ndarray
    se: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    spread: float


def regions(estimate: np.ndarray, se: np.ndarray, share: bool) -> Regions | None:
    """Return shrunken regions, shares on the logit scale; None where there are too few.

    estimate, se : of regions with a number and an error, (regions,).
    """
    if len(estimate) < shrinkage.MINIMUM_AREAS:
        return None
    if not share:
        found = shrinkage.shrunken(estimate, se**2)
        ends = shrinkage.normal_interval(found)
        return Regions(found.estimate, found.se, *ends, float(np.sqrt(found.tau2)))
    value, error = shrinkage.to_logit(estimate, se)
    found = shrinkage.shrunken(value, error**2)
    middle, mine = shrinkage.from_logit(found.estimate, found.se)
    none = np.zeros(len(value))
    ends = (shrinkage.from_logit(end, none)[0] for end in shrinkage.normal_interval(found))
    spread = shrinkage.from_logit(found.mean, np.sqrt(found.tau2))[1]
    return Regions(middle, mine, *ends, float(spread))


def columns(
    rows: Rows, found: Regions | None, usable: np.ndarray, raw: dict[str, object]
) -> dict[str, np.ndarray]:
    """Return the columns in which a shrunken row differs from the raw one.

    usable : regions that are shrunken. Others without a raw number keep its status and reason;
        those with a number and no error, or all where regions are too few, are not supported.
    """
    places = np.flatnonzero(usable) if found is not None else np.array([], dtype=int)
    told = dict.fromkeys(("df", "deff"), np.full(len(usable), np.nan))
    for name in ("estimate", "se", "lower", "upper"):
        told[name] = np.full(len(usable), np.nan)
        if found is not None:
            told[name][places] = getattr(found, name)
    status, reason = raw["status"].copy(), raw["reason"].copy()
    lost = np.isnan(told["estimate"]) & (status == STATUSES.index("ok"))
    status[lost] = STATUSES.index("not_supported")
    few, none = rows.places("reason", [TOO_FEW, NO_ERROR])
    reason[lost] = few if found is None else none
    return {**told, "status": status, "reason": reason}


def differences(found: Estimated, picked: np.ndarray, n_schools: int) -> Heterogeneity:
    """Return Wald's test that the picked rows are equal, with their schools' covariances."""
    numbers, influence = found.numbers, found.influence.full(picked)
    return heterogeneity(numbers.estimate[picked], influence, numbers.n_schools[picked], n_schools)


def columns_of_test(
    rows: Rows, told: Heterogeneity, tau: float, n: float, n_schools: int
) -> dict[str, object]:
    """Return the columns of three rows: F, its p, and tau; df is F's second."""
    nothing = dict.fromkeys(NUMBERS, np.full(3, np.nan))
    df = float(told.df_schools) if told.df_schools > 0 else np.nan
    few = np.isnan(told.p)
    return {
        **nothing,
        "estimate": np.array([np.nan if few else told.f, told.p, tau]),
        "df": np.array([df, df, np.nan]),
        "n": np.full(3, n),
        "n_schools": np.full(3, float(n_schools)),
        "status": np.full(3, STATUSES.index("ok"), dtype=np.int32),
        "reason": np.full(3, rows.places("reason", [""])[0], dtype=np.int32),
        "note": "",
    }
