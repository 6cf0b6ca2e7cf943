"""From the texts of a delivery to the columns of PUPILS and ENROLMENTS, a chunk at a time.

A value that can't be understood is counted in the tally and becomes missing, so that one pass
finds everything that is wrong; whoever writes tables must raise what the tally holds.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from advieskloof import reference
from advieskloof.errors import listing
from advieskloof.sources import targets
from advieskloof.sources.mapping import DeliveryMapping, Rule, Rules
from advieskloof.sources.targets import ADVICES, UNKNOWN, Target

_EMPTY = "is empty in {n} row(s); every row needs it, so deliver it, or give a constant"
_TYPES = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "flag": pa.bool_()}
_FLAGS = {"true": True, "false": False, "1": True, "0": False}
_MONTHS = "jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec"
# What Excel makes of 1-2, 01-02-2023 or 12E34567 when it opens a CSV.
_DATE = rf"(?i)^(\d{{1,2}}-({_MONTHS})(-\d{{2,4}})?|({_MONTHS})-\d{{2}}|\d{{1,2}}-\d{{1,2}}-\d{{4}}"
_DATE += r"|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2}([ T][\d:.]+)?)$"
_POWER = r"^\d([.,]\d+)?[Ee]\+\d+$"
# What stands in a cell of Excel that failed, in English and in Dutch: #N/A, #VALUE!, #NAAM?.
_FAILED = r"^#([A-Z/]+[!?]|[A-Z]+/0!|N/[AB])$"
# The columns of an enrolment that show, where the file gives them, that there is one.
_EVIDENCE = ("class_code", "position", "grade", "vo_school_id", "status")


@dataclass
class Tally:
    """What passes over files found: counts by file, column and code, never a value.

    `problems` counts by (file, column, words with {n}); `codes` by advice column and code, where
    'other' stands for what doesn't look like a code; `missing` by (table, column).
    """

    problems: Counter = field(default_factory=Counter)
    codes: dict[str, Counter] = field(default_factory=lambda: {name: Counter() for name in ADVICES})
    education: Counter = field(default_factory=Counter)
    missing: Counter = field(default_factory=Counter)
    rows: Counter = field(default_factory=Counter)
    pupils: Counter = field(default_factory=Counter)
    enrolments: Counter = field(default_factory=Counter)

    def sentences(self) -> Iterator[tuple[str, str]]:
        """Give (file, what is wrong) for each kind of problem, with its count."""
        # A value that isn't understood leaves its row empty too, which is no second problem.
        broken = {(file, column) for file, column, words in self.problems if words != _EMPTY}
        for (file, column, words), n in self.problems.items():
            if words != _EMPTY or (file, column) not in broken:
                yield file, f"column {column} {words.format(n=n)}."


@dataclass(frozen=True)
class Knowledge:
    """What reference tables tell: education codes by rank, their systems, years without test."""

    education: tuple[str, ...]
    systems: dict[str, str]
    untested: tuple[int, ...]


def knowledge(unverified: reference.Unverified) -> Knowledge:
    """Return what a conversion needs to know, from rows that the config allows."""
    education = reference.read("parental_education", unverified)
    education = education.sort_values("rank", key=lambda rank: rank.astype(int), kind="stable")
    regimes = reference.read("regimes", unverified)
    untested = regimes.loc[regimes["test_held"] == "no", "cohort"].astype(int)
    systems = dict(zip(education["code"], education["system"], strict=True))
    return Knowledge(tuple(education["code"]), systems, tuple(untested))


@dataclass(frozen=True)
class Pass:
    """One file on its way: its mapping, its name for the reader, what is known, what is found."""

    mapping: DeliveryMapping
    file: str
    known: Knowledge
    tally: Tally

    def count(self, target: Target, rule: Rule, n: int, words: str) -> None:
        """Add n values of a column to what is wrong; `words` hold {n}."""
        if n:
            origin = f" (from {listing(rule.columns)})" if rule.columns else ""
            self.tally.problems[self.file, target.name + origin, words] += n


@dataclass(frozen=True)
class _Distinct:
    """A column as its distinct values and, by row, the place of its value there."""

    values: pa.Array
    places: pa.Array

    def full(self) -> pa.Array:
        return self.values.take(self.places)

    def count(self, marked: pa.Array) -> int:
        return pc.sum(marked.take(self.places)).as_py() or 0

    def with_values(self, values: pa.Array) -> "_Distinct":
        return _Distinct(values, self.places)


def pupils(chunk: pa.Table, run: Pass) -> dict[str, pa.Array]:
    """Return the columns of PUPILS that the mapping makes of a chunk, by name."""
    columns = _columns(chunk, run, "pupils", run.mapping.pupils)
    return _finished(columns, run, "pupils", run.mapping.pupils)


def enrolments(
    chunk: pa.Table, run: Pass, rules: Rules, cohort: pa.Array | None
) -> tuple[dict[str, pa.Array], pa.Array]:
    """Return the columns of ENROLMENTS that a block makes of a chunk, and which records gave a row.

    `cohort` is that of the pupil in the same record, where the block counts years from it.
    """
    columns = _columns(chunk, run, "enrolments", rules, cohort)
    shown = [columns[name] for name in _EVIDENCE if name in rules and rules[name].columns]
    kept = pa.repeat(not shown, chunk.num_rows)
    for column in shown:
        kept = pc.or_(kept, column.is_valid())
    columns = {name: column.filter(kept) for name, column in columns.items()}
    return _finished(columns, run, "enrolments", rules), kept


def _columns(
    chunk: pa.Table, run: Pass, table: str, rules: Rules, cohort: pa.Array | None = None
) -> dict[str, pa.Array]:
    columns = {}
    for name, target in targets.of(table).items():
        rule = rules.get(name)
        if rule is None or rule.origin == "derived":
            columns[name] = pa.nulls(chunk.num_rows, _TYPES[target.kind])
        elif rule.origin == "cohort_plus":
            columns[name] = pc.add(cohort, rule.constant)
        else:
            columns[name] = _column(chunk, run, target, rule)
    return columns


def _finished(
    columns: dict[str, pa.Array], run: Pass, table: str, rules: Rules
) -> dict[str, pa.Array]:
    """Return the columns with what is derived, `unknown` where that is a word, and counts taken."""
    for name, target in targets.of(table).items():
        rule = rules.get(name)
        if rule is None:
            run.tally.missing[table, name] += columns[name].null_count
            continue
        if rule.origin == "derived":
            columns[name] = _DERIVED[rule.constant](columns, run)
        unknown = columns[name].null_count
        if target.if_missing:
            columns[name] = columns[name].fill_null(target.if_missing)
            unknown = pc.sum(pc.equal(columns[name], target.if_missing)).as_py() or 0
        elif target.needed:
            run.count(target, rule, unknown, _EMPTY)
        run.tally.missing[table, name] += unknown
    return columns


def _derived_test(columns: dict[str, pa.Array], run: Pass) -> pa.Array:
    shown = pc.or_(columns["test_score"].is_valid(), columns["test_advice"].is_valid())
    untested = pc.is_in(columns["cohort"], value_set=pa.array(run.known.untested, pa.int64()))
    return pc.if_else(shown, "taken", pc.if_else(untested, "no_test_that_year", UNKNOWN))


def _derived_place(columns: dict[str, pa.Array], run: Pass) -> pa.Array:
    shown = [columns[name].is_valid() for name in ("class_code", "position", "vo_school_id")]
    return pc.if_else(pc.or_(pc.or_(shown[0], shown[1]), shown[2]), "enrolled", UNKNOWN)


_DERIVED = {"test": _derived_test, "place": _derived_place}


def _column(chunk: pa.Table, run: Pass, target: Target, rule: Rule) -> pa.Array:
    if rule.origin == "constant":
        return _constant(chunk, run, target, rule)
    parts = [_known(chunk[name], run, rule) for name in rule.columns]
    if rule.origin == "highest_of":
        return _highest([_text(part, run, target, rule).full() for part in parts], run)
    if rule.origin == "join":
        texts = [part.full() for part in parts]
        joined = pc.binary_join_element_wise(*texts, "", null_handling="emit_null")
        parts = [_distinct(joined)]
    column = _MAKERS[target.kind](parts[0], run, target, rule).full()
    if target.name in ADVICES:
        _count_codes(column, run.tally.codes[target.name])
    return column


def _constant(chunk: pa.Table, run: Pass, target: Target, rule: Rule) -> pa.Array:
    column = pa.repeat(pa.scalar(rule.constant, _TYPES[target.kind]), chunk.num_rows)
    # Whether a code may be used depends on the config, which the mapping's own check doesn't know.
    if target.kind == "text":
        column = _text(_distinct(column), run, target, rule).full()
    if target.name in ADVICES:
        _count_codes(column, run.tally.codes[target.name])
    return column


def _distinct(column: pa.Array | pa.ChunkedArray) -> _Distinct:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    encoded = column.dictionary_encode()
    return _Distinct(encoded.dictionary, encoded.indices)


def _known(column: pa.ChunkedArray, run: Pass, rule: Rule) -> _Distinct:
    """Return a column of the file, trimmed and padded, without the texts that mean "not known"."""
    distinct = _distinct(column)
    unknown = pa.array(["", *run.mapping.missing, *rule.missing], pa.string())
    texts = pc.utf8_trim_whitespace(distinct.values)
    texts = _unless(pc.is_in(texts, value_set=unknown), texts)
    if rule.pad:
        # Where zeros were lost a listed "00" comes as "0", which padding turns back.
        texts = pc.utf8_lpad(texts, rule.pad, "0")
        texts = _unless(pc.is_in(texts, value_set=unknown), texts)
    return distinct.with_values(texts)


def _unless(marked: pa.Array, values: pa.Array) -> pa.Array:
    """Return the values, with null where they are marked."""
    return pc.if_else(marked, pa.scalar(None, values.type), values)


def _refused(
    column: _Distinct, marked: pa.Array, run: Pass, target: Target, rule: Rule, words: str
) -> _Distinct:
    """Count the marked values as a problem and make them missing."""
    marked = pc.fill_null(marked, False)
    run.count(target, rule, column.count(marked), words)
    return column.with_values(_unless(marked, column.values))


# Texts ------------------------------------------------------------------------------------------


def _text(column: _Distinct, run: Pass, target: Target, rule: Rule) -> _Distinct:
    if rule.values is not None:
        column = _translated(column, run, target, rule)
    if target.name in ADVICES:
        # Code 0, no advice, has no second digit; a field of two characters writes it as 00.
        zero = pc.equal(column.values, "00")
        return column.with_values(pc.if_else(zero, "0", column.values))
    if target.name == "parental_education":
        return _education(column, run, target, rule)
    if target.allowed:
        outside = pc.invert(pc.is_in(column.values, value_set=pa.array(target.allowed)))
        marked = pc.and_(outside, column.values.is_valid())
        words = "holds {n} value(s) that aren't allowed; allowed is " + _braced(target.says)
        words += ". Translate others with `values`, or list them under `missing`"
        return _refused(column, marked, run, target, rule, words)
    return _unmangled(column, run, target, rule)


def _translated(column: _Distinct, run: Pass, target: Target, rule: Rule) -> _Distinct:
    texts = column.values.to_pylist()
    unlisted = _marks(text is not None and text not in rule.values for text in texts)
    words = "holds {n} value(s) that its `values` don't list; listed are "
    words += _braced(listing(rule.values, 60)) + ". Extend `values`, or list them under `missing`"
    _refused(column, unlisted, run, target, rule, words)
    kind = _TYPES[target.kind]
    return column.with_values(pa.array([rule.values.get(text) for text in texts], kind))


def _marks(marks: Iterable[bool]) -> pa.Array:
    # Of nothing, as in a chunk where a column is all missing, Arrow can't tell the type.
    return pa.array(marks, pa.bool_())


def _braced(words: str) -> str:
    # The words go through str.format for their count.
    return words.replace("{", "{{").replace("}", "}}")


def _education(column: _Distinct, run: Pass, target: Target, rule: Rule) -> _Distinct:
    usable = pa.array(run.known.education, pa.string())
    outside = pc.invert(pc.is_in(column.values, value_set=usable))
    marked = pc.and_(outside, column.values.is_valid())
    words = "holds {n} value(s) that aren't usable codes of reference/parental_education.csv; "
    words += f"usable are {listing(run.known.education, 60)}. Translate others with `values`; "
    words += "codes that aren't verified can be listed under `unverified` in the config"
    column = _refused(column, marked, run, target, rule, words)
    _count_codes(column.full(), run.tally.education, looks_like=r".*")
    return column


def _highest(codes: list[pa.Array], run: Pass) -> pa.Array:
    """Return by row the code of highest rank, null where all are missing."""
    by_rank = pa.array(run.known.education, pa.string())
    places = [pc.index_in(column, value_set=by_rank) for column in codes]
    return by_rank.take(pc.max_element_wise(*places, skip_nulls=True))


def _unmangled(column: _Distinct, run: Pass, target: Target, rule: Rule) -> _Distinct:
    """Refuse ids and codes that a spreadsheet turned into dates, powers of ten or errors."""
    advice = "; give the column the format Text in Excel, or deliver the file as it left the source"
    mangled = ((_DATE, "dates"), (_POWER, "powers of ten"), (_FAILED, "errors"))
    for pattern, what in mangled:
        marked = pc.match_substring_regex(column.values, pattern)
        words = "holds {n} value(s) that Excel turned into " + what + advice
        column = _refused(column, marked, run, target, rule, words)
    return column


def _count_codes(codes: pa.Array, counts: Counter, looks_like: str = r"\d{1,2}") -> None:
    for entry in pc.value_counts(codes).to_pylist():
        if entry["values"] is not None:
            is_code = re.fullmatch(looks_like, entry["values"])
            counts[entry["values"] if is_code else "other"] += entry["counts"]


# Numbers and flags ------------------------------------------------------------------------------


def _number(column: _Distinct, run: Pass, target: Target, rule: Rule) -> _Distinct:
    pattern = rf"^[+-]?\d+(\{run.mapping.form.decimal}\d+)?([eE][+-]?\d+)?$"
    numbers = _numerals(column, run, target, rule, pattern, "numbers")
    scaled = numbers.with_values(_scaled(numbers.values, rule.scale))
    endless = pc.invert(pc.is_finite(scaled.values))
    words = "holds {n} value(s) that are too large to be numbers; correct them"
    return _in_range(_refused(scaled, endless, run, target, rule, words), run, target, rule)


def _scaled(numbers: pa.Array, scale: float) -> pa.Array:
    # Division by 10 rounds right where multiplication by 0.1, which no binary fraction is, doesn't.
    if 0 < scale < 1 and abs(1 / scale - round(1 / scale)) < 1e-9:
        return pc.divide(numbers, float(round(1 / scale)))
    return pc.multiply(numbers, float(scale))


def _whole(column: _Distinct, run: Pass, target: Target, rule: Rule) -> _Distinct:
    pattern = rf"^-?\d{{1,9}}(\{run.mapping.form.decimal}0+)?$"
    numbers = _numerals(column, run, target, rule, pattern, "whole numbers")
    whole = pc.add(numbers.values.cast(pa.int64()), rule.add)
    return _in_range(numbers.with_values(whole), run, target, rule)


def _numerals(
    column: _Distinct, run: Pass, target: Target, rule: Rule, pattern: str, what: str
) -> _Distinct:
    """Return the numbers; refuse what isn't written as one, and say why where that is plain."""
    mark = run.mapping.form.decimal
    other = "," if mark == "." else "."
    wrong = pc.invert(pc.match_substring_regex(column.values, pattern))
    foreign = pc.match_substring_regex(column.values, rf"^[+-]?[\d.,]*\{other}[\d.,]*$")
    for marked, words in (
        (
            pc.and_(wrong, foreign),
            f"with a {other!r}, where numbers have {mark!r} as decimal mark and no thousands "
            f"separator; {_cure_of_mark(run)}",
        ),
        (
            pc.and_(wrong, pc.match_substring_regex(column.values, _DATE)),
            "that Excel turned into dates; give the column the format Number or Text in Excel, or "
            "deliver the file as it left the source",
        ),
        (wrong, f"that aren't {what}; list texts that mean not known under `missing`"),
    ):
        # What the line before refused is null by now, and not counted again.
        still = pc.and_(marked, column.values.is_valid())
        column = _refused(column, still, run, target, rule, "holds {n} value(s) " + words)
    return _without_missing(column, run, rule, pattern)


