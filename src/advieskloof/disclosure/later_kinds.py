"""Who of all kinds of pupils is in which event of the lower secondary years (`later_events`).

A kind is a combination of how a pupil starts, the outcome of the third year, and what the first
advice and its distance to the test advice are. As in `kinds`, which events lie within, beside or
across each other follows from the definitions and is written down nowhere.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from advieskloof import levels, positions
from advieskloof.disclosure.later_events import (
    ADVISED,
    ALL,
    AMONG,
    COMPARED,
    PLACED,
    UNKNOWN_ON_SCALE,
)
from advieskloof.indicators.coded import ADVICES
from advieskloof.indicators.followed import PRO, VWO, compared_advices
from advieskloof.indicators.followed_rows import NOT_YET_OBSERVED
from advieskloof.indicators.groups import UNKNOWN
from advieskloof.schemas import APART, MOVES, STARTS, THIRD_YEARS

OFF_SCALE, IN_GRADE_3 = "off_scale", "in_grade_3"


def tables(names: Iterable[str], listed: tuple) -> list[pd.DataFrame]:
    """Return who is in those of the events that are known here, a row a kind of pupil.

    listed : the config's list of unverified rows, as pairs.

    Who switched schools, and stapelen, are of tables of their own: nothing but being placed, or
    being a pupil at all, links them to the rest.
    """
    found = []
    for kinds, events in (_of_years(listed), _of_switching(), _of_stacking()):
        here = {name: mine for name in names if (mine := _in(name, kinds, events)) is not None}
        found.append(pd.DataFrame(here))
    return found


def _in(name: str, kinds: pd.DataFrame, events: dict[str, np.ndarray]) -> np.ndarray | None:
    """Return whom of the kinds an event holds, None where it isn't known."""
    plain, *told = name.split(AMONG)
    columns = [label.partition("=")[::2] for label in told]
    if plain not in events or any(column not in kinds for column, _ in columns):
        return None
    return np.logical_and.reduce(
        [events[plain], *((kinds[column] == value).to_numpy() for column, value in columns)]
    )


