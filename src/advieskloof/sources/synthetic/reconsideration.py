"""Reconsideration: a test advice above the first advice, and whether the school raises its own."""

import numpy as np
import pandas as pd
from scipy.special import expit

from advieskloof import reference
from advieskloof.sources.synthetic.parameters import Parameters
from advieskloof.sources.synthetic.testing import CATEGORIES, half_levels

# Double advices by place in CATEGORIES: the half steps.
DOUBLE = np.array([level % 1 == 0.5 for level in half_levels()])


def eligible(first: np.ndarray, test: np.ndarray, cohort: int) -> np.ndarray:
    """Mark the pupils whose test advice is higher, half levels counting (places in CATEGORIES).

    Advice pro or pro/vmbo-bb with test advice pro/vmbo-bb is excepted where the law says so. A
    test advice -1 is none; vso has no level and is never eligible.
    """
    level = half_levels()
    higher = (test >= 0) & (level[test] > level[first])
    regime = reference.read("regimes", {}).set_index("cohort").loc[str(cohort)]
    if regime["adjustment"] == "none":
        return np.zeros(len(first), dtype=bool)
    if regime["pro_exception"] == "no":
        return higher
    low = np.isin(first, [CATEGORIES.index("pro"), CATEGORIES.index("pro_vmbo_bb")])
    return higher & ~(low & (test == CATEGORIES.index("pro_vmbo_bb")))


def chance_of_adjustment(
    table: pd.DataFrame, pupils: pd.DataFrame, parameters: Parameters, cohort: int
) -> np.ndarray:
    """Return the chance that an eligible pupil's advice is raised, shape (n,), 0-1.

    log odds = constant of the regime + year + slope x (d - 0.5) + double + school, where d is by
    how many levels the test advice is higher and double marks a double first advice.
    """
    level = half_levels()
    first, test = pupils["first_category"].to_numpy(), pupils["test_category"].to_numpy()
    difference = np.nan_to_num(level[test] - level[first])
    rule = reference.read("regimes", {}).set_index("cohort")["regime"][str(cohort)] == "rule"
    odds = (
        parameters["adjust_constant.rule" if rule else "adjust_constant.optional"]
        + parameters.year(cohort, "adjust_shift")
        + parameters["adjust_by_difference"] * (difference - 0.5)
        + parameters["adjust_double"] * DOUBLE[first]
        + table["adjust_effect"].to_numpy()[pupils["school"]]
    )
    return expit(odds)


def final_advice(
    table: pd.DataFrame,
    pupils: pd.DataFrame,
    parameters: Parameters,
    cohort: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return the final advice as places in CATEGORIES: raised, or the first advice itself.

    A raised advice goes up to the test advice, or half-way (by half levels, rounded down, at
    least one half). A stated few change without being eligible.
    """
    first, test = pupils["first_category"].to_numpy(), pupils["test_category"].to_numpy()
    drawn = generator.random((3, len(pupils)))
    may = eligible(first, test, cohort) & (pupils["no_advice"].to_numpy() < 0)
    raised = may & (drawn[0] < chance_of_adjustment(table, pupils, parameters, cohort))
    # ASSUME whether a school goes all the way is chance.
    steps = np.where(drawn[1] < parameters["adjust_fully"], test - first, (test - first) // 2)
    final = np.where(raised, first + np.maximum(steps, 1), first)
    held = reference.read("regimes", {}).set_index("cohort")["adjustment"][str(cohort)] != "none"
    stray = ~may & (first > 0) & (first < len(CATEGORIES) - 1)
    stray &= (drawn[2] < parameters["share_adjusted_not_eligible"]) & held
    return (final + stray).astype(np.int8)
