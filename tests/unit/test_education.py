import pandas as pd
import pytest

from advieskloof import reference
from advieskloof.education import GROUPINGS, grouped
from advieskloof.errors import DataError

SECRET = "Jansen-123456782"
RECALLED = ["1111", "1112", "1211", "1212", "1213", "1221", "2111", "2112", "2121", "2131"]
LISTED = {"parental_education": RECALLED}

# Delivered class: its group in five, three, kansenkaart and cbs_four, by hand from the sources.
GROUPS = {
    "1111": ("le_mbo1", "low", "other", "mbo2_or_lower"),  # basisonderwijs
    "1213": ("le_mbo1", "low", "other", "mbo2_or_lower"),  # mbo-1
    "1221": ("le_mbo1", "low", "other", "mbo2_or_lower"),  # avo-onderbouw: vmbo-g/t
    "1222": ("le_mbo1", "low", "other", "mbo2_or_lower"),  # avo-onderbouw: havo, vwo
    "2111": ("mbo2", "middle", "other", "mbo2_or_lower"),
    "2121": ("mbo34", "middle", "other", "mbo34"),
    "2131": ("mbo34", "middle", "other", "mbo34"),  # havo
    "2132": ("mbo34", "middle", "other", "mbo34"),  # vwo
    "3112": ("hbo", "high", "hbo", "hbo_wo_bachelor"),
    "3113": ("wo", "high", "wo", "hbo_wo_bachelor"),  # wo-bachelor
    "3211": ("hbo", "high", "hbo", "hbo_wo_bachelor"),  # hbo-master
    "3212": ("wo", "high", "wo", "wo_master"),
    "mbo2": ("mbo2", "middle", "other", None),
    "wo": ("wo", "high", "wo", None),
    "unknown": ("unknown", "unknown", "other", "unknown"),
}


def series(*values):
    return pd.Series(values, dtype="str", name="parental_education")


def refused(values, grouping, unverified=LISTED):
    with pytest.raises(DataError) as caught:
        grouped(values, grouping, unverified)
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("place", range(4), ids=GROUPINGS)
def test_each_delivered_class_has_its_group(place):
    groups = {code: groups[place] for code, groups in GROUPS.items() if groups[place]}
    found = grouped(series(*groups), GROUPINGS[place], LISTED)
    assert found.tolist() == list(groups.values())


def test_classes_that_hold_two_groups_of_cbs_are_refused():
    message = refused(series("hbo", "3212", "wo"), "cbs_four")
    assert "2 of 3 row(s) hold classes of the system five (hbo, wo)" in message
    assert "Allowed for 'cbs_four' are classes of soi;" in message


ORDERS = {
    "five": ["le_mbo1", "mbo2", "mbo34", "hbo", "wo"],
    "three": ["low", "middle", "high"],
    "kansenkaart": ["other", "hbo", "wo"],
    "cbs_four": ["mbo2_or_lower", "mbo34", "hbo_wo_bachelor", "wo_master"],
}
FINE_ENOUGH = [
    *[("soi", grouping) for grouping in ORDERS],
    *[("five", grouping) for grouping in ORDERS if grouping != "cbs_four"],
]


@pytest.mark.parametrize(("system", "grouping"), FINE_ENOUGH)
def test_the_highest_by_rank_is_in_the_highest_group(system, grouping):
    codes = reference.read_all("parental_education")
    codes = codes[codes["system"] == system]
    codes = codes.sort_values("rank", key=lambda rank: rank.astype(int))["code"]
    places = grouped(codes, grouping, LISTED).map(ORDERS[grouping].index)
    assert places.is_monotonic_increasing


def test_rows_keep_their_index_and_missing_stays_missing():
    values = pd.Series(["hbo", None], index=[7, 3], dtype="str")
    found = grouped(values, "three", {})
    assert found.index.tolist() == [7, 3]
    assert found.isna().tolist() == [False, True]


def test_three_classes_give_three_groups():
    assert grouped(series("low", "middle", "high"), "three", {}).tolist() == [
        "low",
        "middle",
        "high",
    ]


@pytest.mark.parametrize(("grouping", "fit"), [("five", "five, soi"), ("kansenkaart", "five, soi")])
def test_a_delivery_that_is_too_coarse_is_refused_with_what_is_allowed(grouping, fit):
    message = refused(series("high", "low", "hbo", "high"), grouping)
    assert f"can't be grouped by '{grouping}': 3 of 4 row(s) hold classes of the system three" in (
        message
    )
    assert "(high, low), which is too coarse" in message
    assert f"Allowed for '{grouping}' are classes of {fit};" in message
    assert message.endswith("a grouping that this delivery supports: three.")


def test_a_value_that_is_no_code_is_counted_and_not_shown():
    message = refused(series("hbo", SECRET, SECRET), "three")
    assert "2 value(s) that aren't among the usable codes: other (2 rows)" in message


def test_a_code_that_nobody_saw_needs_listing():
    message = refused(series("1111", "hbo"), "five", unverified={})
    assert "1111 (1 rows)" in message
    assert "`unverified`" in message
    assert grouped(series("1111"), "five", {"parental_education": ["1111"]}).tolist() == ["le_mbo1"]


def test_a_grouping_that_is_not_known_is_refused():
    assert "allowed are five, three, kansenkaart, cbs_four" in refused(series("hbo"), "four")


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_every_code_that_is_fine_enough_is_in_every_grouping(grouping):
    codes = reference.read_all("parental_education")
    coarse = ("three", "five") if grouping == "cbs_four" else ("three",)
    fine = codes.loc[~codes["system"].isin(coarse), "code"]
    assert grouped(fine, grouping, LISTED).notna().all()
