//! Fixed seals: the operator's, from a PKCS#12 file or a PKCS#11 token, and those that organizations upload.

use std::path::PathBuf;
use std::sync::Arc;

use akashi_app::ports::pki::{Certificate, SigningKey, pem};
use akashi_app::ports::{
    Entropy, KeptSeal, KeyError, KeyProvider, SealError, SealUnfit, ServiceSeal, ServiceSeals,
};
use akashi_domain::{OrganizationId, UtcTime};
use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use secrecy::{ExposeSecret as _, ExposeSecretMut as _, SecretBox, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::crypto::{TAG_BYTES, cipher};
use crate::pkcs11::{self, Pkcs11Error, Pkcs11Signer};
use crate::pkcs12::{check_seal, read_contents, read_pkcs12, seal_of};
use crate::rsa_scheme::RsaScheme;

/// The installation's fixed seal: one of the two, or neither.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// From a file.
    pub pkcs12: Option<Pkcs12Settings>,
    /// From a token.
    pub pkcs11: Option<pkcs11::Settings>,
}

/// A PKCS#12 file of the operator.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pkcs12Settings {
    /// The file.
    pub file: PathBuf,
    /// Its password.
    pub password: SecretString,
    /// By which scheme an RSA key signs.
    #[serde(default)]
    pub rsa_scheme: RsaScheme,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Both kinds are configured.
    #[error("seal.pkcs12 and seal.pkcs11 are both set")]
    Both,
}

/// The fixed seals. A seal in a token is opened when it is first asked for, and again after failures.
pub struct Seals {
    settings: Settings,
    keys: Arc<dyn KeyProvider>,
    entropy: Arc<dyn Entropy>,
    installation: tokio::sync::Mutex<Option<ServiceSeal>>,
}

impl std::fmt::Debug for Seals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seals")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Seals {
    /// Seals by these settings; opens nothing yet.
    ///
    /// # Errors
    /// [`OpenError`] says what does not go together.
    pub fn new(
        settings: Settings,
        keys: Arc<dyn KeyProvider>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OpenError> {
        if settings.pkcs12.is_some() && settings.pkcs11.is_some() {
            return Err(OpenError::Both);
        }
        Ok(Self {
            settings,
            keys,
            entropy,
            installation: tokio::sync::Mutex::default(),
        })
    }

    async fn open_installation(&self, now: UtcTime) -> Result<Option<ServiceSeal>, SealError> {
        if let Some(settings) = &self.settings.pkcs12 {
            let path = settings.file.clone();
            let password = Zeroizing::new(settings.password.expose_secret().to_owned());
            let scheme = settings.rsa_scheme;
            return apart(move || {
                let file = std::fs::read(path).map_err(unavailable)?;
                Ok(Some(read_pkcs12(&file, &password, scheme, now)?))
            })
            .await;
        }
        if let Some(settings) = &self.settings.pkcs11 {
            let settings = settings.clone();
            return apart(move || {
                let signer = Pkcs11Signer::open(&settings, now).map_err(|error| match error {
                    Pkcs11Error::Unfit(unfit) => SealError::Unfit(unfit),
                    other => unavailable(other),
                })?;
                Ok(Some(signer.into_seal()))
            })
            .await;
        }
        Ok(None)
    }
}

#[async_trait::async_trait]
impl ServiceSeals for Seals {
    async fn of_installation(&self, now: UtcTime) -> Result<Option<ServiceSeal>, SealError> {
        let mut opened = self.installation.lock().await;
        if let Some(seal) = &*opened {
            // A service runs for years; the certificate may end meanwhile, and its successor be configured in a file.
            if check_seal(&seal.certificate, now).is_ok() {
                return Ok(Some(seal.clone()));
            }
        }
        *opened = None;
        let seal = self.open_installation(now).await?;
        opened.clone_from(&seal);
        Ok(seal)
    }

    async fn keep(
        &self,
        organization_id: OrganizationId,
        pkcs12: &[u8],
        password: &SecretString,
        now: UtcTime,
    ) -> Result<(KeptSeal, ServiceSeal), SealError> {
        let file = Zeroizing::new(pkcs12.to_vec());
        let password = Zeroizing::new(password.expose_secret().to_owned());
        let (text, seal) = apart(move || {
            let contents = read_contents(&file, &password)?;
            let text = Zeroizing::new(to_text(&contents.pkcs8, &contents.certificates));
            let seal = from_text(&text, now)?;
            Ok((text, seal))
        })
        .await?;
        let mut data_key = SecretBox::<[u8; 32]>::default();
        self.entropy.fill(data_key.expose_secret_mut());
        let context = context(organization_id);
        let key = self.keys.wrap(&data_key, &context).await.map_err(unavailable)?;
        // Room for the tag, so that no copy of the clear text is left behind by growing.
        let mut sealed = Vec::with_capacity(text.len() + TAG_BYTES);
        sealed.extend_from_slice(text.as_bytes());
        cipher(&data_key)
            .and_then(|cipher| {
                cipher
                    .seal_in_place_append_tag(only_nonce(), Aad::from(&context), &mut sealed)
                    .map_err(|_| crate::crypto::Refused)
            })
            .map_err(unavailable)?;
        Ok((KeptSeal { key, sealed }, seal))
    }

    async fn open(
        &self,
        organization_id: OrganizationId,
        kept: &KeptSeal,
        now: UtcTime,
    ) -> Result<ServiceSeal, SealError> {
        let context = context(organization_id);
        let data_key = match self.keys.unwrap(&kept.key, &context).await {
            Ok(data_key) => data_key,
            Err(KeyError::Damaged) => return Err(SealError::Damaged),
            Err(error) => return Err(unavailable(error)),
        };
        let mut opened = Zeroizing::new(kept.sealed.clone());
        let text = cipher(&data_key)
            .map_err(unavailable)?
            .open_in_place(only_nonce(), Aad::from(&context), &mut opened)
            .map_err(|_| SealError::Damaged)?;
        let text = std::str::from_utf8(text).map_err(|_| SealError::Damaged)?;
        from_text(text, now)
    }
}

/// The kept form before encryption: PEM of the key and of all certificates of the file.
fn to_text(pkcs8: &[u8], certificates: &[Certificate]) -> String {
    let mut text = pem::encode(pem::PRIVATE_KEY, pkcs8);
    text.extend(certificates.iter().map(Certificate::to_pem));
    text
}

fn from_text(text: &str, now: UtcTime) -> Result<ServiceSeal, SealError> {
    let certificates = Certificate::all_from_pem(text).map_err(|_| SealError::Damaged)?;
    let mut blocks = pem::decode_all(text).map_err(|_| SealError::Damaged)?.into_iter();
    let key = blocks.find(|block| block.label == pem::PRIVATE_KEY);
    let pkcs8 = Zeroizing::new(key.ok_or(SealError::Damaged)?.der);
    let key = SigningKey::from_pkcs8(&pkcs8).map_err(SealUnfit::Key)?;
    Ok(seal_of(key, &certificates, RsaScheme::default(), now)?)
}

/// What the encryption is bound to: purpose and organization.
fn context(organization_id: OrganizationId) -> Vec<u8> {
    format!("akashi service seal v1 {organization_id}").into_bytes()
}

/// Each data key encrypts one seal, once.
fn only_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> SealError {
    SealError::Unavailable(Box::new(error))
}

/// Hashing passwords and asking devices takes long; the threads that answer requests do not wait for it.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SealError> + Send + 'static,
) -> Result<T, SealError> {
    tokio::task::spawn_blocking(work).await.map_err(unavailable)?
}

#[cfg(test)]
mod tests;
