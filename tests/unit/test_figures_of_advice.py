"""The figures of the advice indicators, each on a small table made by hand."""

import functools
import re

import numpy as np
import pandas as pd
import pytest
from figure_geometry import outside, overlaps, placed, texts
from figure_tables import COHORTS, DEFINITIONS, TABLES, estimates, wholly_suppressed
from figure_tables_lower import LOWER_TABLES

from advieskloof import figures
from advieskloof.errors import FigureError
from advieskloof.figures import multiverse, timeline

ALL = TABLES | LOWER_TABLES
NAMES = tuple(ALL)
LANGUAGES = ("nl", "en")
WHOLE_PER_CENTS = ("score_curves", "score_curves_percentile", "year_3_by_class_type")
SAID = {"nl": "onderdrukt", "en": "suppressed"}

every_figure = pytest.mark.parametrize("name", NAMES)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def table(name, case):
    whole, gaps = ALL[name]
    return {"whole": whole, "gaps": gaps, "nothing": wholly_suppressed(whole)}[case]


@functools.cache
def drawn(name, case, language):
    return placed(name, table(name, case), language)


@functools.cache
def described(name, case, language):
    """The words around a figure, and its rows."""
    return figures.describe(name, table(name, case), language)


def words(figure):
    return [" ".join(text.split()) for text, _ in texts(figure)]


def marks(axes):
    """{(x, y)} of the points of all lines, rounded; breaks and zero lines have two points apart."""
    found = set()
    for line in axes.get_lines():
        if line.get_marker() not in ("None", "x", "|") and line.get_transform() == axes.transData:
            points = np.column_stack([line.get_xdata(), line.get_ydata()]).astype(float)
            found |= {tuple(point) for point in points[~np.isnan(points).any(axis=1)].round(6)}
    return found


# What all of them must do


@every_figure
@both_languages
@pytest.mark.parametrize("case", ["whole", "gaps"])
def test_no_text_lies_over_another_or_leaves_the_canvas(name, case, language):
    figure = drawn(name, case, language)
    assert overlaps(figure) == []
    assert outside(figure) == []


@every_figure
def test_a_wholly_suppressed_table_is_drawn_and_said_to_be(name):
    figure = drawn(name, "nothing", "nl")
    around, rows = described(name, "nothing", "nl")
    assert rows["estimate"].isna().all()
    assert SAID["nl"] in words(figure)
    assert SAID["nl"] in around.alt
    assert overlaps(figure) == []


@every_figure
@both_languages
def test_a_suppressed_number_is_said_in_note_or_figure_and_in_the_alt_text(name, language):
    around, _ = described(name, "gaps", language)
    shown = " ".join([*words(drawn(name, "gaps", language)), around.note])
    assert SAID[language] in shown
    assert SAID[language] in around.alt


@every_figure
@pytest.mark.parametrize(("language", "own", "other"), [("nl", ",", "."), ("en", ".", ",")])
def test_decimals_are_set_off_as_the_language_does(name, language, own, other):
    said = [*words(drawn(name, "whole", language)), described(name, "whole", language)[0].alt]
    thousands = re.sub(r"n = [\d.,–]+", "", " ".join(said).replace("\N{NO-BREAK SPACE}", " "))
    assert not re.search(rf"\d\{other}\d", thousands)
    if name not in WHOLE_PER_CENTS:
        assert re.search(rf"\d\{own}\d", thousands)


@every_figure
def test_the_languages_tell_the_same_numbers(name):
    dutch, english = (described(name, "gaps", language)[0].alt for language in LANGUAGES)
    numbers = re.compile(r"[+\N{MINUS SIGN}]?\d+[.,/]?\d*")
    told = [numbers.findall(dutch.replace(",", ".")), numbers.findall(english.replace(",", "."))]
    assert [text.rstrip(".") for text in told[0]] == [text.rstrip(".") for text in told[1]]


@every_figure
def test_selecting_and_drawing_change_no_row_and_keep_the_columns(name):
    before = table(name, "gaps").copy()
    rows = figures.load(name).select(table(name, "gaps"))
    assert list(rows.columns) == list(before.columns)
    pd.testing.assert_frame_equal(table(name, "gaps"), before)
    both = rows.merge(before.reset_index(), how="left").drop_duplicates()
    assert both["index"].notna().all()


@every_figure
def test_a_table_without_the_figure_s_rows_is_refused_by_name(name):
    other = estimates([{"indicator": "not_placed", "estimate": 0.01, "unit": "ratio"}])
    with pytest.raises(FigureError, match=name):
        figures.load(name).select(other)


