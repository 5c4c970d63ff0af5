//! The report as XML after ETSI TS 119 102-2 V1.2.1.
//!
//! Each signature and document time-stamp is a `SignatureValidationReport`. What the standard has no place for, such
//! as later changes, stands in the JSON form.

mod objects;
mod writer;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::report::{
    CertificateRevocation, ChainCertificate, ChainRole, Constraint, Indication, Outcome, Report,
    SignatureKind, SignatureReport, SubIndication,
};
use crate::xml::objects::{Objects, certificate_id, evidence_id, proof_type};
use crate::xml::writer::Writer;

/// Writes a report as a `ValidationReport` (ETSI TS 119 102-2, 4.2). The result is not signed.
///
/// The standard demands at least one signature; for a file without any the report has none, and so is no complete
/// instance of the schema.
pub fn to_ts_119_102_2(report: &Report) -> String {
    let objects = Objects::of(report);
    let mut writer = Writer::new();
    let namespaces = [
        ("xmlns", "http://uri.etsi.org/19102/v1.2.1#"),
        ("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#"),
    ];
    writer.element("ValidationReport", &namespaces, |root| {
        for (index, signature) in report.signatures.iter().enumerate() {
            root.element("SignatureValidationReport", &[], |one| {
                write_signature(one, signature, index, report.judged_at);
            });
        }
        objects.write(root);
    });
    writer.finish()
}

/// 4.3, in the order of the schema.
fn write_signature(writer: &mut Writer, signature: &SignatureReport, index: usize, judged_at: Timestamp) {
    let id = format!("S-{index}");
    writer.element("SignatureIdentifier", &[("id", &id)], |identifier| {
        if let Some(sha256) = &signature.signature_value_sha256 {
            digest(identifier, sha256);
        }
        identifier.text("HashOnly", "false");
        identifier.text("DocHashOnly", "false");
    });
    writer.element("ValidationConstraintsEvaluationReport", &[], |evaluation| {
        for constraint in &signature.constraints {
            evaluation.element("ValidationConstraint", &[], |one| {
                write_constraint(one, *constraint);
            });
        }
    });
    writer.element("ValidationTimeInfo", &[], |times| {
        times.text("ValidationTime", &time(judged_at));
        times.element("BestSignatureTime", &[], |best| {
            best.text("POETime", &time(signature.best_signature_time));
            best.text(
                "TypeOfProof",
                proof_type(!signature.proofs_of_existence.is_empty()),
            );
        });
    });
    writer.element("SignatureAttributes", &[], |attributes| {
        write_attributes(attributes, signature);
    });
    if let Some(signer) = &signature.signer
        && is_listed(signature, &signer.sha256)
    {
        writer.element("SignerInformation", &[], |information| {
            reference(information, "SignerCertificate", &certificate_id(&signer.sha256));
            information.text("Signer", &signer.subject);
        });
    }
    writer.element("SignatureValidationProcess", &[], |process| {
        process.text("SignatureValidationProcessID", signature.process.uri());
    });
    writer.element("SignatureValidationStatus", &[], |status| {
        write_status(status, signature);
    });
}

/// 4.3.4: which questions were asked, by our own names for them.
fn write_constraint(writer: &mut Writer, constraint: Constraint) {
    let name = constraint.block.name();
    writer.text(
        "ValidationConstraintIdentifier",
        &format!("urn:akashi:validation:constraint:{name}"),
    );
    writer.element("ConstraintStatus", &[], |status| {
        let applied = if constraint.outcome == Outcome::NotAsked {
            "disabled"
        } else {
            "applied"
        };
        status.text("Status", &format!("urn:etsi:019102:constraintStatus:{applied}"));
    });
    if constraint.outcome != Outcome::NotAsked {
        writer.element("ValidationStatus", &[], |status| {
            let indication = constraint
                .sub_indication
                .map_or(Indication::TotalPassed, SubIndication::indication);
            status.text("MainIndication", block_indication(indication));
            if let Some(reason) = constraint.sub_indication {
                status.text("SubIndication", &sub_indication_uri(reason));
            }
        });
    }
}

/// 4.3.8: those that a PDF has.
fn write_attributes(writer: &mut Writer, signature: &SignatureReport) {
    const SIGNED: [(&str, &str); 1] = [("Signed", "true")];
    let facts = &signature.facts;
    if let Some(claimed) = facts.claimed_time {
        writer.element("SigningTime", &SIGNED, |one| one.text("Time", &time(claimed)));
    }
    let gen_time = signature.time_stamp.as_ref().and_then(|stamp| stamp.gen_time);
    if let (Some(gen_time), SignatureKind::Signature) = (gen_time, facts.kind) {
        writer.element("SignatureTimeStamp", &[], |one| {
            one.text("TimeStampValue", &time(gen_time));
        });
    }
    if let (Some(gen_time), SignatureKind::DocumentTimeStamp) = (gen_time, facts.kind) {
        writer.element("DocTimeStamp", &[], |one| {
            one.text("TimeStampValue", &time(gen_time));
        });
    }
    for (element, inner, value) in [
        ("Reason", "ReasonElement", &facts.reason),
        ("Name", "NameElement", &facts.name),
        ("SubFilter", "SubFilterElement", &facts.sub_filter),
    ] {
        if let Some(value) = value {
            writer.element(element, &SIGNED, |one| one.text(inner, value));
        }
    }
    if let Some(ranges) = &facts.byte_range {
        let numbers = ranges.iter().map(|(offset, length)| format!("{offset} {length}"));
        writer.text("ByteRange", &numbers.collect::<Vec<_>>().join(" "));
    }
}

