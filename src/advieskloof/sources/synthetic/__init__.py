"""The synthetic national cohort: a documented model, calibrated to published figures.

How it works and what not to conclude from it: docs/synthetic.md. The same seed gives the same
bytes, and a cohort is the same whichever others are made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from advieskloof import schemas
from advieskloof.sources.delivered import placed, writer
from advieskloof.sources.synthetic import contract, enrolments, faults, simulation, world
from advieskloof.sources.synthetic.parameters import COHORTS, LAST_SCHOOL_YEAR, Parameters, load
from advieskloof.sources.synthetic.secondary import Secondary, secondary_schools

__all__ = [
    "COHORTS",
    "LAST_SCHOOL_YEAR",
    "NAME",
    "Parameters",
    "deliver",
    "delivered",
    "generate",
    "generate_enrolments",
    "load",
    "population",
    "schools",
]

# What the cohorts are called in every row of the results.
NAME = "synthetic"
SIZES = (0.01, 10.0)
schools = world.schools
LATENT = ("ability", "latent_test", "latent_advice", "repeats")


def population(cohort: int, parameters: Parameters, size: float, seed: int) -> pd.DataFrame:
    """Return the pupils of a cohort as PUPILS (no faulty rows), and what no register knows.

    Beside the contract's columns: `ability` (true, SDs; see ability.py), `latent_test` (national
    mean 0, SD 1), `latent_advice` (SDs of ability), `true_education` (without `unknown`) and
    `repeats` (in group 8 for the second time).
    """
    table = schools(parameters, size, seed)
    pupils = simulation.simulated(table, parameters, cohort, size, seed)
    rows = contract.in_pandas(contract.in_contract(table, pupils, cohort))
    known = pupils.assign(education_unknown=False)
    truth = contract.in_pandas(contract.in_contract(table, known, cohort))["parental_education"]
    return rows.assign(**{name: pupils[name].array for name in LATENT}, true_education=truth)


def generate(cohort: int, parameters: Parameters, size: float, seed: int) -> pd.DataFrame:
    """Return the pupils of a cohort as a register would deliver them: PUPILS, faulty rows included.

    Parameters
    ----------
    cohort : one of COHORTS.
    size : scales the number of schools, 0.01-10; 1 is the country.
    seed : same seed, same bytes.
    """
    return contract.in_pandas(delivered(cohort, parameters, size, seed)[0])


def delivered(
    cohort: int, parameters: Parameters, size: float, seed: int
) -> tuple[pa.Table, pd.Series]:
    """Return the delivery of a cohort as an Arrow table, and the faults in it by reason."""
    table = schools(parameters, size, seed)
    pupils = simulation.simulated(table, parameters, cohort, size, seed)
    rows = contract.in_contract(table, pupils, cohort)
    return faults.with_faults(rows, parameters, cohort, seed)


def generate_enrolments(
    cohort: int, parameters: Parameters, size: float, seed: int
) -> pd.DataFrame:
    """Return the school years after group 8 of a cohort as a register would deliver them.

    ENROLMENTS, faulty rows included; up to five years, and to the first school year after the last
    of COHORTS.
    """
    country = _Country.of(parameters, size, seed)
    rows, _ = country.enrolments(country.pupils(cohort), cohort)
    return schemas.in_types(rows.to_pandas(), schemas.ENROLMENTS, "made enrolments")


@dataclass(frozen=True)
class _Country:
    """Primary and secondary schools, of which cohorts are made one by one."""

    parameters: Parameters
    size: float
    seed: int
    primary: pd.DataFrame
    secondary: Secondary

    @classmethod
    def of(cls, parameters: Parameters, size: float, seed: int) -> "_Country":
        primary = schools(parameters, size, seed)
        return cls(parameters, size, seed, primary, secondary_schools(parameters, size, seed))

    def pupils(self, cohort: int) -> pd.DataFrame:
        args = (self.primary, self.parameters, cohort, self.size, self.seed)
        return simulation.simulated(*args)

    def enrolments(self, pupils: pd.DataFrame, cohort: int) -> tuple[pa.Table, pd.DataFrame]:
        gone = enrolments.going_on(self.primary, self.secondary, pupils, cohort)
        args = (self.parameters, cohort, self.seed)
        start = enrolments.with_start(self.secondary, gone, *args)
        states, _ = enrolments.states(self.secondary, gone, start, *args)
        rows = enrolments.in_contract(
            self.primary, self.secondary, gone, states, self.parameters, cohort
        )
        return enrolments.with_faults(rows, *args)


def deliver(
    cohorts: Sequence[int],
    parameters: Parameters,
    size: float,
    seed: int,
    pupils_path: Path,
    enrolments_path: Path,
) -> dict[str, pd.DataFrame]:
    """Write the delivery of cohorts as Parquet, one after the other, so that memory stays flat.

    The columns of PUPILS and ENROLMENTS with `file` and `row` in front, as `rejection.reject` reads
    them. Returns the faults planted by table, a row a cohort or school year and a column a reason.
    """
    country = _Country.of(parameters, size, seed)
    planted, later = [], []
    with writer(pupils_path, "pupils") as first, writer(enrolments_path, "enrolments") as second:
        for cohort in cohorts:
            made = country.pupils(cohort)
            rows = contract.in_contract(country.primary, made, cohort)
            rows, faulty = faults.with_faults(rows, parameters, cohort, seed)
            planted.append(faulty)
            first.write_table(_in_file("pupils", rows, cohort))
            rows, faulty = country.enrolments(made, cohort)
            later.append(faulty)
            second.write_table(_in_file("enrolments", rows, cohort))
    by_year = pd.concat(later).groupby(level="school_year").sum()
    return {"pupils": pd.DataFrame(planted), "enrolments": by_year}


def _in_file(table: str, rows: pa.Table, cohort: int) -> pa.Table:
    columns = dict(zip(rows.column_names, rows, strict=True))
    numbers = pa.array(np.arange(1, rows.num_rows + 1))
    return placed(table, columns, f"synthetic {cohort}", numbers)
