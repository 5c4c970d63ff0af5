//! Facts about one signer.

use akashi_pki::asn1::Reader;
use akashi_pki::{AlgorithmError, Certificate, DigestAlgorithm, Oid, SignatureAlgorithm, VerifyError};

use crate::attributes::{AttributeError, first_reference};
use crate::oids;
use crate::signed_data::SignedData;
use crate::signer_info::{AlgorithmProtection, SignerInfo};

/// What checking one signer against content and certificates brought to light.
///
/// Facts only: whether the certificate may be believed, and when the signature was made, is for
/// others to judge.
#[derive(Clone, Debug)]
pub struct SignerFacts {
    /// The certificate that the signer names and that was found, if any.
    pub signing_certificate: Option<Certificate>,
    /// Whether the signed digest is the content's.
    pub message_digest: MessageDigestFact,
    /// Whether the signer signed of which type the content is.
    pub content_type: ContentTypeFact,
    /// Whether the value is the certified key's signature.
    pub signature: SignatureFact,
    /// Whether the signer signed which certificate is meant.
    pub certificate_binding: CertificateBinding,
    /// Whether the signer signed which algorithms it used.
    pub algorithm_protection: AlgorithmProtection,
    /// Whether content and attributes are hashed by the same function, as RFC 5652, 5.4 expects;
    /// `true` without signed attributes or with an unknown algorithm.
    pub has_one_digest_algorithm: bool,
    /// Whether the signature or the content digest rests on a weak hash.
    pub uses_weak_digest: bool,
}

/// The content against what was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageDigestFact {
    /// The signed digest is that of the content.
    Matches,
    /// The signed digest is another one: content or attributes were changed.
    Differs,
    /// There is no single `messageDigest` attribute, which RFC 5652, 5.3 demands.
    Missing(AttributeError),
    /// No signed attributes: the signature value itself is over the content.
    CoveredBySignature,
}

/// The signed content type against the one around the content (RFC 5652, 11.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentTypeFact {
    /// Both are the same.
    Matches,
    /// Something of another type was signed.
    Differs(Oid),
    /// There is no single `contentType` attribute, which RFC 5652, 5.3 demands.
    Missing(AttributeError),
    /// No signed attributes.
    NotSigned,
}

/// The signature value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureFact {
    /// It is the key's signature.
    Valid,
    /// It is not, or could not be checked.
    Invalid(VerifyError),
    /// The algorithm is not known.
    UnknownAlgorithm(AlgorithmError),
    /// The signer's certificate was not found, so there is no key.
    NoCertificate,
}

/// The signed statement about the signing certificate (RFC 5035).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateBinding {
    /// `signingCertificateV2` or `signingCertificate` names this certificate by this hash.
    Bound(DigestAlgorithm),
    /// It names another certificate.
    Differs,
    /// Neither attribute is there: another certificate with the same key could be put in its place.
    Absent,
    /// The attribute cannot be read, or uses an unknown hash.
    Unreadable,
    /// The signer's certificate was not found.
    NoCertificate,
}

impl SignerFacts {
    /// Whether the content is what was signed and the value is the certified key's signature.
    ///
    /// A missing binding of the certificate or the algorithms does not count against it (old formats
    /// have none), a wrong one does. Weak or different hash functions are a matter of policy and do not
    /// count either.
    pub fn is_intact(&self) -> bool {
        let is_covered = matches!(
            self.message_digest,
            MessageDigestFact::Matches | MessageDigestFact::CoveredBySignature
        );
        let is_bound = matches!(
            self.certificate_binding,
            CertificateBinding::Bound(_) | CertificateBinding::Absent
        );
        let is_right_type = matches!(
            self.content_type,
            ContentTypeFact::Matches | ContentTypeFact::NotSigned
        );
        let is_unchanged = matches!(
            self.algorithm_protection,
            AlgorithmProtection::Absent | AlgorithmProtection::Matches
        );
        is_covered && is_right_type && is_unchanged && self.signature == SignatureFact::Valid && is_bound
    }
}

impl SignedData {
    /// Checks a signer against the content inside; `None` without such a signer or content.
    ///
    /// With an unknown digest algorithm the message digest counts as different.
    pub fn verify_content(&self, signer: usize, candidates: &[Certificate]) -> Option<SignerFacts> {
        let signer = self.signer_infos().get(signer)?;
        let content = self.content()?;
        let digest = signer
            .digest_algorithm()
            .map(|algorithm| algorithm.digest(content));
        Some(signer.verify(&digest.unwrap_or_default(), candidates))
    }
}

