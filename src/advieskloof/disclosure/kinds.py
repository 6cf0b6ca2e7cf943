"""What the names of events mean: who of all kinds of pupils is in which event.

A kind of pupil is a combination of everything that the definitions look at. All that can occur are
listed, so that which events lie within, beside or across each other follows from the definitions
themselves (`indicators.outcomes`) and is written down nowhere else.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from advieskloof import levels, reference
from advieskloof.disclosure import later_kinds, locations
from advieskloof.disclosure.events import PLACED_BY, parted
from advieskloof.errors import DataError, listing
from advieskloof.indicators.base_codes import base_codes
from advieskloof.indicators.bounds import MOST, WITHOUT_TEST
from advieskloof.indicators.curves import AT_LEAST
from advieskloof.indicators.outcomes import DIRECTIONS, Advice, compared, outcomes
from advieskloof.indicators.untested import DOMAINS, STATUSES
from advieskloof.schemas import REFERENCE_LEVELS

ADVICES = ["initial_advice", "test_advice", "adjusted_advice"]
MISSING = ""


def memberships(
    events: Iterable[str],
    unverified: reference.Unverified,
    *,
    usual: bool = False,
    sure: frozenset[str] = frozenset(),
) -> list[pd.DataFrame]:
    """Return who is in which event, one table for each set of things that pupils are told by.

    usual : leave out pupils who had an advice on the scale and whose adjusted advice is off it.
        They may occur, so that nothing can be built on their absence; but who sees hardly more
        pupils with a final advice than with a first one takes them for those who had none.
    sure : parts of all pupils (`events.parted`) that everybody here is in: in a region nobody's
        region is unknown.

    Returns
    -------
    tables of truth values, a row a kind of pupil and a column an event. Events of different
    tables have to do with each other only through events that are in both, as `all` is.

    Raises DataError where an event isn't known.
    """
    events = list(dict.fromkeys(events))
    plain = {event: parted(event)[1] for event in events}
    listed = tuple((table, tuple(keys)) for table, keys in sorted(unverified.items()))
    advices = _of_advices(listed)
    tables = [
        advices[~_lost(advices)] if usual else advices,
        *(_of_domain(domain) for domain in DOMAINS),
        *later_kinds.tables(plain.values(), listed),
        locations.kinds(events),
    ]
    known = {event for table in tables for event in table}
    unknown = [event for event, name in plain.items() if name not in known]
    if unknown:
        raise DataError(f"disclosure/kinds.py doesn't say who is in {listing(unknown)}.")
    held = [{event for event, name in plain.items() if name in table} for table in tables]
    found = []
    for i in _telling(held):
        mine = {event: tables[i][plain[event]] for event in events if event in held[i]}
        found.append(_with_parts(pd.DataFrame(mine).drop_duplicates(), sure))
    return found


def _telling(held: list[set[str]]) -> list[int]:
    """Return the places of tables, by the events in each, without those that others tell all of."""
    return [
        i
        for i, mine in enumerate(held)
        if mine
        and not any(mine < other or (mine == other and j < i) for j, other in enumerate(held))
    ]


def _with_parts(table: pd.DataFrame, sure: frozenset[str]) -> pd.DataFrame:
    """Return the events over kinds that are, and aren't, in each part that isn't sure."""
    of_event = [parted(event)[0] for event in table]
    for part in sorted(frozenset().union(*of_event) - sure):
        inside = np.array([part in parts for parts in of_event])
        table = pd.concat([table, table & ~inside]).drop_duplicates()
    return table.reset_index(drop=True)


@cache
def _of_advices(listed: tuple) -> pd.DataFrame:
    """Return the events that follow from advices, test, score and status; made once.

    listed : the config's list of unverified rows, as pairs.
    """
    unverified = dict(listed)
    kinds = _kinds(unverified)
    profiles = kinds[ADVICES]
    held, advice = outcomes(profiles, unverified), levels.advice_table(unverified)
    scored = kinds["scored"].to_numpy()
    found = {"all": np.ones(len(kinds), dtype=bool)}
    for name, statuses in STATUSES.items():
        found[f"status {name.removesuffix('_of_all')}"] = kinds["status"].isin(statuses).to_numpy()
    isled = _isled(unverified)
    for base, codes in base_codes(profiles, unverified).items():
        found |= _of_base(base, held.by_base[base], held.tested, scored)
        found[f"isled {base}"] = codes.isin(isled).to_numpy()
        found |= _at_risk(base, held.by_base[base], held.at_risk)
        found |= _could_be(base, codes, found, kinds, unverified)
    found |= _adjusting(profiles, held.by_base["initial"], advice)
    scores = {f"scored {event}": marks & scored for event, marks in found.items()}
    return pd.DataFrame(found | scores)


def _lost(table: pd.DataFrame) -> pd.Series:
    """Mark kinds with a first advice on the scale and an adjusted one off it."""
    without_level = table["level initial"] & ~table["level final"]
    return without_level | (
        table["placed by interval initial"] & ~table["placed by interval final"]
    )


def _kinds(unverified: reference.Unverified) -> pd.DataFrame:
    """Return all combinations of advices, score and status that a delivery may hold."""
    advice = levels.advice_table(unverified)
    codes = [MISSING, *advice.index]
    tests = [MISSING, *advice.index[advice["registered_test_advice"]]]
    lists = [codes, tests, codes, [False, True], ["taken", "unknown", *WITHOUT_TEST]]
    product = pd.MultiIndex.from_product(lists, names=[*ADVICES, "scored", "status"])
    kinds = product.to_frame(index=False)
    # A score or test advice beside another status is a contradiction, and rejected.
    untouched = (kinds["test_advice"] == MISSING) & ~kinds["scored"]
    kinds = kinds[untouched | (kinds["status"] == "taken")].reset_index(drop=True)
    texts = kinds[ADVICES].astype("str")
    return kinds.assign(**texts.mask(texts == MISSING))


def _isled(unverified: reference.Unverified) -> pd.Series:
    return reference.read("isled", unverified)["bron_code"]


def _of_base(base: str, advice: Advice, tested: np.ndarray, scored: np.ndarray) -> dict:
    level, given = ~np.isnan(advice.level), advice.given
    found = {
        f"given {base}": given,
        f"tested {base}": given & tested,
        f"level {base}": level,
        f"no advice {base}": ~given,
        f"untested {base}": given & ~tested,
        f"unscored {base}": given & ~scored,
        f"not level {base}": ~level,
        f"not scored level {base}": ~(level & scored),
        f"outside level {base}": given & ~level,
        f"outside scored level {base}": given & scored & ~level,
    }
    found |= {f"{name} {base}": advice.level >= least for name, least in AT_LEAST.items()}
    for definition, by in PLACED_BY.items():
        placed = ~np.isnan(advice.compared[definition])
        found[f"placed by {by} {base}"] = placed
        found[f"not placed by {by} {base}"] = ~placed
        found[f"outside placed by {by} {base}"] = given & tested & ~placed
        for direction, sign in {**DIRECTIONS, "equal": 0.0}.items():
            found[f"{direction} {definition} {base}"] = advice.compared[definition] == sign
    return found


def _at_risk(base: str, advice: Advice, at_risk: dict) -> dict:
    found = {}
    for (definition, direction), could in at_risk.items():
        counted, outcome = f"{direction} {definition} {base}", advice.compared[definition]
        found[f"at risk of {counted}"] = could & ~np.isnan(outcome)
        found[f"{counted} at risk"] = could & (outcome == DIRECTIONS[direction])
    return found


def _could_be(
    base: str, codes: pd.Series, found: dict, kinds: pd.DataFrame, unverified: reference.Unverified
) -> dict:
    """Return the events of `indicators.bounds` that take in pupils without a test."""
    advice, table = levels.advice_table(unverified), levels.kansenkaart_table(unverified)
    without = kinds["status"].isin(WITHOUT_TEST) & kinds["test_advice"].isna()
    more = {}
    for direction, test in MOST.items():
        extreme = pd.Series(test, index=codes.index, dtype="str")
        for definition, outcome in compared(codes, extreme, advice, table).items():
            placed, counted = f"placed by {PLACED_BY[definition]}", f"{direction} {definition}"
            could = without & ~np.isnan(outcome)
            more[f"could be {placed} {base}"] = found[f"{placed} {base}"] | could
            counts = found[f"{counted} {base}"] | without & (outcome == DIRECTIONS[direction])
            more[f"could be {counted} {base}"] = counts
    return more


def _adjusting(profiles: pd.DataFrame, initial: Advice, advice: pd.DataFrame) -> dict:
    """Return the events of reconsideration, under both rules on who is eligible."""
    higher = initial.compared["half_level"] == -1
    adjusted = levels.level(profiles["adjusted_advice"], advice)
    raised = levels.compare_half_level(initial.level, adjusted) == -1
    low = profiles["initial_advice"].map(advice["category"]).isin(["pro", "pro_vmbo_bb"])
    excepted = low & (profiles["test_advice"].map(advice["category"]) == "pro_vmbo_bb")
    eligible = higher & ~excepted.to_numpy()
    return {
        "eligible": eligible,
        "adjusted": eligible & raised,
        "adjusted of higher": higher & raised,
    }


def _of_domain(domain: str) -> pd.DataFrame:
    rank = np.arange(-1, len(REFERENCE_LEVELS))
    found = {"all": rank > -2, f"level of {domain}": rank >= 0}
    return pd.DataFrame(
        found
        | {
            f"{domain} at least {level}": rank >= place
            for place, level in enumerate(REFERENCE_LEVELS)
        }
    )
