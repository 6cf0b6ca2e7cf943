"""What became of pupils: every outcome of the lower secondary years, a column each.

A measure of placement or of moves is then a share of the pupils with some values of a column, among
those with any of it; and whoever fits models finds the outcomes beside the background.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from advieskloof import io, levels, positions, reference, schemas
from advieskloof.database import MEMORY, connection, text, texts
from advieskloof.indicators.coded import ADVICES
from advieskloof.indicators.groups import UNKNOWN
from advieskloof.indicators.support import NO_TEST, regimes

# The ends of the half-level scale: nobody goes down from pro, or up from vwo.
PRO, VWO = 1, 6
# The columns of FOLLOWED that say one of some words, and these but for the types of classes.
OF_WORDS = [
    name
    for name in schemas.FOLLOWED.schema.columns
    if name not in ("pupil_id", "cohort", "vo_school_id")
]
WORDS = (
    *schemas.STARTS,
    *schemas.THIRD_YEARS,
    *schemas.STACKED,
    *schemas.CLASS_KINDS,
    *schemas.APART,
    *schemas.MOVES,
    *schemas.UNKNOWN_MOVES,
    *schemas.AGAINST,
    *schemas.HALF_STEPS,
    *schemas.GROUPINGS["first_advice_group"],
    *schemas.PLACE_SPLITS["discrepancy"],
)
# The school year after the cohort's in which stapelen is seen.
FIFTH = 5


def follow(
    pupils: Path,
    places: Path,
    as_of: int,
    unverified: reference.Unverified,
    spill: Path,
    output: Path,
    memory: str = MEMORY,
) -> None:
    """Write FOLLOWED, by cohort and pupil: the places of pupils in years 1 and 3, compared.

    Interval rule, between an earlier class or advice and a later place: `up` (a class is `above`)
    if lowest(later) > highest(earlier), `down` (`below`) if highest(later) < lowest(earlier), else
    `same` (`overlapping`). Half-level rule: difference of the midpoints, later less earlier, in
    levels. A pupil who can't be compared has the first outcome that holds of not yet observed,
    left, vso, unknown, repeating, accelerated and off_scale.

    What starts from the class of year 1 is empty for who isn't placed there, what starts from an
    advice where it has no interval, and what needs a test advice in a year without a test.

    Parameters
    ----------
    pupils, places : Parquet files of PUPILS and, of the same pupils, PLACES.
    as_of : first calendar year of the last school year whose 1 October is known.
    unverified : the config's list of reference rows that may be used unverified.
    spill : a private folder for what doesn't fit in `memory`; gone at the end.
    output : the Parquet file to write.

    Raises
    ------
    DataError : an advice isn't usable; the text counts by code.
    """
    with connection(spill, memory) as base:
        base.read_parquet(str(pupils)).create_view("pupils")
        base.read_parquet(str(places)).create_view("places")
        types = positions.class_types(unverified)
        base.register("types", types.reset_index())
        for place in ("class", "third"):
            base.execute(_place_table(place))
        _add_advices(base, unverified)
        base.execute(RULES)
        _add_words(base, types.index)
        with io.whole_file(output) as partial:
            query = f"COPY ({_following(as_of, unverified)}) TO {text(partial)} (FORMAT parquet)"
            base.execute(query)


def _place_table(place: str) -> str:
    """Return what makes the table of a place's types, with names of columns of its own."""
    ends = ", ".join(
        f"CASE WHEN NOT isnan({end}) THEN {end} END AS {place}_{end}"
        for end in ("lowest", "highest")
    )
    return f"""
        CREATE TABLE of_{place} AS
        SELECT class_type AS {place}_name, kind AS {place}_kind, {ends} FROM types
    """


def _add_advices(base: duckdb.DuckDBPyConnection, unverified: reference.Unverified) -> None:
    """Make the table `advised` of the combinations of advices, and what follows from them."""
    names = ", ".join(ADVICES)
    found = base.execute(f"SELECT DISTINCT {names} FROM pupils ORDER BY ALL").df().astype("str")
    base.register("profiles", compared_advices(found, unverified))
    base.execute("CREATE TABLE advised AS SELECT * REPLACE (" + ", ".join(
        f"CASE WHEN NOT isnan({of}_{end}) THEN {of}_{end} END AS {of}_{end}"
        for of in ("initial", "final", "test") for end in ("lowest", "highest")
    ) + ") FROM profiles")  # fmt: skip


def compared_advices(profiles: pd.DataFrame, unverified: reference.Unverified) -> pd.DataFrame:
    """Return combinations of BRON codes (columns ADVICES) with what follows from them.

    `discrepancy`, the level of the first advice less that of the test advice, 'unknown' where
    either has none; `first_advice_group`; and `initial_lowest`, `initial_highest` and the same of
    `final` and `test`, NaN where an advice has no interval.

    Raises DataError where a code isn't usable.
    """
    table = levels.advice_table(unverified)
    for name in ADVICES:
        levels.check_codes(profiles[name], table, "PUPILS", test=name == "test_advice")
    none = table.index[table["category"] == levels.NO_ADVICE]
    adjusted = profiles["adjusted_advice"].mask(profiles["adjusted_advice"].isin(none))
    initial, test = profiles["initial_advice"], profiles["test_advice"]
    category = initial.map(table["category"]).astype("str")
    found = {
        "discrepancy": _steps(levels.level(initial, table) - levels.level(test, table)),
        "first_advice_group": levels.first_advice_group(category, unverified).fillna("other"),
    }
    taken = {"initial": initial, "final": adjusted.fillna(initial), "test": test}
    for name, codes in taken.items():
        found[f"{name}_lowest"], found[f"{name}_highest"] = levels.interval(codes, table)
    return profiles.assign(**found)


