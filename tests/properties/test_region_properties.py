"""Regions against the same worked out pupil by pupil and area by area."""

import math

import numpy as np
import pandas as pd
import pytest
from oracles import advice_by_hand as by_hand
from oracles import shrinkage_by_hand, weighted
from oracles.made_pupils import LISTED, ugly, write
from scipy import stats

from advieskloof import schemas
from advieskloof.indicators.advice import Request, advice
from advieskloof.indicators.regions import regions

YEARS = (2015, 2016, 2017, 2018, 2019, 2022)
KEYS = ["indicator", "definition", "base", "cohort"]
EXACT = 1e-12
NUMBERS = ["estimate", "se", "lower", "upper", "n", "k", "n_schools", "coverage", "df", "status"]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    pupils = ugly(31, n=400, cohorts=YEARS)
    folder = tmp_path_factory.mktemp("regions")
    path = write(pupils, folder / "pupils.parquet")
    table = regions([path], "made", "school", LISTED, folder / "spill")
    request = Request("made", "school", [["corop"]])
    plain = advice([path], request, LISTED, folder / "spill")
    return pupils, schemas.validate(table, schemas.ESTIMATES, "the regions"), plain


def rows_of(table, adjustment, suffix=""):
    own = table[(table["adjustment"] == adjustment) & (table["status"] != "not_defined")]
    ends = own["indicator"].str.contains("_regions_")
    return own[own["indicator"].str.endswith(suffix) & ends] if suffix else own[~ends]


def test_one_cohort_is_what_the_advice_indicators_say(both):
    _, table, plain = both
    keys = [*KEYS, "adjustment", "corop"]
    mine = table[table["adjustment"].isin(["raw", "standardised"])]
    mine = mine[~mine["cohort"].str.contains("-") & ~mine["indicator"].str.contains("_regions_")]
    mine = mine[mine["status"] != "not_defined"].set_index(keys).sort_index()
    theirs = plain[plain["reference"].isna() & (plain["unit"] != "ratio")].set_index(keys)
    assert len(mine) > 300
    pd.testing.assert_frame_equal(
        mine[NUMBERS], theirs.loc[mine.index, NUMBERS], rtol=1e-12, atol=1e-12
    )


def test_windows_are_three_years_that_follow_each_other(both):
    _, table, _ = both
    names = {name for name in table["cohort"] if "-" in name}
    assert names == {"2015-2017", "2016-2018", "2017-2019"}
    lacking = table[table["cohort"] == "2017-2019"]
    assert set(lacking["status"]) == {"not_defined"}
    assert set(lacking["reason"]) == {"not_in_all_cohorts"}


@pytest.mark.parametrize("base", schemas.BASES)
@pytest.mark.parametrize("definition", [*by_hand.DEFINITIONS, "level"])
def test_three_years_are_pooled_pupil_by_pupil(both, definition, base):
    pupils, table, _ = both
    inside = [p["cohort"] in (2016, 2017, 2018) for p in pupils]
    strata = by_hand.with_bands(pupils)
    strata = [s if here else None for s, here in zip(strata, inside, strict=True)]
    own = rows_of(table, "standardised")
    own = own[(own["cohort"] == "2016-2018") & (own["base"] == base)]
    own = own[own["definition"] == definition].set_index(["indicator", "corop"])
    assert len(own) == (5 if definition == "level" else 10)
    supported = 0
    for (indicator, region), row in own.iterrows():
        mine = [p["corop"] == (None if region == "unknown" else region) for p in pupils]
        mine = [m and here for m, here in zip(mine, inside, strict=True)]
        value, coverage, n, k, national = by_hand.standardised(
            pupils, strata, mine, definition, indicator.split("_")[0], base, mine
        )
        assert (row["n"], row["coverage"]) == (n, pytest.approx(coverage, abs=EXACT))
        if coverage < 0.9:
            assert row["status"] == "not_supported"
            continue
        supported += 1
        assert definition == "level" or row["k"] == k
        wanted = value - national if definition == "level" else value
        assert row["estimate"] == pytest.approx(wanted, abs=EXACT)
    assert supported >= 2


@pytest.mark.parametrize("region", ["CR01", "CR02"])
def test_pooled_errors_have_the_covariance_of_schools_over_years(both, region):
    pupils, table, _ = both
    inside = [p for p in pupils if p["cohort"] in (2016, 2017, 2018)]
    frame = weighted.table_of(inside, by_hand.with_bands(inside), "initial", "half_level", "under")
    mine = frame["corop"] == region
    own = table[(table["cohort"] == "2016-2018") & (table["corop"] == region)]
    own = own[(own["base"] == "initial")]
    raw = own[(own["adjustment"] == "raw") & (own["definition"] == "half_level")]
    raw = raw[raw["indicator"] == "under_of_placed"]["se"].item()
    schools = frame.loc[mine & frame["value"].notna(), "school"].nunique()
    theirs = weighted.standard_error(lambda w: weighted.raw(frame, w, mine), frame, schools)
    assert raw == pytest.approx(theirs, rel=1e-6)
    level = own[own["indicator"] == "level_difference"]
    level = level[level["adjustment"] == "standardised"]["se"].item()
    placed = mine & frame["level"].notna() & frame["stratum"].notna()
    theirs = weighted.standard_error(
        lambda w: weighted.standardised(frame, w, mine, mine, "level", minus_national=True),
        frame,
        frame.loc[placed, "school"].nunique(),
    )
    assert level == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize(("adjustment", "of"), [("shrunken", "raw"), ("standardised_shrunken",
                                                                      "standardised")])  # fmt: skip
