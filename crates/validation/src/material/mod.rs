//! Certificates and revocation information that may help to judge: from the file, from its signatures, from the
//! caller; each object once, with the revision by which it existed.

mod attributes;
mod store;

use std::collections::BTreeMap;

use akashi_cms::{SignedData, SignerInfo};
use akashi_pdf::{Document, ReadAt, ReadError};
use akashi_pki::ocsp::{BasicOcspResponse, OcspResponse};
use akashi_pki::{Certificate, Oid, RevocationList};

use crate::report::EvidenceSource;
use crate::trust::Trust;

/// Objects of one kind that are taken from one file; a file with more is judged without the rest.
const MAX_OBJECTS: usize = 4096;

/// Everything that was found.
#[derive(Debug, Default)]
pub(crate) struct Material {
    certificates: Vec<Certificate>,
    lists: Vec<RevocationList>,
    list_fingerprints: Vec<Fingerprint>,
    responses: Vec<OcspResponse>,
    response_fingerprints: Vec<Fingerprint>,
    known: BTreeMap<Fingerprint, Known>,
}

/// SHA-256 of an encoding; of a response without its envelope.
pub(crate) type Fingerprint = [u8; 32];

/// The first revision that a document time-stamp must cover to prove that an object existed.
pub(crate) type Since = usize;

/// Where an object was found.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// Nothing when no revision holds it.
    since: Option<Since>,
    source: EvidenceSource,
}

/// An object before it is known whether it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Certificate,
    List,
    Response,
    /// A response without envelope, as CAdES carries it.
    BasicResponse,
}

impl Material {
    /// Takes what the caller gives, and the security store of every revision.
    ///
    /// # Errors
    /// Only when the storage fails or a limit is exceeded; what cannot be read otherwise does not help.
    pub(crate) fn collect<R: ReadAt>(document: &Document<R>, trust: &Trust) -> Result<Self, ReadError> {
        let mut material = Self::default();
        let from_caller = Known {
            since: None,
            source: EvidenceSource::Caller,
        };
        trust
            .certificates()
            .iter()
            .for_each(|one| material.add_certificate(one.clone(), from_caller));
        trust
            .revocation_lists()
            .iter()
            .for_each(|one| material.add_list(one.clone(), from_caller));
        trust
            .ocsp_responses()
            .iter()
            .for_each(|one| material.add_response(one.clone(), from_caller));
        store::collect(document, &mut material)?;
        Ok(material)
    }

    /// Takes what a signature or token carries, as existing from revision `since` on.
    pub(crate) fn add_signed_data(&mut self, data: &SignedData, since: Option<Since>) {
        let known = Known {
            since,
            source: EvidenceSource::Signature,
        };
        for certificate in data.certificates() {
            self.add_certificate(certificate.clone(), known);
        }
        for list in data.revocation_lists() {
            self.add_list(list.clone(), known);
        }
        for other in data.other_revocation_information() {
            // RFC 5940, 2: the whole response, or only what is signed.
            if other.format == RI_OCSP_RESPONSE {
                self.add_der(Kind::Response, &other.der, known);
            } else if other.format == akashi_pki::oids::OCSP_BASIC {
                self.add_der(Kind::BasicResponse, &other.der, known);
            }
        }
        for signer in data.signer_infos() {
            self.add_attributes(signer, known);
        }
    }

    fn add_attributes(&mut self, signer: &SignerInfo, known: Known) {
        attributes::visit(signer, &mut |kind, der| self.add_der(kind, der, known));
    }

    fn add_der(&mut self, kind: Kind, der: &[u8], known: Known) {
        match kind {
            Kind::Certificate => {
                if let Ok(certificate) = Certificate::from_der(der) {
                    self.add_certificate(certificate, known);
                }
            }
            Kind::List => {
                if let Ok(list) = RevocationList::from_der(der) {
                    self.add_list(list, known);
                }
            }
            Kind::Response => {
                if let Ok(response) = OcspResponse::from_der(der) {
                    self.add_response(response, known);
                }
            }
            Kind::BasicResponse => {
                if let Ok(response) = BasicOcspResponse::from_der(der) {
                    self.add_response(response.into(), known);
                }
            }
        }
    }

    fn add_certificate(&mut self, certificate: Certificate, known: Known) {
        if self.certificates.len() < MAX_OBJECTS && self.is_new(certificate.fingerprint(), known) {
            self.certificates.push(certificate);
        }
    }

    fn add_list(&mut self, list: RevocationList, known: Known) {
        let fingerprint = list.fingerprint();
        if self.lists.len() < MAX_OBJECTS && self.is_new(fingerprint, known) {
            self.lists.push(list);
            self.list_fingerprints.push(fingerprint);
        }
    }

    fn add_response(&mut self, response: OcspResponse, known: Known) {
        let Some(basic) = response.basic() else { return };
        let certificates = basic.certificates().to_vec();
        let fingerprint = basic.fingerprint();
        if self.responses.len() < MAX_OBJECTS && self.is_new(fingerprint, known) {
            self.responses.push(response);
            self.response_fingerprints.push(fingerprint);
        }
        for certificate in certificates {
            self.add_certificate(certificate, known);
        }
    }

    /// Notes where an object was found; whether it was not known before.
    fn is_new(&mut self, fingerprint: Fingerprint, found: Known) -> bool {
        let Some(known) = self.known.get_mut(&fingerprint) else {
            self.known.insert(fingerprint, found);
            return true;
        };
        known.since = match (known.since, found.since) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        known.source = known.source.min(found.source);
        false
    }

    /// The certificates.
    pub(crate) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The same certificate as it stands among [`Self::certificates`], so that what is worked out about it once is known
    /// wherever it was found.
    pub(crate) fn shared<'a>(&'a self, certificate: &'a Certificate) -> &'a Certificate {
        let mut known = self.certificates.iter();
        known.find(|known| *known == certificate).unwrap_or(certificate)
    }

    /// The revocation lists.
    pub(crate) fn lists(&self) -> &[RevocationList] {
        &self.lists
    }

    /// The OCSP responses that are answers.
    pub(crate) fn responses(&self) -> &[OcspResponse] {
        &self.responses
    }

    /// The fingerprints of [`Self::lists`], in their order.
    pub(crate) fn list_fingerprints(&self) -> &[Fingerprint] {
        &self.list_fingerprints
    }

    /// The fingerprints of [`Self::responses`], in their order.
    pub(crate) fn response_fingerprints(&self) -> &[Fingerprint] {
        &self.response_fingerprints
    }

    /// The first revision that holds an object.
    pub(crate) fn since(&self, fingerprint: &Fingerprint) -> Option<Since> {
        self.known.get(fingerprint)?.since
    }

    /// The first revision with revocation information or certificates in its security store.
    pub(crate) fn first_stored_evidence(&self) -> Option<Since> {
        self.known
            .values()
            .filter(|known| known.source == EvidenceSource::SecurityStore)
            .filter_map(|known| known.since)
            .min()
    }

    /// Where an object was found; in the file rather than elsewhere.
    pub(crate) fn source(&self, fingerprint: &Fingerprint) -> EvidenceSource {
        self.known
            .get(fingerprint)
            .map_or(EvidenceSource::Caller, |known| known.source)
    }
}

/// `id-ri-ocsp-response` (RFC 5940, 2.1).
const RI_OCSP_RESPONSE: Oid = Oid::from_static(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x10, 0x02]);
