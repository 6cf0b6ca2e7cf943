"""The figures of the lower secondary years and of schools: what stands where, from which rows."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from figure_geometry import SIGHT, contrast, difference, lab, placed, texts
from figure_tables import COHORTS, estimates
from figure_tables_lower import LOWER_TABLES, TYPES, placement_by_score
from matplotlib.colors import to_hex

from advieskloof import figures, reference
from advieskloof.figures import palette, shades

LANGUAGES = ("nl", "en")
CASES = ("whole", "gaps")
both_languages = pytest.mark.parametrize("language", LANGUAGES)
both_cases = pytest.mark.parametrize("case", CASES)


def drawn(name, case="whole", language="nl"):
    return placed(name, LOWER_TABLES[name][CASES.index(case)], language)


def rows_of(name, case="whole"):
    return figures.load(name).select(LOWER_TABLES[name][CASES.index(case)])


def words_of(name, case="whole", language="nl"):
    return figures.describe(name, LOWER_TABLES[name][CASES.index(case)], language)[0]


def shown(figure):
    return [" ".join(text.split()) for text, _ in texts(figure)]


def dots(axes):
    """The x of the dots of a panel, which are all on one line without a stroke."""
    return [
        float(x)
        for line in axes.get_lines()
        if line.get_linestyle() == "None" and line.get_transform() == axes.transData
        for x in line.get_xdata()
        if not np.isnan(x)
    ]


def titled(figure):
    return [axes for axes in figure.axes if axes.get_title(loc="left").strip()]


# Types of class, stacked by score


def stack(figure):
    """By score the ends of the bars drawn, from the foot upwards, and their colours."""
    (axes,) = figure.axes
    found = {}
    for bar in axes.patches:
        score = round(bar.get_x() + bar.get_width() / 2)
        ends = (round(bar.get_y(), 6), round(bar.get_y() + bar.get_height(), 6))
        found.setdefault(score, []).append((*ends, to_hex(bar.get_facecolor())))
    return found


@both_cases
def test_each_stack_ends_at_100_with_the_shares_of_its_types_in_order(case):
    shares = rows_of("placement_by_score", case)
    for score, bars in stack(drawn("placement_by_score", case)).items():
        assert [low for low, _, _ in bars[1:]] == [high for _, high, _ in bars[:-1]]
        assert bars[0][0] == 0
        assert bars[-1][1] == pytest.approx(100)
        mine = shares[shares["score"] == score].set_index("indicator")["estimate"]
        drawn_shares = [high - low for low, high, _ in bars[1:]]
        expected = [100 * mine.fillna(0)[f"in_{name}_of_placed"] for name in TYPES]
        assert drawn_shares == pytest.approx(expected, abs=1e-5)
        colours = [palette.looks("class_type")[name].colour for name in TYPES]
        assert [colour for _, _, colour in bars[1:]] == colours


@pytest.mark.parametrize(
    ("language", "case", "rest"),
    [
        ("nl", "whole", "andere klas"),
        ("nl", "gaps", "andere klas of onderdrukt"),
        ("en", "gaps", "another class, or suppressed"),
    ],
)
def test_what_no_type_takes_up_is_called_what_it_is(language, case, rest):
    words = shown(drawn("placement_by_score", case, language))
    assert rest in words


def test_a_stack_of_nothing_but_suppressed_shares_is_not_drawn():
    lost = [(name, score) for name in TYPES for score in range(530, 551)]
    figure = placed("placement_by_score", placement_by_score(lost), "nl")
    assert figure.axes[0].patches[:] == []
    assert "onderdrukt" in shown(figure)


def test_every_type_of_class_has_a_look_in_the_order_of_its_school_types():
    types = reference.read_all("class_types").set_index("class_type")
    looks = {name: look for name, look in palette.looks("class_type").items() if name != "total"}
    assert set(looks) == set(types.index)
    middles = types.loc[[name for name in looks if name != "off_scale"], ["lowest", "highest"]]
    assert middles.astype(float).mean(axis="columns").is_monotonic_increasing
    kinds = types["kind"]
    for name, look in looks.items():
        assert bool(look.hatch) == (kinds[name] in ("dakpan", "broad")), name
        assert contrast(look.colour, "white") >= 3


def test_classes_of_one_type_run_from_light_to_dark_and_differ_for_the_colour_blind():
    one = ("pro", "vmbo_bb", "vmbo_kb", "vmbo_gt", "havo", "vwo")
    colours = [palette.looks("class_type")[name].colour for name in one]
    grey = [lab(colour)[0] for colour in colours]
    assert (np.diff(grey) <= -7).all()
    for sight in SIGHT:
        for lower, higher in pairwise(colours):
            assert difference(lower, higher, sight) >= 12


# Kinds of class by cohort


@both_cases
def test_kinds_of_class_stand_at_the_table_s_shares(case):
    rows = rows_of("placement_by_cohort", case)
    panels = titled(drawn("placement_by_cohort", case))
    assert len(panels) == 6
    for axes, (_, panel) in zip(panels, rows.groupby("urbanity", sort=False), strict=True):
        for line, (_, series) in zip(
            [line for line in axes.get_lines() if len(line.get_xdata()) == len(COHORTS)],
            panel.groupby("indicator", sort=False),
            strict=True,
        ):
            shares = np.asarray(line.get_ydata(), dtype=float)
            np.testing.assert_allclose(shares, 100 * series["estimate"].to_numpy())


def test_all_panels_of_kinds_share_a_scale():
    limits = {axes.get_ylim() for axes in titled(drawn("placement_by_cohort"))}
    assert len(limits) == 1


# Dots by group


DOTS = {
    "vwo_class_by_education": ("vwo",),
    "moves_by_education": (
        *("up", "down", "repeating", "same", "left", "vso", "unknown", "accelerated"),
    ),
    "moves_by_discrepancy": ("up", "down", "same"),
}


@pytest.mark.parametrize("name", DOTS)
@both_cases
def test_each_panel_holds_the_shares_of_its_outcome(name, case):
    rows = rows_of(name, case)
    panels = titled(drawn(name, case))
    assert len(panels) == len(DOTS[name])
    for axes, outcome in zip(panels, DOTS[name], strict=True):
        starts = rows["indicator"].str.match(rf"(in_)?{outcome}_")
        expected = 100 * rows.loc[starts, "estimate"].dropna()
        assert dots(axes) == pytest.approx(list(expected))


def test_panels_of_a_row_share_their_scale_but_for_those_who_stayed():
    panels = titled(drawn("moves_by_education"))
    scales = [round(axes.get_xlim()[1], 6) for axes in panels]
    assert len({*scales[:3]}) == 1
    assert len({*scales[4:]}) == 1
    assert scales[3] > 80 > scales[0] > scales[4]


def test_another_score_or_test_gives_no_dot():
    whole = LOWER_TABLES["vwo_class_by_education"][0]
    more = pd.concat([whole, whole.assign(score=546.0), whole.assign(test_provider="IEP")])
    picked = figures.load("vwo_class_by_education").select(more)
    assert set(picked["score"]) == {545.0}
    assert set(picked["test_provider"]) == {"CET"}
    assert len(picked) == len(whole)


def test_a_year_that_is_not_yet_known_gives_way_to_the_one_before():
    whole = LOWER_TABLES["moves_by_education"][0]
    later = estimates(
        [
            {"indicator": "up_of_placed", "definition": "interval", "cohort": "2024"}
            | {"status": "not_defined", "reason": "not_yet_observed", "estimate": 0}
        ]
    )
    picked = figures.load("moves_by_education").select(pd.concat([whole, later]))
    assert set(picked["cohort"]) == {"2022"}


def test_bounds_are_not_drawn_as_shares():
    whole = LOWER_TABLES["moves_by_education"][0]
    bounds = whole.assign(adjustment="bound_high")
    picked = figures.load("moves_by_education").select(pd.concat([whole, bounds]))
    assert set(picked["adjustment"]) == {"raw"}


# The third year by type of class


@both_cases
def test_the_third_year_stands_at_the_table_s_shares_and_leaves_gaps(case):
    rows = rows_of("year_3_by_class_type", case)
    panels = titled(drawn("year_3_by_class_type", case))
    for axes, (_, panel) in zip(panels, rows.groupby("indicator", sort=False), strict=True):
        lines = [line for line in axes.get_lines() if len(line.get_xdata()) == 10]
        for line, (_, curve) in zip(lines, panel.groupby("class_type", sort=False), strict=True):
            heights = np.asarray(line.get_ydata(), dtype=float)
            np.testing.assert_allclose(heights, 100 * curve["estimate"].to_numpy())


def test_the_lowest_and_the_highest_curve_have_their_number_at_545():
    rows = rows_of("year_3_by_class_type")
    at = rows[(rows["score"] == 545) & rows["indicator"].str.contains("vwo_in_year_3")]
    words = shown(drawn("year_3_by_class_type"))
    for share in (at["estimate"].min(), at["estimate"].max()):
        assert f"{100 * share:.0f}%" in words


@both_languages
def test_the_caution_that_a_class_is_chosen_stands_with_the_figure(language):
    said = {"nl": "De brugklas is gekozen", "en": "The class is chosen"}[language]
    assert said in words_of("year_3_by_class_type", language=language).note


# The funnel


def test_the_funnel_tells_each_share_and_how_many_locations_there_are():
    words = shown(drawn("r1_funnel"))
    for share in rows_of("r1_funnel")["estimate"]:
        assert f"{100 * share:.1f}%".replace(".", ",") in words
    assert "1–99 30 vestigingen" in words
    assert "400 of meer 120 vestigingen" in words


def test_a_size_that_is_suppressed_has_no_colour_and_no_count():
    figure = drawn("r1_funnel", "gaps")
    words = shown(figure)
    assert words.count("onderdrukt") == 5
    assert "1–99" in words
    assert [patch for patch in figure.axes[0].patches if patch.get_x() < 0.4] != []


def test_a_column_without_locations_is_left_out():
    whole = LOWER_TABLES["r1_funnel"][0]
    fewer = whole[~whole["indicator"].str.endswith("1_to_99")]
    assert not any("1–99" in text for text in shown(placed("r1_funnel", fewer, "nl")))


def test_numbers_in_the_funnel_stand_out_from_their_cells():
    figure = drawn("r1_funnel")
    colours = {to_hex(patch.get_facecolor()) for patch in figure.axes[0].patches}
    assert min(contrast(colour, shades.ink_on(colour)) for colour in colours) >= 4.5


# Variance between schools and regions


@both_cases
def test_shares_of_variance_stand_at_the_table_s_numbers(case):
    rows = rows_of("variance_shares", case)
    for axes, (_, panel) in zip(
        titled(drawn("variance_shares", case)), rows.groupby("indicator", sort=False), strict=True
    ):
        heights = [
            float(y)
            for line in axes.get_lines()
            if line.get_marker() in ("o", "s")
            for y in line.get_ydata()
            if not np.isnan(float(y))
        ]
        assert sorted(heights) == pytest.approx(sorted(100 * panel["estimate"].dropna()))


def test_a_year_that_one_model_lacks_has_a_cross_and_the_note_says_why():
    axes = titled(drawn("variance_shares"))[0]
    crosses = [line for line in axes.get_lines() if line.get_marker() == "x"]
    assert [COHORTS[int(x)] for line in crosses for x in line.get_xdata()] == ["2019"]
    assert "Kruisje: dat jaar geen toets." in words_of("variance_shares").note


# From run to run


@pytest.mark.parametrize("name", LOWER_TABLES)
def test_axes_lie_at_rounded_places_so_that_files_are_alike(name):
    for axes in drawn(name).axes:
        place = axes.get_position(original=True).get_points()
        np.testing.assert_array_equal(place, place.round(6))
