"""Checkouts before and after a good run; each test gets a copy of its own."""

import os

import filelock
import pytest
from checkouts import BRIEF, PUBLISHED, Checkout, new_checkout


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """Make a checkout by name once for all processes of the tests: the others wait for it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made_once(name, make):
        checkout, ready = Checkout(shared / name / "checkout"), shared / name / "ready"
        with filelock.FileLock(shared / f"{name}.lock"):
            if not ready.exists():
                make(new_checkout(checkout.path))
                ready.touch()
        return checkout

    return made_once


def _run_of(config):
    def run(checkout):
        done = checkout.run(config)
        assert done.returncode == 0, done.stderr

    return run


@pytest.fixture(scope="session")
def _finished(made_once):
    return made_once("finished", _run_of(PUBLISHED))


@pytest.fixture(scope="session")
def _briefly(made_once):
    return made_once("briefly", _run_of(BRIEF))


@pytest.fixture
def fresh(tmp_path):
    """A checkout in which nothing ever ran."""
    return new_checkout(tmp_path / "checkout")


@pytest.fixture
def finished(_finished, tmp_path):
    """A checkout after a good run of the published counts."""
    return _finished.copy(tmp_path / "checkout")


@pytest.fixture
def good_results(_finished):
    """The hashes of a good run's results, to compare with."""
    return _finished.results()


@pytest.fixture
def briefly(_briefly, tmp_path):
    """A checkout after a good run of the published counts without figures."""
    return _briefly.copy(tmp_path / "checkout")


@pytest.fixture
def brief_results(_briefly):
    """The hashes of that run's results."""
    return _briefly.results()
