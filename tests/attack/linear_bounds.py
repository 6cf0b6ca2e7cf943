"""The least and the most that sums of counts can be, by linear programming (HiGHS).

Two points that keep all relations and differ by `enough` in a sum show that it can't be bounded
tighter; a few points show it for most sums at once. What is left follows from the equations by
elimination, or is solved for.
"""

from collections import defaultdict

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

# No cell of a country has more pupils.
MOST = 1_000_000
# With fewer sums left elimination costs more than it saves.
MANY = 20
# What the solver may be off.
NEAR = 1e-4


class Contradiction(Exception):
    """The displayed numbers break the relations: a definition isn't what it is said to be."""


def bounds(system, relations, sums, enough, settle=True):
    """Return (lower, upper) of `sums`, each {count: weight}, under relations on counts >= 0.

    Bounds that lie `enough` apart or more may be those of two points, not the least and the most;
    without `settle` narrower ones may be too.
    """
    lower, upper = np.full(len(sums), np.inf), np.full(len(sums), -np.inf)
    made_of = _made_of(system)
    block_of = _blocks(system, [*(relation.terms for relation in relations), *sums])
    related, asked = defaultdict(list), defaultdict(list)
    for relation in relations:
        related[block_of[next(iter(relation.terms))]].append(relation)
    for number, terms in enumerate(sums):
        asked[block_of[next(iter(terms))]].append(number)
    for block, numbers in asked.items():
        targets = _rows([sums[number] for number in numbers], len(system.parts)) @ made_of
        search = _Search(_Program(related[block], targets, made_of), enough)
        if enough < MOST:
            search.wander()
        if settle:
            search.eliminate()
            search.solve()
        lower[numbers] = np.ceil(search.lowest - NEAR) + 0.0
        upper[numbers] = np.floor(search.highest + NEAR) + 0.0
    return lower, upper


def _made_of(system):
    """Counts × variables, 1 where pupils of the kind are in the count."""
    ends = np.cumsum([0, *map(len, system.parts)])
    columns = np.concatenate(system.parts)
    shape = (len(system.parts), system.size)
    return sparse.csr_array((np.ones(len(columns)), columns, ends), shape=shape)


def _rows(sums, width):
    rows = [row for row, terms in enumerate(sums) for _ in terms]
    columns = [count for terms in sums for count in terms]
    weights = [float(weight) for terms in sums for weight in terms.values()]
    return sparse.csr_array((weights, (rows, columns)), shape=(len(sums), width))


def _blocks(system, linked):
    """The block of each count: those in cells that nothing links are apart."""
    cells = np.array(system.cell_of)
    pairs = [(next(iter(terms)), count) for terms in linked for count in terms]
    at, to = np.array(pairs).T
    links = (np.ones(len(at)), (cells[at], cells[to]))
    size = cells.max() + 1
    return connected_components(sparse.coo_array(links, shape=(size, size)))[1][cells]


