# packaging/run demo: the wall with simulated cameras, on this screen or on a virtual one.
# shellcheck shell=bash

photograph=build/demo.png

# [HOST:]PORT that the last --health among the arguments names; for port 0 and without one, a port that is
# free now, because who photographs the wall must know where to ask.
health_port_of() {
  local previous= argument port=0 host=
  for argument in "$@"; do
    [[ $argument == --health=* ]] && port=${argument#--health=}
    [[ $previous == --health ]] && port=$argument
    previous=$argument
  done
  [[ ${port##*:} == 0 ]] || { echo "$port"; return; }
  [[ $port == *:* ]] && host=${port%:*}:
  echo -n "$host"
  .venv/bin/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Wait until the wall shows what it should, then keep a picture of the whole screen.
photograph_when_live() {
  local state
  # It ends with this subshell, which is ended when the wall is.
  setpriv --pdeathsig TERM .venv/bin/python packaging/tiles_live.py "$1" 60 >"$aside/live" || true
  state=$(<"$aside/live")
  if import -window root "$photograph" 2>/dev/null; then
    say "$state; screenshot: $PWD/$photograph"
  else
    say "$state; the screen could not be photographed"
  fi
}

# Run a command until it ends or a signal asks this script to end it; its exit code is this one's.
run_to_its_end() {
  local code=0 signalled=no child
  start "$@"
  child=$!
  trap 'signalled=yes; kill -TERM "$child" 2>/dev/null || true' INT TERM HUP
  wait "$child" || code=$?
  while [[ $signalled == yes ]]; do
    signalled=no code=0
    wait "$child" || code=$?
  done
  trap - INT TERM HUP
  return "$code"
}

demo() {
  local sets=(wall) port code=0
  has_screen || sets+=(screen)
  provide_interpreter
  provide_libraries "${sets[@]}"
  provide_environment simulator simulator,dev
  if has_screen; then
    exec .venv/bin/python -m hanoi_wall demo "$@"
  fi
  mkdir -p "${photograph%/*}"
  rm -f "$photograph"
  virtual_screen 1920x1080
  port=$(health_port_of "$@")
  say "no screen here: the wall is on the virtual screen $DISPLAY; Ctrl+C ends it (or --seconds S)"
  say "its health: http://127.0.0.1:${port##*:}/health"
  set -- "$@" --health "$port"
  photograph_when_live "${port##*:}" &
  started+=($!)
  run_to_its_end .venv/bin/python -m hanoi_wall demo "$@" || code=$?
  exit "$code"
}
