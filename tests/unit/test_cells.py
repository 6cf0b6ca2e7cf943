import pandas as pd
import pytest

from advieskloof import io, schemas
from advieskloof.cells import collapse, margin
from advieskloof.errors import DataError


def cells(*rows):
    """CELLS of rows (first advice group, income quintile, pupils)."""
    groups, income, n = zip(*rows, strict=True)
    empty = schemas.empty_columns(schemas.CELLS, len(rows))
    columns = {"first_advice_group": groups, "income_quintile": income, "n": n}
    return empty.assign(cohort=2022, **columns).astype(empty.dtypes.to_dict())


# A published table: totals and parts, and parts that don't add up to their total (5 of 20 vwo
# pupils have no income; other advices aren't shown).
PUBLISHED = cells(
    ("total", "total", 100),
    ("total", "1", 30),
    ("total", "2", 60),
    ("vwo", "total", 20),
    ("vwo", "1", 7),
    ("vwo", "2", 8),
)


@pytest.mark.parametrize(
    ("by", "counts"),
    [
        ([], [100]),
        (["income_quintile"], [30, 60]),
        (["first_advice_group"], [20]),
        (["first_advice_group", "income_quintile"], [7, 8]),
    ],
)
def test_a_published_table_gives_a_margin_and_is_never_summed(by, counts):
    assert margin(PUBLISHED, by)["n"].tolist() == counts


# Pupils' own rows: no totals, some groups missing.
PUPILS = cells(
    ("vwo", "1", 7), ("vwo", "2", 8), ("havo", "1", 9), ("havo", None, 4), (None, "2", 3)
)


@pytest.mark.parametrize(
    ("by", "counts"),
    [
        ([], [7, 8, 9, 4, 3]),
        (["income_quintile"], [7, 8, 9, 3]),
        (["first_advice_group"], [7, 8, 9, 4]),
        (["first_advice_group", "income_quintile"], [7, 8, 9]),
    ],
)
def test_rows_without_totals_are_all_kept_but_those_without_the_group(by, counts):
    assert margin(PUPILS, by)["n"].tolist() == counts


def test_a_grouping_with_totals_is_held_there_and_one_without_is_left_to_be_summed():
    mixed = cells(("vwo", "total", 15), ("vwo", "1", 7), ("havo", "total", 9), ("havo", "2", 8))
    assert margin(mixed, [])["n"].tolist() == [15, 9]
    assert margin(mixed, ["first_advice_group"])["n"].tolist() == [15, 9]


def test_a_margin_that_the_source_lacks_is_empty():
    only_total = cells(("total", "total", 100))
    assert margin(only_total, ["income_quintile"]).empty


def test_a_cohort_without_totals_is_not_lost_beside_one_with_totals():
    with_totals = cells(("total", "total", 100), ("total", "1", 40))
    without = cells(("total", "1", 7), ("total", "2", 8)).assign(cohort=2023)
    found = margin(pd.concat([with_totals, without]), [])
    assert found.groupby("cohort")["n"].sum().to_dict() == {2022: 100, 2023: 15}


def test_a_source_without_totals_is_not_lost_beside_one_with_totals():
    found = margin(pd.concat([PUBLISHED.assign(source="cbs"), PUPILS.assign(source="mine")]), [])
    assert found.groupby("source")["n"].sum().to_dict() == {"cbs": 100, "mine": 31}


def collapsed(tmp_path, *rows, by=("first_advice_group", "income_quintile")):
    """Cells of pupils (cohort, school, income, first advice, weight), as lists."""
    cohort, school, income, advice, weight = zip(*rows, strict=True)
    empty = schemas.empty_columns(schemas.PUPILS, len(rows))
    pupils = empty.assign(
        pupil_id=[f"p{number}" for number in range(len(rows))],
        cohort=cohort,
        school_id=school,
        income_quintile=income,
        initial_advice=advice,
        weight=weight,
    )
    path = tmp_path / "pupils.parquet"
    io.write_parquet(pupils.astype(empty.dtypes.to_dict()), path)
    found = collapse(path, "mine", by, tmp_path / "tmp", {})
    assert not (tmp_path / "tmp").exists()
    assert not found["public"].any()
    assert set(found["source"]) == {"mine"}
    shown = ["cohort", "school_id", "income_quintile", "initial_advice", "n", "w", "w2"]
    return found[shown].astype(object).where(found[shown].notna(), None).to_numpy().tolist()


