//! When the archive time-stamp must be renewed.

use akashi_pdf::{Document, ReadAt, ReadError};
use akashi_pki::{Certificate, DigestAlgorithm, PublicKeyKind, SignatureAlgorithm};
use jiff::{SignedDuration, Timestamp};

use crate::long_term::material::ValidationMaterial;
use crate::long_term::signatures::{ReadSignature, SignatureContent};
use crate::long_term::store::SecurityStore;

/// The last moment until which an algorithm is believed, as a policy states it (for example after CRYPTREC or ETSI
/// TS 119 312).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sunset {
    /// Of a hash function, wherever it stands in token or certificates.
    Digest {
        /// The function.
        algorithm: DigestAlgorithm,
        /// Its last moment.
        until: Timestamp,
    },
    /// Of RSA keys shorter than this.
    RsaBelow {
        /// Length of the modulus in bits.
        bits: usize,
        /// Their last moment.
        until: Timestamp,
    },
    /// Of one signature scheme.
    Signature {
        /// The scheme.
        algorithm: SignatureAlgorithm,
        /// Its last moment.
        until: Timestamp,
    },
}

/// When the newest document time-stamp must be renewed at the latest: the earliest end of the certificates of its
/// authority's path or of an algorithm in it, less `margin`. Nothing when there is no document time-stamp that can be
/// read.
///
/// The path is followed by names over what travels with the token and what stands in `/DSS`; a self-signed certificate at
/// its top does not end it, because anchors are trusted whatever their dates (RFC 5280, 6.1).
///
/// # Errors
/// When the document cannot be read.
pub fn renewal_due<R: ReadAt>(
    document: &Document<R>,
    margin: SignedDuration,
    sunsets: &[Sunset],
) -> Result<Option<Timestamp>, ReadError> {
    let signatures = ReadSignature::all(document)?;
    let newest = signatures
        .iter()
        .rev()
        .find_map(|signature| match &signature.content {
            SignatureContent::TimeStamp(token) => Some(token),
            _ => None,
        });
    let Some(token) = newest else { return Ok(None) };
    let mut material: ValidationMaterial = SecurityStore::read(document)?.material().clone();
    material.add_certificates(token.certificates());
    let Some(authority) = token.signing_certificate(&material.certificates) else {
        return Ok(None);
    };
    let mut ends: Vec<Timestamp> = Vec::new();
    for certificate in path_of(authority, &material.certificates) {
        if !certificate.is_self_issued() || certificate == authority {
            ends.push(certificate.not_after());
        }
        ends.extend(
            sunsets
                .iter()
                .filter_map(|sunset| sunset.of_certificate(certificate)),
        );
    }
    if let Ok(imprint) = token.info().imprint.algorithm {
        ends.extend(sunsets.iter().filter_map(|sunset| sunset.of_digest(imprint)));
    }
    for signer in token.signed_data().signer_infos() {
        if let Ok(algorithm) = signer.signature_algorithm() {
            ends.extend(sunsets.iter().filter_map(|sunset| sunset.of_signature(algorithm)));
        }
    }
    let earliest = ends.into_iter().min();
    Ok(earliest.map(|end| end.checked_sub(margin).unwrap_or(Timestamp::MIN)))
}

/// From `authority` upwards; of several certificates of one issuer, the one that lasts longest.
fn path_of<'a>(authority: &'a Certificate, candidates: &'a [Certificate]) -> Vec<&'a Certificate> {
    /// Longer paths are not looked for.
    const MAX_PATH: usize = 16;
    let mut path = vec![authority];
    while path.len() < MAX_PATH {
        let Some(lowest) = path.last().copied() else { break };
        let issuer = candidates
            .iter()
            .filter(|candidate| candidate.subject().matches(lowest.issuer()) && !path.contains(candidate))
            .filter(|candidate| lowest.verify_issued_by(candidate.public_key()).is_ok())
            .max_by_key(|candidate| candidate.not_after());
        match issuer {
            Some(issuer) => path.push(issuer),
            None => break,
        }
    }
    path
}

impl Sunset {
    fn of_digest(&self, used: DigestAlgorithm) -> Option<Timestamp> {
        match self {
            Self::Digest { algorithm, until } if *algorithm == used => Some(*until),
            _ => None,
        }
    }

    fn of_signature(&self, used: SignatureAlgorithm) -> Option<Timestamp> {
        match self {
            Self::Signature { algorithm, until } if *algorithm == used => Some(*until),
            _ => self.of_digest(used.digest()),
        }
    }

    fn of_certificate(&self, certificate: &Certificate) -> Option<Timestamp> {
        if let Self::RsaBelow { bits, until } = self {
            return rsa_bits(certificate)
                .filter(|length| length < bits)
                .map(|_| *until);
        }
        // The signature on an anchor is not what makes it trusted.
        let algorithm = certificate.signature_algorithm().ok()?;
        if certificate.is_self_issued() {
            return None;
        }
        self.of_signature(algorithm)
    }
}

fn rsa_bits(certificate: &Certificate) -> Option<usize> {
    match certificate.public_key().kind() {
        PublicKeyKind::Rsa { modulus_bits } => Some(*modulus_bits),
        _ => None,
    }
}
