"""Bad input ends with one message, fails again when given again, and leaves no trace after.

Each case damages a good counts file or the config; the message names file, column, count, what is
allowed and what to do.
"""

import csv
import os
import subprocess

import pytest
import yaml
from checkouts import BRIEF, PUBLISHED, UNDRAWN, Checkout
from scripts_alone import failed

CONFIG = """\
source:
  kind: counts_file
  name: my_counts
  file: data/counts.csv
  layout: {layout}
  separator: ","
  encoding: utf-8
unverified: {{}}
indicators:
  region_of: school
  advice:
    by: []
    further: []
  lower_years: null
  reconsideration:
    by: [[]]
models: []
figures:
  boundaries: []
release:
  plan: {plan}
  minimum_pupils: 10
  minimum_schools: 3
  protection: 10
  group_disclosure_below: 200
"""
SECRET = "pupil-4711"
SCHOOLS = ("a", "b", "c", "d")
CODES = "cohort,school_id,initial_advice,test_advice,adjusted_advice,n\n" + "".join(
    f"2022,{school},{first},{test},{adjusted},{n}\n"
    for school in SCHOOLS
    for first, test, adjusted, n in [
        ("30", "34", "34", 6),
        ("30", "34", "", 12),
        ("50", "42", "", 20),
        ("60", "61", "60", 9),
        ("70", "", "", 3),
    ]
)
MARGINS = (
    "cohort,school_id,first_advice_group,n,n_eligible_adjusted,n_eligible_not_adjusted\n"
    + "".join(
        f"2022,{school},{group},{numbers}\n"
        for school in SCHOOLS
        for group, numbers in [("total", "50,6,21"), ("vmbo_k", "18,6,12"), ("vmbo_gt", "20,0,0")]
    )
)


def delivery(checkout, content, layout="codes", name="data/counts.csv"):
    """Put a delivery and its config into a checkout; return the config's path."""
    path = checkout.path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return checkout.write("config/mine.yaml", CONFIG.format(layout=layout, plan=UNDRAWN))


@pytest.mark.parametrize(("layout", "content"), [("codes", CODES), ("margins", MARGINS)])
def test_a_good_delivery_is_released_by_the_rules_for_pupils(fresh, layout, content):
    done = fresh.run(delivery(fresh, content, layout))
    assert done.returncode == 0, done.stderr
    with open(fresh.path / "results/release/tables/reconsideration_by_cohort.csv") as file:
        released = [row for row in csv.DictReader(file) if row["status"] == "ok"]
    shares = {row["indicator"]: row["estimate"] for row in released}
    # Of 200 pupils 108 are eligible and 24 adjusted (margins); by code 4 x 27 = 108 and 24.
    assert float(shares["eligible_of_all"]) == pytest.approx(108 / 200, abs=5e-5)
    assert float(shares["adjusted_of_eligible"]) == pytest.approx(24 / 108, abs=5e-5)


