"""Groups of pupils as boxes: a cohort label and one group along each axis that splits them.

An axis is what groups can be unions along: all groupings of parental education are one axis, and
so are COROP areas and municipalities, or a provider and its scores. A group is a union of atoms
that no grouping takes apart, and two groups with the same atoms are the same pupils.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from advieskloof import reference
from advieskloof.errors import DataError
from advieskloof.indicators.groups import EDUCATION, UNKNOWN
from advieskloof.schemas import SPLITS, TOTAL

# Groups along an axis: (axis, label), sorted by axis; nothing where pupils aren't split by it.
Place = tuple[tuple[str, str], ...]
COHORT = "cohort"
# Of the school or of the home, as `region_of` says: they are different groups of pupils.
OF_REGION = ("corop", "municipality", "urbanity")
PROVIDER, PERCENTILE = "provider", "percentile"
REST = "rest: "


class Box(NamedTuple):
    """A group of pupils: the label of its cohorts, and its groups along other axes."""

    cohorts: str
    place: Place

    def along(self, axis: str, label: str | None) -> "Box":
        """Return the box with another label along an axis; None for not split by it."""
        if axis == COHORT:
            return Box(label or TOTAL, self.place)
        rest = [(name, mine) for name, mine in self.place if name != axis]
        return Box(self.cohorts, tuple(sorted(rest if label is None else [*rest, (axis, label)])))

    def label(self, axis: str) -> str | None:
        """Return the box's label along an axis, None where it isn't split by it."""
        return self.cohorts if axis == COHORT else dict(self.place).get(axis)

    @property
    def axes(self) -> tuple[str, ...]:
        """The axes, but for that of cohorts, along which the box is a part."""
        return tuple(axis for axis, _ in self.place)

    def columns(self) -> frozenset[str]:
        """Return the columns of SPLITS of which everybody in the box has one known value."""
        pairs = [label.partition("=") for _, label in self.place if not label.startswith(REST)]
        known = [name for name, _, group in pairs if "+" not in group and group != UNKNOWN]
        return frozenset(known)

    @property
    def is_made_up(self) -> bool:
        """Whether no group has this box: it is what groups leave, or several of them together."""
        labels = [label for _, label in self.place]
        return any("+" in label or label.startswith(REST) for label in (self.cohorts, *labels))

    def lines(self) -> "list[tuple[Box, str]]":
        """Return the lines that the box is on: the box without an axis, and its grouping there."""
        return [(self.along(axis, None), grouping_of(label)) for axis, label in self.place]

    @property
    def is_together(self) -> bool:
        """Whether the box is of several groups along an axis, of which no row is."""
        return any("+" in label and not label.startswith(REST) for _, label in self.place)

    def apart(self) -> "Iterator[Box]":
        """Yield the boxes of single groups that a box of several is made of."""
        for axis, label in self.place:
            column, _, groups = label.partition("=")
            for group in groups.split("+"):
                yield self.along(axis, f"{column}={group}")

    def margins(self) -> "list[Box]":
        """Return the boxes of the same cohorts that leave one of its axes out."""
        return [self.along(axis, None) for axis in self.axes]


def axis_of(column: str, region_of: str) -> str:
    """Return the axis that a column of SPLITS is along."""
    if column in EDUCATION:
        return "parental_education"
    if column in ("corop", "municipality"):
        return f"region of {region_of}"
    if column in OF_REGION:
        return f"{column} of {region_of}"
    return PROVIDER if column == "test_provider" else column


def places(rows: pd.DataFrame) -> list[Place]:
    """Return the groups along axes of rows of ESTIMATES.

    Raises DataError where a row is split twice along one axis.
    """
    columns = [*SPLITS, "score", "region_of"]
    number = rows.groupby(columns, dropna=False, observed=True, sort=False).ngroup()
    distinct = rows.loc[~number.duplicated(), columns]
    known = [_place(row) for row in distinct.to_dict("records")]
    return [known[i] for i in pd.factorize(number)[0]]


def _place(row: Mapping[str, object]) -> Place:
    found = {}
    for column in SPLITS:
        if row[column] != TOTAL:
            axis = axis_of(column, row["region_of"])
            if axis in found:
                raise DataError(
                    f"rows split by {column} and another grouping along {axis!r} at once can't be "
                    "released; plan them apart."
                )
            found[axis] = f"{column}={row[column]}"
    if pd.notna(row["score"]):
        # Without a provider the score is a percentile within providers.
        axis = PROVIDER if PROVIDER in found else PERCENTILE
        found[axis] = f"{found[PROVIDER]} score={row['score']:g}" if axis == PROVIDER else (
            f"percentile={row['score']:g}"
        )  # fmt: skip
    return tuple(sorted(found.items()))


def grouping_of(label: str) -> str:
    """Return what a label is a group of: a column of SPLITS, or a provider's scores."""
    column, _, group = label.partition("=")
    return f"{column} score" if " score=" in group else column


