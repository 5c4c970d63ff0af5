#!/usr/bin/env bash
# Unit, conformance and documentation tests, with a PostgreSQL of their own.
source "$(dirname "$0")/../lib.sh"

# Signed files of this run only go to the judges of the next stage.
rm -rf "$AKASHI_INTEROP_DIR"
mkdir -p "$AKASHI_INTEROP_DIR"

# The feature akashi-cli/rehearsal adds the kill walk.
# Both runners are asked to go on after a failure; the stage fails with either.
status=0
if cargo nextest --version >/dev/null 2>&1; then
  scripts/postgres.sh run -- cargo nextest run --locked --workspace --features akashi-cli/rehearsal --cargo-profile ci --no-fail-fast || status=$?
  cargo test --locked --workspace --features akashi-cli/rehearsal --doc --profile ci --no-fail-fast || status=$?
else
  scripts/postgres.sh run -- cargo test --locked --workspace --features akashi-cli/rehearsal --profile ci --no-fail-fast || status=$?
fi
exit "$status"
