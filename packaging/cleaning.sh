# What this run started or wrote aside, and its end: processes by their id, one folder, nothing else.
# shellcheck shell=bash

started=()
aside=

# Sets $aside to a folder of this run's own.
make_aside() {
  [[ -n $aside ]] || aside=$(mktemp -d)
}

# Start a process in the background that ends with this run at the latest; its id is in $!.
# It is out of reach of the terminal's Ctrl+C (setsid): this script ends it when its user is done with it.
start() {
  setpriv --pdeathsig TERM setsid "$@" &
  started+=($!)
}

end_started() {
  local pid
  for pid in "${started[@]}"; do
    kill -TERM "$pid" 2>/dev/null || true
  done
  for pid in "${started[@]}"; do
    wait "$pid" 2>/dev/null || true
  done
  [[ -z $aside ]] || rm -rf "$aside"
}
trap end_started EXIT
