#!/usr/bin/env bash
# make fix: formats the code and applies what clippy can apply by itself.
source "$(dirname "$0")/lib.sh"
cargo clippy --workspace --all-targets --fix --allow-dirty --allow-staged
cargo fmt --all
