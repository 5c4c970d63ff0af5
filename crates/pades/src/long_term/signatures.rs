//! The signatures and time-stamps of a document, as far as making goes further on them. Nothing is judged here.

use akashi_cms::SignedData;
use akashi_pdf::{Document, ReadAt, ReadError, SignatureFacts};
use akashi_pki::asn1::{Asn1Error, EncodingRules, Reader, Tag};
use akashi_pki::ocsp::OcspResponse;
use akashi_pki::{Certificate, Oid, RevocationList};
use akashi_tsp::TimeStampToken;
use jiff::Timestamp;

use crate::long_term::material::ValidationMaterial;

/// A filled signature field, read.
#[derive(Debug)]
pub(crate) struct ReadSignature {
    pub(crate) facts: SignatureFacts,
    pub(crate) content: SignatureContent,
    /// Where its byte range ends.
    pub(crate) end: u64,
}

/// What stands in `/Contents`.
#[derive(Debug)]
pub(crate) enum SignatureContent {
    /// A signature with the tokens over its value.
    Signature {
        cms: Box<SignedData>,
        time_stamps: Vec<TimeStampToken>,
    },
    /// A document time-stamp (`ETSI.RFC3161`).
    TimeStamp(Box<TimeStampToken>),
    /// Neither, or damaged.
    Unreadable,
}

impl ReadSignature {
    /// All signatures in the order of their ends.
    pub(crate) fn all<R: ReadAt>(document: &Document<R>) -> Result<Vec<Self>, ReadError> {
        let mut signatures: Vec<Self> = document.signatures()?.into_iter().map(Self::read).collect();
        signatures.sort_by_key(|signature| signature.end);
        Ok(signatures)
    }

    fn read(facts: SignatureFacts) -> Self {
        let end = facts
            .byte_range
            .iter()
            .flatten()
            .map(|(offset, length)| offset.saturating_add(*length))
            .max();
        let contents = facts.contents.as_deref().unwrap_or_default();
        let content = match facts.sub_filter.as_deref() {
            Some("ETSI.RFC3161") => match TimeStampToken::parse(contents) {
                Ok(token) => SignatureContent::TimeStamp(Box::new(token)),
                Err(_) => SignatureContent::Unreadable,
            },
            _ => match SignedData::parse(contents) {
                Ok(cms) => SignatureContent::Signature {
                    time_stamps: time_stamps(&cms),
                    cms: Box::new(cms),
                },
                Err(_) => SignatureContent::Unreadable,
            },
        };
        Self {
            facts,
            content,
            end: end.unwrap_or(0),
        }
    }

    /// The time that the document time-stamp states.
    pub(crate) fn document_time(&self) -> Option<Timestamp> {
        match &self.content {
            SignatureContent::TimeStamp(token) => Some(token.info().gen_time),
            _ => None,
        }
    }

    /// All certificates that travel in `/Contents`, those of tokens included.
    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        self.material().certificates
    }

    /// All certificates and revocation data that travel in `/Contents`, those of tokens included.
    pub(crate) fn material(&self) -> ValidationMaterial {
        let mut material = ValidationMaterial::default();
        match &self.content {
            SignatureContent::Signature { cms, time_stamps } => {
                add_material(&mut material, cms);
                for token in time_stamps {
                    add_material(&mut material, token.signed_data());
                }
            }
            SignatureContent::TimeStamp(token) => add_material(&mut material, token.signed_data()),
            SignatureContent::Unreadable => {}
        }
        material
    }
}

/// What a `SignedData` carries: its sets of certificates and revocation data, and what Adobe puts into a signed attribute.
fn add_material(material: &mut ValidationMaterial, cms: &SignedData) {
    material.add_certificates(cms.certificates());
    material.add_revocation_lists(cms.revocation_lists());
    for other in cms.other_revocation_information() {
        if other.format == ID_RI_OCSP_RESPONSE {
            material.add_ocsp_responses(&OcspResponse::from_der(&other.der).ok());
        }
    }
    for signer in cms.signer_infos() {
        if let Ok(value) = signer.signed_attribute(&akashi_cms::oids::ADOBE_REVOCATION_INFORMATION) {
            // An attribute that cannot be read adds nothing.
            let _ = add_archival(material, value);
        }
    }
}

/// `RevocationInfoArchival ::= SEQUENCE { crl [0] EXPLICIT SEQUENCE OF CRL OPTIONAL, ocsp [1] EXPLICIT SEQUENCE OF
/// OCSPResponse OPTIONAL, otherRevInfo [2] … OPTIONAL }` (ISO 32000-2, 12.8.3.3.2).
fn add_archival(material: &mut ValidationMaterial, value: &[u8]) -> Result<(), Asn1Error> {
    let mut fields = Reader::new(value, EncodingRules::Ber).read_sequence()?;
    if let Some(wrapper) = fields.read_optional(Tag::context(0))? {
        let mut lists = wrapper.reader().read_sequence()?;
        while !lists.is_empty() {
            let list = RevocationList::from_der(lists.read()?.raw());
            material.add_revocation_lists(&list.ok());
        }
    }
    if let Some(wrapper) = fields.read_optional(Tag::context(1))? {
        let mut responses = wrapper.reader().read_sequence()?;
        while !responses.is_empty() {
            let response = OcspResponse::from_der(responses.read()?.raw());
            material.add_ocsp_responses(&response.ok());
        }
    }
    Ok(())
}

/// `id-ri-ocsp-response` (RFC 5940).
const ID_RI_OCSP_RESPONSE: Oid = Oid::from_static(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x10, 0x02]);

fn time_stamps(cms: &SignedData) -> Vec<TimeStampToken> {
    let signers = cms.signer_infos().iter();
    let tokens = signers.flat_map(akashi_cms::SignerInfo::signature_time_stamps);
    tokens.filter_map(|der| TimeStampToken::parse(der).ok()).collect()
}