def test_shrunken_rows_are_those_of_the_formulas(both, adjustment, of):
    _, table, _ = both
    raw = rows_of(table, of)
    raw = raw[raw["corop"] != "unknown"]
    compared = 0
    for what, rows in rows_of(table, adjustment).groupby(KEYS):
        source = raw.set_index(KEYS).loc[what].set_index("corop")
        mine = rows.set_index("corop")
        assert list(mine.index) == list(source.index)
        usable = source.index[source["se"].notna()]
        if len(usable) < 3:
            lost = mine.loc[source["status"] == "ok", "reason"]
            assert set(lost) <= {"fewer_than_3_regions"}
            continue
        share = source["unit"].iloc[0] == "share"
        p, se = source.loc[usable, "estimate"], source.loc[usable, "se"]
        values = [math.log(x / (1 - x)) for x in p] if share else list(p)
        errors = list(se / (p * (1 - p))) if share else list(se)
        theirs, ses, tau2, mean = shrinkage_by_hand.shrunken(values, errors)
        found = mine.loc[usable]
        # A flat top is found to about the root of what rounding leaves of the slope.
        close = {"rtol": 1e-9, "atol": EXACT}
        if share:
            back = [1 / (1 + math.exp(-x)) for x in theirs]
            ses = [s * x * (1 - x) for s, x in zip(ses, back, strict=True)]
            middle = 1 / (1 + math.exp(-mean))
            tau = math.sqrt(tau2) * middle * (1 - middle)
        else:
            back, tau = theirs, math.sqrt(tau2)
        np.testing.assert_allclose(found["estimate"], back, **close)
        np.testing.assert_allclose(found["se"], ses, **close)
        assert (found["lower"] < found["estimate"]).all()
        assert (found["estimate"] < found["upper"]).all()
        test = rows_of(table, of, "_sd").set_index(KEYS)
        name = f"{what[0]}_regions_sd"
        assert test.loc[(name, *what[1:]), "estimate"] == pytest.approx(tau, rel=1e-9, abs=1e-9)
        compared += 1
    assert compared > 15


@pytest.mark.parametrize("of", ["raw"])
def test_the_test_of_differences_is_walds(both, of):
    # Raw shares of regions rest on schools of their own: independent.
    _, table, _ = both
    raw = rows_of(table, of)
    raw = raw[(raw["corop"] != "unknown") & raw["se"].notna()].set_index(KEYS).sort_index()
    tests = {s: rows_of(table, of, s).set_index(KEYS) for s in ("_f", "_p")}
    compared = 0
    for (name, *rest), row in tests["_f"].iterrows():
        source = raw.loc[(name.removesuffix("_regions_f"), *rest)]
        wanted = shrinkage_by_hand.wald(list(source["estimate"]), list(source["se"]))
        assert row["estimate"] == pytest.approx(wanted, rel=1e-9)
        q, schools = len(source) - 1, source["n_schools"].sum()
        assert (row["df"], row["n_schools"], row["n"]) == (schools - q, schools, source["n"].sum())
        p = tests["_p"].loc[(name.replace("_f", "_p"), *rest), "estimate"]
        assert p == pytest.approx(stats.f.sf(wanted, q, schools - q), rel=1e-8)
        compared += 1
    assert compared > 15


def test_two_regions_are_too_few_to_shrink(tmp_path):
    pupils = [{**p, "corop": "CR01" if p["corop"] in ("CR01", "CR02") else "CR03"}
              for p in ugly(33, n=150, cohorts=(2018,))]  # fmt: skip
    path = write(pupils, tmp_path / "p.parquet")
    table = regions([path], "made", "home", LISTED, tmp_path / "spill")
    mine = table[table["adjustment"].isin(["shrunken", "standardised_shrunken"])]
    assert mine["estimate"].isna().all()
    assert set(mine["reason"]) == {"fewer_than_3_regions"}
    assert not table["indicator"].str.contains("_regions_").any()


def test_a_cohort_without_regions_says_so(tmp_path):
    pupils = ugly(34, n=150, cohorts=(2017, 2018))
    pupils = [{**p, "corop": None} if p["cohort"] == 2017 else p for p in pupils]
    path = write(pupils, tmp_path / "p.parquet")
    table = regions([path], "made", "home", LISTED, tmp_path / "spill")
    lacking = table[table["cohort"] == "2017"]
    assert set(lacking["reason"]) == {"region_not_delivered"}
    assert "ok" in set(table.loc[table["cohort"] == "2018", "status"])
