#!/usr/bin/env python3
"""Checks the judges themselves: a judge that nods at everything proves nothing.

    selftest.py [CORPUS]

CORPUS is the folder of foreign test files (AKASHI_CORPUS). pyHanko's verdicts
on its own test files, asked through judge.py, must be those of the corpus's
manifest; pdfsig must see a changed byte and qpdf a cut file.
The last line says how many statements held: `N passed, N failed`.
"""

import csv
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pdfsig
import qpdf
from interop import Tally
from judge import Judge, load_certs_from_pemder_data

FLAGS = {"True": True, "False": False}


def expected(row):
    """What a row of the manifest states, in the words of judge.py."""
    stated = {
        "intact": FLAGS.get(row["intact"]),
        "valid": FLAGS.get(row["crypto_valid"]),
        "trusted": FLAGS.get(row["trusted"]),
        "coverage": row["coverage"] or None,
        "modification_level": row["modification"] or None,
        "docmdp_ok": FLAGS.get(row["docmdp_ok"]),
    }
    return {key: value for key, value in stated.items() if value is not None}


def strong(row):
    """Rows that the corpus calls strong and that this judge can repeat alone."""
    return (
        row["kind"] == "pdf_signature"
        and row["needs_network"] != "True"
        and row["encrypted"] == "False"
        and not row["nonstandard"]
        and not row["exception"]
        and not row["crls"]
        and not row["ocsps"]
        and row["rev_ee"] == "ifdeclaredsoftcheck"
        and row["skip_diff"] != "True"
        and row["trust_roots"]
        and row["moment"]
    )


def pyhanko_repeats_its_verdicts(corpus, tally):
    rows = [row for row in csv.DictReader(open(corpus / "manifest.csv", encoding="utf-8")) if strong(row)]
    for row in rows:
        roots = []
        for name in row["trust_roots"].split(";"):
            roots.extend(load_certs_from_pemder_data((corpus / name.strip()).read_bytes()))
        moment = datetime.fromisoformat(row["moment"])
        judge = Judge(roots, moment=moment, strict="hybrid" not in row["source_test"])
        verdict = judge.file(corpus / row["file"])
        found = [one for one in verdict["signatures"] if one["field"] == row["field"]]
        if len(found) == 1:
            tally.state(f"{row['file']} {row['field']}", expected(row), found[0])
        else:
            tally.fail(f"{row['file']}: field {row['field']} found {len(found)} times, {verdict['error']}")
    if len(rows) < 40:
        tally.fail(f"only {len(rows)} rows of the manifest are usable")


def others_see_damage(corpus, tally):
    honest = corpus / "signed" / "03489326f37491c708b6.pdf"
    tally.state("pdfsig, honest file", [{"valid": True, "whole_file": True}], pdfsig.judge(honest)["signatures"])
    tally.state("qpdf, honest file", {"clean": True}, qpdf.judge(honest))
    data = bytearray(honest.read_bytes())
    data[data.index(b"/MediaBox") + 12] ^= 1
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / "changed.pdf"
        changed.write_bytes(data)
        tally.state("pdfsig, one bit changed", [{"valid": False}], pdfsig.judge(changed)["signatures"])
        cut = Path(folder) / "cut.pdf"
        cut.write_bytes(data[: len(data) // 2])
        tally.state("qpdf, half a file", {"clean": False}, qpdf.judge(cut))


def main():
    tally = Tally()
    corpus = Path(sys.argv[1]) / "pyhanko"
    pyhanko_repeats_its_verdicts(corpus, tally)
    others_see_damage(corpus, tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
