import pandas as pd
import pytest
from oracles.made_pupils import LISTED, ugly, write

from advieskloof import schemas
from advieskloof.errors import DataError
from advieskloof.indicators.advice import Request, advice
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.further import FURTHER

FIVE = "parental_education_five"


@pytest.fixture(scope="module")
def pupils():
    return ugly(21, n=60, cohorts=(2018, 2022))


def estimate(pupils, folder, unverified=LISTED, **asked):
    request = Request(**{"source": "made", "region_of": "home", "by": [[]], **asked})
    return advice([write(pupils, folder / "p.parquet")], request, unverified, folder / "spill")


def test_the_table_keeps_its_contract_and_says_what_was_asked(pupils, tmp_path):
    table = estimate(pupils, tmp_path, by=[[], [FIVE], ["sex", "urbanity"]])
    schemas.validate(table, schemas.ESTIMATES, "the estimates")
    assert set(table["source"]) == {"made"}
    assert set(table["region_of"]) == {"home"}
    assert not table["public"].any()
    split = table[(table["sex"] != "total")]
    assert (split["urbanity"] != "total").all()


def test_as_many_splits_at_once_as_there_may_be_give_the_same_rows(pupils, tmp_path, monkeypatch):
    by = [[], [FIVE], ["sex"], ["urbanity"], [FIVE, "urbanity"], ["corop"], [FIVE, "corop"]]
    tables = []
    for at_once in (1, 2, 7):
        monkeypatch.setattr("advieskloof.indicators.advice.AT_ONCE", at_once)
        tables.append(estimate(pupils, tmp_path, by=by))
    pd.testing.assert_frame_equal(tables[0], tables[1], check_exact=True)
    pd.testing.assert_frame_equal(tables[0], tables[2], check_exact=True)


@pytest.mark.parametrize("names", [["corop"], ["urbanity"], ["sex"], [FIVE, "sex"]])
def test_a_cohort_without_a_grouping_says_so_once_per_measure(names, pupils, tmp_path):
    column = names[-1]
    pupils = [{**p, column: None} if p["cohort"] == 2018 else p for p in pupils]
    pupils += [{**p, "cohort": 2019} for p in pupils if p["cohort"] == 2022]
    table = estimate(pupils, tmp_path, by=[names])
    schemas.validate(table, schemas.ESTIMATES, "the estimates")
    keys = ["indicator", "definition", "base", "adjustment"]
    rows = table[(table["cohort"] == "2018") & table["reference"].isna()]
    rows = rows[rows["indicator"] != "not_placed_of_all"]
    whole = estimate(pupils, tmp_path, by=[[]])
    supported = whole[(whole["cohort"] == "2018") & (whole["status"] == "ok")]
    supported = supported[
        supported["reference"].isna() & ~supported["indicator"].str.startswith("not_placed")
    ]
    told = rows[rows["reason"] == "grouping_not_delivered"]
    assert set(map(tuple, told[keys].to_numpy())) == set(map(tuple, supported[keys].to_numpy()))
    assert not told.duplicated(keys).any()
    assert (told[names] == "unknown").all(axis=None)
    assert told[list(schemas.NUMBERS)].isna().all(axis=None)
    assert (rows["status"] == "not_defined").all()
    # A year without a test says that it had none, once and for the cohort as a whole.
    no_test = table[(table["cohort"] == "2019") & (table["reason"] == "no_test_that_year")]
    assert (no_test[names] == "total").all(axis=None)
    assert not no_test.duplicated(keys).any()


def test_a_split_that_no_cohort_has_is_refused_from_any_thread(pupils, tmp_path):
    with pytest.raises(DataError, match="migration_background"):
        estimate(pupils, tmp_path, by=[[], ["migration_background"], ["sex"]])


def test_with_eleven_categories_alone_kansenkaart_is_not_defined(pupils, tmp_path):
    table = estimate(pupils, tmp_path, code_detail=False)
    mine = table[table["definition"] == "kansenkaart"]
    assert set(mine["reason"]) == {"code_detail_missing"}
    assert mine["estimate"].isna().all()


