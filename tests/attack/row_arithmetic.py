"""What follows from the numbers of a row, or of a gap and one of its sides, with a pencil.

A share k/n at full precision has few fractions; a standard error with a design effect gives n; an
interval has its estimate in the middle (docs/methods.md, Intervals); a gap and one side give the
other. Everything ends as a range of n and of k.
"""

from dataclasses import dataclass

import numpy as np

# Adjustments under which the estimate of a share is k / n.
PLAIN = ("raw", "at_risk")
# To how many parts of one a number of full precision is exact after a few sums.
SHARP = 1e-9


@dataclass(frozen=True)
class Share:
    """A share known to within `off`."""

    value: float
    off: float


def shares(rows, system):
    """{(cell, name of k): Share} of all shares that the displayed rows give."""
    known = {}
    for row, made in zip(rows, system.rows, strict=True):
        if made.k and _is_share(row) and (share := _share(row)):
            _keep(known, (made.cells[0], made.k), share)
    for _ in range(2):  # the other side of a gap may itself be a gap's
        for row, made in zip(rows, system.rows, strict=True):
            if len(made.cells) == 2 and row["adjustment"] in PLAIN and (gap := _share(row)):
                _take_apart(known, row, made, gap)
    return known


def _is_share(row):
    return row["unit"] == "share" and row["adjustment"] in PLAIN


def _share(row):
    """The estimate of a row, else the middle of its interval; None without either."""
    if not np.isnan(row["estimate"]):
        return Share(row["estimate"], max(row["tolerance"], SHARP))
    if np.isnan(row["lower"]) or np.isnan(row["upper"]):
        return None
    if row["reference"]:
        return Share((row["lower"] + row["upper"]) / 2, SHARP)
    odds = np.sqrt(row["lower"] * row["upper"] / ((1 - row["lower"]) * (1 - row["upper"])))
    return Share(odds / (1 + odds), SHARP)


def _keep(known, at, share):
    if at not in known or share.off < known[at].off:
        known[at] = share


def _take_apart(known, row, made, gap):
    """The side of a gap or ratio that isn't known from the one that is."""
    name = (*made.n[:-1], "k")
    one, other = ((cell, name) for cell in made.cells)
    divided = row["reference"].startswith("divided")
    if other in known:
        side = known[other]
        value = gap.value * side.value if divided else gap.value + side.value
        _keep(known, one, Share(value, gap.off + side.off))
    elif one in known:
        side = known[one]
        value = side.value / gap.value if divided and gap.value else side.value - gap.value
        _keep(known, other, Share(value, gap.off + side.off))


def candidates(share, row, n_ends, k_ends):
    """(n, k) that a share and a row's error allow within the ends of n and k; two arrays.

    share : None where only the error and the design effect are known.
    """
    n = np.arange(max(1, n_ends[0]), n_ends[1] + 1, dtype=float)
    square = row["se"] ** 2 / row["deff"] if row["deff"] else np.nan
    if share is None:
        # p (1 - p) / (n - 1) = square, and k = p n.
        part = n**2 / 4 - square * n**2 * (n - 1)
        half = np.sqrt(np.where(part >= 0, part, np.nan))
        n, k = np.tile(n, 2), np.concatenate([n / 2 - half, n / 2 + half])
        return _whole(n, k, SHARP * n + 1e-6, k_ends)
    if not np.isnan(square) and 0 < share.value < 1:
        wanted = 1 + share.value * (1 - share.value) / square
        n = n[np.abs(n - wanted) <= 0.5 + wanted * share.off / min(share.value, 1 - share.value)]
    return _whole(n, share.value * n, share.off * n + SHARP, k_ends)


def _whole(n, k, off, ends):
    """Those where k is a whole number between its ends, give or take."""
    near = np.round(k)
    with np.errstate(invalid="ignore"):
        fits = (np.abs(k - near) <= off) & (near >= ends[0]) & (near <= np.minimum(n, ends[1]))
    return n[fits], near[fits]
