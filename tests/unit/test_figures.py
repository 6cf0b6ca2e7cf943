import functools
import os
import re
import subprocess
import sys
import zlib
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from figure_geometry import (
    SIGHT,
    TOLERANCE,
    contrast,
    difference,
    lab,
    meet,
    outside,
    overlaps,
    placed,
    texts,
)
from fontTools import subset
from matplotlib import font_manager, rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox
from PIL import Image
from releasing import released

from advieskloof import figures, io, schemas
from advieskloof.errors import FigureError
from advieskloof.figures import fonts, style
from advieskloof.figures.caption import Caption
from advieskloof.figures.save import save
from advieskloof.indicators.reconsideration import reconsideration
from advieskloof.labels import LABELS
from advieskloof.sources import aggregates

COHORT = "reconsideration_by_cohort"
ADVICE = "reconsideration_by_first_advice"
FIGURES = (COHORT, ADVICE)
LANGUAGES = ("nl", "en")
SERIES = ("eligible_of_all", "adjusted_of_eligible", "adjusted_of_all")
GROUPS = schemas.GROUPINGS["first_advice_group"]
KINDS = schemas.empty_columns(schemas.ESTIMATES, 0).dtypes.to_dict()
ENDINGS = figures.ENDINGS
SOUND = {
    "source": "mine",
    "public": False,
    "table": "reconsideration",
    "indicator": "eligible_of_all",
    "definition": "half_level",
    "base": "initial",
    "adjustment": "raw",
    "region_of": "school",
    "cohort": "2022",
    **dict.fromkeys(schemas.SPLITS, "total"),
    "unit": "share",
    "n_schools": 50,
    "k_schools": 50,
    "rest_schools": 50,
    "status": "ok",
    "reason": "schools_unknown",
}

both_figures = pytest.mark.parametrize("name", FIGURES)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


# Tables


@functools.cache
def published():
    """The released table of the published counts, as the default run makes it."""
    splits = [[], ["first_advice_group"], ["income_quintile"]]
    cells = aggregates.published("cbs_84274NED", {})
    return released(reconsideration(cells, splits, "school", {}))


def estimates(*rows):
    """ESTIMATES of rows of what differs from SOUND; `k` of `n` is the share, None is no test."""
    table = schemas.empty_columns(schemas.ESTIMATES, len(rows)).astype(object)
    for name, sound in SOUND.items():
        table[name] = [row.get(name, sound) for row in rows]
    known = [row["k"] is not None for row in rows]
    table["n"] = [row.get("n", 1000) for row in rows]
    table["k"] = [row["k"] for row in rows]
    table["estimate"] = [
        row["k"] / row.get("n", 1000) if row["k"] is not None else np.nan for row in rows
    ]
    table.loc[np.invert(known), ["n", "n_schools", "k_schools", "rest_schools"]] = None
    table.loc[np.invert(known), ["status", "reason"]] = ["not_defined", "no_test_that_year"]
    return schemas.validate(table.astype(KINDS), schemas.ESTIMATES, "a test's table")


def by_cohort(shares):
    """ESTIMATES of {cohort: per milles of the three series}, or None where there was no test."""
    return estimates(
        *(
            {"indicator": name, "cohort": cohort, "k": k}
            for cohort, values in shares.items()
            for name, k in zip(SERIES, values or [None] * 3, strict=True)
        )
    )


def by_advice(shares, overall=None):
    """ESTIMATES of per milles eligible in the first so many first advices, low to high."""
    rows = [{"first_advice_group": g, "k": k} for g, k in zip(GROUPS, shares, strict=False)]
    return estimates(*rows, *([] if overall is None else [{"k": overall}]))


# Invented; 2014/15 to 2024/25 hold every regime and break but those of 2013/14.
ELEVEN = {
    "2014": (281, 165, 46),
    "2015": (290, 172, 50),
    "2016": (305, 184, 56),
    "2017": (312, 190, 59),
    "2018": (350, 230, 81),
    "2019": None,
    "2020": (364, 265, 96),
    "2021": (364, 270, 98),
    "2022": (337, 289, 97),
    "2023": (341, 820, 280),
    "2024": (344, 851, 293),
}


def one_suppressed():
    """A released table in which vmbo-k, the third first advice, is suppressed."""
    return released(by_advice([778, 341, 5, 252, 479]))


