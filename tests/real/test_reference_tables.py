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


def test_score_boundaries_are_those_of_the_source():
    theirs = domain("cutoffs", "provider").reset_index()
    theirs = pd.DataFrame(
        {
            "provider": theirs["provider"].str.replace(" ", ""),
            "cohort": theirs["year"].str[:4],
            "lowest": theirs["score_from"],
            "highest": theirs["score_to"],
            "category": theirs["toetsadvies"].map(our_name),
            "status": theirs["status"],
        }
    )
    ours = shipped("score_cutoffs", "provider_cohort").reset_index(drop=True)
    pd.testing.assert_frame_equal(ours[list(theirs)], theirs)


SCALES = domain("score_scales", "provider")


@pytest.mark.parametrize("provider", shipped("score_scales", "provider").index)
def test_a_score_scale_has_the_ends_that_the_source_saw(provider):
    names = {"CET": "CET (Cito)", "ROUTE8": "ROUTE 8"}
    theirs = SCALES.loc[[names.get(provider, provider)]]
    ends = theirs[theirs["status"] == "VERIFIED"][["scale_min", "scale_max"]]
    ours = shipped("score_scales", "provider").loc[provider, ["lowest", "highest"]]
    assert (ends == ours.to_numpy()).all(axis=None)


SOI = domain("soi_levels", "soi2016_agg4_code")


@pytest.mark.parametrize("code", SOI.index)
def test_an_education_code_has_the_label_status_and_group_of_the_source(code):
    ours, theirs = shipped("parental_education", "code").loc[code], SOI.loc[code]
    assert [ours["label"], ours["status"]] == [theirs["label"], theirs["code_status"]]
    groups = shipped("parental_education_groupings", "code").loc[code].set_index("grouping")
    five = {"le mbo-1": "le_mbo1", "mbo-2": "mbo2", "mbo-3/4": "mbo34", "hbo": "hbo", "wo": "wo"}
    group = theirs["proposed_inspectie_group"]
    group = "mbo34" if group.startswith("havo/vwo") else five[group]
    three = {"le_mbo1": "low", "mbo2": "middle", "mbo34": "middle", "hbo": "high", "wo": "high"}
    kansenkaart = group if group in ("hbo", "wo") else "other"
    four = {"mbo34": "mbo34", "hbo": "hbo_wo_bachelor", "wo": "wo_master"}
    four = "hbo_wo_bachelor" if ours["label"] == "Wo-bachelor" else four.get(group, "mbo2_or_lower")
    expected = {"five": group, "three": three[group], "kansenkaart": kansenkaart, "cbs_four": four}
    assert groups["group"].to_dict() == expected
