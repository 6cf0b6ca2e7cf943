"""What a reader meets: pages that load, fit, sort, print, and can be used without a mouse."""

import made_report
import pytest
from axe_playwright_python.sync_playwright import Axe

from advieskloof.report import contents

# One browser serves them all.
pytestmark = pytest.mark.xdist_group("browser")
NAMES = contents.pages(made_report.names(), synthetic=True)
every_page = pytest.mark.parametrize("name", NAMES)
both_languages = pytest.mark.parametrize("language", ["nl", "en"])
FIGURE = "section#advice_by_cohort"
HEADING = f"{FIGURE} thead th"


def open_details(page):
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")


# Loading


@every_page
@both_languages
def test_a_page_loads_without_network_or_complaint(opened, name, language):
    seen = opened(name, language)
    assert seen.said == []
    assert {url.split(":")[0] for url in seen.asked} <= {"file", "data"}
    assert len(seen.asked) == 1 + seen.page.locator("img").count()
    assert seen.page.locator("html").get_attribute("lang") == language


KEEP_A_ROW_OF_EACH_KIND = """document.querySelectorAll('table').forEach(table => {
    const seen = new Set();
    for (const row of table.querySelectorAll('tr')) {
        const markup = row.outerHTML.replace(/>[^<]*/g, '>').replace(/ href="[^"]*"/g, '');
        if (seen.has(markup)) row.remove();
        seen.add(markup);
    }
})"""


@every_page
@both_languages
def test_axe_finds_no_violation_and_every_id_stands_once(opened, name, language):
    """Of rows with the same markup one stays in each table, since axe takes long."""
    page = opened(name, language).page
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert sorted(set(ids)) == sorted(ids) != []
    open_details(page)
    page.evaluate(KEEP_A_ROW_OF_EACH_KIND)
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


# Fitting


@every_page
@pytest.mark.parametrize(
    ("width", "text"),
    [pytest.param(360, "100%", id="narrow"), pytest.param(640, "200%", id="zoomed")],
)
def test_a_page_fits_the_window(opened, name, width, text):
    """Zooming in to 200 % halves the window; the text alone may be doubled too.

    Wide tables scroll by themselves, and so do the names of the pages on a telephone, which takes
    a page for 980 points wide, unless the page says that it fits.
    """
    page = opened(name, "nl", viewport={"width": width, "height": 640}, is_mobile=True).page
    page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
    open_details(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        """[...document.querySelectorAll('p, li, dd, h1, h2, h3, summary, caption')]
        .filter(e => !e.closest('.scroll, nav') && e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.textContent)"""
    )
    assert wide == []
    names = page.locator("nav ul")
    assert names.bounding_box()["width"] <= width
    assert names.bounding_box()["height"] < 0.2 * 640
    page.locator("nav a").last.focus()
    assert page.locator("nav a").last.bounding_box()["x"] < width


# Getting about


@every_page
def test_every_link_and_control_is_reached_by_keyboard_and_shows_it(opened, name):
    page = opened(name, "en").page
    reachable = page.evaluate(
        """[...document.querySelectorAll('a[href], button, summary, [tabindex="0"]')]
        .filter(e => e.checkVisibility()).length"""
    )
    for _ in range(reachable):
        page.keyboard.press("Tab")
        # Marked in its turn, so that coming back to one would show.
        style = page.evaluate(
            """() => { const e = document.activeElement; e.classList.add('reached');
            return getComputedStyle(e).outlineStyle; }"""
        )
        assert style == "solid", page.evaluate("document.activeElement.outerHTML")
    assert page.locator(".reached").count() == reachable > 10


