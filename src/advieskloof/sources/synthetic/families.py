"""Families: parental education, income, origin and sex, unequally spread over schools."""

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from advieskloof.sources.synthetic.parameters import Parameters

EDUCATION = ("le_mbo1", "mbo2", "mbo34", "hbo", "wo")
INCOME = ("1", "2", "3", "4", "5")
ORIGIN = ("netherlands", "europe", "outside_europe")
SEX = ("boy", "girl")


def families(
    table: pd.DataFrame, school: np.ndarray, parameters: Parameters, generator: np.random.Generator
) -> pd.DataFrame:
    """Return the families of pupils, a row each, as places in EDUCATION, INCOME, ORIGIN and SEX.

    Latent education = the school's mean + N(0, 1), cut so that the country has the stated shares;
    latent income is correlated with it; origin follows from both and from urbanity.
    """
    n = len(school)
    ses = table["ses"].to_numpy()[school]
    latent = ses + generator.standard_normal(n)
    spread = np.sqrt(1 + parameters["segregation_sd"] ** 2)
    cuts = ndtri(np.cumsum(parameters.group("education_share", EDUCATION))[:-1].clip(0, 1)) * spread
    link = parameters["income_by_education"]
    income = link * latent / spread + np.sqrt(1 - link**2) * generator.standard_normal(n)
    return pd.DataFrame(
        {
            "school": school,
            "parental_education": np.searchsorted(cuts, latent).astype(np.int8),
            "income_quintile": np.searchsorted(ndtri([0.2, 0.4, 0.6, 0.8]), income).astype(np.int8),
            "migration_background": _origin(table, school, latent / spread, parameters, generator),
            "sex": (generator.random(n) < parameters["share_girls"]).astype(np.int8),
        }
    )


def _origin(
    table: pd.DataFrame,
    school: np.ndarray,
    education: np.ndarray,
    parameters: Parameters,
    generator: np.random.Generator,
) -> np.ndarray:
    """Draw the origin: outside Europe more often in dense places, with less education."""
    dense = 5 - table["urbanity"].astype(int).to_numpy()[school]
    # ASSUME log odds linear in density, in the school's mean and in the family's own education.
    outside = expit(
        parameters["origin_outside.constant"]
        + parameters["origin_outside.density"] * dense
        + parameters["origin_outside.school"] * table["ses"].to_numpy()[school]
        + parameters["origin_outside.education"] * education
    )
    drawn = generator.random(len(school))
    europe = outside + (1 - outside) * parameters["share_europe"]
    return np.where(drawn < outside, 2, np.where(drawn < europe, 1, 0)).astype(np.int8)
