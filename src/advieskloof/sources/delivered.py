"""Delivered tables as Parquet: the columns of a contract, with where each row came from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from advieskloof import io, schemas
from advieskloof.sources import targets

# In front of the contract's columns, so that a rejected row can be traced.
ORIGIN = ("file", "row")


@contextmanager
def writer(path: Path, table: str) -> Iterator[pq.ParquetWriter]:
    """Give a writer of a table, pupils or enrolments, to a file that is whole or absent."""
    with io.whole_file(path) as partial, pq.ParquetWriter(partial, arrow_schema(table)) as open_:
        yield open_


@cache
def arrow_schema(table: str) -> pa.Schema:
    """Return the Arrow types of a contract, which pandas reads back as the contract's own."""
    empty = schemas.empty_columns(targets.TABLES[table], 0)
    empty.insert(0, "file", pd.array([], dtype=schemas.TEXT))
    empty.insert(1, "row", np.array([], dtype="int64"))
    return pa.Schema.from_pandas(empty, preserve_index=False)


def placed(table: str, columns: Mapping[str, pa.Array], file: str, rows: pa.Array) -> pa.Table:
    """Return a contract's columns, by name, with their file and their `rows` in it, from 1."""
    schema = arrow_schema(table)
    arrays = {"file": pa.repeat(file, len(rows)), "row": rows, **columns}
    return pa.table([arrays[name] for name in schema.names], schema.names).cast(schema)
