//! `akashi ca issue`: a certificate that lasts, for a new key or for a request.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use akashi_app::ports::Clock as _;
use akashi_gateway::authority::{Issuer, LocalAuthority};
use akashi_pki::{
    CertificateTemplate, CertificationRequest, DistinguishedName, GeneralName, KeyAlgorithm, MEMBER_POLICY,
    PublicKey, Signer as _, SigningKey, Validity, pem,
};
use anyhow::Context as _;
use clap::ValueEnum;
use jiff::SignedDuration;
use jiff::Timestamp;

use crate::config::Config;
use crate::system::SystemClock;

/// Issues a certificate that lasts.
///
/// Without a request a new key is made and written to `OUT.key`, unencrypted and readable by its owner alone. The
/// certificate and its issuer stand in `OUT.pem`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What it is for.
    #[arg(value_enum)]
    kind: Kind,
    /// The name that it certifies; with a request, the name in it if left out.
    #[arg(long, required_unless_present = "csr")]
    name: Option<String>,
    /// Family name, beside the full name.
    #[arg(long, requires = "name")]
    surname: Option<String>,
    /// Given name, beside the full name.
    #[arg(long, requires = "name")]
    given_name: Option<String>,
    /// The organization.
    #[arg(long, requires = "name")]
    organization: Option<String>,
    /// The organization's number with its register, such as `NTRJP-1010001000001` (EN 319 412-1).
    #[arg(long, requires = "organization")]
    organization_identifier: Option<String>,
    /// Two letters.
    #[arg(long, default_value = "JP")]
    country: String,
    /// The mail address; with a request, those in it if left out.
    #[arg(long)]
    email: Option<String>,
    /// A request (PKCS#10) for a key that is elsewhere, PEM or DER.
    #[arg(long)]
    csr: Option<PathBuf>,
    /// The key to make.
    #[arg(long, value_enum, default_value = "p256", conflicts_with = "csr")]
    key: Key,
    /// How many days it is valid.
    #[arg(long, default_value_t = 730, value_parser = clap::value_parser!(u16).range(1..))]
    days: u16,
    /// Where it goes: `OUT.pem`, and `OUT.key` for a new key.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// A person who signs.
    Member,
    /// A seal of an organization.
    Seal,
    /// A time-stamp authority.
    Tsa,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Key {
    P256,
    P384,
    Rsa2048,
    Rsa3072,
    Rsa4096,
}

impl From<Key> for KeyAlgorithm {
    fn from(key: Key) -> Self {
        match key {
            Key::P256 => Self::P256,
            Key::P384 => Self::P384,
            Key::Rsa2048 => Self::Rsa2048,
            Key::Rsa3072 => Self::Rsa3072,
            Key::Rsa4096 => Self::Rsa4096,
        }
    }
}

pub(super) fn run(authority: &LocalAuthority, config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let certificate_path = with_ending(&arguments.out, "pem");
    anyhow::ensure!(
        !certificate_path.exists(),
        "{} is there already",
        certificate_path.display()
    );
    let request = arguments.csr.as_deref().map(read_request).transpose()?;
    let template = template(config, arguments, request.as_ref(), SystemClock.now())?;
    let issuer_end = authority.issuer_certificate(Issuer::Issuing).not_after();
    anyhow::ensure!(
        template.validity().not_after <= issuer_end,
        "the certificate would outlive its issuer, which ends {issuer_end:.0}"
    );
    // The key is safe before the certificate exists.
    let public_key = match &request {
        Some(request) => request.public_key().clone(),
        None => new_key(arguments.key, &with_ending(&arguments.out, "key"))?,
    };
    let certificate = authority.issue_lasting(&template, &public_key)?;
    let chain = certificate.to_pem() + &authority.issuer_certificate(Issuer::Issuing).to_pem();
    write_new(&certificate_path, chain.as_bytes(), 0o644)?;
    println!(
        "{}: {}",
        certificate_path.display(),
        super::described(&certificate)
    );
    Ok(())
}

fn template(
    config: &Config,
    arguments: &Arguments,
    request: Option<&CertificationRequest>,
    now: Timestamp,
) -> anyhow::Result<CertificateTemplate> {
    let subject = match (&arguments.name, request) {
        (Some(name), _) => subject(arguments, name)?,
        (None, Some(request)) => request.subject().clone(),
        (None, None) => anyhow::bail!("--name or --csr is needed"),
    };
    anyhow::ensure!(!subject.is_empty(), "the request names nobody; --name does");
    let not_after = now.checked_add(SignedDuration::from_hours(i64::from(arguments.days) * 24))?;
    let validity = Validity {
        not_before: now,
        not_after,
    };
    let mut template = match arguments.kind {
        Kind::Member => CertificateTemplate::member(subject, validity),
        Kind::Seal => CertificateTemplate::seal(subject, validity),
        Kind::Tsa => CertificateTemplate::time_stamping(subject, validity),
    };
    if let Some(email) = &arguments.email {
        template = template.with_mail(email).context("--email")?;
    } else {
        let names = request
            .map(CertificationRequest::alternative_names)
            .unwrap_or_default();
        for name in names.iter().filter(|name| name.mail_address().is_some()) {
            template = template.with_alternative_name(GeneralName::clone(name));
        }
    }
    let (publish_url, statement_url) = config.authority_urls();
    if !matches!(arguments.kind, Kind::Tsa) {
        template = match statement_url {
            Some(url) => template.with_policy_statement(MEMBER_POLICY, url),
            None => template.with_policy(MEMBER_POLICY),
        };
    }
    if let Some(url) = publish_url {
        let url = url.trim_end_matches('/');
        template = template
            .with_crl_uri(&format!("{url}/issuing.crl"))
            .with_ocsp_uri(&format!("{url}/ocsp"))
            .with_issuer_uri(&format!("{url}/issuing.cer"));
    }
    Ok(template)
}

fn subject(arguments: &Arguments, name: &str) -> anyhow::Result<DistinguishedName> {
    let mut builder = DistinguishedName::builder()
        .country(&arguments.country)
        .context("--country")?;
    if let Some(organization) = &arguments.organization {
        builder = builder.organization(organization).context("--organization")?;
    }
    if let Some(identifier) = &arguments.organization_identifier {
        builder = builder
            .organization_identifier(identifier)
            .context("--organization-identifier")?;
    }
    if let Some(surname) = &arguments.surname {
        builder = builder.surname(surname).context("--surname")?;
    }
    if let Some(given_name) = &arguments.given_name {
        builder = builder.given_name(given_name).context("--given-name")?;
    }
    Ok(builder.common_name(name).context("--name")?.build())
}

fn read_request(path: &Path) -> anyhow::Result<CertificationRequest> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let request = match std::str::from_utf8(&bytes) {
        Ok(text) if text.contains("-----BEGIN") => CertificationRequest::from_pem(text),
        _ => CertificationRequest::from_der(&bytes),
    };
    request.with_context(|| format!("{} is no request", path.display()))
}

fn new_key(kind: Key, path: &Path) -> anyhow::Result<PublicKey> {
    let key = SigningKey::generate(kind.into())?;
    let text = zeroize::Zeroizing::new(pem::encode(pem::PRIVATE_KEY, &key.to_pkcs8()?));
    write_new(path, text.as_bytes(), 0o600)?;
    Ok(key.public_key().clone())
}

/// Never over a file that is there.
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    let write = || -> std::io::Result<()> {
        let mut file: File = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

fn with_ending(base: &Path, ending: &str) -> PathBuf {
    let mut name = base.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}
