"""Colours of classes on a map: from light to dark, or to both sides of zero.

Each class is a stretch between round numbers. The colours of one side differ in lightness, so
that their order is read in greyscale; which side of zero a class is on must be told in words too.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.ticker import MaxNLocator

from advieskloof.figures.palette import DIRECTIONS

# Below and above zero, as under- and over-advising are.
BELOW, ABOVE = DIRECTIONS.values()
# How much of the colour is in the lightest class, the rest being white.
LIGHTEST = 0.18
# Between classes, times a power of ten.
STEPS = [1, 2, 2.5, 5, 10]


@dataclass(frozen=True)
class Shades:
    """Classes of numbers: the ends between them, one more than the colours."""

    ends: np.ndarray
    colours: list[str]

    def of(self, value: float) -> str:
        """Return the colour of a number's class; an end belongs to the class above it."""
        place = np.searchsorted(self.ends, value, side="right") - 1
        return self.colours[int(np.clip(place, 0, len(self.colours) - 1))]


def sequential(values: np.ndarray, colour: str, classes: int = 5) -> Shades:
    """Return shades from light to a colour, over the stretch that the numbers take up."""
    ends = _ends(MaxNLocator(classes, steps=STEPS), values.min(), values.max())
    return Shades(ends, _ramp(colour, len(ends) - 1))


def diverging(values: np.ndarray, classes: int = 8) -> Shades:
    """Return shades from dark below zero over light to dark above it, equally far both ways."""
    far = np.abs(values).max()
    ends = _ends(MaxNLocator(classes, steps=STEPS, symmetric=True), -far, far)
    side = (len(ends) - 1) // 2
    return Shades(ends, [*_ramp(BELOW, side)[::-1], *_ramp(ABOVE, side)])


def _ends(locator: MaxNLocator, low: float, high: float) -> np.ndarray:
    return locator.tick_values(low, high).round(12)  # 99 and not 99.00000000000001


def _ramp(colour: str, steps: int) -> list[str]:
    parts = np.linspace(LIGHTEST, 1, steps) if steps > 1 else [1.0]
    return [to_hex(part * np.array(to_rgb(colour)) + 1 - part) for part in parts]


def ink_on(colour: str) -> str:
    """Return white or black, whichever stands out more from a colour: 4.5:1 at least (WCAG 2)."""
    light = _luminance(colour) + 0.05
    return "white" if 1.05 / light > light / 0.05 else "black"


def _luminance(colour: str) -> float:
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
