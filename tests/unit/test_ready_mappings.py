"""Each mapping that ships reads a small file, made by hand, to the table that it should be."""

import csv
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from advieskloof import io, positions, reference, schemas
from advieskloof.sources import mapped_files, mapping

READY = io.CHECKOUT / "config" / "mappings"
LAYOUT = Path(__file__).parents[2].parent / "shared" / "real" / "cbs_schooladvies_asc_layout.csv"
PUPIL = {
    "pupil_id": "p1",
    "cohort": 2022,
    "school_id": "00AB00",
    "board_id": "40001",
    "school_type": "bo",
    "test_provider": "IEP",
    "test_score": 81.5,
    "test_score_se": 2.0,
    "test_status": "taken",
    "test_advice": "44",
    "initial_advice": "01",
    "adjusted_advice": "44",
    "parental_education": "hbo",
    "sex": "girl",
    "migration_background": "NL",
    "income_quintile": "3",
    "school_weight": 29.5,
    "corop": "CR07",
    "municipality": "GM0014",
    "urbanity": "2",
    "level_reading": "2F",
    "level_language": "1F",
    "level_maths": "1S",
    "weight": 1.25,
}
ENROLMENT = {
    "pupil_id": "p1",
    "school_year": 2023,
    "grade": 1,
    "vo_school_id": "11CD00",
    "class_code": "hv",
    "position": "12",
    "status": "enrolled",
    "apcg": True,
    "lateral_entry": False,
}
NEEDED = ["pupil_id", "cohort", "school_id", "school_type", "test_status", "parental_education"]


def read(tmp_path, name, path):
    out = tmp_path / "pupils.parquet", tmp_path / "enrolments.parquet"
    mapped_files.read_deliveries([(mapping.load(READY / f"{name}.yaml"), [path])], *out, {})
    return [io.read_parquet(file) for file in out]


def filled(row):
    """The values of a row that are there, without file and row."""
    row = row.drop(["file", "row"])
    return row[row.notna()].to_dict()


