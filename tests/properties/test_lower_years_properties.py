"""Placement, moves, R1 and R2 against the same computed pupil by pupil, on small ugly cohorts."""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from oracles import advice_by_hand, made_enrolments
from oracles import lower_years_by_hand as by_hand
from oracles.made_pupils import LISTED, ugly, write

from advieskloof import io, places, positions, schemas
from advieskloof.indicators.followed import follow
from advieskloof.indicators.lower_years import Asked
from advieskloof.indicators.moves import moves
from advieskloof.indicators.placement import placement

FIVE = "parental_education_five"
BY = [[], [FIVE], ["class_kind"], ["class_type"], ["discrepancy"], ["first_advice_group"],
      [FIVE, "class_kind"], ["urbanity"]]  # fmt: skip
AS_OF = 2023
UNTESTED = 2019
INFERRED = ["havo_vwo@vwo", "vwo@vmbo_bb", "vwo@vmbo_kb", "vwo@vmbo_gt", "vwo@havo", "vwo@vwo"]
UNVERIFIED = LISTED | {"r1_scores": INFERRED}
EXACT = 1e-12
KEYS = ["indicator", "definition", "base", "adjustment", "cohort", *schemas.SPLITS]
GROUP = {"pro": "vso_pro_vmbo_b", "bb": "vso_pro_vmbo_b", "bb/kb": "vmbo_b_k", "kb": "vmbo_k",
         "kb/gt": "vmbo_k_gt", "gt": "vmbo_gt", "gt/havo": "vmbo_gt_havo", "havo": "havo",
         "havo/vwo": "havo_vwo", "vwo": "vwo"}  # fmt: skip
STEPS = {-1: "lower_by_1_or_more", -0.5: "lower_by_half", 0: "equal", 0.5: "higher_by_half",
         1: "higher_by_1_or_more"}  # fmt: skip


def followed(folder):
    """Write PLACES and FOLLOWED of the pupils and enrolments of a folder."""
    names = ("pupils", "enrolments", "places", "followed")
    pupils, enrolments, placed, output = (folder / f"{name}.parquet" for name in names)
    places.place(pupils, enrolments, AS_OF, UNVERIFIED, folder / "spill", placed)
    follow(pupils, placed, AS_OF, UNVERIFIED, folder / "spill", output)


def files_of(folder):
    return folder / "pupils.parquet", folder / "followed.parquet"


@pytest.fixture(scope="module", params=[1, 2])
def made(request, tmp_path_factory):
    """Pupils, their records, their places by hand, and the folder of their files."""
    folder = tmp_path_factory.mktemp("lower_years")
    pupils = ugly(request.param)
    records = made_enrolments.careers(pupils, request.param)
    write(pupils, folder / "pupils.parquet")
    made_enrolments.write(records, folder / "enrolments.parquet")
    followed(folder)
    return pupils, records, [by_hand.place(each, records, AS_OF) for each in pupils], folder


@pytest.fixture(scope="module")
def tables(made):
    """The package's estimates of placement and moves, and the shares of them by identity."""
    folder = made[-1]
    asked = Asked("made", "school", BY)
    found = [
        schemas.validate(
            estimate(*files_of(folder), asked, UNVERIFIED, folder / "spill"),
            schemas.ESTIMATES,
            "estimates",
        )
        for estimate in (placement, moves)
    ]
    table = pd.concat(found, ignore_index=True)
    own = table["reference"].isna() & (table["unit"] == "share")
    return table, table[own].set_index(KEYS).sort_index()


def group_of(pupil, at, name):
    if name == FIVE:
        return pupil["parental_education"]
    if name == "class_kind":
        if at["class"] is None:
            return "unknown"
        ends = by_hand.TYPES[at["class"]]
        width = None if ends is None else ends[1] - ends[0]
        return {None: "off_scale", 0: "homogeneous", 1: "dakpan"}.get(width, "broad")
    if name == "class_type":
        return at["class"] or "unknown"
    if name == "first_advice_group":
        if pupil["initial_advice"] == "01":
            return "vso_pro_vmbo_b"
        return GROUP.get(by_hand.CATEGORY.get(pupil["initial_advice"]), "other")
    if name == "discrepancy":
        levels = [advice_by_hand.LEVEL.get(pupil[f"{each}_advice"]) for each in ("initial", "test")]
        if None in levels:
            return "unknown"
        return STEPS[max(-1, min(1, levels[0] - levels[1]))]
    return pupil[name]


