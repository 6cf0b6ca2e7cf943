import pandas as pd
import pytest

from advieskloof import io, reference
from advieskloof.errors import ConfigError, DataError

TABLES = sorted(reference.KEYS)


def test_every_shipped_file_has_a_key_and_every_key_a_file():
    shipped = {path.stem for path in (io.PACKAGE / "reference").glob("*.csv")}
    assert shipped == set(reference.KEYS)


@pytest.mark.parametrize("table", TABLES)
def test_every_shipped_row_has_a_source_and_a_known_status(table):
    rows = pd.read_csv(io.PACKAGE / "reference" / f"{table}.csv", dtype=str)
    assert rows["source"].str.strip().str.len().gt(2).all()
    assert set(rows["status"]) <= {"VERIFIED", "DERIVED", "INFERRED", "RECALLED", "CONTESTED"}


# Their key names a block of rows, which are used together or not at all.
BLOCKS = {"published_counts", "parental_education_groupings", "score_cutoffs"}


@pytest.mark.parametrize("table", sorted(set(TABLES) - BLOCKS))
def test_a_key_names_one_row(table):
    assert reference.read_all(table)[reference.KEYS[table]].is_unique


def test_unverified_rows_are_left_out():
    assert "pro_vmbo_bb" in set(reference.read_all("advice_levels")["category"])
    assert "pro_vmbo_bb" not in set(reference.read("advice_levels", {})["category"])


def test_a_listed_row_comes_in_and_its_unlisted_neighbours_stay_out():
    found = set(reference.read("advice_codes", {"advice_codes": ["24"]})["bron_code"])
    assert "24" in found
    assert not found & {"25", "26", "27", "28", "29", "36", "37", "45", "53"}


def test_a_listing_for_one_table_changes_no_other():
    listed = reference.read("advice_codes", {"advice_levels": ["vmbo_bb_to_gt"]})
    pd.testing.assert_frame_equal(listed, reference.read("advice_codes", {}))


def test_listed_rows_are_reported_with_their_status_and_source():
    rows = reference.unverified_rows({"advice_levels": ["pro_vmbo_bb"], "advice_codes": ["24"]})
    assert rows[["table", "key", "status"]].to_numpy().tolist() == [
        ["advice_codes", "24", "INFERRED"],
        ["advice_levels", "pro_vmbo_bb", "INFERRED"],
    ]
    assert rows["source"].str.len().gt(0).all()


def test_nothing_listed_gives_no_rows():
    assert reference.unverified_rows({}).empty


@pytest.mark.parametrize(
    ("unverified", "named"),
    [
        ({"advise_codes": ["24"]}, "advise_codes"),
        ({"advice_codes": ["99"]}, "99"),
        ({"advice_codes": ["20"]}, "20"),
        ({"regimes": ["2020"]}, "2020"),
    ],
    ids=["unknown table", "unknown key", "verified key", "table without unverified rows"],
)
def test_a_listing_that_makes_no_sense_is_refused_by_name(unverified, named):
    with pytest.raises(ConfigError, match=named):
        reference.unverified_rows(unverified)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("2020,,VERIFIED", "1 row(s) without a source"),
        ("2020,CBS,SURE", "1 with a status outside"),
    ],
)
def test_a_table_with_a_row_without_source_or_status_is_refused(
    tmp_path, monkeypatch, row, complaint
):
    (tmp_path / "reference").mkdir()
    text = f"cohort,source,status\n2019,CBS,VERIFIED\n{row}\n"
    (tmp_path / "reference" / "regimes.csv").write_text(text)
    monkeypatch.setattr(io, "PACKAGE", tmp_path)
    with pytest.raises(DataError) as error:
        reference.read("regimes", {})
    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("cohort", "regime", "test_held", "pro_exception"),
    [
        ("2014", "optional", "yes", "no"),
        ("2019", "no_test", "no", "no"),
        ("2022", "optional", "yes", "no"),
        ("2023", "rule", "yes", "yes"),
        ("2024", "rule", "yes", "yes"),
    ],
)
def test_a_cohort_falls_under_its_regime(cohort, regime, test_held, pro_exception):
    rows = reference.read("regimes", {}).set_index("cohort")
    found = rows.loc[cohort, ["regime", "test_held", "pro_exception"]].tolist()
    assert found == [regime, test_held, pro_exception]


def test_the_published_counts_of_2022_are_read_for_the_cbs_table():
    rows = reference.read("published_counts", {})
    total = rows[
        (rows["table"] == "cbs_84274NED")
        & (rows["cohort"] == "2022")
        & (rows["first_advice_group"] == "total")
        & (rows["income_quintile"] == "total")
    ]
    counts = total[["n", "n_eligible_adjusted", "n_eligible_not_adjusted"]]
    assert counts.to_numpy().tolist() == [["171787", "16708", "41173"]]


def test_every_published_count_belongs_to_a_published_table():
    counts = set(reference.read_all("published_counts")["table"])
    assert counts == set(reference.read_all("published_tables")["table"])
