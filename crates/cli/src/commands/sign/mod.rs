//! `akashi sign`: a signature of level B-B to B-LTA, appended to a copy of the file.

mod appearance;
mod arguments;
mod identity;
mod pending;
mod place;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use akashi_app::domain::UtcTime;
use akashi_pades::{
    BaselineLevel, Drawing, EmbedError, NewField, Prepared, SignatureDetails, SignatureDraft, Signed,
    SignerIdentity,
};
use akashi_pdf::{Document, Limits};
use akashi_pki::{PublicKeyKind, SignatureAlgorithm};
use akashi_tsp::TimeStampToken;
use anyhow::Context as _;

use self::appearance::appearance;
use self::identity::{Identity, named_certificate, organization, shown_name};
use self::pending::Pending;
use self::place::Place;
use super::long_term::{Level, Workshop, may_pass_later};
use super::output::write;
use crate::config::Config;
use crate::wiring::Installation;

pub(crate) use arguments::Arguments;

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let done = match (&arguments.external.finish, &arguments.external.prepare) {
        (Some(pending), _) => finish(&config, &arguments, pending).await,
        (None, Some(pending)) => prepare(&config, &arguments, pending),
        (None, None) => sign(config, &arguments).await,
    };
    match done {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if may_pass_later(&error) => {
            eprintln!("akashi: {error:#}");
            Ok(ExitCode::from(3))
        }
        Err(error) => Err(error),
    }
}

/// Signs with a key that is at hand.
async fn sign(mut config: Config, arguments: &Arguments) -> anyhow::Result<()> {
    let path = arguments.file.as_deref().context("no file is named")?;
    let out = arguments.output.place(path, "-signed")?;
    let file = read(path)?;
    let now = akashi_app::ports::Clock::now(&crate::system::SystemClock);
    if let Some(identity) = Identity::of_own_key(&arguments.key, now)? {
        let workshop = Workshop::of_person(&config, &arguments.stamping)?;
        return sign_as(&identity, file, &out, arguments, &workshop, None).await;
    }
    let installation = Installation::open(&mut config).await?;
    let tolerance = installation.settings().clock_tolerance;
    let ports = &installation.ports;
    let identity = Identity::of_installation(ports, &arguments.person, ports.clock.now()).await?;
    let workshop = Workshop::of_installation(&config, ports, &arguments.stamping).await?;
    let result = sign_as(&identity, file, &out, arguments, &workshop, Some(tolerance)).await;
    installation.close().await;
    result
}

async fn sign_as(
    identity: &Identity,
    file: Vec<u8>,
    out: &Path,
    arguments: &Arguments,
    workshop: &Workshop,
    tolerance: Option<std::time::Duration>,
) -> anyhow::Result<()> {
    let level = level(arguments, workshop, tolerance.is_some());
    let now = workshop.clock.now();
    let work = Work {
        file: &file,
        arguments,
        workshop,
        level,
    };
    // A token with many certificates may need more room than was estimated; then once more with enough of it.
    let signed = match work.signed(identity, now, None).await {
        Err(error) => match error.downcast_ref::<EmbedError>() {
            Some(EmbedError::ContentsTooSmall { needed, .. }) => {
                work.signed(identity, now, Some(needed + SPARE_BYTES)).await?
            }
            _ => return Err(error),
        },
        Ok(signed) => signed,
    };
    if let (Some(tolerance), Some(stamped_at)) = (tolerance, signed.stamped_at) {
        let difference = stamped_at.duration_since(now).unsigned_abs();
        anyhow::ensure!(
            difference <= tolerance,
            "this machine's clock differs by {} s from the time-stamp",
            difference.as_secs()
        );
    }
    complete(file, signed, level, out, arguments, workshop).await
}

