"""The advice of each base as BRON codes, for what needs more of it than its level."""

import pandas as pd

from advieskloof import levels, reference


def base_codes(profiles: pd.DataFrame, unverified: reference.Unverified) -> dict[str, pd.Series]:
    """Return by base the BRON code of advices, missing where there is none.

    profiles : columns initial_advice and adjusted_advice. The final advice is the adjusted one
    where there is one that isn't 0 or 80, else the initial.
    """
    advice = levels.advice_table(unverified)
    none = advice.index[advice["category"] == levels.NO_ADVICE]
    first, adjusted = (
        profiles[name].mask(profiles[name].isin(none))
        for name in ("initial_advice", "adjusted_advice")
    )
    return {"initial": first, "final": adjusted.fillna(first)}
