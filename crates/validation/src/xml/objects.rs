//! The objects that a validation used: certificates, lists, responses, time-stamps.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::Timestamp;

use crate::report::{ChainCertificate, EvidenceKind, Report, SignatureReport};
use crate::xml::writer::Writer;
use crate::xml::{base64, digest, time};

/// What is listed once for the whole report, by its identifier.
#[derive(Debug, Default)]
pub(super) struct Objects(BTreeMap<String, Object>);

#[derive(Debug)]
struct Object {
    kind: &'static str,
    /// The object itself, or its hash alone.
    encoded: Option<Vec<u8>>,
    sha256: String,
    exists_since: Timestamp,
    is_proven: bool,
}

impl Objects {
    pub(super) fn of(report: &Report) -> Self {
        let mut objects = Self::default();
        for signature in &report.signatures {
            objects.add_signature(signature, report.judged_at);
        }
        objects
    }

    fn add_signature(&mut self, signature: &SignatureReport, now: Timestamp) {
        let stamp_chain = signature.time_stamp.as_ref().map(|stamp| stamp.chain.as_slice());
        for certificate in signature.chain.iter().chain(stamp_chain.unwrap_or_default()) {
            self.add_certificate(certificate, now);
        }
    }

    fn add_certificate(&mut self, one: &ChainCertificate, now: Timestamp) {
        let object = Object {
            kind: "certificate",
            encoded: Some(one.certificate.certificate.as_der().to_vec()),
            sha256: one.certificate.sha256.clone(),
            exists_since: one.exists_since,
            is_proven: one.exists_since < now,
        };
        self.add(certificate_id(&one.certificate.sha256), object);
        for evidence in &one.evidence {
            let object = Object {
                kind: match evidence.kind {
                    EvidenceKind::RevocationList => "CRL",
                    EvidenceKind::OcspResponse => "OCSPResponse",
                },
                encoded: None,
                sha256: evidence.sha256.clone(),
                exists_since: evidence.exists_since,
                is_proven: evidence.exists_since < now,
            };
            self.add(evidence_id(&evidence.sha256), object);
        }
    }

    fn add(&mut self, id: String, object: Object) {
        match self.0.entry(id) {
            Entry::Vacant(place) => {
                place.insert(object);
            }
            Entry::Occupied(mut known) if object.exists_since < known.get().exists_since => {
                known.insert(object);
            }
            Entry::Occupied(_) => {}
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        if self.0.is_empty() {
            return;
        }
        writer.element("SignatureValidationObjects", &[], |list| {
            for (id, object) in &self.0 {
                list.element("ValidationObject", &[("id", id)], |one| object.write(one));
            }
        });
    }
}

impl Object {
    fn write(&self, writer: &mut Writer) {
        writer.text(
            "ObjectType",
            &format!("urn:etsi:019102:validationObject:{}", self.kind),
        );
        writer.element(
            "ValidationObjectRepresentation",
            &[],
            |representation| match &self.encoded {
                Some(bytes) => representation.text("base64", &base64(bytes)),
                None => digest(representation, &self.sha256),
            },
        );
        writer.element("POE", &[], |proof| {
            proof.text("POETime", &time(self.exists_since));
            proof.text("TypeOfProof", proof_type(self.is_proven));
        });
    }
}

/// Where a time comes from: a time-stamp was validated, or the object lies before the judge now.
pub(super) const fn proof_type(is_proven: bool) -> &'static str {
    if is_proven {
        "urn:etsi:019102:poetype:validation"
    } else {
        "urn:etsi:019102:poetype:provided"
    }
}

/// The identifier of a certificate.
pub(super) fn certificate_id(sha256: &str) -> String {
    format!("C-{sha256}")
}

/// The identifier of a list or response.
pub(super) fn evidence_id(sha256: &str) -> String {
    format!("R-{sha256}")
}
