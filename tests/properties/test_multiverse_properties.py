"""The education gap in every way against the same worked out pupil by pupil."""

import numpy as np
import pandas as pd
import pytest
from oracles import advice_by_hand as by_hand
from oracles.made_pupils import LISTED, ugly, write

from advieskloof import schemas
from advieskloof.errors import DataError
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.further import FURTHER
from advieskloof.indicators.sensitivity import multiverse

FIVE = "parental_education_five"
EXACT = 1e-12
KEYS = ["table", "indicator", "definition", "base", "adjustment", "cohort"]
WITHOUT = {2018: ("IEP", "DIA")}
# As published: pro and basis and kader, gemengd and theoretisch, havo, vwo; doubles are means.
PLACE = {1.0: 29.34, 1.5: 29.34, 2.0: 29.34, 2.5: 29.34, 3.0: 29.34, 3.5: 37.31, 4.0: 45.27,
         4.5: 53.79, 5.0: 62.30, 5.5: 67.11, 6.0: 71.92}  # fmt: skip
ISLED = {code: PLACE[level] for code, level in by_hand.LEVEL.items()}
ISLED |= {"24": 37.31, "28": 45.82}


def pupils_of(seed):
    """Pupils whose education doesn't follow their score, so that both groups support all strata."""
    generator = np.random.default_rng(seed)
    groups = np.array(["le_mbo1", "wo", "hbo", "unknown"])
    pupils = ugly(seed, n=420, cohorts=(2017, 2018, 2019))
    drawn = generator.choice(groups, len(pupils), p=[0.4, 0.4, 0.1, 0.1])
    return [{**p, "parental_education": str(e)} for p, e in zip(pupils, drawn, strict=True)]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    pupils, folder = pupils_of(41), tmp_path_factory.mktemp("multiverse")
    listed = {**LISTED, "isled": ["11"]}
    path = write(pupils, folder / "p.parquet")
    table = multiverse([path], Asked("made", "school"), listed, folder / "spill", WITHOUT)
    assert [each.name for each in folder.iterdir()] == ["p.parquet"]
    return pupils, schemas.validate(table, schemas.ESTIMATES, "the multiverse")


def kept(pupils, table):
    if table == "multiverse":
        return pupils
    return [p for p in pupils if p["test_provider"] not in WITHOUT.get(p["cohort"], ())]


def by_hand_gap(pupils, row):
    """Lowest less highest, pupil by pupil; None where not supported."""
    cohort = None if row["cohort"] == "total" else int(row["cohort"])
    inside = [
        p["cohort"] == cohort
        or (cohort is None and (row["indicator"].startswith("mean") or p["cohort"] != 2019))
        for p in pupils
    ]
    strata = by_hand.with_bands(pupils)
    strata = [s if here else None for s, here in zip(strata, inside, strict=True)]
    definition = row["definition"] if row["unit"] == "share" else "level"
    sides = []
    for end in ("le_mbo1", "wo"):
        mine = [p["parental_education"] == end and h for p, h in zip(pupils, inside, strict=True)]
        if row["adjustment"] == "standardised":
            found = by_hand.standardised(pupils, strata, mine, definition, "under", row["base"])
            value, coverage, _, _, national = found
            if coverage < 0.9:
                return None
            sides.append(value - national if "difference" in row["indicator"] else value)
        elif row["definition"] == "expected":
            every = by_hand.expected(pupils, strata, row["base"])
            values = [e for e, m in zip(every, mine, strict=True) if m and e is not None]
            sides.append(sum(values) / len(values))
        else:
            risk = row["adjustment"] == "at_risk"
            k, n, *_ = by_hand.raw(pupils, mine, definition, "under", row["base"], risk)
            sides.append(k / n)
    return sides[0] - sides[1]


@pytest.mark.parametrize("unit", ["share", "levels", "points"])
@pytest.mark.parametrize("table", ["multiverse", "multiverse_without_providers"])
def test_every_gap_is_that_worked_by_hand(both, monkeypatch, table, unit):
    pupils, found = both
    if unit == "points":
        monkeypatch.setattr(by_hand, "LEVEL", ISLED)
    rows = found[(found["table"] == table) & (found["unit"] == unit)]
    rows = rows[rows["status"] != "not_defined"]
    told = 0
    for row in rows.to_dict("records"):
        wanted = by_hand_gap(kept(pupils, table), row)
        if wanted is None:
            assert row["status"] == "not_supported"
            continue
        told += 1
        tolerance = EXACT * (100 if unit == "points" else 1)
        assert row["estimate"] == pytest.approx(wanted, abs=tolerance), row["indicator"]
    assert told >= (20 if unit == "share" else 10)


def test_every_way_is_there_once_per_cohort(both):
    _, found = both
    shares = 4 * 2 * 3
    # Mean, raw and standardised, difference at equal score, and from the expectation, by base.
    levels = 4 * 2
    found = found[found["table"].str.startswith("multiverse")]
    assert not found.duplicated(KEYS).any()
    sizes = found.groupby(["table", "cohort"]).size()
    assert set(sizes) == {shares + 2 * levels}
    gaps = found[found["status"] != "not_defined"]
    assert set(gaps["reference"]) == {f"minus {FIVE}=wo"}
    assert set(gaps[FIVE]) == {"le_mbo1"}


