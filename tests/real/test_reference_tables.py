"""The shipped codes, levels and regimes against the tables that they were taken from."""

from pathlib import Path

import pandas as pd
import pytest

from advieskloof import io

DOMAIN = Path(__file__).parents[2].parent / "shared" / "domain"
if not DOMAIN.is_dir():
    pytest.skip("the domain tables are not on this machine", allow_module_level=True)


def shipped(name, key):
    path = io.package_file(f"reference/{name}.csv")
    return pd.read_csv(path, dtype=str, keep_default_na=False).set_index(key)


def domain(name, key):
    return pd.read_csv(DOMAIN / f"{name}.csv", dtype=str, keep_default_na=False).set_index(key)


def our_name(category):
    """'vmbo-bb/kb' is vmbo_bb_kb here, 'vmbo-bb..gt' vmbo_bb_to_gt, and missing is no advice."""
    if category == "missing":
        return "no_advice"
    return category.replace("..", "_to_").replace("/", "_").replace("-", "_")


CODES = domain("advice_codes", "bron_code")


def test_the_codes_are_those_of_the_source_and_0_for_no_advice():
    assert set(shipped("advice_codes", "bron_code").index) == {*CODES.index, "0"}


@pytest.mark.parametrize("code", CODES.index)
def test_a_code_has_the_label_category_and_status_of_the_source(code):
    ours, theirs = shipped("advice_codes", "bron_code").loc[code], CODES.loc[code]
    assert ours["label"] == theirs["label"]
    assert ours["category"] == our_name(theirs["advice_category"])
    assert ours["status"] == theirs["status"]
    assert (ours["lwoo"] == "yes") == ("lwoo" in theirs["label"].lower())


def test_the_registered_test_advices_are_those_of_the_source():
    variables = domain("advice_variables", "variable")
    listed = variables.loc["WPOTOETSADVIES", "values_or_rule"].removesuffix(" occur").split()
    codes = shipped("advice_codes", "bron_code")
    assert codes.index[codes["registered_test_advice"] == "yes"].tolist() == listed


SCALE = domain("advice_scale", "advice")


@pytest.mark.parametrize("advice", SCALE.index)
def test_a_category_has_the_level_interval_and_status_of_the_source(advice):
    ours, theirs = shipped("advice_levels", "category").loc[our_name(advice)], SCALE.loc[advice]
    assert ours["level"] == theirs["duo_halflevel"]
    assert ours["lowest"] == theirs["lower_level"]
    assert ours["highest"] == theirs["upper_level"]
    assert (ours["double"] == "yes") == (theirs["is_double"] == "1")
    assert ours["status"] == theirs["status_of_duo_uva_isled_values"]


def test_only_wide_advices_are_levels_beyond_the_source():
    extra = set(shipped("advice_levels", "category").index) - set(map(our_name, SCALE.index))
    assert extra == {name for name in map(our_name, CODES["advice_category"]) if "_to_" in name}


REGIMES = domain("regimes", "cohort")


def test_the_cohorts_are_those_of_the_source():
    assert list(shipped("regimes", "cohort").index) == list(REGIMES.index)


@pytest.mark.parametrize("cohort", REGIMES.index)
def test_a_cohort_has_the_regime_and_status_of_the_source(cohort):
    ours, theirs = shipped("regimes", "cohort").loc[cohort], REGIMES.loc[cohort]
    same = ["school_year", "test", "test_advice_scheme", "adjustment", "what", "status"]
    assert ours[same].to_dict() == theirs[same].to_dict()
    assert ours["breaks_trend"] == theirs["break"]
    assert (ours["test_held"] == "no") == theirs["test"].startswith("none")
