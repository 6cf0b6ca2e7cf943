"""The test: a noisy measurement of ability, on the scale of whoever made it."""

import numpy as np
import pandas as pd

from advieskloof import levels
from advieskloof.sources.synthetic import scales
from advieskloof.sources.synthetic.parameters import Parameters
from advieskloof.sources.synthetic.providers import PROVIDERS, providers

UNSURE = {"advice_levels": ["pro_vmbo_bb"]}


def latent_test(
    ability: np.ndarray, parameters: Parameters, generator: np.random.Generator
) -> np.ndarray:
    """Return the latent test, on a national scale with mean 0 and SD 1, shape (n,).

    = (ability + N(0, test_error_sd) - test_mean) / test_sd. The error holds everything that another
    occasion would change, so it is larger than an internal consistency of 0.93-0.95 suggests.
    """
    # ASSUME the error is as large for everybody and doesn't depend on ability.
    error = generator.normal(0, parameters["test_error_sd"], len(ability))
    return (ability + error - parameters["test_mean"]) / parameters["test_sd"]


def tested(
    table: pd.DataFrame,
    pupils: pd.DataFrame,
    parameters: Parameters,
    cohort: int,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Add what everybody would score: `provider` (place in PROVIDERS), `score`, `test_category`.

    `test_category` is the place of the registered test advice in CATEGORIES; it follows from the
    reported score alone. Also `latent_test`. In a cohort without a test -1 and NaN.
    """
    latent = latent_test(pupils["ability"].to_numpy(), parameters, generator)
    pupils = pupils.assign(latent_test=latent)
    if not scales.scheme(cohort):
        return pupils.assign(provider=np.int8(-1), score=np.nan, test_category=np.int8(-1))
    provider = providers(table, parameters, cohort)[pupils["school"]]
    score, category = np.full(len(pupils), np.nan), np.full(len(pupils), -1, dtype=np.int8)
    for place in np.unique(provider):
        rows = np.flatnonzero(provider == place)
        one = scales.scale(parameters, PROVIDERS[place], cohort)
        score[rows] = one.score(latent[rows])
        category[rows] = places(one.categories)[one.advice(score[rows])]
    return pupils.assign(provider=provider.astype(np.int8), score=score, test_category=category)


# All categories of advice that the generator gives, from low to high.
CATEGORIES = (
    "vso",
    "pro",
    "pro_vmbo_bb",
    "vmbo_bb",
    "vmbo_bb_kb",
    "vmbo_kb",
    "vmbo_kb_gt",
    "vmbo_gt",
    "vmbo_gt_havo",
    "havo",
    "havo_vwo",
    "vwo",
)


def places(categories: tuple[str, ...]) -> np.ndarray:
    """Return the places of categories in CATEGORIES."""
    return np.array([CATEGORIES.index(name) for name in categories], dtype=np.int8)


def half_levels() -> np.ndarray:
    """Return the half level of every one of CATEGORIES; NaN for vso."""
    # The level of pro/vmbo-bb is read off its neighbours, not seen in a source.
    table = levels.advice_table(UNSURE).drop_duplicates("category").set_index("category")
    return table["level"].reindex(list(CATEGORIES)).to_numpy(dtype=float)
