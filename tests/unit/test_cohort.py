"""Who is rejected, excluded and analysed, on tables small enough to work out by hand."""

import pandas as pd
import pytest
import selections

from advieskloof import io, schemas
from advieskloof.cohort import Inclusion, compare_test_advice
from advieskloof.errors import DataError

SECRET = "Jansen-123456782"
PUPIL = {
    "pupil_id": "p1",
    "cohort": 2021,
    "school_id": "s1",
    "school_type": "bo",
    "test_provider": "CET",
    "test_score": 530.0,
    "test_status": "taken",
    "test_advice": "34",
    "initial_advice": "30",
    "parental_education": "hbo",
}
ENROLMENT = {"pupil_id": "p1", "school_year": 2022, "grade": 1, "status": "enrolled"}
UNTESTED = {"test_provider": None, "test_score": None, "test_advice": None}
EVERYBODY = Inclusion(school_types=("bo", "sbo", "so", "vso"), repeaters="both")


def delivered(contract, good, rows):
    """A delivered table of the good row with each row's changes, in rows 1, 2, … of one file."""
    rows = [{**good, **row} for row in rows]
    place = {"file": "data/a.csv", "row": range(1, len(rows) + 1)}
    empty = schemas.empty_columns(contract, len(rows))
    given = {name: [row.get(name) for row in rows] for name in empty if name in good or rows}
    table = empty.assign(**given).astype(empty.dtypes.to_dict())
    return pd.DataFrame(place).astype({"file": "str", "row": "int64"}).join(table)


class Selection(selections.Selection):
    """A selection from rows given as changes to a good one; `allowed` is all by default."""

    def __init__(self, folder, pupils, enrolments=(), inclusion=EVERYBODY, allowed=1.0):
        super().__init__(folder)
        paths = self.paths("delivered")
        io.write_parquet(delivered(schemas.PUPILS, PUPIL, pupils), paths["pupils"])
        io.write_parquet(delivered(schemas.ENROLMENTS, ENROLMENT, enrolments), paths["enrolments"])
        self.run(inclusion, allowed)

    def kept(self, table="pupils"):
        """(pupil, year) of the rows that are analysed, as they stand."""
        rows = self.table("analysed", table)
        year = rows["cohort" if table == "pupils" else "school_year"]
        return list(zip(rows["pupil_id"], year, strict=True))

    def rejected(self, table="pupils"):
        """{delivered row: reason}."""
        rows = self.table("rejected", table)
        return dict(zip(rows["row"].tolist(), rows["reason"], strict=True))

    def counts(self, kind, table="pupils"):
        """{(cohort, step): rows} of a kind, without zeros."""
        rows = self.flow[(self.flow["kind"] == kind) & (self.flow["table"] == table)]
        return {(row.cohort, row.step): row.n for row in rows.itertuples() if row.n}


@pytest.fixture
def selected(tmp_path):
    return lambda *arguments, **words: Selection(tmp_path, *arguments, **words)


# What is wrong with the second of two pupils, and its reason (None: nothing).
FAULTS = {
    "nothing": ({}, None),
    "a score below the scale": ({"test_score": 500.0}, "off_scale"),
    "a score above the scale": ({"test_score": 550.5}, "off_scale"),
    "a scale that nobody knows": ({"test_provider": "DIA", "test_score": 9e9}, None),
    "a score and an exemption": ({"test_status": "exempt"}, "contradiction"),
    "a score and an unknown status": ({"test_status": "unknown"}, "contradiction"),
    "a test advice alone beside an absence": (
        {"test_score": None, "test_status": "absent"},
        "contradiction",
    ),
    "taken and no result delivered": ({"test_score": None, "test_advice": None}, None),
    "taken with a score alone": ({"test_advice": None}, None),
    "taken with a test advice alone": ({"test_score": None}, None),
    "exempt with a score that is no number": (
        {**UNTESTED, "test_score": float("nan"), "test_status": "exempt"},
        None,
    ),
    "exempt with neither": ({**UNTESTED, "test_status": "exempt"}, None),
    "off the scale and contradictory": (
        {"test_score": 500.0, "test_status": "absent"},
        "off_scale",
    ),
}


