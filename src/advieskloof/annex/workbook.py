"""Sheets as the bytes of an .xlsx that are the same for the same sheets."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from advieskloof.annex.sheet import Column, Sheet
from advieskloof.annex.words import WORDS

TITLE, HEADER = Font(size=14, bold=True), Font(bold=True)
LINK = Font(underline="single", color="01689B")
# Widths in characters of the font.
NARROWEST, WIDEST = 10, 70
# The first moment that a zip file can name: of a file made at no particular time.
NO_TIME = datetime(1980, 1, 1, tzinfo=UTC)
STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def packed(sheets: Sequence[Sheet], language: str) -> bytes:
    """Return a workbook of these sheets, with the document's title and language set."""
    book = Workbook()
    book.remove(book.active)
    book.properties.title = WORDS[language]["title"]
    book.properties.language = language
    book.properties.creator = "advieskloof"
    for number, sheet in enumerate(sheets, 1):
        _fill(book.create_sheet(sheet.name), sheet, number)
    file = BytesIO()
    book.save(file)
    return _timeless(file.getvalue())


def _fill(place: Worksheet, sheet: Sheet, number: int) -> None:
    for row, text in enumerate([sheet.title, *sheet.lines], 1):
        place.cell(row, 1, text)
    place["A1"].font = TITLE
    for at, column in enumerate(sheet.columns, 1):
        _write(place, at, column, sheet.header_row)
    last = f"{get_column_letter(len(sheet.columns))}{sheet.header_row + sheet.n_rows}"
    table = Table(displayName=f"table_{number}", ref=f"A{sheet.header_row}:{last}")
    table.tableStyleInfo = TableStyleInfo("TableStyleLight1", showRowStripes=True)
    place.add_table(table)
    place.freeze_panes = f"A{sheet.header_row + 1}"
    place.print_title_rows = f"{sheet.header_row}:{sheet.header_row}"
    place.page_setup.orientation = "landscape"
    place.page_setup.fitToHeight = 0
    place.sheet_properties.pageSetUpPr.fitToPage = True


def _write(place: Worksheet, at: int, column: Column, header_row: int) -> None:
    """Write a column's header and cells, and make it as wide as they are."""
    place.cell(header_row, at, column.name).font = HEADER
    for number, value in enumerate(column.cells):
        cell = place.cell(header_row + 1 + number, at, value)
        if isinstance(value, str):
            cell.data_type = "s"  # what a delivery names "=1" is no formula
        else:
            # openpyxl writes a float in 16 digits, so 0.0657 as 0.06569999999999999.
            cell.value, cell.data_type = repr(value), "n"
            cell.number_format = column.forms[number]
        if column.links:
            cell.hyperlink = Hyperlink(cell.coordinate, location=f"'{column.links[number]}'!A1")
            cell.font = LINK
    longest = max(len(str(value)) for value in (f"{column.name}  ", *column.cells))
    width = min(max(longest + 2, NARROWEST), WIDEST)
    place.column_dimensions[get_column_letter(at)].width = width


def _timeless(workbook: bytes) -> bytes:
    """Return a workbook without the moment at which it was made, in its properties and its zip."""
    file = BytesIO()
    stamp = rb"\g<1>" + NO_TIME.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with ZipFile(BytesIO(workbook)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry == "docProps/core.xml":
                content = STAMP.sub(stamp, content)
            new.writestr(ZipInfo(entry, NO_TIME.timetuple()[:6]), content, ZIP_DEFLATED)
    return file.getvalue()
