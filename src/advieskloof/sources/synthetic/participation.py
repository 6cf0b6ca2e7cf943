"""Who has a test result and who has an advice, and what isn't known of families."""

import numpy as np
import pandas as pd
from scipy.special import expit

from advieskloof import reference
from advieskloof.sources.synthetic.families import EDUCATION
from advieskloof.sources.synthetic.parameters import Parameters
from advieskloof.sources.synthetic.testing import CATEGORIES
from advieskloof.sources.synthetic.world import SCHOOL_TYPES

STATUSES = ("taken", "exempt", "absent", "refused_by_school", "no_test_that_year", "unknown")
# From this cohort on special schools must take part too (reference/regimes.csv).
SPECIAL_OBLIGED = 2019


def status(
    table: pd.DataFrame,
    pupils: pd.DataFrame,
    parameters: Parameters,
    cohort: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return the test status of pupils, as places in STATUSES.

    Exempt: most with advice vso or pro (very low IQ), few others, newcomers among pupils born to
    families from outside Europe, and most of sbo and so before they were obliged.
    """
    n = len(pupils)
    if reference.read("regimes", {}).set_index("cohort")["test_held"][str(cohort)] == "no":
        return np.full(n, STATUSES.index("no_test_that_year"), dtype=np.int8)
    drawn = generator.random((3, n))
    found = np.zeros(n, dtype=np.int8)
    found[drawn[0] < parameters["share_test_unknown"]] = STATUSES.index("unknown")
    found[drawn[1] < parameters["share_absent"]] = STATUSES.index("absent")
    refusing = generator.random(len(table)) < parameters["share_schools_refusing"]
    found[refusing[pupils["school"]]] = STATUSES.index("refused_by_school")
    found[drawn[2] < _exempt(table, pupils, parameters, cohort)] = STATUSES.index("exempt")
    return found


def _exempt(
    table: pd.DataFrame, pupils: pd.DataFrame, parameters: Parameters, cohort: int
) -> np.ndarray:
    # ASSUME exemption goes by the first advice, as both rest on the same low ability.
    chance = np.full(len(CATEGORIES), parameters["share_exempt.other"])
    for name in ("vso", "pro", "pro_vmbo_bb", "vmbo_bb"):
        chance[CATEGORIES.index(name)] = parameters[f"share_exempt.{name}"]
    by_pupil = chance[pupils["first_category"]]
    outside = pupils["migration_background"].to_numpy() == 2
    by_pupil = by_pupil + outside * parameters["share_exempt.newcomer"]
    kind = "special_before" if cohort < SPECIAL_OBLIGED else "special_after"
    special = (table["school_type"] != SCHOOL_TYPES[0]).to_numpy()[pupils["school"]]
    return np.maximum(by_pupil, special * parameters[f"share_exempt.{kind}"])


def no_advice(n: int, parameters: Parameters, generator: np.random.Generator) -> np.ndarray:
    """Return for each pupil -1 where there is an advice, else the place in codes.NO_ADVICE."""
    shares = parameters.group("share_no_advice", ("80", "0", "empty"))
    drawn = generator.random(n)
    place = np.searchsorted(np.cumsum(shares), drawn, side="right")
    return np.where(place == len(shares), -1, place).astype(np.int8)


def education_unknown(
    pupils: pd.DataFrame, parameters: Parameters, generator: np.random.Generator
) -> np.ndarray:
    """Mark the pupils whose parents' education no register holds.

    Registers hold wo since 1983, hbo since 1986 and mbo since 2004, and no schooling abroad.
    """
    # ASSUME log odds by class of education, higher for families from outside the Netherlands.
    odds = parameters.group("education_unknown", EDUCATION)[pupils["parental_education"]]
    foreign = pupils["migration_background"].to_numpy() > 0
    chance = expit(odds + foreign * parameters["education_unknown.foreign"])
    return generator.random(len(pupils)) < chance
