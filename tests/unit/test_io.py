import errno

import pandas as pd
import pytest

from advieskloof import io
from advieskloof.errors import DataError, RunError

SECRET = "Jansen-123456782"
COLUMNS = ["cohort", "n", "school_id?"]


def delivered(tmp_path, text, separator=",", encoding="utf-8"):
    path = tmp_path / "delivered.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return io.read_delivered_csv(path, COLUMNS, separator, encoding)


def test_a_delivered_csv_gives_columns_of_text_in_the_order_of_the_rows(tmp_path):
    found = delivered(tmp_path, "n,cohort\n007, 2020 \n,2021\n")
    assert found == {"n": ["007", ""], "cohort": ["2020", "2021"]}


@pytest.mark.parametrize(
    ("text", "separator", "encoding"),
    [
        ("cohort;n\n2020;7\n", ";", "utf-8"),
        ("cohort\tn\n2020\t7\n", "\t", "utf-8"),
        ("\ufeffcohort,n\n2020,7\n", ",", "utf-8"),
        ("cohort,n\r\n2020,7\r\n", ",", "utf-8"),
        ("cohort,n\n\n2020,7\n\n", ",", "utf-8"),
        ('"cohort","n"\n"2020","7"\n', ",", "utf-8"),
        ("cohort,n\n2020,7", ",", "cp1252"),
    ],
    ids=["semicolon", "tab", "BOM", "CRLF", "empty lines", "quoted", "cp1252"],
)
def test_the_usual_forms_of_csv_are_read_alike(tmp_path, text, separator, encoding):
    assert delivered(tmp_path, text, separator, encoding) == {"cohort": ["2020"], "n": ["7"]}


def test_a_separator_inside_quotes_is_part_of_the_field(tmp_path):
    found = delivered(tmp_path, 'cohort,n,school_id\n2020,7,"a,b"\n')
    assert found["school_id"] == ["a,b"]


def test_letters_of_cp1252_arrive_whole(tmp_path):
    found = delivered(tmp_path, "cohort,n,school_id\n2020,7,Zoë\n", encoding="cp1252")
    assert found["school_id"] == ["Zoë"]


# What is wrong with a file, its text, and words that the message must hold.
FAULTS = {
    "missing column": (f"cohort,school_id\n2020,{SECRET}\n", ["lacks 1 column(s): n"]),
    "unknown column": (f"cohort,n,shool_id\n2020,7,{SECRET}\n", ["1 column(s)", "school_id"]),
    "unknown column that is a value": (f"cohort,n,{SECRET}\n2020,7,x\n", ["1 column(s)"]),
    "column twice": (f"cohort,n,n\n2020,7,{SECRET}\n", ["twice"]),
    "wrong separator": (f"cohort;n;school_id\n2020;7;{SECRET}\n", ["separator", "','"]),
    "wrong encoding": (f"cohort,n\n2020,{SECRET}é\n".encode("cp1252"), ["isn't utf-8", "cp1252"]),
    "empty": ("", ["is empty"]),
    "only blanks": ("\n \n", ["is empty"]),
    "header only": ("cohort,n\n", ["no rows"]),
    "too many fields": (f"cohort,n\n2020,7\n2020,7,{SECRET}\n", ["1 of 2 rows", "2 fields"]),
    "too few fields": (f"cohort,n,school_id\n2020,{SECRET}\n", ["1 of 1 rows", "3 fields"]),
}


