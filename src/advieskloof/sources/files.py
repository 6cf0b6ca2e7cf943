"""Delivered files of any kind as a stream of text columns, in memory that a file can't outgrow.

Every value comes out as text, whatever the kind of file: whole numbers without decimals, missing
as null. What a library says of a file stays inside, because such texts hold values of rows.
"""

import codecs
import csv
import datetime
import math
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pyreadstat

from advieskloof.errors import AdvieskloofError, DataError, listing

ROWS = 50_000
SEPARATORS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "cp1252")
# The reader runs some thirty blocks ahead, so a block is what bounds memory.
_BLOCK = 2 * 2**20
_SAMPLE = 2**20
_UTF8_MARK = codecs.BOM_UTF8
# A character that no line of text holds, so that a line stays whole.
_NEVER = "\x01"

_FIRST_BYTES = {
    b"PK\x03\x04": "excel",
    b"PAR1": "parquet",
    b"$FL2": "spss",
    b"$FL3": "spss",
    b"<stata_dta>": "stata",
    b"\xd0\xcf\x11\xe0": "ole",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Format:
    """How a delivered file is written; what a kind doesn't have keeps its default.

    `fields` holds, for fixed width, the first position (0-based) and the position after the
    last, in characters. `decimal` is the mark in numbers that are written as text.
    """

    kind: str
    separator: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    fields: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    values: str = "codes"
    sheet: str = ""


def chunks(
    path: Path, form: Format, columns: Sequence[str], rows: int = ROWS
) -> Iterator[pa.Table]:
    """Give the named columns of a file as tables of text, at most about `rows` rows each.

    Missing cells, and in SPSS and Stata the user-missing values, are null; an empty field of a
    text file is ''. Columns that aren't named aren't read.

    Raises
    ------
    DataError : the file isn't there, is empty, damaged or of another kind; it has no rows; a
        column is missing or stands twice; records don't fit the header. The text names columns
        and counts, never a value.
    """
    path = Path(path)
    names = header(path, form)
    _check_columns(path, form, names, columns)
    n_rows = 0
    with _in_our_words(path, form):
        for table in _READERS[form.kind](path, form, names, list(columns), rows):
            n_rows += table.num_rows
            yield table
    if not n_rows:
        raise DataError(f"{path} holds a header and no rows; at least one row is needed.")


def header(path: Path, form: Format) -> list[str]:
    """Return the names of a file's columns, trimmed; DataError where it can't be read."""
    path = Path(path)
    with _in_our_words(path, form):
        _check_there(path)
        _check_kind(path, form.kind)
        names = [name.strip() for name in _HEADERS[form.kind](path, form)]
    if not any(names):
        raise DataError(f"{path} has no header; a header row and at least one row are needed.")
    return names


def may_hold_data(path: Path, form: Format, names: Sequence[str]) -> bool:
    """Tell whether a header may hold a pupil's values, so that it can't be shown.

    It may where it holds a number; where a quote, or the loss of the line end behind it, makes it
    go on into the first row, which gives it more fields than the next row.
    """
    if any(re.fullmatch(r"[-+\d.,]+|.*[\r\n].*", name, re.DOTALL) for name in names):
        return True
    return form.kind == "csv" and _n_fields_below(path, form) != len(names)


def shown(
    path: Path, form: Format, names: Sequence[str], some: Sequence[str], wanted: Sequence[str]
) -> str:
    """Return some of a header's names for a message, unless they may be a pupil's values.

    A header that has none of the `wanted` names may be a pupil's row as well.
    """
    if not set(wanted) & set(names) or may_hold_data(path, form, names):
        return "(not shown: the first row may hold a pupil's data)"
    return listing([name for name in some if name], 60)


def kind_by_first_bytes(path: Path) -> str | None:
    """Return the kind that a file's first bytes tell: of `_FIRST_BYTES`, or None for text."""
    _check_there(Path(path))
    with open(path, "rb") as file:
        start = file.read(16)
    kinds = [kind for mark, kind in _FIRST_BYTES.items() if start.startswith(mark)]
    # Stata before release 13 starts with its release number and a byte order of 1 or 2.
    old_stata = len(start) > 1 and 104 <= start[0] <= 115 and start[1] in (1, 2)
    return kinds[0] if kinds else "stata" if old_stata else None


def first_line(path: Path, encoding: str) -> str:
    """Return the first line of a text; what isn't in that encoding becomes a replacement mark."""
    with open(path, encoding=encoding, errors="replace") as file:
        return file.readline(_SAMPLE).rstrip("\n").removeprefix("\ufeff")


def sheets(path: Path) -> list[str]:
    """Return the names of an Excel file's sheets; DataError where it can't be read."""
    with _in_our_words(path, Format("excel")), _quiet(), closing(_workbook(path)) as book:
        return book.sheetnames


def is_utf8(path: Path) -> bool | None:
    """Tell whether the start of a text is UTF-8; None where it is plain ASCII, which fits all."""
    with open(path, "rb") as file:
        sample = file.read(_SAMPLE)
    if sample.isascii():
        return None
    return _continues(codecs.getincrementaldecoder("utf-8")(), sample)


@contextmanager
def _in_our_words(path: Path, form: Format) -> Iterator[None]:
    """Turn any failure of a library into a DataError that holds nothing of the file."""
    try:
        yield
    except (AdvieskloofError, MemoryError):
        raise
    except OSError as error:
        why = error.strerror and f"{error.strerror}; check the path, and that you may read it"
        raise DataError(f"{path} can't be read: {why or _damaged(form)}.") from None
    except Exception as error:
        raise DataError(_unreadable(path, form, error)) from None


def _unreadable(path: Path, form: Format, error: Exception) -> str:
    is_text = form.kind in ("csv", "fixed_width")
    if is_text and (isinstance(error, UnicodeError) or "invalid UTF8" in str(error)):
        return (
            f"{path} isn't {form.encoding}; set format.encoding to what it is "
            f"({' or '.join(ENCODINGS)}), or save the file as {form.encoding}."
        )
    if form.kind == "csv":
        return _unclosed(path)
    return f"{path} can't be read: {_damaged(form)}."


def _damaged(form: Format) -> str:
    return f"it isn't a whole {form.kind} file; it may be cut off or damaged, deliver it again"


def _unclosed(path: Path) -> str:
    return (
        f"{path}: a quoted field isn't closed, or goes on after its closing quote; check the "
        'quotes (a quote inside a field is written twice: "").'
    )


def _check_there(path: Path) -> None:
    if path.is_dir():
        raise DataError(f"{path} is a folder; give the path of a file.")
    if not path.exists():
        raise DataError(f"{path} doesn't exist; check the path and the file's name.")
    if not path.is_file():
        raise DataError(f"{path} isn't a file; give the path of a file.")
    if path.stat().st_size == 0:
        raise DataError(f"{path} is empty; a header row and at least one row are needed.")


def _check_kind(path: Path, kind: str) -> None:
    """Raise DataError where a file's first bytes say that it is of another kind."""
    found = kind_by_first_bytes(path)
    if found == "ole":
        raise DataError(
            f"{path} is protected by a password, or an old .xls; save it as .xlsx without password."
        )
    if found == "utf-16":
        raise DataError(f"{path} is UTF-16 text; save it as {' or '.join(ENCODINGS)}.")
    if kind in ("csv", "fixed_width"):
        if found in ("excel", "parquet", "spss"):
            raise DataError(f"{path} is a file of kind {found}, not {kind}; set format.kind.")
    elif found != kind:
        instead = f"looks like {found}" if found else "is text, cut off or damaged"
        raise DataError(
            f"{path} isn't a file of kind {kind}: it {instead}; set format.kind, or deliver it "
            "again."
        )


def _check_columns(path: Path, form: Format, names: list[str], columns: Sequence[str]) -> None:
    counts = Counter(name for name in names if name)
    twice = sorted(name for name, n in counts.items() if n > 1)
    if twice:
        raise DataError(
            f"{path} has {len(twice)} column name(s) more than once: "
            f"{shown(path, form, names, twice, columns)}; each may stand once."
        )
    missing = [name for name in columns if name not in counts]
    if not missing:
        return
    others = [mark for mark in SEPARATORS if mark != form.separator]
    if form.kind == "csv" and len(names) == 1 and any(mark in names[0] for mark in others):
        raise DataError(
            f"{path}: the header has one column where {len(columns)} are needed, and holds another "
            f"separator than {form.separator!r}; set format.separator to the file's."
        )
    raise DataError(
        f"{path} lacks {len(missing)} column(s) that the mapping names: {listing(missing, 30)}. "
        f"It has {shown(path, form, names, names, columns)}; correct the mapping, or deliver the "
        "column(s)."
    )


# CSV and fixed width ----------------------------------------------------------------------------


def _csv_header(path: Path, form: Format) -> list[str]:
    _check_text(path, form.encoding, _SAMPLE)
    encoding = "utf-8-sig" if form.encoding == "utf-8" else form.encoding
    with open(path, encoding=encoding, newline="") as file:
        return next(csv.reader(file, delimiter=form.separator, strict=True), [])


def _n_fields_below(path: Path, form: Format) -> int:
    """Return how many fields the row below the header has, 0 where it can't be told."""
    with open(path, encoding=form.encoding, errors="replace", newline="") as file:
        rows = csv.reader(file, delimiter=form.separator)
        try:
            return next((len(row) for i, row in enumerate(rows) if i and row), 0)
        except csv.Error:
            return 0


def _check_text(path: Path, encoding: str, length: int | None = None) -> tuple[int, int]:
    """Return how many line ends and quotes a text holds, in its first `length` bytes or all.

    Raises DataError where it isn't text, or can't be in that encoding.
    """
    n_lines = n_quotes = 0
    utf8 = codecs.getincrementaldecoder("utf-8")()
    beyond_ascii, is_utf8_so_far = False, True
    for block in _blocks_of_bytes(path, length):
        if b"\0" in block:
            raise DataError(
                f"{path} isn't text: it holds zero bytes; set format.kind, or deliver it again."
            )
        n_lines += max(block.count(b"\n"), block.count(b"\r"))
        n_quotes += block.count(b'"')
        beyond_ascii = beyond_ascii or not block.isascii()
        is_utf8_so_far = is_utf8_so_far and _continues(utf8, block)
    # A text of cp1252 with letters beyond ASCII is next to never valid UTF-8.
    if encoding != "utf-8" and beyond_ascii and is_utf8_so_far:
        raise DataError(f"{path} is utf-8, not {encoding}; set format.encoding to utf-8.")
    return n_lines, n_quotes


def _blocks_of_bytes(path: Path, length: int | None) -> Iterator[bytes]:
    with open(path, "rb") as file:
        if length:
            yield file.read(length)
            return
        yield from iter(lambda: file.read(_BLOCK), b"")


def _continues(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    """Tell whether a block goes on in the encoding of what the decoder has seen."""
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _csv_chunks(
    path: Path, form: Format, names: list[str], columns: list[str], rows: int
) -> Iterator[pa.Table]:
    n_lines, n_quotes = _check_text(path, form.encoding)
    ragged = Counter()
    n_rows = 0
    reader = _text_reader(path, form, len(names), [names.index(name) for name in columns], ragged)
    with reader:
        for batch in reader:
            n_rows += batch.num_rows
            # Fields have moved in ragged rows: only their number is of use from here on.
            if not ragged:
                yield from _slices(batch, columns, rows)
    n_records = n_rows + ragged.total()
    # Only a file with line ends inside its rows, or with a quote too many, can hold a stray one.
    if n_lines > n_records + 1 or n_quotes % 2:
        _check_quotes(path, form)
    if ragged:
        raise DataError(
            f"{path}: {ragged.total()} of {n_records} rows don't have the header's {len(names)} "
            f"fields; check the separator {form.separator!r} and fields that hold it unquoted."
        )


def _text_reader(
    path: Path, form: Format, n_fields: int, used: list[int], ragged: Counter
) -> pa_csv.CSVStreamingReader:
    """Return a reader of a text's fields by position; rows that don't fit are counted."""

    def count_and_skip(_: object) -> str:
        ragged["rows"] += 1
        return "skip"

    is_csv = form.kind == "csv"
    names = [str(place) for place in used]
    return pa_csv.open_csv(
        path,
        pa_csv.ReadOptions(
            block_size=_BLOCK,
            encoding=form.encoding,
            column_names=[str(place) for place in range(n_fields)],
            skip_rows_after_names=1 if is_csv else 0,
        ),
        pa_csv.ParseOptions(
            delimiter=form.separator if is_csv else _NEVER,
            quote_char='"' if is_csv else False,
            newlines_in_values=is_csv,
            invalid_row_handler=count_and_skip,
        ),
        pa_csv.ConvertOptions(
            include_columns=names, column_types=dict.fromkeys(names, pa.string())
        ),
    )


def _slices(batch: pa.RecordBatch, columns: list[str], rows: int) -> Iterator[pa.Table]:
    table = pa.Table.from_arrays(batch.columns, names=columns)
    for start in range(0, table.num_rows, rows):
        yield table.slice(start, rows)


def _check_quotes(path: Path, form: Format) -> None:
    """Raise DataError where a stray quote has swallowed line ends, and so rows.

    The fast reader takes such a field as it comes; this reads the file again, strictly.
    """
    try:
        with open(path, encoding=form.encoding, newline="") as file:
            for _ in csv.reader(file, delimiter=form.separator, strict=True):
                pass
    except csv.Error:
        raise DataError(_unclosed(path)) from None


def _fixed_width_header(path: Path, form: Format) -> list[str]:
    _check_text(path, form.encoding, _SAMPLE)
    return list(form.fields)


def _fixed_width_chunks(
    path: Path, form: Format, names: list[str], columns: list[str], rows: int
) -> Iterator[pa.Table]:
    _check_text(path, form.encoding)
    needed = max(form.fields[name][1] for name in columns)
    odd: Counter = Counter()
    short = n_rows = 0
    with _text_reader(path, form, 1, [0], odd) as reader:
        for batch in reader:
            lines = batch.column(0)
            n_rows += len(lines)
            short += pc.sum(pc.less(pc.utf8_length(lines), needed)).as_py() or 0
            if not (short or odd):
                fields = [pc.utf8_slice_codeunits(lines, *form.fields[name]) for name in columns]
                yield from _slices(pa.RecordBatch.from_arrays(fields, columns), columns, rows)
    if short or odd:
        raise DataError(
            f"{path}: {short + odd.total()} of {n_rows + odd.total()} lines are shorter than the "
            f"{needed} characters that the mapping's fields need, or hold control characters; "
            "check format.fields, and that the file isn't cut off."
        )


# Parquet ----------------------------------------------------------------------------------------

_PLAIN = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_null,
)


def _parquet_header(path: Path, form: Format) -> list[str]:
    with pq.ParquetFile(path) as file:
        return file.schema_arrow.names


def _parquet_chunks(
    path: Path, form: Format, names: list[str], columns: list[str], rows: int
) -> Iterator[pa.Table]:
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        # The header's names are trimmed, and these are the file's own.
        own = [file.schema_arrow.names[names.index(name)] for name in columns]
        for batch in file.iter_batches(batch_size=rows, columns=own):
            texts = [_column_texts(path, name, batch.column(name)) for name in own]
            yield pa.Table.from_arrays(texts, names=columns)


def _column_texts(path: Path, name: str, values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    is_plain = any(is_kind(values.type) for is_kind in _PLAIN)
    if not is_plain:
        raise DataError(
            f"{path}: column {name} holds {values.type}; texts, numbers or booleans are allowed. "
            "Deliver it so, or leave it out of the mapping."
        )
    if pa.types.is_floating(values.type):
        return _number_texts(values)
    texts = values.cast(pa.string())
    # Nothing else looks whether a damaged page still holds text.
    texts.validate(full=True)
    return texts


def _number_texts(numbers: pa.Array) -> pa.Array:
    """Return numbers as their shortest text; a whole number has no decimals, NaN is null."""
    # Arrow writes 1e+10, which an id that is stored as a number mustn't become.
    whole = pc.and_(pc.equal(numbers, pc.floor(numbers)), pc.less(pc.abs(numbers), 2.0**53))
    wholes = pc.if_else(whole, numbers, 0).cast(pa.int64()).cast(pa.string())
    texts = pc.if_else(pc.is_nan(numbers), None, numbers.cast(pa.string()))
    return pc.if_else(whole, wholes, texts)


# SPSS and Stata ---------------------------------------------------------------------------------

_STATISTICS = {"spss": pyreadstat.read_sav, "stata": pyreadstat.read_dta}


def _statistics_header(path: Path, form: Format) -> list[str]:
    _, about = _STATISTICS[form.kind](str(path), metadataonly=True)
    return list(about.column_names)


def _statistics_chunks(
    path: Path, form: Format, names: list[str], columns: list[str], rows: int
) -> Iterator[pa.Table]:
    read = _STATISTICS[form.kind]
    _, about = read(str(path), metadataonly=True)
    labels = about.variable_value_labels if form.values == "labels" else {}
    n_rows = 0
    while about.number_rows is None or about.number_rows < 0 or n_rows < about.number_rows:
        values, _ = read(
            str(path), usecols=columns, row_offset=n_rows, row_limit=rows, output_format="dict"
        )
        n_read = len(values[columns[0]])
        if not n_read:
            break
        n_rows += n_read
        _check_no_dates(path, values)
        texts = [_statistics_texts(values[name], labels.get(name, {})) for name in columns]
        yield pa.Table.from_arrays(texts, names=columns)
    if n_rows < (about.number_rows or 0):
        raise DataError(f"{path} ends after {n_rows} of {about.number_rows} rows: {_damaged(form)}")


def _check_no_dates(path: Path, values: Mapping[str, list]) -> None:
    dates = _dates(list(values), list(values.values()))
    if dates:
        raise DataError(
            f"{path}: column(s) {listing(dates)} hold dates; texts or numbers are allowed. Deliver "
            "them so, or leave them out of the mapping."
        )


def _statistics_texts(values: list, labels: Mapping[object, str]) -> pa.Array:
    if labels:
        values = [labels.get(value, value) for value in values]
    kinds = set(map(type, values)) - {type(None)}
    if kinds == {str}:
        return pa.array(values, pa.string())
    if kinds <= {float, int}:
        return _number_texts(pa.array(values, pa.float64()))
    return pa.array([_cell_text(value, ".") for value in values], pa.string())


# Excel ------------------------------------------------------------------------------------------


def _workbook(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path, read_only=True, data_only=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what openpyxl warns of: styles, and cells with their values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _sheet_rows(path: Path, form: Format) -> Iterator[Iterator[tuple]]:
    with _quiet(), closing(_workbook(path)) as book:
        if form.sheet not in book.sheetnames:
            raise DataError(
                f"{path} has no sheet {form.sheet!r}; it has {listing(book.sheetnames)}. Set "
                "format.sheet."
            )
        sheet = book[form.sheet]
        # The size that some programs write is wrong, and would cut rows off.
        sheet.reset_dimensions()
        yield sheet.iter_rows(values_only=True)


def _excel_header(path: Path, form: Format) -> list[str]:
    with _sheet_rows(path, form) as rows:
        cells = [_cell_text(value, ".") or "" for value in next(rows, ())]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _excel_chunks(
    path: Path, form: Format, names: list[str], columns: list[str], rows: int
) -> Iterator[pa.Table]:
    places = [names.index(name) for name in columns]
    dates: Counter = Counter()
    with _sheet_rows(path, form) as records:
        next(records)
        for block in _blocks(records, rows):
            cells = [[row[i] if i < len(row) else None for row in block] for i in places]
            dates += _dates(columns, cells)
            if not dates:
                texts = [pa.array([_cell_text(v, form.decimal) for v in c]) for c in cells]
                texts = [text.cast(pa.string()) for text in texts]
                yield pa.Table.from_arrays(texts, names=columns)
    if dates:
        counts = [f"{n} value(s) of column {name}" for name, n in sorted(dates.items())]
        raise DataError(
            f"{path}: Excel turned {listing(counts)} into dates; give these columns the format "
            "Text, enter the values again, or deliver CSV."
        )


def _blocks(records: Iterator[tuple], rows: int) -> Iterator[list[tuple]]:
    """Give rows of cells in lists of at most `rows`, empty rows left out."""
    block = []
    for row in records:
        if any(value is not None for value in row):
            block.append(row)
        if len(block) == rows:
            yield block
            block = []
    if block:
        yield block


def _dates(columns: list[str], cells: list[list]) -> Counter:
    kinds = (datetime.date, datetime.time, datetime.timedelta)
    counts = (sum(isinstance(value, kinds) for value in column) for column in cells)
    return Counter({name: n for name, n in zip(columns, counts, strict=True) if n})


def _cell_text(value: object, decimal: str) -> str | None:
    """Return a cell's value as text; a number bears the decimal mark of the delivery's texts."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case float() if math.isnan(value):
            return None
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return repr(value).replace(".", decimal)
        case _:
            return str(value)


_Header = Callable[[Path, Format], list[str]]
_Chunks = Callable[[Path, Format, list[str], list[str], int], Iterator[pa.Table]]
_HEADERS: dict[str, _Header] = {
    "csv": _csv_header,
    "fixed_width": _fixed_width_header,
    "parquet": _parquet_header,
    "spss": _statistics_header,
    "stata": _statistics_header,
    "excel": _excel_header,
}
_READERS: dict[str, _Chunks] = {
    "csv": _csv_chunks,
    "fixed_width": _fixed_width_chunks,
    "parquet": _parquet_chunks,
    "spss": _statistics_chunks,
    "stata": _statistics_chunks,
    "excel": _excel_chunks,
}
KINDS = tuple(_READERS)