BAD_CODES = {
    "an unknown advice code": (
        CODES.replace(",30,34,34,", ",99,34,34,"),
        "data/counts.csv: initial_advice holds 4 value(s) that aren't among the usable codes: "
        "99 (4 rows). Allowed are 0, 01, 10,",
    ),
    "a code that no test advice has": (
        CODES.replace(",34,34,", ",31,34,"),
        "data/counts.csv: test_advice holds 4 value(s) that aren't among the usable test advice",
    ),
    "a value that is no code": (
        CODES.replace(",30,34,34,", f",{SECRET},34,34,"),
        "initial_advice holds 4 value(s) that aren't among the usable codes: other (4 rows)",
    ),
    "a missing column": (
        CODES.replace("test_advice", "toetsadvies"),
        "data/counts.csv lacks 1 column(s): test_advice. Allowed are adjusted_advice, cohort,",
    ),
    "an unknown column": (
        CODES.replace("school_id", "brin"),
        "data/counts.csv has 1 column(s) that aren't known here; allowed are",
    ),
    "a wrong separator": (
        CODES.replace(",", ";"),
        "data/counts.csv: the header has one column where 5 are needed, and holds another",
    ),
    "a wrong encoding": (
        CODES.replace("2022,a", "2022,é").encode("cp1252"),
        "data/counts.csv: byte 67 isn't utf-8; save the file as utf-8. A delivery may",
    ),
    "an empty file": (b"", "data/counts.csv is empty."),
    "a header alone": (CODES.splitlines()[0], "data/counts.csv holds a header and no rows"),
    "a count that is no whole number": (
        CODES.replace(",12\n", ",12.5\n"),
        "column n holds 4 value(s) that aren't whole numbers; write digits only",
    ),
    "a cohort that is not known": (
        CODES.replace("2022,a", "1999,a"),
        "column cohort holds 5 value(s) that are empty or not in reference/regimes.csv; allowed "
        "are 2013 to 2024",
    ),
    "a row twice": (
        CODES + "2022,a,30,34,34,6\n",
        "data/counts.csv: 1 row(s) stand twice for the same cohort, school, group and advices",
    ),
    "a total beside its parts": (
        CODES + "2022,Totaal,30,34,34,24\n",
        "data/counts.csv: 1 row(s) are a total (total, totaal, alle, all); the layout codes has",
    ),
    "ragged rows": (
        CODES.replace(",12\n", ",12,7\n"),
        "data/counts.csv: 4 of 20 rows don't have the header's 6 fields",
    ),
}
BAD_MARGINS = {
    "more eligible pupils than pupils": (
        MARGINS.replace("50,6,21", "50,36,21", 1),
        "the counts don't add up: 1 row(s) give(s) more eligible pupils",
    ),
    "parts above their total": (
        MARGINS.replace("vmbo_gt,20", "vmbo_gt,33", 1),
        "the counts don't add up: 1 row(s) with first_advice_group total hold(s) fewer pupils",
    ),
    "a total that is missing": (
        MARGINS.replace("2022,a,total,50,6,21\n", ""),
        "the counts don't add up: 1 row(s) with first_advice_group total is missing",
    ),
    "a row twice": (
        MARGINS + "2022,a,total,50,6,21\n",
        "data/counts.csv: 1 row(s) stand(s) twice for the same cohort, school_id, first_advice",
    ),
    "rests above their total": (
        MARGINS.replace("vmbo_k,18,6,12", "vmbo_k,40,1,1", 1),
        "the counts don't add up: 1 row(s) with first_advice_group total hold(s) fewer pupils",
    ),
    "an empty group": (
        MARGINS.replace("vmbo_gt,", ","),
        "data/counts.csv: column first_advice_group is empty or not known in 4 row(s); allowed",
    ),
    "an unknown group": (
        MARGINS.replace("vmbo_gt,", "vmbo,"),
        "data/counts.csv: column first_advice_group is empty or not known in 4 row(s); allowed",
    ),
}
CASES = [
    *[pytest.param("codes", *case, id=name) for name, case in BAD_CODES.items()],
    *[pytest.param("margins", *case, id=name) for name, case in BAD_MARGINS.items()],
]


@pytest.mark.parametrize(("layout", "content", "message"), CASES)
def test_a_bad_delivery_is_refused_in_one_message(
    tmp_path, monkeypatch, capsys, layout, content, message
):
    monkeypatch.chdir(tmp_path)
    delivery(Checkout(tmp_path), content, layout)
    config = yaml.safe_load(CONFIG.format(layout=layout, plan=UNDRAWN))
    params = {"source": config["source"], "unverified": config["unverified"]}
    output = {"cells": "results/private/cells.parquet"}
    assert message in failed("read_counts", capsys, output=output, params=params)
    written = [path for path in tmp_path.rglob("*") if path.is_file() and "data" not in path.parts]
    assert {path.name for path in written} == {"mine.yaml", "read_counts.log"}
    assert not [path.name for path in written if SECRET.encode() in path.read_bytes()]


