#!/usr/bin/env python3
"""pyHanko as an outside judge of many signed PDFs in one process.

    judge.py --roots FOLDER [--policy default|lenient] [--moment 2026-11-22T00:00:00Z]
             [--crls FOLDER] [--revocation soft-fail|hard-fail|require]
             [--hybrid] FILE...

Prints one JSON object per file, one a line, in the order of the arguments:

    {"file": "a.pdf", "policy": "default", "error": null, "signatures": [
      {"field": "Sig1", "kind": "signature", "sub_filter": "/ETSI.CAdES.detached",
       "signer": "Common Name: …", "intact": true, "valid": true, "trusted": true,
       "trust_problem": null, "timestamp": {"time": "…", "intact": true, "valid": true,
       "trusted": true}, "timestamp_ok": true, "coverage": "ENTIRE_FILE",
       "modification_level": "NONE", "docmdp_ok": true, "changed_fields": [],
       "accepted": true, "problem": null, "error": null}]}

`accepted` is pyHanko's own bottom line: intact, valid, trusted, time-stamp good
and later changes within what the signature permits. `timestamp_ok` is null
where a signature carries no time-stamp, so that its absence cannot pass for a
good one. What pyHanko refuses to judge becomes an `error`, never a traceback.

The exit code is 0 once every file was judged, whatever the verdicts: comparing
them with what was expected is the caller's work (interop.py).

pyHanko refuses every signature in a file with hybrid cross-references unless
its strict reading is switched off; `--hybrid` does that, for such files only.

Policies, as docs/adr/0003 explains them:
  default  pyHanko as its authors ship it;
  lenient  a change of an appearance stream in place is not looked for. pyHanko
           reports it for an honest file too, when a locked field has an appearance
           that is older than the signed revision. Values and everything else are
           judged as by default.
"""

import argparse
import asyncio
import json
import logging
import sys
from datetime import datetime
from pathlib import Path

