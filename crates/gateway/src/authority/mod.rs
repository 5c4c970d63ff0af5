//! The installation's own certificate authority: root, issuing CA, time-stamp key, seal, and the one-time
//! certificates of signing acts.
//!
//! Everything is made at first start and kept in one file (`vault`). In memory stand parsed issuers and keys,
//! so that a one-time certificate costs one key generation and one signature (some 60 µs).

mod lasting;
mod register;
mod vault;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use akashi_app::ports::pki::ocsp::CertificateStatus;
use akashi_app::ports::pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DistinguishedName, EvidencePolicy, IssueError,
    KeyAlgorithm, KeyError, NameError, SerialNumber, SigningKey,
};
use akashi_app::ports::{
    AuthorityError, Entropy, KeyProvider, OneTimeSigner, SealSigner, SignerSubject, SigningAuthority,
};
use akashi_domain::UtcTime;
use akashi_domain::contract::EvidenceGrade;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::certificate_files::{CertificateFileError, read_certificates};
use crate::private_folder::FolderError;
use crate::time_stamp::TimeStampCredentials;

pub use lasting::{Issuer, LastingError};
pub use register::{RegisterError, RegisteredCertificate};
pub use vault::VaultError;

/// Settings of the certificate authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The folder of its file, mode 0700; the same content on every node.
    pub folder: PathBuf,
    /// What the names of its certificates begin with, as in 「Akashi local Root CA」. Used at first start only.
    pub name: String,
    /// The organization that runs it, for the names of its certificates. Used at first start only.
    pub organization: Option<String>,
    /// Files (PEM or DER) and folders of further roots that are believed, for example of an outside time-stamp authority.
    pub trusted_roots: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("data/keys"),
            name: "Akashi local".to_owned(),
            organization: None,
            trusted_roots: Vec::new(),
        }
    }
}

