from concurrent.futures import ThreadPoolExecutor

import pytest

from advieskloof.database import connection, spill_folder, text, texts
from advieskloof.errors import RunError

SECRET = "Jansen-123456782"


def refused(folder, query, memory="512MB"):
    with pytest.raises(RunError) as caught, connection(folder, memory) as base:
        base.execute(query).fetchall()
    assert caught.value.__suppress_context__
    assert SECRET not in str(caught.value)
    assert not folder.exists()
    return str(caught.value)


def test_a_query_spills_into_its_folder_which_is_gone_at_the_end(tmp_path):
    folder = tmp_path / "private" / "tmp"
    with connection(folder, "50MB") as base:
        base.execute("CREATE TABLE t AS SELECT range AS a, random() AS b FROM range(8000000)")
        assert [path for path in folder.rglob("*") if path.is_file()]
    assert not folder.exists()


def test_a_folder_that_another_connection_uses_stays(tmp_path):
    with connection(tmp_path / "tmp"):
        with connection(tmp_path / "tmp"):
            pass
        assert (tmp_path / "tmp").exists()
    assert not (tmp_path / "tmp").exists()


def test_jobs_at_once_can_share_the_spill_folder(tmp_path):
    def use(_):
        for _ in range(200):
            with spill_folder(tmp_path / "tmp") as folder:
                assert folder.is_dir()

    with ThreadPoolExecutor(4) as jobs:
        list(jobs.map(use, range(4)))
    assert not (tmp_path / "tmp").exists()


def test_what_the_database_says_is_withheld(tmp_path):
    message = refused(tmp_path / "tmp", f"SELECT CAST('{SECRET}' AS INTEGER)")
    assert message.startswith("DuckDB stopped with ConversionException: a slip in the program")


def test_too_little_memory_is_said_as_such(tmp_path):
    query = "SELECT list(range) FROM range(30000000)"
    assert "more memory than the 50MB" in refused(tmp_path / "tmp", query, "50MB")


def test_texts_are_quoted(tmp_path):
    names = ["it's", 'a "b"', "x'; DROP TABLE t"]
    with connection(tmp_path / "tmp") as base:
        assert base.execute(f"SELECT {', '.join(map(text, names))}").fetchone() == tuple(names)
        assert base.execute(f"SELECT {text(names[0])} IN {texts(names)}").fetchone() == (True,)
        assert base.execute(f"SELECT 'a' IN {texts([])}").fetchone() == (None,)
