//! Which mechanism makes which signature, and what the device is given and gives back.

use akashi_app::ports::pki::asn1::Writer;
use akashi_app::ports::pki::{DigestAlgorithm, PssParameters, SignatureAlgorithm};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};

use super::Pkcs11Error;

/// How a device makes a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The device signs a digest that is made here.
    Digest,
    /// The device hashes, too: it offers nothing else, or the key asks for its PIN in between.
    Message,
}

/// A mechanism with what goes in and what comes out.
pub(super) struct Plan {
    pub(super) mechanism: Mechanism<'static>,
    pub(super) input: Vec<u8>,
    algorithm: SignatureAlgorithm,
}

impl Plan {
    /// How `message` is signed by `algorithm` with a device that offers these mechanisms.
    pub(super) fn new(
        algorithm: SignatureAlgorithm,
        message: &[u8],
        wanted: Way,
        offered: &[MechanismType],
    ) -> Result<Self, Pkcs11Error> {
        let ways = match wanted {
            Way::Digest => [Way::Digest, Way::Message],
            Way::Message => [Way::Message, Way::Digest],
        };
        for way in ways {
            if let Some(mechanism) = mechanism(algorithm, way)
                && offered.contains(&mechanism.mechanism_type())
            {
                let input = match way {
                    Way::Message => message.to_vec(),
                    Way::Digest => digest_input(algorithm, message),
                };
                return Ok(Self {
                    mechanism,
                    input,
                    algorithm,
                });
            }
        }
        Err(Pkcs11Error::Mechanism(algorithm))
    }

    /// The value as certificates and CMS have it.
    pub(super) fn value(&self, answer: Vec<u8>) -> Result<Vec<u8>, Pkcs11Error> {
        match self.algorithm {
            SignatureAlgorithm::Ecdsa(_) => ecdsa_value(&answer).ok_or(Pkcs11Error::Value),
            _ => Ok(answer),
        }
    }
}

fn mechanism(algorithm: SignatureAlgorithm, way: Way) -> Option<Mechanism<'static>> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    Some(match (algorithm, way) {
        (SignatureAlgorithm::RsaPkcs1(Sha256 | Sha384 | Sha512), Way::Digest) => Mechanism::RsaPkcs,
        (SignatureAlgorithm::RsaPkcs1(Sha256), Way::Message) => Mechanism::Sha256RsaPkcs,
        (SignatureAlgorithm::RsaPkcs1(Sha384), Way::Message) => Mechanism::Sha384RsaPkcs,
        (SignatureAlgorithm::RsaPkcs1(Sha512), Way::Message) => Mechanism::Sha512RsaPkcs,
        (SignatureAlgorithm::RsaPss(pss), way) => {
            let parameters = pss_parameters(pss)?;
            match (way, pss.digest) {
                (Way::Digest, _) => Mechanism::RsaPkcsPss(parameters),
                (Way::Message, Sha256) => Mechanism::Sha256RsaPkcsPss(parameters),
                (Way::Message, Sha384) => Mechanism::Sha384RsaPkcsPss(parameters),
                (Way::Message, Sha512) => Mechanism::Sha512RsaPkcsPss(parameters),
                _ => return None,
            }
        }
        (SignatureAlgorithm::Ecdsa(Sha256 | Sha384), Way::Digest) => Mechanism::Ecdsa,
        (SignatureAlgorithm::Ecdsa(Sha256), Way::Message) => Mechanism::EcdsaSha256,
        (SignatureAlgorithm::Ecdsa(Sha384), Way::Message) => Mechanism::EcdsaSha384,
        _ => return None,
    })
}

fn pss_parameters(pss: PssParameters) -> Option<PkcsPssParams> {
    let (hash_alg, mgf) = match pss.digest {
        DigestAlgorithm::Sha256 => (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256),
        DigestAlgorithm::Sha384 => (MechanismType::SHA384, PkcsMgfType::MGF1_SHA384),
        DigestAlgorithm::Sha512 => (MechanismType::SHA512, PkcsMgfType::MGF1_SHA512),
        _ => return None,
    };
    (pss.mask_digest == pss.digest).then(|| PkcsPssParams {
        hash_alg,
        mgf,
        s_len: u64::from(pss.salt_len).into(),
    })
}

