"""The indicators of a run, of pupils in memory; and the released tables of a run."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from advieskloof import cells, io, reference, schemas
from advieskloof.errors import DataError, listing
from advieskloof.indicators import advice as advices
from advieskloof.indicators import reconsideration as reconsiderations
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.further import FURTHER
from advieskloof.notebook.pupils import UNVERIFIED

NAME = "notebook"


@dataclass(frozen=True)
class OnDisk:
    """Pupils in a temporary Parquet file, and a private folder to spill into."""

    pupils: Path
    spill: Path


@contextmanager
def on_disk(pupils: pd.DataFrame) -> Iterator[OnDisk]:
    """Give pupils to functions that read Parquet; gone when the block ends."""
    with tempfile.TemporaryDirectory() as name:
        held = OnDisk(Path(name) / "pupils.parquet", Path(name) / "spill")
        io.write_parquet(pupils[list(schemas.PUPILS.schema.columns)], held.pupils)
        yield held


def advice(
    pupils: pd.DataFrame,
    by: Sequence[Sequence[str]] = ((),),
    *,
    region_of: str = "school",
    code_detail: bool = True,
    unverified: reference.Unverified = UNVERIFIED,
) -> pd.DataFrame:
    """Estimate under- and over-advising, as the table `advice` of a run (`indicators.advice`).

    Parameters
    ----------
    pupils : PUPILS.
    by : combinations of columns to split by, such as `[[], ["parental_education_five"]]`; `[]` is
        everybody.
    region_of : whether regions and urbanity are of the 'school' or the 'home'.
    code_detail : False where the delivery has the eleven categories of advice alone.
    unverified : rows of reference tables that may be used though nobody saw them in a source.

    Returns
    -------
    ESTIMATES, before disclosure control: numbers of real pupils may not leave like this.
    """
    with on_disk(pupils) as held:
        asked = advices.Request(NAME, region_of, by, code_detail=code_detail)
        return advices.advice([held.pupils], asked, unverified, held.spill)


def reconsideration(
    pupils: pd.DataFrame,
    by: Sequence[Sequence[str]] = ((),),
    *,
    region_of: str = "school",
    unverified: reference.Unverified = UNVERIFIED,
) -> pd.DataFrame:
    """Estimate who is eligible for reconsideration and who is adjusted, as a run does.

    The parameters and what is returned are as of `advice`; `by` takes grouping columns of CELLS.
    """
    grouped = sorted({name for split in by for name in split})
    with on_disk(pupils) as held:
        collapsed = cells.collapse(held.pupils, NAME, grouped, held.spill, unverified)
    return reconsiderations.reconsideration(collapsed, by, region_of, unverified)


def further(
    pupils: pd.DataFrame,
    name: str,
    *,
    region_of: str = "school",
    education: str = "parental_education_five",
    code_detail: bool = True,
    unverified: reference.Unverified = UNVERIFIED,
) -> pd.DataFrame:
    """Estimate what stands beside the advice indicators: curves, regions, multiverse, ...

    Parameters
    ----------
    name : as in a config's `indicators.advice.further`.
    education : the grouping of parental education, of which the extremes are compared.

    The others, and what is returned, are as of `advice`. Raises DataError where the name is
    unknown.
    """
    if name not in FURTHER:
        raise DataError(f"there is no table {name!r}; allowed are {listing(FURTHER, 20)}.")
    with on_disk(pupils) as held:
        asked = Asked(NAME, region_of, education, code_detail)
        return FURTHER[name]([held.pupils], asked, unverified, held.spill)


def released(name: str, release: str | Path = io.CHECKOUT / "results/release") -> pd.DataFrame:
    """Return a table of the last run's release, or of a `results/release` elsewhere, by its name.

    Raises DataError where there is no such table.
    """
    folder = Path(release) / "tables"
    found = sorted(path.stem for path in folder.glob("*.csv"))
    if name not in found:
        raise DataError(f"{folder} holds no table {name!r}; there are {listing(found, 40)}.")
    table = io.read_csv(folder / f"{name}.csv")
    return schemas.typed(table, schemas.ESTIMATES, f"released table {name}")
