"""Set-up refuses in one sentence; that it works is what every run of these tests shows."""

import os
import shutil
import subprocess

import pytest

from advieskloof import io

OLD = "#!/bin/sh\nexit 1\n"  # any question about a version of at least 3.11 is answered no
BARE = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\nexit 0\n'


@pytest.fixture
def checkout(tmp_path):
    def make(folder="checkout"):
        path = tmp_path / folder
        (path / "workflow").mkdir(parents=True)
        shutil.copy2(io.CHECKOUT / "workflow/setup.sh", path / "workflow")
        for name in ("Makefile", "requirements.lock"):
            shutil.copy2(io.CHECKOUT / name, path)
        return path

    return make


def set_up(path, pythons):
    """Run set-up where the only Pythons are the given ones."""
    programs = path.parent / "programs"
    programs.mkdir()
    for name in ("sh", "cat", "cksum", "dirname", "sed", "tail", "make"):
        (programs / name).symlink_to(shutil.which(name))
    for name, text in pythons.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "PYTHON"))}
    return subprocess.run(
        ["make", "setup"],
        cwd=path,
        env={**env, "PATH": str(programs)},
        capture_output=True,
        text=True,
    )


def sentence(done):
    """What a user reads, without make's own closing line."""
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make:")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_python_that_is_too_old_is_refused_with_the_package_to_install(checkout):
    path = checkout()
    said = sentence(set_up(path, {"python3": OLD}))
    assert said.startswith("No Python 3.11 or newer was found")
    assert "install the packages python3 and python3-venv" in said
    assert not (path / ".venv").exists()


def test_no_python_at_all_is_refused_alike(checkout):
    assert sentence(set_up(checkout(), {})).startswith("No Python 3.11 or newer was found")


def test_a_python_without_venv_names_the_missing_package(checkout):
    path = checkout()
    said = sentence(set_up(path, {"python3": BARE}))
    assert said.startswith("python3 can't make an environment (no ensurepip)")
    assert "install the package python3-venv" in said
    assert not (path / ".venv").exists()


def test_a_path_with_a_space_is_refused(checkout):
    said = sentence(set_up(checkout("my checkout"), {"python3": BARE}))
    assert said.startswith("The folder's path holds a space")


def test_a_link_to_another_environment_is_refused_and_not_emptied(checkout):
    path = checkout()
    other = path.parent / "other"
    other.mkdir()
    (other / "kept").touch()
    (path / ".venv").symlink_to(other)
    assert sentence(set_up(path, {"python3": BARE})).startswith(".venv is a link")
    assert (other / "kept").exists()


def test_what_is_set_up_already_is_left_alone(checkout):
    path = checkout()
    (path / ".venv").mkdir()
    lock = (path / "requirements.lock").read_bytes()
    done = subprocess.run(["cksum"], input=lock, capture_output=True, check=True)
    (path / ".venv/ready").write_text(f"{path} {done.stdout.decode().strip()}\n")
    done = set_up(path, {})
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_help_lists_every_command(checkout):
    done = subprocess.run(["make"], cwd=checkout(), capture_output=True, text=True)
    shown = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("make ")]
    assert shown == [
        "help",
        "report",
        "test",
        "lab",
        "docs",
        "wheelhouse",
        "rulegraph",
        "verify",
        "clean",
        "benchmark",
        "truth",
        "lock",
        "dictionary",
    ]