def test_the_groups_on_isled_differ_by_their_gap(both):
    _, found = both
    groups = found[found["table"] == "isled_by_education"]
    keys = ["cohort", "indicator", "definition", "base", "adjustment"]
    by_group = groups[groups["status"] == "ok"].pivot_table("estimate", keys, FIVE)
    gaps = found[(found["table"] == "multiverse") & (found["unit"] == "points")]
    gaps = gaps[gaps["status"] == "ok"].set_index(keys)["estimate"]
    assert len(gaps) >= 10
    apart = (by_group["le_mbo1"] - by_group["wo"]).reindex(gaps.index)
    assert (apart - gaps).abs().max() < 1e-9


def test_a_cohort_with_all_its_providers_is_the_same_in_both(both):
    _, found = both
    numbers = ["estimate", "se", "lower", "upper", "n", "df"]
    one, other = (
        found[(found["table"] == name) & (found["cohort"] == "2017")].set_index(KEYS[1:])[numbers]
        for name in ("multiverse", "multiverse_without_providers")
    )
    pd.testing.assert_frame_equal(one, other)
    changed = found[(found["cohort"] == "2018") & (found["definition"] == "half_level")]
    assert changed.groupby(["indicator", "base", "adjustment"])["n"].nunique().eq(2).all()


def test_the_isled_table_is_that_of_the_levels_and_the_wide_advices():
    from advieskloof import reference

    rows = reference.read("isled", {"isled": ["11"]}).set_index("bron_code")["isled"].astype(float)
    assert {code: rows[code] for code in ISLED} == ISLED
    assert "11" not in set(reference.read("isled", {})["bron_code"])


def test_a_grouping_without_ends_is_refused():
    with pytest.raises(DataError, match="no lowest and highest group"):
        Asked("made", "school", "urbanity")


@pytest.mark.parametrize(
    ("name", "lowest", "highest", "delivered", "as_five"),
    [
        # The same pupils by their codes: two groups that CBS has too.
        ("cbs_four", "mbo2_or_lower", "wo_master",
         {"le_mbo1": "1222", "hbo": "3112", "wo": "3212", "unknown": "unknown"}, {}),
        # Its lowest holds the unknown.
        ("kansenkaart", "other", "wo", {}, {"unknown": "le_mbo1"}),
    ],
)  # fmt: skip
def test_other_groupings_have_gaps_of_their_own(
    name, lowest, highest, delivered, as_five, tmp_path
):
    pupils, listed = pupils_of(45), {**LISTED, "isled": ["11"]}
    tables = []
    for further, translated in ((f"multiverse_{name}", delivered), ("multiverse", as_five)):
        given = [
            {**p, "parental_education": translated.get(each, each)}
            for p in pupils
            for each in [p["parental_education"]]
        ]
        path = write(given, tmp_path / f"{further}.parquet")
        asked = Asked("made", "school")
        tables.append(FURTHER[further]([path], asked, listed, tmp_path / "spill"))
    other, five = (t[t["status"] == "ok"].reset_index(drop=True) for t in tables)
    schemas.validate(tables[0], schemas.ESTIMATES, "another multiverse")
    gaps = other[other["table"] == f"multiverse_{name}"].set_index(KEYS[1:])
    assert set(gaps["reference"]) == {f"minus parental_education_{name}={highest}"}
    assert set(gaps[f"parental_education_{name}"]) == {lowest}
    same = five[five["table"] == "multiverse"].set_index(KEYS[1:])
    numbers = ["estimate", "se", "n"]
    pd.testing.assert_frame_equal(gaps[numbers], same[numbers], rtol=1e-9)


@pytest.mark.parametrize("gone", [("wo",), ("le_mbo1",), ("le_mbo1", "wo", "hbo")])
def test_a_cohort_without_both_educations_has_each_gap_as_not_defined(gone, tmp_path):
    pupils = [
        {**p, "parental_education": "unknown"}
        if p["cohort"] == 2018 and p["parental_education"] in gone
        else p
        for p in pupils_of(44)
    ]
    path = write(pupils, tmp_path / "p.parquet")
    listed = {**LISTED, "isled": ["11"]}
    found = multiverse([path], Asked("made", "school"), listed, tmp_path / "spill", WITHOUT)
    schemas.validate(found, schemas.ESTIMATES, "the multiverse")
    gaps = found[found["table"] == "multiverse"]
    lacking = gaps[gaps["cohort"] == "2018"]
    assert len(lacking) == 40
    assert set(lacking["reason"]) == {"not_both_educations"}
    assert set(lacking["status"]) == {"not_defined"}
    assert set(gaps.groupby("cohort").size()) == {40}


@pytest.mark.parametrize("cohorts", [(2018,), (2017, 2018)])
def test_a_cohort_that_is_left_out_as_a_whole_says_so(cohorts, tmp_path):
    pupils = [{**p, "test_provider": p["test_provider"] and "IEP"} for p in pupils_of(43)]
    pupils = [p for p in pupils if p["cohort"] in cohorts and p["test_provider"]]
    path = write(pupils, tmp_path / "p.parquet")
    listed = {**LISTED, "isled": ["11"]}
    found = multiverse([path], Asked("made", "school"), listed, tmp_path / "spill", WITHOUT)
    schemas.validate(found, schemas.ESTIMATES, "the multiverse")
    rows = found[found["table"] == "multiverse_without_providers"]
    gone = rows[rows["cohort"] == "2018"]
    whole = found[(found["table"] == "multiverse") & (found["cohort"] == "2018")]
    assert len(gone) == len(whole) == 40
    assert set(gone["status"]) == {"not_defined"}
    assert set(gone["reason"]) == {"all_pupils_left_out"}
    assert (set(rows["cohort"]) == {"2018"}) == (cohorts == (2018,))
