"""Writing the rows of one family of measures and one grouping: estimates, gaps and changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from advieskloof.indicators.blocks import Block
from advieskloof.indicators.estimating import (
    Estimated,
    Gaps,
    changes,
    changes_of_gaps,
    differences,
    estimated,
    ratios,
)
from advieskloof.indicators.families import Family
from advieskloof.indicators.groups import Grouping
from advieskloof.indicators.rows import Columns, Rows, identity, of_block, of_gaps


@dataclass(frozen=True)
class Writer:
    """Adds the rows of one family and grouping.

    of_rows, of_gaps : what identifies estimates, and gaps between their groups.
    gaps : which rows are compared; `minus` and `divided` say with what.
    """

    rows: Rows
    n_groups: int
    of_rows: Columns
    of_gaps: Columns
    gaps: Gaps
    compared_with: Sequence[str]
    shown: dict[str, np.ndarray] = field(default_factory=dict)

    def add_block(
        self, block: Block, cohort: str, defined: np.ndarray, occurring: np.ndarray
    ) -> Estimated:
        """Add a block's estimates, and the gaps and ratios between its groups."""
        found = estimated(block)
        shown = np.repeat(defined, self.n_groups) & np.tile(occurring, len(defined))
        self.shown[cohort] = shown
        self._add(self.of_rows, of_block(block, found), shown, cohort, "")
        if len(self.gaps.group):
            both = shown[self.gaps.group] & shown[self.gaps.reference]
            said = self._said("minus {}")
            self._add(self.of_gaps, of_gaps(differences(found, self.gaps), "plain"), both, cohort,
                      said)  # fmt: skip
            if block.reached is not None:
                identified = {**self.of_gaps, "unit": "ratio"}
                said = self._said("divided by {}")
                numbers = of_gaps(ratios(found, self.gaps), "ratio")
                self._add(identified, numbers, both, cohort, said)
        return found

    def add_change(self, later: Estimated, earlier: Estimated, cohort: str, since: str) -> None:
        """Add the change of rows, and of the gaps between them, from one cohort to another."""
        shown = self.shown[cohort] & self.shown[since]
        said = f"minus cohort={since}"
        self._add(self.of_rows, of_gaps(changes(later, earlier), "plain"), shown, cohort, said)
        if len(self.gaps.group):
            numbers = of_gaps(changes_of_gaps(later, earlier, self.gaps), "plain")
            both = shown[self.gaps.group] & shown[self.gaps.reference]
            said = self._said("minus {} " + said)
            self._add(self.of_gaps, numbers, both, cohort, said)

    def _said(self, words: str) -> np.ndarray:
        places = self.rows.places("reference", [words.format(each) for each in self.compared_with])
        return np.tile(places, len(self.gaps.group) // len(places))

    def _add(
        self, identified: Columns, numbers: Columns, keep: np.ndarray, cohort: str, said: object
    ) -> None:
        self.rows.add({**identified, **numbers, "cohort": cohort, "reference": said}, keep)


def writer(rows: Rows, family: Family, grouped: Grouping, references: Mapping[str, str]) -> Writer:
    """Return the writer of a family and a grouping, with gaps to the `references` by column."""
    group, reference_group, said = comparisons(grouped, references)
    n_groups = len(grouped.groups)
    start = n_groups * np.arange(len(family.measures))[:, None]
    gaps = Gaps((start + group).ravel(), (start + reference_group).ravel())
    of_rows = identity(rows, family.measures, grouped)
    of_gaps = identity(rows, family.measures, grouped, group)
    return Writer(rows, n_groups, of_rows, of_gaps, gaps, said)


def comparisons(
    grouped: Grouping, references: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which groups are compared: group, its reference, and the reference in words.

    Along the first column of the grouping that has a reference, within the same groups of the
    other columns. Three arrays of one length, empty where nothing is compared.
    """
    place = {group: code for code, group in enumerate(grouped.groups)}
    along = next((i for i, name in enumerate(grouped.names) if name in references), None)
    found = []
    for group, code in place.items() if along is not None else ():
        name = grouped.names[along]
        other = place.get((*group[:along], references[name], *group[along + 1 :]))
        if other is not None and other != code:
            found.append((code, other, f"{name}={references[name]}"))
    group, other, said = zip(*found, strict=True) if found else ((), (), ())
    return np.array(group, dtype=int), np.array(other, dtype=int), np.array(said, dtype=object)
