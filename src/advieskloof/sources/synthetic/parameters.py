"""The numbers behind the synthetic cohort, as they stand in reference/synthetic_*.csv.

Nothing that shapes the cohort is written in code: `synthetic_parameters` holds one number a row,
`synthetic_years` the numbers that differ by cohort. Every row says whether it is published,
assumed, or fitted to published figures (`advieskloof.sources.synthetic.fitting`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from advieskloof import reference
from advieskloof.errors import DataError

COHORTS = tuple(range(2014, 2025))
# The last school year in which anybody has been seen: the first after the last cohort's group 8.
LAST_SCHOOL_YEAR = COHORTS[-1] + 1
KINDS = ("published", "assumed", "fitted")


@dataclass(frozen=True)
class Parameters:
    """The numbers of the model, and the tables of places, score scales and secondary schools.

    values : number by name. years : number by (cohort, name). municipalities, regions, scales,
    offers : reference/synthetic_municipalities, synthetic_regions, synthetic_scales and
    synthetic_offers, in numbers.
    """

    values: Mapping[str, float]
    years: Mapping[tuple[int, str], float]
    municipalities: pd.DataFrame
    regions: pd.DataFrame
    scales: pd.DataFrame
    offers: pd.DataFrame

    def __getitem__(self, name: str) -> float:
        """Return a number by its name."""
        if name not in self.values:
            raise DataError(f"reference/synthetic_parameters.csv has no row {name}.")
        return self.values[name]

    def group(self, prefix: str, members: Sequence[str]) -> np.ndarray:
        """Return the numbers `<prefix>.<member>`, shape (len(members),)."""
        return np.array([self[f"{prefix}.{member}"] for member in members])

    def year(self, cohort: int, name: str) -> float:
        """Return a number of one cohort by its name."""
        if (cohort, name) not in self.years:
            raise DataError(f"reference/synthetic_years.csv has no row {name} for {cohort}.")
        return self.years[cohort, name]

    def year_group(self, cohort: int, prefix: str, members: Sequence[str]) -> np.ndarray:
        """Return the numbers `<prefix>.<member>` of one cohort, shape (len(members),)."""
        return np.array([self.year(cohort, f"{prefix}.{member}") for member in members])

    def replaced(
        self,
        values: Mapping[str, float] | None = None,
        years: Mapping[tuple[int, str], float] | None = None,
    ) -> "Parameters":
        """Return the same parameters with some numbers changed; the names must exist."""
        unknown = [*(set(values or {}) - set(self.values)), *(set(years or {}) - set(self.years))]
        if unknown:
            raise DataError(f"the synthetic cohort has no parameter {unknown[0]}.")
        return replace(
            self,
            values={**self.values, **(values or {})},
            years={**self.years, **(years or {})},
        )


@cache
def load() -> Parameters:
    """Return the parameters that ship with the package.

    Rows of every status are read: an assumption is no fact that a config has to admit, it is how
    made data are made.
    """
    values = reference.read_all("synthetic_parameters")
    years = reference.read_all("synthetic_years")
    return Parameters(
        dict(zip(values["name"], values["value"].astype(float), strict=True)),
        dict(
            zip(
                zip(years["cohort"].astype(int), years["name"], strict=True),
                years["value"].astype(float),
                strict=True,
            )
        ),
        _numbers(reference.read_all("synthetic_municipalities"), ["schools", "pupils"]),
        _numbers(reference.read_all("synthetic_regions"), []),
        _numbers(
            reference.read_all("synthetic_scales"),
            ["first_cohort", "last_cohort", "mean", "sd", "lowest", "highest"],
        ),
        _numbers(reference.read_all("synthetic_offers"), ["locations"]),
    )


def _numbers(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    columns = [*columns, *[name for name in rows if name.startswith("takers_")]]
    return rows.astype(dict.fromkeys(columns, float))
