//! What was verified once.

use std::sync::OnceLock;

use crate::public_key::PublicKey;
use crate::verify::VerifyError;

/// Remembers the key by which the signature of an object was verified first.
///
/// The object's bytes never change and the answer follows from them and the key alone, so that the same question need not
/// be worked out again: judging a file asks it for the same certificates and lists from many sides. Only success is
/// remembered, and only for the first key: a second one costs what it costs.
#[derive(Default)]
pub(crate) struct VerifiedBy(OnceLock<PublicKey>);

impl VerifiedBy {
    /// Asks `verify` unless it is known to say yes for `key`.
    ///
    /// # Errors
    /// What `verify` says.
    pub(crate) fn check(
        &self,
        key: &PublicKey,
        verify: impl FnOnce() -> Result<(), VerifyError>,
    ) -> Result<(), VerifyError> {
        if self.0.get() == Some(key) {
            return Ok(());
        }
        verify()?;
        // Another thread, or another key, may have been first.
        let _ = self.0.set(key.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::key::{KeyAlgorithm, Signer as _, SigningKey};

    #[test]
    fn only_success_is_remembered_and_only_for_its_key() {
        let key = |()| {
            SigningKey::generate(KeyAlgorithm::P256)
                .unwrap()
                .public_key()
                .clone()
        };
        let (right, wrong) = (key(()), key(()));
        let memo = VerifiedBy::default();
        let asked = Cell::new(0);
        let ask = |key: &PublicKey| {
            memo.check(key, || {
                asked.set(asked.get() + 1);
                if *key == right {
                    Ok(())
                } else {
                    Err(VerifyError::Mismatch)
                }
            })
        };
        assert_eq!(ask(&wrong), Err(VerifyError::Mismatch));
        assert_eq!((ask(&right), ask(&right)), (Ok(()), Ok(())));
        assert_eq!(
            (ask(&wrong), ask(&wrong)),
            (Err(VerifyError::Mismatch), Err(VerifyError::Mismatch))
        );
        assert_eq!(asked.get(), 4, "one success, and every failure");
    }
}
