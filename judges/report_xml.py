#!/usr/bin/env python3
"""Reads validation reports after ETSI TS 119 102-2 with a parser of its own.

    report_xml.py FILE...

Checks that a report is well-formed, has the namespace of V1.2.1, that the
children of each element stand in the order of the schema with what it demands
among them, and that every reference leads to exactly one object. Prints one
line for each file; the exit code is 1 when one does not hold.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

REPORT = "{http://uri.etsi.org/19102/v1.2.1#}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"

# Children in the order of the schema: a name, then ? for optional, * for any
# number, + for at least one.
CHILDREN = {
    "ValidationReport": "SignatureValidationReport+ SignatureValidationObjects? SignatureValidator? ds:Signature?",
    "SignatureValidationReport": "SignatureIdentifier? ValidationConstraintsEvaluationReport? ValidationTimeInfo?"
    " SignersDocument? SignatureAttributes? SignerInformation? SignatureQuality? SignatureValidationProcess?"
    " SignatureValidationStatus",
    "SignatureIdentifier": "DigestAlgAndValue? ds:SignatureValue? HashOnly DocHashOnly DAIdentifier?",
    "DigestAlgAndValue": "ds:DigestMethod ds:DigestValue",
    "ValidationConstraintsEvaluationReport": "SignatureValidationPolicy? ValidationConstraint*",
    "ValidationConstraint": "ValidationConstraintIdentifier ValidationConstraintParameter* ConstraintStatus"
    " ValidationStatus? Indications?",
    "ConstraintStatus": "Status OverriddenBy?",
    "ValidationTimeInfo": "ValidationTime BestSignatureTime",
    "BestSignatureTime": "POETime TypeOfProof POEObject*",
    "SignatureAttributes": "SigningTime* SignatureTimeStamp* DocTimeStamp* Reason* Name* SubFilter* ByteRange*",
    "SignerInformation": "SignerCertificate Signer?",
    "SignatureValidationProcess": "SignatureValidationProcessID?",
    "SignatureValidationStatus": "MainIndication SubIndication* AssociatedValidationReportData*",
    "ValidationStatus": "MainIndication SubIndication* AssociatedValidationReportData*",
    "AssociatedValidationReportData": "TrustAnchor? CertificateChain? RelatedValidationObject*"
    " RevocationStatusInformation? CryptoInformation? AdditionalValidationReportData?",
    "CertificateChain": "SigningCertificate IntermediateCertificate* TrustAnchor?",
    "RevocationStatusInformation": "ValidationObjectId RevocationTime RevocationReason? RevocationObject?",
    "SignatureValidationObjects": "ValidationObject+",
    "ValidationObject": "ObjectType ValidationObjectRepresentation POE? POEProvisioning? ValidationReport?",
    "POE": "POETime TypeOfProof POEObject*",
}


def short(tag):
    return tag.replace(REPORT, "").replace(SIGNATURE, "ds:")


def pattern(children):
    parts = []
    for child in children.split():
        name, count = (child[:-1], child[-1]) if child[-1] in "?*+" else (child, "")
        parts.append(f"(?:{re.escape(name)} ){count}")
    return re.compile("".join(parts))


def faults(root):
    if root.tag != REPORT + "ValidationReport":
        yield f"the root is {root.tag}"
    ids = {}
    for element in root.iter():
        name = short(element.tag)
        if name in CHILDREN:
            order = "".join(short(child.tag) + " " for child in element)
            if not pattern(CHILDREN[name]).fullmatch(order):
                yield f"{name} holds {order.strip() or 'nothing'}"
        if "id" in element.attrib:
            ids[element.attrib["id"]] = ids.get(element.attrib["id"], 0) + 1
    for element in root.iter():
        for reference in element.attrib.get("VOReference", "").split():
            if ids.get(reference) != 1:
                yield f"{short(element.tag)} refers to {reference}, which is there {ids.get(reference, 0)} times"


def main(paths):
    worst = 0
    for path in paths:
        try:
            found = list(faults(ElementTree.parse(path).getroot()))
        except ElementTree.ParseError as error:
            found = [f"not well-formed: {error}"]
        worst = max(worst, int(bool(found)))
        print(f"{path}: {'; '.join(found) or 'good'}")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
