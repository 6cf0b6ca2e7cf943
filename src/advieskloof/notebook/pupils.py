"""Pupils for a notebook: made, delivered or of a run, and what their advice counts for."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from advieskloof import cohort, io, levels, reference, rejection
from advieskloof.indicators import outcomes as advices
from advieskloof.indicators.coded import ADVICES
from advieskloof.sources import mapped_files, mapping, synthetic

# The rows of reference tables that the default run uses though nobody saw them in a source.
UNVERIFIED = {"advice_levels": ["pro_vmbo_bb"], "isled": ["11"]}
# As the configs that ship here allow.
MAX_REJECTED_SHARE = 0.01
TABLES = tuple(rejection.CONTRACTS)


@dataclass(frozen=True)
class Analysed:
    """What became of a delivery.

    pupils : PUPILS, those analysed.
    enrolments : ENROLMENTS, those analysed.
    rejected : the rows of both that can't be right, by table, with `reason`, `file` and `row`.
    flow : FLOW, the counts from delivered to analysed, which add up.
    """

    pupils: pd.DataFrame
    enrolments: pd.DataFrame
    rejected: Mapping[str, pd.DataFrame]
    flow: pd.DataFrame


def synthetic_cohorts(
    cohorts: Sequence[int] = (2018,), size: float = 0.02, seed: int = 2014
) -> Analysed:
    """Return synthetic cohorts as a run analyses them; nobody in them is real (docs/synthetic.md).

    Parameters
    ----------
    cohorts : first calendar years of group-8 school years, 2014-2024.
    size : times the country's schools, 0.01-10; 0.02 is some 3,500 pupils a cohort.
    seed : the same seed gives the same pupils.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written = _paths(folder / "delivered")
        folder.joinpath("delivered").mkdir()
        synthetic.deliver(cohorts, synthetic.load(), size, seed, *written.values())
        return _analysed(folder, cohort.Inclusion(), MAX_REJECTED_SHARE, UNVERIFIED)


def check_delivery(
    mapping_file: str | Path,
    files: Sequence[str | Path],
    *,
    unverified: reference.Unverified = UNVERIFIED,
) -> pd.DataFrame:
    """Return what fits a mapping, what doesn't and what results would lack; writes no row.

    A row per finding: `kind` (a problem stops a reading, a note doesn't), `file` (empty where it
    is of all files together) and `text`. The parameters are as of `read_delivery`.
    """
    rules = mapping.load(Path(mapping_file))
    findings = mapped_files.describe(rules, [Path(file) for file in files], unverified)
    return pd.DataFrame(findings, columns=["kind", "file", "text"])


def read_delivery(
    mapping_file: str | Path,
    files: Sequence[str | Path],
    *,
    inclusion: cohort.Inclusion | None = None,
    max_rejected_share: float = MAX_REJECTED_SHARE,
    unverified: reference.Unverified = UNVERIFIED,
) -> Analysed:
    """Return delivered pupil records as a run analyses them.

    Parameters
    ----------
    mapping_file : the YAML file that says what the columns are (docs/deliveries.md).
    files : of one layout, each named once.
    inclusion : who is analysed; without it everybody of regular and special primary schools.
    max_rejected_share : of the rows, 0-1; more stop the reading.
    unverified : rows of reference tables that may be used though nobody saw them in a source.

    Raises
    ------
    DataError, ConfigError : as a run would, with counts and never a pupil's value.
    """
    rules = mapping.load(Path(mapping_file))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.joinpath("delivered").mkdir()
        written = _paths(folder / "delivered")
        read = [(rules, [Path(file) for file in files])]
        mapped_files.read_deliveries(read, *written.values(), unverified)
        return _analysed(folder, inclusion or cohort.Inclusion(), max_rejected_share, unverified)


def read_run(private: str | Path = io.CHECKOUT / "results/private") -> Analysed:
    """Return the pupils of the last run in this checkout, or of a `results/private` elsewhere."""
    return _read(Path(private))


def _paths(folder: Path) -> dict[str, Path]:
    return {table: folder / f"{table}.parquet" for table in TABLES}


def _analysed(
    folder: Path,
    inclusion: cohort.Inclusion,
    max_rejected_share: float,
    unverified: reference.Unverified,
) -> Analysed:
    """Reject and select what is in `folder`/delivered, as the rules of a run do."""
    delivered, rejected, sound = (
        _paths(folder / each) for each in ("delivered", "rejected", "sound")
    )
    for each in ("rejected", "sound"):
        folder.joinpath(each).mkdir()
    spill = folder / "spill"
    rejection.reject(delivered, sound, rejected, unverified, spill)
    rows = cohort.Rows(delivered, rejected, sound)
    flow = cohort.select(rows, _paths(folder), inclusion, max_rejected_share, unverified, spill)
    io.write_csv(flow, folder / "flow.csv")
    return _read(folder)


def _read(folder: Path) -> Analysed:
    analysed = {table: io.read_parquet(path) for table, path in _paths(folder).items()}
    rejected = {table: io.read_parquet(path) for table, path in _paths(folder / "rejected").items()}
    flow = io.read_csv(folder / "flow.csv").astype({"n": "int64"})
    return Analysed(**analysed, rejected=rejected, flow=flow)


def outcomes(pupils: pd.DataFrame, unverified: reference.Unverified = UNVERIFIED) -> pd.DataFrame:
    """Return PUPILS with the level of each advice, and what it counts for against the test advice.

    Adds `level_test`, `level_initial` and `level_final` (half-level scale: pro 1 ... vwo 6), and
    for each definition and base a column such as `whole_level_initial`: -1 under, 0 neither, +1
    over. NaN where there is no such advice or the definition can't place it. The final advice is
    the adjusted one where there is one, else the first. `expected` isn't here: it rests on
    everybody's scores, and so is estimated (`advice`).
    """
    profiles = pupils[list(ADVICES)]
    found = advices.outcomes(profiles.reset_index(drop=True), unverified)
    advice = levels.advice_table(unverified)
    columns = {"level_test": levels.level(profiles["test_advice"], advice)}
    for base, held in found.by_base.items():
        columns[f"level_{base}"] = held.level
        # Minus zero is no outcome.
        columns |= {f"{name}_{base}": values + 0.0 for name, values in held.compared.items()}
    return pupils.assign(**columns)
