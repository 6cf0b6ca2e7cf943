"""How many pupils and schools a number about a group rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from advieskloof.models.frames import SCHOOL


@dataclass(frozen=True)
class Counts:
    """Pupils by school and crossing of groups, schools x crossings.

    crossings : the groups of each crossing.
    pupils, reached : all, and those with the event.
    """

    crossings: dict[tuple[str, ...], int]
    pupils: np.ndarray
    reached: np.ndarray

    def of(self, *crossings: tuple[str, ...]) -> dict[str, float]:
        """Return n, k, n_schools, k_schools and rest_schools of crossings together."""
        places = [self.crossings[each] for each in crossings]
        n, k = self.pupils[:, places].sum(axis=1), self.reached[:, places].sum(axis=1)
        return {
            "n": n.sum(),
            "k": k.sum(),
            "n_schools": (n > 0).sum(),
            "k_schools": (k > 0).sum(),
            "rest_schools": (n > k).sum(),
        }


def counts(frame: pd.DataFrame, by: Sequence[str], event: np.ndarray) -> Counts:
    """Return what crossings of groups rest on.

    by : columns of groups, as categories.
    event : marks pupils, bool (pupils,).
    """
    school, names = pd.factorize(frame[SCHOOL])
    crossing, found = np.zeros(len(frame), dtype=np.int64), [()]
    for name in by:
        groups = list(frame[name].cat.categories)
        crossing = crossing * len(groups) + frame[name].cat.codes.to_numpy()
        found = [(*held, group) for held in found for group in groups]
    shape = len(names), len(found)
    key = school * shape[1] + crossing
    pupils = np.bincount(key, minlength=shape[0] * shape[1]).reshape(shape)
    reached = np.bincount(key[event], minlength=shape[0] * shape[1]).reshape(shape)
    return Counts({each: place for place, each in enumerate(found)}, pupils, reached)
