"""Delivered rows through rejection and selection, in a folder of a test's own."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from advieskloof import io
from advieskloof.cohort import Inclusion, Rows, select
from advieskloof.rejection import reject

TABLES = ("pupils", "enrolments")


@dataclass
class Selection:
    """Where rows are, by table, in a folder; `flow` once they are selected."""

    folder: Path
    flow: pd.DataFrame | None = None

    def paths(self, kind):
        return {table: self.folder / kind / f"{table}.parquet" for table in TABLES}

    def table(self, kind, table="pupils"):
        return io.read_parquet(self.paths(kind)[table])

    @property
    def spill(self):
        return self.folder / "tmp"

    def run(self, inclusion: Inclusion, allowed=1.0, unverified=None):
        """Reject and select what stands in `delivered/`; return self."""
        paths = [self.paths(kind) for kind in ("delivered", "sound", "rejected", "analysed")]
        delivered, sound, rejected, analysed = paths
        reject(delivered, sound, rejected, unverified or {}, self.spill)
        rows = Rows(delivered, rejected, sound)
        self.flow = select(rows, analysed, inclusion, allowed, unverified or {}, self.spill)
        return self
