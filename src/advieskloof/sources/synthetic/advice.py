"""The first advice: what a teacher reads from years of data, cut into the year's categories."""

import numpy as np
import pandas as pd

from advieskloof.sources.synthetic.families import EDUCATION
from advieskloof.sources.synthetic.parameters import COHORTS, Parameters
from advieskloof.sources.synthetic.testing import CATEGORIES
from advieskloof.sources.synthetic.world import URBANITY


def latent_advice(
    table: pd.DataFrame,
    pupils: pd.DataFrame,
    parameters: Parameters,
    cohort: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return the latent advice of pupils, SDs of ability, shape (n,).

    = ability + direct effect of parental education + urbanity + school (its COROP's part
    included) + the teacher's error. The first term is the whole of what the advice should be; the
    second is the gap at equal true ability.
    """
    school = pupils["school"].to_numpy()
    # ASSUME effects add up and the teacher's error is independent of the test's.
    effects = parameters.group("advice_education", EDUCATION)[pupils["parental_education"]]
    urban = _urbanity(parameters, cohort)[table["urbanity"].astype(int).to_numpy() - 1]
    of_school = table["advice_effect"].to_numpy() + urban
    error = generator.normal(0, parameters["teacher_error_sd"], len(pupils))
    return pupils["ability"].to_numpy() + effects + of_school[school] + error


def _urbanity(parameters: Parameters, cohort: int) -> np.ndarray:
    # ASSUME the effect of urbanity grows by the same amount every year.
    years = cohort - COHORTS[0]
    return parameters.group("advice_urbanity", URBANITY) * (
        1 + parameters["advice_urbanity_growth"] * years
    )


def first_advice(latent: np.ndarray, parameters: Parameters, cohort: int) -> np.ndarray:
    """Return the first advice as places in CATEGORIES: the latent cut at the year's thresholds.

    So the advice never falls as the latent rises. A double advice is the stretch between two
    single ones, and the year's share of doubles is the width of these stretches.
    """
    cuts = parameters.year_group(cohort, "advice_threshold", CATEGORIES[1:])
    return np.searchsorted(cuts, latent, side="right").astype(np.int8)
