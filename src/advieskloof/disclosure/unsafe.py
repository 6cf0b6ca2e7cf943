"""What has to be protected: small counts, and small differences that shown counts would give."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from advieskloof.disclosure.boxes import Box
from advieskloof.disclosure.known import Known
from advieskloof.disclosure.locations import are_locations
from advieskloof.disclosure.relations import Relation
from advieskloof.disclosure.resting import Count, Side
from advieskloof.disclosure.rules import Rules
from advieskloof.disclosure.system import System

FEW_PUPILS, FEW_SCHOOLS = "too_few_pupils", "too_few_schools"
UNKNOWN, NEARLY_ALL = "count_unknown", "nearly_all_or_none_of_a_group"
CLOSE = "counts_of_one_group_too_close"
FEW_DEGREES = "too_few_degrees_of_freedom"
# The usual rule of output checkers for models: schools beyond the first, since these are what a fit
# takes its errors from.
LEAST_DEGREES = 10


@dataclass(frozen=True)
class Unsafe:
    """Numbers of pupils that no reader may come close to: counts, and differences of counts.

    factors : by value the factor of each count, sparse (values, counts).
    pupils : the true values, NaN where the estimates don't tell.
    reasons : by value, why.
    hidden : counts that can't be shown themselves, bool (counts,).
    """

    factors: sparse.csr_array
    pupils: np.ndarray
    reasons: list[str]
    hidden: np.ndarray


# Counts by factor, and why their sum is unsafe.
Found = tuple[tuple[tuple[Count, int], ...], str]


def few_degrees(rows: pd.DataFrame, models: Collection[str]) -> pd.Series:
    """Mark the rows of models with fewer degrees of freedom than may leave.

    rows : planned rows, `origin` being their private table; models : the private tables of models.

    Of a row without any, such as a share of variance, they are its schools less one.
    """
    degrees = rows["df"].fillna(rows["n_schools"].astype(float) - 1)
    return rows["origin"].isin(list(models)) & (degrees < LEAST_DEGREES)


def unsafe(
    system: System,
    sides: Iterable[Side],
    known: Known,
    rules: Rules,
    compared: Callable[[frozenset[str], Box], Sequence[Relation]],
) -> Unsafe:
    """Return what has to be protected in a system.

    Parameters
    ----------
    sides : n and k of all planned rows.
    compared : from the events that are counted in a box, and the box, to the differences between
        them that count pupils.
    """
    found: dict[tuple, str] = {}
    for factors, why in (
        *_of_sides(dict.fromkeys(sides), known, rules),
        *_of_differences(system, rules, compared),
        *_of_margins(system, rules),
    ):
        found.setdefault(factors, why)
    where = [(i, system.place[count]) for i, factors in enumerate(found) for count, _ in factors]
    row, column = np.array(where, dtype=np.int64).reshape(-1, 2).T
    data = [factor for factors in found for _, factor in factors]
    shape = (len(found), len(system.counts))
    matrix = sparse.coo_array((np.array(data, dtype=float), (row, column)), shape=shape).tocsr()
    hidden = np.zeros(len(system.counts), dtype=bool)
    for factors in found:
        if len(factors) == 1:
            hidden[system.place[factors[0][0]]] = True
    return Unsafe(matrix, matrix @ system.pupils, list(found.values()), hidden & system.resting)


def _of_sides(sides: Iterable[Side], known: Known, rules: Rules) -> Iterator[Found]:
    for n, k in sides:
        for count in (n,) if k is None else (n, k):
            if why := _of_count(count, known, rules):
                yield ((count, 1),), why
        if k is None or np.isnan(known.value(n) - known.value(k)):
            continue
        if why := _of_rest(n, k, known, rules):
            yield ((n, 1), (k, -1)), why
        if _is_group_disclosure(n, k, known, rules):
            yield ((k, 1),), NEARLY_ALL


def _of_count(count: Count, known: Known, rules: Rules) -> str:
    pupils = known.value(count)
    if np.isnan(pupils):
        return UNKNOWN
    if pupils < rules.minimum_pupils:
        return FEW_PUPILS
    return FEW_SCHOOLS if known.schools_behind(count) < rules.minimum_schools else ""


def _of_rest(n: Count, k: Count, known: Known, rules: Rules) -> str:
    if known.value(n) - known.value(k) < rules.minimum_pupils:
        return FEW_PUPILS
    return FEW_SCHOOLS if known.rest_schools.get((n, k), 0) < rules.minimum_schools else ""


def _is_group_disclosure(n: Count, k: Count, known: Known, rules: Rules) -> bool:
    """Tell whether a share says something of nearly everybody in a small group.

    What is said of schools is said of nobody.
    """
    if are_locations(n.event):
        return False
    pupils = known.value(n)
    below_corop = any(label.startswith("municipality=") for _, label in n.box.place)
    if pupils >= rules.group_disclosure_below and not below_corop:
        return False
    share = known.value(k) / max(pupils, 1)
    return abs(share - 0.5) >= NEARLY - 0.5


# The usual share from which something is as good as known of everybody in a group.
NEARLY = 0.9


def _of_differences(
    system: System, rules: Rules, compared: Callable[[frozenset[str], Box], Sequence[Relation]]
) -> Iterator[Found]:
    """Yield the differences of 1 to 9 between counts of one box on which planned rows rest."""
    events: dict = {}
    for place in np.flatnonzero(system.resting):
        count = system.counts[place]
        events.setdefault(count.box, {})[count.event] = system.pupils[place]
    for box, pupils in events.items():
        for relation in compared(frozenset(pupils), box):
            value = sum(factor * pupils[event] for event, factor in relation.factors)
            if 0 < abs(value) < rules.minimum_pupils:
                yield (
                    tuple((Count(event, box), factor) for event, factor in relation.factors),
                    CLOSE,
                )


def _of_margins(system: System, rules: Rules) -> Iterator[Found]:
    """Yield counts of 1 to 9 that no row rests on, but that may follow from others."""
    small = (system.pupils > 0) & (system.pupils < rules.minimum_pupils) & ~system.resting
    for place in np.flatnonzero(small):
        yield ((system.counts[place], 1),), FEW_PUPILS
