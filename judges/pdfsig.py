#!/usr/bin/env python3
"""poppler's pdfsig as an outside judge: one JSON object per file and line.

    pdfsig.py FILE...

    {"file": "a.pdf", "error": null, "empty_fields": 0, "signatures": [{"field": "Sig1",
     "common_name": "…", "type": "ETSI.CAdES.detached", "valid": true,
     "validation": "Signature is Valid.", "whole_file": true}]}

poppler judges the cryptography and the byte range only: it neither follows
certificates here (-nocert, so no browser database is asked) nor looks at what
later revisions changed. A file without signatures is not an error.
"""

import argparse
import json
import re
import subprocess
import sys

LINE = re.compile(r"^\s+- (?P<name>[^:]+): ?(?P<value>.*)$")
NAMES = {
    "Signature Field Name": "field",
    "Signer Certificate Common Name": "common_name",
    "Signature Type": "type",
    "Signature Validation": "validation",
}


def judge(path):
    """Runs pdfsig on one file and reads its report."""
    verdict = {"file": str(path), "error": None, "empty_fields": 0, "signatures": []}
    run = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, timeout=120, check=False
    )
    report = run.stdout.decode("utf-8", "replace")
    if run.returncode != 0 and "does not contain any signatures" not in report:
        verdict["error"] = f"exit {run.returncode}: {run.stderr.decode('utf-8', 'replace').strip()}"
        return verdict
    for line in report.splitlines():
        if line.startswith("Signature #"):
            verdict["signatures"].append({name: None for name in NAMES.values()} | {"whole_file": False})
        elif not verdict["signatures"]:
            continue
        elif line.strip() == "- Total document signed":
            verdict["signatures"][-1]["whole_file"] = True
        elif (found := LINE.match(line)) and found["name"] in NAMES:
            verdict["signatures"][-1][NAMES[found["name"]]] = found["value"].strip()
    signed = [signature for signature in verdict["signatures"] if signature["validation"] is not None]
    verdict["empty_fields"] = len(verdict["signatures"]) - len(signed)
    verdict["signatures"] = signed
    for signature in signed:
        signature["valid"] = signature["validation"] == "Signature is Valid."
    return verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="+")
    for path in parser.parse_args().files:
        print(json.dumps(judge(path), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
