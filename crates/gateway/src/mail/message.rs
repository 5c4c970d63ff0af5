//! A mail as it goes over the wire (RFC 5322, MIME).

use akashi_app::ports::OutgoingMail;
use akashi_domain::EmailAddress;
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, MultiPart, SinglePart};

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum MessageError {
    /// The domain has no ASCII form (RFC 5891).
    #[error("the domain of an address has no ASCII form")]
    Domain(#[source] url::ParseError),
    /// The domain is a number.
    #[error("the domain of an address is a number")]
    DomainIsNumber,
    /// The mail library refuses.
    #[error("the mail cannot be written")]
    Library(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Writes the mail. The same mail gives the same bytes, so that one that was sent twice can be told by its
/// Message-ID and is otherwise alike.
pub(super) fn write(mail: &OutgoingMail, from: &EmailAddress) -> Result<Message, MessageError> {
    let sender = address(from)?;
    let recipient = address(&mail.to)?;
    let name = Some(mail.from_name.trim())
        .filter(|name| !name.is_empty())
        .map(str::to_owned);
    let message_id = format!("<{}@{}>", mail.mail_id, sender.domain());
    let boundary = format!("akashi-{}", mail.mail_id);
    let alternative = MultiPart::builder()
        .kind(lettre::message::MultiPartKind::Alternative)
        .boundary(boundary)
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.content.text)?)
        .singlepart(part(ContentType::TEXT_HTML, &mail.content.html)?);
    Message::builder()
        .from(Mailbox::new(name, sender))
        .to(Mailbox::new(None, recipient))
        .subject(mail.content.subject.replace(['\r', '\n'], " "))
        .date(mail.queued_at.into())
        .message_id(Some(message_id))
        .header(AutoSubmitted)
        .multipart(alternative)
        .map_err(|error| MessageError::Library(Box::new(error)))
}

/// The address with its domain in ASCII form, so that only a local part beyond ASCII asks the server for
/// SMTPUTF8 (RFC 6531).
fn address(email: &EmailAddress) -> Result<Address, MessageError> {
    match url::Host::parse(email.domain()) {
        Ok(url::Host::Domain(domain)) => {
            Address::new(email.local_part(), domain).map_err(|error| MessageError::Library(Box::new(error)))
        }
        Ok(_) => Err(MessageError::DomainIsNumber),
        Err(error) => Err(MessageError::Domain(error)),
    }
}

/// A part in base64: Japanese text would be three times as long in quoted-printable, and 8BITMIME need not be
/// asked for.
fn part(content_type: ContentType, text: &str) -> Result<SinglePart, MessageError> {
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    let body = Body::new_with_encoding(text, ContentTransferEncoding::Base64)
        .map_err(|_| MessageError::Library("text cannot be encoded".into()))?;
    Ok(SinglePart::builder().header(content_type).body(body))
}

/// `Auto-Submitted: auto-generated` (RFC 3834, 5): no answers from vacation programs.
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
