"""The lower secondary years of synthetic pupils: records, classes, moves and planted truth."""

import numpy as np
import pandas as pd
import pytest

from advieskloof import positions, schemas
from advieskloof.sources import synthetic
from advieskloof.sources.synthetic import careers, equal_scores, secondary, truth

NUMBERS = synthetic.load()
SEED, SIZE = 21, 0.2


@pytest.fixture(scope="module")
def country():
    """Pupils of 2016/17 at a fifth of the country, latents included."""
    return synthetic.population(2016, NUMBERS, SIZE, SEED)


@pytest.fixture(scope="module")
def years():
    """Their five school years, sound rows alone."""
    rows = synthetic.generate_enrolments(2016, NUMBERS, SIZE, SEED)
    return rows.drop_duplicates(["pupil_id", "school_year"]).query("school_year > 2016")


def wide(years, column):
    return years.pivot_table(
        index="pupil_id", columns="school_year", values=column, aggfunc="first"
    )


def test_records_keep_the_contract_and_use_known_codes(years):
    schemas.validate(years, schemas.ENROLMENTS, "made enrolments")
    usable = positions.codes({}).index
    for column in ("class_code", "position"):
        assert years[column].dropna().isin(usable).all()
    enrolled = years["status"] == "enrolled"
    assert years.loc[enrolled, "vo_school_id"].notna().all()
    assert years.loc[~enrolled, ["grade", "vo_school_id", "class_code"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("cohort", "last"), [(2014, 2019), (2020, 2025), (2022, 2025), (2024, 2025)]
)
def test_years_go_to_the_fifth_or_to_the_last_that_the_calendar_has(cohort, last):
    rows = synthetic.generate_enrolments(cohort, NUMBERS, 0.02, SEED)
    # A planted record of the year in group 8 is to be rejected.
    assert set(rows["school_year"]) - {cohort} == set(range(cohort + 1, last + 1))


def test_records_of_a_cohort_are_the_same_whichever_others_are_made(tmp_path):
    alone = synthetic.generate_enrolments(2018, NUMBERS, 0.02, SEED)
    paths = tmp_path / "pupils", tmp_path / "enrolments"
    synthetic.deliver([2017, 2018], NUMBERS, 0.02, SEED, *paths)
    together = pd.read_parquet(paths[1])
    together = together[together["file"] == "synthetic 2018"].drop(columns=["file", "row"])
    pd.testing.assert_frame_equal(together.reset_index(drop=True), alone)


def test_repeaters_of_group_8_go_on_once_with_the_cohort_in_which_they_leave():
    first, second = (synthetic.population(y, NUMBERS, SIZE, SEED) for y in (2016, 2017))
    repeating = set(first["pupil_id"]) & set(second["pupil_id"])
    assert repeating
    early, late = (synthetic.generate_enrolments(y, NUMBERS, SIZE, SEED) for y in (2016, 2017))
    assert not repeating & set(early["pupil_id"])
    found = late[late["pupil_id"].isin(repeating)]
    assert found["pupil_id"].nunique() == pytest.approx(len(repeating), rel=0.05)
    assert found["school_year"].min() >= 2017


def test_nobody_comes_back_from_vso_or_after_leaving(years):
    status = wide(years, "status")
    for gone in ("left", "vso"):
        was = status.shift(axis=1) == gone
        assert set(status[was].melt()["value"].dropna()) == {gone}


def test_grades_rise_by_one_and_repeating_and_jumping_are_the_exceptions(years):
    grade = wide(years, "grade").astype(float)
    step = grade.diff(axis=1)[[2018, 2019]].melt()["value"].dropna()
    shares = step.value_counts(normalize=True)
    assert set(shares.index) == {0.0, 1.0, 2.0}
    assert 0.01 < shares[0.0] < 0.03
    assert shares[2.0] < 0.002


def test_vso_advice_goes_to_vso(country, years):
    vso = country.loc[country["initial_advice"] == "01", "pupil_id"]
    first = wide(years, "status")[2017].reindex(vso).dropna()
    assert (first.isin(["vso", "left", "unknown"])).all()
    assert (first == "vso").mean() > 0.95


def test_a_diploma_of_vmbo_leads_out_or_up(years):
    grade, position = wide(years, "grade"), wide(years, "position")
    status = wide(years, "status")
    fourth = (grade[2020] == 4) & (position[2020] == "vmbo_gt") & status[2021].notna()
    after = status.loc[fourth, 2021].value_counts(normalize=True)
    on = (grade[2021] == 4) & (position[2021] == "havo") & fourth
    assert after["left"] > 0.8
    assert 0.05 < on.sum() / fourth.sum() < 0.15


def test_schools_teach_what_their_pupils_follow():
    country = secondary.secondary_schools(NUMBERS, 1.0, SEED)
    offered = country.places > 0
    assert len(country.schools) == NUMBERS["secondary_locations"]
    assert offered.any(axis=1).all()
    assert country.schools["town"].is_monotonic_increasing
    rows = synthetic.generate_enrolments(2018, NUMBERS, 1.0, SEED)
    first = rows[(rows["school_year"] == 2019) & rows["class_code"].notna()]
    school = first["vo_school_id"].str[1:].astype(int).to_numpy()
    place = pd.Index(secondary.CLASSES).get_indexer(first["class_code"])
    assert offered[school, place].mean() == 1


def test_most_go_to_school_in_their_own_corop_area(country, years):
    schools = secondary.secondary_schools(NUMBERS, SIZE, SEED)
    areas = sorted(set(NUMBERS.regions["corop"]))
    first = years[(years["school_year"] == 2017) & years["vo_school_id"].notna()]
    rows = first.merge(country[["pupil_id", "corop"]], on="pupil_id")
    row = rows["vo_school_id"].str[1:].astype(int).to_numpy()
    there = np.array(areas)[schools.schools["area"].to_numpy()[row]]
    assert (there == rows["corop"]).mean() > 0.8


@pytest.mark.parametrize(
    ("class_type", "shift", "expected"),
    [
        # By nature havo, from just above its boundary to just under vwo's.
        ("havo", 0.01, "havo"),
        # A homogeneous class holds who is a little under its boundary, a mixed one doesn't.
        ("havo", -0.05, "havo"),
        ("havo", -0.15, "vmbo_gt"),
        ("vmbo_gt_havo", -0.05, "vmbo_gt"),
        ("havo_vwo", -0.01, "vmbo_gt"),
        # Up out of vmbo-gt takes the margin.
        ("vmbo_gt", 0.5, "vmbo_gt"),
        ("vmbo_gt", 1.2, "havo"),
        # In a mixed class the higher type takes a little more.
        ("vmbo_gt_havo", 0.1, "vmbo_gt"),
        ("vmbo_gt_havo", 0.3, "havo"),
    ],
)
def test_year_3_by_hand(class_type, shift, expected):
    havo = NUMBERS["later_boundary.havo"]
    chosen = np.array([secondary.CLASSES.index(class_type)])
    found = careers.third_year_type(np.array([havo + shift]), chosen, NUMBERS)
    assert secondary.TYPES[found[0]] == expected


def test_year_3_never_falls_as_ability_rises():
    later = np.linspace(-5, 4, 500)
    for place in range(len(secondary.CLASSES)):
        types = careers.third_year_type(later, np.full(500, place), NUMBERS)
        assert (np.diff(types) >= 0).all()
        assert types[0] == 0
        assert types[-1] == len(secondary.TYPES) - 1


def test_moves_by_true_education_are_those_of_the_committed_truth(country, years):
    """Counted from delivered records by hand, against ten countries made elsewhere."""
    level = positions.class_types({})
    grade, position = wide(years, "grade"), wide(years, "position")
    seen = (grade[2017] == 1) & (grade[2019] == 3)
    start, end = (level.reindex(position.loc[seen, year]) for year in (2017, 2019))
    rows = pd.DataFrame(
        {
            "up": end["lowest"].to_numpy() > start["highest"].to_numpy(),
            "down": end["highest"].to_numpy() < start["lowest"].to_numpy(),
        },
        index=position.index[seen],
    ).join(country.set_index("pupil_id")["true_education"])
    expected = truth.check_truth()["2016"]
    for way in ("up", "down"):
        for group, share in rows.groupby("true_education")[way].mean().items():
            n = (rows["true_education"] == group).sum()
            error = np.sqrt(share * (1 - share) / n) * 1.5
            value = expected[f"{way}.{group}"]["value"]
            assert share == pytest.approx(value, abs=3.5 * error + 0.004), (way, group)


def test_the_truth_says_that_home_and_class_matter():
    expected = {name: v["value"] for name, v in truth.check_truth()["2016"].items()}
    assert expected["up_at_equal_class.wo"] > expected["up_at_equal_class.hbo"] > 0
    assert expected["down_at_equal_class.wo"] < expected["down_at_equal_class.hbo"] < 0
    assert expected["vwo_class_at_equal_advice.wo"] > 0.03
    assert expected["vwo_after_vwo_class"] > 0.1
    assert "up.wo" not in truth.check_truth()["2023"]


def test_the_ratio_of_chances_by_hand():
    """At 540: 4 of 5 against 1 of 2; at 541: 5 of 5 against 1 of 4; the rest isn't compared."""
    groups = [
        (540, "vwo", 5, 4), (540, "havo_vwo", 2, 1), (541, "vwo", 5, 5), (541, "havo_vwo", 4, 1),
        (534, "vwo", 9, 0), (534, "havo_vwo", 9, 9),  # under the lowest score
        (542, "vwo", 4, 0), (542, "havo_vwo", 9, 9),  # too few alone
        (543, "vwo", 9, 9), (544, "havo_vwo", 9, 9), (540, "havo", 9, 9),
    ]  # fmt: skip
    rows = pd.DataFrame(
        [(score, start, k < up) for score, start, n, up in groups for k in range(n)],
        columns=["score", "started", "vwo"],
    )
    chances = (2 * 4 / 5 + 4 * 5 / 5) / 6, (2 * 1 / 2 + 4 * 1 / 4) / 6
    assert equal_scores.vwo_ratio(rows) == pytest.approx(chances[0] / chances[1])
    assert np.isnan(equal_scores.vwo_ratio(rows[rows["started"] == "vwo"]))
