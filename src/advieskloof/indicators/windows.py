"""Measures over one cohort, or over several pooled, with the schools' covariance over years."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from advieskloof.indicators.blocks import NO_LINKS, Block, Links, Pairs, Pool, pairs
from advieskloof.indicators.families import Family, Prepared
from advieskloof.indicators.groups import Grouping


@dataclass(frozen=True)
class Window:
    """Cohorts that are taken together: their places, and the text of `cohort` in their rows."""

    places: tuple[int, ...]
    name: str


def windows(years: Sequence[int], width: int) -> list[Window]:
    """Return every run of `width` school years that follow each other and are all there."""
    found = []
    for start in range(len(years) - width + 1):
        first, last = years[start], years[start + width - 1]
        if last - first == width - 1:
            name = str(first) if width == 1 else f"{first}-{last}"
            found.append(Window(tuple(range(start, start + width)), name))
    return found


@dataclass
class Blocks:
    """The blocks of one family and grouping, made once per cohort."""

    family: Family
    grouped: Grouping
    held: Sequence[Pairs | None]
    made: dict[int, Block] = field(default_factory=dict)

    def defined(self, window: Window) -> np.ndarray:
        """Mark the measures that every cohort of the window supports, bool (measures,)."""
        if any(self.held[t] is None for t in window.places):
            return np.zeros(len(self.family.measures), dtype=bool)
        return self.family.defined[list(window.places)].all(axis=0)

    def block(self, window: Window) -> Block:
        """Return the totals of the window's cohorts together.

        A school's contributions over the years are added up before they are squared, so that its
        covariance between years is in the error.
        """
        pool, factors = Pool(), []
        for t in window.places:
            if t not in self.made:
                self.made[t] = self.family.build(t, self.held[t], self.grouped)
            pool.add(self.made[t])
            factors.append((t, self.made[t].numerator.shared))
        return pool.block(self.family.factors(factors))


def pairs_of(prepared: Prepared, grouped: Grouping, linked: Links = NO_LINKS) -> list[Pairs | None]:
    """Return each cohort's pairs of school and group, None where it lacks the grouping.

    linked : groups that are compared, and what with.
    """
    schools = [cohort.school for cohort in prepared.pupils.cohorts]
    return pairs(schools, grouped, linked, prepared.pupils.n_schools)
