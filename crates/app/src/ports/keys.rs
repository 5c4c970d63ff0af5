//! Keys of the installation that never leave their provider.

use secrecy::SecretBox;

/// A data key, encrypted by the key-encryption key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct WrappedKey {
    /// Which key-encryption key wrapped it.
    pub key_id: String,
    /// The wrapped bytes.
    pub bytes: Vec<u8>,
}

/// What a derived key is for. Each purpose has a key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyPurpose {
    /// Tokens of the parties' links.
    Link,
    /// Keyed hashes of account addresses.
    AccountAddressHash,
    /// Encryption of account addresses in the directory.
    AccountAddress,
    /// Page images.
    Preview,
}

impl KeyPurpose {
    /// The context string of the derivation (RFC 5869 `info`); never changed once released.
    pub const fn context(self) -> &'static str {
        match self {
            Self::Link => "akashi link v1",
            Self::AccountAddressHash => "akashi account address hash v1",
            Self::AccountAddress => "akashi account address v1",
            Self::Preview => "akashi preview v1",
        }
    }
}

/// 32 bytes derived for one purpose.
pub type DerivedKey = SecretBox<[u8; 32]>;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// No key-encryption key with this id.
    #[error("key-encryption key {0} is not known")]
    Unknown(String),
    /// The wrapped key is damaged or belongs to another object.
    #[error("wrapped key does not unwrap")]
    Damaged,
    /// The key store cannot be reached.
    #[error("key store is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The holder of the key-encryption key.
#[async_trait::async_trait]
pub trait KeyProvider: Send + Sync {
    /// Wraps a data key. `context` is authenticated: unwrapping needs the same.
    async fn wrap(&self, data_key: &SecretBox<[u8; 32]>, context: &[u8]) -> Result<WrappedKey, KeyError>;
    /// Unwraps a data key.
    async fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<SecretBox<[u8; 32]>, KeyError>;
    /// The key for a purpose; the same on every node and after every restart.
    async fn derive(&self, purpose: KeyPurpose) -> Result<DerivedKey, KeyError>;
}