/// 4.3.12.
fn write_status(writer: &mut Writer, signature: &SignatureReport) {
    writer.text("MainIndication", main_indication(signature.indication));
    if let Some(reason) = signature.sub_indication {
        writer.text("SubIndication", &sub_indication_uri(reason));
    }
    let has_chain = signature.chain.iter().any(|one| one.role == ChainRole::Signer);
    if !has_chain {
        return;
    }
    writer.element("AssociatedValidationReportData", &[], |data| {
        let anchor = signature
            .chain
            .iter()
            .find(|one| one.role == ChainRole::TrustAnchor);
        if let Some(anchor) = anchor {
            reference(data, "TrustAnchor", &certificate_id(&anchor.certificate.sha256));
        }
        data.element("CertificateChain", &[], |chain| {
            for one in &signature.chain {
                reference(
                    chain,
                    chain_element(one.role),
                    &certificate_id(&one.certificate.sha256),
                );
            }
        });
        let evidence = signature.chain.iter().flat_map(|one| &one.evidence);
        for one in evidence {
            reference(data, "RelatedValidationObject", &evidence_id(&one.sha256));
        }
        if let Some(revoked) = signature.chain.iter().find(|one| is_revoked(one)) {
            write_revocation(data, revoked);
        }
    });
}

fn is_revoked(one: &ChainCertificate) -> bool {
    matches!(one.revocation, CertificateRevocation::Revoked { .. })
}

fn write_revocation(writer: &mut Writer, one: &ChainCertificate) {
    let CertificateRevocation::Revoked { revoked_at, reason } = one.revocation else {
        return;
    };
    writer.element("RevocationStatusInformation", &[], |information| {
        reference(
            information,
            "ValidationObjectId",
            &certificate_id(&one.certificate.sha256),
        );
        information.text("RevocationTime", &time(revoked_at));
        information.text(
            "RevocationReason",
            &format!("urn:etsi:019102:revocationReason:{}", reason_name(reason)),
        );
        if let Some(evidence) = one.evidence.first() {
            reference(information, "RevocationObject", &evidence_id(&evidence.sha256));
        }
    });
}

const fn reason_name(reason: akashi_pki::RevocationReason) -> &'static str {
    use akashi_pki::RevocationReason as Reason;
    match reason {
        Reason::KeyCompromise => "keyCompromise",
        Reason::CaCompromise => "cACompromise",
        Reason::AffiliationChanged => "affiliationChanged",
        Reason::Superseded => "superseded",
        Reason::CessationOfOperation => "cessationOfOperation",
        Reason::CertificateHold => "certificateHold",
        Reason::RemoveFromCrl => "removeFromCRL",
        Reason::PrivilegeWithdrawn => "privilegeWithdrawn",
        Reason::AaCompromise => "aACompromise",
        _ => "unspecified",
    }
}

const fn chain_element(role: ChainRole) -> &'static str {
    match role {
        ChainRole::Signer => "SigningCertificate",
        ChainRole::Authority => "IntermediateCertificate",
        ChainRole::TrustAnchor => "TrustAnchor",
    }
}

fn is_listed(signature: &SignatureReport, sha256: &str) -> bool {
    signature.chain.iter().any(|one| one.certificate.sha256 == sha256)
}

const fn main_indication(indication: Indication) -> &'static str {
    match indication {
        Indication::TotalPassed => "urn:etsi:019102:mainindication:total-passed",
        Indication::TotalFailed => "urn:etsi:019102:mainindication:total-failed",
        Indication::Indeterminate => "urn:etsi:019102:mainindication:indeterminate",
    }
}

/// A single question passes or fails; only a whole signature does so totally (EN 319 102-1, 5.1.3).
const fn block_indication(indication: Indication) -> &'static str {
    match indication {
        Indication::TotalPassed => "urn:etsi:019102:mainindication:passed",
        Indication::TotalFailed => "urn:etsi:019102:mainindication:failed",
        Indication::Indeterminate => "urn:etsi:019102:mainindication:indeterminate",
    }
}

fn sub_indication_uri(reason: SubIndication) -> String {
    format!("urn:etsi:019102:subindication:{}", reason.name())
}

fn reference(writer: &mut Writer, name: &'static str, id: &str) {
    writer.empty(name, &[("VOReference", id)]);
}

/// `DigestAlgAndValue` (TS 119 102-2, 4.3.3.2) of a SHA-256 in hexadecimal.
fn digest(writer: &mut Writer, sha256: &str) {
    writer.element("DigestAlgAndValue", &[], |pair| {
        pair.empty(
            "ds:DigestMethod",
            &[("Algorithm", "http://www.w3.org/2001/04/xmlenc#sha256")],
        );
        pair.text("ds:DigestValue", &base64(&bytes_of(sha256)));
    });
}

fn bytes_of(hexadecimal: &str) -> Vec<u8> {
    let digits: Vec<u32> = hexadecimal
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .collect();
    let (pairs, _) = digits.as_chunks::<2>();
    pairs
        .iter()
        .filter_map(|[high, low]| u8::try_from(high * 16 + low).ok())
        .collect()
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// `xs:dateTime` in UTC.
fn time(time: Timestamp) -> String {
    time.to_string()
}
