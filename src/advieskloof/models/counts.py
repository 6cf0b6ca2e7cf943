"""How many pupils and schools a number about a group rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from advieskloof.models.frames import SCHOOL, SECONDARY


@dataclass(frozen=True)
class Counts:
    """Pupils by school and crossing of groups, schools x crossings.

    crossings : the groups of each crossing.
    pupils, reached : all, and those with the event.
    secondary : the same by secondary school, of pupils in both.
    """

    crossings: dict[tuple[str, ...], int]
    pupils: np.ndarray
    reached: np.ndarray
    secondary: "Counts | None" = None

    def of(self, *crossings: tuple[str, ...]) -> dict[str, float]:
        """Return n, k, n_schools, k_schools and rest_schools of crossings together.

        Of primary and secondary schools, the fewer.
        """
        found = self._of(*crossings)
        other = found if self.secondary is None else self.secondary.of(*crossings)
        return {name: min(value, other[name]) for name, value in found.items()}

    def _of(self, *crossings: tuple[str, ...]) -> dict[str, float]:
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
    crossing, found = np.zeros(len(frame), dtype=np.int64), [()]
    for name in by:
        groups = list(frame[name].cat.categories)
        crossing = crossing * len(groups) + frame[name].cat.codes.to_numpy()
        found = [(*held, group) for held in found for group in groups]
    places = {each: place for place, each in enumerate(found)}
    other = None
    if SECONDARY in frame:
        other = Counts(places, *_by_school(frame[SECONDARY], crossing, len(found), event))
    return Counts(places, *_by_school(frame[SCHOOL], crossing, len(found), event), other)


def _by_school(
    school: pd.Series, crossing: np.ndarray, n_crossings: int, event: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return pupils by school and crossing, all and those with the event."""
    codes, names = pd.factorize(school)
    shape = len(names), n_crossings
    key = codes * n_crossings + crossing
    pupils = np.bincount(key, minlength=shape[0] * shape[1]).reshape(shape)
    reached = np.bincount(key[event], minlength=shape[0] * shape[1]).reshape(shape)
    return pupils, reached
