#!/usr/bin/env bash
# Licences, forbidden crates, sources, and the table of rooms (deny.toml).
source "$(dirname "$0")/../lib.sh"

# The advisory database is no registry package: `make audit` asks it where it
# can be reached.
"$tools_dir/bin/cargo-deny" --locked --offline check -A unused-wrapper --hide-inclusion-graph bans licenses sources
