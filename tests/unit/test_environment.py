"""The environment: what is asked for, what is locked, and what conda users get."""

import re
import tomllib

import pytest

import advieskloof
from advieskloof import io, schemas

ROOT = io.CHECKOUT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()
LAB_LOCK = (ROOT / "requirements-lab.lock").read_text()


def versions(lock):
    return dict(re.findall(r"^([a-z0-9-]+)==([^ \\;]+)", lock, re.MULTILINE))


LOCKED, LAB = versions(LOCK), versions(LAB_LOCK)
ASKED = [
    *PROJECT["dependencies"],
    *(asked for extra in ("test", "setup") for asked in PROJECT["optional-dependencies"][extra]),
]


@pytest.mark.parametrize("asked", ASKED)
def test_the_lower_bound_of_a_direct_dependency_is_its_locked_version(asked):
    name, version = re.match(r"([A-Za-z0-9_.-]+)>=([^,]+)", asked).groups()
    assert LAB[name.replace("_", "-")] == version


def test_jupyterlab_comes_on_top_of_what_is_set_up_and_changes_none_of_it():
    assert LOCKED.items() <= LAB.items()
    assert "jupyterlab" in LAB.keys() - LOCKED.keys()


def test_every_locked_file_has_a_hash_and_no_address():
    for lock in (LOCK, LAB_LOCK):
        assert lock.count("--hash=sha256:") > len(LOCKED) > 50
        assert "://" not in lock
        assert not re.search(r"(?m)^\s*/|--(extra-)?index-url|--find-links|file:", lock)


def test_conda_users_get_the_same_locked_packages():
    conda = io.read_yaml(ROOT / "environment.yml")
    python, pip, packages = conda["dependencies"]
    assert (python, pip) == ("python=3.11", "pip")
    assert packages == {"pip": ["-r requirements.lock"]}
    assert PROJECT["requires-python"] == ">=3.11"


def test_the_build_backend_is_locked_since_it_installs_without_isolation():
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert [name.split(">")[0].replace("_", "-") in LOCKED for name in backend] == [True]


def test_one_version_is_stated_everywhere():
    assert PROJECT["version"] == advieskloof.__version__
    citation = io.read_yaml(ROOT / "CITATION.cff")
    assert citation["version"] == advieskloof.__version__
    assert f"## {advieskloof.__version__}" in (ROOT / "CHANGELOG.md").read_text() or (
        "## Unreleased" in (ROOT / "CHANGELOG.md").read_text()
    )


def test_the_data_dictionary_is_what_the_schemas_say():
    written = (ROOT / "docs/data-dictionary.md").read_text()
    assert written == schemas.data_dictionary(), "renew it with: make dictionary"
