"""The truth of the synthetic cohort: what an estimator should find, from a population ten times
the country's.

Made once, in replicates of one country each with a seed of its own, and kept with a hash of the
tables that it rests on (reference/synthetic_truth.json). A run only checks the hash. Monte Carlo
errors are the SD over replicates divided by the root of their number.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from advieskloof import io
from advieskloof.errors import DataError
from advieskloof.sources.synthetic import enrolments, simulation, truth_years
from advieskloof.sources.synthetic.families import EDUCATION
from advieskloof.sources.synthetic.parameters import COHORTS, LAST_SCHOOL_YEAR, Parameters
from advieskloof.sources.synthetic.secondary import secondary_schools
from advieskloof.sources.synthetic.streams import stream
from advieskloof.sources.synthetic.testing import half_levels, latent_test
from advieskloof.sources.synthetic.world import schools

SEED, REPLICATES = 41_000, 10
LOWEST = EDUCATION[0]


def truth(
    parameters: Parameters,
    size: float = 1.0,
    replicates: int = REPLICATES,
    cohorts: Sequence[int] = COHORTS,
) -> dict:
    """Return the true values by cohort, each with its Monte Carlo error.

    For every cohort a dictionary of `value` and `monte_carlo_error` by name:

    gap_at_equal_ability.<class>, gap_at_equal_score.<class> : parental education minus <= mbo-1
        in the level of the first advice (half-level scale), by OLS on a cubic of true ability, or
        on a cubic of the score of each provider, and education.
    gap_at_equal_ability_final.wo, gap_at_equal_score_final.wo : the same of the final advice.
    measurement_error_share : 1 - gap at equal ability / gap at equal score, wo.
    school_variance, region_variance : variance between schools, and between COROP areas, of the
        level of the first advice at equal ability and education (ANOVA estimators; schools
        include their area's part). school_variance_share : of all variance at equal ability.
    effective_reliability : correlation of the latent test with a second one, another day.

    Pupils with a score, a first advice with a level, and their true education. A cohort without a
    test has no values at equal score. Also the truth of the lower years (truth_years.values), for
    cohorts whose third year after group 8 has been seen.
    """
    found = {str(cohort): [] for cohort in cohorts}
    for replicate in range(replicates):
        seed = SEED + replicate
        table = schools(parameters, size, seed)
        secondary = secondary_schools(parameters, size, seed)
        for cohort in cohorts:
            pupils = simulation.simulated(table, parameters, cohort, size, seed)
            row = values(table, pupils, _second_test(pupils, parameters, cohort, seed))
            if cohort + 3 <= LAST_SCHOOL_YEAR:
                gone = enrolments.going_on(table, secondary, pupils, cohort)
                row |= truth_years.values(secondary, gone, parameters, cohort, seed)
            found[str(cohort)].append(row)
    return {cohort: _summary(pd.DataFrame(rows)) for cohort, rows in found.items()}


def _second_test(
    pupils: pd.DataFrame, parameters: Parameters, cohort: int, seed: int
) -> np.ndarray:
    made = stream(seed, "second_test", cohort)
    return latent_test(pupils["ability"].to_numpy(), parameters, made)


def _summary(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    errors = rows.std(ddof=1) / np.sqrt(len(rows))
    return {
        name: {"value": round(float(mean), 6), "monte_carlo_error": round(float(errors[name]), 6)}
        for name, mean in rows.mean().items()
    }


def values(table: pd.DataFrame, pupils: pd.DataFrame, second: np.ndarray) -> dict[str, float]:
    """Return the true values of one cohort of simulated pupils; see `truth`."""
    level = half_levels()
    known = pupils.assign(
        first=level[pupils["first_category"]],
        final=level[pupils["final_category"]],
        second_test=second,
    )
    known = known[(known["no_advice"] < 0) & known["first"].notna()]
    reliability = np.corrcoef(known["latent_test"], known["second_test"])[0, 1]
    tested = known[known["score"].notna()]
    used = known if tested.empty else tested
    at_ability = fitted(used, _cubic(used["ability"].to_numpy()), "first")
    found = {f"gap_at_equal_ability.{name}": gap for name, gap in at_ability.gaps.items()}
    found |= _variances(table, used, at_ability.residuals)
    found["effective_reliability"] = float(reliability)
    if not tested.empty:
        found |= _at_equal_score(tested, at_ability.gaps["wo"])
    return found


def _at_equal_score(tested: pd.DataFrame, at_ability: float) -> dict[str, float]:
    scores = _cubics_by_provider(tested)
    gaps = fitted(tested, scores, "first").gaps
    ability = _cubic(tested["ability"].to_numpy())
    found = {f"gap_at_equal_score.{name}": gap for name, gap in gaps.items()}
    return found | {
        "gap_at_equal_ability_final.wo": fitted(tested, ability, "final").gaps["wo"],
        "gap_at_equal_score_final.wo": fitted(tested, scores, "final").gaps["wo"],
        "measurement_error_share": 1 - at_ability / gaps["wo"],
    }


@dataclass(frozen=True)
class Fit:
    """An OLS fit: `gaps` by class of education, in levels, and `residuals`, shape (n,)."""

    gaps: dict[str, float]
    residuals: np.ndarray


def fitted(pupils: pd.DataFrame, terms: np.ndarray, outcome: str) -> Fit:
    """Fit a level by OLS on terms, shape (n, k), and true parental education (<= mbo-1 omitted)."""
    education = pupils["parental_education"].to_numpy()
    dummies = education[:, None] == np.arange(1, len(EDUCATION))
    design = np.column_stack([terms, dummies])
    level = pupils[outcome].to_numpy()
    estimates = np.linalg.solve(design.T @ design, design.T @ level)
    gaps = dict(zip(EDUCATION[1:], map(float, estimates[-4:]), strict=True))
    return Fit(gaps, level - design @ estimates)


def _cubic(values: np.ndarray) -> np.ndarray:
    """Return constant, value, square and cube of standardised values, shape (n, 4)."""
    scaled = (values - values.mean()) / values.std()
    return np.column_stack([np.ones(len(scaled)), scaled, scaled**2, scaled**3])


def _cubics_by_provider(tested: pd.DataFrame) -> np.ndarray:
    """Return a cubic of the score for every provider, since scales don't mix: (n, 4 providers)."""
    provider, score = tested["provider"].to_numpy(), tested["score"].to_numpy()
    places = np.unique(provider)
    terms = np.zeros((len(tested), 4 * len(places)))
    for number, place in enumerate(places):
        rows = np.flatnonzero(provider == place)
        terms[rows, 4 * number : 4 * number + 4] = _cubic(score[rows])
    return terms


def _variances(
    table: pd.DataFrame, pupils: pd.DataFrame, residuals: np.ndarray
) -> dict[str, float]:
    school = pupils["school"].to_numpy()
    area = pd.factorize(table["corop"])[0][school]
    of_schools = between(residuals, school)
    return {
        "school_variance": of_schools,
        "school_variance_share": of_schools / float(residuals.var()),
        "region_variance": between(residuals, area),
    }


def between(values: np.ndarray, group: np.ndarray) -> float:
    """Return the variance between groups, by the ANOVA estimator for groups of unequal size."""
    n = np.bincount(group)
    sums = np.bincount(group, values)
    n, sums = n[n > 0], sums[n > 0]
    total, groups = n.sum(), len(n)
    among = (sums**2 / n).sum() - sums.sum() ** 2 / total
    within = (values**2).sum() - (sums**2 / n).sum()
    size = (total - (n**2).sum() / total) / (groups - 1)
    return float((among / (groups - 1) - within / (total - groups)) / size)


def fingerprint() -> str:
    """Return one SHA-256 over the tables of numbers that the truth rests on."""
    files = (
        io.package_file("reference/synthetic_parameters.csv"),
        io.package_file("reference/synthetic_years.csv"),
        io.package_file("reference/synthetic_municipalities.csv"),
        io.package_file("reference/synthetic_regions.csv"),
        io.package_file("reference/synthetic_scales.csv"),
        io.package_file("reference/synthetic_offers.csv"),
    )
    return hashlib.sha256("".join(map(io.sha256, files)).encode()).hexdigest()


def write(content: dict, path: Path) -> None:
    """Write true values as JSON with the fingerprint of the tables that gave them."""
    about = {
        "parameters_sha256": fingerprint(),
        "replicates": REPLICATES,
        "first_seed": SEED,
        "unit": "half levels of advice (one unit is a school type); of classes and moves: shares",
    }
    io.write_json({"about": about, "cohorts": content}, path)


def check_truth(path: Path | None = None) -> dict:
    """Return the committed true values.

    Raises DataError where the parameters changed since they were made.
    """
    content = io.read_json(path or io.package_file("reference/synthetic_truth.json"))
    if content["about"]["parameters_sha256"] != fingerprint():
        raise DataError(
            "reference/synthetic_truth.json was made with other parameters than those of "
            "reference/synthetic_*.csv; make it again with `make truth`."
        )
    return content["cohorts"]
