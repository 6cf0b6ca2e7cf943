"""Fitting: the numbers of the synthetic cohort that are set by published figures.

Two parts. `normed` sets one number after the other from a figure of its own: the mean and SD of
the latent test, the advice thresholds (quantiles of the latent advice at the year's published
shares), the CET's shifts (published means) and the constant of adjustment (adjusted of all,
2015/16). `fit` searches, around that, the five structural numbers of FREE that bring rates by
parental education, and eligible of 2015/16, closest to the published ones. The rates (kansenkaart,
CC BY-NC-SA) may not be shipped, so `fit` reads them from a folder; `normed` needs no file.

    python -m advieskloof.sources.synthetic.fitting FOLDER

writes the fitted values into reference/synthetic_parameters.csv and synthetic_years.csv.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import brentq, least_squares

from advieskloof import io, reference
from advieskloof.sources.synthetic import scales, simulation
from advieskloof.sources.synthetic.advice import latent_advice
from advieskloof.sources.synthetic.codes import ALL_CODES, TEST_CODES
from advieskloof.sources.synthetic.families import EDUCATION
from advieskloof.sources.synthetic.parameters import COHORTS, Parameters, load
from advieskloof.sources.synthetic.providers import PROVIDERS
from advieskloof.sources.synthetic.reconsideration import chance_of_adjustment, eligible
from advieskloof.sources.synthetic.streams import stream
from advieskloof.sources.synthetic.testing import CATEGORIES
from advieskloof.sources.synthetic.world import schools

SEED, SIZE = 20_150_401, 1.0
FREE = (
    "ability_education.hbo",
    "ability_education.wo",
    "advice_education.hbo",
    "advice_education.wo",
    "teacher_error_sd",
)
# Cohorts of the rates; the norm population is that of 2018/19.
RATED = (2014, 2015, 2016, 2017)
NORM = 2018
# CBS: shares of test takers eligible, and of all pupils adjusted, 2015/16.
RECONSIDERED, ELIGIBLE, ADJUSTED = 2015, 0.35, 0.067
EIGHT_GROUPS = ("vmbo_b_k", "vmbo_k", "vmbo_k_gt", "vmbo_gt", "vmbo_gt_havo", "havo", "havo_vwo")
CET_MEANS = {
    2014: 535.3,
    2015: 534.9,
    2016: 535.6,
    2017: 535.6,
    2018: 536.1,
    2020: 535.0,
    2021: 535.2,
    2022: 535.3,
}


def normed(parameters: Parameters, cohorts: tuple[int, ...] = COHORTS) -> Parameters:
    """Return the parameters with the latent test normed, thresholds and CET shifts set anew.

    Uses the published shares and means of the reference tables for one made country (SEED).
    """
    table = schools(parameters, SIZE, SEED)
    parameters = _with_thresholds(table, parameters, NORM)
    parameters = parameters.replaced(_norms(table, parameters))
    for cohort in cohorts:
        parameters = _with_thresholds(table, parameters, cohort)
        if cohort in CET_MEANS:
            parameters = parameters.replaced(years=_cet_shift(table, parameters, cohort))
    return parameters.replaced(_adjust_constant(table, parameters))


def _regular(table: pd.DataFrame, pupils: pd.DataFrame) -> np.ndarray:
    return (table["school_type"] == "bo").to_numpy()[pupils["school"]]


def _norms(table: pd.DataFrame, parameters: Parameters) -> dict[str, float]:
    """Return mean and SD of ability plus error among regular test takers of the norm population."""
    plain = parameters.replaced({"test_mean": 0.0, "test_sd": 1.0})
    pupils = simulation.simulated(table, plain, NORM, SIZE, SEED)
    taken = _regular(table, pupils) & (pupils["test_status"] == 0).to_numpy()
    latent = pupils.loc[taken, "latent_test"]
    return {"test_mean": float(latent.mean()), "test_sd": float(latent.std())}


def _with_thresholds(table: pd.DataFrame, parameters: Parameters, cohort: int) -> Parameters:
    """Set the thresholds at which regular pupils have the year's shares of first advices."""
    pupils = simulation.enrolled(table, parameters, cohort, SIZE, SEED)
    made = stream(SEED, "advice", cohort)
    latent = latent_advice(table, pupils, parameters, cohort, made)[_regular(table, pupils)]
    cuts = np.quantile(latent, np.cumsum(category_shares(parameters, cohort))[:-1])
    names = [f"advice_threshold.{name}" for name in CATEGORIES[1:]]
    return parameters.replaced(
        years={(cohort, name): float(cut) for name, cut in zip(names, cuts, strict=True)}
    )


