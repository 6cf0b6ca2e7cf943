"""The true counts of a run, from its private estimates: pupils and schools by event and box."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from advieskloof.disclosure.boxes import Box
from advieskloof.disclosure.events import OF_REGIONS, Measure, behind
from advieskloof.disclosure.resting import MEASURE, Cohorts, Count
from advieskloof.errors import DataError
from advieskloof.indicators.bounds import EDUCATION as BOUNDS_OF_EDUCATION

KEY = [*MEASURE, "split", "cohort"]
READ = ["place", "n", "k", "n_schools", "k_schools", "rest_schools"]


@dataclass(frozen=True)
class Known:
    """Counts that the private estimates hold.

    pupils : by count.
    schools : by count, missing where unknown; of rows that differ the least.
    rest_schools : by (n, k), the schools behind n - k, likewise.
    lines : (event, box, grouping by which it isn't split) along which the estimates have groups:
        one that is absent there has nobody in it.
    untold : counts of rows that don't give them, such as k where a share isn't supported.
    """

    pupils: dict[Count, int] = field(default_factory=dict)
    schools: dict[Count, int] = field(default_factory=dict)
    rest_schools: dict[tuple[Count, Count], int] = field(default_factory=dict)
    lines: set[tuple[str, Box, str]] = field(default_factory=set)
    untold: set[Count] = field(default_factory=set)

    def value(self, count: Count) -> float:
        """Return the pupils of a count; 0 for an absent group; NaN where it isn't known."""
        if count in self.pupils:
            return float(self.pupils[count])
        if count.box.is_together:
            return sum(self.value(Count(count.event, box)) for box in count.box.apart())
        return 0.0 if self.is_absent(count) else np.nan

    def schools_behind(self, count: Count) -> int:
        """Return at least how many schools are behind a count; 0 where it isn't known.

        Behind several groups together are those of each.
        """
        if count.box.is_together:
            return max(self.schools.get(Count(count.event, box), 0) for box in count.box.apart())
        return self.schools.get(count, 0)

    def is_absent(self, count: Count) -> bool:
        """Tell whether the estimates have other groups beside this one, and so nobody in it."""
        if count in self.pupils or count in self.untold or count.box.is_made_up:
            return False
        return any((count.event, *line) in self.lines for line in count.box.lines())


def is_raw(rows: pd.DataFrame) -> pd.Series:
    """Mark rows whose n is a count of their own: no gap, ratio, change, or test on all regions.

    Of the bounds for unknown education, n and k of shares are sums of counts of two groups.
    """
    sums = (rows["origin"] == BOUNDS_OF_EDUCATION) & (rows["unit"] == "share")
    return rows["reference"].isna() & ~sums & ~rows["indicator"].str.endswith(OF_REGIONS)


def known(rows: pd.DataFrame, cohorts: Cohorts, wanted: Iterable[Count]) -> Known:
    """Return the counts of raw rows (`is_raw`) that may have to do with the wanted ones.

    These are the counts of the same events and cohorts that are split along the same axes.

    Raises DataError where two rows give one count differently.
    """
    wanted = list(wanted)
    events = {count.event for count in wanted}
    kinds = {(count.box.cohorts, count.box.axes) for count in wanted}
    named = {key: _named(key, cohorts) for key in set(rows[KEY].itertuples(index=False, name=None))}
    keep = [
        any((label, key[-2]) in kinds for _, label in named[key])
        for key in rows[KEY].itertuples(index=False, name=None)
    ]
    found, differing = Known(), 0
    for row in rows.loc[keep, [*KEY, *READ]].to_dict("records"):
        names = named[tuple(row[name] for name in KEY)]
        differing += _add(found, row, names, events)
    if differing:
        raise DataError(
            f"{differing} row(s) of the private estimates give another number of pupils than other "
            "rows do for the same pupils: disclosure/events.py takes measures for the same that "
            "aren't. Nothing is released until it is put right."
        )
    return found


def _named(key: tuple, cohorts: Cohorts) -> list[tuple[str, str]]:
    """Return for n and k of a kind of rows the event and the label of its cohorts."""
    *measure, split, cohort = key
    support = (*measure, split)
    years = cohorts.years(cohort, support)
    names = [cohorts.event(event, years) for event in behind(Measure(*measure)) if event]
    return [(event, cohorts.label(cohort, support, event)) for event in names]


def _add(found: Known, row: Mapping, names: list[tuple[str, str]], events: set[str]) -> int:
    """Add a row's counts of the events; return how many differ from what is there."""
    counts = [Count(event, Box(label, row["place"])) for event, label in names]
    differing = 0
    for count, (pupils, schools) in zip(counts, _numbers(row), strict=False):
        if count.event not in events:
            continue
        if pd.isna(pupils):
            found.untold.add(count)
            continue
        differing += found.pupils.setdefault(count, int(pupils)) != pupils
        _least(found.schools, count, schools)
        found.lines.update((count.event, *line) for line in count.box.lines())
    if len(counts) == 2:
        _least(found.rest_schools, tuple(counts), row["rest_schools"])
    return differing


def _numbers(row: Mapping) -> Iterator[tuple[object, object]]:
    yield row["n"], row["n_schools"]
    yield row["k"], row["k_schools"]


def _least(kept: dict, key: object, schools: object) -> None:
    if pd.notna(schools):
        kept[key] = min(int(schools), kept.get(key, int(schools)))