@pytest.mark.parametrize("path", sorted(READY.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_ready_mapping_is_good_and_bears_its_name(path):
    assert mapping.load(path).delivery == path.stem


def test_the_canonical_mappings_have_a_rule_for_every_column():
    for name in ("canonical_csv", "canonical_parquet"):
        rules = mapping.load(READY / f"{name}.yaml").pupils
        assert list(rules) == list(schemas.PUPILS.schema.columns)
    (rules,) = mapping.load(READY / "canonical_enrolments_csv.yaml").enrolments
    assert list(rules) == list(schemas.ENROLMENTS.schema.columns)


def test_a_canonical_csv(tmp_path):
    path = tmp_path / "p.csv"
    with open(path, "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(PUPIL))
        writer.writeheader()
        writer.writerow(PUPIL)
        writer.writerow({name: PUPIL[name] for name in NEEDED} | {"pupil_id": "p2"})
    pupils, enrolments = read(tmp_path, "canonical_csv", path)
    assert filled(pupils.loc[0]) == PUPIL
    assert filled(pupils.loc[1]) == {name: PUPIL[name] for name in NEEDED} | {"pupil_id": "p2"}
    assert enrolments.empty


def test_a_canonical_parquet(tmp_path):
    bare = dict.fromkeys(PUPIL) | {name: PUPIL[name] for name in NEEDED}
    pd.DataFrame([PUPIL, bare]).to_parquet(tmp_path / "p.parquet")
    pupils, _ = read(tmp_path, "canonical_parquet", tmp_path / "p.parquet")
    assert filled(pupils.loc[0]) == PUPIL
    assert filled(pupils.loc[1]) == {name: PUPIL[name] for name in NEEDED}


def test_canonical_enrolments(tmp_path):
    path = tmp_path / "e.csv"
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(ENROLMENT))
        writer.writeheader()
        writer.writerow(ENROLMENT)
        writer.writerow({"pupil_id": "p2", "school_year": 2023, "status": "left"})
    pupils, enrolments = read(tmp_path, "canonical_enrolments_csv", path)
    assert pupils.empty
    assert filled(enrolments.loc[0]) == ENROLMENT
    assert filled(enrolments.loc[1]) == {"pupil_id": "p2", "school_year": 2023, "status": "left"}


def asc_line(**values):
    """A line of 141 characters: blanks, but for the named fields (0-based position, text)."""
    fields = mapping.load(READY / "cbs_schooladvies_asc.yaml").form.fields
    line = [" "] * 141
    for name, text in values.items():
        start, end = fields[name]
        assert len(text) == end - start
        line[start:end] = text
    return "".join(line)


def test_a_fixed_width_file_of_cbs(tmp_path):
    full = asc_line(
        RINPERSOONS="R",
        RINPERSOON="000000001",
        GESLACHT="2",
        ETHGRP="0",
        STEDGEM="4",
        PERCBESTINKO=" 41",
        WPOBRIN="00AB",
        WPOBRINVEST="01",
        WPOADVIESVO="60",
        WPOCODEEINDTOETS="11",
        WPOUITSLEINDT="541",
        WPOTOETSADV="61",
        WPOADVIESHERZ="61",
        ONDERW_1="104",
        BRINHOOFD="11CD",
        VOBRINVEST="00",
        ONDERW_3="205",
        VOLEERJAAR="3",
        ONDERW_DETAILVO="11",
    )
    bare = asc_line(RINPERSOON="000000002", WPOBRIN="00AB", WPOBRINVEST="01", WPOADVIESVO="80")
    path = tmp_path / "schooladvies.asc"
    path.write_bytes(f"{full}\r\n{bare}\r\n".encode("cp1252"))
    pupils, enrolments = read(tmp_path, "cbs_schooladvies_asc", path)
    same = {"cohort": 2015, "school_id": "00AB01", "school_type": "bo"}
    same |= {"parental_education": "unknown"}
    assert filled(pupils.loc[0]) == same | {
        "pupil_id": "000000001",
        "test_provider": "CET",
        "test_score": 541.0,
        "test_status": "taken",
        "test_advice": "61",
        "initial_advice": "60",
        "adjusted_advice": "61",
        "sex": "girl",
        "migration_background": "0",
        "income_quintile": "3",
        "urbanity": "4",
    }
    assert filled(pupils.loc[1]) == same | {
        "pupil_id": "000000002",
        "test_status": "unknown",
        "initial_advice": "80",
    }
    assert [filled(row) for _, row in enrolments.iterrows()] == [
        {
            "pupil_id": "000000001",
            "school_year": 2016,
            "grade": 1,
            "vo_school_id": "11CD00",
            "class_code": "104",
            "position": "104",
            "status": "enrolled",
        },
        {
            "pupil_id": "000000001",
            "school_year": 2018,
            "grade": 3,
            "class_code": "205",
            "position": "11",
            "status": "enrolled",
        },
    ]


@pytest.mark.skipif(not LAYOUT.is_file(), reason="the layout file is not on this machine")
def test_the_fields_are_those_of_the_layout():
    with open(LAYOUT, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        layout = {row["name"]: (int(row["pos_start"]), int(row["pos_end"])) for row in rows}
    assert len(layout) == 43
    assert mapping.load(READY / "cbs_schooladvies_asc.yaml").form.fields == layout


@pytest.mark.parametrize(
    ("percentile", "quintile"),
    [("  1", "1"), (" 20", "1"), (" 21", "2"), ("081", "5"), ("100", "5")],
)
def test_percentiles_of_income_become_fifths(tmp_path, percentile, quintile):
    line = asc_line(
        RINPERSOON="000000001", WPOBRIN="00AB", WPOBRINVEST="01", PERCBESTINKO=percentile
    )
    path = tmp_path / "schooladvies.asc"
    path.write_text(line + "\n")
    assert read(tmp_path, "cbs_schooladvies_asc", path)[0].loc[0, "income_quintile"] == quintile


def test_a_register_file_of_cbs(tmp_path):
    frame = pd.DataFrame(
        {
            "RINPERSOON": ["000000001", "000000002"],
            "WPOBRIN_crypt": ["q7x", "q7x"],
            "WPOBRINVEST": [0.0, 0.0],
            "WPOTYPEPO": ["BO", "SBO"],
            "WPOADVIESVO": [60.0, 1.0],
            "WPOADVIESHERZ": ["61", ""],
            "WPOTOETSADVIES": ["61", ""],
            "WPOCODEEINDTOETS": [13.0, 0.0],
            "WPOUITSLAGEINDTOETS": [88.0, 999.0],
            "WPODENOMINATIE": ["a", "b"],
        }
    )
    path = tmp_path / "inschrwpotab.sav"
    pyreadstat.write_sav(frame, path, missing_ranges={"WPOUITSLAGEINDTOETS": [999.0]})
    pupils, enrolments = read(tmp_path, "inschrwpotab", path)
    unknown = ["parental_education", "sex", "income_quintile", "urbanity"]
    same = {"cohort": 2022, "school_id": "q7x00"} | dict.fromkeys(unknown, "unknown")
    assert filled(pupils.loc[0]) == same | {
        "pupil_id": "000000001",
        "school_type": "bo",
        "test_provider": "IEP",
        "test_score": 88.0,
        "test_status": "taken",
        "test_advice": "61",
        "initial_advice": "60",
        "adjusted_advice": "61",
    }
    assert filled(pupils.loc[1]) == same | {
        "pupil_id": "000000002",
        "school_type": "sbo",
        "test_status": "unknown",
        "initial_advice": "01",
    }
    assert enrolments.empty


def test_a_register_file_without_any_test(tmp_path):
    frame = pd.DataFrame(
        {
            "RINPERSOON": ["000000001", "000000002"],
            "WPOBRIN_crypt": ["q7x", "q7x"],
            "WPOBRINVEST": ["00", "00"],
            "WPOTYPEPO": ["BO", "SBO"],
            "WPOADVIESVO": ["60", "01"],
            "WPOADVIESHERZ": pd.Series([None, None], dtype=float),
            "WPOTOETSADVIES": pd.Series([None, None], dtype=float),
            "WPOCODEEINDTOETS": pd.Series([None, None], dtype=float),
            "WPOUITSLAGEINDTOETS": [0.0, None],
        }
    )
    path = tmp_path / "inschrwpotab.sav"
    pyreadstat.write_sav(frame, path)
    pupils, _ = read(tmp_path, "inschrwpotab", path)
    assert pupils["initial_advice"].tolist() == ["60", "01"]
    assert pupils["test_status"].tolist() == ["unknown", "unknown"]
    without = ["test_provider", "test_score", "test_advice", "adjusted_advice"]
    assert pupils[without].isna().all(axis=None)


def test_enrolments_with_duo_codes_are_read_with_their_leading_zeros(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text(
        "LEERLING;SCHOOLJAAR;LEERJAAR;BRIN;VESTIGING;ELEMENTCODE;STATUS\n"
        "p1;2021;1;11CD;0;15;I\np1;2023;3;11CD;1;0300;I\np2;2021;;;;;V\n",
        encoding="utf-8",
    )
    _, places = read(tmp_path, "enrolments_duo_codes", path)
    assert places["class_code"].tolist()[:2] == ["0015", "0300"]
    assert places["position"].tolist()[:2] == ["0015", "0300"]
    assert places["vo_school_id"].tolist()[:2] == ["11CD00", "11CD01"]
    assert places["status"].tolist() == ["enrolled", "enrolled", "vso"]
    usable = positions.codes({}).index
    assert set(places["position"].dropna()) <= set(usable)


def test_enrolments_with_ilt_types_get_the_names_of_the_table(tmp_path):
    path = tmp_path / "places.csv"
    lines = [f"p{code};2021;1;11CD;00;{code}\n" for code in range(1, 14)]
    path.write_text("RINPERSOON;SCHOOLJAAR;LEERJAAR;BRIN;VESTIGING;ILT\n" + "".join(lines))
    _, places = read(tmp_path, "enrolments_ilt_types", path)
    types = reference.read_all("class_types")
    of_code = types[types["ilt_code"] != ""].set_index("ilt_code")["class_type"]
    wanted = [of_code[str(code)] for code in range(1, 14)]
    assert places["class_code"].tolist() == places["position"].tolist() == wanted
