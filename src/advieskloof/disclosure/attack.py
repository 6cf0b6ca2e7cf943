"""How far a reader gets: the range of every protected value, given all counts that are shown.

The attacker has the counts that stand, the lines and the definitions, and knows that pupils come in
whole numbers. A value is safe when two sets of whole numbers, both in keep with everything shown,
put it at least as far apart as the rules ask. Such a pair is found by linear programming and
checked in whole numbers, so that no tolerance of a solver enters.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse.csgraph import connected_components

from advieskloof.disclosure.system import System
from advieskloof.errors import RunError

# Rounds in which all values that aren't safe yet are pushed at once, before each on its own.
ROUNDS = 6
SECONDS = 20.0


@dataclass
class Block:
    """Unknown counts that hang together, with what links them to each other and to known ones.

    unknown : places in the system, (unknowns,).
    equal, right : equal @ x = right; least, floor : least @ x >= floor.
    top : no count is larger.
    points : whole numbers x that fit, found so far.
    """

    unknown: np.ndarray
    equal: sparse.csr_array
    right: np.ndarray
    least: sparse.csr_array
    floor: np.ndarray
    top: float
    points: list[np.ndarray] = field(default_factory=list)

    def furthest(self, factors: np.ndarray) -> float:
        """Return the largest value of factors @ x, and keep the whole numbers that reach it.

        It is that of the linear programme, rounded down: no whole numbers do better.
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
        if not self.keep(found.x):
            self._search_whole(factors)
        return float(np.floor(-found.fun + 1e-6))

    def keep(self, x: np.ndarray) -> bool:
        """Keep x, rounded to whole numbers, if these fit exactly; tell whether they do."""
        whole = np.round(x)
        fits = (
            (whole >= 0).all()
            and (self.equal @ whole == self.right).all()
            and (self.least @ whole >= self.floor).all()
        )
        if fits:
            self.points.append(whole)
        return bool(fits)

    def _search_whole(self, factors: np.ndarray) -> None:
        """Keep the best whole numbers where the linear programme ends in fractions."""
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
            options={"time_limit": SECONDS},
        )
        if found.x is not None:
            self.keep(found.x)


@dataclass(frozen=True)
class Ranges:
    """Where a reader can place values: arrays of shape (values,).

    lower, upper : the least and largest that whole numbers were found for.
    closed : whether no reader can place the value more widely, because its range was searched to
        its ends; else it is at least this wide.
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
        idle = (least.min(axis=1).toarray().ravel() >= 0) & (floor <= 0)
        self._least, self._floor = least[~idle], floor[~idle]
        self.block_of = np.full(len(system.counts), -1)
        self.block_of[unknown] = self._numbered(len(unknown))
        self._blocks: dict[int, Block] = {}

    def _rest(self, matrix: sparse.csr_array, unknown: np.ndarray) -> tuple:
        """Return what rows say of the unknown counts: their factors, and the rest moved over."""
        right = -(matrix @ np.where(self.known, self.system.pupils, 0.0))
        rest = matrix[:, unknown].tocsr()
        rest.eliminate_zeros()
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
            self._blocks[number] = self._block(number)
        return self._blocks[number]

    def _block(self, number: int) -> Block:
        unknown = np.flatnonzero(~self.known)
        mine = self.block_of[unknown] == number
        parts = []
        for matrix, right in ((self._equal, self._right), (self._least, self._floor)):
            rows = (abs(matrix) @ mine.astype(float)) > 0
            parts += [matrix[rows][:, mine], right[rows]]
        # ASSUME: a reader knows no more of how large a count may be than twice the largest shown.
        shown = self.system.pupils[self.known]
        found = Block(unknown[mine], *parts, top=2 * shown.max(initial=0.0) + 1000)
        truth = self.system.pupils[found.unknown]
        if not np.isnan(truth).any():
            found.keep(truth)
        return found

    def ranges(self, factors: sparse.csr_array, needed: np.ndarray) -> Ranges:
        """Return where values, sums of counts by factors, can be; at least as far as needed.

        A value that every count of is known has no width. The search for a value stops where its
        width is as needed.
        """
        base = factors @ np.where(self.known, self.system.pupils, 0.0)
        lower, upper = base.copy(), base.copy()
        closed = np.ones(len(base), dtype=bool)
        of_value = self._blocks_of(factors)
        several = {value for value, blocks in of_value.items() if len(blocks) > 1}
        for number in sorted({each for blocks in of_value.values() for each in blocks}):
            mine = np.array([value for value, blocks in of_value.items() if number in blocks])
            block = self.block(number)
            part = factors[mine][:, block.unknown]
            # What several blocks make up is searched to its ends in each of them.
            wanted = np.where(np.isin(mine, list(several)), np.inf, needed[mine])
            found = _searched(block, part, wanted)
            lower[mine] += found.lower
            upper[mine] += found.upper
            closed[mine] &= found.closed
        return Ranges(lower, upper, closed)

    def _blocks_of(self, factors: sparse.csr_array) -> dict[int, set[int]]:
        entries = factors.tocoo()
        found: dict[int, set[int]] = {}
        for value, count in zip(entries.row, entries.col, strict=True):
            if (number := self.block_of[count]) >= 0:
                found.setdefault(int(value), set()).add(int(number))
        return found


def derived(system: System, known: np.ndarray) -> np.ndarray:
    """Return the counts that are known with those that an equation gives of them, one by one."""
    known, matrix = known.copy(), abs(system.equal)
    while True:
        single = np.flatnonzero((matrix @ (~known).astype(float)) == 1)
        columns = matrix[single].indices
        if known[columns].all():
            return known
        known[columns] = True


def _searched(block: Block, factors: sparse.csr_array, needed: np.ndarray) -> Ranges:
    """Return the ranges of values within a block."""
    random = np.random.default_rng(len(block.unknown))
    closed = np.zeros(len(needed), dtype=bool)
    for _ in range(ROUNDS):
        short = _short(block, factors, needed)
        if len(short) < 3:
            break
        push = random.uniform(0.5, 1.5, len(short)) @ factors[short]
        block.furthest(push)
        block.furthest(-push)
    for value in _short(block, factors, needed):
        lower, upper = _ends(block, factors[[value]])
        # Another value's search may have been enough by now.
        if upper - lower < needed[value]:
            row = factors[[value]].toarray().ravel()
            block.furthest(row)
            block.furthest(-row)
            closed[value] = True
    lower, upper = _ends(block, factors)
    return Ranges(lower, upper, closed)


def _ends(block: Block, factors: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    if not block.points:
        return np.zeros(factors.shape[0]), np.zeros(factors.shape[0])
    values = factors @ np.array(block.points).T
    return values.min(axis=1), values.max(axis=1)


def _short(block: Block, factors: sparse.csr_array, needed: np.ndarray) -> np.ndarray:
    lower, upper = _ends(block, factors)
    return np.flatnonzero(upper - lower < needed)
