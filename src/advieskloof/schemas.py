"""The contract of every table that crosses a rule boundary, and the data dictionary made of it.

`validate` reports how many rows break which check of which column, never a value: rows may be
pupils.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
import pandera.pandas as pa

from advieskloof.errors import DataError

TOTAL = "total"
# pandas' own text type: missing is NaN.
TEXT = pd.StringDtype(na_value=np.nan)

# One column each in CELLS and ESTIMATES; a value is a group or `total` where not split.
GROUPINGS = {
    "first_advice_group": (
        "vso_pro_vmbo_b",
        "vmbo_b_k",
        "vmbo_k",
        "vmbo_k_gt",
        "vmbo_gt",
        "vmbo_gt_havo",
        "havo",
        "havo_vwo",
        "vwo",
        "other",
    ),
    "income_quintile": ("1", "2", "3", "4", "5", "unknown"),
    "parental_education_five": ("le_mbo1", "mbo2", "mbo34", "hbo", "wo", "unknown"),
    "parental_education_three": ("low", "middle", "high", "unknown"),
}
_GROUPING_MEANING = {
    "first_advice_group": (
        "first advice in CBS's nine classes; other is wide or pro/vmbo-bb, and in the lower years "
        "no first advice"
    ),
    "income_quintile": "national fifth of the household income of the parents, 5 is highest",
    "parental_education_five": "highest education of the parents in five classes",
    "parental_education_three": "highest education of the parents: low, middle, high",
}

# Columns of ESTIMATES alone, made from PUPILS. Without values the grouping is open: its groups are
# those of a reference table (corop, municipality) or the delivery's own (migration_background).
_PUPIL_GROUPINGS = {
    "parental_education_kansenkaart": ("other", "hbo", "wo"),
    "parental_education_cbs_four": (
        "mbo2_or_lower",
        "mbo34",
        "hbo_wo_bachelor",
        "wo_master",
        "unknown",
    ),
    "corop": (),
    "municipality": (),
    "urbanity": ("1", "2", "3", "4", "5", "unknown"),
    "sex": ("boy", "girl", "unknown"),
    "migration_background": (),
    "school_type": ("bo", "sbo", "so", "vso"),
    "test_provider": ("CET", "IEP", "ROUTE8", "DIA", "AMN", "CESAN", "LIB", "DOE", "unknown"),
}
CLASS_KINDS = ("homogeneous", "dakpan", "broad", "off_scale")
# Columns of ESTIMATES alone, made from FOLLOWED, or from secondary school locations.
PLACE_SPLITS = {
    "class_kind": (*CLASS_KINDS, "unknown"),
    "class_type": (),
    "discrepancy": (
        "lower_by_1_or_more",
        "lower_by_half",
        "equal",
        "higher_by_half",
        "higher_by_1_or_more",
        "unknown",
    ),
    "comparison_group": (),
}
_GROUPING_MEANING |= {
    "parental_education_kansenkaart": "hbo, wo, and other with unknown in it, as kansenkaart does",
    "parental_education_cbs_four": "highest education of the parents in CBS's four classes",
    "corop": "COROP area of the school or the home, as `region_of` says",
    "municipality": "municipality of the school or the home, as `region_of` says",
    "urbanity": "CBS class of urbanity, 1 is densest",
    "sex": "sex in the register",
    "migration_background": "origin, the delivery's own classes",
    "school_type": "kind of primary school",
    "test_provider": "whose test was taken; unknown where none was",
    "class_kind": "kind of class in year 1: one school type, two adjacent ones, or more",
    "class_type": "school types of the class in year 1 (reference/class_types.csv)",
    "discrepancy": "level of the first advice less that of the test advice",
    "comparison_group": "school types in grade 3 of a secondary school location",
}
# Every column by which ESTIMATES may be split.
SPLITS = {**GROUPINGS, **_PUPIL_GROUPINGS, **PLACE_SPLITS}

BASES = ("initial", "final")
# Of what a model holds equal: the score, the advice (and how it lies to the test advice), the class
# of year 1, other groups of pupils, and region and urbanity.
HELD_EQUAL = ("score", "advice", "class", "pupils", "place")
MODELLED = tuple(
    "_".join(("modelled", *held))
    for size in range(len(HELD_EQUAL) + 1)
    for held in combinations(HELD_EQUAL, size)
)
ADJUSTMENTS = (
    "raw",
    "at_risk",
    "standardised",
    "bound_low",
    "bound_high",
    "shrunken",
    "standardised_shrunken",
    "weighted",
    *MODELLED,
    "modelled_by_threshold",
    "modelled_within_schools",
    "modelled_between_schools",
    "modelled_shrunken",
)
UNITS = ("share", "levels", "points", "ratio")
STATUSES = (
    "ok",
    "not_possible",
    "not_defined",
    "not_supported",
    "suppressed_primary",
    "suppressed_secondary",
    "suppressed",
)
# Which of the first two it is stays private: that a count is below ten would bound it.
SUPPRESSED = ("suppressed_primary", "suppressed_secondary", "suppressed")

# The numbers of an ESTIMATES row: all empty where it is suppressed.
NUMBERS = (
    "estimate",
    "se",
    "lower",
    "upper",
    "n",
    "k",
    "n_schools",
    "k_schools",
    "rest_schools",
    "coverage",
    "deff",
    "df",
)
# What identifies an ESTIMATES row.
IDENTITY = (
    "source",
    "table",
    "indicator",
    "definition",
    "base",
    "adjustment",
    "region_of",
    "cohort",
    *SPLITS,
    "reference",
    "score",
)


@dataclass(frozen=True)
class Contract:
    """A table's name, what a row is, its pandera schema, and what columns hold if not filled."""

    name: str
    row: str
    schema: pa.DataFrameSchema
    defaults: Mapping[str, object] = field(default_factory=dict)


