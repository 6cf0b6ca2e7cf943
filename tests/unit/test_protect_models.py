"""What becomes of numbers of models, from ESTIMATES to what leaves."""

import numpy as np
import pandas as pd
import pytest

from advieskloof import schemas
from advieskloof.disclosure import kinds
from advieskloof.disclosure.events import Measure, behind, fitted
from advieskloof.disclosure.outward import outward
from advieskloof.disclosure.protect import protect
from advieskloof.disclosure.rules import Rules
from advieskloof.errors import DataError
from advieskloof.models import specification
from advieskloof.models.specification import Model

RULES = Rules(minimum_pupils=10, minimum_schools=3, protection=10)
EDUCATION = "parental_education_five"
LEVEL = {"indicator": "level_difference", "unit": "levels", "estimate": -0.5}
HAVO = {"indicator": "at_least_havo", "unit": "share", "estimate": 0.5}
SCORE, PLACE = {"model_score": ("scale",)}, {"model_place": ("corop", "scale")}
BOTH = SCORE | PLACE


def rows(*given, **common):
    """ESTIMATES of row dictionaries; n_schools and df as in a large table, where not given."""
    sound = {
        "source": "mine", "public": False, "table": "model_score", "definition": "level",
        "base": "initial", "adjustment": "modelled_score", "region_of": "school",
        "cohort": "2022", "status": "ok", "se": 0.1, "df": 99.0, "n_schools": 50,
        **dict.fromkeys(schemas.SPLITS, "total"),
    }  # fmt: skip
    made = [sound | common | each for each in given]
    for row in made:
        if "k" in row:
            row.setdefault("k_schools", 20)
            row.setdefault("rest_schools", 20)
    empty = schemas.empty_columns(schemas.ESTIMATES, len(made))
    return pd.DataFrame(made).reindex(columns=list(empty)).astype(empty.dtypes.to_dict())


def chances(pupils, **common):
    """At least havo by education: of each group n and k."""
    return rows(
        *({EDUCATION: group, "n": n, "k": k} for group, (n, k) in pupils.items()), **HAVO | common
    )


def gaps(pupils, **common):
    """Gaps from wo, n of both sides; the counts of the groups stand in `chances`."""
    most, _ = pupils["wo"]
    return rows(
        *(
            {EDUCATION: group, "n": n + most, "reference": f"minus {EDUCATION}=wo"}
            for group, (n, _) in pupils.items()
            if group != "wo"
        ),
        **LEVEL | common,
    )


def protected(*tables, models=BOTH, least=RULES):
    """What protect makes of tables of which every row is planned."""
    estimates = pd.concat(tables, ignore_index=True)
    planned = estimates.assign(origin=estimates["table"], table="planned")
    planned["table"] = "of_" + planned["origin"]
    return protect(planned, estimates, least, {}, models=models)


def statuses(found, **where):
    table = outward(found.table)
    for name, value in where.items():
        table = table[table[name] == value]
    return dict(zip(table[EDUCATION], table["status"], strict=True))


MANY = {"wo": (400, 300), "hbo": (500, 250), "mbo2": (300, 60), "mbo34": (600, 200)}


def test_numbers_of_large_groups_stand():
    found = protected(chances(MANY), gaps(MANY))
    assert set(found.table["status"]) == {"ok"}
    assert found.audit.empty


@pytest.mark.parametrize(
    ("mbo2", "why"),
    [
        ((8, 4), "of eight pupils"),
        ((300, 6), "of whom six have it"),
        ((300, 295), "of whom five don't have it"),
    ],
)
def test_a_chance_and_every_gap_that_rest_on_a_small_count_are_withheld(mbo2, why):
    pupils = MANY | {"mbo2": mbo2}
    found = protected(chances(pupils), gaps(pupils, **HAVO))
    table = found.table[found.table[EDUCATION] == "mbo2"]
    assert set(table["status"]) == {"suppressed_primary"}, why
    numbers = [*schemas.NUMBERS]
    assert table[numbers].isna().all(axis=None)
    assert (found.audit["width"] >= RULES.protection).all()


