"""Standard errors of the advice indicators against influences made by changing schools' weights."""

import pandas as pd
import pytest
from oracles import advice_by_hand as by_hand
from oracles import weighted
from oracles.made_pupils import LISTED, ugly, write

from advieskloof import schemas
from advieskloof.indicators.advice import Request, advice

THREE = "parental_education_three"
BY = [[], [THREE], ["corop"], [THREE, "corop"]]
CLOSE = 1e-6


@pytest.fixture(scope="module")
def estimates(tmp_path_factory):
    pupils = ugly(11, n=3000, cohorts=(2017, 2018))
    folder = tmp_path_factory.mktemp("errors")
    asked = Request("made", "school", BY)
    table = advice([write(pupils, folder / "p.parquet")], asked, LISTED, folder / "spill")
    schemas.validate(table, schemas.ESTIMATES, "the estimates")
    return pupils, by_hand.with_bands(pupils), table


def row(table, indicator, definition, adjustment, cohort, reference=None, unit=None, **groups):
    mine = (
        (table["indicator"] == indicator)
        & (table["definition"] == definition)
        & (table["base"] == "final")
        & (table["adjustment"] == adjustment)
        & (table["cohort"] == cohort)
        & (table["reference"].fillna("") == (reference or ""))
    )
    for name in schemas.SPLITS:
        mine &= table[name] == groups.get(name, "total")
    found = table[mine if unit is None else mine & (table["unit"] == unit)]
    assert len(found) == 1
    assert found["status"].item() == "ok"
    return found.iloc[0]


def agrees(found, statistic, rows):
    even = pd.Series(1.0, index=rows["school"].unique())
    assert found["estimate"] == pytest.approx(statistic(even), abs=1e-12)
    error = weighted.standard_error(statistic, rows, found["n_schools"])
    assert found["se"] == pytest.approx(error, rel=CLOSE)


@pytest.fixture(scope="module")
def rows(estimates):
    pupils, strata, _ = estimates
    return weighted.table_of(pupils, strata, "final")


def test_raw_shares_pooled_over_cohorts(estimates, rows):
    found = row(estimates[2], "under_of_placed", "half_level", "raw", "total",
                parental_education_three="low")  # fmt: skip
    agrees(found, lambda w: weighted.raw(rows, w, rows["education"] == "low"), rows)


@pytest.mark.parametrize("cohort", ["2018", "total"])
def test_standardised_shares_whose_weights_are_estimated(estimates, rows, cohort):
    found = row(estimates[2], "under_of_placed", "half_level", "standardised", cohort,
                parental_education_three="middle")  # fmt: skip
    some = rows[(rows["cohort"].astype(str) == cohort) | (cohort == "total")]
    agrees(found, lambda w: weighted.standardised(some, w, some["education"] == "middle"), some)


@pytest.mark.parametrize("cohort", ["2018", "total"])
def test_standardised_level_differences(estimates, rows, cohort):
    found = row(estimates[2], "level_difference", "level", "standardised", cohort,
                parental_education_three="high")  # fmt: skip
    some = rows[(rows["cohort"].astype(str) == cohort) | (cohort == "total")]
    mine = some["education"] == "high"
    agrees(
        found,
        lambda w: weighted.standardised(some, w, mine, column="level", minus_national=True),
        some,
    )


@pytest.mark.parametrize("split", ["corop", "crossing"])
@pytest.mark.parametrize(
    ("nearly_full", "in_full"),
    [(0, 0), (2, 0), (2, 1e9)],
    ids=["full places", "cross products", "rows in full"],
)
def test_regions_at_their_own_mix_of_providers(
    estimates, rows, split, nearly_full, in_full, tmp_path, monkeypatch
):
    monkeypatch.setattr("advieskloof.indicators.blocks.NEARLY_FULL", nearly_full)
    monkeypatch.setattr("advieskloof.uncertainty.influence.IN_FULL", in_full)
    path = write(estimates[0], tmp_path / "p.parquet")
    table = advice([path], Request("made", "school", BY), LISTED, tmp_path / "spill")
    told = table[
        (table["indicator"] == "level_difference")
        & (table["cohort"] == "total")
        & (table["base"] == "final")
        & (table["status"] == "ok")
        & (table["corop"] != "total")
        & ((table[THREE] == "total") == (split == "corop"))
        & table["reference"].isna()
    ]
    alone = told["n_schools"] == 1
    assert told.loc[alone, "se"].isna().all()
    assert len(told[~alone]) >= 2
    for _, found in told[~alone].iterrows():
        region = rows["corop"] == found["corop"]
        mine = region & ((rows["education"] == found[THREE]) | (split == "corop"))
        agrees(
            found,
            lambda w, mine=mine, region=region: weighted.standardised(
                rows, w, mine, region, "level", minus_national=True
            ),
            rows,
        )


def test_differences_from_an_expectation_that_is_estimated(estimates, rows):
    found = row(estimates[2], "difference_of_placed", "expected", "raw", "2017",
                parental_education_three="low")  # fmt: skip
    some = rows[rows["cohort"] == 2017]
    agrees(found, lambda w: weighted.expected(some, w, some["education"] == "low"), some)
    assert found["reason"] == "expectation_by_score_band"


def test_the_national_difference_from_the_expectation_is_zero(estimates):
    for cohort in ("2017", "2018", "total"):
        found = row(estimates[2], "difference_of_placed", "expected", "raw", cohort)
        assert found["estimate"] == pytest.approx(0, abs=1e-12)
        assert pd.isna(found["se"])


def test_gaps_ratios_and_changes(estimates, rows):
    table, some = estimates[2], rows[rows["cohort"] == 2018]
    names = ("under_of_placed", "half_level", "standardised")
    low = {"parental_education_three": "low"}
    of = lambda w, rows, group: weighted.standardised(  # noqa: E731
        rows, w, rows["education"] == group
    )
    gap = row(table, *names, "2018", f"minus {THREE}=high", **low)
    agrees(gap, lambda w: of(w, some, "low") - of(w, some, "high"), some)
    ratio = row(table, *names, "2018", f"divided by {THREE}=high", **low)
    agrees(ratio, lambda w: of(w, some, "low") / of(w, some, "high"), some)
    assert ratio["unit"] == "ratio"
    before = rows[rows["cohort"] == 2017]
    change = row(table, *names, "2018", "minus cohort=2017", **low)
    agrees(change, lambda w: of(w, some, "low") - of(w, before, "low"), rows)
    both = row(table, *names, "2018", f"minus {THREE}=high minus cohort=2017", **low)
    agrees(
        both,
        lambda w: (
            (of(w, some, "low") - of(w, some, "high"))
            - (of(w, before, "low") - of(w, before, "high"))
        ),
        rows,
    )


def test_gaps_within_a_region(estimates, rows):
    table = estimates[2]
    told = table[
        (table["definition"] == "half_level")
        & (table["adjustment"] == "raw")
        & (table["base"] == "final")
        & (table["indicator"] == "under_of_placed")
        & (table["cohort"] == "total")
        & (table["corop"] == "CR01")
        & (table["reference"] == f"minus {THREE}=high")
    ].set_index(THREE)
    region = rows["corop"] == "CR01"
    agrees(
        told.loc["low"],
        lambda w: (
            weighted.raw(rows, w, region & (rows["education"] == "low"))
            - weighted.raw(rows, w, region & (rows["education"] == "high"))
        ),
        rows,
    )