def _text(meaning: str, allowed: tuple[str, ...] = (), nullable: bool = False) -> pa.Column:
    checks = [pa.Check.isin(allowed, error="one of " + ", ".join(allowed))] if allowed else []
    return pa.Column(TEXT, checks, nullable=nullable, description=meaning)


def _count(meaning: str, low: int = 0) -> pa.Column:
    check = pa.Check.ge(low, error=f"at least {low}")
    return pa.Column("Int64", check, nullable=True, description=meaning)


def _flag(meaning: str) -> pa.Column:
    return pa.Column("boolean", nullable=True, description=meaning)


def _number(meaning: str, *, low: float | None = None, high: float | None = None) -> pa.Column:
    checks = [] if low is None else [pa.Check.ge(low, error=f"at least {low:g}")]
    checks += [] if high is None else [pa.Check.le(high, error=f"at most {high:g}")]
    return pa.Column(float, checks, nullable=True, description=meaning)


def _grouping_columns(groupings: Mapping[str, tuple[str, ...]]) -> dict[str, pa.Column]:
    return {
        name: _text(_GROUPING_MEANING[name], (*values, TOTAL) if values else (), nullable=True)
        for name, values in groupings.items()
    }


def _first_year(of: str = "group-8 school year") -> pa.Column:
    check = pa.Check.in_range(2000, 2100, error="between 2000 and 2100")
    return pa.Column("int64", check, description=f"first calendar year of the {of}")


CELLS = Contract(
    "CELLS",
    "pupils who are alike in every column",
    pa.DataFrameSchema(
        {
            "source": _text("the delivery or published table that the counts come from"),
            "public": pa.Column(bool, description="true for a kind of source that is published"),
            "cohort": _first_year(),
            "school_id": _text("primary school; empty where the source has none", nullable=True),
            **_grouping_columns(GROUPINGS),
            "initial_advice": _text("BRON code of the first advice", nullable=True),
            "test_advice": _text("BRON code of the registered test advice", nullable=True),
            "adjusted_advice": _text("BRON code of the adjusted advice", nullable=True),
            "eligible": _flag("test advice higher than the first advice; empty if not delivered"),
            "adjusted": _flag("advice raised after the test; empty if not delivered"),
            "n": pa.Column("int64", pa.Check.ge(0, error="at least 0"), description="pupils"),
            "w": _number("sum of the pupils' weights", low=0),
            "w2": _number("sum of the pupils' squared weights", low=0),
        },
        strict=True,
        ordered=True,
    ),
)

SCHOOL_TYPES = ("bo", "sbo", "so", "vso")
TEST_STATUSES = (
    "taken",
    "exempt",
    "absent",
    "refused_by_school",
    "no_test_that_year",
    "unknown",
)
ENROLMENT_STATUSES = ("enrolled", "left", "vso", "unknown")
PROVIDERS = ("CET", "IEP", "ROUTE8", "DIA", "AMN", "CESAN", "LIB", "DOE")
COROP_AREAS = tuple(f"CR{number:02d}" for number in range(1, 41))
URBANITY = ("1", "2", "3", "4", "5", "unknown")
REFERENCE_LEVELS = ("below_1F", "1F", "1S", "2F")