def test_pupils_who_are_alike_become_one_cell(tmp_path):
    rows = [
        (2021, "a", "1", "30", None),
        (2021, "a", "1", "30", None),
        (2021, "a", "2", "30", None),
        (2021, "b", "1", "30", None),
        (2022, "a", "1", "30", None),
        (2021, "a", "1", None, None),
    ]
    assert collapsed(tmp_path, *rows) == [
        [2021, "a", "1", "30", 2, 2.0, 2.0],
        [2021, "a", "1", None, 1, 1.0, 1.0],
        [2021, "a", "2", "30", 1, 1.0, 1.0],
        [2021, "b", "1", "30", 1, 1.0, 1.0],
        [2022, "a", "1", "30", 1, 1.0, 1.0],
    ]


def test_a_missing_group_is_unknown_only_in_a_cohort_that_has_groups(tmp_path):
    rows = [(2021, "a", "1", "30", None), (2021, "a", None, "30", None)]
    found = collapsed(tmp_path, *rows, (2022, "a", None, "30", None))
    assert [row[:3] for row in found] == [
        [2021, "a", "1"],
        [2021, "a", "unknown"],
        [2022, "a", None],
    ]


def test_a_group_that_is_not_asked_for_is_not_split_by(tmp_path):
    rows = [(2021, "a", "1", "30", None), (2021, "a", "2", "30", None)]
    assert collapsed(tmp_path, *rows, by=()) == [[2021, "a", None, "30", 2, 2.0, 2.0]]


def test_weights_and_their_squares_are_added_up_by_cohort(tmp_path):
    rows = [(2021, "a", "1", "30", 0.5), (2021, "a", "1", "30", 2.0), (2022, "a", "1", "30", None)]
    assert [row[4:] for row in collapsed(tmp_path, *rows)] == [[2, 2.5, 4.25], [1, 1.0, 1.0]]


def test_a_weight_that_is_missing_beside_others_is_an_error(tmp_path):
    rows = [(2021, "a", "1", "30", 0.5), (2021, "a", "1", "30", None), (2022, "a", "1", "30", None)]
    with pytest.raises(DataError, match=r"weight is missing in 1 of 2 row\(s\) of cohorts"):
        collapsed(tmp_path, *rows)


def with_education(tmp_path, *pupils, by):
    """Cells of pupils (cohort, finest class of parental education): groups and counts."""
    cohort, finest = zip(*pupils, strict=True)
    empty = schemas.empty_columns(schemas.PUPILS, len(pupils))
    ids = [f"p{number}" for number in range(len(pupils))]
    made = empty.assign(pupil_id=ids, cohort=cohort, school_id="a", parental_education=finest)
    path = tmp_path / "pupils.parquet"
    io.write_parquet(made.assign(initial_advice="30").astype(empty.dtypes.to_dict()), path)
    found = collapse(path, "mine", by, tmp_path / "tmp", {})
    shown = ["cohort", *by, "n"]
    return found[shown].astype(object).where(found[shown].notna(), None).to_numpy().tolist()


def test_pupils_of_one_group_of_education_become_one_cell(tmp_path):
    pupils = [(2021, "le_mbo1"), (2021, "mbo2"), (2021, "mbo2"), (2021, "wo"), (2022, None)]
    five, three = "parental_education_five", "parental_education_three"
    assert with_education(tmp_path, *pupils, by=[five]) == [
        [2021, "le_mbo1", 1],
        [2021, "mbo2", 2],
        [2021, "wo", 1],
        [2022, None, 1],
    ]
    found = with_education(tmp_path, *pupils, (2021, None), by=[three])
    assert found == [
        [2021, "high", 1],
        [2021, "low", 1],
        [2021, "middle", 2],
        [2021, "unknown", 1],
        [2022, None, 1],
    ]


def test_classes_too_coarse_for_a_grouping_of_education_are_refused(tmp_path):
    with pytest.raises(DataError, match="too coarse"):
        with_education(tmp_path, (2021, "low"), by=["parental_education_five"])