@both_languages
def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(opened, language):
    page = opened("about", language).page
    page.keyboard.press("Tab")
    assert page.locator("a.skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


@every_page
def test_the_language_is_switched_on_the_same_page_and_back(opened, name):
    page = opened(name, "nl").page
    for other in ("en", "nl"):
        page.locator(".bar a").click()
        assert page.url.endswith(f"/{contents.file(name, other)}")
        assert page.locator("h1").inner_text() == contents.TITLES[name][other]


def test_the_navigation_leads_to_every_page(opened):
    page = opened("index", "nl").page
    for name in NAMES:
        page.get_by_role("link", name=contents.TITLES[name]["nl"], exact=True).first.click()
        assert page.locator("h1").inner_text() == contents.TITLES[name]["nl"]
        assert page.locator("[aria-current=page]").inner_text() == contents.TITLES[name]["nl"]


def test_a_figure_leads_to_its_method(opened):
    page = opened("regions", "en").page
    page.get_by_role("link", name="Shrunken regions").click()
    heading = page.locator("h3#shrunken-regions")
    assert heading.bounding_box()["y"] < 200


# Tables


def column(page, number):
    return page.locator(f"{FIGURE} tbody tr > :nth-child({number})").all_inner_texts()


def place_of_values(page, language):
    return page.locator(HEADING).all_inner_texts().index({"nl": "waarde", "en": "value"}[language])


def values(page, language):
    """The numbers of the column of values, None where there is none, from top to bottom."""
    texts = column(page, place_of_values(page, language) + 1)
    texts = [text.rstrip("%").replace(",", ".") for text in texts]
    return [float(text) if text.replace(".", "").isdigit() else None for text in texts]


@both_languages
def test_a_heading_sorts_its_numbers_up_and_down_with_absent_ones_last(opened, language):
    page = opened("advice", language).page
    open_details(page)
    # Of numbers with as many decimals each, the order is that without their marks too.
    first = page.locator(f"{FIGURE} tbody tr").first.locator(":scope > *")
    exact = {"nl": "0,125%", "en": "0.125%"}[language]
    cell = first.nth(place_of_values(page, language))
    cell.evaluate("(cell, text) => { cell.textContent = text; }", exact)
    before = values(page, language)
    assert 0.125 in before
    known = sorted(value for value in before if value is not None)
    absent = [None] * before.count(None)
    assert absent
    button = page.locator(HEADING).get_by_role(
        "button", name={"nl": "waarde", "en": "value"}[language]
    )
    button.click()
    assert values(page, language) == known + absent
    button.press("Enter")
    assert values(page, language) == known[::-1] + absent
    assert page.locator(f"{HEADING}[aria-sort]").count() == 1
    assert page.locator(f"{HEADING}[aria-sort=descending] button").count() == 1


def test_rows_stay_whole_when_words_are_sorted(opened):
    page = opened("advice", "en").page
    open_details(page)
    rows = page.locator(f"{FIGURE} tbody tr")
    before = rows.all_inner_texts()
    page.locator(HEADING).get_by_role("button", name="definition").click()
    after = rows.all_inner_texts()
    assert after != before
    assert sorted(after) == sorted(before)
    assert column(page, 3) == sorted(column(page, 3))
    page.locator(HEADING).get_by_role("button", name="value").click()
    assert page.locator(f"{HEADING}[aria-sort] button").all_inner_texts() == ["value"]


def test_counts_with_thousands_are_sorted_as_numbers(opened):
    page = opened("about", "nl").page
    counts = page.locator("table").first.locator("tbody td:nth-child(2)")
    page.locator("table").first.get_by_role("button", name="afgekeurd").click()
    assert counts.all_inner_texts()[:2] == ["990", "1.010"]


def test_without_scripts_tables_are_there_and_promise_no_sorting(opened):
    page = opened("advice", "nl", java_script_enabled=False).page
    page.locator(f"{FIGURE} summary").first.click()
    assert page.locator(f"{FIGURE} tbody tr").first.is_visible()
    assert page.locator("button").count() == 0


# Taking along


def test_a_csv_is_downloaded_under_its_name(opened):
    seen = opened("advice", "nl")
    link = seen.page.locator(f"{FIGURE} .files a").last
    with seen.page.expect_download() as waiting:
        link.click()
    assert waiting.value.suggested_filename == "advice_by_cohort.csv"
    released = seen.folder.parent / "tables/advice_by_cohort.csv"
    assert waiting.value.path().read_bytes() == released.read_bytes()


@every_page
@both_languages
def test_every_link_leads_to_a_file_that_is_there(opened, folder, name, language):
    page = opened(name, language).page
    links = page.evaluate("[...document.links].map(a => a.getAttribute('href').split('#')[0])")
    assert [link for link in links if not (folder / link).exists()] == []


def test_on_paper_tables_stand_open_and_there_is_nothing_to_click(opened):
    page = opened("advice", "nl").page
    table = page.locator(f"{FIGURE} table")
    assert not table.is_visible()
    page.emulate_media(media="print")
    assert table.is_visible()
    for gone in ("nav", ".files", ".skip", ".bar a"):
        assert not page.locator(gone).first.is_visible(), gone
