#!/usr/bin/env bash
# make check: what to run before a commit; no tests, no network, no database.
source "$(dirname "$0")/lib.sh"
cargo fmt --all --check
python3 scripts/rooms.py check
cargo clippy --locked --workspace --all-targets --features akashi-cli/rehearsal -- -D warnings
