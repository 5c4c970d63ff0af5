#!/usr/bin/env python3
"""The table of rooms in ARCHITECTURE.md is law; this program enforces it.

    rooms.py write                     writes the bans of deny.toml from the table
    rooms.py check                     the table, deny.toml and every Cargo.toml agree;
                                       floors 1-4 contain no I/O; testkit is for tests
    rooms.py prove --cargo-deny PATH   adds every forbidden edge to a copy of the manifests
                                       and looks that cargo-deny refuses each of them

A dependency of a test counts like any other: a room is as closed in its tests as
in its code. Only `testkit` may be imported by tests of every room above floor 4.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE_ROW = re.compile(r"^\| (?P<floor>[\d–]+) \| `(?P<room>[a-z]+)` \| .* \| (?P<imports>[^|]+) \|$")
BEGIN = "# rooms: begin (written by `make gen` from ARCHITECTURE.md)"
END = "# rooms: end"
DEPENDENCY_TABLES = ("dependencies", "dev-dependencies", "build-dependencies")
# What no room of floors 1-4 may contain, directly or through another crate.
FORBIDDEN_BELOW = {
    "async-std", "axum", "hyper", "mio", "reqwest", "sea-orm", "smol", "socket2", "sqlx", "tokio", "ureq",
}  # fmt: skip
TESTKIT = "testkit"
# Above all floors: a tool.
TOOL = 99
# How cargo-deny speaks of an importer that is no wrapper, and of the error that follows.
UNMATCHED = re.compile(r"direct parent 'akashi-(\w+) = [^']*' of banned crate 'akashi-(\w+) = ")
BANNED = re.compile(r"crate 'akashi-(\w+) = [^']*' is explicitly banned")


def read_table():
    """Rooms in the order of the table: name -> (floor, set of rooms it may import)."""
    rooms = {}
    rows = []
    for line in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines():
        if found := TABLE_ROW.match(line):
            floor = None if found["floor"] == "–" else int(found["floor"])
            rows.append((found["room"], floor, found["imports"].strip()))
    for room, floor, imports in rows:
        if imports == "everything":
            allowed = {other for other, other_floor, _ in rows if other_floor and other != room}
        elif imports == "`app` and below":
            app = next(other_floor for other, other_floor, _ in rows if other == "app")
            allowed = {other for other, other_floor, _ in rows if other_floor and other_floor <= app}
        else:
            allowed = set(re.findall(r"`([a-z]+)`", imports))
        rooms[room] = (floor, allowed)
    if len(rooms) < 10:
        raise SystemExit("rooms.py: the table of rooms in ARCHITECTURE.md was not found")
    return rooms


def may_test_with_testkit(floor):
    return floor is not None and floor >= 5


def importers(rooms, room):
    """Who may import a room, sorted."""
    named = {other for other, (_, allowed) in rooms.items() if room in allowed}
    if room == TESTKIT:
        named |= {other for other, (floor, _) in rooms.items() if may_test_with_testkit(floor)}
    return sorted(named)


def bans(rooms):
    """The block of deny.toml that the table stands for."""
    lines = [BEGIN]
    for room in rooms:
        # What nobody may import names itself: cargo-deny takes an empty list as a ban of the crate's own being.
        wrappers = ", ".join(f'"akashi-{other}"' for other in importers(rooms, room) or [room])
        lines.append(f'  {{ crate = "akashi-{room}", wrappers = [{wrappers}] }},')
    return "\n".join([*lines, "  " + END])


def split_deny():
    text = (ROOT / "deny.toml").read_text(encoding="utf-8")
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        raise SystemExit("rooms.py: deny.toml lacks the marks of the rooms block")
    return text[:begin], text[begin : end + len(END)], text[end + len(END) :]


def write(rooms):
    before, _, after = split_deny()
    (ROOT / "deny.toml").write_text(before + bans(rooms) + after, encoding="utf-8")


def edges(manifest):
    """(table, room) for each of our crates that a manifest names."""
    parsed = tomllib.loads(manifest.read_text(encoding="utf-8"))
    tables = [parsed, *parsed.get("target", {}).values()]
    for table in tables:
        for kind in DEPENDENCY_TABLES:
            for name in table.get(kind, {}):
                if name.startswith("akashi-"):
                    yield kind, name.removeprefix("akashi-")


def check(rooms):
    """Everything that can be seen without building. Returns the list of faults."""
    faults = []
    if split_deny()[1] != bans(rooms):
        faults.append("deny.toml does not follow the table: run `make gen`")
    folders = {path.parent.name for path in (ROOT / "crates").glob("*/Cargo.toml")}
    for extra in sorted(folders - set(rooms)):
        faults.append(f"crates/{extra} has no row in the table of ARCHITECTURE.md")
    for missing in sorted(set(rooms) - folders):
        faults.append(f"the table names `{missing}`, but there is no crates/{missing}")
    for room in sorted(folders & set(rooms)):
        manifest = ROOT / "crates" / room / "Cargo.toml"
        name = tomllib.loads(manifest.read_text(encoding="utf-8"))["package"]["name"]
        if name != f"akashi-{room}":
            faults.append(f"crates/{room} is called {name}")
        floor, allowed = rooms[room]
        for kind, other in edges(manifest):
            if other == TESTKIT and kind == "dev-dependencies" and may_test_with_testkit(floor):
                continue
            if other == TESTKIT:
                faults.append(f"{room} imports testkit under {kind}: it is for tests of floors 5 and up")
            elif other not in allowed:
                faults.append(f"{room} imports {other} under {kind}: not in its row")
    return faults + io_below(rooms)


def io_below(rooms):
    """Faults of rooms on floors 1-4 that contain a crate of FORBIDDEN_BELOW."""
    faults = []
    for room, (floor, _) in rooms.items():
        if floor is None or floor > 4:
            continue
        tree = subprocess.run(
            ["cargo", "tree", "--locked", "-p", f"akashi-{room}", "-e", "normal", "--prefix", "none", "--no-dedupe"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if tree.returncode != 0:
            faults.append(f"cargo tree -p akashi-{room}: {tree.stderr.strip()}")
        names = {line.split(" ", 1)[0] for line in tree.stdout.splitlines() if line}
        for name in sorted(names & FORBIDDEN_BELOW):
            faults.append(f"{room} (floor {floor}) contains {name}")
    return faults


def has_library(room):
    """Whether cargo lets anybody import the room: a program alone cannot be."""
    return (ROOT / "crates" / room / "src" / "lib.rs").exists()


def forbidden_edges(rooms):
    """Two lists of edges outside the table, each free of cycles.

    Taking a fixed order of rooms and only edges from later to earlier ones can
    never close a circle; the reverse order within a floor gives the other half
    of the edges between neighbours. Edges upward would close one: cargo itself
    refuses those.
    """
    height = {room: 5.5 if room == TESTKIT else floor or TOOL for room, (floor, _) in rooms.items()}
    up = sorted(rooms, key=lambda room: (height[room], room))
    down = sorted(sorted(rooms, reverse=True), key=lambda room: height[room])
    for order in (up, down):
        chosen = []
        for index, room in enumerate(order):
            for other in order[:index]:
                if has_library(other) and room not in importers(rooms, other):
                    chosen.append((room, other))
        yield chosen


def refused_edges(cargo_deny, forbidden):
    """The edges that cargo-deny refuses once the given ones are added to a copy of the manifests."""
    with tempfile.TemporaryDirectory(prefix="akashi-rooms-") as scratch:
        copy = Path(scratch)
        for name in ("Cargo.toml", "Cargo.lock", "deny.toml"):
            shutil.copy(ROOT / name, copy / name)
        for manifest in (ROOT / "crates").glob("*/Cargo.toml"):
            folder = copy / "crates" / manifest.parent.name
            (folder / "src").mkdir(parents=True)
            for source in ("lib.rs", "main.rs"):
                if (manifest.parent / "src" / source).exists():
                    (folder / "src" / source).touch()
            text = re.sub(r"(?ms)^\[\[(bench|test|example)\]\].*?(?=^\[|\Z)", "", manifest.read_text(encoding="utf-8"))
            added = [other for room, other in forbidden if room == manifest.parent.name]
            # Under a target table, so that an existing list of dependencies stays as it is.
            text += '\n[target."cfg(unix)".dependencies]\n'
            text += "".join(f'akashi-{other} = {{ path = "../{other}" }}\n' for other in added)
            (folder / "Cargo.toml").write_text(text, encoding="utf-8")
        run = subprocess.run(
            [str(cargo_deny), "--format", "json", "check", "bans"],
            cwd=copy, capture_output=True, text=True, check=False,
        )  # fmt: skip
    banned, unmatched = set(), set()
    for line in run.stderr.splitlines():
        try:
            fields = json.loads(line).get("fields", {})
        except json.JSONDecodeError:
            continue
        if fields.get("code") == "banned" and (found := BANNED.match(fields["message"])):
            banned.add(found[1])
        elif fields.get("code") == "unmatched-wrapper" and (found := UNMATCHED.match(fields["message"])):
            unmatched.add((found[1], found[2]))
    # An edge is refused when its importer is named and the import is an error.
    return {edge for edge in unmatched if edge[1] in banned}, run


def prove(rooms, cargo_deny):
    """Faults of the enforcement itself."""
    faults = []
    proven = 0
    refused, run = refused_edges(cargo_deny, [])
    if run.returncode != 0:
        faults.append(f"cargo-deny refuses the tree as it is: {sorted(refused)}\n{run.stderr[-2000:]}")
    for forbidden in forbidden_edges(rooms):
        refused, run = refused_edges(cargo_deny, forbidden)
        for room, other in forbidden:
            if (room, other) in refused:
                proven += 1
            else:
                faults.append(f"cargo-deny let {room} import {other}")
        if not refused:
            faults.append(f"cargo-deny refused nothing:\n{run.stderr[-2000:]}")
            break
    return proven, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("write")
    commands.add_parser("check")
    commands.add_parser("prove").add_argument("--cargo-deny", type=Path, required=True)
    arguments = parser.parse_args()
    rooms = read_table()
    if arguments.command == "write":
        write(rooms)
        return 0
    if arguments.command == "check":
        faults = check(rooms)
        print(f"rooms: {len(rooms)} rooms, {len(faults)} faults")
    else:
        proven, faults = prove(rooms, arguments.cargo_deny.resolve())
        print(f"forbidden edges refused by cargo-deny, tests of the law:\n{proven} passed, {len(faults)} failed")
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
