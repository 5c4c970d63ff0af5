//! `akashi sign`: one signature of level B-T, appended to a copy of the file.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use akashi_app::Ports;
use akashi_app::domain::contract::EvidenceGrade;
use akashi_app::domain::{EmailAddress, OrganizationName, PartyId, PersonName, UtcTime};
use akashi_app::ports::{MailMode, SignerSubject};
use akashi_pades::{
    BaselineLevel, Drawing, NewField, Placement, SignatureDetails, SignatureDraft, Signed, SignerIdentity,
};
use akashi_pdf::{Document, Limits};
use akashi_pki::{Certificate, Signer, SigningKey};
use akashi_tsp::TimeStampToken;
use akashi_typeset::{Appearance, Content, FontBook, Language, Mark, Seal, SignatureBlock, draw_act};
use akashi_validation::{Trust, judge};
use anyhow::Context as _;

use crate::config::Config;
use crate::wiring::Installation;

/// Signs a PDF with this installation's authority, and time-stamps it.
///
/// With a name and an address the certificate is made for that person and for this one signature; the key is
/// destroyed afterwards. Without them the installation's own seal signs.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The PDF. It is not changed.
    file: PathBuf,
    /// The signed copy; `FILE-signed.pdf` beside the file if left out.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Replace a file that is there already.
    #[arg(long)]
    force: bool,
    /// The person who signs.
    #[arg(long, requires = "email")]
    name: Option<String>,
    /// The organization for which the person acts.
    #[arg(long, requires = "name")]
    organization: Option<String>,
    /// The person's mail address.
    #[arg(long, requires = "name")]
    email: Option<String>,
    /// Why it is signed.
    #[arg(long)]
    reason: Option<String>,
    /// Sign in this empty signature field of the file.
    #[arg(long, conflicts_with = "visible")]
    field: Option<String>,
    /// Show the signature: page from 1, then left, top, width and height in points from the page's top left.
    #[arg(long, value_name = "PAGE,X,Y,W,H")]
    visible: Option<Place>,
}

/// Where a visible signature stands.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place(Placement);

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "expected page,x,y,width,height";
        let (page, rest) = text.split_once(',').ok_or(FORM)?;
        let page: usize = page.trim().parse().map_err(|_| FORM)?;
        let numbers: Result<Vec<f64>, _> = rest.split(',').map(|number| number.trim().parse()).collect();
        let Ok([x, y, width, height]) = <[f64; 4]>::try_from(numbers.map_err(|_| FORM)?) else {
            return Err(FORM);
        };
        let page = page.checked_sub(1).ok_or("pages are counted from 1")?;
        Ok(Self(Placement {
            page,
            x,
            y,
            width,
            height,
        }))
    }
}

/// Who signs.
struct Identity {
    name: String,
    lines: Vec<String>,
    certificate: Certificate,
    issuers: Vec<Certificate>,
    key: std::sync::Arc<SigningKey>,
}

