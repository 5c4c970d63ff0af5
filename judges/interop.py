#!/usr/bin/env python3
"""Gives every case of a folder to the outside judges and compares the verdicts.

    interop.py FOLDER

A case is any sub-folder with a `case.json`; tests of the workspace write them
where AKASHI_INTEROP_DIR points. README.md beside this file describes the form.
Everything that a case states must hold; what it leaves out is not looked at,
but a case that states nothing is a failure, and so is a folder without cases.

The last line says how many statements held: `N passed, N failed`.
"""

import argparse
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import ltv
import pdfsig
import qpdf
from judge import POLICIES, Judge, load_crls, load_roots

KEYS = {"file", "roots", "crls", "moment", "revocation", "hybrid", "pyhanko", "pdfsig", "qpdf", "openssl_ts", "ltv"}


class Tally:
    """Counts statements and prints those that do not hold."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def state(self, where, expected, found):
        """Compares one expectation; dictionaries may state a part only."""
        if isinstance(expected, dict) and isinstance(found, dict):
            for key, value in expected.items():
                self.state(f"{where}.{key}", value, found.get(key))
        elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
            for index, (one, other) in enumerate(zip(expected, found)):
                self.state(f"{where}[{index}]", one, other)
        elif expected == found:
            self.passed += 1
        else:
            self.fail(f"{where}: expected {show(expected)}, found {show(found)}")

    def fail(self, message):
        self.failed += 1
        print(f"FAILED {message}", flush=True)


def show(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 600 else text[:600] + " …"


def run_case(path, tally):
    """Asks every judge that the case names."""
    case = json.loads(path.read_text(encoding="utf-8"))
    name = path.parent.name
    if unknown := set(case) - KEYS:
        tally.fail(f"{name}: unknown keys {sorted(unknown)}")
        return
    before = tally.passed + tally.failed
    document = path.parent / case["file"]
    for policy, expected in case.get("pyhanko", {}).items():
        if policy not in POLICIES:
            tally.fail(f"{name}: no policy {policy}")
            continue
        judge = Judge(
            load_roots(path.parent / case["roots"]),
            load_crls(path.parent / case["crls"] if "crls" in case else None),
            datetime.fromisoformat(case["moment"]) if "moment" in case else None,
            case.get("revocation", "soft-fail"),
            policy,
            strict=not case.get("hybrid", False),
        )
        verdict = judge.file(document)
        tally.state(f"{name}: pyhanko {policy} error", None, verdict["error"])
        tally.state(f"{name}: pyhanko {policy}", expected, verdict["signatures"])
    if "ltv" in case:
        moment = datetime.fromisoformat(case["moment"]) if "moment" in case else None
        crls = load_crls(path.parent / case["crls"] if "crls" in case else None)
        verdicts = ltv.judge(document, load_roots(path.parent / case["roots"]), moment, crls)
        tally.state(f"{name}: ltv", case["ltv"], verdicts)
    if "pdfsig" in case:
        verdict = pdfsig.judge(document)
        tally.state(f"{name}: pdfsig error", None, verdict["error"])
        tally.state(f"{name}: pdfsig", case["pdfsig"], verdict["signatures"])
    if "qpdf" in case:
        tally.state(f"{name}: qpdf", case["qpdf"], qpdf.judge(document))
    if "openssl_ts" in case:
        tally.state(f"{name}: openssl ts", case["openssl_ts"], openssl_ts(path.parent, case))
    if tally.passed + tally.failed == before:
        tally.fail(f"{name}: the case states nothing")


def openssl_ts(folder, case):
    """Has openssl verify an RFC 3161 token (DER) over the bytes of a file."""
    stated = case["openssl_ts"]
    run = subprocess.run(
        ["openssl", "ts", "-verify", "-token_in", "-in", str(folder / stated["token"]),
         "-data", str(folder / case["file"]), "-CAfile", str(folder / stated["roots_pem"])],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return stated | {"verified": run.returncode == 0 and b"Verification: OK" in run.stdout + run.stderr}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    tally = Tally()
    cases = sorted(folder.glob("**/case.json"))
    for path in cases:
        before = tally.failed
        try:
            run_case(path, tally)
        except Exception as error:  # a broken case is a failure among others, not the end
            tally.fail(f"{path.parent.name}: {type(error).__name__}: {error}")
        print(f"{'ok    ' if tally.failed == before else 'FAILED'} {path.parent.relative_to(folder)}", flush=True)
    if not cases:
        tally.fail(f"no case.json below {folder}")
    print(f"{len(cases)} cases")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
