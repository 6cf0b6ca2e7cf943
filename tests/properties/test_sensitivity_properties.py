"""Bounds, pupils without a test, reference levels and weights against the same by hand."""

import itertools
import random

import numpy as np
import pandas as pd
import pytest
from oracles import advice_by_hand as by_hand
from oracles import bounds_by_hand as hand
from oracles.made_pupils import LISTED, ugly, write

from advieskloof import schemas
from advieskloof.errors import DataError
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.bounds import bounds, taken_for_extremes
from advieskloof.indicators.untested import reference_levels, without_test
from advieskloof.indicators.weighting import weighted

FIVE = "parental_education_five"
YEARS = (2017, 2018, 2019)
KEYS = ["table", "indicator", "definition", "base", "adjustment", "cohort", FIVE]
FUNCTIONS = (bounds, without_test, reference_levels, weighted)
EXACT = 1e-12
STATUSES = ["exempt", "absent", "refused_by_school", "unknown"]


def more_of(generator, pupil):
    """A pupil with status, reference levels and weight."""
    drawn = STATUSES[int(generator.integers(4))]
    levels = [None, "below_1F", "1F", "2F"]
    return {
        **pupil,
        "test_status": "taken" if pupil["test_provider"] else drawn,
        "level_reading": levels[int(generator.integers(4))],
        "level_language": None,
        "level_maths": ["1S", *levels][int(generator.integers(5))],
        "weight": [None, 0.0, *generator.uniform(0.5, 3, 6)][int(generator.integers(8))],
    }


def pupils_of(seed, n=260):
    generator = np.random.default_rng(seed)
    return [more_of(generator, pupil) for pupil in ugly(seed, n=n, cohorts=YEARS)]


def estimate(function, pupils, folder):
    path = write(pupils, folder / "p.parquet")
    table = function([path], Asked("made", "school"), LISTED, folder / "spill")
    return schemas.validate(table, schemas.ESTIMATES, "the table")


@pytest.fixture(scope="module", params=[51, 52])
def made(request, tmp_path_factory):
    pupils, folder = pupils_of(request.param), tmp_path_factory.mktemp("sensitivity")
    found = {each: estimate(each, pupils, folder) for each in FUNCTIONS}
    return pupils, {each: table.set_index(KEYS) for each, table in found.items()}


def told(table, name):
    own = table.loc[[name]]
    return own[own["reference"].isna() & (own["status"] != "not_defined")]


def direction_of(indicator):
    return indicator.partition("_")[0]


def test_bounds_of_unknown_education_are_those_of_all_thresholds(made):
    pupils, found = made
    rows, compared = told(found[bounds], "bounds_unknown_education"), 0
    for (_, indicator, definition, base, side, cohort, group), row in rows.iterrows():
        wanted = hand.unknown_education(
            pupils, int(cohort), group, definition, direction_of(indicator), base
        )
        value, n = wanted[side == "bound_high"]
        assert row["estimate"] == pytest.approx(value, abs=EXACT)
        assert row["n"] == n
        compared += 1
    assert compared > 300
    assert "unknown" not in set(rows.index.get_level_values(FIVE))


def test_bounds_without_a_test_are_those_of_every_test_advice(made):
    pupils, found = made
    rows, compared = told(found[bounds], "bounds_without_test"), 0
    for (_, indicator, definition, base, side, cohort, group), row in rows.iterrows():
        pair = hand.without_test(
            pupils, int(cohort), group, definition, direction_of(indicator), base
        )
        k, n = pair[side == "bound_high"]
        assert (row["k"], row["n"]) == (k, n)
        assert row["estimate"] == pytest.approx(k / n, abs=EXACT)
        compared += 1
    assert compared > 300


