//! Named places in the worker's path, so that a test can end the process at each of them.

/// A place in the worker's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it: what has just been done")]
pub enum Step {
    JobLeased,
    SendingDocumentBuilt,
    SendingDocumentStored,
    SendingBeforeCommit,
    SendingCommitted,
    SigningCertificateIssued,
    SigningPrepared,
    SigningStamped,
    SigningDocumentStored,
    SigningBeforeCommit,
    SigningCommitted,
    ConcludingRaised,
    ConcludingSheetSigned,
    ConcludingSheetStored,
    ConcludingBeforeCommit,
    ConcludingCommitted,
    PreservingStored,
    PreservingBeforeCommit,
    PreservingCommitted,
    MailAttemptCounted,
    MailAccepted,
    MailRecorded,
    MailCommitted,
}

impl Step {
    /// The steps in the order in which one contract passes them up to its conclusion. Those of keeping it come years
    /// later.
    pub const ALL: [Self; 20] = [
        Self::JobLeased,
        Self::SendingDocumentBuilt,
        Self::SendingDocumentStored,
        Self::SendingBeforeCommit,
        Self::SendingCommitted,
        Self::SigningCertificateIssued,
        Self::SigningPrepared,
        Self::SigningStamped,
        Self::SigningDocumentStored,
        Self::SigningBeforeCommit,
        Self::SigningCommitted,
        Self::ConcludingRaised,
        Self::ConcludingSheetSigned,
        Self::ConcludingSheetStored,
        Self::ConcludingBeforeCommit,
        Self::ConcludingCommitted,
        Self::MailAttemptCounted,
        Self::MailAccepted,
        Self::MailRecorded,
        Self::MailCommitted,
    ];

    /// The name used on a command line.
    pub fn name(self) -> String {
        let mut name = String::new();
        for c in format!("{self:?}").chars() {
            if c.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(c.to_ascii_lowercase());
        }
        name
    }

    /// Finds a step by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}

/// Is told of each step. The real one does nothing; a test build's one ends the process.
pub trait StepWatch: Send + Sync {
    /// A step has been passed.
    fn passed(&self, step: Step);
}

/// Does nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStepWatch;

impl StepWatch for NoStepWatch {
    fn passed(&self, _step: Step) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_come_back() {
        for step in Step::ALL {
            assert_eq!(Step::parse(&step.name()), Some(step));
        }
        assert_eq!(Step::SigningDocumentStored.name(), "signing-document-stored");
    }
}
