#!/usr/bin/env bash
# make soak N=10000: kills the server N times at random points of sending,
# signing and concluding, and looks that every contract ends exactly once.
source "$(dirname "$0")/lib.sh"
require_toolchains
build_ui
# Built as the unit stage builds, so that nothing is compiled twice.
AKASHI_SOAK_RUNS=${1:?how many kills} cargo test --locked --workspace --features akashi-cli/rehearsal --profile ci \
  --test soak -- --ignored --nocapture
