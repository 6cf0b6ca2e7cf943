import datetime
import warnings
import zipfile

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from advieskloof.errors import DataError
from advieskloof.sources import files
from advieskloof.sources.files import Format

SECRET = "Jansen123456782"
CSV = Format("csv", separator=";")
CP1252 = Format("csv", separator=";", encoding="cp1252", decimal=",")
FIXED = Format("fixed_width", encoding="cp1252", fields={"id": (0, 4), "code": (4, 6)})
PARQUET = Format("parquet")
SPSS = Format("spss")
STATA = Format("stata")
EXCEL = Format("excel", sheet="Blad1", decimal=",")


def written(tmp_path, content, name="file"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def read(path, form, columns, **options):
    tables = list(files.chunks(path, form, columns, **options))
    assert all(type_ == pa.string() for table in tables for type_ in table.schema.types)
    return {name: [v for t in tables for v in t[name].to_pylist()] for name in columns}


def refusal(path, form, *columns):
    with pytest.raises(DataError) as caught:
        read(path, form, list(columns) or ["id"])
    message = str(caught.value)
    assert SECRET not in message
    assert "Jansen" not in message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return message


def workbook(tmp_path, rows, sheet="Blad1"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "file.xlsx")
    return tmp_path / "file.xlsx"


# What is read -----------------------------------------------------------------------------------


def test_a_csv_gives_the_named_columns_in_the_order_asked(tmp_path):
    path = written(tmp_path, "id;x;code\n1;a;01\n2;b;\n")
    assert read(path, CSV, ["code", "id"]) == {"code": ["01", ""], "id": ["1", "2"]}


@pytest.mark.parametrize("mark", files.SEPARATORS)
def test_any_separator_is_read(tmp_path, mark):
    path = written(tmp_path, f"id{mark}code\n1{mark}01\n")
    assert read(path, Format("csv", separator=mark), ["id", "code"]) == {
        "id": ["1"],
        "code": ["01"],
    }


@pytest.mark.parametrize("start", ["id", '"id"'])
def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path, start):
    path = written(tmp_path, b"\xef\xbb\xbf" + f"{start};code\r\n1;01\r\n".encode())
    assert read(path, CSV, ["id"]) == {"id": ["1"]}


def test_cp1252_is_read_as_such(tmp_path):
    path = written(tmp_path, "id;naam\n1;Zoë €\n".encode("cp1252"))
    assert read(path, CP1252, ["naam"]) == {"naam": ["Zoë €"]}


def test_quoted_line_ends_separators_and_quotes_are_text(tmp_path):
    path = written(tmp_path, 'id;"na\nam";code\n1;"a\nb;""c""";01\n2;d;02\n')
    assert read(path, CSV, ["na\nam", "code"]) == {
        "na\nam": ['a\nb;"c"', "d"],
        "code": ["01", "02"],
    }


def test_empty_lines_are_no_records(tmp_path):
    assert read(written(tmp_path, "id;x\n\n1;a\n\n"), CSV, ["id"]) == {"id": ["1"]}


def test_chunks_hold_no_more_rows_than_asked(tmp_path):
    path = written(tmp_path, "id;x\n" + "1;2\n" * 25)
    sizes = [table.num_rows for table in files.chunks(path, CSV, ["id"], rows=10)]
    assert sizes == [10, 10, 5]


def test_a_file_longer_than_a_block_is_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_BLOCK", 64)
    ids = [str(number) for number in range(500)]
    path = written(tmp_path, "id;x\n" + "".join(f"{i};é\n" for i in ids))
    assert read(path, CSV, ["id"]) == {"id": ids}


def test_fixed_width_is_cut_by_characters(tmp_path):
    path = written(tmp_path, 'é1  01x\r\nab;"02x\r\n'.encode("cp1252"))
    assert read(path, FIXED, ["code", "id"]) == {"code": ["01", "02"], "id": ["é1  ", 'ab;"']}


def test_parquet_numbers_become_text_without_needless_decimals(tmp_path):
    table = pa.table(
        {
            "whole": pa.array([1, None], pa.int32()),
            "number": [2.0, float("nan")],
            "fraction": pa.array([0.1, 538.5], pa.float32()),
            "flag": [True, None],
            "coded": pa.array(["a", "b"]).dictionary_encode(),
        }
    )
    pq.write_table(table, tmp_path / "f.parquet")
    assert read(tmp_path / "f.parquet", PARQUET, table.column_names) == {
        "whole": ["1", None],
        "number": ["2", None],
        "fraction": ["0.1", "538.5"],
        "flag": ["true", None],
        "coded": ["a", "b"],
    }


STATISTICS = pd.DataFrame({"id": ["01", "02", ""], "score": [538.5, 9.0, None], "sex": [1.0, 2, 9]})


def spss(tmp_path, **options):
    path = tmp_path / "f.sav"
    pyreadstat.write_sav(STATISTICS, path, **options)
    return path