@cache
def _of_years(listed: tuple) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Return the kinds of pupils by class, third year and advice, and the events they are in."""
    kinds = _starts(listed).merge(_thirds(listed), how="cross").merge(_advices(listed), how="cross")
    moved = _outcome(kinds, "class", "third").where(kinds["start"] == PLACED, "")
    from_advice = _outcome(kinds, "advice", "third").where(kinds["advice_lowest"].notna(), "")
    against = _interval_rule(kinds, "advice", "class")
    placed = (kinds["start"] == PLACED).to_numpy()
    found = {ALL: np.ones(len(kinds), dtype=bool), PLACED: placed}
    found |= {f"start {start}": kinds["start"] == start for start in kinds["start"].unique()}
    found["in a mixed class"] = kinds["class_kind"].isin(["dakpan", "broad"])
    found |= {f"then {name}": moved == name for name in (*APART, *MOVES)}
    reached = kinds.loc[kinds["third"] == IN_GRADE_3, "position"].unique()
    found |= {f"then in {name}": placed & (kinds["position"] == name) for name in reached}
    found |= _compared(kinds, moved)
    found |= {f"{move} from advice": from_advice == move for move in MOVES}
    found |= {ADVISED: from_advice != "", "compared with advice": from_advice.isin(MOVES)}
    found |= {"class against advice": against != "", "class above advice": against == "up"}
    found |= {"class below advice": against == "down"}
    found |= _of_first_advice(kinds)
    return kinds, {name: np.asarray(mine, dtype=bool) for name, mine in found.items()}


def _starts(listed: tuple) -> pd.DataFrame:
    """Return how pupils start: in each type of class, or not placed."""
    types = positions.class_types(dict(listed)).reset_index()
    placed = pd.DataFrame(
        {
            "start": PLACED,
            "class_type": types["class_type"],
            "class_kind": types["kind"],
            "class_lowest": types["lowest"],
            "class_highest": types["highest"],
        }
    )
    others = [start for start in STARTS if start not in (PLACED, NOT_YET_OBSERVED)]
    unplaced = pd.DataFrame({"start": others, "class_type": UNKNOWN, "class_kind": UNKNOWN})
    return pd.concat([placed, unplaced], ignore_index=True)


def _thirds(listed: tuple) -> pd.DataFrame:
    """Return outcomes of the third year: in each type of position, or none."""
    types = positions.class_types(dict(listed)).reset_index()
    there = pd.DataFrame(
        {
            "third": IN_GRADE_3,
            "position": types["class_type"],
            "third_lowest": types["lowest"],
            "third_highest": types["highest"],
        }
    )
    others = [third for third in THIRD_YEARS if third not in (IN_GRADE_3, NOT_YET_OBSERVED)]
    return pd.concat([there, pd.DataFrame({"third": others, "position": ""})], ignore_index=True)


def _advices(listed: tuple) -> pd.DataFrame:
    """Return first advices with their distance to the test advice, those alike once."""
    unverified = dict(listed)
    table = levels.advice_table(unverified)
    tests = [pd.NA, *table.index[table["registered_test_advice"]]]
    codes = pd.MultiIndex.from_product([[pd.NA, *table.index], tests, [pd.NA]])
    profiles = codes.to_frame(index=False, name=list(ADVICES))
    found = compared_advices(profiles.astype("str"), unverified)
    category = found["initial_advice"].map(table["category"])
    return pd.DataFrame(
        {
            "advice_lowest": found["initial_lowest"],
            "advice_highest": found["initial_highest"],
            "discrepancy": found["discrepancy"],
            "given": category.notna() & (category != levels.NO_ADVICE),
            "level": ~np.isnan(levels.level(found["initial_advice"], table)),
        }
    ).drop_duplicates()


def _interval_rule(kinds: pd.DataFrame, earlier: str, later: str) -> pd.Series:
    """Return up, same or down between two intervals, "" where either is missing."""
    up = kinds[f"{later}_lowest"] > kinds[f"{earlier}_highest"]
    down = kinds[f"{later}_highest"] < kinds[f"{earlier}_lowest"]
    known = kinds[f"{earlier}_lowest"].notna() & kinds[f"{later}_lowest"].notna()
    return pd.Series(np.select([up, down, known], ["up", "down", "same"], ""), kinds.index)


def _outcome(kinds: pd.DataFrame, earlier: str, later: str) -> pd.Series:
    """Return the outcome of the third year against an earlier class or advice."""
    moved = _interval_rule(kinds, earlier, later).replace("", OFF_SCALE)
    return moved.where(kinds["third"] == IN_GRADE_3, kinds["third"])


def _compared(kinds: pd.DataFrame, moved: pd.Series) -> dict[str, pd.Series]:
    """Return the compared, those who could have been, and how far they moved in half levels."""
    found = {COMPARED: (compared := moved.isin(MOVES))}
    unknown = (moved == UNKNOWN) & kinds["class_lowest"].notna()
    could = {
        "up": unknown & (kinds["class_highest"] < VWO),
        # As in `followed`: whose class ends at vwo is not asked where it begins.
        "down": unknown & ((kinds["class_lowest"] > PRO) | (kinds["class_highest"] == VWO)),
        "same": unknown,
    }
    found |= {UNKNOWN_ON_SCALE: unknown, "compared or unknown": compared | unknown}
    for move, mine in could.items():
        found[f"compared or could go {move}"] = compared | mine
        found[f"could go {move}"] = (moved == move) | mine
        found[f"{UNKNOWN_ON_SCALE} who could go {move}"] = mine
    ends = [f"{of}_{end}" for of in ("third", "class") for end in ("lowest", "highest")]
    later_low, later_high, low, high = (kinds[name] for name in ends)
    step = ((later_low + later_high - low - high) / 2).where(compared)
    steps = {
        "down_1_or_more": step <= -1,
        "down_half": step == -0.5,
        "no_difference": step == 0,
        "up_half": step == 0.5,
        "up_1_or_more": step >= 1,
    }
    return found | {f"{name} from class": mine for name, mine in steps.items()}


def _of_first_advice(kinds: pd.DataFrame) -> dict[str, pd.Series]:
    """Return events of `kinds` that the first advice and its distance to the test advice tell."""
    apart = kinds["discrepancy"]
    found = {
        "given initial": kinds["given"],
        "level initial": kinds["level"],
        "placed by level initial": apart != UNKNOWN,
        "equal half_level initial": apart == "equal",
    }
    for direction, way in {"under": "lower", "over": "higher"}.items():
        far, near = f"{way}_by_1_or_more", f"{way}_by_half"
        found[f"{direction} whole_level initial"] = apart == far
        found[f"{direction} half_level initial"] = apart.isin([far, near])
    return found


def _of_switching() -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    kinds = pd.DataFrame({"switched": ["yes", "no", "unknown", "not placed"]})
    known = kinds["switched"].isin(["yes", "no"]).to_numpy()
    placed = (kinds["switched"] != "not placed").to_numpy()
    found = {ALL: placed | True, PLACED: placed, "in known schools": known}
    return kinds, found | {"switched school": (kinds["switched"] == "yes").to_numpy()}


def _of_stacking() -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    kinds = pd.DataFrame({"stacked": ["yes", "no", UNKNOWN, "elsewhere"]})
    held = {value: (kinds["stacked"] == value).to_numpy() for value in kinds["stacked"]}
    return kinds, {
        ALL: np.ones(len(kinds), dtype=bool),
        "in grade 4 of vmbo_gt": ~held["elsewhere"],
        "in grade 4 of vmbo_gt and known": held["yes"] | held["no"],
        "stacked": held["yes"],
        "could have stacked": held["yes"] | held[UNKNOWN],
    }
