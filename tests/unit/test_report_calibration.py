"""The calibration section of the report."""

import pandas as pd
import pytest

from advieskloof import reference
from advieskloof.report import calibration

ROW = {
    "measure": "first_advice",
    "group": "vmbo_k",
    "cohort": "2015",
    "published": "11.5",
    "synthetic": "11.62",
    "difference": "0.12",
    "tolerance": "1.0",
    "unit": "%",
    "within": "True",
    "kind": "fitted",
    "source": "CBS",
    "note": "",
}


def section(language, *rows):
    return calibration.readable(pd.DataFrame([{**ROW, **row} for row in rows]), language)


def test_a_row_is_put_in_words_and_numbers_of_the_language():
    [row] = section("nl", {})["all"]
    assert row["figure"] == "eerste advies: vmbo-k"
    assert row["cells"] == ["2015/16", "11,5%", "11,6%", "0,1", "± 1,0", "afgestemd"]
    assert row["note"] == "CBS."
    [row] = section("en", {"measure": "eligible_of_all", "group": "total"})["all"]
    assert row["figure"] == "test advice higher than first, of all first advices"
    assert row["cells"][1:3] == ["11.5%", "11.6%"]


def test_a_direction_is_a_word_and_a_region_has_its_name():
    area = {"measure": "corop_side", "group": "CR01", "unit": "direction"}
    numbers = {"published": "-1.0", "synthetic": "-1.0", "difference": "0.0", "tolerance": "0.0"}
    [row] = section("en", area | numbers)["all"]
    assert row["figure"].endswith("against the country: Oost-Groningen")
    assert row["cells"][1:5] == ["lower", "lower", "–", "–"]


def test_misses_are_shown_and_counted_by_kind():
    missed = {"within": "False", "kind": "predicted", "note": "Why", "synthetic": "14"}
    found = section("en", {}, {"kind": "predicted"}, missed)
    assert found["summary"] == (
        "Of the 1 figures that the model was fitted to, 1 are within tolerance; of the 2 predicted "
        "ones, 1."
    )
    assert [row["note"] for row in found["missed"]] == ["Why. CBS."]
    assert len(found["all"]) == 3


def test_what_was_not_made_is_counted_and_not_shown():
    found = section("nl", {}, {"synthetic": "", "difference": "", "within": "False"})
    assert len(found["all"]) == 1
    assert found["missed"] == []
    assert found["not_made"] == "Niet te vergelijken in deze run: 1."


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_published_figure_has_words(language):
    targets = reference.read_all("synthetic_targets")
    rows = targets.assign(synthetic=targets["published"], difference="0", within="True")
    found = calibration.readable(rows, language)["all"]
    assert len(found) == len(targets)
    assert not any("_" in row["figure"] for row in found)
