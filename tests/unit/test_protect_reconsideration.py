"""What becomes of reconsideration by first advice, from cells to what leaves."""

import pandas as pd
import pytest

from advieskloof import schemas
from advieskloof.disclosure.outward import outward
from advieskloof.disclosure.protect import protect
from advieskloof.disclosure.rules import Rules
from advieskloof.indicators.reconsideration import reconsideration

RULES = Rules(minimum_pupils=10, minimum_schools=3, protection=10)


def cells(*rows):
    """CELLS of rows (first, test and adjusted advice, pupils), each at four schools."""
    names = ["initial_advice", "test_advice", "adjusted_advice", "n"]
    frame = pd.DataFrame([row for row in rows for _ in range(4)], columns=names)
    made = schemas.empty_columns(schemas.CELLS, len(frame))
    known = {"source": "mine", "public": False, "cohort": 2022}
    made = made.assign(**frame, **known, school_id=list("abcd") * len(rows))
    made = made.assign(w=frame["n"], w2=frame["n"])
    return made.astype(schemas.empty_columns(schemas.CELLS, 0).dtypes.to_dict())


def leaving(*rows):
    table = reconsideration(cells(*rows), [[], ["first_advice_group"]], "school", {})
    found = protect(table.assign(origin=table["table"]), table, RULES, {})
    return found, outward(found.table).set_index(["indicator", "first_advice_group"])


def test_with_enough_pupils_everywhere_all_numbers_stand():
    rows = [("20", "22", "22", 20), ("20", "22", None, 20), ("20", "20", None, 20)]
    others = [("30", "34", "34", 20), ("30", "34", None, 20), ("30", "30", None, 20)]
    found, table = leaving(*rows, *others)
    assert set(table["status"]) == {"ok"}
    assert found.audit.empty


def test_pupils_with_advice_vwo_count_among_all_though_none_is_eligible():
    rows = [("20", "22", "22", 20), ("20", "22", None, 20), ("20", "20", None, 20)]
    _, table = leaving(*rows, ("70", "70", None, 30))
    assert table["status"]["eligible_of_all", "vwo"] == "not_possible"
    assert table["n"]["eligible_of_all", "total"] == 4 * 90
    assert table["status"]["eligible_of_all", "total"] == "ok"


@pytest.mark.parametrize("indicator", ["eligible_of_all", "adjusted_of_eligible"])
def test_a_small_number_takes_a_partner_with_it_and_a_reader_cannot_tell_which(indicator):
    # At each school one pupil with advice vmbo-k is adjusted: 4 in all.
    many = [("20", "22", "22", 20), ("20", "22", None, 20), ("20", "20", None, 20)]
    few = [("30", "34", "34", 1), ("30", "34", None, 20), ("30", "30", None, 20)]
    found, table = leaving(*many, *few)
    adjusted = table.loc["adjusted_of_all"]
    assert adjusted["n"].isna().sum() >= 2
    assert set(adjusted.loc[adjusted["n"].isna(), "reason"]) == {"disclosure_control"}
    assert set(table["status"]) <= {"ok", "suppressed"}
    assert (found.audit["width"] >= RULES.protection).all()
    assert len(found.audit) > 0
    assert table.loc[indicator, ["k_schools", "rest_schools"]].isna().all(axis=None)
