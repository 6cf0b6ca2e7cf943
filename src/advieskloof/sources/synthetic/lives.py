"""Which schools exist in which cohort, and where the pupils of a closed one go."""

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
    may_close = (table["school_type"] == "bo") & ~_biggest(table)
    order = smallness.where(may_close, np.inf).to_numpy().argsort(kind="stable")
    closing, opening = np.maximum(-changes, 0), np.maximum(changes, 0)
    last = np.full(len(table), COHORTS[-1])
    first = np.full(len(table), COHORTS[0])
    steps = np.round(np.cumsum([0, *closing])).astype(int).clip(0, int(may_close.sum()))
    for cohort, start, stop in zip(COHORTS[:-1], steps[:-1], steps[1:], strict=True):
        last[order[start:stop]] = cohort
    newest = np.flatnonzero(may_close & (last == COHORTS[-1]))[::-1]
    steps = np.round(np.cumsum([0, *opening])).astype(int).clip(0, len(newest))
    for cohort, start, stop in zip(COHORTS[1:], steps[:-1], steps[1:], strict=True):
        first[newest[start:stop]] = cohort
    return table.assign(first=first, last=last, heir=_heirs(table, last == COHORTS[-1]))


def _biggest(table: pd.DataFrame) -> pd.Series:
    bases = table["base"].where(table["school_type"] == "bo", 0)
    return bases == bases.groupby(table["municipality"]).transform("max")


def _heirs(table: pd.DataFrame, stays: np.ndarray) -> np.ndarray:
    """Return the row of the next regular school in the municipality that stays, or the last one."""
    rows = np.arange(len(table))
    takers = np.flatnonzero(stays & (table["school_type"] == "bo"))
    town = pd.factorize(table["municipality"])[0]
    place = np.searchsorted(takers, rows)
    after = takers[place.clip(0, len(takers) - 1)]
    before = takers[(place - 1).clip(0)]
    return np.where(stays, rows, np.where(town[after] == town, after, before))


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
