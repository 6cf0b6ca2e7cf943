"""Secondary school year by year: position, grade, school and status of every pupil.

What a pupil can do later is true ability again, with what home, school and chance add. Cut at the
boundaries between school types it says where the pupil would go by nature; a class keeps pupils
whose nature lies a stated margin outside it.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import expit

from advieskloof.sources.synthetic.families import EDUCATION
from advieskloof.sources.synthetic.parameters import Parameters
from advieskloof.sources.synthetic.secondary import (
    CLASSES,
    TYPES,
    Secondary,
    drawn,
    ends,
    mixed_classes,
)

YEARS = 5
STATUSES = ("enrolled", "left", "vso", "unknown")
ENROLLED, LEFT, VSO, UNKNOWN = range(len(STATUSES))
GT, HAVO = TYPES.index("vmbo_gt"), TYPES.index("havo")
HAVO_VWO = CLASSES.index("havo_vwo")


def later_ability(
    secondary: Secondary,
    pupils: pd.DataFrame,
    school: np.ndarray,
    parameters: Parameters,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return what pupils can do in the lower secondary years, SDs of ability, shape (n,).

    = true ability + parental education + the secondary school of year 1 + chance.
    """
    # ASSUME home and school add to everybody alike, and chance is normal.
    home = parameters.group("later_education", EDUCATION)[pupils["parental_education"]]
    there = secondary.schools["effect"].to_numpy()[school]
    chance = generator.normal(0, parameters["later_sd"], len(pupils))
    return pupils["ability"].to_numpy() + home + there + chance


def boundaries(parameters: Parameters) -> np.ndarray:
    """Return where the school types but the lowest begin, SDs of ability, rising."""
    return parameters.group("later_boundary", TYPES[1:])


