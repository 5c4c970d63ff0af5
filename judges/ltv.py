"""pyHanko as a judge of long-term signatures: EN 319 102-1 with past signature validation, from the file's own data.

`ltv` in a case is a list, one entry for each signature that is no document
time-stamp, in the order of revisions. Revocation data is demanded of every
certificate whose issuer publishes any, and nothing is fetched; newer lists may
stand in the case's `crls`:

    {"sub_indication": "OK", "signature_time": "2026-11-20T01:23:47+00:00"}

`signature_time` is the earliest time for which the signature is proven.
"""

import asyncio
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from asn1crypto.crl import CertificateList
from judge import opened
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer


def judge(path, roots, moment, crls=()):
    """The verdicts on the signatures of one file."""
    with open(path, "rb") as stream:
        signatures = opened(stream).embedded_regular_signatures
        return [one(embedded, roots, moment, crls) for embedded in signatures]


@contextmanager
def clock_at(moment):
    """Lets pyHanko take `moment` for now: what it finds without other proof, it takes to exist since its own clock says."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    with (
        patch("pyhanko_certvalidator.ltv.poe.datetime", Clock),
        patch("pyhanko_certvalidator.ltv.ades_past.datetime", Clock),
    ):
        yield


def one(embedded, roots, moment, crls):
    spec = PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=[CertTrustAnchor(root) for root in roots]),
                revinfo_policy=CertRevTrustPolicy(
                    RevocationCheckingPolicy(
                        ee_certificate_rule=RevocationCheckingRule.CHECK_IF_DECLARED,
                        intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED,
                    )
                ),
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
            ),
            local_knowledge=LocalKnowledge(
                known_crls=[CRLContainer(CertificateList.load(crl)) for crl in crls]
            ),
        )
    )
    moment = moment or datetime.now().astimezone()
    timing = ValidationTimingInfo(
        validation_time=moment, best_signature_time=moment, point_in_time_validation=False
    )
    try:
        with clock_at(moment):
            result = asyncio.run(ades_lta_validation(embedded, spec, timing))
    except Exception as refusal:  # each refusal is a verdict
        return {"sub_indication": None, "problem": f"{type(refusal).__name__}: {refusal}"}
    time = result.best_signature_time
    return {
        "sub_indication": result.ades_subindic.name,
        "signature_time": time.isoformat() if time else None,
        "problem": result.failure_msg,
    }
