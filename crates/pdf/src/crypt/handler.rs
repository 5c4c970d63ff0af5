//! The standard security handler with the empty user password, ISO 32000-2, 7.6.4.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};

use crate::crypt::{Encryption, EncryptionError, EncryptionMethod, cipher};
use crate::object::{Dictionary, Object, ObjectId};

/// Opens the encryption that `dictionary` describes. `first_id` is the first half of the file's `ID`.
pub(crate) fn open(
    dictionary: &Dictionary,
    dictionary_id: Option<ObjectId>,
    first_id: &[u8],
) -> Result<Encryption, EncryptionError> {
    let handler = dictionary
        .name("Filter")
        .ok_or(EncryptionError::Malformed("Filter"))?;
    if handler != "Standard" {
        return Err(EncryptionError::Handler(handler));
    }
    let version = integer(dictionary, "V").unwrap_or(0);
    let revision = integer(dictionary, "R").ok_or(EncryptionError::Malformed("R"))?;
    let methods = Methods::read(dictionary, version)?;
    let encrypts_metadata = dictionary.get("EncryptMetadata").and_then(Object::as_bool) != Some(false);
    let permissions = integer(dictionary, "P").ok_or(EncryptionError::Malformed("P"))?;
    let [first, second, third, fourth, ..] = permissions.to_le_bytes();
    let permissions = [first, second, third, fourth];

    let key = match revision {
        2..=4 => {
            let length = if revision == 2 { 5 } else { methods.key_length };
            let parameters = Legacy {
                revision,
                length,
                permissions,
                first_id,
                encrypts_metadata,
            };
            legacy_key(dictionary, &parameters)?
        }
        5 | 6 => modern_key(dictionary, revision)?,
        _ => return Err(EncryptionError::Unsupported(format!("revision {revision}"))),
    };
    Ok(Encryption {
        key,
        strings: methods.strings,
        streams: methods.streams,
        embedded_files: methods.embedded_files,
        filters: methods.filters,
        encrypts_metadata,
        permissions: u32::from_le_bytes(permissions),
        dictionary_id,
    })
}

struct Methods {
    strings: EncryptionMethod,
    streams: EncryptionMethod,
    embedded_files: EncryptionMethod,
    filters: Vec<(String, EncryptionMethod)>,
    key_length: usize,
}

impl Methods {
    fn read(dictionary: &Dictionary, version: i64) -> Result<Self, EncryptionError> {
        match version {
            1 | 2 => {
                let bits = if version == 1 {
                    40
                } else {
                    integer(dictionary, "Length").unwrap_or(40)
                };
                let key_length = usize::try_from(bits / 8)
                    .ok()
                    .filter(|length| (5..=16).contains(length));
                let key_length = key_length.ok_or(EncryptionError::Malformed("Length"))?;
                let method = EncryptionMethod::Rc4;
                Ok(Self {
                    strings: method,
                    streams: method,
                    embedded_files: method,
                    filters: Vec::new(),
                    key_length,
                })
            }
            4 | 5 => Self::from_filters(dictionary, if version == 4 { 16 } else { 32 }),
            _ => Err(EncryptionError::Unsupported(format!("version {version}"))),
        }
    }

    fn from_filters(dictionary: &Dictionary, key_length: usize) -> Result<Self, EncryptionError> {
        let mut filters = Vec::new();
        let described = dictionary
            .get("CF")
            .and_then(Object::as_dictionary)
            .cloned()
            .unwrap_or_default();
        for (name, filter) in described.iter() {
            let filter = filter.as_dictionary().ok_or(EncryptionError::Malformed("CF"))?;
            let method = match filter.name("CFM").as_deref() {
                None | Some("None") => EncryptionMethod::Identity,
                Some("V2") => EncryptionMethod::Rc4,
                Some("AESV2") => EncryptionMethod::Aes128,
                Some("AESV3") => EncryptionMethod::Aes256,
                Some(other) => return Err(EncryptionError::Unsupported(other.to_owned())),
            };
            if (method == EncryptionMethod::Aes256) != (key_length == 32)
                && method != EncryptionMethod::Identity
            {
                return Err(EncryptionError::Malformed("CFM"));
            }
            filters.push((name.to_text(), method));
        }
        let method = |key: &str| match dictionary.name(key).as_deref() {
            None | Some("Identity") => Ok(EncryptionMethod::Identity),
            Some(name) => {
                let filter = filters.iter().find(|filter| filter.0 == name);
                filter
                    .map(|filter| filter.1)
                    .ok_or(EncryptionError::Malformed("CF"))
            }
        };
        let (strings, streams) = (method("StrF")?, method("StmF")?);
        let embedded_files = if dictionary.contains("EFF") {
            method("EFF")?
        } else {
            streams
        };
        Ok(Self {
            strings,
            streams,
            embedded_files,
            filters,
            key_length,
        })
    }
}

