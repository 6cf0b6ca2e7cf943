"""The one way out for a figure: its words around it, and its files beside each other."""

import textwrap
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from advieskloof import io
from advieskloof.errors import FigureError
from advieskloof.figures.caption import Caption
from advieskloof.figures.fonts import glyphs_alone
from advieskloof.figures.style import INK, SOFT_INK

# The picture without the words around it, for a page that says these itself.
BARE = "bare.svg"
# By ending the dots an inch of what isn't lines: for screens and, at 300, for print.
PICTURES = {"svg": 144, "pdf": 144, "png": 144, "print.png": 300, BARE: 144}
PLACES = 6  # decimals of where axes lie, as a share of the figure
LEFT = 0.02  # where the words begin, as a share of the width
LINE = {12.5: 0.235, 9.5: 0.185, 7.8: 0.152}  # inches a line takes, by size in points
CHARACTERS = {12.5: 84, 9.5: 112, 7.8: 138}  # that fit on a line of 7.2 inches


def save(figure: Figure, caption: Caption, drawn: pd.DataFrame, stem: Path) -> None:
    """Write a figure as SVG, PDF and PNG, and the numbers drawn as CSV, byte for byte repeatable.

    Parameters
    ----------
    figure : holds the axes only; title, subtitle, note and source line are put around them here.
    caption : the words; the alt text travels inside the files.
    drawn : the rows of the released table that the figure shows.
    stem : the files' path without its ending, such as results/release/figures/name.nl.

    Raises FigureError where nothing is drawn.
    """
    if not figure.axes or drawn.empty:
        raise FigureError(f"{stem.name}: there is nothing to draw; see the table's statuses.")
    room = put_words(figure, caption)
    _lay_out(figure)
    for ending, dpi in PICTURES.items():
        kind = ending.split(".")[-1]
        form = {"format": kind, "dpi": dpi, "metadata": _undated(kind, caption)}
        if ending == BARE:
            form |= {"bbox_inches": room}
            for text in figure.texts:
                text.set_visible(False)
        with io.whole_file(stem.with_name(f"{stem.name}.{ending}")) as partial, glyphs_alone():
            figure.savefig(partial, **form)
    io.write_csv(drawn, stem.with_name(f"{stem.name}.csv"))


def _undated(kind: str, caption: Caption) -> dict[str, str | None]:
    """Return a file's title and description, without the moment and maker it would have else."""
    if kind == "pdf":
        nobody = dict.fromkeys(["CreationDate", "Producer", "Creator"])
        return {"Title": caption.title, "Subject": caption.alt, **nobody}
    nobody = {"svg": ["Date", "Creator"], "png": ["Software"]}[kind]
    return {"Title": caption.title, "Description": caption.alt, **dict.fromkeys(nobody)}


def _lay_out(figure: Figure) -> None:
    """Place the axes once, for all files alike: to do so anew for each takes most of the time.

    The layout's last digits differ from run to run, and with them names within an SVG.
    """
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        place = axes.get_position(original=True).get_points()
        axes.set_position(Bbox(place.round(PLACES)))


def put_words(figure: Figure, caption: Caption) -> Bbox:
    """Place the words, and give the axes the room that is left; return that room, in inches."""
    width, height = figure.get_size_inches()
    down = 0.1
    for text, size, weight, colour in (
        (caption.title, 12.5, "bold", INK),
        (caption.subtitle, 9.5, "regular", SOFT_INK),
    ):
        lines = _lines(text, size)
        figure.text(
            LEFT,
            1 - down / height,
            "\n".join(lines),
            size=size,
            weight=weight,
            color=colour,
            va="top",
        )
        down += len(lines) * LINE[size]
    feet = [*_lines(caption.note, 7.8), *_lines(caption.source, 7.8)]
    figure.text(LEFT, 0.08 / height, "\n".join(feet), size=7.8, color=SOFT_INK, va="bottom")
    up = 0.16 + len(feet) * LINE[7.8]
    figure.get_layout_engine().set(
        rect=(LEFT / 2, up / height, 1 - LEFT, 1 - (down + 0.1 + up) / height)
    )
    return Bbox.from_extents(0, up - 0.08, width, height - down)


def _lines(text: str, size: float) -> list[str]:
    return textwrap.wrap(text, CHARACTERS[size], break_on_hyphens=False)
