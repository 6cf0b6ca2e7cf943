"""Which schools exist in which cohort, and where the pupils of a closed one go."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from advieskloof.sources.synthetic.parameters import COHORTS, Parameters
from advieskloof.sources.synthetic.streams import stream


def lived(
    table: pd.DataFrame, parameters: Parameters, generator: np.random.Generator
) -> pd.DataFrame:
    """Add `first` and `last` cohort and `heir` to the schools of `world.schools`.

    A school that closes is a regular one that isn't the biggest of its municipality; its pupils
    go to the next location on the list of its municipality, which is most often its board's.
    """
    counts = np.array([parameters.year(cohort, "schools") for cohort in COHORTS])
    changes = np.diff(counts / (counts[0] + np.maximum(np.diff(counts), 0).sum()) * len(table))
    # ASSUME small schools close first, though not in strict order of size.
    smallness = table["base"] * generator.lognormal(0, parameters["closing_log_sd"], len(table))
    may_close = ((table["school_type"] == "bo") & ~_biggest(table)).to_numpy()
    order = np.flatnonzero(may_close)[np.argsort(smallness[may_close], kind="stable")]
    last = np.full(len(table), COHORTS[-1])
    _spread(last, order, np.maximum(-changes, 0), COHORTS[:-1])
    first = np.full(len(table), COHORTS[0])
    newest = generator.permutation(np.flatnonzero(may_close & (last == COHORTS[-1])))
    _spread(first, newest, np.maximum(changes, 0), COHORTS[1:])
    throughout = (first == COHORTS[0]) & (last == COHORTS[-1])
    return table.assign(first=first, last=last, heir=_heirs(table, last, throughout))


def _spread(
    years: np.ndarray, rows: np.ndarray, numbers: np.ndarray, cohorts: Sequence[int]
) -> None:
    """Set `years` of as many rows as each cohort asks for, one after the other."""
    steps = np.round(np.cumsum([0, *numbers])).astype(int).clip(0, len(rows))
    for cohort, start, stop in zip(cohorts, steps[:-1], steps[1:], strict=True):
        years[rows[start:stop]] = cohort


def _biggest(table: pd.DataFrame) -> pd.Series:
    bases = table["base"].where(table["school_type"] == "bo", 0)
    return bases == bases.groupby(table["municipality"]).transform("max")


def _heirs(table: pd.DataFrame, last: np.ndarray, throughout: np.ndarray) -> np.ndarray:
    """Return for a closed school the row of the next regular one in its town that always exists.

    The one before where there is none further on; the biggest never closes, so one there is.
    """
    rows = np.arange(len(table))
    takers = np.flatnonzero(throughout & (table["school_type"] == "bo"))
    town = pd.factorize(table["municipality"])[0]
    place = np.searchsorted(takers, rows)
    after = takers[place.clip(0, len(takers) - 1)]
    before = takers[(place - 1).clip(0)]
    taker = np.where(town[after] == town, after, before)
    return np.where(last == COHORTS[-1], rows, taker)


def expected_pupils(
    table: pd.DataFrame, parameters: Parameters, cohort: int, size: float
) -> np.ndarray:
    """Return the expected pupils of every school in a cohort, heirs' included: shape (schools,)."""
    open_now = ((table["first"] <= cohort) & (table["last"] >= cohort)).to_numpy()
    gone = (table["last"] < cohort).to_numpy()
    # A school that isn't open yet hands its pupils to nobody: the year's total decides.
    base = np.where(open_now | gone, table["base"], 0.0)
    held = np.bincount(place_of(table, cohort), weights=base, minlength=len(table))
    return held * parameters.year(cohort, "pupils") * size / held.sum()


def place_of(table: pd.DataFrame, cohort: int) -> np.ndarray:
    """Return for every school the row where its pupils are in a cohort: itself, or its heir."""
    gone = (table["last"] < cohort).to_numpy()
    return np.where(gone, table["heir"], np.arange(len(table)))


def roll(
    table: pd.DataFrame, parameters: Parameters, cohort: int, size: float, seed: int
) -> np.ndarray:
    """Return the school (row of the table) of every pupil of a cohort, in the schools' order."""
    expected = expected_pupils(table, parameters, cohort, size)
    # ASSUME a school's number of pupils varies from year to year as a Poisson number.
    return np.repeat(np.arange(len(table)), stream(seed, "roll", cohort).poisson(expected))
