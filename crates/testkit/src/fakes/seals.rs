//! Fixed seals without PKCS#12 and devices.

use std::sync::{Arc, Mutex, PoisonError};

use akashi_app::ports::{KeptSeal, Pkcs12Error, SealError, SealUnfit, ServiceSeal, ServiceSeals, WrappedKey};
use akashi_domain::{OrganizationId, UtcTime};
use akashi_pki::{Certificate, SigningKey, pem};
use secrecy::{ExposeSecret as _, SecretString};

/// Takes PEM text (certificate first, then its issuers, and a `PRIVATE KEY`) for PKCS#12, with the password
/// [`MemorySeals::PASSWORD`], and keeps it as it is.
#[derive(Debug, Default)]
pub struct MemorySeals {
    installation: Mutex<Option<ServiceSeal>>,
}

impl MemorySeals {
    /// The only password that fits.
    pub const PASSWORD: &'static str = "seal-password";

    /// Gives the installation a seal.
    pub fn configure(&self, seal: ServiceSeal) {
        *self.installation.lock().unwrap_or_else(PoisonError::into_inner) = Some(seal);
    }

    /// Takes the installation's seal away, as when a token is pulled out.
    pub fn withdraw(&self) {
        *self.installation.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The upload for [`ServiceSeals::keep`].
    pub fn upload(key: &SigningKey, certificates: &[Certificate]) -> Vec<u8> {
        let pkcs8 = key.to_pkcs8().expect("a key in memory");
        let mut text: String = certificates.iter().map(Certificate::to_pem).collect();
        text.push_str(&pem::encode(pem::PRIVATE_KEY, &pkcs8));
        text.into_bytes()
    }

    fn read(bytes: &[u8], now: UtcTime) -> Result<ServiceSeal, SealError> {
        let malformed = || Pkcs12Error::Malformed("not the PEM of the fake".into());
        let text = std::str::from_utf8(bytes).map_err(|_| malformed())?;
        let mut certificates = Certificate::all_from_pem(text).map_err(Pkcs12Error::Certificate)?;
        let blocks = pem::decode_all(text).map_err(|_| malformed())?;
        let key = blocks.iter().find(|block| block.label == pem::PRIVATE_KEY);
        let key = SigningKey::from_pkcs8(&key.ok_or(Pkcs12Error::NoKey)?.der).map_err(SealUnfit::Key)?;
        if certificates.is_empty() {
            return Err(SealUnfit::NoCertificate.into());
        }
        let certificate = certificates.remove(0);
        if certificate.not_after() < now {
            return Err(SealUnfit::Expired(certificate.not_after()).into());
        }
        Ok(ServiceSeal {
            signer: Arc::new(key),
            certificate,
            issuers: certificates,
        })
    }
}

#[async_trait::async_trait]
impl ServiceSeals for MemorySeals {
    async fn of_installation(&self, _now: UtcTime) -> Result<Option<ServiceSeal>, SealError> {
        let installation = self.installation.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(installation.clone())
    }

    async fn keep(
        &self,
        organization_id: OrganizationId,
        pkcs12: &[u8],
        password: &SecretString,
        now: UtcTime,
    ) -> Result<(KeptSeal, ServiceSeal), SealError> {
        if password.expose_secret() != Self::PASSWORD {
            return Err(Pkcs12Error::Password.into());
        }
        let seal = Self::read(pkcs12, now)?;
        let key = WrappedKey {
            key_id: "kek_test".to_owned(),
            bytes: organization_id.to_string().into_bytes(),
        };
        let sealed = pkcs12.to_vec();
        Ok((KeptSeal { key, sealed }, seal))
    }

    async fn open(
        &self,
        organization_id: OrganizationId,
        kept: &KeptSeal,
        now: UtcTime,
    ) -> Result<ServiceSeal, SealError> {
        if kept.key.bytes != organization_id.to_string().into_bytes() {
            return Err(SealError::Damaged);
        }
        Self::read(&kept.sealed, now)
    }
}
