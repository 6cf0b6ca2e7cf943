"""What models take from FOLLOWED: what became of pupils placed in year 1."""

import numpy as np
import pandas as pd

from advieskloof.indicators.coded import MISSING, Cohort, Pupils
from advieskloof.indicators.followed_rows import NOT_YET_OBSERVED
from advieskloof.schemas import APART, MOVES

# Columns of FOLLOWED that outcomes and clusters are made of.
COLUMNS = ("start", "move", "year_3", "vo_school_id")
# What became of a pupil, the first being the reference. Everybody has one: who repeats, left, is
# in vso, unknown, accelerated or off the scale isn't compared.
NOT_COMPARED = "not_compared"
OUTCOMES = ("same", "up", "down", NOT_COMPARED)
OUTCOME_OF = {name: name for name in MOVES} | dict.fromkeys(APART, NOT_COMPARED)
# A third year of which nothing else is known wasn't delivered.
UNKNOWN = {"unknown"}


def outcome(
    pupils: Pupils, t: int, kind: str, types: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Return the outcome of each pupil of cohort t, and who has one.

    Of kind `moves` the place in OUTCOMES, of all placed in year 1 whose third year is due. Of kind
    `year_3` the lowest school type of the position in grade 3 on the half-level scale, of those who
    have one.

    types : of `positions.class_types`.
    """
    codes = pupils.cohorts[t].columns["move" if kind == "moves" else kind]
    if kind == "moves":
        texts = pupils.texts["move"]
        place = [_place(name) for name in texts]
        found = np.array([*place, MISSING])[codes]
        return found, found != MISSING
    lowest = types["lowest"].reindex(pupils.texts[kind])
    found = np.array([*lowest, np.nan])[codes]
    return found, ~np.isnan(found)


def _place(move: str) -> int:
    return OUTCOMES.index(OUTCOME_OF[move]) if move in OUTCOME_OF else MISSING


def why_not(pupils: Pupils, t: int) -> str:
    """Return why models of followed pupils can't be fitted to cohort t, '' where they can."""
    cohort = pupils.cohorts[t]
    started, moved = (_values(pupils, cohort, name) for name in ("start", "move"))
    due = moved - {NOT_YET_OBSERVED}
    if due - UNKNOWN:
        return ""
    waiting = NOT_YET_OBSERVED in moved | started
    return NOT_YET_OBSERVED if waiting and not due else "no_enrolments_delivered"


def _values(pupils: Pupils, cohort: Cohort, column: str) -> set[str]:
    codes = np.unique(cohort.columns[column])
    return {pupils.texts[column][code] for code in codes if code != MISSING}
