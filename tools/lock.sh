# Compiles requirements*.in into requirements*.txt, one lock for Python 3.11 to 3.14: sh tools/lock.sh [--upgrade]
#
# Locked versions are kept if they still satisfy the requirements; --upgrade takes the newest. The options of uv are in
# pyproject.toml, where Dependabot reads them, too.
set -eu

uv=_build/lock/bin/uv
if ! [ -x $uv ]; then
    echo "Installing uv into _build/lock ..."
    .venv/bin/python -m venv --clear _build/lock
    _build/lock/bin/python -m pip install -qq --disable-pip-version-check uv==0.13.9
fi
for name in requirements requirements-dev; do
    echo "Compiling $name.txt ..."
    $uv pip compile --quiet "$@" --output-file $name.txt $name.in
done