pub(crate) async fn run(mut config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let out = arguments.out.clone().unwrap_or_else(|| beside(&arguments.file));
    anyhow::ensure!(
        arguments.force || !out.exists(),
        "{} is there already; --force replaces it",
        out.display()
    );
    let file =
        fs::read(&arguments.file).with_context(|| format!("{} cannot be read", arguments.file.display()))?;
    let installation = Installation::open(&mut config).await?;
    let tolerance = installation.settings().clock_tolerance;
    let ports = &installation.ports;
    let now = ports.clock.now();
    let identity = identity(ports, &arguments, now).await?;
    let signed = signed(&file, &arguments, &identity, ports, now)?;
    let token = ports.time_stamps.stamp(signed.time_stamp_imprint()).await?;
    let stamped_at = TimeStampToken::parse(&token)?.info().gen_time;
    let difference = stamped_at.duration_since(now).unsigned_abs();
    anyhow::ensure!(
        difference <= tolerance,
        "this machine's clock differs by {} s from the time-stamp",
        difference.as_secs()
    );
    let signed = signed.embed_token(&token)?;
    anyhow::ensure!(
        signed.level() == BaselineLevel::T,
        "the signature did not reach level B-T"
    );
    let mut whole = file;
    whole.extend_from_slice(&signed.into_revision().bytes);
    check(&whole, &ports.authority.trust_anchors(), ports.clock.now())?;
    write(&out, &whole, arguments.force)?;
    println!(
        "{}: signed by {}, time-stamped {stamped_at:.0}",
        out.display(),
        identity.certificate.subject()
    );
    installation.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn identity(ports: &Ports, arguments: &Arguments, now: UtcTime) -> anyhow::Result<Identity> {
    let (Some(name), Some(email)) = (&arguments.name, &arguments.email) else {
        let seal = ports.authority.seal(now).await?;
        return Ok(Identity {
            name: seal.certificate.subject().to_string(),
            lines: Vec::new(),
            certificate: seal.certificate,
            issuers: seal.issuers,
            key: seal.key,
        });
    };
    let mut random = [0_u8; 10];
    ports.entropy.fill(&mut random);
    let unix_ms = u64::try_from(now.as_millisecond()).unwrap_or_default();
    let organization = arguments.organization.as_deref().map(OrganizationName::parse);
    let subject = SignerSubject {
        party_id: PartyId::from_parts(unix_ms, random),
        name: PersonName::parse(name).context("--name")?,
        organization: organization.transpose().context("--organization")?,
        email: EmailAddress::parse(email).context("--email")?,
        grade: EvidenceGrade::Mail,
        is_trial: ports.mailer.mode() == MailMode::Trial,
    };
    let signer = ports.authority.one_time(&subject, now).await?;
    Ok(Identity {
        name: subject.name.to_string(),
        lines: subject.organization.iter().map(ToString::to_string).collect(),
        certificate: signer.certificate,
        issuers: signer.issuers,
        key: std::sync::Arc::new(signer.key),
    })
}

/// The signature without its time-stamp.
fn signed(
    file: &[u8],
    arguments: &Arguments,
    identity: &Identity,
    ports: &Ports,
    now: UtcTime,
) -> anyhow::Result<Signed> {
    let pdf = Document::open(file, &Limits::default()).context("the file cannot be used")?;
    let appearance = match arguments.visible {
        Some(Place(place)) => Some((place, appearance(identity, place, now)?)),
        None => None,
    };
    let draft = if let Some(field) = &arguments.field {
        SignatureDraft::in_existing_field::<Vec<u8>>(&pdf, field, None)?
    } else {
        let name = format!("akashi-{}", now.as_millisecond());
        let field = NewField {
            name: &name,
            label: "署名",
            appearance: appearance
                .as_ref()
                .map(|(place, document)| (*place, Drawing { document, page: 0 })),
        };
        SignatureDraft::new(&pdf, &field)?
    };
    let details = SignatureDetails {
        name: Some(identity.name.clone()),
        reason: arguments.reason.clone(),
        ..SignatureDetails::default()
    };
    let signer = SignerIdentity {
        certificate: identity.certificate.clone(),
        issuers: identity.issuers.clone(),
        algorithm: identity.key.signature_algorithm(),
    };
    let mut seed = [0_u8; 32];
    ports.entropy.fill(&mut seed);
    let prepared = draft.with_details(details).prepare(&signer, now, seed)?;
    let value = identity.key.sign(prepared.to_be_signed())?;
    Ok(prepared.embed(&value)?)
}

/// The signer's seal beside name and time.
#[expect(clippy::cast_possible_truncation, reason = "points on a page")]
fn appearance(identity: &Identity, place: Placement, now: UtcTime) -> anyhow::Result<Document<Vec<u8>>> {
    let fonts = FontBook::embedded();
    // A name that fits no seal is written without one.
    let seal = Seal::round(&fonts, &identity.name).ok();
    let block = SignatureBlock {
        mark: seal.map(Mark::Seal),
        name: identity.name.clone(),
        signed_at: now,
        lines: identity.lines.clone(),
        language: Language::Japanese,
    };
    let drawing = draw_act(
        &fonts,
        &[Appearance {
            width: place.width as f32,
            height: place.height as f32,
            content: Content::Signature(block),
        }],
    )
    .context("the signature cannot be drawn")?;
    Ok(Document::open(drawing.pdf, &Limits::default())?)
}

/// Nothing leaves that our own judge, which shares no code with the maker, does not pass.
fn check(file: &[u8], anchors: &[Certificate], now: UtcTime) -> anyhow::Result<()> {
    let document = Document::open(file, &Limits::default())?;
    let report = judge(&document, &Trust::in_roots(anchors), now)?;
    let newest = report.signatures.last();
    anyhow::ensure!(
        newest.is_some_and(|signature| signature.stands_for_whole_document() && signature.is_time_stamped()),
        "the signature did not pass our own validation: {newest:?}"
    );
    Ok(())
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_stem().map(OsString::from).unwrap_or_default();
    name.push("-signed.pdf");
    file.with_file_name(name)
}

/// Writes the whole file or nothing, and never over a file that is there unless that is wanted.
fn write(out: &Path, bytes: &[u8], force: bool) -> anyhow::Result<()> {
    let mut partial = out.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(partial);
    let written = (|| {
        let mut file = fs::File::create_new(&partial)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if force {
            fs::rename(&partial, out)
        } else {
            // Unlike a rename, a link fails where a file has appeared meanwhile.
            fs::hard_link(&partial, out).and_then(|()| fs::remove_file(&partial))
        }
    })();
    if written.is_err() {
        // What is left of an attempt that failed already; its own failure adds nothing.
        fs::remove_file(&partial).ok();
    }
    written.with_context(|| format!("{} cannot be written", out.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_odd_ones_refused() {
        let place: Place = "2, 60,700.5,180,60".parse().unwrap();
        assert_eq!((place.0.page, place.0.y, place.0.width), (1, 700.5, 180.0));
        for text in ["", "1", "1,2,3,4", "1,2,3,4,5,6", "0,1,1,1,1", "x,1,1,1,1"] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_file_that_is_there_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("a.pdf");
        write(&out, b"one", false).unwrap();
        assert!(write(&out, b"two", false).is_err());
        assert_eq!(fs::read(&out).unwrap(), b"one");
        write(&out, b"two", true).unwrap();
        assert_eq!(fs::read(&out).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(
            beside(Path::new("/x/契約書.pdf")),
            Path::new("/x/契約書-signed.pdf")
        );
    }
}
