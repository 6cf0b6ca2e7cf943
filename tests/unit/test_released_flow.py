"""The flow of pupils as it leaves, and as the report tells of it."""

import pandas as pd
import pytest

from advieskloof.cohort import STEPS
from advieskloof.disclosure import flow as released_flow
from advieskloof.rejection import REASONS
from advieskloof.report import flow

COUNTS = [
    ("pupils", "2023", "delivered", "delivered", "1034"),
    ("pupils", "2023", "off_scale", "rejected", "3"),
    ("pupils", "2023", "contradiction", "rejected", "16"),
    ("pupils", "2023", "school_type", "excluded", "0"),
    ("pupils", "2023", "analysed", "analysed", "1015"),
    ("pupils", "2024", "delivered", "delivered", "2127"),
    ("pupils", "2024", "repeater", "excluded", "127"),
    ("pupils", "2024", "analysed", "analysed", "2000"),
    ("pupils", "2023", "scale_unknown_AMN", "note", "7"),
    ("enrolments", "2023", "delivered", "delivered", "9"),
]
PRIVATE = pd.DataFrame(COUNTS, columns=["table", "cohort", "step", "kind", "n"])


@pytest.fixture
def released():
    return released_flow.released(PRIVATE, 10)


def test_rejected_and_left_out_are_rounded_down_and_the_rest_stays_inside(released):
    assert released.values.tolist() == [
        ["2023", "off_scale", "rejected", 0],
        ["2023", "contradiction", "rejected", 10],
        ["2023", "school_type", "excluded", 0],
        ["2024", "repeater", "excluded", 120],
    ]


@pytest.mark.parametrize("width", [5, 10])
def test_a_reader_has_as_many_counts_to_choose_from_as_the_width(width):
    counts = [("pupils", str(2000 + n), "exempt", "excluded", str(n)) for n in range(90)]
    table = released_flow.released(pd.DataFrame(counts, columns=PRIVATE.columns), width)
    assert set(table["n"].value_counts()) == {width}


def test_the_sentence_adds_up_over_the_cohorts_drawn(released):
    assert flow.sentence(released, ["2023", "2024"], "en") == (
        "Rejected beforehand: 10 delivered rows; left out: 120 (2023/24–2024/25, rounded down)."
    )
    assert flow.sentence(released, ["2023"], "nl") == (
        "Vooraf afgekeurd: 10 aangeleverde rijen; buiten beschouwing: 0 (2023/24, naar beneden "
        "afgerond)."
    )


@pytest.mark.parametrize("cohorts", [["2023-2024"], ["total"]])
def test_years_together_are_all_counted(released, cohorts):
    both = flow.sentence(released, ["2023", "2024"], "en")
    assert flow.sentence(released, cohorts, "en") == both


def test_the_tables_hold_each_year_and_the_reasons_that_occur(released):
    assert flow.by_cohort(released, "en")["body"] == [
        ["2023/24", "10", "0"],
        ["2024/25", "0", "120"],
    ]
    assert flow.by_reason(released, "en")["body"] == [
        ["rejected: contradictory", "10"],
        ["left out: more than once in group 8", "120"],
    ]


def test_every_reason_of_the_flow_has_words():
    assert set(flow.REASONS) == {*REASONS["pupils"], *STEPS["pupils"]}