PUPILS = Contract(
    "PUPILS",
    "a pupil in group 8 of one cohort",
    pa.DataFrameSchema(
        {
            "pupil_id": _text("pseudonym of the pupil, the same in every table"),
            "cohort": _first_year(),
            "school_id": _text("primary school location"),
            "board_id": _text("board of the school", nullable=True),
            "school_type": _text("kind of primary school", SCHOOL_TYPES),
            "test_provider": _text("whose test was taken", PROVIDERS, nullable=True),
            "test_score": _number("score on the provider's own scale; never pooled raw"),
            "test_score_se": _number("standard error of the score, same scale", low=0),
            "test_status": _text("whether the test was taken, or why not", TEST_STATUSES),
            "test_advice": _text("BRON code of the registered test advice", nullable=True),
            "initial_advice": _text("BRON code of the first advice", nullable=True),
            "adjusted_advice": _text("BRON code of the adjusted advice", nullable=True),
            "parental_education": _text(
                "highest attained level of the parents, as finely as delivered "
                "(reference/parental_education.csv); `unknown` where not known"
            ),
            "sex": _text("sex in the register", ("boy", "girl", "unknown"), nullable=True),
            "migration_background": _text(
                "origin by country of birth of pupil and parents, the delivery's own classes",
                nullable=True,
            ),
            "income_quintile": _text(
                _GROUPING_MEANING["income_quintile"], GROUPINGS["income_quintile"], nullable=True
            ),
            "school_weight": _number("schoolweging of the school, about 20-40; high is weak"),
            "corop": _text("COROP area", COROP_AREAS, nullable=True),
            "municipality": _text("municipality code, GM0000", nullable=True),
            "urbanity": _text("CBS class of urbanity, 1 is densest", URBANITY, nullable=True),
            "level_reading": _text("reference level reached", REFERENCE_LEVELS, nullable=True),
            "level_language": _text("reference level reached", REFERENCE_LEVELS, nullable=True),
            "level_maths": _text("reference level reached", REFERENCE_LEVELS, nullable=True),
            "weight": _number("survey weight of the pupil", low=0),
        },
        strict=True,
        ordered=True,
    ),
)

ENROLMENTS = Contract(
    "ENROLMENTS",
    "a pupil in one school year after group 8",
    pa.DataFrameSchema(
        {
            "pupil_id": _text("pseudonym of the pupil, the same in every table"),
            "school_year": _first_year("school year"),
            "grade": _count("grade of secondary school, from 1", low=1),
            "vo_school_id": _text("secondary school location", nullable=True),
            "class_code": _text("kind of class, the delivery's own code", nullable=True),
            "position": _text(
                "type and level of education, the delivery's own code", nullable=True
            ),
            "status": _text("enrolled, left, vso or unknown", ENROLMENT_STATUSES),
            "apcg": _flag("lives in a poverty-accumulation area"),
            "lateral_entry": _flag("entered from another school or country after grade 1"),
        },
        strict=True,
        ordered=True,
    ),
)

# Outcomes exclude each other; the first that holds, in this order.
STARTS = ("not_yet_observed", "left", "vso", "unknown", "placed", "other_grade")
THIRD_YEARS = (
    "not_yet_observed",
    "left",
    "vso",
    "unknown",
    "repeating",
    "accelerated",
    "in_grade_3",
)
STACKED = ("not_yet_observed", "unknown", "yes", "no")

PLACES = Contract(
    "PLACES",
    "where a pupil of PUPILS is in the years after group 8",
    pa.DataFrameSchema(
        {
            "pupil_id": _text("pseudonym of the pupil, the same in every table"),
            "cohort": _first_year(),
            "start": _text("the first year after group 8; placed is in grade 1", STARTS),
            "class_type": _text(
                "school types of the class in grade 1 (reference/class_types.csv)", nullable=True
            ),
            "vo_school_id": _text("secondary school location in the first year", nullable=True),
            "third_year": _text(
                "the third year; in a lower grade than 3 is repeating, higher is accelerated",
                THIRD_YEARS,
            ),
            "position": _text(
                "school types of the position in grade 3 (reference/class_types.csv)",
                nullable=True,
            ),
            "switched_school": _flag("another location in the third year than in the first"),
            "stacked": _text(
                "in grade 4 of vmbo-gt in the fourth year: whether in havo or vwo in the fifth",
                STACKED,
                nullable=True,
            ),
        },
        strict=True,
        ordered=True,
        unique=["pupil_id", "cohort"],
    ),
)

