import numpy as np
import pandas as pd
import pytest

from advieskloof import schemas
from advieskloof.errors import DataError

SECRET = "Jansen-123456782"


def estimates(*indicators, **columns):
    """One sound row per indicator; `columns` replaces values, in all rows alike."""
    values = {
        "source": "mine",
        "public": False,
        "table": "reconsideration",
        "indicator": list(indicators),
        "definition": "half_level",
        "base": "initial",
        "adjustment": "raw",
        "region_of": "school",
        "cohort": "2022",
        "first_advice_group": "total",
        "income_quintile": "total",
        "estimate": 0.5,
        "unit": "share",
        "n": 100,
        "k": 50,
        "n_schools": 5,
        "k_schools": 5,
        "rest_schools": 5,
        "status": "ok",
    }
    empty = schemas.empty_columns(schemas.ESTIMATES, len(indicators))
    return empty.assign(**{**values, **columns}).astype(empty.dtypes.to_dict())


def cells(n_rows, **columns):
    empty = schemas.empty_columns(schemas.CELLS, n_rows)
    values = {"source": "mine", "cohort": 2022, "n": 7, "w": 7.0, "w2": 7.0}
    return empty.assign(**{**values, **columns}).astype(empty.dtypes.to_dict())


def complaint(table, contract):
    with pytest.raises(DataError) as error:
        schemas.validate(table, contract, "the table")
    return str(error.value)


def test_a_sound_table_comes_back_unchanged():
    table = estimates("a", "b")
    pd.testing.assert_frame_equal(schemas.validate(table, schemas.ESTIMATES, "x"), table)


# What is wrong with two ESTIMATES rows, and what the message says of it.
ESTIMATES_FAULTS = {
    "value not allowed": ({"base": SECRET}, "base breaks the rule: one of initial, final (2x)"),
    "unknown status": ({"status": SECRET, "estimate": np.nan}, "status breaks the rule: one of ok"),
    "unknown group": ({"income_quintile": SECRET}, "income_quintile breaks the rule: one of 1, 2"),
    "empty": ({"source": None}, "source is empty (2x)"),
    "below the range": ({"n": -123456782}, "n breaks the rule: at least 0 (2x)"),
    "above the range": ({"coverage": 123456782.5}, "coverage breaks the rule: at most 1 (2x)"),
    "share above one": (
        {"estimate": 123456782.5},
        "a row breaks the rule: a share lies in 0-1, a gap of shares in -1 to 1 (2x)",
    ),
    "more than all": ({"k": 123456782}, "a row breaks the rule: k is at most n (2x)"),
    "ok and no estimate": ({"estimate": np.nan}, "stands exactly where status is ok (2x)"),
    "estimate and not ok": ({"status": "not_defined"}, "stands exactly where status is ok (2x)"),
    "the same row twice": ({"indicator": SECRET}, "a row stands more than once (2x)"),
}


@pytest.mark.parametrize(
    ("columns", "words"), ESTIMATES_FAULTS.values(), ids=ESTIMATES_FAULTS.keys()
)
def test_a_fault_is_counted_by_column_and_rule_without_a_value(columns, words):
    message = complaint(estimates("a", "b", **columns), schemas.ESTIMATES)
    assert words in message
    assert "Jansen" not in message
    assert "123456782" not in message


def test_only_the_rows_at_fault_are_counted():
    table = estimates("a", "b", "c").assign(k=pd.array([50, 101, 100], dtype="Int64"))
    assert "k is at most n (1x)" in complaint(table, schemas.ESTIMATES)


@pytest.mark.parametrize("number", schemas.NUMBERS)
def test_a_suppressed_row_holds_no_number_at_all(number):
    emptied = dict.fromkeys(schemas.NUMBERS, None)
    suppressed = {**emptied, "status": "suppressed_primary"}
    schemas.validate(estimates("a", **suppressed), schemas.ESTIMATES, "x")
    table = estimates("a", **{**suppressed, number: 1})
    assert "a suppressed row holds no number (1x)" in complaint(table, schemas.ESTIMATES)


@pytest.mark.parametrize(
    ("column", "values"),
    [("n", [SECRET, "1"]), ("estimate", [SECRET, "0.5"]), ("cohort", [123456782, 2022])],
)
def test_a_column_of_another_type_is_named_without_its_values(column, values):
    message = complaint(estimates("a", "b").assign(**{column: values}), schemas.ESTIMATES)
    assert f"{column} breaks the rule" in message
    assert "Jansen" not in message
    assert "123456782" not in message


def test_missing_and_surplus_columns_are_named():
    table = estimates("a").drop(columns="unit").assign(unitt="share")
    message = complaint(table, schemas.ESTIMATES)
    assert "unit is missing" in message
    assert "unitt isn't one of its columns" in message


def test_a_missing_column_does_not_put_the_rows_in_the_wrong():
    """The share is 0.5: only the column is at fault."""
    message = complaint(estimates("a").drop(columns="unit"), schemas.ESTIMATES)
    assert "a share lies in 0-1" not in message


def test_columns_in_another_order_are_refused():
    first, second, *rest = estimates("a")
    table = estimates("a")[[second, first, *rest]]
    assert "aren't in the contract's order" in complaint(table, schemas.ESTIMATES)


# What is wrong with two CELLS rows, and what the message says of it.
CELLS_FAULTS = {
    "negative count": ({"n": -123456782}, "n breaks the rule: at least 0 (2x)"),
    "no source": ({"source": None}, "source is empty (2x)"),
    "no such year": ({"cohort": 123456782}, "cohort breaks the rule: between 2000 and 2100 (2x)"),
    "unknown group": ({"first_advice_group": SECRET}, "first_advice_group breaks the rule"),
    "negative weight": ({"w": -123456782.0}, "w breaks the rule: at least 0 (2x)"),
}


@pytest.mark.parametrize(("columns", "words"), CELLS_FAULTS.values(), ids=CELLS_FAULTS.keys())
def test_a_fault_in_cells_is_counted_without_a_value(columns, words):
    message = complaint(cells(2, **columns), schemas.CELLS)
    assert words in message
    assert "Jansen" not in message
    assert "123456782" not in message


@pytest.mark.parametrize("contract", schemas.CONTRACTS, ids=lambda contract: contract.name)
def test_empty_columns_have_the_contracts_columns_in_order_and_type(contract):
    table = schemas.empty_columns(contract, 0)
    assert schemas.validate(table, contract, "x").empty
    assert len(schemas.empty_columns(contract, 3)) == 3


def test_the_data_dictionary_gives_every_column_of_every_contract_once():
    lines = schemas.data_dictionary().splitlines()
    described = [line.split("`")[1] for line in lines if line.startswith("| `")]
    expected = [name for contract in schemas.CONTRACTS for name in contract.schema.columns]
    assert described == expected


def test_the_data_dictionary_gives_type_allowed_values_and_meaning():
    line = "| `base` | text | one of initial, final | no | the advice compared |"
    assert line in schemas.data_dictionary().splitlines()
