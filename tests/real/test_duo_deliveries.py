"""Two files that DUO publishes, read as a delivery is read: nothing is lost on the way."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from advieskloof.sources import files
from advieskloof.sources.files import Format

DUO = Path(__file__).parents[2].parent / "shared" / "real" / "duo"
if not DUO.is_dir():
    pytest.skip("the files of DUO are not on this machine", allow_module_level=True)

SCORES = DUO / "gemiddelde-eindscores-bo-sbo-2018-2019.csv"
SECONDARY = DUO / "leerlingen-vo-per-vestiging-naar-onderwijstype-2019.csv"
FORM = Format("csv", separator=";", encoding="cp1252", decimal=",")
# By provider: pupils tested; pupils whose location's mean is published, and the mean over them,
# by csv and sums alone.
TESTED = {"CET": 85594, "IEP": 51808, "ROUTE8": 25932, "DIA": 5512, "AMN": 2683}
MEANS = {
    "CET": (85426, 536.19),
    "IEP": (51634, 82.25),
    "ROUTE8": (25829, 200.222),
    "DIA": (5489, 359.284),
    "AMN": (2670, 404.125),
}
YEARS = [
    f"LEER- OF VERBLIJFSJAAR {year} - {sex}" for year in range(1, 7) for sex in ("MAN", "VROUW")
]


def columns(path, names):
    tables = list(files.chunks(path, FORM, names, rows=1000))
    return {name: [v.strip() for t in tables for v in t[name].to_pylist()] for name in names}


def independently(path):
    with open(path, encoding="cp1252", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


@pytest.fixture(scope="module")
def scores():
    names = [f"{provider}_{what}" for provider in TESTED for what in ("AANTAL", "GEM")]
    return columns(SCORES, ["BRIN_NUMMER", "VESTIGINGSNUMMER", *names])


def pairs(scores, provider):
    """(pupils, mean or None) of each location with a count above 0."""
    counts, means = scores[f"{provider}_AANTAL"], scores[f"{provider}_GEM"]
    return [
        (int(n), float(mean.replace(",", ".")) if mean else None)
        for n, mean in zip(counts, means, strict=True)
        if int(n) > 0
    ]


def test_every_location_is_read_once(scores):
    locations = list(zip(scores["BRIN_NUMMER"], scores["VESTIGINGSNUMMER"], strict=True))
    assert len(locations) == len(set(locations)) == 6579


@pytest.mark.parametrize(("provider", "n"), TESTED.items())
def test_the_tested_pupils_of_a_provider(scores, provider, n):
    assert sum(n for n, _ in pairs(scores, provider)) == n


@pytest.mark.parametrize("provider", TESTED)
def test_the_mean_over_pupils_whose_mean_is_published(scores, provider):
    published = [(n, mean) for n, mean in pairs(scores, provider) if mean is not None]
    n = sum(n for n, _ in published)
    mean = sum(n * mean for n, mean in published) / n
    assert (n, round(mean, 3)) == MEANS[provider]


def test_locations_with_a_count_but_no_mean(scores):
    without = [n for provider in TESTED for n, mean in pairs(scores, provider) if mean is None]
    assert len(without) == 157


def test_the_file_of_secondary_pupils_keeps_its_sums():
    read = columns(SECONDARY, YEARS)
    expected = Counter()
    for row in independently(SECONDARY):
        expected["rows"] += 1
        expected.update({name: int(row[name]) for name in YEARS})
    assert {name: sum(map(int, values)) for name, values in read.items()} == {
        name: expected[name] for name in YEARS
    }
    assert len(read[YEARS[0]]) == expected["rows"] == 24243
