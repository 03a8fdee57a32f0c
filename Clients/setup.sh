# Sourced by Clients/quickstart and Tests/run: what a fresh Debian with Swift still lacks.
# shellcheck shell=bash

# Each package with the reason it is needed; the C++ library is asked for separately below.
# shellcheck disable=SC2034  # Used by those who source this.
BUILD_PACKAGES=(
  libuv1-dev       # the event loop
  libsimdjson-dev  # JSON
  zlib1g-dev       # .gz files
  libzstd-dev      # .zst files
  libsqlite3-dev   # the state that outlives the process
  libssl-dev       # SHA-256 of files that settings name
  pkg-config       # tells Swift where the libraries are
  git              # fetches the pinned Swift packages
  ca-certificates  # the same
  python3          # the clients
)

heading() {
  if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
    printf '\033[1m== %s\033[0m\n' "$*"
  else
    printf '== %s\n' "$*"
  fi
}

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# require_swift PACKAGE_ROOT: the version that Package.swift asks for, or a clear message.
require_swift() {
  local wanted found
  wanted=$(sed -n '1s/.*swift-tools-version: *\([0-9.]*\).*/\1/p' "$1/Package.swift")
  command -v swift >/dev/null 2>&1 || die "Swift $wanted or newer is needed and \"swift\" is not in PATH.
Get it from https://www.swift.org/install/linux/ and run this again."
  found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
  [[ -n "$found" ]] || die "\"swift --version\" does not say its version; is the toolchain whole?"
  if [[ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1)" != "$wanted" ]]; then
    die "Swift $wanted or newer is needed; \"swift\" in PATH is $found.
Get a newer one from https://www.swift.org/install/linux/ and run this again."
  fi
}

is_installed() {
  [[ "$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)" == "install ok installed" ]]
}

# install_packages NAME…: what of it dpkg does not know is installed; nothing happens if all is there.
install_packages() {
  local package missing=() as_root=()
  if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    echo "This is no Debian; please see to it yourself that these are there: $*"
    return 0
  fi
  for package in "$@"; do
    # A tool that came another way will do as well.
    case "$package" in
      python3 | git | jq | socat) command -v "$package" >/dev/null 2>&1 && continue ;;
    esac
    is_installed "$package" || missing+=("$package")
  done
  # Any version of the C++ library; g++ brings the one of this Debian.
  dpkg-query -W -f '${Status}\n' 'libstdc++-*-dev' 2>/dev/null | grep -q 'ok installed' \
    || missing+=(g++)
  [[ ${#missing[@]} -gt 0 ]] || return 0
  if [[ "$(id -u)" -ne 0 ]]; then
    command -v sudo >/dev/null 2>&1 \
      || die "Missing packages: ${missing[*]}
Install them as root (apt-get install ${missing[*]}), then run this again."
    as_root=(sudo)
  fi
  heading "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
}
