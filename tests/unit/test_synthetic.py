"""The synthetic cohort: its contract, its seeds, and its structure."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from selections import Selection

from advieskloof import education, levels, reference, schemas, scores
from advieskloof.cohort import Inclusion
from advieskloof.errors import DataError
from advieskloof.rejection import REASONS
from advieskloof.sources import synthetic
from advieskloof.sources.synthetic import (
    classes,
    enrolments,
    faults,
    fitting,
    lives,
    parameters,
    streams,
    testing,
)

SEED, SMALL = 11, 0.05
UNVERIFIED = {"advice_levels": ["pro_vmbo_bb"]}
NUMBERS = synthetic.load()
WITH_TEST = [year for year in synthetic.COHORTS if year != 2019]


def made(year, size=SMALL, seed=SEED):
    return synthetic.generate(year, NUMBERS, size, seed)


@pytest.fixture(scope="module")
def country():
    """The pupils of 2016/17 at a fifth of the country, latents included."""
    return synthetic.population(2016, NUMBERS, 0.2, SEED)


@pytest.mark.parametrize("year", synthetic.COHORTS)
def test_every_cohort_keeps_the_contract_and_uses_known_codes(year):
    pupils = schemas.validate(made(year), schemas.PUPILS, "made pupils")
    advice = levels.advice_table(UNVERIFIED)
    for column in ("initial_advice", "adjusted_advice"):
        levels.check_codes(pupils[column], advice, "made pupils")
    levels.check_codes(pupils["test_advice"], advice, "made pupils", test=True)
    education.check_codes(pupils["parental_education"], {})
    assert pupils["corop"].isin(reference.read("corop", {})["code"]).all()
    assert pupils["urbanity"].notna().all()
    assert set(pupils["cohort"]) == {year}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        paths = [tmp_path / f"{name}_{table}" for table in ("pupils", "enrolments")]
        synthetic.deliver([2018, 2019], NUMBERS, 0.02, seed, *paths)
    for table in ("pupils", "enrolments"):
        contents = [(tmp_path / f"{name}_{table}").read_bytes() for name in "abc"]
        digests = [hashlib.sha256(content).hexdigest() for content in contents]
        assert digests[0] == digests[1] != digests[2]


def test_a_cohort_is_the_same_whichever_others_are_made():
    alone = made(2017)
    made(2015), made(2018)
    pd.testing.assert_frame_equal(alone, made(2017))


def test_size_scales_the_number_of_schools_and_not_their_size():
    counts = {size: made(2015, size).groupby("school_id").size() for size in (0.05, 0.2)}
    assert len(counts[0.2]) == pytest.approx(4 * len(counts[0.05]), rel=0.05)
    assert counts[0.2].median() == pytest.approx(23, abs=2)


def test_schools_fall_by_mergers_and_their_pupils_stay():
    table = synthetic.schools(NUMBERS, 1, SEED)
    for year in synthetic.COHORTS:
        here = (table["first"] <= year) & (table["last"] >= year)
        assert here.sum() == pytest.approx(NUMBERS.year(year, "schools"), abs=3)
        expected = lives.expected_pupils(table, NUMBERS, year, 1)
        assert (expected[~here] == 0).all()
        assert expected.sum() == pytest.approx(NUMBERS.year(year, "pupils"))
    closed = table[table["last"] < synthetic.COHORTS[-1]]
    heirs = table.iloc[closed["heir"]]
    assert (heirs["municipality"].to_numpy() == closed["municipality"].to_numpy()).all()
    assert (heirs["last"] == synthetic.COHORTS[-1]).all()


def test_pupils_are_segregated_by_parental_education_and_alike_by_sex(country):
    high = country["true_education"].isin(["hbo", "wo"])
    n = country.groupby("school_id")["school_id"].transform("size")
    big = country[n >= 15]
    share = high[big.index].groupby(big["school_id"]).mean()
    sizes = big.groupby("school_id").size()
    among_high, among_rest = share * sizes, (1 - share) * sizes
    dissimilarity = (among_high / among_high.sum() - among_rest / among_rest.sum()).abs().sum() / 2
    assert 0.30 < dissimilarity < 0.45
    girls = (country["sex"] == "girl").groupby(country["school_id"]).mean()
    assert girls[sizes.index].std() < 0.14


def test_a_tenth_of_the_variance_of_the_test_lies_between_schools(country):
    regular = country[(country["school_type"] == "bo")]
    latent = regular["latent_test"]
    groups = latent.groupby(regular["school_id"])
    n = groups.transform("size")
    pairs = (groups.transform("sum") - latent) * latent / (n - 1).where(n > 1)
    between = pairs.mean() - latent.mean() ** 2
    assert 0.06 < between / latent.var() < 0.14


def test_families_are_correlated_and_the_test_is_left_skewed(country):
    rank = country["true_education"].map({"le_mbo1": 1, "mbo2": 2, "mbo34": 3, "hbo": 4, "wo": 5})
    assert 0.35 < rank.corr(country["income_quintile"].astype(int), method="spearman") < 0.6
    cet = country.loc[country["test_provider"] == "CET", "test_score"]
    assert cet.skew() < -0.2
    assert (cet == cet.round()).all()
    assert cet.max() == 550


def test_two_tests_of_the_same_pupils_agree_as_the_effective_reliability_says(country):
    ability = country["ability"].to_numpy()
    first, second = (
        testing.latent_test(ability, NUMBERS, streams.stream(seed, "second_test"))
        for seed in (1, 2)
    )
    expected = ability.var() / (ability.var() + NUMBERS["test_error_sd"] ** 2)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(expected, abs=0.01)
    assert 0.84 < expected < 0.89


def test_the_first_advice_rises_with_latent_and_with_score(country):
    advice = levels.advice_table(UNVERIFIED)
    level = pd.Series(levels.level(country["initial_advice"], advice), index=country.index)
    rows = country.assign(level=level).dropna(subset=["level"]).sort_values("latent_advice")
    assert (np.diff(rows["level"]) >= 0).all()
    cet = rows[rows["test_provider"] == "CET"]
    means = cet.groupby(pd.cut(cet["test_score"], range(505, 551, 5)))["level"].mean()
    assert (means.diff().dropna() > 0).all()


@pytest.mark.parametrize("year", WITH_TEST)
def test_test_advices_follow_the_scheme_of_the_year(year):
    advice = levels.advice_table(UNVERIFIED)["category"]
    found = set(made(year)["test_advice"].dropna().map(advice))
    eight = {
        "vmbo_bb",
        "vmbo_bb_kb",
        "vmbo_kb",
        "vmbo_gt",
        "vmbo_gt_havo",
        "havo",
        "havo_vwo",
        "vwo",
    }
    six = {"pro_vmbo_bb", "vmbo_bb_kb", "vmbo_kb_gt", "vmbo_gt_havo", "havo_vwo", "vwo"}
    assert found == (eight if year < 2018 else six)


def test_providers_are_those_of_the_year_and_cluster_by_region():
    early = made(2018, 0.3)
    shares = early["test_provider"].value_counts(normalize=True)
    assert shares["CET"] == pytest.approx(0.50, abs=0.04)
    assert shares["IEP"] == pytest.approx(0.30, abs=0.04)
    by_area = pd.crosstab(early["corop"], early["test_provider"], normalize="index")["CET"]
    assert by_area.std() > 0.12
    assert set(made(2023, 0.3)["test_provider"].dropna()) == {
        "LIB",
        "IEP",
        "ROUTE8",
        "DIA",
        "AMN",
        "DOE",
    }


@pytest.mark.parametrize("year", WITH_TEST)
def test_registered_test_advice_agrees_with_every_verified_table(year):
    table = scores.agreement(synthetic.population(year, NUMBERS, SMALL, SEED), UNVERIFIED)
    assert (table["registered"] == table["derived"]).all()
    assert table.empty == (year not in (2014, 2018, 2020, 2021))


def test_boundaries_are_those_of_the_verified_tables():
    cutoffs = reference.read("score_cutoffs", {})
    cet = cutoffs[cutoffs["provider"] == "CET"]
    for row in cet.itertuples():
        if float(row.lowest) > 501:
            boundary = NUMBERS.year(int(row.cohort), f"test_boundary.{row.category}")
            assert boundary == float(row.lowest) - 0.5


def test_regimes_are_kept():
    advice = levels.advice_table(UNVERIFIED)
    without = synthetic.population(2019, NUMBERS, SMALL, SEED)
    assert without[["test_score", "test_advice", "adjusted_advice"]].isna().all(axis=None)
    assert set(without["test_status"]) == {"no_test_that_year"}
    optional, rule = (synthetic.population(y, NUMBERS, SMALL, SEED) for y in (2022, 2023))
    raised = {}
    for pupils in (optional, rule):
        first, test, adjusted = (
            levels.level(pupils[f"{name}_advice"], advice)
            for name in ("initial", "test", "adjusted")
        )
        raised[pupils["cohort"].iloc[0]] = (adjusted[test > first] > first[test > first]).mean()
    assert raised[2022] < 0.35 < 0.5 < raised[2023]
    has = rule["initial_advice"].notna() & ~rule["initial_advice"].isin(["0", "80"])
    assert rule.loc[has, "adjusted_advice"].notna().all()
    pro = rule[rule["initial_advice"].isin(["10", "11"]) & (rule["test_advice"] == "11")]
    assert (pro["adjusted_advice"] == pro["initial_advice"]).all()


def test_education_is_more_often_unknown_among_the_less_educated(country):
    unknown = country["parental_education"] == "unknown"
    by_class = unknown.groupby(country["true_education"]).mean()
    assert (by_class[["le_mbo1", "mbo2", "mbo34", "hbo", "wo"]].diff().dropna() < 0).all()
    assert 0.05 < unknown.mean() < 0.2


def test_repeaters_come_back_under_the_same_pseudonym_with_the_same_family():
    first, second = (synthetic.population(year, NUMBERS, 0.2, SEED) for year in (2016, 2017))
    both = first.merge(second, on="pupil_id", suffixes=("", "_again"))
    assert len(both) == second["repeats"].sum()
    assert 0.002 < len(both) / len(second) < 0.004
    assert (both["true_education"] == both["true_education_again"]).all()
    assert (both["ability_again"] > both["ability"]).all()
    assert (both["municipality"] == both["municipality_again"]).all()


def test_planted_faults_are_what_selection_rejects(tmp_path):
    found = Selection(tmp_path)
    years = [2018, 2019]
    delivered = found.paths("delivered").values()
    planted = synthetic.deliver(years, NUMBERS, 0.2, SEED, *delivered)
    found.run(Inclusion(), 0.01, UNVERIFIED)
    for table, year in (("pupils", "cohort"), ("enrolments", "school_year")):
        rejected = found.table("rejected", table).groupby([year, "reason"]).size()
        counts = planted[table]
        told = {(y, name): counts.loc[y, name] for y in counts.index for name in counts}
        assert rejected.to_dict() == {place: n for place, n in told.items() if n}
    assert planted["pupils"].loc[2018].min() > 0
    assert planted["enrolments"].loc[2019].min() > 0
    # Without a test nothing is off a scale or contradicts a status.
    assert planted["pupils"].loc[2019, ["off_scale", "contradiction"]].tolist() == [0, 0]


def test_every_parameter_is_used_and_at_most_25_are_fitted(monkeypatch):
    used = set()
    plain = parameters.Parameters.__getitem__
    monkeypatch.setattr(
        parameters.Parameters,
        "__getitem__",
        lambda self, name: (used.add(name), plain(self, name))[1],
    )
    for year in (2018, 2023):
        made(year, 0.02)
        synthetic.generate_enrolments(year, NUMBERS, 0.02, SEED)
    rows = reference.read_all("synthetic_parameters")
    assert set(rows["name"]) == used
    years = reference.read_all("synthetic_years")
    fitted = years[(years["kind"] == "fitted") & ~years["name"].str.startswith("advice_threshold")]
    assert (rows["kind"] == "fitted").sum() + len(fitted) <= 25
    assert set(rows["kind"]) | set(years["kind"]) == set(parameters.KINDS)


def test_every_number_of_a_year_is_used(monkeypatch):
    used = set()
    plain = parameters.Parameters.year
    monkeypatch.setattr(
        parameters.Parameters,
        "year",
        lambda self, year, name: (used.add((year, name)), plain(self, year, name))[1],
    )
    for year in synthetic.COHORTS:
        made(year, 0.02)
        fitting.category_shares(NUMBERS, year)
        classes.shares(NUMBERS, year)
    # Of a year without a test, what a test would need is there and idle.
    idle = {key for key in NUMBERS.years if key not in used}
    of_tests = ("cet_shift", "provider_takers", "adjust_shift")
    assert all(year == 2019 and name.startswith(of_tests) for year, name in idle)


def test_a_parameter_that_does_not_exist_is_refused():
    with pytest.raises(DataError, match="no row nothing"):
        NUMBERS["nothing"]
    with pytest.raises(DataError, match="no row nothing for 2014"):
        NUMBERS.year(2014, "nothing")
    with pytest.raises(DataError, match="no parameter nothing"):
        NUMBERS.replaced({"nothing": 1.0})


def test_every_kind_of_fault_has_a_reason_in_selection():
    assert set(faults.FAULTS) == set(REASONS["pupils"])
    assert set(enrolments.FAULTS) == set(REASONS["enrolments"])
