#!/usr/bin/env bash
# make run: from a fresh clone to a running server on http://127.0.0.1:8080.
# ARGS goes to `akashi serve`, for example: make run ARGS='--data /srv/akashi'
source "$(dirname "$0")/lib.sh"

say "1/4 tools"
require_toolchains
require_compiler
cargo --version
printf 'node %s\n' "$(node --version)"

say "2/4 pages (ui/dist)"
build_ui

say "3/4 server (the first build takes some minutes, later ones seconds)"
cargo build --locked -p akashi-cli

say "4/4 serving (Ctrl-C stops it)"
exec "$target_dir/debug/akashi" serve "$@"