@pytest.mark.parametrize("again", [False, True])
def test_a_run_of_a_bad_delivery_ends_with_that_message_and_no_result(fresh, again):
    content, message = BAD_CODES["a value that is no code"]
    config = delivery(fresh, content)
    if again:
        fresh.run(config)
    done = fresh.run(config)
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.startswith("advieskloof: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert fresh.results() == {}
    everything = [p for p in fresh.path.rglob("*") if p.is_file() and "data" not in p.parts]
    assert not [p.name for p in everything if SECRET.encode() in p.read_bytes()]


def test_a_good_run_after_a_bad_one_is_as_if_that_had_never_been(briefly, brief_results):
    bad = delivery(briefly, CODES.replace(",30,34,34,", ",99,34,34,"))
    assert briefly.run(bad).returncode == 1
    assert briefly.call("verify").returncode == 1
    assert briefly.run(BRIEF).returncode == 0
    assert briefly.results() == brief_results
    assert briefly.call("verify").returncode == 0


def test_a_delivery_replaced_by_an_older_file_is_read_again(fresh):
    """Snakemake goes by a file's time, and unzipping or moving keeps that."""
    config = delivery(fresh, CODES)
    assert fresh.run(config).returncode == 0
    assert fresh.planned(config) == []
    delivery(fresh, CODES.replace(",12\n", ",24\n"))
    os.utime(fresh.path / "data/counts.csv", (0, 0))
    assert "read_counts" in fresh.planned(config)


def test_a_damaged_table_of_published_counts_stops_the_run(briefly):
    table = briefly.path / "src/advieskloof/reference/published_counts.csv"
    table.write_text(table.read_text().replace(",16708,", ",216708,"))
    for _ in range(2):
        done = briefly.run(BRIEF)
        assert done.returncode == 1
        assert "published_counts.csv (cbs_84274NED): the counts don't add up" in done.stderr
    assert not (briefly.path / "results/private/cells.parquet").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("unverified: {}", "unverified: {}\nspeed: 9", "key (top level): speed isn't known"),
        ("minimum_pupils: 10", "minimum_pupils: ten", "release.minimum_pupils: 'ten' is of type"),
        ("minimum_pupils: 10", "minimum_pupils: 5", "release.minimum_pupils: 5 is too small; at"),
        ("kind: published", "kind: magic", "key source: {'kind': 'magic'"),
        ("table: cbs_84274NED", "table: cbs_1", "key source.table: 'cbs_1' isn't a published"),
        ("region_of: school", "region_of: work", "region_of: 'work' isn't allowed; choose one of"),
        ("      - [income_quintile]\n", "", "doesn't split 'reconsideration' by ['income_"),
        ("unverified: {}", "unverified: {advice_levels: [pro]}", "pro isn't an unverified row"),
        ("unverified: {}", "unverified: {}\nunverified: {}", "gives unverified more than once"),
        ("source:", "source", "config/mine.yaml isn't valid YAML at line"),
    ],
)
def test_a_bad_config_ends_with_one_message_and_touches_nothing(fresh, old, new, message):
    text = (fresh.path / PUBLISHED).read_text()
    assert old in text
    fresh.write("config/mine.yaml", text.replace(old, new, 1))
    done = fresh.run("config/mine.yaml")
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (fresh.path / "results").exists()


@pytest.mark.parametrize("file", ["config/absent.yaml", "config"])
def test_a_config_that_is_no_file_is_named(fresh, file):
    done = fresh.run(file)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"{file} can't be read" in done.stderr


def test_a_delivery_that_is_not_there_is_named(fresh):
    fresh.write("config/mine.yaml", CONFIG.format(layout="codes", plan=UNDRAWN))
    done = fresh.run("config/mine.yaml")
    assert done.returncode == 1
    assert "key source.file: 'data/counts.csv' isn't a file" in done.stderr


@pytest.mark.parametrize("place", ["results", "results/release", "results/private", "results/logs"])
def test_a_file_where_a_folder_is_needed_is_named_and_kept(fresh, place):
    fresh.write(place, "mine")
    done = fresh.run()
    assert done.returncode == 1
    assert done.stderr == (
        f"advieskloof: {place} is a file where a folder is needed: move or remove it.\n"
    )
    assert (fresh.path / place).read_text() == "mine"


def grow(checkout, size):
    words = ["mount", "-o", f"remount,size={size}", str(checkout.path / "results")]
    subprocess.run(words, check=True)


@pytest.fixture
def small_disk(fresh):
    """Mount a disk of 100 kB as a checkout's results/: not even Snakemake's log fits."""
    results = fresh.path / "results"
    results.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(results)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can't be mounted here: that takes root and mount")
    yield fresh
    subprocess.run(["umount", "-l", str(results)], check=True)


def test_a_full_disk_ends_with_one_message_and_no_half_file(small_disk, good_results):
    for size in ("100k", "400k"):
        grow(small_disk, size)
        done = small_disk.run()
        assert done.returncode == 1
        assert "the disk is full. Free some space and run again." in done.stderr
        assert done.stderr.count("\n") == 1
        whole = small_disk.results()
        assert whole.items() <= good_results.items()
        assert "results/release/manifest.json" not in whole
    grow(small_disk, "50m")
    assert small_disk.run().returncode == 0
    assert small_disk.results() == good_results
