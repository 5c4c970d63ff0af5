//! The mails that Akashi sends: subject, text and HTML, in the receiver's language.
//!
//! Each mail is a struct with plain values and a `render`; whoever sends it decides to whom and when. No mail
//! contains a picture, a script or anything that tells whether it was opened.
//!
//! ```
//! use akashi_web::mail::PasswordResetMail;
//! use akashi_web::text::Language;
//!
//! let mail = PasswordResetMail { name: "髙橋 誠".into(), link: "https://akashi.example/password/reset/x".into() };
//! let rendered = mail.render(Language::Ja)?;
//! assert_eq!(rendered.subject, "パスワードの再設定");
//! assert!(rendered.text.contains("https://akashi.example/password/reset/x"));
//! # Ok::<(), akashi_web::mail::RenderError>(())
//! ```

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::text::{Language, Text};
use crate::view::filters;

#[cfg(test)]
mod tests;

/// A mail ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedMail {
    /// One line, without control characters.
    pub subject: String,
    /// The plain-text part.
    pub text: String,
    /// The HTML part: a whole document with its own style block.
    pub html: String,
}

/// A mail's template could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the mail could not be rendered")]
pub struct RenderError(#[from] askama::Error);

/// Asks a party to sign.
#[derive(Clone, Debug)]
pub struct RequestMail {
    /// The sender's organization.
    pub organization: String,
    /// The person who sends.
    pub sender: String,
    /// The party.
    pub name: String,
    /// Title of the contract.
    pub title: String,
    /// Names of the documents.
    pub documents: Vec<String>,
    /// The other parties.
    pub parties: Vec<String>,
    /// The last day to sign.
    pub deadline: Option<Date>,
    /// The sender's words; may be empty.
    pub message: String,
    /// The party's own link.
    pub link: String,
    /// The contract was sent in trial mode.
    pub trial: bool,
    /// The first request, or another one for the same act.
    pub occasion: RequestOccasion,
}

/// Why a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestOccasion {
    /// It is the party's turn.
    Turn,
    /// The party has not acted yet; its former link is dead.
    Reminder,
}

/// Tells everybody that the contract is concluded (「電子署名完了のお知らせ」).
#[derive(Clone, Debug)]
pub struct CompletionMail {
    /// The sender's organization.
    pub organization: String,
    /// The receiver.
    pub name: String,
    /// Title of the contract.
    pub title: String,
    /// All parties.
    pub parties: Vec<String>,
    /// When it was concluded.
    pub concluded_at: Timestamp,
    /// Where contract and evidence sheet can be downloaded.
    pub link: String,
    /// The contract was sent in trial mode.
    pub trial: bool,
}

/// Tells the parties that the sender has withdrawn the contract.
#[derive(Clone, Debug)]
pub struct WithdrawalMail {
    /// The sender's organization.
    pub organization: String,
    /// The receiver.
    pub name: String,
    /// Title of the contract.
    pub title: String,
    /// The sender's reason.
    pub reason: String,
}

/// Tells the sender and the other parties that someone declined.
#[derive(Clone, Debug)]
pub struct DeclineMail {
    /// The sender's organization.
    pub organization: String,
    /// The receiver.
    pub name: String,
    /// Title of the contract.
    pub title: String,
    /// Who declined.
    pub by: String,
    /// The reason given.
    pub reason: String,
    /// The contract, for a member; none for a party.
    pub link: Option<String>,
}

/// Invites a person to become a member.
#[derive(Clone, Debug)]
pub struct InvitationMail {
    /// The inviting organization.
    pub organization: String,
    /// Who invites.
    pub inviter: String,
    /// The invited person.
    pub name: String,
    /// The last day of the link.
    pub until: Date,
    /// The link.
    pub link: String,
}

/// Lets a member choose a new password.
#[derive(Clone, Debug)]
pub struct PasswordResetMail {
    /// The member.
    pub name: String,
    /// The link.
    pub link: String,
}

/// What all mails have in common: a letter.
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
struct Letter {
    subject: String,
    /// The organization in whose name it comes; empty for letters of the server itself.
    organization: String,
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
    fn render(&self, t: &Text) -> Result<RenderedMail, RenderError> {
        Ok(RenderedMail {
            subject: one_line(&self.subject),
            text: TextLetter { t, letter: self }.render()?.trim_end().to_owned() + "\n",
            html: HtmlLetter { t, letter: self }.render()?,
        })
    }

    fn quote_lines(&self) -> Vec<&str> {
        self.quote.lines().collect()
    }

    fn from_line(&self, t: &Text) -> String {
        if self.organization.is_empty() { t.mail_signature().to_owned() } else { t.mail_from_line(&self.organization) }
    }
}

