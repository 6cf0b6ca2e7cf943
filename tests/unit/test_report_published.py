import pandas as pd
import pytest

from advieskloof import reference, schemas
from advieskloof.disclosure import plan
from advieskloof.labels import label
from advieskloof.report import published
from advieskloof.report.readable import compared_with, in_unit, readable

both_languages = pytest.mark.parametrize("language", ["nl", "en"])


def released(**columns):
    """A released table of one row: under-advising by a whole level in 2014/15, 16 %."""
    known = {
        "source": "mine",
        "public": False,
        "table": "advice_by_cohort",
        "indicator": "under_of_placed",
        "definition": "whole_level",
        "base": "initial",
        "adjustment": "raw",
        "region_of": "school",
        "cohort": "2014",
        "unit": "share",
        "estimate": 0.16,
        "n": 1000,
        "k": 160,
        "status": "ok",
        **dict.fromkeys(schemas.SPLITS, "total"),
    }
    table = schemas.empty_columns(schemas.ESTIMATES, 1).assign(**known | columns)
    return table.astype(schemas.empty_columns(schemas.ESTIMATES, 0).dtypes.to_dict())


def row(table, language="en", figure="under_2014"):
    place = reference.read("published_figures", {})["figure"].tolist().index(figure)
    return published.beside({"mine": table}, language)["body"][place]


def test_a_published_figure_stands_beside_the_number_that_measures_the_same():
    assert row(released())[1:4] == ["2014/15", "17.0%", "16.0%"]
    assert row(released(), "nl")[1:4] == ["2014/15", "17,0%", "16,0%"]


@pytest.mark.parametrize(
    "other",
    [
        {"cohort": "2015"},
        {"base": "final"},
        {"definition": "half_level"},
        {"adjustment": "standardised"},
        {"indicator": "over_of_placed"},
        {"urbanity": "1"},
        {"reference": "minus cohort=2013"},
        {"score": 540.0},
    ],
)
def test_a_number_about_something_else_does_not(other):
    assert row(released(**other))[3] == "not in this run"


def test_a_suppressed_number_is_told_as_such():
    hidden = {"estimate": None, "n": None, "k": None, "status": "suppressed"}
    told = row(released(**hidden, reason="disclosure_control"))[3]
    assert told == "suppressed (disclosure control)"


def test_a_number_at_one_score_needs_score_provider_and_group():
    at_549 = {
        "indicator": "at_least_vwo",
        "definition": "level",
        "base": "final",
        "cohort": "2015",
        "parental_education_five": "wo",
        "test_provider": "CET",
        "score": 549.0,
    }
    assert row(released(**at_549), figure="vwo_at_549_wo")[2:4] == ["95.0%", "16.0%"]
    for name, value in (("score", 548.0), ("test_provider", "IEP")):
        changed = released(**at_549 | {name: value})
        assert row(changed, figure="vwo_at_549_wo")[3] == "not in this run"


def test_the_default_plan_releases_the_points_of_curves_that_were_published():
    figures = reference.read("published_figures", {})
    points = figures[figures["score"].ne("") & figures["score"].notna()]
    assert len(points) == 2
    rows = [released(**curve_point(known)) for known in points.to_dict("records")]
    tables = {"curve_points_published": plan.load("config/release.yaml")["curve_points_published"]}
    found = plan.planned(tables, {"curves": pd.concat([*rows, released(table="score_curves")])})
    assert [row(found, figure=name)[3] for name in points["figure"]] == ["16.0%", "16.0%"]
    assert len(found) == 2


def curve_point(known):
    names = ("indicator", "definition", "base", "cohort", "test_provider")
    at = {known["grouping"]: known["group"], "score": float(known["score"])}
    return {**{name: known[name] for name in names}, **at, "table": "score_curves"}


@both_languages
def test_a_definition_is_named_where_it_tells_something(language):
    body = published.beside({"mine": released()}, language)["body"]
    figures = reference.read("published_figures", {})
    for known, cells in zip(figures.to_dict("records"), body, strict=True):
        parts = cells[0].split("; ")
        named = label(f"definition:{known['definition']}", language) in parts[1:]
        assert named == (known["indicator"] in ("under_of_placed", "over_of_placed"))
        assert "-" not in cells[1]


