//! Which algorithms are believed until when.

use akashi_pki::{DigestAlgorithm, PublicKey, PublicKeyKind, SignatureAlgorithm};
use jiff::Timestamp;

/// Until when algorithms and key lengths are believed: a judge believes an object if it is proven to have existed
/// before every algorithm that it rests on lost its strength (EN 319 102-1, 5.2.8.4.2).
///
/// The default follows CRYPTREC LS-0001 and LS-0003 and, for what these no longer name, ETSI TS 119 312 and its
/// forerunners:
///
/// | algorithm | believed until |
/// |---|---|
/// | SHA-1 | 2012-08-01 |
/// | SHA-224, RSA and DSA below 3,072 bits from 2,048 on | 2031-01-01 |
/// | RSA from 1,900 to 2,047 bits | 2026-01-01 |
/// | RSA from 1,024 to 1,899 bits | 2019-10-01 |
/// | DSA below 2,048 bits | 2015-12-01 |
/// | RSA below 1,024 bits, MD5 and older | never |
/// | the others that are known here | no end is set |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlgorithmPolicy {
    digests: Vec<(DigestAlgorithm, Sunset)>,
    /// Shortest modulus in bits and what holds from there on, longest first.
    rsa: Vec<(usize, Sunset)>,
    dsa: Vec<(usize, Sunset)>,
}

/// Until when something is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sunset {
    /// It was never strong enough.
    Never,
    /// Before this moment.
    Before(Timestamp),
    /// No end is set.
    Open,
}

impl Sunset {
    /// Whether what is proven to have existed at `time` is believed.
    pub fn believes(self, time: Timestamp) -> bool {
        match self {
            Self::Never => false,
            Self::Before(end) => time < end,
            Self::Open => true,
        }
    }

    /// The end, if one is set; the beginning of time for [`Sunset::Never`].
    pub const fn end(self) -> Option<Timestamp> {
        match self {
            Self::Never => Some(Timestamp::MIN),
            Self::Before(end) => Some(end),
            Self::Open => None,
        }
    }
}

impl Default for AlgorithmPolicy {
    fn default() -> Self {
        let middle = Sunset::Before(END_OF_112_BITS);
        Self {
            digests: vec![
                (DigestAlgorithm::Sha1, Sunset::Before(END_OF_SHA1)),
                (DigestAlgorithm::Sha224, middle),
            ],
            rsa: vec![
                // TS 119 312 draws the line at 3,000 bits and 1,900 bits: keys are often a few bits short.
                (3000, Sunset::Open),
                (2048, middle),
                (1900, Sunset::Before(END_OF_RSA_1900)),
                (1024, Sunset::Before(END_OF_RSA_1024)),
            ],
            dsa: vec![
                (3072, Sunset::Open),
                (2048, middle),
                (1024, Sunset::Before(END_OF_DSA_1024)),
            ],
        }
    }
}

impl AlgorithmPolicy {
    /// Sets another end for a hash function.
    #[must_use]
    pub fn with_digest(mut self, digest: DigestAlgorithm, sunset: Sunset) -> Self {
        self.digests.retain(|(known, _)| *known != digest);
        self.digests.push((digest, sunset));
        self
    }

    /// Sets another end for RSA keys from this length of the modulus on, in bits, up to the next longer length that
    /// is named.
    #[must_use]
    pub fn with_rsa(mut self, modulus_bits: usize, sunset: Sunset) -> Self {
        self.rsa.retain(|(known, _)| *known != modulus_bits);
        self.rsa.push((modulus_bits, sunset));
        self.rsa.sort_by_key(|(bits, _)| std::cmp::Reverse(*bits));
        self
    }

    /// Until when a hash function is believed.
    pub fn digest(&self, digest: DigestAlgorithm) -> Sunset {
        let named = self.digests.iter().find(|(known, _)| *known == digest);
        named.map_or(Sunset::Open, |(_, sunset)| *sunset)
    }

    /// Until when a signature by this scheme and key is believed.
    pub fn signature(&self, algorithm: SignatureAlgorithm, key: &PublicKey) -> Sunset {
        let by_key = match key.kind() {
            PublicKeyKind::Rsa { modulus_bits } => from_length(&self.rsa, *modulus_bits),
            PublicKeyKind::Dsa => from_length(&self.dsa, dsa_bits(key)),
            _ => Sunset::Open,
        };
        match algorithm {
            // These hash inside, by functions without known weakness.
            SignatureAlgorithm::Ed25519 | SignatureAlgorithm::MlDsa(_) => by_key,
            SignatureAlgorithm::RsaPss(parameters) => by_key
                .min(self.digest(parameters.digest))
                .min(self.digest(parameters.mask_digest)),
            other => by_key.min(self.digest(other.digest())),
        }
    }
}

