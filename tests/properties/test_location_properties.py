"""R1 and R2 against the same computed pupil by pupil, on small ugly cohorts."""

import numpy as np
import pandas as pd
import pytest
from oracles import lower_years_by_hand as by_hand
from oracles import made_enrolments
from oracles.made_pupils import LISTED, ugly, write

from advieskloof import io, schemas
from advieskloof.indicators.funnel import funnel
from advieskloof.indicators.schools import schools

AS_OF = 2023
INFERRED = ["havo_vwo@vwo", "vwo@vmbo_bb", "vwo@vmbo_kb", "vwo@vmbo_gt", "vwo@havo", "vwo@vwo"]
UNVERIFIED = LISTED | {"r1_scores": INFERRED}
EXACT = 1e-12


@pytest.fixture(scope="module", params=[1, 2])
def made(request, tmp_path_factory):
    """Pupils, their records, and the folder of their files."""
    folder = tmp_path_factory.mktemp("locations")
    pupils = ugly(request.param)
    records = made_enrolments.careers(pupils, request.param)
    write(pupils, folder / "pupils.parquet")
    made_enrolments.write(records, folder / "enrolments.parquet")
    return pupils, records, folder


def test_r1_and_r2_are_those_of_pupils_counted_one_by_one(made):
    pupils, records, folder = made
    files = [folder / f"{name}.parquet" for name in ("pupils", "enrolments")]
    table, locations = schools(*files, AS_OF, "made", UNVERIFIED, folder / "spill")
    schemas.validate(table, schemas.ESTIMATES, "estimates of schools")
    schemas.validate(locations, schemas.SCHOOLS, "secondary schools")
    own = table[table["comparison_group"] == "total"]
    own = own.set_index(["indicator", "adjustment", "cohort"]).sort_index()
    check_country(own, by_hand.r1(pupils, records, AS_OF), by_hand.r2(records, AS_OF))
    check_locations(locations, by_hand.r1(pupils, records, AS_OF), by_hand.r2(records, AS_OF))


def check_country(own, of_r1, of_r2):
    for name, cells in (("points_of_scored", of_r1), ("up_of_grades_1_and_2", of_r2)):
        years = own.loc[name].index.get_level_values("cohort")
        assert set(years) == {str(year) for year, _ in cells}
    for year in {year for year, _ in of_r1}:
        points, n, apart = np.sum([cell for at, cell in of_r1.items() if at[0] == year], axis=0)
        row = own.loc[("points_of_scored", "raw", str(year))]
        assert (row["n"], row["estimate"]) == (n, pytest.approx(points / n, abs=EXACT))
        row = own.loc[("not_scored_of_advised", "raw", str(year))]
        assert (row["k"], row["n"]) == (apart, n + apart)
    for year in {year for year, _ in of_r2}:
        up, n, unknown = np.sum([cell for at, cell in of_r2.items() if at[0] == year], axis=0)
        row = own.loc[("up_of_grades_1_and_2", "raw", str(year))]
        assert (row["k"], row["n"]) == (up, n)
        row = own.loc[("up_of_grades_1_and_2", "bound_high", str(year))]
        assert row["k"] == up + unknown


def check_locations(locations, of_r1, of_r2):
    held = locations.set_index(["indicator", "school_year", "vo_school_id"])
    wanted = 0
    for name, cells in (("r1", of_r1), ("r2", of_r2)):
        for year, school in cells:
            three = [cells.get((year - back, school)) for back in range(3)]
            key = name, year, school
            if school is None:
                continue
            if None in three or 0 in [cell[1] for cell in three]:
                assert key not in held.index
                continue
            total, n, apart = np.sum(three, axis=0)
            row = held.loc[key]
            assert (row["n"], row["n_apart"]) == (n, apart)
            assert row["value"] == pytest.approx(total / n, abs=EXACT)
            wanted += 1
    assert wanted == len(held) > 20


def test_r1_needs_the_cohort_that_is_in_its_third_year(made, tmp_path):
    pupils, _, folder = made
    # Some of 2018 are in grade 3 in 2020, a grade ahead, and some in 2022, having repeated.
    write([each for each in pupils if each["cohort"] == 2018], tmp_path / "pupils.parquet")
    files = tmp_path / "pupils.parquet", folder / "enrolments.parquet"
    table, _ = schools(*files, AS_OF, "made", UNVERIFIED, tmp_path / "spill")
    r1 = table[(table["definition"] == "r1") & (table["comparison_group"] == "total")]
    assert set(r1["cohort"]) == {"2021"}


def test_r1_says_where_the_cohort_of_its_repeaters_was_not_delivered(made, tmp_path):
    *_, folder = made
    files = [folder / f"{name}.parquet" for name in ("pupils", "enrolments")]
    table, _ = schools(*files, AS_OF, "made", UNVERIFIED, tmp_path / "spill")
    rows = table[(table["indicator"] == "points_of_scored") & (table["status"] == "ok")]
    cohorts = set(io.read_parquet(files[0])["cohort"])
    lacking = ~(rows["cohort"].astype(int) - 4).isin(cohorts)
    said = rows["reason"].fillna("").str.contains("repeaters_not_delivered")
    assert 0 < lacking.sum() < len(rows)
    assert said.tolist() == lacking.tolist()


