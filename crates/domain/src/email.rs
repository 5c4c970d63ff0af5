//! E-mail addresses (RFC 5321 mailbox, RFC 6531 for non-ASCII).

use std::fmt;

/// Why a text is not an e-mail address that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmailAddressError {
    /// No `@`, or more than one outside quotes.
    #[error("an e-mail address has one @")]
    At,
    /// The part before `@` is empty, too long, or has a character that may not stand there.
    #[error("the part before @ is not valid")]
    LocalPart,
    /// The part behind `@` is not a domain name.
    #[error("the part behind @ is not a domain name")]
    Domain,
}

/// An e-mail address in the form to which mail is sent.
///
/// The domain is kept in lower case, the local part as written. Quoted local parts and address literals are
/// refused: no counterpart has one, and they serve only to smuggle.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress {
    text: String,
    at: usize,
}

impl EmailAddress {
    /// Reads an address; surrounding white space is dropped.
    ///
    /// # Errors
    /// [`EmailAddressError`] names the part that does not fit.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let trimmed = text.trim();
        let (local, domain) = trimmed.split_once('@').ok_or(EmailAddressError::At)?;
        if domain.contains('@') {
            return Err(EmailAddressError::At);
        }
        if !local_part_is_valid(local) {
            return Err(EmailAddressError::LocalPart);
        }
        if !domain_is_valid(domain) {
            return Err(EmailAddressError::Domain);
        }
        Ok(Self {
            text: format!("{local}@{}", domain.to_lowercase()),
            at: local.len(),
        })
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before `@`.
    pub fn local_part(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// The part behind `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.text.get(self.at.saturating_add(1)..).unwrap_or_default()
    }

    /// The form under which an account is found: all in lower case, since no provider in use tells
    /// `Sato@` from `sato@`.
    pub fn account_key(&self) -> String {
        self.text.to_lowercase()
    }
}

fn local_part_is_valid(local: &str) -> bool {
    let dots_are_between = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    let characters_fit = local.chars().all(|c| {
        c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~.".contains(c)
            || (!c.is_ascii() && c.is_alphanumeric())
    });
    // Old Japanese mobile carriers gave out addresses with doubled or trailing dots; they cannot be reached
    // by a server that follows RFC 5321, so they are refused here rather than bounced later.
    !local.is_empty() && local.len() <= 64 && dots_are_between && characters_fit
}

fn domain_is_valid(domain: &str) -> bool {
    let labels_fit = domain.split('.').all(|label| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && c.is_alphanumeric()))
    });
    let top_level_fits = domain
        .rsplit('.')
        .next()
        .is_some_and(|label| !label.bytes().all(|b| b.is_ascii_digit()));
    domain.len() <= 253 && domain.contains('.') && labels_fit && top_level_fits
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses are personal data; a stray debug print must not put one into a log.
        write!(f, "EmailAddress(…@{})", self.domain())
    }
}

impl serde::Serialize for EmailAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for EmailAddress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_addresses_are_taken() {
        for text in [
            "a@b.jp",
            "sato.taro+keiyaku@Example.CO.JP",
            "佐藤@例え.jp",
            "o'neil@x-y.example",
        ] {
            let address = EmailAddress::parse(text).unwrap();
            assert_eq!(EmailAddress::parse(address.as_str()), Ok(address));
        }
        assert_eq!(EmailAddress::parse(" a@B.JP ").unwrap().as_str(), "a@b.jp");
    }

    #[test]
    fn bad_syntax_is_named() {
        use EmailAddressError::{At, Domain, LocalPart};
        for (text, error) in [
            ("", At),
            ("a", At),
            ("a@b@c.jp", At),
            ("@b.jp", LocalPart),
            ("a b@c.jp", LocalPart),
            ("a..b@c.jp", LocalPart),
            ("a@b", Domain),
            ("a@b..jp", Domain),
            ("a@-b.jp", Domain),
            ("a@192.168.0.1", Domain),
            ("a@b.jp\r\nBcc: x", Domain),
        ] {
            assert_eq!(EmailAddress::parse(text), Err(error), "{text:?}");
        }
    }
}