def test_bounds_of_gaps_are_the_far_ends_and_hold_the_raw_gap(made):
    _, found = made
    table = found[bounds].reset_index()
    own = table[table["reference"].isna()].set_index(KEYS)["estimate"]
    gaps = table[table["reference"].notna()]
    assert set(gaps["reference"]) == {f"minus {FIVE}=wo"}
    other = {"bound_low": "bound_high", "bound_high": "bound_low"}
    for row in gaps.to_dict("records"):
        what = tuple(row[name] for name in KEYS[:4])
        low = own[(*what, row["adjustment"], row["cohort"], "le_mbo1")]
        high = own[(*what, other[row["adjustment"]], row["cohort"], "wo")]
        assert row["estimate"] == pytest.approx(low - high, abs=EXACT)
    wide = gaps.pivot_table("estimate", [*KEYS[:4], "cohort"], "adjustment")
    assert (wide["bound_low"] <= wide["bound_high"]).all()
    assert len(wide) > 40


@pytest.mark.parametrize("seed", range(5))
def test_a_threshold_reaches_what_any_choice_of_pupils_reaches(seed):
    generator = np.random.default_rng(seed)
    known = generator.integers(2, 13, 4) / 2
    unknown = generator.integers(2, 13, 9) / 2
    steps, added = np.unique(unknown, return_counts=True)
    sums, n = np.array([known.sum()]), np.array([4.0])
    choices = [
        (known.sum() + sum(chosen)) / (4 + len(chosen))
        for size in range(10)
        for chosen in itertools.combinations(unknown, size)
    ]
    for taken, wanted in zip(
        taken_for_extremes(sums, n, added, steps), (min(choices), max(choices)), strict=True
    ):
        more = taken[:, 0] * added
        assert (sums + more @ steps) / (n + more.sum()) == pytest.approx(wanted, abs=EXACT)


def test_shares_without_a_test_are_counted(made):
    pupils, found = made
    rows, compared = told(found[without_test], "without_test"), 0
    for (_, indicator, *_, cohort, group), row in rows.iterrows():
        name = indicator.removesuffix("_of_all")
        names = {"without_test": hand.WITHOUT, "unknown_status": ("unknown",)}.get(name, (name,))
        assert (row["k"], row["n"]) == hand.status(pupils, int(cohort), group, names)
        compared += 1
    assert compared == 2 * 5 * 7
    none = found[without_test].xs("2019", level="cohort")
    assert set(none["reason"]) == {"no_test_that_year"}


def test_reference_levels_are_counted(made):
    pupils, found = made
    rows, compared = told(found[reference_levels], "reference_levels"), 0
    for (_, indicator, *_, cohort, group), row in rows.iterrows():
        domain, level = indicator.split("_at_least_")
        assert (row["k"], row["n"]) == hand.reaching(pupils, int(cohort), group, domain, level)
        compared += 1
    assert compared == 2 * 6 * 7
    lacking = found[reference_levels].xs("2018", level="cohort")
    lacking = lacking[lacking["status"] == "not_defined"]
    assert set(lacking["reason"]) == {"reference_levels_not_delivered"}
    assert len(lacking) == 3


@pytest.mark.parametrize("adjustment", ["raw", "weighted"])
def test_weighted_numbers_and_errors_are_those_by_hand(made, adjustment):
    pupils, found = made
    if adjustment == "raw":
        pupils = [{**p, "weight": 1.0 if p["weight"] else None} for p in pupils]
    rows, compared = told(found[weighted], "survey_weights"), 0
    rows = rows[rows.index.get_level_values("adjustment") == adjustment]
    for (_, indicator, definition, base, _, cohort, group), row in rows.iterrows():
        value, se, n, k = hand.weighted(
            pupils, int(cohort), group, definition, direction_of(indicator), base
        )
        assert row["estimate"] == pytest.approx(value, abs=EXACT)
        assert row["n"] == n
        assert definition == "level" or row["k"] == k
        if not np.isnan(row["se"]):
            assert row["se"] == pytest.approx(se, abs=EXACT)
            compared += 1
    assert compared > 100


