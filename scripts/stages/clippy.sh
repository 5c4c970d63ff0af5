#!/usr/bin/env bash
# Lints of all crates, tests included, in the profile of the tests.
source "$(dirname "$0")/../lib.sh"

cargo clippy --locked --workspace --all-targets --profile ci -- -D warnings
