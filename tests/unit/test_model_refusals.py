"""What a model refuses, and that the message says what, how many, and what to do."""

import numpy as np
import pandas as pd
import pytest

from advieskloof.errors import ModelError
from advieskloof.models.binary import fit_binary
from advieskloof.models.multinomial import fit_multinomial
from advieskloof.models.ordered import fit_ordered
from advieskloof.models.random_effects import fit_random

SECRET = "S12345678"


def pupils(n=600, seed=5):
    generator = np.random.default_rng(seed)
    education = generator.integers(0, 3, n)
    score = generator.integers(500, 551, n).astype(float)
    latent = (score - 525) / 12 + 0.4 * education + generator.logistic(0, 1, n)
    return pd.DataFrame(
        {
            "level": np.digitize(latent, [-1, 1]) + 1.0,
            "education": np.array(["low", "mid", "high"])[education],
            "score": score,
            "school": [f"S{number:08d}" for number in generator.integers(0, 25, n)],
            "board": generator.integers(0, 6, n),
            "w": 1.0,
        }
    )


def refused(formula="level ~ education + score", reason=None, fit=fit_ordered, **changes):
    options = {name: changes.pop(name) for name in ("weights", "cluster") if name in changes}
    with pytest.raises(ModelError) as caught:
        fit(formula, pupils().assign(**changes), **options)
    message = str(caught.value)
    assert message.startswith("the model can't be estimated: ")
    assert SECRET not in message
    if reason:
        assert caught.value.reason == reason
    return message


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("level ~ education +", "can't be read; write it as"),
        ("education + score", "can't be read"),
        ("level + score ~ education", "needs one column as outcome"),
        ("level ~ np.system(score) + open(score)", "of functions only C, I, np, ns"),
        ("level ~ __import__('os')", "isn't a term that a formula may have"),
        ("level ~ sex", "the data lack the column(s) sex"),
        ("level ~ poly(score, 2)", "of functions only C, I, np, ns"),
        ("level ~ ns(education, df=3)", "the term ns(education, df=3) can't be made of education"),
    ],
)
def test_a_formula_that_cannot_be_used_says_what_to_do(formula, words):
    assert words in refused(formula)


def test_missing_values_are_counted_by_column():
    data = pupils()
    score = data["score"].mask(data.index < 7)
    message = refused(score=score, education=data["education"].mask(data.index < 2))
    assert "education (2), score (7) of 600 rows" in message
    assert "leave these rows out" in message


@pytest.mark.parametrize(("value", "n"), [(-1.0, 600), (np.inf, 600)])
def test_weights_that_are_no_weights_are_counted(value, n):
    assert f"{n} of 600 weights in w are negative or not finite" in refused(weights="w", w=value)


def test_weights_of_zero_leave_nothing_to_fit():
    assert "nothing to fit" in refused(weights="w", w=0.0, reason="empty")


def test_collinear_columns_are_named():
    data = pupils()
    message = refused("level ~ score + double", double=2 * data["score"] + 3,
                      reason="model_collinear")  # fmt: skip
    assert "1 column(s) follow from those before them: double" in message
    again = data["education"].map({"low": "a", "mid": "b", "high": "c"})
    assert "again[T.b], again[T.c]" in refused("level ~ education + again", again=again)
    assert "constant" in refused("level ~ constant", constant=4.0)


def test_perfect_prediction_is_said_with_the_columns_that_do_it():
    data = pupils()
    level = data["level"].mask(data["education"] == "mid", 3.0)
    message = refused(level=level, reason="model_separated")
    assert "predicted perfectly by" in message
    assert "education[T.mid]" in message
    assert "education[T.low]" not in message
    message = refused("top ~ education + score", fit=fit_binary, top=level == 3,
                      reason="model_separated")  # fmt: skip
    assert "education[T.mid]" in message
    message = refused(fit=fit_multinomial, level=level, reason="model_separated")
    assert "education[T.mid]" in message


def test_a_score_that_splits_the_outcomes_is_separation_too():
    data = pupils()
    message = refused("high ~ score", fit=fit_binary, high=data["score"] > 530)
    assert "predicted perfectly" in message


def test_one_outcome_is_no_model():
    assert "level has 1 value(s) here" in refused(level=2.0, reason="model_one_outcome")
    assert "a binary model needs two" in refused(fit=fit_binary).replace("where ", "")
    assert "two or more" in refused(fit=fit_multinomial, level=2.0)


def test_more_than_two_ways_to_cluster_are_refused():
    assert "clusters are 3 ways" in refused(cluster=["school", "board", "w"])


def test_an_outcome_in_words_is_no_number():
    with pytest.raises(ModelError, match="education holds no numbers"):
        fit_random("education ~ score", pupils(), school="school")


def test_new_data_may_hold_only_groups_that_were_fitted():
    fit = fit_ordered("level ~ education + score", pupils())
    with pytest.raises(ModelError, match=r"600 of 600 values of education weren't among .* low"):
        fit.predict(pupils().assign(education=SECRET))
    with pytest.raises(ModelError, match=r"lack the column\(s\) score"):
        fit.predict(pupils().drop(columns="score"))


def test_with_one_school_there_are_estimates_and_no_errors():
    fit = fit_ordered("level ~ education + score", pupils().assign(school="x"), cluster="school")
    table = fit.coefficients()
    assert table["estimate"].notna().all()
    assert table[["se", "lower", "upper"]].isna().all().all()


def test_a_group_that_does_not_occur_has_no_column_and_zero_weights_do_not_count():
    data = pupils().assign(education=lambda t: pd.Categorical(
        t["education"], ["none", "low", "mid", "high"]))  # fmt: skip
    fit = fit_ordered("level ~ education + score", data)
    assert fit.data.design.columns == ("education[T.mid]", "education[T.high]", "score")
    weighted = data.assign(w=np.where(data["education"] == "mid", 0.0, 1.0))
    ours = fit_ordered("level ~ education + score", weighted, weights="w", cluster="school")
    without = fit_ordered("level ~ education + score", data[data["education"] != "mid"],
                          cluster="school")  # fmt: skip
    assert ours.names == without.names
    assert ours.n == without.n == int((data["education"] != "mid").sum())
    np.testing.assert_allclose(ours.estimate, without.estimate, atol=1e-10)
    np.testing.assert_allclose(ours.covariance.matrix, without.covariance.matrix, rtol=1e-8)
