//! Mails in so few words that a test can read them.

use akashi_app::ports::{MailContent, MailRenderer, PersonalLink, RenderedMail};
use akashi_domain::Language;
use secrecy::ExposeSecret as _;

/// Puts the kind of a mail into its subject, and its link, if any, into its text as the only line.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainMails;

impl MailRenderer for PlainMails {
    fn render(&self, content: &MailContent, language: Language) -> RenderedMail {
        let (kind, link) = kind_and_link(content);
        let link = link
            .map(|link| link.expose_secret().to_owned())
            .unwrap_or_default();
        let tag = language.tag();
        RenderedMail {
            subject: format!("{kind} {tag}"),
            html: format!("<p lang=\"{tag}\">{link}</p>"),
            text: link,
        }
    }
}

fn kind_and_link(content: &MailContent) -> (&'static str, Option<&PersonalLink>) {
    match content {
        MailContent::Request {
            is_reminder: false,
            link,
            ..
        } => ("request", Some(link)),
        MailContent::Request {
            is_reminder: true,
            link,
            ..
        } => ("reminder", Some(link)),
        MailContent::Completion { link, .. } => ("completion", Some(link)),
        MailContent::Declined { link, .. } => ("declined", link.as_ref()),
        MailContent::Withdrawn { .. } => ("withdrawn", None),
        MailContent::Expired { link, .. } => ("expired", link.as_ref()),
        MailContent::Invitation { link, .. } => ("invitation", Some(link)),
        MailContent::PasswordReset { link, .. } => ("password reset", Some(link)),
        MailContent::PreservationAlarm { link, .. } => ("keeping alarm", Some(link)),
        _ => ("another kind", None),
    }
}
