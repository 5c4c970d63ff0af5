//! Random bytes that are the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

use akashi_app::ports::Entropy;

/// Bytes from a seed (SplitMix64): every run of a test draws the same ids and keys. Never use it elsewhere.
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// A source that begins at `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Default for SeededEntropy {
    fn default() -> Self {
        Self::new(1)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let state = self.0.fetch_add(GAMMA, Ordering::Relaxed).wrapping_add(GAMMA);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let value = (mixed ^ (mixed >> 31)).to_le_bytes();
            for (slot, byte) in chunk.iter_mut().zip(value) {
                *slot = byte;
            }
        }
    }
}

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
