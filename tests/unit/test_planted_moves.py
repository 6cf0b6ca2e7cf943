"""What was planted in the synthetic pupils' lower years is what the indicators find."""

import numpy as np
import pytest

from advieskloof import io, places, schemas
from advieskloof.indicators.followed import follow
from advieskloof.indicators.lower_years import Asked
from advieskloof.indicators.moves import moves
from advieskloof.sources import synthetic
from advieskloof.sources.synthetic import truth

COHORT, SIZE, SEED = 2018, 0.2, 77
BY = "parental_education_five"
UNVERIFIED = {"advice_levels": ["pro_vmbo_bb"]}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Shares who moved, by parental education, of a cohort at a fifth of the country."""
    folder, numbers = tmp_path_factory.mktemp("planted"), synthetic.load()
    made = synthetic.population(COHORT, numbers, SIZE, SEED)
    empty = schemas.empty_columns(schemas.PUPILS, len(made))
    there = {name: made[name].to_numpy() for name in empty if name in made}
    pupils = empty.assign(**there).astype(empty.dtypes.to_dict())
    later = synthetic.generate_enrolments(COHORT, numbers, SIZE, SEED)
    later = later.drop_duplicates(["pupil_id", "school_year"])
    names = ("pupils", "enrolments", "places", "followed")
    paths = [folder / f"{name}.parquet" for name in names]
    io.write_parquet(pupils, paths[0])
    io.write_parquet(later[later["school_year"] > COHORT], paths[1])
    places.place(*paths[:2], 2025, UNVERIFIED, folder, paths[2])
    follow(paths[0], paths[2], 2025, UNVERIFIED, folder, paths[3])
    asked = Asked("made", "school", by=[[BY]], by_score=[])
    return moves(paths[0], paths[3], asked, UNVERIFIED, folder)


def test_shares_who_move_by_education_are_those_of_ten_whole_countries(found):
    of_share = found["reference"].isna() & (found["adjustment"] == "raw")
    rows = found[of_share & (found["definition"] == "interval")].set_index(["indicator", BY])
    apart = []
    for name, true in truth.check_truth()[str(COHORT)].items():
        move, _, group = name.partition(".")
        if move in ("up", "down"):
            row = rows.loc[f"{move}_of_compared", group]
            apart.append((row["estimate"] - true["value"]) / row["se"])
    assert len(apart) == 10
    assert np.abs(apart).max() < 3
    # Were they far from it all in one direction, an estimator would be wrong.
    assert abs(np.mean(apart)) < 1


def test_the_planted_slope_by_education_is_found(found):
    gap = found["reference"] == f"minus {BY}=wo"
    rows = found[gap & (found["indicator"] == "down_of_compared")]
    lowest = rows[(rows[BY] == "le_mbo1") & (rows["adjustment"] == "raw")].iloc[0]
    assert lowest["lower"] > 0