@pytest.mark.parametrize("compressed", [False, True])
def test_spss_numbers_and_user_missing_values(tmp_path, compressed):
    path = spss(tmp_path, missing_ranges={"sex": [9.0], "id": ["02"]}, compress=compressed)
    assert read(path, SPSS, ["id", "score", "sex"]) == {
        "id": ["01", None, ""],
        "score": ["538.5", "9", None],
        "sex": ["1", "2", None],
    }


def test_spss_value_labels_replace_codes_only_when_asked(tmp_path):
    path = spss(tmp_path, variable_value_labels={"sex": {1: "jongen", 2: "meisje"}})
    assert read(path, SPSS, ["sex"]) == {"sex": ["1", "2", "9"]}
    labelled = Format("spss", values="labels")
    assert read(path, labelled, ["sex"]) == {"sex": ["jongen", "meisje", "9"]}


def test_spss_is_read_in_chunks(tmp_path):
    tables = list(files.chunks(spss(tmp_path), SPSS, ["sex"], rows=2))
    assert [table["sex"].to_pylist() for table in tables] == [["1", "2"], ["9"]]


def test_stata_numbers_and_own_missing_values(tmp_path):
    path = tmp_path / "f.dta"
    frame = STATISTICS.astype({"sex": object})
    frame.loc[2, "sex"] = "a"
    pyreadstat.write_dta(frame, path, missing_user_values={"sex": ["a"]})
    assert read(path, STATA, ["id", "score", "sex"]) == {
        "id": ["01", "02", ""],
        "score": ["538.5", "9", None],
        "sex": ["1", "2", None],
    }


def test_excel_cells_become_text_in_the_decimals_of_the_delivery(tmp_path):
    path = workbook(
        tmp_path, [["id", "code", "score", None], ["01", 20, 538.5, None], [None, 20.0, 7, True]]
    )
    assert read(path, EXCEL, ["id", "code", "score"]) == {
        "id": ["01", None],
        "code": ["20", "20"],
        "score": ["538,5", "7"],
    }


def test_empty_excel_rows_are_no_records(tmp_path):
    path = workbook(tmp_path, [["id"], ["1"], [None], ["2"], [None]])
    assert read(path, EXCEL, ["id"]) == {"id": ["1", "2"]}


def test_a_header_is_trimmed(tmp_path):
    assert files.header(written(tmp_path, " id ;code\n1;2\n"), CSV) == ["id", "code"]


# What is refused, beside the matrix of test_bad_deliveries.py -------------------------------------


@pytest.mark.parametrize("content", ["\n\n", "   \n"])
def test_blank_text_is_refused(tmp_path, content):
    assert "has no header" in refusal(written(tmp_path, content), CSV)


HEADERS = {
    "a number": f"id;20;x\n{SECRET};1;2\n",
    "no name that is asked for": f"{SECRET};a\n{SECRET};b\n",
    "a quote that swallows a row": f'id;"x\n{SECRET};a"\nb;c\n',
    "a lost line end": f"id;x{SECRET};a\nb;c\n",
    "a lost line end before the last row": f"id;x{SECRET};a",
    "a line end that became a separator": f"id;x;{SECRET};a\nb;c\n",
}


@pytest.mark.parametrize("text", HEADERS.values(), ids=HEADERS.keys())
def test_a_header_that_may_hold_a_pupils_values_is_not_shown(tmp_path, text):
    path = written(tmp_path, text)
    assert "(not shown: the first row may hold a pupil's data)" in refusal(path, CSV, "code")
    names = files.header(path, CSV)
    assert SECRET not in files.shown(path, CSV, names, names, ["id", "code"])


def test_cp1252_has_bytes_that_mean_nothing(tmp_path):
    path = written(tmp_path, b"id;naam\n1;\x81" + SECRET.encode())
    assert "isn't cp1252" in refusal(path, CP1252, "naam")


@pytest.mark.parametrize(("form", "line"), [(CP1252, "1;a\n"), (FIXED, "1   20\n")])
@pytest.mark.parametrize(
    ("end", "words"), [("é   20\n", "is utf-8, not cp1252"), ("\0\n", "holds zero bytes")]
)
def test_the_whole_of_a_text_is_looked_at(tmp_path, monkeypatch, form, line, end, words):
    monkeypatch.setattr(files, "_SAMPLE", 50)
    monkeypatch.setattr(files, "_BLOCK", 64)
    header = "id;code\n" if form is CP1252 else ""
    path = written(tmp_path, header + line * 100 + end)
    assert words in refusal(path, form, "id")


def test_a_file_that_may_not_be_read_is_told_as_such(tmp_path, monkeypatch):
    def denied(*_, **__):
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, "id;code\n1;2\n")
    monkeypatch.setattr("builtins.open", denied)
    assert "can't be read: Permission denied; check the path" in refusal(path, CSV)


@pytest.mark.parametrize(
    "rows",
    [
        f'1;"{SECRET}\n2;b\n3;c\n',
        f'1;a\n2;b\n3;"{SECRET}\n',
        f'1;"{SECRET}\n2;"b\n3;c\n',
        f'1;"{SECRET}\n2;"b"\n3;c\n',
    ],
)
def test_a_quote_that_swallows_rows_is_refused(tmp_path, rows):
    message = refusal(written(tmp_path, "id;code\n" + rows), CSV, "id", "code")
    assert "a quoted field isn't closed" in message


