"""Runs the examples of docs/methods.md, so that the document can't drift from the package."""

import re
from pathlib import Path

import pandas as pd
import pytest

from advieskloof import io, levels, places, schemas
from advieskloof.indicators.advice import Request, advice
from advieskloof.indicators.asked import Asked
from advieskloof.indicators.bounds import bounds
from advieskloof.indicators.curves import curves
from advieskloof.indicators.followed import follow
from advieskloof.indicators.lower_years import Asked as AskedOfPlaces
from advieskloof.indicators.moves import moves
from advieskloof.indicators.placement import placement
from advieskloof.indicators.reconsideration import reconsideration
from advieskloof.indicators.regions import regions
from advieskloof.indicators.schools import schools
from advieskloof.indicators.sensitivity import multiverse
from advieskloof.indicators.strata import score_bands
from advieskloof.indicators.untested import reference_levels, without_test
from advieskloof.indicators.weighting import weighted
from advieskloof.schemas import GROUPINGS, SPLITS
from advieskloof.sources import aggregates
from advieskloof.uncertainty import shrinkage

DOCUMENT = Path(__file__).parents[2] / "docs" / "methods.md"
LISTED = {"advice_codes": ["24"], "advice_levels": ["pro_vmbo_bb", "vmbo_bb_to_gt"]}
# What identifies a row where Then gives it, and what is meant where it doesn't.
KEYS = [
    "pupil",
    "table",
    "area",
    "code",
    "advice",
    "test_advice",
    "test_score",
    "cohort",
    *SPLITS,
    "score",
]
KEYS += ["indicator"]
MEANT = {"definition": None, "base": "initial", "adjustment": "raw", "reference": ""}
KEYS += list(MEANT)
ASKED = Asked("given", "school")
# The last school year of the examples whose 1 October is known.
AS_OF = 2025
FOLLOWED = ("placement", "moves", "schools")
# By name of the table in Then: what estimates it.
TABLES = {
    **dict.fromkeys(
        ("score_curves", "percentile_curves"),
        lambda paths, listed, spill: curves(paths, ASKED, listed, spill),
    ),
    **dict.fromkeys(
        ("multiverse", "multiverse_without_providers"),
        lambda paths, listed, spill: multiverse(paths, ASKED, listed, spill),
    ),
    **dict.fromkeys(
        ("bounds_unknown_education", "bounds_without_test"),
        lambda paths, listed, spill: bounds(paths, ASKED, listed, spill),
    ),
    "without_test": lambda paths, listed, spill: without_test(paths, ASKED, listed, spill),
    "reference_levels": lambda paths, listed, spill: reference_levels(paths, ASKED, listed, spill),
    "survey_weights": lambda paths, listed, spill: weighted(paths, ASKED, listed, spill),
    "regions": lambda paths, listed, spill: regions(paths, "given", "school", listed, spill),
}
WORDS = {-1.0: "lower", 0.0: "equal", 1.0: "higher"}


def examples():
    """Return (section title, Given, Then) of every section that has an example."""
    sections = re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    tables = r"^Given:\n\n((?:\|.*\n)+)\nThen:\n\n((?:\|.*\n)+)"
    for section in sections:
        title = section.partition("\n")[0]
        for given, then in re.findall(tables, section, flags=re.MULTILINE):
            yield pytest.param(as_frame(given), as_frame(then), id=title)


def as_frame(markdown):
    header, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in markdown.splitlines()
    ]
    return pd.DataFrame(rows, columns=header)


def answer(given, then, folder):
    """Run the package on the Given counts and return what it says in the columns of Then."""
    if "code" in given:
        return scale(given)
    if "advice" in given:
        return comparisons(given)
    if "start" in then:
        return placed(given, folder)
    if "table" in then and then["table"].iloc[0] in FOLLOWED:
        return followed(given, then, folder)
    if "band" in then:
        return bands(given)
    if "area" in then:
        return shrunken_areas(given)
    if "definition" in then or "table" in then:
        return of_pupils(given, then, folder)
    io.write_csv(given, folder / "given.csv")
    layout = "codes" if "initial_advice" in given else "margins"
    cells = aggregates.delivered(folder / "given.csv", "given", layout, ",", "utf-8", LISTED)
    splits = [[], *([name] for name in GROUPINGS if name in then)]
    table = reconsideration(cells, splits, "school", LISTED)
    return table[table["indicator"].isin(then["indicator"])]


def scale(given):
    table = levels.advice_table(LISTED)
    lowest, highest = levels.interval(given["code"], table)
    level = levels.level(given["code"], table)
    return given.assign(level=level, lowest=lowest, highest=highest)


def comparisons(given):
    table = levels.advice_table(LISTED)
    codes = [given[name].mask(given[name] == "") for name in ("advice", "test_advice")]
    by_level = [levels.level(each, table) for each in codes]
    outcomes = {
        "half_level": levels.compare_half_level(*by_level),
        "whole_level": levels.compare_whole_level(*by_level),
        "no_overlap": levels.compare_overlap(*(levels.interval(each, table) for each in codes)),
    }
    return given.assign(**{name: pd.Series(found).map(WORDS) for name, found in outcomes.items()})


def bands(given):
    pupils = given.loc[given.index.repeat(given["n"].astype(int))]
    score = pupils["test_score"].astype(float).to_numpy()
    band = score_bands(score, pd.factorize(pupils["test_provider"])[0])
    return pupils.assign(band=band).drop_duplicates(["test_provider", "test_score"])


def shrunken_areas(given):
    found = shrinkage.shrunken(given["value"].astype(float).to_numpy(),
                               given["error"].astype(float).to_numpy() ** 2)  # fmt: skip
    return given.assign(shrunken=found.estimate, se=found.se)