@every_figure
def test_rows_in_another_order_give_the_same_rows(name):
    rows = figures.load(name).select(table(name, "whole"))
    shuffled = table(name, "whole").sample(frac=1, random_state=4)
    again = figures.load(name).select(shuffled)
    pd.testing.assert_frame_equal(rows, again)


@every_figure
def test_every_figure_is_listed_by_name(name):
    assert name in figures.NAMES


# Under and over by cohort


def panels(figure):
    return [axes for axes in figure.axes if axes.get_title(loc="left").strip()]


@both_languages
@pytest.mark.parametrize("case", ["whole", "gaps"])
def test_each_panel_by_cohort_stands_at_the_table_s_shares(case, language):
    _, rows = described("advice_by_cohort", case, language)
    expected = [
        {
            (COHORTS.index(row.cohort), round(100 * row.estimate, 6))
            for row in panel.itertuples()
            if pd.notna(row.estimate)
        }
        for _, panel in rows.groupby(["definition", "indicator"], sort=False)
    ]
    found = [marks(axes) for axes in panels(drawn("advice_by_cohort", case, language))]
    assert len(found) == 2 * len(DEFINITIONS)
    assert found == expected


def test_no_line_by_cohort_crosses_a_break():
    broken = [COHORTS.index(cohort) - 0.5 for cohort in ("2017", "2018", "2019", "2020", "2023")]
    for axes in panels(drawn("advice_by_cohort", "whole", "nl")):
        series = [line for line in axes.get_lines() if line.get_marker() in ("o", "D")]
        dotted = {line.get_xdata()[0] for line in axes.get_lines() if line.get_linestyle() == ":"}
        assert dotted == set(broken)
        assert len(series) == 2 * (len(broken) + 1)
        for x in (line.get_xdata() for line in series):
            assert not any(x[0] < at < x[-1] for at in broken)


def test_a_lone_missing_base_has_a_cross_and_a_cohort_without_any_a_band():
    for axes in panels(drawn("advice_by_cohort", "gaps", "nl")):
        (crosses,) = [line for line in axes.get_lines() if line.get_marker() == "x"]
        assert [COHORTS[int(x)] for x in crosses.get_xdata()] == ["2014", "2016", "2021", "2024"]
        (band,) = axes.patches
        assert band.get_x() < COHORTS.index("2019") < band.get_x() + band.get_width()
    assert "Kruisje: onderdrukt." in described("advice_by_cohort", "gaps", "nl")[0].note
    assert "Kruisje" not in described("advice_by_cohort", "whole", "nl")[0].note


def test_under_and_over_of_a_definition_share_a_scale():
    limits = [axes.get_ylim() for axes in panels(drawn("advice_by_cohort", "whole", "nl"))]
    assert limits[::2] == limits[1::2]
    assert len(set(limits)) == len(DEFINITIONS)


# By education


def test_marks_by_education_stand_at_the_table_s_shares():
    _, rows = described("advice_by_education", "gaps", "nl")
    for axes, (_, panel) in zip(
        panels(drawn("advice_by_education", "gaps", "nl")),
        rows.groupby("indicator", sort=False),
        strict=True,
    ):
        at_equal_score = panel[panel["adjustment"] == "standardised"]["estimate"].dropna()
        assert {x for x, _ in marks(axes)} == set((100 * at_equal_score).round(6))
        ticks = [line.get_xdata()[0] for line in axes.get_lines() if line.get_marker() == "|"]
        raw = 100 * panel.loc[panel["adjustment"] == "raw", "estimate"].dropna()
        assert sorted(x for x in ticks if x == x) == pytest.approx(sorted(raw))


