#!/usr/bin/env python3
"""qpdf --check as an outside judge: one JSON object per file and line.

    qpdf.py FILE...

    {"file": "a.pdf", "clean": true, "messages": []}

`clean` means that qpdf found neither an error nor anything to warn about.
"""

import argparse
import json
import subprocess
import sys


def judge(path):
    """Runs qpdf on one file; exit 3 means warnings, 2 means errors."""
    run = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, timeout=120, check=False)
    messages = run.stderr.decode("utf-8", "replace").splitlines()
    if run.returncode not in (0, 2, 3):
        messages.append(f"exit {run.returncode}")
    return {"file": str(path), "clean": run.returncode == 0, "messages": messages}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="+")
    for path in parser.parse_args().files:
        print(json.dumps(judge(path), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
