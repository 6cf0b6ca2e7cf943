import functools
import re
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest
from releasing import released

from advieskloof import figures, io, reference, schemas
from advieskloof.indicators.reconsideration import INDICATORS, reconsideration
from advieskloof.labels import LABELS
from advieskloof.report import contents, pages
from advieskloof.report.words import WORDS
from advieskloof.sources import aggregates

FIGURES = ("reconsideration_by_cohort", "reconsideration_by_first_advice")
LANGUAGES = ("nl", "en")
NAMES = ("index", "reconsideration", "published", "about", "methods")
RULES = {"minimum_pupils": 10, "minimum_schools": 3, "protection": 10}
EMPTY = schemas.empty_columns(schemas.CELLS, 0)
COUNTED = pd.DataFrame(
    [("2022", "off_scale", "rejected", 10)], columns=["cohort", "step", "kind", "n"]
)
LISTED = {"advice_levels": ["pro_vmbo_bb"]}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}

both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_page = pytest.mark.parametrize("name", NAMES)


# Tables


@functools.cache
def published():
    cells = aggregates.published("cbs_84274NED", {})
    splits = [[], ["first_advice_group"]]
    return released(reconsideration(cells, splits, "school", {}))


def flagged(*rows, **columns):
    """CELLS of rows (first advice group, school, eligible, adjusted, pupils), of 2022."""
    names = ["first_advice_group", "school_id", "eligible", "adjusted", "n"]
    frame = pd.DataFrame(rows, columns=names)
    known = {"source": "mine", "public": False, "cohort": 2022, "income_quintile": "total"}
    cells = schemas.empty_columns(schemas.CELLS, len(rows)).assign(
        **{name: frame[name].array for name in names}, w=frame["n"], w2=frame["n"]
    )
    return cells.assign(**known | columns).astype(EMPTY.dtypes.to_dict())


def coded(*rows, **columns):
    """CELLS of rows (first advice, test advice, adjusted advice, pupils), of 2022 at school a."""
    names = ["initial_advice", "test_advice", "adjusted_advice", "n"]
    frame = pd.DataFrame(rows, columns=names)
    known = {"source": "mine", "public": False, "cohort": 2022, "school_id": "a"}
    cells = schemas.empty_columns(schemas.CELLS, len(rows)).assign(
        **{name: frame[name].array for name in names}, w=frame["n"], w2=frame["n"]
    )
    return cells.assign(**known | columns).astype(EMPTY.dtypes.to_dict())


def in_schools(group, eligible, adjusted, n, schools="abc"):
    """Rows for `flagged` of n pupils in each school."""
    return [(group, school, eligible, adjusted, n) for school in schools]


@functools.cache
def delivered(**columns):
    """A released table of a source that isn't public: vmbo-k stands, havo has too few pupils."""
    cells = flagged(
        *in_schools("vmbo_k", True, True, 20),
        *in_schools("vmbo_k", True, False, 30),
        *in_schools("vmbo_k", False, None, 50),
        *in_schools("havo", True, True, 1),
        *in_schools("havo", True, False, 2),
        *in_schools("havo", False, None, 40),
        **columns,
    )
    table = reconsideration(cells, [["first_advice_group"]], "school", {})
    return released(table)


# Pages


