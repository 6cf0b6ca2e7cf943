"""Random numbers: a stream of its own for every step and cohort, from one seed.

So a cohort is the same whichever others are made, and a step that draws more numbers than before
leaves the other steps alone.
"""

import numpy as np

# The place in this list is part of the seed: add at the end.
STEPS = (
    "world",
    "roll",
    "families",
    "ability",
    "repeaters",
    "repeated_families",
    "repeated_ability",
    "test",
    "advice",
    "codes",
    "participation",
    "reconsideration",
    "unknown_education",
    "faults",
    "second_test",
    "secondary_schools",
    "classes",
    "careers",
    "moves_of_school",
    "enrolment_faults",
)


def stream(seed: int, step: str, cohort: int = 0) -> np.random.Generator:
    """Return the generator of one step of one cohort; 0 for what all cohorts share."""
    sequence = np.random.SeedSequence(seed, spawn_key=(STEPS.index(step), cohort))
    return np.random.Generator(np.random.SFC64(sequence))


def choose(generator: np.random.Generator, chances: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Draw a column of `chances` for every row: shape (n,), whole numbers.

    chances : shape (groups, k); each row adds up to 1. rows : shape (n,), the group of each draw.
    """
    cumulative = np.cumsum(chances, axis=1)[:, :-1]
    drawn = generator.random(len(rows))
    chosen = np.zeros(len(rows), dtype=np.int8)
    for column in cumulative.T:
        chosen += drawn >= column[rows]
    return chosen
