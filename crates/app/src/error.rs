//! Why a use case was refused or could not be carried out. The edge maps each variant to one problem.

use std::time::Duration;

use akashi_domain::contract::Refusal;

use crate::intake::IntakeError;
use crate::ports::{
    AuthorityError, CommitError, KeyError, SealError, StorageError, StoreError, TimeStampError,
};
use crate::trust::CertificateProblem;

/// Why a use case gave no result. Unless a variant says otherwise, nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such thing, or the caller may not know of it.
    #[error("not found")]
    NotFound,
    /// The caller may see it but not do that.
    #[error("not permitted")]
    Forbidden,
    /// Nobody is signed in, or the session has ended.
    #[error("not signed in")]
    NotSignedIn,
    /// The link is unknown.
    #[error("link is not known")]
    LinkUnknown,
    /// The link has been replaced by a newer one.
    #[error("link has been replaced by a newer one")]
    LinkReplaced,
    /// The link's time is over.
    #[error("link has expired")]
    LinkExpired,
    /// A one-time link (set-up, invitation, password reset) is unknown, used or over.
    #[error("one-time link is used or has expired")]
    TicketDead,
    /// Address and password do not belong together.
    #[error("address or password is wrong")]
    Credentials {
        /// Attempts left before the account pauses.
        attempts_left: u32,
    },
    /// Too many attempts.
    #[error("too many attempts")]
    Throttled {
        /// When to try again.
        retry_after: Duration,
    },
    /// The password is too easy to guess.
    #[error("password is too weak")]
    WeakPassword(PasswordWeakness),
    /// The address already has an account or a membership here.
    #[error("address is already in use")]
    AddressTaken,
    /// The last administrator cannot go.
    #[error("an organization needs an administrator")]
    LastAdministrator,
    /// The life cycle of the contract refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else changed the same thing; what the caller saw is out of date.
    #[error("changed by somebody else meanwhile")]
    Conflict,
    /// A PDF cannot be taken.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// A picture (seal, handwriting) cannot be taken.
    #[error("picture cannot be used")]
    Picture {
        /// Why, in English for the log; the page says what is allowed.
        reason: String,
    },
    /// A text has characters that no embedded font can draw.
    #[error("text has characters that cannot be drawn")]
    MissingCharacters {
        /// Where: a party's name, a field.
        place: TextPlace,
        /// The characters.
        characters: Vec<String>,
    },
    /// A party confirms before every page was shown.
    #[error("{missing} pages have not been shown")]
    PagesNotShown {
        /// How many.
        missing: u32,
    },
    /// The page has no such revision; the party must look again.
    #[error("revision is not one of this contract")]
    RevisionUnknown,
    /// A page cannot be drawn by the server; the browser draws it.
    #[error("page cannot be drawn: {reason}")]
    NotDrawable {
        /// Why.
        reason: String,
    },
    /// The input is larger than allowed.
    #[error("input is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// A certificate cannot be trusted as asked.
    #[error(transparent)]
    Certificate(#[from] CertificateProblem),
    /// A key cannot become the organization's seal.
    #[error(transparent)]
    SealRefused(SealError),
    /// A sample signed with a key was not found valid with what the organization trusts.
    #[error("a sample signed with the seal did not pass validation")]
    SealUntrusted,
    /// Too many files are being judged at the moment; try again shortly.
    #[error("too many files are being judged")]
    Busy,
    /// A part outside is not available; nothing is lost, try again.
    #[error("{what} is not available")]
    Unavailable {
        /// Which part.
        what: &'static str,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A defect or an inconsistent row; an operator must look at the log.
    #[error("internal error in {what}")]
    Internal {
        /// Where.
        what: &'static str,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Where a text stands that cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextPlace {
    /// The name, organization or post of the party at this place in the list, from 0.
    Party {
        /// Its place.
        index: usize,
    },
    /// The title of the contract.
    Title,
    /// The management number.
    ManagementNumber,
    /// A field.
    Field,
    /// A seal.
    Seal,
    /// The name of the organization or member.
    Sender,
}

/// Why a password is too easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordWeakness {
    /// Shorter than ten characters.
    TooShort,
    /// Longer than 200 characters.
    TooLong,
    /// A common password or word.
    Common,
    /// The person's own name, address or organization.
    Personal,
    /// A pattern: dates, repeats, keyboard rows.
    Pattern,
    /// Guessable for another reason.
    Guessable,
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Unavailable {
                what: "database",
                source: Box::new(error),
            },
            StoreError::Inconsistent { .. } => Self::Internal {
                what: "database",
                source: Box::new(error),
            },
        }
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict | CommitError::LeaseLost => Self::Conflict,
            CommitError::Store(error) => error.into(),
        }
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Self::Unavailable {
                what: "storage",
                source: Box::new(error),
            },
            _ => Self::Internal {
                what: "storage",
                source: Box::new(error),
            },
        }
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unavailable(_) => Self::Unavailable {
                what: "key store",
                source: Box::new(error),
            },
            _ => Self::Internal {
                what: "key store",
                source: Box::new(error),
            },
        }
    }
}

impl From<AuthorityError> for Error {
    fn from(error: AuthorityError) -> Self {
        Self::Unavailable {
            what: "signing authority",
            source: Box::new(error),
        }
    }
}

impl From<TimeStampError> for Error {
    fn from(error: TimeStampError) -> Self {
        Self::Unavailable {
            what: "time-stamp authority",
            source: Box::new(error),
        }
    }
}

impl Error {
    pub(crate) fn internal(
        what: &'static str,
        error: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Internal {
            what,
            source: Box::new(error),
        }
    }
}
