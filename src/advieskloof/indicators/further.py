"""What stands beside the advice indicators: curves, regions, and how sensitive the gap is."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from advieskloof import reference
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.bounds import bounds
from advieskloof.indicators.curves import curves
from advieskloof.indicators.regions import regions
from advieskloof.indicators.sensitivity import multiverse
from advieskloof.indicators.untested import reference_levels, without_test
from advieskloof.indicators.weighting import weighted


def _regions(
    paths: list[Path], asked: Asked, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    said = asked.source, asked.region_of
    return regions(paths, *said, unverified, spill, code_detail=asked.code_detail)


def _multiverse_by(
    name: str, paths: list[Path], asked: Asked, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    """Return the multiverse by another grouping of parental education, in tables of its own."""
    asked = replace(asked, education=f"parental_education_{name}")
    found = multiverse(paths, asked, unverified, spill)
    return found.assign(table=found["table"] + f"_{name}")


# By name in the config and of the file: the function that estimates it from PUPILS.
FURTHER: dict[str, Callable[..., pd.DataFrame]] = {
    "curves": curves,
    "regions": _regions,
    "multiverse": multiverse,
    "multiverse_kansenkaart": partial(_multiverse_by, "kansenkaart"),
    "multiverse_cbs_four": partial(_multiverse_by, "cbs_four"),
    "bounds": bounds,
    "without_test": without_test,
    "reference_levels": reference_levels,
    "survey_weights": weighted,
}
