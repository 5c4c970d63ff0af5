#!/usr/bin/env bash
# The pages' scripts and styles: locked packages, type check, unit tests, build into ui/dist.
source "$(dirname "$0")/../lib.sh"

npm_ci ui
npm --prefix ui run check
npm --prefix ui test
build_ui
