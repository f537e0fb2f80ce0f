# The environment .venv in the checkout: made once, installed into again only when pyproject.toml changed.
# shellcheck shell=bash

environment_works() {
  [[ -x .venv/bin/python ]] &&
    .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# What an installation stands on: the project file and the interpreter.
fingerprint() {
  { cat pyproject.toml; .venv/bin/python -VV; } | sha256sum | cut -d' ' -f1
}

# provide_environment EXTRAS [LARGER …]: the wall with EXTRAS is installed (or with one of the LARGER sets).
# Two commands started at once on a fresh checkout: the second waits for the first. The lock is the checkout's
# folder itself, for .venv is emptied before anything is put into it.
provide_environment() {
  local extras=$1 set
  exec 9<.
  flock 9
  if ! environment_works; then
    [[ -n $python ]] || find_interpreter
    say "making .venv with $python ($python_version)"
    "$python" -m venv --clear .venv || missing "$python could not make an environment in .venv"
  fi
  for set in "$@"; do
    [[ $(cat ".venv/installed-$set" 2>/dev/null) != "$(fingerprint)" ]] || { exec 9>&-; return 0; }
  done
  say "installing hanoi-wall[$extras] into .venv (the first time this takes minutes)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[$extras]" ||
    missing "pip could not install hanoi-wall[$extras]; its own words are above"
  fingerprint >".venv/installed-$extras"
  exec 9>&-
}

# find the Python only where one is needed: an environment that works is kept.
provide_interpreter() {
  environment_works || find_interpreter
}
