"""The shapes of COROP areas on a map: tiles of one size, or real boundaries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path

from advieskloof import reference

# Of the side of a tile, what stays white between it and the next.
GAP = 0.05
SQUARE = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * (1 - GAP) / 2


@dataclass(frozen=True)
class Area:
    """Where an area is drawn: its outline, its middle, and the short name that fits inside.

    The y axis points upwards. Real boundaries leave no room for a name: theirs is empty.
    """

    outline: Path
    middle: tuple[float, float]
    short: str


def tiles() -> dict[str, Area]:
    """Return a square for each COROP area by its code, about where it lies (corop_tiles.csv)."""
    rows = reference.read("corop_tiles", {}).astype({"row": int, "column": int})
    found = {}
    for tile in rows.itertuples():
        middle = (tile.column, -tile.row)
        found[tile.code] = Area(Path(middle + SQUARE, closed=True), middle, tile.short)
    return found


def outlines(rings: Mapping[str, Sequence[np.ndarray]]) -> dict[str, Area]:
    """Return the areas of real boundaries by code, the rings of each from the largest."""
    return {
        code: Area(
            Path.make_compound_path(*(Path(ring, closed=True) for ring in parts)),
            _middle(parts[0]),
            "",
        )
        for code, parts in rings.items()
    }


def _middle(ring: np.ndarray) -> tuple[float, float]:
    """Return the centre of gravity of what a closed ring encloses (the shoelace formula)."""
    (x, y), (x_next, y_next) = ring[:-1].T, ring[1:].T
    cross = x * y_next - x_next * y
    middle = np.array([((x + x_next) * cross).sum(), ((y + y_next) * cross).sum()])
    return tuple(middle / (3 * cross.sum()))
