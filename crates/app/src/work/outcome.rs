//! How an attempt at a job ends.

use std::time::Duration;

use akashi_domain::contract::HoldReason;

use crate::Error;
use crate::commit::CommitOutcome;
use crate::ports::{AuthorityError, StorageError, StoreError, TimeStampError};

/// An attempt that went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finished {
    /// The job was completed together with its change.
    Committed,
    /// There is nothing (more) to do.
    Nothing,
    /// Try again at a given time; not a failure.
    Later(Duration),
}

/// An attempt that did not.
#[derive(Debug)]
pub(super) enum Failed {
    /// Somebody else changed the contract or took the job: drop the work. If the job is still ours it is
    /// tried again at once.
    Overtaken,
    /// Something outside is missing; the contract waits with the reason on the screen.
    Held(HoldReason, Error),
    /// Anything else: tried again a few times, then given up and shown among the dead letters.
    Broken(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        match &error {
            Error::Conflict => Self::Overtaken,
            Error::Unavailable {
                what: "time-stamp authority",
                ..
            } => Self::Held(HoldReason::TimeStampAuthority, error),
            Error::Unavailable {
                what: "storage" | "database",
                ..
            } => Self::Held(HoldReason::Storage, error),
            Error::Unavailable {
                what: "signing authority" | "key store",
                ..
            } => Self::Held(HoldReason::Key, error),
            _ => Self::Broken(error),
        }
    }
}

impl From<CommitOutcome> for Failed {
    fn from(outcome: CommitOutcome) -> Self {
        match outcome {
            CommitOutcome::Conflict => Self::Overtaken,
            CommitOutcome::Other(error) => error.into(),
        }
    }
}

macro_rules! through_error {
    ($($source:ty),*) => {$(
        impl From<$source> for Failed {
            fn from(error: $source) -> Self {
                Error::from(error).into()
            }
        }
    )*};
}

through_error!(StoreError, StorageError, AuthorityError, TimeStampError);

impl Failed {
    pub(super) fn broken(what: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Broken(Error::internal(what, error))
    }
}
