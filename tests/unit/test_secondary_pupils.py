import pandas as pd
import pytest

from advieskloof.errors import DataError
from advieskloof.sources.secondary_pupils import CODE, COUNTS, PROVINCE, by_class_type


def delivered(*rows):
    """Rows of (province, code, counts of boys and girls by grade)."""
    padded = [[*numbers, *[0] * (len(COUNTS) - len(numbers))] for *_, numbers in rows]
    table = pd.DataFrame(padded, columns=list(COUNTS)).astype("str")
    return table.assign(**{PROVINCE: [row[0] for row in rows], CODE: [row[1] for row in rows]})


def test_programmes_of_one_type_are_added_up():
    table = delivered(("Utrecht", "0100", [3, 4]), ("Utrecht", "0200", [1, 0, 5]))
    found = by_class_type(table, {})
    assert found.to_numpy().tolist() == [
        ["Utrecht", "vwo", "homogeneous", 1, "boy", 4],
        ["Utrecht", "vwo", "homogeneous", 1, "girl", 4],
        ["Utrecht", "vwo", "homogeneous", 2, "boy", 5],
    ]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (delivered(("Utrecht", "9999", [1])), r"9999 \(1 rows\)"),
        (delivered(("Utrecht", "0100", ["<5"])), r"1 count\(s\) aren't whole numbers"),
        (delivered(("Utrecht", "0100", [1])).drop(columns=CODE), "lacks ELEMENTCODE"),
    ],
)
def test_what_cannot_be_added_up_is_refused(table, said):
    with pytest.raises(DataError, match=said):
        by_class_type(table, {})