/// What a device signs that does not hash: the digest, for PKCS#1 v1.5 inside a `DigestInfo` (RFC 8017, 9.2).
fn digest_input(algorithm: SignatureAlgorithm, message: &[u8]) -> Vec<u8> {
    let hash = algorithm.digest();
    let digest = hash.digest(message);
    if !matches!(algorithm, SignatureAlgorithm::RsaPkcs1(_)) {
        return digest;
    }
    let mut writer = Writer::with_capacity(digest.len() + 32);
    writer.sequence(|info| {
        info.sequence(|identifier| {
            identifier.oid(&hash.oid());
            identifier.null();
        });
        info.octets(&digest);
    });
    writer.finish()
}

/// `Ecdsa-Sig-Value` from r‖s, both of the length of the curve's order (PKCS #11 3.0, Current Mechanisms, 2.3.1).
fn ecdsa_value(answer: &[u8]) -> Option<Vec<u8>> {
    if answer.is_empty() || !answer.len().is_multiple_of(2) {
        return None;
    }
    let (r, s) = answer.split_at_checked(answer.len() / 2)?;
    let mut writer = Writer::with_capacity(answer.len() + 16);
    writer.sequence(|value| {
        value.integer(r);
        value.integer(s);
    });
    Some(writer.finish())
}

#[cfg(test)]
mod tests {
    use akashi_app::ports::pki::{KeyAlgorithm, Signer as _, SigningKey};

    use super::*;

    #[test]
    fn r_and_s_become_two_integers() {
        let der = |text: &str| hex::decode(text).unwrap();
        assert_eq!(ecdsa_value(&[1, 2]), Some(der("3006020101020102")));
        assert_eq!(
            ecdsa_value(&[0x80, 0x00, 0x00, 0x7f]),
            Some(der("3008020300800002017f")),
            "a sign octet where needed, no zeros where not"
        );
        assert_eq!(ecdsa_value(&[]), None);
        assert_eq!(ecdsa_value(&[1, 2, 3]), None);
    }

    proptest::proptest! {
        #[test]
        fn what_a_device_answers_verifies_as_der(seed: [u8; 32]) {
            // A value made in memory, taken apart as a device would give it, and put together again.
            let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
            let der = key.sign(&seed).unwrap();
            let mut fields = akashi_app::ports::pki::asn1::Reader::der(&der).read_sequence().unwrap();
            let mut raw = Vec::new();
            for _ in 0..2 {
                let integer = fields.read().unwrap().to_integer().unwrap();
                let integer = integer.strip_prefix(&[0]).unwrap_or(integer);
                raw.extend(std::iter::repeat_n(0, 32 - integer.len()));
                raw.extend_from_slice(integer);
            }
            proptest::prop_assert_eq!(ecdsa_value(&raw), Some(der));
        }
    }

    #[test]
    fn devices_that_only_hash_themselves_are_used_too() {
        let algorithm = SignatureAlgorithm::RSA_SHA256;
        let plan = |wanted, offered: &[MechanismType]| Plan::new(algorithm, b"message", wanted, offered);
        let both = [MechanismType::RSA_PKCS, MechanismType::SHA256_RSA_PKCS];
        let digest = plan(Way::Digest, &both).unwrap();
        assert_eq!(digest.mechanism.mechanism_type(), MechanismType::RSA_PKCS);
        assert_eq!(digest.input.len(), 19 + 32);
        assert_eq!(plan(Way::Message, &both).unwrap().input, b"message");
        assert_eq!(plan(Way::Digest, &both[1..]).unwrap().input, b"message");
        assert!(matches!(plan(Way::Digest, &[]), Err(Pkcs11Error::Mechanism(_))));
    }
}
