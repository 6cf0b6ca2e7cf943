"""Score curves against the same counted pupil by pupil, and what must change nothing."""

import random

import numpy as np
import pandas as pd
import pytest
from oracles import advice_by_hand as by_hand
from oracles import curves_by_hand as curves_hand
from oracles.made_pupils import LISTED, ugly, write

from advieskloof import schemas
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.curves import curves

TABLES = ("score_curves", "percentile_curves")
FIVE = "parental_education_five"
KEYS = ["table", "indicator", "base", "cohort", "test_provider", "score", FIVE]
AT = {"CET": (525.0, 526.0, 527.0, 528.0), "IEP": (76.0, 77.0)}
SEEDS = [1, 2]
EXACT = 1e-12


def estimate(pupils, folder, name="pupils.parquet"):
    path = write(pupils, folder / name)
    table = curves([path], Asked("made", "school"), LISTED, folder / "spill", AT)
    return schemas.validate(table, schemas.ESTIMATES, "the curves")


@pytest.fixture(scope="module", params=SEEDS)
def both(request, tmp_path_factory):
    pupils = ugly(request.param)
    table = estimate(pupils, tmp_path_factory.mktemp("curves"))
    return pupils, by_hand.with_bands(pupils), table


@pytest.mark.parametrize("base", schemas.BASES)
@pytest.mark.parametrize("indicator", list(curves_hand.LOWEST))
@pytest.mark.parametrize("name", TABLES)
def test_every_point_is_that_counted_by_hand(both, name, indicator, base):
    pupils, strata, table = both
    own = table[table["reference"].isna()].set_index(KEYS).sort_index()
    for cohort in (2017, 2018, 2022, *(["total"] if name == "percentile_curves" else [])):
        wanted = curves_hand.points(pupils, strata, name, indicator, base, cohort)
        found = own.loc[name, indicator, base, str(cohort)]
        assert set(found.index) == set(wanted)
        for at, (k, n, *schools) in wanted.items():
            row = found.loc[at]
            assert row["estimate"] == pytest.approx(k / n, abs=EXACT)
            told = row[["k", "n", "n_schools", "k_schools", "rest_schools"]].tolist()
            assert told == [k, n, *map(len, schools)]