AWKWARD = {
    "two series that end at the same value": (
        COHORT,
        lambda: by_cohort(
            {"2020": (364, 265, 96), "2021": (350, 300, 105), "2022": (330, 330, 109)}
        ),
    ),
    "three series that end low": (
        COHORT,
        lambda: by_cohort({"2020": (364, 265, 96), "2021": (100, 60, 30), "2022": (20, 15, 12)}),
    ),
    "one cohort only": (COHORT, lambda: by_cohort({"2022": (337, 289, 97)})),
    "two cohorts, the last without a test": (
        COHORT,
        lambda: by_cohort({"2018": (350, 230, 81), "2019": None}),
    ),
    "eleven cohorts": (COHORT, lambda: by_cohort(ELEVEN)),
    "eleven cohorts, one suppressed": (
        COHORT,
        lambda: released(by_cohort(ELEVEN | {"2021": (364, 265, 5)})),
    ),
    "all nine first advices": (
        ADVICE,
        lambda: by_advice([778, 341, 589, 252, 479, 227, 388, 153, 0], 337),
    ),
    "nine first advices with high shares": (
        ADVICE,
        lambda: by_advice([1000, 950, 970, 900, 930, 890, 940, 910, 860], 930),
    ),
    "one first advice only": (ADVICE, lambda: by_advice([778])),
    "a suppressed first advice": (ADVICE, one_suppressed),
}


# What is drawn


def draw(name, table, language):
    """The figure, drawn on a canvas, without the words that `save` puts around it."""
    module = figures.load(name)
    with style.house():
        figure = module.draw(module.select(table), language)
        FigureCanvasAgg(figure).draw()
    return figure


def axes_of(table, language):
    """The axes of the figure by first advice."""
    (axes,) = draw(ADVICE, table, language).axes
    return axes


def panels(table, language):
    """{series: its axes} of the figure by cohort."""
    return {
        line.get_label(): axes
        for axes in draw(COHORT, table, language).axes
        for line in axes.get_lines()
        if line.get_label() in SERIES
    }


def caption(name, table, language):
    return figures.describe(name, table, language)[0]


def ticks(axis):
    """{position: words} of the ticks of an axis, also where only a neighbour shows the words."""
    places = axis.get_majorticklocs()
    return dict(zip(places, axis.get_major_formatter().format_ticks(places), strict=True))


def year(cohort):
    return f"{cohort}/{int(cohort) % 100 + 1}"


def percent(share, language):
    return f"{100 * share:.1f}%".replace(".", "," if language == "nl" else ".")


def points(of_series):
    """{(series, school year): height} of the lines that stand for a series."""
    return {
        (name, ticks(axes.xaxis)[x]): y
        for name, axes in of_series.items()
        for line in axes.get_lines()
        if line.get_label() == name
        for x, y in zip(*line.get_data(), strict=True)
    }


def bars(axes):
    """{first advice in words: bar}; a legend's patches are none of these."""
    names = ticks(axes.yaxis)
    return {names[round(bar.get_y() + bar.get_height() / 2, 6)]: bar for bar in axes.patches}


def words(*axes):
    return [" ".join(text.get_text().split()) for each in axes for text in each.texts]


def all_words(name, table, language):
    """Every text among a figure's axes, but titles and ticks."""
    return words(*draw(name, table, language).axes)


def is_dotted(line):
    return line.get_linestyle() == ":"


@both_languages
def test_the_lines_stand_at_the_table_s_shares(language):
    rows = figures.load(COHORT).select(published())
    expected = {(row.indicator, year(row.cohort)): 100 * row.estimate for row in rows.itertuples()}
    drawn = points(panels(published(), language))
    assert len(expected) == 12
    assert drawn == pytest.approx(expected, abs=1e-9, nan_ok=True)


@both_languages
def test_the_lines_stand_at_the_published_percentages(language):
    drawn = points(panels(published(), language))
    years = ["2020/21", "2021/22", "2022/23"]
    assert [round(drawn["eligible_of_all", y], 1) for y in years] == [36.4, 36.4, 33.7]
    assert [round(drawn["adjusted_of_eligible", y], 1) for y in years] == [26.5, 27.0, 28.9]


@both_languages
def test_each_point_carries_its_value(language):
    of_series = panels(published(), language)
    labels = {
        (name, ticks(axes.xaxis)[text.xy[0]], round(text.xy[1], 9)): text.get_text()
        for name, axes in of_series.items()
        for text in axes.texts
        if isinstance(text, Annotation)
    }
    expected = {
        (name, when, round(y, 9)): percent(y / 100, language)
        for (name, when), y in points(of_series).items()
        if not np.isnan(y)
    }
    assert len(expected) == 9
    assert labels == expected


def test_all_series_are_drawn_on_one_scale_from_zero():
    limits = {axes.get_ylim() for axes in panels(published(), "nl").values()}
    assert len(limits) == 1
    assert limits.pop()[0] == 0


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (
            "nl",
            [
                "Komt in aanmerking, van alle leerlingen met een eerste advies",
                "Bijgesteld, van de leerlingen die in aanmerking komen",
                "Bijgesteld, van alle leerlingen met een eerste advies",
            ],
        ),
        (
            "en",
            [
                "Eligible, of all pupils with a first advice",
                "Adjusted, of pupils who are eligible",
                "Adjusted, of all pupils with a first advice",
            ],
        ),
    ],
)
def test_each_line_is_named_above_it(language, names):
    of_series = panels(published(), language)
    assert [of_series[name].get_title(loc="left") for name in SERIES] == names


