//! Arithmetic modulo a public number, for signatures that the provider does not verify.
//!
//! Nothing here is secret: running time may depend on the values. Multiplication is by doubling and
//! adding, which is slow (milliseconds for a 2048-bit exponentiation by 65537) and easy to read.

/// A number as little-endian limbs; all numbers of one computation have the same length.
type Limbs = Vec<u64>;

/// Largest modulus, in bits.
const MAX_BITS: usize = 8192;

/// A modulus above 1.
pub(super) struct Modulus {
    limbs: Limbs,
}

/// A residue of a modulus.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Residue(Limbs);

impl Modulus {
    /// From big-endian octets; `None` for 0, 1, or more than 8192 bits.
    pub(super) fn new(big_endian: &[u8]) -> Option<Self> {
        let octets = strip(big_endian);
        if octets.len() * 8 > MAX_BITS || octets.is_empty() || octets == [1] {
            return None;
        }
        // One limb more than needed, so that doubling never overflows.
        let limbs = to_limbs(octets, octets.len().div_ceil(8) + 1);
        Some(Self { limbs })
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
        let (one, mut value) = (self.one(), self.zero());
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
        let mut product = self.zero();
        for limb in left.0.iter().rev() {
            for bit in (0..64).rev() {
                self.double(&mut product);
                if limb >> bit & 1 == 1 {
                    self.add(&mut product, right);
                }
            }
        }
        product
    }

    /// `base` to the power of big-endian octets.
    pub(super) fn power(&self, base: &Residue, exponent: &[u8]) -> Residue {
        let mut result = self.one();
        for octet in strip(exponent) {
            for bit in (0..8).rev() {
                if result != self.one() {
                    result = self.multiply(&result, &result);
                }
                if octet >> bit & 1 == 1 {
                    result = self.multiply(&result, base);
                }
            }
        }
        result
    }

    /// The modulus less 2 as octets: the exponent that inverts when the modulus is prime (Fermat).
    pub(super) fn minus_two(&self) -> Vec<u8> {
        let mut value = self.limbs.clone();
        let mut two = vec![0; value.len()];
        two.iter_mut().take(1).for_each(|limb| *limb = 2);
        subtract(&mut value, &two);
        to_octets(&value)
    }

    fn zero(&self) -> Residue {
        Residue(vec![0; self.limbs.len()])
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
        strip(&to_octets(&self.0)).to_vec()
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

fn to_octets(limbs: &[u64]) -> Vec<u8> {
    limbs.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect()
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
                let product = modulus.multiply(&a, &b).to_padded(2).unwrap();
                assert_eq!(product, expected.to_be_bytes());
            }
            let value = modulus.residue(&[left]).unwrap();
            if left > 0 {
                let inverse = modulus.power(&value, &modulus.minus_two());
                assert!(modulus.multiply(&value, &inverse) == modulus.one());
            }
        }
        assert!(modulus.residue(&[97]).is_none());
        assert_eq!(modulus.reduce(&[3, 200]).to_octets(), [(968 % 97) as u8]);
    }

    #[test]
    fn a_known_power() {
        // 2^255 - 19 is prime: by Fermat 3^(p-1) = 1, and 2^255 = 19.
        let mut prime = [0xff; 32];
        prime[0] = 0x7f;
        prime[31] = 0xed;
        let modulus = Modulus::new(&prime).unwrap();
        let mut minus_one = prime;
        minus_one[31] = 0xec;
        let three = modulus.residue(&[3]).unwrap();
        assert!(modulus.power(&three, &minus_one) == modulus.one());
        let two = modulus.residue(&[2]).unwrap();
        assert_eq!(modulus.power(&two, &[255]).to_octets(), [19]);
    }

    #[test]
    fn senseless_moduli_are_refused() {
        assert!(Modulus::new(&[]).is_none());
        assert!(Modulus::new(&[0, 0]).is_none());
        assert!(Modulus::new(&[1]).is_none());
        assert!(Modulus::new(&[0xff; 1025]).is_none());
    }
}
