"""The only module that opens our own files: package data in, tables and texts in and out.

Every write goes to a neighbour with the ending `.partial` that then takes the file's name,
so that a file is whole or absent.
"""

import csv
import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path

import pandas as pd
import yaml

from advieskloof.errors import AdvieskloofError, DataError, RunError, listing

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parents[1]
PARTIAL = ".partial"


def package_file(name: str) -> Path:
    """Return the path of a file that ships in the package, such as 'reference/regimes.csv'.

    Name the file literally: that is how a rule learns which package files it rests on
    (`advieskloof.dependencies`).
    """
    return PACKAGE / name


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_text(path: Path) -> str:
    """Return a UTF-8 text file of ours."""
    return Path(path).read_text(encoding="utf-8")


def read_json(path: Path) -> object:
    """Return the content of a JSON file; raise DataError where it isn't JSON."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError:
        raise DataError(f"{path} isn't readable as JSON.") from None


class _OneKeyOnce(yaml.SafeLoader):
    """A YAML loader that refuses a key given twice, where YAML itself takes the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            line = node.start_mark.line + 1
            raise DataError(f"the block at line {line} gives {listing(twice)} more than once")
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> object:
    """Return the content of a YAML file; raise DataError where it can't be read as such."""
    text = read_delivered_text(path, "utf-8")
    try:
        return yaml.load(text, Loader=_OneKeyOnce)
    except DataError as error:
        raise DataError(f"{path}: {error}; each key may stand once.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise DataError(f"{path} isn't valid YAML{where}; check indentation and colons.") from None


def read_delivered_text(path: Path, encoding: str) -> str:
    """Return the text of a file that someone else made, without a byte-order mark.

    Raises DataError where it isn't there, is empty, or isn't in that encoding.
    """
    try:
        text = Path(path).read_text(encoding=encoding)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}: byte {error.start} isn't {encoding}; save the file as utf-8. A delivery may "
            "also be cp1252, if its config says so."
        ) from None
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}.") from None
    if not text.strip():
        raise DataError(f"{path} is empty.")
    if encoding == "cp1252" and text.startswith("\u00ef\u00bb\u00bf"):
        raise DataError(f"{path} begins as utf-8 does, not as cp1252: say so in the config.")
    return text.removeprefix("\ufeff")


def read_delivered_csv(path: Path, columns: list[str], separator: str, encoding: str) -> dict:
    """Return the columns of a delivered CSV as lists of text; empty fields stay ''.

    Parameters
    ----------
    columns : the columns that must be there; others are refused, so that a misspelt optional
        column can't go unnoticed. A name that ends in '?' may be absent.

    Raises
    ------
    DataError : file absent, empty or in another encoding; wrong separator; columns missing,
        unknown or double; rows with more or fewer fields than the header.
    """
    text = read_delivered_text(path, encoding)
    try:
        header, *rows = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    except csv.Error:
        raise DataError(
            f"{path}: a quoted field isn't closed, or is too long; check the quotes."
        ) from None
    _check_header(path, header, columns, separator)
    rows = [row for row in rows if row]
    if not rows:
        raise DataError(f"{path} holds a header and no rows; at least one row is needed.")
    ragged = sum(len(row) != len(header) for row in rows)
    if ragged:
        raise DataError(
            f"{path}: {ragged} of {len(rows)} rows don't have the header's {len(header)} fields; "
            f"check the separator {separator!r} and fields that hold it unquoted."
        )
    return {name: [row[i].strip() for row in rows] for i, name in enumerate(header)}


def _check_header(path: Path, header: list[str], columns: list[str], separator: str) -> None:
    needed = [name for name in columns if not name.endswith("?")]
    allowed = {name.removesuffix("?") for name in columns}
    missing = [name for name in needed if name not in header]
    if len(header) == 1 and any(mark in header[0] for mark in ",;\t|" if mark != separator):
        raise DataError(
            f"{path}: the header has one column where {len(needed)} are needed, and holds another "
            f"separator than {separator!r}; name the file's separator in the config."
        )
    if missing:
        raise DataError(
            f"{path} lacks {len(missing)} column(s): {listing(missing)}. Allowed are "
            f"{listing(sorted(allowed), 30)}; add or rename the columns."
        )
    unknown = sum(name not in allowed for name in header)
    if unknown:
        raise DataError(
            f"{path} has {unknown} column(s) that aren't known here; allowed are "
            f"{listing(sorted(allowed), 30)}. Remove or rename the others."
        )
    if len(set(header)) < len(header):
        raise DataError(f"{path} has a column name twice; each may stand once.")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to that becomes `path` when the block ends well, and else vanishes.

    Raises RunError where the disk is full or the place can't be written.
    """
    path = Path(path)
    partial = path.with_name(path.name + PARTIAL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        os.replace(partial, path)
    except Exception as error:
        cause = _os_error_behind(error)
        if cause is None:
            raise
        raise RunError(cannot_write(path, cause)) from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _os_error_behind(error: BaseException | None) -> OSError | None:
    """Return the system's error that led to another: libraries stumble when a disk is full.

    None where an error of ours stands between them: that one says what is wrong, and a file that
    can't be read while another is written is no fault of the other.
    """
    while error is not None and not isinstance(error, OSError | AdvieskloofError):
        error = error.__context__
    return error if isinstance(error, OSError) else None


def cannot_write(path: Path, error: OSError) -> str:
    """Return what stopped a write and what to do about it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{path} can't be written: the disk is full. Free some space and run again."
    return f"{path} can't be written: {error.strerror or type(error).__name__}."


def write_text(text: str, path: Path) -> None:
    """Write a text as UTF-8 with line feeds."""
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file of ours that is no text, such as a spreadsheet."""
    with whole_file(path) as partial:
        partial.write_bytes(content)


def write_json(content: object, path: Path) -> None:
    """Write JSON with sorted keys and a fixed layout, so that equal content is equal bytes."""
    write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", path)


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet."""
    with whole_file(path) as partial:
        table.to_parquet(partial, index=False)


def read_parquet(path: Path) -> pd.DataFrame:
    """Return a table of ours from Parquet."""
    return pd.read_parquet(path)


def read_cohort(path: Path, cohort: int) -> pd.DataFrame:
    """Return the rows of one cohort of a table of ours in Parquet; only these take memory."""
    return pd.read_parquet(path, filters=[("cohort", "==", cohort)])


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as comma-separated UTF-8 with a point as decimal mark; empty means missing."""
    with whole_file(path) as partial:
        table.to_csv(partial, index=False, lineterminator="\n")


def read_csv(path: Path) -> pd.DataFrame:
    """Return a CSV of ours with every column as text; empty fields stay ''."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
