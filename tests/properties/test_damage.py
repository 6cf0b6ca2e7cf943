"""Random damage at a whole delivery: it is read as it stands, or refused in one message.

What a run that finishes has delivered is read again from the damaged files by another tool, so no
row and no value may be lost, changed or made up. Marker values stand in every id and score.
"""

import csv
import io as texts
import re
import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
from hypothesis import configuration, given, settings
from hypothesis import strategies as st
from pupil_files import ENROLMENT_RULES, ENROLMENTS, PUPIL_RULES, PUPILS, Given, leaks

configuration.set_hypothesis_home_dir(Path(__file__).parents[2] / ".venv" / "hypothesis")
SCHOOLS = ["é-geheim-0", "é-geheim-1", 'é-geheim;\n"2"', "é-geheim-3", "é-geheim-4"]
ADVICE = [("34", "30"), ("34", "34"), ("44", "01"), ("60", "60"), ("61", "50"), ("70", "70")]
GOOD_PUPILS = [
    PUPILS[0],
    *[
        [
            f"geheim-{i}",
            str(2021 + i % 2),
            SCHOOLS[i % 5],
            "sbo" if i % 7 == 0 else "bo",
            "CET",
            f"5{10 + i % 40},4711",
            "taken",
            *ADVICE[i % 6],
            "hbo",
        ]
        for i in range(58)
    ],
    ["geheim-58", "2021", SCHOOLS[0], "bo", "", "", "absent", "", "70", ""],
    ["geheim-59", "2022", SCHOOLS[1], "bo", "DIA", "354,4711", "taken", "", "60", "mbo2"],
]
GOOD_ENROLMENTS = [
    ENROLMENTS[0],
    *[[f"geheim-{i}", str(2022 + i % 2), "1", "vo-geheim", "hv"] for i in range(60)],
    *[[f"geheim-{i}", str(2024 + i % 2), "3", "", "h"] for i in range(60)],
]
JUNK = ["", " ", "geheim", "geheim-7", "0", "99", "1", "-1", "2022", "1E+05", "1-feb", "531.4711"]
JUNK += [
    "1.531,4711",
    "4711,5",
    "nan",
    "taken",
    "hbo",
    '"',
    '"geheim',
    "geheim;",
    "a\nb",
    "\x1c",
    "ĳ",
]
BYTES = [b"\0", b"\n", b"\r", b'"', b";", b",", b"\xe9", b"\xff", b" ", b"\t", b"0", b"g"]


# How a delivery is harmed: each takes a number, which says where and with what -------------------


def table(delivery, n):
    """One of the two tables, and what is left of the number."""
    return (delivery.pupils, delivery.enrolments)[n % 2], n // 2


def drop_column(delivery, n):
    rows, n = table(delivery, n)
    place = n % len(rows[0])
    for row in rows:
        del row[place]


def double_column(delivery, n):
    rows, n = table(delivery, n)
    place = n % len(rows[0])
    for row in rows:
        row.append(row[place])


def exchange_names(delivery, n):
    rows, n = table(delivery, n)
    names = rows[0]
    one, other = n % len(names), n // len(names) % len(names)
    names[one], names[other] = names[other], names[one]


def blank_column(delivery, n):
    rows, n = table(delivery, n)
    for row in rows[1:]:
        row[n % len(row)] = ""


def delete_row(delivery, n):
    """Delete a row, or the header."""
    rows, n = table(delivery, n)
    del rows[n % len(rows)]


def repeat_row(delivery, n):
    rows, n = table(delivery, n)
    rows.append(list(rows[n % len(rows)]))


def differing_row(delivery, n):
    rows, n = table(delivery, n)
    row = list(rows[n % len(rows)])
    row[n % len(row)] = JUNK[n % len(JUNK)]
    rows.append(row)


