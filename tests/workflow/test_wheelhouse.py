"""Set-up from wheelhouse/ with the network cut; run by hand, after `make wheelhouse`."""

import os
import shutil
import subprocess
import sys

import pytest
from checkouts import ROOT, new_checkout

WHEELS = ROOT / "wheelhouse"
CUT = ["unshare", "--map-root-user", "--net"]


def can_cut_the_network():
    return shutil.which("unshare") and not subprocess.run([*CUT, "true"]).returncode


NEEDS_WHEELS = pytest.mark.skipif(not WHEELS.is_dir(), reason="needs wheelhouse/: make wheelhouse")
NEEDS_CUT = pytest.mark.skipif(
    not can_cut_the_network(), reason="may not cut the network (unshare)"
)


@NEEDS_WHEELS
@NEEDS_CUT
def test_pip_alone_builds_from_the_wheelhouse_what_comes_as_source_only(tmp_path):
    sources = [path.name.removesuffix(".tar.gz") for path in WHEELS.glob("*.tar.gz")]
    assert sources
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    words = ["install", "--no-index", "--find-links", str(WHEELS), "--no-deps"]
    pinned = [name.replace("_", "-")[::-1].replace("-", "==", 1)[::-1] for name in sources]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON"))}
    done = subprocess.run(
        [*CUT, tmp_path / "env/bin/pip", *words, *pinned],
        env={**env, "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@NEEDS_WHEELS
@NEEDS_CUT
def test_set_up_and_jupyterlab_install_from_the_wheelhouse_alone(tmp_path):
    checkout = new_checkout(tmp_path / "checkout")
    for name in ("Makefile", "README.md", "LICENSE", "requirements-lab.lock"):
        shutil.copy2(ROOT / name, checkout.path)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "PYTHON"))}
    env |= {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "PIP_CONFIG_FILE": os.devnull}
    env |= {"PIP_FIND_LINKS": str(WHEELS), "UV_FIND_LINKS": str(WHEELS)}
    env |= {"UV_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(
        [*CUT, "make", "setup"], cwd=checkout.path, env=env, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    python = checkout.path / ".venv/bin/python"
    words = ["-m", "uv", "pip", "install", "--python", str(python), "--require-hashes"]
    subprocess.run(
        [*CUT, str(python), *words, "-r", "requirements-lab.lock"],
        cwd=checkout.path,
        env=env,
        check=True,
        capture_output=True,
    )
    for module in ("advieskloof", "jupyterlab"):
        subprocess.run([python, "-c", f"import {module}"], env=env, check=True)
