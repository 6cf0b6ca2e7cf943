"""Which pupils the numbers of the lower secondary years count: events of placement and moves.

What splits pupils here, such as the class of year 1, is also what the measures count. So it is no
group but a part of the event: `placed | class_type=vwo` is the numerator of `in_vwo_of_placed` and
the denominator of what became of those in a vwo class, one count whichever row tells it. Who is in
which event is in `later_kinds`.

Numbers against the final advice or the test advice, and splits by the group of the first advice,
aren't here, so they can't be released.
"""

import pandas as pd

from advieskloof.indicators import moves, placement
from advieskloof.indicators.followed_rows import NOT_YET_OBSERVED
from advieskloof.schemas import APART, CLASS_KINDS, HALF_STEPS, MOVES, STARTS, TOTAL

# Columns of ESTIMATES that split pupils by what the measures look at.
TOLD_BY = ("class_kind", "class_type", "discrepancy", "first_advice_group")
# Reconsideration may be split by it too, and how the counts of the two compare isn't in here.
REFUSED = "first_advice_group"
TABLES = (placement.TABLE, moves.TABLE)
# Between an event and what the pupils in it are told by.
AMONG = " | "
UNKNOWN_ON_SCALE = "unknown of a class on the scale"
ALL, PLACED, COMPARED, ADVISED = "all", "placed", "compared", "advised"


def told_apart(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of ESTIMATES in which what splits pupils by TOLD_BY is said by `origin`.

    rows : with `origin`, the private table; `moves` becomes `moves | class_type=vwo`. Rows of other
        tables stay as they are.
    """
    mine, rows = rows["origin"].isin(TABLES), rows.copy()
    for name in TOLD_BY:
        split = mine & (rows[name] != TOTAL)
        rows["origin"] = rows["origin"].mask(split, rows["origin"] + f"{AMONG}{name}=" + rows[name])
        rows[name] = rows[name].mask(mine, TOTAL)
    return rows


def related(estimates: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    """Return private rows, `told_apart`, without those that no planned row has to do with.

    planned : rows, `told_apart`. Of the lower years there are many more rows than a plan names, and
        those of other measures, and of pupils told apart otherwise, count other pupils.
    """
    named = ~estimates["origin"].isin(TABLES) | estimates["indicator"].isin(planned["indicator"])
    rows = told_apart(estimates[named])
    return rows[~rows["origin"].str.startswith(TABLES) | rows["origin"].isin(planned["origin"])]


def behind(
    table: str, indicator: str, definition: str, base: str, adjustment: str
) -> tuple[str, str] | None:
    """Return which pupils n and k of a measure count, None where it isn't known here.

    table : as `told_apart` says it.
    """
    name, *told = table.split(AMONG)
    if any(label.startswith(REFUSED) for label in told):
        return None
    found = _EVENTS.get((name, indicator, definition, base, adjustment))
    return None if found is None else tuple(AMONG.join([each, *told]) for each in found)


def linking(events: set[str]) -> set[str]:
    """Return events that no row counts and that bounds are made of, where any bound is counted.

    The compared and the unknown of a class on the scale are those of the lower bound; with a class
    off the scale nobody is compared. A reader may reckon with each of these by itself.
    """
    bounds = [event for event in events if event.startswith(("compared or", "could go"))]
    told = {tuple(event.split(AMONG)[1:]) for event in bounds}
    plain = [UNKNOWN_ON_SCALE, f"{PLACED}{AMONG}class_kind=off_scale", COMPARED, "then unknown"]
    plain += [f"{UNKNOWN_ON_SCALE} who could go {move}" for move in ("up", "down")]
    return {AMONG.join([event, *each]) for event in plain for each in told}


def _of_placement() -> dict[tuple, tuple[str, str]]:
    of_class = {
        f"start_{start}_of_due": (ALL, PLACED if start == PLACED else f"start {start}")
        for start in STARTS
        if start != NOT_YET_OBSERVED
    }
    of_class |= {
        f"class_{kind}_of_placed": (PLACED, f"{PLACED}{AMONG}class_kind={kind}")
        for kind in CLASS_KINDS
    }
    of_class |= {
        f"in_{name}_of_placed": (PLACED, f"{PLACED}{AMONG}class_type={name}")
        for name in placement.TYPES
    }
    of_class["class_mixed_of_placed"] = PLACED, "in a mixed class"
    against = {
        f"class_{way}_advice_of_compared": ("class against advice", f"class {way} advice")
        for way in ("below", "above")
    }
    return {
        **_measures(of_class, placement.TABLE, placement.CLASS),
        **_measures(against, placement.TABLE, placement.INTERVAL),
    }


def _of_moves() -> dict[tuple, tuple[str, str]]:
    interval = {f"{each}_of_placed": (PLACED, f"then {each}") for each in (*APART, *MOVES)}
    for move in MOVES:
        interval |= {
            f"{move}_of_compared": (COMPARED, f"then {move}"),
            f"{move}_from_advice_of_advised": (ADVISED, f"{move} from advice"),
            f"{move}_from_advice_of_compared": ("compared with advice", f"{move} from advice"),
        }
    bounds = {
        "bound_low": {
            f"{move}_of_compared": ("compared or unknown", f"then {move}") for move in MOVES
        },
        "bound_high": {
            f"{move}_of_compared": (f"compared or could go {move}", f"could go {move}")
            for move in MOVES
        },
    }
    steps = {f"{step}_of_compared": (COMPARED, f"{step} from class") for step in HALF_STEPS}
    reached = {
        f"in_{name}_in_year_3_of_placed": (PLACED, f"then in {name}") for name in placement.TYPES
    }
    reached["switched_school_of_known_schools"] = "in known schools", "switched school"
    return {
        **_measures(interval, moves.TABLE, placement.INTERVAL),
        **_measures(steps, moves.TABLE, moves.HALF_LEVEL),
        **_measures(reached, moves.TABLE, moves.POSITION),
        **{
            key: value
            for adjustment, names in bounds.items()
            for key, value in _measures(names, moves.TABLE, placement.INTERVAL, adjustment).items()
        },
        **_of_stacking(),
    }


def _of_stacking() -> dict[tuple, tuple[str, str]]:
    known, every = "in grade 4 of vmbo_gt and known", "in grade 4 of vmbo_gt"
    found = {
        "raw": (known, "stacked"),
        "bound_low": (every, "stacked"),
        "bound_high": (every, "could have stacked"),
    }
    return {
        (moves.TABLE, "stacked_of_vmbo_gt_4", moves.STACKED, "initial", adjustment): events
        for adjustment, events in found.items()
    }


def _measures(
    events: dict[str, tuple[str, str]], table: str, definition: str, adjustment: str = "raw"
) -> dict[tuple, tuple[str, str]]:
    """Return events by measure, of events by indicator."""
    return {(table, name, definition, "initial", adjustment): each for name, each in events.items()}


_EVENTS = {**_of_placement(), **_of_moves()}
