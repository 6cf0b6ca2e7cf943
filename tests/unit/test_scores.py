import time

import numpy as np
import pandas as pd
import pytest

from advieskloof import scores

LISTED = {"advice_levels": ["pro_vmbo_bb"]}


def pupils(*rows):
    """Rows of (provider, cohort, score, test advice)."""
    provider, cohort, score, advice = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "test_provider": pd.Series(provider, dtype="str"),
            "cohort": cohort,
            "test_score": pd.Series(score, dtype=float),
            "test_advice": pd.Series(advice, dtype="str"),
        }
    )


@pytest.mark.parametrize(
    ("provider", "cohort", "score", "outside"),
    [
        ("CET", 2018, 501, False),
        ("CET", 2018, 550, False),
        ("CET", 2018, 500.9, True),
        ("CET", 2018, 551, True),
        ("CET", 2023, 9, False),  # the scale is known up to 2022
        ("IEP", 2023, 49, True),
        ("ROUTE8", 2018, 300, False),
        ("ROUTE8", 2018, 301, True),
        ("DIA", 2018, -1e9, False),  # no known scale
        (None, 2018, 7, False),
        ("CET", 2018, None, False),
        ("CET", 2018, np.inf, True),
    ],
)
def test_a_score_is_off_scale_outside_its_providers_scale_of_that_cohort(
    provider, cohort, score, outside
):
    assert scores.off_scale(pupils((provider, cohort, score, None)), {}).tolist() == [outside]


def test_off_scale_keeps_the_index():
    table = pupils(("CET", 2018, 9, None), ("CET", 2018, 509, None)).set_index(pd.Index([8, 2]))
    assert scores.off_scale(table, {}).to_dict() == {8: True, 2: False}


SCALELESS = pupils(
    ("DIA", 2018, 350, "30"),
    ("DIA", 2018, 360, None),
    ("DIA", 2018, None, "30"),
    ("AMN", 2018, 400, "30"),
    ("AMN", 2021, 400, "30"),
    (None, 2018, 7, None),
    ("CET", 2018, 530, "30"),
)


def test_pairs_with_scores_and_no_known_scale_are_counted():
    found = scores.scales_unknown(SCALELESS, {})
    assert found.to_numpy().tolist() == [
        ["AMN", 2018, 1, 0],
        ["AMN", 2021, 1, 0],
        ["DIA", 2018, 2, 1],
        ["unknown", 2018, 1, 1],
    ]


def test_rows_that_stand_for_more_pupils_count_for_them():
    found = scores.scales_unknown(SCALELESS.assign(n=10), {})
    assert found["n"].tolist() == [10, 10, 20, 10]
    assert found["n_without_test_advice"].tolist() == [0, 0, 10, 10]


def test_no_pair_without_a_scale_gives_no_row():
    assert scores.scales_unknown(pupils(("CET", 2018, 530, "30")), {}).empty


@pytest.mark.parametrize(
    ("provider", "cohort", "score", "category"),
    [
        ("CET", 2014, 501, "vmbo_bb"),
        ("CET", 2014, 518, "vmbo_bb"),
        ("CET", 2014, 519, "vmbo_bb_kb"),
        ("CET", 2014, 550, "vwo"),
        ("CET", 2018, 510, "pro_vmbo_bb"),
        ("CET", 2018, 532, "vmbo_kb_gt"),
        ("CET", 2018, 533, "vmbo_gt_havo"),
        ("CET", 2018, 532.5, None),  # between two classes
        ("CET", 2018, 500, None),
        ("CET", 2018, 551, None),
        ("CET", 2020, 539, "havo_vwo"),  # only the two highest classes are known
        ("CET", 2020, 538, None),
        ("CET", 2016, 530, None),  # cut-offs that nobody saw
        ("IEP", 2018, 80, None),
        ("ROUTE8", 2018, 224, "havo_vwo"),
        (None, 2018, 530, None),
        ("CET", 2018, None, None),
    ],
)
def test_the_derived_test_advice_follows_the_cut_offs(provider, cohort, score, category):
    derived = scores.derived_test_advice(pupils((provider, cohort, score, "30")), {})
    assert derived.astype(object).where(derived.notna(), None).tolist() == [category]


def test_cut_offs_that_nobody_saw_count_once_listed():
    listed = {"score_cutoffs": ["CET 2016"]}
    derived = scores.derived_test_advice(pupils(("CET", 2016, 530, None)), listed)
    assert derived.tolist() == ["vmbo_gt"]


def test_deriving_does_not_fill_the_registered_advice():
    table = pupils(("CET", 2018, 530, None))
    scores.derived_test_advice(table, {})
    assert table["test_advice"].isna().all()


COMPARED = pupils(
    ("CET", 2018, 530, "34"),
    ("CET", 2018, 531, "34"),
    ("CET", 2018, 531, "44"),
    ("CET", 2018, 505, "11"),
    ("ROUTE8", 2018, 250, "70"),
    ("CET", 2018, 531, None),
    ("CET", 2018, None, "34"),
    ("DIA", 2018, 350, "34"),
)


def test_registered_and_derived_are_compared_where_both_exist():
    assert scores.agreement(COMPARED, LISTED).to_numpy().tolist() == [
        [2018, "CET", "pro_vmbo_bb", "pro_vmbo_bb", 1],
        [2018, "CET", "vmbo_gt_havo", "vmbo_kb_gt", 1],
        [2018, "CET", "vmbo_kb_gt", "vmbo_kb_gt", 2],
        [2018, "ROUTE8", "vwo", "vwo", 1],
    ]


def test_nobody_with_both_gives_no_row():
    assert scores.agreement(COMPARED[5:], LISTED).empty


def test_a_national_cohort_takes_well_under_a_second():
    table = pd.concat([COMPARED] * 23_000, ignore_index=True)
    started = time.process_time()
    scores.off_scale(table, {})
    scores.agreement(table, LISTED)
    assert time.process_time() - started < 1
