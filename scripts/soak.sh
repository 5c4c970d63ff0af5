#!/usr/bin/env bash
# make soak N=10000: kills the server N times at random points of sending,
# signing and concluding, and looks that every contract ends exactly once.
source "$(dirname "$0")/lib.sh"
require_toolchains
build_ui
AKASHI_SOAK_RUNS=${1:?how many kills} cargo test --locked --profile ci -p akashi-cli --features rehearsal --test soak -- --ignored --nocapture