fn from_length(rules: &[(usize, Sunset)], bits: usize) -> Sunset {
    let rule = rules.iter().find(|(shortest, _)| bits >= *shortest);
    rule.map_or(Sunset::Never, |(_, sunset)| *sunset)
}

/// The public value is about as long as the modulus: its octets without the header of the INTEGER, rounded to
/// steps of 1,024 bits.
fn dsa_bits(key: &PublicKey) -> usize {
    (key.key_bits().len().saturating_sub(2) * 8 + 512) / 1024 * 1024
}

/// The strength of a key in words.
pub(crate) fn key_name(key: &PublicKey) -> String {
    match key.kind() {
        PublicKeyKind::Rsa { modulus_bits } => format!("RSA {modulus_bits}"),
        PublicKeyKind::Ec(curve) => match curve {
            akashi_pki::Curve::P256 => "P-256".to_owned(),
            akashi_pki::Curve::P384 => "P-384".to_owned(),
            akashi_pki::Curve::P521 => "P-521".to_owned(),
            akashi_pki::Curve::K256 => "secp256k1".to_owned(),
            other => format!("{other:?}"),
        },
        PublicKeyKind::Ed25519 => "Ed25519".to_owned(),
        PublicKeyKind::MlDsa(level) => format!("{level:?}"),
        PublicKeyKind::Dsa => format!("DSA {}", dsa_bits(key)),
        other => format!("{other:?}"),
    }
}

const END_OF_SHA1: Timestamp = Timestamp::constant(1_343_779_200, 0);
const END_OF_DSA_1024: Timestamp = Timestamp::constant(1_448_928_000, 0);
const END_OF_RSA_1024: Timestamp = Timestamp::constant(1_569_888_000, 0);
const END_OF_RSA_1900: Timestamp = Timestamp::constant(1_767_225_600, 0);
/// CRYPTREC LS-0003: strength of 112 bits may be used for new protection until the end of 2030.
const END_OF_112_BITS: Timestamp = Timestamp::constant(1_924_992_000, 0);

#[cfg(test)]
mod tests {
    use akashi_pki::{KeyAlgorithm, Signer as _, SigningKey};

    use super::*;

    #[test]
    fn the_ends_are_the_days_that_the_table_names() {
        for (end, day) in [
            (END_OF_SHA1, "2012-08-01"),
            (END_OF_DSA_1024, "2015-12-01"),
            (END_OF_RSA_1024, "2019-10-01"),
            (END_OF_RSA_1900, "2026-01-01"),
            (END_OF_112_BITS, "2031-01-01"),
        ] {
            assert_eq!(end.to_string(), format!("{day}T00:00:00Z"));
        }
    }

    #[test]
    fn the_weakest_part_decides() {
        let policy = AlgorithmPolicy::default();
        let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
        let ecdsa = |digest| policy.signature(SignatureAlgorithm::Ecdsa(digest), key.public_key());
        assert_eq!(ecdsa(DigestAlgorithm::Sha256), Sunset::Open);
        assert_eq!(ecdsa(DigestAlgorithm::Sha1), Sunset::Before(END_OF_SHA1));
        assert_eq!(from_length(&policy.rsa, 4096), Sunset::Open);
        assert_eq!(from_length(&policy.rsa, 2048), Sunset::Before(END_OF_112_BITS));
        assert_eq!(from_length(&policy.rsa, 2047), Sunset::Before(END_OF_RSA_1900));
        assert_eq!(from_length(&policy.rsa, 512), Sunset::Never);
        assert!(Sunset::Never < Sunset::Before(END_OF_SHA1) && Sunset::Before(END_OF_SHA1) < Sunset::Open);
    }

    #[test]
    fn a_caller_may_draw_other_lines() {
        let end: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
        let policy = AlgorithmPolicy::default()
            .with_digest(DigestAlgorithm::Sha256, Sunset::Before(end))
            .with_rsa(4096, Sunset::Open)
            .with_rsa(2048, Sunset::Never);
        assert_eq!(policy.digest(DigestAlgorithm::Sha256), Sunset::Before(end));
        assert!(!Sunset::Before(end).believes(end));
        assert_eq!(from_length(&policy.rsa, 2500), Sunset::Never);
    }
}
