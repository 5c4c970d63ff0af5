//! A key in a token, as the makers of signatures see keys.

use std::sync::Arc;
use std::time::Duration;

use akashi_app::ports::pki::{
    Certificate, Curve, PublicKey, PublicKeyKind, SignError, SignatureAlgorithm, Signer,
};
use akashi_app::ports::{SealUnfit, ServiceSeal};
use akashi_domain::UtcTime;

use super::module::Module;
use super::token::Choice;
use super::workers::Workers;
use super::{Pkcs11Error, Settings};
use crate::certificate_files::{issuers_of, read_certificates};
use crate::pkcs12::check_seal;

/// A key in a token with its certificate. Cheap to share behind an `Arc`; as many threads sign at once as there are
/// sessions, others wait.
pub struct Pkcs11Signer {
    workers: Workers,
    certificate: Certificate,
    issuers: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
    timeout_ms: u64,
}

impl std::fmt::Debug for Pkcs11Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pkcs11Signer")
            .field("certificate", &self.certificate)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl Pkcs11Signer {
    /// Loads the module, opens the token, finds key and certificate. Blocks, at most for the settings' time-out.
    ///
    /// Of several certificates for the key the newest that is valid at `now` is taken. Whether key and certificate
    /// belong together shows at the first signature, since many tokens keep no public key.
    ///
    /// # Errors
    /// [`Pkcs11Error`].
    pub fn open(settings: &Settings, now: UtcTime) -> Result<Self, Pkcs11Error> {
        if !(1..=64).contains(&settings.sessions) {
            return Err(Pkcs11Error::Sessions(settings.sessions));
        }
        let choice = Arc::new(Choice::new(settings)?);
        let module = Module::load(&settings.module)?;
        let timeout = Duration::from_millis(settings.timeout_ms);
        let workers = Workers::start(&module, &choice, settings.sessions, timeout);
        let found = workers.certificates()?;
        let (own, all) = match &settings.certificate {
            None => (found.own, found.all),
            Some(file) => {
                let mut all = read_certificates(std::slice::from_ref(file))?;
                let own = all.first().cloned().into_iter().collect();
                all.extend(found.all);
                (own, all)
            }
        };
        let certificate = chosen(own, now)?;
        let algorithm = algorithm(&certificate, settings)?;
        Ok(Self {
            workers,
            issuers: issuers_of(&certificate, &all),
            certificate,
            algorithm,
            timeout_ms: settings.timeout_ms,
        })
    }

    /// The certificate of the key.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Its issuers, as far as they lie on the token or in the file, nearest first.
    pub fn issuers(&self) -> &[Certificate] {
        &self.issuers
    }

    /// How long a signature may take, in milliseconds.
    pub fn timeout_ms(&self) -> u64 {
        self.timeout_ms
    }

    /// The key as a fixed seal.
    pub fn into_seal(self) -> ServiceSeal {
        ServiceSeal {
            certificate: self.certificate.clone(),
            issuers: self.issuers.clone(),
            signer: Arc::new(self),
        }
    }

    fn sign_and_verify(&self, message: &[u8]) -> Result<Vec<u8>, Pkcs11Error> {
        let value = self.workers.sign(self.algorithm, message)?;
        self.public_key()
            .verify(self.algorithm, message, &value)
            .map_err(Pkcs11Error::WrongKey)?;
        Ok(value)
    }
}

impl Signer for Pkcs11Signer {
    fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn public_key(&self) -> &PublicKey {
        self.certificate.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.sign_and_verify(message)
            .map_err(|error| SignError::Device(Box::new(error)))
    }
}

/// The newest that suits; if none does, what stands against the newest.
fn chosen(mut own: Vec<Certificate>, now: UtcTime) -> Result<Certificate, Pkcs11Error> {
    own.sort_by_key(Certificate::not_before);
    let suits = own
        .iter()
        .rev()
        .find(|certificate| check_seal(certificate, now).is_ok());
    if let Some(certificate) = suits {
        return Ok(certificate.clone());
    }
    let newest = own.pop().ok_or(Pkcs11Error::NoCertificate)?;
    check_seal(&newest, now)?;
    Ok(newest)
}

fn algorithm(certificate: &Certificate, settings: &Settings) -> Result<SignatureAlgorithm, Pkcs11Error> {
    use akashi_app::ports::pki::{KeyError, Oid};
    match certificate.public_key().kind() {
        PublicKeyKind::Rsa {
            modulus_bits: 2048..=4096,
        } => Ok(settings.rsa_scheme.algorithm()),
        PublicKeyKind::Rsa { modulus_bits } => Err(SealUnfit::Key(KeyError::RsaSize(*modulus_bits)).into()),
        PublicKeyKind::Ec(Curve::P256) => Ok(SignatureAlgorithm::ECDSA_SHA256),
        PublicKeyKind::Ec(Curve::P384) => Ok(SignatureAlgorithm::ECDSA_SHA384),
        PublicKeyKind::Other(oid) => Err(SealUnfit::Key(KeyError::Unsupported(oid.clone())).into()),
        _ => {
            let oid: Oid = akashi_app::ports::pki::oids::EC_PUBLIC_KEY;
            Err(SealUnfit::Key(KeyError::Unsupported(oid)).into())
        }
    }
}
