"""Colours, markers and lines by meaning: directions, bases, and ordered classes.

Every colour is at least 3:1 on white. The five steps of an ordered scale run from light to dark,
at least ten steps of lightness apart, so that their order is read in greyscale and by the
colour-blind too; a marker of its own tells each class apart without colour.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """How a class is drawn: a colour, a marker, and a line style."""

    colour: str
    marker: str
    line: str = "-"


UNKNOWN = Look("#767676", "X", (0, (4, 1.5)))
ALL = Look("#1a1a1a", "s", (0, (1, 1)))
# A series that stands alone.
ONE = "#154273"

# By direction the colour, by base the marker and the line: an open one is the final advice.
DIRECTIONS = {"under_of_placed": "#a11d33", "over_of_placed": "#2874a8"}
BASES = {"initial": ("o", "-"), "final": ("D", (0, (2.5, 1.2)))}

# From the lowest to the highest education.
_EDUCATION = {
    5: ("#dd6b00", "#b34a3c", "#86265b", "#47186f", "#140b34"),
    3: ("#dd6b00", "#86265b", "#140b34"),
}
# From the densest to the least dense.
_URBANITY = ("#071a38", "#003c57", "#00615f", "#2f7f4f", "#7d9a1e")
_MARKERS = ("o", "s", "^", "D", "v")

_ORDERS = {
    "parental_education_five": ("le_mbo1", "mbo2", "mbo34", "hbo", "wo"),
    "parental_education_three": ("low", "middle", "high"),
    "urbanity": ("1", "2", "3", "4", "5"),
}


def looks(variable: str) -> dict[str, Look]:
    """Return the look of each class of an ordered grouping, in its order; unknown and total last.

    Raises KeyError for a grouping that isn't ordered: it has no look.
    """
    order = _ORDERS[variable]
    colours = _URBANITY if variable == "urbanity" else _EDUCATION[len(order)]
    found = [Look(*each) for each in zip(colours, _MARKERS, strict=False)]
    return dict(zip(order, found, strict=True)) | {"unknown": UNKNOWN, "total": ALL}
