"""A small good delivery of made-up pupils, in any kind of file, to be harmed and read."""

import csv
import io as texts
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
from selections import TABLES, Selection

from advieskloof.cohort import Inclusion
from advieskloof.errors import AdvieskloofError
from advieskloof.sources import mapped_files, mapping

# Stands in every id and score; no message may hold it.
MARK = "geheim"
SCORE_MARK = "4711"
PUPILS = [
    ["pupil", "year", "school", "type", "provider", "score", "status", "test", "first", "parents"],
    ["geheim-1", "2021", "é-geheim-1", "bo", "CET", "531,4711", "taken", "34", "30", "hbo"],
    ["geheim-2", "2021", "é-geheim-1", "bo", "CET", "532,4711", "taken", "34", "34", "mbo2"],
    ["geheim-3", "2021", "é-geheim-2", "sbo", "CET", "533,4711", "taken", "44", "01", "wo"],
    ["geheim-4", "2022", "é-geheim-2", "bo", "CET", "534,4711", "taken", "60", "60", "hbo"],
    ["geheim-5", "2022", "é-geheim-1", "bo", "CET", "535,4711", "taken", "61", "50", "hbo"],
    ["geheim-6", "2022", "é-geheim-2", "bo", "", "", "absent", "", "70", ""],
]
ENROLMENTS = [
    ["pupil", "year", "grade", "school", "class"],
    *[[f"geheim-{i}", "2022", "1", "vo-geheim", "hv"] for i in (1, 2, 3)],
    *[[f"geheim-{i}", "2024", "3", "vo-geheim", "h"] for i in (1, 2, 3)],
]
# By column of PUPILS and ENROLMENTS: that of the file.
PUPIL_RULES = {
    "pupil_id": "pupil",
    "cohort": "year",
    "school_id": "school",
    "school_type": "type",
    "test_provider": "provider",
    "test_score": "score",
    "test_status": "status",
    "test_advice": "test",
    "initial_advice": "first",
    "parental_education": "parents",
}
ENROLMENT_RULES = {
    "pupil_id": "pupil",
    "school_year": "year",
    "grade": "grade",
    "vo_school_id": "school",
    "class_code": "class",
}
# What the files call the test score.
SCORES = ("score", "toetsscore")
WIDTH = 20
FORMS = {
    "csv": {"kind": "csv", "separator": ";", "encoding": "utf-8", "decimal": ","},
    "fixed_width": {
        "kind": "fixed_width",
        "encoding": "cp1252",
        "decimal": ",",
        "fields": {name: [WIDTH * i, WIDTH * (i + 1)] for i, name in enumerate(PUPILS[0])},
    },
    "parquet": {"kind": "parquet"},
    "spss": {"kind": "spss", "values": "codes"},
    "stata": {"kind": "stata", "values": "codes"},
    "excel": {"kind": "excel", "sheet": "Sheet", "decimal": ","},
}
KINDS = tuple(FORMS)
SUFFIXES = {
    "csv": "csv",
    "fixed_width": "asc",
    "parquet": "parquet",
    "spss": "sav",
    "stata": "dta",
    "excel": "xlsx",
}
EVERYBODY = Inclusion(school_types=("bo", "sbo", "so", "vso"), repeaters="both")
Rows = list[list]


@dataclass
class Given:
    """A delivery: pupils in one kind of file, enrolments as CSV, and what the config says.

    Change any of it, then `read`. `raw` changes the bytes of the first file of pupils; `paths`
    takes the place of the files of pupils.
    """

    kind: str = "csv"
    pupils: Rows = field(default_factory=lambda: [list(row) for row in PUPILS])
    more_pupils: list[Rows] = field(default_factory=list)
    enrolments: Rows = field(default_factory=lambda: [list(row) for row in ENROLMENTS])
    form: dict = field(default_factory=dict)
    rules: dict = field(default_factory=dict)
    raw: Callable[[bytes], bytes] = lambda content: content
    raw_enrolments: Callable[[bytes], bytes] = lambda content: content
    paths: list[Path] | None = None
    inclusion: Inclusion = EVERYBODY
    allowed: float = 1.0

    def set(self, column: str, *values: object, table: str = "pupils") -> None:
        """Give the first rows other values in a column, which the file calls so."""
        rows = getattr(self, table)
        place = rows[0].index(column)
        for row, value in zip(rows[1:], values, strict=False):
            row[place] = value

    def write(self, folder: Path) -> tuple[list[Path], Path]:
        """Write the files; return those of pupils and that of enrolments."""
        paths = []
        for name, rows in zip("pqrs", [self.pupils, *self.more_pupils], strict=False):
            paths.append(folder / f"{name}.{SUFFIXES[self.kind]}")
            WRITERS[self.kind](rows, paths[-1])
        paths[0].write_bytes(self.raw(paths[0].read_bytes()))
        enrolments = folder / "e.csv"
        write_csv(self.enrolments, enrolments)
        enrolments.write_bytes(self.raw_enrolments(enrolments.read_bytes()))
        return self.paths or paths, enrolments

    def rules_of_files(self) -> tuple[dict, dict]:
        """Return the content of the mapping of the pupils and of that of the enrolments."""
        general = {"delivery": "mine", "missing": [""], "other_columns": "ignore", "enrolments": []}
        pupils = general | {"format": FORMS[self.kind] | self.form} | self.rules
        pupils["pupils"] = {name: {"column": column} for name, column in PUPIL_RULES.items()}
        pupils["pupils"] |= self.rules.get("pupils", {})
        pupils = {"advice_detail": "codes"} | pupils
        block = {name: {"column": column} for name, column in ENROLMENT_RULES.items()}
        enrolments = {"pupils": {}, "enrolments": [block | {"status": {"derived": "place"}}]}
        return pupils, general | {"format": FORMS["csv"]} | enrolments

    def mappings(self) -> list[mapping.DeliveryMapping]:
        """Return the mapping of the pupils and that of the enrolments."""
        return [mapping.parse(content) for content in self.rules_of_files()]

    def read(self, folder: Path) -> "Outcome":
        """Write, read and select; return what came of it."""
        paths, enrolments = self.write(folder)
        of_pupils, of_enrolments = self.mappings()
        found = Selection(folder / "out")
        delivered = found.paths("delivered")
        deliveries = [(of_pupils, paths), (of_enrolments, [enrolments])]
        try:
            mapped_files.read_deliveries(deliveries, *delivered.values(), {})
            found.run(self.inclusion, self.allowed)
        except AdvieskloofError as error:
            message = str(error).replace(f"{folder}/", "")
            return Outcome(message, tidy=_is_tidy(error, found))
        places = [(kind, table) for kind in ("analysed", "rejected") for table in TABLES]
        return Outcome("", True, found.flow, *[found.table(*place) for place in places])


