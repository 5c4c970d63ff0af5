#!/usr/bin/env bash
# Outside judges: pyHanko, pdfsig, qpdf and openssl on the files of the unit stage.
source "$(dirname "$0")/../lib.sh"

status=0
corpus=${AKASHI_CORPUS:-$root/../shared/corpus}
if [ -n "${AKASHI_CORPUS:-}" ] || [ -d "$corpus" ]; then
  echo "the judges themselves:"
  "$AKASHI_JUDGES_PYTHON" judges/selftest.py "$corpus" || status=1
fi
echo "our files:"
"$AKASHI_JUDGES_PYTHON" judges/interop.py "$AKASHI_INTEROP_DIR" || status=1
exit "$status"