def rest(atoms_: Iterable[str]) -> str:
    """Return the label of atoms that aren't a group by themselves: the same for the same atoms."""
    names = sorted(atoms_)
    if len(names) <= 3:
        return REST + " + ".join(names)
    # Too many to be read; the checksum keeps different ones apart.
    return f"{REST}{names[0]} and {len(names) - 1} more ({zlib.crc32(repr(names).encode()):08x})"


def atoms(
    axis: str, labels: Iterable[str], lies_in: Mapping[str, str] | None = None
) -> dict[str, frozenset[str]]:
    """Return the atoms of each label along an axis.

    Parameters
    ----------
    labels : all that occur along the axis.
    lies_in : the COROP area of each municipality, where rows by both are released.

    Raises DataError where areas and municipalities both occur and `lies_in` doesn't say how.
    """
    labels = sorted(set(labels))
    if axis == "parental_education":
        return _of_education(labels)
    if axis.startswith("region of"):
        return _of_regions(labels, lies_in)
    if axis == PROVIDER:
        return _of_providers(labels)
    if axis == COHORT:
        return {label: frozenset(label.split("+")) for label in labels}
    return {label: frozenset({label}) for label in labels}


def _of_education(labels: list[str]) -> dict[str, frozenset[str]]:
    """Return the codes of each group, of those that every grouping in use has a group for."""
    rows = reference.read_all("parental_education_groupings")
    named = "parental_education_" + rows["grouping"]
    used = {label.partition("=")[0] for label in labels}
    rows = rows[named.isin(used)]
    told = rows.groupby("code")["grouping"].nunique()
    rows = rows[rows["code"].isin(told.index[told == len(used)])]
    text = "parental_education_" + rows["grouping"] + "=" + rows["group"]
    codes = rows["code"].groupby(text).agg(frozenset)
    return {label: codes[label] for label in labels}


def _of_regions(labels: list[str], lies_in: Mapping[str, str] | None) -> dict[str, frozenset[str]]:
    areas = [label for label in labels if label.startswith("corop=")]
    towns = [label for label in labels if label.startswith("municipality=")]
    if not areas or not towns:
        return {label: frozenset(label.partition("=")[2].split("+")) for label in labels}
    unplaced = [town for town in towns if town.partition("=")[2] not in (lies_in or {})]
    if unplaced:
        raise DataError(
            f"rows by COROP area and by municipality are to be released, and for {len(unplaced)} "
            "municipalities it isn't known in which area they lie; plan one of the two."
        )
    found = {town: frozenset({town}) for town in towns}
    for label in areas:
        inside = label.partition("=")[2].split("+")
        found[label] = frozenset(
            town for town in towns if lies_in[town.partition("=")[2]] in inside
        )
    return found


def _of_providers(labels: list[str]) -> dict[str, frozenset[str]]:
    """Return a score as itself, and a provider as all its scores that occur, and others."""
    found = {}
    for label in labels:
        scores = {other for other in labels if other.startswith(f"{label} score=")}
        found[label] = frozenset({label} | scores)
    return found
