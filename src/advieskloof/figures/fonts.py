"""Fonts in figures: the house's own, and what of them a PDF takes along."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import fontpkg_fira_sans
from fontTools import subset
from matplotlib import font_manager

WEIGHTS = ("Regular", "SemiBold", "Bold")
# Tables on how to set text. In a PDF each glyph has its place already.
FOR_SETTING = ("GDEF", "GPOS", "GSUB")


def add_house_font() -> None:
    """Let matplotlib find the font of the house style."""
    folder = Path(fontpkg_fira_sans.__file__).parent / "files"
    for weight in WEIGHTS:
        font_manager.fontManager.addfont(folder / f"FiraSans-{weight}.ttf")


class GlyphsAlone(subset.Options):
    """Options of a font subset that leave out the tables on how to set text."""

    def __init__(self, **named: object) -> None:
        super().__init__(**named)
        self.drop_tables += FOR_SETTING


@contextmanager
def glyphs_alone() -> Iterator[None]:
    """Embed glyphs without the tables on how to set text, within the block.

    matplotlib has no option for it. To reduce those tables to the glyphs used takes as long as all
    the rest of a PDF.
    """
    with mock.patch.object(subset, "Options", GlyphsAlone):
        yield
