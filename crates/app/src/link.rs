//! Tokens of the parties' links.
//!
//! A token is HMAC-SHA-256(link key, party ‖ generation), so that every mail can be made again without any
//! token being stored; the store knows only its SHA-256. Guessing one means guessing 256 bits.

use akashi_domain::{Digest32, PartyId};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use crate::ports::{DerivedKey, KeyPurpose};
use crate::{App, Error};

/// SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> Digest32 {
    let mut out = [0_u8; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    Digest32::new(out)
}

/// An opaque token for a URL or a cookie: 32 bytes in base64url, 43 characters.
#[derive(Clone)]
pub struct Token(SecretString);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes).into())
    }

    /// Reads what came in a URL or cookie; `None` for what cannot be a token.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32 && text.len() == 43).then(|| Self(text.to_owned().into()))
    }

    /// What the store knows of it. Looking a hash up leaks nothing of use about the token by its timing.
    pub fn sha256(&self) -> Digest32 {
        sha256(self.0.expose_secret().as_bytes())
    }

    /// The token itself, to be put into a URL or a cookie.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

fn link_token(key: &DerivedKey, party_id: PartyId, generation: u32) -> Token {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret());
    let mut context = hmac::Context::with_key(&key);
    context.update(b"party link");
    context.update(party_id.as_uuid().as_bytes());
    context.update(&generation.to_be_bytes());
    let mut bytes = [0_u8; 32];
    bytes.copy_from_slice(context.sign().as_ref());
    Token::from_bytes(bytes)
}

impl App {
    /// The token of a party's link of this generation.
    pub(crate) async fn party_token(&self, party_id: PartyId, generation: u32) -> Result<Token, Error> {
        let key = self.ports.keys.derive(KeyPurpose::Link).await?;
        Ok(link_token(&key, party_id, generation))
    }

    /// The link of a party, for its mail and for nobody else.
    pub(crate) async fn party_link(&self, party_id: PartyId, generation: u32) -> Result<SecretString, Error> {
        let token = self.party_token(party_id, generation).await?;
        Ok(format!("{}/s/{}", self.settings.base_url(), token.expose()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_by_party_and_generation_and_hide_in_debug() {
        let key = DerivedKey::new(Box::new([1; 32]));
        let party = |n| PartyId::from_parts(1, [n; 10]);
        let first = link_token(&key, party(1), 1);
        assert_ne!(first.sha256(), link_token(&key, party(1), 2).sha256());
        assert_ne!(first.sha256(), link_token(&key, party(2), 1).sha256());
        assert_eq!(Token::parse(first.expose()).unwrap().sha256(), first.sha256());
        assert_eq!(format!("{first:?}"), "Token(..)");
        assert!(Token::parse("short").is_none());
    }
}
