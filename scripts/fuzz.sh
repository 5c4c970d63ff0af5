#!/usr/bin/env bash
# make fuzz FUZZ_SECONDS=600: every fuzz target for so long, starting from its seeds.
# libFuzzer's instrumentation is unstable in the compiler; RUSTC_BOOTSTRAP opens
# it on the stable toolchain, for this build only.
source "$(dirname "$0")/lib.sh"

cargo_fuzz_version=0.13.1
seconds=${1:-600}
require_toolchains
have c++ || debian_packages g++
if [ "$("$tools_dir/bin/cargo-fuzz" --version 2>/dev/null)" != "cargo-fuzz $cargo_fuzz_version" ]; then
  say "building cargo-fuzz $cargo_fuzz_version (once)"
  cargo install --quiet --locked --force --version "$cargo_fuzz_version" --root "$tools_dir" cargo-fuzz
fi
[ -d fuzz ] || die "there is no fuzz workspace in this tree"
export RUSTC_BOOTSTRAP=1
for target in $("$tools_dir/bin/cargo-fuzz" list); do
  say "fuzzing $target for $seconds s"
  "$tools_dir/bin/cargo-fuzz" run "$target" -- -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20
done
