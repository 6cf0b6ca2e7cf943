"""What each planned number rests on: the counts that it is, or that it would roughly give back.

An estimate with its standard error gives n and k back, so a number stands only where every count
that it rests on may be shown: a share on its own n and k, standardised and shrunken or not; a mean
on n; a gap, a ratio or a change on the counts of all its sides; a bound for unknown education on
those of the group and of the unknown.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from advieskloof.disclosure import boxes
from advieskloof.disclosure.boxes import COHORT, Box
from advieskloof.disclosure.events import (
    OF_REGIONS,
    PARTS,
    WITHOUT_RULE,
    Measure,
    behind,
    find,
    is_complement,
    of_all_regions,
)
from advieskloof.disclosure.later_events import linking
from advieskloof.errors import DataError
from advieskloof.indicators.bounds import EDUCATION as BOUNDS_OF_EDUCATION
from advieskloof.indicators.sensitivity import NORMING_ERROR, WITHOUT_PROVIDERS
from advieskloof.schemas import SPLITS, TOTAL

MEASURE = ["origin", "indicator", "definition", "base", "adjustment"]


class Count(NamedTuple):
    """A number of pupils: those of an event in a box."""

    event: str
    box: Box


class Side(NamedTuple):
    """A row's n and k, or those of one side of a gap; k is None where it has no numerator."""

    n: Count
    k: Count | None


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of which it is known whom they count."""
    keys = rows[MEASURE].drop_duplicates()
    known = [find(Measure(*key)) is not None for key in keys.itertuples(index=False, name=None)]
    return rows.merge(keys[np.array(known, dtype=bool)], on=MEASURE)


def events_of(rows: pd.DataFrame) -> set[str]:
    """Return every name that an event of the rows may go by."""
    keys = rows[MEASURE].drop_duplicates().itertuples(index=False, name=None)
    named = {event for key in keys for event in behind(Measure(*key)) if event is not None}
    named |= {event.removeprefix(PARTS[WITHOUT_PROVIDERS]) for event in named}
    return named | {WITHOUT_RULE.get(event, event) for event in named}


def with_places(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of ESTIMATES with `place`, their groups along axes, and `split`, those axes."""
    place = pd.Series(boxes.places(rows), rows.index, dtype=object)
    split = [tuple(axis for axis, _ in each) for each in place]
    return rows.assign(place=place, split=pd.Series(split, rows.index, dtype=object))


@dataclass(frozen=True)
class Cohorts:
    """Which cohorts the counts of a run are of, and what events are called there.

    supporting : by measure and split, the cohorts that have a number.
    of_event : by event, all cohorts with a count of it. It counts nobody in others, but where it is
        of those who aren't in another.
    ruled : cohorts under the rule that excepts some pupils from being eligible.
    same : by event, the name under which all events of the same pupils go.
    """

    supporting: Mapping[tuple, frozenset[str]]
    of_event: Mapping[str, frozenset[str]]
    ruled: frozenset[str]
    same: Mapping[str, str]

    def label(self, cohort: str, key: tuple, event: str) -> str:
        """Return the label of a row's cohorts: one, `total` for all of the event, or a list."""
        years = self.years(cohort, key)
        if len(years) > 1 and self.all_of(event) <= years:
            return TOTAL
        return "+".join(sorted(years))

    def all_of(self, event: str) -> frozenset[str]:
        """Return the cohorts outside which an event counts nobody."""
        every = frozenset().union(*self.of_event.values())
        return every if is_complement(event) else self.of_event.get(event, every)

    def besides(self, events: set[str]) -> set[str]:
        """Return events that no row counts and without which these can't be compared fully."""
        return {self.same[event] for event in linking(events)}

    def years(self, cohort: str, key: tuple) -> frozenset[str]:
        """Return the cohorts that a row's `cohort` stands for.

        Raises DataError where it is a total of a measure that no cohort has.
        """
        if cohort == TOTAL:
            if key not in self.supporting:
                raise DataError(
                    f"a row over all cohorts of {key[1]!r} can't be released: the estimates hold "
                    "no row of a single cohort, so it isn't known whom it counts."
                )
            return self.supporting[key]
        first, _, last = cohort.partition("-")
        return frozenset(str(year) for year in range(int(first), int(last or first) + 1))

    def event(self, event: str, years: frozenset[str]) -> str:
        """Return the name of an event in these cohorts: one for the same pupils."""
        name = event if self.ruled & years else WITHOUT_RULE.get(event, event)
        if not years & {str(year) for year in NORMING_ERROR}:
            name = name.removeprefix(PARTS[WITHOUT_PROVIDERS])
        return self.same[name]


