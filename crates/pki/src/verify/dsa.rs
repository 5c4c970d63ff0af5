//! DSA verification (FIPS 186-4, 4.7), for signatures of its time only: FIPS 186-5 withdrew it.

use super::modular::{Modulus, strip};
use crate::asn1::{Reader, Tag};

/// Longest prime of FIPS 186-4.
const MAX_PRIME_BYTES: usize = 3072 / 8;
/// Longest and shortest order of the subgroup.
const MAX_ORDER_BYTES: usize = 256 / 8;
const MIN_ORDER_BYTES: usize = 160 / 8;

/// Verifies over a digest; `parameters` is the `Dss-Parms` and `key_bits` the `DSAPublicKey` of
/// RFC 3279, 2.3.2.
pub(super) fn verify(parameters: &[u8], key_bits: &[u8], digest: &[u8], signature: &[u8]) -> bool {
    holds(parameters, key_bits, digest, signature).unwrap_or(false)
}

fn holds(parameters: &[u8], key_bits: &[u8], digest: &[u8], signature: &[u8]) -> Option<bool> {
    let [prime, order, generator] = integers(parameters)?;
    let (prime, order) = (strip(prime), strip(order));
    if prime.len() > MAX_PRIME_BYTES || order.len() > MAX_ORDER_BYTES || order.len() < MIN_ORDER_BYTES {
        return None;
    }
    let order_len = order.len();
    let (prime, subgroup) = (Modulus::new(prime)?, Modulus::new(order)?);
    let generator = prime.residue(generator)?;
    let public = prime.residue(Reader::der(key_bits).read_tag(Tag::INTEGER).ok()?.content())?;
    let [r, s] = integers(signature)?;
    let (r, s) = (subgroup.residue(r)?, subgroup.residue(s)?);
    if r.is_zero() || s.is_zero() {
        return Some(false);
    }
    let inverse = subgroup.power(&s, &subgroup.minus_two());
    // The leftmost bits of the digest, as many as the subgroup has; its length is a whole number of
    // octets in every parameter set of the standard.
    let hash = subgroup.reduce(digest.get(..order_len).unwrap_or(digest));
    let first = prime.power(&generator, &subgroup.multiply(&hash, &inverse).to_octets());
    let second = prime.power(&public, &subgroup.multiply(&r, &inverse).to_octets());
    Some(subgroup.reduce(&prime.multiply(&first, &second).to_octets()) == r)
}

/// A SEQUENCE of `N` non-negative integers.
fn integers<const N: usize>(der: &[u8]) -> Option<[&[u8]; N]> {
    let mut outer = Reader::der(der);
    let mut fields = outer.read_sequence().ok()?;
    outer.finish().ok()?;
    let mut values = [&[][..]; N];
    for value in &mut values {
        *value = fields.read_tag(Tag::INTEGER).ok()?.content();
        if value.first().is_none_or(|first| first & 0x80 != 0) {
            return None;
        }
    }
    fields.finish().ok()?;
    Some(values)
}