@both_languages
def test_agreement_of_synthetic_cohorts_is_said_to_be_no_test(language):
    words = published.TEXTS[language]
    for source, lead in (("mine", []), ("synthetic", [words["fitted"]])):
        found = published.beside({"mine": released(source=source)}, language)["lead"]
        assert found == " ".join([words["lead"], *lead])


@both_languages
def test_what_is_not_comparable_says_why_and_shows_no_number_of_the_run(language):
    rows = reference.read("published_figures", {})
    body = published.beside({"mine": released()}, language)["body"]
    for known, cells in zip(rows.to_dict("records"), body, strict=True):
        assert cells[4] == published.WHY[known["why"]][language]
        if known["comparable"] == "no":
            assert cells[3] == published.TEXTS[language]["not_comparable"]


def test_every_reason_is_used_and_told_in_both_languages():
    assert set(reference.read_all("published_figures")["why"]) == set(published.WHY)
    assert all(set(words) == {"nl", "en"} for words in published.WHY.values())
    assert published.TEXTS["nl"].keys() == published.TEXTS["en"].keys()


# Tables for readers


@pytest.mark.parametrize(
    ("value", "unit", "gap", "words"),
    [
        (0.164, "share", None, "16.4%"),
        (-0.032, "share", "minus urbanity=1", "−3.2 percentage points"),
        (0.456, "levels", None, "0.46"),
        (1.234, "ratio", "divided by urbanity=1", "1.23"),
        (12.34, "points", None, "12.3"),
    ],
)
def test_a_number_is_told_in_its_unit(value, unit, gap, words):
    assert in_unit(value, {"unit": unit, "reference": gap}, "en") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "–"),
        ("minus cohort=2018", "minus 2018/19"),
        ("minus parental_education_five=wo", "minus wo"),
        ("divided by urbanity=1", "divided by extremely urban"),
        ("minus urbanity=1 minus cohort=2014", "minus extremely urban, 2014/15"),
    ],
)
def test_a_reference_is_told_in_words(text, words):
    assert compared_with(text, "en") == words


def test_a_table_shows_the_columns_that_tell_its_rows_apart():
    rows = pd.concat([released(), released(base="final", k=170, estimate=0.17)])
    shown = readable(rows, "en")
    assert shown["header"] == [
        "school year",
        "indicator",
        "advice",
        "value",
        "number (numerator)",
        "number (denominator)",
    ]
    assert [cells[3:] for cells in shown["body"]] == [
        ["16.0%", "160", "1,000"],
        ["17.0%", "170", "1,000"],
    ]


def test_a_row_without_number_says_why_and_has_dashes():
    rows = released(estimate=None, n=None, k=None, status="not_defined", reason="no_test_that_year")
    cells = readable(pd.concat([released(), rows]), "en")["body"][1]
    assert cells[-3:] == ["not defined (no test that year)", "–", "–"]


def test_a_percentile_keeps_its_half_and_a_score_is_whole():
    rows = pd.concat([released(score=22.5), released(score=545.0)])
    assert [cells[2] for cells in readable(rows, "en")["body"]] == ["22.5", "545"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"lower": 0.15, "upper": 0.17}, "15.0%\u00a0to\u00a017.0%"),
        (
            {"lower": 0.15, "upper": 0.17, "reference": "minus urbanity=1"},
            "15.0\u00a0to\u00a017.0 percentage points",
        ),
        ({"lower": None}, "–"),
    ],
)
def test_an_interval_names_its_unit_once(columns, words):
    rows = pd.concat([released(**columns), released(lower=0.1, upper=0.2)])
    shown = readable(rows, "en")
    assert shown["body"][0][shown["header"].index("95% interval")] == words


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.0, "<\u00a00,001"),
        (0.00099, "<\u00a00,001"),
        (0.001, "0,001"),
        (0.0421, "0,042"),
        (1.0, "1,000"),
    ],
)
def test_a_p_value_is_no_percentage(p, words):
    row = {"indicator": "level_difference_regions_p", "unit": "share", "reference": None}
    assert in_unit(p, row, "nl") == words
