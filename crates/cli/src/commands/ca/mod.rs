//! `akashi ca`: the installation's certificate authority from the command line.
//!
//! It works on the keys that the service uses, so that one register says what was issued and one list what is
//! revoked (ADR 16).

mod issue;
mod publish;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use akashi_app::ports::{Clock as _, Entropy};
use akashi_gateway::authority::{Issuer, LocalAuthority, RegisteredCertificate};
use akashi_gateway::keys::{self, FileKeyProvider};
use akashi_pki::ocsp::CertificateStatus;
use akashi_pki::{Certificate, RevocationReason, SerialNumber};
use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};

use crate::config::Config;
use crate::system::{SystemClock, SystemEntropy};

/// The certificate authority of this installation: certificates that last, revocation, lists and OCSP.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Makes root, issuing CA, time-stamp key and seal in a new data folder; where they are, says so.
    Init(InitArguments),
    /// Issues a certificate that lasts: of a member, a seal, or a time-stamp authority.
    Issue(issue::Arguments),
    /// Revokes a certificate that lasts. The next list says so, and OCSP at once.
    Revoke(RevokeArguments),
    /// Lists the certificates that last.
    List,
    /// Writes the revocation lists of root and issuing CA.
    Crl(CrlArguments),
    /// Publishes lists, issuers and OCSP over HTTP.
    Serve(publish::Arguments),
}

#[derive(Debug, clap::Args)]
struct InitArguments {
    /// The data folder; the configured one if left out.
    folder: Option<PathBuf>,
    /// What the names of its certificates begin with.
    #[arg(long)]
    name: Option<String>,
    /// The organization that runs it.
    #[arg(long)]
    organization: Option<String>,
}

#[derive(Debug, clap::Args)]
struct RevokeArguments {
    /// The certificate: a PEM file, or its serial number in hexadecimal digits.
    certificate: String,
    /// Why.
    #[arg(long, value_enum, default_value = "unspecified")]
    reason: Reason,
}

#[derive(Debug, clap::Args)]
struct CrlArguments {
    /// The folder for `root.crl` and `issuing.crl`.
    #[arg(long, default_value = ".")]
    out: PathBuf,
}

/// Reasons for revocation (RFC 5280, 5.3.1) that an operator states.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Reason {
    Unspecified,
    KeyCompromise,
    AffiliationChanged,
    Superseded,
    CessationOfOperation,
    /// Until further notice; the only one that another may replace.
    CertificateHold,
    PrivilegeWithdrawn,
}

