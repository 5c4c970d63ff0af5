#!/usr/bin/env bash
# make fuzz: hours of fuzzing with cargo-fuzz and a nightly compiler, target after target.
#
#   fuzz.sh [TARGET] [SECONDS]    one target or all of them; an hour each when nothing is said
#
# What is found is kept in target/fuzz/artifacts, the grown corpus in target/fuzz/corpus. The bounded run over the
# stored seeds, without a nightly compiler, is part of `make test` (crates/robust/tests/it/smoke.rs).
source "$(dirname "$0")/lib.sh"

wanted=${1:-}
seconds=${2:-3600}

cargo +nightly --version >/dev/null 2>&1 || die "fuzzing needs a nightly compiler: rustup toolchain install nightly"
if ! have cargo-fuzz; then
  [ -x "$tools_dir/bin/cargo-fuzz" ] || cargo install --locked --root "$tools_dir" cargo-fuzz
  PATH=$tools_dir/bin:$PATH
fi

# Name and folder of seeds of each target, as the list in targets.rs has them.
list=$(sed -nE 's/^ *target\("([a-z0-9_]+)", "([a-z0-9_]+)".*/\1 \2/p' crates/robust/src/targets.rs)
[ -n "$list" ] || die "no target in crates/robust/src/targets.rs"
if [ -n "$wanted" ]; then
  list=$(grep "^$wanted " <<<"$list") || die "no target $wanted; there are: $(sed -nE 's/^ *target\("([a-z0-9_]+)".*/\1/p' crates/robust/src/targets.rs | tr '\n' ' ')"
fi

export CARGO_TARGET_DIR=$root/target/fuzz
status=0
while read -r name seeds; do
  say "fuzzing $name for $seconds s"
  corpus=$root/target/fuzz/corpus/$name
  artifacts=$root/target/fuzz/artifacts/$name/
  mkdir -p "$corpus" "$artifacts"
  cargo +nightly fuzz run --fuzz-dir fuzz "$name" "$corpus" "fuzz/seeds/$seeds" -- \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=512 -max_len=65536 \
    -artifact_prefix="$artifacts" </dev/null || status=1
done <<<"$list"
[ "$status" -eq 0 ] || die "something was found; see target/fuzz/artifacts"
