"""Tables of knowledge that ship with the package: codes, groupings, regimes, published counts.

Every row says where it comes from (`source`) and how sure we are of it (`status`). Rows that
were not seen in a source are left out unless the run's config lists them.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from advieskloof import io
from advieskloof.errors import ConfigError, DataError, listing

# VERIFIED: seen in a source. DERIVED: arithmetic on verified values. INFERRED: follows from a
# verified rule, the row itself was not seen. RECALLED: not seen. CONTESTED: sources disagree.
STATUSES = ("VERIFIED", "DERIVED", "INFERRED", "RECALLED", "CONTESTED")
SURE = ("VERIFIED", "DERIVED")

# The column by which a config names rows of a table.
KEYS = {
    "advice_codes": "bron_code",
    "advice_levels": "category",
    "class_types": "class_type",
    "corop": "code",
    "corop_tiles": "code",
    "first_advice_groups": "group",
    "isled": "bron_code",
    "kansenkaart_matches": "bron_code",
    "parental_education": "code",
    "parental_education_groupings": "grouping",
    "positions": "code",
    "published_counts": "table",
    "published_figures": "figure",
    "published_tables": "table",
    "r1_scores": "cell",
    "r_parameters": "parameter",
    "regimes": "cohort",
    "score_cutoffs": "provider_cohort",
    "score_scales": "provider",
    "synthetic_municipalities": "municipality",
    "synthetic_offers": "classes",
    "synthetic_parameters": "name",
    "synthetic_regions": "corop",
    "synthetic_scales": "scale",
    "synthetic_targets": "target",
    "synthetic_years": "key",
    "test_providers": "provider",
    "urbanity": "class",
}

Unverified = Mapping[str, Sequence[str]]


def read_all(table: str) -> pd.DataFrame:
    """Return every row of a reference table, as text, whatever its status.

    Name the table literally where you call this: that is how a rule learns which tables it
    rests on. Raises DataError where a row has no source or no known status.
    """
    rows = io.read_csv(io.PACKAGE / "reference" / f"{table}.csv")
    lacking = [name for name in (KEYS[table], "source", "status") if name not in rows]
    if lacking or rows.empty:
        raise DataError(f"reference/{table}.csv lacks {listing(lacking) or 'rows'}.")
    unsourced = int((rows["source"] == "").sum())
    misstated = int((~rows["status"].isin(STATUSES)).sum())
    if unsourced or misstated:
        raise DataError(
            f"reference/{table}.csv: {unsourced} row(s) without a source and {misstated} with a "
            f"status outside {listing(STATUSES)}; give every row both."
        )
    return rows


def read(table: str, unverified: Unverified) -> pd.DataFrame:
    """Return the rows of a reference table that a run may use, as text.

    Parameters
    ----------
    table : a key of KEYS, given literally.
    unverified : the config's list, by table, of keys of rows that may be used although they
        are neither VERIFIED nor DERIVED; `{}` for none.
    """
    rows = read_all(table)
    listed = rows[KEYS[table]].isin(unverified.get(table, ()))
    return rows[rows["status"].isin(SURE) | listed].reset_index(drop=True)


def unverified_rows(unverified: Unverified) -> pd.DataFrame:
    """Return the rows that a config lists as usable though unverified: table, key, status, source.

    Raises ConfigError where a listed table or key doesn't exist, or needs no listing.
    """
    found = [_listed_rows(table, keys) for table, keys in sorted(unverified.items())]
    columns = ["table", "key", "status", "source"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def _listed_rows(table: str, keys: Sequence[str]) -> pd.DataFrame:
    if table not in KEYS:
        raise ConfigError(
            f"config key unverified: {table!r} isn't a reference table; "
            f"allowed are {listing(sorted(KEYS))}."
        )
    rows = read_all(table)
    unsure = rows[~rows["status"].isin(SURE)]
    wrong = sorted(set(keys) - set(unsure[KEYS[table]]))
    if wrong:
        raise ConfigError(
            f"config key unverified.{table}: {listing(wrong)} isn't an unverified row there; "
            f"allowed are {listing(unsure[KEYS[table]], 30) or 'none'}."
        )
    chosen = unsure[unsure[KEYS[table]].isin(keys)]
    return pd.DataFrame(
        {
            "table": table,
            "key": chosen[KEYS[table]],
            "status": chosen["status"],
            "source": chosen["source"],
        }
    )