impl From<Reason> for RevocationReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Unspecified => Self::Unspecified,
            Reason::KeyCompromise => Self::KeyCompromise,
            Reason::AffiliationChanged => Self::AffiliationChanged,
            Reason::Superseded => Self::Superseded,
            Reason::CessationOfOperation => Self::CessationOfOperation,
            Reason::CertificateHold => Self::CertificateHold,
            Reason::PrivilegeWithdrawn => Self::PrivilegeWithdrawn,
        }
    }
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.action {
        Action::Init(init) => self::init(config, init).await?,
        Action::Issue(issue) => issue::run(&open(&config).await?, &config, &issue)?,
        Action::Revoke(revoke) => self::revoke(&open(&config).await?, &revoke)?,
        Action::List => list(&open(&config).await?)?,
        Action::Crl(crl) => write_lists(&open(&config).await?, &crl.out)?,
        Action::Serve(serve) => publish::run(open(&config).await?, &serve).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the authority of an installation that exists.
pub(super) async fn open(config: &Config) -> anyhow::Result<LocalAuthority> {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let keys = FileKeyProvider::open(&key_settings(config), Arc::clone(&entropy)).context("key file")?;
    let authority = LocalAuthority::open(&config.authority(), &keys, entropy).await;
    authority.context("certificate authority")
}

fn key_settings(config: &Config) -> keys::Settings {
    keys::Settings {
        folder: config.data().join("keys"),
    }
}

async fn init(mut config: Config, arguments: InitArguments) -> anyhow::Result<()> {
    if let Some(folder) = &arguments.folder {
        config.keep_in(folder);
    }
    let data = config.data();
    let authority = if holds_data(&data)? {
        open(&config).await?
    } else {
        let mut settings = config.authority();
        if let Some(name) = arguments.name {
            settings.name = name;
        }
        settings.organization = arguments.organization.or(settings.organization);
        crate::wiring::make_private_folder(&data)?;
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let now = SystemClock.now();
        let keys = FileKeyProvider::open_or_create(&key_settings(&config), Arc::clone(&entropy), now)?;
        LocalAuthority::open_or_create(&settings, &keys, entropy, now).await?
    };
    crate::wiring::write_trust_anchors(&data, &authority)?;
    for issuer in [Issuer::Root, Issuer::Issuing] {
        println!("{}", described(authority.issuer_certificate(issuer)));
    }
    println!("roots: {}", crate::wiring::trust_anchor_path(&data).display());
    Ok(())
}

/// Whether anything but keys stands in the folder: then a key file that is missing was lost, and a new one would
/// not help.
fn holds_data(data: &Path) -> anyhow::Result<bool> {
    if !data.exists() {
        return Ok(false);
    }
    let entries = fs::read_dir(data).with_context(|| format!("{} cannot be read", data.display()))?;
    for entry in entries {
        if entry?.file_name() != "keys" {
            return Ok(true);
        }
    }
    Ok(false)
}

fn revoke(authority: &LocalAuthority, arguments: &RevokeArguments) -> anyhow::Result<()> {
    let serial_number = serial_number(&arguments.certificate)?;
    let revoked = authority.revoke(&serial_number, arguments.reason.into(), SystemClock.now())?;
    println!("{}", line(&revoked));
    Ok(())
}

/// A serial number from its digits, or of the certificate in a file.
fn serial_number(text: &str) -> anyhow::Result<SerialNumber> {
    let path = Path::new(text);
    if path.exists() {
        let pem = fs::read_to_string(path).with_context(|| format!("{text} cannot be read"))?;
        let certificate =
            Certificate::from_pem(&pem).with_context(|| format!("{text} holds no certificate"))?;
        return Ok(certificate.serial_number().clone());
    }
    let digits: String = text.chars().filter(|character| *character != ':').collect();
    let is_hexadecimal = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let octets: Option<Vec<u8>> = digits
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect();
    let octets = octets.filter(|_| is_hexadecimal);
    let octets = octets.with_context(|| format!("{text} is neither a file nor a serial number"))?;
    Ok(SerialNumber::from_content(&octets))
}

fn list(authority: &LocalAuthority) -> anyhow::Result<()> {
    for entry in authority.lasting_certificates()? {
        println!("{}", line(&entry));
    }
    Ok(())
}

fn line(entry: &RegisteredCertificate) -> String {
    let status = match entry.status {
        CertificateStatus::Good => "good".to_owned(),
        CertificateStatus::Revoked { revoked_at, reason } => format!("revoked {revoked_at:.0} ({reason:?})"),
        CertificateStatus::Unknown => "unknown".to_owned(),
    };
    format!("{}  {status}", described(&entry.certificate))
}

fn described(certificate: &Certificate) -> String {
    format!(
        "{}  {}  until {:.0}",
        certificate.serial_number(),
        certificate.subject(),
        certificate.not_after()
    )
}

fn write_lists(authority: &LocalAuthority, out: &Path) -> anyhow::Result<()> {
    let now = SystemClock.now();
    for (issuer, name) in [(Issuer::Root, "root.crl"), (Issuer::Issuing, "issuing.crl")] {
        let list = authority.make_revocation_list(issuer, now)?;
        let path = out.join(name);
        let partial = out.join(format!(".{name}.{}.partial", std::process::id()));
        fs::write(&partial, list.as_der())
            .and_then(|()| fs::rename(&partial, &path))
            .with_context(|| format!("{} cannot be written", path.display()))?;
        let count = list.entries().count();
        println!("{}: {count} revoked, as of {now:.0}", path.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_read_from_digits_and_files() {
        let expected = SerialNumber::from_content(&[0x4a, 0, 0xff]);
        for text in ["4a00ff", "4A:00:FF", "4a:00ff"] {
            assert_eq!(serial_number(text).unwrap(), expected);
        }
        for text in ["", "4", "xy", "4a0", "no/such/file.pem", "+1"] {
            assert!(serial_number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_folder_with_keys_alone_holds_no_data() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        assert!(!holds_data(&data).unwrap());
        fs::create_dir_all(data.join("keys")).unwrap();
        assert!(!holds_data(&data).unwrap());
        fs::write(data.join("akashi.sqlite"), b"").unwrap();
        assert!(holds_data(&data).unwrap());
    }
}
