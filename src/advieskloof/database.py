"""DuckDB for passes over pupil rows, with bounded memory and its spills in one private folder."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from advieskloof.errors import RunError

MEMORY = "512MB"


@contextmanager
def spill_folder(spill: Path) -> Iterator[Path]:
    """Give a folder of one's own under `spill`; gone at the end, as is `spill` once nobody uses it.

    Jobs at once share `spill`.
    """
    folder = _made_under(Path(spill))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            Path(spill).rmdir()


def _made_under(spill: Path) -> Path:
    while True:
        # Others may remove it, and make it again, between these lines and within the first.
        try:
            spill.mkdir(parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(dir=spill))
        except FileNotFoundError:
            pass
        except FileExistsError:
            if spill.exists() and not spill.is_dir():
                raise


@contextmanager
def connection(
    spill: Path, memory: str = MEMORY, threads: int = 2
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a DuckDB connection without a file that holds at most `memory` and spills under `spill`.

    What was spilled is removed at the end, and so is `spill` itself once nobody uses it.
    Raises RunError where DuckDB stops; its own text may hold values of rows and is withheld.
    """
    settings = {"memory_limit": memory, "threads": threads, "autoinstall_known_extensions": False}
    with spill_folder(spill) as folder:
        try:
            with duckdb.connect(config={**settings, "temp_directory": str(folder)}) as base:
                yield base
        except duckdb.Error as error:
            raise RunError(_in_words(error, memory)) from None


def _in_words(error: duckdb.Error, memory: str) -> str:
    if "No space left" in str(error) or "max_temp_directory_size" in str(error):
        return "DuckDB can't write what it spills: the disk is full. Free some space and run again."
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"DuckDB needs more memory than the {memory} that it may use, spilling included."
    return (
        f"DuckDB stopped with {type(error).__name__}: a slip in the program, or a table of "
        "results/private/ that isn't whole. Its text is withheld since it may hold values of rows."
    )


def text(value: object) -> str:
    """Return a text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def texts(values: object) -> str:
    """Return texts as an SQL list in brackets for IN; of nothing, a list that holds no text."""
    return "(" + (", ".join(text(value) for value in values) or "NULL") + ")"
