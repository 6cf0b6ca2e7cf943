"""Figure: how many locations have an R1 how far from comparable ones, by their size."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from advieskloof.figures import absent
from advieskloof.figures.alt import each
from advieskloof.figures.caption import Caption, interval_note, joined, source_line
from advieskloof.figures.palette import DIRECTIONS
from advieskloof.figures.rows import are_split_by, ordered
from advieskloof.figures.shades import Shades, ink_on, sequential
from advieskloof.figures.style import BAND, BAND_EDGE, INK, SOFT_INK
from advieskloof.labels import capitalised, label, percentage, school_year, whole

# From the upper line to the lowest.
PLACES = ("far_above", "above", "within", "below", "far_below")
SIZES = ("1_to_99", "100_to_199", "200_to_399", "400_or_more")
INDICATOR = "r1_{}_of_locations_{}"
BELOW, ABOVE = DIRECTIONS.values()
COLOURS = {"far_above": ABOVE, "above": ABOVE, "within": SOFT_INK} | dict.fromkeys(
    ("below", "far_below"), BELOW
)

WORDS = {
    "nl": {
        "title": "De onderbouwpositie (R1) van vestigingen naast die van vergelijkbare",
        "subtitle": (
            "Vestigingen naar hoe ver hun R1 over {years} van het gemiddelde van vergelijkbare "
            "vestigingen ligt, in standaardfouten, en naar aantal leerlingen; in procenten"
        ),
        "far_above": "meer dan 3 erboven",
        "above": "2 tot 3 erboven",
        "within": "minder dan 2 eraf",
        "below": "2 tot 3 eronder",
        "far_below": "meer dan 3 eronder",
        "locations": "{n} vestigingen",
        "axis": "leerlingen met een score, drie jaar samen",
        "note": (
            "R1: plaats in leerjaar 3 tegenover het eerste advies, in punten per leerling, door de "
            "inspectie gebruikt. Elke kolom telt op tot 100% van haar vestigingen. Door toeval "
            "alleen zou 95% minder dan 2 standaardfouten van het gemiddelde liggen en 0,3% meer "
            "dan 3; bij een grote vestiging valt een klein verschil eerder op."
        ),
        "alt": "Tabel in kleur van vestigingen over {years}. {series}",
    },
    "en": {
        "title": "The position in grade 3 (R1) of school locations beside that of comparable ones",
        "subtitle": (
            "Locations by how far their R1 over {years} lies from the mean of comparable ones, in "
            "standard errors, and by number of pupils; in per cent"
        ),
        "far_above": "more than 3 above",
        "above": "2 to 3 above",
        "within": "less than 2 away",
        "below": "2 to 3 below",
        "far_below": "more than 3 below",
        "locations": "{n} locations",
        "axis": "pupils with a score, three years together",
        "note": (
            "R1: position in grade 3 against the first advice, in points per pupil, used by the "
            "inspectorate. Each column adds up to 100% of its locations. By chance alone 95% would "
            "lie less than 2 standard errors from the mean and 0.3% more than 3; at a large "
            "location a small difference stands out sooner."
        ),
        "alt": "Coloured table of locations over {years}. {series}",
    },
}


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latest years' shares of all locations, by distance and size."""
    rows = table[are_split_by(table) & table["reference"].isna()]
    names = tuple(INDICATOR.format(place, size) for size in SIZES for place in PLACES)
    rows = ordered(rows, {"indicator": names}, "r1_funnel")
    return rows[rows["cohort"] == rows["cohort"].max()]


def caption(rows: pd.DataFrame, language: str) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    years = _years(rows)
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(years=years),
        note=joined(
            words["note"], absent.status_note(rows, language), interval_note(rows, language)
        ),
        source=source_line(rows, language),
        alt=words["alt"].format(years=years, series=_in_words(rows, language)),
    )


def draw(rows: pd.DataFrame, language: str) -> Figure:
    """Draw a column a size and a line a distance, darker where more locations are."""
    figure = Figure(figsize=(7.2, 5.0), layout="constrained")
    axes = figure.add_subplot()
    sizes = [size for size in SIZES if rows["indicator"].str.endswith(f"_{size}").any()]
    shares = rows.set_index("indicator")
    for y, place in enumerate(PLACES):
        shades = _shades(rows, place)
        for x, size in enumerate(sizes):
            name = INDICATOR.format(place, size)
            if name in shares.index:
                _draw_cell(axes, (x, y), shares.loc[name], shades, language)
    _scale(axes, rows, sizes, language)
    return figure


def _shades(rows: pd.DataFrame, place: str) -> Shades | None:
    """Return the shades of the numbers on one side, alike above and below the mean."""
    is_within = rows["indicator"].str.startswith("r1_within_")
    known = rows.loc[is_within == (place == "within"), "estimate"].dropna()
    return sequential(np.array([0, *known]), COLOURS[place]) if len(known) else None


def _draw_cell(
    axes: Axes, at: tuple[int, int], row: pd.Series, shades: Shades | None, language: str
) -> None:
    known = shades is not None and pd.notna(row["estimate"])
    colour = shades.of(row["estimate"]) if known else BAND
    corner = (at[0] - 0.48, at[1] - 0.47)
    look = {"facecolor": colour, "edgecolor": "none" if known else BAND_EDGE}
    axes.add_patch(Rectangle(corner, 0.96, 0.94, **look))
    words = (
        percentage(row["estimate"], language)
        if known
        else label(f"status:{row['status']}", language)
    )
    place = {"ha": "center", "va": "center", "size": 8.5}
    axes.text(*at, words, color=ink_on(colour) if known else SOFT_INK, **place)


def _scale(axes: Axes, rows: pd.DataFrame, sizes: list[str], language: str) -> None:
    words = WORDS[language]
    axes.set_xlim(-0.52, len(sizes) - 0.48)
    axes.set_ylim(len(PLACES) - 0.5, -0.5)
    axes.set_yticks(range(len(PLACES)), [words[place] for place in PLACES])
    axes.set_xticks(range(len(sizes)), [_size(rows, size, language) for size in sizes], size=8.5)
    axes.set_xlabel(words["axis"], size=8.5, color=SOFT_INK)
    axes.grid(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    for upper, lower in pairwise(PLACES):
        if "within" in (upper, lower):
            axes.axhline(PLACES.index(lower) - 0.5, color=INK, linewidth=0.8)


def _size(rows: pd.DataFrame, size: str, language: str) -> str:
    """Return the numbers of pupils of a size, and how many locations have it where released."""
    pupils = label(f"size:{size}", language).rpartition(" ")[0]
    held = rows.loc[rows["indicator"].str.endswith(f"_{size}"), "n_schools"].dropna()
    if held.empty:
        return pupils
    locations = WORDS[language]["locations"].format(n=whole(int(held.iloc[0]), language))
    return f"{pupils}\n{locations}"


def _years(rows: pd.DataFrame) -> str:
    return "–".join(school_year(year) for year in rows["cohort"].iloc[0].split("-"))


def _in_words(rows: pd.DataFrame, language: str) -> str:
    sentences = []
    for size in SIZES:
        column = rows[rows["indicator"].str.endswith(f"_{size}")]
        places = column["indicator"].map(
            {INDICATOR.format(place, size): WORDS[language][place] for place in PLACES}
        )
        shares = each(column, places, lambda share: percentage(share, language), language)
        if len(column):
            sentences.append(f"{capitalised(label(f'size:{size}', language))}: {shares}.")
    return " ".join(sentences)