def test_classes_of_education_stand_in_order_with_all_pupils_last():
    axes = panels(drawn("advice_by_education", "whole", "en"))[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["mbo-1 or lower", "mbo-2", "mbo-3/4", "hbo", "wo", "unknown", "all pupils"]
    low, high = axes.get_ylim()
    assert low > high  # the first stands above


def test_a_class_that_is_not_supported_says_so_and_the_note_says_why():
    assert words(drawn("advice_by_education", "gaps", "nl")).count("onvoldoende dekking") == 4
    note = described("advice_by_education", "gaps", "nl")[0].note
    assert "Onvoldoende dekking: te weinig van de scores komt in de groep voor" in note


def test_three_classes_of_education_are_drawn_too():
    rows = [
        {"parental_education_three": group, "adjustment": adjustment, "estimate": 0.1 * g}
        for g, group in enumerate(("low", "middle", "high"), 1)
        for adjustment in ("raw", "standardised")
    ]
    around, picked = figures.describe("advice_by_education", estimates(rows), "en")
    assert set(picked["parental_education_three"]) == {"low", "middle", "high"}
    assert "10.0% (low), 20.0% (middle) and 30.0% (high)" in around.alt


def test_of_several_definitions_one_is_drawn():
    whole = TABLES["advice_by_education"][0]
    both = pd.concat([whole.assign(definition="half_level"), whole])
    assert set(figures.load("advice_by_education").select(both)["definition"]) == {"whole_level"}
    other = whole.assign(definition="no_overlap")
    assert set(figures.load("advice_by_education").select(other)["definition"]) == {"no_overlap"}


# Curves


@pytest.mark.parametrize("name", ["score_curves", "score_curves_percentile"])
def test_curves_stand_at_the_table_s_shares_and_leave_gaps(name):
    _, rows = described(name, "gaps", "en")
    for axes, (_, panel) in zip(
        panels(drawn(name, "gaps", "en")), rows.groupby("indicator", sort=False), strict=True
    ):
        known = panel.dropna(subset="estimate")
        expected = set(zip(known["score"], (100 * known["estimate"]).round(6), strict=True))
        assert marks(axes) == expected
        lines = [line for line in axes.get_lines() if line.get_transform() == axes.transData]
        missing = sum(np.isnan(np.asarray(line.get_ydata(), dtype=float)).sum() for line in lines)
        assert missing == panel["estimate"].isna().sum() > 0


def test_545_and_549_are_marked_and_told():
    for axes in panels(drawn("score_curves", "whole", "nl")):
        dotted = [line for line in axes.get_lines() if line.get_linestyle() == ":"]
        assert {line.get_xdata()[0] for line in dotted} == {545, 549}
    alt = described("score_curves", "whole", "nl")[0].alt
    _, rows = described("score_curves", "whole", "nl")
    is_wo = (rows["parental_education_five"] == "wo") & (rows["indicator"] == "at_least_vwo")
    at_549 = rows.loc[is_wo & (rows["score"] == 549), "estimate"].item()
    assert f"{100 * at_549:.0f}% bij 549" in alt


def test_a_score_without_pupils_of_a_class_interrupts_its_line():
    table = TABLES["score_curves"][0]
    nobody = (table["parental_education_five"] == "hbo") & (table["score"] == 540)
    figure = placed("score_curves", table[~nobody], "nl")
    for axes in panels(figure):
        broken = [
            line.get_xdata()[np.isnan(line.get_ydata().astype(float))].tolist()
            for line in axes.get_lines()
            if line.get_marker() != "None" and line.get_transform() == axes.transData
        ]
        assert sorted(broken, key=len)[-2:] == [[], [540.0]]
    note = figures.describe("score_curves", table[~nobody], "nl")[0].note
    assert "Waar een lijn ontbreekt: geen leerlingen." in note


def test_each_panel_of_curves_has_its_own_scores_and_marks_none_outside_them():
    table = TABLES["score_curves"][0]
    out = (table["indicator"] == "at_least_havo") & (table["score"] > 544)
    havo, vwo = panels(placed("score_curves", table[~out], "nl"))
    assert havo.get_xlim()[1] < 546 < vwo.get_xlim()[1]
    dotted = [
        {line.get_xdata()[0] for line in axes.get_lines() if line.get_linestyle() == ":"}
        for axes in (havo, vwo)
    ]
    assert dotted == [set(), {545, 549}]
    told = figures.describe("score_curves", table[~out], "nl")[0].alt
    assert "wo van 13% (535) naar 58% (544), het hoogst 58% (544)" in told


def test_a_class_without_any_line_is_named_in_the_note():
    assert "Without any line: mbo-1 or lower." in described("score_curves", "gaps", "en")[0].note
    shown = words(drawn("score_curves", "gaps", "en"))
    assert "mbo-1 or lower" not in shown
    assert "mbo-2" in shown


def test_a_point_between_gaps_has_an_interval():
    axes = panels(drawn("score_curves_percentile", "gaps", "nl"))[0]
    segments = [s for each in axes.collections for s in getattr(each, "get_segments", list)()]
    assert [segment[:, 0].tolist() for segment in segments] == [[57.5, 57.5]]


def test_curves_of_other_tests_are_left_out():
    both = pd.concat([TABLES["score_curves"][0], TABLES["score_curves_percentile"][0]])
    other = both.assign(test_provider=both["test_provider"].replace("CET", "IEP"))
    rows = figures.load("score_curves").select(pd.concat([both, other]))
    assert set(rows["test_provider"]) == {"CET"}
    rows = figures.load("score_curves_percentile").select(pd.concat([both, other]))
    assert set(rows["test_provider"]) == {"total"}


# Urbanity


def test_urbanity_crosses_the_changes_of_the_test_and_no_other_break():
    (axes,) = drawn("urbanity_by_cohort", "whole", "nl").axes
    broken = {line.get_xdata()[0] for line in axes.get_lines() if line.get_linestyle() == ":"}
    assert broken == {COHORTS.index(cohort) - 0.5 for cohort in ("2017", "2019", "2023")}
    spans = [
        (line.get_xdata().min(), line.get_xdata().max())
        for line in axes.get_lines()
        if line.get_marker() == "o" and line.get_transform() == axes.transData
    ]
    shift = spans[0][0]
    assert [(round(a - shift), round(b - shift)) for a, b in spans] == [
        (0, 2), (3, 4), (5, 8), (9, 10),
    ]  # fmt: skip
    assert "2018/19 en 2020/21 breken deze maat niet" in (
        described("urbanity_by_cohort", "whole", "nl")[0].note
    )


def test_urbanity_has_a_cross_in_the_colour_of_each_class_that_lacks_a_number():
    (axes,) = drawn("urbanity_by_cohort", "gaps", "nl").axes
    crosses = [line for line in axes.get_lines() if line.get_marker() == "x"]
    found = {(line.get_color(), COHORTS[round(x)]) for line in crosses for x in line.get_xdata()}
    colour = {name: look.colour for name, look in figures.palette.looks("urbanity").items()}
    assert found == {
        (colour[name], cohort)
        for name, cohort in (("1", "2016"), ("5", "2024"), ("5", "2014"), ("3", "2022"))
    }


# Regions


def test_regions_stand_from_high_to_low_with_those_without_a_number_last():
    _, rows = described("regions", "gaps", "nl")
    shrunken = rows[
        (rows["adjustment"] == "standardised_shrunken") & (rows["indicator"] == "level_difference")
    ]
    known = shrunken["estimate"].dropna()
    assert known.is_monotonic_decreasing
    assert shrunken["corop"].iloc[-2:].tolist() == ["CR01", "CR17"]
    (axes,) = drawn("regions", "gaps", "nl").axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[-2:] == ["Oost-Groningen", "Utrecht"]
    assert len(names) == len(set(names)) == 40


def test_regions_show_the_shrunken_and_the_raw_value_of_the_same_area():
    _, rows = described("regions", "whole", "nl")
    (axes,) = drawn("regions", "whole", "nl").axes
    rows = rows[rows["corop"] != "total"]
    areas = list(dict.fromkeys(rows["corop"]))
    expected = {(round(row.estimate, 6), areas.index(row.corop)) for row in rows.itertuples()}
    assert marks(axes) == expected


def test_regions_tell_their_spread_and_whether_they_differ():
    note = described("regions", "whole", "nl")[0].note.replace("\N{NO-BREAK SPACE}", " ")
    assert "(standaardafwijking): 0,08 niveau." in note
    assert "p < 0,001." in note


# Multiverse


def test_the_multiverse_is_sorted_by_size_within_its_unit():
    _, rows = described("multiverse", "gaps", "nl")
    assert list(dict.fromkeys(rows["unit"])) == ["share", "levels", "points"]
    for _, mine in rows.groupby("unit", sort=False):
        size = mine["estimate"].abs()
        assert size.dropna().is_monotonic_decreasing
        assert size.notna().tolist() == sorted(size.notna(), reverse=True)


def test_units_that_do_not_compare_have_their_own_axis():
    _, rows = described("multiverse", "whole", "nl")
    for axes, (unit, mine) in zip(
        drawn("multiverse", "whole", "nl").axes, rows.groupby("unit", sort=False), strict=True
    ):
        scale = multiverse.UNITS[unit][0]
        places = enumerate(scale * mine["estimate"])
        assert marks(axes) == {(round(gap, 6), place) for place, gap in places}


@both_languages
def test_each_specification_is_told_in_words_of_its_own(language):
    _, rows = described("multiverse", "whole", language)
    told = [
        (row.unit, *multiverse._specification(row, language).values()) for row in rows.itertuples()
    ]
    assert len(told) == len(set(told)) == 24 + 6 + 6


def test_the_sides_of_the_gap_are_named():
    assert described("multiverse", "whole", "en")[0].subtitle.startswith("Mbo-1 or lower minus wo")


def test_a_measure_that_the_cohort_cannot_support_is_told_last():
    lacking = {"status": "not_defined", "reason": "code_detail_missing", "estimate": 0}
    extra = estimates([lacking | {"definition": "kansenkaart", "adjustment": "raw"}])
    whole = TABLES["multiverse"][0]
    others = whole[whole["definition"] != "kansenkaart"]
    _, rows = figures.describe("multiverse", pd.concat([others, extra]), "en")
    last = rows[rows["unit"] == "share"].iloc[-1]
    assert last["status"] == "not_defined"
    assert last["definition"] == "kansenkaart"


# Reconsideration by education


def test_reconsideration_by_education_stands_at_the_table_s_shares_in_line_with_its_cohorts():
    _, rows = described("reconsideration_by_education", "gaps", "nl")
    for axes, (_, panel) in zip(
        panels(drawn("reconsideration_by_education", "gaps", "nl")),
        rows.groupby("indicator", sort=False),
        strict=True,
    ):
        known = panel.dropna(subset="estimate")
        expected = sorted(
            (COHORTS.index(row.cohort), round(100 * row.estimate, 6)) for row in known.itertuples()
        )
        assert sorted((round(x), y) for x, y in marks(axes)) == expected


def test_reconsideration_by_education_has_a_cross_for_each_class_that_lacks_a_number():
    for axes in panels(drawn("reconsideration_by_education", "gaps", "nl")):
        crosses = [line for line in axes.get_lines() if line.get_marker() == "x"]
        colours = figures.palette.looks("parental_education_five")
        found = {
            (line.get_color(), COHORTS[round(x)]) for line in crosses for x in line.get_xdata()
        }
        lost = (("le_mbo1", "2016"), ("wo", "2024"), ("hbo", "2014"))
        assert found == {(colours[name].colour, cohort) for name, cohort in lost}
        assert len(axes.patches) == 1  # the band of the year without a test


# Cohorts in a row


def test_breaks_of_the_test_are_left_out_where_a_measure_crosses_them():
    assert timeline.breaks(COHORTS) == ["2017", "2018", "2019", "2020", "2023"]
    assert timeline.breaks(COHORTS, timeline.OF_THE_TEST) == ["2017", "2019", "2023"]
    assert timeline.breaks(["2018", "2019"]) == ["2019"]  # nothing stands before the first


def test_nothing_is_said_of_crossed_breaks_that_the_table_does_not_hold():
    assert timeline.crossed_note(["2014", "2015"], timeline.OF_THE_TEST, "nl") == ""
    assert "2018/19" in timeline.crossed_note(["2017", "2018"], timeline.OF_THE_TEST, "en")


# The gap step by step


@both_languages
@pytest.mark.parametrize("case", ["whole", "gaps"])
def test_each_step_stands_at_its_gap_in_the_band_of_its_class(case, language):
    _, rows = described("adjusted_gaps", case, language)
    classes = list(dict.fromkeys(rows["parental_education_five"]))
    [axes] = drawn("adjusted_gaps", case, language).axes
    known = rows[rows["estimate"].notna()]
    bands = known["parental_education_five"].map(classes.index)
    found = [(round(x, 6), round(y)) for x, y in sorted(marks(axes), key=lambda point: point[1])]
    assert found == list(zip(known["estimate"].round(6), bands, strict=True))
    first = {"nl": "hoogstens mbo-1", "en": "mbo-1 or lower"}[language]
    assert axes.get_yticklabels()[0].get_text() == first


def test_steps_of_another_model_or_cohort_are_not_drawn():
    rows = table("adjusted_gaps", "whole")
    others = [rows.assign(adjustment="modelled_between_schools"), rows.assign(cohort="2021")]
    around, picked = figures.describe("adjusted_gaps", pd.concat([rows, *others]), "en")
    assert len(picked) == len(rows)
    assert "2022/23" in around.subtitle


@both_languages
def test_the_rule_that_leaves_out_the_lowest_advices_is_told_from_its_first_year(language):
    words = timeline.WORDS[language]["not_with_pro"]
    assert timeline.not_with_pro_note(["2021", "2022"], language) == ""
    assert timeline.not_with_pro_note(["2022", "2023"], language) == words
    name = "reconsideration_by_education"
    note, rows = described(name, "whole", language)
    assert (words in note.note) == (rows["cohort"].astype(int).max() >= 2023)


@both_languages
def test_the_last_year_of_the_centrale_eindtoets_is_said_of_that_year_alone(language):
    rows = table("score_curves", "whole")
    words = figures.load("score_curves").WORDS[language]["last_year"]
    for cohort in ("2021", "2022"):
        note = figures.describe("score_curves", rows.assign(cohort=cohort), language)[0].note
        assert (words in note) == (cohort == "2022")
