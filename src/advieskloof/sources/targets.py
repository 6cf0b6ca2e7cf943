"""What the contracts of PUPILS and ENROLMENTS ask of each column, as a mapping needs to know it."""

from dataclasses import dataclass
from functools import cache

import pandera.pandas as pa

from advieskloof import reference, schemas

TABLES = {"pupils": schemas.PUPILS, "enrolments": schemas.ENROLMENTS}
ADVICES = ("initial_advice", "test_advice", "adjusted_advice")
UNKNOWN = "unknown"
_KINDS = {"int64": "whole", "Int64": "whole", "float64": "number", "boolean": "flag"}


@dataclass(frozen=True)
class Target:
    """A column of a contract.

    `kind` is text, whole, number or flag; `allowed` the texts that may stand, empty where any
    may; `low` and `high` the ends of the allowed numbers, None where there is none; `needed`
    whether every row must have a value; `says` the contract's own words on what is allowed.
    """

    name: str
    kind: str
    allowed: tuple[str, ...]
    low: float | None
    high: float | None
    needed: bool
    says: str

    @property
    def if_missing(self) -> str | None:
        """What stands where a needed value isn't known, None where the contract has no word."""
        has_word = UNKNOWN in self.allowed or self.name == "parental_education"
        return UNKNOWN if self.needed and has_word else None


@cache
def of(table: str) -> dict[str, Target]:
    """Return the columns of TABLES[table], in the contract's order."""
    columns = TABLES[table].schema.columns
    return {name: _target(name, column) for name, column in columns.items()}


def _target(name: str, column: pa.Column) -> Target:
    limits = {}
    for check in column.checks:
        limits |= check.statistics or {}
    return Target(
        name,
        _KINDS.get(str(column.dtype), "text"),
        tuple(limits.get("allowed_values", ())),
        limits.get("min_value"),
        limits.get("max_value"),
        not column.nullable,
        "; ".join(check.error for check in column.checks),
    )


def known_codes(target: Target) -> tuple[str, ...]:
    """Return the texts that a column may hold at all, verified or not; empty where any may."""
    if target.name in ADVICES:
        codes = reference.read_all("advice_codes")
        if target.name == "test_advice":
            codes = codes[codes["registered_test_advice"] == "yes"]
        return tuple(codes["bron_code"])
    if target.name == "parental_education":
        return tuple(reference.read_all("parental_education")["code"])
    return target.allowed
