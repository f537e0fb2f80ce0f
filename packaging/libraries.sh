# System packages: what is missing of packaging/system-libraries.txt, and how it gets here.
# shellcheck shell=bash

# Every installed package and every name an installed package stands for (libglib2.0-0t64 provides libglib2.0-0).
installed_packages() {
  dpkg-query -W -f='${db:Status-Status} ${Package} ${Provides}\n' |
    awk '$1 == "installed" { gsub(/\([^)]*\)|,/, ""); for (i = 2; i <= NF; i++) print $i }'
}

# The packages of the given sets that are not installed, one a line; optional ones keep their "?".
missing_packages() {
  awk -v sets="$*" '
    BEGIN { n = split(sets, list, " "); for (i = 1; i <= n; i++) wanted[list[i]] = 1 }
    NR == FNR { have[$1] = 1; next }
    /^[a-z]/ {
      name = $1
      sub(/\?$/, "", name)
      for (i = 2; i <= NF && $i != "#"; i++) if ($i in wanted && !(name in have)) { print $1; break }
    }
  ' - packaging/system-libraries.txt < <(installed_packages)
}

apt_can_install() { apt-get install --simulate -qq "$@" >/dev/null 2>&1; }

apt_install() { apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "$@" >&2; }

# Install the names given; optional ones (with "?") that apt does not know are left out.
install_packages() {
  local name known=()
  export DEBIAN_FRONTEND=noninteractive
  # A fresh machine has no package lists, an old one stale lists.
  apt_can_install "${@%\?}" || apt-get update -qq >&2 || true
  for name in "$@"; do
    if [[ $name == *\? ]] && ! apt_can_install "${name%\?}"; then
      say "${name%\?} is not offered here; going on without it"
    else
      known+=("${name%\?}")
    fi
  done
  [[ ${#known[@]} -gt 0 ]] || return 0
  apt_install "${known[@]}" || { apt-get update -qq >&2 && apt_install "${known[@]}"; }
}

# Packages that did not come: the end where one of them is needed ($1 names those).
without() {
  [[ -z $1 ]] || missing "not installed: $1"
  say "going on without them"
}

# Make sure of the packages in the sets given (wall, screen, test) and of what $python lacks.
provide_libraries() {
  local lacking=() needed=() name
  if ! command -v dpkg-query >/dev/null; then
    say "this is no Debian or Ubuntu: packaging/system-libraries.txt lists what must be installed; going on"
    return
  fi
  mapfile -t lacking < <(missing_packages "$@")
  [[ -z $python || $python_has_venv == yes ]] || lacking+=("python$python_version-venv")
  for name in "${lacking[@]}"; do
    [[ $name == *\? ]] || needed+=("$name")
  done
  [[ ${#lacking[@]} -gt 0 ]] || return 0
  if [[ $(id -u) -ne 0 ]]; then
    [[ ${#needed[@]} -gt 0 ]] || { say "wanted, not needed: ${lacking[*]%\?}"; return 0; }
    say "system packages are missing; install them and run this again:"
    printf 'sudo apt-get install --no-install-recommends %s\n' "${lacking[*]%\?}" >&2
    exit 4
  fi
  say "missing system packages: ${lacking[*]%\?}"
  if [[ $yes == no && -t 0 ]]; then
    read -r -p 'Install them now with apt-get? [Y/n] ' name
    [[ ${name:-y} == [yY]* ]] || { without "${needed[*]}"; return 0; }
  fi
  say "installing them with apt-get"
  install_packages "${lacking[@]}" || without "${needed[*]}"
}