def test_the_lines_differ_in_marker_and_colour():
    lines = [axes.get_lines()[0] for axes in panels(published(), "nl").values()]
    assert {line.get_label() for line in lines} == set(SERIES)
    assert len({line.get_marker() for line in lines}) == 3
    assert len({to_hex(line.get_color()) for line in lines}) == 3


@both_languages
def test_the_cohorts_are_named_by_school_year(language):
    *others, last = panels(published(), language).values()
    shown = [label.get_text() for label in last.get_xticklabels()]
    assert shown == ["2019/20", "2020/21", "2021/22", "2022/23"]
    assert all(ticks(axes.xaxis) == ticks(last.xaxis) for axes in others)


def bands(axes):
    """[(the school years that a band covers, the words in it)] of a panel."""
    years = ticks(axes.xaxis)
    places = [getattr(text, "xy", text.get_position()) for text in axes.texts]
    found = []
    for band in axes.patches:
        left, right = band.get_x(), band.get_x() + band.get_width()
        said = zip(words(axes), places, strict=True)
        inside = [text for text, (x, y) in said if left < x < right and y >= 0]
        found.append(([when for x, when in years.items() if left < x < right], inside))
    return found


@pytest.mark.parametrize(
    ("language", "reason"), [("nl", "dat jaar geen toets"), ("en", "no test that year")]
)
def test_a_cohort_without_a_test_is_a_band_with_its_reason_and_no_point(language, reason):
    of_series = panels(published(), language)
    assert set(of_series) == set(SERIES)
    for name, axes in of_series.items():
        assert bands(axes) == [(["2019/20"], [reason])]
        assert np.isnan(points(of_series)[name, "2019/20"])


@both_languages
def test_a_dotted_line_marks_the_break_before_2020_21(language):
    for axes in panels(published(), language).values():
        at = {text: x for x, text in ticks(axes.xaxis).items()}
        (line,) = filter(is_dotted, axes.get_lines())
        assert set(line.get_xdata()) == {(at["2019/20"] + at["2020/21"]) / 2}
    assert "2020/21: " in caption(COHORT, published(), language).note


@pytest.mark.parametrize(
    ("language", "name"), [("nl", "bijstellen mag"), ("en", "adjusting is optional")]
)
def test_the_regime_of_the_cohorts_is_named_once(language, name):
    assert all_words(COHORT, published(), language).count(name) == 1


def regimes(table, language):
    """[(name, the school years under it)] of the regimes drawn."""
    axes = draw(COHORT, table, language).axes[-1]
    years = ticks(axes.xaxis)
    lines = [n for n in axes.get_lines() if n.get_label() not in SERIES and not is_dotted(n)]
    spans = [sorted(line.get_xdata()) for line in lines]
    named = zip(words(axes), (text.get_position() for text in axes.texts), strict=True)
    middles = {x: text for text, (x, y) in named if y < 0}
    return [
        (middles[(left + right) / 2], [when for x, when in years.items() if left < x < right])
        for left, right in spans
    ]


def test_each_regime_is_named_at_its_own_school_years():
    years = [year(cohort) for cohort in ELEVEN]
    assert regimes(by_cohort(ELEVEN), "nl") == [
        ("bijstellen mag", years[:5]),
        ("geen toets", years[5:6]),
        ("bijstellen mag", years[6:9]),
        ("bijstellen, tenzij", years[9:]),
    ]


def test_no_line_crosses_a_break_in_the_trend():
    for name, axes in panels(by_cohort(ELEVEN), "nl").items():
        broken = [line.get_xdata()[0] for line in filter(is_dotted, axes.get_lines())]
        lines = [line for line in axes.get_lines() if line.get_label() == name]
        assert len(lines) == len(broken) + 1 == 6
        for x in (line.get_xdata() for line in lines):
            assert not any(x[0] < at < x[-1] for at in broken)


def test_as_many_breaks_are_drawn_as_the_note_names():
    table = by_cohort(ELEVEN)
    (named,) = re.findall(r"trendbreuk \((.*)\)\.", caption(COHORT, table, "nl").note)
    for axes in panels(table, "nl").values():
        assert len(list(filter(is_dotted, axes.get_lines()))) == len(named.split("; "))


def test_the_first_cohort_shown_has_no_break_before_it():
    table = by_cohort({"2020": (364, 265, 96), "2021": (364, 270, 98)})
    for axes in panels(table, "nl").values():
        assert list(filter(is_dotted, axes.get_lines())) == []
    assert "trendbreuk" not in caption(COHORT, table, "nl").note


