"""From places to the columns and types of PUPILS."""

import numpy as np
import pandas as pd
import pyarrow as pa

from advieskloof import reference, schemas
from advieskloof.sources.synthetic.codes import ALL_CODES, NO_ADVICE, TEST_CODES
from advieskloof.sources.synthetic.families import EDUCATION, INCOME, ORIGIN, SEX
from advieskloof.sources.synthetic.participation import STATUSES
from advieskloof.sources.synthetic.providers import PROVIDERS

OF_SCHOOL = ("school_id", "board_id", "school_type", "municipality", "corop", "urbanity")


def in_contract(table: pd.DataFrame, pupils: pd.DataFrame, cohort: int) -> pa.Table:
    """Return simulated pupils as PUPILS, an Arrow table in the contract's columns and types.

    What the generator doesn't make (standard errors, reference levels, weights) is missing.
    """
    n = len(pupils)
    columns = {
        "pupil_id": pa.array(pupils["number"].to_numpy()).cast(pa.string()),
        "cohort": pa.array(np.full(n, cohort, dtype=np.int64)),
        "test_score": pa.array(pupils["score"].to_numpy(dtype=float), from_pandas=True),
        "school_weight": _school_weight(table, pupils),
        **_advices(pupils, cohort),
        **_labelled(pupils),
    }
    school = pupils["school"].to_numpy()
    columns |= {name: _texts(table[name].to_numpy(), school) for name in OF_SCHOOL}
    kinds = {name: _kind(column) for name, column in schemas.PUPILS.schema.columns.items()}
    empty = {name: pa.nulls(n, kind) for name, kind in kinds.items() if name not in columns}
    return pa.table({name: (columns | empty)[name] for name in kinds})


def _kind(column: object) -> pa.DataType:
    types = {"int64": pa.int64(), "float64": pa.float64()}
    return types.get(str(column.dtype), pa.string())


def _texts(values: object, place: np.ndarray, gone: np.ndarray | None = None) -> pa.Array:
    """Return the text at each place, missing where `gone` or where the place is negative."""
    gone = place < 0 if gone is None else gone
    indices = pa.array(np.where(gone, 0, place).astype(np.int32), mask=gone)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(values))).cast(pa.string())


def _labelled(pupils: pd.DataFrame) -> dict[str, pa.Array]:
    place = {name: pupils[name].to_numpy() for name in ("provider", "test_status", "sex")}
    known = np.where(pupils["education_unknown"], len(EDUCATION), pupils["parental_education"])
    return {
        "test_provider": _texts(PROVIDERS, place["provider"]),
        "test_status": _texts(STATUSES, place["test_status"]),
        "parental_education": _texts((*EDUCATION, "unknown"), known),
        "sex": _texts(SEX, place["sex"]),
        "migration_background": _texts(ORIGIN, pupils["migration_background"].to_numpy()),
        "income_quintile": _texts(INCOME, pupils["income_quintile"].to_numpy()),
    }


def _advices(pupils: pd.DataFrame, cohort: int) -> dict[str, pa.Array]:
    """Return the three advices as codes.

    The adjusted field is filled where the advice changed; from 2023 also where it didn't.
    """
    # Places beyond ALL_CODES are the ways of having no advice; the last of them is empty.
    codes = (*ALL_CODES, *NO_ADVICE[:-1])
    none = pupils["no_advice"].to_numpy()
    has = none < 0
    first = np.where(has, pupils["first_code"], len(ALL_CODES) + none)
    changed = (pupils["first_category"] != pupils["final_category"]).to_numpy()
    rule = reference.read("regimes", {}).set_index("cohort")["regime"][str(cohort)] == "rule"
    adjusted = has & (changed | rule)
    return {
        "initial_advice": _texts(codes, first, none == len(NO_ADVICE) - 1),
        "test_advice": _texts(TEST_CODES, pupils["test_category"].to_numpy()),
        "adjusted_advice": _texts(codes, pupils["final_code"].to_numpy(), ~adjusted),
    }


def _school_weight(table: pd.DataFrame, pupils: pd.DataFrame) -> pa.Array:
    """Return the school's weight: 29 on average, 3 for each SD of its families' education."""
    # ASSUME linear in the families' mean latent education, within 20-40.
    ses = table["ses"].to_numpy()
    weight = np.clip(np.round(29 - 3 * ses / ses.std(), 2), 20, 40)
    return pa.array(weight[pupils["school"].to_numpy()])


def in_pandas(rows: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as pandas in the contract's own types."""
    return rows.to_pandas(types_mapper={pa.string(): schemas.TEXT}.get)
