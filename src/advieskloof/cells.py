"""Selecting and collapsing cells, so that an estimator sees each pupil exactly once."""

from collections.abc import Sequence

import pandas as pd

from advieskloof.schemas import GROUPINGS, TOTAL


def margin(cells: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the cells that cover every pupil once, split by the given grouping columns.

    A published table gives its margins as rows of their own (`total`), and its parts may be
    incomplete: a grouping column not in `by` is held at its `total` rows in a source and cohort
    that has them, and left to be summed over where there are none. In `by`, the `total` rows go
    and so do pupils whose group is missing.

    The result may be empty: no source then has such a margin.
    """
    for name in GROUPINGS:
        is_total = cells[name] == TOTAL
        if name in by:
            cells = cells[~is_total & cells[name].notna()]
        else:
            delivery = [cells["source"], cells["cohort"]]
            has_totals = is_total.groupby(delivery, dropna=False).transform("any").astype(bool)
            cells = cells[is_total | ~has_totals]
    return cells
