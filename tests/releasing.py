"""Estimates in the form that leaves, for tests of what is made of them."""

from advieskloof import schemas
from advieskloof.disclosure.outward import outward


def released(estimates, least=10):
    """Return ESTIMATES without the numbers of rows with n, k or n - k below `least` pupils.

    What else a run withholds is tested elsewhere; here it only matters that rows lack numbers.
    """
    few = estimates["n"] < least
    for part in (estimates["k"], estimates["n"] - estimates["k"]):
        few |= part < least
    few = few.fillna(False).astype(bool) & ~estimates["public"]
    table = estimates.copy()
    for name in schemas.NUMBERS:
        table[name] = table[name].mask(few)
    table["status"] = table["status"].mask(few, "suppressed_primary")
    return outward(table)
