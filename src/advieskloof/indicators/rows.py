"""Numbers collected as arrays, and made into ESTIMATES at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
import pandas as pd

from advieskloof import schemas
from advieskloof.indicators.blocks import Block, Measure
from advieskloof.indicators.estimating import (
    NOT_SUPPORTED,
    REASONS,
    Error,
    Estimated,
    Numbers,
    error,
)
from advieskloof.indicators.groups import Grouping
from advieskloof.schemas import SPLITS, STATUSES, TOTAL
from advieskloof.uncertainty.intervals import design_effect
from advieskloof.uncertainty.places import Tally

KEYS = ("indicator", "definition", "base", "adjustment", "unit")
COUNTS = ("n", "k", "n_schools", "k_schools", "rest_schools")

# By column: an array of numbers, of places of texts (whole numbers), or a text alike in all rows.
Columns = Mapping[str, object]


@dataclass
class Rows:
    """Rows so far: places of texts as whole numbers, and numbers."""

    texts: dict[str, dict[str, int]] = field(
        default_factory=lambda: {
            "status": {text: place for place, text in enumerate(STATUSES)},
            "reason": {text: place for place, text in enumerate(REASONS)},
        }
    )
    parts: list[dict[str, np.ndarray]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def beside(self) -> "Rows":
        """Return rows apart whose texts have the same places, for another thread to add to."""
        return Rows(self.texts, lock=self.lock)

    def places(self, name: str, texts: Sequence[str]) -> np.ndarray:
        """Return the places of texts of a column, new ones added."""
        with self.lock:
            known = self.texts.setdefault(name, {})
            found = [known.setdefault(text, len(known)) for text in texts]
        return np.array(found, dtype=np.int32)

    def add(self, columns: Columns, keep: np.ndarray) -> None:
        """Add the rows marked in `keep`."""
        kept, part = np.flatnonzero(keep), {}
        for name, values in columns.items():
            if isinstance(values, str):
                part[name] = np.full(len(kept), self.places(name, [values])[0], dtype=np.int32)
            else:
                part[name] = values[kept]
        self.parts.append(part)

    def table(self, **constants: object) -> pd.DataFrame:
        """Return all rows as ESTIMATES, and forget them; `constants` are alike in every row."""
        status = np.concatenate([part["status"] for part in self.parts])
        note = np.concatenate([part.pop("note") for part in self.parts])
        note[status != STATUSES.index("ok")] = self.places("note", [""])[0]
        columns = {}
        for name, kind in schemas.empty_columns(schemas.ESTIMATES, 0).dtypes.items():
            if name in constants:
                columns[name] = pd.array([constants[name]], dtype=kind).repeat(len(status))
            elif name in self.parts[0]:
                # One column at a time, so that no second copy of everything is held.
                values = np.concatenate([part.pop(name) for part in self.parts])
                columns[name] = pd.array(self._column(name, values), dtype=kind, copy=False)
            else:
                columns[name] = pd.array([None], dtype=kind).repeat(len(status))
        columns["reason"] = self._with_notes(columns["reason"], note)
        return pd.DataFrame(columns, copy=False)

    def _column(self, name: str, values: np.ndarray) -> object:
        if name in COUNTS:
            gone = np.isnan(values)
            return pd.arrays.IntegerArray(np.nan_to_num(values).astype(np.int64), gone)
        if name not in self.texts:
            return values.astype(float)
        texts = [text or None for text in self.texts[name]]
        return pd.array(texts, dtype=schemas.TEXT).take(values)

    def _with_notes(self, reasons: object, note: np.ndarray) -> object:
        """Return reasons with the note that a row has in front."""
        found = pd.Series(reasons)
        for place, text in enumerate(self.texts["note"]):
            rows = note == place
            if text and rows.any():
                found[rows] = (text + "; " + found[rows].fillna("")).str.removesuffix("; ")
        return found.array


def identity(
    rows: Rows, measures: Sequence[Measure], grouped: Grouping, groups: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Return the places of the texts that identify rows, by measure and within these by group.

    groups : codes of the groups, in order; all by default.
    """
    codes = np.arange(len(grouped.groups)) if groups is None else groups
    columns = {
        name: np.repeat(rows.places(name, [getattr(each, name) for each in measures]), len(codes))
        for name in KEYS
    }
    for name in SPLITS:
        if name in grouped.names:
            at = grouped.names.index(name)
            texts = [group[at] for group in grouped.groups]
            columns[name] = np.tile(rows.places(name, texts)[codes], len(measures))
        else:
            columns[name] = np.repeat(rows.places(name, [TOTAL]), len(measures) * len(codes))
    return columns


def of_block(block: Block, found: Estimated) -> dict[str, object]:
    """Return the columns of a block's estimates, with what they rest on."""
    numbers = found.numbers
    told = error(numbers, "plain" if block.reached is None else "share")
    columns = _columns(numbers, told) | {"coverage": block.coverage, "note": block.note}
    columns["deff"] = _design_effect(block, numbers, told)
    if block.reached is not None:
        counted, count = numbers.status != NOT_SUPPORTED, block.places.count
        k = {
            "k": block.reached.of_rows(block.places.sums),
            "k_schools": Tally(block.reached.values > 0, block.reached.which).of_rows(count),
            "rest_schools": block.pupils.with_other(block.reached, np.greater).of_rows(count),
        }
        columns |= {name: np.where(counted, values, np.nan) for name, values in k.items()}
    return columns


def of_gaps(numbers: Numbers, kind: str) -> dict[str, object]:
    """Return the columns of gaps, ratios or changes: n and schools are those of either side."""
    return _columns(numbers, error(numbers, kind)) | {"note": ""}


def _columns(numbers: Numbers, told: Error) -> dict[str, np.ndarray]:
    nothing = np.full(len(numbers.n), np.nan)
    empty = ("k", "k_schools", "rest_schools", "coverage", "deff")
    return {
        "estimate": numbers.estimate,
        "se": told.se,
        "lower": told.lower,
        "upper": told.upper,
        "n": numbers.n,
        "n_schools": numbers.n_schools.astype(float),
        "df": told.df,
        "status": numbers.status.astype(np.int32),
        "reason": told.reason.astype(np.int32),
        **dict.fromkeys(empty, nothing),
    }


def _design_effect(block: Block, numbers: Numbers, told: Error) -> np.ndarray:
    """Return the design effect of what isn't standardised; NaN elsewhere."""
    if block.target is not None:
        return np.full(len(numbers.n), np.nan)
    if block.squares is None:
        spread = numbers.estimate * (1 - numbers.estimate)
    else:
        spread = block.squares / np.maximum(numbers.n, 1) - numbers.estimate**2
    return design_effect(told.se**2, np.where(spread > 1e-12, spread, 0.0), numbers.n)
