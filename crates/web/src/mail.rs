//! The mails that Akashi sends: subject, text and HTML, in the receiver's language.
//!
//! [`Letters`] puts into words what a use case wants to say ([`MailContent`]); whoever delivers a mail decides to whom
//! and when. No mail contains a picture, a script or anything that tells whether it was opened.

use akashi_app::ports::{MailContent, MailRenderer, PersonalLink, RenderedMail};
use akashi_domain::{Language, UtcTime};
use askama::Template;
use secrecy::ExposeSecret;

use crate::text::Text;
use crate::view::filters;

#[cfg(test)]
mod tests;

/// The words of the mails, for the port of `akashi-app`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Letters;

impl MailRenderer for Letters {
    fn render(&self, content: &MailContent, language: Language) -> RenderedMail {
        let t = Text::of(language);
        let letter = Letter::of(content, t);
        RenderedMail {
            subject: one_line(&letter.subject),
            text: TextLetter { t, letter: &letter }
                .to_string()
                .trim_end()
                .to_owned()
                + "\n",
            html: HtmlLetter { t, letter: &letter }.to_string(),
        }
    }
}

#[derive(Template)]
#[template(path = "mail/letter.html", whitespace = "preserve")]
struct HtmlLetter<'a> {
    t: &'a Text,
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/letter.txt", whitespace = "preserve")]
struct TextLetter<'a> {
    t: &'a Text,
    letter: &'a Letter,
}

