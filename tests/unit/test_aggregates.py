import pandas as pd
import pytest

from advieskloof.errors import DataError
from advieskloof.sources import aggregates

SECRET = "Jansen-123456782"


def delivered(tmp_path, layout, header, *rows, unverified=None):
    path = tmp_path / "counts.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return aggregates.delivered(path, "mine", layout, ",", "utf-8", unverified or {})


def margins(tmp_path, *rows, header="cohort,income_quintile,n"):
    header += ",n_eligible_adjusted,n_eligible_not_adjusted"
    return delivered(tmp_path, "margins", header, *rows)


def codes(tmp_path, *rows, header="cohort", **options):
    header += ",initial_advice,test_advice,adjusted_advice,n"
    return delivered(tmp_path, "codes", header, *rows, **options)


def counts(cells, *keys):
    """Pupils by keys and flags, the empty cells left out."""
    held = cells[cells["n"] > 0]
    keys = [*keys, "eligible", "adjusted"]
    return [tuple(row) for row in held[[*keys, "n"]].astype(object).fillna("?").to_numpy()]


def test_a_margin_splits_in_adjusted_not_adjusted_and_not_eligible(tmp_path):
    cells = margins(tmp_path, "2022,total,100,10,25")
    assert counts(cells) == [(True, True, 10), (True, False, 25), (False, "?", 65)]


def test_a_margin_that_does_not_say_who_is_eligible_stays_one_cell(tmp_path):
    cells = margins(tmp_path, "2022,total,100,,")
    assert counts(cells) == [("?", "?", 100)]


def test_zero_eligible_is_not_the_same_as_eligible_not_given(tmp_path):
    cells = margins(tmp_path, "2022,total,100,0,0")
    assert counts(cells) == [(False, "?", 100)]


def test_margins_keep_their_total_rows_and_their_groups(tmp_path):
    cells = margins(tmp_path, "2022,total,100,,", "2022,1,30,,", "2022,unknown,5,,")
    assert counts(cells, "income_quintile") == [
        ("total", "?", "?", 100),
        ("1", "?", "?", 30),
        ("unknown", "?", "?", 5),
    ]


def test_a_grouping_that_margins_do_not_have_is_total(tmp_path):
    cells = margins(tmp_path, "2022,100,,", header="cohort,n")
    assert cells["first_advice_group"].tolist() == ["total"]


def test_codes_stay_as_delivered_with_their_pupils(tmp_path):
    cells = codes(tmp_path, "2022,01,10,,7", "2022,20,22,30,3")
    assert cells["initial_advice"].tolist() == ["01", "20"]
    assert cells["test_advice"].tolist() == ["10", "22"]
    assert cells["adjusted_advice"].fillna("none").tolist() == ["none", "30"]
    assert cells["n"].tolist() == [7, 3]


def test_every_pupil_weighs_one(tmp_path):
    cells = codes(tmp_path, "2022,20,22,,7", "2022,20,22,30,3")
    assert cells["w"].tolist() == cells["w2"].tolist() == [7.0, 3.0]


def test_schools_are_kept_and_empty_means_unknown(tmp_path):
    cells = codes(tmp_path, "2022,00AB,20,,,7", "2022,,20,,,3", header="cohort,school_id")
    assert cells["school_id"].fillna("unknown").tolist() == ["00AB", "unknown"]


def test_a_delivery_is_never_public_and_a_published_table_is(tmp_path):
    assert not codes(tmp_path, "2022,20,22,,7")["public"].any()
    assert aggregates.published("cbs_84274NED", {})["public"].all()


def test_a_source_bears_its_name(tmp_path):
    assert set(codes(tmp_path, "2022,20,22,,7")["source"]) == {"mine"}
    assert set(aggregates.published("cbs_84274NED", {})["source"]) == {"cbs_84274NED"}


def test_the_published_total_of_2022_is_the_published_number():
    cells = aggregates.published("cbs_84274NED", {})
    total = cells[
        (cells["cohort"] == 2022)
        & (cells["first_advice_group"] == "total")
        & (cells["income_quintile"] == "total")
    ]
    # 171,787 first advices, of which 16,708 and 41,173 eligible; 113,906 remain.
    assert counts(total) == [(True, True, 16708), (True, False, 41173), (False, "?", 113906)]


def test_an_unknown_published_table_is_refused_by_name():
    with pytest.raises(DataError, match="cbs_00000NED"):
        aggregates.published("cbs_00000NED", {})


