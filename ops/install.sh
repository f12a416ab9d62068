#!/bin/sh
# Installs what is missing or not whole, in a virtual environment and beside the front end: install.sh PYTHON VENV
# May be interrupted at any moment: the next run finds out and goes on.
set -u
python=$1
venv=$2
lists="requirements.lock pyproject.toml"
built="frontend_build/node_modules frontend_build/dist"
fail() { echo "techmart: $1" >&2; exit 1; }
own() { "$venv/bin/python" -I ops/stack/installed.py "$@"; }
pip() { "$venv/bin/python" -m pip --disable-pip-version-check install "$@"; }

# The lock is held by this shell and by what it starts, and goes with them.
alone() {
    exec 9<requirements.lock
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null && return
    echo "another make installs in $(pwd): waiting for it"
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}

check_machine() {
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$("$python" --version) is too old; TechMart needs Python 3.11 or newer"
    "$python" -c 'import venv, ensurepip' 2>/dev/null || fail "this Python lacks its venv module; install the package python3-venv"
    free_kb=$(df -Pk . | awk 'NR == 2 {print $4}')
    [ "$free_kb" -gt 2500000 ] || fail "less than 2.5 GB are free in $(pwd); the packages need room"
    [ -w . ] || fail "$(pwd) is read-only; check out where you may write"
}

make_environment() {
    if [ ! -e "$venv" ]; then
        echo "making $venv"
    elif "$venv/bin/python" -c '' 2>/dev/null; then
        echo "$venv was left half made: making it anew"
    else
        echo "the Python that $venv was made with is gone: making it anew"
    fi
    "$python" -m venv --clear "$venv" || fail "could not make $venv"
}

install_packages() {
    check_machine
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || make_environment
    echo "installing the locked packages (the first time takes a minute)"
    pip --progress-bar on --require-hashes -r requirements.lock || fail "the packages could not be installed; pip says why above"
    pip --quiet --no-deps --no-build-isolation -e . || fail "the project could not be installed into $venv"
    own note-packages "$venv" $lists || fail "could not write to $venv"
}

command -v "$python" >/dev/null 2>&1 || fail "$python is not installed; TechMart needs Python 3.11 or newer"
alone
own packages "$venv" $lists 2>/dev/null || install_packages
own front-end $built
"$venv/bin/python" -m frontend_build.build || exit 1
own note-front-end $built || fail "could not write to frontend_build"