# Outcomes of a pupil who isn't compared; the first that holds, in this order.
APART = ("left", "vso", "unknown", "repeating", "accelerated", "off_scale")
MOVES = ("up", "same", "down")
HALF_STEPS = ("down_1_or_more", "down_half", "no_difference", "up_half", "up_1_or_more")
AGAINST = ("below", "overlapping", "above")
# Who isn't known, by what the class of year 1 leaves possible.
UNKNOWN_MOVES = ("unknown_not_up", "unknown_not_down", "unknown_any", "unknown_off_scale")
_NOT_YET = "not_yet_observed"

FOLLOWED = Contract(
    "FOLLOWED",
    "what became of a pupil of PUPILS in the years after group 8",
    pa.DataFrameSchema(
        {
            "pupil_id": PLACES.schema.columns["pupil_id"],
            "cohort": _first_year(),
            "start": PLACES.schema.columns["start"],
            "vo_school_id": PLACES.schema.columns["vo_school_id"],
            "first_advice_group": _text(
                _GROUPING_MEANING["first_advice_group"], GROUPINGS["first_advice_group"]
            ),
            "discrepancy": _text(
                _GROUPING_MEANING["discrepancy"], PLACE_SPLITS["discrepancy"], nullable=True
            ),
            "class_type": PLACES.schema.columns["class_type"],
            "class_kind": _text(_GROUPING_MEANING["class_kind"], CLASS_KINDS, nullable=True),
            **{
                f"class_against_{than}": _text(
                    f"class of year 1 against the {than} advice, by the interval rule",
                    AGAINST,
                    nullable=True,
                )
                for than in ("initial", "final", "test")
            },
            "year_3": _text(
                "placed in year 1: school types of the position in grade 3, or the outcome of the "
                "third year",
                nullable=True,
            ),
            "move": _text(
                "placed in year 1: year 3 against the class of year 1, by the interval rule",
                (_NOT_YET, *APART, *MOVES),
                nullable=True,
            ),
            "possible_move": _text(
                "the same, the unknown by what their class leaves possible",
                (_NOT_YET, *(name for name in APART if name != "unknown"), *MOVES, *UNKNOWN_MOVES),
                nullable=True,
            ),
            "half_step": _text(
                "placed in year 1: year 3 against the class, difference of midpoints in levels",
                HALF_STEPS,
                nullable=True,
            ),
            **{
                f"move_from_{base}": _text(
                    f"year 3 against the {base} advice, by the interval rule",
                    (_NOT_YET, *APART, *MOVES),
                    nullable=True,
                )
                for base in BASES
            },
            "switched": _text(
                "another location in the third year than in the first", ("yes", "no"), nullable=True
            ),
            "stacked": PLACES.schema.columns["stacked"],
        },
        strict=True,
        ordered=True,
        unique=["pupil_id", "cohort"],
    ),
)

SCHOOLS = Contract(
    "SCHOOLS",
    "R1 or R2 of a secondary school location over three school years; never leaves",
    pa.DataFrameSchema(
        {
            "indicator": _text("r1 in points a pupil, r2 as a share 0-1", ("r1", "r2")),
            "school_year": _first_year("last of the three school years"),
            "vo_school_id": _text("secondary school location"),
            "comparison_group": _text("school types in grade 3 of the location"),
            "n": _count("pupils: r1 scored, r2 in grades 1 and 2", low=1),
            "n_apart": _count("pupils: r1 not scored, r2 unknown the year after"),
            "n_inferred": _count("pupils scored by a cell of the R1 table that wasn't seen"),
            "value": _number("sum of points, or pupils up, over the three years / n"),
            "value_high": _number("r2 with the unknown as up"),
            "se": _number("of chance between pupils within locations, alike in a group", low=0),
            "group_value": _number("value of all pupils of the comparison group"),
            "shrunken": _number("value shrunken to the mean of the comparison group"),
            "shrunken_se": _number("its standard error", low=0),
            "norm": _number("r2: the inspectorate's norm of the location, 0-1"),
        },
        strict=True,
        ordered=True,
        unique=["indicator", "school_year", "vo_school_id"],
    ),
)