@both_languages
def test_the_bars_are_as_long_as_the_table_s_shares(language):
    rows = figures.load(ADVICE).select(published())
    drawn = [bar.get_width() for bar in bars(axes_of(published(), language)).values()]
    assert drawn == pytest.approx([100 * share for share in rows["estimate"]], abs=1e-9)


@both_languages
def test_the_bars_are_as_long_as_the_published_percentages(language):
    drawn = bars(axes_of(published(), language))
    lengths = {name: round(bar.get_width(), 1) for name, bar in drawn.items()}
    assert all(bar.get_x() == 0 for bar in drawn.values())
    assert next(iter(lengths.values())) == 77.8
    assert lengths | {"vmbo-b/k": 34.1, "vmbo-k": 58.9, "vmbo-k/gt": 25.2} == lengths
    assert lengths["vmbo-gt"] == 47.9


@both_languages
def test_only_the_latest_cohort_is_drawn_by_first_advice(language):
    rows = figures.load(ADVICE).select(published())
    assert set(rows["cohort"]) == {"2022"}
    assert "2022/23" in caption(ADVICE, published(), language).subtitle


@both_languages
def test_each_bar_carries_its_value(language):
    axes = axes_of(published(), language)
    at = {text.get_position()[1]: text.get_text() for text in axes.texts}
    for name, bar in bars(axes).items():
        middle = round(bar.get_y() + bar.get_height() / 2, 6)
        assert at[middle] == percent(bar.get_width() / 100, language), name


@pytest.mark.parametrize(("language", "name"), [("nl", "alle adviezen"), ("en", "all together")])
def test_the_share_of_all_first_advices_is_the_last_bar_and_a_line(language, name):
    axes = axes_of(published(), language)
    share = 100 * 57881 / 171787
    (line,) = axes.get_lines()
    assert list(line.get_xdata()) == pytest.approx([share] * 2, abs=1e-9)
    last, bar = list(bars(axes).items())[-1]
    assert (last, bar.get_width()) == (name, pytest.approx(share, abs=1e-9))


@pytest.mark.parametrize(
    ("language", "names"),
    [("nl", ["enkel advies", "dubbel advies"]), ("en", ["single advice", "double advice"])],
)
def test_single_advices_are_filled_and_double_ones_hatched(language, names):
    axes = axes_of(published(), language)
    double = {name for name, bar in bars(axes).items() if bar.get_hatch()}
    white = {name for name, bar in bars(axes).items() if to_hex(bar.get_facecolor()) == "#ffffff"}
    assert double == white == {"vmbo-b/k", "vmbo-k/gt"}
    *advices, total = (to_hex(bar.get_facecolor()) for bar in bars(axes).values())
    assert total not in advices
    legend = axes.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == names
    assert [bool(patch.get_hatch()) for patch in legend.get_patches()] == [False, True]


def test_all_nine_first_advices_are_drawn_from_low_to_high():
    shares = [778, 341, 589, 252, 479, 227, 388, 153, 0]
    axes = axes_of(by_advice(shares), "nl")
    drawn = [bar.get_width() for bar in bars(axes).values()]
    assert drawn == pytest.approx([share / 10 for share in shares], abs=1e-9)
    names = list(ticks(axes.yaxis).values())
    assert (names[0], names[-1]) == ("vso, pro of vmbo-b", "vwo")
    assert axes.yaxis_inverted()


def test_the_note_names_the_first_advices_that_were_not_counted():
    note = caption(ADVICE, published(), "nl").note
    assert "vmbo-gt/havo, havo, havo/vwo en vwo" in note
    assert "Niet in de gebruikte telling" not in caption(ADVICE, by_advice([300] * 9), "nl").note


@pytest.mark.parametrize(("language", "word"), [("nl", "ander advies"), ("en", "another advice")])
def test_an_advice_outside_the_nine_classes_is_drawn_when_it_is_in_the_table(language, word):
    other = estimates(
        {"first_advice_group": "vwo", "k": 0}, {"first_advice_group": "other", "k": 250}
    )
    drawn = bars(axes_of(other, language))
    assert {name: round(bar.get_width(), 6) for name, bar in drawn.items()} == {"vwo": 0, word: 25}


suppressed_words = pytest.mark.parametrize(
    ("language", "word"), [("nl", "onderdrukt"), ("en", "suppressed")]
)


@suppressed_words
def test_a_suppressed_first_advice_is_the_word_and_no_bar(language, word):
    table = one_suppressed()
    axes = axes_of(table, language)
    assert len(axes.patches) == 4
    assert "vmbo-k" in ticks(axes.yaxis).values()
    assert "vmbo-k" not in bars(axes)
    at = {ticks(axes.yaxis).get(text.get_position()[1]): text.get_text() for text in axes.texts}
    assert at["vmbo-k"] == word
    assert "0,0%" not in words(axes)


