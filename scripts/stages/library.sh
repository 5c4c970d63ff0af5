#!/usr/bin/env bash
# The engine as a library: each of its crates is packaged, and built alone from its package, as
# `cargo publish` would. Nothing is uploaded.
source "$(dirname "$0")/../lib.sh"

rooms=(pdf pki cms tsp pades validation)
# --allow-dirty: a look at work in progress must be possible; CI runs on a clean clone anyway.
CARGO_TARGET_DIR=$root/target/library cargo publish --dry-run --locked --allow-dirty "${rooms[@]/#/-pakashi-}" 2>&1 |
  grep -v -e 'Blocking waiting' -e '^ *Compiling'