/// Prepares a signature for a key that is elsewhere.
fn prepare(config: &Config, arguments: &Arguments, pending: &Path) -> anyhow::Result<()> {
    let path = arguments.file.as_deref().context("no file is named")?;
    anyhow::ensure!(
        arguments.output.force || !pending.exists(),
        "{} is there already; --force replaces it",
        pending.display()
    );
    let file = read(path)?;
    let (certificate, issuers) = named_certificate(&arguments.key)?;
    let workshop = Workshop::of_person(config, &arguments.stamping)?;
    let now = workshop.clock.now();
    akashi_gateway::pkcs12::check_seal(&certificate, now)?;
    let signer = SignerIdentity {
        algorithm: algorithm(&certificate, arguments)?,
        certificate,
        issuers,
    };
    let work = Work {
        file: &file,
        arguments,
        workshop: &workshop,
        level: Level::B,
    };
    let name = shown_name(&signer.certificate);
    let lines = organization(&signer.certificate);
    // What will come as time-stamp is not known yet, and preparing again would mean signing again.
    let prepared = work.prepared(&name, &lines, &signer, now, Some(PENDING_BYTES))?;
    let to_be_signed = prepared.to_be_signed().to_vec();
    if let Some(path) = &arguments.external.to_be_signed {
        write(path, &to_be_signed, arguments.output.force)?;
    }
    let digest = signer.algorithm.digest().digest(&to_be_signed);
    let document_digest = hex(prepared.digest());
    let bytes = Pending::new(path, prepared, file.clone()).to_bytes()?;
    write(pending, &bytes, arguments.output.force)?;
    // Not to be silenced: it is what the command is called for.
    println!("algorithm        {}", signer.algorithm);
    println!("document digest  {document_digest}");
    println!("to-be-signed     {}", hex(&to_be_signed));
    println!("digest           {}", hex(&digest));
    Ok(())
}

/// Finishes a prepared signature with what the key has made.
async fn finish(config: &Config, arguments: &Arguments, pending: &Path) -> anyhow::Result<()> {
    let Pending {
        head,
        prepared,
        document,
    } = Pending::from_bytes(&read(pending)?)
        .with_context(|| format!("{} cannot be used", pending.display()))?;
    let named = arguments.file.clone().unwrap_or(head.file);
    let out = arguments.output.place(&named, "-signed")?;
    let workshop = Workshop::of_person(config, &arguments.stamping)?;
    let level = level(arguments, &workshop, false);
    let subject = prepared.certificate().subject().to_string();
    let signed = match (&arguments.external.value, &arguments.external.cms) {
        (Some(value), _) => prepared.embed(&read(value)?)?,
        (None, Some(cms)) => prepared.embed_cms(&read(cms)?)?,
        (None, None) => anyhow::bail!("--value or --cms is missing"),
    };
    let work = Work {
        file: &document,
        arguments,
        workshop: &workshop,
        level,
    };
    let mut signed = work.stamped(signed).await?;
    signed.subject = subject;
    complete(document, signed, level, &out, arguments, &workshop).await
}

/// Raises what is signed, has it judged, and writes it.
async fn complete(
    mut file: Vec<u8>,
    made: Made,
    level: Level,
    out: &Path,
    arguments: &Arguments,
    workshop: &Workshop,
) -> anyhow::Result<()> {
    let output = &arguments.output;
    file.extend_from_slice(&made.signed.into_revision().bytes);
    let file = workshop.raise(file, level, output).await?;
    workshop.check_signed(&file, level, workshop.clock.now())?;
    if workshop.anchors.is_empty() {
        output.progress("no root is believed (--trust): nobody has checked whom the certificate leads to");
    }
    write(out, &file, output.force)?;
    let stamped = made
        .stamped_at
        .map(|at| format!(", time-stamped {at:.0}"))
        .unwrap_or_default();
    output.result(&format!(
        "{}: signed by {}, {level:?}{stamped}",
        out.display(),
        made.subject
    ));
    Ok(())
}

/// One signature in the making.
struct Work<'a> {
    file: &'a [u8],
    arguments: &'a Arguments,
    workshop: &'a Workshop,
    level: Level,
}

/// A signature with its value, and with its time-stamp if it is to have one.
struct Made {
    signed: Signed,
    subject: String,
    stamped_at: Option<UtcTime>,
}