/// The parts of a letter, in the receiver's language.
#[derive(Default)]
struct Letter {
    subject: String,
    /// The organization in whose name it comes; empty for letters of the server itself.
    organization: String,
    /// Empty if the receiver's name is not known yet.
    name: String,
    heading: String,
    lead: String,
    /// Words of a person, shown as a quotation; may be empty.
    quote: String,
    facts: Vec<(&'static str, String)>,
    link: Option<(&'static str, String)>,
    /// Right below the link.
    after: Vec<String>,
    small: Vec<String>,
}

impl Letter {
    fn of(content: &MailContent, t: &Text) -> Self {
        let mut letter = match content {
            MailContent::Request { .. } => Self::request(content, t),
            MailContent::Completion { .. } => Self::completion(content, t),
            MailContent::Declined {
                recipient,
                title,
                declined_by,
                reason,
                link,
            } => Self {
                subject: t.mail_decline_subject(title),
                name: recipient.clone(),
                heading: t.mail_decline_heading(title),
                lead: t.mail_decline_lead(declined_by),
                facts: vec![
                    (t.mail_contract(), title.clone()),
                    (t.mail_reason(), reason.clone().unwrap_or_default()),
                ],
                link: link.as_ref().map(|link| (t.mail_see_contract(), exposed(link))),
                ..Self::default()
            },
            MailContent::Withdrawn {
                recipient,
                sender_organization,
                title,
                reason,
            } => Self {
                subject: t.mail_withdrawal_subject(sender_organization, title),
                organization: sender_organization.clone(),
                name: recipient.clone(),
                heading: t.mail_withdrawal_heading(title),
                lead: t.mail_withdrawal_lead(sender_organization),
                facts: vec![
                    (t.mail_contract(), title.clone()),
                    (t.mail_reason(), reason.clone()),
                ],
                ..Self::default()
            },
            MailContent::Expired {
                recipient,
                title,
                deadline,
                link,
            } => Self {
                subject: t.mail_expired_subject(title),
                name: recipient.clone(),
                heading: t.mail_expired_heading(title),
                lead: t.mail_expired_lead().to_owned(),
                facts: vec![
                    (t.mail_contract(), title.clone()),
                    (t.mail_deadline(), t.moment_exact(deadline)),
                ],
                link: link.as_ref().map(|link| (t.mail_see_contract(), exposed(link))),
                ..Self::default()
            },
            MailContent::Invitation {
                invited_by,
                organization,
                link,
                link_expires_at,
            } => Self {
                subject: t.mail_invitation_subject(organization),
                organization: organization.clone(),
                heading: t.mail_invitation_heading(organization),
                lead: t.mail_invitation_lead(invited_by),
                link: Some((t.mail_invitation_open(), exposed(link))),
                after: vec![until(link_expires_at, t)],
                small: vec![t.mail_doubt().to_owned()],
                ..Self::default()
            },
            MailContent::PasswordReset {
                recipient,
                link,
                link_expires_at,
            } => Self {
                subject: t.mail_reset_subject().to_owned(),
                name: recipient.clone(),
                heading: t.mail_reset_heading().to_owned(),
                lead: t.mail_reset_lead().to_owned(),
                link: Some((t.mail_reset_open(), exposed(link))),
                after: vec![until(link_expires_at, t), t.mail_reset_ignore().to_owned()],
                ..Self::default()
            },
            MailContent::PreservationAlarm {
                recipient,
                organization,
                stuck,
                missed,
                link,
            } => Self {
                subject: t.mail_keeping_subject(organization),
                organization: organization.clone(),
                name: recipient.clone(),
                heading: t.mail_keeping_heading().to_owned(),
                lead: t.mail_keeping_lead().to_owned(),
                facts: vec![
                    (t.mail_keeping_missed(), counted(*missed, t)),
                    (t.mail_keeping_stuck(), counted(*stuck, t)),
                ],
                link: Some((t.mail_keeping_open(), exposed(link))),
                ..Self::default()
            },
            // A mail that this room has no words for yet is better late than wrong: it says only that there is news.
            _ => Self {
                subject: t.mail_signature().to_owned(),
                heading: t.mail_news().to_owned(),
                ..Self::default()
            },
        };
        letter.facts.retain(|(_, value)| !value.is_empty());
        letter.small.push(t.mail_no_pixel().to_owned());
        letter
    }

    fn request(content: &MailContent, t: &Text) -> Self {
        let MailContent::Request {
            is_reminder,
            recipient,
            recipient_organization,
            sender_organization,
            sender,
            sender_email,
            title,
            file_names,
            message,
            deadline,
            link,
            link_expires_at,
            is_trial,
        } = content
        else {
            return Self::default();
        };
        let (subject, heading, lead) = if *is_reminder {
            (
                t.mail_reminder_subject(sender_organization, title),
                t.mail_reminder_heading(title),
                t.mail_reminder_lead(sender_organization, sender),
            )
        } else {
            (
                t.mail_request_subject(sender_organization, title),
                t.mail_request_heading(title),
                t.mail_request_lead(sender_organization, sender),
            )
        };
        let deadline = deadline.as_ref().map(|at| t.moment_exact(at)).unwrap_or_default();
        let mut after = vec![t.mail_no_account().to_owned(), until(link_expires_at, t)];
        if *is_trial {
            after.push(t.mail_trial().to_owned());
        }
        Self {
            subject,
            organization: sender_organization.clone(),
            name: with_organization(recipient, recipient_organization),
            heading,
            lead,
            quote: message.clone(),
            facts: vec![
                (t.mail_contract(), title.clone()),
                (t.mail_documents(), file_names.join(t.list_comma())),
                (t.mail_deadline(), deadline),
            ],
            link: Some((t.mail_open_documents(), exposed(link))),
            after,
            small: vec![
                t.mail_only_yours(recipient),
                t.mail_questions(sender, sender_email.as_str()),
                t.mail_doubt().to_owned(),
            ],
        }
    }

    fn completion(content: &MailContent, t: &Text) -> Self {
        let MailContent::Completion {
            recipient,
            recipient_organization,
            sender_organization,
            title,
            contract_id,
            concluded_at,
            signers,
            link,
            is_trial,
        } = content
        else {
            return Self::default();
        };
        let mut after = vec![t.mail_completion_keep().to_owned()];
        if *is_trial {
            after.push(t.mail_trial().to_owned());
        }
        Self {
            subject: t.mail_completion_subject(title),
            organization: sender_organization.clone(),
            name: with_organization(recipient, recipient_organization),
            heading: t.mail_completion_heading(title),
            lead: t.mail_completion_lead().to_owned(),
            facts: vec![
                (t.mail_contract(), title.clone()),
                (t.mail_signers(), signers.join(t.list_comma())),
                (t.mail_concluded_at(), t.moment_exact(concluded_at)),
                (t.mail_contract_id(), contract_id.clone()),
            ],
            link: Some((t.mail_completion_open(), exposed(link))),
            after,
            small: vec![t.mail_only_yours(recipient)],
            ..Self::default()
        }
    }

    fn quote_lines(&self) -> Vec<&str> {
        self.quote.lines().collect()
    }

    fn sender_line(&self, t: &Text) -> String {
        if self.organization.is_empty() {
            t.mail_signature().to_owned()
        } else {
            t.mail_from_line(&self.organization)
        }
    }
}

/// A link leaves its wrapping only here, on its way into the mail.
/// A count of contracts; nothing if there is none.
fn counted(count: u32, t: &Text) -> String {
    if count == 0 {
        String::new()
    } else {
        t.contracts_count(count)
    }
}

fn exposed(link: &PersonalLink) -> String {
    link.expose_secret().to_owned()
}

fn until(at: &UtcTime, t: &Text) -> String {
    t.mail_link_until(t.moment_exact(at))
}

fn with_organization(name: &str, organization: &str) -> String {
    if organization.is_empty() {
        name.to_owned()
    } else {
        format!("{organization} {name}")
    }
}

/// A header's value must be one line: control characters become spaces, runs of spaces one.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect();
    spaced
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
