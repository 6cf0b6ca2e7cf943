"""Numbers read off fits as rows of ESTIMATES.

A row about a group counts the group's own fitted pupils and schools (n, k, n_schools, ...): the
number is a mean over all fitted pupils, but rests on those of the group. `table` is `model_` with
the model's name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from advieskloof import schemas
from advieskloof.indicators.estimating import FEW_SCHOOLS
from advieskloof.models.counts import Counts, counts
from advieskloof.models.effects import Effects
from advieskloof.models.specification import Model
from advieskloof.models.within import BETWEEN, WITHIN
from advieskloof.schemas import TOTAL

BY_THRESHOLD = "modelled_by_threshold"
# Of the parts that `within_between` tells; steps are named by their adjustment.
ADJUSTMENT_OF = {WITHIN: "modelled_within_schools", BETWEEN: "modelled_between_schools"}
NO_ERROR = "no_error_of_a_variance"
ONE_SCHOOL, FEW = "no_interval_with_one_school", "fewer_than_10_schools"
AT_THE_EDGE = "no_interval_at_0_or_1"


@dataclass(frozen=True)
class About:
    """What all rows of a fit say: of which model, base and cohort."""

    model: Model
    base: str
    cohort: str

    def row(self, indicator: str, adjustment: str, unit: str) -> dict[str, object]:
        """Return the columns that identify a row, not split by any group."""
        return {
            "table": self.model.table,
            "indicator": indicator,
            "definition": self.model.definition,
            "base": self.base,
            "adjustment": adjustment,
            "cohort": self.cohort,
            "unit": unit,
            "status": "ok",
            "reason": None,
        }


def of_effects(
    about: About,
    effects: Effects,
    frame: pd.DataFrame,
    marks: Mapping[str, np.ndarray],
    df: float,
    adjustment: str,
) -> list[dict[str, object]]:
    """Return rows of standardised probabilities, or of gaps between them.

    Parameters
    ----------
    frame : the fitted pupils.
    marks : by event, which of them have it, bool (pupils,); an event is the row's indicator.
    df : degrees of freedom of the intervals.
    """
    held = {event: counts(frame, effects.variables, mark) for event, mark in marks.items()}
    found = []
    for told in effects.table.to_dict("records"):
        crossing = tuple(told[name] for name in effects.variables)
        along = next((name for name in effects.variables if told["reference"]), "")
        row = about.row(told["event"], adjustment, "share")
        row |= dict(zip(effects.variables, crossing, strict=True)) | _numbers(told, df)
        row |= _rests_on(held[told["event"]], crossing, told["reference"])
        if told["reference"]:
            row["reference"] = f"minus {along}={told['reference']}"
        found.append(row)
    return found


def _rests_on(held: Counts, crossing: tuple, reference: str) -> dict[str, float]:
    """Return what a number rests on; a gap on both sides, and it has no k."""
    if not reference:
        return held.of(crossing)
    both = held.of(crossing, (reference, *crossing[1:]))
    return {name: both[name] for name in ("n", "n_schools")}


def of_means(
    about: About, means: pd.DataFrame, variable: str, rests_on: Counts
) -> list[dict[str, object]]:
    """Return the rows of mean levels by group, as they are (`means.group_means`)."""
    found = []
    for group, told in means.iterrows():
        row = about.row("mean_level", "raw", "levels") | {variable: group}
        here = rests_on.of((group,))
        row |= {name: here[name] for name in ("n", "n_schools")}
        found.append(row | _numbers(told, told["df"]))
    return found


def of_parts(
    about: About, parts: pd.DataFrame, column: str, names: tuple[str, str], rests_on: Counts
) -> list[dict[str, object]]:
    """Return the rows of a gap in levels: in steps, within and between schools.

    column : the slope of the gap.
    names : the variable and the group; `rests_on` counts its groups.
    """
    variable, group, reference = names
    found = []
    for told in parts[parts["column"] == column].to_dict("records"):
        adjustment = ADJUSTMENT_OF.get(told["part"], told["part"])
        row = about.row("mean_level", adjustment, "levels")
        row |= {variable: group, "reference": f"minus {variable}={reference}"}
        both = rests_on.of((group,), (reference,))
        row |= {name: both[name] for name in ("n", "n_schools")}
        df = rests_on.pupils.shape[0] - 1
        found.append(row | _numbers(told, df))
    return found


def variances(model: Model) -> list[str]:
    """Return the indicators of a model's shares of variance."""
    places = ["schools", *(["regions"] if model.region else [])]
    return [f"level_variance_between_{place}" for place in places]


def of_random(about: About, fit: object, rests_on: Counts, regions: Counts | None) -> list[dict]:
    """Return the rows of a model with random effects: shares of variance, spreads, regions.

    fit : a RandomFit; rests_on, regions : pupils and schools in all, and by region.
    """
    whole = {name: rests_on.of(())[name] for name in ("n", "n_schools")}
    numbers = {
        "level_variance_between_schools": (fit.variance_share - fit.region_share, "share"),
        "level_spread_of_schools": (float(np.sqrt(fit.school[0, 0])), "levels"),
        "level_spread_within_schools": (float(np.sqrt(fit.residual)), "levels"),
    }
    if regions is not None:
        numbers["level_variance_between_regions"] = (fit.region_share, "share")
        numbers["level_spread_of_regions"] = (float(np.sqrt(fit.region)), "levels")
    found = [
        about.row(name, about.model.adjustment(), unit)
        | whole
        | {"estimate": value, "reason": NO_ERROR}
        for name, (value, unit) in numbers.items()
    ]
    for region, told in fit.region_effects.iterrows() if regions is not None else ():
        row = about.row("level_difference", "modelled_shrunken", "levels")
        row[about.model.region] = region
        here = regions.of((region,))
        row |= {name: here[name] for name in ("n", "n_schools")}
        found.append(row | {name: told[name] for name in ("estimate", "se", "lower", "upper")})
    return found


def _numbers(told: Mapping[str, float], df: float) -> dict[str, object]:
    row = {name: told[name] for name in ("estimate", "se", "lower", "upper")}
    if np.isnan(told["se"]):
        return row | {"reason": ONE_SCHOOL}
    row |= {"df": df}
    if np.isnan(told["lower"]):
        return row | {"reason": AT_THE_EDGE}
    return row | ({"reason": FEW} if df < FEW_SCHOOLS - 1 else {})


def without_numbers(
    about: About, indicators: Sequence[str], unit: str, status: str, reason: str
) -> list[dict[str, object]]:
    """Return the rows of a model that has no numbers, with the reason."""
    none = {"status": status, "reason": reason}
    adjustment = about.model.adjustment(about.model.by[0] if about.model.by else [about.model.of])
    return [about.row(name, adjustment, unit) | none for name in indicators]


def table(rows: Sequence[Mapping[str, object]], source: str, region_of: str) -> pd.DataFrame:
    """Return rows as ESTIMATES."""
    empty = schemas.empty_columns(schemas.ESTIMATES, len(rows))
    given = pd.DataFrame(list(rows), index=empty.index)
    for name in schemas.SPLITS:
        given[name] = given[name].fillna(TOTAL) if name in given else TOTAL
    filled = empty.assign(
        **{name: given[name].array for name in given}, source=source, public=False,
        region_of=region_of,
    )  # fmt: skip
    return filled.astype(empty.dtypes.to_dict())