def expected(pupils, at, names):
    """By measure, cohort and group: (primary, secondary, reached) of who is in the measure.

    Without a test nobody's advice is above or below that of a test, so nothing is split by it.
    """
    found = defaultdict(list)
    for pupil, where in zip(pupils, at, strict=True):
        if "discrepancy" in names and pupil["cohort"] == UNTESTED:
            continue
        group = tuple(group_of(pupil, where, name) for name in names)
        cohort = str(pupil["cohort"])
        for measure, reached in by_hand.counted(pupil, where).items():
            seen = (pupil["school_id"], where["vo_school"], reached)
            found[*measure, cohort, group].append(seen)
    return found


@pytest.mark.parametrize("names", BY, ids="+".join)
def test_every_share_is_that_of_pupils_counted_one_by_one(made, tables, names):
    pupils, _, at, _ = made
    _, own = tables
    wanted = expected(pupils, at, names)
    if not {"class_kind", "class_type"} & set(names):
        wanted = {key: seen for key, seen in wanted.items() if key[1] != "half_level"}
    checked = 0
    for (*measure, cohort, group), seen in wanted.items():
        row = own.loc[key_of(measure, cohort, names, group)]
        p, variance, n, k, schools = by_hand.two_way(seen)
        assert row["estimate"] == pytest.approx(p, abs=EXACT)
        assert (row["n"], row["k"], row["n_schools"]) == (n, k, schools)
        if variance is None or p in (0, 1) or variance < 1e-20:
            assert np.isnan(row["se"])
        else:
            assert row["se"] == pytest.approx(np.sqrt(variance), rel=1e-9)
        checked += 1
    assert checked > 50


def key_of(measure, cohort, names, group):
    split = {**dict.fromkeys(schemas.SPLITS, "total"), **dict(zip(names, group, strict=True))}
    return (*measure, cohort, *split.values())


@pytest.mark.parametrize("names", BY, ids="+".join)
def test_no_share_stands_in_the_table_that_nobody_is_in(made, tables, names):
    pupils, _, at, _ = made
    _table, own = tables
    wanted = expected(pupils, at, names)
    wanted = {key_of(measure, cohort, names, group) for (*measure, cohort, group) in wanted}
    split = [own.index.get_level_values(name) != "total" for name in schemas.SPLITS]
    mine = [name in names for name in schemas.SPLITS]
    rows = own[np.all([s == m for s, m in zip(split, mine, strict=True)], axis=0)]
    rows = rows[rows["status"] == "ok"]
    assert len(rows) > 0
    assert set(rows.index) <= wanted


def test_outcomes_of_those_placed_add_up(tables):
    _, own = tables
    names = [f"{each}_of_placed" for each in (*by_hand.APART, "off_scale", "up", "same", "down")]
    rows = own.reset_index()
    rows = rows[rows["indicator"].isin(names) & (rows["adjustment"] == "raw")]
    rows = rows[rows["status"] == "ok"]
    sums = rows.groupby(["cohort", *schemas.SPLITS])[["estimate", "k"]].sum()
    n = rows.groupby(["cohort", *schemas.SPLITS])["n"].first()
    assert sums["k"].tolist() == n.tolist()
    np.testing.assert_allclose(sums["estimate"], 1, atol=EXACT)


def test_a_cohort_whose_third_year_is_not_due_says_so(tables):
    table, _ = tables
    moved = table[(table["table"] == "moves") & (table["cohort"] == "2022")]
    assert set(moved["status"]) == {"not_defined"}
    assert set(moved["reason"]) == {"not_yet_observed"}
    started = table[(table["table"] == "placement") & (table["cohort"] == "2022")]
    assert (started["status"] == "ok").any()