impl Work<'_> {
    async fn signed(
        &self,
        identity: &Identity,
        now: UtcTime,
        reserve: Option<usize>,
    ) -> anyhow::Result<Made> {
        let signer = SignerIdentity {
            certificate: identity.certificate.clone(),
            issuers: identity.issuers.clone(),
            algorithm: identity.key.signature_algorithm(),
        };
        let prepared = self.prepared(&identity.name, &identity.lines, &signer, now, reserve)?;
        self.arguments.output.progress("signing");
        let value = identity.key.sign(prepared.to_be_signed())?;
        let mut made = self.stamped(prepared.embed(&value)?).await?;
        made.subject = identity.certificate.subject().to_string();
        Ok(made)
    }

    fn prepared(
        &self,
        name: &str,
        lines: &[String],
        signer: &SignerIdentity,
        now: UtcTime,
        reserve: Option<usize>,
    ) -> anyhow::Result<Prepared> {
        let look = &self.arguments.look;
        let pdf = Document::open(self.file, &Limits::default()).context("the file cannot be used")?;
        let lines: Vec<String> = lines.iter().chain(&look.reason).cloned().collect();
        let shown = match look.visible {
            Some(Place(place)) => {
                let drawn = appearance(name, &lines, look.seal.as_deref(), place, now)?;
                Some((place, drawn))
            }
            None => None,
        };
        let mut draft = if let Some(field) = &look.field {
            SignatureDraft::in_existing_field::<Vec<u8>>(&pdf, field, None)?
        } else {
            let field_name = format!("akashi-{}", now.as_millisecond());
            let field = NewField {
                name: &field_name,
                label: "署名",
                appearance: shown
                    .as_ref()
                    .map(|(place, document)| (*place, Drawing { document, page: 0 })),
            };
            SignatureDraft::new(&pdf, &field)?
        };
        if let Some(bytes) = reserve {
            draft = draft.reserve(bytes);
        }
        let details = SignatureDetails {
            name: Some(name.to_owned()),
            reason: look.reason.clone(),
            location: look.location.clone(),
            ..SignatureDetails::default()
        };
        Ok(draft
            .with_details(details)
            .prepare(signer, now, self.workshop.seed())?)
    }

    async fn stamped(&self, signed: Signed) -> anyhow::Result<Made> {
        let mut made = Made {
            signed,
            subject: String::new(),
            stamped_at: None,
        };
        // A signature that was made whole elsewhere may bring its time-stamp along.
        if self.level >= Level::T && made.signed.level() < BaselineLevel::T {
            self.arguments.output.progress("asking for the time-stamp");
            let token = self.workshop.stamp(made.signed.time_stamp_imprint()).await?;
            made.stamped_at = Some(TimeStampToken::parse(&token)?.info().gen_time);
            made.signed = made.signed.embed_token(&token)?;
        }
        Ok(made)
    }
}

/// More than was needed, for the next token.
const SPARE_BYTES: usize = 1024;
/// Room in a pending signature: for a token with the certificates of any authority met so far.
const PENDING_BYTES: usize = 32 * 1024;

/// The level that was asked for, or the highest that needs no further word.
fn level(arguments: &Arguments, workshop: &Workshop, is_of_installation: bool) -> Level {
    let stamps = is_of_installation || workshop.can_stamp();
    arguments
        .level
        .unwrap_or(if stamps { Level::T } else { Level::B })
}

fn algorithm(
    certificate: &akashi_pki::Certificate,
    arguments: &Arguments,
) -> anyhow::Result<SignatureAlgorithm> {
    match certificate.public_key().kind() {
        PublicKeyKind::Rsa { .. } => Ok(arguments.key.rsa_scheme.algorithm()),
        PublicKeyKind::Ec(akashi_pki::Curve::P256) => Ok(SignatureAlgorithm::ECDSA_SHA256),
        PublicKeyKind::Ec(akashi_pki::Curve::P384) => Ok(SignatureAlgorithm::ECDSA_SHA384),
        other => anyhow::bail!("keys of this kind cannot sign here: {other:?}"),
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
