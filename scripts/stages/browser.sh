#!/usr/bin/env bash
# Browser tests against the real server, with Debian's Chromium.
source "$(dirname "$0")/../lib.sh"

build_ui
# With one test program, so that dependencies get the features that the tests gave
# them and are not built a second time.
cargo build --locked --workspace --bin akashi --test revision_plan --profile ci
export AKASHI_BIN=$target_dir/ci/akashi
npm_ci e2e
npm --prefix e2e test