@suppressed_words
def test_the_alt_text_tells_of_a_suppressed_first_advice(language, word):
    table = one_suppressed()
    assert word in caption(ADVICE, table, language).alt


@suppressed_words
def test_a_suppressed_first_advice_is_not_said_to_be_lacking(language, word):
    table = one_suppressed()
    missing = caption(ADVICE, table, language).note.split(": ")[-1]
    assert "havo" in missing
    assert "vmbo-k" not in missing


def test_a_share_of_zero_is_a_value_and_not_an_absence():
    axes = axes_of(by_advice([778, 0]), "nl")
    assert [bar.get_width() for bar in bars(axes).values()] == pytest.approx([77.8, 0], abs=1e-9)
    assert "0,0%" in words(axes)


@pytest.mark.parametrize(
    ("language", "word", "reason"),
    [
        ("nl", "onderdrukt", "statistische beveiliging"),
        ("en", "suppressed", "disclosure control"),
    ],
)
def test_a_suppressed_cohort_is_a_band_that_says_so(language, word, reason):
    table = by_cohort({"2020": (364, 265, 96), "2021": (8, 7, 5), "2022": (337, 289, 97)})
    table = released(table)
    withheld = table.loc[table["cohort"] == "2021", "status"]
    assert set(withheld) == {"suppressed"}
    for axes in panels(table, language).values():
        assert bands(axes) == [(["2021/22"], [word])]
    assert caption(COHORT, table, language).alt.count(f"({reason})") == 3


@both_figures
@both_languages
def test_a_table_that_is_wholly_suppressed_is_drawn_without_a_point(name, language):
    few = by_cohort({"2021": (8, 7, 5), "2022": (9, 8, 6)}) if name == COHORT else by_advice([5, 6])
    said = all_words(name, released(few), language)
    assert said
    assert [text for text in said if "%" in text] == []


def test_a_wholly_suppressed_table_is_not_said_to_be_about_no_pupils():
    subtitle = caption(ADVICE, released(by_advice([5, 6])), "nl").subtitle
    assert not re.search(r"n\s=\s0\b", subtitle)


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("nl", "de bron geeft geen bijgesteld advies"),
        ("en", "the source gives no adjusted advice"),
    ],
)
def test_a_series_that_cannot_be_had_is_not_passed_over_in_silence(language, reason):
    table = by_cohort({"2021": (364, None, None), "2022": (337, None, None)})
    lacking = table["status"] == "not_defined"
    table["reason"] = table["reason"].mask(lacking, "adjusted_advice_not_delivered")
    around = caption(COHORT, table, language)
    assert f"({reason})" in around.alt
    assert reason in all_words(COHORT, table, language)


@both_figures
def test_the_alt_text_tells_every_number_drawn(name):
    for language in LANGUAGES:
        shares = figures.load(name).select(published())["estimate"].dropna()
        told = re.findall(r"\d+[.,]\d%", caption(name, published(), language).alt)
        assert sorted(told) == sorted(percent(share, language) for share in shares)


@both_figures
@pytest.mark.parametrize(("language", "own", "other"), [("nl", ",", "."), ("en", ".", ",")])
def test_decimals_are_set_off_as_the_language_does(name, language, own, other):
    told = [*all_words(name, published(), language), caption(name, published(), language).alt]
    text = " ".join(told)
    assert re.search(rf"\d\{own}\d%", text)
    assert not re.search(rf"\d\{other}\d", text)


@both_figures
@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("nl", "Bron: CBS StatLine 84274NED (CC BY 4.0); bewerking advieskloof."),
        ("en", "Source: CBS StatLine 84274NED (CC BY 4.0); processed by advieskloof."),
    ],
)
def test_the_source_line_names_the_published_table_and_its_licence(name, language, source):
    assert caption(name, published(), language).source == source


@both_figures
def test_the_source_line_of_a_delivery_is_its_name(name):
    table = by_cohort({"2022": (337, 289, 97)}) if name == COHORT else by_advice([300, 400])
    assert caption(name, table, "nl").source == "Bron: mine; bewerking advieskloof."


@pytest.mark.parametrize(("language", "n"), [("nl", "171.091–173.997"), ("en", "171,091–173,997")])
def test_the_subtitle_gives_cohorts_and_numbers_of_pupils(language, n):
    subtitle = caption(COHORT, published(), language).subtitle
    assert n in subtitle
    assert "2019/20" in subtitle
    assert "2022/23" in subtitle


def test_a_figure_draws_only_whole_groups_of_its_own_indicators():
    cohort, advice = (figures.load(name).select(published()) for name in FIGURES)
    assert set(cohort["indicator"]) == set(SERIES)
    assert set(cohort["first_advice_group"]) == set(cohort["income_quintile"]) == {"total"}
    assert set(advice["indicator"]) == {"eligible_of_all"}
    assert set(advice["income_quintile"]) == {"total"}


