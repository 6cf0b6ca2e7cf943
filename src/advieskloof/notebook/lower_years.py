"""The lower secondary years of pupils in memory: where each of them went, and a run's estimates."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from advieskloof import io, places, reference, schemas
from advieskloof.indicators import moves as moved
from advieskloof.indicators import placement as placed
from advieskloof.indicators.followed import follow
from advieskloof.indicators.lower_years import Asked
from advieskloof.notebook.estimates import NAME, OnDisk, on_disk
from advieskloof.notebook.pupils import UNVERIFIED

# The last school year whose 1 October is known in the synthetic cohorts: 2025/26.
AS_OF = 2025


@dataclass(frozen=True)
class Followed:
    """PUPILS and FOLLOWED of the same pupils in temporary files."""

    pupils: OnDisk
    followed: Path


@contextmanager
def _followed(
    pupils: pd.DataFrame,
    enrolments: pd.DataFrame,
    as_of: int,
    unverified: reference.Unverified,
) -> Iterator[Followed]:
    """Give pupils placed and followed to functions that read Parquet; gone when the block ends."""
    with on_disk(pupils) as held:
        folder, spill = held.pupils.parent, held.spill
        enrolled, found, followed = (
            folder / f"{name}.parquet" for name in ("enrolments", "places", "followed")
        )
        io.write_parquet(enrolments[list(schemas.ENROLMENTS.schema.columns)], enrolled)
        places.place(held.pupils, enrolled, as_of, unverified, spill, found)
        follow(held.pupils, found, as_of, unverified, spill, followed)
        yield Followed(held, followed)


def follow_pupils(
    pupils: pd.DataFrame,
    enrolments: pd.DataFrame,
    *,
    as_of: int = AS_OF,
    unverified: reference.Unverified = UNVERIFIED,
) -> pd.DataFrame:
    """Return what became of each pupil: class of year 1, position of year 3, and moves (FOLLOWED).

    Parameters
    ----------
    pupils : PUPILS. enrolments : ENROLMENTS of them.
    as_of : first calendar year of the last school year whose 1 October is known; what comes after
        it is not yet observed.
    unverified : rows of reference tables that may be used though nobody saw them in a source.
    """
    with _followed(pupils, enrolments, as_of, unverified) as held:
        return io.read_parquet(held.followed)


def placement(
    pupils: pd.DataFrame,
    enrolments: pd.DataFrame,
    by: Sequence[Sequence[str]] = ((),),
    by_score: Sequence[Sequence[str]] = (),
    *,
    as_of: int = AS_OF,
    region_of: str = "school",
    unverified: reference.Unverified = UNVERIFIED,
) -> pd.DataFrame:
    """Estimate how pupils start in secondary school, as the table `placement` of a run.

    Parameters
    ----------
    pupils, enrolments, as_of, unverified : as of `follow_pupils`.
    by : combinations of columns to split by, such as `[[], ["parental_education_five"]]`; `[]` is
        everybody.
    by_score : combinations likewise, each at every whole score of a test.
    region_of : whether regions and urbanity are of the 'school' or the 'home'.

    Returns
    -------
    ESTIMATES (`indicators.placement`), before disclosure control: numbers of real pupils may not
    leave like this.
    """
    asked = Asked(NAME, region_of, by, by_score)
    return _estimated(placed.placement, pupils, enrolments, asked, as_of, unverified)


def moves(
    pupils: pd.DataFrame,
    enrolments: pd.DataFrame,
    by: Sequence[Sequence[str]] = ((),),
    by_score: Sequence[Sequence[str]] = (),
    *,
    as_of: int = AS_OF,
    region_of: str = "school",
    unverified: reference.Unverified = UNVERIFIED,
) -> pd.DataFrame:
    """Estimate moves up and down to the third year, as the table `moves` of a run.

    The parameters and what is returned are as of `placement` (`indicators.moves`).
    """
    asked = Asked(NAME, region_of, by, by_score)
    return _estimated(moved.moves, pupils, enrolments, asked, as_of, unverified)


def _estimated(
    estimate: Callable[..., pd.DataFrame],
    pupils: pd.DataFrame,
    enrolments: pd.DataFrame,
    asked: Asked,
    as_of: int,
    unverified: reference.Unverified,
) -> pd.DataFrame:
    with _followed(pupils, enrolments, as_of, unverified) as held:
        return estimate(held.pupils.pupils, held.followed, asked, unverified, held.pupils.spill)