fn integer(dictionary: &Dictionary, key: &str) -> Option<i64> {
    dictionary.get(key).and_then(Object::as_i64)
}

fn bytes(dictionary: &Dictionary, key: &'static str, length: usize) -> Result<Vec<u8>, EncryptionError> {
    let value = dictionary
        .get(key)
        .and_then(Object::as_string)
        .map(|string| string.as_bytes().into_owned());
    let mut value = value
        .filter(|value| value.len() >= length)
        .ok_or(EncryptionError::Malformed(key))?;
    value.truncate(length);
    Ok(value)
}

struct Legacy<'a> {
    revision: i64,
    length: usize,
    permissions: [u8; 4],
    first_id: &'a [u8],
    encrypts_metadata: bool,
}

/// Algorithms 2, 4, 5 and 6.
fn legacy_key(dictionary: &Dictionary, parameters: &Legacy<'_>) -> Result<Vec<u8>, EncryptionError> {
    let owner = bytes(dictionary, "O", 32)?;
    let user = bytes(dictionary, "U", if parameters.revision == 2 { 32 } else { 16 })?;
    let unencrypted_metadata = parameters.revision >= 4 && !parameters.encrypts_metadata;
    let marker: &[u8] = if unencrypted_metadata { &[0xff; 4] } else { &[] };
    let mut hash = cipher::md5(&[
        &PADDING,
        &owner,
        &parameters.permissions,
        parameters.first_id,
        marker,
    ]);
    if parameters.revision >= 3 {
        for _ in 0..50 {
            hash = cipher::md5(&[hash.get(..parameters.length).unwrap_or(&hash)]);
        }
    }
    let mut key = hash.to_vec();
    key.truncate(parameters.length);

    let expected = if parameters.revision == 2 {
        cipher::rc4(&key, PADDING.to_vec())?
    } else {
        let mut value = cipher::md5(&[&PADDING, parameters.first_id]).to_vec();
        for round in 0..20 {
            let round_key: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
            value = cipher::rc4(&round_key, value)?;
        }
        value
    };
    check(&expected, &user)?;
    Ok(key)
}

/// Algorithms 2.A and 11.
fn modern_key(dictionary: &Dictionary, revision: i64) -> Result<Vec<u8>, EncryptionError> {
    let user = bytes(dictionary, "U", 48)?;
    let encrypted_key = bytes(dictionary, "UE", 32)?;
    let (expected, salts) = user.split_at_checked(32).ok_or(EncryptionError::Malformed("U"))?;
    let (validation_salt, key_salt) = salts.split_at_checked(8).ok_or(EncryptionError::Malformed("U"))?;
    let hash = |salt: &[u8]| {
        if revision == 5 {
            Ok(digest(&SHA256, salt).as_ref().to_vec())
        } else {
            cipher::hash_revision_6(b"", salt, b"")
        }
    };
    check(&hash(validation_salt)?, expected)?;
    cipher::cbc_decrypt(&hash(key_salt)?, [0; 16], encrypted_key)
}

fn check(computed: &[u8], stored: &[u8]) -> Result<(), EncryptionError> {
    verify_slices_are_equal(computed, stored).map_err(|_| EncryptionError::PasswordRequired)
}

/// What fills up a password to 32 bytes; the empty one is nothing but this.
const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08, 0x2e,
    0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];
