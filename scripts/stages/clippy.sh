#!/usr/bin/env bash
# Lints of all crates, tests and the rehearsal of the kill walk included.
source "$(dirname "$0")/../lib.sh"

cargo clippy --locked --workspace --all-targets --features akashi-cli/rehearsal --profile ci -- -D warnings
