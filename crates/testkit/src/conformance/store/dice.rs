//! Chance that falls the same way each time.

/// A small generator (xorshift64*); the same seed gives the same numbers.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A generator with this seed.
    pub const fn seeded(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `limit`; 0 if the limit is 0.
    pub const fn below(&mut self, limit: usize) -> usize {
        if limit == 0 {
            0
        } else {
            ((self.bits() >> 11) % limit as u64) as usize
        }
    }

    /// True once in `times`.
    pub const fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of the values.
    ///
    /// # Panics
    /// If there is none.
    pub fn one_of<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        let index = self.below(values.len());
        values.get(index).expect("there is a value")
    }

    /// One of the words.
    ///
    /// # Panics
    /// If there is none.
    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.one_of::<&'static str>(words)
    }

    /// Ten bytes, as ids take them.
    pub const fn ten_bytes(&mut self) -> [u8; 10] {
        let first = self.bits().to_be_bytes();
        let second = self.bits().to_be_bytes();
        [
            first[0], first[1], first[2], first[3], first[4], first[5], first[6], first[7], second[0],
            second[1],
        ]
    }
}
