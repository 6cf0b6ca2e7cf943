"""The synthetic national cohort: a documented model, calibrated to published figures.

How it works and what not to conclude from it: docs/synthetic.md. The same seed gives the same
bytes, and a cohort is the same whichever others are made.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from advieskloof.sources.delivered import placed, writer
from advieskloof.sources.synthetic import contract, faults, simulation, world
from advieskloof.sources.synthetic.parameters import COHORTS, Parameters, load

__all__ = [
    "COHORTS",
    "NAME",
    "Parameters",
    "deliver",
    "delivered",
    "generate",
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


def deliver(
    cohorts: Sequence[int],
    parameters: Parameters,
    size: float,
    seed: int,
    pupils_path: Path,
    enrolments_path: Path,
) -> pd.DataFrame:
    """Write the delivery of cohorts as Parquet, one after the other, so that memory stays flat.

    The columns of PUPILS and ENROLMENTS with `file` and `row` in front, as `rejection.reject` reads
    them. ENROLMENTS is empty: the model ends with the final advice. Returns the faults planted, a
    row a cohort and a column a reason.
    """
    planted = []
    with writer(pupils_path, "pupils") as pupils, writer(enrolments_path, "enrolments"):
        for cohort in cohorts:
            rows, faulty = delivered(cohort, parameters, size, seed)
            columns = dict(zip(rows.column_names, rows, strict=True))
            numbers = pa.array(range(1, rows.num_rows + 1))
            pupils.write_table(placed("pupils", columns, f"synthetic {cohort}", numbers))
            planted.append(faulty)
    return pd.DataFrame(planted)
