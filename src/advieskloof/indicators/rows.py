"""Numbers collected as arrays, and made into ESTIMATES at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from advieskloof import schemas
from advieskloof.indicators.blocks import Block, Measure
from advieskloof.indicators.estimating import (
    FEW_SCHOOLS,
    NOT_SUPPORTED,
    OK,
    Error,
    Estimated,
    error,
    schools_in,
    sums,
)
from advieskloof.indicators.groups import Grouping, splits
from advieskloof.schemas import SPLITS
from advieskloof.uncertainty.intervals import design_effect

KEYS = ("indicator", "definition", "base", "adjustment", "unit")
COUNTS = ("n", "k", "n_schools", "k_schools", "rest_schools")


@dataclass
class Rows:
    """Rows so far: places of texts as whole numbers, and numbers."""

    texts: dict[str, dict[str, int]] = field(default_factory=dict)
    parts: list[dict[str, np.ndarray]] = field(default_factory=list)

    def add(self, columns: dict[str, object], keep: np.ndarray) -> None:
        """Add the rows marked in `keep`; a column is an array, or a text for all rows."""
        part = {}
        for name, values in columns.items():
            if isinstance(values, str) or values is None:
                part[name] = np.full(int(keep.sum()), self._place(name, values), dtype=np.int32)
            elif values.dtype == object:
                part[name] = self._places(name, values[keep])
            else:
                part[name] = values[keep].astype(np.float64)
        self.parts.append(part)

    def _place(self, name: str, text: str | None) -> int:
        known = self.texts.setdefault(name, {})
        return known.setdefault(text or "", len(known))

    def _places(self, name: str, values: np.ndarray) -> np.ndarray:
        found, place = np.unique(values.astype(str), return_inverse=True)
        return np.array([self._place(name, text) for text in found], dtype=np.int32)[place]

    def table(self, **constants: object) -> pd.DataFrame:
        """Return all rows as ESTIMATES; `constants` are columns alike in every row."""
        n_rows = sum(len(next(iter(part.values()))) for part in self.parts)
        table = schemas.empty_columns(schemas.ESTIMATES, n_rows)
        names = dict.fromkeys(name for part in self.parts for name in part)
        held = {name: self._column(name) for name in names}
        columns = {name: pd.Series(values, index=table.index) for name, values in held.items()}
        columns["reason"] = columns["reason"].mask(columns["reason"] == "")
        columns["reference"] = columns["reference"].mask(columns["reference"] == "")
        columns |= {name: columns[name].astype("Int64") for name in COUNTS}
        return table.assign(**columns, **constants)

    def _column(self, name: str) -> object:
        if name not in self.texts:
            return np.concatenate([part[name] for part in self.parts])
        texts = pd.array(list(self.texts[name]), dtype=schemas.TEXT)
        return texts.take(np.concatenate([part[name] for part in self.parts]))


def identity(
    measures: Sequence[Measure], grouped: Grouping, groups: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Return the texts that identify rows, measure by measure and within these by group."""
    table = splits(grouped)
    table = table if groups is None else table.iloc[groups]
    columns = {
        name: np.repeat(np.array([getattr(each, name) for each in measures], dtype=object),
                        len(table))
        for name in KEYS
    }  # fmt: skip
    for name in SPLITS:
        columns[name] = np.tile(table[name].to_numpy(dtype=object), len(measures))
    return columns


def numbers_of(block: Block, found: Estimated) -> dict[str, np.ndarray]:
    """Return the numbers of a block's estimates, with what they rest on."""
    n, n_schools = sums(block.pupils), schools_in(block.pupils)
    shares = block.reached is not None
    told = error(found, n_schools, "share" if shares else "plain")
    numbers = _numbers(found, told, n, n_schools)
    numbers["deff"] = _design_effect(block, found, told, n)
    if shares:
        counted = found.status != NOT_SUPPORTED
        k = {
            "k": sums(block.reached),
            "k_schools": schools_in(block.reached),
            "rest_schools": schools_in((block.pupils - block.reached).tocsc()),
        }
        numbers |= {name: np.where(counted, values, np.nan) for name, values in k.items()}
    numbers["reason"] = _reasons(found, told, n_schools, shares)
    return numbers


def numbers_of_gap(found: Estimated, kind: str) -> dict[str, np.ndarray]:
    """Return the numbers of gaps, ratios or changes: n and schools are those of either side."""
    n_schools = schools_in(found.pupils)
    told = error(found, n_schools, kind)
    numbers = _numbers(found, told, sums(found.pupils), n_schools)
    numbers["reason"] = _reasons(found, told, n_schools, shares=False)
    return numbers


def _numbers(
    found: Estimated, told: Error, n: np.ndarray, n_schools: np.ndarray
) -> dict[str, np.ndarray]:
    nothing = np.full(len(n), np.nan)
    return {
        "estimate": found.estimate,
        "se": told.se,
        "lower": told.lower,
        "upper": told.upper,
        "n": n,
        "k": nothing,
        "n_schools": n_schools,
        "k_schools": nothing,
        "rest_schools": nothing,
        "coverage": found.coverage,
        "deff": nothing,
        "df": told.df,
        "status": found.status,
    }


def _design_effect(block: Block, found: Estimated, told: Error, n: np.ndarray) -> np.ndarray:
    """Return the design effect of what isn't standardised; NaN elsewhere."""
    if block.target is not None:
        return np.full(len(n), np.nan)
    if block.squares is None:
        spread = found.estimate * (1 - found.estimate)
    else:
        spread = block.squares / np.maximum(n, 1) - found.estimate**2
    return design_effect(told.se**2, np.where(spread > 1e-12, spread, 0.0), n)


def _reasons(found: Estimated, told: Error, n_schools: np.ndarray, shares: bool) -> np.ndarray:
    """Return why numbers are absent, or what to know of those that aren't."""
    ok = found.status == OK
    without = ok & np.isnan(told.se)
    bound = "no_interval_at_0_or_1" if shares else "no_interval_without_differences"
    reason = found.reason.copy()
    for rows, said in (
        (ok & ~without & (n_schools < FEW_SCHOOLS), "fewer_than_10_schools"),
        (without & (n_schools > 1), bound),
        (ok & (n_schools == 1), "no_interval_with_one_school"),
    ):
        reason[rows] = [f"{before}; {said}" if before else said for before in reason[rows]]
    return reason
