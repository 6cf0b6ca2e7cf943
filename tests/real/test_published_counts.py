"""The shipped published counts against the excerpt that they were taken from."""

from pathlib import Path

import pandas as pd
import pytest

from advieskloof import io

EXCERPT = Path(__file__).parents[2].parent / "shared" / "real" / "cbs_84274NED_excerpt.csv"
if not EXCERPT.is_file():
    pytest.skip("the excerpt of CBS 84274NED is not on this machine", allow_module_level=True)

GROUPS = {
    "Totaal": "total",
    "vso/pro/vmbo-b": "vso_pro_vmbo_b",
    "vmbo-b/k": "vmbo_b_k",
    "vmbo-k": "vmbo_k",
    "vmbo-k/gt": "vmbo_k_gt",
    "vmbo-gt": "vmbo_gt",
}
INCOMES = {"Totaal": "total", "2e 20%": "2", "5e 20%": "5"}
COUNTS = {
    "n": "n_first_advice",
    "n_eligible_adjusted": "test_higher_revised",
    "n_eligible_not_adjusted": "test_higher_not_revised",
}
KEYS = ["cohort", "first_advice_group", "income_quintile"]


def excerpt():
    rows = pd.read_csv(EXCERPT, dtype=str, keep_default_na=False)
    columns = {
        "cohort": rows["school_year"].str.slice(0, 4),
        "first_advice_group": [GROUPS[name] for name in rows["first_advice"]],
        "income_quintile": [INCOMES[name] for name in rows["income_group"]],
    }
    counts = {ours: rows[theirs] for ours, theirs in COUNTS.items()}
    return pd.DataFrame({**columns, **counts}).set_index(KEYS)


def shipped():
    path = io.package_file("reference/published_counts.csv")
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows = rows[rows["table"] == "cbs_84274NED"]
    return rows.set_index(KEYS)[list(COUNTS)]


def test_the_shipped_rows_are_those_of_the_excerpt():
    assert shipped().index.is_unique
    assert set(shipped().index) == set(excerpt().index)


@pytest.mark.parametrize("count", COUNTS)
def test_every_shipped_number_is_that_of_the_excerpt(count):
    assert shipped()[count].to_dict() == excerpt()[count].to_dict()