@pytest.mark.parametrize(("text", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_in_a_delivered_csv_is_named_without_a_value(tmp_path, text, words):
    with pytest.raises(DataError) as error:
        delivered(tmp_path, text)
    assert "delivered.csv" in str(error.value)
    assert [word for word in words if word not in str(error.value)] == []
    assert SECRET not in str(error.value)


def test_a_quote_that_never_closes_is_refused_since_it_swallows_rows(tmp_path):
    """Read leniently, the two rows below are one row with a school called 'a⏎2021,8,b'."""
    with pytest.raises(DataError):
        delivered(tmp_path, 'cohort,n,school_id\n2020,7,"a\n2021,8,b\n')


def test_a_field_beyond_all_measure_is_refused_as_a_fault_of_the_file(tmp_path):
    with pytest.raises(DataError):
        delivered(tmp_path, "cohort,n,school_id\n2020,7," + "x" * 200_000 + "\n")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent\.csv can't be read"):
        io.read_delivered_csv(tmp_path / "absent.csv", COLUMNS, ",", "utf-8")


def test_a_written_file_is_whole_and_nothing_lies_beside_it(tmp_path):
    io.write_text("één\n", tmp_path / "new" / "a.txt")
    assert (tmp_path / "new" / "a.txt").read_bytes() == "één\n".encode()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.txt"]


class Stopped(Exception):
    """What a write in these tests stops with."""


def stop_halfway(path, failure):
    with io.whole_file(path) as partial:
        partial.write_text("new, half")
        raise failure


@pytest.mark.parametrize("failure", [Stopped(), OSError(errno.EIO, "x"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_nothing_behind(tmp_path, failure):
    with pytest.raises((Stopped, RunError, KeyboardInterrupt)):
        stop_halfway(tmp_path / "a.txt", failure)
    assert list(tmp_path.iterdir()) == []


def test_the_old_file_stays_when_the_new_write_fails(tmp_path):
    io.write_text("old", tmp_path / "a.txt")
    with pytest.raises(Stopped):
        stop_halfway(tmp_path / "a.txt", Stopped())
    assert (tmp_path / "a.txt").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_called_a_full_disk(tmp_path, monkeypatch, number):
    def full(*_):
        raise OSError(number, "no words that a reader would know")

    monkeypatch.setattr(io.os, "replace", full)
    with pytest.raises(RunError, match=r"a\.txt can't be written: the disk is full\. Free some"):
        io.write_text("x", tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_no_fault_of_the_one_being_written(tmp_path):
    def unreadable():
        try:
            raise OSError(errno.EIO, "x")
        except OSError:
            raise DataError("in.csv can't be read") from None

    with pytest.raises(DataError, match=r"in\.csv can't be read"), io.whole_file(tmp_path / "a"):
        unreadable()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_an_error_in_words(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(RunError, match="can't be written"):
        io.write_text("x", tmp_path / "results" / "a.txt")


def test_a_table_comes_back_from_parquet_as_it_went(tmp_path):
    table = pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "code": ["01", None]})
    io.write_parquet(table, tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(io.read_parquet(tmp_path / "t.parquet"), table)


def test_a_csv_of_ours_keeps_leading_zeros_and_the_word_na(tmp_path):
    io.write_csv(pd.DataFrame({"code": ["01", "NA", None], "n": [1, 2, 3]}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == b"code,n\n01,1\nNA,2\n,3\n"
    assert io.read_csv(tmp_path / "t.csv")["code"].tolist() == ["01", "NA", ""]


def test_equal_json_is_equal_bytes_whatever_the_order_of_keys(tmp_path):
    io.write_json({"b": 1, "a": "é"}, tmp_path / "1.json")
    io.write_json({"a": "é", "b": 1}, tmp_path / "2.json")
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    assert io.read_json(tmp_path / "1.json") == {"a": "é", "b": 1}


def test_a_yaml_key_given_twice_is_refused_where_yaml_would_take_the_last(tmp_path):
    (tmp_path / "c.yaml").write_text("rules:\n  minimum: 10\n  minimum: 1\n")
    with pytest.raises(DataError, match="line 2 gives minimum more than once"):
        io.read_yaml(tmp_path / "c.yaml")


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [("c.yaml", "a: [1\nb: 2\n", io.read_yaml), ("c.json", "{", io.read_json)],
)
def test_a_file_in_no_known_form_is_named(tmp_path, name, text, read):
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=name):
        read(tmp_path / name)


def test_the_checksum_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert io.sha256(tmp_path / "a") == known
