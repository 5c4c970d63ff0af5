//! Signing elsewhere: what goes out, and a whole CMS that comes back.

use akashi_cms::{CertificateBinding, MessageDigestFact, SignatureFact, SignedData, oids};
use akashi_pki::DigestAlgorithm;
use akashi_tsp::{Covered, TimeStampToken};

use crate::sign::prepared::{EmbedError, Prepared};
use crate::sign::signed::Signed;

/// Why a CMS that was made elsewhere is not the signature that was prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForeignCmsError {
    /// Not exactly one signer.
    #[error("the signature has {0} signers instead of one")]
    NotOneSigner(usize),
    /// The content stands inside instead of beside it (ISO 32000-2, 12.8.3.3).
    #[error("the signature is not detached")]
    NotDetached,
    /// The content was hashed by another function than the prepared one.
    #[error("the document was not hashed by {0}")]
    OtherDigestAlgorithm(DigestAlgorithm),
    /// The signed digest is that of something else.
    #[error("the signature is over another document")]
    OtherDocument,
    /// The signer is not the holder of the certificate that was named.
    #[error("the signature was made with another certificate")]
    OtherCertificate,
    /// No signed attribute says which certificate is meant (EN 319 142-1, 6.3, `signing-certificate-v2`).
    #[error("the signature does not bind its certificate")]
    UnboundCertificate,
    /// The signing time stands in a signed attribute, which EN 319 142-1, 6.3 forbids: it stands in `/M`.
    #[error("the signature states a signing time of its own")]
    SigningTime,
    /// The value is wrong, or something else in the structure contradicts it.
    #[error("the signature does not hold")]
    Broken,
    /// A time-stamp inside is not over this signature.
    #[error("the time-stamp in the signature does not belong to it")]
    WrongTimeStamp,
}

impl Prepared {
    /// The hash of everything that the signature covers, for a signer that makes the whole CMS.
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// The function of [`Self::digest`]; a whole CMS must use the same.
    pub fn digest_algorithm(&self) -> DigestAlgorithm {
        self.attributes.digest_algorithm()
    }

    /// Embeds a whole CMS `SignedData` that was made elsewhere over [`Self::digest`]; zero bytes may follow it. The result
    /// has level B-B, or B-T when the signature brings a time-stamp.
    ///
    /// What is checked: one signer, detached, over the prepared digest, by the certificate that was named, which it binds
    /// by a signed attribute; a value that verifies; no signing time beside `/M`. Not checked: trust.
    ///
    /// # Errors
    /// [`EmbedError::Foreign`], [`EmbedError::Read`]; with [`EmbedError::ContentsTooSmall`] prepare again with more.
    pub fn embed_cms(self, cms_der: &[u8]) -> Result<Signed, EmbedError> {
        let cms = SignedData::parse(cms_der)?;
        let is_stamped = self.check(&cms)?;
        let value = cms
            .signer_infos()
            .first()
            .map(|signer| signer.signature().to_vec())
            .unwrap_or_default();
        let der = cms_der.get(..cms.encoded_len()).unwrap_or(cms_der).to_vec();
        let signed = Signed::new(self.parts, self.base_hash, der, value)?;
        Ok(if is_stamped { signed.stamped() } else { signed })
    }

    /// Whether the CMS is what was prepared; tells whether it has a time-stamp.
    fn check(&self, cms: &SignedData) -> Result<bool, ForeignCmsError> {
        let [signer] = cms.signer_infos() else {
            return Err(ForeignCmsError::NotOneSigner(cms.signer_infos().len()));
        };
        if cms.content().is_some() || *cms.content_type() != oids::ID_DATA {
            return Err(ForeignCmsError::NotDetached);
        }
        if signer.digest_algorithm() != Ok(self.digest_algorithm()) {
            return Err(ForeignCmsError::OtherDigestAlgorithm(self.digest_algorithm()));
        }
        let candidates = [self.certificate.clone()];
        let facts = signer.verify(&self.digest, &candidates);
        if !matches!(facts.message_digest, MessageDigestFact::Matches) {
            return Err(ForeignCmsError::OtherDocument);
        }
        if facts.signing_certificate.is_none() || !cms.certificates().contains(&self.certificate) {
            return Err(ForeignCmsError::OtherCertificate);
        }
        match facts.certificate_binding {
            CertificateBinding::Bound(_) => {}
            CertificateBinding::Differs => return Err(ForeignCmsError::OtherCertificate),
            _ => return Err(ForeignCmsError::UnboundCertificate),
        }
        if signer.has_signed_attribute(&oids::SIGNING_TIME) {
            return Err(ForeignCmsError::SigningTime);
        }
        if facts.signature != SignatureFact::Valid || !facts.is_intact() || facts.uses_weak_digest {
            return Err(ForeignCmsError::Broken);
        }
        let mut is_stamped = false;
        for token in signer.signature_time_stamps() {
            let token = TimeStampToken::parse(token).map_err(|_| ForeignCmsError::WrongTimeStamp)?;
            if !token
                .verify(Covered::Message(signer.signature()), cms.certificates())
                .is_intact()
            {
                return Err(ForeignCmsError::WrongTimeStamp);
            }
            is_stamped = true;
        }
        Ok(is_stamped)
    }
}
