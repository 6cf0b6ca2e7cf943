"""True ability: what a pupil knows and can do at the end of primary school, on a latent scale.

The scale: one unit is about the SD of the test among pupils whose parents have the same
education; parents with mbo-3/4 are the reference. No score is on this scale.
"""

import numpy as np
import pandas as pd

from advieskloof.sources.synthetic.families import EDUCATION, ORIGIN
from advieskloof.sources.synthetic.parameters import Parameters
from advieskloof.sources.synthetic.world import SCHOOL_TYPES


def ability(
    table: pd.DataFrame,
    pupils: pd.DataFrame,
    parameters: Parameters,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return the true ability of pupils, SDs, shape (n,).

    = education + income + origin + sex + composition x school's mean + school + pupil.
    """
    school = pupils["school"].to_numpy()
    # ASSUME effects add up, no cohort is better than another, and the pupil's part is normal.
    known = (
        parameters.group("ability_education", EDUCATION)[pupils["parental_education"]]
        + parameters["ability_income"] * (pupils["income_quintile"].to_numpy() - 2.0)
        + parameters.group("ability_origin", ORIGIN)[pupils["migration_background"]]
        + parameters["ability_girl"] * pupils["sex"].to_numpy()
        + parameters["ability_composition"] * table["ses"].to_numpy()[school]
        + table["ability_effect"].to_numpy()[school]
    )
    kind = pd.Categorical(table["school_type"], SCHOOL_TYPES).codes[school]
    special = parameters.group("ability_school_type", SCHOOL_TYPES)[kind]
    own = generator.normal(0, parameters["ability_pupil_sd"], len(pupils))
    return known + special + own
