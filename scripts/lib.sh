# Sourced by every script: where things are, how they speak, how tools come.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

target_dir=${CARGO_TARGET_DIR:-$root/target}
tools_dir=$root/target/tools
judges_dir=$root/target/judges
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}

say() { printf '\n== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "need root for: $* (neither root nor sudo here)"
  fi
}

# Installs the named Debian packages that are not installed yet.
debian_packages() {
  local missing=() package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = 'install ok installed' ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  have apt-get || die "missing packages, and no apt-get to install them: ${missing[*]}"
  say "installing Debian packages: ${missing[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# The toolchains that a person brings along.
require_toolchains() {
  have cargo || die "Rust is missing: install the toolchain (1.95 or newer) with rustup, then try again"
  have node && have npm || die "Node.js is missing: install version 20 or newer with npm, then try again"
}

# A C compiler and linker, for SQLite and the cryptography.
require_compiler() {
  have cc || debian_packages gcc libc6-dev
}

# npm ci, only when the lock file changed since the last time.
npm_ci() {
  local folder=$1
  if [ ! -e "$folder/node_modules/.package-lock.json" ] ||
    [ "$folder/package-lock.json" -nt "$folder/node_modules/.package-lock.json" ]; then
    npm --prefix "$folder" ci --no-audit --no-fund
    touch "$folder/node_modules/.package-lock.json"
  fi
}

# Builds ui/dist when it is missing or a source is newer than the last build.
build_ui() {
  local stamp=$root/target/ui-built
  npm_ci ui
  if [ ! -e "$stamp" ] || [ -z "$(ls -A ui/dist 2>/dev/null)" ] ||
    [ -n "$(find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -newer "$stamp" -print -quit)" ]; then
    npm --prefix ui run build
    mkdir -p "$root/target"
    touch "$stamp"
  fi
}

# A virtual environment whose every package is pinned by hash, made anew when
# the pins or the interpreter change.
install_judges() {
  local stamp
  stamp=$({ cat judges/requirements.txt; python3 --version; } | sha256sum | cut -d' ' -f1)
  if [ "$(cat "$judges_dir/.stamp" 2>/dev/null)" != "$stamp" ]; then
    say "installing the judges (pyHanko, moto, aiosmtpd) into target/judges"
    rm -rf "$judges_dir"
    python3 -m venv "$judges_dir"
    "$judges_dir/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r judges/requirements.txt
    printf '%s' "$stamp" >"$judges_dir/.stamp"
  fi
}
