//! Requests for certificates (PKCS#10, RFC 2986).

use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{Asn1Error, Reader, Tag};
use crate::certificate::IssuedByError;
use crate::extension;
use crate::general_name::GeneralName;
use crate::name::DistinguishedName;
use crate::public_key::PublicKey;
use crate::{oids, pem};

/// Largest request that is read, in bytes.
const MAX_REQUEST_BYTES: usize = 64 << 10;

/// A `CertificationRequest` whose signature holds: its sender has the private key.
///
/// What it asks for binds nobody: the authority takes the key, and decides about the rest.
#[derive(Clone, Debug)]
pub struct CertificationRequest {
    subject: DistinguishedName,
    public_key: PublicKey,
    alternative_names: Vec<GeneralName>,
}

/// Bytes are no request, or one whose sender does not have the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificationRequestError {
    /// Not the structure of RFC 2986, 4.
    #[error("malformed certification request")]
    Malformed(#[from] Asn1Error),
    /// More than 64 KiB.
    #[error("certification request of {0} bytes is too large")]
    TooLarge(usize),
    /// The PEM armour is broken.
    #[error("malformed PEM")]
    Pem(#[from] pem::PemError),
    /// No `CERTIFICATE REQUEST` block in PEM text.
    #[error("no certification request in the PEM text")]
    NoPemBlock,
    /// The key inside did not sign it.
    #[error("the request is not signed by its own key")]
    NotSigned(#[source] IssuedByError),
}

impl CertificationRequest {
    /// Parses a DER request and verifies its signature.
    ///
    /// # Errors
    /// [`CertificationRequestError`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificationRequestError> {
        if der.len() > MAX_REQUEST_BYTES {
            return Err(CertificationRequestError::TooLarge(der.len()));
        }
        let mut outer = Reader::der(der);
        let mut request = outer.read_sequence()?;
        outer.finish()?;
        let information = request.read_tag(Tag::SEQUENCE)?;
        let algorithm = request.read_tag(Tag::SEQUENCE)?;
        let signature = request.read_tag(Tag::BIT_STRING)?.to_bit_octets()?;
        request.finish()?;

        let mut fields = information.reader();
        fields.read_u64()?;
        let subject = DistinguishedName::read(&fields.read_tag(Tag::SEQUENCE)?)?;
        let public_key = PublicKey::read(&fields.read_tag(Tag::SEQUENCE)?)?;
        let attributes = fields.read_optional(Tag::context(0))?;
        fields.finish()?;
        let alternative_names = match attributes {
            Some(attributes) => read_alternative_names(attributes.reader())?,
            None => Vec::new(),
        };
        let not_signed = CertificationRequestError::NotSigned;
        let algorithm = SignatureAlgorithm::read(&algorithm).map_err(|error| not_signed(error.into()))?;
        public_key
            .verify(algorithm, information.raw(), signature)
            .map_err(|error| not_signed(error.into()))?;
        Ok(Self {
            subject,
            public_key,
            alternative_names,
        })
    }

    /// Parses the first `CERTIFICATE REQUEST` block of PEM text.
    ///
    /// # Errors
    /// [`CertificationRequestError`].
    pub fn from_pem(text: &str) -> Result<Self, CertificationRequestError> {
        let blocks = pem::decode_all(text)?;
        let block = blocks
            .iter()
            .find(|block| [pem::CERTIFICATE_REQUEST, pem::NEW_CERTIFICATE_REQUEST].contains(&&*block.label));
        Self::from_der(&block.ok_or(CertificationRequestError::NoPemBlock)?.der)
    }

    /// The name that is asked for.
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// The key to be certified.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The alternative names that are asked for.
    pub fn alternative_names(&self) -> &[GeneralName] {
        &self.alternative_names
    }
}

/// `subjectAltName` inside `extensionRequest` (RFC 2985, 5.4.2).
fn read_alternative_names(mut attributes: Reader<'_>) -> Result<Vec<GeneralName>, Asn1Error> {
    let mut names = Vec::new();
    while !attributes.is_empty() {
        let mut attribute = attributes.read_sequence()?;
        if attribute.read_oid()? != oids::EXTENSION_REQUEST {
            continue;
        }
        let extensions = attribute.read_set()?.read_tag(Tag::SEQUENCE)?;
        for slot in extension::read_extensions(extensions.raw(), extensions.reader())? {
            if slot.oid == oids::SUBJECT_ALT_NAME {
                let value = extensions.raw().get(slot.value).unwrap_or_default();
                names.extend(extension::parse_general_names(value)?);
            }
        }
    }
    Ok(names)
}
