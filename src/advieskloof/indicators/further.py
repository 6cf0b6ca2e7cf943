"""What stands beside the advice indicators: curves, regions, and how sensitive the gap is."""

from collections.abc import Callable
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


# By name in the config and of the file: the function that estimates it from PUPILS.
FURTHER: dict[str, Callable[..., pd.DataFrame]] = {
    "curves": curves,
    "regions": _regions,
    "multiverse": multiverse,
    "bounds": bounds,
    "without_test": without_test,
    "reference_levels": reference_levels,
    "survey_weights": weighted,
}
