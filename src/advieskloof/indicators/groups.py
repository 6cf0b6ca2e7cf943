"""Groups of pupils: every cohort's pupils by one grouping, or by several crossed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from advieskloof import education, reference
from advieskloof.errors import DataError, listing
from advieskloof.indicators.coded import MISSING, Pupils
from advieskloof.schemas import PLACE_SPLITS, SPLITS

EDUCATION = {f"parental_education_{name}": name for name in education.GROUPINGS}
REGIONS = ("municipality", "corop")
UNKNOWN = "unknown"
# Groupings that need more than a column of PUPILS.
NOT_IN_PUPILS = ("first_advice_group", *PLACE_SPLITS)


@dataclass(frozen=True)
class Grouping:
    """One way to split the pupils.

    names : columns of SPLITS; none for the cohort as a whole.
    groups : the values of each group, in the order of `names`.
    codes : by cohort, each pupil's group, whole numbers (pupils,); None where the cohort lacks it.
    region : column of `names` that is a region, or ''; the finer one of two.
    region_of_group : code of the region of each group.
    """

    names: tuple[str, ...]
    groups: list[tuple[str, ...]]
    codes: list[np.ndarray | None]
    region: str = ""
    region_of_group: np.ndarray | None = None


def columns_of(by: Sequence[Sequence[str]]) -> list[str]:
    """Return the columns of PUPILS that groupings are made of.

    Raises DataError where a grouping isn't a column of ESTIMATES that PUPILS can give.
    """
    asked = dict.fromkeys(name for split in by for name in split)
    allowed = [name for name in SPLITS if name not in NOT_IN_PUPILS]
    unknown = [name for name in asked if name not in allowed]
    if unknown:
        raise DataError(
            f"indicators.advice.by asks for {listing(unknown)}; allowed are {listing(allowed, 20)}."
        )
    return list(dict.fromkeys("parental_education" if n in EDUCATION else n for n in asked))


def grouping(pupils: Pupils, names: Sequence[str], unverified: reference.Unverified) -> Grouping:
    """Return the pupils of all cohorts by the crossing of the named columns of SPLITS.

    A pupil whose value is missing is `unknown` where the cohort has values, and the cohort is left
    out where it has none. Only groups that occur are numbered.

    Raises DataError where no cohort has such groups, or parental education is too coarse for one.
    """
    names = tuple(names)
    singles = {name: _single(pupils, name, unverified) for name in names}
    sizes = [len(values) for values, _ in singles.values()]
    parts = [_crossed([codes[t] for _, codes in singles.values()], sizes, len(cohort.school))
             for t, cohort in enumerate(pupils.cohorts)]  # fmt: skip
    held = [part for part in parts if part is not None]
    if not held:
        raise DataError(
            f"a split of the config is {list(names)}, which no cohort has; leave it out."
        )
    used = np.flatnonzero(sum(np.bincount(part, minlength=int(np.prod(sizes))) for part in held))
    place = np.zeros(int(np.prod(sizes)), dtype=np.int32)
    place[used] = np.arange(len(used))
    digits = np.unravel_index(used, sizes) if names else ()
    texts = [[values[i] for i in digit]
             for (values, _), digit in zip(singles.values(), digits, strict=True)]  # fmt: skip
    groups = list(zip(*texts, strict=True)) if names else [()]
    codes = [None if part is None else place[part] for part in parts]
    region = next((name for name in REGIONS if name in names), "")
    if not region:
        return Grouping(names, groups, codes)
    return Grouping(names, groups, codes, region, digits[names.index(region)])


def _crossed(codes: list[np.ndarray | None], sizes: list[int], n: int) -> np.ndarray | None:
    if any(each is None for each in codes):
        return None
    found = np.zeros(n, dtype=np.int32)
    for code, size in zip(codes, sizes, strict=True):
        found = found * np.int32(size) + code
    return found


def _single(
    pupils: Pupils, name: str, unverified: reference.Unverified
) -> tuple[list[str], list[np.ndarray | None]]:
    """Return the values of one grouping in order, and each cohort's codes."""
    column = "parental_education" if name in EDUCATION else name
    texts = pupils.texts[column]
    if name in EDUCATION:
        texts = list(education.grouped(pd.Series(texts, dtype="str"), EDUCATION[name], unverified))
    values = [value for value in SPLITS[name] if value in texts] or sorted(set(texts))
    held = [_column(pupils, t, column) for t in range(len(pupils.cohorts))]
    if UNKNOWN not in values and any((codes == MISSING).any() for codes in held if _has(codes)):
        values.append(UNKNOWN)
    # A code of MISSING picks the last place.
    last = values.index(UNKNOWN) if UNKNOWN in values else 0
    place = np.array([*(values.index(text) for text in texts), last], dtype=np.int32)
    return values, [place[codes] if _has(codes) else None for codes in held]


def _has(codes: np.ndarray) -> bool:
    return bool((codes != MISSING).any())


def _column(pupils: Pupils, t: int, column: str) -> np.ndarray:
    cohort = pupils.cohorts[t]
    return cohort.provider if column == "test_provider" else cohort.columns[column]