def test_drawing_changes_no_row():
    before = published().copy()
    for name in FIGURES:
        draw(name, published(), "nl")
    pd.testing.assert_frame_equal(published(), before)


# Room on the canvas


@functools.cache
def saved(name, case, language):
    """The figure with the words that `save` puts around it, without files."""
    table = published() if case == "published" else AWKWARD[case][1]()
    return placed(name, table, language)


every_case = pytest.mark.parametrize(
    ("name", "case"),
    [(name, "published") for name in FIGURES]
    + [(name, case) for case, (name, _) in AWKWARD.items()],
)


@both_languages
@every_case
def test_no_text_lies_over_another(name, case, language):
    assert overlaps(saved(name, case, language)) == []


@both_languages
@every_case
def test_no_text_leaves_the_canvas(name, case, language):
    assert outside(saved(name, case, language)) == []


def lie_over(boxes, others):
    """The words of boxes that lie over one of other boxes."""
    return [words for words, box in boxes if any(meet(box, other) for other in others)]


def ink(box):
    """A text's box without the room that a line keeps above and below its digits."""
    return box.expanded(1, 0.6)


@both_languages
@every_case
def test_no_text_lies_over_a_bar_or_a_band_but_the_band_s_own(name, case, language):
    figure = saved(name, case, language)
    own = reasons(language)
    boxes = [(text, box) for text, box in texts(figure) if " ".join(text.split()) not in own]
    patches = [patch.get_window_extent() for axes in figure.axes for patch in axes.patches]
    assert lie_over(boxes, patches) == []


@both_languages
@pytest.mark.parametrize(
    "case", ["published", *(case for case, (name, _) in AWKWARD.items() if name == COHORT)]
)
def test_no_text_lies_over_a_marker(case, language):
    figure = saved(COHORT, case, language)
    markers = []
    for axes in figure.axes:
        for line in axes.get_lines():
            places = (
                axes.transData.transform(line.get_xydata()) if line.get_label() in SERIES else []
            )
            half = line.get_markersize() / 2 * figure.dpi / 72
            known = [place for place in places if not np.isnan(place).any()]
            markers += [Bbox([place - half, place + half]) for place in known]
    assert markers
    assert lie_over([(text, ink(box)) for text, box in texts(figure)], markers) == []


def reasons(language):
    kinds = ("reason:", "status:")
    return [words[language] for key, words in LABELS.items() if key.startswith(kinds)]


@both_languages
@pytest.mark.parametrize(
    "case",
    [
        "published",
        "two cohorts, the last without a test",
        "eleven cohorts",
        "eleven cohorts, one suppressed",
    ],
)
def test_a_reason_stays_within_its_band(case, language):
    figure = saved(COHORT, case, language)
    known = reasons(language)
    boxes = [box for text, box in texts(figure) if " ".join(text.split()) in known]
    drawn = [patch.get_window_extent() for axes in figure.axes for patch in axes.patches]
    assert len(boxes) == len(drawn) >= len(SERIES)
    for box, band in zip(boxes, drawn, strict=True):
        spare = box.x0 - band.x0, box.y0 - band.y0, band.x1 - box.x1, band.y1 - box.y1
        assert min(spare) >= -TOLERANCE


def test_the_measure_of_overlap_finds_text_over_text_and_off_the_canvas():
    with style.house():
        figure = Figure()
        axes = figure.add_subplot(xticks=[], yticks=[])
        axes.text(0.5, 0.5, "one")
        axes.text(0.51, 0.5, "other")
        figure.text(0.99, 0.5, "off the canvas")
        FigureCanvasAgg(figure).draw()
    assert overlaps(figure) == [("one", "other")]
    assert outside(figure) == ["off the canvas"]


@both_figures
@both_languages
def test_title_subtitle_note_and_source_stand_on_the_canvas(name, language):
    around = caption(name, published(), language)
    shown = [" ".join(text.get_text().split()) for text in saved(name, "published", language).texts]
    expected = [around.title, around.subtitle, f"{around.note} {around.source}"]
    assert shown == [" ".join(text.split()) for text in expected]


# Saving

WORDS = {
    "title": "Title (with brackets)",
    "subtitle": "Subtitle",
    "note": "Note",
    "source": "Source: a table.",
    "alt": "Alt: 36,4% – é, 33,7%",
}


def a_figure():
    return figures.load(ADVICE).draw(figures.load(ADVICE).select(published()), "nl")


def rows_drawn():
    return figures.load(ADVICE).select(published())


@pytest.mark.parametrize("lacking", list(WORDS))
@pytest.mark.parametrize("empty", ["", " \n"])
def test_a_figure_without_one_of_its_words_is_refused_by_name(lacking, empty):
    with pytest.raises(FigureError) as error:
        Caption(**WORDS | {lacking: empty})
    assert [name for name in WORDS if re.search(rf"\b{name}\b", str(error.value))] == [lacking]


