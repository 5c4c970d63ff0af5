#!/usr/bin/env bash
# The laws of the house that no compiler knows: see scripts/rooms.py.
source "$(dirname "$0")/../lib.sh"

python3 scripts/rooms.py check
python3 scripts/rooms.py prove --cargo-deny "$tools_dir/bin/cargo-deny"
