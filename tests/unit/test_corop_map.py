"""The map of COROP areas: its tiles, its shades, and what it says of areas without a number."""

import functools
import re

import numpy as np
import pandas as pd
import pytest
from figure_geometry import contrast, difference, lab, placed, texts
from figure_tables import TABLES, corop_map
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch

from advieskloof import figures
from advieskloof.figures import areas, maps, palette, shades, style
from advieskloof.figures.corop_map import PANELS

NAME = "corop_map"
WHOLE, GAPS = TABLES[NAME]
PANEL = {"under_of_placed": 0, "over_of_placed": 1, "level_difference": 2}
SIGHTS = ("normal", "protanopia", "deuteranopia")
RAMPS = {
    "under": shades.sequential(np.array([5.0, 17.0]), palette.DIRECTIONS["under_of_placed"]),
    "over": shades.sequential(np.array([10.0, 22.0]), palette.DIRECTIONS["over_of_placed"]),
    "level": shades.diverging(np.array([-0.2, 0.19])),
}

every_ramp = pytest.mark.parametrize("name", RAMPS)


@functools.cache
def drawn(case, language="nl"):
    return placed(NAME, {"whole": WHOLE, "gaps": GAPS}[case], language)


def patches(case, indicator):
    """By area its patch in a panel."""
    axes = drawn(case).axes[PANEL[indicator]]
    found = [each for each in axes.patches if isinstance(each, PathPatch)]
    return dict(zip(areas.tiles(), found, strict=True))


# Tiles


def test_there_is_a_tile_for_each_area_and_none_lies_over_another():
    tiles = areas.tiles()
    assert len({tile.middle for tile in tiles.values()}) == len(tiles) == 40
    assert len({tile.short for tile in tiles.values()}) == 40
    for tile in tiles.values():
        low, high = tile.outline.vertices.min(axis=0), tile.outline.vertices.max(axis=0)
        assert (high - low < 1).all()
        assert tuple((low + high) / 2) == pytest.approx(tile.middle)


def test_the_middle_of_real_boundaries_is_their_centre_of_gravity():
    half = np.array([[0, 0], [3, 0], [0, 3], [0, 0]], dtype=float)
    far = half + 100
    area = areas.outlines({"CR01": [half, far]})["CR01"]
    assert area.middle == pytest.approx((1, 1))
    assert len(area.outline.vertices) == 8


# Shades


