#!/usr/bin/env bash
# Formatting of all Rust code.
source "$(dirname "$0")/../lib.sh"

cargo fmt --all --check
echo "formatting is right"
