"""A table of pupils, written as each format that we read and read back, is the same table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advieskloof import io, schemas
from advieskloof.errors import ConfigError, DataError
from advieskloof.sources import exports, mapped_files, mapping, targets

COLUMNS = targets.of("pupils")
# What a text may hold: no ends of blanks, since they are trimmed; each letter is in cp1252 too, and
# none of them there looks like UTF-8.
TEXTS = st.text("ABCxyz09éë'\"; ,|-", min_size=1, max_size=8).map(str.strip).filter(bool)
NUMBERS = st.integers(-9999, 9999).map(lambda number: number / 8)


def values(target):
    known = targets.known_codes(target)
    if target.name in targets.ADVICES:
        strategy = st.sampled_from(["20", "60", "61", "70"])
    elif target.name == "parental_education":
        strategy = st.sampled_from(["le_mbo1", "mbo2", "hbo", "wo", "unknown"])
    elif known:
        strategy = st.sampled_from(known)
    elif target.kind == "whole":
        strategy = st.integers(2014, 2024)
    elif target.kind == "number":
        strategy = NUMBERS if target.low is None else NUMBERS.map(abs)
    else:
        strategy = TEXTS
    return strategy if target.needed else st.none() | strategy


ROWS = st.lists(
    st.fixed_dictionaries({name: values(target) for name, target in COLUMNS.items()}),
    min_size=1,
    max_size=6,
)


def table(rows):
    empty = schemas.empty_columns(schemas.PUPILS, 0)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(empty.dtypes.to_dict())


@pytest.fixture(scope="module", params=exports.FORMS)
def written(request, tmp_path_factory):
    """A function that writes a table, and gives what its own mapping reads back."""
    folder = tmp_path_factory.mktemp("written")
    path = folder / f"made{request.param}"

    def back(frame):
        read = mapping.load(exports.export(frame, path, "made"))
        out = folder / "pupils.parquet"
        mapped_files.read_deliveries([(read, [path])], out, folder / "enrolments.parquet", {})
        return io.read_parquet(out)

    return back


@given(rows=ROWS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_table_comes_back_as_it_was_written(written, rows):
    frame = table(rows)
    back = written(frame)
    assert back["row"].tolist() == list(range(1, len(frame) + 1))
    pd.testing.assert_frame_equal(back.drop(columns=["file", "row"]), frame)


@pytest.mark.parametrize("suffix", exports.FORMS)
def test_school_years_with_gaps_and_flags_come_back_as_they_were_written(tmp_path, suffix):
    rows = {
        "pupil_id": ["a", "b", "c"],
        "school_year": [2019, 2020, 2021],
        "grade": [1, None, 3],
        "vo_school_id": ["V1", None, "V é"],
        "class_code": ["havo_vwo", None, None],
        "position": [None, None, "0015"],
        "status": ["enrolled", "left", "unknown"],
        "apcg": [True, False, None],
        "lateral_entry": [None, True, False],
    }
    types = schemas.empty_columns(schemas.ENROLMENTS, 0).dtypes.to_dict()
    frame = pd.DataFrame(rows).astype(types)
    path, out = tmp_path / f"made{suffix}", tmp_path / "enrolments.parquet"
    read = mapping.load(exports.export(frame, path, "made", "enrolments"))
    mapped_files.read_deliveries([(read, [path])], tmp_path / "pupils.parquet", out, {})
    pd.testing.assert_frame_equal(io.read_parquet(out).drop(columns=["file", "row"]), frame)


def test_a_table_of_several_chunks_comes_back_whole(written, request):
    n = 400 if ".xlsx" in request.node.name else 60_000
    row = {name: None for name, target in COLUMNS.items() if not target.needed}
    row |= {"pupil_id": "", "cohort": 2022, "school_id": "a", "school_type": "bo"}
    row |= {"test_status": "taken", "parental_education": "hbo"}
    frame = table([row]).loc[np.zeros(n, dtype=int)].reset_index(drop=True)
    frame["pupil_id"] = pd.array([f"{number:08d}" for number in range(n)], dtype=schemas.TEXT)
    pd.testing.assert_frame_equal(written(frame).drop(columns=["file", "row"]), frame)


def test_a_csv_with_a_mark_and_points_comes_back_too(tmp_path):
    """What the canonical mapping reads: UTF-8, here with a byte order mark as Excel writes it."""
    frame = table([{"pupil_id": "é", "cohort": 2022, "school_id": "a", "test_score": 530.5}])
    frame = frame.fillna({"school_type": "bo", "test_status": "taken", "parental_education": "wo"})
    frame.to_csv(tmp_path / "made.csv", index=False, encoding="utf-8-sig")
    read = mapping.load(io.CHECKOUT / "config/mappings/canonical_csv.yaml")
    out = tmp_path / "pupils.parquet"
    deliveries = [(read, [tmp_path / "made.csv"])]
    mapped_files.read_deliveries(deliveries, out, tmp_path / "e.parquet", {})
    pd.testing.assert_frame_equal(io.read_parquet(out).drop(columns=["file", "row"]), frame)


def test_a_form_that_nobody_reads_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"made\.doc doesn't end in .* \.csv, \.asc, \.parquet"):
        exports.export(table([]), tmp_path / "made.doc", "made")


def test_a_value_too_long_for_fixed_width_is_refused_unseen(tmp_path):
    row = {"pupil_id": "geheim" * 4, "cohort": 2022, "school_id": "a", "school_type": "bo"}
    row |= {"test_status": "taken", "parental_education": "hbo"}
    with pytest.raises(DataError, match="pupil_id hold values of more than the 20") as caught:
        exports.export(table([row]), tmp_path / "made.asc", "made")
    assert "geheim" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
