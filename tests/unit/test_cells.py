import pandas as pd
import pytest

from advieskloof import schemas
from advieskloof.cells import margin


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