def test_a_gap_in_levels_rests_on_n_alone_and_on_both_sides():
    few_have_it = MANY | {"mbo2": (300, 4)}
    private = pd.concat([chances(few_have_it), gaps(few_have_it)], ignore_index=True)
    planned = gaps(few_have_it).assign(origin="model_score", table="planned")
    found = protect(planned, private, RULES, {}, models=SCORE)
    assert set(found.table["status"]) == {"ok"}
    small = MANY | {"wo": (9, 5)}
    private = pd.concat([chances(small), gaps(small)], ignore_index=True)
    planned = gaps(small).assign(origin="model_score", table="planned")
    found = protect(planned, private, RULES, {}, models=SCORE)
    assert set(found.table["status"]) == {"suppressed_primary"}


def test_a_gap_of_which_no_row_counts_the_groups_is_withheld():
    planned = gaps(MANY).assign(origin="model_score", table="planned")
    found = protect(planned, gaps(MANY), RULES, {}, models=SCORE)
    assert set(found.table["reason"]) == {"count_unknown"}


@pytest.mark.parametrize(
    ("row", "stands"),
    [
        ({"df": 9.0}, False),
        ({"df": 10.0}, True),
        ({"df": np.nan, "n_schools": 10}, False),
        ({"df": np.nan, "n_schools": 11}, True),
    ],
)
def test_a_number_of_a_model_needs_ten_degrees_of_freedom(row, stands):
    share = {"indicator": "level_variance_between_schools", "unit": "share", "estimate": 0.2}
    found = protected(rows({"n": 900} | row, **share))
    [table] = found.table.to_dict("records")
    if stands:
        assert table["status"] == "ok"
    else:
        assert (table["status"], table["reason"]) == (
            "suppressed_primary",
            "too_few_degrees_of_freedom",
        )
        assert pd.isna(table["estimate"])
        assert pd.isna(table["n"])


def test_degrees_of_freedom_are_asked_of_models_alone():
    mean = rows({"n": 900, "df": 4.0, "n_schools": 5}, table="advice", adjustment="raw",
                indicator="mean_level", unit="levels", estimate=4.0)  # fmt: skip
    assert set(protected(mean).table["status"]) == {"ok"}


def test_what_one_model_withholds_no_other_of_the_same_pupils_gives_back():
    pupils = MANY | {"mbo2": (12, 4)}
    other = chances(pupils, table="model_other")
    found = protected(chances(pupils), other, models={**SCORE, "model_other": ("scale",)})
    one, two = (statuses(found, table=f"of_model_{name}") for name in ("score", "other"))
    assert one["mbo2"] == "suppressed"
    assert one == two


def test_models_of_the_same_pupils_with_other_counts_stop_the_release():
    other = chances(MANY | {"mbo2": (299, 60)}, table="model_other")
    with pytest.raises(DataError, match="another number of pupils"):
        protected(chances(MANY), other, models={**SCORE, "model_other": ("scale",)})


@pytest.mark.parametrize(("unknown", "close"), [(3, True), (0, False), (40, False)])
def test_few_pupils_whom_one_model_leaves_out_cannot_be_told_by_comparing(unknown, close):
    """Of 300 with a score all but a few have a known region: the two n give these few away."""
    placed = {g: (n - unknown, k) for g, (n, k) in MANY.items()}
    place = chances(placed, table="model_place", adjustment="modelled_score_place")
    found = protected(chances(MANY), place)
    assert (found.table["status"] != "ok").any() == close
    assert set(found.audit["reason"]) == ({"counts_of_one_group_too_close"} if close else set())


def test_a_model_of_all_scored_pupils_is_linked_to_other_numbers_of_them():
    """Three pupils of a group have a score on a scale that is too small for a model."""
    curve = chances({g: (n + 3, k + 2) for g, (n, k) in MANY.items()}, table="percentile_curves",
                    adjustment="raw")  # fmt: skip
    found = protected(chances(MANY), curve)
    assert "counts_of_one_group_too_close" in set(found.audit["reason"])


def test_within_a_region_nobody_s_region_is_unknown():
    events = [f"{fitted(needs)}: scored level initial" for needs in BOTH.values()]
    [anywhere] = kinds.memberships(events, {})
    [here] = kinds.memberships(events, {}, sure=frozenset({"corop"}))
    wider, narrower = (anywhere[event] for event in events)
    assert (wider | ~narrower).all()
    assert (wider & ~narrower).any()
    pd.testing.assert_series_equal(here[events[0]], here[events[1]], check_names=False)


