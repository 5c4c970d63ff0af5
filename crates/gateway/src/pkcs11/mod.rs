//! Keys in tokens: smart cards, USB tokens and HSMs behind a PKCS#11 module (OASIS PKCS #11 3.0).
//!
//! A module is a library of the device's maker that this process loads once. A [`Pkcs11Signer`] owns some threads,
//! each with one session (a session must never be used by two threads); a call waits for a free one, and gives up
//! after a time, whatever the device does. A token that was pulled out and put back is found again.
//!
//! Digests are made here and the device signs them (`CKM_RSA_PKCS`, `CKM_RSA_PKCS_PSS`, `CKM_ECDSA`), because many
//! devices hash slowly or not at all; only keys that want their PIN before each signature are given the whole
//! message, since single-part mechanisms leave no moment for it. Every value is verified before it is handed out.

mod mechanism;
mod module;
mod signer;
mod token;
mod workers;

use std::path::PathBuf;

use akashi_app::ports::SealUnfit;
use akashi_app::ports::pki::VerifyError;
use secrecy::SecretString;
use serde::Deserialize;

use crate::certificate_files::CertificateFileError;
use crate::rsa_scheme::RsaScheme;

pub use signer::Pkcs11Signer;

/// Which key of which token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The maker's library, for example `/usr/lib/softhsm/libsofthsm2.so`.
    pub module: PathBuf,
    /// The token's label.
    pub token: Option<String>,
    /// The token's serial number.
    pub serial: Option<String>,
    /// The number of the token's slot. Numbers may change when devices are plugged in: label or serial are safer.
    pub slot: Option<u64>,
    /// The key's label. Without label and id the token must hold one key.
    pub key: Option<String>,
    /// The key's id, in hexadecimal digits.
    pub key_id: Option<String>,
    /// The PIN. Left out for tokens that need none or have a PIN pad of their own.
    pub pin: Option<SecretString>,
    /// A file with the certificate (PEM or DER, its issuers behind it), for tokens that hold none.
    pub certificate: Option<PathBuf>,
    /// By which scheme an RSA key signs.
    #[serde(default)]
    pub rsa_scheme: RsaScheme,
    /// Sessions at once, 1 to 64.
    #[serde(default = "default_sessions")]
    pub sessions: usize,
    /// Milliseconds for one signature, waiting for a session and for a lost token included.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
}

const fn default_sessions() -> usize {
    4
}

const fn default_timeout_ms() -> u64 {
    15_000
}

impl Settings {
    /// A key of a module with the usual limits.
    pub fn of_module(module: PathBuf) -> Self {
        Self {
            module,
            token: None,
            serial: None,
            slot: None,
            key: None,
            key_id: None,
            pin: None,
            certificate: None,
            rsa_scheme: RsaScheme::default(),
            sessions: default_sessions(),
            timeout_ms: default_timeout_ms(),
        }
    }
}

/// An error of the module, in the words of the binding.
type DeviceError = Box<cryptoki::error::Error>;

/// Why a key in a token cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Pkcs11Error {
    /// The library cannot be loaded or does not begin.
    #[error("PKCS#11 module {path} cannot be loaded")]
    Module {
        /// The library.
        path: PathBuf,
        /// Why.
        #[source]
        source: DeviceError,
    },
    /// The module works but sees no token at all.
    #[error(
        "PKCS#11 module {path} shows no token: is the device plugged in and its service running, and does this \
         user's environment name the module's configuration (SOFTHSM2_CONF for SoftHSM)?"
    )]
    NoTokens {
        /// The library.
        path: PathBuf,
    },
    /// Tokens, but not the one that is meant.
    #[error("no token is {wanted}; there are: {present}")]
    TokenNotFound {
        /// What was looked for.
        wanted: String,
        /// The labels and serial numbers that were found.
        present: String,
    },
    /// Several tokens fit.
    #[error("{wanted} fits several tokens: {present}")]
    TokenAmbiguous {
        /// What was looked for.
        wanted: String,
        /// The labels and serial numbers that fit.
        present: String,
    },
    /// The token asks for a PIN and none was given.
    #[error("the token needs a PIN")]
    PinMissing,
    /// The PIN is wrong. It is not tried again: tokens lock themselves after a few failures.
    #[error("the token refused the PIN, which is not tried again")]
    PinRefused,
    /// The token has locked itself.
    #[error("the token's PIN is locked")]
    PinLocked,
    /// The PIN must be set or changed first.
    #[error("the token's PIN must be set or changed first")]
    PinToBeSet,
    /// The token holds no such key.
    #[error("no private key is {wanted}; there are: {present}")]
    KeyNotFound {
        /// What was looked for.
        wanted: String,
        /// The labels and ids that were found.
        present: String,
    },
    /// Several keys fit.
    #[error("{wanted} fits several private keys: {present}")]
    KeyAmbiguous {
        /// What was looked for.
        wanted: String,
        /// The labels and ids that fit.
        present: String,
    },
    /// An id is not hexadecimal.
    #[error("key id {0:?} is not written in hexadecimal digits")]
    KeyId(String),
    /// The number of sessions is not between 1 and 64.
    #[error("{0} sessions: must be between 1 and 64")]
    Sessions(usize),
    /// The token holds no certificate for the key, and no file was named.
    #[error("the token holds no certificate for the key; name a file")]
    NoCertificate,
    /// A certificate on the token cannot be read.
    #[error("the certificate on the token cannot be read")]
    Certificate(#[source] akashi_app::ports::pki::CertificateError),
    /// The file of the certificate cannot be used.
    #[error(transparent)]
    CertificateFile(#[from] CertificateFileError),
    /// The certificate does not suit.
    #[error("the certificate cannot stand behind signatures")]
    Unfit(#[from] SealUnfit),
    /// The device offers no mechanism for the scheme.
    #[error("the token cannot sign with {0}")]
    Mechanism(akashi_app::ports::pki::SignatureAlgorithm),
    /// The device answered with something that is no signature value.
    #[error("the token's answer is no signature value")]
    Value,
    /// The value is not by the certificate's key.
    #[error("the token's signature does not belong to the certificate")]
    WrongKey(#[source] VerifyError),
    /// The device failed, also after it was opened again.
    #[error("the token failed")]
    Device(#[source] DeviceError),
    /// No answer in time; the device may still be at it.
    #[error("the token did not answer within {0} ms")]
    TimedOut(u64),
    /// The thread that held the session is gone: a defect.
    #[error("the session ended unexpectedly")]
    Gone,
}

#[cfg(test)]
mod tests;
