"""Our table of kansenkaart's rule against the 253 combinations that they publish."""

from pathlib import Path

import pandas as pd
import pytest

from advieskloof import levels

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "real" / "kansenkaart_advice_match.csv"
if not PUBLISHED.is_file():
    pytest.skip("the published table is not on this machine", allow_module_level=True)


def test_every_published_combination_agrees():
    published = pd.read_csv(PUBLISHED, dtype=str)
    table = levels.kansenkaart_table({})
    found = levels.compare_kansenkaart(published["teacher_code"], published["test_code"], table)
    meaning = published["advice_type"].map({"under": -1.0, "correct": 0.0, "over": 1.0})
    assert found.tolist() == meaning.tolist()
    assert len(published) == table.size == 253
