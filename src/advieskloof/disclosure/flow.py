"""The flow of pupils as it may leave: how many rows were rejected or left out, and why."""

import pandas as pd

COLUMNS = ["cohort", "step", "kind", "n"]
# How many are delivered or analysed stays inside: beside the exact numbers of pupils in the
# released tables it could tell how many of them lack an advice, which may be few.
LEAVING = ("rejected", "excluded")


def released(flow: pd.DataFrame, width: int) -> pd.DataFrame:
    """Return the FLOW of pupils who are in no table, counts rounded down to multiples of `width`.

    Parameters
    ----------
    flow : a row per table, cohort and step, as `cohort.select` makes it. Its notes and the flow of
        enrolments stay inside too.
    width : as many values as a reader has to choose from for each count.
    """
    rows = flow[(flow["table"] == "pupils") & flow["kind"].isin(LEAVING)]
    counts = pd.to_numeric(rows["n"]) // width * width
    return rows.assign(n=counts)[COLUMNS].reset_index(drop=True)
