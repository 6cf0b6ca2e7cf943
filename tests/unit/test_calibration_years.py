"""Figures of the lower years counted by hand on a handful of pupils."""

import numpy as np
import pandas as pd
import pytest

from advieskloof import calibration_years

# score, parents, first, test and adjusted advice; start, class, third year, position
ROWS = [
    (550, "wo", "60", "60", None, "placed", "havo_vwo", "in_grade_3", "vwo"),
    (550, "wo", "60", "60", None, "placed", "vwo", "in_grade_3", "havo"),
    (545, "wo", "60", "60", None, "placed", "vwo", "in_grade_3", "vwo"),
    (545, "le_mbo1", "50", "60", "70", "placed", "havo", "in_grade_3", "havo"),
    (545, "le_mbo1", "50", "60", "70", "placed", "vwo", "in_grade_3", "vwo"),
    (533, "mbo34", "42", "42", None, "placed", "vmbo_gt", "in_grade_3", "havo"),
    (533, "mbo34", "42", "42", None, "placed", "havo_vwo", "repeating", None),
    (533, "mbo34", "42", "42", None, "placed", "vmbo_gt", "left", None),
    (None, "mbo34", "42", None, None, "unknown", None, "in_grade_3", "vmbo_gt"),
]
COLUMNS = [
    "test_score", "parental_education", "initial_advice", "test_advice", "adjusted_advice",
    "start", "class_type", "third_year", "position",
]  # fmt: skip
OF_PLACES = ["start", "class_type", "third_year", "position"]


@pytest.fixture
def tables():
    rows = pd.DataFrame(ROWS, columns=COLUMNS).assign(pupil_id=[f"p{n}" for n in range(len(ROWS))])
    texts = [name for name in rows if name != "test_score"]
    rows = rows.astype(dict.fromkeys(texts, "string"))
    rows["test_provider"] = pd.array(np.where(rows["test_score"].notna(), "CET", None), "string")
    return rows.drop(columns=OF_PLACES), rows[["pupil_id", *OF_PLACES]][::-1]


@pytest.fixture
def found(tables):
    return calibration_years.figures(*tables)


@pytest.mark.parametrize(
    ("measure", "group", "value"),
    [
        # Eight were placed in year 1, three of them in vwo classes.
        ("class_type", "vwo", 3 / 8),
        ("class_type", "havo_vwo", 2 / 8),
        # Seven are in grade 3, wherever they started.
        ("position", "vwo", 3 / 7),
        ("position", "vmbo_gt", 1 / 7),
        # Of all who started: vmbo-gt to havo is up, vwo to havo down; who repeats is at the level.
        ("moves", "up", 1 / 8),
        ("moves", "down", 1 / 8),
        ("moves", "same", 5 / 8),
        ("moves", "unknown", 1 / 8),
        # Of the six in grade 3 with a class: three stayed, two moved a level, one half a level.
        ("half_level", "same", 3 / 6),
        ("half_level", "whole", 2 / 6),
        # Four of them had the test advice that they were advised.
        ("moves_of_agreeing", "up", 1 / 4),
        ("moves_of_agreeing", "down", 1 / 4),
        # Two were raised to vwo, one of whom is in havo.
        ("below_final", "raised", 1 / 2),
        ("class_at_550", "havo_vwo", 1 / 2),
        ("class_at_gt", "havo_vwo", 1 / 3),
    ],
)
def test_a_figure_by_hand(found, measure, group, value):
    assert found[measure, group] == pytest.approx(100 * value)


def test_shares_of_moves_add_up(found):
    assert sum(found["moves", way] for way in ("up", "down", "same", "unknown")) == 100


def test_a_third_year_that_has_not_been_has_no_figures(tables):
    pupils, places = tables
    found = calibration_years.figures(pupils, places.assign(third_year="not_yet_observed"))
    assert {measure for measure, _ in found} == {
        "class_type", "class_at_550", "class_at_gt", "n_545", "k_545",
    }  # fmt: skip


def test_cohorts_are_pooled_at_545(found):
    other = found | {("n_545", "wo"): 3.0, ("k_545", "wo"): 0.0}
    pooled = calibration_years.vwo_class_at_545({2014: found, 2022: other, 2023: other}, "wo", 2014)
    assert pooled == pytest.approx(100 * 1 / 4)
    assert np.isnan(calibration_years.vwo_class_at_545({2023: found}, "wo", 2014))
