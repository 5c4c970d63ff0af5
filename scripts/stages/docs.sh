#!/usr/bin/env bash
# Documentation of all crates: no warning, no broken link.
source "$(dirname "$0")/../lib.sh"

RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --profile ci
