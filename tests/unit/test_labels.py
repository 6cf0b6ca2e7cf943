import ast
import re
from itertools import pairwise

import pytest

from advieskloof import io, labels, reference, schemas
from advieskloof.disclosure import outward
from advieskloof.indicators import (
    estimating,
    funnel,
    moves,
    outcomes,
    placement,
    reconsideration,
    schools,
    spread,
    untested,
)

GROUPS = [(name, value) for name, values in schemas.SPLITS.items() for value in values]
GROUPS += [("corop", value) for value in (*schemas.COROP_AREAS, "unknown")]
# How a reason is worded, among all texts of the code that estimates and releases.
REASON = re.compile(
    "(no_(interval|error|reconsideration|test)_.+|fewer_than_.+|too_few_.+|nobody_.+|nothing_.+"
    "|not_in_.+|coverage_.+|ratio_.+|expectation_.+|linked_.+|another_.+|disclosure_.+"
    "|.+_not_delivered|.+_that_year|.+_unknown|.+_missing)"
)
# Worded like a reason, and something else.
NO_REASON = {"no_test_advice"}


def texts_in_code(package):
    for path in sorted((io.PACKAGE / package).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


# Of disclosure control one reason leaves.
REASONS = {outward.REASON} | {
    text for text in texts_in_code("indicators") if REASON.fullmatch(text) and text not in NO_REASON
}

# Named as a second argument where models are refused, and in rows without numbers.
MODEL_REASONS = sorted(
    {
        reason
        for path in (io.PACKAGE / "models").glob("*.py")
        for reason in re.findall(r'"(model_[a-z_]+|no_error_of_a_variance)"', path.read_text())
    }
    | {"grouping_not_delivered", "no_cohort_supports_it"}
)


@pytest.mark.parametrize("key", sorted(labels.LABELS))
def test_every_label_is_there_in_both_languages(key):
    assert sorted(labels.LABELS[key]) == ["en", "nl"]
    assert all(text == text.strip() != "" for text in labels.LABELS[key].values())


@pytest.mark.parametrize(("variable", "value"), GROUPS)
def test_every_group_that_a_table_may_hold_has_a_label_of_its_own(variable, value):
    others = [other for name, other in GROUPS if name == variable and other != value]
    for language in labels.LANGUAGES:
        mine = labels.group_label(variable, value, language)
        assert mine not in [labels.group_label(variable, other, language) for other in others]


def test_a_group_of_the_delivery_s_own_is_shown_as_it_is():
    assert labels.group_label("migration_background", "Anders (EU)", "en") == "Anders (EU)"
    assert labels.group_label("municipality", "GM0363", "nl") == "GM0363"


def test_urbanity_is_called_in_dutch_as_in_the_reference_table():
    rows = reference.read_all("urbanity")
    named = [labels.group_label("urbanity", value, "nl") for value in rows["class"]]
    assert named == rows["label"].str.lower().tolist()


@pytest.mark.parametrize("variable", sorted(schemas.SPLITS))
def test_the_total_of_any_grouping_is_called_total(variable):
    assert labels.group_label(variable, "total", "nl") == "totaal"


@pytest.mark.parametrize(
    "key",
    [f"indicator:{name}" for name in reconsideration.INDICATORS]
    + [f"status:{name}" for name in schemas.STATUSES if name != "ok"]
    + [f"reason:{name}" for name in sorted(REASONS)]
    + [f"reason:{name}" for name in estimating.REASONS if name]
    + [f"reason:{name}" for name in MODEL_REASONS]
    + [f"definition:{name}" for name in (*outcomes.DEFINITIONS, outcomes.LEVEL, outcomes.EXPECTED)]
    + [f"meaning:{name}" for name in outcomes.DEFINITIONS]
    + [f"indicator:{each.indicator}" for each in (*untested.OF_STATUS, *untested.OF_LEVELS)]
    + [f"base:{name}" for name in schemas.BASES]
    + [f"adjustment:{name}" for name in schemas.ADJUSTMENTS]
    + [f"unit:{name}" for name in schemas.UNITS]
    + list(schemas.SPLITS)
    + [f"regime:{name}" for name in sorted(set(reference.read_all("regimes")["regime"]))]
    + [f"kind:{name}" for name in sorted(set(reference.read_all("first_advice_groups")["kind"]))],
)
def test_every_word_that_a_result_may_hold_has_a_label(key):
    assert key in labels.LABELS


def test_reasons_are_found_in_the_code():
    assert {"not_in_all_cohorts", "weights_not_delivered", "no_error_to_shrink_by"} <= REASONS
    assert len(REASONS) >= 25


def test_joined_reasons_are_each_put_in_words():
    joined = "expectation_by_score_band; no_interval_without_differences"
    assert labels.reasons(joined, "en") == (
        "advice expected by score band, as there are few pupils per score; "
        "schools do not differ, so no interval"
    )
    assert labels.reasons("disclosure_control", "nl") == "statistische beveiliging"


def test_a_label_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        labels.group_label("income_quintile", "6", "nl")


@pytest.mark.parametrize(
    ("value", "digits", "dutch", "english"),
    [
        (36.4, 1, "36,4", "36.4"),
        (0, 1, "0,0", "0.0"),
        (3.14159, 3, "3,142", "3.142"),
        (7, 0, "7", "7"),
        (-0.1, 1, "\N{MINUS SIGN}0,1", "\N{MINUS SIGN}0.1"),
        (-0.04, 1, "0,0", "0.0"),
    ],
)
def test_a_number_has_a_decimal_comma_in_dutch(value, digits, dutch, english):
    assert labels.decimal(value, "nl", digits) == dutch
    assert labels.decimal(value, "en", digits) == english


@pytest.mark.parametrize(
    ("share", "dutch", "english"),
    [
        (0.364, "36,4%", "36.4%"),
        (0, "0,0%", "0.0%"),
        (1, "100,0%", "100.0%"),
        (0.0004, "0,0%", "0.0%"),
    ],
)
def test_a_share_is_shown_as_a_percentage(share, dutch, english):
    assert labels.percentage(share, "nl") == dutch
    assert labels.percentage(share, "en") == english


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (0.123, "+0,12", "+0.12"),
        (-0.123, "\N{MINUS SIGN}0,12", "\N{MINUS SIGN}0.12"),
        (0, "0,00", "0.00"),
        (-0.001, "0,00", "0.00"),
        (10.0, "+10,00", "+10.00"),
    ],
)
def test_a_difference_has_its_sign(value, dutch, english):
    assert labels.signed(value, "nl") == dutch
    assert labels.signed(value, "en") == english


