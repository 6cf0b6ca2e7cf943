"""How many pupils a definition can't place, and why."""

from collections.abc import Iterable

import numpy as np

from advieskloof.indicators.blocks import Block, Measure, Pairs, Table, table_of
from advieskloof.indicators.outcomes import DEFINITIONS, EXPECTED, LEVEL, Outcomes
from advieskloof.schemas import BASES

WHY = dict.fromkeys(DEFINITIONS, ("no_advice", "no_test_advice", "advice_outside"))
WHY |= {
    LEVEL: ("no_advice", "advice_outside"),
    EXPECTED: ("no_advice", "no_score", "advice_outside"),
}
NEEDS = {**dict.fromkeys(DEFINITIONS, ("test_advice",)), LEVEL: (), EXPECTED: ("score",)}
# The first is the sum of the others: a pupil has one reason.
NOT_PLACED = tuple(
    Measure(name, definition, base, "raw", "share", NEEDS[definition])
    for definition, reasons in WHY.items()
    for base in BASES
    for name in ("not_placed", *(f"not_placed_{reason}" for reason in reasons))
)


def why_not(
    held: Outcomes, definition: str, base: str, scored: np.ndarray
) -> dict[str, np.ndarray]:
    """Return why a definition can't place each profile: marks by reason, at most one a profile.

    In order: no advice; no test advice or no score, whichever the definition needs; an advice
    outside the definition's scale or table (vso, wide).

    scored : whether pupils of the profile have a score, bool (profiles,).
    """
    advice = held.by_base[base]
    by_test = definition in DEFINITIONS
    value = advice.compared[definition] if by_test else advice.level
    needed = {LEVEL: np.ones(len(scored), dtype=bool), EXPECTED: scored}.get(
        definition, held.tested
    )
    outside = advice.given & needed & np.isnan(value)
    lacking = advice.given & ~needed
    marks = {"no_advice": ~advice.given, "no_test_advice": lacking, "no_score": lacking,
             "advice_outside": outside}  # fmt: skip
    return {reason: marks[reason] for reason in WHY[definition]}


def unplaced_table(held: Outcomes, defined: Iterable[bool]) -> Table:
    """Return what pupils add to k and n of NOT_PLACED, (2 x profiles, 2 x measures).

    Rows are the profiles of pupils without a score, then with one; n counts everybody.
    """
    parts = [_half(held, scored) for scored in (False, True)]
    counted = np.vstack(parts)
    known = np.array(list(defined))
    return table_of(np.hstack([counted & known, np.broadcast_to(known, counted.shape)]))


def _half(held: Outcomes, scored: bool) -> np.ndarray:
    columns = []
    all_scored = np.full(len(held.tested), scored)
    for definition in WHY:
        for base in BASES:
            marks = list(why_not(held, definition, base, all_scored).values())
            columns += [np.any(marks, axis=0), *marks]
    return np.column_stack(columns)


def unplaced_block(pairs: Pairs, row: np.ndarray, table: Table) -> Block:
    """Return the shares of NOT_PLACED among all pupils; `row` is each pupil's row of the table."""
    return pairs.shares(NOT_PLACED, row, table)
