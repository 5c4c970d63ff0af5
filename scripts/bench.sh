#!/usr/bin/env bash
# make bench: contracts per second beside the raw signature rate of openssl on
# this machine, CPU time by step, memory at rest, start-up time. Release build.
source "$(dirname "$0")/lib.sh"
require_toolchains
have openssl || debian_packages openssl
build_ui
say "raw ECDSA P-256 rate of openssl, one core"
openssl speed -seconds 3 ecdsap256 2>/dev/null | tail -n 2
cargo build --release --locked -p akashi-cli
AKASHI_BIN=$target_dir/release/akashi cargo bench --locked -p akashi-cli --bench contracts -- "$@"
