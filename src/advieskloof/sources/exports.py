"""Pupils written in the forms in which deliveries come, with the mapping that reads them back."""

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
    """A form of delivery: its `format` block in a mapping, and how a table is written in it."""

    block: dict
    write: Callable[[pd.DataFrame, Path], None]


def export(pupils: pd.DataFrame, path: Path, delivery: str) -> Path:
    """Write PUPILS in the form that the path's ending says, and a mapping beside it.

    The mapping has the same name with the ending `.yaml`; its path is returned. Endings: FORMS.

    Raises
    ------
    ConfigError : the ending is none of FORMS; RunError : the place can't be written.
    """
    form = form_of(path)
    with io.whole_file(path) as partial:
        form.write(pupils, partial)
    beside = path.with_suffix(".yaml")
    content = mapping_of(form, delivery)
    io.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), beside)
    return beside


def form_of(path: Path) -> Form:
    """Return the form that a path's ending says; ConfigError where it is none of FORMS."""
    if path.suffix not in FORMS:
        raise ConfigError(
            f"{path} doesn't end in a form that can be written; allowed are {listing(FORMS)}."
        )
    return FORMS[path.suffix]


def mapping_of(form: Form, delivery: str) -> dict:
    """Return the content of the mapping that reads what `export` writes in a form."""
    return {
        "delivery": delivery,
        "format": form.block,
        "missing": [""],
        "other_columns": "refuse",
        "advice_detail": "codes",
        "pupils": {name: {"column": name} for name in targets.of("pupils")},
        "enrolments": [],
    }


def _texts(pupils: pd.DataFrame, decimal: str) -> pd.DataFrame:
    """Return every value as text, missing as ''; floats keep all their digits."""

    def text(column: pd.Series) -> pd.Series:
        shown = column.map(lambda value: "" if pd.isna(value) else str(value))
        is_number = column.dtype.kind == "f"
        return shown.str.replace(".", decimal, regex=False) if is_number else shown

    return pupils.apply(text)


def _write_csv(pupils: pd.DataFrame, path: Path) -> None:
    _texts(pupils, ",").to_csv(path, index=False, sep=";", encoding="cp1252", lineterminator="\r\n")


def _write_fixed_width(pupils: pd.DataFrame, path: Path) -> None:
    texts = _texts(pupils, ",")
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
    def written(pupils: pd.DataFrame, path: Path) -> None:
        # These forms have no missing text; numbers may be missing.
        texts = [name for name, target in targets.of("pupils").items() if target.kind == "text"]
        whole = pupils.astype(dict.fromkeys(texts, object)).fillna(dict.fromkeys(texts, ""))
        write(whole, path)

    return written


FORMS = {
    ".csv": Form(
        {"kind": "csv", "separator": ";", "encoding": "cp1252", "decimal": ","}, _write_csv
    ),
    ".asc": Form(
        {
            "kind": "fixed_width",
            "encoding": "cp1252",
            "decimal": ",",
            "fields": {
                name: [WIDTH * place, WIDTH * (place + 1)]
                for place, name in enumerate(targets.of("pupils"))
            },
        },
        _write_fixed_width,
    ),
    ".parquet": Form(
        {"kind": "parquet"}, lambda pupils, path: pupils.to_parquet(path, index=False)
    ),
    ".sav": Form({"kind": "spss", "values": "codes"}, _write_statistics(pyreadstat.write_sav)),
    ".dta": Form({"kind": "stata", "values": "codes"}, _write_statistics(pyreadstat.write_dta)),
    ".xlsx": Form(
        {"kind": "excel", "sheet": "Sheet1", "decimal": ","},
        lambda pupils, path: pupils.to_excel(path, index=False, engine="openpyxl"),
    ),
}
