"""Fitting the lower years: boundaries between school types, and what it takes to leave a class.

Least squares of misses, each divided by its tolerance in the calibration table (`TARGETS`), with
random numbers that stay the same throughout. Not fitted: shares of classes, which the balance of
`classes` meets by itself, and what no figure tells apart. Everything is counted on made places
directly; the calibration table counts delivered rows.

    python -m advieskloof.sources.synthetic.fitting_careers

writes the fitted values into reference/synthetic_parameters.csv.
"""

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from advieskloof.sources.synthetic import (
    careers,
    enrolments,
    equal_scores,
    fitting,
    simulation,
)
from advieskloof.sources.synthetic.parameters import Parameters, load
from advieskloof.sources.synthetic.providers import PROVIDERS
from advieskloof.sources.synthetic.secondary import (
    CLASSES,
    TYPES,
    Secondary,
    class_table,
    ends,
    secondary_schools,
)
from advieskloof.sources.synthetic.streams import stream
from advieskloof.sources.synthetic.testing import half_levels
from advieskloof.sources.synthetic.world import schools

FREE = (*(f"later_boundary.{name}" for name in TYPES[1:]), "margin_up.homogeneous")
# The cohorts nearest to the figures: grade 3 in 2019/20, and the first one.
OF_POSITIONS, OF_MOVES = 2016, 2014
# Published figure and tolerance: pupils of grade 3 in 2019/20 up to each type, those in havo/vwo
# halved (DUO); moves (CBS 82928NED); moves, ratio and matched pupils (Staat 2015/2016).
TARGETS = {
    "up_to_pro": (2.60, 1.0),
    "up_to_vmbo_bb": (11.34, 1.0),
    "up_to_vmbo_kb": (25.69, 1.0),
    "up_to_vmbo_gt": (52.87, 1.0),
    "up_to_havo": (76.41, 1.0),
    "down": (9.44, 1.0),
    "up": (5.14, 1.0),
    "half_level_same": (50.0, 5.0),
    "half_level_whole": (25.0, 5.0),
    "matched_down": (4.0, 3.0),
    "matched_up": (4.0, 3.0),
    "vwo_ratio": (2.0, 0.3),
}
Cohort = tuple[pd.DataFrame, np.ndarray]


def fit(parameters: Parameters, most: int = 8) -> Parameters:
    """Return the parameters with FREE fitted; `most` evaluations of the Jacobian at most."""
    secondary, cohorts = made(parameters)
    start = [parameters[name] for name in FREE]

    def residuals(values: np.ndarray) -> np.ndarray:
        tried = parameters.replaced(dict(zip(FREE, map(float, values), strict=True)))
        found = measured(secondary, cohorts, tried)
        return np.array([(found[name] - goal) / by for name, (goal, by) in TARGETS.items()])

    found = least_squares(residuals, start, diff_step=0.06, max_nfev=most, xtol=1e-3, ftol=1e-3)
    values = [round(float(value), 3) for value in found.x]
    return parameters.replaced(dict(zip(FREE, values, strict=True)))


def made(parameters: Parameters) -> tuple[Secondary, dict[int, Cohort]]:
    """Return secondary schools, and by cohort the pupils who go on with their start in year 1."""
    size, seed = fitting.SIZE, fitting.SEED
    table = schools(parameters, size, seed)
    secondary = secondary_schools(parameters, size, seed)
    cohorts = {}
    for cohort in (OF_POSITIONS, OF_MOVES):
        pupils = simulation.simulated(table, parameters, cohort, size, seed)
        gone = enrolments.going_on(table, secondary, pupils, cohort)
        start = enrolments.with_start(secondary, gone, parameters, cohort, seed)
        cohorts[cohort] = (gone, start)
    return secondary, cohorts


def measured(
    secondary: Secondary, cohorts: dict[int, Cohort], parameters: Parameters
) -> dict[str, float]:
    """Return the figures of TARGETS, in percent but the ratio."""
    return {
        **_positions(*_third_year(secondary, cohorts, parameters, OF_POSITIONS)[1:]),
        **_moves(*_third_year(secondary, cohorts, parameters, OF_MOVES)),
    }


def _third_year(
    secondary: Secondary, cohorts: dict[int, Cohort], parameters: Parameters, cohort: int
) -> tuple[pd.DataFrame, careers.State, careers.State]:
    """Return the pupils with the class of year 1, and their states in years 1 and 3."""
    pupils, start = cohorts[cohort]
    seeds = (stream(fitting.SEED, step, cohort) for step in ("careers", "moves_of_school"))
    states, _ = careers.careers(secondary, pupils, start, parameters, 3, tuple(seeds))
    return pupils.assign(chosen=start[0]), states[0], states[2]


def _positions(first: careers.State, third: careers.State) -> dict[str, float]:
    level = class_table()["level"].to_numpy()[third.place[third.known & (third.grade == 3)]]
    # Levels of types are 1 to 6; havo/vwo, 5.5, counts half on either side of the last.
    found = {
        f"up_to_{name}": 100 * float((level <= place + 1).mean())
        for place, name in enumerate(TYPES[:-1])
    }
    found["up_to_havo"] += 50 * float((level == 5.5).mean())
    return found


def _moves(pupils: pd.DataFrame, first: careers.State, third: careers.State) -> dict[str, float]:
    placed = first.known
    # Who repeats or is ahead is at the level of year 1, as in the calibration table.
    there = placed & third.known & (third.grade == 3)
    (low, high), chosen = ends(), pupils["chosen"].to_numpy()
    up, down = low[third.place] > high[chosen], high[third.place] < low[chosen]
    level = class_table()["level"].to_numpy()
    off = np.abs(level[third.place] - level[chosen])[there]
    halves = half_levels()
    test = pupils["test_category"].to_numpy()
    matched = there & (test >= 0) & (halves[pupils["first_category"]] == halves[test])
    return {
        "down": 100 * float((there & down).sum() / placed.sum()),
        "up": 100 * float((there & up).sum() / placed.sum()),
        "half_level_same": 100 * float((off == 0).mean()),
        "half_level_whole": 100 * float((off >= 1).mean()),
        "matched_down": 100 * float(down[matched].mean()),
        "matched_up": 100 * float(up[matched].mean()),
        "vwo_ratio": _vwo_ratio(pupils[there], third.place[there]),
    }


def _vwo_ratio(pupils: pd.DataFrame, place: np.ndarray) -> float:
    cet = (pupils["provider"] == PROVIDERS.index("CET")).to_numpy()
    started = np.array(CLASSES)[pupils["chosen"]]
    rows = pd.DataFrame(
        {"score": pupils["score"], "started": started, "vwo": place == CLASSES.index("vwo")}
    )
    return equal_scores.vwo_ratio(rows[cet])


if __name__ == "__main__":
    fitting.write(fit(load()))
