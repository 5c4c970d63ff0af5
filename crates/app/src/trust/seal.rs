//! With which key an organization signs as witness and seals its evidence sheets: one-time certificates of the
//! installation, a key from an uploaded PKCS#12 file, or the key that the operator has configured.

use std::sync::Arc;

use akashi_domain::authorization::Action;
use akashi_domain::contract::WitnessKey;
use akashi_domain::{Digest32, OrganizationEventKind, SealSource, UtcTime};
use akashi_pki::{Certificate, Signer};
use secrecy::SecretString;

use crate::caller::MemberCaller;
use crate::ports::{SealChoice, SealError, ServiceSeal, SignerSubject, Tenant};
use crate::{App, Error};

/// How long before its end a seal's certificate is warned about.
const WARN_BEFORE_DAYS: i64 = 60;

/// What administrators should know about the seal in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealWarning {
    /// Its certificate ends soon.
    EndsSoon,
    /// It cannot be used at the moment: contracts wait.
    Unusable {
        /// Why, in English.
        reason: String,
    },
}

/// The seal in use.
#[derive(Debug, Clone)]
pub struct SealView {
    /// Whence the key comes.
    pub source: SealSource,
    /// The certificate's subject (RFC 4514).
    pub subject: String,
    /// The certificate's issuer (RFC 4514).
    pub issuer: String,
    /// SHA-256 of the certificate.
    pub sha256: Digest32,
    /// When it ends.
    pub not_after: UtcTime,
    /// When it was chosen; `None` if nobody ever chose.
    pub chosen_at: Option<UtcTime>,
    /// What is wrong or will be.
    pub warning: Option<SealWarning>,
    /// Whether the operator has configured a seal that could be chosen.
    pub is_configured: bool,
}

/// A key that signs for a party, or seals an evidence sheet.
#[derive(Clone)]
pub(crate) struct WitnessSigner {
    /// The key.
    pub(crate) key: Arc<dyn Signer + Send + Sync>,
    /// Its certificate.
    pub(crate) certificate: Certificate,
    /// Its issuers, nearest first.
    pub(crate) issuers: Vec<Certificate>,
    /// Of what kind it is.
    pub(crate) kind: WitnessKey,
}

impl App {
    /// The seal in use.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`]
    pub async fn seal_in_use(&self, caller: &MemberCaller) -> Result<SealView, Error> {
        caller.authorize_organization(Action::ManageTrust)?;
        let now = self.now();
        let is_configured = !matches!(self.ports.seals.of_installation(now).await, Ok(None));
        let choice = self.ports.trust.seal_choice(&caller.tenant).await?;
        let chosen_at = choice.as_ref().map(|choice| choice.chosen_at);
        let source = choice
            .as_ref()
            .map_or(SealSource::Installation, |choice| choice.source);
        let opened = match source {
            SealSource::Installation => self
                .ports
                .authority
                .seal(now)
                .await
                .map(|seal| seal.certificate)
                .map_err(Error::from),
            _ => self
                .fixed_seal(&caller.tenant, choice.as_ref())
                .await
                .map(|seal| seal.certificate)
                .map_err(Error::SealRefused),
        };
        let (certificate, warning) = match (opened, choice) {
            (Ok(certificate), _) => {
                let days = certificate.not_after().duration_since(now).as_hours() / 24;
                let soon = (days < WARN_BEFORE_DAYS).then_some(SealWarning::EndsSoon);
                (certificate, soon)
            }
            (Err(error), Some(choice)) => {
                let reason = crate::work::chain(&error);
                let certificate = Certificate::from_der(&choice.certificate_der)
                    .map_err(|error| Error::internal("seal", error))?;
                (certificate, Some(SealWarning::Unusable { reason }))
            }
            (Err(error), None) => return Err(error),
        };
        Ok(SealView {
            source,
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            sha256: Digest32::new(certificate.fingerprint()),
            not_after: certificate.not_after(),
            chosen_at,
            warning,
            is_configured,
        })
    }

    /// Takes a PKCS#12 file as the organization's seal, after a sample signed with it was found valid.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::SealRefused`], [`Error::SealUntrusted`]: nothing was changed then.
    pub async fn upload_seal(
        &self,
        caller: &MemberCaller,
        pkcs12: &[u8],
        password: &SecretString,
    ) -> Result<(), Error> {
        caller.authorize_organization(Action::ManageTrust)?;
        let organization_id = caller.tenant.organization_id();
        let kept = self
            .ports
            .seals
            .keep(organization_id, pkcs12, password, self.now())
            .await;
        let (kept, seal) = kept.map_err(Error::SealRefused)?;
        // What was stored must open again: the sample is signed with the reopened seal, not with the uploaded one.
        let opened = self.ports.seals.open(organization_id, &kept, self.now()).await;
        let opened = opened.map_err(Error::SealRefused)?;
        self.try_seal(caller, opened).await?;
        let choice = SealChoice {
            source: SealSource::Uploaded,
            kept: Some(kept),
            certificate_der: seal.certificate.as_der().to_vec(),
            chosen_by: caller.member().member_id,
            chosen_at: self.now(),
        };
        self.put_seal(caller, &choice, &seal.certificate).await
    }

