import pytest

from advieskloof import labels, reference, schemas
from advieskloof.indicators import reconsideration

GROUPS = [(name, value) for name, values in schemas.GROUPINGS.items() for value in values]


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


@pytest.mark.parametrize("variable", sorted(schemas.GROUPINGS))
def test_the_total_of_any_grouping_is_called_total(variable):
    assert labels.group_label(variable, "total", "nl") == "totaal"


@pytest.mark.parametrize(
    "key",
    [f"indicator:{name}" for name in reconsideration.INDICATORS]
    + [f"status:{name}" for name in schemas.STATUSES if name != "ok"]
    + [f"reason:{name}" for name in reconsideration.UNKNOWN.values()]
    + [f"reason:{name}" for name in ("no_test_that_year", "nobody_in_denominator")]
    + [f"reason:{name}" for name in ("schools_unknown", "fewer_than_10_schools")]
    + [f"reason:{name}" for name in ("no_interval_at_0_or_1", "no_interval_with_one_school")]
    + ["reason:no_interval_without_differences"]
    + [f"reason:{name}" for name in ("too_few_pupils", "too_few_schools")]
    + [f"reason:{name}" for name in ("linked_to_suppressed", "another_split_released")]
    + [f"regime:{name}" for name in sorted(set(reference.read_all("regimes")["regime"]))]
    + [f"kind:{name}" for name in sorted(set(reference.read_all("first_advice_groups")["kind"]))],
)
def test_every_word_that_a_result_may_hold_has_a_label(key):
    assert key in labels.LABELS


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