def test_gaps_between_groups_are_differences_with_the_schools_in_both(made, tables):
    pupils, _, at, _ = made
    table, _own = tables
    name = "up_of_placed"
    gaps = table[(table["indicator"] == name) & (table["cohort"] == "2018")]
    gaps = gaps[(gaps["adjustment"] == "raw") & (gaps["unit"] == "share")]
    gaps = gaps[gaps["reference"].eq(f"minus {FIVE}=wo") & (gaps["class_kind"] == "total")]
    assert len(gaps) == 5
    wanted = expected(pupils, at, [FIVE])
    measure = name, "interval", "initial", "raw", "2018"
    for _, row in gaps.iterrows():
        one, other = (wanted[*measure, (group,)] for group in (row[FIVE], "wo"))
        assert row["estimate"] == pytest.approx(share(one) - share(other), abs=EXACT)
        variance = variance_of_gap(one, other)
        assert row["se"] == pytest.approx(np.sqrt(variance), rel=1e-9)


def share(seen):
    return sum(reached for *_, reached in seen) / len(seen)


def variance_of_gap(one, other):
    """Two-way variance of the difference of two shares, from each pupil's influence."""
    influence = [(*where, (y - share(one)) / len(one)) for *where, y in one]
    influence += [(*where, -(y - share(other)) / len(other)) for *where, y in other]
    parts = []
    for cluster in (lambda a, b: a, lambda a, b: b or ("of", a), lambda a, b: (a, b)):
        sums = defaultdict(float)
        for a, b, e in influence:
            sums[cluster(a, b)] += e
        parts.append(len(sums) / (len(sums) - 1) * sum(e**2 for e in sums.values()))
    total = parts[0] + parts[1] - parts[2]
    return total if total > 0 else max(parts[:2])


def test_the_table_is_the_same_whatever_the_order_of_the_records(made, tmp_path):
    pupils, records, *_, folder = made
    write(pupils, tmp_path / "pupils.parquet")
    made_enrolments.write(dict(reversed(records.items())), tmp_path / "enrolments.parquet")
    followed(tmp_path)
    for name in ("places", "followed"):
        one, other = (io.read_parquet(at / f"{name}.parquet") for at in (folder, tmp_path))
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_estimates_have_the_same_bits_whatever_the_order_of_the_pupils(made, tmp_path, seed):
    folder = made[-1]
    for name in ("pupils", "followed"):
        table = io.read_parquet(folder / f"{name}.parquet")
        shuffled = table.sample(frac=1, random_state=seed).reset_index(drop=True)
        io.write_parquet(shuffled, tmp_path / f"{name}.parquet")
    asked = Asked("made", "school", [[], [FIVE], ["class_kind"]], [[]])
    for estimate in (placement, moves):
        one, other = (
            estimate(*files_of(at), asked, UNVERIFIED, tmp_path / "spill")
            for at in (folder, tmp_path)
        )
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_who_is_followed_keeps_the_contract(made):
    table = io.read_parquet(made[-1] / "followed.parquet")
    schemas.in_types(table, schemas.FOLLOWED, "followed pupils")
    assert len(table) == len(made[0])
    in_order = table.sort_values(["cohort", "pupil_id"], ignore_index=True)
    pd.testing.assert_frame_equal(table, in_order)


def estimates(folder, pupils, records, by=((),), by_score=()):
    """Return the package's placement and moves of pupils and records, in one table."""
    write(pupils, folder / "pupils.parquet")
    made_enrolments.write(records, folder / "enrolments.parquet")
    followed(folder)
    asked = Asked("made", "school", [list(names) for names in by], by_score)
    return pd.concat(
        estimate(*files_of(folder), asked, UNVERIFIED, folder / "spill")
        for estimate in (placement, moves)
    )