def test_the_scale_of_weights_plays_no_part(tmp_path):
    pupils = pupils_of(53, n=120)
    scaled = [{**p, "weight": p["weight"] and 8 * p["weight"]} for p in pupils]
    one, other = (estimate(weighted, each, tmp_path) for each in (pupils, scaled))
    pd.testing.assert_frame_equal(one, other, rtol=1e-11)


def test_equal_weights_are_no_weights(tmp_path):
    pupils = [{**p, "weight": 2.0} for p in pupils_of(54, n=120)]
    table = estimate(weighted, pupils, tmp_path)
    numbers = ["estimate", "se", "lower", "upper", "n", "k", "n_schools"]
    keys = [name for name in KEYS if name != "adjustment"] + ["reference"]
    told_by = {
        name: table[table["adjustment"] == name].set_index(keys)[numbers]
        for name in ("raw", "weighted")
    }
    pd.testing.assert_frame_equal(told_by["raw"], told_by["weighted"], rtol=1e-11)


def test_a_whole_weight_counts_as_so_many_pupils_of_the_school(tmp_path):
    # Frequency weights: estimates and errors of weighted rows are those of the rows repeated.
    pupils = [{**p, "weight": float(1 + i % 3)} for i, p in enumerate(pupils_of(55, n=120))]
    repeated = [
        {**p, "weight": 1.0, "pupil_id": f"{p['pupil_id']} {i}"}
        for p in pupils
        for i in range(int(p["weight"]))
    ]
    one, other = (estimate(weighted, each, tmp_path) for each in (pupils, repeated))
    mine, theirs = one["adjustment"] == "weighted", other["adjustment"] == "raw"
    numbers = ["estimate", "se", "lower", "upper", "n_schools", "df"]
    pd.testing.assert_frame_equal(
        one.loc[mine, numbers].reset_index(drop=True),
        other.loc[theirs, numbers].reset_index(drop=True),
        rtol=1e-10,
    )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_row_order_and_names_change_nothing(function, tmp_path):
    pupils = pupils_of(56, n=120)
    shuffled = [{**p, "pupil_id": f"x{i}"} for i, p in enumerate(pupils)]
    random.Random(56).shuffle(shuffled)
    one, other = (estimate(function, each, tmp_path) for each in (pupils, shuffled))
    pd.testing.assert_frame_equal(one, other, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_was_not_delivered_is_a_reason_and_no_number(function, tmp_path):
    bare = {"level_reading": None, "level_maths": None, "weight": None, "test_status": "unknown"}
    pupils = [{**p, **bare, "test_advice": None} for p in pupils_of(57, n=60)]
    table = estimate(function, pupils, tmp_path)
    if function is bounds:
        table = table[table["unit"] == "share"]
    assert set(table["status"]) == {"not_defined"}
    assert table["estimate"].isna().all()
    assert table["reason"].notna().all()


def test_nobody_with_known_education_has_no_bounds(tmp_path):
    pupils = [{**p, "parental_education": "unknown"} for p in pupils_of(58, n=60)]
    table = estimate(bounds, pupils, tmp_path)
    mine = table[table["table"] == "bounds_unknown_education"]
    assert set(mine["reason"]) == {"parental_education_not_delivered"}


def test_kansenkaart_can_call_a_vso_advice_over_or_under_without_a_test():
    assert by_hand.compare("kansenkaart", "01", "70") == -1
    assert by_hand.compare("kansenkaart", "01", "10") == 0


def test_a_grouping_that_merges_the_unknown_has_no_bounds(tmp_path):
    path = write(pupils_of(8, n=20), tmp_path / "p.parquet")
    with pytest.raises(DataError, match="has the unknown in another group"):
        bounds(
            [path],
            Asked("made", "school", "parental_education_kansenkaart"),
            LISTED,
            tmp_path / "s",
        )
