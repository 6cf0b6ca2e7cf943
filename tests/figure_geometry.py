"""What lies over what on a drawn figure, and how far colours lie apart."""

import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from advieskloof import figures, io
from advieskloof.figures import style
from advieskloof.figures.save import save

# Half a point at the resolution of the PNG.
TOLERANCE = 1.0


def placed(name, table, language):
    """The figure with the words that `save` puts around it, drawn on a canvas, without files."""
    around, rows = figures.describe(name, table, language)
    with style.house(), pytest.MonkeyPatch.context() as patch:
        figure = figures.load(name).draw(rows, language)
        patch.setattr(Figure, "savefig", lambda *_, **__: None)
        patch.setattr(io, "whole_file", _no_file)
        save(figure, around, rows, Path("nowhere") / "figure")
        figure.set_dpi(rcParams["savefig.dpi"])
        FigureCanvasAgg(figure).draw()
    return figure


class _no_file:
    def __init__(self, path):
        self.path = os.devnull

    def __enter__(self):
        return self.path

    def __exit__(self, *error):
        return False


def texts(figure):
    """Words and box in pixels of every text on the canvas."""
    hidden = [
        tick.label1
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    ]
    return [
        # An annotation's own extent would take in the line to what it names.
        (text.get_text(), Text.get_window_extent(text))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in hidden
    ]


def overlaps(figure):
    """Pairs of texts of which one lies over the other."""
    return [(one, other) for (one, a), (other, b) in combinations(texts(figure), 2) if meet(a, b)]


def meet(a, b):
    shared = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    return min(shared) > TOLERANCE


def outside(figure):
    width, height = figure.canvas.get_width_height()
    return [
        words
        for words, box in texts(figure)
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]


def linear(colour):
    values = np.array(to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    """Relative luminance after WCAG 2."""
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]],
)


def lab(colour, sight="normal"):
    """CIELAB of a colour (D65) as someone with that sight sees it."""
    seen = np.clip(SIGHT[sight] @ linear(colour), 0, 1)
    x, y, z = XYZ @ seen / (XYZ @ np.ones(3))
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def difference(one, other, sight="normal"):
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))
