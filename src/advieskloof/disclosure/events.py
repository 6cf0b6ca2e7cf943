"""Which pupils a number counts: the events behind n and k of every measure of ESTIMATES.

An event is a set of pupils that some rows count, named in words; the same pupils have the same
name, whichever row counts them. `under half_level initial` is the numerator of the raw share, of
the share at risk, of the shrunken one and of none other; `scored under half_level initial` are
those of them with a score, whom the standardised share counts. What the names mean, and which
events lie within each other, is in `kinds`.

Models count pupils whom they could be fitted to: those with a score on a large scale, or with a
known place. `fitted[corop, scale]: scored level initial` are those with both, a part of all.

A measure that isn't here can't be released: nobody said what it would give away.
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from advieskloof.disclosure import later_events, locations
from advieskloof.errors import DataError
from advieskloof.indicators import moves, placement
from advieskloof.indicators.bounds import EDUCATION as BOUNDS_OF_EDUCATION
from advieskloof.indicators.curves import AT_LEAST
from advieskloof.indicators.outcomes import DIRECTIONS, EXPECTED, LEVEL
from advieskloof.indicators.sensitivity import WITHOUT_PROVIDERS
from advieskloof.indicators.untested import DOMAINS, STATUSES
from advieskloof.indicators.weighting import TABLE as WEIGHTED
from advieskloof.models.frames import COMPARED
from advieskloof.models.specification import SCALE, TABLE
from advieskloof.schemas import REFERENCE_LEVELS

# Definitions that place the same pupils.
PLACED_BY = {
    "half_level": "level",
    "whole_level": "level",
    "no_overlap": "interval",
    "kansenkaart": "kansenkaart",
}
# Whom a definition needs: those placed against a test advice, with a level, or with a score too.
SCOPES = {name: f"placed by {by}" for name, by in PLACED_BY.items()}
SCOPES |= {LEVEL: "level", EXPECTED: "scored level"}
# Raw and shrunken numbers are of the same pupils; of the standardised, only those with a score.
SCORED = ("standardised", "standardised_shrunken")
# Tables whose pupils are a part of all: their events are apart from, and within, those of all.
PARTS = {WEIGHTED: "with weight: ", WITHOUT_PROVIDERS: "without providers: "}
FITTED = "fitted["
OF_VARIANCE = ("level_variance_", "level_spread_")
RECONSIDERATION = {
    "all": "given initial",
    "tested": "tested initial",
    "eligible": "eligible",
    "adjusted": "adjusted",
}
# What the events of reconsideration are in cohorts before the rule that excepts some pupils.
WITHOUT_RULE = {"eligible": "under half_level initial", "adjusted": "adjusted of higher"}
# Events of who is not in another: in a cohort that can't support them they don't count nobody.
COMPLEMENTS = ("not ", "no advice", "untested", "unscored", "outside")
# A test on all regions together, and the spread of their true values: of the measure's pupils.
OF_REGIONS = ("_regions_f", "_regions_p", "_regions_sd")


class Measure(NamedTuple):
    """What identifies a measure: columns of ESTIMATES, `table` being the private one."""

    table: str
    indicator: str
    definition: str
    base: str
    adjustment: str


class Behind(NamedTuple):
    """The events that n and k count; k is None for levels and points."""

    n: str
    k: str | None


def behind(measure: Measure) -> Behind:
    """Return which pupils n and k of a measure count.

    Raises DataError where the measure isn't known here.
    """
    found = find(measure)
    if found is None:
        raise DataError(
            f"{measure.indicator!r} ({measure.definition}, {measure.adjustment}) can't be "
            "released: disclosure/events.py doesn't say which pupils it counts. Leave it out of "
            "the plan, or add it there."
        )
    return found


@cache
def find(measure: Measure) -> Behind | None:
    """Return which pupils n and k of a measure count, None where it isn't known here."""
    families = (
        _of_direction,
        _of_levels,
        _of_placement,
        _of_reconsideration,
        _of_everybody,
        _of_later_years,
        _of_locations,
    )
    if is_fitted := measure.table.startswith(FITTED):
        families = (_of_models,)
    elif measure.table.startswith(TABLE):  # of a model of which it isn't known who its pupils are
        return None
    found = next((each for family in families if (each := family(measure)) is not None), None)
    prefix = f"{measure.table}: " if is_fitted else PARTS.get(measure.table, "")
    return found and Behind(*(each and prefix + each for each in found))


def fitted(needs: Iterable[str]) -> str:
    """Return the table under which all models of the same pupils go, by what these have."""
    return f"{FITTED}{', '.join(needs)}]"


def parted(event: str) -> tuple[frozenset[str], str]:
    """Return the parts of all pupils that an event is in, and its name without them."""
    if event.startswith(FITTED):
        needs, _, plain = event.removeprefix(FITTED).partition("]: ")
        return frozenset(filter(None, needs.split(", "))), plain
    for prefix in PARTS.values():
        if event.startswith(prefix):
            return frozenset({prefix}), event.removeprefix(prefix)
    return frozenset(), event