ESTIMATES = Contract(
    "ESTIMATES",
    "one number about one group of pupils",
    pa.DataFrameSchema(
        {
            "source": _text("the delivery or published table behind the number"),
            "public": pa.Column(bool, description="true for a kind of source that is published"),
            "table": _text("the table that the row belongs to"),
            "indicator": _text("what is measured, its denominator included"),
            "definition": _text("how advice and test advice are compared"),
            "base": _text("the advice compared", BASES),
            "adjustment": _text(
                "raw, at risk, standardised, shrunken to the mean of regions, weighted by survey "
                "weights, a bound, or read off a model",
                ADJUSTMENTS,
            ),
            "region_of": _text("whether region is the school's or the home's", ("school", "home")),
            "cohort": _text(
                "first calendar year of the group-8 school year; `total` for all, and the first "
                "and last of several as in `2016-2018`"
            ),
            **_grouping_columns(SPLITS),
            "reference": _text(
                "of a gap, a ratio or a change: what is subtracted or divided by", nullable=True
            ),
            "score": _number("test score at which the estimate holds, provider's scale"),
            "estimate": _number("the number itself, in `unit`"),
            "se": _number("standard error, in `unit`", low=0),
            "lower": _number("lower end of the 95 % interval, in `unit`"),
            "upper": _number("upper end of the 95 % interval, in `unit`"),
            "unit": _text(
                "share is 0-1, a gap of shares -1 to 1; a level is one school type", UNITS
            ),
            "n": _count("pupils in the denominator; locations in the funnel of R1 and R2"),
            "k": _count("pupils, or locations, in the numerator; empty for levels and points"),
            "n_schools": _count("schools with a pupil in the denominator"),
            "k_schools": _count("schools with a pupil in the numerator"),
            "rest_schools": _count("schools with a pupil in the denominator and not the numerator"),
            "coverage": _number("share of standard weight the group supports", low=0, high=1),
            "deff": _number("design effect of clustering in schools", low=0),
            "df": _number("degrees of freedom of the interval", low=0),
            "status": _text("ok, or why there is no number", STATUSES),
            "reason": _text("why numbers are absent", nullable=True),
        },
        strict=True,
        ordered=True,
        unique=list(IDENTITY),
        checks=[
            pa.Check(
                lambda t: (
                    (t["unit"] != "share")
                    | t["estimate"].isna()
                    | t["estimate"].between(np.where(t["reference"].isna(), 0, -1), 1)
                ),
                error="a share lies in 0-1, a gap of shares in -1 to 1",
            ),
            pa.Check(
                lambda t: t["k"].isna() | t["n"].isna() | (t["k"] <= t["n"]),
                error="k is at most n",
            ),
            pa.Check(
                lambda t: (t["status"] == "ok") == t["estimate"].notna(),
                error="an estimate stands exactly where status is ok",
            ),
            pa.Check(
                lambda t: (
                    ~t["status"].isin(SUPPRESSED) | t[list(NUMBERS)].isna().all(axis="columns")
                ),
                error="a suppressed row holds no number",
            ),
        ],
    ),
    defaults=dict.fromkeys((*_PUPIL_GROUPINGS, *PLACE_SPLITS), TOTAL),
)

FLOW_KINDS = ("delivered", "rejected", "excluded", "analysed", "note")


def _adds_up(flow: pd.DataFrame) -> pd.Series:
    """Mark the rows of a table and cohort whose delivered rows are all accounted for."""
    sign = flow["kind"].map({"delivered": 1, "note": 0}).fillna(-1).astype("int64")
    return (flow["n"] * sign).groupby([flow["table"], flow["cohort"]]).transform("sum") == 0


FLOW = Contract(
    "FLOW",
    "what became of the delivered rows of a cohort in one step",
    pa.DataFrameSchema(
        {
            "table": _text("the table that the rows are of", ("pupils", "enrolments")),
            "cohort": pa.Column(
                "int64",
                description="pupils: first calendar year of the group-8 school year; "
                "enrolments: of the school year of the record",
            ),
            "step": _text("reason of rejection, step of inclusion, or what a note is about"),
            "kind": _text(
                "delivered = rejected + excluded + analysed; a note adds to nothing", FLOW_KINDS
            ),
            "n": pa.Column("int64", pa.Check.ge(0, error="at least 0"), description="rows"),
        },
        strict=True,
        ordered=True,
        unique=["table", "cohort", "step", "kind"],
        checks=[pa.Check(_adds_up, error="delivered = rejected + excluded + analysed")],
    ),
)
CONTRACTS = (PUPILS, ENROLMENTS, PLACES, FOLLOWED, SCHOOLS, CELLS, ESTIMATES, FLOW)


