#!/bin/sh
# Makes .venv with Flux in it. Usage: scripts/setup.sh run|test. Needs Python 3.11 or newer; never root.
set -eu
cd "$(dirname "$0")/.."

what="${1:-run}"
stamp=".venv/.flux-$what"
if [ -f "$stamp" ] && [ "$stamp" -nt pyproject.toml ] && [ "$stamp" -nt constraints.txt ] && [ -x .venv/bin/python ]; then
    exit 0
fi

python=""
for name in python3.13 python3.12 python3.11 python3.14 python3; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        python="$name"
        break
    fi
done
if [ -z "$python" ]; then
    echo "Flux needs Python 3.11 or newer, and none was found. Install it (Debian, Ubuntu: apt install python3 python3-venv)." >&2
    exit 1
fi

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    rm -rf .venv
    if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "This Python can't make virtual environments. Install the package python$version-venv (apt install python$version-venv), then try again." >&2
        exit 1
    fi
    echo "Setting up .venv with $python …"
    "$python" -m venv .venv
fi

extras="."
[ "$what" = test ] && extras=".[dev,languages]"
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e "$extras"; then
    echo "The packages could not be installed. Check the network, or the index pip is set to use, and try again." >&2
    exit 1
fi
touch "$stamp"
