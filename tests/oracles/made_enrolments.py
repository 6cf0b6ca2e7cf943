"""Small ugly enrolments of `made_pupils`: gaps, statuses, grades, types by name and by code."""

import numpy as np
import pandas as pd
from oracles.advice_by_hand import LEVEL
from oracles.lower_years_by_hand import CODES, TYPES, middle

from advieskloof import io, schemas

NAMES = [*TYPES, *CODES]
LEVELS = [middle(TYPES[CODES.get(name, name)]) for name in NAMES]
COLUMNS = ("pupil_id", "school_year", "grade", "vo_school_id", "class_code", "position", "status",
           "apcg", "lateral_entry")  # fmt: skip


def careers(pupils, seed, years=5, n_schools=9):
    """Records by pupil and school year; classes lie near the advice, and much is missing."""
    generator = np.random.default_rng(seed)
    found = {}
    for pupil in pupils:
        level = LEVEL.get(pupil["initial_advice"], 4.0)
        school, grade = int(generator.integers(0, n_schools)), 1
        for year in range(1, years + 1):
            if generator.random() < 0.06:
                continue
            if generator.random() < 0.1:
                school = int(generator.integers(0, n_schools))
            made = _record(generator, pupil, year, level, grade)
            made["vo_school_id"] = f"v{school}" if generator.random() > 0.04 else None
            found[pupil["pupil_id"], made["school_year"]] = made
            grade += int(generator.choice([0, 1, 2], p=[0.06, 0.91, 0.03]))
    return found


def _record(generator, pupil, year, level, grade):
    code = _near(generator, level)
    other = _near(generator, level) if generator.random() < 0.2 else code
    return {
        "pupil_id": pupil["pupil_id"],
        "school_year": pupil["cohort"] + year,
        "grade": grade if generator.random() > 0.02 else None,
        "class_code": code if generator.random() > 0.1 else None,
        "position": other if generator.random() > 0.1 else None,
        "status": str(
            generator.choice(["enrolled", "left", "vso", "unknown"], p=[0.94, 0.03, 0.02, 0.01])
        ),
        "apcg": bool(generator.random() < 0.3),
        "lateral_entry": bool(generator.random() < 0.1),
    }


def _near(generator, level):
    weight = np.array([0.02 if each is None else np.exp(-2 * abs(each - level)) for each in LEVELS])
    return NAMES[int(generator.choice(len(NAMES), p=weight / weight.sum()))]


def as_enrolments(records):
    """ENROLMENTS of records, validated."""
    frame = pd.DataFrame(list(records.values()), columns=list(COLUMNS)).astype(object)
    table = schemas.empty_columns(schemas.ENROLMENTS, len(frame))
    types = table.dtypes.to_dict()
    filled = {name: frame[name].where(frame[name].notna(), np.nan).array for name in COLUMNS}
    table = table.assign(**filled).astype(types)
    return schemas.validate(table, schemas.ENROLMENTS, "made enrolments")


def write(records, path):
    io.write_parquet(as_enrolments(records), path)
    return path
