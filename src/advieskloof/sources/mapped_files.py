"""Delivered files as PUPILS and ENROLMENTS through a mapping, or what stands in their way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from advieskloof import levels, reference, schemas
from advieskloof.errors import DataError, listing
from advieskloof.sources import conversion, files, targets
from advieskloof.sources.conversion import Pass, Tally
from advieskloof.sources.delivered import placed, writer
from advieskloof.sources.mapping import DeliveryMapping

# By what is counted or split: the columns without which it can't be made.
NEEDS = {
    "reconsideration": ("initial_advice", "test_advice", "adjusted_advice"),
    "advice against test advice": ("initial_advice", "test_advice"),
    "what rests on the test score": ("test_provider", "test_score"),
    "split by parental education": ("parental_education",),
    "split by sex": ("sex",),
    "split by migration background": ("migration_background",),
    "split by income": ("income_quintile",),
    "split by region": ("corop",),
    "split by urbanity": ("urbanity",),
}
NEEDS_OF_ENROLMENTS = {
    "first place in secondary school": ("class_code",),
    "moves up and down": ("grade", "class_code", "position"),
    "change of school": ("vo_school_id",),
}


@dataclass(frozen=True)
class Finding:
    """Something to know of a delivery: a `problem` stops a run, a `note` doesn't.

    `file` is empty where it holds for the delivery as a whole.
    """

    kind: str
    file: str
    text: str


def read_deliveries(
    deliveries: Sequence[tuple[DeliveryMapping, Sequence[Path]]],
    pupils_path: Path,
    enrolments_path: Path,
    unverified: reference.Unverified,
) -> pd.DataFrame:
    """Write the pupils and enrolments of deliveries as one Parquet file each.

    The columns are those of PUPILS and ENROLMENTS in the contract's types, after `file` (name
    without folder; the whole path where two files share a name) and `row` (record in the file,
    from 1). Missing is null; `unknown` where a needed text has that word. Memory doesn't grow
    with the length of a file. Nothing is left behind where anything is wrong.

    Returns the counts `file, rows, pupils, enrolments`, one row a file.

    Raises
    ------
    DataError : a file can't be read, or values in it aren't what the mapping and the contracts
        say, with every column and count of that delivery.
    """
    known = conversion.knowledge(unverified)
    names = _shown_names([path for _, paths in deliveries for path in paths])
    counts = []
    with writer(pupils_path, "pupils") as pupils, writer(enrolments_path, "enrolments") as places:
        writers = {"pupils": pupils, "enrolments": places}
        for mapping, paths in deliveries:
            tally = Tally()
            for path in paths:
                run = Pass(mapping, names[path], known, tally)
                for table, rows in _tables(Path(path), run):
                    writers[table].write_table(rows)
            _raise_problems(tally, mapping, unverified)
            counts.append(_counts(tally))
    return pd.concat(counts, ignore_index=True)


def _shown_names(paths: Sequence[Path]) -> dict[Path, str]:
    """Return by path the name that results give a file; DataError where one is given twice."""
    twice = sorted({str(path) for path in paths if list(paths).count(path) > 1})
    if twice:
        raise DataError(f"{listing(twice)} is given more than once; name each file once.")
    short = [Path(path).name for path in paths]
    return {
        path: name if short.count(name) == 1 else str(path)
        for path, name in zip(paths, short, strict=True)
    }


def _tables(path: Path, run: Pass) -> Iterator[tuple[str, pa.Table]]:
    """Give the rows of a file, chunk by chunk, each with the name of its table."""
    mapping, tally = run.mapping, run.tally
    _check_others(path, mapping)
    for chunk in files.chunks(path, mapping.form, mapping.columns):
        first = tally.rows[run.file] + 1
        tally.rows[run.file] += chunk.num_rows
        records = pa.array(np.arange(first, first + chunk.num_rows))
        cohort = None
        if mapping.pupils:
            columns = conversion.pupils(chunk, run)
            cohort = columns["cohort"]
            tally.pupils[run.file] += chunk.num_rows
            yield "pupils", placed("pupils", columns, run.file, records)
        for rules in mapping.enrolments:
            columns, kept = conversion.enrolments(chunk, run, rules, cohort)
            rows = placed("enrolments", columns, run.file, records.filter(kept))
            tally.enrolments[run.file] += rows.num_rows
            yield "enrolments", rows


def _check_others(path: Path, mapping: DeliveryMapping) -> None:
    if not mapping.refuses_others:
        return
    n, others = _unused(path, mapping)
    if n:
        raise DataError(
            f"{path} has {n} column(s) that no rule uses: {others}; remove them, or set "
            "other_columns to ignore."
        )


def _unused(path: Path, mapping: DeliveryMapping) -> tuple[int, str]:
    """Return how many columns of a file no rule uses, and their names for the reader."""
    used = mapping.columns
    names = files.header(path, mapping.form)
    others = [name for name in names if name and name not in used]
    return len(others), files.shown(path, mapping.form, names, others, used)


def _counts(tally: Tally) -> pd.DataFrame:
    names = list(tally.rows)
    return pd.DataFrame(
        {
            "file": pd.array(names, dtype=schemas.TEXT),
            "rows": [tally.rows[name] for name in names],
            "pupils": [tally.pupils[name] for name in names],
            "enrolments": [tally.enrolments[name] for name in names],
        }
    )


# What is wrong ----------------------------------------------------------------------------------


def _raise_problems(
    tally: Tally, mapping: DeliveryMapping, unverified: reference.Unverified
) -> None:
    found = list(_problems(tally, mapping, unverified))
    if found:
        raise DataError("\n  ".join(f"{file}: {text}" if file else text for file, text in found))


def _problems(
    tally: Tally, mapping: DeliveryMapping, unverified: reference.Unverified
) -> Iterator[tuple[str, str]]:
    """Give (file, what is wrong); the file is empty where all files are counted together."""
    yield from tally.sentences()
    advice = levels.advice_table(unverified)
    where = f"{mapping.delivery} ({listing(tally.rows)})"
    for name, counts in tally.codes.items():
        is_test = name == "test_advice"
        usable = advice.index[advice["registered_test_advice"]] if is_test else advice.index
        others = {code: n for code, n in counts.items() if code not in usable}
        codes = pd.Series(np.repeat(list(others), list(others.values())), name=name)
        try:
            levels.check_codes(codes.astype(schemas.TEXT), advice, where, test=is_test)
        except DataError as error:
            yield "", str(error)
    systems = _systems(tally, unverified)
    if len(systems) > 1:
        yield (
            "",
            f"{where}: parental_education mixes the systems {listing(systems)} of "
            "reference/parental_education.csv, which have no common order; use one of them.",
        )


def _systems(tally: Tally, unverified: reference.Unverified) -> list[str]:
    systems = conversion.knowledge(unverified).systems
    return sorted({systems[code] for code in tally.education if code in systems} - {""})


# check-delivery ---------------------------------------------------------------------------------


def describe(
    mapping: DeliveryMapping, paths: Sequence[Path], unverified: reference.Unverified
) -> list[Finding]:
    """Return what fits and what doesn't of a delivery, and what results would lack.

    Reads every row and writes none. Problems come first; then, as notes, the rows of each file,
    the columns that no rule uses, the share missing by column, and what can't be made for want
    of a column.
    """
    known = conversion.knowledge(unverified)
    tally = Tally()
    problems = []
    notes = []
    for path, name in _shown_names(paths).items():
        try:
            for _ in _tables(Path(path), Pass(mapping, name, known, tally)):
                pass
            notes += _notes_on_file(Path(path), name, mapping, tally)
        except DataError as error:
            problems.append(Finding("problem", name, str(error)))
    found = _problems(tally, mapping, unverified)
    problems += [Finding("problem", file, text) for file, text in found]
    return [*problems, *notes, *_missing_notes(mapping, tally), *_lacking_notes(tally)]


def _notes_on_file(
    path: Path, name: str, mapping: DeliveryMapping, tally: Tally
) -> Iterator[Finding]:
    yield Finding(
        "note",
        name,
        f"{tally.rows[name]} records give {tally.pupils[name]} pupils and "
        f"{tally.enrolments[name]} enrolments.",
    )
    n, others = _unused(path, mapping)
    if n:
        yield Finding("note", name, f"{n} column(s) are not used: {others}.")


def _missing_notes(mapping: DeliveryMapping, tally: Tally) -> Iterator[Finding]:
    rows = {"pupils": tally.pupils.total(), "enrolments": tally.enrolments.total()}
    given = {("pupils", name) for name in mapping.pupils}
    given |= {("enrolments", name) for rules in mapping.enrolments for name in rules}
    for (table, column), n in tally.missing.items():
        if n and (table, column) in given:
            share = n / rows[table] if rows[table] else 1
            text = f"{table}.{column} is missing or unknown in {n} rows ({share:.1%})."
            yield Finding("note", "", text)


def _lacking_notes(tally: Tally) -> Iterator[Finding]:
    absent = _absent("pupils", tally, tally.pupils.total())
    absent_places = _absent("enrolments", tally, tally.enrolments.total())
    for needs, lacking in ((NEEDS, absent), (NEEDS_OF_ENROLMENTS, absent_places)):
        for what, columns in needs.items():
            without = [name for name in columns if name in lacking]
            if without:
                text = f"Not possible without {listing(without)}: {what}."
                yield Finding("note", "", text)


def _absent(table: str, tally: Tally, n_rows: int) -> set[str]:
    """Return the columns without a value in any row, as those without a rule are."""
    return {name for name in targets.of(table) if tally.missing[table, name] >= n_rows}
