#!/usr/bin/env bash
# Browser tests against the real server, with Debian's Chromium.
source "$(dirname "$0")/../lib.sh"

build_ui
cargo build --locked --profile ci -p akashi-cli
export AKASHI_BIN=$target_dir/ci/akashi
npm_ci e2e
npm --prefix e2e test
