//! PEM text around DER (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Label of certificates.
pub const CERTIFICATE: &str = "CERTIFICATE";
/// Label of certificate revocation lists.
pub const X509_CRL: &str = "X509 CRL";
/// Label of unencrypted PKCS#8 private keys.
pub const PRIVATE_KEY: &str = "PRIVATE KEY";

/// Label of certification requests (PKCS#10).
pub const CERTIFICATE_REQUEST: &str = "CERTIFICATE REQUEST";
/// Label of certification requests as older programs write it (RFC 7468, 7).
pub const NEW_CERTIFICATE_REQUEST: &str = "NEW CERTIFICATE REQUEST";

/// One armoured block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The label between the dashes.
    pub label: String,
    /// The contents.
    pub der: Vec<u8>,
}

/// Text is not PEM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// A block begins and does not end, or ends under another label.
    #[error("a block is not closed")]
    NotClosed,
    /// The contents are no base64.
    #[error("a block is not base64")]
    NotBase64,
}

/// All blocks of `text`; what stands between them is ignored.
///
/// # Errors
/// [`PemError`].
pub fn decode_all(text: &str) -> Result<Vec<Block>, PemError> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(label) = line
            .strip_prefix("-----BEGIN ")
            .and_then(|line| line.strip_suffix("-----"))
        else {
            continue;
        };
        let end = format!("-----END {label}-----");
        let mut body = String::new();
        loop {
            match lines.next().ok_or(PemError::NotClosed)? {
                line if line == end => break,
                line if line.starts_with("-----") => return Err(PemError::NotClosed),
                line => body.push_str(line),
            }
        }
        let der = STANDARD.decode(body).map_err(|_| PemError::NotBase64)?;
        blocks.push(Block {
            label: label.to_owned(),
            der,
        });
    }
    Ok(blocks)
}

/// `der` between the dashes of `label`, 64 characters a line.
pub fn encode(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at_checked(64).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = tail;
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_survive_and_other_lines_are_ignored() {
        let der: Vec<u8> = (0..=255).collect();
        let text = format!(
            "bag attributes\r\n{}text\n{}",
            encode(CERTIFICATE, &der),
            encode(X509_CRL, &[1])
        );
        let blocks = decode_all(&text.replace('\n', "\r\n")).unwrap();
        assert_eq!(blocks.len(), 2);
        assert_eq!(
            blocks[0],
            Block {
                label: CERTIFICATE.to_owned(),
                der
            }
        );
        assert_eq!(blocks[1].label, X509_CRL);
        assert!(
            encode(CERTIFICATE, &[0; 200])
                .lines()
                .all(|line| line.len() <= 64)
        );
        assert_eq!(decode_all("").unwrap(), []);
    }

    #[test]
    fn broken_armour_is_refused() {
        assert_eq!(decode_all("-----BEGIN X-----\nAA=="), Err(PemError::NotClosed));
        assert_eq!(
            decode_all("-----BEGIN X-----\n-----END Y-----"),
            Err(PemError::NotClosed)
        );
        assert_eq!(
            decode_all("-----BEGIN X-----\n!!\n-----END X-----"),
            Err(PemError::NotBase64)
        );
    }
}