class Page(HTMLParser):
    """What a test asks of a page: its elements, each with its attributes, text and tag."""

    def __init__(self, html):
        super().__init__()
        self.html = html
        self.elements = []
        self.open = []
        self.unclosed = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "attributes": dict(attrs), "text": "", "inside": list(self.open)}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1]["tag"] != tag:
            self.unclosed.append(tag)
        else:
            self.open.pop()

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, tag, within=None):
        return [
            element
            for element in self.elements
            if element["tag"] == tag
            and (within is None or any(outer is within for outer in element["inside"]))
        ]

    def texts(self, tag, within=None):
        return [" ".join(element["text"].split()) for element in self.all(tag, within)]

    def values(self, *attributes):
        """The values of attributes, of whatever element."""
        return [
            e["attributes"][a] for e in self.elements for a in attributes if a in e["attributes"]
        ]

    def one(self, tag, **attributes):
        (found,) = [e for e in self.all(tag) if attributes.items() <= e["attributes"].items()]
        return found

    def rows(self, table):
        """The cells of a table's rows, its header first."""
        return [
            [
                " ".join(e["text"].split())
                for e in self.elements
                if e["tag"] in ("th", "td") and any(outer is row for outer in e["inside"])
            ]
            for row in self.all("tr", table)
        ]

    @property
    def text(self):
        return " ".join(self.one("body")["text"].split())


def render_all(table, language, names=FIGURES, unverified=None, rules=RULES, counted=None):
    """The pages of a report on one table, by name; it stands for each figure's own."""
    release = pages.Release(
        tables=dict.fromkeys([*names, "reconsideration_by_income"], table),
        figures=names,
        rules=rules,
        unverified=unverified or {},
        compared=None,
        counted=counted,
        methods=io.read_text(io.CHECKOUT / "docs/methods.md"),
    )
    made = pages.render(release, language)
    return {file.removesuffix(".html").removesuffix(".en"): Page(h) for file, h in made.items()}


def render(table, language, names=FIGURES, unverified=None):
    """The page of the theme that the figures belong to."""
    return render_all(table, language, names, unverified)["reconsideration"]


@functools.cache
def report(language):
    return render_all(published(), language)


def page(language, name="reconsideration"):
    return report(language)[name]


def section(shown, name):
    return shown.one("section", id=name)


def caption(name, language, table=None):
    return figures.describe(name, published() if table is None else table, language)[0]


def percent(share, language):
    return f"{100 * share:.1f}%".replace(".", "," if language == "nl" else ".")


def count(number, language):
    return f"{number:,}".replace(",", "." if language == "nl" else ",")


# Every page


@both_languages
def test_the_pages_are_those_that_the_contents_name(language):
    assert tuple(report(language)) == NAMES
    assert contents.pages(FIGURES, synthetic=False) == list(NAMES)


@every_page
@both_languages
def test_a_page_says_its_language(name, language):
    assert page(language, name).one("html")["attributes"] == {"lang": language}


@every_page
@both_languages
def test_every_element_is_closed_where_it_was_opened(name, language):
    assert page(language, name).unclosed == []
    assert page(language, name).open == []


@every_page
@both_languages
def test_no_id_stands_twice(name, language):
    ids = page(language, name).values("id")
    assert len(ids) == len(set(ids)) > 0


@every_page
@both_languages
def test_headings_go_down_one_step_at_a_time_from_one_h1(name, language):
    shown = page(language, name)
    levels = [int(e["tag"][1]) for e in shown.elements if re.fullmatch("h[1-6]", e["tag"])]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every_page
@both_languages
def test_a_page_is_called_in_its_window_as_in_its_heading(name, language):
    shown = page(language, name)
    title = contents.TITLES[name][language]
    assert shown.texts("h1") == [title]
    assert shown.texts("title") == [f"{title} – {WORDS[language]['title']}"]
    assert len(shown.all("main")) == 1


@every_page
@pytest.mark.parametrize(
    ("language", "other", "words"), [("nl", "en", "English"), ("en", "nl", "Nederlands")]
)
def test_a_page_leads_to_the_same_one_in_the_other_language(name, language, other, words):
    (bar,) = [e for e in page(language, name).all("div") if e["attributes"] == {"class": "bar"}]
    (switch,) = page(language, name).all("a", bar)
    file = contents.file(name, other)
    assert switch["attributes"] == {"href": file, "lang": other, "hreflang": other}
    assert switch["text"] == words


