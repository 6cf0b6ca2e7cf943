"""Pupil records from end to end: what is released, what is kept private, what never gets out.

The delivery is made here, with faults whose fate is known; the released numbers are counted pupil
by pupil in the test. Marker values stand in ids, codes and scores.
"""

import csv
import io
import json
import re

import pandas as pd
import pytest
from checkouts import jobs

from advieskloof import schemas

CONFIG = """\
source:
  kind: pupil_files
  name: my_pupils
  deliveries:
    - {mapping: config/mappings/canonical_csv.yaml, files: [data/p2021.csv, data/p2022.csv]}
    - {mapping: config/enrolments.yaml, files: [data/enrolments.csv]}
  max_rejected_share: 0.05
  inclusion:
    school_types: [bo, sbo]
    exclude_vso_advice: false
    exclude_no_advice: false
    exclude_statuses: []
    repeaters: last
unverified: {}
indicators:
  region_of: school
  advice: {by: [], further: []}
  lower_years: null
  reconsideration:
    by: [[]]
models: []
figures:
  boundaries: []
release:
  plan: config/release/first_look.yaml
  minimum_pupils: 10
  minimum_schools: 3
  protection: 10
  group_disclosure_below: 200
"""
ENROLMENTS = """\
delivery: my_enrolments
format: {kind: csv, separator: ",", encoding: utf-8, decimal: "."}
missing: [""]
other_columns: refuse
pupils: {}
enrolments:
  - pupil_id: {column: pupil_id}
    school_year: {column: school_year}
    grade: {column: grade}
    vo_school_id: {column: vo_school_id}
    class_code: {column: class_code}
    status: {derived: place}
"""
# In every id and class code, in scores, and in what the failures below put into a file.
MARK = "geheim4711"
SCORE = "531.47114711"
OFF_SCALE = "4711.4711"
MARKS = (MARK, SCORE, OFF_SCALE)

COLUMNS = list(schemas.PUPILS.schema.columns)
# First advice, test advice, adjusted advice; levels by hand from design 2.1.
ADVICE = [
    ("30", "34", "34"),  # eligible, adjusted
    ("30", "34", ""),  # eligible
    ("42", "44", ""),  # eligible
    ("42", "42", ""),
    ("60", "61", "61"),  # eligible, adjusted
    ("60", "44", ""),
    ("70", "61", ""),
    ("01", "34", ""),  # vso has no level
    ("", "34", ""),  # no first advice
]
LEVEL = {"30": 3, "34": 3.5, "42": 4, "44": 4.5, "60": 5, "61": 5.5, "70": 6}


def pupil(number, cohort, **changes):
    first, test, adjusted = ADVICE[number % len(ADVICE)]
    tested = number % 11 != 0
    row = {
        "pupil_id": f"{MARK}-{cohort}-{number}",
        "cohort": cohort,
        "school_id": f"school-{MARK}-{number % 7}",
        "school_type": "sbo" if number % 13 == 0 else "bo",
        "test_provider": "CET" if tested else "",
        "test_score": SCORE if tested else "",
        "test_status": "taken" if tested else "absent",
        "test_advice": test if tested else "",
        "initial_advice": first,
        "adjusted_advice": adjusted if tested else "",
        "parental_education": ["hbo", "mbo2", "unknown"][number % 3],
        "income_quintile": ["1", "2", "3", "4", "5", ""][number % 6],
    }
    return {**row, **changes}


