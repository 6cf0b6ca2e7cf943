#!/bin/sh
# Make .venv hold exactly what requirements.lock lists, each file checked by its hash,
# and this checkout's package. Does nothing when that is already so.
set -eu
cd "$(dirname "$0")/.."

stop() { echo "$1" >&2; exit 1; }

case "$PWD" in
  *[[:space:]]*) stop "The folder's path holds a space, which Snakemake's scripts can't handle: move the checkout to a path without spaces." ;;
esac
# Making the environment anew would empty the folder behind a link.
[ -L .venv ] && stop ".venv is a link to another folder, which set-up would empty: remove the link (rm .venv) and run make again."

wanted="$PWD $(cksum <requirements.lock)"
[ "$(cat .venv/ready 2>/dev/null || true)" = "$wanted" ] && exit 0

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

python=
without_venv=
for candidate in ${PYTHON:-python3 python python3.11 python3.12 python3.13 python3.14}; do
  is_new_enough "$candidate" || continue
  if can_make_venv "$candidate"; then python=$candidate; break; fi
  without_venv=${without_venv:-$candidate}
done
if [ -z "$python" ]; then
  [ -n "$without_venv" ] && stop "$without_venv can't make an environment (no ensurepip): install the package python3-venv (Debian, Ubuntu: apt install python3-venv) and run make again."
  stop "No Python 3.11 or newer was found (tried: ${PYTHON:-python3, python, python3.11 to python3.14}): install the packages python3 and python3-venv, or name one with make PYTHON=…, and run make again."
fi

echo "setting up .venv (needed once; under two minutes)"
"$python" -m venv --clear .venv
log=.venv/setup.log
installed() {
  "$@" >>"$log" 2>&1 && return
  tail -n 5 "$log" >&2
  stop "Set-up stopped at: $*. All it said is in $log. Is the package index (or PIP_FIND_LINKS, UV_FIND_LINKS) reachable?"
}
# uv installs in seconds what takes pip a minute; pip fetches uv itself by its hash.
sed -n '/^uv==/,/[^\\]$/p' requirements.lock >.venv/uv.lock
installed .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock
installed .venv/bin/python -m uv pip sync --python .venv/bin/python --require-hashes --compile-bytecode requirements.lock
installed .venv/bin/python -m uv pip install --python .venv/bin/python --no-deps --no-build-isolation -e .
echo "$wanted" >.venv/ready
