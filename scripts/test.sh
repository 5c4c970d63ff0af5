#!/usr/bin/env bash
# make test: every check of the project, from a clean clone.
#
# Stages run one after the other and each prints its time. A failed stage does
# not stop the later ones, so that one run shows everything; the exit code is
# that of the whole. The last line counts tests from the runners' own summaries.
#
#   test.sh              all stages
#   test.sh STAGE…       these only, in the given order (tools are not installed)
source "$(dirname "$0")/lib.sh"

logs=$root/target/test-logs
rm -rf "$logs"
mkdir -p "$logs"

export AKASHI_INTEROP_DIR=${AKASHI_INTEROP_DIR:-$root/target/interop}
export AKASHI_JUDGES_PYTHON=${AKASHI_JUDGES_PYTHON:-$judges_dir/bin/python}

failed=()
times=()

stage() {
  local name=$1 started=$SECONDS seconds
  say "stage $name"
  if bash "scripts/stages/$name.sh" 2>&1 | tee "$logs/$name.log"; then
    seconds=$((SECONDS - started))
    times+=("$(printf '%-10s %5d s' "$name" "$seconds")")
    printf -- '-- stage %s ok in %d s\n' "$name" "$seconds"
  else
    seconds=$((SECONDS - started))
    times+=("$(printf '%-10s %5d s  FAILED' "$name" "$seconds")")
    printf -- '-- stage %s FAILED after %d s\n' "$name" "$seconds"
    failed+=("$name")
  fi
}

if [ $# -eq 0 ]; then
  started=$SECONDS
  bash scripts/tools.sh
  times+=("$(printf '%-10s %5d s' tools $((SECONDS - started)))")
  set -- ui fmt rooms clippy docs deny library unit interop browser
fi

if [ -z "${AKASHI_CORPUS:-}" ] && [ ! -d "$root/../shared/corpus" ]; then
  say "NOTE: no AKASHI_CORPUS and no ../shared/corpus: the tests on foreign files do not run"
fi

for name in "$@"; do
  stage "$name"
done

say "times"
printf '%s\n' "${times[@]}"
printf '%-10s %5d s\n' total "$SECONDS"
[ ${#failed[@]} -eq 0 ] || printf 'failed stages: %s\n' "${failed[*]}"

read -r passed broken < <(awk -f scripts/tally.awk "$logs"/*.log)
printf '%d passed, %d failed\n' "$passed" "$broken"
[ ${#failed[@]} -eq 0 ] && [ "$broken" -eq 0 ] && { [ "$passed" -gt 0 ] || [ "${CI:-}" != true ]; }
