"""DUO's open file of secondary pupils, where it is there."""

from pathlib import Path

import pandas as pd
import pytest

from advieskloof.sources.secondary_pupils import COUNTS, PROVINCE, by_class_type

SHARED = Path(__file__).parents[2].parent / "shared" / "real" / "duo"
REAL = SHARED / "leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv"


@pytest.fixture(scope="module")
def delivered():
    if not REAL.is_file():
        pytest.skip("DUO's file of secondary pupils isn't here")
    return pd.read_csv(REAL, sep=";", encoding="cp1252", dtype=str)


def test_counts_by_class_type_grade_and_province_add_up_to_the_file(delivered):
    assert len(delivered) == 24_243
    found = by_class_type(delivered, {})
    assert found["n"].sum() == 956_857
    numbers = delivered[list(COUNTS)].astype(int)
    by_province = numbers.groupby(delivered[PROVINCE]).sum()
    for column, (grade, sex) in COUNTS.items():
        mine = found[(found["grade"] == grade) & (found["sex"] == sex)]
        sums = mine.groupby("province")["n"].sum()
        assert sums.tolist() == by_province.loc[by_province[column] > 0, column].tolist()


def test_every_code_of_the_file_has_a_type_and_most_pupils_have_a_level(delivered):
    found = by_class_type(delivered, {})
    outside = found.loc[found["kind"] == "off_scale", "n"].sum()
    assert outside / found["n"].sum() < 0.01
    first = found[found["grade"] == 1].groupby("kind")["n"].sum()
    # Of the 195,757 in grade 1 in 2019, a little more than half are in a mixed class.
    assert first[["dakpan", "broad"]].sum() / first.sum() == pytest.approx(0.54, abs=0.02)
