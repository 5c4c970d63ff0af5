//! Encryption with the standard security handler and an empty user password, ISO 32000-2, 7.6.

mod cipher;
mod handler;

use aws_lc_rs::digest;
use thiserror::Error;

use crate::filter::Pipeline;
use crate::object::{Dictionary, Object, ObjectId, PdfString};

pub(crate) use handler::open;

/// Why encryption cannot be handled.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncryptionError {
    /// Another security handler than `Standard`, for example one with certificates.
    #[error("the security handler {0} is not supported")]
    Handler(String),
    /// An unknown version, revision or crypt filter.
    #[error("the encryption {0} is not supported")]
    Unsupported(String),
    /// The encryption dictionary lacks an entry or has it wrong.
    #[error("the entry {0} of the encryption dictionary is missing or wrong")]
    Malformed(&'static str),
    /// The empty user password does not open the file.
    #[error("a password is needed")]
    PasswordRequired,
    /// A cryptographic operation failed.
    #[error("the cipher rejects the data")]
    Cipher,
}

/// How strings or streams are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncryptionMethod {
    /// Not at all.
    Identity,
    /// RC4 with a key per object.
    Rc4,
    /// AES-128 in CBC mode with a key per object.
    Aes128,
    /// AES-256 in CBC mode.
    Aes256,
}

/// The encryption of a document that was opened with the empty user password.
#[derive(Clone)]
pub struct Encryption {
    key: Vec<u8>,
    strings: EncryptionMethod,
    streams: EncryptionMethod,
    embedded_files: EncryptionMethod,
    filters: Vec<(String, EncryptionMethod)>,
    encrypts_metadata: bool,
    permissions: u32,
    /// The encryption dictionary itself, whose strings are never encrypted.
    dictionary_id: Option<ObjectId>,
}

impl Encryption {
    /// How strings are encrypted.
    pub const fn string_method(&self) -> EncryptionMethod {
        self.strings
    }

    /// How streams are encrypted.
    pub const fn stream_method(&self) -> EncryptionMethod {
        self.streams
    }

    /// The permission bits of `P` (table 22); bit 1 is the lowest.
    pub const fn permissions(&self) -> u32 {
        self.permissions
    }

    /// Decrypts the strings in `object`, which stands directly in the file as `owner`.
    pub(crate) fn decrypt_strings(
        &self,
        owner: ObjectId,
        object: &mut Object,
    ) -> Result<(), EncryptionError> {
        if self.strings == EncryptionMethod::Identity || self.dictionary_id == Some(owner) {
            return Ok(());
        }
        let key = self.object_key(owner, self.strings);
        decrypt_strings(object, owner, self.strings, &key)
    }

    /// Decrypts the data of a stream, still filtered.
    pub(crate) fn decrypt_stream(
        &self,
        owner: ObjectId,
        dictionary: &Dictionary,
        crypt_filter: Option<&str>,
        data: Vec<u8>,
    ) -> Result<Vec<u8>, EncryptionError> {
        let method = self.stream_method_of(dictionary, crypt_filter)?;
        cipher::decrypt(method, &self.object_key(owner, method), data)
    }

    fn encrypt_stream(
        &self,
        owner: ObjectId,
        dictionary: &Dictionary,
        data: Vec<u8>,
        vectors: &mut InitVectors,
    ) -> Result<Vec<u8>, EncryptionError> {
        let crypt_filter = Pipeline::from_direct(dictionary)
            .ok()
            .and_then(|pipeline| pipeline.crypt_filter());
        let method = self.stream_method_of(dictionary, crypt_filter.as_deref())?;
        cipher::encrypt(method, &self.object_key(owner, method), data, vectors)
    }

    fn stream_method_of(
        &self,
        dictionary: &Dictionary,
        crypt_filter: Option<&str>,
    ) -> Result<EncryptionMethod, EncryptionError> {
        if dictionary.is_name("Type", "XRef") {
            return Ok(EncryptionMethod::Identity);
        }
        match crypt_filter {
            Some("Identity") => Ok(EncryptionMethod::Identity),
            Some(name) => {
                let filter = self.filters.iter().find(|filter| filter.0 == name);
                filter
                    .map(|filter| filter.1)
                    .ok_or_else(|| EncryptionError::Unsupported(name.to_owned()))
            }
            None if dictionary.is_name("Type", "Metadata") && !self.encrypts_metadata => {
                Ok(EncryptionMethod::Identity)
            }
            None if dictionary.is_name("Type", "EmbeddedFile") => Ok(self.embedded_files),
            None => Ok(self.streams),
        }
    }

