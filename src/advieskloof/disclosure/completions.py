"""Whole numbers of pupils that fit a system: what the counts could be besides what they are.

Two completions that agree on all that is shown, and differ in a value, prove that a reader can't
tell which of the two holds. They are checked in whole numbers against every line and definition,
however they were found.
"""

import numpy as np
from scipy import sparse

from advieskloof.disclosure.system import System


class Completions:
    """Completions found so far, as differences from the true counts, sparse (found, counts)."""

    def __init__(self, system: System, base: np.ndarray) -> None:
        """Start with no difference.

        base : the true counts, or what fits where the estimates don't tell them (counts,).
        """
        self.system, self.base = system, base
        self._kept = sparse.csr_array((1, len(base)))
        self._new: list[sparse.csr_array] = []

    def add(self, change: np.ndarray) -> bool:
        """Keep base + change, rounded to whole numbers, if it fits; tell whether it does."""
        change = np.round(change)
        whole = self.base + change
        fits = (
            (whole >= 0).all()
            and (self.system.equal @ whole == 0).all()
            and (self.system.least @ whole >= 0).all()
        )
        if fits:
            self._new.append(sparse.csr_array(change[None, :]))
        return bool(fits)

    @property
    def found(self) -> sparse.csr_array:
        """All completions."""
        if self._new:
            self._kept = sparse.vstack([self._kept, *self._new], format="csr")
            self._new = []
        return self._kept

    def ends(self, factors: sparse.csr_array, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and the largest of values over what agrees with the known counts.

        factors : of each count in each value, sparse (values, counts); known : bool (counts,).
        """
        agrees = (abs(self.found) @ known.astype(float)) == 0
        moved = (factors @ self.found[agrees].T).tocsr()
        value = factors @ self.base
        # The true counts themselves are the first of them.
        lower, upper = moved.min(axis=1).toarray(), moved.max(axis=1).toarray()
        return value + np.minimum(lower.ravel(), 0), value + np.maximum(upper.ravel(), 0)
