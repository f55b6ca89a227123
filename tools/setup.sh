#!/usr/bin/env bash
# Sets predeparture up in this folder: system libraries, a virtual environment, the pinned packages.
#
#   tools/setup.sh run     what `make demo` and `make serve` need
#   tools/setup.sh test    and what the tests and linters need
#
# Doing it twice is harmless and quick. As root it installs missing Debian packages; as an ordinary user it
# prints the command that does. Nothing is written outside this folder apart from those Debian packages.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:-run}
venv=.venv

# Without the first four no PDF can be made: Pango sets the text, HarfBuzz' subsetter makes it six times
# faster, Noto has Latin, Arabic, Cyrillic, Devanagari, Bengali and Ethiopic letters.
needed=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core)
# "what:package:what is missing without it"; everything else goes on without these.
helpful=(
  "/usr/bin/heif-*:libheif-examples:pictures of phones in the format HEIC are refused, with a sentence that says so"
)
# "what:package:what is skipped without it"; the tests go on without these.
wanted_by_tests=(
  "/usr/bin/chromium:chromium:the walks through the dashboard in a real browser"
  "/usr/lib/postgresql/*/bin/initdb:postgresql:the tests on PostgreSQL (those on SQLite run)"
  "/usr/bin/pdfsig:poppler-utils:the second opinion on PDFs by Poppler"
)

say() { printf '==> %s\n' "$*"; }
stop() { printf 'predeparture: %s\n' "$@" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }

has_package() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

apt_install() {
  say "Installing ${*} (Debian packages; takes a minute)"
  local log
  log=$(mktemp)
  if ! { DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  stop "Python 3.11 or newer was not found (3.15 and later are not supported yet)." \
    "Install it (Debian 12: sudo apt-get install -y python3 python3-venv) or name it: PYTHON=/path/to/python3 make setup"
}

system_libraries() {
  if ! command -v dpkg-query >/dev/null; then
    say "This is not Debian: make sure that Pango, HarfBuzz with its subset library and the Noto fonts are installed."
    return
  fi
  local missing=() package
  for package in "${needed[@]}"; do
    has_package "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if is_root; then
    apt_install "${missing[@]}" || stop "These Debian packages could not be installed: ${missing[*]}"
  else
    stop "Making PDFs needs system libraries that are missing. Install them, then run the same command again:" \
      "    sudo apt-get install -y ${missing[*]}"
  fi
}

# optional_libraries SENTENCE ENTRY...: installs what is missing where that can be done, else says what that means.
optional_libraries() {
  local sentence=$1 missing=() entry path package what
  shift
  for entry in "$@"; do
    IFS=: read -r path package what <<<"$entry"
    compgen -G "$path" >/dev/null || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if is_root && command -v apt-get >/dev/null && apt_install "${missing[@]}"; then
    return
  fi
  for entry in "$@"; do
    IFS=: read -r path package what <<<"$entry"
    compgen -G "$path" >/dev/null || say "$sentence $package is not installed: $what"
  done
  say "To have it too: sudo apt-get install -y ${missing[*]}"
}

virtual_environment() {
  # A clone that was moved or copied has commands that start another folder's Python: such an environment is
  # made anew, as is one that was left half made or whose Python is gone.
  if grep -qsF "$(pwd -P)/$venv" "$venv/bin/activate" && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    return
  fi
  local python version
  python=$(find_python)
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    if is_root && command -v apt-get >/dev/null; then
      apt_install "python$version-venv" || stop "The Debian package python$version-venv could not be installed."
    else
      stop "Python has no module venv. Install it, then run the same command again:" \
        "    sudo apt-get install -y python$version-venv"
    fi
  fi
  say "Making a virtual environment in $venv (Python $version)"
  rm -rf "$venv"
  "$python" -m venv "$venv"
}

# Installs a lock file and shows how far it is; pip's own words are kept for the case that it fails.
install_lock() {
  local lock=$1 total count=0 line log
  log=$(mktemp)
  total=$(grep -cE '^[a-z0-9]' "$lock")
  say "Installing about $total pinned packages from $lock (a few minutes the first time)"
  if ! "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --require-hashes -r "$lock" 2>&1 | tee "$log" | while IFS= read -r line; do
    case $line in
      Collecting* | "Requirement already satisfied"*)
        count=$((count + 1))
        if [ -t 1 ]; then printf '\r    %d of %d' "$count" "$total"; fi
        ;;
      "Installing collected"*) if [ -t 1 ]; then printf '\r    unpacking ...   \n'; else say "unpacking"; fi ;;
    esac
  done; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    stop "The packages of $lock could not be installed; the reason stands above." "Running the same command again goes on from here."
  fi
  rm -f "$log"
  "$venv/bin/python" -m pip install --disable-pip-version-check --no-input -q --no-deps --no-build-isolation --no-index -e . ||
    stop "predeparture itself could not be installed into $venv; the reason stands above."
}

packages() {
  local lock=requirements.lock stamp="$venv/.predeparture-$kind" digest
  [ "$kind" = run ] || lock=requirements-dev.lock
  digest=$(cat "$lock" pyproject.toml <(pwd) <("$venv/bin/python" -V) | sha256sum | cut -d' ' -f1)
  if [ "$(cat "$stamp" 2>/dev/null)" != "$digest" ]; then
    install_lock "$lock"
    printf '%s\n' "$digest" >"$stamp"
    say "Ready"
  fi
}

case $kind in run | test) ;; *) stop "usage: tools/setup.sh run|test" ;; esac
mkdir -p var
if command -v flock >/dev/null; then
  # Two `make` at once in one folder: the second waits for the first.
  exec 9>var/.setup.lock
  flock 9
fi
system_libraries
optional_libraries "Goes without, because" "${helpful[@]}"
[ "$kind" = run ] || optional_libraries "Will be skipped, because" "${wanted_by_tests[@]}"
virtual_environment
packages