    /// Algorithm 1 and 1.A.
    fn object_key(&self, owner: ObjectId, method: EncryptionMethod) -> Vec<u8> {
        if matches!(method, EncryptionMethod::Aes256 | EncryptionMethod::Identity) {
            return self.key.clone();
        }
        let mut input = self.key.clone();
        let [first, second, third, _] = owner.number.to_le_bytes();
        input.extend_from_slice(&[first, second, third]);
        input.extend_from_slice(&owner.generation.to_le_bytes());
        if method == EncryptionMethod::Aes128 {
            input.extend_from_slice(b"sAlT");
        }
        let mut key = cipher::md5(&[&input]).to_vec();
        key.truncate(self.key.len().saturating_add(5).min(16));
        key
    }
}

fn decrypt_strings(
    object: &mut Object,
    owner: ObjectId,
    method: EncryptionMethod,
    key: &[u8],
) -> Result<(), EncryptionError> {
    let mut result = Ok(());
    let mut decrypt_inner = |inner: &mut Object| {
        if result.is_ok() && may_hold_strings(inner) {
            result = decrypt_strings(inner, owner, method, key);
        }
    };
    match object {
        Object::String(string) => {
            let value = cipher::decrypt(method, key, string.spelled())?;
            string.set_decrypted(owner, value);
        }
        Object::Array(array) => array.for_each_mut(&mut decrypt_inner),
        Object::Dictionary(dictionary) => decrypt_entries(dictionary, &mut decrypt_inner),
        Object::Stream(stream) => decrypt_entries(stream.dictionary_mut(), &mut decrypt_inner),
        _ => {}
    }
    result
}

fn decrypt_entries(dictionary: &mut Dictionary, decrypt: &mut impl FnMut(&mut Object)) {
    // The signature value stays as it is (7.6.2).
    let is_signature = dictionary.contains("ByteRange");
    dictionary.for_each_mut(|key, value| match value {
        Object::String(contents) if is_signature && *key == "Contents" => contents.set_exempt(),
        value => decrypt(value),
    });
}

const fn may_hold_strings(object: &Object) -> bool {
    matches!(
        object,
        Object::String(_) | Object::Array(_) | Object::Dictionary(_) | Object::Stream(_)
    )
}

impl std::fmt::Debug for Encryption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encryption")
            .field("strings", &self.strings)
            .field("streams", &self.streams)
            .finish_non_exhaustive()
    }
}

/// Initialisation vectors derived from bytes that the caller gave, a new one at each call.
pub(crate) struct InitVectors {
    seed: [u8; 32],
    counter: u64,
}

impl InitVectors {
    pub(crate) const fn new(seed: [u8; 32]) -> Self {
        Self { seed, counter: 0 }
    }

    pub(crate) fn next(&mut self) -> [u8; 16] {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"akashi-pdf initialisation vector");
        context.update(&self.seed);
        context.update(&self.counter.to_be_bytes());
        self.counter = self.counter.wrapping_add(1);
        first_16(context.finish().as_ref())
    }
}

pub(crate) fn first_16(bytes: &[u8]) -> [u8; 16] {
    bytes.first_chunk().copied().unwrap_or_default()
}

/// Encrypts what belongs to one new object of an update.
pub(crate) struct ObjectCipher<'a> {
    encryption: &'a Encryption,
    owner: ObjectId,
    vectors: &'a mut InitVectors,
    failed: Option<EncryptionError>,
}

impl<'a> ObjectCipher<'a> {
    pub(crate) fn new(encryption: &'a Encryption, owner: ObjectId, vectors: &'a mut InitVectors) -> Self {
        Self {
            encryption,
            owner,
            vectors,
            failed: None,
        }
    }

    pub(crate) const fn owner(&self) -> ObjectId {
        self.owner
    }

    /// The encrypted form of a string. A failure is kept for [`Self::finish`].
    pub(crate) fn encrypt_string(&mut self, value: &[u8]) -> PdfString {
        if self.encryption.dictionary_id == Some(self.owner) {
            return PdfString::new(value);
        }
        let method = self.encryption.strings;
        let key = self.encryption.object_key(self.owner, method);
        match cipher::encrypt(method, &key, value.to_vec(), self.vectors) {
            Ok(encrypted) => PdfString::new(encrypted),
            Err(error) => {
                self.failed = Some(error);
                PdfString::new(b"")
            }
        }
    }

    pub(crate) fn encrypt_stream(
        &mut self,
        dictionary: &Dictionary,
        data: Vec<u8>,
    ) -> Result<Vec<u8>, EncryptionError> {
        self.encryption
            .encrypt_stream(self.owner, dictionary, data, self.vectors)
    }

    pub(crate) fn finish(self) -> Result<(), EncryptionError> {
        self.failed.map_or(Ok(()), Err)
    }
}
