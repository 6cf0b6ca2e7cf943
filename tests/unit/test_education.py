import pandas as pd
import pytest

from advieskloof import reference
from advieskloof.education import GROUPINGS, grouped
from advieskloof.errors import DataError

SECRET = "Jansen-123456782"
RECALLED = ["1111", "1112", "1211", "1212", "1213", "1221", "2111", "2112", "2121", "2131"]
LISTED = {"parental_education": RECALLED}

# Delivered class: its group in five, three and kansenkaart, by hand from the sources.
GROUPS = {
    "1111": ("le_mbo1", "low", "other"),  # basisonderwijs
    "1213": ("le_mbo1", "low", "other"),  # mbo-1
    "1221": ("le_mbo1", "low", "other"),  # avo-onderbouw: vmbo-g/t
    "1222": ("le_mbo1", "low", "other"),  # avo-onderbouw: havo, vwo
    "2111": ("mbo2", "middle", "other"),
    "2121": ("mbo34", "middle", "other"),
    "2131": ("mbo34", "middle", "other"),  # havo
    "2132": ("mbo34", "middle", "other"),  # vwo
    "3112": ("hbo", "high", "hbo"),
    "3212": ("wo", "high", "wo"),
    "mbo2": ("mbo2", "middle", "other"),
    "wo": ("wo", "high", "wo"),
    "unknown": ("unknown", "unknown", "other"),
}


def series(*values):
    return pd.Series(values, dtype="str", name="parental_education")


def refused(values, grouping, unverified=LISTED):
    with pytest.raises(DataError) as caught:
        grouped(values, grouping, unverified)
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("place", range(3), ids=GROUPINGS)
def test_each_delivered_class_has_its_group(place):
    found = grouped(series(*GROUPS), GROUPINGS[place], LISTED)
    assert found.tolist() == [groups[place] for groups in GROUPS.values()]


@pytest.mark.parametrize(
    ("grouping", "order"),
    [
        ("five", ["le_mbo1", "mbo2", "mbo34", "hbo", "wo"]),
        ("three", ["low", "middle", "high"]),
        ("kansenkaart", ["other", "hbo", "wo"]),
    ],
)
@pytest.mark.parametrize("system", ["soi", "five"])
def test_the_highest_by_rank_is_in_the_highest_group(system, grouping, order):
    codes = reference.read_all("parental_education")
    codes = codes[codes["system"] == system]
    codes = codes.sort_values("rank", key=lambda rank: rank.astype(int))["code"]
    places = grouped(codes, grouping, LISTED).map(order.index)
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
    assert "allowed are five, three, kansenkaart" in refused(series("hbo"), "four")


def test_every_code_that_is_fine_enough_is_in_every_grouping():
    codes = reference.read_all("parental_education")
    fine = codes.loc[codes["system"] != "three", "code"]
    for grouping in GROUPINGS:
        assert grouped(fine, grouping, LISTED).notna().all()