def test_a_school_year_without_records_is_not_a_year_of_unknown_pupils(made, tmp_path):
    pupils, records, *_ = made
    kept = {key: record for key, record in records.items() if key[1] != 2020}
    table = estimates(tmp_path, pupils, kept)
    mine = table[(table["cohort"] == "2017") & (table["table"] == "moves")]
    third = mine["indicator"].str.contains("_of_placed|_of_advised")
    assert set(mine.loc[third, "status"]) == {"not_defined"}
    assert set(mine.loc[third, "reason"]) == {"no_enrolments_delivered"}
    bounds = mine[mine["adjustment"].str.startswith("bound") & (mine["definition"] == "interval")]
    assert set(bounds["reason"]) == {"no_enrolments_delivered"}
    others = table[(table["cohort"] == "2018") & (table["indicator"] == "up_of_placed")]
    assert set(others["status"]) == {"ok"}


def test_a_first_year_without_records_is_not_a_year_in_which_nobody_is_placed(made, tmp_path):
    pupils, records, *_ = made
    kept = {key: record for key, record in records.items() if key[1] != 2018}
    table = estimates(tmp_path, pupils, kept)
    mine = table[table["cohort"] == "2017"]
    advised = mine["indicator"].str.contains("_from_advice_|stacked_")
    assert set(mine.loc[advised, "status"]) == {"ok"}
    assert set(mine.loc[~advised, "status"]) == {"not_defined"}
    assert set(mine.loc[~advised, "reason"]) == {"no_enrolments_delivered"}


def test_a_final_advice_needs_adjusted_ones_where_advices_may_be_adjusted(made, tmp_path):
    pupils, records, *_ = made
    unadjusted = [pupil | {"adjusted_advice": None} for pupil in pupils]
    table = estimates(tmp_path, unadjusted, records)
    final = table[table["base"] == "final"]
    lacking = final[final["cohort"].isin(["2017", "2018"])]
    assert set(lacking["reason"]) == {"adjusted_advice_not_delivered"}
    assert set(lacking["status"]) == {"not_defined"}
    # Without a test no advice was adjusted, so that the first is the final one.
    assert set(final.loc[final["cohort"] == str(UNTESTED), "status"]) == {"ok"}
    initial = table[(table["base"] == "initial") & (table["cohort"] == "2018")]
    assert "ok" in set(initial["status"])


def test_a_cohort_without_any_score_has_no_rows_at_scores(made, tmp_path):
    pupils, records, *_ = made
    unscored = [pupil | {"test_score": None} if pupil["cohort"] == 2018 else pupil
                for pupil in pupils]  # fmt: skip
    table = estimates(tmp_path, unscored, records, by_score=[[]])
    assert set(table.loc[table["score"].notna(), "cohort"]) == {"2017", "2022"}


def test_who_is_not_placed_has_no_possible_move(made):
    table = io.read_parquet(made[-1] / "followed.parquet")
    assert table.loc[table["start"] != "placed", "possible_move"].isna().all()
    assert table.loc[table["start"] == "placed", "possible_move"].notna().all()


def test_an_advice_is_not_compared_with_a_test_in_a_year_without_one(made):
    table = io.read_parquet(made[-1] / "followed.parquet")
    untested = table["cohort"] == UNTESTED
    assert table.loc[untested, "discrepancy"].isna().all()
    assert table.loc[~untested, "discrepancy"].notna().all()


def test_types_of_class_are_read_with_the_listed_unverified_rows(made, tmp_path, monkeypatch):
    seen, plain = [], positions.class_types
    monkeypatch.setattr(
        positions, "class_types", lambda listed: seen.append(listed) or plain(listed)
    )
    files = [made[-1] / f"{name}.parquet" for name in ("pupils", "places")]
    follow(*files, AS_OF, UNVERIFIED, tmp_path / "spill", tmp_path / "followed.parquet")
    assert seen == [UNVERIFIED]


def test_a_delivery_without_enrolments_says_so(made, tmp_path):
    write(made[0], tmp_path / "pupils.parquet")
    made_enrolments.write({}, tmp_path / "enrolments.parquet")
    followed(tmp_path)
    for estimate in (placement, moves):
        asked = Asked("made", "school", BY)
        table = estimate(*files_of(tmp_path), asked, UNVERIFIED, tmp_path / "spill")
        assert set(table["status"]) == {"not_defined"}
        assert set(table["reason"]) <= {"no_enrolments_delivered", "not_yet_observed"}
