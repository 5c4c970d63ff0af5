//! Who signs, and with which key.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use akashi_app::Ports;
use akashi_app::domain::contract::EvidenceGrade;
use akashi_app::domain::{EmailAddress, OrganizationName, PartyId, PersonName, UtcTime};
use akashi_app::ports::{MailMode, ServiceSeal, SignerSubject};
use akashi_gateway::pkcs11::{self, Pkcs11Signer};
use akashi_gateway::pkcs12::read_pkcs12;
use akashi_gateway::{issuers_of, read_certificates};
use akashi_pki::{Certificate, Signer};
use anyhow::Context as _;
use secrecy::SecretString;

use super::arguments::{OwnKey, Person};

/// Who signs.
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) lines: Vec<String>,
    pub(super) certificate: Certificate,
    pub(super) issuers: Vec<Certificate>,
    pub(super) key: Arc<dyn Signer + Send + Sync>,
}

impl Identity {
    /// The installation's seal, or a certificate that it makes for a person.
    pub(super) async fn of_installation(
        ports: &Ports,
        person: &Person,
        now: UtcTime,
    ) -> anyhow::Result<Self> {
        let (Some(name), Some(email)) = (&person.name, &person.email) else {
            let seal = ports.authority.seal(now).await?;
            return Ok(Self {
                name: shown_name(&seal.certificate),
                lines: organization(&seal.certificate),
                certificate: seal.certificate,
                issuers: seal.issuers,
                key: seal.key,
            });
        };
        let mut random = [0_u8; 10];
        ports.entropy.fill(&mut random);
        let unix_ms = u64::try_from(now.as_millisecond()).unwrap_or_default();
        let organization = person.organization.as_deref().map(OrganizationName::parse);
        let subject = SignerSubject {
            party_id: PartyId::from_parts(unix_ms, random),
            name: PersonName::parse(name).context("--name")?,
            organization: organization.transpose().context("--organization")?,
            email: EmailAddress::parse(email).context("--email")?,
            grade: EvidenceGrade::Mail,
            is_trial: ports.mailer.mode() == MailMode::Trial,
        };
        let signer = ports.authority.one_time(&subject, now).await?;
        Ok(Self {
            name: subject.name.to_string(),
            lines: subject.organization.iter().map(ToString::to_string).collect(),
            certificate: signer.certificate,
            issuers: signer.issuers,
            key: Arc::new(signer.key),
        })
    }

    /// The key of a file or a token, if the command line names one.
    pub(super) fn of_own_key(key: &OwnKey, now: UtcTime) -> anyhow::Result<Option<Self>> {
        let seal = match (&key.p12, &key.pkcs11) {
            (Some(file), _) => of_file(file, key, now)?,
            (None, Some(module)) => of_token(module, key, now)?,
            (None, None) => return Ok(None),
        };
        let ServiceSeal {
            signer,
            certificate,
            mut issuers,
        } = seal;
        add_issuers(&certificate, &mut issuers, key)?;
        Ok(Some(Self {
            name: shown_name(&certificate),
            lines: organization(&certificate),
            certificate,
            issuers,
            key: signer,
        }))
    }
}

/// The certificate of `--certificate` with what is known of its issuers: for a key that is elsewhere.
pub(super) fn named_certificate(key: &OwnKey) -> anyhow::Result<(Certificate, Vec<Certificate>)> {
    let path = key.certificate.clone().context("--certificate is missing")?;
    let mut found = read_certificates(&[path])?.into_iter();
    let certificate = found.next().context("--certificate holds none")?;
    let mut issuers = found.collect();
    add_issuers(&certificate, &mut issuers, key)?;
    Ok((certificate, issuers))
}

/// The signer as the signature shows it.
pub(super) fn shown_name(certificate: &Certificate) -> String {
    let subject = certificate.subject();
    subject
        .common_name()
        .map_or_else(|| subject.to_string(), str::to_owned)
}

/// The organization that a certificate names, as further line.
pub(super) fn organization(certificate: &Certificate) -> Vec<String> {
    certificate
        .subject()
        .organization()
        .map(str::to_owned)
        .into_iter()
        .collect()
}

fn of_file(file: &Path, key: &OwnKey, now: UtcTime) -> anyhow::Result<ServiceSeal> {
    let password = secret(key.password_file.as_deref())
        .context("--password-file")?
        .unwrap_or_default();
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let password = secrecy::ExposeSecret::expose_secret(&password);
    read_pkcs12(&bytes, password, key.rsa_scheme, now)
        .with_context(|| format!("{} cannot be used", file.display()))
}

fn of_token(module: &Path, key: &OwnKey, now: UtcTime) -> anyhow::Result<ServiceSeal> {
    let settings = pkcs11::Settings {
        token: key.token.clone(),
        serial: key.serial.clone(),
        slot: key.slot,
        key: key.key.clone(),
        key_id: key.key_id.clone(),
        pin: secret(key.pin_file.as_deref()).context("--pin-file")?,
        certificate: key.certificate.clone(),
        rsa_scheme: key.rsa_scheme,
        sessions: 1,
        // A person may have to find the card reader's button first.
        timeout_ms: 120_000,
        ..pkcs11::Settings::of_module(module.to_owned())
    };
    Ok(Pkcs11Signer::open(&settings, now)?.into_seal())
}

fn add_issuers(
    certificate: &Certificate,
    issuers: &mut Vec<Certificate>,
    key: &OwnKey,
) -> anyhow::Result<()> {
    issuers.extend(read_certificates(&key.issuers).context("--issuers")?);
    *issuers = issuers_of(certificate, issuers);
    Ok(())
}

/// A password or PIN from a file, without the line end that editors add.
fn secret(file: Option<&Path>) -> anyhow::Result<Option<SecretString>> {
    let Some(file) = file else { return Ok(None) };
    let mut text = zeroize::Zeroizing::new(String::new());
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        std::fs::File::open(file)
            .and_then(|mut file| file.read_to_string(&mut text))
            .with_context(|| format!("{} cannot be read", file.display()))?;
    }
    Ok(Some(text.trim_end_matches(['\r', '\n']).into()))
}
