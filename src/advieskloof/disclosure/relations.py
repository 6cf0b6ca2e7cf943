"""What always holds between the counts of events in one group of pupils.

If every kind of pupil that is in A is in B, then A counts no more pupils than B, in every group; if
nobody is in both A and B and both lie in C, then A + B is at most C; and so on. A reader who knows
the definitions knows all of this, so an attack on what is withheld may use it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

# Factors of a relation by column, and whether it is exact.
Factors = tuple[dict[int, int], bool]


@dataclass(frozen=True)
class Relation:
    """sum of factor * count >= 0, or = 0 where `exact`, for the counts of events in one group.

    The sum counts pupils itself: those of the larger events who aren't in the smaller.
    """

    factors: tuple[tuple[str, int], ...]
    exact: bool = False


def same(memberships: Sequence[pd.DataFrame]) -> dict[str, str]:
    """Return for each event the shortest name of the events that hold the same pupils.

    Two that are the same by one table are so in the others.
    """
    found = {}
    for table in memberships:
        by_pupils: dict[bytes, set[str]] = {}
        for event in table:
            by_pupils.setdefault(table[event].to_numpy().tobytes(), set()).add(event)
        for events in by_pupils.values():
            alike = events.union(*(found.get(event, ()) for event in events))
            found |= dict.fromkeys(alike, alike)
    return {event: min(alike, key=lambda name: (len(name), name)) for event, alike in found.items()}


def renamed(memberships: Sequence[pd.DataFrame], same_: dict[str, str]) -> list[pd.DataFrame]:
    """Return who is in which event, under one name for all events of the same pupils."""
    tables = [table.rename(columns=same_) for table in memberships]
    return [table.loc[:, ~table.columns.duplicated()] for table in tables]


def relations(memberships: Sequence[pd.DataFrame], events: Sequence[str]) -> list[Relation]:
    """Return what holds between events.

    Nesting and equality of two, disjoint parts of a third (exact where they are all of it), and
    two that together cover a third. What follows from others of these is left out.

    Parameters
    ----------
    memberships : who is in which event, as `kinds.memberships` returns it.
    events : those that there are counts of.
    """
    found = []
    for table in memberships:
        mine = [event for event in events if event in table]
        held = table[mine].drop_duplicates().to_numpy()
        if len(mine) > 1:
            found += [_named(relation, mine) for relation in _of(held)]
    return list(dict.fromkeys(found))


def beyond(
    usual: Sequence[pd.DataFrame], memberships: Sequence[pd.DataFrame], events: Sequence[str]
) -> list[Relation]:
    """Return what holds between events among the usual kinds of pupils and not among all.

    A reader who takes for granted that nobody's adjusted advice is off the scale goes by this too.
    """
    always = set(relations(memberships, events))
    return [each for each in relations(usual, events) if each not in always]


def differences(memberships: Sequence[pd.DataFrame], events: Sequence[str]) -> list[Relation]:
    """Return the differences between counts of events of one group that count pupils themselves.

    Of every two events that lie within each other, near or far, and of the other relations.
    """
    found = [each for each in relations(memberships, events) if not each.exact]
    for table in memberships:
        mine = [event for event in events if event in table]
        pairs = np.argwhere(_within(table[mine].to_numpy()))
        found += [Relation(((mine[b], 1), (mine[a], -1))) for a, b in pairs]
    return list(dict.fromkeys(found))


def _named(factors: Factors, events: Sequence[str]) -> Relation:
    by_event, exact = factors
    return Relation(tuple((events[i], factor) for i, factor in by_event.items()), exact)


def _of(held: np.ndarray) -> list[Factors]:
    """Return the relations of columns of truth values."""
    distinct, first = _distinct(held)
    found = [({i: 1, int(j): -1}, True) for i, j in enumerate(first) if i != j]
    columns = held[:, distinct]
    within = _within(columns)
    local = _sums(columns, within)
    local += [({int(b): 1, int(a): -1}, False) for a, b in np.argwhere(within)]
    for factors, exact in _not_following(local, len(distinct)):
        found.append(({int(distinct[i]): factor for i, factor in factors.items()}, exact))
    return found


def _not_following(found: list[Factors], n: int) -> list[Factors]:
    """Return the relations without those that are the sum of two others."""
    rows = np.zeros((len(found) + n, n), dtype=np.int64)
    for i, (factors, _) in enumerate(found):
        rows[i, list(factors)] = list(factors.values())
    # That counts aren't negative is a relation too.
    rows[len(found) :] = np.eye(n, dtype=np.int64)
    # A sum of rows is told by a sum of random numbers, which is a search and no comparison.
    code = rows @ np.random.default_rng(n).integers(-(2**40), 2**40, n)
    kept = np.ones(len(rows), dtype=bool)
    for i in sorted(range(len(found)), key=lambda each: -np.abs(rows[each]).sum()):
        kept[i] = False
        exact = found[i][1]
        kept[i] = exact or not np.isin(code[i] - code[kept], code[kept]).any()
    return [each for each, stays in zip(found, kept, strict=False) if stays]


def _distinct(held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the distinct columns, and of each column the first that equals it."""
    _, first, which = np.unique(held, axis=1, return_index=True, return_inverse=True)
    return np.sort(first), first[which.ravel()]


