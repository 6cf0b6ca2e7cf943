"""The findings: what a sentence says follows from the number, its interval and its status."""

import re

import pandas as pd
import pytest

from advieskloof import schemas
from advieskloof.report import finding_words, findings
from advieskloof.report.finding_words_lower import LOWER_FINDINGS

GAP = {
    "table": "education_gap_by_cohort",
    "indicator": "level_difference",
    "definition": "level",
    "base": "initial",
    "adjustment": "standardised",
    "unit": "levels",
    "parental_education_five": "le_mbo1",
    "reference": "minus parental_education_five=wo",
    "k": None,
}
REGION = {
    "table": "regions",
    "indicator": "level_difference",
    "definition": "level",
    "base": "initial",
    "adjustment": "standardised_shrunken",
    "cohort": "2022-2024",
    "unit": "levels",
    "k": None,
}
WITHHELD = {
    **dict.fromkeys(["estimate", "lower", "upper", "n", "k"]),
    "status": "suppressed",
    "reason": "disclosure_control",
}
ALL = (*finding_words.FINDINGS, *LOWER_FINDINGS)
both_languages = pytest.mark.parametrize("language", ["nl", "en"])


def row(**columns):
    """A released row: 16.4 % under-advised by the first advice in 2024/25."""
    known = {
        "source": "mine",
        "public": False,
        "table": "advice_by_cohort",
        "indicator": "under_of_placed",
        "definition": "whole_level",
        "base": "initial",
        "adjustment": "raw",
        "region_of": "school",
        "cohort": "2024",
        "unit": "share",
        "estimate": 0.164,
        "lower": 0.15,
        "upper": 0.178,
        "n": 1000,
        "k": 164,
        "status": "ok",
        **dict.fromkeys(schemas.SPLITS, "total"),
    }
    table = schemas.empty_columns(schemas.ESTIMATES, 1).assign(**known | columns)
    return table.astype(schemas.empty_columns(schemas.ESTIMATES, 0).dtypes.to_dict())


def gap(estimate, lower, upper, **columns):
    return row(**GAP | {"estimate": estimate, "lower": lower, "upper": upper} | columns)


def told(*rows, language="en"):
    """The sentences on a table of these rows."""
    table = pd.concat(rows, ignore_index=True)
    [name] = table["table"].unique()
    return findings.sentences({name: table}, language).get(name, [])


def test_a_share_is_told_with_its_year_and_interval():
    assert told(row()) == [
        "In 2024/25 the first advice of 16.4% of the pupils with an advice and a test advice was a "
        "whole level or more below the test advice (95% interval 15.0% to 17.8%)."
    ]
    assert "16,4%" in told(row(), language="nl")[0]
    assert "95%-interval 15,0% tot 17,8%" in told(row(), language="nl")[0]


def test_the_latest_cohort_is_told_and_no_other():
    [sentence] = told(row(cohort="2023", estimate=0.2), row())
    assert "16.4%" in sentence
    assert "2023/24" not in sentence


@pytest.mark.parametrize(
    "other",
    [
        {"definition": "half_level"},
        {"adjustment": "standardised"},
        {"indicator": "over_of_placed"},
        {"urbanity": "1"},
        {"reference": "minus cohort=2013"},
    ],
)
def test_a_number_about_something_else_is_not_told(other):
    assert told(row(**other)) == []


@both_languages
def test_a_difference_below_zero_is_told_as_less_with_its_interval_that_way_round(language):
    [sentence] = told(gap(-0.4, -0.45, -0.33), language=language)
    words = {"nl": "0,40 niveau lager", "en": "0.40 of a level below"}[language]
    ends = {"nl": "0,33 tot 0,45", "en": "0.33 to 0.45"}[language]
    assert words in sentence
    assert ends in sentence


def test_a_difference_above_zero_is_told_as_more():
    assert "0.40 of a level above" in told(gap(0.4, 0.33, 0.45))[0]


@both_languages
@pytest.mark.parametrize("ends", [(-0.1, 0.3), (0.0, 0.3), (-0.3, 0.0), (None, None)])
def test_a_difference_that_may_be_zero_is_told_as_such(language, ends):
    [sentence] = told(gap(0.1, *ends), language=language)
    assert {"nl": "niet te zeggen", "en": "can't be told"}[language] in sentence
    assert {"nl": "+0,10", "en": "+0.10"}[language] in sentence


def test_an_interval_that_covers_zero_keeps_its_signs():
    assert "95% interval −0.10 to +0.30" in told(gap(0.1, -0.1, 0.3))[0]


@both_languages
def test_a_number_that_was_withheld_cant_be_told_and_stands_nowhere(language):
    for rows in ([row(**WITHHELD)], [row(**GAP | WITHHELD)]):
        [sentence] = told(*rows, language=language)
        why = {"nl": "onderdrukt: statistische beveiliging", "en": "suppressed: disclosure control"}
        assert why[language] in sentence
        assert not re.search(r"\d[,.]\d|%", sentence)


SHARE = {"indicator": "under_of_placed", "definition": "whole_level", "unit": "share"}


@both_languages
@pytest.mark.parametrize("numbers", [(0.1, 0.05, 0.2), (-0.1, -0.2, -0.05), (0.1, -0.1, 0.3), None])
def test_the_gap_of_shares_names_its_definition_whatever_it_says(language, numbers):
    known = gap(*numbers, **SHARE) if numbers else row(**GAP | SHARE | WITHHELD)
    [sentence] = told(known, language=language)
    words = {
        "nl": "eerste advies( krijgen)? dat een heel niveau of meer onder het toetsadvies ligt",
        "en": "first advice a whole level or more below the test advice",
    }
    assert re.search(words[language], sentence)