def of_pupils(given, then, folder):
    """Return the rows of the advice indicators that Then names."""
    io.write_parquet(as_pupils(given), folder / "pupils.parquet")
    estimate = TABLES[then["table"].iloc[0]] if "table" in then else under_and_over(then)
    table = estimate([folder / "pupils.parquet"], LISTED, folder / "spill")
    return rows_of(table, then)


def rows_of(table, then):
    """Return the rows of estimates that Then names."""
    schemas.validate(table, schemas.ESTIMATES, "the estimates")
    table["reference"] = table["reference"].fillna("")
    table["score"] = table["score"].map("{:g}".format)
    keys = [name for name in KEYS if name in then]
    for name, meant in MEANT.items():
        if name not in then and meant is not None:
            table = table[table[name] == meant]
    wanted = pd.MultiIndex.from_frame(then[keys])
    return table[pd.MultiIndex.from_frame(table[keys]).isin(wanted)]


def under_and_over(then):
    splits = [[], *([name] for name in SPLITS if name in then)]
    return lambda *where: advice(where[0], Request("given", "school", splits), *where[1:])


def placed(given, folder):
    """Return PLACES of the pupils of Given, a row each, by their letters."""
    write_followed(given.assign(n="1", school_id="p"), folder)
    files = [folder / f"{name}.parquet" for name in ("pupils", "enrolments", "places")]
    places.place(*files[:2], AS_OF, {}, folder / "spill", files[2])
    table = io.read_parquet(files[2]).fillna({"class_type": "", "position": ""})
    return table.assign(pupil=given["pupil"].to_numpy())


def followed(given, then, folder):
    """Return the rows of the indicators of the lower years that Then names."""
    write_followed(given, folder)
    files = [folder / f"{name}.parquet" for name in ("pupils", "enrolments", "places")]
    name = then["table"].iloc[0]
    if name == "schools":
        return rows_of(schools(*files[:2], AS_OF, "given", LISTED, folder / "spill")[0], then)
    places.place(*files[:2], AS_OF, LISTED, folder / "spill", files[2])
    output = folder / "followed.parquet"
    follow(files[0], files[2], AS_OF, LISTED, folder / "spill", output)
    asked = AskedOfPlaces("given", "school", [[], *([each] for each in SPLITS if each in then)])
    estimate = {"placement": placement, "moves": moves}[name]
    return rows_of(estimate(files[0], output, asked, LISTED, folder / "spill"), then)


def write_followed(given, folder):
    """Write PUPILS and ENROLMENTS of Given, in which `year 3` is a status or grade and code."""
    years = [name for name in given if name.startswith("year ")]
    pupils = as_pupils(given.drop(columns=[*years, "pupil"]))
    cells = given.loc[given.index.repeat(given["n"].astype(int)), years].reset_index(drop=True)
    rows = [
        record(pupils.loc[number], int(year.removeprefix("year ")), cell)
        for year in years
        for number, cell in cells[year].items()
        if cell
    ]
    table = schemas.empty_columns(schemas.ENROLMENTS, len(rows))
    filled = pd.DataFrame(rows, columns=list(table)).astype(table.dtypes.to_dict())
    io.write_parquet(
        schemas.validate(filled, schemas.ENROLMENTS, "Given"), folder / "enrolments.parquet"
    )
    io.write_parquet(pupils, folder / "pupils.parquet")


def record(pupil, year, cell):
    """Return an enrolment in the secondary school that the primary school's pupils go to."""
    enrolled = cell.startswith("g")
    grade, code = (int(cell[1]), cell[3:]) if enrolled else (None, None)
    return {
        "pupil_id": pupil["pupil_id"],
        "school_year": pupil["cohort"] + year,
        "grade": grade,
        "vo_school_id": f"secondary {pupil['school_id']}",
        "class_code": code,
        "position": code,
        "status": "enrolled" if enrolled else cell,
    }


def as_pupils(given):
    """PUPILS of Given: n pupils a row, and what isn't given is missing or plays no part."""
    rows = given.loc[given.index.repeat(given["n"].astype(int))].drop(columns="n")
    rows = rows.mask(rows == "").reset_index(drop=True)
    table = schemas.empty_columns(schemas.PUPILS, len(rows))
    types = table.dtypes.to_dict()
    plain = {"school_type": "bo", "test_status": "unknown", "parental_education": "unknown"}
    filled = {name: rows[name].array for name in rows if name != "cohort"}
    cohort = rows["cohort"].astype("int64").array
    names = [f"pupil {number}" for number in range(len(rows))]
    table = table.assign(pupil_id=names, **{**plain, **filled}, cohort=cohort)
    return schemas.validate(table.astype(types), schemas.PUPILS, "the pupils of Given")


def as_written(value, example):
    """Return a value as text, a number with as many decimals as its example has."""
    if isinstance(value, str) or pd.isna(value):
        return value if isinstance(value, str) else ""
    digits = len(example.partition(".")[2])
    return f"{value:z.{digits}f}" if digits else f"{round(value, 12) + 0:.12g}"


@pytest.mark.parametrize(("given", "then"), list(examples()))
def test_the_package_answers_what_the_document_says(given, then, tmp_path):
    keys = [name for name in KEYS if name in then]
    found = answer(given, then, tmp_path).sort_values(keys)
    expected = then.sort_values(keys)
    assert found[keys].to_numpy().tolist() == expected[keys].to_numpy().tolist()
    for name in then:
        pairs = zip(found[name], expected[name], strict=True)
        assert [as_written(value, example) for value, example in pairs] == list(expected[name])


def test_no_example_of_the_document_is_skipped():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count("\nGiven:") == text.count("\nThen:") == len(list(examples())) == 47