@pytest.mark.parametrize("name", TABLES)
def test_every_error_is_that_of_school_residuals(both, name):
    pupils, strata, table = both
    rows = table[(table["table"] == name) & table["se"].notna() & table["reference"].isna()]
    assert len(rows) > 100
    together = rows[rows["cohort"] == "total"]
    assert (len(together) > 20) == (name == "percentile_curves")
    rows = pd.concat([rows[:: len(rows) // 60], together[::9]])
    for row in rows.to_dict("records"):
        cell = name, row["test_provider"], row["score"], row[FIVE]
        cohort = row["cohort"] if row["cohort"] == "total" else int(row["cohort"])
        what = row["indicator"], row["base"], cohort
        theirs = curves_hand.standard_error(pupils, strata, cell, *what)
        assert row["se"] == pytest.approx(theirs, abs=EXACT)


def test_gaps_are_highest_less_lowest_with_the_schools_in_both(both):
    pupils, strata, table = both
    own = table[table["reference"].isna()].set_index(KEYS)["estimate"]
    gaps = table[table["reference"].notna()]
    assert set(gaps["reference"]) == {f"minus {FIVE}=le_mbo1"}
    assert set(gaps[FIVE]) == {"wo"}
    assert len(gaps) > 20
    told = 0
    for row in gaps.to_dict("records"):
        keys = [row[name] for name in KEYS[:-1]]
        low, high = (own[(*keys, end)] for end in ("le_mbo1", "wo"))
        assert row["estimate"] == pytest.approx(high - low, abs=EXACT)
        ends = [
            (row["table"], row["test_provider"], row["score"], end) for end in ("wo", "le_mbo1")
        ]
        what = row["indicator"], row["base"], int(row["cohort"])
        theirs = curves_hand.standard_error(pupils, strata, ends[0], *what, minus=ends[1])
        if not np.isnan(row["se"]):
            told += 1
            assert row["se"] == pytest.approx(theirs, abs=EXACT)
        else:
            assert theirs is None or theirs < 1e-6
    assert told > 5


def test_a_curve_adds_up_to_everybody_and_vwo_is_at_most_havo(both):
    _, _, table = both
    own = table[table["reference"].isna() & (table["status"] == "ok")]
    parts = own[own[FIVE] != "total"].groupby(KEYS[:-1])[["k", "n"]].sum()
    whole = own[own[FIVE] == "total"].set_index(KEYS[:-1])[["k", "n"]]
    pd.testing.assert_frame_equal(parts.sort_index(), whole.sort_index())
    wide = own.pivot_table("estimate", [n for n in KEYS if n != "indicator"], "indicator")
    assert (wide["at_least_vwo"] <= wide["at_least_havo"]).all()


def test_a_year_without_a_test_says_so_and_has_no_points(both):
    _, _, table = both
    rows = table[table["cohort"] == "2019"]
    assert set(rows["status"]) == {"not_defined"}
    assert set(rows["reason"]) == {"no_test_that_year"}
    assert len(rows) == 8


@pytest.mark.parametrize("seed", [4])
def test_row_order_and_names_change_nothing_and_doubling_no_estimate(seed, tmp_path):
    pupils = ugly(seed, n=120)
    before = estimate(pupils, tmp_path)
    shuffled = [{**p, "pupil_id": f"x{i}"} for i, p in enumerate(pupils)]
    random.Random(seed).shuffle(shuffled)
    pd.testing.assert_frame_equal(estimate(shuffled, tmp_path), before, rtol=1e-11)
    twice = [*pupils, *[{**p, "pupil_id": p["pupil_id"] + "b"} for p in pupils]]
    after = estimate(twice, tmp_path)
    same = ["estimate", "se", "lower", "upper", "n_schools", "score", "status", "df"]
    pd.testing.assert_frame_equal(after[same], before[same], rtol=1e-9, atol=1e-12)


def test_what_a_cohort_cannot_support_is_outside_all_cohorts_together(tmp_path):
    pupils = [{**p, "adjusted_advice": None if p["cohort"] == 2018 else p["adjusted_advice"]}
              for p in ugly(6, n=90, cohorts=(2017, 2018, 2022))]  # fmt: skip
    every = estimate(pupils, tmp_path)
    others = estimate([p for p in pupils if p["cohort"] != 2018], tmp_path)
    tables = [t[(t["cohort"] == "total") & (t["base"] == "final")] for t in (every, others)]
    sides = [t.set_index(KEYS)[["estimate", "se", "n", "k", "n_schools"]] for t in tables]
    assert len(sides[0]) > 20
    pd.testing.assert_frame_equal(*sides, rtol=1e-12)
    counts = [
        t.loc[(t["cohort"] == "total") & (t["base"] == "initial"), "n"].sum()
        for t in (every, others)
    ]
    assert counts[0] > counts[1]


def test_a_cohort_without_parental_education_has_the_curve_of_everybody(tmp_path):
    pupils = [{**p, "parental_education": "unknown"} for p in ugly(3, n=80, cohorts=(2018,))]
    table = estimate(pupils, tmp_path)
    assert set(table[FIVE]) == {"unknown", "total"}
    assert table["reference"].isna().all()


def test_a_score_with_a_fraction_is_at_the_nearest_whole_one(tmp_path):
    pupils = [
        {**p, "test_score": score, "test_provider": "DIA", "test_status": "taken"}
        for p, score in zip(ugly(5, n=3, cohorts=(2018,)), (349.5, 350.4, 350.5), strict=True)
    ]
    table = estimate([{**p, "initial_advice": "60"} for p in pupils], tmp_path)
    rows = table[(table["table"] == "score_curves") & (table[FIVE] == "total")]
    rows = rows[(rows["base"] == "initial") & (rows["indicator"] == "at_least_havo")]
    assert dict(zip(rows["score"], rows["n"], strict=True)) == {350.0: 2, 351.0: 1}
