//! The built-in time-stamp authority: its time is that of this machine.

use std::sync::Arc;

use akashi_app::ports::pki::{Certificate, DigestAlgorithm, SerialNumber, SigningKey, TIME_STAMP_POLICY};
use akashi_app::ports::tsp::{Rejection, ResponderError, TimeStampRequest, TimeStampResponder};
use akashi_app::ports::{Clock, Entropy, TimeStampAuthority, TimeStampError, TimeStampSource};

/// What the built-in authority signs with.
#[derive(Debug, Clone)]
pub struct TimeStampCredentials {
    /// The key.
    pub key: Arc<SigningKey>,
    /// Its certificate.
    pub certificate: Certificate,
    /// The issuers that travel in each token, nearest first, without the root.
    pub issuers: Vec<Certificate>,
}

/// The built-in time-stamp authority. One token costs one signature.
pub struct LocalTimeStampAuthority {
    responder: TimeStampResponder,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for LocalTimeStampAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("LocalTimeStampAuthority")
            .field(&self.responder)
            .finish()
    }
}

impl LocalTimeStampAuthority {
    /// An authority with these credentials.
    ///
    /// # Errors
    /// [`ResponderError`] if key and certificate do not belong together or are not for time-stamping.
    pub fn new(
        credentials: TimeStampCredentials,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, ResponderError> {
        let TimeStampCredentials {
            key,
            certificate,
            issuers,
        } = credentials;
        Ok(Self {
            responder: TimeStampResponder::new(certificate, issuers, key, TIME_STAMP_POLICY)?,
            clock,
            entropy,
        })
    }
}

#[async_trait::async_trait]
impl TimeStampAuthority for LocalTimeStampAuthority {
    async fn stamp(&self, imprint: [u8; 32]) -> Result<Vec<u8>, TimeStampError> {
        let request = TimeStampRequest::new(DigestAlgorithm::Sha256, &imprint);
        // RFC 3161 wants serial numbers that never repeat, even after a crash: 127 random bits need no memory.
        let mut random = [0_u8; 16];
        self.entropy.fill(&mut random);
        let serial_number = SerialNumber::from_random(random);
        self.responder
            .issue(&request, &serial_number, self.clock.now())
            .map_err(|rejection| match rejection {
                Rejection::CertificateNotValid => TimeStampError::Untrustworthy {
                    reason: Rejection::CertificateNotValid.to_string(),
                },
                other => TimeStampError::Unavailable(Box::new(other)),
            })
    }

    fn source(&self) -> TimeStampSource {
        TimeStampSource::Local
    }
}

#[cfg(test)]
mod tests {
    use akashi_testkit::conformance::time_stamp::suite;
    use akashi_testkit::fakes::{FrozenClock, SeededEntropy, TestAuthority};
    use jiff::SignedDuration;

    use super::*;

    #[tokio::test]
    async fn conforms() {
        let clock = Arc::new(FrozenClock::default());
        let authority = TestAuthority::new(clock.now());
        let (key, certificate) = authority.time_stamp();
        let credentials = TimeStampCredentials {
            key,
            certificate,
            issuers: authority.issuers(),
        };
        let local = LocalTimeStampAuthority::new(credentials, clock.clone(), Arc::new(SeededEntropy::new(1)))
            .unwrap();
        suite(&local, clock.now()).await;
        assert_eq!(local.source(), TimeStampSource::Local);

        clock.advance(SignedDuration::from_hours(50 * 366 * 24));
        let expired = local.stamp([1; 32]).await;
        assert!(
            matches!(expired, Err(TimeStampError::Untrustworthy { .. })),
            "{expired:?}"
        );
    }

    #[test]
    fn a_key_of_another_certificate_cannot_stamp() {
        let clock = Arc::new(FrozenClock::default());
        let (key, _) = TestAuthority::new(clock.now()).time_stamp();
        let (_, certificate) = TestAuthority::new(clock.now()).time_stamp();
        let credentials = TimeStampCredentials {
            key,
            certificate,
            issuers: Vec::new(),
        };
        let refused = LocalTimeStampAuthority::new(credentials, clock, Arc::new(SeededEntropy::new(1)));
        assert!(matches!(refused, Err(ResponderError::KeyMismatch)));
    }
}