@every_page
@both_languages
def test_a_page_leads_to_every_page_and_marks_itself(name, language):
    shown = page(language, name)
    links = shown.all("a", shown.one("nav"))
    files = [contents.file(other, language) for other in NAMES]
    assert [link["attributes"]["href"] for link in links] == files
    (current,) = [link for link in links if "aria-current" in link["attributes"]]
    assert current["attributes"]["href"] == contents.file(name, language)


@every_page
def test_a_page_has_the_same_build_in_both_languages(name):
    nl, en = ([e["tag"] for e in page(language, name).elements] for language in LANGUAGES)
    assert nl == en


@every_page
@both_languages
def test_nothing_is_loaded_from_the_network(name, language):
    shown = page(language, name)
    links = shown.values("src", "href", "srcset", "data", "poster", "action")
    assert links
    assert [link for link in links if re.match(r"\s*([a-z]+:)?//", link)] == []
    schemes = {link.split(":")[0] for link in links if re.match(r"[a-z]+:", link)}
    assert schemes <= {"data"}
    for tag in ("iframe", "object", "embed", "base"):
        assert shown.all(tag) == []
    assert [e["attributes"] for e in shown.all("script")] == [{}]
    assert not re.search(r"@import|url\(\s*['\"]?\s*(https?:)?//", shown.html)


@every_page
@both_languages
def test_no_attribute_runs_a_script(name, language):
    names = {name for e in page(language, name).elements for name in e["attributes"]}
    assert [name for name in names if name.startswith("on")] == []


def local(language):
    """The files that the pages point to, from their own folder."""
    links = [link for shown in report(language).values() for link in shown.values("src", "href")]
    files = {link.split("#")[0] for link in links if not link.startswith("data:")}
    return files - {""}


@both_languages
def test_the_links_are_to_figures_tables_manifest_and_pages(language):
    of_figures = {
        f"../figures/{name}.{language}.{ending}" for name in FIGURES for ending in figures.ENDINGS
    }
    tables = {f"../tables/{name}.csv" for name in (*FIGURES, "reconsideration_by_income")}
    files = {contents.file(name, code) for name in NAMES for code in LANGUAGES}
    others = {f"../{contents.ANNEXES[language]}", "../manifest.json"}
    assert local(language) == of_figures | tables | files | others


def test_the_figures_linked_to_are_made_under_these_names(tmp_path):
    for name in FIGURES:
        figures.make(name, published(), "nl", tmp_path / "figures")
    linked = [link for link in local("nl") if link.startswith("../figures/")]
    assert linked
    assert [link for link in linked if not (tmp_path / "report" / link).resolve().exists()] == []


@every_page
@both_languages
def test_links_to_a_place_on_a_page_lead_to_something(name, language):
    targets = [link.split("#") for link in page(language, name).values("href") if "#" in link]
    assert targets
    for file, target in targets:
        to = file.removesuffix(".html").removesuffix(".en") or name
        assert target in page(language, to).values("id")


@every_page
@both_languages
def test_a_page_holds_no_path_of_this_machine(name, language):
    assert str(io.CHECKOUT) not in page(language, name).html


def test_the_same_table_gives_the_same_page():
    assert render(published(), "nl").html == page("nl").html


# Figures


@both_languages
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_s_image_has_the_alt_text_of_its_caption(name, language):
    (image,) = page(language).all("img", section(page(language), name))
    alt = caption(name, language).alt
    assert image["attributes"] == {"src": f"../figures/{name}.{language}.bare.svg", "alt": alt}
    assert alt in section(page(language), name)["text"]


@both_languages
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_there_to_download_in_every_form_and_for_print(name, language):
    links = page(language).all("a", section(page(language), name))
    found = {link["attributes"]["href"]: link["text"] for link in links}
    for kind in ("svg", "pdf", "png", "print.png"):
        assert f"../figures/{name}.{language}.{kind}" in found
    words = WORDS[language]["print"]
    assert found[f"../figures/{name}.{language}.print.png"] == f"PNG ({words})"


