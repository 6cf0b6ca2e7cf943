"""What each pupil counts for in the definitions of under- and over-advising.

Everything follows from a pupil's three advices, so it is worked out once per combination of them
(a *profile*) and never per pupil.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from advieskloof import levels, reference

DEFINITIONS = ("half_level", "whole_level", "no_overlap", "kansenkaart")
LEVEL, EXPECTED = "level", "expected"
DIRECTIONS = {"under": -1.0, "over": 1.0}
# Some advice pro...vwo counts as under where pro does, and as over where vwo does.
EXTREMES = {"under": "10", "over": "70"}


@dataclass(frozen=True)
class Advice:
    """The advice of one base, by profile; arrays of shape (profiles,).

    given : there is an advice, vso and wide ones included.
    level : on the half-level scale, NaN where there is none.
    compared : by definition -1 under, 0, +1 over, NaN where the definition can't place.
    """

    given: np.ndarray
    level: np.ndarray
    compared: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Outcomes:
    """What profiles count for.

    by_base : for 'initial' and 'final'.
    tested : there is a registered test advice.
    at_risk : by definition and direction, whether an advice could count so given the test advice.
    """

    by_base: Mapping[str, Advice]
    tested: np.ndarray
    at_risk: Mapping[tuple[str, str], np.ndarray]


def outcomes(profiles: pd.DataFrame, unverified: reference.Unverified) -> Outcomes:
    """Return what combinations of advices count for.

    Parameters
    ----------
    profiles : BRON codes as text, columns initial_advice, test_advice, adjusted_advice.

    The final advice is the adjusted one where there is one that isn't 0 or 80, else the initial.

    Raises DataError, with counts of combinations, where a code isn't usable.
    """
    advice = levels.advice_table(unverified)
    for name in profiles:
        levels.check_codes(profiles[name], advice, "PUPILS", test=name == "test_advice")
    table = levels.kansenkaart_table(unverified)
    test = profiles["test_advice"]
    none = advice.index[advice["category"] == levels.NO_ADVICE]
    adjusted = profiles["adjusted_advice"]
    adjusted = adjusted.mask(adjusted.isin(none))
    taken = {
        "initial": profiles["initial_advice"],
        "final": adjusted.fillna(profiles["initial_advice"]),
    }
    by_base = {
        base: Advice(
            (codes.notna() & ~codes.isin(none)).to_numpy(),
            levels.level(codes, advice),
            compared(codes, test, advice, table),
        )
        for base, codes in taken.items()
    }
    return Outcomes(by_base, test.notna().to_numpy(), _at_risk(test, advice, table))


def of_cohorts(
    profiles: Sequence[pd.DataFrame], unverified: reference.Unverified
) -> list[Outcomes]:
    """Return the `outcomes` of the profiles of each cohort, worked out together."""
    found = outcomes(pd.concat(profiles, ignore_index=True), unverified)
    ends = np.cumsum([0, *map(len, profiles)])
    return [_part(found, slice(*part)) for part in pairwise(ends)]


def _part(found: Outcomes, part: slice) -> Outcomes:
    by_base = {
        base: Advice(
            advice.given[part],
            advice.level[part],
            {name: values[part] for name, values in advice.compared.items()},
        )
        for base, advice in found.by_base.items()
    }
    at_risk = {key: values[part] for key, values in found.at_risk.items()}
    return Outcomes(by_base, found.tested[part], at_risk)


def compared(
    codes: pd.Series, test: pd.Series, advice: pd.DataFrame, table: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Return by definition how advices compare with test advices: -1, 0, +1 or NaN."""
    by_level = levels.level(codes, advice), levels.level(test, advice)
    return {
        "half_level": levels.compare_half_level(*by_level),
        "whole_level": levels.compare_whole_level(*by_level),
        "no_overlap": levels.compare_overlap(
            levels.interval(codes, advice), levels.interval(test, advice)
        ),
        "kansenkaart": levels.compare_kansenkaart(codes, test, table),
    }


def _at_risk(
    test: pd.Series, advice: pd.DataFrame, table: pd.DataFrame
) -> dict[tuple[str, str], np.ndarray]:
    found = {}
    for direction, code in EXTREMES.items():
        extreme = compared(pd.Series(code, index=test.index, dtype="str"), test, advice, table)
        for definition, outcome in extreme.items():
            found[definition, direction] = outcome == DIRECTIONS[direction]
    return found
