# Which Python runs the wall: $python (its path), $python_version (3.11) and $python_has_venv (yes or no).
# shellcheck shell=bash

python= python_version= python_has_venv=no

# Prints "PATH VERSION yes|no" for an interpreter that can be used; nothing for one that cannot.
examine() {
  "$1" -c '
import sys
if sys.version_info < (3, 11):
    sys.exit(1)
import ctypes, sqlite3, ssl  # left out of some hand-made builds, and the wall needs them
try:
    import ensurepip, venv
    complete = "yes"
except ImportError:  # Debian and Ubuntu keep them in a package of their own
    complete = "no"
print(sys.executable, "%d.%d" % sys.version_info[:2], complete)
' 2>/dev/null
}

# The names to try, best first; the wall is developed on 3.11.
candidates() {
  local minor
  for minor in 11 12 13; do
    command -v "python3.$minor" || true
    compgen -G "${PYENV_ROOT:-${HOME:-/nonexistent}/.pyenv}/versions/3.$minor.*/bin/python3" || true
  done
  command -v python3 || true
  for minor in 14 15 16; do
    command -v "python3.$minor" || true
  done
}

find_interpreter() {
  local candidate found
  if [[ -n ${HANOI_WALL_PYTHON:-} ]]; then
    found=$(examine "$HANOI_WALL_PYTHON") && [[ -n $found ]] ||
      missing "HANOI_WALL_PYTHON=$HANOI_WALL_PYTHON is no Python >= 3.11 with ssl, sqlite3 and ctypes"
    read -r python python_version python_has_venv <<<"$found"
    return
  fi
  while read -r candidate; do
    found=$(examine "$candidate") && [[ -n $found ]] || continue
    # One that can make environments is taken at once; else the first that could with a package more.
    if [[ -z $python || $found == *" yes" ]]; then
      read -r python python_version python_has_venv <<<"$found"
    fi
    [[ $python_has_venv == no ]] || return 0
  done < <(candidates)
  [[ -n $python ]] || missing "Python 3.11 or newer is needed and none was found" \
    "(python3 here: $({ python3 --version || echo none; } 2>/dev/null)); install one (Debian 12, Ubuntu 24.04 and later" \
    "have it: sudo apt-get install python3 python3-venv) or name one in HANOI_WALL_PYTHON"
}
