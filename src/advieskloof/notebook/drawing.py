"""The figures of the report, drawn from tables in memory."""

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from advieskloof import figures
from advieskloof.disclosure import plan
from advieskloof.errors import DataError, listing


def figure(
    name: str, table: pd.DataFrame, language: str = "en", release_plan: str = "config/release.yaml"
) -> Figure:
    """Draw a figure of the report with the words around it.

    Parameters
    ----------
    name : of the figure, such as 'score_curves'.
    table : the released table of that name (`released`), or ESTIMATES from which the release plan
        takes the figure's rows (`advice`, `further`, `reconsideration`). These were not put
        through disclosure control: a figure of real pupils drawn so may not leave.
    language : 'nl' or 'en'.
    release_plan : where the figure's rows are described.

    Raises
    ------
    DataError : there is no such figure, or the plan has no such table. ConfigError : the table
        lacks rows that the plan names.
    """
    if name not in figures.NAMES:
        raise DataError(f"there is no figure {name!r}; there are {listing(figures.NAMES, 40)}.")
    if not (table["table"] == name).all():
        tables = plan.load(Path(release_plan))
        if name not in tables:
            raise DataError(
                f"{release_plan} plans no table {name!r}, so it can't be drawn from estimates."
            )
        planned = {name: tables[name]}
        table = plan.planned(planned, dict.fromkeys(plan.sources(planned), table))
    return figures.drawn(name, table, language)
