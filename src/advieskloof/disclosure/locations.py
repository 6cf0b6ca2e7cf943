"""The funnel of R1 and R2: what protects locations where locations are counted, not pupils.

A location counts as a pupil does: a number stands on as many locations, and none can be placed any
closer. Three school years together go under the last of them, since years next to each other share
locations and don't add up.
"""

import re

import numpy as np
import pandas as pd

from advieskloof.indicators.funnel import DISTANCES
from advieskloof.indicators.schools import R1, R2, TABLE

PREFIX = "locations of "
_INDICATOR = re.compile(
    f"(?P<measure>{R1}|{R2})_(?P<place>{'|'.join(DISTANCES)})_of_locations_(?P<size>.+)"
)


def by_last_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of ESTIMATES with the funnel's under the last of their school years."""
    mine = (rows["origin"] == TABLE) & rows["indicator"].str.contains("_of_locations_")
    last = rows["cohort"].str.slice(-4)
    return rows.assign(cohort=rows["cohort"].mask(mine, last))


def behind(table: str, indicator: str) -> tuple[str, str] | None:
    """Return which locations n and k of an indicator count, None where it is no funnel."""
    found = _INDICATOR.fullmatch(indicator) if table == TABLE else None
    if found is None:
        return None
    whole = f"{PREFIX}{found['measure']} {found['size']}"
    return whole, f"{whole} {found['place']}"


def are_locations(event: str) -> bool:
    """Tell whether an event holds locations."""
    return event.startswith(PREFIX)


def kinds(events: list[str]) -> pd.DataFrame:
    """Return which locations are in which event: a row for each bin, and one for those in none."""
    mine = [event for event in events if are_locations(event)]
    bins = [event.removeprefix(PREFIX).split(" ") for event in mine]
    wholes = sorted({tuple(names[:2]) for names in bins})
    kinds_ = [(*whole, place) for whole in wholes for place in DISTANCES] + [("", "", "")]
    held = [[kind[: len(names)] == tuple(names) for names in bins] for kind in kinds_]
    return pd.DataFrame(np.reshape(held, (len(kinds_), len(mine))).astype(bool), columns=mine)