# What is wrong with margins, the rows, and what the message says of it.
MARGINS_FAULTS = {
    "the same row twice": (["2022,total,9,1,1", "2022,total,9,1,1"], "1 row(s) stand(s) twice"),
    "n empty": (["2022,total,,1,1"], "1 row(s) lack(s) n"),
    "one of two": (["2022,total,9,1,"], "1 row(s) give(s) only one of"),
    "more eligible than pupils": (["2022,total,9,5,5"], "1 row(s) give(s) more eligible"),
    "no total": (["2022,1,9,1,1"], "1 row(s) with income_quintile total is missing"),
    "no total that year": (
        ["2022,total,9,1,1", "2021,1,9,1,1"],
        "1 row(s) with income_quintile total is missing",
    ),
    "parts above their total": (
        ["2022,total,9,1,1", "2022,1,5,0,0", "2022,2,5,0,0"],
        "1 row(s) with income_quintile total hold(s) fewer pupils",
    ),
    "eligible parts above their total": (
        ["2022,total,9,1,1", "2022,1,5,2,0"],
        "1 row(s) with income_quintile total hold(s) fewer pupils",
    ),
}


@pytest.mark.parametrize(("rows", "words"), MARGINS_FAULTS.values(), ids=MARGINS_FAULTS.keys())
def test_margins_that_contradict_themselves_are_refused(tmp_path, rows, words):
    with pytest.raises(DataError) as error:
        margins(tmp_path, *rows)
    assert words in str(error.value)


def test_parts_that_are_fewer_than_their_total_are_accepted(tmp_path):
    cells = margins(tmp_path, "2022,total,9,2,2", "2022,1,4,1,1", "2022,2,4,1,1")
    assert cells["n"].sum() == 9 + 4 + 4


def test_a_total_given_twice_beside_its_parts_is_refused_in_words(tmp_path):
    with pytest.raises(DataError, match="twice"):
        margins(tmp_path, "2022,total,9,1,1", "2022,total,9,1,1", "2022,1,5,1,1")


def test_an_empty_school_column_changes_nothing_for_margins(tmp_path):
    rows = ["2022,,total,9,2,2", "2022,,1,4,1,1"]
    cells = margins(tmp_path, *rows, header="cohort,school_id,income_quintile,n")
    assert cells["n"].sum() == 9 + 4


def test_margins_are_refused_when_a_school_called_total_would_count_pupils_twice(tmp_path):
    rows = ["2022,a,total,9,2,2", "2022,b,total,8,1,1", "2022,total,total,17,3,3"]
    with pytest.raises(DataError):
        margins(tmp_path, *rows, header="cohort,school_id,income_quintile,n")


# A value that is no count, year or group, and the column that the message names.
BAD_VALUES = [
    ("2022,total,1.000,,", "n"),
    ("2022,total,-5,,", "n"),
    ("2022,total,7.5,,", "n"),
    ("2022,total,<5,,", "n"),
    ("2022,total,1٣,,", "n"),
    (f"2022,total,{SECRET},,", "n"),
    (f"2022,total,9,{SECRET},1", "n_eligible_adjusted"),
    (f"{SECRET},total,9,,", "cohort"),
    (",total,9,,", "cohort"),
    ("1999,total,9,,", "cohort"),
    (f"2022,{SECRET},9,,", "income_quintile"),
    ("2022,Totaal,9,,", "income_quintile"),
]


@pytest.mark.parametrize(("row", "column"), BAD_VALUES, ids=[row for row, _ in BAD_VALUES])
def test_a_value_that_is_not_understood_is_counted_by_column_and_not_shown(tmp_path, row, column):
    total = [] if "total" in row else ["2022,total,99,,"]
    with pytest.raises(DataError) as error:
        margins(tmp_path, *total, row)
    assert column in str(error.value)
    assert "Jansen" not in str(error.value)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2022,99,22,,5", "initial_advice holds 1 value(s)"),
        ("2022,20,21,,5", "test_advice holds 1 value(s)"),
        ("2022,20,22,99,5", "adjusted_advice holds 1 value(s)"),
        ("2022,1,22,,5", "initial_advice holds 1 value(s)"),
        ("2022,11,22,,5", "11 (1 rows)"),
        ("2022,24,22,,5", "24 (1 rows)"),
        ("2022,20,22,,", "column n is empty in 1 row(s)"),
        (f"2022,{SECRET},22,,5", "other (1 rows)"),
    ],
)
def test_codes_that_are_not_usable_are_refused_without_a_value(tmp_path, row, words):
    with pytest.raises(DataError) as error:
        codes(tmp_path, "2022,20,22,,5", row)
    assert words in str(error.value)
    assert "Jansen" not in str(error.value)


def test_a_listed_code_is_accepted(tmp_path):
    listed = {"advice_levels": ["pro_vmbo_bb"]}
    cells = codes(tmp_path, "2022,10,11,,5", unverified=listed)
    assert cells["test_advice"].tolist() == ["11"]


def test_the_columns_may_stand_in_any_order(tmp_path):
    header = "n,adjusted_advice,test_advice,initial_advice,cohort"
    cells = delivered(tmp_path, "codes", header, "7,,22,20,2022")
    row = cells[["cohort", "initial_advice", "test_advice", "n"]]
    expected = pd.DataFrame(
        {"cohort": [2022], "initial_advice": ["20"], "test_advice": ["22"], "n": [7]}
    )
    pd.testing.assert_frame_equal(row, expected, check_dtype=False)