def _cure_of_mark(run: Pass) -> str:
    # The other forms hold numbers as such, so their mapping has no decimal mark to set.
    has_mark = run.mapping.form.kind in ("csv", "fixed_width", "excel")
    return "set format.decimal, or deliver them so" if has_mark else "deliver numbers as numbers"


def _without_missing(column: _Distinct, run: Pass, rule: Rule, pattern: str) -> _Distinct:
    """Return texts as numbers, without those listed as missing: 999 is also 999,0 and 0999."""
    listed = pa.array([*run.mapping.missing, *rule.missing], pa.string())
    listed = listed.filter(pc.match_substring_regex(listed, pattern))
    texts = (
        pc.replace_substring(a, run.mapping.form.decimal, ".") for a in (column.values, listed)
    )
    numbers, unknown = (text.cast(pa.float64()) for text in texts)
    return column.with_values(_unless(pc.is_in(numbers, value_set=unknown), numbers))


def _in_range(column: _Distinct, run: Pass, target: Target, rule: Rule) -> _Distinct:
    words = "holds {n} value(s) that are out of range; allowed is " + target.says
    words += ". Correct them, or list them under `missing`"
    if target.low is not None:
        column = _refused(column, pc.less(column.values, target.low), run, target, rule, words)
    if target.high is not None:
        column = _refused(column, pc.greater(column.values, target.high), run, target, rule, words)
    return column


def _flag(column: _Distinct, run: Pass, target: Target, rule: Rule) -> _Distinct:
    if rule.values is not None:
        return _translated(column, run, target, rule)
    texts = [text and text.lower() for text in column.values.to_pylist()]
    unlisted = _marks(text is not None and text not in _FLAGS for text in texts)
    words = "holds {n} value(s) that aren't true, false, 1 or 0; translate them with `values`"
    _refused(column, unlisted, run, target, rule, words)
    return column.with_values(pa.array([_FLAGS.get(text) for text in texts], pa.bool_()))


_MAKERS = {"text": _text, "number": _number, "whole": _whole, "flag": _flag}