def test_r2_needs_records_of_the_next_year(made, tmp_path):
    _, records, folder = made
    kept = {key: record for key, record in records.items() if key[1] in (2018, 2019, 2021, 2022)}
    path = made_enrolments.write(kept, tmp_path / "enrolments.parquet")
    files = folder / "pupils.parquet", path
    table, _ = schools(*files, AS_OF, "made", UNVERIFIED, tmp_path / "spill")
    r2 = table[(table["definition"] == "r2") & (table["comparison_group"] == "total")]
    assert set(r2["cohort"]) == {"2018", "2021"}


def test_the_funnel_says_the_years_that_it_is_of_and_holds_ends_inward(made):
    locations = pd.DataFrame({
        "indicator": "r1", "school_year": 2022, "comparison_group": "havo", "n": 60,
        "value": [-3.0, -2.0, 2.0, 3.0, 3.5], "group_value": 0.0, "se": 1.0,
    })  # fmt: skip
    for years, cohort in ((3, "2020-2022"), (2, "2021-2022")):
        table = funnel(locations, years, "made", "schools")
        assert set(table["cohort"]) == {cohort}
    own = table[table["comparison_group"] == "total"].set_index("indicator")["k_schools"]
    wanted = {"far_below": 0, "below": 1, "within": 2, "above": 1, "far_above": 1}
    assert {name: own[f"r1_{name}_of_locations_1_to_99"] for name in wanted} == wanted


def test_the_norm_of_r2_needs_both_marks_of_every_pupil(made):
    _, records, folder = made
    lacking = {key: dict(record) for key, record in records.items()}
    first = next(key for key, record in lacking.items() if counts_for_r2(record, "v1"))
    lacking[first]["apcg"] = None
    path = made_enrolments.write(lacking, folder / "lacking.parquet")
    _, with_all = schools(folder / "pupils.parquet", folder / "enrolments.parquet", AS_OF, "made",
                          UNVERIFIED, folder / "spill")  # fmt: skip
    _, without = schools(folder / "pupils.parquet", path, AS_OF, "made", UNVERIFIED,
                         folder / "spill")  # fmt: skip
    of_r2 = with_all["indicator"] == "r2"
    assert with_all.loc[of_r2, "norm"].between(0.9, 0.955).all()
    assert with_all.loc[~of_r2, "norm"].isna().all()
    gone = without["norm"].isna() & of_r2
    assert set(without.loc[gone, "vo_school_id"]) == {"v1"}


def counts_for_r2(record, school):
    position = by_hand.type_of(record["position"] or record["class_code"])
    enrolled = by_hand.state(record) == "enrolled" and record["grade"] == 1
    return enrolled and position != "pro" and record["vo_school_id"] == school


def test_the_funnel_counts_every_location_once(made):
    *_, folder = made
    files = [folder / f"{name}.parquet" for name in ("pupils", "enrolments")]
    table, locations = schools(*files, AS_OF, "made", UNVERIFIED, folder / "spill")
    bins = table[table["reason"] == "all_locations_counted"]
    known = locations[locations["se"] > 0]
    for split in (bins["comparison_group"] == "total", bins["comparison_group"] != "total"):
        assert bins.loc[split, "k_schools"].sum() == len(known) > 0
        assert (bins.loc[split, "k"] == bins.loc[split, "k_schools"]).all()
        assert (bins.loc[split, "n"] == bins.loc[split, "n_schools"]).all()


def test_shrunken_locations_lie_between_their_own_value_and_the_group(made):
    *_, folder = made
    files = [folder / f"{name}.parquet" for name in ("pupils", "enrolments")]
    _, locations = schools(*files, AS_OF, "made", UNVERIFIED, folder / "spill")
    known = locations[locations["shrunken"].notna()]
    assert len(known) > 10
    for _, group in known.groupby(["indicator", "school_year", "comparison_group"]):
        assert np.ptp(group["shrunken"]) <= np.ptp(group["value"]) + EXACT


@pytest.mark.parametrize("seed", [1, 2])
def test_locations_have_the_same_bits_whatever_the_order_of_the_rows(made, tmp_path, seed):
    names = ("pupils.parquet", "enrolments.parquet")
    for name in names:
        table = io.read_parquet(made[-1] / name).sample(frac=1, random_state=seed)
        io.write_parquet(table.reset_index(drop=True), tmp_path / name)
    held = [
        schools(*(at / name for name in names), AS_OF, "made", UNVERIFIED, tmp_path / "spill")
        for at in (made[-1], tmp_path)
    ]
    for one, other in zip(*held, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_without_enrolments_there_are_no_locations(made, tmp_path):
    path = made_enrolments.write({}, tmp_path / "none.parquet")
    files = made[-1] / "pupils.parquet", path, AS_OF
    table, locations = schools(*files, "made", UNVERIFIED, tmp_path / "spill")
    assert len(table) == len(locations) == 0


def test_the_error_of_r1_is_clustered_in_locations(made):
    pupils, records, folder = made
    files = [folder / f"{name}.parquet" for name in ("pupils", "enrolments")]
    table, _ = schools(*files, AS_OF, "made", UNVERIFIED, folder / "spill")
    own = table[(table["comparison_group"] == "total") & (table["cohort"] == "2021")]
    row = own[own["indicator"] == "points_of_scored"].iloc[0]
    cells = [c for (year, _), c in by_hand.r1(pupils, records, AS_OF).items() if year == 2021]
    points, n, _ = np.array(cells).T
    g, mean = (n > 0).sum(), points.sum() / n.sum()
    variance = g / (g - 1) * (((points - mean * n) / n.sum()) ** 2).sum()
    assert (row["n_schools"], row["df"]) == (g, g - 1)
    assert row["se"] == pytest.approx(np.sqrt(variance), rel=1e-9)
