"""All advice indicators against the same computed pupil by pupil, on small ugly cohorts."""

import random

import numpy as np
import pandas as pd
import pytest
from oracles import advice_by_hand as by_hand
from oracles.made_pupils import LISTED, ugly, write

from advieskloof import schemas
from advieskloof.indicators.advice import Request, advice

FIVE, THREE = "parental_education_five", "parental_education_three"
BY = [[], [FIVE], [THREE], ["corop"], ["sex"], [FIVE, "corop"], [FIVE, "urbanity"]]
SEEDS = [1, 2, 3]
BASES = ("initial", "final")
EXACT = 1e-12


def estimate(pupils, folder, by=BY, name="pupils.parquet"):
    path = write(pupils, folder / name)
    table = advice([path], Request("made", "school", by), LISTED, folder / "spill")
    return schemas.validate(table, schemas.ESTIMATES, "the estimates")


@pytest.fixture(scope="module", params=SEEDS)
def both(request, tmp_path_factory):
    """Pupils, their strata by hand, and the package's rows by identity."""
    pupils = ugly(request.param)
    table = estimate(pupils, tmp_path_factory.mktemp("advice"))
    keys = ["indicator", "definition", "base", "adjustment", "cohort", *schemas.SPLITS]
    own = table[table["reference"].isna() & (table["unit"] != "ratio")]
    rows = own.set_index(keys).to_dict("index")  # raises where two rows have one identity
    return pupils, by_hand.with_bands(pupils), rows


def value_of(pupil, name):
    if name == FIVE:
        return pupil["parental_education"]
    if name == THREE:
        return by_hand.FIVE[pupil["parental_education"]]
    return pupil[name] if pupil[name] is not None else "unknown"


def groups_of(pupils, names):
    """By group (values of names): marks of its pupils."""
    found = sorted({tuple(value_of(pupil, name) for name in names) for pupil in pupils})
    return {
        group: [tuple(value_of(p, name) for name in names) == group for p in pupils]
        for group in found
    }


def cohorts_of(pupils):
    years = sorted({pupil["cohort"] for pupil in pupils})
    return [*years, None]


def row_of(rows, what, cohort, names, group):
    split = {**dict.fromkeys(schemas.SPLITS, "total"), **dict(zip(names, group, strict=True))}
    year = "total" if cohort is None else str(cohort)
    return rows.get((*what, year, *split.values()))


def of_cohort(pupils, marks, cohort):
    return [m and cohort in (None, p["cohort"]) for p, m in zip(pupils, marks, strict=True)]


def cases(pupils, by):
    for names in by:
        for group, marks in groups_of(pupils, names).items():
            for cohort in cohorts_of(pupils):
                mine = of_cohort(pupils, marks, cohort)
                if any(mine):
                    yield names, group, cohort, mine


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("definition", by_hand.DEFINITIONS)
def test_raw_and_at_risk_shares_are_those_counted_by_hand(both, definition, base):
    pupils, _, table = both
    compared = 0
    for names, group, cohort, mine in cases(pupils, BY):
        if cohort in by_hand.WITHOUT_TEST:
            continue
        for direction in ("under", "over"):
            for adjustment in ("raw", "at_risk"):
                what = (f"{direction}_of_placed", definition, base, adjustment)
                row = row_of(table, what, cohort, names, group)
                counts = by_hand.raw(
                    pupils, mine, definition, direction, base, adjustment == "at_risk"
                )
                if row is None:  # a group that occurs in a year without test alone
                    assert counts[1] == 0
                    continue
                told = (row["k"], row["n"], row["n_schools"], row["k_schools"], row["rest_schools"])
                assert told == counts, what
                compared += 1
                if counts[1]:
                    assert row["estimate"] == pytest.approx(counts[0] / counts[1], abs=EXACT)
                else:
                    assert (row["status"], row["n"]) == ("not_possible", 0)
    assert compared > 500


@pytest.mark.parametrize("base", BASES)
def test_mean_levels_are_those_counted_by_hand(both, base):
    pupils, _, table = both
    for names, group, cohort, mine in cases(pupils, BY):
        total, n, schools, *_ = by_hand.raw(pupils, mine, "level", None, base)
        row = row_of(table, ("mean_level", "level", base, "raw"), cohort, names, group)
        assert (row["n"], row["n_schools"]) == (n, schools)
        assert pd.isna(row["k"])
        if n:
            assert row["estimate"] == pytest.approx(total / n, abs=EXACT)


def region_marks(pupils, names, group, cohort):
    """Marks of the pupils of the group's region, None where the group has none."""
    if "corop" not in names:
        return None
    region = group[names.index("corop")]
    return of_cohort(pupils, [value_of(p, "corop") == region for p in pupils], cohort)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("definition", [*by_hand.DEFINITIONS, "level"])
