#!/usr/bin/env bash
# Renews judges/requirements.txt from requirements.in: newest versions, with hashes.
source "$(dirname "$0")/lib.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pip-tools
cp judges/requirements.in "$folder/"
(cd "$folder" && venv/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
  --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
  --output-file requirements.txt requirements.in)
{
  echo "# Made by scripts/judges-lock.sh from requirements.in; do not edit."
  cat "$folder/requirements.txt"
} >judges/requirements.txt
