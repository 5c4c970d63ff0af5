#!/usr/bin/env bash
# make bench: speed, memory and start-up time, each figure beside its limit or rival.
#
#   bench.sh                   the engine, then the service
#   bench.sh engine [ARGS]     the engine alone: signing and judging beside the bare operations, openssl and other
#                              libraries (ARGS go to `akashi-bench-engine run`, for example: engine --only sign)
#   bench.sh service [ARGS]    the released binary alone, measured from outside (ARGS go to akashi-bench, for example:
#                              service --contracts 200 --parallel 8)
source "$(dirname "$0")/lib.sh"

rivals=$root/crates/bench/rivals

bench_engine() {
  have python3 && python3 -c 'import ensurepip, venv' 2>/dev/null || debian_packages python3 python3-venv
  [ -n "${AKASHI_JUDGES_PYTHON:-}" ] || install_judges
  npm_ci "$rivals"
  cargo build --release --locked -p akashi-bench --bin akashi-bench-engine
  mkdir -p "$root/target/bench"
  "$target_dir/release/akashi-bench-engine" run --folder "$root/target/bench" --rivals "$rivals" \
    --python "${AKASHI_JUDGES_PYTHON:-$judges_dir/bin/python}" "$@"
}

bench_service() {
  build_ui
  cargo build --release --locked -p akashi-cli -p akashi-bench
  "$target_dir/release/akashi-bench" --akashi "$target_dir/release/akashi" --folder "$root/target/bench" "$@"
}

require_toolchains
require_compiler
have openssl || debian_packages openssl
case ${1:-} in
  engine) bench_engine "${@:2}" ;;
  service) bench_service "${@:2}" ;;
  # Options without a name are the service's.
  -*) bench_service "$@" ;;
  '')
    bench_engine
    bench_service
    ;;
  *) die "bench.sh measures engine or service, not $1" ;;
esac
