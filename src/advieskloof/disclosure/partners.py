"""Secondary suppression: which further counts to withhold so that none of those withheld is known.

For a value that a reader comes too close to, the cheapest change of the counts is sought that keeps
every line and definition and moves the value far enough; what it moves can't be shown. That is a
linear programme over the neighbourhood of the value, after Kelly, Golden and Assad (1992), Cell
suppression: disclosure protection for sensitive tabular data, Networks 22, 397-417; for linked
tables as general linear systems after Fischetti and Salazar-Gonzalez (2000), Models and algorithms
for optimizing cell suppression in tabular data with linear constraints, JASA 95, 916-928. Values
are taken one after another, and a last pass gives back what turns out not to be needed.
"""

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from advieskloof.disclosure import exact
from advieskloof.disclosure.attack import Attack, Ranges, pushed, ranges
from advieskloof.disclosure.completions import Completions
from advieskloof.disclosure.system import System
from advieskloof.disclosure.unsafe import Unsafe
from advieskloof.errors import RunError

# How far the neighbourhood of a value reaches at first, in steps from count to count.
STEPS = 3
REACH = 3
# A count isn't shown again if that leaves more values to be searched for than this.
PATIENCE = 40


class Released:
    """Planned rows, the counts that they rest on, and which counts are withheld.

    rests : whether a row rests on a count, sparse (rows, counts).
    withheld : bool (counts,); a row that rests on one of them falls.
    """

    def __init__(self, rests: sparse.csr_array, withheld: np.ndarray) -> None:
        self.rests, self.withheld = rests, withheld.copy()

    @property
    def stands(self) -> np.ndarray:
        """The rows that stand, bool (rows,)."""
        return (self.rests @ self.withheld.astype(float)) == 0

    @property
    def shown(self) -> np.ndarray:
        """The counts on which a row that stands rests, bool (counts,)."""
        return self.costs > 0

    @property
    def costs(self) -> np.ndarray:
        """How many rows that stand would fall with each count, (counts,)."""
        return self.rests.T @ self.stands.astype(float)


def base(system: System) -> np.ndarray:
    """Return the true counts, and where the estimates don't tell some that fit with them."""
    pupils = system.pupils.copy()
    if np.isnan(pupils).any():
        attack = Attack(system, ~np.isnan(pupils))
        for number in np.unique(attack.block_of[attack.block_of >= 0]):
            block = attack.block(int(number))
            pupils[block.unknown], _ = block.furthest(np.zeros(len(block.unknown)))
    return pupils


class Neighbourhoods:
    """Finds, for a value, the cheapest change of counts that moves it far enough."""

    def __init__(self, system: System, base: np.ndarray, protection: float) -> None:
        self.system, self.base, self.protection = system, base, protection
        self.room = system.least @ base
        # Rows with more room than a change of this size takes don't shape the cheapest one.
        self.least = system.least[self.room < REACH * protection]
        self.room_of_least = self.room[self.room < REACH * protection]
        near = self.room < protection
        self.links = abs(sparse.vstack([system.equal, system.least[near]], format="csr"))
        self.top = 2 * base.max(initial=0.0) + 1000

    def changes(self, factors: np.ndarray, costs: np.ndarray) -> list[np.ndarray]:
        """Return changes of all counts, (counts,), between which the value moves far enough.

        Raises RunError where there are none.
        """
        reached, steps = (factors != 0).astype(float), 0
        while True:
            wider = np.minimum(self.links.T @ (self.links @ reached) + reached, 1.0)
            done, reached, steps = (wider == reached).all(), wider, steps + 1
            if steps >= STEPS or done:
                near = np.flatnonzero((reached > 0) & ~self.system.absent)
                for ways in (1, 2):
                    found = self._cheapest(near, factors, costs, ways)
                    if found is not None:
                        return found
            if done:
                raise RunError("a value can't be protected by withholding other counts.")

    def _cheapest(
        self, near: np.ndarray, factors: np.ndarray, costs: np.ndarray, ways: int
    ) -> list[np.ndarray] | None:
        """Return changes of `near` counts alone that cost least, None where they can't do.

        ways : 1 moves the value up from where it is; 2 moves it between two changes.
        """
        equal, _ = _rows_of(self.system.equal, near)
        least, rows = _rows_of(self.least, near)
        mine = factors[near]
        # Up and down of a change; of two, one after the other.
        both = sparse.block_diag([sparse.hstack([equal, -equal])] * ways, format="csr")
        less = sparse.block_diag([sparse.hstack([-least, least])] * ways, format="csr")
        apart = np.concatenate([-mine, mine, mine, -mine][: 2 * ways])
        found = linprog(
            np.tile(costs[near], 2 * ways),
            A_ub=sparse.vstack([less, sparse.csr_array(apart[None, :])], format="csr"),
            b_ub=np.append(np.tile(self.room_of_least[rows], ways), -self.protection),
            A_eq=both if both.shape[0] else None,
            b_eq=np.zeros(both.shape[0]) if both.shape[0] else None,
            bounds=np.column_stack([np.zeros(2 * ways * len(near)), self._limits(near, ways)]),
            method="highs-ds",
        )
        if found.status != 0:
            return None
        changes = np.zeros((ways, len(factors)))
        parts = found.x.reshape(ways, 2, len(near))
        changes[:, near] = parts[:, 0] - parts[:, 1]
        changes[np.abs(changes) < 1e-6] = 0.0
        return list(changes)

    def _limits(self, near: np.ndarray, ways: int) -> np.ndarray:
        return np.tile(np.concatenate([np.full(len(near), self.top), self.base[near]]), ways)


