import numpy as np
import pandas as pd
import pytest

from advieskloof import levels
from advieskloof.errors import DataError

PRO_BB = {"advice_levels": ["pro_vmbo_bb"]}
WIDE = {"advice_codes": ["24"], "advice_levels": ["pro_vmbo_bb", "vmbo_bb_to_gt"]}


def codes(*values, name="initial_advice"):
    return pd.Series(values, dtype="str", name=name)


def outcome(compare, advice, test):
    table = levels.advice_table(WIDE)
    measure = levels.interval if compare is levels.compare_overlap else levels.level
    return compare(measure(codes(advice), table), measure(codes(test), table))[0]


@pytest.mark.parametrize(
    ("code", "level", "lowest", "highest"),
    [
        ("10", 1, 1, 1),
        ("11", 1.5, 1, 2),
        ("20", 2, 2, 2),
        ("21", 2, 2, 2),
        ("22", 2.5, 2, 3),
        ("30", 3, 3, 3),
        ("34", 3.5, 3, 4),
        ("40", 4, 4, 4),
        ("42", 4, 4, 4),
        ("50", 4, 4, 4),
        ("44", 4.5, 4, 5),
        ("52", 4.5, 4, 5),
        ("60", 5, 5, 5),
        ("61", 5.5, 5, 6),
        ("70", 6, 6, 6),
    ],
)
def test_a_code_has_its_half_level_and_its_interval(code, level, lowest, highest):
    table = levels.advice_table(PRO_BB)
    assert levels.level(codes(code), table)[0] == level
    assert [ends[0] for ends in levels.interval(codes(code), table)] == [lowest, highest]


@pytest.mark.parametrize("code", ["0", "80", "01", None])
def test_no_advice_vso_and_missing_have_neither_level_nor_interval(code):
    table = levels.advice_table(PRO_BB)
    assert np.isnan(levels.level(codes(code), table)[0])
    assert np.isnan(levels.interval(codes(code), table)).all()


def test_a_wide_historic_code_has_an_interval_and_no_level():
    table = levels.advice_table(WIDE)
    assert np.isnan(levels.level(codes("24"), table)[0])
    assert [ends[0] for ends in levels.interval(codes("24"), table)] == [2, 4]


def test_levels_come_in_the_order_of_the_codes_given():
    table = levels.advice_table(PRO_BB)
    assert levels.level(codes("70", "20", "70"), table).tolist() == [6, 2, 6]


# Advice, test advice, and where the advice stands under each of the three definitions.
COMPARISONS = [
    ("20", "20", 0, 0, 0),  # vmbo-bb, vmbo-bb: d = 0
    ("20", "22", -1, 0, 0),  # vmbo-bb, bb/kb: d = -0.5, touching
    ("22", "20", 1, 0, 0),  # bb/kb, vmbo-bb: d = +0.5, touching
    ("20", "30", -1, -1, -1),  # vmbo-bb, vmbo-kb: d = -1, [2,2] and [3,3]
    ("30", "20", 1, 1, 1),
    ("22", "34", -1, -1, 0),  # bb/kb, kb/gt: d = -1, [2,3] and [3,4] touch
    ("34", "22", 1, 1, 0),
    ("20", "34", -1, -1, -1),  # vmbo-bb, kb/gt: d = -1.5, [2,2] and [3,4]
    ("22", "44", -1, -1, -1),  # bb/kb, gt/havo: d = -2, [2,3] and [4,5]
    ("61", "42", 1, 1, 1),  # havo/vwo, vmbo-gt: d = +1.5, [5,6] and [4,4]
    ("10", "11", -1, 0, 0),  # pro, pro/bb: d = -0.5
]


@pytest.mark.parametrize(("advice", "test", "half", "whole", "overlap"), COMPARISONS)
def test_an_advice_is_below_at_or_above_the_test_advice_by_definition(
    advice, test, half, whole, overlap
):
    assert outcome(levels.compare_half_level, advice, test) == half
    assert outcome(levels.compare_whole_level, advice, test) == whole
    assert outcome(levels.compare_overlap, advice, test) == overlap


@pytest.mark.parametrize(
    "compare", [levels.compare_half_level, levels.compare_whole_level, levels.compare_overlap]
)
@pytest.mark.parametrize(
    ("advice", "test"), [("01", "20"), (None, "20"), ("20", None), ("80", "20")]
)
def test_an_advice_without_a_place_is_not_compared(compare, advice, test):
    assert np.isnan(outcome(compare, advice, test))


def test_a_wide_advice_is_compared_by_interval_only():
    assert np.isnan(outcome(levels.compare_half_level, "24", "60"))
    assert np.isnan(outcome(levels.compare_whole_level, "24", "60"))
    assert outcome(levels.compare_overlap, "24", "60") == -1  # [2,4] ends below [5,5]
    assert outcome(levels.compare_overlap, "24", "44") == 0  # [2,4] touches [4,5]


