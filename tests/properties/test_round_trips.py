"""A table of pupils, written as each format that we read and read back, is the same table."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advieskloof import io, schemas
from advieskloof.sources import mapped_files, mapping, targets

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


def as_text(frame, decimal):
    def text(value):
        if pd.isna(value):
            return ""
        return str(value).replace(".", decimal) if isinstance(value, float) else str(value)

    return frame.astype(object).map(text)


def write_csv(frame, path, separator, encoding, decimal):
    as_text(frame, decimal).to_csv(path, index=False, sep=separator, encoding=encoding)


def write_fixed_width(frame, path):
    lines = as_text(frame, ",").apply(lambda row: "".join(v.ljust(20) for v in row), axis=1)
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("cp1252"))


def write_statistics(frame, path):
    # These formats have no missing text; numbers may be missing.
    texts = [name for name, target in COLUMNS.items() if target.kind == "text"]
    whole = frame.astype(dict.fromkeys(texts, object)).fillna(dict.fromkeys(texts, ""))
    getattr(pyreadstat, f"write_{path.suffix[1:]}")(whole, path)


FIELDS = {name: [20 * i, 20 * i + 20] for i, name in enumerate(COLUMNS)}
# By format: the block of the mapping, the file's ending, and how it is written.
FORMATS = {
    "csv, semicolon, cp1252, comma": (
        {"kind": "csv", "separator": ";", "encoding": "cp1252", "decimal": ","},
        "csv",
        lambda frame, path: write_csv(frame, path, ";", "cp1252", ","),
    ),
    "csv, comma, utf-8 with mark": (
        {"kind": "csv", "separator": ",", "encoding": "utf-8", "decimal": "."},
        "csv",
        lambda frame, path: write_csv(frame, path, ",", "utf-8-sig", "."),
    ),
    "fixed width": (
        {"kind": "fixed_width", "encoding": "cp1252", "decimal": ",", "fields": FIELDS},
        "asc",
        write_fixed_width,
    ),
    "parquet": (
        {"kind": "parquet"},
        "parquet",
        lambda frame, path: frame.to_parquet(path, index=False),
    ),
    "spss": ({"kind": "spss", "values": "codes"}, "sav", write_statistics),
    "stata": ({"kind": "stata", "values": "codes"}, "dta", write_statistics),
    "excel": (
        {"kind": "excel", "sheet": "Sheet1", "decimal": ","},
        "xlsx",
        lambda frame, path: frame.to_excel(path, index=False, engine="openpyxl"),
    ),
}


def read_back(path, form, folder):
    read = mapping.parse(
        {
            "delivery": "made",
            "format": form,
            "missing": [""],
            "other_columns": "refuse",
            "pupils": {name: {"column": name} for name in COLUMNS},
            "enrolments": [],
        }
    )
    out = folder / "pupils.parquet"
    mapped_files.read_deliveries([(read, [path])], out, folder / "enrolments.parquet", {})
    return io.read_parquet(out)


@pytest.mark.parametrize("name", FORMATS)
@given(rows=ROWS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_table_comes_back_as_it_was_written(tmp_path, name, rows):
    form, suffix, write = FORMATS[name]
    frame = table(rows)
    path = tmp_path / f"made.{suffix}"
    write(frame, path)
    back = read_back(path, form, tmp_path)
    assert back["row"].tolist() == list(range(1, len(frame) + 1))
    pd.testing.assert_frame_equal(back.drop(columns=["file", "row"]), frame)


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_of_several_chunks_comes_back_whole(tmp_path, name):
    form, suffix, write = FORMATS[name]
    n = 400 if suffix == "xlsx" else 60_000
    row = {name: None for name, target in COLUMNS.items() if not target.needed}
    row |= {"pupil_id": "", "cohort": 2022, "school_id": "a", "school_type": "bo"}
    row |= {"test_status": "taken", "parental_education": "hbo"}
    frame = table([row]).loc[np.zeros(n, dtype=int)].reset_index(drop=True)
    frame["pupil_id"] = pd.array([f"{number:08d}" for number in range(n)], dtype=schemas.TEXT)
    path = tmp_path / f"made.{suffix}"
    write(frame, path)
    back = read_back(path, form, tmp_path)
    pd.testing.assert_frame_equal(back.drop(columns=["file", "row"]), frame)