def cohorts(estimates: pd.DataFrame, ruled: frozenset[str], same: Mapping[str, str]) -> Cohorts:
    """Return the cohorts behind the rows of a run that have an n (`with_places`)."""
    single = estimates[estimates["cohort"].str.fullmatch(r"\d{4}")]
    distinct = single[[*MEASURE, "split", "cohort"]].drop_duplicates()
    supporting, of_event = defaultdict(set), defaultdict(set)
    found = Cohorts({}, {}, ruled, same)
    for *key, cohort in distinct.itertuples(index=False, name=None):
        supporting[tuple(key)].add(cohort)
        for event in filter(None, behind(Measure(*key[:5]))):
            of_event[found.event(event, frozenset({cohort}))].add(cohort)
    fixed = ({key: frozenset(years) for key, years in kept.items()}
             for kept in (supporting, of_event))  # fmt: skip
    return Cohorts(*fixed, ruled, same)


@dataclass(frozen=True)
class Rests:
    """Turns planned rows into the counts that they rest on."""

    cohorts: Cohorts
    usable_regions: Mapping[tuple, str]

    def sides(self, row: Mapping[str, object]) -> list[Side]:
        """Return the sides of a row: one, or more of a gap, a ratio, a change or a bound."""
        places = self._places(row)
        found = []
        for place in places:
            for cohort in self._cohorts(row):
                found.append(self._side(row, place, cohort))
        return found

    def _side(self, row: Mapping[str, object], place: boxes.Place, cohort: str) -> Side:
        measure = Measure(*(row[name] for name in MEASURE))
        if of_all_regions(measure):
            label = self.usable_regions[(*measure, cohort)]
            place = ((boxes.axis_of("corop", row["region_of"]), label),)
        key = (*measure, tuple(axis for axis, _ in place))
        n, k = behind(measure)
        # A number that isn't supported shows n alone, but for a region's own that isn't shrunken.
        has_k = k is not None and (pd.notna(row["k"]) or row["status"] != "not_supported")
        return Side(
            self._count(n, key, place, cohort),
            self._count(k, key, place, cohort) if has_k else None,
        )

    def _count(self, event: str, key: tuple, place: boxes.Place, cohort: str) -> Count:
        name = self.cohorts.event(event, self.cohorts.years(cohort, key))
        return Count(name, Box(self.cohorts.label(cohort, key, name), place))

    def _places(self, row: Mapping[str, object]) -> list[boxes.Place]:
        """Return the groups of a row: its own, its reference's, and the unknown of a bound."""
        place, found = row["place"], [row["place"]]
        for column, value in _compared(row["reference"]):
            if column != COHORT:
                found.append(_moved(place, column, value, row["region_of"]))
        if row["origin"] == BOUNDS_OF_EDUCATION and row["unit"] == "share":
            column = next(
                name for name in SPLITS if name.startswith("parental") and row[name] != TOTAL
            )
            found.append(_moved(place, column, "unknown", row["region_of"]))
        return found

    def _cohorts(self, row: Mapping[str, object]) -> list[str]:
        return [
            row["cohort"],
            *(value for column, value in _compared(row["reference"]) if column == COHORT),
        ]


def _compared(reference_: object) -> list[tuple[str, str]]:
    """Return the columns and values that a `reference` names.

    Raises DataError where it holds other words than `minus` and `divided by`.
    """
    if pd.isna(reference_):
        return []
    found = re.findall(r"(?:minus|divided by) (\w+)=(\S+)", reference_)
    said = " ".join(re.split(r"minus |divided by ", reference_)).split()
    if not found or said != [f"{column}={value}" for column, value in found]:
        raise DataError(
            f"the reference {reference_!r} of a planned row can't be read; known are "
            "'minus column=group', 'divided by column=group' and 'minus cohort=year'."
        )
    return found


def _moved(place: boxes.Place, column: str, value: str, region_of: str) -> boxes.Place:
    axis = boxes.axis_of(column, region_of)
    label = f"{column}={value}"
    return Box(TOTAL, place).along(axis, label).place


def usable_regions(estimates: pd.DataFrame) -> dict[tuple, str]:
    """Return by measure and cohort the regions that a test on all regions rests on, as one label.

    They are those with a number and an error, but the unknown region.

    estimates : raw rows (`known.raw_rows`).
    """
    found = {}
    usable = estimates[(estimates["status"] == "ok") & estimates["se"].notna()]
    for axis in ("region of school", "region of home"):
        rows = usable[usable["split"] == (axis,)]
        label = rows["place"].map(lambda place: place[0][1])
        rows = rows[~label.str.endswith("=unknown")].assign(label=label)
        for key, labels in rows.groupby([*MEASURE, "cohort"])["label"]:
            origin, indicator, *rest = key
            for suffix in OF_REGIONS:
                found[(origin, indicator + suffix, *rest)] = _together(labels)
    return found


def _together(labels: pd.Series) -> str:
    column = labels.iloc[0].partition("=")[0]
    return f"{column}=" + "+".join(sorted(label.partition("=")[2] for label in labels))