@pytest.mark.parametrize(
    ("unverified", "usable"),
    [
        ({}, False),
        ({"advice_codes": ["11"]}, False),
        ({"advice_levels": ["vmbo_bb_to_gt"]}, False),
        ({"advice_levels": ["pro_vmbo_bb"]}, True),
    ],
)
def test_code_11_is_usable_only_when_its_level_is_listed(unverified, usable):
    assert ("11" in levels.advice_table(unverified).index) == usable


@pytest.mark.parametrize(
    ("unverified", "usable"),
    [
        ({}, False),
        ({"advice_codes": ["24"]}, False),
        ({"advice_levels": ["vmbo_bb_to_gt"]}, False),
        ({"advice_codes": ["24"], "advice_levels": ["vmbo_bb_to_havo"]}, False),
        ({"advice_codes": ["24"], "advice_levels": ["vmbo_bb_to_gt"]}, True),
    ],
)
def test_a_wide_code_is_usable_only_when_code_and_level_are_listed(unverified, usable):
    assert ("24" in levels.advice_table(unverified).index) == usable


@pytest.mark.parametrize(
    ("category", "group"),
    [
        ("vso", "vso_pro_vmbo_b"),
        ("pro", "vso_pro_vmbo_b"),
        ("vmbo_bb", "vso_pro_vmbo_b"),
        ("vmbo_bb_kb", "vmbo_b_k"),
        ("vmbo_gt", "vmbo_gt"),
        ("vwo", "vwo"),
    ],
)
def test_a_category_falls_in_its_cbs_group(category, group):
    assert levels.first_advice_group(pd.Series([category]), {}).tolist() == [group]


@pytest.mark.parametrize("category", ["no_advice", "vmbo_bb_to_gt", None])
def test_no_advice_and_wide_advice_are_in_no_cbs_group(category):
    found = levels.first_advice_group(pd.Series([category], dtype="str"), {})
    assert found.isna().all()


def test_unknown_codes_stop_the_run_with_a_count_per_code():
    table = levels.advice_table({})
    with pytest.raises(DataError) as error:
        levels.check_codes(codes("20", "99", "99", "97", None), table, "file.csv")
    assert "initial_advice holds 3 value(s)" in str(error.value)
    assert "97 (1 rows), 99 (2 rows)" in str(error.value)


def test_a_value_that_is_no_code_is_counted_and_not_shown():
    table = levels.advice_table({})
    with pytest.raises(DataError) as error:
        levels.check_codes(codes("20", "Jansen", "123456782"), table, "file.csv")
    assert "other (2 rows)" in str(error.value)
    assert "Jansen" not in str(error.value)
    assert "123456782" not in str(error.value)


def test_a_first_advice_code_that_is_no_test_advice_is_refused_as_test_advice():
    table = levels.advice_table({})
    levels.check_codes(codes("21"), table, "file.csv")
    with pytest.raises(DataError, match=r"21 \(1 rows\)"):
        levels.check_codes(codes("21", name="test_advice"), table, "file.csv", test=True)


def test_the_message_speaks_of_listing_where_that_would_help():
    table = levels.advice_table({})
    with pytest.raises(
        DataError,
        match="advice_codes: 24, advice_levels: vmbo_bb_to_gt",
    ):
        levels.check_codes(codes("24"), table, "file.csv")


def test_the_message_does_not_speak_of_listing_where_that_would_not_help():
    """Code 21 is verified; it just isn't a registered test advice."""
    table = levels.advice_table({})
    with pytest.raises(DataError) as error:
        levels.check_codes(codes("21", name="test_advice"), table, "file.csv", test=True)
    assert "unverified" not in str(error.value)


@pytest.mark.parametrize(
    ("advice", "test", "outcome"),
    [
        ("01", "11", 0),  # vso is placed by this definition alone
        ("01", "20", -1),
        ("20", "30", 0),  # a whole level apart, and agreeing
        ("22", "20", 0),
        ("30", "42", -1),
        ("52", "34", 1),
        ("60", "70", -1),
        ("70", "60", 1),
        ("24", "42", np.nan),  # wide
        ("11", "10", np.nan),  # not in the published table as an advice
        ("80", "42", np.nan),
        (None, "42", np.nan),
        ("20", None, np.nan),
    ],
)
def test_kansenkaart_compares_by_its_published_table(advice, test, outcome):
    table = levels.kansenkaart_table({})
    found = levels.compare_kansenkaart(codes(advice), codes(test), table)
    np.testing.assert_equal(found, [outcome])