from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    FormUpdatingRule,
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.validation import (
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko_certvalidator import ValidationContext

# What pyHanko logs stands in the verdicts.
logging.disable(logging.CRITICAL)

CERTIFICATE_SUFFIXES = {".pem", ".crt", ".cer", ".der"}


def lenient_policy():
    """The default policy, blind to in-place changes of appearance streams."""
    return StandardDiffPolicy(
        global_rules=DEFAULT_DIFF_POLICY.global_rules,
        form_rule=FormUpdatingRule(
            field_rules=[
                SigFieldCreationRule(),
                SigFieldModificationRule(allow_in_place_appearance_stream_changes=False),
                GenericFieldModificationRule(allow_in_place_appearance_stream_changes=False),
            ],
        ),
    )


POLICIES = {"default": lambda: DEFAULT_DIFF_POLICY, "lenient": lenient_policy}


def load_roots(folder):
    """Every certificate of a folder, PEM or DER; at least one must be there."""
    roots = []
    for path in sorted(Path(folder).iterdir()):
        if path.suffix in CERTIFICATE_SUFFIXES:
            roots.extend(load_certs_from_pemder_data(path.read_bytes()))
    if not roots:
        raise SystemExit(f"judge.py: no certificate in {folder}")
    return roots


def load_crls(folder):
    """Every revocation list of a folder, as DER bytes."""
    if folder is None:
        return []
    return [path.read_bytes() for path in sorted(Path(folder).glob("*.crl"))]


class Judge:
    """Trust, moment and policy of one run; a fresh context for each signature."""

    def __init__(self, roots, crls=(), moment=None, revocation="soft-fail", policy_name="default", strict=True):
        self.roots = roots
        self.crls = crls
        self.moment = moment
        self.revocation = revocation
        self.policy_name = policy_name
        self.strict = strict
        self.policy = POLICIES[policy_name]()

    def context(self):
        return ValidationContext(
            trust_roots=self.roots,
            crls=self.crls,
            moment=self.moment,
            allow_fetching=False,
            revocation_mode=self.revocation,
        )

    def file(self, path):
        """The verdict on one file, as a dictionary."""
        verdict = {"file": str(path), "policy": self.policy_name, "error": None, "signatures": []}
        try:
            with open(path, "rb") as stream:
                for embedded in opened(stream, self.strict).embedded_signatures:
                    verdict["signatures"].append(self.signature(embedded))
        except Exception as refusal:  # a judge reports whatever its library throws
            verdict["error"] = describe(refusal)
        return verdict

    def signature(self, embedded):
        """The verdict on one signature or document time-stamp."""
        verdict = {
            "field": embedded.field_name,
            "kind": "signature" if embedded.sig_object_type == "/Sig" else "document_timestamp",
            "sub_filter": str(embedded.sig_object.get("/SubFilter")),
            "error": None,
        }
        try:
            if verdict["kind"] == "signature":
                return verdict | self.signature_facts(embedded)
            return verdict | self.timestamp_facts(embedded)
        except Exception as refusal:  # as above: each refusal is a verdict
            return verdict | {"error": describe(refusal), "accepted": False}

    def signature_facts(self, embedded):
        """Has pyHanko judge a signature of a person or seal."""
        status = asyncio.run(
            async_validate_pdf_signature(
                embedded,
                signer_validation_context=self.context(),
                ts_validation_context=self.context(),
                diff_policy=self.policy,
            )
        )
        token = status.timestamp_validity
        return common_facts(status) | {
            "timestamp": None
            if token is None
            else {
                "time": token.timestamp.isoformat(),
                "intact": token.intact,
                "valid": token.valid,
                "trusted": token.trusted,
            },
            "timestamp_ok": None if token is None else token.intact and token.valid and token.trusted,
            "docmdp_ok": status.docmdp_ok,
            "accepted": bool(status.bottom_line),
        }

    def timestamp_facts(self, embedded):
        """Has pyHanko judge a document time-stamp (ISO 32000-2, 12.8.5)."""
        status = asyncio.run(
            async_validate_pdf_timestamp(embedded, self.context(), diff_policy=self.policy)
        )
        good = status.intact and status.valid and status.trusted
        return common_facts(status) | {
            "timestamp": {"time": status.timestamp.isoformat()},
            "timestamp_ok": good,
            "docmdp_ok": None,
            "accepted": good and isinstance(status.diff_result, DiffResult),
        }


def opened(stream, strict=True):
    """A reader; a file that is encrypted must open without a password."""
    reader = PdfFileReader(stream, strict=strict)
    if reader.encrypted:
        reader.decrypt(b"")
    return reader


def common_facts(status):
    """What a pyHanko status of either kind says, in words that a test can compare."""
    diff = status.diff_result
    suspicious = isinstance(diff, SuspiciousModification)
    level = status.modification_level
    return {
        "signer": status.signing_cert.subject.human_friendly,
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "trust_problem": status.trust_problem_indic.name if status.trust_problem_indic else None,
        "coverage": status.coverage.name if status.coverage else None,
        "modification_level": level.name if level else None,
        "changed_fields": sorted(diff.changed_form_fields) if isinstance(diff, DiffResult) else [],
        "problem": str(diff) if suspicious else None,
    }


def describe(error):
    return f"{type(error).__name__}: {error}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--roots", required=True, help="folder of trusted root certificates")
    parser.add_argument("--crls", help="folder of revocation lists (*.crl, DER)")
    parser.add_argument("--moment", type=datetime.fromisoformat, help="judge as of this time, with offset")
    parser.add_argument("--policy", choices=sorted(POLICIES), default="default")
    parser.add_argument(
        "--revocation", choices=["soft-fail", "hard-fail", "require"], default="soft-fail"
    )
    parser.add_argument("--hybrid", action="store_true", help="judge files with hybrid cross-references")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    if arguments.moment is not None and arguments.moment.tzinfo is None:
        parser.error("--moment needs an offset, for example 2026-11-22T00:00:00+00:00")
    judge = Judge(
        load_roots(arguments.roots),
        load_crls(arguments.crls),
        arguments.moment,
        arguments.revocation,
        arguments.policy,
        strict=not arguments.hybrid,
    )
    for path in arguments.files:
        print(json.dumps(judge.file(path), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
