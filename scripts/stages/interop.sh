#!/usr/bin/env bash
# Outside judges: pyHanko, pdfsig, qpdf and openssl on the files of the unit stage.
source "$(dirname "$0")/../lib.sh"

status=0
corpus=${AKASHI_CORPUS:-$root/../shared/corpus}
if [ -n "${AKASHI_CORPUS:-}" ] || [ -d "$corpus" ]; then
  echo "the judges themselves:"
  "$AKASHI_JUDGES_PYTHON" judges/selftest.py "$corpus" || status=1
fi
if [ -n "${AKASHI_CORPUS:-}" ] || [ -d "$corpus" ]; then
  echo "foreign files, signed:"
  if cargo nextest --version >/dev/null 2>&1; then
    # With the packages and features of the unit stage, so that nothing is built anew.
    cargo nextest run --locked --workspace --features akashi-cli/rehearsal --cargo-profile ci --no-fail-fast \
      --run-ignored only -E 'package(akashi-robust)' || status=1
  else
    cargo test --locked -p akashi-robust --profile ci -- --ignored || status=1
  fi
fi
echo "our files:"
"$AKASHI_JUDGES_PYTHON" judges/interop.py "$AKASHI_INTEROP_DIR" || status=1
exit "$status"
