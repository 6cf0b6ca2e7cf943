"""Small ugly cohorts: missing values, vso, wide advices, no level, ties, lone schools."""

import numpy as np
import pandas as pd

from advieskloof import io, schemas

LISTED = {"advice_codes": ["24", "28"],
          "advice_levels": ["pro_vmbo_bb", "vmbo_bb_to_gt", "vmbo_bb_to_havo"]}  # fmt: skip
ADVICES = [None, "0", "80", "01", "24", "28", "10", "11", "20", "21", "22", "30", "34", "40",
           "42", "44", "52", "60", "60", "61", "61", "70", "70"]  # fmt: skip
TESTS = [None, "10", "11", "20", "22", "30", "34", "42", "44", "60", "61", "70"]
EDUCATION = ["le_mbo1", "mbo2", "mbo34", "hbo", "wo", "unknown"]
COLUMNS = ("pupil_id", "cohort", "school_id", "school_type", "test_provider", "test_score",
           "test_status", "test_advice", "initial_advice", "adjusted_advice",
           "parental_education", "sex", "corop", "urbanity",
           "level_reading", "level_language", "level_maths", "weight")  # fmt: skip


def ugly(seed, n=260, cohorts=(2017, 2018, 2019, 2022), n_schools=14):
    """Pupils as dictionaries; advice follows the score loosely, and much is missing."""
    generator = np.random.default_rng(seed)
    school_of = generator.integers(0, n_schools, (len(cohorts), n))
    # The last school has one pupil, and one group is of one school.
    school_of[school_of == n_schools - 1] = 0
    school_of[:, 0] = n_schools - 1
    made = []
    for t, cohort in enumerate(cohorts):
        for i in range(n):
            made.append(_pupil(generator, cohort, int(school_of[t, i]), i))
    return made


def _pupil(generator, cohort, school, i):
    rank = int(generator.integers(0, 6))
    ability = generator.normal(rank / 4, 1)
    provider = ["CET", "IEP", "DIA"][school % 3]
    tested = cohort != 2019 and generator.random() > 0.12
    score = float(np.clip(round(6 + 3 * ability), 0, 14)) + {"CET": 520, "IEP": 70}.get(provider, 0)
    near = int(np.clip(round(16 + 3 * ability + generator.normal(0, 2)), 0, len(ADVICES) - 1))
    adjusted = ADVICES[int(generator.integers(0, len(ADVICES)))]
    return {
        "pupil_id": f"{cohort}-{i}",
        "cohort": cohort,
        "school_id": f"school {school}",
        "school_type": "bo" if school % 5 else "sbo",
        "test_provider": provider if tested else None,
        "test_score": score if tested and generator.random() > 0.05 else None,
        "test_status": "taken" if tested else "unknown",
        "test_advice": TESTS[int(np.clip(round(6 + 2 * ability), 0, 11))] if tested else None,
        "initial_advice": ADVICES[near],
        "adjusted_advice": adjusted if generator.random() < 0.25 else None,
        "parental_education": EDUCATION[rank] if school else "wo",
        "sex": ["boy", "girl", None][int(generator.integers(0, 3))],
        "corop": None if school == 4 else f"CR{school % 4 + 1:02d}",
        "urbanity": str(school % 5 + 1),
    }


def as_table(pupils):
    """PUPILS of dictionaries, validated."""
    frame = pd.DataFrame(pupils, columns=list(COLUMNS)).astype(object)
    table = schemas.empty_columns(schemas.PUPILS, len(frame))
    types = table.dtypes.to_dict()
    filled = {name: frame[name].where(frame[name].notna(), np.nan).array for name in COLUMNS}
    return schemas.validate(table.assign(**filled).astype(types), schemas.PUPILS, "made pupils")


def write(pupils, path):
    io.write_parquet(as_table(pupils), path)
    return path
