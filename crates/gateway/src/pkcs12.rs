//! Keys from PKCS#12 files (RFC 7292), as certificate authorities hand them out and browsers export them.
//!
//! Read are files with a message authentication code by password, encrypted by PBES2 (AES) or as older programs do
//! it (3DES, 40-bit RC2). The decrypted key goes straight into the cryptographic library; copies that the reading
//! library makes on the way are freed, not overwritten.

use std::sync::Arc;

use akashi_app::ports::pki::{Certificate, KeyUsage, Signer as _, SigningKey};
use akashi_app::ports::{Pkcs12Error, SealUnfit, ServiceSeal};
use akashi_domain::UtcTime;
use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as LibraryError;
use zeroize::Zeroizing;

use crate::certificate_files::issuers_of;
use crate::rsa_scheme::RsaScheme;

/// Reads the one key of a PKCS#12 file with its certificate and the issuers that travel with it.
///
/// Cost: as many hash computations as the file asks for, at most a million for each of its parts; about a
/// millisecond to half a second for files of today.
///
/// # Errors
/// [`Pkcs12Error`] by name; among them what [`check_seal`] finds.
pub fn read_pkcs12(
    file: &[u8],
    password: &str,
    scheme: RsaScheme,
    now: UtcTime,
) -> Result<ServiceSeal, Pkcs12Error> {
    let contents = read_contents(file, password)?;
    let key = SigningKey::from_pkcs8(&contents.pkcs8).map_err(SealUnfit::Key)?;
    seal_of(key, &contents.certificates, scheme, now).map_err(Pkcs12Error::Unfit)
}

/// What a file holds.
pub(crate) struct Contents {
    pub(crate) pkcs8: Zeroizing<Vec<u8>>,
    pub(crate) certificates: Vec<Certificate>,
}

/// Reads a file without judging whether key and certificates belong together.
pub(crate) fn read_contents(file: &[u8], password: &str) -> Result<Contents, Pkcs12Error> {
    if file.len() > MAX_FILE_BYTES {
        return Err(Pkcs12Error::TooLarge {
            limit: MAX_FILE_BYTES,
        });
    }
    if !has_mac(file) {
        return Err(Pkcs12Error::NoMac);
    }
    let archive = Pkcs12Archive::from_pkcs12(file, password).map_err(named)?;
    let key = match archive.keys.as_slice() {
        [key] => key,
        [] => return Err(Pkcs12Error::NoKey),
        keys => return Err(Pkcs12Error::SeveralKeys(keys.len())),
    };
    let certificates = archive.certs.iter();
    let certificates = certificates.map(|bag| Certificate::from_der(bag.cert.as_der()));
    Ok(Contents {
        pkcs8: Zeroizing::new(key.key.as_der().to_vec()),
        certificates: certificates
            .collect::<Result<_, _>>()
            .map_err(Pkcs12Error::Certificate)?,
    })
}

/// A seal from a key and the certificates that lie beside it: its own, by key, the newest if there are several, and
/// that certificate's issuers.
pub(crate) fn seal_of(
    key: SigningKey,
    certificates: &[Certificate],
    scheme: RsaScheme,
    now: UtcTime,
) -> Result<ServiceSeal, SealUnfit> {
    let own = certificates
        .iter()
        .filter(|certificate| certificate.public_key().key_bits() == key.public_key().key_bits())
        .max_by_key(|certificate| certificate.not_before());
    let certificate = match own {
        Some(certificate) => certificate.clone(),
        None if certificates.is_empty() => return Err(SealUnfit::NoCertificate),
        None => return Err(SealUnfit::KeyMismatch),
    };
    check_seal(&certificate, now)?;
    let is_rsa = matches!(
        key.public_key().kind(),
        akashi_app::ports::pki::PublicKeyKind::Rsa { .. }
    );
    let key = if is_rsa {
        key.with_signature_algorithm(scheme.algorithm())?
    } else {
        key
    };
    Ok(ServiceSeal {
        signer: Arc::new(key),
        issuers: issuers_of(&certificate, certificates),
        certificate,
    })
}

/// Whether a certificate may stand behind signatures at `now`: dates, key usage, not one of an authority. Its path is
/// not looked at.
///
/// # Errors
/// [`SealUnfit`].
pub fn check_seal(certificate: &Certificate, now: UtcTime) -> Result<(), SealUnfit> {
    if now < certificate.not_before() {
        return Err(SealUnfit::NotYetValid(certificate.not_before()));
    }
    if now > certificate.not_after() {
        return Err(SealUnfit::Expired(certificate.not_after()));
    }
    match certificate.basic_constraints() {
        Ok(None) => {}
        Ok(Some(constraints)) if !constraints.is_ca => {}
        _ => return Err(SealUnfit::Authority),
    }
    // An extension that cannot be read permits nothing.
    let usage = certificate.key_usage().map_err(|_| SealUnfit::KeyUsage)?;
    let may_sign = usage.is_none_or(|usage| {
        usage.allows(KeyUsage::DIGITAL_SIGNATURE) || usage.allows(KeyUsage::NON_REPUDIATION)
    });
    if may_sign {
        Ok(())
    } else {
        Err(SealUnfit::KeyUsage)
    }
}

/// Larger files are refused: every part may ask for as much hashing as the whole.
const MAX_FILE_BYTES: usize = 64 * 1024;

/// Whether `PFX` has its third field, `macData` (RFC 7292, 4). What is no `PFX` at all is for the library to tell.
fn has_mac(file: &[u8]) -> bool {
    use akashi_app::ports::pki::asn1::{EncodingRules, Reader};
    let fields = || -> Result<bool, akashi_app::ports::pki::asn1::Asn1Error> {
        let mut fields = Reader::new(file, EncodingRules::Ber).read_sequence()?;
        fields.read()?;
        fields.read()?;
        Ok(!fields.is_empty())
    };
    fields().unwrap_or(true)
}

fn named(error: LibraryError) -> Pkcs12Error {
    match error {
        // With a code that was checked before, wrong padding has no other cause than another password for the parts.
        LibraryError::MacError(_) | LibraryError::UnpadError | LibraryError::Pkcs5Error(_) => {
            Pkcs12Error::Password
        }
        LibraryError::UnsupportedEncryptionScheme | LibraryError::UnsupportedMacAlgorithm => {
            Pkcs12Error::Encryption
        }
        LibraryError::InvalidParameters => Pkcs12Error::TooManyIterations,
        other => Pkcs12Error::Malformed(Box::new(other)),
    }
}

#[cfg(test)]
pub(crate) mod tests;
