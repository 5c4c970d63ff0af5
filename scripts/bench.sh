#!/usr/bin/env bash
# make bench: speed, memory and start-up time of the release binary, measured from outside.
# ARGS goes to akashi-bench, for example: make bench ARGS='--contracts 200 --parallel 8'
source "$(dirname "$0")/lib.sh"

require_toolchains
require_compiler
have openssl || debian_packages openssl
build_ui
cargo build --release --locked -p akashi-cli -p akashi-bench
exec "$target_dir/release/akashi-bench" --akashi "$target_dir/release/akashi" --folder "$root/target/bench" "$@"
