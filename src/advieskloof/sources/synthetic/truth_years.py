"""The truth of the lower years: what class and home do, and how many move, in the whole country."""

import numpy as np
import pandas as pd

from advieskloof.sources.synthetic import careers, classes, enrolments
from advieskloof.sources.synthetic.families import EDUCATION
from advieskloof.sources.synthetic.parameters import Parameters
from advieskloof.sources.synthetic.secondary import CLASSES, Secondary, ends
from advieskloof.sources.synthetic.streams import stream

VWO, HAVO_VWO = CLASSES.index("vwo"), CLASSES.index("havo_vwo")


def values(
    secondary: Secondary, pupils: pd.DataFrame, parameters: Parameters, cohort: int, seed: int
) -> dict[str, float]:
    """Return the true values of one cohort's lower years, shares 0-1; `pupils` who go on.

    vwo_class_at_equal_advice.<class> : chance of a homogeneous vwo class in year 1, were
        everybody's parents of that education, minus that of <= mbo-1; final advice and area as
        they are.
    up_at_equal_class.<class>, down_at_equal_class.<class> : share that moves by the interval rule
        between year 1 and year 3, likewise; ability, school and class as they are.
    vwo_after_vwo_class : share at vwo in year 3 of those who start in vwo or havo/vwo, were all in
        a homogeneous vwo class, minus were all in havo/vwo. It is the school type of the pupil,
        also of who is in a havo/vwo class still; records say havo/vwo there.
    up.<class>, down.<class> : share that moves, among those placed in year 1 and in grade 3 in the
        third year, by true parental education.
    """
    start = enrolments.with_start(secondary, pupils, parameters, cohort, seed)
    generators = (stream(seed, "careers", cohort), stream(seed, "moves_of_school", cohort))
    states, later = careers.careers(secondary, pupils, start, parameters, 3, generators)
    education = pupils["parental_education"].to_numpy()
    return {
        **_choice(classes.chances_by_education(secondary, pupils, parameters, cohort)),
        **_home(start[0], later, education, parameters),
        **_class(start[0], later, parameters),
        **_moved(start[0], states, education),
    }


def _choice(chances: np.ndarray) -> dict[str, float]:
    share = chances[:, :, VWO].mean(axis=1)
    return _gaps("vwo_class_at_equal_advice", share)


def _gaps(name: str, share: np.ndarray) -> dict[str, float]:
    return {
        f"{name}.{group}": float(share[place] - share[0])
        for place, group in enumerate(EDUCATION)
        if place
    }


def _home(
    chosen: np.ndarray, later: np.ndarray, education: np.ndarray, parameters: Parameters
) -> dict[str, float]:
    home = parameters.group("later_education", EDUCATION)
    low, high = (end[chosen] for end in ends())
    alone = later - home[education]
    types = np.stack([careers.third_year_type(alone + add, chosen, parameters) for add in home])
    up, down = (types > high).mean(axis=1), (types < low).mean(axis=1)
    return _gaps("up_at_equal_class", up) | _gaps("down_at_equal_class", down)


def _class(chosen: np.ndarray, later: np.ndarray, parameters: Parameters) -> dict[str, float]:
    here = later[np.isin(chosen, [VWO, HAVO_VWO])]
    vwo, mixed = (
        careers.third_year_type(here, np.full(len(here), place), parameters)
        for place in (VWO, HAVO_VWO)
    )
    return {"vwo_after_vwo_class": float((vwo == VWO).mean() - (mixed == VWO).mean())}


def _moved(
    chosen: np.ndarray, states: list[careers.State], education: np.ndarray
) -> dict[str, float]:
    third = states[2]
    seen = states[0].known & third.known & (third.grade == 3)
    low, high = ends()
    up, down = low[third.place] > high[chosen], high[third.place] < low[chosen]
    found = {}
    for place, group in enumerate(EDUCATION):
        rows = seen & (education == place)
        found |= {f"up.{group}": float(up[rows].mean()), f"down.{group}": float(down[rows].mean())}
    return found
