//! Arithmetic modulo an odd public number, for signatures that the provider does not verify.
//!
//! Nothing here is secret: running time may depend on the values. Multiplication is Montgomery's
//! (Menezes et al., Handbook of Applied Cryptography, 14.36), so that a hostile file cannot make
//! the judge work for long.

use std::iter;

/// A number as little-endian limbs; all numbers of one computation have the same length.
type Limbs = Vec<u64>;

/// Largest modulus, in bits.
const MAX_BITS: usize = 8192;

/// An odd modulus above 1.
pub(super) struct Modulus {
    /// One limb more than needed, always 0, so that twice the modulus still fits.
    limbs: Limbs,
    /// The negated inverse of the modulus modulo 2^64.
    negated_inverse: u64,
    /// R and R² modulo the modulus, where R = 2^(64 · limbs).
    radix: Residue,
    radix_squared: Residue,
}

/// A residue of a modulus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Residue(Limbs);

impl Modulus {
    /// From big-endian octets; `None` for even numbers, 1, or more than 8192 bits.
    pub(super) fn new(big_endian: &[u8]) -> Option<Self> {
        let octets = strip(big_endian);
        let is_odd = octets.last().is_some_and(|octet| octet & 1 == 1);
        if octets.len() * 8 > MAX_BITS || !is_odd || octets == [1] {
            return None;
        }
        let limbs = to_limbs(octets, octets.len().div_ceil(8) + 1);
        let lowest = limbs.first().copied()?;
        // Newton: each step doubles the number of right bits, and an odd number is its own inverse
        // modulo 8.
        let inverse = (0..5).fold(lowest, |inverse, _| {
            inverse.wrapping_mul(2_u64.wrapping_sub(lowest.wrapping_mul(inverse)))
        });
        let zero = Residue(vec![0; limbs.len()]);
        let mut modulus = Self {
            negated_inverse: inverse.wrapping_neg(),
            radix: zero.clone(),
            radix_squared: zero,
            limbs,
        };
        let mut radix = modulus.one();
        let bits = modulus.limbs.len() * 64;
        (0..bits).for_each(|_| modulus.double(&mut radix));
        modulus.radix = radix.clone();
        (0..bits).for_each(|_| modulus.double(&mut radix));
        modulus.radix_squared = radix;
        Some(modulus)
    }

    /// A number below the modulus; `None` otherwise.
    pub(super) fn residue(&self, big_endian: &[u8]) -> Option<Residue> {
        let octets = strip(big_endian);
        if octets.len() > self.limbs.len() * 8 {
            return None;
        }
        let limbs = to_limbs(octets, self.limbs.len());
        is_below(&limbs, &self.limbs).then_some(Residue(limbs))
    }

    /// Any number, reduced.
    pub(super) fn reduce(&self, big_endian: &[u8]) -> Residue {
        let one = self.one();
        let mut value = Residue(vec![0; self.limbs.len()]);
        for octet in big_endian {
            for bit in (0..8).rev() {
                self.double(&mut value);
                if octet >> bit & 1 == 1 {
                    self.add(&mut value, &one);
                }
            }
        }
        value
    }

    pub(super) fn multiply(&self, left: &Residue, right: &Residue) -> Residue {
        self.multiply_reduced(&self.multiply_reduced(left, right), &self.radix_squared)
    }

    /// `base` to the power of big-endian octets.
    pub(super) fn power(&self, base: &Residue, exponent: &[u8]) -> Residue {
        let base = self.multiply_reduced(base, &self.radix_squared);
        let mut result = self.radix.clone();
        for octet in strip(exponent) {
            for bit in (0..8).rev() {
                result = self.multiply_reduced(&result, &result);
                if octet >> bit & 1 == 1 {
                    result = self.multiply_reduced(&result, &base);
                }
            }
        }
        self.multiply_reduced(&result, &self.one())
    }

    /// The modulus less 2 as octets: the exponent that inverts when the modulus is prime (Fermat).
    pub(super) fn minus_two(&self) -> Vec<u8> {
        let mut value = self.limbs.clone();
        let mut two = vec![0; value.len()];
        two.iter_mut().take(1).for_each(|limb| *limb = 2);
        subtract(&mut value, &two);
        value.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect()
    }

    /// `left` · `right` / R.
    fn multiply_reduced(&self, left: &Residue, right: &Residue) -> Residue {
        let mut sum = vec![0; self.limbs.len() + 1];
        for limb in &left.0 {
            add_product(&mut sum, &right.0, *limb);
            let lowest = sum.first().copied().unwrap_or_default();
            add_product(&mut sum, &self.limbs, lowest.wrapping_mul(self.negated_inverse));
            // The lowest limb is 0 now: dividing by 2^64 is moving down.
            sum.rotate_left(1);
        }
        sum.truncate(self.limbs.len());
        let mut product = Residue(sum);
        self.reduce_once(&mut product);
        product
    }

    fn one(&self) -> Residue {
        let mut limbs = vec![0; self.limbs.len()];
        limbs.iter_mut().take(1).for_each(|limb| *limb = 1);
        Residue(limbs)
    }

