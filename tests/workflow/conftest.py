"""Checkouts before and after a good run; each test gets a copy of its own."""

import shutil

import pytest
from checkouts import Checkout, new_checkout


@pytest.fixture(scope="session")
def _finished(tmp_path_factory):
    checkout = new_checkout(tmp_path_factory.mktemp("finished") / "checkout")
    done = checkout.run()
    assert done.returncode == 0, done.stderr
    return checkout


@pytest.fixture
def fresh(tmp_path):
    """A checkout in which nothing ever ran."""
    return new_checkout(tmp_path / "checkout")


@pytest.fixture
def finished(_finished, tmp_path):
    """A checkout after a good run of the published counts."""
    shutil.copytree(_finished.path, tmp_path / "checkout", symlinks=True)
    return Checkout(tmp_path / "checkout")


@pytest.fixture
def good_results(_finished):
    """The hashes of a good run's results, to compare with."""
    return _finished.results()
