"""Moves: from the class of year 1, and from the advice, to the position of year 3; and stapelen."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from advieskloof import reference
from advieskloof.indicators.blocks import Measure
from advieskloof.indicators.followed_rows import Share, Shares
from advieskloof.indicators.lower_years import (
    Asked,
    add_at_scores,
    add_not_defined,
    add_splits,
    read,
)
from advieskloof.indicators.placement import HIGHEST, INTERVAL, TYPES
from advieskloof.indicators.rows import Rows
from advieskloof.schemas import APART, BASES, HALF_STEPS, MOVES

TABLE = "moves"
HALF_LEVEL, POSITION, STACKED = "half_level", "position", "stacked"
# Unknown pupils who may have gone each way, given their class; and all of them with a class.
COULD = {
    "up": ("unknown_any", "unknown_not_down"),
    "same": ("unknown_any", "unknown_not_up", "unknown_not_down"),
    "down": ("unknown_any", "unknown_not_up"),
}
COMPARABLE = (*MOVES, *COULD["same"])


def _shares(
    names: Sequence[str], of: str, definition: str, among: Sequence[str] = (), base: str = "initial"
) -> list[Share]:
    """Return shares of the values `names`, which lend the indicators their names."""
    return [
        Share(Measure(of.format(name), definition, base, "raw"), (name,), tuple(among))
        for name in names
    ]


def _bounds() -> list[Share]:
    """Return the least and the most that a share of the compared can be.

    The unknown may be compared or not: the least is with all of them and none moving so, the most
    with those alone who could move so, and all doing it.
    """
    return [
        Share(Measure(f"{move}_of_compared", INTERVAL, "initial", bound), reached, among)
        for move, could in COULD.items()
        for bound, reached, among in (
            ("bound_low", (move,), COMPARABLE),
            ("bound_high", (move, *could), (*MOVES, *could)),
        )
    ]


def _positions(types: Sequence[str]) -> Shares:
    return Shares("year_3", _shares(types, "in_{}_in_year_3_of_placed", POSITION))


def _from_advice(base: str) -> Shares:
    of_advised = _shares(MOVES, "{}_from_advice_of_advised", INTERVAL, base=base)
    of_compared = _shares(MOVES, "{}_from_advice_of_compared", INTERVAL, MOVES, base)
    return Shares(f"move_from_{base}", [*of_advised, *of_compared])


def _stacked(adjustment: str, reached: tuple[str, ...], among: tuple[str, ...]) -> Share:
    return Share(Measure("stacked_of_vmbo_gt_4", STACKED, "initial", adjustment), reached, among)


COLUMNS = (
    Shares(
        "move",
        [
            *_shares((*APART, *MOVES), "{}_of_placed", INTERVAL),
            *_shares(MOVES, "{}_of_compared", INTERVAL, MOVES),
        ],
    ),
    Shares("possible_move", _bounds()),
    Shares(
        "switched",
        [Share(Measure("switched_school_of_known_schools", POSITION, "initial", "raw"), ("yes",))],
    ),
    _positions(TYPES),
    *(_from_advice(base) for base in BASES),
    Shares(
        "half_step",
        _shares(HALF_STEPS, "{}_of_compared", HALF_LEVEL),
        only_with=("class_kind", "class_type"),
    ),
    Shares(
        "stacked",
        [
            _stacked("raw", ("yes",), ("yes", "no")),
            _stacked("bound_low", ("yes",), ()),
            _stacked("bound_high", ("yes", "unknown"), ()),
        ],
    ),
)


def moves(
    pupils: Path, followed: Path, asked: Asked, unverified: reference.Unverified, spill: Path
) -> pd.DataFrame:
    """Estimate where pupils are in the third year, against their class of year 1 and their advice.

    By the interval rule a pupil goes `up` if lowest(year 3) > highest(year 1), `down` if
    highest(year 3) < lowest(year 1), else stays the `same`. Shares are of all placed in year 1
    whose third year is due (`_of_placed`: up, same, down, left, vso, unknown, repeating,
    accelerated and off_scale add up to 1) and of the compared (up + same + down). By the half-level
    rule the difference of midpoints is <= -1, -0.5, 0, 0.5 or >= 1; only in splits by the class,
    since who leaves a dakpan class for one type moves 0.5. `_from_advice` compares year 3 with the
    advice of `base` likewise, of all with an interval whose third year is due (`_of_advised`) and
    of the compared. `in_<type>_in_year_3_of_placed` are transitions, in splits by class type.

    Bounds (`bound_low`, `bound_high`) put the unknown beside the compared: at least if all of them
    are and none moved so, at most if those are who could, given their class, and all did.
    `stacked_of_vmbo_gt_4` is of those in grade 4 of vmbo-gt in the fourth year: who is in havo or
    vwo in the fifth; who left is not.

    Parameters, rows and errors are as of `placement`; `asked.by_score` gives the highest positions.
    """
    lower, rows = read(pupils, followed, asked, unverified, spill), Rows()
    add_splits(rows, lower, asked.by, COLUMNS)
    highest = [_positions(HIGHEST)]
    add_at_scores(rows, lower, asked.by_score, highest, highest)
    add_not_defined(rows, lower, COLUMNS)
    return rows.table(source=asked.source, public=False, table=TABLE, region_of=asked.region_of)
