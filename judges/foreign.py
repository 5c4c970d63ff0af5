#!/usr/bin/env python3
"""What pyHanko and qpdf say of foreign files before and after they were signed; one process for all.

    foreign.py LIST

LIST is a JSON file: {"roots": FOLDER, "moment": ISO-TIME, "files": [
  {"name": "a.pdf", "original": PATH, "signed": [PATH, …]}, …]}. `original` is the
file that was signed; with "signed": [] it is only opened. For each file one line:

    {"name": "a.pdf",
     "original": {"opens": null, "lists": null, "pages": 3, "signatures": 0, "qpdf": 0},
     "signed": [{"error": null, "signatures": 1, "intact": true, "valid": true,
                 "trusted": true, "problem": null, "qpdf": 0}]}

`opens` is null when pyHanko (non-strict, with an empty password) reads trailer,
catalog and page tree, otherwise what it throws; `lists` likewise for the signatures
that are in the file already, whose contents pyHanko parses to list them. The
verdict on a signed file is that on its newest signature: pyHanko finds it intact,
valid and trusted, and `problem` is null when it accepts the file as a whole.
`qpdf` is the exit code of `qpdf --check`: 0 fine, 3 warnings, 2 errors.
"""

import argparse
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from judge import Judge, describe, load_roots
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader


def opened(stream):
    """A reader that has read what signing needs, with an empty password where one is asked for."""
    reader = PdfFileReader(stream, strict=False)
    if reader.encrypted:
        if reader.decrypt(b"").status == AuthStatus.FAILED:
            raise PermissionError("password")
    reader.root["/Pages"]
    return reader


def reading(path):
    """Whether pyHanko opens the file."""
    facts = {"opens": None, "lists": None, "pages": None, "signatures": None, "qpdf": check(path)}
    step = "opens"
    try:
        with open(path, "rb") as stream:
            reader = opened(stream)
            facts["pages"] = int(reader.root["/Pages"]["/Count"])
            step = "lists"
            facts["signatures"] = len(reader.embedded_signatures)
    except Exception as refusal:  # a judge reports whatever its library throws
        facts[step] = describe(refusal)
    return facts


def verdict(judge, path):
    """pyHanko's verdict on the newest signature, and qpdf's on the file."""
    facts = {"error": None, "signatures": None, "qpdf": check(path)}
    try:
        with open(path, "rb") as stream:
            signatures = opened(stream).embedded_signatures
            facts["signatures"] = len(signatures)
            found = judge.signature(signatures[-1])
    except Exception as refusal:  # as above
        return facts | {"error": describe(refusal)}
    facts |= {key: found.get(key) for key in ("field", "intact", "valid", "trusted", "coverage", "problem", "error")}
    facts["accepted"] = found.get("accepted")
    return facts


def check(path):
    run = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, timeout=120, check=False)
    return run.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("list", type=Path)
    task = json.loads(parser.parse_args().list.read_text(encoding="utf-8"))
    judge = Judge(
        load_roots(task["roots"]), moment=datetime.fromisoformat(task["moment"]), policy_name="default", strict=False
    )
    for file in task["files"]:
        line = {
            "name": file["name"],
            "original": reading(file["original"]),
            "signed": [verdict(judge, path) for path in file["signed"]],
        }
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
