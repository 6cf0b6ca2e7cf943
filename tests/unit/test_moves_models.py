"""Models of the lower secondary years from files to ESTIMATES, against fits made by hand."""

import numpy as np
import pandas as pd
import pytest
from oracles.made_moves import pupils

from advieskloof import io, positions, schemas
from advieskloof.errors import DataError
from advieskloof.indicators.asked import Asked
from advieskloof.models import effects, frames, of_followed, workers
from advieskloof.models.fitting import fit_models
from advieskloof.models.multinomial import fit_multinomial
from advieskloof.models.ordered import fit_ordered
from advieskloof.models.specification import Model

UNVERIFIED = {"advice_levels": ["pro_vmbo_bb"]}
BOTH = ("school_id", "vo_school_id")
EDUCATION = "parental_education_five"


def made_run(n=2400, cohorts=(2017, 2018, 2022), seed=6):
    """PUPILS and FOLLOWED whose third year is due, but for the cohort of 2022."""
    generator = np.random.default_rng(seed)
    parts = []
    for cohort in cohorts:
        data = pupils(n, seed + cohort)
        move = np.array(["same", "up", "down", "repeating"])[data["move"]]
        move[generator.random(n) < 0.03] = "left"
        move = np.full(n, "not_yet_observed") if cohort == 2022 else move
        third = np.where(np.isin(move, ["left", "repeating", "not_yet_observed"]), move, "havo")
        third = np.where(move == "up", "vwo", np.where(move == "down", "vmbo_gt", third))
        advice = generator.choice(["40", "60", "70"], n)
        discrepancy = np.select([advice == "40", advice == "60"], ["lower_by_1_or_more", "equal"],
                                "higher_by_1_or_more")  # fmt: skip
        education = np.array(["wo", "hbo", "mbo2"])[data["education"].cat.codes]
        parts.append(pd.DataFrame({
            "pupil_id": [f"p{cohort}_{k}" for k in range(n)], "cohort": cohort,
            "school_id": data["school"].map("s{:03d}".format), "school_type": "bo",
            "test_provider": "CET", "test_score": data["score"] + 535, "test_status": "taken",
            "test_advice": "60", "initial_advice": advice, "parental_education": education,
            "start": np.where(generator.random(n) < 0.05, "left", "placed"),
            "vo_school_id": data["secondary"].map("v{:02d}".format).mask(
                generator.random(n) < 0.02),
            "first_advice_group": np.select(
                [advice == "40", advice == "60"], ["vmbo_gt", "havo"], "vwo"),
            "discrepancy": discrepancy, "class_type": data["class_type"].astype(str),
            "move": move, "year_3": third,
        }))  # fmt: skip
    made = pd.concat(parts, ignore_index=True)
    apart = made["start"] != "placed"
    made.loc[apart, ["class_type", "move", "year_3", "vo_school_id"]] = None
    return made


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    made, folder = made_run(), tmp_path_factory.mktemp("followed")
    for name, contract in (("pupils", schemas.PUPILS), ("followed", schemas.FOLLOWED)):
        kept = schemas.empty_columns(contract, len(made))
        kept = kept.assign(**{column: made[column].array for column in kept if column in made})
        io.write_parquet(kept.astype(kept.dtypes.to_dict()), folder / f"{name}.parquet")
    return made, folder


TERMS = (EDUCATION, "class_type", "first_advice_group", "score")


def model(kind="moves", terms=TERMS, **more):
    told = {"name": "mine", "why": "?", "kind": kind, "terms": terms, "cohorts": "each",
            "bases": ("initial",),
            "outcome": "move" if kind == "moves" else "level_in_year_3",
            "cluster": BOTH, "definition": "interval" if kind == "moves" else "position",
            "by": ((EDUCATION,),)}  # fmt: skip
    return Model(**{**told, **more})


def fitted(folder, *models, processes=1):
    found = fit_models(
        [folder / "pupils.parquet"], models, Asked("made", "school"), UNVERIFIED,
        folder / "spill", folder / "followed.parquet", processes,
    )  # fmt: skip
    return schemas.validate(found, schemas.ESTIMATES, "models")


def one(found, **wanted):
    for name, value in wanted.items():
        found = found[found[name].isna() if value is None else found[name] == value]
    [row] = found.to_dict("records")
    return row


def plain(made, cohort=2018):
    """The placed of a cohort as pandas makes them, with everybody's outcome."""
    mine = made[(made["cohort"] == cohort) & (made["start"] == "placed")]
    outcome = mine["move"].map({"same": 0, "up": 1, "down": 2}).fillna(3).astype(int)
    alone = mine["vo_school_id"].fillna("of " + mine["school_id"])
    groups = pd.Categorical(mine["parental_education"], ["wo", "hbo", "mbo2"])
    return mine.assign(
        move=outcome, vo_school_id=alone, score=mine["test_score"],
        **{EDUCATION: groups, "class_type": mine["class_type"].astype("category")},
    )  # fmt: skip


