//! The local mailbox of trial mode: mails as files, the newest thousand.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use akashi_app::ports::{
    Clock, MailError, MailMode, MailReceipt, Mailer, OutgoingMail, RenderedMail, StoredMail, TrialMailbox,
};
use akashi_domain::{EmailAddress, MailId, UtcTime};
use serde::{Deserialize, Serialize};

use super::one_line;

/// Settings of the local mailbox.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailboxSettings {
    /// The folder; made with mode 0700 if it is not there.
    pub folder: PathBuf,
    /// How many mails are kept; the oldest go first.
    pub keep: usize,
}

impl Default for MailboxSettings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("data/mailbox"),
            keep: 1_000,
        }
    }
}

/// A mailbox in a folder. Mails are written whole or not at all, but not synced: a trial loses at most its last
/// mails at a power failure, and nothing when the process is killed.
#[derive(Clone)]
pub struct LocalMailbox {
    folder: PathBuf,
    keep: usize,
    clock: Arc<dyn Clock>,
    since_trim: Arc<AtomicU32>,
}

impl std::fmt::Debug for LocalMailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalMailbox")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// A mail as it stands in its file.
#[derive(Serialize, Deserialize)]
struct MailFile {
    mail_id: MailId,
    to: EmailAddress,
    from_name: String,
    received_at: UtcTime,
    subject: String,
    text: String,
    html: String,
}

impl LocalMailbox {
    /// Opens the mailbox.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn open(settings: &MailboxSettings, clock: Arc<dyn Clock>) -> io::Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&settings.folder)?;
        Ok(Self {
            folder: settings.folder.clone(),
            keep: settings.keep.max(1),
            clock,
            since_trim: Arc::new(AtomicU32::new(0)),
        })
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T, MailError> {
        let mailbox = self.clone();
        match tokio::task::spawn_blocking(move || work(&mailbox)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(delayed(&error)),
            Err(error) => Err(delayed(&error)),
        }
    }

    fn write(&self, mail: &MailFile) -> io::Result<()> {
        let path = self.path_of(mail.mail_id);
        let partial = path.with_extension("partial");
        let json = serde_json::to_vec(mail)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&partial)?;
        file.write_all(&json)?;
        drop(file);
        fs::rename(&partial, &path)
    }

    fn read(path: &Path) -> io::Result<Option<StoredMail>> {
        let json = match fs::read(path) {
            Ok(json) => json,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mail: MailFile = serde_json::from_slice(&json)?;
        let MailFile {
            mail_id,
            to,
            received_at,
            subject,
            text,
            html,
            ..
        } = mail;
        Ok(Some(StoredMail {
            mail_id,
            to,
            received_at,
            content: RenderedMail { subject, text, html },
        }))
    }

    /// The files with the given ending, oldest first: names begin with the time at which a mail was queued.
    fn files(&self, ending: &str) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|found| found == ending) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    fn trim(&self) -> io::Result<()> {
        let files = self.files("json")?;
        let excess = files.len().saturating_sub(self.keep);
        for path in files.iter().take(excess) {
            remove(path)?;
        }
        // What killed processes left; those being written now are younger than the oldest mail kept.
        let oldest = files
            .get(excess)
            .and_then(|path| path.file_stem().map(ToOwned::to_owned));
        for path in self.files("partial")? {
            if path.file_stem().map(ToOwned::to_owned) < oldest {
                remove(&path)?;
            }
        }
        Ok(())
    }

    fn path_of(&self, mail_id: MailId) -> PathBuf {
        self.folder.join(format!("{mail_id}.json"))
    }
}

#[async_trait::async_trait]
impl Mailer for LocalMailbox {
    fn mode(&self) -> MailMode {
        MailMode::Trial
    }

    async fn send(&self, mail: &OutgoingMail) -> Result<MailReceipt, MailError> {
        let mail = MailFile {
            mail_id: mail.mail_id,
            to: mail.to.clone(),
            from_name: mail.from_name.clone(),
            received_at: self.clock.now(),
            subject: mail.content.subject.clone(),
            text: mail.content.text.clone(),
            html: mail.content.html.clone(),
        };
        self.apart(move |mailbox| {
            mailbox.write(&mail)?;
            if mailbox.since_trim.fetch_add(1, Ordering::Relaxed) % TRIM_EVERY == 0 {
                mailbox.trim()?;
            }
            Ok(MailReceipt {
                response: "kept in the local mailbox".to_owned(),
            })
        })
        .await
    }

    async fn check(&self) -> Result<String, MailError> {
        self.apart(|mailbox| {
            let probe = mailbox.folder.join("check.partial");
            fs::write(&probe, b"check")?;
            fs::remove_file(&probe)?;
            Ok("local mailbox".to_owned())
        })
        .await
    }
}

#[async_trait::async_trait]
impl TrialMailbox for LocalMailbox {
    async fn newest(&self, limit: usize) -> Result<Vec<StoredMail>, MailError> {
        self.apart(move |mailbox| {
            let mut mails = Vec::new();
            for path in mailbox.files("json")?.iter().rev().take(limit) {
                mails.extend(Self::read(path)?);
            }
            Ok(mails)
        })
        .await
    }

    async fn find(&self, mail_id: MailId) -> Result<Option<StoredMail>, MailError> {
        self.apart(move |mailbox| Self::read(&mailbox.path_of(mail_id)))
            .await
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        // Another process trims too.
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn delayed(error: &dyn std::error::Error) -> MailError {
    MailError::Delayed {
        response: one_line(&format!("the local mailbox cannot be used: {error}")),
    }
}

/// Looking through the folder costs more than writing a mail.
const TRIM_EVERY: u32 = 50;

#[cfg(test)]
mod tests;