def test_all_words_that_lack_are_named_at_once():
    with pytest.raises(FigureError, match=r"note and a source"):
        Caption(**WORDS | {"note": "", "source": ""})


def test_a_figure_without_axes_is_refused_and_leaves_no_file(tmp_path):
    with style.house(), pytest.raises(FigureError, match="nothing to draw"):
        save(Figure(layout="constrained"), Caption(**WORDS), rows_drawn(), tmp_path / "empty.nl")
    assert list(tmp_path.iterdir()) == []


def test_a_figure_without_rows_is_refused_and_leaves_no_file(tmp_path):
    with style.house(), pytest.raises(FigureError, match=r"empty\.nl"):
        save(a_figure(), Caption(**WORDS), rows_drawn().iloc[:0], tmp_path / "empty.nl")
    assert list(tmp_path.iterdir()) == []


@both_figures
def test_a_table_without_the_figure_s_rows_is_refused_in_words(name, tmp_path):
    other = published()[published()["income_quintile"] != "total"]
    with pytest.raises(FigureError, match="no row that it draws"):
        figures.make(name, other, "nl", tmp_path)


SCRIPT = """
import sys
from pathlib import Path
from advieskloof import figures
from advieskloof.indicators.reconsideration import reconsideration
from advieskloof.sources import aggregates
cells = aggregates.published("cbs_84274NED", {})
table = reconsideration(cells, [[], ["first_advice_group"]], "school", {})
for name in sys.argv[2:]:
    figures.make(name, table, "nl", Path(sys.argv[1]))
"""


def run_script(folder, seed, zone):
    """Make the figures in a process of their own, with its own hash seed and time zone."""
    own = {"PYTHONHASHSEED": seed, "TZ": zone}
    command = [sys.executable, "-c", SCRIPT, str(folder), *FIGURES]
    subprocess.run(command, env=os.environ | own, check=True, cwd=folder.parent)
    return folder


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    first = run_script(folder / "first", "1", "UTC")
    return first, run_script(folder / "a_second_with_a_longer_name", "2", "Asia/Tokyo")


@pytest.fixture(scope="module")
def made(two_runs):
    return two_runs[0]


def test_a_figure_is_saved_as_svg_pdf_png_and_csv(made):
    expected = {f"{name}.nl.{ending}" for name in FIGURES for ending in ENDINGS}
    assert {path.name for path in made.iterdir()} == expected


@both_figures
@pytest.mark.parametrize("ending", ENDINGS)
def test_two_processes_save_the_same_bytes(two_runs, name, ending):
    first, second = (folder / f"{name}.nl.{ending}" for folder in two_runs)
    assert first.read_bytes() == second.read_bytes()


@both_figures
def test_the_csv_holds_the_rows_drawn(made, name):
    read = schemas.typed(io.read_csv(made / f"{name}.nl.csv"), schemas.ESTIMATES, "csv")
    rows = figures.load(name).select(published()).reset_index(drop=True)
    pd.testing.assert_frame_equal(read, rows, check_exact=True)


def pdf_text(path, key):
    """A text of a PDF's document information."""
    found = re.search(rb"/" + key + rb" \(((?:\\.|[^\\)])*)\)", path.read_bytes(), re.DOTALL)
    text = re.sub(rb"\\(.)", rb"\1", found[1], flags=re.DOTALL)
    return text.decode("utf-16" if text.startswith(b"\xfe\xff") else "latin-1")


def inside(path):
    """Title and description as a file of a figure holds them."""
    if path.suffix == ".pdf":
        return [pdf_text(path, b"Title"), pdf_text(path, b"Subject")]
    if path.suffix == ".png":
        with Image.open(path) as image:
            return [image.info["Title"], image.info["Description"]]
    root = ElementTree.parse(path).getroot()
    dc = "{http://purl.org/dc/elements/1.1/}"
    return [next(root.iter(f"{dc}{key}")).text for key in ("title", "description")]


@both_figures
@pytest.mark.parametrize("ending", ["svg", "bare.svg", "pdf", "png", "print.png"])
def test_title_and_alt_text_travel_inside_the_file(made, name, ending):
    around = caption(name, published(), "nl")
    assert inside(made / f"{name}.nl.{ending}") == [around.title, around.alt]


@pytest.mark.parametrize("ending", ["svg", "bare.svg", "pdf", "png", "print.png"])
def test_marks_outside_ascii_and_brackets_survive_in_the_file(tmp_path, ending):
    with style.house():
        save(a_figure(), Caption(**WORDS), rows_drawn(), tmp_path / "marks.nl")
    assert inside(tmp_path / f"marks.nl.{ending}") == [WORDS["title"], WORDS["alt"]]


def content(path):
    """A file's bytes, with what a PDF compresses laid open."""
    data = path.read_bytes()
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    return b"\n".join([data, *map(_opened, streams if path.suffix == ".pdf" else [])])


