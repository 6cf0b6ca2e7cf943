"""Pupils as unique rows and cells: the same however they are numbered, and never laid out."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from advieskloof.models import collapse as collapsing
from advieskloof.models.ordered import fit_ordered


def pupils(n, groups, seed=5):
    """Pupils with two groups of many classes, a score and a level."""
    generator = np.random.default_rng(seed)
    one, other = generator.integers(0, groups, (2, n))
    score = np.round(generator.normal(0, 1, n), 2)
    latent = 0.02 * one - 0.01 * other + score + generator.logistic(0, 1, n)
    return pd.DataFrame(
        {
            "level": np.digitize(latent, [-1, 0.5]),
            "one": pd.Categorical.from_codes(one, [f"a{k:03}" for k in range(groups)]),
            "other": pd.Categorical.from_codes(other, [f"b{k:03}" for k in range(groups)]),
            "score": score,
            "school": generator.integers(0, 50, n),
        }
    )


@pytest.mark.parametrize("few", [0, 10**9])
def test_every_pupil_is_in_the_cell_of_its_own_values(few, monkeypatch):
    """By a hash alone, and by a table alone."""
    monkeypatch.setattr(collapsing, "FEW", few)
    data = pupils(3000, 4).assign(weight=lambda t: 1.0 + t.index % 3)
    held = collapsing.collapse("level ~ one*other + score", data, "weight", ("school",))
    wanted = data.groupby(["one", "other", "score", "level"], observed=True)["weight"].sum()
    assert held.design.n_rows == len(data[["one", "other", "score"]].drop_duplicates())
    assert len(held.row) == len(wanted)
    np.testing.assert_allclose(np.sort(held.weight), np.sort(wanted))
    np.testing.assert_array_equal(held.outcomes[held.outcome[held.cell]], data["level"])
    score = next(term for term in held.design.terms if list(term.levels) == ["score"])
    of_pupil = score.levels["score"].to_numpy()[score.code[held.row[held.cell]]]
    np.testing.assert_array_equal(of_pupil, data["score"])


def test_a_fit_never_lays_out_rows_by_columns():
    """200 columns on 40,000 different rows would take 64 MB; a fit needs a part of that."""
    data, columns = pupils(40_000, 100), 2 * 99 + 4
    tracemalloc.start()
    try:
        fit = fit_ordered("level ~ one + other + ns(score, df=4)", data, cluster="school")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    rows = fit.data.design.n_rows
    assert rows > 35_000
    assert len(fit.slopes) == columns
    assert peak < 0.5 * rows * columns * 8
