#!/usr/bin/env bash
# make audit: known vulnerabilities of our dependencies. Needs the public advisory
# database, which is fetched from its own repository, so it is not part of make test.
source "$(dirname "$0")/lib.sh"
[ -x "$tools_dir/bin/cargo-deny" ] || bash scripts/tools.sh
"$tools_dir/bin/cargo-deny" --locked check advisories