impl RequestMail {
    /// Renders it in `lang`.
    ///
    /// # Errors
    /// [`RenderError`] if a template fails.
    pub fn render(&self, lang: Language) -> Result<RenderedMail, RenderError> {
        let t = Text::of(lang);
        let (subject, heading, lead) = match self.occasion {
            RequestOccasion::Turn => (
                t.mail_request_subject(&self.organization, &self.title),
                t.mail_request_heading(&self.title),
                t.mail_request_lead(&self.organization, &self.sender),
            ),
            RequestOccasion::Reminder => (
                t.mail_reminder_subject(&self.organization, &self.title),
                t.mail_reminder_heading(&self.title),
                t.mail_reminder_lead(&self.organization, &self.sender),
            ),
        };
        let mut facts = vec![
            (t.mail_contract(), self.title.clone()),
            (t.mail_documents(), self.documents.join(t.list_comma())),
            (t.mail_parties(), self.parties.join(t.list_comma())),
        ];
        if let Some(day) = &self.deadline {
            facts.push((t.mail_deadline(), t.date(day)));
        }
        facts.retain(|(_, value)| !value.is_empty());
        let mut after = vec![t.mail_no_account().to_owned()];
        if self.trial {
            after.push(t.mail_trial().to_owned());
        }
        Letter {
            subject,
            organization: self.organization.clone(),
            name: self.name.clone(),
            heading,
            lead,
            quote: self.message.clone(),
            facts,
            link: Some((t.mail_open_documents(), self.link.clone())),
            after,
            small: vec![t.mail_only_yours(&self.name), t.mail_doubt().to_owned(), t.mail_no_pixel().to_owned()],
        }
        .render(t)
    }
}

impl CompletionMail {
    /// Renders it in `lang`.
    ///
    /// # Errors
    /// [`RenderError`] if a template fails.
    pub fn render(&self, lang: Language) -> Result<RenderedMail, RenderError> {
        let t = Text::of(lang);
        let mut after = vec![t.mail_completion_keep().to_owned()];
        if self.trial {
            after.push(t.mail_trial().to_owned());
        }
        Letter {
            subject: t.mail_completion_subject(&self.title),
            organization: self.organization.clone(),
            name: self.name.clone(),
            heading: t.mail_completion_heading(&self.title),
            lead: t.mail_completion_lead().to_owned(),
            quote: String::new(),
            facts: vec![
                (t.mail_contract(), self.title.clone()),
                (t.mail_parties(), self.parties.join(t.list_comma())),
                (t.mail_concluded_at(), t.moment_exact(&self.concluded_at)),
            ],
            link: Some((t.mail_completion_open(), self.link.clone())),
            after,
            small: vec![t.mail_only_yours(&self.name), t.mail_no_pixel().to_owned()],
        }
        .render(t)
    }
}

impl WithdrawalMail {
    /// Renders it in `lang`.
    ///
    /// # Errors
    /// [`RenderError`] if a template fails.
    pub fn render(&self, lang: Language) -> Result<RenderedMail, RenderError> {
        let t = Text::of(lang);
        Letter {
            subject: t.mail_withdrawal_subject(&self.organization, &self.title),
            organization: self.organization.clone(),
            name: self.name.clone(),
            heading: t.mail_withdrawal_heading(&self.title),
            lead: t.mail_withdrawal_lead(&self.organization),
            quote: String::new(),
            facts: vec![(t.mail_contract(), self.title.clone()), (t.mail_reason(), self.reason.clone())],
            link: None,
            after: Vec::new(),
            small: vec![t.mail_no_pixel().to_owned()],
        }
        .render(t)
    }
}

impl DeclineMail {
    /// Renders it in `lang`.
    ///
    /// # Errors
    /// [`RenderError`] if a template fails.
    pub fn render(&self, lang: Language) -> Result<RenderedMail, RenderError> {
        let t = Text::of(lang);
        Letter {
            subject: t.mail_decline_subject(&self.title),
            organization: self.organization.clone(),
            name: self.name.clone(),
            heading: t.mail_decline_heading(&self.title),
            lead: t.mail_decline_lead(&self.by),
            quote: String::new(),
            facts: vec![(t.mail_contract(), self.title.clone()), (t.mail_reason(), self.reason.clone())],
            link: self.link.clone().map(|link| (t.mail_decline_open(), link)),
            after: Vec::new(),
            small: vec![t.mail_no_pixel().to_owned()],
        }
        .render(t)
    }
}

impl InvitationMail {
    /// Renders it in `lang`.
    ///
    /// # Errors
    /// [`RenderError`] if a template fails.
    pub fn render(&self, lang: Language) -> Result<RenderedMail, RenderError> {
        let t = Text::of(lang);
        Letter {
            subject: t.mail_invitation_subject(&self.organization),
            organization: self.organization.clone(),
            name: self.name.clone(),
            heading: t.mail_invitation_heading(&self.organization),
            lead: t.mail_invitation_lead(&self.inviter),
            quote: String::new(),
            facts: Vec::new(),
            link: Some((t.mail_invitation_open(), self.link.clone())),
            after: vec![t.mail_invitation_until(t.date(&self.until))],
            small: vec![t.mail_doubt().to_owned(), t.mail_no_pixel().to_owned()],
        }
        .render(t)
    }
}

impl PasswordResetMail {
    /// Renders it in `lang`.
    ///
    /// # Errors
    /// [`RenderError`] if a template fails.
    pub fn render(&self, lang: Language) -> Result<RenderedMail, RenderError> {
        let t = Text::of(lang);
        Letter {
            subject: t.mail_reset_subject().to_owned(),
            organization: String::new(),
            name: self.name.clone(),
            heading: t.mail_reset_heading().to_owned(),
            lead: t.mail_reset_lead().to_owned(),
            quote: String::new(),
            facts: Vec::new(),
            link: Some((t.mail_reset_open(), self.link.clone())),
            after: vec![t.mail_reset_ignore().to_owned()],
            small: vec![t.mail_no_pixel().to_owned()],
        }
        .render(t)
    }
}

/// A header's value must be one line: control characters become spaces, runs of spaces one.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
