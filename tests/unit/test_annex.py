"""The spreadsheet annex, opened as a spreadsheet opens it."""

import functools
import time
from io import BytesIO
from zipfile import ZipFile

import pandas as pd
import pytest
from figure_tables import NO_TEST, SUPPRESSED, TABLES, estimates, wholly_suppressed
from openpyxl import load_workbook

from advieskloof import annex, schemas
from advieskloof.annex.words import MEANINGS, WORDS

LANGUAGES = ("nl", "en")
NOT_POSSIBLE = {"status": "not_possible", "reason": "nothing_above_vwo"}
# A table without a figure: every status, gaps, two groupings of one thing, and a formula's sign.
OTHERS = estimates(
    [
        {"estimate": 0.25, "k": 250, "migration_background": "=1+1"},
        {"estimate": 0.5, "parental_education_five": "hbo", "cohort": "2021"},
        {"estimate": 0.5, "parental_education_three": "high"},
        {"estimate": -0.1234, "reference": "minus cohort=2021"},
        {"estimate": 0, "sex": "boy", **SUPPRESSED},
        {"estimate": 0, "cohort": "2019", **NO_TEST},
        {"estimate": 0, **NOT_POSSIBLE},
    ]
)
RELEASED = {name: tables[1] for name, tables in TABLES.items()} | {"others": OTHERS}

both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_table = pytest.mark.parametrize("name", RELEASED)


@functools.cache
def packed(language):
    return annex.workbook(RELEASED, language, figures_shown=list(TABLES))


@functools.cache
def opened(language):
    return load_workbook(BytesIO(packed(language)))


def sheet(name, language):
    number = list(RELEASED).index(name) + 1
    return opened(language)[WORDS[language]["tab"].format(number=number)]


def header(place):
    (table,) = place.tables.values()
    first = place[table.ref][0]
    return first[0].row, [cell.value for cell in first]


def cells(name, language, column):
    """The cells below a header, in the words' key."""
    place = sheet(name, language)
    row, names = header(place)
    at = names.index(WORDS[language][column]) + 1
    return [place.cell(below, at).value for below in range(row + 1, place.max_row + 1)]


@every_table
@both_languages
@pytest.mark.parametrize("column", ["estimate", "lower", "upper", "n", "k"])
def test_the_numbers_are_those_of_the_released_table(name, language, column):
    released = RELEASED[name][column]
    if column == "k" and released.isna().all():
        assert WORDS[language]["k"] not in header(sheet(name, language))[1]
        return
    found = cells(name, language, column)
    numbers = [value for value in found if not isinstance(value, str)]
    assert numbers == pytest.approx(released.dropna().tolist(), abs=1e-12)
    gone = released.isna().tolist()
    assert [isinstance(value, str) for value in found] == gone
    assert {type(value) for value in found} <= {int, float, str}


@every_table
def test_what_is_suppressed_is_marked_so_and_has_no_number(name):
    status = RELEASED[name]["status"].tolist()
    for column in ("estimate", "lower", "upper", "n"):
        for mark, state in zip(cells(name, "en", column), status, strict=True):
            assert (mark == "[c]") == (state == "suppressed")


def test_a_wholly_suppressed_table_has_no_number_at_all():
    gone = {"regions": wholly_suppressed(TABLES["regions"][0])}
    book = load_workbook(BytesIO(annex.workbook(gone, "nl", figures_shown=["regions"])))
    place = book["Tabel_1"]
    row, _ = header(place)
    below = place.iter_rows(min_row=row + 1, values_only=True)
    assert {type(value) for values in below for value in values} == {str}


@both_languages
def test_each_reason_for_a_missing_number_has_its_mark(language):
    assert cells("others", language, "estimate")[-3:] == ["[c]", "[x]", "[z]"]
    said = [row[0] for row in sheet("others", language).iter_rows(max_col=1, values_only=True)]
    assert [mark for mark in ("[c]", "[x]", "[z]") if WORDS[language][mark] in said] == [
        "[c]",
        "[x]",
        "[z]",
    ]


def test_a_mark_that_a_table_does_not_use_is_not_explained_there():
    lines = [row[0] for row in sheet("regions", "en").iter_rows(max_col=1, values_only=True)]
    assert WORDS["en"]["[z]"] not in lines


@both_languages
@pytest.mark.parametrize("name", TABLES)
def test_a_drawn_table_bears_the_figures_title_and_every_table_its_source(name, language):
    from advieskloof import figures

    place = sheet(name, language)
    title = figures.describe(name, RELEASED[name], language)[0].title
    assert place["A1"].value.endswith(f": {title}")
    row, _ = header(place)
    assert place.cell(row - 1, 1).value.startswith({"nl": "Bron: ", "en": "Source: "}[language])


def test_a_table_without_a_figure_is_named_by_what_its_rows_hold():
    title = sheet("others", "en")["A1"].value
    assert title.endswith(": Under-advising, by parental education, sex, origin and school year")