@both_languages
def test_the_gap_in_levels_is_of_the_first_advice(language):
    first, final = gap(-0.4, -0.45, -0.33), gap(-0.3, -0.45, -0.2, base="final")
    [sentence] = told(final, first, language=language)
    assert {"nl": "Het eerste advies", "en": "the first advice"}[language] in sentence
    assert {"nl": "0,40", "en": "0.40"}[language] in sentence


def test_a_gap_of_shares_is_told_in_percentage_points():
    [sentence] = told(gap(0.15, 0.14, 0.161, **SHARE))
    assert "15.0\u00a0percentage points more often" in sentence
    assert "95% interval 14.0 to 16.1\u00a0percentage points" in sentence


def test_regions_are_counted_by_whether_their_interval_leaves_out_zero():
    rows = [
        row(**REGION, corop="CR01", estimate=-0.2, lower=-0.3, upper=-0.1),
        row(**REGION, corop="CR02", estimate=0.01, lower=-0.1, upper=0.12),
        row(**REGION, corop="CR03", estimate=0.3, lower=0.2, upper=0.4),
    ]
    [sentence] = told(*rows)
    assert sentence.startswith("In 2 of the 3 COROP areas")
    assert "is higher (1) or lower (1) than in the country" in sentence
    ends = "run from −0.20 (Oost-Groningen) to +0.30 of a level (Overig Groningen), 2022/23"
    assert ends in sentence
    [sentence] = told(*rows, row(**{**REGION, **WITHHELD}, corop="CR04"))
    assert sentence.startswith("In 2 of the 4 COROP areas")
    assert sentence.endswith("In 1 areas it can't be told.")


def test_computations_of_the_gap_are_counted_by_whether_their_interval_covers_zero():
    many = [gap(e, e - 0.1, e + 0.1, table="multiverse") for e in (-0.4, -0.05, 0.05)]
    assert told(*many) == [
        "The gap by parental education was computed in 3 ways; in 2 of them the interval covers "
        "zero."
    ]
    assert told(*many[:1]) == [
        "The gap by parental education was computed in 1 ways; in none of them does the interval "
        "cover zero."
    ]


def test_as_many_computations_are_counted_as_are_drawn():
    """A standardised mean less another is the same number as a difference of levels."""
    names = ("mean_level", "level_difference")
    rows = [gap(-0.4, -0.5, -0.3, table="multiverse", indicator=name) for name in names]
    assert "computed in 1 ways" in told(*rows)[0]


def test_a_table_that_is_not_released_is_not_told_of():
    assert findings.sentences({"mine": row()}, "en") == {}


def test_every_sentence_has_the_same_places_to_fill_in_both_languages():
    words = [w for finding in ALL for w in finding.words.values()]
    for sentence in (*words, *finding_words.COUNTS.values(), *finding_words.PARTS.values()):
        nl, en = (set(re.findall(r"{\w+}", sentence[language])) for language in ("nl", "en"))
        assert nl == en


def test_every_finding_has_words_for_each_case():
    for finding in ALL:
        assert set(finding.words) in ({"value", "lacking"}, {"more", "less", "zero", "lacking"})


# The lower secondary years

CLASS_AT_545 = {
    "table": "vwo_class_by_education",
    "indicator": "in_vwo_of_placed",
    "definition": "class",
    "cohort": "2022",
    "test_provider": "CET",
    "score": 545.0,
}
MOVED = {"table": "moves_by_education", "definition": "interval", "cohort": "2022", "k": None}
GAP_IN_MOVES = {
    **MOVED,
    "parental_education_five": "le_mbo1",
    "reference": "minus parental_education_five=wo",
}


def test_a_vwo_class_at_545_is_told_of_the_highest_and_the_lowest_education_alone():
    groups = ("le_mbo1", "mbo2", "hbo", "wo", "unknown")
    rows = [row(**CLASS_AT_545, parental_education_five=group) for group in groups]
    sentences = told(*rows)
    assert [re.search("parents with (.+?),", each)[1] for each in sentences] == [
        "wo",
        "mbo-1 or lower",
    ]
    assert told(row(**CLASS_AT_545 | {"score": 546.0}, parental_education_five="wo")) == []


@pytest.mark.parametrize(
    ("estimate", "ends", "words"),
    [
        (0.033, (0.028, 0.038), "moved up by the third year 3.3 percentage points more often"),
        (-0.033, (-0.038, -0.028), "moved up by the third year 3.3 percentage points less often"),
        (0.003, (-0.002, 0.008), "its interval covers zero"),
    ],
)
def test_a_gap_in_moving_up_says_which_way_or_that_it_may_be_none(estimate, ends, words):
    lower, upper = ends
    numbers = {"estimate": estimate, "lower": lower, "upper": upper}
    [sentence] = told(row(**GAP_IN_MOVES, indicator="up_of_placed", **numbers))
    assert words in sentence.replace("\u00a0", " ")


@both_languages
def test_all_who_began_are_told_before_the_gap(language):
    rows = [
        row(**MOVED, indicator=f"{move}_of_placed", estimate=share)
        for move, share in (("down", 0.094), ("up", 0.055), ("same", 0.8))
    ]
    first, second = told(*rows, language=language)
    assert [re.search(r"\d+[.,]\d%", each)[0].replace(",", ".") for each in (first, second)] == [
        "5.5%",
        "9.4%",
    ]


def test_a_withheld_move_cant_be_told():
    [sentence] = told(row(**MOVED | WITHHELD, indicator="up_of_placed"))
    assert "can't be told" in sentence
    assert not re.search(r"\d%", sentence)
