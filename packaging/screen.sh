# A virtual screen: Xvfb on a display number of its own choosing, with a window manager.
# shellcheck shell=bash

has_screen() { [[ -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]; }

# virtual_screen WIDTHxHEIGHT: starts it, exports DISPLAY, returns when windows can be managed there.
virtual_screen() {
  local number deadline=$((SECONDS + 15))
  make_aside
  rm -f "$aside/display"
  mkfifo "$aside/display"
  # Opened for both ways, so that neither end waits for the other to open it.
  exec 8<>"$aside/display"
  # -noreset: monitors and settings must outlive the client that made them.
  start Xvfb -displayfd 8 -screen 0 "$1x24" -nolisten tcp -noreset -dpi 96 \
    +extension GLX +extension RANDR 2>"$aside/xvfb.log"
  read -r -t 15 -u 8 number ||
    missing "the virtual screen did not start: $(tail -n 3 "$aside/xvfb.log" | tr '\n' ' ')"
  exec 8>&-
  export DISPLAY=:$number
  unset WAYLAND_DISPLAY
  start openbox --sm-disable >"$aside/openbox.log" 2>&1
  until xdotool get_num_desktops >/dev/null 2>&1; do
    [[ $SECONDS -lt $deadline ]] || missing "no window manager on $DISPLAY: $(tail -n 3 "$aside/openbox.log")"
    sleep 0.1
  done
}
