"""Row faults as raw deliveries have them, a small stated share, so that rejection is exercised."""

import numpy as np
import pandas as pd
import pyarrow as pa

from advieskloof import reference
from advieskloof.sources.synthetic.parameters import Parameters
from advieskloof.sources.synthetic.streams import stream

FAULTS = ("identical_duplicate", "differing_duplicate", "off_scale", "contradiction")
OFF = 1000.0


def with_faults(
    rows: pa.Table, parameters: Parameters, cohort: int, seed: int
) -> tuple[pa.Table, pd.Series]:
    """Return PUPILS with faulty rows planted, and how many rows a reader must reject by reason.

    A pupil has one fault at most. Of a differing duplicate both rows are to be rejected.
    """
    generator = stream(seed, "faults", cohort)
    shares = np.cumsum(parameters.group("share_fault", FAULTS))
    fault = np.searchsorted(shares, generator.random(rows.num_rows), side="right")
    chosen = {name: np.flatnonzero(fault == place) for place, name in enumerate(FAULTS)}
    chosen["off_scale"] = np.intersect1d(chosen["off_scale"], _scaled(rows))
    chosen["contradiction"] = np.intersect1d(chosen["contradiction"], _with_result(rows))
    rows = _off_scale(rows, chosen["off_scale"])
    rows = _contradicting(rows, chosen["contradiction"])
    copies = rows.take(chosen["identical_duplicate"])
    others = _differing(rows.take(chosen["differing_duplicate"]))
    counts = {name: len(found) for name, found in chosen.items()}
    counts["differing_duplicate"] *= 2
    return pa.concat_tables([rows, copies, others]), pd.Series(counts, name=cohort)


def _scaled(rows: pa.Table) -> np.ndarray:
    """Return the rows with a score of a provider whose scale a reader knows."""
    known = reference.read("score_scales", {})["provider"].to_list()
    provider = rows["test_provider"].to_pandas()
    return np.flatnonzero(provider.isin(known))


def _with_result(rows: pa.Table) -> np.ndarray:
    return np.flatnonzero(rows["test_score"].is_valid().to_numpy())


def _off_scale(rows: pa.Table, found: np.ndarray) -> pa.Table:
    score = rows["test_score"].to_numpy().copy()
    score[found] += OFF
    return _with(rows, "test_score", pa.array(score, from_pandas=True))


def _contradicting(rows: pa.Table, found: np.ndarray) -> pa.Table:
    """Give pupils with a result the status absent."""
    status = rows["test_status"].to_numpy(zero_copy_only=False).astype(object)
    status[found] = "absent"
    return _with(rows, "test_status", pa.array(status, pa.string()))


def _differing(rows: pa.Table) -> pa.Table:
    """Return the rows with the other sex."""
    sex = rows["sex"].to_numpy(zero_copy_only=False)
    return _with(rows, "sex", pa.array(np.where(sex == "girl", "boy", "girl"), pa.string()))


def _with(rows: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, values)