def _within(columns: np.ndarray) -> np.ndarray:
    """Return whether column a lies within column b and differs from it, bool (a, b)."""
    members = columns.astype(np.int32)
    outside = members.T @ (1 - members)
    return (outside == 0) & ~np.eye(columns.shape[1], dtype=bool)


def _sums(columns: np.ndarray, within: np.ndarray) -> list[Factors]:
    """Return what holds between two events b, c that cross or are disjoint, and others.

    b + c <= a + d where a holds both and d holds those in both: of the least a and d. Disjoint
    parts have no d, and are taken together with all others. b + c >= a where they cover a: of the
    largest a.
    """
    found = {}
    n = columns.shape[1]
    for b, c in combinations(range(n), 2):
        if within[b, c] or within[c, b]:
            continue
        both = columns[:, b] & columns[:, c]
        found |= _covering(columns, within, b, c)
        wholes = _least(np.flatnonzero(within[b] & within[c]), within)
        if not both.any():
            for a in wholes:
                if _is_largest(columns, within, a, b, c):
                    family = _family(columns, np.flatnonzero(within[:, a]), [b, c])
                    found[a, family] = _sum_of_parts(columns, a, family)
            continue
        parts = np.flatnonzero(within[:, b] | within[:, c])
        parts = parts[~(both[:, None] & ~columns[:, parts]).any(axis=0)]
        for a in wholes:
            for d in _least(parts, within):
                found[a, d, b, c] = ({a: 1, d: 1, b: -1, c: -1}, False)
    return list(found.values())


def _least(places: np.ndarray, within: np.ndarray) -> list[int]:
    """Return those of the events that hold none of the others."""
    return [int(each) for each in places if not within[places, each].any()]


def _covering(columns: np.ndarray, within: np.ndarray, b: int, c: int) -> dict:
    either = columns[:, b] | columns[:, c]
    covered = np.flatnonzero(~(columns & ~either[:, None]).any(axis=0))
    covered = covered[~within[covered, b] & ~within[covered, c] & (covered != b) & (covered != c)]
    largest = [int(a) for a in covered if not within[a, covered].any()]
    return {(b, c, a): ({b: 1, c: 1, a: -1}, False) for a in largest}


def _is_largest(columns: np.ndarray, within: np.ndarray, a: int, b: int, c: int) -> bool:
    """Tell whether no larger event in `a` could stand for either of two disjoint ones."""
    for mine, other in ((b, c), (c, b)):
        larger = columns[:, within[mine] & within[:, a]]
        if (~(larger & columns[:, [other]]).any(axis=0)).any():
            return False
    return True


def _family(columns: np.ndarray, parts: np.ndarray, family: list[int]) -> tuple[int, ...]:
    """Return disjoint parts with every further one that is disjoint from them, largest first."""
    taken = columns[:, family].any(axis=1)
    for part in sorted(parts, key=lambda each: -columns[:, each].sum()):
        if part not in family and not (columns[:, part] & taken).any():
            family.append(int(part))
            taken = taken | columns[:, part]
    return tuple(sorted(family))


def _sum_of_parts(columns: np.ndarray, whole: int, family: tuple[int, ...]) -> Factors:
    exact = not (columns[:, whole] & ~columns[:, list(family)].any(axis=1)).any()
    return {whole: 1, **dict.fromkeys(family, -1)}, exact
