"""The synthetic national cohort: a documented model, calibrated to published figures.

How it works and what not to conclude from it: docs/synthetic.md. The same seed gives the same
bytes, and a cohort is the same whichever others are made.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from advieskloof import io
from advieskloof.sources.synthetic import contract, faults, simulation, world
from advieskloof.sources.synthetic.parameters import COHORTS, Parameters, load

__all__ = [
    "COHORTS",
    "Parameters",
    "deliver",
    "delivered",
    "generate",
    "load",
    "population",
    "schools",
]

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


def deliver(cohort: int, parameters: Parameters, size: float, seed: int, path: Path) -> pd.Series:
    """Write the delivery of a cohort as Parquet, and return the faults in it by reason.

    The columns of PUPILS in the contract's types, with `file` and `row` (from 1) in front, as
    `cohort.select` reads them.
    """
    rows, planted = delivered(cohort, parameters, size, seed)
    place = {
        "file": pa.array([f"synthetic {cohort}"] * rows.num_rows, pa.string()),
        "row": pa.array(np.arange(1, rows.num_rows + 1, dtype=np.int64)),
    }
    with io.whole_file(path) as partial:
        pq.write_table(pa.table(place | dict(zip(rows.column_names, rows, strict=True))), partial)
    return planted
