"""Rows that say why a cohort can't support a measure."""

from collections.abc import Sequence

import numpy as np

from advieskloof.indicators.blocks import Measure
from advieskloof.indicators.groups import Grouping
from advieskloof.indicators.rows import Rows, identity
from advieskloof.schemas import NUMBERS, STATUSES

# A cohort as a whole.
WHOLE = Grouping((), [()], [])


def add_not_defined(
    rows: Rows,
    measures: Sequence[Measure],
    cohort: str,
    reasons: Sequence[str],
    at: Grouping = WHOLE,
    **more: object,
) -> None:
    """Add a row `not_defined` for each measure with a reason; '' adds none.

    at : the only group that the rows are of.
    more : other columns, alike in every row, as numbers.
    """
    columns = {**identity(rows, measures, at), "cohort": cohort}
    columns |= dict.fromkeys(NUMBERS, np.full(len(measures), np.nan))
    columns |= {name: np.full(len(measures), value) for name, value in more.items()}
    status = np.full(len(measures), STATUSES.index("not_defined"), dtype=np.int32)
    told = {"status": status, "reason": rows.places("reason", reasons), "note": "", "reference": ""}
    keep = np.array([reason != "" for reason in reasons])
    if keep.any():
        rows.add({**columns, **told}, keep)