@both_languages
def test_there_is_an_image_for_each_figure_and_no_other(language):
    assert len(page(language).all("img")) == len(FIGURES)


@both_languages
def test_only_the_figures_asked_for_are_shown(language):
    shown = render(published(), language, names=FIGURES[1:])
    assert [e["attributes"]["id"] for e in shown.all("section")] == [FIGURES[1], "annexes"]
    assert FIGURES[0] not in shown.html


@both_languages
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_title_definition_and_source_line(name, language):
    part = section(page(language), name)
    words = caption(name, language)
    assert page(language).texts("h2", part) == [words.title]
    (figcaption,) = page(language).texts("figcaption", part)
    definition = {"nl": "Definitie", "en": "Definition"}[language]
    assert figcaption.startswith(f"{definition} {words.note} ")
    assert figcaption.endswith(words.source)
    assert words.source.startswith({"nl": "Bron: ", "en": "Source: "}[language])


def expected_cells(row, language):
    split = row["first_advice_group"] != "total"
    cells = [f"{row['cohort']}/{int(row['cohort']) % 100 + 1}"]
    cells += [LABELS[f"first_advice_group:{row['first_advice_group']}"][language]] if split else []
    cells += [LABELS[f"indicator:{row['indicator']}"][language]]
    if row["status"] == "ok":
        numbers = count(row["k"], language), count(row["n"], language)
        return [*cells, percent(row["estimate"], language), *numbers]
    why = LABELS[f"status:{row['status']}"][language], LABELS[f"reason:{row['reason']}"][language]
    return [*cells, f"{why[0]} ({why[1]})", "–", "–"]


@both_languages
def test_the_table_by_cohort_holds_the_formatted_numbers(language):
    shown = page(language)
    header, *body = shown.rows(shown.all("table", section(shown, FIGURES[0]))[0])
    rows = figures.load(FIGURES[0]).select(published()).to_dict("records")
    assert len(header) == 5
    assert body == [expected_cells(row, language) for row in rows]


@both_languages
def test_the_table_by_first_advice_holds_the_formatted_numbers(language):
    shown = page(language)
    header, *body = shown.rows(shown.all("table", section(shown, FIGURES[1]))[0])
    rows = figures.load(FIGURES[1]).select(published()).to_dict("records")
    assert len(header) == 6
    assert [row[0] for row in body] == ["2022/23"] * 6
    assert [row[3:] for row in body[:5]] == [
        expected_cells(row, language)[3:] for row in rows if row["first_advice_group"] != "total"
    ]
    assert body[5][1] == {"nl": "totaal", "en": "total"}[language]


def test_the_published_numbers_stand_in_the_dutch_table():
    rows = page("nl").rows(page("nl").all("table")[0])
    indicator = "komt in aanmerking, van alle leerlingen met een eerste advies"
    assert rows[0] == ["schooljaar", "indicator", "waarde", "aantal (teller)", "aantal (noemer)"]
    assert ["2020/21", indicator, "36,4%", "63.353", "173.997"] in rows
    assert ["2019/20", indicator, "niet te bepalen (dat jaar geen toets)", "–", "–"] in rows


def test_the_published_numbers_stand_in_the_english_table():
    rows = page("en").rows(page("en").all("table")[1])
    indicator = "eligible, of all pupils with a first advice"
    assert ["2022/23", "vmbo-k", indicator, "58.9%", "9,475", "16,088"] in rows
    assert ["2022/23", "total", indicator, "33.7%", "57,881", "171,787"] in rows


@both_languages
def test_every_table_has_a_caption_and_headed_columns(language):
    shown = page(language)
    for name in FIGURES:
        part = section(shown, name)
        assert shown.texts("caption", part) == [" ".join(caption(name, language).subtitle.split())]
        scopes = [th["attributes"].get("scope") for th in shown.all("th", part)]
        rows = len(shown.all("tr", part))
        assert set(scopes) == {"col", "row"}
        assert scopes.count("row") == rows - 1
        assert len({len(row) for row in shown.rows(shown.all("table", part)[0])}) == 1


