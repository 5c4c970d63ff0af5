//! A certificate authority for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use akashi_app::ports::{AuthorityError, OneTimeSigner, SealSigner, SignerSubject, SigningAuthority};
use akashi_domain::UtcTime;
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DistinguishedName, EvidencePolicy, KeyAlgorithm,
    OneTimeSubject, RevocationListPeriod, SerialNumber, Signer as _, SigningKey, Validity,
};
use jiff::SignedDuration;

/// Root, issuing CA, seal and time-stamp key, made anew in memory (some 300 µs), valid from a day before `now`
/// for ten years. The names say TEST.
pub struct TestAuthority {
    root: CertificateAuthority,
    issuing: CertificateAuthority,
    seal: (Arc<SigningKey>, Certificate),
    time_stamp: (Arc<SigningKey>, Certificate),
    is_distrusted: AtomicBool,
}

impl std::fmt::Debug for TestAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("TestAuthority")
            .field(self.root.certificate())
            .finish()
    }
}

impl TestAuthority {
    /// Makes the authority.
    pub fn new(now: UtcTime) -> Self {
        let validity = Validity {
            not_before: now
                .checked_sub(SignedDuration::from_hours(24))
                .expect("within the calendar"),
            not_after: now
                .checked_add(SignedDuration::from_hours(10 * 365 * 24))
                .expect("within the calendar"),
        };
        let key = || Arc::new(SigningKey::generate(KeyAlgorithm::P256).expect("a key"));
        let root_key = key();
        let root = CertificateAuthority::self_signed(
            &CertificateTemplate::root(name("TEST Root CA"), validity),
            &random_serial(),
            root_key,
        )
        .expect("a root");
        let issuing_key = key();
        let template = CertificateTemplate::issuing_authority(name("TEST Issuing CA"), validity);
        let certificate = root
            .issue(&template, issuing_key.public_key(), &random_serial())
            .expect("an issuer");
        let issuing = CertificateAuthority::new(certificate, issuing_key).expect("an issuer");
        let end_entity = |template: &CertificateTemplate| {
            let key = key();
            let certificate = issuing
                .issue(template, key.public_key(), &random_serial())
                .expect("a certificate");
            (key, certificate)
        };
        let seal = end_entity(&CertificateTemplate::seal(name("TEST Seal"), validity));
        let time_stamp = end_entity(&CertificateTemplate::time_stamping(name("TEST TSA"), validity));
        Self {
            root,
            issuing,
            seal,
            time_stamp,
            is_distrusted: AtomicBool::new(false),
        }
    }

    /// From now on the root counts as a stranger's: whatever this authority signed fails validation.
    pub fn distrust_root(&self) {
        self.is_distrusted.store(true, Ordering::SeqCst);
    }

    /// The root counts again.
    pub fn trust_root(&self) {
        self.is_distrusted.store(false, Ordering::SeqCst);
    }

    /// Key and certificate of a time-stamp authority below the same issuer.
    pub fn time_stamp(&self) -> (Arc<SigningKey>, Certificate) {
        self.time_stamp.clone()
    }

    /// Issues a certificate below the issuing authority.
    pub fn issue(&self, template: &CertificateTemplate, key: &akashi_pki::PublicKey) -> Certificate {
        let issued = self.issuing.issue(template, key, &random_serial());
        issued.expect("a certificate")
    }

    /// The issuers, nearest first, root included.
    pub fn issuers(&self) -> Vec<Certificate> {
        vec![
            self.issuing.certificate().clone(),
            self.root.certificate().clone(),
        ]
    }
}

#[async_trait::async_trait]
impl SigningAuthority for TestAuthority {
    async fn one_time(&self, subject: &SignerSubject, now: UtcTime) -> Result<OneTimeSigner, AuthorityError> {
        if !self.issuing.certificate().is_valid_at(now) {
            return Err(AuthorityError::IssuerExpired);
        }
        let key = SigningKey::generate(KeyAlgorithm::P256)
            .map_err(|error| AuthorityError::Unavailable(error.into()))?;
        let trial_name = format!("{}（試用）", subject.name);
        let party_id = subject.party_id.to_string().replace('_', "-");
        let named = OneTimeSubject {
            common_name: if subject.is_trial {
                &trial_name
            } else {
                subject.name.as_str()
            },
            organization: subject
                .organization
                .as_ref()
                .map(akashi_domain::OrganizationName::as_str),
            party_id: &party_id,
            mail: Some(subject.email.as_str()),
            evidence_policy: EvidencePolicy::Mail.oid(),
        };
        let certificate = self
            .issuing
            .issue_one_time(&named, key.public_key(), &random_serial(), now)
            .map_err(|error| AuthorityError::Subject(error.into()))?;
        Ok(OneTimeSigner {
            key,
            certificate,
            issuers: self.issuers(),
        })
    }

    async fn seal(&self, now: UtcTime) -> Result<SealSigner, AuthorityError> {
        let (key, certificate) = self.seal.clone();
        if !certificate.is_valid_at(now) {
            return Err(AuthorityError::IssuerExpired);
        }
        Ok(SealSigner {
            key,
            certificate,
            issuers: self.issuers(),
        })
    }

    fn trust_anchors(&self) -> Vec<Certificate> {
        if self.is_distrusted.load(Ordering::SeqCst) {
            return Vec::new();
        }
        vec![self.root.certificate().clone()]
    }

    async fn revocation_lists(&self, now: UtcTime) -> Result<Vec<Vec<u8>>, AuthorityError> {
        let period = RevocationListPeriod {
            number: u64::try_from(now.as_second()).unwrap_or_default(),
            this_update: now,
            next_update: now
                .checked_add(SignedDuration::from_hours(24))
                .expect("within the calendar"),
        };
        [&self.issuing, &self.root]
            .into_iter()
            .map(|authority| {
                let list = authority.issue_revocation_list(period, &[]);
                list.map(|list| list.as_der().to_vec())
                    .map_err(|error| AuthorityError::Unavailable(error.into()))
            })
            .collect()
    }
}

fn name(common_name: &str) -> DistinguishedName {
    let builder = DistinguishedName::builder().country("JP").expect("a country");
    builder.common_name(common_name).expect("a name").build()
}

/// Keys are random anyway, so serial numbers may be: the public key's hash serves.
fn random_serial() -> SerialNumber {
    let key = SigningKey::generate(KeyAlgorithm::P256).expect("a key");
    let mut random = [0_u8; 16];
    for (slot, byte) in random.iter_mut().zip(key.public_key().key_identifier()) {
        *slot = byte;
    }
    SerialNumber::from_random(random)
}