def is_complement(event: str) -> bool:
    """Tell whether an event is of those who aren't in another, or not in what they need for it."""
    return parted(event)[1].startswith(COMPLEMENTS)


def of_all_regions(measure: Measure) -> bool:
    """Tell whether a measure is of all regions together."""
    return measure.indicator.endswith(OF_REGIONS)


def _of_models(measure: Measure) -> Behind | None:
    needs, _ = parted(f"{measure.table}: ")
    scored = "scored " if SCALE in needs else ""
    definition, base, indicator = measure.definition, measure.base, measure.indicator
    if definition == placement.INTERVAL:  # the moves of those placed in year 1, who are fitted
        return _of_later_years(measure._replace(table=moves.TABLE, adjustment="raw"))
    compared = indicator.removesuffix("_of_placed")
    if compared in COMPARED and definition in PLACED_BY:
        placed = f"{scored}placed by {PLACED_BY[definition]} {base}"
        return Behind(placed, f"{scored}{compared} {definition} {base}")
    if indicator in AT_LEAST:
        return Behind(f"{scored}level {base}", f"{scored}{indicator} {base}")
    if indicator in ("mean_level", "level_difference") or indicator.startswith(OF_VARIANCE):
        return Behind(f"{scored}level {base}", None)
    return None


def _of_direction(measure: Measure) -> Behind | None:
    direction, _, rest = measure.indicator.partition("_of_placed")
    if direction not in DIRECTIONS or (rest and rest not in OF_REGIONS):
        return None
    scored = "scored " if measure.adjustment in SCORED else ""
    definition, base = measure.definition, measure.base
    placed = f"placed by {PLACED_BY[definition]} {base}"
    counted = f"{direction} {definition} {base}"
    if rest:
        return Behind(scored + placed, None)
    if measure.adjustment == "at_risk":
        # Kansenkaart counts vso as under at some test advices at which it doesn't count pro so:
        # those pupils are under, and not at risk of it.
        at_risk = f"{counted} at risk" if definition == "kansenkaart" else counted
        return Behind(f"at risk of {counted}", at_risk)
    if measure.adjustment in ("bound_low", "bound_high") and measure.table != BOUNDS_OF_EDUCATION:
        high = measure.adjustment == "bound_high"
        return Behind(f"could be {placed}", f"could be {counted}" if high else counted)
    return Behind(scored + placed, scored + counted)


def _of_levels(measure: Measure) -> Behind | None:
    base, indicator = measure.base, measure.indicator
    for suffix in OF_REGIONS:
        indicator = indicator.removesuffix(suffix)
    if indicator in AT_LEAST:
        return Behind(f"scored level {base}", f"scored {indicator} {base}")
    if indicator in ("mean_level", "mean_isled"):
        scale = indicator.removeprefix("mean_")
        scored = "scored " if measure.adjustment in SCORED else ""
        if measure.adjustment in ("bound_low", "bound_high"):
            # Their n counts pupils of another group whose level is beyond a threshold.
            return None
        return Behind(f"{scored}{scale} {base}", None)
    if indicator in ("level_difference", "difference_of_placed"):
        return Behind(f"scored level {base}", None)
    if indicator in ("isled_difference", "isled_difference_of_placed"):
        return Behind(f"scored isled {base}", None)
    return None


def _of_placement(measure: Measure) -> Behind | None:
    if not measure.indicator.startswith("not_placed"):
        return None
    base, scope = measure.base, SCOPES[measure.definition]
    reason = measure.indicator.removeprefix("not_placed").removeprefix("_")
    why = {
        "": f"not {scope} {base}",
        "no_advice": f"no advice {base}",
        "no_test_advice": f"untested {base}",
        "no_score": f"unscored {base}",
        "advice_outside": f"outside {scope} {base}",
    }
    return Behind("all", why[reason])


def _of_reconsideration(measure: Measure) -> Behind | None:
    counted, _, among = measure.indicator.partition("_of_")
    if counted not in ("eligible", "adjusted") or among not in RECONSIDERATION:
        return None
    return Behind(RECONSIDERATION[among], RECONSIDERATION[counted])


def _of_everybody(measure: Measure) -> Behind | None:
    if measure.indicator in STATUSES:
        return Behind("all", f"status {measure.indicator.removesuffix('_of_all')}")
    domain, _, level = measure.indicator.partition("_at_least_")
    if domain in DOMAINS and level in REFERENCE_LEVELS:
        return Behind(f"level of {domain}", f"{domain} at least {level}")
    return None


def _of_later_years(measure: Measure) -> Behind | None:
    found = later_events.behind(*measure)
    return found and Behind(*found)


def _of_locations(measure: Measure) -> Behind | None:
    found = locations.behind(measure.table, measure.indicator)
    return found and Behind(*found)
