# packaging/run test: every check, each with its time; all run, so that a person sees all faults at once.
# shellcheck shell=bash

verdicts=()
failed=no

# check NAME COMMAND …: run it, remember its verdict and its time.
check() {
  local name=$1 begin=${EPOCHREALTIME/[.,]/} verdict=ok
  shift
  printf '\n== %s\n' "$name"
  "$@" || { verdict="FAILED ($?)"; failed=yes; }
  verdicts+=("$(printf '%-28s %8.1f s  %s' "$name" \
    "$(awk -v us=$((${EPOCHREALTIME/[.,]/} - begin)) 'BEGIN { print us / 1e6 }')" "$verdict")")
}

run_checks() {
  local bin=.venv/bin rules=(tests/unit tests/house) others=(tests/bench tests/integration tests/stories tests/ui)
  provide_interpreter
  provide_libraries wall screen test
  provide_environment simulator,dev
  check "ruff check" "$bin/ruff" check .
  check "ruff format --check" "$bin/ruff" format --check .
  check "mypy --strict" "$bin/mypy"
  check "lint-imports" "$bin/lint-imports"
  virtual_screen 1920x1080
  if [[ $# -gt 0 ]]; then
    [[ $quick == no ]] || others=()
    check "pytest $*" "$bin/python" -m pytest --durations=10 "${rules[@]}" "${others[@]}" "$@"
  else
    check "pytest ${rules[*]}" "$bin/python" -m pytest --durations=10 -n 2 "${rules[@]}"
    # Sockets, screens and clocks: one after the other.
    [[ $quick == yes ]] || check "pytest, all others" "$bin/python" -m pytest --durations=10 "${others[@]}"
  fi
  printf '\n'
  printf '%s\n' "${verdicts[@]}"
  [[ $failed == no ]] || exit 1
}