# What isn't there


@pytest.mark.parametrize(
    ("language", "words", "group"),
    [
        ("nl", "onderdrukt (statistische beveiliging)", "havo"),
        ("en", "suppressed (disclosure control)", "havo"),
    ],
)
def test_a_suppressed_row_says_so_and_holds_no_number(language, words, group):
    shown = render(delivered(), language, names=FIGURES[1:])
    (row,) = [row for row in shown.rows(shown.all("table")[0]) if group in row]
    assert row[3:] == [words, "–", "–"]


def test_a_row_that_may_leave_keeps_its_numbers_beside_a_suppressed_one():
    shown = render(delivered(), "en", names=FIGURES[1:])
    (row,) = [row for row in shown.rows(shown.all("table")[0]) if "vmbo-k" in row]
    assert row[3:] == ["50.0%", "150", "300"]


@both_languages
def test_no_number_of_a_suppressed_group_stands_anywhere_on_the_page(language):
    shown = render(delivered(), language, names=FIGURES[1:])
    assert "150" in shown.text  # of vmbo-k, which is not suppressed
    for number in ("129", percent(9 / 129, language), percent(3 / 129, language)):
        assert number not in shown.html


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Onderdrukt: 3 van 6 getallen."), ("en", "Suppressed: 3 of 6 numbers.")],
)
def test_the_suppressed_numbers_are_counted(language, words):
    # Of its 8 rows two are not defined.
    assert (delivered()["status"] == "not_defined").sum() == len(delivered()) - 6
    assert words in about(language, delivered())


def about(language, table=None, **options):
    shown = render_all(published() if table is None else table, language, (), **options)["about"]
    return " ".join(shown.one("main")["text"].split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Een onderdrukt cijfer zegt dus niet dat het zelf klein is"),
        ("en", "So a suppressed number isn't said to be small itself"),
    ],
)
def test_the_report_says_what_is_withheld_beside_small_numbers(language, words):
    assert words in about(language, delivered())
    assert words not in about(language)


@pytest.mark.parametrize(
    ("language", "public", "guarded"),
    [
        ("nl", "Alle cijfers komen uit een gepubliceerde tabel", "Een vrijgegeven cijfer rust op"),
        ("en", "All numbers come from a published table", "A released number rests on"),
    ],
)
def test_the_rule_told_is_that_of_the_kind_of_source(language, public, guarded):
    assert public in about(language)
    assert guarded not in about(language)
    assert guarded in about(language, delivered())
    assert public not in about(language, delivered())


@both_languages
def test_the_thresholds_told_are_those_of_the_run(language):
    html = about(
        language,
        delivered(),
        rules={"minimum_pupils": 17, "minimum_schools": 6, "protection": 10},
    )
    assert re.search(r"\b17 (leerlingen|pupils)\b", html)
    assert re.search(r"\b6 (scholen|schools)\b", html)


@both_languages
def test_published_counts_are_said_to_have_no_intervals_and_a_delivery_is_not(language):
    words = WORDS[language]["intervals"]
    assert words in about(language)
    assert words not in about(language, delivered())


@both_languages
def test_indicators_that_cannot_be_had_are_listed_with_cohorts_and_reason(language):
    told = about(language)
    no_test = LABELS["reason:no_test_that_year"][language]
    unknown = LABELS["reason:test_takers_unknown"][language]
    everything = sorted(LABELS[f"indicator:{name}"][language] for name in INDICATORS)
    assert f"2019/20 ({no_test}): {'; '.join(everything)}" in told
    of_tested = ("eligible_of_tested", "adjusted_of_tested")
    tested = sorted(LABELS[f"indicator:{name}"][language] for name in of_tested)
    last = {"nl": "en", "en": "and"}[language]
    assert f"2020/21, 2021/22 {last} 2022/23 ({unknown}): {'; '.join(tested)}" in told