COHORTS = (2021, 2022)
SOUND = [pupil(number, cohort) for cohort in COHORTS for number in range(200)]
REPEATER = [pupil(1, 2021, pupil_id=f"{MARK}-again"), pupil(2, 2022, pupil_id=f"{MARK}-again")]
FAULTY = [
    SOUND[5],  # an identical duplicate
    pupil(900, 2021, pupil_id=f"{MARK}-two"),
    pupil(901, 2021, pupil_id=f"{MARK}-two"),
    pupil(905, 2021, test_score=OFF_SCALE),
    pupil(903, 2022, test_status="exempt"),
    pupil(904, 2022, school_type="so"),
]
DELIVERED = [*SOUND, *REPEATER, *FAULTY]
ANALYSED = [*SOUND, REPEATER[1]]
FLOW = {
    ("pupils", 2021, "delivered"): 205,
    ("pupils", 2021, "identical_duplicate"): 1,
    ("pupils", 2021, "differing_duplicate"): 2,
    ("pupils", 2021, "off_scale"): 1,
    ("pupils", 2021, "repeater"): 1,
    ("pupils", 2021, "analysed"): 200,
    ("pupils", 2022, "delivered"): 203,
    ("pupils", 2022, "contradiction"): 1,
    ("pupils", 2022, "school_type"): 1,
    ("pupils", 2022, "analysed"): 201,
    ("enrolments", 2021, "delivered"): 1,
    ("enrolments", 2021, "before_group_8"): 1,
    ("enrolments", 2023, "delivered"): 40,
    ("enrolments", 2023, "analysed"): 40,
}


def as_csv(rows, columns):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def enrolments():
    header = "pupil_id,school_year,grade,vo_school_id,class_code\n"
    rows = [f"{MARK}-2022-{number},2023,1,vo-1,{MARK}\n" for number in range(40)]
    return header + "".join(rows) + f"{MARK}-2022-1,2021,1,vo-1,{MARK}\n"


def delivery(checkout):
    """Put the delivery, its mapping and its config into a checkout; return the config's path."""
    for cohort in COHORTS:
        rows = [row for row in DELIVERED if row["cohort"] == cohort]
        checkout.write(f"data/p{cohort}.csv", as_csv(rows, COLUMNS))
    checkout.write("data/enrolments.csv", enrolments())
    checkout.write("config/enrolments.yaml", ENROLMENTS)
    return checkout.write("config/mine.yaml", CONFIG)


@pytest.fixture(scope="session")
def _delivered(made_once):
    def run(checkout):
        done = checkout.run(delivery(checkout))
        assert done.returncode == 0, done.stderr
        (checkout.path / "said.txt").write_text(done.stdout + done.stderr)

    return made_once("delivered", run)


@pytest.fixture
def done(_delivered, tmp_path):
    """A checkout after a good run of the delivery; said.txt holds what the run printed."""
    return _delivered.copy(tmp_path / "checkout")


def outside(checkout):
    """Every file of a checkout outside data/ and results/private/."""
    shut = (checkout.path / "data", checkout.path / "results/private")
    files = [path for path in checkout.path.rglob("*") if path.is_file()]
    return [path for path in files if not any(folder in path.parents for folder in shut)]


def marked(checkout):
    """The files in which a marker stands, in their names or bytes, where none may."""
    marks = [mark.encode() for mark in MARKS]
    return [
        path.name
        for path in outside(checkout)
        if MARK in path.name or any(mark in path.read_bytes() for mark in marks)
    ]


def counted(cohort):
    """{indicator: (pupils in it, pupils it is a share of)} by the definitions, pupil by pupil."""
    pupils = [row for row in ANALYSED if row["cohort"] == cohort and row["initial_advice"]]
    tested = [row for row in pupils if row["test_advice"]]
    eligible = [
        row
        for row in tested
        if row["initial_advice"] in LEVEL
        and LEVEL[row["test_advice"]] > LEVEL[row["initial_advice"]]
    ]
    adjusted = [
        row
        for row in eligible
        if row["adjusted_advice"] and LEVEL[row["adjusted_advice"]] > LEVEL[row["initial_advice"]]
    ]
    return {
        "eligible_of_all": (len(eligible), len(pupils)),
        "eligible_of_tested": (len(eligible), len(tested)),
        "adjusted_of_all": (len(adjusted), len(pupils)),
        "adjusted_of_tested": (len(adjusted), len(tested)),
        "adjusted_of_eligible": (len(adjusted), len(eligible)),
    }


