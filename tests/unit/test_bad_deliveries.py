"""What happens to every delivery that doesn't fit: the matrix behind its page in docs/.

Each case harms a small good delivery, in each kind of file that can have the fault, and says the
whole outcome; docs/when-a-delivery-doesnt-fit.md has the same cases in the same words.
"""

import datetime
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from pupil_files import KINDS, PUPILS, SUFFIXES, Given, as_csv, leaks

from advieskloof import io
from advieskloof.cohort import Inclusion

PAGE = io.CHECKOUT / "docs" / "when-a-delivery-doesnt-fit.md"
PROTECTED = io.CHECKOUT / "tests" / "data" / "protected.xlsx"
N = len(PUPILS) - 1
TEXT = ("csv", "fixed_width")
BINARY = ("parquet", "spss", "stata", "excel")
NAMED = ("csv", *BINARY)


@dataclass(frozen=True)
class Expected:
    """What comes of a case: `what` is stops, rejected, excluded or accepted.

    `message` is whole, but for `…`, which stands for any words; `counts` are rows by reason or
    step in `table`; `pupils` and `enrolments` are the rows analysed, which are as in the good
    delivery but for the columns `differs`.
    """

    what: str
    message: str = ""
    table: str = "pupils"
    counts: dict[str, int] = field(default_factory=dict)
    pupils: int = N
    enrolments: int = N
    differs: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The message, or the reasons with their counts, as the page has it."""
        return self.message or ", ".join(f"{name} {n}" for name, n in self.counts.items())


def stops(message):
    return Expected("stops", message)


def rejected(table="pupils", pupils=N, enrolments=N, differs=(), **counts):
    return Expected("rejected", "", table, counts, pupils, enrolments, differs)


def excluded(**counts):
    return Expected("excluded", counts=counts)


def accepted(pupils=N, differs=()):
    return Expected("accepted", pupils=pupils, differs=differs)


@dataclass(frozen=True)
class Case:
    wrong: str
    kinds: tuple[str, ...]
    harm: Callable[[Given], None]
    expected: Expected


# How a delivery is harmed -----------------------------------------------------------------------


def values(column, *given, table="pupils", **changes):
    """Other values in the first rows of a column, and other settings of the delivery."""

    def harm(delivery):
        delivery.set(column, *given, table=table)
        settings(**changes)(delivery)

    return harm


def settings(**changes):
    """Other settings of the delivery: its format, rules, inclusion and so on."""

    def harm(delivery):
        for name, value in changes.items():
            setattr(delivery, name, value)

    return harm


def written(change, **changes):
    """The bytes of the file of pupils changed, once written."""
    return settings(raw=change, **changes)


def instead(old, new, count=-1, **changes):
    """One text of the written file replaced by another."""

    def change(content):
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), count)

    return written(change, **changes)


def rows(*added, table="pupils", **changes):
    """Rows added at the end."""

    def harm(delivery):
        getattr(delivery, table).extend(list(row) for row in added)
        settings(**changes)(delivery)

    return harm


def without_column(delivery):
    for row in delivery.pupils:
        del row[PUPILS[0].index("score")]


def more_columns(*names, **changes):
    def harm(delivery):
        for number, row in enumerate(delivery.pupils):
            row.extend(name if number == 0 else "geheim" for name in names)
        settings(**changes)(delivery)

    return harm


def exchanged(first, second, table="pupils"):
    """The names of two columns exchanged."""

    def harm(delivery):
        names = getattr(delivery, table)[0]
        one, other = names.index(first), names.index(second)
        names[one], names[other] = second, first

    return harm


def without_header(delivery):
    delivery.pupils = [[row[0], row[3]] for row in delivery.pupils[1:]]


def header_only(delivery):
    delivery.pupils = delivery.pupils[:1]


def second_file(*added):
    """A second file of pupils, with a header and these rows."""
    return settings(more_pupils=[[PUPILS[0], *added]])


def folder(delivery):
    delivery.paths = [PROTECTED.parent]


def twice(delivery):
    delivery.paths = [Path("p.csv"), Path("p.csv")]


def text_instead(delivery):
    delivery.raw = lambda _: as_csv(PUPILS).encode()


def cut_between_rows(content):
    return content[: content.index(b"geheim-4")]


def in_utf8(delivery):
    """A file in UTF-8 under a mapping that says cp1252, whatever the kind of text."""
    delivery.form = {"encoding": "cp1252"}
    if delivery.kind == "fixed_width":
        delivery.raw = lambda content: content.decode("cp1252").encode("utf-8")


def in_cp1252(content):
    return content.decode("utf-8").encode("cp1252")


def changed_page(content):
    """A Parquet file with other bytes in a page of values."""
    place = content.index(b"geheim")
    return content[:place] + b"X" + content[place + 1 :]


def change(row, **changed):
    return [changed.get(name, value) for name, value in zip(PUPILS[0], row, strict=True)]


FIRST, LAST = PUPILS[1], PUPILS[-1]
PADDED = {"pupils": {"initial_advice": {"column": "first", "pad": 2}}}
DATES = [datetime.date(2022, 2, 1)] * N
AGAIN = ["geheim-1", "2022", "1", "vo-geheim", "hv"]
UNCLOSED = (
    "p.csv: a quoted field isn't closed, or goes on after its closing quote; check the quotes (a "
    'quote inside a field is written twice: "").'
)
CODES = "Correct the codes, or extend reference/advice_codes.csv with a source."
# In the order of the page.
CASES = [
    # The file
    Case(
        "the path doesn't exist",
        KINDS,
        settings(paths=[Path("none/p.csv")]),
        stops("none/p.csv doesn't exist; check the path and the file's name."),
    ),
    Case("the path is a folder", KINDS, folder, stops("… is a folder; give the path of a file.")),
    Case(
        "a file given twice",
        ("csv",),
        twice,
        stops("p.csv is given more than once; name each file once."),
    ),
    Case(
        "an empty file",
        KINDS,
        written(lambda _: b""),
        stops("p.csv is empty; a header row and at least one row are needed."),
    ),
    Case(
        "a header and no rows",
        NAMED,
        header_only,
        stops("p.csv holds a header and no rows; at least one row is needed."),
    ),
    Case(
        "a file of another kind than text",
        ("csv",),
        written(lambda _: b"PK\x03\x04" + bytes(100)),
        stops("p.csv is a file of kind excel, not csv; set format.kind."),
    ),
    Case(
        "text where another kind is expected",
        BINARY,
        text_instead,
        stops(
            "p.csv isn't a file of kind …: it is text, cut off or damaged; set format.kind, or "
            "deliver it again."
        ),
    ),
    Case(
        "a binary file cut off",
        BINARY,
        written(lambda content: content[: len(content) // 2]),
        stops(
            "p.csv can't be read: it isn't a whole … file; it may be cut off or damaged, deliver "
            "it again."
        ),
    ),
    Case(
        "a changed byte in a Parquet file with checksums",
        ("parquet",),
        written(changed_page),
        stops(
            "p.csv can't be read: it isn't a whole parquet file; it may be cut off or damaged, "
            "deliver it again."
        ),
    ),
    Case(
        "a CSV cut off in a row",
        ("csv",),
        written(lambda content: content[: content.index(b"taken;60")]),
        stops(
            "p.csv: 1 of 4 rows don't have the header's 10 fields; check the separator ';' and "
            "fields that hold it unquoted."
        ),
    ),
    Case(
        "a fixed-width file cut off in a row",
        ("fixed_width",),
        written(lambda content: content[: content.index(b"geheim-4") + 30]),
        stops(
            "p.csv: 1 of 4 lines are shorter than the 200 characters that the mapping's fields "
            "need, or hold control characters; check format.fields, and that the file isn't cut "
            "off."
        ),
    ),
    Case("a text cut off between two rows", TEXT, written(cut_between_rows), accepted(pupils=3)),
    Case(
        "zero bytes at the end of a text",
        TEXT,
        written(lambda content: content[:-5] + bytes(5)),
        stops("p.csv isn't text: it holds zero bytes; set format.kind, or deliver it again."),
    ),
    Case(
        "an .xlsx behind a password, or an old .xls",
        ("excel",),
        settings(paths=[PROTECTED]),
        stops(
            "…protected.xlsx is protected by a password, or an old .xls; save it as .xlsx without "
            "password."
        ),
    ),
    Case(
        "another sheet",
        ("excel",),
        settings(form={"sheet": "Blad1"}),
        stops("p.csv has no sheet 'Blad1'; it has Sheet. Set format.sheet."),
    ),
    # Encoding, separator, quotes
    Case(
        "cp1252 read as utf-8",
        ("csv",),
        written(lambda content: content.decode("utf-8").encode("cp1252")),
        stops(
            "p.csv isn't utf-8; set format.encoding to what it is (utf-8 or cp1252), or save the "
            "file as utf-8."
        ),
    ),
    Case(
        "utf-8 read as cp1252",
        TEXT,
        in_utf8,
        stops("p.csv is utf-8, not cp1252; set format.encoding to utf-8."),
    ),
    Case(
        "UTF-16",
        TEXT,
        written(lambda content: content.decode("cp1252").encode("utf-16")),
        stops("p.csv is UTF-16 text; save it as utf-8 or cp1252."),
    ),
    Case(
        "another separator",
        ("csv",),
        written(lambda _: as_csv(PUPILS, "\t").encode()),
        stops(
            "p.csv: the header has one column where 10 are needed, and holds another separator "
            "than ';'; set format.separator to the file's."
        ),
    ),
    Case(
        "a separator in a field without quotes",
        ("csv",),
        instead(";sbo;", ";s;bo;"),
        stops(
            "p.csv: 1 of 6 rows don't have the header's 10 fields; check the separator ';' and "
            "fields that hold it unquoted."
        ),
    ),
    Case(
        "a line end, separator and quotes in a quoted field",
        ("csv",),
        values("school", 'geheim\n;"1"'),
        accepted(differs=("school_id",)),
    ),
    Case(
        "a quote that isn't closed",
        ("csv",),
        instead("geheim-4;", '"geheim-4;'),
        stops(UNCLOSED),
    ),
    Case(
        "two stray quotes with rows between them",
        ("csv",),
        instead(";é-geheim-1;bo", ';"é-geheim-1;bo'),
        stops(UNCLOSED),
    ),
    # Columns
    Case(
        "a missing column",
        NAMED,
        without_column,
        stops(
            "p.csv lacks 1 column(s) that the mapping names: score. It has pupil, year, school, "
            "type, provider, status, test, first, parents; correct the mapping, or deliver the "
            "column(s)."
        ),
    ),
    Case(
        "columns that no rule uses, with other_columns: ignore",
        NAMED,
        more_columns("extra", "note"),
        accepted(),
    ),
    Case(
        "columns that no rule uses, with other_columns: refuse",
        NAMED,
        more_columns("extra", "note", rules={"other_columns": "refuse"}),
        stops(
            "p.csv has 2 column(s) that no rule uses: extra, note; remove them, or set "
            "other_columns to ignore."
        ),
    ),
    Case(
        "a column name that stands twice",
        ("csv", "parquet", "excel"),
        more_columns("pupil"),
        stops("p.csv has 1 column name(s) more than once: pupil; each may stand once."),
    ),
    Case(
        "no header",
        ("csv", "excel"),
        without_header,
        stops(
            "p.csv lacks 10 column(s) that the mapping names: pupil, year, school, type, provider, "
            "score, status, test, first, parents. It has (not shown: the first row may hold a "
            "pupil's data); correct the mapping, or deliver the column(s)."
        ),
    ),
    Case(
        "a header that runs on into the first row",
        ("csv",),
        instead("parents\n", "parents", 1),
        stops(
            "p.csv lacks 1 column(s) that the mapping names: parents. It has (not shown: the first "
            "row may hold a pupil's data); correct the mapping, or deliver the column(s)."
        ),
    ),
    Case(
        "two column names exchanged, first advice and pupil",
        NAMED,
        exchanged("first", "pupil"),
        stops(
            "mine (p.csv): initial_advice holds 6 value(s) that aren't among the usable codes: "
            f"other (6 rows). Allowed are 0, 01, …, 80. {CODES}"
        ),
    ),
    Case(
        "two column names exchanged, first advice and test advice",
        NAMED,
        exchanged("first", "test"),
        stops(
            "mine (p.csv): test_advice holds 2 value(s) that aren't among the usable test advice "
            f"codes: 01 (1 rows), 50 (1 rows). Allowed are 10, …, 70. {CODES}"
        ),
    ),
    Case(
        "two column names exchanged, pupil and school",
        NAMED,
        exchanged("pupil", "school"),
        rejected(differing_duplicate=4, pupils=2, differs=("pupil_id", "school_id")),
    ),
    Case(
        "two column names exchanged that may hold the same values",
        ("csv",),
        exchanged("school", "class", table="enrolments"),
        accepted(differs=("vo_school_id", "class_code")),
    ),
    # Values
    Case(
        "a decimal point for a comma",
        TEXT,
        values("score", "531.4711", "532.4711"),
        stops(
            "p.csv: column test_score (from score) holds 2 value(s) with a '.', where numbers have "
            "',' as decimal mark and no thousands separator; set format.decimal, or deliver them "
            "so."
        ),
    ),
    Case(
        "a decimal comma for a point",
        TEXT,
        settings(form={"decimal": "."}),
        stops(
            "p.csv: column test_score (from score) holds 5 value(s) with a ',', where numbers have "
            "'.' as decimal mark and no thousands separator; set format.decimal, or deliver them "
            "so."
        ),
    ),
    Case(
        "numbers written as text with a comma",
        ("parquet", "spss", "stata"),
        values("score", "1.531,4711"),
        stops(
            "p.csv: column test_score (from score) holds 5 value(s) with a ',', where numbers have "
            "'.' as decimal mark and no thousands separator; deliver numbers as numbers."
        ),
    ),
    Case(
        "a thousands separator",
        TEXT,
        values("score", "1.531,4711", "1.532"),
        stops(
            "p.csv: column test_score (from score) holds 2 value(s) with a '.', where numbers have "
            "',' as decimal mark and no thousands separator; set format.decimal, or deliver them "
            "so."
        ),
    ),
    Case(
        "a thousands separator that is the decimal mark",
        TEXT,
        values("score", "5,314711"),
        rejected(off_scale=1, pupils=5),
    ),
    Case(
        "text where a number is needed",
        KINDS,
        values("year", "geheim", "2021/2022"),
        stops(
            "p.csv: column cohort (from year) holds 2 value(s) that aren't whole numbers; list "
            "texts that mean not known under `missing`."
        ),
    ),
    Case(
        "codes that lost their leading zeros",
        KINDS,
        values("first", "30", "34", "1"),
        stops(
            "mine (p.csv): initial_advice holds 1 value(s) that aren't among the usable codes: 1 "
            f"(1 rows). Allowed are 0, 01, …, 80. {CODES}"
        ),
    ),
    Case(
        "codes that lost their leading zeros, with pad: 2",
        KINDS,
        values("first", "30", "34", "1", rules=PADDED),
        accepted(),
    ),
    Case(
        "texts that Excel turned into dates",
        KINDS,
        values("school", "1-feb", "01-02-2023", "feb-01"),
        stops(
            "p.csv: column school_id (from school) holds 3 value(s) that Excel turned into dates; "
            "give the column the format Text in Excel, or deliver the file as it left the source."
        ),
    ),
    Case(
        "dates in Excel's own cells",
        ("excel",),
        values("school", *DATES[:2]),
        stops(
            "p.csv: Excel turned 2 value(s) of column school into dates; give these columns the "
            "format Text, enter the values again, or deliver CSV."
        ),
    ),
    Case(
        "a column of dates in SPSS or Stata",
        ("spss", "stata"),
        values("school", *DATES),
        stops(
            "p.csv: column(s) school hold dates; texts or numbers are allowed. Deliver them so, or "
            "leave them out of the mapping."
        ),
    ),
    Case(
        "a column of dates in Parquet",
        ("parquet",),
        values("school", *DATES),
        stops(
            "p.csv: column school holds date32[day]; texts, numbers or booleans are allowed. "
            "Deliver it so, or leave it out of the mapping."
        ),
    ),
    Case(
        "ids that Excel turned into powers of ten",
        KINDS,
        values("pupil", "1E+05", "1,23457E+08"),
        stops(
            "p.csv: column pupil_id (from pupil) holds 2 value(s) that Excel turned into powers of "
            "ten; give the column the format Text in Excel, or deliver the file as it left the "
            "source."
        ),
    ),
    Case(
        "a value outside a column's list",
        KINDS,
        values("type", "geheim", "BO"),
        stops(
            "p.csv: column school_type (from type) holds 2 value(s) that aren't allowed; allowed "
            "is one of bo, sbo, so, vso. Translate others with `values`, or list them under "
            "`missing`."
        ),
    ),
    Case(
        "an advice code that is in no table",
        KINDS,
        values("first", "99", "99", "geheim"),
        stops(
            "mine (p.csv): initial_advice holds 3 value(s) that aren't among the usable codes: 99 "
            f"(2 rows), other (1 rows). Allowed are 0, 01, …, 80. {CODES}"
        ),
    ),
    Case(
        "a needed value that is empty",
        KINDS,
        values("school", "", ""),
        stops(
            "p.csv: column school_id (from school) is empty in 2 row(s); every row needs it, so "
            "deliver it, or give a constant."
        ),
    ),
    Case(
        "a cohort that is not known",
        KINDS,
        values("year", "2099"),
        stops(
            "the delivered pupils: cohort holds 1 value(s) of 6 that aren't in "
            "reference/regimes.csv; allowed are 2013 to 2024, the first calendar year of the "
            "school year. Correct the mapping or the delivery."
        ),
    ),
    Case(
        "a score outside its scale",
        KINDS,
        values("score", "4711,5"),
        rejected(off_scale=1, pupils=5),
    ),
    Case(
        "a score beside an exemption",
        KINDS,
        values("status", "exempt"),
        rejected(contradiction=1, pupils=5),
    ),
    # Pupils
    Case(
        "the same row twice in a file",
        KINDS,
        rows(FIRST),
        rejected(identical_duplicate=1),
    ),
    Case(
        "the same row in two files",
        KINDS,
        second_file(FIRST),
        rejected(identical_duplicate=1),
    ),
    Case(
        "two differing rows of a pupil in a cohort",
        KINDS,
        rows(change(FIRST, first="60")),
        rejected(differing_duplicate=2, pupils=5),
    ),
    Case(
        "two differing rows of a pupil in a cohort, in two files",
        KINDS,
        second_file(change(FIRST, first="60")),
        rejected(differing_duplicate=2, pupils=5),
    ),
    Case(
        "more rejected rows than max_rejected_share",
        KINDS,
        rows(FIRST, change(LAST, first="60"), allowed=0.05),
        stops(
            "the delivered pupils: 3 of 8 row(s) (37.5 %) are rejected, of which 5 % is allowed "
            "(source.max_rejected_share): identical_duplicate 1, differing_duplicate 2. They are "
            "in results/private/rejected/pupils.parquet. Correct the delivery or its mapping, or "
            "allow a larger share."
        ),
    ),
    Case(
        "a pupil in two cohorts",
        KINDS,
        rows(change(FIRST, year="2020"), inclusion=Inclusion()),
        excluded(repeater=1),
    ),
    Case(
        "nobody left after inclusion",
        KINDS,
        settings(inclusion=Inclusion(school_types=("vso",))),
        stops(
            "no pupil is left of the 6 delivered: the last ones went at the step school_type. By "
            "step: school_type 6. Change source.inclusion or the delivery, so that at least 1 "
            "pupil is left."
        ),
    ),
    # Enrolments
    Case(
        "an enrolment in or before the pupil's year in group 8",
        ("csv",),
        values("year", "2021", "2020", table="enrolments"),
        rejected("enrolments", before_group_8=2, enrolments=4),
    ),
    Case(
        "grade 3 two years before grade 1",
        ("csv",),
        values("grade", *"333111", table="enrolments"),
        accepted(differs=("grade",)),
    ),
    Case(
        "the same enrolment twice",
        ("csv",),
        rows(AGAIN, table="enrolments"),
        rejected("enrolments", identical_duplicate=1),
    ),
    Case(
        "two differing enrolments in a school year",
        ("csv",),
        rows([*AGAIN[:-1], "v"], table="enrolments"),
        rejected("enrolments", differing_duplicate=2, enrolments=5),
    ),
    Case(
        "an enrolment of nobody in the file of pupils",
        ("csv",),
        values("pupil", "geheim-0", table="enrolments"),
        accepted(differs=("pupil_id",)),
    ),
]


# The cases, one by one --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """What comes of the delivery that nothing is wrong with, by kind of file."""
    return {kind: Given(kind).read(tmp_path_factory.mktemp(kind)) for kind in KINDS}


def matches(message, expected):
    """Tell whether a message is what a case says, where `…` stands for any words."""
    pattern = ".*".join(re.escape(part) for part in expected.split("…"))
    return re.fullmatch(pattern, message, re.DOTALL) is not None


def test_the_good_delivery_is_accepted_whole_in_every_kind_of_file(good):
    for kind, outcome in good.items():
        assert outcome.message == "", kind
        assert (len(outcome.pupils), len(outcome.enrolments)) == (N, len(PUPILS) - 1)
        pd.testing.assert_frame_equal(outcome.pupils, good["csv"].pupils)


RUNS = [
    pytest.param(case, kind, id=f"{case.wrong}, {kind}") for case in CASES for kind in case.kinds
]


@pytest.mark.parametrize(("case", "kind"), RUNS)
def test_a_delivery_that_does_not_fit(case, kind, good, tmp_path):
    delivery = Given(kind)
    case.harm(delivery)
    outcome = delivery.read(tmp_path)
    assert not leaks(outcome.message)
    if case.expected.what == "stops":
        assert outcome.tidy
        message = re.sub(rf"\b([pq])\.{SUFFIXES[kind]}\b", r"\1.csv", outcome.message)
        assert matches(message, case.expected.message), outcome.message
    else:
        assert outcome.message == ""
        check_tables(outcome, case.expected, good[kind])


def check_tables(outcome, expected, good):
    """Check the whole of what was analysed, rejected and excluded."""
    assert outcome.balances()
    assert (len(outcome.pupils), len(outcome.enrolments)) == (expected.pupils, expected.enrolments)
    lost = {table: outcome.counts(table) for table in ("pupils", "enrolments")}
    for table, counts in lost.items():
        told = Counter(expected.counts if table == expected.table else {})
        kinds = {"rejected": Counter(), "excluded": Counter(), expected.what: told}
        assert (counts["rejected"], counts["excluded"]) == (kinds["rejected"], kinds["excluded"])
        # No other row has changed for the fault.
        kept = rows_of(getattr(outcome, table), expected.differs)
        assert kept <= rows_of(getattr(good, table), expected.differs)


def rows_of(table, without):
    """The rows of a table, counted, without some columns."""
    plain = table.drop(columns=[name for name in without if name in table]).astype(object)
    return Counter(plain.where(plain.notna(), None).itertuples(index=False, name=None))


# The page ---------------------------------------------------------------------------------------


def page_rows():
    """The cells of the page's table: what is wrong, in which files, what happens, what is said."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[1:]]


def as_page_row(case):
    kinds = "all" if case.kinds == KINDS else ", ".join(case.kinds)
    # Markdown wants two marks around a text that holds one.
    mark = "``" if "`" in case.expected.said else "`"
    said = f"{mark}{case.expected.said}{mark}" if case.expected.said else ""
    return [case.wrong, kinds.replace("_", " "), case.expected.what, said]


def test_the_page_and_the_matrix_say_the_same():
    assert [row[:4] for row in page_rows()] == [as_page_row(case) for case in CASES]


def test_the_page_says_what_to_do_in_every_case():
    assert [row[0] for row in page_rows() if len(row) != 5 or not row[4]] == []