def test_all_who_are_placed_are_fitted_and_rows_are_those_of_the_fit(run):
    made, folder = run
    found, mine = fitted(folder, model()), plain(made)
    fit = fit_multinomial("move ~ " + " + ".join(TERMS), mine, cluster=BOTH, zeros_by="class_type")
    chance = effects.adjusted(fit, EDUCATION, effects.each_outcome(fit))
    gap = effects.gaps(fit, chance, EDUCATION, "wo").table
    for place, outcome in enumerate(of_followed.OUTCOMES):
        where = {"cohort": "2018", EDUCATION: "mbo2", "indicator": f"{outcome}_of_placed"}
        row = one(found, reference=None, **where)
        told = chance.table.query(f"{EDUCATION} == 'mbo2' and event == '{place}'").iloc[0]
        assert (row["estimate"], row["se"]) == pytest.approx(
            (told["estimate"], told["se"]), rel=1e-6
        )
        group = mine[mine[EDUCATION] == "mbo2"]
        reached = group[group["move"] == place]
        assert (row["n"], row["k"]) == (len(group), len(reached))
        fewer = min(reached["school_id"].nunique(), reached["vo_school_id"].nunique())
        assert row["k_schools"] == fewer
        assert (row["definition"], row["adjustment"]) == ("interval", "modelled_score_advice_class")
        row = one(found, reference=f"minus {EDUCATION}=wo", **where)
        told = gap.query(f"{EDUCATION} == 'mbo2' and event == '{place}'").iloc[0]
        assert (row["estimate"], row["se"]) == pytest.approx(
            (told["estimate"], told["se"]), rel=1e-6
        )
        assert row["n_schools"] == min(
            mine.loc[mine[EDUCATION] != "hbo", name].nunique() for name in BOTH
        )
    counted = found[(found["cohort"] == "2018") & found["reference"].isna()]
    assert counted["k"].sum() == len(mine)


def test_year_3_is_of_those_with_a_position_by_its_lowest_type(run):
    made, folder = run
    asked = model("year_3", terms=("class_type", "score"), by=(("class_type",),))
    where = {"cohort": "2018", "class_type": "havo", "indicator": "at_least_havo_in_grade_3"}
    row = one(fitted(folder, asked), **where)
    types = positions.class_types(UNVERIFIED)["lowest"]
    mine = plain(made).assign(level=lambda t: t["year_3"].map(types)).dropna(subset="level")
    fit = fit_ordered("level ~ class_type + score", mine, cluster=BOTH)
    event = {"high": fit.outcomes >= 5}
    told = effects.adjusted(fit, "class_type", event).table.query("class_type == 'havo'").iloc[0]
    assert (row["estimate"], row["se"]) == pytest.approx((told["estimate"], told["se"]), rel=1e-6)
    group = mine[mine["class_type"] == "havo"]
    assert (row["n"], row["k"]) == (len(group), (group["level"] >= 5).sum())
    assert row["adjustment"] == "modelled_score"


def test_a_cohort_that_is_not_due_says_so_and_the_latest_is_the_latest_that_is(run):
    _, folder = run
    found = fitted(folder, model(), model(name="last", cohorts="latest"))
    waiting = found[(found["table"] == "model_mine") & (found["cohort"] == "2022")]
    assert set(waiting["status"]) == {"not_defined"}
    assert set(waiting["reason"]) == {"not_yet_observed"}
    assert len(waiting) == len(of_followed.OUTCOMES)
    assert set(found.loc[found["table"] == "model_last", "cohort"]) == {"2018"}


def test_records_that_were_not_delivered_are_a_reason(run, tmp_path):
    _, folder = run
    for name in ("pupils", "followed"):
        table = pd.read_parquet(folder / f"{name}.parquet")
        if name == "followed":
            table["move"] = table["move"].mask(table["move"].notna(), "unknown")
        io.write_parquet(table, tmp_path / f"{name}.parquet")
    found = fitted(tmp_path, model())
    assert set(found["reason"]) == {"no_enrolments_delivered"}


def test_what_is_known_of_followed_pupils_needs_their_file(run):
    _, folder = run
    asked = [model(kind="ordered", terms=("class_type",), outcome="level", definition="level")]
    with pytest.raises(DataError, match="class_type is known of pupils who are followed"):
        frames.read([folder / "pupils.parquet"], asked, UNVERIFIED, folder / "spill")


def test_two_processes_give_the_same_numbers(run):
    _, folder = run
    other = model("year_3", terms=("class_type", "score"), by=(("class_type",),), name="other")
    asked = model(terms=(EDUCATION, "score")), other
    one_process, two = (fitted(folder, *asked, processes=n) for n in (1, 2))
    pd.testing.assert_frame_equal(one_process, two)


def test_work_is_done_on_what_is_held_and_kept_in_order():
    for processes in (1, 2, 3):
        assert workers.each(pow, [1, 2, 3], 2, processes) == [2, 4, 8]
