"""What a sheet holds: lines of text, then one table, as columns of cells."""

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float


@dataclass(frozen=True)
class Column:
    """A column of a sheet's table.

    name : its header. cells : text, or numbers as they are in the released table. forms : how each
    number is shown, in a spreadsheet's own code; empty for text. links : for each cell the name of
    the sheet that it leads to; empty where none does.
    """

    name: str
    cells: Sequence[Cell]
    forms: Sequence[str] = ()
    links: Sequence[str] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name on the tab, its title, the lines below that, and its table."""

    name: str
    title: str
    lines: Sequence[str]
    columns: Sequence[Column]

    @property
    def header_row(self) -> int:
        """The row of the table's header, from 1: title and lines stand above it."""
        return len(self.lines) + 2

    @property
    def n_rows(self) -> int:
        """How many rows the table has below its header."""
        return len(self.columns[0].cells)
