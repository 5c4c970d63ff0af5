#!/usr/bin/env bash
# A PostgreSQL cluster of its own in a temporary folder, for tests.
#
#   postgres.sh run -- COMMAND…   starts one, runs COMMAND with AKASHI_TEST_POSTGRES_URL set, stops it
#   postgres.sh start FOLDER      starts one in FOLDER and prints its URL
#   postgres.sh stop FOLDER       stops it and removes FOLDER
#
# The URL is that of a superuser: tests make their own roles and databases. The
# cluster listens on a free port of 127.0.0.1 and writes without fsync, which is
# right for tests only. Started by root it runs as the user `postgres`, since
# PostgreSQL refuses to run as root.
source "$(dirname "$0")/lib.sh"

usage() { sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//' >&2; exit 2; }

# The newest PostgreSQL on this machine, 15 or later.
programs() {
  local folder
  folder=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -type d 2>/dev/null | sort -t/ -k5 -n | tail -n 1)
  [ -n "$folder" ] && [ -x "$folder/bin/initdb" ] || die "PostgreSQL is missing: apt-get install postgresql"
  [ "$(basename "$folder")" -ge 15 ] || die "PostgreSQL 15 or newer is needed, found $(basename "$folder")"
  printf '%s/bin' "$folder"
}

# Runs a command as a user that PostgreSQL accepts.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start() {
  local folder=$1 bin port password
  bin=$(programs)
  mkdir -p "$folder"
  [ -z "$(ls -A "$folder")" ] || die "$folder is not empty"
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  (umask 077 && printf '%s' "$password" >"$folder/password")
  [ "$(id -u)" -ne 0 ] || chown -R postgres "$folder"
  # The user postgres must be able to reach the folder and to stand somewhere.
  cd /
  as_postgres "$bin/initdb" -D "$folder/cluster" -U akashi_test --pwfile="$folder/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log" >&2; die "initdb failed"; }
  # A port can be taken between choosing and listening: try again with another.
  for _ in 1 2 3 4 5; do
    port=$(free_port)
    if as_postgres "$bin/pg_ctl" -D "$folder/cluster" -w -t 60 -l "$folder/server.log" start \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=300" >/dev/null 2>&1; then
      printf 'postgres://akashi_test:%s@127.0.0.1:%s/postgres\n' "$password" "$port"
      return
    fi
  done
  cat "$folder/server.log" >&2
  die "PostgreSQL did not start"
}

stop() {
  local folder=$1 bin
  bin=$(programs)
  cd /
  as_postgres "$bin/pg_ctl" -D "$folder/cluster" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}

case "${1:-}" in
  start) [ $# -eq 2 ] || usage; start "$(realpath -m "$2")" ;;
  stop) [ $# -eq 2 ] || usage; stop "$(realpath -m "$2")" ;;
  run)
    [ "${2:-}" = -- ] && [ $# -ge 3 ] || usage
    shift 2
    folder=$(mktemp -d "${TMPDIR:-/tmp}/akashi-postgres.XXXXXX")
    trap 'stop "$folder"' EXIT
    trap 'exit 130' INT TERM
    AKASHI_TEST_POSTGRES_URL=$(start "$folder")
    export AKASHI_TEST_POSTGRES_URL
    "$@"
    ;;
  *) usage ;;
esac