@pytest.mark.parametrize(
    ("count", "dutch", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (171787, "171.787", "171,787"),
        (1234567, "1.234.567", "1,234,567"),
    ],
)
def test_thousands_are_separated_as_the_language_does(count, dutch, english):
    assert labels.whole(count, "nl") == dutch
    assert labels.whole(count, "en") == english


@pytest.mark.parametrize(
    ("cohort", "text"),
    [(2020, "2020/21"), ("2019", "2019/20"), (2009, "2009/10"), (2099, "2099/00")],
)
def test_a_cohort_is_shown_as_its_school_year(cohort, text):
    assert labels.school_year(cohort) == text


@pytest.mark.parametrize(
    ("cohort", "text"),
    [
        ("2022", "2022/23"),
        ("2016-2018", "2016/17–2018/19"),
        ("total", "all school years"),
    ],
)
def test_cohorts_together_are_shown_as_a_period(cohort, text):
    assert labels.period(cohort, "en") == text


@pytest.mark.parametrize(
    ("parts", "dutch", "english"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a en b", "a and b"),
        (["a", "b", "c"], "a, b en c", "a, b and c"),
    ],
)
def test_an_enumeration_ends_in_and(parts, dutch, english):
    assert labels.enumeration(parts, "nl") == dutch
    assert labels.enumeration(iter(parts), "en") == english


def lower_measures():
    """Every (kind, name) of the measures of the lower secondary years."""
    columns = (*placement.COLUMNS, *moves.COLUMNS)
    measures = [measure for shares in columns for measure in shares.measures]
    measures += [schools.POINTS, *schools.R1_SHARES, *schools.R2_SHARES, spread.MEASURE]
    named = {(kind, getattr(m, kind)) for m in measures for kind in ("indicator", "definition")}
    sizes = [funnel._words(low, high) for low, high in pairwise(funnel.SIZES)]
    return named | {
        ("indicator", f"{name}_{place}_of_locations_{size}")
        for name in (schools.R1, schools.R2)
        for place in funnel.DISTANCES
        for size in sizes
    }


def test_every_measure_of_the_lower_years_has_words():
    assert {f"{kind}:{name}" for kind, name in lower_measures()} - set(labels.LABELS) == set()