@every_ramp
def test_the_shades_of_one_side_run_in_order_through_grey(name):
    found = RAMPS[name]
    colours = found.colours if name != "level" else found.colours[: len(found.colours) // 2][::-1]
    steps = np.diff([lab(colour)[0] for colour in colours])
    assert (steps < -8).all()


@every_ramp
def test_numbers_on_a_shade_stand_out(name):
    for colour in RAMPS[name].colours:
        assert contrast(shades.ink_on(colour), colour) >= 4.5


@pytest.mark.parametrize("sight", SIGHTS)
def test_both_sides_of_zero_differ_for_the_colour_blind(sight):
    colours = RAMPS["level"].colours
    for below, above in zip(colours[: len(colours) // 2][::-1], colours[len(colours) // 2 :],
                            strict=True):  # fmt: skip
        assert difference(below, above, sight) >= 6  # a sign tells them apart as well


def test_zero_is_an_end_between_as_many_classes_below_as_above():
    for far in (0.003, 0.19, 7):
        found = shades.diverging(np.array([far, -far / 3]))
        assert found.ends == pytest.approx(-found.ends[::-1])
        assert 0 in found.ends.round(12)
        assert len(found.colours) == len(found.ends) - 1


@pytest.mark.parametrize("values", [[5.0, 17.3], [12.0, 12.0], [0.0, 0.4], [99.0, 100.0]])
def test_every_number_is_within_the_classes(values):
    values = np.array(values)
    found = shades.sequential(values, "#a11d33")
    assert found.ends[0] <= values.min()
    assert values.max() <= found.ends[-1]
    assert [found.of(value) for value in values] == [
        found.colours[min(int((found.ends <= value).sum()) - 1, len(found.colours) - 1)]
        for value in values
    ]


def test_differences_of_zero_alone_have_a_shade():
    found = shades.diverging(np.zeros(3))
    assert found.of(0.0) in found.colours


# What is drawn


@pytest.mark.parametrize("indicator", PANELS)
def test_a_darker_area_has_a_number_that_is_further_from_the_lightest(indicator):
    rows = WHOLE[WHOLE["indicator"] == indicator].set_index("corop")["estimate"]
    size = rows.abs() if indicator == "level_difference" else rows
    light = {
        area: lab(to_hex(p.get_facecolor()))[0] for area, p in patches("whole", indicator).items()
    }
    light = pd.Series(light)
    for side in (rows < 0, rows >= 0):
        ordered = light[size[side].sort_values().index]
        assert (np.diff(ordered) <= 1e-9).all()


@pytest.mark.parametrize("indicator", PANELS)
def test_each_tile_bears_its_short_name_and_its_number(indicator):
    axes = drawn("whole").axes[PANEL[indicator]]
    words = [text.get_text() for text in axes.texts]
    rows = WHOLE[WHOLE["indicator"] == indicator].set_index("corop")["estimate"]
    for (code, tile), short, number in zip(areas.tiles().items(), words[::2], words[1::2],
                                           strict=True):  # fmt: skip
        assert short == tile.short
        shown = float(number.replace(",", ".").replace("−", "-"))
        scale, least = (1, 0.005) if indicator == "level_difference" else (100, 0.05)
        assert shown == pytest.approx(scale * rows[code], abs=least + 1e-9)


def test_suppressed_and_not_supported_areas_have_looks_of_their_own_and_no_number():
    for indicator in PANELS:
        found = patches("gaps", indicator)
        assert found["CR01"].get_hatch() == maps.HATCHED["hatch"]
        assert found["CR17"].get_hatch() is None
        assert to_hex(found["CR17"].get_facecolor()) == style.BAND
        words = [text.get_text() for text in drawn("gaps").axes[PANEL[indicator]].texts]
        assert words[1] == "–"
        assert words[2 * 16 + 1] == "–"
    said = [words for words, _ in texts(drawn("gaps"))]
    assert "onderdrukt" in said
    assert any("te weinig van de scores" in words for words in said)


def test_an_area_that_the_table_lacks_is_said_to_be_missing():
    figure = placed(NAME, WHOLE[WHOLE["corop"] != "CR40"], "en")
    assert "not in the table" in [words for words, _ in texts(figure)]


def test_pupils_of_an_unknown_area_are_on_no_map():
    unknown = WHOLE[WHOLE["corop"] == "CR01"].assign(corop="unknown")
    rows = figures.load(NAME).select(pd.concat([WHOLE, unknown]))
    assert set(rows["corop"]) == set(WHOLE["corop"])


def test_the_alt_text_names_the_highest_and_the_lowest_area_of_each_map():
    alt = figures.describe(NAME, corop_map(), "nl")[0].alt
    for indicator in PANELS:
        rows = WHOLE[WHOLE["indicator"] == indicator]
        for row in (rows["estimate"].idxmax(), rows["estimate"].idxmin()):
            assert figures.load(NAME).group_label("corop", rows["corop"][row], "nl") in alt
    assert len(re.findall("het hoogst", alt)) == 3


def test_zero_is_numbered_below_the_map_of_differences():
    scale = drawn("whole").axes[-1]
    assert "0,00" in [tick.get_text() for tick in scale.get_xticklabels()]
    assert len(scale.get_xticks()) <= 7


# Real boundaries


def squares(scale=10_000.0):
    """Made boundaries: each tile enlarged, one of them in two parts."""
    rings = {code: [scale * tile.outline.vertices] for code, tile in areas.tiles().items()}
    rings["CR04"].append(rings["CR04"][0] * 0.1)
    return rings


def test_boundaries_are_drawn_by_the_same_function_with_signs_for_numbers():
    rows = figures.load(NAME).select(GAPS)
    with style.house():
        figure = figures.load(NAME).draw(rows, "nl", squares())
    level = rows[rows["indicator"] == "level_difference"].set_index("corop")["estimate"]
    maps_drawn = figure.axes[:3]
    assert [len(axes.texts) for axes in maps_drawn] == [0, 0, int((level.dropna() != 0).sum())]
    signs = [text.get_text() for text in maps_drawn[2].texts]
    assert signs == ["+" if value > 0 else "−" for value in level.dropna() if value]
    around = figures.load(NAME).caption(rows, "nl", squares())
    assert "Min en plus: onder en boven nul." in around.note
