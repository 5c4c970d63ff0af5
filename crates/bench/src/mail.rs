//! A mail as it arrived, and the link in it.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The link to a party's part, from the plain reading of a mail.
///
/// # Errors
/// Says what the mail lacks.
pub(crate) fn link(mail: &[u8]) -> anyhow::Result<String> {
    let text = plain_text(mail)?;
    let found = text
        .split_whitespace()
        .find(|word| word.starts_with("http") && word.contains("/s/"));
    Ok(found.context("the mail holds no link")?.to_owned())
}

/// The part `text/plain`, which the service writes in base64.
fn plain_text(mail: &[u8]) -> anyhow::Result<String> {
    let mail = std::str::from_utf8(mail).context("the mail is not ASCII")?;
    let at = mail
        .find("Content-Type: text/plain")
        .context("the mail has no plain text")?;
    let part = mail.get(at..).unwrap_or_default();
    let (head, rest) = part
        .split_once("\r\n\r\n")
        .context("the plain text has no body")?;
    anyhow::ensure!(
        head.contains("Content-Transfer-Encoding: base64"),
        "the plain text is not in base64"
    );
    let body = rest.split("\r\n--").next().unwrap_or_default();
    let letters: String = body.split_whitespace().collect();
    let bytes = STANDARD.decode(letters).context("the base64 is broken")?;
    String::from_utf8(bytes).context("the text is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(text: &str) -> Vec<u8> {
        let body = STANDARD.encode(text);
        let (first, second) = body.split_at(body.len() / 2);
        format!(
            "Subject: x\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
             {first}\r\n{second}\r\n--b\r\nContent-Type: text/html\r\n\r\n<p></p>\r\n--b--\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn the_link_is_found_in_the_plain_text() {
        let text = "ご確認ください。\r\n\r\nhttp://127.0.0.1:1/s/AbC-_9\r\n期限";
        assert_eq!(link(&mail(text)).unwrap(), "http://127.0.0.1:1/s/AbC-_9");
    }

    #[test]
    fn a_mail_without_link_says_so() {
        assert!(link(&mail("no link")).is_err());
        assert!(link(b"Subject: x\r\n\r\nplain").is_err());
    }
}