impl SignerInfo {
    /// Checks the signer against the digest of the content, computed with
    /// [`SignerInfo::digest_algorithm`], and looks for its certificate among `candidates`.
    pub fn verify(&self, content_digest: &[u8], candidates: &[Certificate]) -> SignerFacts {
        let certificate = self.signing_certificate(candidates);
        SignerFacts {
            signing_certificate: certificate.cloned(),
            message_digest: self.message_digest_fact(content_digest),
            content_type: self.content_type_fact(),
            signature: self.signature_fact(content_digest, certificate),
            certificate_binding: self.certificate_binding(certificate),
            algorithm_protection: self.algorithm_protection(),
            has_one_digest_algorithm: self.has_one_digest_algorithm(),
            uses_weak_digest: self.digest_algorithm().is_ok_and(DigestAlgorithm::is_weak)
                || self.signature_algorithm().is_ok_and(SignatureAlgorithm::is_weak),
        }
    }

    /// The `messageDigest` attribute.
    ///
    /// # Errors
    /// [`AttributeError`].
    pub fn message_digest(&self) -> Result<Vec<u8>, AttributeError> {
        let value = self.signed_attribute(&oids::MESSAGE_DIGEST)?;
        Ok(Reader::der(value).read_octets()?.into_owned())
    }

    fn has_one_digest_algorithm(&self) -> bool {
        match (
            self.signed_attributes(),
            self.digest_algorithm(),
            self.signature_algorithm(),
        ) {
            (Some(_), Ok(digest), Ok(signature)) => match signature {
                // These hash inside; any content digest may stand beside them.
                SignatureAlgorithm::Ed25519 | SignatureAlgorithm::MlDsa(_) => true,
                _ => digest == signature.digest(),
            },
            _ => true,
        }
    }

    fn message_digest_fact(&self, content_digest: &[u8]) -> MessageDigestFact {
        if self.signed_attributes().is_none() {
            return MessageDigestFact::CoveredBySignature;
        }
        match self.message_digest() {
            Ok(signed) if signed == content_digest => MessageDigestFact::Matches,
            Ok(_) => MessageDigestFact::Differs,
            Err(error) => MessageDigestFact::Missing(error),
        }
    }

    fn content_type_fact(&self) -> ContentTypeFact {
        if self.signed_attributes().is_none() {
            return ContentTypeFact::NotSigned;
        }
        let signed = self
            .signed_attribute(&oids::CONTENT_TYPE)
            .and_then(|value| Ok(Reader::der(value).read_oid()?));
        match signed {
            Ok(signed) if signed == *self.encapsulated_content_type() => ContentTypeFact::Matches,
            Ok(signed) => ContentTypeFact::Differs(signed),
            Err(error) => ContentTypeFact::Missing(error),
        }
    }

    fn signature_fact(&self, content_digest: &[u8], certificate: Option<&Certificate>) -> SignatureFact {
        let algorithm = match self.signature_algorithm() {
            Ok(algorithm) => algorithm,
            Err(error) => return SignatureFact::UnknownAlgorithm(error),
        };
        let Some(certificate) = certificate else {
            return SignatureFact::NoCertificate;
        };
        let key = certificate.public_key();
        let checked = match self.signed_attributes_der() {
            Some(attributes) => key.verify(algorithm, attributes, self.signature()),
            None => key.verify_digest(algorithm, content_digest, self.signature()),
        };
        checked.map_or_else(SignatureFact::Invalid, |()| SignatureFact::Valid)
    }

    pub(crate) fn certificate_binding(&self, certificate: Option<&Certificate>) -> CertificateBinding {
        let is_version_2 = self.has_signed_attribute(&oids::SIGNING_CERTIFICATE_V2);
        let oid = if is_version_2 {
            oids::SIGNING_CERTIFICATE_V2
        } else {
            oids::SIGNING_CERTIFICATE
        };
        if !self.has_signed_attribute(&oid) {
            return CertificateBinding::Absent;
        }
        let Some(certificate) = certificate else {
            return CertificateBinding::NoCertificate;
        };
        let Ok(value) = self.signed_attribute(&oid) else {
            return CertificateBinding::Unreadable;
        };
        let Ok(reference) = first_reference(value, is_version_2) else {
            return CertificateBinding::Unreadable;
        };
        let Some(algorithm) = reference.digest_algorithm else {
            return CertificateBinding::Unreadable;
        };
        let is_same_serial = reference
            .serial_number
            .is_none_or(|serial_number| serial_number == certificate.serial_number().as_content());
        if is_same_serial && algorithm.digest(certificate.as_der()) == reference.hash {
            CertificateBinding::Bound(algorithm)
        } else {
            CertificateBinding::Differs
        }
    }
}