def category_shares(parameters: Parameters, cohort: int) -> np.ndarray:
    """Return the shares (adding up to 1) of CATEGORIES among first advices in a cohort.

    CBS's lowest class is split into vso, pro and vmbo-bb; pro/vmbo-bb has no class there, so the
    nine classes share what it leaves.
    """
    groups = ("vso_pro_vmbo_b", *EIGHT_GROUPS, "vwo")
    share = parameters.year_group(cohort, "first_advice_share", groups)
    vso, pro, both = (
        parameters.year(cohort, f"{name}_share") for name in ("vso", "pro", "pro_vmbo_bb")
    )
    share = share / share.sum() * (100 - both)
    low = [vso, pro, both, share[0] - vso - pro]
    return np.array([*low, *share[1:]]) / 100


def _cet_shift(
    table: pd.DataFrame, parameters: Parameters, cohort: int
) -> dict[tuple[int, str], float]:
    """Return the shift at which the CET's takers have the published mean score."""
    pupils = simulation.simulated(table, parameters, cohort, SIZE, SEED)
    taken = (pupils["provider"] == PROVIDERS.index("CET")).to_numpy()
    latent = pupils.loc[taken, "latent_test"].to_numpy()

    def excess(shift: float) -> float:
        moved = parameters.replaced(years={(cohort, "cet_shift"): shift})
        score = scales.scale(moved, "CET", cohort).score(latent)
        return float(score.mean()) - CET_MEANS[cohort]

    return {(cohort, "cet_shift"): brentq(excess, -0.5, 0.5, xtol=1e-4)}


def _adjust_constant(table: pd.DataFrame, parameters: Parameters) -> dict[str, float]:
    """Return the constant at which the published share of all first advices is raised, 2015/16."""
    pupils = simulation.simulated(table, parameters, RECONSIDERED, SIZE, SEED)
    advised = _advised(table, pupils)
    candidates = advised[_eligible(advised)]
    name = "adjust_constant.optional"

    def excess(constant: float) -> float:
        tried = parameters.replaced({name: constant})
        chance = chance_of_adjustment(table, candidates, tried, RECONSIDERED)
        return float(chance.sum()) / len(advised) - ADJUSTED

    return {name: brentq(excess, -5, 3, xtol=1e-4)}


def fit(folder: Path, parameters: Parameters, most: int = 12) -> Parameters:
    """Return the parameters with FREE fitted by least squares, and normed.

    folder : holds kansenkaart_rates_by_parental_education.csv and kansenkaart_advice_match.csv.
    most : evaluations of the Jacobian at most; the random numbers stay the same throughout.
    """
    published = published_rates(folder)
    matrix = matches(folder)
    start = np.array([parameters[name] for name in FREE])

    def residuals(values: np.ndarray) -> np.ndarray:
        tried = parameters.replaced(dict(zip(FREE, values, strict=True)))
        misses = np.array(list(_misses(normed(tried, RATED), published, matrix).values()))
        # Large misses weigh more than in least squares, for every figure has the same tolerance.
        return misses + misses**3 / 4

    found = least_squares(residuals, start, diff_step=0.05, max_nfev=most, xtol=1e-3, ftol=1e-3)
    values = [round(float(value), 3) for value in found.x]
    return normed(parameters.replaced(dict(zip(FREE, values, strict=True))))


def _misses(
    parameters: Parameters, published: Mapping[tuple[str, str], float], matrix: pd.DataFrame
) -> dict[object, float]:
    """Return synthetic minus published, in points, of the rates and of eligible 2015/16."""
    table = schools(parameters, SIZE, SEED)
    cohorts = [simulation.simulated(table, parameters, c, SIZE, SEED) for c in RATED]
    found = rates(pd.concat(cohorts, ignore_index=True), matrix)
    misses = {key: 100 * found[key] - percent for key, percent in published.items()}
    advised = _advised(table, cohorts[RATED.index(RECONSIDERED)])
    tested = advised[advised["test_category"] >= 0]
    higher = _eligible(tested).mean()
    return misses | {"eligible": 100 * (higher - ELIGIBLE)}


