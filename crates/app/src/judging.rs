//! What our own judge says of a file, in the terms of the use cases.
//!
//! Two questions are asked of it: may a file of ours be released (`release`), and what can be said of a file that
//! anyone brings ([`judge_file`]). The answer to the second is a value that can leave the process, since such files are
//! judged in one of their own.

mod order;
mod outside;
mod release;

pub use order::{JudgeOrder, OrderError};
pub use outside::{
    ChainLine, ChainPlace, ChangedThing, EvidenceLine, ForbiddenChange, Judged, JudgedKind, JudgedSignature,
    Judgement, LaterChanges, Proof, Refusal, Revocation, SignatureVerdict, TimeStampFacts, judge_file,
};
pub(crate) use release::{NotReleased, Release, faults, release};
