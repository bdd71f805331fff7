# Creates .venv, and installs the given lock files and the packages in packages/ into it: sh tools/venv.sh LOCK...
#
# Markers make interrupted steps repeatable: .venv/begun exists while the environment is created, .venv/made-with when
# it is complete. .venv/locks/LOCK and .venv/locks/NAME.toml are copies of installed lock files and package metadata,
# which are installed again when they change. A .venv that this script did not create is never touched.
set -eu

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Prints "3.13 yes" for an interpreter that can create environments, "3.13 no" for one that cannot, and nothing for one
# that does not run, such as a broken shim of a version manager.
probe() {
    "$1" -c '
import sys
try:
    import ensurepip, venv
    able = "yes"
except ImportError:
    able = "no"
print("%d.%d %s" % (sys.version_info[0], sys.version_info[1], able))
' 2>/dev/null
}

# Sets $python to the first suitable interpreter, preferring versions that the locks support (3.11 to 3.14) to newer
# ones. Searches every folder of PATH, because a broken shim or an old python3 may come first.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -f --
        for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
            IFS=:
            for folder in $PATH; do
                [ ! -x "$folder/$name" ] || set -- "$@" "$folder/$name"
            done
            unset IFS
        done
    fi
    python='' newer='' bare='' old=''
    for candidate; do
        answer=$(probe "$candidate") || continue
        case $answer in
            3.1[1-4]" yes") python=$candidate; return ;;
            3.1[1-9]" yes" | 3.[2-9][0-9]" yes") newer=${newer:-$candidate} ;;
            3.1[1-9]" no" | 3.[2-9][0-9]" no") bare=${bare:-$candidate} ;;
            *) old=${old:-"$candidate is ${answer% *}"} ;;
        esac
    done
    python=$newer
    [ -z "$python" ] || return 0

    case ${bare##*/} in
        "") ;;
        python3.*) fail "$bare cannot create virtual environments: install its venv module (Debian, Ubuntu: apt install ${bare##*/}-venv)." ;;
        *) fail "$bare cannot create virtual environments: install its venv module (Debian, Ubuntu: apt install python3-venv)." ;;
    esac
    advice="install it (Debian, Ubuntu: apt install python3 python3-venv; Fedora: dnf install python3; macOS: brew install python) or set its path with PYTHON=/path/to/python3"
    if [ -n "$old" ]; then
        fail "Python 3.11 or newer is needed, and $old: $advice."
    elif [ -n "${PYTHON:-}" ]; then
        fail "Python 3.11 or newer is needed, and PYTHON=$PYTHON does not run: $advice."
    else
        fail "Python 3.11 or newer is needed, and none was found: $advice."
    fi
}

made_with=$(cat .venv/made-with 2>/dev/null) || made_with=
if [ -z "$made_with" ] || [ "${PYTHON:-$made_with}" != "$made_with" ] || ! .venv/bin/python -c '' 2>/dev/null; then
    if [ -e .venv ] && [ ! -f .venv/made-with ] && [ ! -f .venv/begun ]; then
        fail ".venv already exists, and make did not create it: rename it, or remove it if you do not need it, and run the same command again."
    fi
    find_python
    echo "Creating .venv with $python ($("$python" --version)) ..."
    rm -rf .venv
    mkdir .venv
    : >.venv/begun
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        rm -rf .venv
        fail "$python could not create a virtual environment in .venv: install its venv module (Debian, Ubuntu: apt install python3-venv), or free some space if the disk is full."
    fi
    printf '%s\n' "$python" >.venv/made-with
    rm .venv/begun
fi

for lock; do
    shift
    cmp -s "$lock" ".venv/locks/$lock" || set -- "$@" "$lock"
done
mkdir -p .venv/locks
pip="-m pip install -qq --disable-pip-version-check --no-input"
failed="The packages could not be installed, for the reason above: run the same command again to go on."
if [ $# -gt 0 ]; then
    echo "Installing $* into .venv (only when it changed; about a minute) ..."
    requirements=
    for lock; do
        requirements="$requirements -r $lock"
    done
    # shellcheck disable=SC2086 # names of lock files contain no spaces
    .venv/bin/python $pip --require-hashes $requirements || fail "$failed"
    cp "$@" .venv/locks/
fi

# Editable, so that changes of their code take effect at once. Their dependencies are in the locks.
set +f # find_python disables globbing
for folder in packages/*; do
    [ -f "$folder/pyproject.toml" ] || continue
    copy=.venv/locks/${folder#packages/}.toml
    cmp -s "$folder/pyproject.toml" "$copy" && continue
    echo "Installing $folder into .venv ..."
    # shellcheck disable=SC2086
    .venv/bin/python $pip --no-deps --no-build-isolation --no-index -e "$folder" || fail "$failed"
    cp "$folder/pyproject.toml" "$copy"
done
