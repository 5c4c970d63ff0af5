//! What every [`KeyProvider`] must do.

use akashi_app::ports::{KeyError, KeyProvider, KeyPurpose, WrappedKey};
use secrecy::{ExposeSecret as _, SecretBox};

/// Runs all checks.
pub async fn suite(keys: &dyn KeyProvider) {
    wrapping_comes_back(keys).await;
    what_is_damaged_or_foreign_does_not_unwrap(keys).await;
    derived_keys_are_stable_and_apart(keys).await;
}

async fn wrapping_comes_back(keys: &dyn KeyProvider) {
    let data_key = SecretBox::init_with(|| [0x5a; 32]);
    let wrapped = keys.wrap(&data_key, b"object 1").await.expect("wraps");
    assert!(!wrapped.key_id.is_empty(), "the wrapping key is named");
    let back = keys.unwrap(&wrapped, b"object 1").await.expect("unwraps");
    assert_eq!(back.expose_secret(), data_key.expose_secret());
}

async fn what_is_damaged_or_foreign_does_not_unwrap(keys: &dyn KeyProvider) {
    let wrapped = keys
        .wrap(&SecretBox::init_with(|| [7; 32]), b"object 1")
        .await
        .expect("wraps");
    let other_context = keys.unwrap(&wrapped, b"object 2").await;
    assert!(
        matches!(other_context, Err(KeyError::Damaged)),
        "the context is authenticated"
    );
    for index in 0..wrapped.bytes.len() {
        let mut bytes = wrapped.bytes.clone();
        if let Some(byte) = bytes.get_mut(index) {
            *byte ^= 1;
        }
        let damaged = WrappedKey {
            bytes,
            key_id: wrapped.key_id.clone(),
        };
        let result = keys.unwrap(&damaged, b"object 1").await;
        assert!(
            matches!(result, Err(KeyError::Damaged)),
            "byte {index} is authenticated"
        );
    }
    for length in [0, 1, wrapped.bytes.len().saturating_sub(1)] {
        let bytes = wrapped.bytes.iter().copied().take(length).collect();
        let cut = WrappedKey {
            bytes,
            key_id: wrapped.key_id.clone(),
        };
        assert!(
            matches!(keys.unwrap(&cut, b"object 1").await, Err(KeyError::Damaged)),
            "cut to {length}"
        );
    }
    let unknown = WrappedKey {
        key_id: "kek_unknown".to_owned(),
        bytes: wrapped.bytes,
    };
    let result = keys.unwrap(&unknown, b"object 1").await;
    assert!(matches!(result, Err(KeyError::Unknown(key_id)) if key_id == "kek_unknown"));
}

async fn derived_keys_are_stable_and_apart(keys: &dyn KeyProvider) {
    let purposes = [
        KeyPurpose::Link,
        KeyPurpose::AccountAddressHash,
        KeyPurpose::AccountAddress,
        KeyPurpose::Preview,
    ];
    let mut seen = Vec::new();
    for purpose in purposes {
        let first = *keys.derive(purpose).await.expect("derives").expose_secret();
        let again = *keys.derive(purpose).await.expect("derives").expose_secret();
        assert_eq!(first, again, "{purpose:?} is stable");
        assert_ne!(first, [0; 32]);
        assert!(!seen.contains(&first), "{purpose:?} has a key of its own");
        seen.push(first);
    }
}
