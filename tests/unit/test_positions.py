import pandas as pd
import pytest

from advieskloof import positions, reference
from advieskloof.errors import DataError

LISTED = {"r1_scores": ["havo_vwo@vwo"]}


def test_the_kind_of_a_class_says_how_many_school_types_it_holds():
    types = positions.class_types({})
    width = types["highest"] - types["lowest"]
    kinds = width.map({0: "homogeneous", 1: "dakpan", 2: "broad", 3: "broad", 4: "broad"})
    assert types["kind"].tolist() == kinds.fillna("off_scale").tolist()
    assert set(types["kind"]) == set(positions.KINDS)


def test_a_class_has_the_interval_and_level_of_the_advice_of_its_name():
    scale = reference.read_all("advice_levels").set_index("category")
    types = positions.class_types({})
    shared = types.index.intersection(scale.index)
    assert len(shared) == 14
    for end in ("lowest", "highest"):
        assert types.loc[shared, end].tolist() == scale.loc[shared, end].astype(float).tolist()
    levels = scale.loc[shared, "level"].replace("", None).dropna().astype(float)
    assert types.loc[levels.index, "level"].tolist() == levels.tolist()


@pytest.mark.parametrize(
    ("code", "class_type", "level"),
    [
        ("0015", "havo_vwo", 5.5),
        ("0023", "vmbo_bb_to_gt", 3.0),
        ("0100", "vwo", 6.0),
        ("0474", "vmbo_gt", 4.0),
        ("6955", "vmbo_bb", 2.0),
        ("havo_vwo", "havo_vwo", 5.5),
    ],
)
def test_a_delivered_code_means_a_type(code, class_type, level):
    row = positions.codes({}).loc[code]
    assert (row["class_type"], row["level"]) == (class_type, level)


def test_a_code_means_one_type_and_every_type_is_known():
    table = positions.codes({})
    assert table.index.is_unique
    assert table["kind"].notna().all()
    assert len(table) == 193 + 15


def test_an_international_programme_has_no_level():
    row = positions.codes({}).loc["0700"]
    assert row["kind"] == "off_scale"
    assert pd.isna(row["level"])


def test_unknown_codes_are_counted_and_only_shown_where_they_look_like_codes():
    found = pd.Series({"0015": 5, "9999": 2, "Jansen, P.": 3, "15": 1})
    with pytest.raises(DataError) as error:
        positions.check_codes(found, positions.codes({}).index, "ENROLMENTS: position")
    told = str(error.value)
    assert "holds 6 value(s)" in told
    assert all(said in told for said in ("15 (1 rows)", "9999 (2 rows)", "other (3 rows)"))
    assert "Jansen" not in told


def test_usable_codes_pass():
    positions.check_codes(pd.Series({"0015": 5, "vwo": 2}), positions.codes({}).index, "x")


def test_inferred_cells_of_r1_come_in_only_where_listed_and_are_marked():
    assert not positions.r1_scores({})["inferred"].any()
    listed = positions.r1_scores(LISTED)
    assert listed.loc[listed["inferred"], ["advice", "position", "score"]].to_numpy().tolist() == [
        ["havo_vwo", "vwo", 1.0]
    ]


@pytest.mark.parametrize(
    ("advice", "position", "score"),
    [
        ("pro", "vmbo_bb", 1),
        ("vmbo_bb_kb", "vmbo_bb", 0),
        ("vmbo_bb_kb", "vmbo_kb", 1),
        ("vmbo_gt_havo", "vmbo_kb", -1),
        ("havo", "havo_vwo", 0.5),
        ("havo_vwo", "havo", 0),
        ("vwo", "havo_vwo", 0),
    ],
)
def test_the_r1_table_scores(advice, position, score):
    rows = positions.r1_scores({})
    row = rows[(rows["advice"] == advice) & (rows["position"] == position)]
    assert row["score"].tolist() == [score]


def test_only_the_half_point_holds_from_a_year():
    rows = positions.r1_scores({})
    dated = rows[rows["from_school_year"] > 0]
    assert dated[["score", "from_school_year"]].to_numpy().tolist() == [[0.5, 2017]]


def test_r2_parameters_are_shares():
    found = positions.r_parameters({})
    assert found["r2_norm"] == 0.955
    assert found["r2_norm_apcg"] == -0.03
    assert found["r2_norm_lateral_entry"] == -0.025