@both_languages
def test_an_indicator_that_can_be_had_everywhere_is_not_listed(language):
    listed = about(language, published()[published()["status"] == "ok"])
    assert WORDS[language]["not_defined_none"] in listed
    assert "2019/20" not in listed


@both_languages
def test_unverified_rows_that_the_config_lists_are_named(language):
    (row,) = reference.unverified_rows(LISTED).to_dict("records")
    told = about(language, unverified=LISTED)
    assert f"advice_levels: pro_vmbo_bb (INFERRED; {row['source']})" in told
    assert WORDS[language]["unverified_none"] not in told


@both_languages
def test_unverified_rows_that_the_config_does_not_list_are_not_named(language):
    assert "vmbo_bb_to_gt" not in about(language, unverified=LISTED)
    assert "pro_vmbo_bb" not in about(language)
    assert WORDS[language]["unverified_none"] in about(language)


@both_languages
def test_the_page_shows_no_placeholder_that_was_left_unfilled(language):
    for made in (report(language), render_all(delivered(), language, FIGURES[1:], LISTED)):
        for name, shown in made.items():
            text = shown.one("main")["text"]
            assert not re.search(r"[{}]|\bnan\b|<NA>|\bNone\b", text), name


@both_languages
def test_what_a_source_is_called_cannot_become_markup(language):
    shown = render(delivered(source="<b>x</b>&amp;\"'"), language, names=FIGURES[1:])
    assert "<b>x</b>&amp;\"'" in shown.text
    assert "<b>x" not in shown.html
    assert [e for e in shown.all("b") if e["text"] == "x"] == []


def test_alt_texts_cannot_leave_their_attribute(monkeypatch):
    evil = dict(LABELS["first_advice_group:vmbo_k"], nl='"><script>x</script>')
    monkeypatch.setitem(LABELS, "first_advice_group:vmbo_k", evil)
    shown = render(delivered(), "nl", names=FIGURES[1:])
    assert len(shown.all("script")) == 1
    assert '"><script>x</script>' in shown.one("img")["attributes"]["alt"]


# Words


class Recorder(dict):
    """Words that remember which of them were asked for."""

    def __init__(self, words):
        super().__init__(words)
        self.asked = set()

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)


def test_both_languages_have_the_same_words():
    assert set(WORDS) == set(LANGUAGES)
    assert set(WORDS["nl"]) == set(WORDS["en"])


@both_languages
def test_no_word_is_empty(language):
    for key, text in WORDS[language].items():
        parts = text if isinstance(text, list) else [text]
        assert parts, key
        assert all(part.strip() for part in parts), key


def test_lists_of_words_are_as_long_in_both_languages():
    nl, en = (
        {key: len(text) for key, text in WORDS[language].items() if isinstance(text, list)}
        for language in LANGUAGES
    )
    assert nl == en != {}


def test_words_with_places_to_fill_have_the_same_ones_in_both_languages():
    for key in WORDS["nl"]:
        nl, en = (re.findall(r"{\w+}", str(WORDS[language][key])) for language in LANGUAGES)
        assert sorted(nl) == sorted(en), key


@both_languages
def test_every_word_is_used_by_the_template_or_the_code(language, monkeypatch):
    words = Recorder(WORDS[language])
    monkeypatch.setitem(WORDS, language, words)
    render_all(published(), language)
    render_all(delivered(), language, FIGURES[1:], LISTED, counted=COUNTED)
    render_all(published()[published()["status"] == "ok"], language)
    assert set(words) - words.asked == set()


# Labels