def test_standardised_numbers_are_those_worked_by_hand(both, definition, base):
    pupils, strata, table = both
    supported = 0
    for names, group, cohort, mine in cases(pupils, [[], [THREE], [FIVE, "corop"], ["corop"]]):
        if cohort in by_hand.WITHOUT_TEST:
            continue
        inside = [cohort in (None, p["cohort"]) for p in pupils]
        rows = [s if here else None for s, here in zip(strata, inside, strict=True)]
        region = region_marks(pupils, names, group, cohort)
        for direction in ("under", "over"):
            name = "mean_level" if definition == "level" else f"{direction}_of_placed"
            what = (name, definition, base, "standardised")
            row = row_of(table, what, cohort, names, group)
            value, coverage, n, k, national = by_hand.standardised(
                pupils, rows, mine, definition, direction, base, region
            )
            if row is None:
                assert n == 0
                continue
            assert row["n"] == n
            if n == 0:
                assert row["status"] == "not_possible"
                continue
            assert row["coverage"] == pytest.approx(coverage, abs=EXACT)
            if coverage < 0.9:
                assert row["status"] == "not_supported"
                assert pd.isna(row["estimate"])
                assert pd.isna(row["k"])
                continue
            supported += 1
            assert row["estimate"] == pytest.approx(value, abs=EXACT)
            if definition == "level":
                what = ("level_difference", "level", base, "standardised")
                gap = row_of(table, what, cohort, names, group)
                assert gap["estimate"] == pytest.approx(value - national, abs=EXACT)
            else:
                assert row["k"] == k
    assert supported >= 10


@pytest.mark.parametrize("base", BASES)
def test_differences_from_the_expectation_are_those_worked_by_hand(both, base):
    pupils, strata, table = both
    expected = by_hand.expected(pupils, strata, base)
    for names, group, cohort, mine in cases(pupils, BY):
        values = [e for e, m in zip(expected, mine, strict=True) if m and e is not None]
        row = row_of(table, ("difference_of_placed", "expected", base, "raw"), cohort, names, group)
        if cohort in by_hand.WITHOUT_TEST or row is None:
            assert not values
            continue
        assert row["n"] == len(values)
        if values:
            assert row["estimate"] == pytest.approx(np.mean(values), abs=EXACT)


def test_who_is_not_placed_is_counted_once(both):
    pupils, strata, table = both
    for cohort in (2017, 2022):
        mine = [p["cohort"] == cohort for p in pupils]
        for base in BASES:
            for definition in by_hand.DEFINITIONS:
                n = by_hand.raw(pupils, mine, definition, "under", base)[1]
                row = row_of(table, ("not_placed", definition, base, "raw"), cohort, (), ())
                assert (row["k"], row["n"]) == (sum(mine) - n, sum(mine))
                reasons = ("no_advice", "no_test_advice", "advice_outside")
                parts = [
                    row_of(table, (f"not_placed_{why}", definition, base, "raw"), cohort, (), ())
                    for why in reasons
                ]
                assert sum(part["k"] for part in parts) == row["k"]
            expected = by_hand.expected(pupils, strata, base)
            n = sum(m and e is not None for m, e in zip(mine, expected, strict=True))
            row = row_of(table, ("not_placed", "expected", base, "raw"), cohort, (), ())
            assert row["k"] == sum(mine) - n


def without_names(table):
    return table.reset_index(drop=True)


@pytest.mark.parametrize("seed", [4, 5])
def test_row_order_names_and_files_change_nothing(seed, tmp_path):
    pupils = ugly(seed, n=120)
    before = estimate(pupils, tmp_path)
    shuffled = pupils.copy()
    random.Random(seed).shuffle(shuffled)
    other = {f"school {i}": f"s{(5 * i) % 14:02d}" for i in range(14)}
    renamed = [{**p, "school_id": other[p["school_id"]], "pupil_id": f"x{i}"}
               for i, p in enumerate(pupils)]  # fmt: skip
    halves = [write(pupils[:200], tmp_path / "a.parquet"),
              write(pupils[200:], tmp_path / "b.parquet")]  # fmt: skip
    split = advice(halves, Request("made", "school", BY), LISTED, tmp_path / "spill")
    for after in (estimate(shuffled, tmp_path), estimate(renamed, tmp_path), split):
        pd.testing.assert_frame_equal(after, before, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("seed", [6, 7])
def test_doubling_every_row_changes_no_estimate(seed, tmp_path):
    # By band in both, since twice as many pupils stand at each score.
    pupils = ugly(seed, n=120)
    twice = [*pupils, *[{**p, "pupil_id": p["pupil_id"] + "b"} for p in pupils]]
    one, two = estimate(pupils, tmp_path), estimate(twice, tmp_path)
    same = ["estimate", "n_schools", "k_schools", "rest_schools", "status", "coverage", "df"]
    pd.testing.assert_frame_equal(two[same], one[same], rtol=1e-11, atol=1e-12)
    for name in ("n", "k"):
        assert (two[name].dropna() == 2 * one[name].dropna()).all()
    # Schools are drawn, not pupils: more pupils of the same kind tell nothing more.
    np.testing.assert_allclose(two["se"], one["se"], rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("seed", [8])
def test_every_share_lies_within_its_interval_and_within_0_and_1(seed, tmp_path):
    table = estimate(ugly(seed), tmp_path)
    told = table[table["lower"].notna()]
    assert (told["lower"] <= told["estimate"]).all()
    assert (told["estimate"] <= told["upper"]).all()
    shares = told[(told["unit"] == "share") & told["reference"].isna()]
    assert shares["lower"].between(0, 1).all()
    assert shares["upper"].between(0, 1).all()
    assert len(shares) > 100
