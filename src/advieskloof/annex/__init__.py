"""The spreadsheet annex: a workbook with a sheet for each released table, in Dutch or English.

Made for people who open it in a spreadsheet and for those who have it read out: one table a sheet
that begins at its header row, no merged cells, no colour or empty cell that means something, real
numbers, and the usual shorthand in square brackets where there is no number (UK Government
Analysis Function, Releasing statistics in spreadsheets).
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from advieskloof.annex import front, sheets
from advieskloof.annex.workbook import packed


def workbook(
    tables: Mapping[str, pd.DataFrame], language: str, *, figures_shown: Sequence[str]
) -> bytes:
    """Return the annex in a language as the bytes of an .xlsx, the same for the same tables.

    Parameters
    ----------
    tables : ESTIMATES as released, by name; a sheet each, in this order.
    figures_shown : names of the tables that are drawn; their sheets bear the figure's title.
    """
    of_tables = [
        sheets.of_table(name, table, language, number, is_drawn=name in figures_shown)
        for number, (name, table) in enumerate(tables.items(), 1)
    ]
    everything = pd.concat(tables.values(), ignore_index=True)
    contents = front.contents(list(tables), of_tables, language)
    definitions = front.definitions(everything, language)
    return packed([contents, definitions, *of_tables], language)