/// Why the authority cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is none yet.
    #[error("certificate authority file {path} is missing")]
    Missing {
        /// Where it should stand.
        path: PathBuf,
    },
    /// The folder or file cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The file cannot be understood or its keys not be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Names from the settings do not fit into a certificate.
    #[error("the configured name cannot stand in a certificate")]
    Name(#[from] NameError),
    /// A certificate cannot be issued.
    #[error("the authority's certificates cannot be issued")]
    Issue(#[from] IssueError),
    /// A key cannot be made.
    #[error("the authority's keys cannot be made")]
    Key(#[from] KeyError),
    /// The trusted roots cannot be read.
    #[error("trusted roots")]
    TrustedRoots(#[source] CertificateFileError),
}

/// A key with its certificate.
#[derive(Clone)]
pub(crate) struct Holder {
    pub(crate) key: Arc<SigningKey>,
    pub(crate) certificate: Certificate,
}

/// All keys of the authority.
pub(crate) struct Family {
    pub(crate) root: Holder,
    pub(crate) issuing: Holder,
    pub(crate) time_stamp: Holder,
    pub(crate) seal: Holder,
}

/// The installation's certificate authority and seal.
pub struct LocalAuthority {
    root: CertificateAuthority,
    issuing: CertificateAuthority,
    time_stamp: Holder,
    seal: Holder,
    trusted_roots: Vec<Certificate>,
    entropy: Arc<dyn Entropy>,
    register: register::Register,
    revocation_lists: Mutex<Option<RevocationLists>>,
}

struct RevocationLists {
    made_at: UtcTime,
    /// State of the register when they were made.
    register: Option<SystemTime>,
    der: Vec<Vec<u8>>,
}

impl std::fmt::Debug for LocalAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalAuthority")
            .field("root", self.root.certificate())
            .finish_non_exhaustive()
    }
}

impl LocalAuthority {
    /// Reads the authority's file.
    ///
    /// # Errors
    /// [`OpenError::Missing`] if there is none; others if it cannot be used.
    pub async fn open(
        settings: &Settings,
        keys: &dyn KeyProvider,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OpenError> {
        let vault = vault::Vault::open(&settings.folder)?;
        let family = vault
            .load(keys)
            .await?
            .ok_or_else(|| OpenError::Missing { path: vault.path() })?;
        Self::with(family, settings, entropy)
    }

    /// Reads the authority's file, and makes it if there is none. Only for an installation without data.
    /// All of it is written in one step: a process that dies before leaves nothing, after everything.
    ///
    /// # Errors
    /// [`OpenError`] if the file cannot be used or made.
    pub async fn open_or_create(
        settings: &Settings,
        keys: &dyn KeyProvider,
        entropy: Arc<dyn Entropy>,
        now: UtcTime,
    ) -> Result<Self, OpenError> {
        let vault = vault::Vault::open(&settings.folder)?;
        let lock = vault.lock()?;
        if vault.load(keys).await?.is_none() {
            let family = Family::generate(settings, &*entropy, now)?;
            vault.store(&lock, &family, keys, &*entropy).await?;
        }
        drop(lock);
        Self::open(settings, keys, entropy).await
    }

    fn with(family: Family, settings: &Settings, entropy: Arc<dyn Entropy>) -> Result<Self, OpenError> {
        Ok(Self {
            root: CertificateAuthority::new(family.root.certificate, family.root.key)?,
            issuing: CertificateAuthority::new(family.issuing.certificate, family.issuing.key)?,
            time_stamp: family.time_stamp,
            seal: family.seal,
            trusted_roots: read_certificates(&settings.trusted_roots).map_err(OpenError::TrustedRoots)?,
            entropy,
            register: register::Register::below(&settings.folder),
            revocation_lists: Mutex::new(None),
        })
    }

    /// What the local time-stamp authority signs with.
    pub fn time_stamp_credentials(&self) -> TimeStampCredentials {
        TimeStampCredentials {
            key: Arc::clone(&self.time_stamp.key),
            certificate: self.time_stamp.certificate.clone(),
            issuers: vec![self.issuing.certificate().clone()],
        }
    }

    fn issuers(&self) -> Vec<Certificate> {
        vec![
            self.issuing.certificate().clone(),
            self.root.certificate().clone(),
        ]
    }

    fn require_valid(&self, certificate: &Certificate, now: UtcTime) -> Result<(), AuthorityError> {
        let path = [certificate, self.issuing.certificate(), self.root.certificate()];
        if path.iter().all(|certificate| certificate.is_valid_at(now)) {
            Ok(())
        } else {
            Err(AuthorityError::IssuerExpired)
        }
    }

    /// A key that was revoked signs no more, and neither does one whose issuer was.
    fn require_not_revoked(&self, certificate: &Certificate) -> Result<(), AuthorityError> {
        for certificate in [certificate, self.issuing.certificate()] {
            let status = self.status(certificate.serial_number()).map_err(unavailable)?;
            if matches!(status, CertificateStatus::Revoked { .. }) {
                return Err(unavailable(Revoked(certificate.subject().to_string())));
            }
        }
        Ok(())
    }

    fn make_revocation_lists(
        &self,
        now: UtcTime,
        register: Option<SystemTime>,
    ) -> Result<RevocationLists, LastingError> {
        let mut der = Vec::with_capacity(2);
        for issuer in [Issuer::Issuing, Issuer::Root] {
            der.push(self.make_revocation_list(issuer, now)?.as_der().to_vec());
        }
        Ok(RevocationLists {
            made_at: now,
            register,
            der,
        })
    }
}

#[async_trait::async_trait]
impl SigningAuthority for LocalAuthority {
    async fn one_time(&self, subject: &SignerSubject, now: UtcTime) -> Result<OneTimeSigner, AuthorityError> {
        let issuer = self.issuing.certificate();
        self.require_valid(issuer, now)?;
        self.require_not_revoked(issuer)?;
        let policy = match subject.grade {
            EvidenceGrade::Mail => EvidencePolicy::Mail.oid(),
        };
        let name = signer_name(subject).map_err(|error| AuthorityError::Subject(Box::new(error)))?;
        let template = CertificateTemplate::one_time(name, policy, now, issuer.not_after())
            .with_mail(&ascii_domain_address(&subject.email)?)
            .map_err(|error| AuthorityError::Subject(Box::new(error)))?;
        let key = SigningKey::generate(KeyAlgorithm::P256).map_err(unavailable)?;
        let public_key = akashi_app::ports::pki::Signer::public_key(&key);
        let certificate = self
            .issuing
            .issue(&template, public_key, &serial(&*self.entropy))
            .map_err(unavailable)?;
        Ok(OneTimeSigner {
            key,
            certificate,
            issuers: self.issuers(),
        })
    }

    async fn seal(&self, now: UtcTime) -> Result<SealSigner, AuthorityError> {
        self.require_valid(&self.seal.certificate, now)?;
        self.require_not_revoked(&self.seal.certificate)?;
        Ok(SealSigner {
            key: Arc::clone(&self.seal.key),
            certificate: self.seal.certificate.clone(),
            issuers: self.issuers(),
        })
    }

    fn trust_anchors(&self) -> Vec<Certificate> {
        let mut anchors = vec![self.root.certificate().clone()];
        anchors.extend(self.trusted_roots.iter().cloned());
        anchors
    }

    async fn revocation_lists(&self, now: UtcTime) -> Result<Vec<Vec<u8>>, AuthorityError> {
        let mut cached = self
            .revocation_lists
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Asked before the lists are made: what is entered meanwhile is in the next ones.
        let register = self.register.revocations_changed_at();
        let fresh = cached.as_ref().filter(|lists| {
            let age = now.duration_since(lists.made_at);
            lists.register == register && (SignedDuration::ZERO..LIST_RENEWAL).contains(&age)
        });
        if let Some(lists) = fresh {
            return Ok(lists.der.clone());
        }
        self.require_valid(self.issuing.certificate(), now)?;
        let lists = self.make_revocation_lists(now, register).map_err(unavailable)?;
        let der = lists.der.clone();
        *cached = Some(lists);
        Ok(der)
    }
}

impl Family {
    /// Makes all keys and certificates.
    fn generate(settings: &Settings, entropy: &dyn Entropy, now: UtcTime) -> Result<Self, OpenError> {
        // Two installations with the same names must not be taken for one another in a trust store.
        let mut installation = [0_u8; 4];
        entropy.fill(&mut installation);
        let installation = hex::encode_upper(installation);
        let name = |what: &str| -> Result<DistinguishedName, NameError> {
            let mut builder = DistinguishedName::builder().country("JP")?;
            if let Some(organization) = &settings.organization {
                builder = builder.organization(organization)?;
            }
            let common_name = format!("{} {what}", settings.name);
            Ok(builder
                .common_name(&common_name)?
                .serial_number(&installation)?
                .build())
        };
        let validity = |days: i64| akashi_app::ports::pki::Validity {
            not_before: now.checked_sub(CLOCK_LEAD).unwrap_or(now),
            not_after: later(now, SignedDuration::from_hours(days * 24)),
        };
        let key = || SigningKey::generate(KeyAlgorithm::P256).map(Arc::new);

        let root_key = key()?;
        let template = CertificateTemplate::root(name("Root CA")?, validity(ROOT_DAYS));
        let root = CertificateAuthority::self_signed(&template, &serial(entropy), root_key.clone())?;

        let issuing_key = key()?;
        let template = CertificateTemplate::issuing_authority(name("Issuing CA")?, validity(ISSUING_DAYS));
        let certificate = issue(&root, &template, &issuing_key, entropy)?;
        let issuing = CertificateAuthority::new(certificate, issuing_key.clone())?;

        let time_stamp_key = key()?;
        let template = CertificateTemplate::time_stamping(name("TSA")?, validity(SERVICE_DAYS));
        let time_stamp = issue(&issuing, &template, &time_stamp_key, entropy)?;

        let seal_key = key()?;
        let template = CertificateTemplate::seal(name("Seal")?, validity(SERVICE_DAYS));
        let seal = issue(&issuing, &template, &seal_key, entropy)?;

        Ok(Self {
            root: Holder {
                key: root_key,
                certificate: root.certificate().clone(),
            },
            issuing: Holder {
                key: issuing_key,
                certificate: issuing.certificate().clone(),
            },
            time_stamp: Holder {
                key: time_stamp_key,
                certificate: time_stamp,
            },
            seal: Holder {
                key: seal_key,
                certificate: seal,
            },
        })
    }
}

fn issue(
    issuer: &CertificateAuthority,
    template: &CertificateTemplate,
    key: &SigningKey,
    entropy: &dyn Entropy,
) -> Result<Certificate, IssueError> {
    issuer.issue(
        template,
        akashi_app::ports::pki::Signer::public_key(key),
        &serial(entropy),
    )
}

/// The subject of a one-time certificate: name, organization, party, and 「試用」 where the contract was a
/// trial. The mark stands in a field of its own, and behind the name where the 64 characters of X.520 allow.
fn signer_name(subject: &SignerSubject) -> Result<DistinguishedName, NameError> {
    let mut builder = DistinguishedName::builder();
    if let Some(organization) = &subject.organization {
        builder = builder.organization(organization.as_str())?;
    }
    let mut common_name = subject.name.as_str().to_owned();
    if subject.is_trial {
        builder = builder.organizational_unit("試用 (TRIAL)")?;
        if common_name.chars().count() + TRIAL_MARK.chars().count() <= MAX_COMMON_NAME_CHARS {
            common_name.push_str(TRIAL_MARK);
        }
    }
    // PrintableString knows no underscore (X.520, 6.2.9).
    let party = subject.party_id.to_string().replace('_', "-");
    Ok(builder.common_name(&common_name)?.serial_number(&party)?.build())
}

/// The address with its domain in the form that certificates take (RFC 9598, 3).
fn ascii_domain_address(email: &akashi_domain::EmailAddress) -> Result<String, AuthorityError> {
    match url::Host::parse(email.domain()) {
        Ok(url::Host::Domain(domain)) => Ok(format!("{}@{domain}", email.local_part())),
        Ok(_) => Err(AuthorityError::Subject(
            "the domain of the address is a number".into(),
        )),
        Err(error) => Err(AuthorityError::Subject(Box::new(error))),
    }
}

fn serial(entropy: &dyn Entropy) -> SerialNumber {
    let mut random = [0_u8; 16];
    entropy.fill(&mut random);
    SerialNumber::from_random(random)
}

fn later(now: UtcTime, by: SignedDuration) -> UtcTime {
    now.checked_add(by).unwrap_or(UtcTime::MAX)
}

/// The operator revoked a certificate of the authority's own.
#[derive(Debug, thiserror::Error)]
#[error("the certificate of {0} is revoked")]
struct Revoked(String);

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> AuthorityError {
    AuthorityError::Unavailable(Box::new(error))
}

/// How long the certificates live. A contract's evidence is renewed by archive time-stamps long before.
const ROOT_DAYS: i64 = 30 * 365;
const ISSUING_DAYS: i64 = 20 * 365;
const SERVICE_DAYS: i64 = 15 * 365;

/// Nodes whose clocks lag a little must already believe what another has just made.
const CLOCK_LEAD: SignedDuration = SignedDuration::from_hours(1);

/// A revocation list is believed for a week and renewed each day.
const LIST_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);
const LIST_RENEWAL: SignedDuration = SignedDuration::from_hours(24);

const MAX_COMMON_NAME_CHARS: usize = 64;

const TRIAL_MARK: &str = "（試用）";

#[cfg(test)]
mod lasting_tests;
#[cfg(test)]
mod tests;
