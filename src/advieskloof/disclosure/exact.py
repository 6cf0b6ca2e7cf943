"""The fewest rows that have to fall in a small system: secondary suppression by optimisation.

For every unsafe value there are two completions that put it far enough apart; in both, a count may
differ from the truth only if every row that rests on it falls. This is the model of Fischetti and
Salazar-Gonzalez (2001), Solving the cell suppression problem on tabular data with linear
constraints, Management Science 47, 1008-1027, written out for all values at once, with rows in
place of cells. It grows with values times counts, so it is for small systems alone.
"""

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from advieskloof.disclosure.system import System
from advieskloof.disclosure.unsafe import Unsafe

# Largest number of values times counts; beyond it the search is by neighbourhoods (`partners`).
LARGEST = 3000
# Branches of the search; not seconds, so that the same tables fall on every machine.
BRANCHES = 2000


def is_small(system: System, unsafe: Unsafe) -> bool:
    """Tell whether a system is small enough for `fewest`."""
    return 0 < len(unsafe.pupils) * len(system.counts) <= LARGEST


def fewest(
    system: System,
    unsafe: Unsafe,
    rests: sparse.csr_array,
    base: np.ndarray,
    protection: float,
) -> np.ndarray | None:
    """Return the counts to withhold, bool (counts,), so that the fewest rows fall.

    Parameters
    ----------
    rests : whether a row rests on a count, sparse (rows, counts).
    base : the true counts (counts,).
    protection : least distance between two completions for every unsafe value.

    Returns
    -------
    None where the search ended without a proof that no fewer rows will do.
    """
    rows, counts = rests.shape
    copies = 2 * len(unsafe.pupils)
    most = base.max(initial=0.0) + 4 * protection + 50
    constraints = [
        *_fitting(system, rows, copies),
        _apart(unsafe, rows, counts, protection),
        *_held(rests, base, most, copies),
    ]
    lower = np.zeros(rows + copies * counts)
    lower[:rows] = (rests @ unsafe.hidden.astype(float)) > 0
    of_counts = np.tile(np.where(system.absent, 0.0, most), copies)
    found = milp(
        np.concatenate([np.ones(rows), np.zeros(copies * counts)]),
        constraints=constraints,
        bounds=Bounds(lower, np.concatenate([np.ones(rows), of_counts])),
        integrality=np.concatenate([np.ones(rows), np.zeros(copies * counts)]),
        options={"node_limit": BRANCHES, "mip_rel_gap": 0.0},
    )
    if found.status != 0:
        return None
    stands = found.x[:rows] < 0.5
    return ((rests.T @ stands.astype(float)) == 0) & system.resting


def _fitting(system: System, rows: int, copies: int) -> list[LinearConstraint]:
    """Return that every completion keeps lines and definitions."""
    found = []
    for matrix, top in ((system.equal, 0.0), (system.least, np.inf)):
        if matrix.shape[0]:
            blank = sparse.csr_array((matrix.shape[0] * copies, rows))
            parts = sparse.hstack([blank, sparse.block_diag([matrix] * copies)], format="csr")
            found.append(LinearConstraint(parts, 0.0, top))
    return found


def _apart(unsafe: Unsafe, rows: int, counts: int, protection: float) -> LinearConstraint:
    """Return that the two completions of a value are far enough apart in it."""
    values = len(unsafe.pupils)
    entries = unsafe.factors.tocoo()
    first = rows + 2 * counts * entries.row + entries.col
    where = np.concatenate([entries.row, entries.row]), np.concatenate([first, first + counts])
    data = np.concatenate([entries.data, -entries.data])
    shape = (values, rows + 2 * values * counts)
    return LinearConstraint(sparse.coo_array((data, where), shape=shape).tocsr(), protection)


def _held(
    rests: sparse.csr_array, base: np.ndarray, most: float, copies: int
) -> list[LinearConstraint]:
    """Return that a count is as it is while a row that rests on it stands."""
    rows, counts = rests.shape
    row, count = rests.tocoo().coords
    n = len(row)
    of_copy = rows + np.arange(copies)[:, None] * counts + count
    pair = np.arange(copies * n)
    rows_of_pairs = np.tile(row, copies)
    found = []
    for sign in (1.0, -1.0):
        data = np.concatenate([np.full(copies * n, sign), np.full(copies * n, -most)])
        where = np.concatenate([pair, pair]), np.concatenate([of_copy.ravel(), rows_of_pairs])
        matrix = sparse.coo_array((data, where), shape=(copies * n, rows + copies * counts))
        found.append(LinearConstraint(matrix.tocsr(), -np.inf, np.tile(sign * base[count], copies)))
    return found
