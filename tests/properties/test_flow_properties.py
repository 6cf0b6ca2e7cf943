"""Random damage at a good delivery: every delivered row is accounted for, and once."""

import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import configuration, given, settings
from hypothesis import strategies as st
from selections import TABLES, Selection

from advieskloof import io, schemas
from advieskloof.cohort import Inclusion
from advieskloof.errors import DataError

configuration.set_hypothesis_home_dir(Path(__file__).parents[2] / ".venv" / "hypothesis")
modest = settings(deadline=None, max_examples=15, database=None)

GOOD_PUPILS = [
    {
        "pupil_id": f"p{number}",
        "cohort": 2020 + number % 3,
        "school_id": f"s{number % 4}",
        "school_type": "sbo" if number % 5 == 0 else "bo",
        "test_provider": "CET",
        "test_score": 520.0 + number,
        "test_status": "taken",
        "test_advice": "34",
        "initial_advice": "30",
        "parental_education": "hbo",
    }
    for number in range(12)
]
GOOD_ENROLMENTS = [
    {
        "pupil_id": f"p{number}",
        "school_year": 2021 + number % 3 + year,
        "grade": year,
        "status": "enrolled",
    }
    for number in range(12)
    for year in (1, 2)
]
PUPIL_DAMAGE = {
    "pupil_id": ["p0", "p1", "stranger"],
    "cohort": [2020, 2021, 2022],
    "school_type": ["bo", "sbo", "so", "vso"],
    "test_provider": ["CET", "IEP", "DIA", None],
    "test_score": [None, -1.0, 530.0, 1e9],
    "test_status": ["taken", "exempt", "absent", "unknown"],
    "test_advice": [None, "70"],
    "initial_advice": [None, "0", "01", "60"],
}
ENROLMENT_DAMAGE = {
    "pupil_id": ["p0", "p1", "stranger"],
    "school_year": [2020, 2022, 2024],
    "grade": [None, 1, 6],
    "status": ["enrolled", "left"],
}
inclusions = st.builds(
    Inclusion,
    school_types=st.sampled_from([("bo", "sbo"), ("bo",), ("bo", "sbo", "so", "vso")]),
    exclude_statuses=st.sampled_from([(), ("exempt",), ("absent", "unknown")]),
    exclude_vso_advice=st.booleans(),
    exclude_no_advice=st.booleans(),
    repeaters=st.sampled_from(["last", "first", "both"]),
)


def harms(n_rows, damage):
    """Changes of values, and rows given again, each by the number of its row."""
    cell = st.sampled_from([(name, value) for name, values in damage.items() for value in values])
    number = st.integers(0, n_rows - 1)
    return st.tuples(
        st.lists(st.tuples(number, cell), max_size=15),
        st.lists(number, max_size=5),
        st.lists(st.tuples(number, cell), max_size=3),
    )


def harmed(good, harm):
    changes, copies, variants = harm
    rows = [dict(row) for row in good]
    for number, (name, value) in changes:
        rows[number][name] = value
    rows += [dict(rows[number]) for number in copies]
    return rows + [{**rows[number], name: value} for number, (name, value) in variants]


def parquet(contract, rows, order, path):
    empty = schemas.empty_columns(contract, len(rows))
    names = [name for name in empty if any(name in row for row in rows)]
    table = empty.assign(**{name: [row.get(name) for row in rows] for name in names})
    table.insert(0, "file", pd.array(["a"] * len(rows), dtype="str"))
    table.insert(1, "row", range(1, len(rows) + 1))
    table = table.astype(empty.dtypes.to_dict()).iloc[order]
    io.write_parquet(table, path)


def selected(pupils, enrolments, inclusion, shuffle=lambda order: None):
    """The flow and the four written tables, or the message of the run that stopped."""
    with tempfile.TemporaryDirectory() as name:
        found = Selection(Path(name))
        for table, contract, rows in (
            ("pupils", schemas.PUPILS, pupils),
            ("enrolments", schemas.ENROLMENTS, enrolments),
        ):
            order = list(range(len(rows)))
            shuffle(order)
            parquet(contract, rows, order, found.paths("delivered")[table])
        try:
            found.run(inclusion)
        except DataError as error:
            return str(error)
        written = [(kind, table) for kind in ("analysed", "rejected") for table in TABLES]
        return [found.flow, *[found.table(kind, table) for kind, table in written]]


cases = (
    harms(len(GOOD_PUPILS), PUPIL_DAMAGE),
    harms(len(GOOD_ENROLMENTS), ENROLMENT_DAMAGE),
    inclusions,
)


def sums(flow, kind, table):
    rows = flow[(flow["kind"] == kind) & (flow["table"] == table)]
    return int(rows["n"].sum())


@modest
@given(*cases)
def test_every_delivered_row_is_rejected_excluded_or_analysed(pupil_harm, enrolment_harm, asked):
    pupils = harmed(GOOD_PUPILS, pupil_harm)
    enrolments = harmed(GOOD_ENROLMENTS, enrolment_harm)
    found = selected(pupils, enrolments, asked)
    if isinstance(found, str):
        assert found.startswith("no pupil is left")
        return
    flow, *written = found
    kept = dict(zip(("pupils", "enrolments"), written[:2], strict=True))
    rejected = dict(zip(("pupils", "enrolments"), written[2:], strict=True))
    for table, rows, year in (
        ("pupils", pupils, "cohort"),
        ("enrolments", enrolments, "school_year"),
    ):
        parts = {kind: sums(flow, kind, table) for kind in ("rejected", "excluded", "analysed")}
        assert len(rows) == sums(flow, "delivered", table) == sum(parts.values())
        assert parts["analysed"] == len(kept[table])
        assert parts["rejected"] == len(rejected[table])
        by_year = pd.Series([row[year] for row in rows]).value_counts()
        told = flow[(flow["kind"] == "delivered") & (flow["table"] == table)]
        assert dict(zip(told["cohort"], told["n"], strict=True)) == by_year.to_dict()


@modest
@given(*cases)
def test_no_row_is_both_rejected_and_analysed(pupil_harm, enrolment_harm, asked):
    pupils = harmed(GOOD_PUPILS, pupil_harm)
    found = selected(pupils, harmed(GOOD_ENROLMENTS, enrolment_harm), asked)
    if isinstance(found, str):
        return
    _, kept, _, rejected, _ = found
    keys = ["pupil_id", "cohort"]
    assert not kept.duplicated(keys).any()
    assert not rejected.duplicated(["file", "row"]).any()
    # A copy's first row may be analysed; every other reason takes all of the pupil's cohort.
    others = rejected[rejected["reason"] != "identical_duplicate"]
    assert kept.merge(others, on=keys).empty


@modest
@given(*cases, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(pupil_harm, enrolment_harm, asked, random):
    tables = harmed(GOOD_PUPILS, pupil_harm), harmed(GOOD_ENROLMENTS, enrolment_harm)
    plain = selected(*tables, asked)
    shuffled = selected(*tables, asked, random.shuffle)
    if isinstance(plain, str):
        assert shuffled == plain
        return
    for one, other in zip(plain, shuffled, strict=True):
        pd.testing.assert_frame_equal(one, other)