    /// Chooses the seal that the operator has configured, after a sample signed with it was found valid.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`] if none is configured, [`Error::SealRefused`],
    /// [`Error::SealUntrusted`].
    pub async fn choose_configured_seal(&self, caller: &MemberCaller) -> Result<(), Error> {
        caller.authorize_organization(Action::ManageTrust)?;
        let seal = self.ports.seals.of_installation(self.now()).await;
        let seal = seal.map_err(Error::SealRefused)?.ok_or(Error::NotFound)?;
        self.try_seal(caller, seal.clone()).await?;
        self.choose(caller, SealSource::Configured, &seal.certificate)
            .await
    }

    /// Goes back to one-time certificates and the installation's own seal. An uploaded key is deleted.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`]
    pub async fn choose_one_time_certificates(&self, caller: &MemberCaller) -> Result<(), Error> {
        caller.authorize_organization(Action::ManageTrust)?;
        let seal = self.ports.authority.seal(self.now()).await?;
        self.choose(caller, SealSource::Installation, &seal.certificate)
            .await
    }

    async fn choose(
        &self,
        caller: &MemberCaller,
        source: SealSource,
        certificate: &Certificate,
    ) -> Result<(), Error> {
        let choice = SealChoice {
            source,
            kept: None,
            certificate_der: certificate.as_der().to_vec(),
            chosen_by: caller.member().member_id,
            chosen_at: self.now(),
        };
        self.put_seal(caller, &choice, certificate).await
    }

    async fn put_seal(
        &self,
        caller: &MemberCaller,
        choice: &SealChoice,
        certificate: &Certificate,
    ) -> Result<(), Error> {
        let what = OrganizationEventKind::SealChosen {
            source: choice.source,
            certificate_sha256: Digest32::new(certificate.fingerprint()),
            subject: certificate.subject().to_string(),
        };
        let event = self.organization_event(caller, what)?;
        Ok(self
            .ports
            .trust
            .choose_seal(&caller.tenant, choice, event)
            .await?)
    }

    /// Signs a sample with a seal and has it judged with what the organization trusts.
    async fn try_seal(&self, caller: &MemberCaller, seal: ServiceSeal) -> Result<(), Error> {
        let authorities = self.authorities(Some(&caller.tenant)).await?;
        let signer = WitnessSigner::fixed(seal);
        match self.sign_sample_with(signer, authorities).await? {
            findings if findings.is_empty() => Ok(()),
            findings => {
                tracing::info!(?findings, "a seal was refused because its sample did not pass");
                Err(Error::SealUntrusted)
            }
        }
    }

    /// The organization's fixed seal.
    async fn fixed_seal(
        &self,
        tenant: &Tenant,
        choice: Option<&SealChoice>,
    ) -> Result<ServiceSeal, SealError> {
        let missing = || SealError::Unavailable("no seal is configured any more".into());
        match choice {
            Some(SealChoice {
                source: SealSource::Uploaded,
                kept: Some(kept),
                ..
            }) => {
                let organization_id = tenant.organization_id();
                self.ports.seals.open(organization_id, kept, self.now()).await
            }
            Some(SealChoice {
                source: SealSource::Configured,
                ..
            }) => {
                let seal = self.ports.seals.of_installation(self.now()).await?;
                seal.ok_or_else(missing)
            }
            _ => Err(missing()),
        }
    }

    /// The key that signs for a party: the organization's fixed seal if it has chosen one, else a key made for this
    /// one act.
    pub(crate) async fn witness_signer(
        &self,
        tenant: &Tenant,
        subject: &SignerSubject,
        now: UtcTime,
    ) -> Result<WitnessSigner, Error> {
        if let Some(seal) = self.chosen_seal(tenant).await? {
            return Ok(seal);
        }
        let signer = self.ports.authority.one_time(subject, now).await?;
        Ok(WitnessSigner {
            key: Arc::new(signer.key),
            certificate: signer.certificate,
            issuers: signer.issuers,
            kind: WitnessKey::OneTime,
        })
    }

    /// The key that seals evidence sheets.
    pub(crate) async fn sheet_signer(&self, tenant: &Tenant, now: UtcTime) -> Result<WitnessSigner, Error> {
        if let Some(seal) = self.chosen_seal(tenant).await? {
            return Ok(seal);
        }
        let seal = self.ports.authority.seal(now).await?;
        Ok(WitnessSigner {
            key: seal.key,
            certificate: seal.certificate,
            issuers: seal.issuers,
            kind: WitnessKey::FixedSeal,
        })
    }

    async fn chosen_seal(&self, tenant: &Tenant) -> Result<Option<WitnessSigner>, Error> {
        let choice = self.ports.trust.seal_choice(tenant).await?;
        if choice
            .as_ref()
            .is_none_or(|choice| choice.source == SealSource::Installation)
        {
            return Ok(None);
        }
        let seal = self.fixed_seal(tenant, choice.as_ref()).await;
        // A seal that has ended or does not open makes the contract wait, with the key as reason, until an
        // administrator chooses another: nothing is signed with a key that nobody chose.
        let seal = seal.map_err(|error| Error::Unavailable {
            what: "signing authority",
            source: Box::new(error),
        })?;
        Ok(Some(WitnessSigner::fixed(seal)))
    }
}

impl WitnessSigner {
    fn fixed(seal: ServiceSeal) -> Self {
        Self {
            key: seal.signer,
            certificate: seal.certificate,
            issuers: seal.issuers,
            kind: WitnessKey::FixedSeal,
        }
    }
}
