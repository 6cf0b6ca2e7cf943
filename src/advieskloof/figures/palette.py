"""Colours, markers and lines by meaning: directions, bases, and ordered classes.

Every colour is at least 3:1 on white. The five steps of an ordered scale run from light to dark,
at least ten steps of lightness apart, so that their order is read in greyscale and by the
colour-blind too; a marker of its own tells each class apart without colour.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """How a class is drawn: a colour, a marker, a line style, and on an area a white hatch."""

    colour: str
    marker: str
    line: str | tuple = "-"
    hatch: str = ""


UNKNOWN = Look("#767676", "X", (0, (4, 1.5)))
ALL = Look("#1a1a1a", "s", (0, (1, 1)))
# A series that stands alone.
ONE = "#154273"

# By direction the colour, by base the marker and the line: an open one is the final advice.
DIRECTIONS = {"under_of_placed": "#a11d33", "over_of_placed": "#2874a8"}
MOVES = {"up": Look("#2874a8", "^"), "down": Look("#a11d33", "v")}
BASES = {"initial": ("o", "-"), "final": ("D", (0, (2.5, 1.2)))}

# From the lowest to the highest education.
_EDUCATION = {
    5: ("#dd6b00", "#b34a3c", "#86265b", "#47186f", "#140b34"),
    3: ("#dd6b00", "#86265b", "#140b34"),
}
# From the densest to the least dense.
_URBANITY = ("#071a38", "#003c57", "#00615f", "#2f7f4f", "#7d9a1e")
# From the lowest school type to the highest: classes of one type, and dashed and hatched between
# them those of two. Broader ones are grey.
_DAKPAN, _BROAD = (0, (4, 1.5)), (0, (1, 1))
_CLASS_TYPES = {
    "pro": Look("#aa8a14", "o"),
    "vmbo_bb": Look("#4f8038", "s"),
    "vmbo_bb_kb": Look("#30764a", "P", _DAKPAN, "//"),
    "vmbo_bb_to_gt": Look("#8c8c8c", "*", _BROAD, ".."),
    "vmbo_kb": Look("#126c5c", "^"),
    "vmbo_kb_gt": Look("#105e6a", "X", _DAKPAN, "//"),
    "vmbo_bb_to_havo": Look("#787878", "d", _BROAD, ".."),
    "vmbo_bb_to_vwo": Look("#646464", "h", _BROAD, ".."),
    "vmbo_gt": Look("#0f5078", "D"),
    "vmbo_gt_havo": Look("#25407a", "p", _DAKPAN, "//"),
    "vmbo_gt_to_vwo": Look("#505050", "<", _BROAD, ".."),
    "havo": Look("#3b2f7d", "v"),
    "havo_vwo": Look("#2c1c56", "8", _DAKPAN, "//"),
    "vwo": Look("#1e0a30", ">"),
}
# From the narrowest to the broadest.
CLASS_KINDS = {
    "homogeneous": Look("#154273", "o"),
    "dakpan": Look("#b0560c", "s", (0, (4, 1.5))),
    "broad": Look("#6b6b6b", "^", (0, (1, 1))),
}
_MARKERS = ("o", "s", "^", "D", "v")

_ORDERS = {
    "parental_education_five": ("le_mbo1", "mbo2", "mbo34", "hbo", "wo"),
    "parental_education_three": ("low", "middle", "high"),
    "urbanity": ("1", "2", "3", "4", "5"),
}


def looks(variable: str) -> dict[str, Look]:
    """Return the look of each class of an ordered grouping, in its order; unknown and total last.

    Types of class (`class_type`) are in the order of the middle of their school types.
    Raises KeyError for a grouping that isn't ordered: it has no look.
    """
    if variable == "class_type":
        return _CLASS_TYPES | {"off_scale": UNKNOWN, "total": ALL}
    order = _ORDERS[variable]
    colours = _URBANITY if variable == "urbanity" else _EDUCATION[len(order)]
    found = [Look(*each) for each in zip(colours, _MARKERS, strict=False)]
    return dict(zip(order, found, strict=True)) | {"unknown": UNKNOWN, "total": ALL}
