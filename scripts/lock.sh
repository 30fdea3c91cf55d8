#!/bin/sh
# Renew requirements/*.txt: one lock for all platforms and Python 3.11 to 3.13, with hashes, and without
# a trace of the package index it was made with. Arguments go to uv (--upgrade).
set -eu
cd "$(dirname "$0")/../requirements"
python=../.venv/bin/python
"$python" -c 'import uv' 2>/dev/null || "$python" -m pip --disable-pip-version-check install -q uv

compile() {
    "$python" -m uv pip compile -q --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}
compile run.in -o run.txt "$@"
compile dev.in -c run.txt -o dev.txt "$@"
if grep -nE '://|^-|[[:space:]]@[[:space:]]' run.txt dev.txt; then
    echo "The lock names a place; see the lines above." >&2
    exit 1
fi
