"""How figures look: the house style, its font, and colours by meaning."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib.style
import pandas as pd

from advieskloof import io
from advieskloof.errors import FigureError
from advieskloof.figures import fonts

# For marks, not words: at least 3:1 on white, told apart in greyscale and by the colour-blind.
COLOURS = {
    "eligible_of_all": "#01689b",
    "adjusted_of_eligible": "#d45f00",
    "adjusted_of_all": "#42145f",
}
INK = "#1a1a1a"
SOFT_INK = "#535353"
BAND = "#f3f3f3"
BAND_EDGE = "#999999"
GRID = "#cccccc"
MARKERS = {"eligible_of_all": "o", "adjusted_of_eligible": "s", "adjusted_of_all": "^"}
REST = "#696969"


def needed(rows: pd.DataFrame, figure: str) -> pd.DataFrame:
    """Return the rows that a figure draws; raise FigureError where the table has none of them."""
    if rows.empty:
        raise FigureError(
            f"{figure}: its released table has no row that it draws; see the table's rows in the "
            "release plan, or give `figure: false` there."
        )
    return rows


@contextmanager
def house() -> Iterator[None]:
    """Draw in the house style within the block."""
    fonts.add_house_font()
    with matplotlib.style.context(io.package_file("figures/house.mplstyle")):
        yield
