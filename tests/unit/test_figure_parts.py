"""What figures share: looks by meaning, names that keep apart, gaps in words, alt text."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from figure_geometry import SIGHT, contrast, difference, lab
from figure_tables import estimates
from hypothesis import given
from hypothesis import strategies as st

from advieskloof.errors import FigureError
from advieskloof.figures import absent, alt, caption, palette
from advieskloof.figures.marks import apart
from advieskloof.figures.rows import are_split_by, grouping_of, ordered
from advieskloof.labels import percentage

ORDERED = ("parental_education_five", "parental_education_three", "urbanity")

every_scale = pytest.mark.parametrize("variable", ORDERED)


def classes(variable):
    looks = palette.looks(variable)
    return [look for name, look in looks.items() if name not in ("unknown", "total")]


# Looks


@every_scale
def test_each_colour_of_a_scale_stands_out_from_white(variable):
    for look in palette.looks(variable).values():
        assert contrast(look.colour, "white") >= 3


@pytest.mark.parametrize("colour", [palette.ONE, *palette.DIRECTIONS.values()])
def test_each_other_colour_stands_out_from_white(colour):
    assert contrast(colour, "white") >= 4.5  # titles are written in it too


@every_scale
def test_the_classes_of_a_scale_run_in_order_through_grey(variable):
    grey = [lab(look.colour)[0] for look in classes(variable)]
    steps = np.diff(grey)
    assert (np.abs(steps) >= 9).all()
    assert len(set(np.sign(steps))) == 1


@every_scale
@pytest.mark.parametrize("sight", list(SIGHT))
def test_the_classes_of_a_scale_differ_for_the_colour_blind(variable, sight):
    for one, other in combinations(classes(variable), 2):
        assert difference(one.colour, other.colour, sight) >= 10


@every_scale
def test_each_class_has_a_marker_of_its_own(variable):
    markers = [look.marker for look in classes(variable)]
    assert len(set(markers)) == len(markers)
    assert palette.UNKNOWN.marker not in markers
    assert palette.UNKNOWN.line != palette.ALL.line != "-"


@pytest.mark.parametrize("sight", list(SIGHT))
def test_under_and_over_differ_in_grey_and_for_the_colour_blind(sight):
    under, over = palette.DIRECTIONS.values()
    assert difference(under, over, sight) >= 20
    assert abs(lab(under)[0] - lab(over)[0]) >= 10


def test_the_bases_differ_without_colour():
    (first_marker, first_line), (final_marker, final_line) = palette.BASES.values()
    assert first_marker != final_marker
    assert first_line != final_line


def test_a_grouping_without_an_order_has_no_looks():
    with pytest.raises(KeyError):
        palette.looks("sex")


# Names that keep apart

heights = st.lists(st.floats(-100, 100, allow_nan=False), min_size=1, max_size=8)


@given(heights, st.floats(0.5, 10))
def test_names_keep_apart_in_their_order(places, least):
    moved = apart(places, least)
    order = np.argsort(places, kind="stable")
    assert (np.diff(moved[order]) >= least - 1e-6).all()
    assert moved.mean() == pytest.approx(np.mean(places), abs=1e-6)


def test_names_that_have_room_stay_where_they_are():
    assert apart([30, 10, 20], 5).tolist() == [30, 10, 20]


def test_names_that_crowd_spread_around_their_middle():
    assert apart([50, 50, 80], 6).tolist() == [47, 53, 80]


# Gaps in words


def test_a_suppressed_number_is_called_that_and_another_tells_its_reason():
    assert absent.in_short("suppressed", "disclosure_control", "nl") == "onderdrukt"
    assert absent.in_short("suppressed_secondary", "linked_to_suppressed", "en") == "suppressed"
    assert absent.in_short("not_defined", "no_test_that_year", "en") == "no test that year"
    assert absent.in_short("not_possible", None, "nl") == "niet mogelijk"


def test_in_full_the_reasons_stand_in_brackets():
    words = absent.in_full("not_defined", "no_test_that_year; code_detail_missing", "en")
    assert words == (
        "not defined (no test that year; the source does not give advices in full codes)"
    )


def test_a_status_is_explained_once():
    rows = estimates(
        [
            {"estimate": 0.1},
            {"status": "suppressed", "reason": "disclosure_control", "estimate": 0},
            {"status": "suppressed", "reason": "disclosure_control", "estimate": 0},
            {"status": "not_supported", "reason": "coverage_below_90_percent", "estimate": 0},
        ]
    )
    assert absent.status_note(rows, "en") == (
        "Suppressed: disclosure control. "
        "Not supported: too few of the scores occur in the group (below 90%)."
    )
    assert absent.cross_note(rows.iloc[:1], "en") == ""


def test_the_note_on_numbers_tells_reasons_of_all_or_of_some():
    some = estimates([{"estimate": 0.1}, {"estimate": 0.2, "reason": "fewer_than_10_schools"}])
    assert caption.interval_note(some, "en") == "For some of the numbers: fewer than ten schools."
    joined = "expectation_by_score_band; fewer_than_10_schools"
    every = estimates([{"estimate": 0.2, "reason": joined}])
    assert caption.interval_note(every, "nl") == (
        "Verwacht advies per scoreband, omdat er weinig leerlingen per score zijn; "
        "minder dan tien scholen."
    )


def test_the_meaning_of_an_interval_is_told_only_where_there_is_one():
    rows = estimates([{"estimate": 0.1}])
    assert "95%" in caption.error_note(rows, "nl")
    assert caption.error_note(rows.assign(lower=np.nan, upper=np.nan), "nl") == ""


def test_numbers_of_pupils_are_told_from_least_to_most_and_not_where_unknown():
    space = "\N{NO-BREAK SPACE}"
    assert caption.pupils(pd.Series([1200, None, 30]), "nl") == f"n{space}={space}30–1.200"
    assert caption.pupils(pd.Series([30, 30]), "en") == f"n{space}={space}30"
    assert caption.pupils(pd.Series([None, None], dtype="Int64"), "en") == ""


# Alt text


def told(shares, how=alt.course):
    rows = estimates(
        [
            {"estimate": 0 if share is None else share}
            | ({"status": "suppressed", "reason": "disclosure_control"} if share is None else {})
            for share in shares
        ]
    )
    at = pd.Series([f"place {number}" for number in range(1, len(shares) + 1)])
    return how(rows, at, lambda share: percentage(share, "en", 0), "en")


def test_a_course_tells_ends_and_extremes():
    assert told([0.2, 0.5, 0.1, 0.3]) == (
        "from 20% (place 1) to 30% (place 4), highest 50% (place 2), lowest 10% (place 3)"
    )
    assert told([0.2, 0.3]) == "from 20% (place 1) to 30% (place 2)"
    assert told([0.2]) == "20% (place 1)"


def test_a_course_tells_what_is_not_there():
    assert told([0.2, None, 0.3, None]) == (
        "from 20% (place 1) to 30% (place 3); without a number place 2 and place 4: "
        "suppressed (disclosure control)"
    )
    assert told([None]).startswith("no numbers; without a number place 1")


def test_ends_of_unordered_rows_and_each_of_a_few():
    assert told([0.2, 0.5, 0.1], alt.ends) == "highest 50% (place 2), lowest 10% (place 3)"
    assert told([0.2], alt.ends) == "20% (place 1)"
    assert told([0.2, 0.4], alt.each) == "20% (place 1) and 40% (place 2)"


# Rows


def test_rows_are_split_by_all_of_the_groupings_and_no_other():
    rows = estimates(
        [
            {"estimate": 0.1},
            {"estimate": 0.1, "urbanity": "1"},
            {"estimate": 0.1, "urbanity": "1", "corop": "CR01"},
            {"estimate": 0, "status": "not_defined", "reason": "no_test_that_year"},
        ]
    )
    assert are_split_by(rows).tolist() == [True, False, False, True]
    assert are_split_by(rows, "urbanity").tolist() == [False, True, False, True]
    assert are_split_by(rows, "corop", "urbanity").tolist() == [False, False, True, True]


def test_rows_are_ordered_as_listed_and_others_left_out():
    rows = estimates([{"estimate": 0.1, "base": base} for base in ("final", "initial")])
    assert ordered(rows, {"base": ("initial", "final")}, "f")["base"].tolist() == [
        "initial",
        "final",
    ]
    assert ordered(rows, {"base": ("final",)}, "f")["base"].tolist() == ["final"]
    with pytest.raises(FigureError, match="f: "):
        ordered(rows, {"base": ("neither",)}, "f")


def test_the_grouping_is_the_first_by_which_rows_are_split():
    rows = estimates([{"estimate": 0.1, "parental_education_three": "low"}])
    assert grouping_of(rows, "parental_education_five", "parental_education_three") == (
        "parental_education_three"
    )
    assert grouping_of(rows, "urbanity", "corop") == "urbanity"


# Whom rows are about


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ("interval", "pupils from group 8, followed in secondary school"),
        ("r1", "secondary school locations with a grade 3"),
        ("whole_level", "pupils in group 8 with a first advice"),
    ],
)
def test_the_population_follows_from_the_definition(definition, words):
    rows = estimates([{"definition": definition, "estimate": 0.1}])
    assert caption.population(rows, "en") == words
    assert caption.are_of_locations(rows) == (definition == "r1")