class _Program:
    """The relations of a block and the sums asked of it; variables that are alike are merged."""

    def __init__(self, relations, targets, made_of):
        terms = _rows([relation.terms for relation in relations], made_of.shape[0])
        matrix = (terms @ made_of).tocsc()
        kept = _different_columns(sparse.vstack([matrix, targets]).tocsc())
        self.targets = targets.tocsc()[:, kept].tocsr()
        matrix = matrix[:, kept].tocsr()
        lower = np.array([relation.lower for relation in relations])
        upper = np.array([relation.upper for relation in relations])
        fixed = lower == upper
        above, below = ~fixed & np.isfinite(upper), ~fixed & (lower > -np.inf)
        self.equal, self.value = matrix[fixed], lower[fixed]
        self.less = sparse.vstack([matrix[above], -matrix[below]])
        self.most = np.concatenate([upper[above], -lower[below]])

    def values(self, weights):
        """The values of all sums at the point where their weighted sum is least."""
        return self.targets @ self._point(weights @ self.targets)

    def far(self, asked, start, sign, enough):
        """The values of all sums at a point where many of those asked are `enough` from `start`.

        sign : 1 for above it, -1 for below it.
        """
        # Each has a gain: at most its distance, at most `enough`; their sum is made the most.
        rows, size = self.targets[asked], asked.sum()
        gains = sparse.hstack([-sign * rows, sparse.eye_array(size)])
        aim = np.concatenate([np.zeros(rows.shape[1]), -np.ones(size)])
        ends = [(0, MOST)] * rows.shape[1] + [(-np.inf, enough)] * size
        point = self._point(aim, (gains, -sign * start[asked]), ends)
        return self.targets @ point[: rows.shape[1]]

    def _point(self, aim, more=None, ends=(0, MOST)):
        less, most, equal = self.less, self.most, self.equal
        if more:
            extra = len(aim) - less.shape[1]
            less = _wider(less, extra)
            less, most = sparse.vstack([less, more[0]]), np.concatenate([most, more[1]])
            equal = _wider(equal, extra)
        done = linprog(
            aim,
            *(less, most, equal, self.value),
            bounds=ends,
            method="highs-ds",
            options={"presolve": False},
        )
        if done.status != 0:
            raise Contradiction(f"{done.status}: {done.message}")
        return done.x

    def determined(self, asked):
        """Mark those of the sums asked that the equations alone fix."""
        size, axes = np.linalg.eigh((self.equal @ self.equal.T).toarray())
        used = size > 1e-7 * max(size.max(initial=0), 1)
        span = (axes[:, used] / np.sqrt(size[used])).T @ self.equal
        targets = self.targets[asked].toarray()
        apart = np.abs(targets - (targets @ span.T) @ span).max(axis=1, initial=0)
        asked[asked] = apart < 1e-6
        return asked


def _wider(matrix, columns):
    return sparse.hstack([matrix, sparse.csr_array((matrix.shape[0], columns))])


def _different_columns(matrix):
    """The columns without those that equal another one or are empty."""
    # Equal columns have equal sums with random weights; two sums, so that no others do.
    mixed = np.random.default_rng(1).normal(size=(2, matrix.shape[0])) @ matrix
    mixed = mixed[0] + 1j * mixed[1]
    used = np.flatnonzero(np.diff(matrix.indptr))
    return used[np.unique(mixed[used].round(9), return_index=True)[1]]


class _Search:
    """The lowest and highest values of a program's sums that points so far have shown."""

    def __init__(self, program, enough):
        self.program, self.enough = program, enough
        size = program.targets.shape[0]
        self.lowest, self.highest = np.full(size, np.inf), np.full(size, -np.inf)
        self.fixed = np.zeros(size, bool)

    @property
    def narrow(self):
        return ~self.fixed & ~(self.highest - self.lowest >= self.enough)

    def see(self, values):
        np.minimum(self.lowest, values, out=self.lowest)
        np.maximum(self.highest, values, out=self.highest)

    def wander(self):
        """Go to points far from those seen for as long as they show more sums to vary."""
        some = np.random.default_rng(0)
        for sign in (1, -1):
            self.see(self.program.values(sign * some.normal(size=len(self.lowest))))
        before = np.inf
        while before > self.narrow.sum() > 0:
            before = self.narrow.sum()
            for sign, start in ((1, self.lowest), (-1, self.highest)):
                if (asked := self.narrow).any():
                    self.see(self.program.far(asked, start, sign, self.enough))

    def eliminate(self):
        """Settle the sums that follow from the equations alone: every point has their value."""
        if self.narrow.sum() >= MANY and self.program.equal.shape[0]:
            self.fixed = self.program.determined(self.narrow)
            self.highest[self.fixed] = self.lowest[self.fixed]

    def solve(self):
        """Solve for both ends of each sum that is left, until it is seen to vary enough."""
        for at in np.flatnonzero(self.narrow):
            aim = np.zeros(len(self.lowest))
            for sign in (1.0, -1.0):
                aim[at] = sign
                if self.highest[at] - self.lowest[at] < self.enough:
                    self.see(self.program.values(aim))