@pytest.mark.parametrize("name", ["regions", "multiverse", "bounds", "survey_weights"])
def test_nor_is_it_in_the_tables_beside(name, pupils, tmp_path):
    # Regions have rows of three years together too.
    more = [{**pupil, "cohort": year} for pupil in pupils[:60] for year in (2016, 2017)]
    weighed = [{**pupil, "weight": 1.0} for pupil in [*pupils, *more]]
    path = write(weighed, tmp_path / "p.parquet")
    asked = Asked("made", "school", code_detail=False)
    table = FURTHER[name]([path], asked, LISTED, tmp_path / "spill")
    mine = table[table["definition"] == "kansenkaart"]
    assert len(mine) > 0
    assert set(mine["status"]) == {"not_defined"}
    assert set(mine["reason"]) == {"code_detail_missing"}


def test_a_cohort_without_scores_has_one_row_for_each_standardised_measure(pupils, tmp_path):
    unscored = [{**p, "test_score": None} if p["cohort"] == 2018 else p for p in pupils]
    table = estimate(unscored, tmp_path, by=[[], [FIVE]])
    lacking = table[(table["cohort"] == "2018") & (table["adjustment"] == "standardised")]
    assert set(lacking["reason"]) == {"test_score_not_delivered"}
    assert not lacking.duplicated(["indicator", "definition", "base"]).any()
    assert set(lacking["status"]) == {"not_defined"}


def test_a_code_that_may_not_be_used_is_refused_without_a_pupil(pupils, tmp_path):
    with pytest.raises(DataError, match="aren't among the usable codes"):
        estimate(pupils, tmp_path, unverified={})


def test_a_grouping_that_nobody_has_is_refused(pupils, tmp_path):
    with pytest.raises(DataError, match="which no cohort has"):
        estimate(pupils, tmp_path, by=[["municipality"]])


@pytest.mark.parametrize("name", ["first_advice_group", "height"])
def test_a_grouping_that_is_no_column_is_refused(pupils, tmp_path, name):
    with pytest.raises(DataError, match=f"asks for {name}; allowed are"):
        estimate(pupils, tmp_path, by=[[name]])


def test_too_coarse_a_delivery_is_refused(pupils, tmp_path):
    coarse = [{**p, "parental_education": "low"} for p in pupils]
    with pytest.raises(DataError, match="too coarse"):
        estimate(coarse, tmp_path, by=[[FIVE]])


def test_a_cohort_without_a_grouping_is_left_out_of_it(pupils, tmp_path):
    partly = [{**p, "sex": None} if p["cohort"] == 2018 else p for p in pupils]
    table = estimate(partly, tmp_path, by=[["sex"]])
    own = table[(table["indicator"] == "under_of_placed") & (table["sex"] != "total")]
    own = own[own["status"] == "ok"]
    assert set(own["cohort"]) == {"2022", "total"}


def test_gaps_are_along_the_column_with_a_reference(pupils, tmp_path):
    table = estimate(pupils, tmp_path, by=[[FIVE, "sex"]], references={FIVE: "hbo"})
    gaps = table[table["reference"].fillna("").str.startswith("minus")]
    assert set(gaps["reference"]) == {f"minus {FIVE}=hbo"}
    assert "hbo" not in set(gaps[FIVE])


def test_a_ratio_with_zero_is_not_possible(tmp_path):
    base = ugly(22, n=1, cohorts=(2022,))[0]
    rows = [
        {**base, "pupil_id": f"{i}", "school_id": f"s{i % 3}", "sex": sex, "test_advice": "22",
         "initial_advice": first}
        for i, (sex, first) in enumerate([("boy", "22"), ("boy", "22"), ("girl", "20")])
    ]  # fmt: skip
    table = estimate(rows, tmp_path, by=[["sex"]])
    ratio = table[(table["unit"] == "ratio") & (table["indicator"] == "under_of_placed")
                  & (table["cohort"] == "2022") & (table["definition"] == "half_level")
                  & (table["adjustment"] == "raw")]  # fmt: skip
    assert set(ratio["status"]) == {"not_possible"}
    assert set(ratio["reason"]) == {"ratio_with_zero"}
