"""Models from PUPILS to ESTIMATES, against fits on columns made with pandas."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from advieskloof import io, reference, schemas
from advieskloof.indicators.asked import Asked
from advieskloof.models import effects
from advieskloof.models.binary import fit_binary
from advieskloof.models.fitting import fit_models
from advieskloof.models.frames import read
from advieskloof.models.multinomial import fit_multinomial
from advieskloof.models.ordered import fit_ordered
from advieskloof.models.random_effects import fit_random
from advieskloof.models.results import events
from advieskloof.models.specification import Model
from advieskloof.models.within import within_between
from advieskloof.sources import synthetic

UNVERIFIED = {"advice_levels": ["pro_vmbo_bb"]}
COHORTS = (2018, 2019, 2020)
EDUCATION = "parental_education_five"
TERMS = (EDUCATION, "scale", "ns(score, df=3, by=scale)")
GROUPS = ["wo", "le_mbo1", "mbo2", "mbo34", "hbo", "unknown"]


@pytest.fixture(scope="module")
def pupils():
    parameters = synthetic.load()
    parts = [synthetic.population(cohort, parameters, 0.02, 3) for cohort in COHORTS]
    return pd.concat(parts, ignore_index=True)[list(schemas.PUPILS.schema.columns)]


@pytest.fixture(scope="module")
def table(pupils):
    """What pandas makes of the pupils of 2018: a plain reading of the definitions."""
    codes = reference.read_all("advice_codes").set_index("bron_code")["category"]
    levels = reference.read_all("advice_levels").set_index("category")["level"]
    level = pupils[["initial_advice", "test_advice"]].apply(
        lambda column: pd.to_numeric(column.map(codes).map(levels))
    )
    made = pupils.assign(level=level["initial_advice"], test=level["test_advice"])
    made = made[(made["cohort"] == 2018) & made["level"].notna() & made["test_score"].notna()]
    made = made.assign(
        score=made["test_score"],
        scale=made["test_provider"],
        parental_education_five=pd.Categorical(made["parental_education"], GROUPS),
    )
    count = made["scale"].map(made["scale"].value_counts())
    return made[(count >= 100) & (count >= 0.01 * len(made))]


def model(kind="ordered", terms=TERMS, **more):
    told = {"name": "mine", "why": "?", "kind": kind, "outcome": "level", "bases": ("initial",),
            "terms": terms, "cohorts": "each", "cluster": "school_id"}  # fmt: skip
    return Model(**{**told, **more})


def fitted(pupils, tmp_path, *models):
    io.write_parquet(pupils, tmp_path / "pupils.parquet")
    paths = [tmp_path / "pupils.parquet"]
    found = fit_models(paths, models, Asked("made", "school"), UNVERIFIED, tmp_path / "spill")
    return schemas.validate(found, schemas.ESTIMATES, "models")


def one(found, **wanted):
    for name, value in wanted.items():
        found = found[found[name].isna() if value is None else found[name] == value]
    [row] = found.to_dict("records")
    return row


def test_an_ordered_model_is_read_off_by_group_with_gaps_and_thresholds(pupils, table, tmp_path):
    asked = model(by=((EDUCATION,),), thresholds=True)
    found = fitted(pupils, tmp_path, asked)
    assert set(found["table"]) == {"model_mine"}
    assert set(found["cohort"]) == {"2018", "2019", "2020"}
    fit = fit_ordered(asked.formula, table, cluster="school_id")
    chances = effects.adjusted(fit, EDUCATION, events(fit.outcomes, {"at_least_havo": 5.0}))
    gap = effects.gaps(fit, chances, EDUCATION, "wo").table.set_index(EDUCATION)
    chances = chances.table.set_index(EDUCATION)
    for group in GROUPS:
        where = {"cohort": "2018", EDUCATION: group, "indicator": "at_least_havo"}
        row = one(found, **where, adjustment="modelled_score", reference=None)
        for name in ("estimate", "se", "lower", "upper"):
            assert row[name] == pytest.approx(chances.loc[group, name], rel=1e-6), name
        mine = table[table["parental_education"] == group]
        high = mine[mine["level"] >= 5]
        assert (row["n"], row["k"]) == (len(mine), len(high))
        assert row["n_schools"] == mine["school_id"].nunique()
        assert row["k_schools"] == high["school_id"].nunique()
        assert row["rest_schools"] == mine.loc[mine["level"] < 5, "school_id"].nunique()
        assert row["df"] == table["school_id"].nunique() - 1
        if group != "wo":
            row = one(
                found, **where, adjustment="modelled_score", reference=f"minus {EDUCATION}=wo"
            )
            assert row["estimate"] == pytest.approx(gap.loc[group, "estimate"], rel=1e-6)
            assert row["se"] == pytest.approx(gap.loc[group, "se"], rel=1e-6)
            assert row["n"] == len(mine) + (table["parental_education"] == "wo").sum()
            assert pd.isna(row["k"])
    alone = fit_binary(
        asked.formula.replace("level", "high"), table.assign(high=table["level"] >= 5),
        cluster="school_id",
    )  # fmt: skip
    wanted = effects.adjusted(alone, EDUCATION, {"high": np.array([False, True])}).table
    row = one(found, **where, adjustment="modelled_by_threshold", reference=None)
    assert row["estimate"] == pytest.approx(wanted["estimate"].iloc[-1], rel=1e-6)


def test_a_cohort_without_test_has_a_row_that_says_so_and_is_left_out_of_all(pupils, tmp_path):
    each = fitted(pupils, tmp_path, model(by=((EDUCATION,),)))
    for indicator in ("at_least_havo", "at_least_vwo"):
        row = one(each, cohort="2019", indicator=indicator)
        assert (row["status"], row["reason"]) == ("not_defined", "no_test_that_year")
    whole = fitted(pupils, tmp_path, model(by=((EDUCATION,),), cohorts="together"))
    assert set(whole["cohort"]) == {"total"}
    years = each[each["cohort"] != "2019"]
    keys = [EDUCATION, "indicator", "reference"]
    counted = years.groupby(keys, dropna=False)["n"].sum()
    np.testing.assert_array_equal(whole.set_index(keys)["n"].sort_index(), counted.sort_index())


def test_binary_and_multinomial_models_compare_with_the_test_advice(pupils, table, tmp_path):
    gap = table["level"] - table["test"]
    assert gap.notna().all()
    simple = (EDUCATION, "scale", "ns(score, df=2, by=scale)")
    named = {"terms": simple, "definition": "half_level", "by": ((EDUCATION,),)}
    found = fitted(
        pupils, tmp_path,
        model("binary", outcome="under", **named),
        model("multinomial", outcome="compared", **{**named, "name": "three"}),
    )  # fmt: skip
    formula = f"outcome ~ {' + '.join(simple)}"
    fit = fit_binary(formula, table.assign(outcome=gap <= -0.5), cluster="school_id")
    wanted = effects.adjusted(fit, EDUCATION, {"under": np.array([False, True])}).table
    where = {"cohort": "2018", EDUCATION: "mbo34", "definition": "half_level", "reference": None}
    row = one(found, table="model_mine", indicator="under_of_placed", **where)
    [told] = wanted[wanted[EDUCATION] == "mbo34"].to_dict("records")
    assert (row["estimate"], row["se"]) == pytest.approx((told["estimate"], told["se"]), rel=1e-6)
    outcome = np.select([gap <= -0.5, gap >= 0.5], [1, 2], 0)
    fit = fit_multinomial(formula, table.assign(outcome=outcome), cluster="school_id")
    wanted = effects.adjusted(fit, EDUCATION, effects.each_outcome(fit)).table
    for number, name in enumerate(["equal", "under", "over"]):
        row = one(found, table="model_three", indicator=f"{name}_of_placed", **where)
        here = (wanted[EDUCATION] == "mbo34") & (wanted["event"] == str(number))
        [told] = wanted[here].to_dict("records")
        numbers = (row["estimate"], row["se"])
        assert numbers == pytest.approx((told["estimate"], told["se"]), rel=1e-6)
        mine = table["parental_education"] == "mbo34"
        assert row["k"] == (outcome[mine] == number).sum()


def test_a_gap_is_told_raw_with_more_and_more_held_equal_and_within_schools(
    pupils, table, tmp_path
):
    asked = model("within", terms=(*TERMS, "urbanity", "sex"), of=EDUCATION)
    found = fitted(pupils, tmp_path, asked)
    score = "scale + ns(score, df=3, by=scale)"
    steps = {
        "raw": f"level ~ {EDUCATION}",
        "modelled_score": f"level ~ {EDUCATION} + {score}",
        "modelled_score_pupils": f"level ~ {EDUCATION} + {score} + sex",
        "modelled_score_pupils_place": f"level ~ {EDUCATION} + {score} + sex + urbanity",
    }
    parts = {
        name: within_between(formula, table, school="school_id").table.query("part == 'all'")
        for name, formula in steps.items()
    }
    last = within_between(asked.formula, table, school="school_id").table
    parts["modelled_within_schools"] = last.query("part == 'within_schools'")
    parts["modelled_between_schools"] = last.query("part == 'between_schools'")
    gaps = found[(found["cohort"] == "2018") & (found["reference"] == f"minus {EDUCATION}=wo")]
    assert set(gaps["adjustment"]) == set(parts)
    assert set(gaps["indicator"]) == {"mean_level"}
    for adjustment, part in parts.items():
        told = part.set_index("column").loc[f"{EDUCATION}[T.le_mbo1]"]
        row = one(gaps, adjustment=adjustment, **{EDUCATION: "le_mbo1"})
        for name in ("estimate", "se", "lower", "upper"):
            assert row[name] == pytest.approx(told[name], rel=1e-6, abs=1e-9), adjustment


def test_the_raw_gap_is_that_of_the_mean_levels_and_their_errors_those_of_statsmodels(
    pupils, table, tmp_path
):
    found = fitted(pupils, tmp_path, model("within", of=EDUCATION))
    found = found[found["cohort"] == "2018"]
    low, high = (one(found, reference=None, **{EDUCATION: group}) for group in ("le_mbo1", "wo"))
    gap = one(found, adjustment="raw", reference=f"minus {EDUCATION}=wo", **{EDUCATION: "le_mbo1"})
    assert gap["estimate"] == pytest.approx(low["estimate"] - high["estimate"], abs=1e-9)
    mine = table[table["parental_education"] == "le_mbo1"]
    schools = pd.factorize(mine["school_id"])[0]
    plain = sm.OLS(mine["level"], np.ones(len(mine))).fit(
        cov_type="cluster", cov_kwds={"groups": schools, "use_correction": False}
    )
    g = schools.max() + 1
    assert low["estimate"] == pytest.approx(plain.params.iloc[0], rel=1e-6)
    assert low["se"] == pytest.approx(plain.bse.iloc[0] * np.sqrt(g / (g - 1)), rel=1e-6)
    assert (low["n"], low["n_schools"], low["df"]) == (len(mine), g, g - 1)


def test_variances_and_regions_are_those_of_the_fit(pupils, table, tmp_path):
    random = model("random", name="schools", region="corop")
    found = fitted(pupils, tmp_path, random)
    fit = fit_random(random.formula, table, school="school_id", region="corop")
    numbers = {
        "level_spread_of_schools": np.sqrt(fit.school[0, 0]),
        "level_spread_of_regions": np.sqrt(fit.region),
        "level_spread_within_schools": np.sqrt(fit.residual),
        "level_variance_between_schools": fit.variance_share - fit.region_share,
        "level_variance_between_regions": fit.region_share,
    }
    for indicator, value in numbers.items():
        row = one(found, table="model_schools", cohort="2018", indicator=indicator)
        assert row["estimate"] == pytest.approx(value, rel=1e-4, abs=1e-5)
        assert (row["n"], row["n_schools"]) == (len(table), table["school_id"].nunique())
    name = table["corop"].iloc[0]
    row = one(found, table="model_schools", cohort="2018", corop=name)
    assert row["estimate"] == pytest.approx(fit.region_effects.loc[name, "estimate"], abs=1e-5)
    assert row["n"] == (table["corop"] == name).sum()
    assert row["adjustment"] == "modelled_shrunken"


def test_what_was_not_delivered_or_predicts_perfectly_is_a_row_with_the_reason(pupils, tmp_path):
    without = pupils.assign(urbanity=pd.Series([None] * len(pupils), dtype=schemas.TEXT))
    asked = model(terms=(EDUCATION, "urbanity"), by=((EDUCATION,),))
    found = fitted(without, tmp_path, asked)
    assert set(found["status"]) == {"not_defined"}
    assert set(found["reason"]) == {"grouping_not_delivered"}
    perfect = pupils.assign(sex=np.where(pupils["initial_advice"] == "70", "boy", "girl")).astype(
        {"sex": schemas.TEXT}
    )
    found = fitted(perfect, tmp_path, model(terms=("sex",), by=(("sex",),)))
    assert set(found["status"]) == {"not_supported"}
    assert set(found["reason"]) == {"model_separated"}


def test_a_fit_with_hardly_more_pupils_than_parameters_is_not_supported(pupils, tmp_path):
    few = pupils[(pupils["cohort"] == 2018) & pupils["initial_advice"].isin(["30", "34"])]
    few = few[few["test_score"].notna()].iloc[:12]
    asked = model("within", terms=(EDUCATION,), of=EDUCATION)
    [row] = fitted(few, tmp_path, asked).to_dict("records")
    assert (row["status"], row["reason"]) == ("not_supported", "model_too_few_pupils")


def test_pupils_of_unknown_place_and_of_tiny_scales_are_left_out(pupils, tmp_path):
    few = pupils["cohort"].eq(2018) & pupils["test_provider"].eq("IEP")
    tiny = pupils.index.isin(pupils.index[few][50:])
    moved = pupils[~tiny].assign(
        corop=lambda t: t["corop"].mask(t["school_id"].eq(t["school_id"].iloc[0]))
    )
    io.write_parquet(moved, tmp_path / "pupils.parquet")
    asked = model(terms=(*TERMS, "corop"))
    frames = read([tmp_path / "pupils.parquet"], [asked], UNVERIFIED, tmp_path / "spill")
    frame = frames.frame(asked, "initial", [0])
    assert not frame["scale"].str.startswith("IEP").any()
    assert frame["scale"].str.endswith("_2018").all()
    assert "unknown" not in set(frame["corop"])
    assert frame.notna().all().all()
    assert frame[EDUCATION].cat.categories[0] == "wo"
