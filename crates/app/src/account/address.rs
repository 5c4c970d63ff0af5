//! Addresses in the directory: found by a keyed hash, kept encrypted. Who steals the directory alone learns
//! neither who has an account nor whether a known address has one.

use akashi_domain::{AccountId, Digest32, EmailAddress};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use secrecy::ExposeSecret as _;

use crate::ports::{DerivedKey, KeyPurpose};
use crate::{App, Error};

/// An encrypted address cannot be read: damaged, or of another account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("encrypted address of an account cannot be read")]
pub(super) struct Unreadable;

impl App {
    /// The keyed hash under which an account is found.
    pub(super) async fn address_hash(&self, email: &EmailAddress) -> Result<Digest32, Error> {
        let key = self.ports.keys.derive(KeyPurpose::AccountAddressHash).await?;
        Ok(hash(&key, email))
    }

    /// The address, encrypted for one account.
    pub(super) async fn sealed_address(
        &self,
        account_id: AccountId,
        email: &EmailAddress,
    ) -> Result<Vec<u8>, Error> {
        let key = self.ports.keys.derive(KeyPurpose::AccountAddress).await?;
        seal(&key, account_id, email, self.random()).map_err(|error| Error::internal("account", error))
    }

    /// The address of an account.
    pub(super) async fn opened_address(
        &self,
        account_id: AccountId,
        sealed: &[u8],
    ) -> Result<EmailAddress, Error> {
        let key = self.ports.keys.derive(KeyPurpose::AccountAddress).await?;
        open(&key, account_id, sealed).map_err(|error| Error::internal("account", error))
    }
}

fn hash(key: &DerivedKey, email: &EmailAddress) -> Digest32 {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret());
    let mut value = [0_u8; 32];
    value.copy_from_slice(hmac::sign(&key, email.account_key().as_bytes()).as_ref());
    Digest32::new(value)
}

/// Nonce ‖ AES-256-GCM, the account authenticated. Nonces are random: an installation has far fewer accounts
/// than the 2^32 that random nonces permit.
fn seal(
    key: &DerivedKey,
    account_id: AccountId,
    email: &EmailAddress,
    nonce: [u8; NONCE_LEN],
) -> Result<Vec<u8>, Unreadable> {
    let cipher = cipher(key)?;
    let mut body = email.as_str().as_bytes().to_vec();
    let account = Aad::from(account_id.as_uuid().into_bytes());
    cipher
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), account, &mut body)
        .map_err(|_| Unreadable)?;
    Ok([nonce.as_slice(), &body].concat())
}

fn open(key: &DerivedKey, account_id: AccountId, sealed: &[u8]) -> Result<EmailAddress, Unreadable> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(Unreadable)?;
    let mut body = body.to_vec();
    let account = Aad::from(account_id.as_uuid().into_bytes());
    let opened = cipher(key)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), account, &mut body)
        .map_err(|_| Unreadable)?;
    let text = std::str::from_utf8(opened).map_err(|_| Unreadable)?;
    EmailAddress::parse(text).map_err(|_| Unreadable)
}

fn cipher(key: &DerivedKey) -> Result<LessSafeKey, Unreadable> {
    UnboundKey::new(&AES_256_GCM, key.expose_secret())
        .map(LessSafeKey::new)
        .map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> DerivedKey {
        DerivedKey::new(Box::new([byte; 32]))
    }

    fn account(number: u8) -> AccountId {
        AccountId::from_parts(1, [number; 10])
    }

    fn email(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn an_address_comes_back_to_its_account_alone() {
        let sealed = seal(&key(1), account(1), &email("Sato@minato.example"), [7; 12]).unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"minato"));
        assert_eq!(
            open(&key(1), account(1), &sealed).unwrap().as_str(),
            "Sato@minato.example"
        );
        assert_eq!(open(&key(1), account(2), &sealed), Err(Unreadable));
        assert_eq!(open(&key(2), account(1), &sealed), Err(Unreadable));
        for index in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[index] ^= 1;
            assert_eq!(
                open(&key(1), account(1), &damaged),
                Err(Unreadable),
                "byte {index}"
            );
        }
        for length in 0..sealed.len() {
            assert_eq!(open(&key(1), account(1), &sealed[..length]), Err(Unreadable));
        }
    }

    #[test]
    fn the_hash_is_keyed_and_knows_no_case() {
        let one = hash(&key(1), &email("sato@minato.example"));
        assert_eq!(one, hash(&key(1), &email("Sato@Minato.example")));
        assert_ne!(one, hash(&key(2), &email("sato@minato.example")));
        assert_ne!(one, hash(&key(1), &email("sato@minato.example.jp")));
    }
}
