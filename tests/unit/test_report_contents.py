"""The themes of the report: each figure has one place, and each method a heading."""

import re

import pytest

from advieskloof import figures, io
from advieskloof.disclosure import plan
from advieskloof.report import contents, methods

METHODS = io.read_text(io.CHECKOUT / "docs/methods.md")
PLANS = sorted((io.CHECKOUT / "config").rglob("release*.yaml"))


def test_every_figure_belongs_to_one_theme():
    shown = [name for theme in contents.THEMES for name in theme.figures]
    assert sorted(shown) == sorted(figures.NAMES)


def test_every_table_of_the_default_plan_belongs_to_a_theme():
    named = {name for theme in contents.THEMES for name in (*theme.figures, *theme.tables)}
    assert set(plan.load("config/release.yaml")) <= named


@pytest.mark.parametrize("theme", contents.THEMES, ids=lambda theme: theme.name)
def test_the_method_of_a_figure_is_a_heading_of_the_methods(theme):
    html = methods.as_html(METHODS)
    for heading in theme.figures.values():
        assert re.search(rf"(?m)^#+ {re.escape(heading)}$", METHODS), heading
        assert f'id="{methods.anchor(heading)}"' in html


def test_a_theme_without_any_table_in_the_plan_has_no_page():
    names = contents.pages(["regions", "mine"], synthetic=True)
    assert names == ["index", "regions", "published", "synthetic", "about", "methods"]
    assert set(names) <= set(contents.TITLES)


def test_a_table_without_its_figure_keeps_the_theme():
    assert [t.name for t in contents.themes(["without_test"])] == ["advice"]


def test_a_page_is_a_file_a_language():
    assert contents.file("about", "nl") == "about.html"
    assert contents.file("about", "en") == "about.en.html"


def test_every_theme_is_told_in_both_languages():
    for theme in contents.THEMES:
        assert set(theme.title) == set(theme.lead) == {"nl", "en"}


# The methods as a page


def test_the_methods_are_tables_and_headings_below_the_page_s_own():
    html = methods.as_html(
        "# Top\n\ntext\n\n## Part one, of two\n\n| a | b |\n|---|---|\n| 1 |  |\n"
    )
    assert '<h2 id="top">Top</h2>' in html
    assert '<h3 id="part-one-of-two">Part one, of two</h3>' in html
    assert "<td>1</td>" in html


def test_only_a_wide_table_of_the_methods_is_a_stop_for_the_keyboard():
    for columns, stops in ((6, 0), (7, 1)):
        row = "|" + "a|" * columns
        html = methods.as_html(f"{row}\n|{'---|' * columns}\n{row}\n")
        assert html.count("tabindex") == stops
        assert html.count('class="scroll"') == 1


def test_links_to_other_docs_become_words_and_links_within_stay():
    html = methods.as_html("# A\n\nSee [the models](models.md) and [above](#a).")
    assert "See the models and" in html
    assert re.findall('href="(.*?)"', html) == ["#a"]