def test_the_released_table_is_what_counting_pupils_gives(done):
    table = pd.read_csv(done.path / "results/release/tables/reconsideration_by_cohort.csv")
    assert set(table["status"]) == {"ok"}
    assert not table["public"].any()
    found = {(row.cohort, row.indicator): row for row in table.itertuples()}
    expected = {
        (cohort, name): share for cohort in COHORTS for name, share in counted(cohort).items()
    }
    assert found.keys() == expected.keys()
    for key, (k, n) in expected.items():
        assert k >= 10
        assert (found[key].k, found[key].n, found[key].n_schools) == (k, n, 7)
        assert found[key].estimate == pytest.approx(k / n, abs=5e-5)


def test_the_flow_accounts_for_every_delivered_row(done):
    flow = pd.read_csv(done.path / "results/private/flow.csv")
    told = flow[(flow["kind"] != "note") & (flow["n"] > 0)]
    steps = told[["table", "cohort", "step"]].itertuples(index=False, name=None)
    assert dict(zip(steps, told["n"], strict=True)) == FLOW


def test_rejected_rows_are_kept_with_where_they_stood(done):
    rejected = pd.read_parquet(done.path / "results/private/rejected/pupils.parquet")
    found = rejected.loc[rejected["reason"] == "off_scale", ["file", "row", "test_score"]]
    assert found.to_numpy().tolist() == [["p2021.csv", 205, float(OFF_SCALE)]]


def test_every_private_file_is_on_record_and_nothing_spilled_stays(done):
    private = done.path / "results/private"
    files = {str(path.relative_to(done.path)) for path in private.rglob("*") if path.is_file()}
    records = {path.name for path in (done.path / ".snakemake/advieskloof").iterdir()}
    assert len(files) == 16
    assert {name.replace("/", "+") for name in files} <= records
    assert not (private / "tmp").exists()
    assert done.call("verify").returncode == 0


def test_all_names_every_output_of_every_rule(done):
    dry = done.snakemake("-n", "--forceall", "--cores", "1", config="config/mine.yaml")
    assert dry.returncode == 0, dry.stderr
    outputs = re.findall(r"^    output: (.*)$", dry.stdout, re.MULTILINE)
    [targets] = re.findall(r"^(?:local)?rule all:\n    input: (.*)$", dry.stdout, re.MULTILINE)
    made = {name for line in outputs for name in line.split(", ")}
    assert len(made) > 20
    assert set(targets.split(", ")) == made


def test_the_release_manifest_names_deliveries_without_their_folders(done):
    manifest = json.loads((done.path / "results/release/manifest.json").read_text())
    [first, second] = manifest["config"]["source"]["deliveries"]
    assert first == {"mapping": "canonical_csv.yaml", "files": ["p2021.csv", "p2022.csv"]}
    assert second == {"mapping": "enrolments.yaml", "files": ["enrolments.csv"]}


def test_a_second_run_runs_no_job(done):
    before = done.results()
    again = done.run("config/mine.yaml")
    assert (again.returncode, jobs(again), again.stderr) == (0, [], "")
    assert done.results() == before


def test_another_inclusion_selects_again_and_reads_nothing_again(done):
    done.write("config/first.yaml", CONFIG.replace("repeaters: last", "repeaters: first"))
    done.write("results/private/tmp/left/by_a_killed_job", MARK)
    again = done.run("config/first.yaml")
    assert again.returncode == 0, again.stderr
    assert not (done.path / "results/private/tmp").exists()
    assert not {"read_pupils", "reject_rows"} & set(jobs(again))
    assert {"select_cohort", "collapse_pupils"} <= set(jobs(again))