def third_year_type(later: np.ndarray, chosen: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return the school type of year 3 as places in TYPES, given the class of year 1, (n,).

    The type by nature, held within the class's. A homogeneous class is left downward only by who
    lies more than a margin under its boundary; every class upward only by who lies more than a
    margin over the next type's. In a mixed class all types take a little more than elsewhere
    (`mixed_caution`).
    """
    cuts = boundaries(parameters)
    low, high = (end[chosen] for end in ends())
    mixed = mixed_classes()[chosen]
    # ASSUME what it takes to leave a class depends on whether it is mixed, and is the same
    # everywhere on the scale.
    nature = later - parameters["mixed_caution"] * mixed
    down = np.where(mixed, 0, parameters["margin_down.homogeneous"])
    up = np.where(mixed, parameters["margin_up.mixed"], parameters["margin_up.homogeneous"])
    least, by_nature, most = (
        np.searchsorted(cuts, at, side="right") for at in (nature - up, nature, nature + down)
    )
    return np.clip(np.clip(by_nature, low, high), least, most)


def positions_by_grade(
    secondary: Secondary,
    chosen: np.ndarray,
    school: np.ndarray,
    later: np.ndarray,
    parameters: Parameters,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return the position in grades 1 to 5 as places in CLASSES, shape (5, n).

    Some mixed classes last into grade 2, few of havo/vwo into grade 3; who moves may do so in
    grade 2 already. After grade 3 some fall by a type, by chance that comes anew.
    """
    n = len(chosen)
    early, again = generator.random(n), generator.normal(0, parameters["later_sd"], n)
    low, high = ends()
    third = third_year_type(later, chosen, parameters)
    inside = np.clip(third, low[chosen], high[chosen])
    chance = np.where(third > inside, parameters["early_up"], parameters["early_down"])
    moved = (third != inside) & (early < chance)
    lasts = secondary.schools["lasting"].to_numpy()[school]
    until_two = mixed_classes()[chosen] & (lasts < _lasting(parameters)[chosen]) & ~moved
    second = np.where(until_two, chosen, np.where(moved, third, inside))
    until_three = (chosen == HAVO_VWO) & (lasts < parameters["lasting_three.havo_vwo"])
    until_three &= third >= HAVO
    margin = parameters["margin_down.homogeneous"]
    most = np.searchsorted(boundaries(parameters), later + again + margin, side="right")
    fourth = np.minimum(third, np.maximum(most, third - 1))
    return np.stack([chosen, second, np.where(until_three, HAVO_VWO, third), fourth, fourth])


def _lasting(parameters: Parameters) -> np.ndarray:
    """Return the share of every one of CLASSES that lasts into grade 2; 0 for homogeneous ones."""
    mixed = CLASSES[len(TYPES) :]
    return np.concatenate([np.zeros(len(TYPES)), parameters.group("lasting_two", mixed)])


@dataclass(frozen=True)
class State:
    """Where every pupil stands in a school year, arrays of shape (n,).

    grade : from 1. place : position, a place in CLASSES. school : row of the secondary schools.
    status : place in STATUSES. lateral : whether the school was entered after grade 1. absent :
    nothing is delivered. bare : enrolled, but grade and position are not delivered.
    """

    grade: np.ndarray
    place: np.ndarray
    school: np.ndarray
    status: np.ndarray
    lateral: np.ndarray
    absent: np.ndarray
    bare: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Mark who is enrolled with a grade and a position, as far as a register tells."""
        return (self.status == ENROLLED) & ~self.absent & ~self.bare


def careers(
    secondary: Secondary,
    pupils: pd.DataFrame,
    start: np.ndarray,
    parameters: Parameters,
    years: int,
    generators: tuple[np.random.Generator, np.random.Generator],
) -> tuple[list[State], np.ndarray]:
    """Return the states of pupils in so many years after group 8, and their later ability.

    start : class and school of year 1, as of `classes.classes`. years : 1 to YEARS. generators :
        one for careers, one for moves to other schools.
    """
    generator, moving = generators
    chosen, school = start
    later = later_ability(secondary, pupils, school, parameters, generator)
    by_grade = positions_by_grade(secondary, chosen, school, later, parameters, generator)
    to_vso = (pupils["final_category"] == 0) & (pupils["no_advice"] < 0)
    state = _seen(_first(by_grade[0], school, to_vso.to_numpy()), parameters, generator)
    states = [state]
    for _ in range(years - 1):
        state = _next(state, by_grade, later, parameters, generator)
        state = _at_school(secondary, state, pupils["town"].to_numpy(), parameters, moving)
        state = _seen(state, parameters, generator)
        states.append(state)
    return states, later


def _first(place: np.ndarray, school: np.ndarray, to_vso: np.ndarray) -> State:
    no = np.zeros(len(place), dtype=bool)
    status = np.where(to_vso, VSO, ENROLLED)
    return State(np.ones(len(place), dtype=int), place, school, status, no, no, no)


def _next(
    state: State,
    by_grade: np.ndarray,
    later: np.ndarray,
    parameters: Parameters,
    generator: np.random.Generator,
) -> State:
    """Return who goes on to which grade, and who leaves with a vmbo diploma."""
    drawn = generator.random((3, len(later)))
    again = drawn[0] < chance_of_repeating(state, later, parameters)
    jumps = ~again & (state.grade == 1) & (drawn[1] < parameters["share_accelerating"])
    grade = (state.grade + np.where(again, 0, np.where(jumps, 2, 1))).clip(1, YEARS)
    place = np.take_along_axis(by_grade, grade[None] - 1, axis=0)[0]
    vmbo = (state.place > 0) & (state.place <= GT)
    diploma = vmbo & (state.grade == 4) & ~again
    odds = parameters["stack_constant"] + parameters["stack_slope"] * (
        later - boundaries(parameters)[HAVO - 1]
    )
    # ASSUME with a diploma of vmbo-gt some go on in havo-4; all others leave for mbo.
    stacks = diploma & (state.place == GT) & (drawn[2] < expit(odds))
    leaves = diploma & ~stacks & (state.status != VSO)
    status = np.where(leaves, LEFT, state.status)
    place = np.where(stacks, HAVO, np.where(again, state.place, place))
    return replace(state, grade=np.where(stacks, 4, grade), place=place, status=status)


def chance_of_repeating(state: State, later: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return the chance of the same grade again, shape (n,), 0-1; none in pro.

    log odds = constant of the grade + slope x how far the pupil is under the boundary at which the
    lowest type of the position begins.
    """
    grades = ("1", "2", "3", "4", "5")
    constant = parameters.group("repeat_constant", grades)[state.grade - 1]
    lowest = ends()[0][state.place]
    short = boundaries(parameters)[np.maximum(lowest - 1, 0)] - later
    return np.where(lowest > 0, expit(constant + parameters["repeat_slope"] * short), 0)


def _at_school(
    secondary: Secondary,
    state: State,
    town: np.ndarray,
    parameters: Parameters,
    generator: np.random.Generator,
) -> State:
    """Return the state with new schools for who changes, or whose type the school doesn't teach."""
    low, high = (end[state.place] for end in ends())
    schools = secondary.schools
    taught = (schools["lowest"].to_numpy()[state.school] <= low) & (
        high <= schools["highest"].to_numpy()[state.school]
    )
    moves = ~taught | (generator.random(len(town)) < parameters["share_changing_school"])
    near = parameters["secondary_near"]
    sought = (low + high) // 2
    other = drawn(secondary.of_types, sought, town, secondary.towns, near, generator)
    moves &= (other != state.school) & (state.status == ENROLLED)
    school = np.where(moves, other, state.school)
    return replace(state, school=school, lateral=state.lateral | moves)


def _seen(state: State, parameters: Parameters, generator: np.random.Generator) -> State:
    """Return the state with who leaves or goes to vso for good, and what isn't delivered now."""
    drawn = generator.random((5, len(state.grade)))
    # Who was unknown for a year is seen again in the next.
    status = np.where(state.status == UNKNOWN, ENROLLED, state.status)
    for place in (LEFT, VSO, UNKNOWN):
        gone = drawn[place - 1] < parameters[f"share_going.{STATUSES[place]}"]
        status = np.where(gone & (status == ENROLLED), place, status)
    absent = drawn[3] < parameters["share_going.absent"]
    bare = (drawn[4] < parameters["share_going.bare"]) & (status == ENROLLED)
    return replace(state, status=status, absent=absent, bare=bare)
