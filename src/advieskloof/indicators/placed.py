"""Who is placed: the pupils with a score that definitions can compare, by sets of definitions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from advieskloof.indicators.blocks import Measure
from advieskloof.indicators.coded import MISSING, Cohort
from advieskloof.indicators.outcomes import DEFINITIONS, DIRECTIONS, LEVEL, Outcomes
from advieskloof.schemas import BASES
from advieskloof.uncertainty.influence import Factors

# What is standardised: definitions, and the level, of each base.
Key = tuple[str, str]
DEFINED = tuple((base, name) for base in BASES for name in DEFINITIONS)
LEVELS = tuple((base, LEVEL) for base in BASES)


def measures_of(keys: Sequence[Key]) -> list[Measure]:
    """Return the standardised measures of `keys`, either all definitions or all levels."""
    if keys[0][1] == LEVEL:
        return [
            Measure(indicator, LEVEL, base, "standardised", "levels", ("score",))
            for indicator in ("mean_level", "level_difference")
            for base, _ in keys
        ]
    needs = ("test_advice", "score")
    return [
        Measure(f"{direction}_of_placed", definition, base, "standardised", "share", needs)
        for base, definition in keys
        for direction in DIRECTIONS
    ]


def sets_of_keys(
    held: Sequence[Outcomes], scored: Sequence[np.ndarray], defined: dict[Key, np.ndarray]
) -> list[tuple[Key, ...]]:
    """Return the keys by the pupils with a score whom they place, the same ones in every cohort.

    Within a set strata, weights and what schools add to these are the same, and made once.

    Levels of two bases are never a set: what schools add to their national means differs.

    scored : by cohort, marks of the profiles that pupils with a score have.
    defined : whether each cohort supports a key.
    """
    found: dict[tuple, list[Key]] = {}
    for key in defined:
        marks = [(is_placed(each, key) & here).tobytes()
                 for each, here in zip(held, scored, strict=True)]  # fmt: skip
        alike = key[0] if key[1] == LEVEL else "", defined[key].tobytes(), *marks
        found.setdefault(alike, []).append(key)
    return [tuple(keys) for keys in found.values()]


def is_placed(held: Outcomes, key: Key) -> np.ndarray:
    """Mark the profiles that a definition or the level can place."""
    return ~np.isnan(_value(held, key))


def _value(held: Outcomes, key: Key) -> np.ndarray:
    base, name = key
    advice = held.by_base[base]
    return advice.level if name == LEVEL else advice.compared[name]


@dataclass(frozen=True)
class Placed:
    """The pupils of a cohort with a score whom a set of definitions places.

    outcome : what each profile counts for, float (profiles, outcomes), 0 where not placed.
    known : whether profiles are placed, float (profiles,).
    inside : pupils who are placed and have a score, bool (pupils,).
    n : pupils by stratum, (strata,).
    by_school : by school, pupils of each stratum; for levels, beside these the sums of levels.
    national : mean level by stratum, (outcomes, strata), for level differences; else None.
    """

    outcome: np.ndarray
    known: np.ndarray
    inside: np.ndarray
    n: np.ndarray
    by_school: Factors
    national: np.ndarray | None


def placed(
    cohort: Cohort, stratum: np.ndarray, held: Outcomes, keys: Sequence[Key],
    sizes: tuple[int, int],
) -> Placed:  # fmt: skip
    """Return the pupils with a score whom the set `keys` places, every key the same ones.

    sizes : numbers of schools and of strata.
    """
    known = is_placed(held, keys[0])
    inside = known[cohort.profile] & (stratum != MISSING)
    where = cohort.school[inside] * np.int64(sizes[1]) + stratum[inside]
    of_levels = keys[0][1] == LEVEL
    values = [np.where(known, _value(held, key), 0.0) for key in keys]
    if not of_levels:
        values = [value == sign for value in values for sign in DIRECTIONS.values()]
    profile = cohort.profile[inside]
    data = [np.ones(len(profile)), *(value[profile] for value in values if of_levels)]
    parts = [np.bincount(where, each, sizes[0] * sizes[1]) for each in data]
    by_school = np.hstack([part.reshape(sizes) for part in parts])
    by_school = Factors(sparse.csr_array(by_school))
    n, *sums = np.split(by_school.totals, len(parts))
    outcome = np.column_stack(values).astype(float)
    national = np.array(sums) / np.maximum(n, 1) if of_levels else None
    return Placed(outcome, known.astype(float), inside, n, by_school, national)
