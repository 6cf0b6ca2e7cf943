"""Tables written in the forms in which deliveries come, with the mapping that reads them back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyreadstat
import yaml

from advieskloof import io
from advieskloof.errors import ConfigError, DataError, listing
from advieskloof.sources import targets

# Characters of a field in fixed width.
WIDTH = 20


@dataclass(frozen=True)
class Form:
    """A form of delivery: its `format` block in a mapping, and how a table is written in it.

    In fixed width the block lacks `fields`, which follow from the table.
    """

    block: dict
    write: Callable[[pd.DataFrame, Path], None]


def export(rows: pd.DataFrame, path: Path, delivery: str, table: str = "pupils") -> Path:
    """Write PUPILS or ENROLMENTS in the form that the path's ending says, and a mapping beside it.

    The mapping has the same name with the ending `.yaml`; its path is returned. Endings: FORMS.
    `table` is pupils or enrolments.

    Raises
    ------
    ConfigError : the ending is none of FORMS; RunError : the place can't be written.
    """
    form = form_of(path)
    with io.whole_file(path) as partial:
        form.write(rows, partial)
    beside = path.with_suffix(".yaml")
    content = mapping_of(form, delivery, table)
    io.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), beside)
    return beside


def form_of(path: Path) -> Form:
    """Return the form that a path's ending says; ConfigError where it is none of FORMS."""
    if path.suffix not in FORMS:
        raise ConfigError(
            f"{path} doesn't end in a form that can be written; allowed are {listing(FORMS)}."
        )
    return FORMS[path.suffix]


def mapping_of(form: Form, delivery: str, table: str) -> dict:
    """Return the content of the mapping that reads what `export` writes in a form."""
    names = list(targets.of(table))
    rules = {name: {"column": name} for name in names}
    block = dict(form.block)
    if block["kind"] == "fixed_width":
        starts = range(0, WIDTH * len(names), WIDTH)
        block["fields"] = {n: [at, at + WIDTH] for n, at in zip(names, starts, strict=True)}
    of_table = {
        "pupils": {"advice_detail": "codes", "pupils": rules, "enrolments": []},
        "enrolments": {"pupils": {}, "enrolments": [rules]},
    }
    return {
        "delivery": delivery,
        "format": block,
        "missing": [""],
        "other_columns": "refuse",
        **of_table[table],
    }


def _without_flags(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the table with truth values as the texts true and false, missing as ''."""
    words = {True: "true", False: "false"}
    flags = rows.select_dtypes("boolean")
    return rows.assign(
        **{name: flag.astype(object).map(words).fillna("") for name, flag in flags.items()}
    )


def _texts(rows: pd.DataFrame, decimal: str) -> pd.DataFrame:
    """Return every value as text, missing as ''; floats keep all their digits."""

    def text(column: pd.Series) -> pd.Series:
        shown = column.map(lambda value: "" if pd.isna(value) else str(value))
        is_number = column.dtype.kind == "f"
        return shown.str.replace(".", decimal, regex=False) if is_number else shown

    return _without_flags(rows).apply(text)


def _write_csv(rows: pd.DataFrame, path: Path) -> None:
    _texts(rows, ",").to_csv(path, index=False, sep=";", encoding="cp1252", lineterminator="\r\n")


def _write_fixed_width(rows: pd.DataFrame, path: Path) -> None:
    texts = _texts(rows, ",")
    too_long = [name for name, column in texts.items() if (column.str.len() > WIDTH).any()]
    if too_long:
        raise DataError(
            f"column(s) {listing(too_long)} hold values of more than the {WIDTH} characters of a "
            "fixed-width field; export another form."
        )
    fields = [column.str.ljust(WIDTH) for _, column in texts.items()]
    lines = fields[0].str.cat(fields[1:]) + "\r\n"
    path.write_bytes("".join(lines).encode("cp1252"))


def _write_statistics(write: Callable) -> Callable[[pd.DataFrame, Path], None]:
    def written(rows: pd.DataFrame, path: Path) -> None:
        # These forms have no missing text and no missing whole number; numbers may be missing.
        rows = _without_flags(rows)
        texts = list(rows.select_dtypes(["string", "object"]))
        gaps = list(rows.select_dtypes("Int64"))
        whole = rows.astype(dict.fromkeys(texts, object) | dict.fromkeys(gaps, float))
        write(whole.fillna(dict.fromkeys(texts, "")), path)

    return written


FORMS = {
    ".csv": Form(
        {"kind": "csv", "separator": ";", "encoding": "cp1252", "decimal": ","}, _write_csv
    ),
    ".asc": Form({"kind": "fixed_width", "encoding": "cp1252", "decimal": ","}, _write_fixed_width),
    ".parquet": Form({"kind": "parquet"}, lambda rows, path: rows.to_parquet(path, index=False)),
    ".sav": Form({"kind": "spss", "values": "codes"}, _write_statistics(pyreadstat.write_sav)),
    ".dta": Form({"kind": "stata", "values": "codes"}, _write_statistics(pyreadstat.write_dta)),
    ".xlsx": Form(
        {"kind": "excel", "sheet": "Sheet1", "decimal": ","},
        lambda rows, path: _without_flags(rows).to_excel(path, index=False, engine="openpyxl"),
    ),
}
