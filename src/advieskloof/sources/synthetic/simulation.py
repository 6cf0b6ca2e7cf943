"""One cohort from families to final advice, step by step; categories as numbers (places)."""

import numpy as np
import pandas as pd

from advieskloof.sources.synthetic.ability import ability
from advieskloof.sources.synthetic.advice import first_advice, latent_advice
from advieskloof.sources.synthetic.codes import registered
from advieskloof.sources.synthetic.families import families
from advieskloof.sources.synthetic.lives import expected_pupils, place_of, roll
from advieskloof.sources.synthetic.parameters import COHORTS, Parameters
from advieskloof.sources.synthetic.participation import education_unknown, no_advice, status
from advieskloof.sources.synthetic.reconsideration import final_advice
from advieskloof.sources.synthetic.streams import stream
from advieskloof.sources.synthetic.testing import tested

# Pupil numbers of a cohort, and of those in it who will repeat group 8.
FIRST_NUMBER = 10_000_000
FIRST_REPEATER = 9_000_000


def simulated(
    table: pd.DataFrame, parameters: Parameters, cohort: int, size: float, seed: int
) -> pd.DataFrame:
    """Return the pupils of a cohort, a row each, by school; `table` holds the schools.

    Columns: `number` (the pupil's), `school` (row of `table`), `repeats` (in group 8 for the
    second time); places in the categories of their modules: `parental_education` (true),
    `income_quintile`, `migration_background`, `sex`, `provider`, `test_status`, `test_category`,
    `first_category`, `final_category`, `first_code`, `final_code`, `no_advice`; `score`; truths:
    `education_unknown`, `ability`, `latent_test`, `latent_advice`. -1 and NaN are none.
    """
    pupils = enrolled(table, parameters, cohort, size, seed)
    return with_outcomes(table, pupils, parameters, cohort, seed)


def enrolled(
    table: pd.DataFrame, parameters: Parameters, cohort: int, size: float, seed: int
) -> pd.DataFrame:
    """Return who is in group 8, with family and true ability: regular pupils and repeaters."""
    school = roll(table, parameters, cohort, size, seed)
    regular = families(table, school, parameters, stream(seed, "families", cohort))
    made = stream(seed, "ability", cohort)
    regular["ability"] = ability(table, regular, parameters, made)
    regular["number"] = cohort * FIRST_NUMBER + np.arange(len(regular), dtype=np.int64)
    parts = [regular.assign(repeats=False)]
    parts += [repeaters(table, parameters, cohort, size, seed).assign(repeats=False)]
    if cohort > COHORTS[0]:
        parts += [_again(table, parameters, cohort, size, seed)]
    pupils = pd.concat(parts, ignore_index=True)
    return pupils.iloc[np.argsort(pupils["school"], kind="stable")].reset_index(drop=True)


def repeaters(
    table: pd.DataFrame, parameters: Parameters, cohort: int, size: float, seed: int
) -> pd.DataFrame:
    """Return the pupils who are in group 8 in this cohort and, once more, in the next.

    They have streams of their own, so that the next cohort can make them again by itself.
    """
    generator = stream(seed, "repeaters", cohort)
    expected = expected_pupils(table, parameters, cohort, size)
    n = generator.poisson(expected.sum() * parameters["share_repeaters"])
    school = np.sort(generator.choice(len(table), n, p=expected / expected.sum()))
    pupils = families(table, school, parameters, stream(seed, "repeated_families", cohort))
    made = stream(seed, "repeated_ability", cohort)
    # ASSUME who will repeat is weaker than others of the same family by a fixed amount.
    pupils["ability"] = ability(table, pupils, parameters, made) + parameters["repeater_ability"]
    pupils["number"] = cohort * FIRST_NUMBER + FIRST_REPEATER + np.arange(n, dtype=np.int64)
    return pupils


def _again(
    table: pd.DataFrame, parameters: Parameters, cohort: int, size: float, seed: int
) -> pd.DataFrame:
    pupils = repeaters(table, parameters, cohort - 1, size, seed)
    return pupils.assign(
        school=place_of(table, cohort)[pupils["school"]],
        ability=pupils["ability"] + parameters["repeater_gain"],
        repeats=True,
    )


def with_outcomes(
    table: pd.DataFrame, pupils: pd.DataFrame, parameters: Parameters, cohort: int, seed: int
) -> pd.DataFrame:
    """Add test, first advice, participation and final advice to pupils with a true ability."""
    pupils = tested(table, pupils, parameters, cohort, stream(seed, "test", cohort))
    made = stream(seed, "advice", cohort)
    pupils["latent_advice"] = latent_advice(table, pupils, parameters, cohort, made)
    pupils["first_category"] = first_advice(pupils["latent_advice"], parameters, cohort)
    made = stream(seed, "participation", cohort)
    pupils["no_advice"] = no_advice(len(pupils), parameters, made)
    pupils["test_status"] = status(table, pupils, parameters, cohort, made)
    away = pupils["test_status"] != 0
    pupils["score"] = pupils["score"].mask(away)
    pupils[["provider", "test_category"]] = pupils[["provider", "test_category"]].mask(away, -1)
    made = stream(seed, "reconsideration", cohort)
    pupils["final_category"] = final_advice(table, pupils, parameters, cohort, made)
    return _registered(pupils, parameters, cohort, seed)


def _registered(
    pupils: pd.DataFrame, parameters: Parameters, cohort: int, seed: int
) -> pd.DataFrame:
    made = stream(seed, "codes", cohort)
    first = registered(pupils["first_category"].to_numpy(), parameters, made)
    final = registered(pupils["final_category"].to_numpy(), parameters, made)
    same = pupils["final_category"] == pupils["first_category"]
    unknown = education_unknown(pupils, parameters, stream(seed, "unknown_education", cohort))
    return pupils.assign(
        first_code=first, final_code=np.where(same, first, final), education_unknown=unknown
    )