    fn add(&self, value: &mut Residue, other: &Residue) {
        let mut carry = false;
        for (limb, other) in value.0.iter_mut().zip(&other.0) {
            (*limb, carry) = limb.carrying_add(*other, carry);
        }
        self.reduce_once(value);
    }

    fn double(&self, value: &mut Residue) {
        let mut carry = 0;
        for limb in &mut value.0 {
            let top = *limb >> 63;
            *limb = *limb << 1 | carry;
            carry = top;
        }
        self.reduce_once(value);
    }

    /// Brings a number below twice the modulus below the modulus.
    fn reduce_once(&self, value: &mut Residue) {
        if !is_below(&value.0, &self.limbs) {
            subtract(&mut value.0, &self.limbs);
        }
    }
}

impl Residue {
    pub(super) fn is_zero(&self) -> bool {
        self.0.iter().all(|limb| *limb == 0)
    }

    /// Big-endian octets without leading zeros.
    pub(super) fn to_octets(&self) -> Vec<u8> {
        let octets: Vec<u8> = self.0.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
        strip(&octets).to_vec()
    }

    /// Big-endian octets of exactly `length`; `None` if the number is longer.
    pub(super) fn to_padded(&self, length: usize) -> Option<Vec<u8>> {
        let octets = self.to_octets();
        let mut padded = vec![0; length.checked_sub(octets.len())?];
        padded.extend(octets);
        Some(padded)
    }
}

/// Without leading zeros.
pub(super) fn strip(big_endian: &[u8]) -> &[u8] {
    let zeros = big_endian.iter().take_while(|octet| **octet == 0).count();
    big_endian.get(zeros..).unwrap_or_default()
}

fn to_limbs(big_endian: &[u8], count: usize) -> Limbs {
    let mut limbs: Limbs = big_endian
        .rchunks(8)
        .map(|chunk| chunk.iter().fold(0, |limb, octet| limb << 8 | u64::from(*octet)))
        .collect();
    limbs.resize(count, 0);
    limbs
}

fn is_below(left: &[u64], right: &[u64]) -> bool {
    left.iter().rev().lt(right.iter().rev())
}

/// Takes `other`, which is not larger, off `value`.
fn subtract(value: &mut [u64], other: &[u64]) {
    let mut borrow = false;
    for (limb, other) in value.iter_mut().zip(other) {
        (*limb, borrow) = limb.borrowing_sub(*other, borrow);
    }
}

/// Adds `other` · `factor` to `sum`, which is one limb longer.
fn add_product(sum: &mut [u64], other: &[u64], factor: u64) {
    let mut carry = 0;
    for (limb, other) in sum.iter_mut().zip(other.iter().chain(iter::once(&0))) {
        (*limb, carry) = other.carrying_mul_add(factor, carry, *limb);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_as_in_school() {
        let modulus = Modulus::new(&[97]).unwrap();
        for left in 0..97_u8 {
            for right in 0..97_u8 {
                let (a, b) = (
                    modulus.residue(&[left]).unwrap(),
                    modulus.residue(&[right]).unwrap(),
                );
                let expected = u16::from(left) * u16::from(right) % 97;
                assert_eq!(
                    modulus.multiply(&a, &b).to_padded(2).unwrap(),
                    expected.to_be_bytes()
                );
            }
            let value = modulus.residue(&[left]).unwrap();
            if left > 0 {
                let inverse = modulus.power(&value, &modulus.minus_two());
                assert_eq!(modulus.multiply(&value, &inverse), modulus.one());
            }
        }
        assert!(modulus.residue(&[97]).is_none());
        assert_eq!(
            modulus.reduce(&[3, 200]).to_octets(),
            [968_u16.rem_euclid(97).to_be_bytes()[1]]
        );
    }

    #[test]
    fn known_powers() {
        // p = 2^255 - 19 is prime: by Fermat 3^(p-1) = 1, and 2^255 = 19.
        let mut prime = [0xff; 32];
        prime[0] = 0x7f;
        prime[31] = 0xed;
        let modulus = Modulus::new(&prime).unwrap();
        let mut minus_one = prime;
        minus_one[31] = 0xec;
        let three = modulus.residue(&[3]).unwrap();
        assert_eq!(modulus.power(&three, &minus_one), modulus.one());
        let two = modulus.residue(&[2]).unwrap();
        assert_eq!(modulus.power(&two, &[255]).to_octets(), [19]);
        assert_eq!(modulus.power(&two, &[]), modulus.one());
        // (p-1)² = 1.
        let largest = modulus.residue(&minus_one).unwrap();
        assert_eq!(modulus.multiply(&largest, &largest), modulus.one());
        assert!(modulus.residue(&prime).is_none());
    }

    #[test]
    fn senseless_moduli_are_refused() {
        assert!(Modulus::new(&[]).is_none());
        assert!(Modulus::new(&[0, 0]).is_none());
        assert!(Modulus::new(&[1]).is_none());
        assert!(Modulus::new(&[98]).is_none());
        assert!(Modulus::new(&[0xff; 1025]).is_none());
    }
}