def _rows_of(matrix: sparse.csr_array, columns: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
    """Return the rows that have one of the columns, with these alone, and their places."""
    picked = matrix[:, columns].tocsr()
    rows = np.flatnonzero(np.diff(picked.indptr))
    return picked[rows], rows


def protect(system: System, unsafe: Unsafe, released: Released, protection: float) -> Ranges:
    """Withhold counts until every unsafe value is protected; return the ranges that are left."""
    needed = np.full(len(unsafe.pupils), float(protection))
    completions = Completions(system, base(system))
    if exact.is_small(system, unsafe):
        found = exact.fewest(system, unsafe, released.rests, completions.base, protection)
        released.withheld |= False if found is None else found
    near = Neighbourhoods(system, completions.base, protection)
    while True:
        attack = Attack(system, released.shown)
        short = pushed(attack, unsafe.factors, needed, completions)
        _withhold(near, unsafe, released, short, completions)
        attack = Attack(system, released.shown)
        found = ranges(attack, unsafe.factors, needed, completions)
        if (found.width >= needed).all():
            break
    _give_back(system, unsafe, released, needed, completions)
    return ranges(Attack(system, released.shown), unsafe.factors, needed, completions)


def _withhold(
    near: Neighbourhoods,
    unsafe: Unsafe,
    released: Released,
    short: np.ndarray,
    completions: Completions,
) -> None:
    """Withhold counts for each value that is short, unless what went for others is enough."""
    lowest, highest = np.zeros(len(unsafe.pupils)), np.zeros(len(unsafe.pupils))
    for value in short:
        if highest[value] - lowest[value] >= near.protection - 1e-6:
            continue
        factors = unsafe.factors[[value]].toarray().ravel()
        costs = released.costs + 1e-3 * released.shown * np.log1p(near.base) + 1e-6
        for change in near.changes(factors, costs):
            released.withheld |= (change != 0) & released.shown
            completions.add(change)
            moved = unsafe.factors @ change
            lowest, highest = np.minimum(lowest, moved), np.maximum(highest, moved)


def _give_back(
    system: System,
    unsafe: Unsafe,
    released: Released,
    needed: np.ndarray,
    completions: Completions,
) -> None:
    """Show counts again that no value needs to be withheld, those of most rows first."""
    chosen = np.flatnonzero(released.withheld & ~unsafe.hidden)
    rows = released.rests.sum(axis=0)
    for count in chosen[np.argsort(-rows[chosen], kind="stable")]:
        before = released.shown
        released.withheld[count] = False
        shown = released.shown
        if not (shown & ~before).any():
            continue
        if not _is_safe(system, unsafe, shown, needed, completions):
            released.withheld[count] = True


def _is_safe(
    system: System,
    unsafe: Unsafe,
    shown: np.ndarray,
    needed: np.ndarray,
    completions: Completions,
) -> bool:
    """Tell whether all values are protected with these counts shown."""
    lower, upper = completions.ends(unsafe.factors, shown | system.absent)
    short = np.flatnonzero(upper - lower < needed)
    if not len(short):
        return True
    attack = Attack(system, shown)
    known = unsafe.factors[short] @ (~attack.known).astype(float)
    if len(short) > PATIENCE or (abs(known) == 0).any():
        return False
    for value in short:
        found = ranges(attack, unsafe.factors[[value]], needed[[value]], completions)
        if found.width[0] < needed[value]:
            return False
    return True