@dataclass(frozen=True)
class Outcome:
    """The message of a run that stopped, or the flow and the four tables of one that didn't.

    `tidy` is whether a run that stopped left nothing to analyse, and no trail to what a library
    said.
    """

    message: str
    tidy: bool = True
    flow: pd.DataFrame | None = None
    pupils: pd.DataFrame | None = None
    enrolments: pd.DataFrame | None = None
    rejected_pupils: pd.DataFrame | None = None
    rejected_enrolments: pd.DataFrame | None = None

    def counts(self, table: str) -> dict[str, Counter]:
        """{kind: {step: rows}} of a table's flow, without zeros."""
        rows = self.flow[(self.flow["table"] == table) & (self.flow["n"] > 0)]
        found = {kind: Counter() for kind in ("delivered", "rejected", "excluded", "analysed")}
        for row in rows[rows["kind"] != "note"].itertuples():
            found[row.kind][row.step] += row.n
        return found

    def balances(self) -> bool:
        """Tell whether each table's flow adds up, and holds as many rows as the tables."""
        for table in ("pupils", "enrolments"):
            n = {kind: steps.total() for kind, steps in self.counts(table).items()}
            kept, rejected = getattr(self, table), getattr(self, f"rejected_{table}")
            if (len(kept), len(rejected)) != (n["analysed"], n["rejected"]):
                return False
            if n["delivered"] != n["rejected"] + n["excluded"] + n["analysed"]:
                return False
        return True


def _is_tidy(error: AdvieskloofError, found: Selection) -> bool:
    hides = error.__suppress_context__ or error.__context__ is None
    written = [path for path in found.paths("analysed").values() if path.exists()]
    return hides and error.__cause__ is None and not written


def leaks(message: str) -> bool:
    """Tell whether a message holds a pupil's id or score, whole or in part."""
    return bool(re.search(rf"{MARK}|{SCORE_MARK}|53\d[.,]\d", message))


# Writing ----------------------------------------------------------------------------------------


def as_csv(rows: Rows, separator: str = ";") -> str:
    """Return rows as the text of a CSV file."""
    text = texts.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue()


def write_csv(rows: Rows, path: Path) -> None:
    """Write rows as CSV in UTF-8."""
    path.write_text(as_csv(rows), encoding="utf-8", newline="")


def write_fixed_width(rows: Rows, path: Path) -> None:
    """Write rows without their header, each field as wide as the mapping says."""
    lines = ["".join(value.ljust(WIDTH) for value in row) for row in rows[1:]]
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("cp1252"))


def numbers(values: list) -> list:
    """Return texts with a decimal comma as numbers where all of them are."""
    try:
        return [float(value.replace(",", ".")) if value else None for value in values]
    except (ValueError, AttributeError):
        return values


def columns(rows: Rows) -> list[tuple[str, list]]:
    """Return (name, values) by column, scores as numbers if they can be."""
    by_place = [list(column) for column in zip(*rows, strict=True)]
    return [(c[0], numbers(c[1:]) if c[0] in SCORES else c[1:]) for c in by_place]


def write_parquet(rows: Rows, path: Path) -> None:
    """Write rows as Parquet, with a checksum for each page."""
    found = columns(rows)
    table = pa.Table.from_arrays([pa.array(v) for _, v in found], names=[n for n, _ in found])
    pq.write_table(table, path, write_page_checksum=True)


def write_statistics(rows: Rows, path: Path) -> None:
    """Write rows as SPSS or Stata."""
    frame = pd.DataFrame(dict(columns(rows)))
    getattr(pyreadstat, f"write_{path.suffix[1:]}")(frame, path)


def write_excel(rows: Rows, path: Path) -> None:
    """Write rows as the only sheet of an Excel file."""
    book = openpyxl.Workbook()
    for row in zip(*[[name, *values] for name, values in columns(rows)], strict=True):
        book.active.append(row)
    book.save(path)


WRITERS = {
    "csv": write_csv,
    "fixed_width": write_fixed_width,
    "parquet": write_parquet,
    "spss": write_statistics,
    "stata": write_statistics,
    "excel": write_excel,
}
