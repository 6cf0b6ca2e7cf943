"""The form in which protected tables leave: rounded, and without a word on why a number is absent.

Whether a withheld number is small itself or stands in for another would bound it, and so would how
many schools are behind a numerator; neither leaves.
"""

import pandas as pd

from advieskloof import schemas

STATUS, REASON = "suppressed", "disclosure_control"
PRIVATE = ("k_schools", "rest_schools")
DECIMALS = {"estimate": 4, "se": 4, "lower": 4, "upper": 4, "coverage": 2, "deff": 1, "df": 1}


def outward(table: pd.DataFrame) -> pd.DataFrame:
    """Return ESTIMATES as they may leave.

    table : `Protected.table`. Public rows keep all their digits and columns.

    Withheld rows get one status and one reason. Estimates and their errors are rounded to 4
    decimals, coverage to 2, design effect and degrees of freedom to 1.
    """
    table, mine = table.copy(), ~table["public"]
    withheld = mine & table["status"].isin(schemas.SUPPRESSED)
    table["status"] = table["status"].mask(withheld, STATUS)
    table["reason"] = table["reason"].mask(withheld, REASON)
    for name in PRIVATE:
        table[name] = table[name].mask(mine)
    for name, decimals in DECIMALS.items():
        table[name] = table[name].mask(mine, table[name].round(decimals))
    return schemas.validate(table, schemas.ESTIMATES, "what leaves")
