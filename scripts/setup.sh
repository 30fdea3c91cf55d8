#!/bin/sh
# Prepare this checkout: scripts/setup.sh run|dev
#
# Makes .venv, installs the locked packages into it and asks for the system libraries that are
# missing. Safe to repeat; a second run only checks (about half a second).
#   run  what the app and the county server need
#   dev  also what tests, checks and the frozen build need
# PYTHON=/path/to/python3.12 chooses the interpreter for a new .venv.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
case $purpose in run | dev) ;; *) echo "usage: scripts/setup.sh run|dev" >&2; exit 2 ;; esac
venv=.venv
python=$venv/bin/python

say() { printf '%s\n' "==> $*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# install_packages PACKAGE...: with apt, as root or through sudo; else say exactly what to do.
install_packages() {
    command -v apt-get >/dev/null 2>&1 ||
        fail "Missing (Debian's package names; install what your system calls them): $*"
    by_hand="apt-get update && apt-get install --no-install-recommends -y $*"
    if [ "$(id -u)" = 0 ]; then
        sudo=
    elif command -v sudo >/dev/null 2>&1; then
        sudo=sudo
    else
        fail "Missing system packages: $*
Not root, and there is no sudo. As root, run:
    $by_hand
and then repeat this command."
    fi
    say "Installing missing system packages: $*"
    # shellcheck disable=SC2086 # $sudo is one word or none
    { $sudo apt-get -q update && $sudo env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install --no-install-recommends -y "$@"; } ||
        fail "Could not install: $*
As root, run:
    $by_hand
and then repeat this command."
}

# accepted PYTHON: whether it runs and is of a version we are tested on.
accepted() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1
}
# Debian takes ensurepip out of its Python, into python3.X-venv.
can_make_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# choose_python: prints the newest accepted interpreter, one that can make a venv before one that cannot.
choose_python() {
    fallback=
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        accepted "$candidate" || continue
        if can_make_venv "$candidate"; then
            echo "$candidate"
            return
        fi
        fallback=${fallback:-$candidate}
    done
    echo "$fallback"
}

# install_missing PYTHON: every system package the purpose lacks, at once.
install_missing() {
    missing=$("$1" scripts/system_packages.py "$purpose")
    # shellcheck disable=SC2086 # one package a word
    [ -z "$missing" ] || install_packages $missing
}

# installed PURPOSE: whether exactly its lock file is what was last installed.
installed() { cmp -s "requirements/$1.txt" "$venv/installed-$1.txt"; }

install_locked() {
    installed "$purpose" && return
    # dev.txt holds every pin of run.txt (a test keeps that true).
    if [ "$purpose" = run ] && installed dev; then return; fi
    say "Installing requirements/$purpose.txt (about 700 MB unpacked, most of it Qt)"
    "$python" -m pip --disable-pip-version-check install -q --require-hashes -r "requirements/$purpose.txt"
    cp "requirements/$purpose.txt" "$venv/installed-$purpose.txt"
}

if "$python" -c 'import pip' >/dev/null 2>&1 && accepted "$python"; then
    install_missing "$python"
else
    interpreter=$(choose_python)
    [ -n "$interpreter" ] || fail "Python 3.11, 3.12 or 3.13 is needed and was not found (PYTHON=... names one)."
    install_missing "$interpreter"
    say "Making $venv with $("$interpreter" --version)"
    "$interpreter" -m venv --clear "$venv"
fi
# write_command NAME MODULE: a program of this checkout under .venv/bin, as an installation would make it.
write_command() {
    printf '#!%s\nimport sys\n\nsys.path.insert(0, "%s")\nfrom %s import main\n\nsys.exit(main())\n' \
        "$PWD/$python" "$PWD" "$2" > "$venv/bin/$1"
    chmod +x "$venv/bin/$1"
}

install_locked
write_command fieldapp ui.main
write_command fieldapp-server server.cli
"$python" -c 'import PySide6.QtWidgets' || fail "PySide6 does not load; the line above names the library."
