"""Writing the rows of one family of measures and one grouping: estimates, gaps and changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from advieskloof.indicators.blocks import Block
from advieskloof.indicators.estimating import (
    Estimated,
    changes,
    differences,
    estimated,
    ratios,
)
from advieskloof.indicators.families import Family
from advieskloof.indicators.groups import Grouping
from advieskloof.indicators.rows import Columns, Rows, identity, of_block, of_gaps
from advieskloof.uncertainty.places import Gaps


@dataclass(frozen=True)
class Compared:
    """Which groups of a grouping are compared with which, and the reference in words by gap."""

    gaps: Gaps
    said: Sequence[str]


@dataclass(frozen=True)
class Found:
    """What a cohort's block gives: its estimates, and the gaps between its groups if there are."""

    own: Estimated
    apart: Estimated | None


@dataclass(frozen=True)
class Writer:
    """Adds the rows of one family and grouping.

    of_rows, of_gaps : what identifies estimates, and gaps between their groups.
    compared : None where no groups are.
    """

    rows: Rows
    of_rows: Columns
    of_gaps: Columns
    compared: Compared | None
    shown: dict[str, np.ndarray] = field(default_factory=dict)

    def add_block(
        self, block: Block, cohort: str, defined: np.ndarray, occurring: np.ndarray
    ) -> Found:
        """Add a block's estimates, and the gaps and ratios between its groups."""
        found = estimated(block)
        self.shown[cohort] = shown = defined[:, None] & occurring
        self._add(self.of_rows, of_block(block, found), shown, cohort, "")
        if self.compared is None:
            return Found(found, None)
        apart, both = differences(found, self.compared.gaps), self._both(shown)
        said = self._said("minus {}")
        self._add(self.of_gaps, of_gaps(apart.numbers, "plain"), both, cohort, said)
        if block.reached is not None:
            numbers = of_gaps(ratios(found, apart, self.compared.gaps), "ratio")
            said = self._said("divided by {}")
            self._add({**self.of_gaps, "unit": "ratio"}, numbers, both, cohort, said)
        return Found(found, apart)

    def add_change(self, later: Found, earlier: Found, cohort: str, since: str) -> None:
        """Add the change of rows, and of the gaps between them, from one cohort to another."""
        shown = self.shown[cohort] & self.shown[since]
        said = f"minus cohort={since}"
        numbers = of_gaps(changes(later.own, earlier.own), "plain")
        self._add(self.of_rows, numbers, shown, cohort, said)
        if self.compared is not None:
            numbers = of_gaps(changes(later.apart, earlier.apart), "plain")
            said = self._said("minus {} " + said)
            self._add(self.of_gaps, numbers, self._both(shown), cohort, said)

    def _both(self, shown: np.ndarray) -> np.ndarray:
        return np.logical_and(*self.compared.gaps.sides(shown))

    def _said(self, words: str) -> np.ndarray:
        places = self.rows.places("reference", [words.format(each) for each in self.compared.said])
        return np.tile(places, len(self.of_gaps["unit"]) // len(places))

    def _add(
        self, identified: Columns, numbers: Columns, keep: np.ndarray, cohort: str, said: object
    ) -> None:
        self.rows.add({**identified, **numbers, "cohort": cohort, "reference": said}, keep.ravel())


def writer(rows: Rows, family: Family, grouped: Grouping, compared: Compared | None) -> Writer:
    """Return the writer of a family and a grouping."""
    of_rows = identity(rows, family.measures, grouped)
    if compared is None:
        return Writer(rows, of_rows, {}, None)
    of_gaps = identity(rows, family.measures, grouped, compared.gaps.group)
    return Writer(rows, of_rows, of_gaps, compared)


def comparisons(
    grouped: Grouping, references: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return which groups are compared: group, its reference, and the reference in words.

    Along the first column of the grouping that has a reference, within the same groups of the
    other columns. Three of one length, empty where nothing is compared.
    """
    place = {group: code for code, group in enumerate(grouped.groups)}
    along = next((i for i, name in enumerate(grouped.names) if name in references), None)
    found = []
    for group, code in place.items() if along is not None else ():
        name = grouped.names[along]
        other = place.get((*group[:along], references[name], *group[along + 1 :]))
        if other is not None and other != code:
            found.append((code, other, f"{name}={references[name]}"))
    codes, others, said = zip(*found, strict=True) if found else ((), (), ())
    return np.array(codes, dtype=int), np.array(others, dtype=int), list(said)
