#!/usr/bin/env bash
# Installs what the tests need and prints the versions: Debian packages through
# apt-get (with sudo when not root), pyHanko and the test servers in a Python
# environment of their own, cargo-deny from source. What is there already stays.
source "$(dirname "$0")/lib.sh"

cargo_deny_version=0.20.2

install_debian_packages() {
  local packages=()
  have cc || packages+=(gcc libc6-dev)
  have make || packages+=(make)
  have chromium || packages+=(chromium)
  have pdfsig || packages+=(poppler-utils)
  have qpdf || packages+=(qpdf)
  have openssl || packages+=(openssl)
  # Browser tests of deadlines and expired links move the program's clock.
  compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || packages+=(libfaketime)
  # Keys in tokens are tried on a software token.
  [ -e /usr/lib/softhsm/libsofthsm2.so ] && have softhsm2-util || packages+=(softhsm2)
  have pkcs11-tool || packages+=(opensc)
  have fc-list || packages+=(fontconfig)
  have runuser || packages+=(util-linux)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
  have python3 || packages+=(python3)
  python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
  # Screenshots without Japanese glyphs would show nothing of the product.
  if ! have fc-list || [ -z "$(fc-list :lang=ja 2>/dev/null)" ]; then
    packages+=(fonts-noto-cjk)
  fi
  [ ${#packages[@]} -eq 0 ] || debian_packages "${packages[@]}"
}

install_cargo_deny() {
  if [ "$("$tools_dir/bin/cargo-deny" --version 2>/dev/null)" != "cargo-deny $cargo_deny_version" ]; then
    say "building cargo-deny $cargo_deny_version (some minutes, once)"
    CARGO_TARGET_DIR="$tools_dir/build" cargo install --quiet --locked --force \
      --version "$cargo_deny_version" --root "$tools_dir" cargo-deny
    rm -rf "$tools_dir/build"
  fi
}

require_toolchains
install_debian_packages
install_judges
install_cargo_deny

say "tools"
cargo --version
cargo nextest --version 2>/dev/null | sed -n 1p || echo "cargo-nextest is not installed: cargo test runs the tests"
"$tools_dir/bin/cargo-deny" --version
printf 'node %s\n' "$(node --version)"
"$judges_dir/bin/python" -c 'from importlib.metadata import version; print("pyHanko", version("pyHanko")); print("moto", version("moto")); print("aiosmtpd", version("aiosmtpd"))'
# sed reads to the end: a reader that leaves early (head) ends the writer with SIGPIPE, and with it this script.
pdfsig -v 2>&1 | sed -n 1p
qpdf --version | sed -n 1p
openssl version
printf 'SoftHSM %s\n' "$(softhsm2-util --version)"
chromium --version 2>/dev/null
