"""Raw and at-risk blocks: shares under and over, and the mean level."""

from collections.abc import Iterable

import numpy as np

from advieskloof.indicators.blocks import Block, Measure, Pairs, Table, table_of
from advieskloof.indicators.outcomes import DEFINITIONS, DIRECTIONS, LEVEL, Outcomes
from advieskloof.schemas import BASES
from advieskloof.uncertainty.influence import own_only
from advieskloof.uncertainty.places import Tally

SHARES = tuple(
    Measure(f"{direction}_of_placed", definition, base, adjustment, "share", ("test_advice",))
    for definition in DEFINITIONS
    for base in BASES
    for adjustment in ("raw", "at_risk")
    for direction in DIRECTIONS
)
# ASSUME: the steps of the half-level scale are equal, which its order alone doesn't say.
MEAN_LEVELS = tuple(Measure("mean_level", LEVEL, base, "raw", "levels") for base in BASES)


def share_table(held: Outcomes, defined: Iterable[bool]) -> Table:
    """Return for each profile what it adds to k and to n of SHARES: (profiles, 2 x measures).

    Among those placed by the definition; at risk restricts numerator and denominator to pupils
    for whom some advice pro...vwo would count, given their test advice. A measure that isn't
    defined in the cohort has nobody.
    """
    columns = []
    for measure, known in zip(SHARES, defined, strict=True):
        direction = measure.indicator.partition("_")[0]
        outcome = held.by_base[measure.base].compared[measure.definition]
        among = ~np.isnan(outcome) & known
        if measure.adjustment == "at_risk":
            among &= held.at_risk[measure.definition, direction]
        columns.append((among & (outcome == DIRECTIONS[direction]), among))
    counted, among = zip(*columns, strict=True)
    return table_of(np.column_stack([*counted, *among]))


def share_block(pairs: Pairs, profile: np.ndarray, table: Table) -> Block:
    """Return the shares k / n of SHARES; `profile` is of the pupils in the pairs' order."""
    return pairs.shares(SHARES, profile, table)


def level_table(held: Outcomes, defined: Iterable[bool]) -> np.ndarray:
    """Return for each profile its level, whether it has one, and the level squared, by base."""
    levels = [held.by_base[measure.base].level for measure in MEAN_LEVELS]
    known = [~np.isnan(level) & is_in for level, is_in in zip(levels, defined, strict=True)]
    level = [np.where(has, value, 0.0) for has, value in zip(known, levels, strict=True)]
    return np.column_stack([*level, *known, *(each**2 for each in level)]).astype(float)


def level_block(pairs: Pairs, profile: np.ndarray, table: np.ndarray) -> Block:
    """Return the mean level of those with a level, in levels."""
    sums = pairs.sums(profile, np.ones(len(profile)), table)
    level, pupils, squares = np.split(sums, 3)
    level, pupils = Tally.of(level), Tally.of(pupils)
    top, bottom = (own_only(each, pairs.places) for each in (level, pupils))
    return Block(MEAN_LEVELS, top, bottom, pupils, None, squares=pairs.places.sums(squares))