def test_a_quote_inside_a_field_is_text(tmp_path):
    path = written(tmp_path, 'id;code\n1;5" pijp\n2;b')
    assert read(path, CSV, ["code"]) == {"code": ['5" pijp', "b"]}


def test_a_cut_off_parquet_file_is_refused(tmp_path):
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"id": [SECRET] * 1000}), path)
    content = path.read_bytes()
    assert "isn't a whole parquet file" in refusal(written(tmp_path, content[:-3]), PARQUET)


NO_TEXTS = {
    "list": pa.array([[SECRET]]),
    "binary": pa.array([SECRET.encode()]),
    "large_binary": pa.array([SECRET.encode()], pa.large_binary()),
    "fixed_size_binary": pa.array([SECRET.encode()], pa.binary(len(SECRET))),
    "duration": pa.array([datetime.timedelta(4711)]),
    "time64": pa.array([datetime.time(4, 7)]),
    "timestamp": pa.array([datetime.datetime(1987, 6, 5)]),
}


@pytest.mark.parametrize(("kind", "values"), NO_TEXTS.items())
def test_parquet_columns_that_are_no_text_number_or_boolean_are_refused(tmp_path, kind, values):
    pq.write_table(pa.table({"id": values}), tmp_path / "f.parquet")
    message = refusal(tmp_path / "f.parquet", PARQUET)
    assert f"column id holds {kind}" in message
    assert "1987" not in message


def test_parquet_texts_that_are_no_utf8_are_refused(tmp_path):
    buffers = pa.array([SECRET]).buffers()
    damaged = pa.py_buffer(b"\xff" + buffers[2].to_pybytes()[1:])
    values = pa.StringArray.from_buffers(1, buffers[1], damaged)
    pq.write_table(pa.table({"id": values}), tmp_path / "f.parquet")
    assert "isn't a whole parquet file" in refusal(tmp_path / "f.parquet", PARQUET)


@pytest.mark.parametrize("suffix", ["sav", "dta"])
def test_a_cut_off_statistics_file_is_refused(tmp_path, suffix):
    path = tmp_path / f"f.{suffix}"
    frame = pd.DataFrame({"id": [SECRET + str(i) for i in range(5000)], "x": range(5000)})
    getattr(pyreadstat, f"write_{suffix}")(frame, path)
    content = path.read_bytes()
    form = {"sav": SPSS, "dta": STATA}[suffix]
    message = refusal(written(tmp_path, content[:200]), form)
    assert f"isn't a whole {form.kind} file" in message


def test_a_damaged_excel_file_is_refused(tmp_path):
    content = workbook(tmp_path, [["id"], [SECRET]]).read_bytes()
    assert "isn't a whole excel file" in refusal(written(tmp_path, content[:100]), EXCEL)
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("a.txt", SECRET)
    assert "isn't a whole excel file" in refusal(tmp_path / "other.xlsx", EXCEL)


def test_cells_that_excel_turned_into_dates_are_counted(tmp_path):
    day = datetime.date(1987, 6, 5)
    rows = [["id", "code", "geboren"], [day, "20", day], ["2", "20", day], [day, day, day]]
    message = refusal(workbook(tmp_path, rows), EXCEL, "id", "code")
    assert "Excel turned 1 value(s) of column code, 2 value(s) of column id into dates" in message
    assert read(workbook(tmp_path, rows[:1] + rows[2:3]), EXCEL, ["id"]) == {"id": ["2"]}


NUMBERS = [12345678901.0, 1e10, 2.0**53 - 1, 1e-7, 0.5, -0.0, None]
TEXTS = ["12345678901", "10000000000", "9007199254740991", "1e-7", "0.5", "0", None]


def test_numbers_of_many_digits_are_written_in_full(tmp_path):
    frame = pd.DataFrame({"a": NUMBERS})
    frame.to_parquet(tmp_path / "p.parquet")
    pyreadstat.write_sav(frame, tmp_path / "p.sav")
    for name, kind in (("p.parquet", "parquet"), ("p.sav", "spss")):
        (table,) = files.chunks(tmp_path / name, files.Format(kind), ["a"])
        assert table["a"].to_pylist() == TEXTS


def test_a_parquet_column_is_found_by_its_trimmed_name(tmp_path):
    pd.DataFrame({" a ": ["x"], "b": ["y"]}).to_parquet(tmp_path / "p.parquet")
    (table,) = files.chunks(tmp_path / "p.parquet", files.Format("parquet"), ["b", "a"])
    assert table.to_pydict() == {"b": ["y"], "a": ["x"]}


def test_what_openpyxl_warns_of_a_cell_is_kept_back(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.active.append([123456782])
    book.active["A2"].number_format = "yyyy-mm-dd"
    book.save(tmp_path / "p.xlsx")
    form = Format("excel", sheet=book.active.title)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (table,) = files.chunks(tmp_path / "p.xlsx", form, ["a"])
    assert not [str(warning.message) for warning in caught if "123456782" in str(warning.message)]
    assert table["a"].to_pylist() == ["#VALUE!"]
