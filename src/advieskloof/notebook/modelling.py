"""Pupils as the columns that a model is fitted to."""

from collections.abc import Sequence

import pandas as pd

from advieskloof import reference
from advieskloof.errors import ModelError
from advieskloof.models import frames
from advieskloof.models.specification import Model
from advieskloof.notebook.estimates import on_disk
from advieskloof.notebook.pupils import UNVERIFIED


def model_frame(
    pupils: pd.DataFrame,
    terms: Sequence[str],
    outcome: str = "level",
    *,
    base: str = "initial",
    definition: str = "level",
    unverified: reference.Unverified = UNVERIFIED,
) -> pd.DataFrame:
    """Return the pupils that a run would fit a model to, with its columns (`models.frames`).

    Parameters
    ----------
    pupils : PUPILS; all their cohorts are taken together.
    terms : as in config/models.yaml, such as `["sex", "scale", "ns(score, df=4, by=scale)"]`.
    outcome : 'level', 'at_least_havo' or 'at_least_vwo'; with a definition that compares with the
        test advice 'under', 'over' or 'compared'.
    base : 'initial' or 'final'.

    Returns
    -------
    A row per pupil: the outcome, the variables of the terms and `school_id`. Pupils without an
    outcome, score or known place are left out, as are scales of few pupils.

    Raises
    ------
    ModelError : a cohort can't support the model, for the reason named.
    """
    model = Model("", "", "ordered", outcome, (base,), tuple(terms), "together", frames.SCHOOL,
                  definition)  # fmt: skip
    with on_disk(pupils) as held:
        read = frames.read([held.pupils], [model], unverified, held.spill)
    places = range(len(read.cohorts))
    reasons = {read.cohorts[t]: read.why_not(model, base, t) for t in places}
    lacking = {cohort: reason for cohort, reason in reasons.items() if reason}
    if lacking:
        told = ", ".join(f"{cohort} ({reason})" for cohort, reason in lacking.items())
        raise ModelError(f"cohorts that can't support this model: {told}; leave them out.", "")
    return read.frame(model, base, places)
