#!/usr/bin/env bash
# make dist: the release binary in target/dist, with its papers and check sums.
source "$(dirname "$0")/lib.sh"

require_toolchains
require_compiler
build_ui
cargo build --release --locked -p akashi-cli

version=$(cargo metadata --no-deps --format-version 1 | python3 -c '
import json, sys
print(next(p["version"] for p in json.load(sys.stdin)["packages"] if p["name"] == "akashi-cli"))')
name=akashi-$version-$(rustc -vV | sed -n 's/^host: //p')
folder=$root/target/dist/$name
rm -rf "$folder"
mkdir -p "$folder"
cp "$target_dir/release/akashi" README.md README.ja.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$folder/"
cargo metadata --locked --format-version 1 | python3 -c '
import json, sys
for p in sorted(json.load(sys.stdin)["packages"], key=lambda p: p["name"]):
    if p["source"]:
        print(p["name"], p["version"], p["license"] or p["license_file"], sep="\t")' >"$folder/DEPENDENCIES.tsv"
(cd "$root/target/dist" && tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -czf "$name.tar.gz" "$name" &&
  sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256")
