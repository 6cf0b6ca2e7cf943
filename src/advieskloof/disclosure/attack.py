"""How far a reader gets: the range of every protected value, given all counts that are shown.

The attacker has the counts that stand, the lines and the definitions, and knows that pupils come in
whole numbers. A value is safe when two completions that agree with everything shown put it at least
as far apart as the rules ask. They are searched by linear programming, block by block of counts
that hang together.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse.csgraph import connected_components

from advieskloof.disclosure.completions import Completions
from advieskloof.disclosure.system import System
from advieskloof.errors import RunError

# Values are pushed all at once, in random directions, as long as this part of them gives way.
WORTHWHILE = 0.05
# Branches of the search for whole numbers where a linear programme ends in fractions; not seconds,
# so that the same tables fall on every machine.
BRANCHES = 10_000


@dataclass(frozen=True)
class Block:
    """Unknown counts that hang together, with what links them to each other and to known ones.

    unknown : places in the system, (unknowns,).
    equal, right : equal @ x = right; least, floor : least @ x >= floor.
    top : no count is larger.
    """

    unknown: np.ndarray
    equal: sparse.csr_array
    right: np.ndarray
    least: sparse.csr_array
    floor: np.ndarray
    top: float

    def furthest(self, factors: np.ndarray) -> tuple[np.ndarray, float]:
        """Return counts x at which factors @ x is largest, and the largest value.

        x is whole where that could be found; the value is rounded down, since no whole numbers do
        better.
        """
        less, equal = self.least.shape[0] > 0, self.equal.shape[0] > 0
        found = linprog(
            -factors,
            A_ub=-self.least if less else None,
            b_ub=-self.floor if less else None,
            A_eq=self.equal if equal else None,
            b_eq=self.right if equal else None,
            bounds=(0, self.top),
            method="highs-ds",
        )
        if found.status != 0:
            raise RunError(f"the audit of what is withheld stopped: {found.message}")
        x = found.x
        if np.abs(x - np.round(x)).max() > 1e-6:
            x = self._whole(factors, x)
        return x, float(np.floor(-found.fun + 1e-6))

    def _whole(self, factors: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
        constraints = [
            LinearConstraint(matrix, low, high)
            for matrix, low, high in (
                (self.equal, self.right, self.right),
                (self.least, self.floor, np.inf),
            )
            if matrix.shape[0]
        ]
        found = milp(
            -factors,
            constraints=constraints,
            integrality=np.ones(len(factors)),
            bounds=Bounds(0, self.top),
            options={"node_limit": BRANCHES},
        )
        return otherwise if found.x is None else found.x


@dataclass(frozen=True)
class Ranges:
    """Where a reader can place values: arrays of shape (values,).

    lower, upper : the least and largest that a completion was found for.
    closed : whether the range was searched to its ends; else it is at least this wide.
    """

    lower: np.ndarray
    upper: np.ndarray
    closed: np.ndarray

    @property
    def width(self) -> np.ndarray:
        """How far apart the ends are."""
        return self.upper - self.lower


class Attack:
    """The system as seen by a reader to whom some counts are shown.

    known : counts that are shown, of absent groups, or what an equation gives of these.
    block_of : the block of each count, -1 for known ones.
    """

    def __init__(self, system: System, shown: np.ndarray) -> None:
        self.system = system
        self.known = derived(system, shown | system.absent)
        unknown = np.flatnonzero(~self.known)
        self._equal, self._right = self._rest(system.equal, unknown)
        least, floor = self._rest(system.least, unknown)
        # Of counts that can't be negative, such a row says nothing.
        entries, speaks = least.tocoo(), floor > 0
        speaks[entries.row[entries.data < 0]] = True
        self._least, self._floor = least[speaks], floor[speaks]
        self.block_of = np.full(len(system.counts), -1)
        self.block_of[unknown] = self._numbered(len(unknown))
        self._blocks: dict[int, Block] = {}

    def _rest(self, matrix: sparse.csr_array, unknown: np.ndarray) -> tuple:
        """Return what rows say of the unknown counts: their factors, and the rest moved over."""
        right = -(matrix @ np.where(self.known, self.system.pupils, 0.0))
        rest = matrix[:, unknown].tocsr()
        speaks = np.diff(rest.indptr) > 0
        return rest[speaks], right[speaks]

    def _numbered(self, n_unknown: int) -> np.ndarray:
        """Return the block of each unknown count: those that rows link."""
        links = sparse.vstack([self._equal, self._least], format="csr")
        together = sparse.block_array([[None, links], [links.T, None]], format="csr")
        if not links.shape[0]:
            return np.arange(n_unknown)
        _, label = connected_components(together, directed=False)
        return np.unique(label[links.shape[0] :], return_inverse=True)[1]

    def block(self, number: int) -> Block:
        """Return a block, made once."""
        if number not in self._blocks:
            unknown = np.flatnonzero(~self.known)
            mine = self.block_of[unknown] == number
            parts = []
            for matrix, right in ((self._equal, self._right), (self._least, self._floor)):
                rows = (abs(matrix) @ mine.astype(float)) > 0
                parts += [matrix[rows][:, mine], right[rows]]
            # ASSUME: a reader knows no more of how large a count may be than twice the largest.
            top = 2 * self.system.pupils[self.known].max(initial=0.0) + 1000
            self._blocks[number] = Block(unknown[mine], *parts, top)
        return self._blocks[number]

    def furthest(self, factors: np.ndarray, base: np.ndarray) -> tuple[np.ndarray, float]:
        """Return the change from `base` at which factors @ counts is largest, and the largest."""
        change, largest = np.zeros(len(base)), float(factors[self.known] @ base[self.known])
        for number in np.unique(self.block_of[(factors != 0) & ~self.known]):
            block = self.block(int(number))
            x, value = block.furthest(factors[block.unknown])
            change[block.unknown] = x - base[block.unknown]
            largest += value
        return change, largest


def derived(system: System, known: np.ndarray) -> np.ndarray:
    """Return the counts that are known with those that an equation gives of them, one by one."""
    known, matrix = known.copy(), abs(system.equal)
    while True:
        single = np.flatnonzero((matrix @ (~known).astype(float)) == 1)
        columns = matrix[single].indices
        if known[columns].all():
            return known
        known[columns] = True


def pushed(
    attack: Attack, factors: sparse.csr_array, needed: np.ndarray, completions: Completions
) -> np.ndarray:
    """Search completions for many values at once; return the places of those still too narrow.

    factors : of each count in each value, sparse (values, counts); needed : width, (values,).
    """
    random = np.random.default_rng(len(needed))
    short = _short(attack, factors, needed, completions)
    while len(short):
        push = random.standard_normal(len(short)) @ factors[short]
        for direction in (push, -push):
            completions.add(attack.furthest(direction, completions.base)[0])
        left = _short(attack, factors, needed, completions)
        if len(short) - len(left) <= WORTHWHILE * len(short):
            return left
        short = left
    return short


def ranges(
    attack: Attack, factors: sparse.csr_array, needed: np.ndarray, completions: Completions
) -> Ranges:
    """Return where values can be: at least as far apart as needed, or searched to the ends."""
    closed = np.zeros(len(needed), dtype=bool)
    for value in pushed(attack, factors, needed, completions):
        row = factors[[value]]
        # The search for another value may have been enough.
        if len(_short(attack, row, needed[[value]], completions)):
            for direction in (1, -1):
                change, _ = attack.furthest(direction * row.toarray().ravel(), completions.base)
                completions.add(change)
            closed[value] = True
    return Ranges(*completions.ends(factors, attack.known), closed)


def _short(
    attack: Attack, factors: sparse.csr_array, needed: np.ndarray, completions: Completions
) -> np.ndarray:
    lower, upper = completions.ends(factors, attack.known)
    return np.flatnonzero(upper - lower < needed)