@pytest.mark.parametrize(("fault", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_row_is_rejected_with_its_reason(selected, fault, reason):
    found = selected([{}, {"pupil_id": "p2", **fault}])
    assert found.rejected() == ({2: reason} if reason else {})
    assert found.kept() == [("p1", 2021)] + ([] if reason else [("p2", 2021)])


def test_of_identical_rows_the_first_stays(selected):
    found = selected([{}, {"pupil_id": "p2"}, {}, {}])
    assert found.rejected() == {3: "identical_duplicate", 4: "identical_duplicate"}
    assert found.kept() == [("p1", 2021), ("p2", 2021)]


def test_of_differing_rows_of_one_pupil_in_one_cohort_none_stays(selected):
    found = selected([{}, {"initial_advice": "34"}, {"pupil_id": "p2"}])
    assert found.rejected() == {1: "differing_duplicate", 2: "differing_duplicate"}


def test_rows_differ_also_where_one_is_empty(selected):
    found = selected([{}, {"sex": "girl"}, {"pupil_id": "p2"}])
    assert set(found.rejected().values()) == {"differing_duplicate"}


def test_a_copy_among_differing_rows_is_a_copy_and_the_rest_differ(selected):
    found = selected([{}, {}, {"initial_advice": "34"}, {"pupil_id": "p2"}])
    assert found.rejected() == {
        1: "differing_duplicate",
        2: "identical_duplicate",
        3: "differing_duplicate",
    }


def test_a_row_has_the_first_reason_that_holds(selected):
    off = {"test_score": 1.0, "test_status": "absent"}
    found = selected([off, off, {"pupil_id": "p2", **off}, {"pupil_id": "p3"}])
    assert found.rejected() == {1: "off_scale", 2: "identical_duplicate", 3: "off_scale"}
    differing = selected([off, {}, {"pupil_id": "p3"}])
    assert set(differing.rejected().values()) == {"differing_duplicate"}


def test_duplicates_are_found_across_files(tmp_path):
    table = delivered(schemas.PUPILS, PUPIL, [{}, {"pupil_id": "p2"}, {}, {"pupil_id": "p3"}])
    table["file"], table["row"] = ["1.csv", "1.csv", "2.csv", "2.csv"], [1, 2, 1, 2]
    found = selections.Selection(tmp_path)
    io.write_parquet(table, found.paths("delivered")["pupils"])
    none = delivered(schemas.ENROLMENTS, ENROLMENT, [])
    io.write_parquet(none, found.paths("delivered")["enrolments"])
    found.run(EVERYBODY)
    assert found.table("analysed")["pupil_id"].tolist() == ["p1", "p2", "p3"]
    rejected = found.table("rejected")[["reason", "file", "row"]]
    assert rejected.to_numpy().tolist() == [["identical_duplicate", "2.csv", 1]]


def test_enrolments_are_rejected_likewise_and_stay_without_their_pupil(selected):
    found = selected(
        [{}, {"cohort": 2020}],
        [
            {},
            {},
            {"school_year": 2023, "grade": 2},
            {"school_year": 2023, "grade": 1},
            {"school_year": 2021},
            {"pupil_id": "elsewhere", "school_year": 2020},
        ],
    )
    assert found.rejected("enrolments") == {
        2: "identical_duplicate",
        3: "differing_duplicate",
        4: "differing_duplicate",
        5: "before_group_8",
    }
    assert found.kept("enrolments") == [("elsewhere", 2020), ("p1", 2022)]
    assert found.counts("rejected", "enrolments") == {
        (2021, "before_group_8"): 1,
        (2022, "identical_duplicate"): 1,
        (2023, "differing_duplicate"): 2,
    }


def test_a_repeaters_last_year_in_group_8_counts_for_the_enrolments(selected):
    found = selected(
        [{"cohort": 2020}, {"cohort": 2021, "test_score": 1.0}],
        [{"school_year": 2021}, {"school_year": 2022}],
    )
    assert found.rejected() == {2: "off_scale"}
    assert found.rejected("enrolments") == {1: "before_group_8"}


# One pupil for each step, in the order of the steps; the last is sound.
VARIED = [
    {"pupil_id": "a", "school_type": "so"},
    {"pupil_id": "b", "initial_advice": "01"},
    {"pupil_id": "c", "initial_advice": None},
    {"pupil_id": "d", "initial_advice": "0"},
    {"pupil_id": "e", "initial_advice": "80"},
    {"pupil_id": "f", **UNTESTED, "test_status": "absent"},
    {"pupil_id": "g", **UNTESTED, "test_status": "exempt"},
    {"pupil_id": "h", "cohort": 2020},
    {"pupil_id": "h", "cohort": 2021},
    {"pupil_id": "i", "school_type": "sbo"},
]


@pytest.mark.parametrize(
    ("inclusion", "excluded"),
    [
        (EVERYBODY, {}),
        (
            Inclusion(),
            {(2021, "school_type"): 1, (2020, "repeater"): 1},
        ),
        (Inclusion(school_types=("bo",), repeaters="both"), {(2021, "school_type"): 2}),
        (
            Inclusion(school_types=("bo", "sbo", "so"), exclude_vso_advice=True, repeaters="first"),
            {(2021, "vso_advice"): 1, (2021, "repeater"): 1},
        ),
        (
            Inclusion(exclude_no_advice=True, repeaters="both"),
            {(2021, "school_type"): 1, (2021, "no_advice"): 3},
        ),
        (
            Inclusion(exclude_statuses=("absent", "exempt"), repeaters="both"),
            {(2021, "school_type"): 1, (2021, "no_test"): 1, (2021, "exempt"): 1},
        ),
        (
            Inclusion(exclude_statuses=("absent",), repeaters="both"),
            {(2021, "school_type"): 1, (2021, "no_test"): 1},
        ),
    ],
)
def test_each_step_excludes_whom_the_config_says(selected, inclusion, excluded):
    found = selected(VARIED, inclusion=inclusion)
    assert found.counts("excluded") == excluded
    assert len(found.kept()) == len(VARIED) - sum(excluded.values())


def test_a_pupil_goes_at_the_first_step_that_holds(selected):
    every = {"school_type": "so", "initial_advice": None, **UNTESTED, "test_status": "exempt"}
    strict = Inclusion(exclude_no_advice=True, exclude_statuses=["exempt"])
    found = selected([{}, {"pupil_id": "p2", **every}], inclusion=strict)
    assert found.counts("excluded") == {(2021, "school_type"): 1}
    found = selected([{}, {"pupil_id": "p2", **every, "school_type": "bo"}], inclusion=strict)
    assert found.counts("excluded") == {(2021, "no_advice"): 1}


@pytest.mark.parametrize(
    ("repeaters", "kept"),
    [("last", [2022]), ("first", [2020]), ("both", [2020, 2021, 2022])],
)
def test_a_repeater_counts_in_the_cohort_that_the_config_says(selected, repeaters, kept):
    rows = [{"cohort": 2021}, {"cohort": 2020}, {"cohort": 2022}]
    found = selected(rows, inclusion=Inclusion(repeaters=repeaters))
    assert found.kept() == [("p1", cohort) for cohort in kept]


def test_a_repeater_whose_last_record_went_before_counts_in_the_cohort_left(selected):
    rows = [{"cohort": 2020}, {"cohort": 2021, "test_score": 1.0}]
    assert selected(rows, inclusion=Inclusion()).kept() == [("p1", 2020)]
    rows = [{"cohort": 2020}, {"cohort": 2021, "school_type": "so"}]
    assert selected(rows, inclusion=Inclusion()).kept() == [("p1", 2020)]


def test_the_flow_names_every_step_and_adds_up(selected):
    found = selected([*VARIED, VARIED[-1]], [{}], Inclusion())
    flow = found.flow[(found.flow["cohort"] == 2021) & (found.flow["table"] == "pupils")]
    flow = flow[flow["kind"] != "note"]
    assert list(zip(flow["kind"], flow["step"], flow["n"], strict=True)) == [
        ("delivered", "delivered", 10),
        ("rejected", "identical_duplicate", 1),
        ("rejected", "differing_duplicate", 0),
        ("rejected", "off_scale", 0),
        ("rejected", "contradiction", 0),
        ("excluded", "school_type", 1),
        ("excluded", "vso_advice", 0),
        ("excluded", "no_advice", 0),
        ("excluded", "no_test", 0),
        ("excluded", "exempt", 0),
        ("excluded", "repeater", 0),
        ("analysed", "analysed", 8),
    ]


def test_a_flow_that_does_not_add_up_breaks_its_contract(selected):
    flow = selected([{}]).flow
    flow.loc[flow["kind"] == "analysed", "n"] += 1
    with pytest.raises(DataError, match="delivered = rejected \\+ excluded \\+ analysed"):
        schemas.validate(flow, schemas.FLOW, "the flow")


def test_the_flow_notes_scales_that_nobody_knows_and_coarse_education(selected):
    dia = {"test_provider": "DIA", "test_score": 350.0}
    found = selected(
        [
            {"parental_education": "low"},
            {"pupil_id": "p2", **dia},
            {"pupil_id": "p3", **dia, "test_advice": None},
            {"pupil_id": "p4", **dia, "test_status": "absent"},
        ]
    )
    assert found.counts("note") == {
        (2021, "education_too_coarse_for_cbs_four"): 3,
        (2021, "education_too_coarse_for_five"): 1,
        (2021, "education_too_coarse_for_kansenkaart"): 1,
        (2021, "scale_unknown_DIA"): 2,
        (2021, "scale_unknown_and_no_test_advice_DIA"): 1,
    }


def test_what_is_written_keeps_its_contract_and_order(selected):
    rows = [
        {"pupil_id": "z", "weight": 1.5},
        {"pupil_id": "y", "cohort": 2022},
        {"pupil_id": "x", "school_id": "s0"},
        {"pupil_id": "b"},
        {"pupil_id": "off", "test_score": 1.0},
    ]
    found = selected(rows, [{"apcg": True}, {"school_year": 2023, "grade": None}])
    pupils = schemas.in_types(found.table("analysed"), schemas.PUPILS, "pupils")
    assert pupils["pupil_id"].tolist() == ["x", "b", "z", "y"]
    assert pupils["weight"].tolist()[2] == 1.5
    table = found.table("analysed", "enrolments")
    enrolments = schemas.in_types(table, schemas.ENROLMENTS, "enrolments")
    assert enrolments["grade"].isna().tolist() == [False, True]
    rejected = found.table("rejected")
    assert list(rejected) == ["reason", "file", "row", *schemas.PUPILS.schema.columns]
    assert rejected[["file", "row"]].to_numpy().tolist() == [["data/a.csv", 5]]


def test_the_same_rows_give_the_same_bytes_and_leave_no_spill(selected):
    rows = [{"pupil_id": f"p{number}"} for number in range(3000)]
    first = selected(rows)
    path = first.paths("analysed")["pupils"]
    before = path.read_bytes()
    selected(rows[::-1])
    assert path.read_bytes() == before
    assert not first.spill.exists()


def refused(selected, *arguments, **words):
    with pytest.raises(DataError) as caught:
        selected(*arguments, **words)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert SECRET not in str(caught.value)
    return str(caught.value)


TWO_OF_TEN = [
    *[{"pupil_id": f"p{number}"} for number in range(8)],
    {"pupil_id": SECRET, "test_score": 1.0},
    {"pupil_id": "p0"},
]


def test_too_many_rejected_rows_stop_the_run_with_their_reasons(selected):
    message = refused(selected, TWO_OF_TEN, allowed=0.19)
    assert message == (
        "the delivered pupils: 2 of 10 row(s) (20 %) are rejected, of which 19 % is allowed "
        "(source.max_rejected_share): identical_duplicate 1, off_scale 1. They are in "
        "results/private/rejected/pupils.parquet. Correct the delivery or its mapping, or allow a "
        "larger share."
    )


def test_as_many_rejected_rows_as_allowed_pass(selected):
    assert len(selected(TWO_OF_TEN, allowed=0.2).kept()) == 8


def test_each_table_may_lose_its_own_share(selected):
    message = refused(selected, TWO_OF_TEN, [{}, {}], allowed=0.2)
    assert message.startswith("the delivered enrolments: 1 of 2 row(s) (50 %) are rejected")


def test_nobody_left_is_an_error_that_names_the_last_step(selected):
    rows = [{"pupil_id": "a", "school_type": "so"}, {"pupil_id": "b", "initial_advice": None}]
    rows += [{"pupil_id": SECRET, "test_score": 1.0}]
    message = refused(selected, rows, inclusion=Inclusion(exclude_no_advice=True))
    assert message == (
        "no pupil is left of the 3 delivered: the last ones went at the step no_advice. By step: "
        "off_scale 1, school_type 1, no_advice 1. Change source.inclusion or the delivery, so "
        "that at least 1 pupil is left."
    )


def test_nobody_delivered_is_an_error(selected):
    assert refused(selected, []).startswith("No pupil was delivered")


def test_a_cohort_that_is_not_known_is_an_error(selected):
    message = refused(selected, [{}, {"cohort": 2099}])
    assert "cohort holds 1 value(s) of 2 that aren't in reference/regimes.csv; allowed are" in (
        message
    )


def test_a_delivered_file_without_a_column_is_an_error(tmp_path):
    found = selections.Selection(tmp_path)
    table = delivered(schemas.PUPILS, PUPIL, [{}]).drop(columns=["row", "sex"])
    io.write_parquet(table, found.paths("delivered")["pupils"])
    with pytest.raises(DataError, match=r"lacks 2 column\(s\) of delivered pupils: row, sex"):
        found.run(EVERYBODY)


def test_registered_and_derived_test_advice_are_compared_over_the_analysed(selected):
    rows = [
        {"pupil_id": "a"},
        {"pupil_id": "b"},
        {"pupil_id": "c", "test_advice": "44"},
        {"pupil_id": "d", "test_score": 1.0},
    ]
    found = selected(rows)
    table = compare_test_advice(found.paths("analysed")["pupils"], {}, found.spill)
    assert table.to_numpy().tolist() == [
        [2021, "CET", "vmbo_gt_havo", "vmbo_kb_gt", 1],
        [2021, "CET", "vmbo_kb_gt", "vmbo_kb_gt", 2],
    ]
    assert not found.spill.exists()
