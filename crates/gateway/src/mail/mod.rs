//! Mail: over SMTP, or into a local mailbox in trial mode.

mod mailbox;
mod message;
mod smtp;

pub use mailbox::{LocalMailbox, MailboxSettings};
pub use smtp::{OpenError, Security, SmtpMailer, SmtpSettings};

/// The most characters of a server's answer that are kept.
const MAX_RESPONSE_CHARS: usize = 500;

/// A server's words in one bounded line.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(MAX_RESPONSE_CHARS));
    let words = text
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty());
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line.chars().take(MAX_RESPONSE_CHARS).collect()
}