def junk_in_a_cell(delivery, n):
    """Put junk in a cell below the header: a column's name is no pupil's value."""
    rows, n = table(delivery, n)
    if len(rows) > 1:
        row = rows[1 + n % (len(rows) - 1)]
        row[n // 7 % len(row)] = JUNK[n // 77 % len(JUNK)]


def other_decimals(delivery, n):
    place = PUPILS[0].index("score")
    for row in delivery.pupils[1 : 2 + n % 5]:
        if place < len(row):
            row[place] = row[place].replace(",", ".")


def other_form(delivery, n):
    forms = [{"encoding": "cp1252"}, {"decimal": "."}, {"separator": ","}, {"separator": "\t"}]
    if delivery.kind == "csv":
        delivery.form = forms[n % len(forms)]


def raw(change):
    """A change of the bytes of one of the files."""

    def harm(delivery, n):
        name = ("raw", "raw_enrolments")[n % 2]
        before = getattr(delivery, name)
        setattr(delivery, name, lambda content: change(before(content), n // 2))

    harm.__name__ = change.__name__
    return harm


@raw
def cut(content, n):
    return content[: n % (len(content) + 1)]


@raw
def other_byte(content, n):
    place = n % max(len(content), 1)
    return content[:place] + BYTES[n // 13 % len(BYTES)] + content[place + 1 :]


@raw
def more_bytes(content, n):
    place = n % max(len(content), 1)
    return content[:place] + BYTES[n // 13 % len(BYTES)] + content[place:]


@raw
def fewer_bytes(content, n):
    place = n % max(len(content), 1)
    return content[:place] + content[place + 1 + n % 3 :]


@raw
def lost_line_end(content, n):
    lines = content.split(b"\n")
    place = n % len(lines)
    joined = b"".join(lines[place : place + 2])
    return b"\n".join([*lines[:place], joined, *lines[place + 2 :]])


@raw
def open_quote(content, n):
    fields = content.split(b";")
    place = n % len(fields)
    return b";".join([*fields[:place], b'"' + fields[place], *fields[place + 1 :]])


@raw
def other_separators(content, n):
    return content.replace(b";", b",", n % 40 or -1)


@raw
def other_encoding(content, n):
    names = ["cp1252", "utf-16", "utf-8-sig", "latin-1"]
    return content.decode("utf-8", "ignore").encode(names[n % len(names)], "ignore")


@raw
def other_line_ends(content, n):
    return content.replace(b"\n", (b"\r", b"\r\n", b"\n\n")[n % 3])


IN_TABLES = [drop_column, double_column, exchange_names, blank_column, delete_row, repeat_row]
IN_TABLES += [differing_row, junk_in_a_cell, other_decimals]
IN_BYTES = [cut, other_byte, more_bytes, fewer_bytes]
IN_TEXT = [lost_line_end, open_quote, other_separators, other_encoding, other_line_ends, other_form]


def harms(kinds):
    numbers = st.integers(0, 10**6)
    return st.lists(st.tuples(st.sampled_from(kinds), numbers), min_size=1, max_size=3)


# What the damaged files hold, by another tool ----------------------------------------------------


def records_of_csv(path, separator, encoding):
    """The records of a CSV, by name, as Python's own reader finds them."""
    text = path.read_bytes().decode("utf-8-sig" if encoding == "utf-8" else encoding)
    names, *rows = csv.reader(texts.StringIO(text, newline=""), delimiter=separator)
    names = [name.strip() for name in names]
    return [dict(zip(names, row, strict=True)) for row in rows if row]


def records_of_parquet(path):
    """The records of a sound Parquet file, by name, as DuckDB finds them."""
    found = duckdb.read_parquet(str(path))
    rows = [["" if value is None else str(value) for value in row] for row in found.fetchall()]
    return [dict(zip(found.columns, row, strict=True)) for row in rows]


def number(text, decimal):
    return float(text.replace(decimal, ".")) if text else None


def pupil_of(record, decimal):
    """What a record says of a pupil, in the order of PUPIL_RULES."""
    row = {name: record[column].strip() for name, column in PUPIL_RULES.items()}
    row["cohort"] = number(row["cohort"], decimal)
    row["test_score"] = number(row["test_score"], decimal)
    row["test_status"] = row["test_status"] or "unknown"
    row["parental_education"] = row["parental_education"] or "unknown"
    row["initial_advice"] = row["initial_advice"].replace("00", "0")
    return tuple(value or None if value != 0 else value for value in row.values())


def enrolment_of(record):
    """What a record says of an enrolment, in the order of ENROLMENT_RULES; None for nothing."""
    row = {name: record[column].strip() for name, column in ENROLMENT_RULES.items()}
    if not any(row[name] for name in ("grade", "vo_school_id", "class_code")):
        return None
    row |= {name: number(row[name], ",") for name in ("school_year", "grade")}
    return tuple(value or None if value != 0 else value for value in row.values())


def told(delivery, folder):
    """What the written files tell of pupils and of enrolments, counted.

    The pages of a Parquet file have checksums: whatever its bytes went through, it may only tell
    what it did before.
    """
    form = delivery.mappings()[0].form
    if delivery.kind == "parquet":
        delivery.raw = bytes
    paths, enrolments = delivery.write(folder)
    if delivery.kind == "csv":
        records = records_of_csv(paths[0], form.separator, form.encoding)
    else:
        records = records_of_parquet(paths[0])
    places = map(enrolment_of, records_of_csv(enrolments, ";", "utf-8"))
    return {
        "pupils": Counter(pupil_of(record, form.decimal) for record in records),
        "enrolments": Counter(place for place in places if place),
    }


def delivered(outcome, name, rules):
    """The rows of a table that were analysed or rejected, counted."""
    parts = [getattr(outcome, name), getattr(outcome, f"rejected_{name}")]
    rows = pd.concat([part[list(rules)].astype(object) for part in parts])
    return Counter(rows.where(rows.notna(), None).itertuples(index=False, name=None))


# The property ------------------------------------------------------------------------------------


def check(kind, harms):
    delivery = Given(kind, [list(row) for row in GOOD_PUPILS])
    delivery.enrolments = [list(row) for row in GOOD_ENROLMENTS]
    for harm, n in harms:
        # An earlier harm may have left nothing to take from.
        if delivery.pupils and delivery.enrolments and min(map(len, delivery.enrolments)) > 0:
            harm(delivery, n)
    with tempfile.TemporaryDirectory() as name:
        outcome = delivery.read(Path(name))
        if outcome.message:
            assert outcome.tidy
            assert not re.search(r"geheim|4711", outcome.message)
            assert not leaks(outcome.message)
            return
        expected = told(delivery, Path(name))
    assert outcome.balances()
    for table_name, rules in (("pupils", PUPIL_RULES), ("enrolments", ENROLMENT_RULES)):
        counts = outcome.counts(table_name)
        assert delivered(outcome, table_name, rules) == expected[table_name]
        assert counts["delivered"].total() == expected[table_name].total()
        assert not counts["excluded"]


def test_the_undamaged_delivery_is_analysed_whole():
    for kind in ("csv", "parquet"):
        check(kind, [])


@given(harms(IN_TABLES + IN_BYTES + IN_TEXT))
@settings(deadline=None, max_examples=80, database=None)
def test_a_damaged_csv_is_read_as_it_stands_or_refused(harms):
    check("csv", harms)


# More often in bytes: most of a file's are no values, and change nothing but how it is read.
@given(harms(IN_TABLES + 4 * IN_BYTES))
@settings(deadline=None, max_examples=60, database=None)
def test_a_damaged_parquet_file_is_read_as_it_stands_or_refused(harms):
    check("parquet", harms)
