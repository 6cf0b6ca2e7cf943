"""DUO's open file of secondary pupils by location and programme, as counts by type of class."""

import pandas as pd

from advieskloof import positions, reference
from advieskloof.errors import DataError, listing

GRADES = range(1, 7)
SEXES = {"MAN": "boy", "VROUW": "girl"}
PROVINCE, CODE = "PROVINCIE VESTIGING", "ELEMENTCODE"
COUNTS = {
    f"LEER- OF VERBLIJFSJAAR {grade} - {sex}": (grade, SEXES[sex])
    for grade in GRADES
    for sex in SEXES
}


def by_class_type(delivered: pd.DataFrame, unverified: reference.Unverified) -> pd.DataFrame:
    """Return how many pupils are in each type of class, by province, grade and sex.

    Parameters
    ----------
    delivered : the file's columns as text: province, programme code (four digits) and twelve
        counts; other columns are left alone.
    unverified : the config's list of reference rows that may be used unverified.

    Returns
    -------
    `province, class_type, kind, grade, sex, n`, one row per combination with pupils. Grade is the
    year of attendance, which is what DUO counts.

    Raises
    ------
    DataError : a column lacks, a count isn't a whole number (such as `<5`), or a code is in no
        table; the text counts and shows no row.
    """
    _check(delivered)
    usable = positions.codes(unverified)
    positions.check_codes(delivered[CODE].value_counts(), usable.index, f"DUO's file: {CODE}")
    long = delivered.melt([PROVINCE, CODE], list(COUNTS), value_name="n")
    grade, sex = zip(*long["variable"].map(COUNTS), strict=True)
    found = pd.DataFrame(
        {
            "province": long[PROVINCE],
            "class_type": long[CODE].map(usable["class_type"]),
            "kind": long[CODE].map(usable["kind"]),
            "grade": grade,
            "sex": sex,
            "n": pd.to_numeric(long["n"]).astype("int64"),
        }
    )
    keys = ["province", "class_type", "kind", "grade", "sex"]
    return found[found["n"] > 0].groupby(keys, as_index=False)["n"].sum()


def _check(delivered: pd.DataFrame) -> None:
    lacking = [name for name in (PROVINCE, CODE, *COUNTS) if name not in delivered]
    if lacking:
        raise DataError(f"DUO's file of secondary pupils lacks {listing(lacking)}.")
    whole = delivered[list(COUNTS)].apply(lambda column: column.str.fullmatch(r"\d+"))
    wrong = int((~whole.fillna(False)).sum().sum())
    if wrong:
        raise DataError(
            f"DUO's file of secondary pupils: {wrong} count(s) aren't whole numbers; a file with "
            "suppressed counts can't be added up."
        )