def test_another_mapping_reads_again(done):
    done.append("config/enrolments.yaml", "# edited\n")
    assert "read_pupils" in done.planned("config/mine.yaml")


def test_a_good_run_tells_no_pupils_value(done):
    assert marked(done) == []
    assert MARK not in (done.path / "said.txt").read_text()


def replaced(name, old, new, count=-1):
    def harm(checkout):
        path = checkout.path / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, count))

    return harm


def appended(name, text):
    return lambda checkout: checkout.append(name, text)


P2022 = "data/p2022.csv"
NO_REJECTION = replaced("config/mine.yaml", "max_rejected_share: 0.05", "max_rejected_share: 0")
# How a good delivery, its config or the program is harmed, and what the one message says.
FAILURES = {
    "an advice that is no code": (
        replaced(P2022, ",30,34,", f",{MARK},34,", 3),
        "initial_advice holds 3 value(s) that aren't among the usable codes: other (3 rows).",
    ),
    "a score that is no number": (
        replaced(P2022, SCORE, MARK, 2),
        "p2022.csv: column test_score (from test_score) holds 2 value(s) that aren't numbers",
    ),
    "a cohort that is no year": (
        replaced(P2022, ",2022,school", f",{MARK},school", 2),
        "p2022.csv: column cohort (from cohort) holds 2 value(s) that aren't whole numbers",
    ),
    "a row with a field too many": (
        replaced(P2022, f"{MARK}-2022-7,", f"{MARK},{MARK}-2022-7,"),
        "p2022.csv: 1 of 203 rows don't have the header's 24 fields",
    ),
    "bytes of another encoding": (
        lambda checkout: (checkout.path / P2022).write_bytes(
            (checkout.path / P2022).read_bytes().replace(b"school-", b"\xe9school-", 1)
        ),
        "p2022.csv isn't utf-8",
    ),
    "rejected rows that nobody allowed": (
        NO_REJECTION,
        "the delivered pupils: 5 of 408 row(s) (1.23 %) are rejected, of which 0 % is allowed "
        "(source.max_rejected_share): identical_duplicate 1, differing_duplicate 2, off_scale 1, "
        "contradiction 1.",
    ),
    "nobody left": (
        replaced("config/mine.yaml", "[bo, sbo]", "[vso]"),
        "no pupil is left of the 408 delivered: the last ones went at the step school_type.",
    ),
    "a slip in the program that holds rows": (
        appended(
            "src/advieskloof/scores.py",
            "\ndef off_scale(pupils, unverified):\n    raise KeyError(pupils.to_dict())\n",
        ),
        "KeyError in scores.py, line ",
    ),
    "a text of the database that holds rows": (
        appended(
            "src/advieskloof/cohort.py",
            "\n_KEPT['enrolments'] = 'ORDER BY CAST(pupil_id AS DATE)'\n",
        ),
        "DuckDB stopped with ConversionException: ",
    ),
}


@pytest.mark.parametrize(("harm", "message"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failed_run_tells_no_pupils_value(fresh, harm, message):
    config = delivery(fresh)
    harm(fresh)
    done = fresh.run(config)
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.startswith("advieskloof: ")
    assert "Traceback" not in done.stdout + done.stderr
    assert not [mark for mark in MARKS if mark in done.stdout + done.stderr]
    assert marked(fresh) == []
    assert not (fresh.path / "results/private/tmp").exists()
    assert not (fresh.path / "results/release/tables").exists()


def test_rejected_rows_stay_where_too_many_stop_the_run(fresh):
    config = delivery(fresh)
    NO_REJECTION(fresh)
    for _ in range(2):
        assert fresh.run(config).returncode == 1
        rejected = pd.read_parquet(fresh.path / "results/private/rejected/pupils.parquet")
        assert rejected["reason"].value_counts().to_dict() == {
            "differing_duplicate": 2,
            "identical_duplicate": 1,
            "off_scale": 1,
            "contradiction": 1,
        }
