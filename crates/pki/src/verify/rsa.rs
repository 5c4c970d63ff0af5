//! RSA verification by RFC 8017 for parameters that the provider does not offer: SHA-224 and SHA-3,
//! short keys, PSS with any salt or with two hash functions.

use super::modular::{Modulus, strip};
use crate::algorithm::PssParameters;
use crate::asn1::{Reader, Tag, Writer};
use crate::digest::DigestAlgorithm;

/// Shortest modulus that is looked at, in bits. Shorter ones are factored by hobbyists.
const MIN_BITS: usize = 1024;
/// Longest public exponent, in bits, as the provider has it.
const MAX_EXPONENT_BITS: usize = 33;

/// `RSAPublicKey` (RFC 8017, A.1.1), ready for the public operation.
struct Key {
    modulus: Modulus,
    modulus_len: usize,
    modulus_bits: usize,
    exponent: Vec<u8>,
}

impl Key {
    fn parse(key_bits: &[u8]) -> Option<Self> {
        let mut fields = Reader::der(key_bits).read_sequence().ok()?;
        let modulus = strip(fields.read_tag(Tag::INTEGER).ok()?.content());
        let exponent = strip(fields.read_tag(Tag::INTEGER).ok()?.content());
        let (modulus_bits, exponent_bits) = (bits(modulus)?, bits(exponent)?);
        let is_odd = |octets: &[u8]| octets.last().is_some_and(|octet| octet & 1 == 1);
        let is_sane = modulus_bits >= MIN_BITS
            && (2..=MAX_EXPONENT_BITS).contains(&exponent_bits)
            && is_odd(modulus)
            && is_odd(exponent);
        is_sane.then_some(())?;
        Some(Self {
            modulus_len: modulus.len(),
            modulus_bits,
            modulus: Modulus::new(modulus)?,
            exponent: exponent.to_vec(),
        })
    }

    /// RSAVP1 and I2OSP (RFC 8017, 5.2.2 and 4.1): the encoded message.
    fn open(&self, signature: &[u8], length: usize) -> Option<Vec<u8>> {
        if signature.len() != self.modulus_len {
            return None;
        }
        let value = self.modulus.residue(signature)?;
        self.modulus.power(&value, &self.exponent).to_padded(length)
    }
}

/// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2), with or without NULL in the `DigestInfo`.
pub(super) fn verify_pkcs1(
    key_bits: &[u8],
    algorithm: DigestAlgorithm,
    digest: &[u8],
    signature: &[u8],
) -> bool {
    let Some(key) = Key::parse(key_bits) else {
        return false;
    };
    let Some(opened) = key.open(signature, key.modulus_len) else {
        return false;
    };
    [true, false].into_iter().any(|has_null| {
        let info = digest_info(algorithm, digest, has_null);
        encoded_pkcs1(&info, key.modulus_len).is_some_and(|expected| expected == opened)
    })
}

fn digest_info(algorithm: DigestAlgorithm, digest: &[u8], has_null: bool) -> Vec<u8> {
    let mut writer = Writer::with_capacity(96);
    writer.sequence(|info| {
        info.sequence(|identifier| {
            identifier.oid(&algorithm.oid());
            if has_null {
                identifier.null();
            }
        });
        info.octets(digest);
    });
    writer.finish()
}

/// EMSA-PKCS1-v1_5 (RFC 8017, 9.2): `00 01 FF…FF 00 DigestInfo`.
fn encoded_pkcs1(info: &[u8], length: usize) -> Option<Vec<u8>> {
    let padding = length
        .checked_sub(info.len() + 3)
        .filter(|padding| *padding >= 8)?;
    Some([&[0, 1], vec![0xff; padding].as_slice(), &[0], info].concat())
}

/// RSASSA-PSS (RFC 8017, 8.1.2 and 9.1.2).
pub(super) fn verify_pss(
    key_bits: &[u8],
    parameters: PssParameters,
    digest: &[u8],
    signature: &[u8],
) -> bool {
    opens_as_pss(key_bits, parameters, digest, signature).is_some()
}

fn opens_as_pss(key_bits: &[u8], parameters: PssParameters, digest: &[u8], signature: &[u8]) -> Option<()> {
    let key = Key::parse(key_bits)?;
    let encoded_bits = key.modulus_bits - 1;
    let encoded = key.open(signature, encoded_bits.div_ceil(8))?;
    let (rest, trailer) = encoded.split_at_checked(encoded.len().checked_sub(1)?)?;
    let hash_len = parameters.digest.output_len();
    let (masked, hash) = rest.split_at_checked(rest.len().checked_sub(hash_len)?)?;
    let unused_bits = encoded.len() * 8 - encoded_bits;
    let first_mask = 0xff_u8 >> unused_bits;
    if trailer != [0xbc] || masked.first()? & !first_mask != 0 {
        return None;
    }
    let mut block: Vec<u8> = masked
        .iter()
        .zip(mask(parameters.mask_digest, hash, masked.len()))
        .map(|(octet, mask)| octet ^ mask)
        .collect();
    *block.first_mut()? &= first_mask;
    let salt_at = block.len().checked_sub(usize::from(parameters.salt_len))?;
    let (padding, salt) = block.split_at_checked(salt_at)?;
    let (one, zeros) = padding.split_last()?;
    if *one != 1 || zeros.iter().any(|octet| *octet != 0) {
        return None;
    }
    let message = [&[0; 8], digest, salt].concat();
    (parameters.digest.digest(&message) == hash).then_some(())
}

/// MGF1 (RFC 8017, B.2.1).
fn mask(algorithm: DigestAlgorithm, seed: &[u8], length: usize) -> Vec<u8> {
    (0_u32..)
        .flat_map(|counter| algorithm.digest(&[seed, &counter.to_be_bytes()].concat()))
        .take(length)
        .collect()
}

fn bits(octets: &[u8]) -> Option<usize> {
    let top = usize::try_from(octets.first()?.leading_zeros()).ok()?;
    Some(octets.len() * 8 - top)
}
