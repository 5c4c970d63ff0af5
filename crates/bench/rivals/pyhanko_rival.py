#!/usr/bin/env python3
"""pyHanko as a rival: signs to B-LTA and judges, as often as it is told.

    pyhanko_rival.py FOLDER

FOLDER has paper.pdf; p256.key.der (PKCS#8) and p256.cert.der of the signer, tsa.key.der and tsa.cert.der of the
time-stamp authority, issuing.cert.der and root.cert.der above both, issuing.crl.der and root.crl.der. Each line on
standard input is {"work": "sign-lta", "count": 5} or {"work": "judge-lta", "count": 5, "file": "lta.pdf"}; the
answer is a line {"wall_ms": …, "cpu_ms": …} for all of them together. With "save": "FILE" the last signed file is
kept. After "judge-lta" the answer has "passed": whether every verdict was TOTAL-PASSED with a good time-stamp.

Everything that need not be done for each file is done once: keys are parsed, the event loop runs, the time-stamp
authority lives in this process. What pyHanko ships for that (DummyTimeStamper) parses its key for every token and
knows RSA alone; the one below does neither.
"""

import asyncio
import io
import json
import logging
import sys
import time
from importlib.metadata import version
from pathlib import Path

from asn1crypto import algos, cms, keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleCertificateStore, SimpleTrustManager

# What pyHanko logs stands in the verdicts.
logging.disable(logging.CRITICAL)


class LocalAuthority(DummyTimeStamper):
    """pyHanko's own authority for tests, with a P-256 key that is parsed once."""

    def __init__(self, certificate, private_key_der, chain):
        super().__init__(certificate, keys.PrivateKeyInfo.load(private_key_der), certs_to_embed=chain)
        self.private_key = serialization.load_der_private_key(private_key_der, password=None)

    def _sign_tst_info(self, tst_info_data, md_algorithm, dt):
        digest = hashes.Hash(hashes.SHA256())
        digest.update(tst_info_data)
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(self.tsa_cert)),
                simple_cms_attribute("message_digest", digest.finalize()),
            ]
        )
        return self.private_key.sign(attributes.dump(), ECDSA(hashes.SHA256())), attributes

    def _build_signed_data(self, *arguments):
        signed_data = super()._build_signed_data(*arguments)
        signed_data["signer_infos"][0]["signature_algorithm"] = algos.SignedDigestAlgorithm(
            {"algorithm": "sha256_ecdsa"}
        )
        return signed_data


class Rival:
    """What is loaded once."""

    def __init__(self, folder):
        self.folder = folder
        self.paper = (folder / "paper.pdf").read_bytes()
        self.root = self.certificate("root")
        self.issuing = self.certificate("issuing")
        self.revocation_lists = [(folder / f"{name}.crl.der").read_bytes() for name in ("root", "issuing")]
        chain = SimpleCertificateStore.from_certs([self.issuing, self.root])
        self.signer = signers.SimpleSigner(
            signing_cert=self.certificate("p256"),
            signing_key=keys.PrivateKeyInfo.load((folder / "p256.key.der").read_bytes()),
            cert_registry=chain,
        )
        self.authority = LocalAuthority(self.certificate("tsa"), (folder / "tsa.key.der").read_bytes(), chain)
        policy = CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=[self.root]),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        )
        self.specification = PdfSignatureValidationSpec(
            SignatureValidationSpec(
                cert_validation_policy=policy,
                revinfo_gathering_policy=RevocationInfoGatheringSpec(
                    online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
                ),
            )
        )

    def certificate(self, name):
        return x509.Certificate.load((self.folder / f"{name}.cert.der").read_bytes())

    async def sign_lta(self):
        """One file, B-LTA in one call, everything offline. A context keeps what it has seen, so each gets its own."""
        metadata = signers.PdfSignatureMetadata(
            field_name="Seal",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            embed_validation_info=True,
            use_pades_lta=True,
            validation_context=ValidationContext(
                trust_roots=[self.root],
                other_certs=[self.issuing],
                crls=self.revocation_lists,
                allow_fetching=False,
                revocation_mode="require",
            ),
        )
        signer = signers.PdfSigner(metadata, signer=self.signer, timestamper=self.authority)
        output = await signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(self.paper)))
        return output.getvalue()

    async def judge_lta(self, file):
        """Whether every signature of a file passes, judged from what the file holds and the root alone."""
        found = PdfFileReader(io.BytesIO(file)).embedded_regular_signatures
        results = [await ades_lta_validation(one, self.specification) for one in found]
        return bool(results) and all(
            result.ades_subindic == AdESPassed.OK
            and result.signature_timestamp_status is not None
            and result.signature_timestamp_status.ades_subindic == AdESPassed.OK
            and result.oldest_evidence_record_timestamp is not None
            for result in results
        )


async def serve(rival):
    """Answers until the input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        if order["work"] == "sign-lta":
            work, arguments = rival.sign_lta, ()
        elif order["work"] == "judge-lta":
            work, arguments = rival.judge_lta, (Path(order["file"]).read_bytes(),)
        else:
            raise SystemExit(f"pyhanko_rival.py: unknown work {order['work']}")
        wall, cpu = time.perf_counter(), time.process_time()
        results = [await work(*arguments) for _ in range(order["count"])]
        answer = {
            "wall_ms": (time.perf_counter() - wall) * 1000,
            "cpu_ms": (time.process_time() - cpu) * 1000,
        }
        if order["work"] == "judge-lta":
            answer["passed"] = all(results)
        elif save := order.get("save"):
            Path(save).write_bytes(results[-1])
        print(json.dumps(answer), flush=True)


def main():
    rival = Rival(Path(sys.argv[1]))
    print(json.dumps({"name": f"pyHanko {version('pyHanko')} (Python {sys.version.split()[0]})"}), flush=True)
    asyncio.run(serve(rival))


if __name__ == "__main__":
    main()
