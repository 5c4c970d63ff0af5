//! What an untrusted byte may meet: one function for each parser of foreign input, for fuzzers to call.
//!
//! **What it is not.** No room of the product: nothing imports it. `fuzz/` wraps each function of [`targets`] for
//! libFuzzer; the tests of this crate call the same functions on stored seeds and [`mutation`]s of them, sign foreign
//! files, and hold what we read against other readers.
//!
//! ```
//! use akashi_robust::mutation::Mutations;
//! use akashi_robust::targets;
//!
//! let seed = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF";
//! let mut mutations = Mutations::new(1);
//! for _ in 0..100 {
//!     targets::pdf_parse(&mutations.of(seed, seed));
//! }
//! ```

pub mod mutation;
pub mod targets;