def test_every_label_is_there_in_both_languages_and_not_empty():
    lacking = [key for key, words in LABELS.items() if set(words) != set(LANGUAGES)]
    assert lacking == []
    assert all(text.strip() for words in LABELS.values() for text in words.values())


COMPLETE = [("20", "22", "22", 40), ("60", "60", None, 40)]
# So many in a school: every number may leave; or only that of the adjusted may not.
MANY = [(True, True, 20), (True, False, 20), (False, None, 20)]
FEW_ADJUSTED = [(True, True, 1), (True, False, 20), (False, None, 20)]


def cases():
    """Tables that between them show each way a number is there, absent or withheld."""
    sources = [
        aggregates.published("cbs_84274NED", {}),
        coded(("20", None, None, 40)),
        coded(("70", "70", None, 40), *COMPLETE),
        coded(("20", "22", None, 40)),
        coded((None, "22", None, 40)),
        *(coded(*COMPLETE, cohort=cohort) for cohort in (2013, 2019, 2022)),
        flagged(("vmbo_k", None, True, True, 40)),
        flagged(("vmbo_k", "a", True, True, 0), ("havo", "a", False, None, 10)),
        flagged(("vmbo_k", "a", True, True, 20), ("vmbo_k", "b", False, None, 20)),
        flagged(("vmbo_k", "a", True, True, 20), ("vmbo_k", "b", True, True, 20)),
        *(
            flagged(*(("vmbo_k", school, *how) for school in schools for how in pupils))
            for schools, pupils in (("a", MANY), ("abc", MANY), ("abc", FEW_ADJUSTED))
        ),
    ]
    splits = [[], ["first_advice_group"]]
    tables = [reconsideration(cells, splits, "school", LISTED) for cells in sources]
    return [*tables, *(released(table) for table in tables)]


@functools.cache
def met():
    """Every (kind, word) that stands in the cases: indicators, statuses and reasons."""
    table = pd.concat([case[["indicator", "status", "reason"]] for case in cases()])
    return {(kind, word) for kind in table for word in table[kind].dropna().unique()}


def test_the_cases_meet_every_indicator_and_every_reason_that_its_code_names():
    assert {word for kind, word in met() if kind == "indicator"} == set(INDICATORS)
    code = io.read_text(io.package_file("indicators/reconsideration.py"))
    named = re.findall(r"[a-z0-9_]+", code)
    labelled = {key.removeprefix("reason:") for key in LABELS if key.startswith("reason:")}
    assert {word for kind, word in met() if kind == "reason"} >= labelled & set(named)


def test_every_indicator_status_and_reason_met_has_a_label():
    keys = {f"{kind}:{word}" for kind, word in met() if word != "ok"}
    assert keys - set(LABELS) == set()


def test_every_status_of_the_contract_has_a_label():
    assert {f"status:{name}" for name in schemas.STATUSES if name != "ok"} <= set(LABELS)


def test_every_value_of_a_grouping_has_a_label():
    keys = {f"{name}:{value}" for name, values in schemas.GROUPINGS.items() for value in values}
    assert keys | set(schemas.GROUPINGS) | {"total"} <= set(LABELS)


def test_every_regime_break_and_kind_of_advice_has_a_label():
    regimes = reference.read_all("regimes")
    breaks = regimes.loc[regimes["breaks_trend"] == "yes", "cohort"]
    kinds = reference.read_all("first_advice_groups")["kind"]
    keys = {f"regime:{name}" for name in regimes["regime"]}
    keys |= {f"break:{cohort}" for cohort in breaks} | {f"kind:{kind}" for kind in kinds}
    assert keys - set(LABELS) == set()


@both_languages
def test_a_delivery_that_lacks_nothing_can_be_released_and_shown(language):
    table = reconsideration(coded(*COMPLETE), [["first_advice_group"]], "school", LISTED)
    shown = render_all(released(table), language, FIGURES[1:])["about"]
    assert WORDS[language]["not_defined_none"] in shown.text