def by_region(pupils, **common):
    """Levels by region; in the first of them are two schools."""
    given = [{"corop": name, "n": n} for name, n in pupils.items()]
    return rows(given[0] | {"n_schools": 2}, *given[1:], **LEVEL | common)


def test_a_region_withheld_in_one_table_is_not_given_back_by_a_model_of_all_its_pupils():
    pupils = {"CR01": 50, "CR02": 400, "CR03": 30, "CR04": 900}
    raw = by_region(pupils, table="regions", indicator="mean_level", adjustment="raw")
    # In so many tables that it is cheaper to withhold another region than the whole.
    whole = [raw.iloc[1:2].assign(corop="total", n=sum(pupils.values()), table=name)
             for name in ("regions", "b", "c", "d")]  # fmt: skip
    model = by_region(pupils, table="model_schools", adjustment="modelled_shrunken")
    found = protected(raw, *whole, model, models={"model_schools": ("corop",)})
    status = found.table.set_index(["corop", "table"])["status"].drop("total", level="corop")
    withheld = pd.DataFrame({name: status[:, name] != "ok" for name in status.index.unique(1)})[
        ["of_regions", "of_model_schools"]
    ]
    assert withheld.loc["CR01"].all()
    assert withheld["of_regions"].sum() >= 2
    assert (withheld["of_regions"] == withheld["of_model_schools"]).all()


@pytest.mark.parametrize(
    ("indicator", "definition", "n", "k"),
    [
        ("at_least_vwo", "level", "scored level final", "scored at_least_vwo final"),
        ("equal_of_placed", "half_level", "scored placed by level final",
         "scored equal half_level final"),
        ("under_of_placed", "kansenkaart", "scored placed by kansenkaart final",
         "scored under kansenkaart final"),
        ("mean_level", "level", "scored level final", None),
        ("level_spread_of_regions", "level", "scored level final", None),
    ],
)  # fmt: skip
def test_models_count_their_own_pupils(indicator, definition, n, k):
    table = fitted(["corop", "scale"])
    found = behind(Measure(table, indicator, definition, "final", "modelled_score"))
    assert found == (f"{table}: {n}", k and f"{table}: {k}")
    assert kinds.memberships([each for each in found if each], {})


def test_models_of_moves_count_the_placed_whom_they_could_be_fitted_to():
    table = fitted(["urbanity", "scale"])
    found = behind(Measure(table, "up_of_placed", "interval", "initial", "modelled_score_place"))
    assert found == (f"{table}: placed", f"{table}: then up")
    # They are a part of all who are placed, and of those who went up.
    [kind] = kinds.memberships(["placed", "then up", *found], {})
    for of_all, of_fitted in zip(["placed", "then up"], found, strict=True):
        assert (kind[of_all] | ~kind[of_fitted]).all()
        assert (kind[of_all] & ~kind[of_fitted]).any()
    with pytest.raises(DataError, match="can't be released"):
        behind(Measure(table, "not_compared_of_placed", "interval", "initial", "modelled_score"))


@pytest.mark.parametrize(
    ("table", "indicator"),
    [("model_mine", "at_least_havo"), (fitted(["scale"]), "share_of_something")],
)
def test_a_model_whose_pupils_are_not_known_cannot_be_released(table, indicator):
    with pytest.raises(DataError, match="can't be released"):
        behind(Measure(table, indicator, "level", "initial", "modelled_score"))


def test_what_the_pupils_of_a_model_have_follows_from_its_terms():
    told = {"why": "?", "kind": "random", "outcome": "level", "bases": ("initial",),
            "cohorts": "each", "cluster": "school_id"}  # fmt: skip
    models = [
        Model(name="one", terms=("sex", "scale", "ns(score, df=4, by=scale)"), **told),
        Model(name="two", terms=(), region="corop", **told),
        Model(name="three", terms=("urbanity*sex", "scale", "corop"), **told),
        Model(name="four", terms=("sex",), **told),
    ]
    assert specification.needs(models) == {
        "model_one": ("scale",),
        "model_two": ("corop",),
        "model_three": ("corop", "urbanity", "scale"),
        "model_four": (),
    }