def validate(table: pd.DataFrame, contract: Contract, where: str) -> pd.DataFrame:
    """Return the table if it keeps its contract.

    Raises DataError that lists, by column and check, how many rows fail; `where` names the
    table for the reader. No value of a row is shown.
    """
    try:
        return contract.schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        failures = error.failure_cases
    raise DataError(
        f"{where} breaks the contract of {contract.name}: {_counted(failures)}."
    ) from None


def _counted(failures: pd.DataFrame) -> str:
    names = failures["check"].isin(["column_in_schema", "column_in_dataframe"])
    # Without a column the checks on whole rows fail of themselves.
    failures, names = (failures[names], names[names]) if names.any() else (failures, names)
    of_rows = (failures["schema_context"] == "DataFrameSchema") & ~names
    # For the two checks on names the failure case is a column's name, which is no row's value.
    column = failures["column"].where(~names, failures["failure_case"]).mask(of_rows, "a row")
    column = column.mask(failures["check"] == "column_ordered", "the table")
    # Pandera lists a failing row once a column for checks on whole rows.
    distinct = failures.assign(column=column)[["column", "check", "index"]].drop_duplicates()
    counts = distinct.groupby(["column", "check"], sort=False).size()
    words = {
        "column_in_schema": "isn't one of its columns",
        "column_in_dataframe": "is missing",
        "column_ordered": "is off: the columns aren't in the contract's order",
        "not_nullable": "is empty",
        "multiple_fields_uniqueness": "stands more than once",
    }
    return "; ".join(
        f"{column} {words.get(check, f'breaks the rule: {check}')} ({n}x)"
        for (column, check), n in counts.items()
    )


def typed(table: pd.DataFrame, contract: Contract, where: str) -> pd.DataFrame:
    """Return a table of texts, as read from a CSV of ours, in its contract's types and validated.

    Empty text is missing; booleans are 'True' and 'False'.
    """
    columns = {name: c for name, c in contract.schema.columns.items() if name in table}
    table = table.astype(TEXT).replace("", pd.NA)
    for name, column in columns.items():
        values = table[name]
        if column.dtype.type in (bool, pd.BooleanDtype()):
            values = values.map({"True": True, "False": False})
        elif column.dtype.type != TEXT:
            values = pd.to_numeric(values, errors="coerce")
        table[name] = values.astype(column.dtype.type)
    return validate(table, contract, where)


def in_types(table: pd.DataFrame, contract: Contract, where: str) -> pd.DataFrame:
    """Return a table as read from Parquet in its contract's own types and validated.

    A file from elsewhere than pandas gives whole numbers and truth values with gaps as others.
    """
    columns = contract.schema.columns
    types = {name: column.dtype.type for name, column in columns.items() if name in table}
    return validate(table.astype(types), contract, where)


def empty_columns(contract: Contract, n_rows: int) -> pd.DataFrame:
    """Return a frame with every column of a contract, in the contract's types.

    All is missing but the contract's defaults. Builders of a table start here and fill the columns
    that they know.
    """
    columns = contract.schema.columns
    types = {name: column.dtype.type for name, column in columns.items()}
    # Types without a missing value start at 0 or False; a builder always fills these.
    start = {name: 0 if kind in ("bool", "int64") else None for name, kind in types.items()}
    start |= contract.defaults
    return pd.DataFrame(
        {name: pd.Series([start[name]] * n_rows, dtype=kind) for name, kind in types.items()}
    )


def data_dictionary() -> str:
    """Return the data dictionary of all contracts as Markdown (docs/data-dictionary.md)."""
    return "\n".join(
        [
            "# Data dictionary",
            "",
            "Made from `src/advieskloof/schemas.py`; a test keeps it in step.",
            *(line for contract in CONTRACTS for line in _dictionary_lines(contract)),
            "",
        ]
    )


def _dictionary_lines(contract: Contract) -> list[str]:
    head = ["", f"## {contract.name}", "", f"A row: {contract.row}.", ""]
    rows = [
        f"| `{name}` | {_type(column)} | {_allowed(column)} | "
        f"{'yes' if column.nullable else 'no'} | {column.description} |"
        for name, column in contract.schema.columns.items()
    ]
    return [
        *head,
        "| column | type | allowed | may be empty | meaning |",
        "|---|---|---|---|---|",
        *rows,
    ]


def _type(column: pa.Column) -> str:
    return "text" if column.dtype.type == TEXT else str(column.dtype).lower()


def _allowed(column: pa.Column) -> str:
    return "; ".join(check.error for check in column.checks)
