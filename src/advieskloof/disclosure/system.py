"""All counts behind the planned rows as one linear system, as a reader may write it down.

Counts are unknowns; what links them are lines and definitions. Along a line (one event, one axis,
everything else alike) groups are sums of atoms that no released grouping takes apart. In every box
the events are linked by what always holds between them (`relations`). A reader can do no more than
this, as long as the tables that are released cross each other without rings (`rings`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from advieskloof.disclosure.boxes import COHORT, Box, rest
from advieskloof.disclosure.known import Known
from advieskloof.disclosure.relations import Relation
from advieskloof.disclosure.resting import Count
from advieskloof.errors import DataError
from advieskloof.schemas import TOTAL

# A row of the system: factor by count.
Factors = dict[Count, int]
# From an axis and an event to the atoms of labels along it, None being all.
AtomsOf = Callable[[str, str], Mapping[str | None, frozenset[str]]]
# From the events that are counted in a box, and the box, to what holds between them.
RelationsOf = Callable[[frozenset[str], Box], Sequence[Relation]]


@dataclass(frozen=True)
class System:
    """Counts and what holds between them.

    counts : the unknowns, in order; place : the place of each.
    pupils : the true numbers, NaN where the estimates don't tell (counts,).
    resting : whether planned rows rest on a count, bool (counts,).
    absent : whether the group isn't there at all, which everybody sees, bool (counts,).
    equal : equations, equal @ counts = 0, sparse (equations, counts).
    least : inequalities, least @ counts >= 0, sparse (inequalities, counts).
    """

    counts: list[Count]
    place: dict[Count, int]
    pupils: np.ndarray
    resting: np.ndarray
    absent: np.ndarray
    equal: sparse.csr_array
    least: sparse.csr_array


def closed(
    resting: Iterable[Count],
    all_of: Callable[[str], frozenset[str]],
    besides: Callable[[set[str]], set[str]] = lambda _: set(),
) -> set[Count]:
    """Return the counts that planned rows rest on with all that links them.

    Beside each box stand its margins; and where an event is counted by some axes in some cohorts,
    it is counted in every box that any event has there, so that events compare box by box.

    all_of : from an event to the cohorts outside which it counts nobody: its total is a count of
        any cohorts that hold these.
    besides : from events to others, in the same boxes, without which these can't be compared fully.
    """
    boxes_of, events_of = defaultdict(set), defaultdict(set)
    waiting = list(dict.fromkeys(resting))
    several = {label for _, (label, _) in waiting if "+" in label}
    for event, (label, place) in list(waiting):
        wider = [each for each in several if all_of(event) <= set(each.split("+"))]
        waiting += [Count(event, Box(each, place)) for each in wider if label == TOTAL]
    seen = set(waiting)
    while waiting:
        event, box = waiting.pop()
        boxes_of[box.cohorts, box.axes].add(box)
        events_of[box.cohorts, box.axes].add(event)
        for margin in box.margins():
            if (more := Count(event, margin)) not in seen:
                seen.add(more)
                waiting.append(more)
    return {
        Count(event, box)
        for kind, mine in boxes_of.items()
        for box in mine
        for event in events_of[kind] | besides(events_of[kind])
    }


def lines(
    counts: Iterable[Count], atoms_of: AtomsOf, is_absent: Callable[[Count], bool]
) -> tuple[list[Factors], set[Count]]:
    """Return the equations along lines, = 0, and the counts of atoms that they need.

    A group is the sum of the classes of atoms in it, a class being the atoms that the same groups
    along the line hold. Groups that everybody sees to be absent have no part in it.
    """
    groups = defaultdict(dict)
    # In one order: that of equations decides which of equally good numbers are withheld.
    for count in sorted(counts, key=_order):
        for axis in (COHORT, *count.box.axes):
            line = count.event, count.box.along(axis, None), axis
            groups[line][count.box.label(axis)] = count
    for (event, box, axis), mine in list(groups.items()):
        whole = Count(event, box)
        if axis != COHORT and whole in counts:
            mine[None] = whole
    equations, new = [], set()
    for (event, box, axis), mine in groups.items():
        if len(mine) > 1:
            atoms = _there(event, box, axis, atoms_of(axis, event), is_absent)
            found = _along(event, box, axis, mine, atoms)
            equations += found
            new |= {count for equation in found for count in equation}
    return equations, new


def _there(
    event: str,
    box: Box,
    axis: str,
    atoms: Mapping[str | None, frozenset[str]],
    is_absent: Callable[[Count], bool],
) -> dict[str | None, frozenset[str]]:
    """Return the atoms of labels along a line without those of groups that are absent from it."""
    labels = [label for label in atoms if label is not None]
    absent = [label for label in labels if is_absent(Count(event, box.along(axis, label)))]
    nobody = frozenset().union(*(atoms[label] for label in absent))
    return {label: mine - nobody for label, mine in atoms.items()}


def _along(
    event: str,
    box: Box,
    axis: str,
    mine: Mapping[str | None, Count],
    atoms: Mapping[str | None, frozenset[str]],
) -> list[Factors]:
    """Return each group along a line less its classes of atoms."""
    held = {label: atoms[label if label != TOTAL else None] for label in mine}
    classes = defaultdict(list)
    for atom in sorted(frozenset().union(*held.values())):
        classes[tuple(label for label in mine if atom in held[label])].append(atom)
    # A class that is one of the groups needs no count of its own.
    count_of = {
        labels: next(
            (mine[label] for label in labels if held[label] == frozenset(inside)),
            Count(event, box.along(axis, rest(inside))),
        )
        for labels, inside in classes.items()
    }
    found = []
    for label, count in mine.items():
        parts = [count_of[labels] for labels in classes if label in labels]
        if parts != [count]:
            found.append({count: 1, **dict.fromkeys(parts, -1)})
    return found


def within(
    counts: Iterable[Count], relations_of: RelationsOf
) -> tuple[list[Factors], list[Factors]]:
    """Return what holds in every box: equations, = 0, and inequalities, >= 0."""
    events = defaultdict(set)
    for event, box in counts:
        events[box].add(event)
    equal, least = [], []
    for box, here in events.items():
        for relation in relations_of(frozenset(here), box):
            factors = {Count(event, box): factor for event, factor in relation.factors}
            (equal if relation.exact else least).append(factors)
    return equal, least


def system(
    resting: Iterable[Count],
    linked: set[Count],
    atoms_of: AtomsOf,
    relations_of: RelationsOf,
    assumed_of: RelationsOf,
    known: Known,
) -> System:
    """Return the system of the counts that planned rows rest on.

    Parameters
    ----------
    resting : the counts.
    linked : these and what links them (`closed`).
    atoms_of, relations_of : what the labels along an axis hold, and what holds between events in a
        box.
    assumed_of : what a reader takes to hold between events though it needn't. It is part of the
        system where it is true, since such a reader isn't misled there.
    known : the true counts.

    Raises DataError where the true counts break what should hold between them.
    """
    resting = set(resting)
    along, more = lines(linked, atoms_of, known.is_absent)
    counts = sorted(linked | more, key=_order)
    inside, least = within(counts, relations_of)
    place = {count: i for i, count in enumerate(counts)}
    equal = _matrix([*along, *inside], place)
    pupils = _completed(np.array([known.value(count) for count in counts]), equal)
    assumed = [_matrix(rows, place) for rows in within(counts, assumed_of)]
    found = System(
        counts,
        place,
        pupils,
        np.array([count in resting for count in counts]),
        np.array([known.is_absent(count) for count in counts]),
        _with_true(equal, assumed[0], pupils, np.equal),
        _with_true(_matrix(least, place), assumed[1], pupils, np.greater_equal),
    )
    _check(found)
    return found


def _order(count: Count) -> tuple:
    return count.box.cohorts, count.box.place, count.event


def _matrix(rows: Sequence[Factors], place: Mapping[Count, int]) -> sparse.csr_array:
    where = [(i, place[count]) for i, row in enumerate(rows) for count in row]
    row, column = np.array(where, dtype=np.int64).reshape(-1, 2).T
    data = np.array([factor for each in rows for factor in each.values()], dtype=float)
    shape = (len(rows), len(place))
    return sparse.coo_array((data, (row, column)), shape=shape).tocsr()


def _completed(pupils: np.ndarray, equal: sparse.csr_array) -> np.ndarray:
    """Return the true counts with those that an equation gives where only one is missing."""
    pupils = pupils.copy()
    while True:
        missing = np.isnan(pupils)
        single = np.flatnonzero((abs(equal) @ missing.astype(float)) == 1)
        rows = equal[single].tocoo()
        pick = missing[rows.col]
        if not pick.any():
            return pupils
        rest = equal[single] @ np.where(missing, 0.0, pupils)
        pupils[rows.col[pick]] = -rest[rows.row[pick]] / rows.data[pick]


def _with_true(
    matrix: sparse.csr_array, more: sparse.csr_array, pupils: np.ndarray, holds: np.ufunc
) -> sparse.csr_array:
    """Return a matrix with those of more rows that hold for the true counts, as far as known."""
    unknown = abs(more) @ np.isnan(pupils).astype(float)
    true = holds(more @ np.nan_to_num(pupils), 0) & (unknown == 0)
    return sparse.vstack([matrix, more[true]], format="csr")


def _check(found: System) -> None:
    """Raise DataError, with counts, where the true numbers break an equation or inequality."""
    pupils = np.where(np.isnan(found.pupils), 0.0, found.pupils)
    unknown = np.isnan(found.pupils).astype(float)
    broken = 0
    for matrix, breaks in ((found.equal, np.not_equal), (found.least, np.less)):
        told = (abs(matrix) @ unknown) == 0
        broken += int((breaks(matrix @ pupils, 0) & told).sum())
    broken += int((pupils < 0).sum())
    if broken:
        raise DataError(
            f"{broken} of the {found.equal.shape[0] + found.least.shape[0]} relations between the "
            "counts of this run don't hold: disclosure/events.py or kinds.py misreads what a "
            "measure counts. Nothing is released until it is put right."
        )