def _opened(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


@both_figures
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_saved_file_holds_no_path_of_this_machine(made, name, ending):
    found = content(made / f"{name}.nl.{ending}")
    places = [made, io.CHECKOUT, io.PACKAGE, Path.home(), Path(sys.prefix)]
    assert [place for place in places if str(place).encode() in found] == []
    assert b"site-packages" not in found


@both_figures
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_saved_file_holds_no_date(made, name, ending):
    found = content(made / f"{name}.nl.{ending}")
    assert not re.search(rb"CreationDate|ModDate|dc:date|D:20\d\d|tIME|20\d\d-\d\d-\d\d", found)


# Style


def test_the_measures_of_colour_give_known_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert lab("#ff0000") == pytest.approx([53.2, 80.1, 67.2], abs=0.3)
    assert difference("#00a000", "#c86400", "deuteranopia") < difference("#00a000", "#c86400") / 2


@pytest.mark.parametrize("colour", [*style.COLOURS.values(), style.INK, style.SOFT_INK, style.REST])
def test_a_colour_stands_out_from_white(colour):
    assert contrast(colour, "white") >= 3


@pytest.mark.parametrize("colour", [style.INK, style.SOFT_INK])
def test_running_text_stands_out_from_white_and_from_a_band(colour):
    assert contrast(colour, "white") >= 4.5
    assert contrast(colour, style.BAND) >= 4.5


pairs = pytest.mark.parametrize(
    ("one", "other"), list(combinations(style.COLOURS, 2)), ids=lambda name: name
)


@pairs
def test_two_series_differ_in_grey_and_in_marker(one, other):
    grey = [lab(style.COLOURS[name])[0] for name in (one, other)]
    assert abs(grey[0] - grey[1]) >= 10
    assert style.MARKERS[one] != style.MARKERS[other]


@pairs
@pytest.mark.parametrize("sight", list(SIGHT))
def test_two_series_differ_for_the_colour_blind(one, other, sight):
    assert difference(style.COLOURS[one], style.COLOURS[other], sight) >= 20


def test_every_series_has_a_colour_and_a_marker():
    assert set(SERIES) == set(style.COLOURS) == set(style.MARKERS)


@pytest.mark.parametrize(
    ("weight", "file"),
    [("regular", "FiraSans-Regular"), ("semibold", "FiraSans-SemiBold"), ("bold", "FiraSans-Bold")],
)
def test_the_font_is_fira_sans_in_each_weight_used(weight, file):
    with style.house():
        wanted = font_manager.FontProperties(family=rcParams["font.family"], weight=weight)
        path = font_manager.findfont(wanted, fallback_to_default=False)
    assert Path(path).stem == file


@both_figures
def test_every_text_of_a_figure_is_set_in_fira_sans(name):
    drawn = saved(name, "published", "nl").findobj(Text)
    assert drawn
    assert {text.get_fontname() for text in drawn} == {"Fira Sans"}


def test_the_house_style_is_gone_after_its_block():
    names = set(rcParams) - {"backend"}  # not known before anybody asks
    before = {name: rcParams[name] for name in names}
    with style.house():
        assert rcParams["font.family"] == ["Fira Sans"]
    assert {name: rcParams[name] for name in names} == before


# Fonts in a PDF


def test_a_pdf_takes_glyphs_along_and_no_tables_on_how_to_set_text(tmp_path):
    with style.house():
        save(a_figure(), Caption(**WORDS), rows_drawn(), tmp_path / "x.nl")
    held = content(tmp_path / "x.nl.pdf")
    assert b"glyf" in held
    assert all(table.encode() not in held for table in fonts.FOR_SETTING)


def test_fonts_are_cut_down_as_before_outside_the_block():
    with fonts.glyphs_alone():
        assert set(fonts.FOR_SETTING) <= set(subset.Options().drop_tables)
    assert not set(fonts.FOR_SETTING) & set(subset.Options().drop_tables)


# The picture without words


def test_a_bare_picture_is_as_wide_and_holds_the_axes_without_the_words_around_them(tmp_path):
    with style.house():
        save(a_figure(), Caption(**WORDS), rows_drawn(), tmp_path / "x.nl")
    whole, bare = (
        ElementTree.parse(tmp_path / f"x.nl.{ending}").getroot() for ending in ("svg", "bare.svg")
    )
    sizes = [[float(end) for end in root.attrib["viewBox"].split()] for root in (whole, bare)]
    assert sizes[0][2] == sizes[1][2]
    assert 0.5 * sizes[0][3] < sizes[1][3] < sizes[0][3] - 30
    counts = [
        sum(1 for each in root.iter() if each.get("id", "").startswith("text_"))
        for root in (whole, bare)
    ]
    assert counts[0] - counts[1] == 3
