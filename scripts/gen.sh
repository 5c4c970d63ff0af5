#!/usr/bin/env bash
# make gen: writes anew every committed file that a program makes.
source "$(dirname "$0")/lib.sh"
# The bans of deny.toml follow the table of rooms in ARCHITECTURE.md.
python3 scripts/rooms.py write
