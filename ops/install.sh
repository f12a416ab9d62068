#!/bin/sh
# Installs the locked packages into a virtual environment: install.sh PYTHON VENV
set -u
python=$1
venv=$2
fail() { echo "techmart: $1" >&2; exit 1; }

command -v "$python" >/dev/null 2>&1 || fail "$python is not installed; TechMart needs Python 3.11 or newer"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$("$python" --version) is too old; TechMart needs Python 3.11 or newer"
"$python" -c 'import venv, ensurepip' 2>/dev/null || fail "this Python lacks its venv module; install the package python3-venv"
free_kb=$(df -Pk . | awk 'NR == 2 {print $4}')
[ "$free_kb" -gt 2500000 ] || fail "less than 2.5 GB are free in $(pwd); the packages need room"
[ -w . ] || fail "$(pwd) is read-only; check out where you may write"

# A first start that was interrupted may have left half a virtual environment.
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    echo "making $venv"
    "$python" -m venv --clear "$venv" || fail "could not make $venv"
fi
echo "installing the locked packages (the first time takes a minute)"
"$venv/bin/python" -m pip --disable-pip-version-check install --progress-bar on --require-hashes -r requirements.lock \
    || fail "the packages could not be installed; pip says why above"
"$venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e . \
    || fail "the project could not be installed into $venv"
touch "$venv/.installed"
