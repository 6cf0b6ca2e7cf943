import numpy as np
import pandas as pd
import pytest

from advieskloof import io, places, schemas
from advieskloof.errors import DataError

AS_OF = 2025


def pupils(*cohorts):
    table = schemas.empty_columns(schemas.PUPILS, len(cohorts))
    types = table.dtypes.to_dict()
    filled = {
        "pupil_id": [f"p{number}" for number in range(len(cohorts))],
        "cohort": list(cohorts),
        "school_id": "a",
        "school_type": "bo",
        "test_status": "unknown",
        "parental_education": "unknown",
    }
    return table.assign(**filled).astype(types)


def enrolments(*rows):
    """Rows of (pupil, school year, grade, code, more)."""
    table = schemas.empty_columns(schemas.ENROLMENTS, len(rows))
    types = table.dtypes.to_dict()
    for number, (pupil, year, grade, code, more) in enumerate(rows):
        said = {"pupil_id": f"p{pupil}", "school_year": year, "grade": grade, "vo_school_id": "v"}
        said |= {"class_code": code, "position": code, "status": "enrolled"} | more
        for name, value in said.items():
            table[name] = table[name].astype(object)
            table.loc[number, name] = np.nan if value is None else value
    return table.astype(types)


def placed(folder, people, *rows, as_of=AS_OF):
    io.write_parquet(people, folder / "pupils.parquet")
    io.write_parquet(enrolments(*rows), folder / "enrolments.parquet")
    where = [folder / f"{name}.parquet" for name in ("pupils", "enrolments", "places")]
    counted = places.place(*where[:2], as_of, {}, folder / "spill", where[2])
    table = schemas.in_types(io.read_parquet(where[2]), schemas.PLACES, "places")
    assert sum(counted.values()) == len(people) == len(table)
    return table


def first(folder, *rows, **choices):
    return placed(folder, pupils(2020), *rows, **choices).iloc[0]


@pytest.mark.parametrize(
    ("row", "start", "class_type"),
    [
        ((0, 2021, 1, "0015", {}), "placed", "havo_vwo"),
        ((0, 2021, 1, "vwo", {}), "placed", "vwo"),
        ((0, 2021, 2, "vwo", {}), "other_grade", None),
        ((0, 2021, None, "vwo", {}), "unknown", None),
        ((0, 2021, 1, None, {}), "unknown", None),
        ((0, 2021, 1, "0700", {}), "placed", "off_scale"),
        ((0, 2021, 1, "vwo", {"status": "left"}), "left", None),
        ((0, 2021, None, None, {"status": "vso"}), "vso", None),
        ((0, 2021, 1, "vwo", {"status": "unknown"}), "unknown", None),
        ((0, 2022, 1, "vwo", {}), "unknown", None),
        ((0, 2021, 1, "havo_vwo", {"position": "vwo"}), "placed", "havo_vwo"),
        ((0, 2021, 1, None, {"position": "vwo"}), "placed", "vwo"),
    ],
)
def test_the_first_year_is_one_of_its_outcomes(tmp_path, row, start, class_type):
    found = first(tmp_path, row)
    assert found["start"] == start
    assert found["class_type"] == class_type or (class_type is None and pd.isna(found.class_type))


@pytest.mark.parametrize(
    ("row", "third_year", "position"),
    [
        ((0, 2023, 3, "0300", {}), "in_grade_3", "havo"),
        ((0, 2023, 3, "0015", {"position": "0300"}), "in_grade_3", "havo"),
        ((0, 2023, 3, "0015", {"position": None}), "in_grade_3", "havo_vwo"),
        ((0, 2023, 2, "0300", {}), "repeating", None),
        ((0, 2023, 4, "0300", {}), "accelerated", None),
        ((0, 2023, 3, "0300", {"status": "left"}), "left", None),
        ((0, 2023, 3, "0300", {"status": "vso"}), "vso", None),
        ((0, 2023, None, "0300", {}), "unknown", None),
        ((0, 2022, 2, "0300", {}), "unknown", None),
    ],
)
def test_the_third_year_is_one_of_its_outcomes(tmp_path, row, third_year, position):
    found = first(tmp_path, (0, 2021, 1, "0015", {}), row)
    assert found["third_year"] == third_year
    assert found["position"] == position or (position is None and pd.isna(found["position"]))


@pytest.mark.parametrize(
    ("as_of", "start", "third_year"),
    [
        (2020, "not_yet_observed", "not_yet_observed"),
        (2022, "placed", "not_yet_observed"),
        (2023, "placed", "in_grade_3"),
    ],
)
def test_a_year_after_as_of_is_not_yet_observed_also_where_there_is_a_record(
    tmp_path, as_of, start, third_year
):
    rows = (0, 2021, 1, "vwo", {}), (0, 2023, 3, "vwo", {})
    found = first(tmp_path, *rows, as_of=as_of)
    assert (found["start"], found["third_year"]) == (start, third_year)


def test_another_location_in_the_third_year_is_a_mark_beside_the_outcome(tmp_path):
    table = placed(
        tmp_path,
        pupils(2020, 2020, 2020),
        (0, 2021, 1, "vwo", {}),
        (0, 2023, 2, "vwo", {"vo_school_id": "w"}),
        (1, 2021, 1, "vwo", {}),
        (1, 2023, 3, "vwo", {}),
        (2, 2021, 1, "vwo", {}),
        (2, 2023, 3, "vwo", {"vo_school_id": None}),
    )
    assert table["switched_school"].tolist() == [True, False, pd.NA]
    assert table["third_year"].tolist() == ["repeating", "in_grade_3", "in_grade_3"]


@pytest.mark.parametrize(
    ("fourth", "fifth", "stacked"),
    [
        ("0471", (4, "0373", {}), "yes"),
        ("vmbo_gt", (4, "havo_vwo", {}), "yes"),
        ("vmbo_gt", (4, "vmbo_gt", {}), "no"),
        ("vmbo_gt", (4, "vmbo_gt_havo", {}), "no"),
        ("vmbo_gt", (None, None, {"status": "left"}), "no"),
        ("vmbo_gt", (None, "havo", {}), "unknown"),
        ("vmbo_kb", (4, "havo", {}), None),
        ("havo", (5, "havo", {}), None),
    ],
)
def test_stapelen_is_going_on_from_vmbo_gt_to_havo(tmp_path, fourth, fifth, stacked):
    grade, code, more = fifth
    found = first(tmp_path, (0, 2024, 4, fourth, {}), (0, 2025, grade, code, more))
    assert found["stacked"] == stacked or (stacked is None and pd.isna(found["stacked"]))


def test_stapelen_waits_for_the_fifth_year(tmp_path):
    found = first(tmp_path, (0, 2024, 4, "vmbo_gt", {}), as_of=2024)
    assert found["stacked"] == "not_yet_observed"


def test_nobody_is_lost_or_doubled(tmp_path):
    people = pupils(2018, 2019, 2020, 2020)
    table = placed(tmp_path, people, *[(7, year, 1, "vwo", {}) for year in (2021, 2023)])
    assert table["pupil_id"].tolist() == people["pupil_id"].tolist()
    assert set(table["third_year"]) == {"unknown"}


def test_a_code_in_no_table_stops_the_run_and_is_counted(tmp_path):
    with pytest.raises(DataError, match=r"holds 3 value.*15 \(2 rows\)"):
        placed(
            tmp_path,
            pupils(2020),
            (0, 2021, 1, "15", {}),
            (0, 2023, 3, "0015", {"position": "Jansen P."}),
        )
