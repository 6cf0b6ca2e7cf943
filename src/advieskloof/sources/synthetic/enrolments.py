"""From careers to the columns and types of ENROLMENTS, with row faults as raw deliveries have."""

import numpy as np
import pandas as pd
import pyarrow as pa

from advieskloof.sources import delivered
from advieskloof.sources.synthetic import careers, simulation
from advieskloof.sources.synthetic.classes import classes
from advieskloof.sources.synthetic.parameters import LAST_SCHOOL_YEAR, Parameters
from advieskloof.sources.synthetic.secondary import CLASSES, Secondary
from advieskloof.sources.synthetic.streams import stream

FAULTS = ("identical_duplicate", "differing_duplicate", "before_group_8")


def going_on(
    table: pd.DataFrame, secondary: Secondary, pupils: pd.DataFrame, cohort: int
) -> pd.DataFrame:
    """Return the pupils of a cohort who leave group 8, with `town` (place in secondary.towns).

    `table` holds the primary schools. Who repeats group 8 goes on with the next cohort.
    """
    stays = pupils["number"] - cohort * simulation.FIRST_NUMBER >= simulation.FIRST_REPEATER
    gone = pupils[~stays | pupils["repeats"]].reset_index(drop=True)
    town = secondary.towns.index.get_indexer(table["municipality"])
    return gone.assign(town=town[gone["school"]])


def with_start(
    secondary: Secondary, pupils: pd.DataFrame, parameters: Parameters, cohort: int, seed: int
) -> np.ndarray:
    """Return class and school of year 1 of pupils as of `going_on`, shape (2, n)."""
    return classes(secondary, pupils, parameters, cohort, stream(seed, "classes", cohort))


def states(
    secondary: Secondary,
    pupils: pd.DataFrame,
    start: np.ndarray,
    parameters: Parameters,
    cohort: int,
    seed: int,
) -> tuple[list[careers.State], np.ndarray]:
    """Return the states by year and the later ability of pupils who start so (careers.careers).

    As many years as the calendar allows, to LAST_SCHOOL_YEAR.
    """
    generators = (stream(seed, "careers", cohort), stream(seed, "moves_of_school", cohort))
    years = min(careers.YEARS, LAST_SCHOOL_YEAR - cohort)
    return careers.careers(secondary, pupils, start, parameters, years, generators)


def in_contract(
    table: pd.DataFrame,
    secondary: Secondary,
    pupils: pd.DataFrame,
    found: list[careers.State],
    parameters: Parameters,
    cohort: int,
) -> pa.Table:
    """Return careers as ENROLMENTS, an Arrow table in the contract's types; by year, then pupil."""
    names = pa.array(pupils["number"].to_numpy()).cast(pa.string())
    poor = _poor_areas(table, parameters)[pupils["school"]]
    years = [
        _year(secondary, names, poor, state, cohort + 1 + place)
        for place, state in enumerate(found)
    ]
    schema = delivered.arrow_schema("enrolments")
    return pa.concat_tables(years).cast(pa.schema([schema.field(n) for n in years[0].column_names]))


def _year(
    secondary: Secondary, names: pa.Array, poor: np.ndarray, state: careers.State, year: int
) -> pa.Table:
    """Return one school year of the pupils of whom anything is delivered."""
    here = state.status == careers.ENROLLED
    known = here & ~state.bare
    place = _texts(CLASSES, state.place, known)
    rows = pa.table(
        {
            "pupil_id": names,
            "school_year": pa.array(np.full(len(names), year)),
            "grade": pa.array(state.grade, mask=~known),
            "vo_school_id": _texts(secondary.schools["vo_school_id"], state.school, here),
            "class_code": place,
            "position": place,
            "status": _texts(careers.STATUSES, state.status, np.ones(len(names), dtype=bool)),
            "apcg": pa.array(poor, mask=~here),
            "lateral_entry": pa.array(state.lateral, mask=~here),
        }
    )
    return rows.filter(pa.array(~state.absent))


def _texts(values: object, place: np.ndarray, known: np.ndarray) -> pa.Array:
    indices = pa.array(place.astype(np.int32), mask=~known)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(values))).cast(pa.string())


def _poor_areas(table: pd.DataFrame, parameters: Parameters) -> np.ndarray:
    """Mark the primary schools whose pupils live in a poverty-accumulation area (apcg)."""
    # ASSUME these are the two densest classes of urbanity, where families are least educated.
    dense = table["urbanity"].isin(["1", "2"]).to_numpy()
    order = np.argsort(np.where(dense, table["ses"], np.inf), kind="stable")
    share = np.cumsum(table["base"].to_numpy()[order]) / table["base"].sum()
    poor = np.zeros(len(table), dtype=bool)
    poor[order[share <= parameters["share_apcg"]]] = True
    return poor & dense


def with_faults(
    rows: pa.Table, parameters: Parameters, cohort: int, seed: int
) -> tuple[pa.Table, pd.DataFrame]:
    """Return ENROLMENTS with faulty rows planted, and how many a reader must reject.

    The counts have a row a school year and a column a reason. A row has one fault at most; of a
    differing duplicate both rows are to be rejected; a record of the year in group 8 is new.
    """
    generator = stream(seed, "enrolment_faults", cohort)
    shares = np.cumsum(parameters.group("share_enrolment_fault", FAULTS))
    fault = np.searchsorted(shares, generator.random(rows.num_rows), side="right")
    year = rows["school_year"].to_numpy()
    fault[(fault == FAULTS.index("before_group_8")) & (year > cohort + 1)] = len(FAULTS)
    same, other, early = (rows.take(np.flatnonzero(fault == n)) for n in range(len(FAULTS)))
    added = [same, _elsewhere(other), _a_year_before(early)]
    years = [part["school_year"].to_pandas().value_counts() for part in added]
    counts = pd.concat(years, axis=1, keys=FAULTS).fillna(0).astype(int).sort_index()
    counts["differing_duplicate"] *= 2
    return pa.concat_tables([rows, *added]), counts.rename_axis("school_year")


def _elsewhere(rows: pa.Table) -> pa.Table:
    """Return the rows with a status that differs."""
    status = rows["status"].to_numpy(zero_copy_only=False)
    other = pa.array(np.where(status == "left", "unknown", "left"), rows["status"].type)
    return rows.set_column(rows.column_names.index("status"), "status", other)


def _a_year_before(rows: pa.Table) -> pa.Table:
    year = pa.array(rows["school_year"].to_numpy() - 1)
    return rows.set_column(rows.column_names.index("school_year"), "school_year", year)
