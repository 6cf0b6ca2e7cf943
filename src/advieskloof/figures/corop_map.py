"""Figure: maps of COROP areas: under- and over-advising, and the level at equal score."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from advieskloof.figures import absent, alt, areas
from advieskloof.figures.areas import Area
from advieskloof.figures.caption import (
    Caption,
    interval_note,
    joined,
    meanings,
    pupils,
    source_line,
)
from advieskloof.figures.maps import HATCHED, PALE, Measure, draw_map, list_names
from advieskloof.figures.palette import DIRECTIONS
from advieskloof.figures.rows import are_split_by, ordered
from advieskloof.figures.style import INK
from advieskloof.labels import capitalised, decimal, group_label, label, percentage, period, signed
from advieskloof.schemas import COROP_AREAS

GROUP = "corop"
LEVEL = "level_difference"
# By panel, the adjustment that it shows.
PANELS = {**dict.fromkeys(DIRECTIONS, "raw"), LEVEL: "standardised"}
# A sheet of tiles has room for numbers, a map of boundaries hasn't.
TILED = {"figsize": (7.2, 8.9), "grid": (2, 2)}
OUTLINED = {"figsize": (7.2, 4.8), "grid": (1, 3)}

WORDS = {
    "nl": {
        "title": "Onder- en overadvisering en niveau van het advies, naar COROP-gebied",
        "subtitle": (
            "Aandeel leerlingen in groep 8 met een lager (onder) of hoger (over) advies dan het "
            "toetsadvies, in procenten, en verschil in niveau met alle leerlingen met dezelfde "
            "score (1 = één schoolsoort); eerste advies, {period}"
        ),
        "note": (
            "COROP-gebied {region_of}{n}. {meanings}{drawn} Onder- en overadvisering zijn niet "
            "gecorrigeerd voor de toetsscore; het niveau is bij gelijke score en niet naar het "
            "gemiddelde getrokken."
        ),
        "n": " ({n})",
        "tiles": " Elk gebied is een vakje, ongeveer op zijn plaats.",
        "signs": " Min en plus: onder en boven nul.",
        "panel": "Niveau bij gelijke score",
        "nothing": "niet in de tabel",
        "alt": "Kaarten van {n} gebieden, {period}. {panels}",
    },
    "en": {
        "title": "Under- and over-advising and level of the advice, by COROP area",
        "subtitle": (
            "Share of pupils in group 8 with an advice lower (under) or higher (over) than the "
            "test advice, in per cent, and difference in level from all pupils with the same score "
            "(1 = one school type); first advice, {period}"
        ),
        "note": (
            "COROP area {region_of}{n}. {meanings}{drawn} Under- and over-advising are not "
            "corrected for the score; the level is at equal score and not shrunken."
        ),
        "n": " ({n})",
        "tiles": " Each area is a tile, about where it lies.",
        "signs": " Minus and plus: below and above zero.",
        "panel": "Level at equal score",
        "nothing": "not in the table",
        "alt": "Maps of {n} areas, {period}. {panels}",
    },
}

Rings = Mapping[str, Sequence[np.ndarray]]


def select(table: pd.DataFrame) -> pd.DataFrame:
    """Return the areas' numbers of the latest period, by panel and in the order of their codes."""
    rows = table[are_split_by(table, GROUP) & table["reference"].isna()]
    rows = rows[rows["adjustment"] == rows["indicator"].map(PANELS)]
    orders = {
        "indicator": tuple(PANELS),
        "base": ("initial",),
        GROUP: COROP_AREAS,
    }
    rows = ordered(rows, orders, "corop_map")
    return rows[rows["cohort"] == rows["cohort"].max()].reset_index(drop=True)


def caption(rows: pd.DataFrame, language: str, boundaries: Rings | None = None) -> Caption:
    """Return the words around the figure, the alt text from its numbers."""
    words = WORDS[language]
    when = period(rows["cohort"].iloc[0], language)
    n = pupils(rows["n"], language)
    note = words["note"].format(
        region_of=label(f"region_of:{rows['region_of'].iloc[0]}", language),
        n=words["n"].format(n=n) if n else "",
        meanings=meanings(rows, language),
        drawn=words["tiles" if boundaries is None else "signs"],
    )
    return Caption(
        title=words["title"],
        subtitle=words["subtitle"].format(period=when),
        note=joined(note, absent.status_note(rows, language), interval_note(rows, language)),
        source=source_line(rows, language),
        alt=words["alt"].format(
            n=rows[GROUP].nunique(), period=when, panels=_in_words(rows, language)
        ),
    )


def draw(rows: pd.DataFrame, language: str, boundaries: Rings | None = None) -> Figure:
    """Draw a map a measure: tiles with short names and numbers, or areas as they are.

    boundaries : of each area by code its closed rings, the largest first (`sources.boundaries`);
        without them every area is a tile.
    """
    form = TILED if boundaries is None else OUTLINED
    drawn = areas.tiles() if boundaries is None else areas.outlines(boundaries)
    figure = Figure(figsize=form["figsize"], layout="constrained")
    panels = figure.subplots(*form["grid"], squeeze=False).ravel()
    for axes, indicator in zip(panels, PANELS, strict=False):
        look = {"weight": "semibold", "size": 10, "color": DIRECTIONS.get(indicator, INK)}
        axes.set_title(_panel_name(indicator, language), loc="left", **look)
        mine = rows[rows["indicator"] == indicator].set_index(GROUP).reindex(list(drawn))
        draw_map(axes, mine, drawn, _measure(indicator, language))
    if boundaries is None:
        list_names(panels[-1], drawn, language)
    _tell_absent(panels[0] if boundaries is None else panels[1], rows, drawn, language)
    return figure


def _measure(indicator: str, language: str) -> Measure:
    if indicator == LEVEL:
        return Measure(None, 1, lambda level: signed(level, language))
    return Measure(DIRECTIONS[indicator], 100, lambda share: decimal(share, language))


def _panel_name(indicator: str, language: str) -> str:
    if indicator == LEVEL:
        return WORDS[language]["panel"]
    return capitalised(label(f"indicator:{indicator}", language))


def _tell_absent(axes: Axes, rows: pd.DataFrame, drawn: Mapping[str, Area], language: str) -> None:
    """Put a key below a map that says why areas have no number; none where all have one."""
    lacking = rows[rows["estimate"].isna()]
    looks = {
        absent.in_short(row.status, row.reason, language): PALE for row in lacking.itertuples()
    }
    withheld = lacking[lacking["status"].map(absent.is_suppressed)]
    looks |= {absent.in_short(row.status, None, language): HATCHED for row in withheld.itertuples()}
    if set(drawn) - set(rows[GROUP]):
        looks[WORDS[language]["nothing"]] = PALE
    if looks:
        keys = [Patch(label=why, **look) for why, look in looks.items()]
        place = {"loc": "upper left", "bbox_to_anchor": (0, 0), "frameon": False}
        axes.legend(handles=keys, fontsize=8, **place)


def _in_words(rows: pd.DataFrame, language: str) -> str:
    names = rows[GROUP].map(lambda area: group_label(GROUP, area, language))
    panels = []
    for indicator, mine in rows.groupby("indicator", sort=False):
        value = signed if indicator == LEVEL else percentage
        ends = alt.ends(mine, names, lambda number, say=value: say(number, language), language)
        panels.append(f"{_panel_name(indicator, language)}: {ends}.")
    return " ".join(panels)