def _advised(table: pd.DataFrame, pupils: pd.DataFrame) -> pd.DataFrame:
    """Return the regular pupils with a first advice, whom CBS counts."""
    return pupils[_regular(table, pupils) & (pupils["no_advice"] < 0).to_numpy()]


def _eligible(pupils: pd.DataFrame) -> np.ndarray:
    first, test = pupils["first_category"].to_numpy(), pupils["test_category"].to_numpy()
    return eligible(first, test, RECONSIDERED)


def rates(pupils: pd.DataFrame, matrix: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return shares by parental education (wo, hbo, other) as kansenkaart counts them, 0-1.

    Of simulated pupils of all school types: havo or higher and vwo by test advice among those with
    one, by final advice among those with one, and final advice under or over the test advice by
    its table among those with both. Keys are (education, outcome).
    """
    known = np.where(pupils["education_unknown"], 0, pupils["parental_education"])
    group = np.select([known == EDUCATION.index("wo"), known == EDUCATION.index("hbo")], [0, 1], 2)
    test, final = pupils["test_category"].to_numpy(), pupils["final_category"].to_numpy()
    match = matrix.to_numpy()[pupils["final_code"], test]
    tested, advised = test >= 0, (pupils["no_advice"] < 0).to_numpy()
    both = tested & advised & pd.notna(match)
    havo, vwo = CATEGORIES.index("havo"), CATEGORIES.index("vwo")
    outcomes = {
        "c11_under_advice": (match == "under", both),
        "c11_over_advice": (match == "over", both),
        "c11_havo_test": (test >= havo, tested),
        "c11_havo_final": (final >= havo, advised),
        "c11_vwo_test": (test == vwo, tested),
        "c11_vwo_final": (final == vwo, advised),
    }
    return {
        (name, outcome): float(held[counted & (group == place)].mean())
        for outcome, (held, counted) in outcomes.items()
        for place, name in enumerate(("wo", "hbo", "other"))
    }


def published_rates(folder: Path) -> dict[tuple[str, str], float]:
    """Return kansenkaart's percentages for the country by (education, outcome)."""
    rows = io.read_csv(Path(folder) / "kansenkaart_rates_by_parental_education.csv")
    rows = rows[rows["area"] == "Nederland"]
    groups = rows["parental_education"].map({"Wo": "wo", "Hbo": "hbo"}).fillna("other")
    return dict(
        zip(zip(groups, rows["outcome"], strict=True), rows["percent"].astype(float), strict=True)
    )


def matches(folder: Path) -> pd.DataFrame:
    """Return kansenkaart's under, correct or over: a row per code, a column per test advice."""
    rows = io.read_csv(Path(folder) / "kansenkaart_advice_match.csv")
    wide = rows.pivot_table(
        index="teacher_code", columns="test_code", values="advice_type", aggfunc="first"
    )
    return wide.reindex(index=list(ALL_CODES), columns=list(TEST_CODES))


def write(parameters: Parameters) -> None:
    """Write the fitted values into the reference tables, to six decimals."""
    rows = reference.read_all("synthetic_parameters")
    fitted = rows["kind"] == "fitted"
    values = [_text(parameters[name]) for name in rows.loc[fitted, "name"]]
    rows.loc[fitted, "value"] = values
    io.write_csv(rows, io.package_file("reference/synthetic_parameters.csv"))
    years = reference.read_all("synthetic_years")
    fitted = years["kind"] == "fitted"
    keys = zip(years.loc[fitted, "cohort"].astype(int), years.loc[fitted, "name"], strict=True)
    years.loc[fitted, "value"] = [_text(parameters.year(*key)) for key in keys]
    io.write_csv(years, io.package_file("reference/synthetic_years.csv"))


def _text(value: float) -> str:
    return f"{round(value, 6):g}" if abs(value) >= 1 else f"{round(value, 6):.6g}"


if __name__ == "__main__":
    write(fit(Path(sys.argv[1]), load()))