def test_two_groupings_of_one_thing_have_headers_of_their_own():
    _, names = header(sheet("others", "en"))
    assert {"parental education", "parental education (2)"} <= set(names)
    for place in opened("en"):
        names = header(place)[1]
        assert len(set(names)) == len(names)


def test_a_delivered_name_that_looks_like_a_formula_stays_text():
    place = sheet("others", "nl")
    found = [cell for row in place.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in found] == ["s"]
    content = ZipFile(BytesIO(packed("nl")))
    assert not any(b"<f>" in content.read(name) for name in content.namelist())


def test_shares_are_shown_in_per_cent_and_a_gap_is_said_to_be_one():
    place = sheet("others", "en")
    row, names = header(place)
    value = place.cell(row + 1, names.index("value") + 1)
    assert (value.value, value.number_format) == (0.25, "0.0%")
    assert cells("others", "en", "unit")[3] == "difference in percentage points"
    assert cells("others", "en", "reference")[3] == "minus 2021/22"


def test_a_p_value_is_no_share_and_shown_with_four_decimals():
    p = estimates([{"indicator": "level_difference_regions_p", "estimate": 0.0123}])
    for language, unit in (("nl", "p-waarde"), ("en", "p value")):
        book = load_workbook(BytesIO(annex.workbook({"p": p}, language, figures_shown=[])))
        place = book.worksheets[2]
        row, names = header(place)
        value = place.cell(row + 1, names.index(WORDS[language]["estimate"]) + 1)
        assert (value.value, value.number_format) == (0.0123, "0.0000")
        assert place.cell(row + 1, names.index(WORDS[language]["unit"]) + 1).value == unit


def test_a_number_holds_no_noise_of_its_binary_form():
    noise = estimates([{"estimate": 0.0657}])
    content = ZipFile(BytesIO(annex.workbook({"x": noise}, "en", figures_shown=[])))
    cells = content.read("xl/worksheets/sheet3.xml")
    assert b"<v>0.0657</v>" in cells


@both_languages
def test_every_sheet_is_one_table_without_merged_or_empty_cells_and_with_a_frozen_header(language):
    for place in opened(language):
        assert len(place.tables) == 1
        assert not place.merged_cells.ranges
        row, names = header(place)
        assert place.freeze_panes == f"A{row + 1}"
        body = list(place.iter_rows(min_row=row, max_col=len(names), values_only=True))
        assert all(value not in (None, "") for values in body for value in values)
        assert place.max_column == len(names)
        assert place.max_row == row + len(body) - 1


@both_languages
def test_columns_are_as_wide_as_their_words(language):
    for place in opened(language):
        row, names = header(place)
        for at, name in enumerate(names, 1):
            width = place.column_dimensions[place.cell(row, at).column_letter].width
            assert width >= min(len(name) + 2, 70)


@both_languages
def test_the_contents_link_to_every_other_sheet_by_its_name(language):
    book = opened(language)
    contents = book.worksheets[0]
    row, _ = header(contents)
    links = [contents.cell(below, 1) for below in range(row + 1, contents.max_row + 1)]
    assert [cell.hyperlink.location for cell in links] == [
        f"'{name}'!A1" for name in book.sheetnames[1:]
    ]
    assert [cell.value for cell in links] == book.sheetnames[1:]


@both_languages
def test_title_and_language_of_the_document_are_set(language):
    properties = opened(language).properties
    assert (properties.title, properties.language) == (WORDS[language]["title"], language)


def test_a_later_workbook_has_the_same_bytes_and_holds_no_date(monkeypatch):
    first = packed("nl")
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert annex.workbook(RELEASED, "nl", figures_shown=list(TABLES)) == first
    properties = opened("nl").properties
    assert (properties.created.year, properties.modified.year) == (1980, 1980)
    with ZipFile(BytesIO(first)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_term_that_a_table_may_hold_has_a_meaning():
    for kind, values in (
        ("base", schemas.BASES),
        ("adjustment", schemas.ADJUSTMENTS),
        ("unit", schemas.UNITS),
    ):
        assert [value for value in values if f"{kind}:{value}" not in MEANINGS] == []


@both_languages
def test_the_definitions_tell_the_terms_used_and_no_others(language):
    place = opened(language).worksheets[1]
    terms = [row[0] for row in place.iter_rows(min_row=4, values_only=True)]
    assert len(set(terms)) == len(terms)
    weighted = {"nl": "Gewogen", "en": "Weighted"}[language]
    assert weighted not in terms
    more = pd.concat([OTHERS, OTHERS.assign(adjustment="weighted")])
    book = annex.workbook({"others": more}, language, figures_shown=[])
    place = load_workbook(BytesIO(book)).worksheets[1]
    assert weighted in [row[0] for row in place.iter_rows(values_only=True)]


def test_the_languages_hold_the_same_keys():
    assert set(WORDS["nl"]) == set(WORDS["en"])