def _steps(difference: np.ndarray) -> np.ndarray:
    """Return how far the first advice lies from the test advice, in words."""
    marks = {
        "lower_by_1_or_more": difference <= -1,
        "lower_by_half": difference == -0.5,
        "equal": difference == 0,
        "higher_by_half": difference == 0.5,
        "higher_by_1_or_more": difference >= 1,
    }
    return np.select(list(marks.values()), list(marks), default=UNKNOWN)


# The rules in SQL: intervals, who can't be compared, what the unknown may have done, half levels.
RULES = f"""
    CREATE MACRO interval_rule(lowest, highest, later_lowest, later_highest) AS
        CASE WHEN later_lowest > highest THEN 'up'
            WHEN later_highest < lowest THEN 'down'
            WHEN lowest <= highest AND later_lowest <= later_highest THEN 'same' END;
    CREATE MACRO against(moved) AS
        CASE moved WHEN 'up' THEN 'above' WHEN 'down' THEN 'below' WHEN 'same' THEN 'overlapping'
            END;
    CREATE MACRO outcome(third_year, moved) AS
        CASE WHEN third_year = 'in_grade_3' THEN coalesce(moved, 'off_scale') ELSE third_year END;
    CREATE MACRO possible(outcome, lowest, highest) AS
        CASE WHEN outcome IS NULL OR outcome <> 'unknown' THEN outcome
            WHEN lowest IS NULL THEN 'unknown_off_scale'
            WHEN highest = {VWO} THEN 'unknown_not_up'
            WHEN lowest = {PRO} THEN 'unknown_not_down'
            ELSE 'unknown_any' END;
    CREATE MACRO half_step(difference) AS
        CASE WHEN difference <= -1 THEN 'down_1_or_more'
            WHEN difference = -0.5 THEN 'down_half'
            WHEN difference = 0 THEN 'no_difference'
            WHEN difference = 0.5 THEN 'up_half'
            WHEN difference >= 1 THEN 'up_1_or_more' END;
"""


def _add_words(base: duckdb.DuckDBPyConnection, types: Sequence[str]) -> None:
    """Make the type `word` of all that columns say; a byte each, so that rows are sorted fast."""
    words = dict.fromkeys([*WORDS, *types])
    base.execute(f"CREATE TYPE word AS ENUM ({', '.join(map(text, words))})")


def _rule(earlier: str, later: str) -> str:
    ends = ", ".join(f"{of}_{end}" for of in (earlier, later) for end in ("lowest", "highest"))
    return f"interval_rule({ends})"


def _following(as_of: int, unverified: reference.Unverified) -> str:
    """Return the query of FOLLOWED."""
    untested = texts(year for year, regime in regimes(unverified).items() if regime == NO_TEST)
    alike = " AND ".join(f"pupils.{name} IS NOT DISTINCT FROM advised.{name}" for name in ADVICES)
    found = f"""
        SELECT pupil_id, cohort, start, vo_school_id, first_advice_group,
            CASE WHEN tested THEN discrepancy END AS discrepancy,
            class_type, class_kind,
            against({_rule("initial", "class")}) AS class_against_initial,
            against({_rule("final", "class")}) AS class_against_final,
            CASE WHEN tested THEN against({_rule("test", "class")}) END AS class_against_test,
            CASE WHEN placed THEN coalesce(position, third_year) END AS year_3,
            CASE WHEN placed THEN outcome(third_year, {_rule("class", "third")}) END AS move,
            possible(move, class_lowest, class_highest) AS possible_move,
            half_step((third_lowest + third_highest - class_lowest - class_highest) / 2)
                AS half_step,
            CASE WHEN initial_lowest > 0 THEN outcome(third_year, {_rule("initial", "third")}) END
                AS move_from_initial,
            CASE WHEN final_lowest > 0 THEN outcome(third_year, {_rule("final", "third")}) END
                AS move_from_final,
            CASE WHEN NOT placed THEN NULL WHEN switched_school THEN 'yes'
                WHEN NOT switched_school THEN 'no' END AS switched,
            CASE WHEN cohort + {FIFTH} > {int(as_of)} THEN 'not_yet_observed' ELSE stacked END
                AS stacked
        FROM pupils
        JOIN (SELECT *, start = 'placed' AS placed, cohort::VARCHAR NOT IN {untested} AS tested
            FROM places) AS places USING (pupil_id, cohort)
        JOIN advised ON {alike}
        LEFT JOIN of_class ON class_type = class_name
        LEFT JOIN of_third ON position = third_name
    """
    words = ", ".join(f"{name}::word AS {name}" for name in OF_WORDS)
    return f"SELECT * REPLACE ({words}) FROM ({found}) ORDER BY cohort, pupil_id"
