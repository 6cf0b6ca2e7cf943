#!/bin/sh
# Put every file that the locks list into wheelhouse/, each checked by its hash, for set-up without a
# network on a machine of the same system and Python version (docs/offline.md).
set -eu
cd "$(dirname "$0")/.."
download="${PYTHON:-.venv/bin/python} -m pip download -qq --disable-pip-version-check --no-deps"
# The lock with JupyterLab holds the other one.
$download --require-hashes --dest wheelhouse -r requirements-lab.lock
# Packages that come as source only are built with these.
$download --dest wheelhouse setuptools wheel
cd wheelhouse
sha256sum -- *.whl *.tar.gz >SHA256SUMS
echo "wheelhouse/ holds $(wc -l <SHA256SUMS) files, $(du -sh . | cut -f1)"
