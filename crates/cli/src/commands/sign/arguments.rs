//! What the command line of `akashi sign` says.

use std::path::PathBuf;

use akashi_gateway::RsaScheme;

use super::place::Place;
use crate::commands::long_term::{Level, Stamping};
use crate::commands::output::Output;

/// Signs a PDF.
///
/// Without a key of your own the installation signs: with --name and --email by a certificate made for that person
/// and this one signature, otherwise by its seal. With --p12 or --pkcs11 your own key signs, and no installation is
/// needed. With --prepare and --finish the key may be anywhere.
///
/// Ends with 0 if the signed file was written. With 1, 2 (the command line is wrong) or 3 (a time-stamp authority or
/// an address of revocation data did not answer, or the evidence for the level is not to be had yet) nothing was
/// written.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The PDF. It is not changed.
    #[arg(required_unless_present = "finish")]
    pub(super) file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: Output,
    #[command(flatten)]
    pub(super) person: Person,
    #[command(flatten)]
    pub(super) look: Look,
    #[command(flatten)]
    pub(super) key: Key,
    #[command(flatten)]
    pub(super) external: External,
    /// How long the signature must be provable: b (the signature alone), t (with a time-stamp), lt (with the
    /// certificates and revocation data), lta (with an archive time-stamp over all of it). Left out: t, or b for a
    /// key of your own without --tsa.
    #[arg(long)]
    pub(super) level: Option<Level>,
    #[command(flatten)]
    pub(super) stamping: Stamping,
}

/// For whom the installation makes a certificate.
#[derive(Debug, clap::Args)]
pub(super) struct Person {
    /// The person who signs, with a certificate of the installation.
    #[arg(long, requires = "email", conflicts_with_all = ["p12", "pkcs11", "prepare", "finish"])]
    pub(super) name: Option<String>,
    /// The organization for which the person acts.
    #[arg(long, requires = "name")]
    pub(super) organization: Option<String>,
    /// The person's mail address.
    #[arg(long, requires = "name")]
    pub(super) email: Option<String>,
}

/// What the signature says and shows.
#[derive(Debug, clap::Args)]
pub(super) struct Look {
    /// Why it is signed.
    #[arg(long, conflicts_with = "finish")]
    pub(super) reason: Option<String>,
    /// Where it is signed.
    #[arg(long, conflicts_with = "finish")]
    pub(super) location: Option<String>,
    /// Sign in this empty signature field of the file.
    #[arg(long, conflicts_with_all = ["visible", "finish"])]
    pub(super) field: Option<String>,
    /// Show the signature: page from 1, then left, top, width and height in points from the page's top left.
    #[arg(long, value_name = "PAGE,X,Y,W,H", conflicts_with = "finish")]
    pub(super) visible: Option<Place>,
    /// A PNG, with transparency or without, in place of the seal that is drawn from the name.
    #[arg(long, value_name = "PNG", requires = "visible")]
    pub(super) seal: Option<PathBuf>,
}

/// A key of one's own.
#[derive(Debug, clap::Args)]
pub(super) struct Key {
    /// Sign with the key of this PKCS#12 file (.p12, .pfx).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pkcs11", "finish"])]
    pub(super) p12: Option<PathBuf>,
    /// A file that holds the password of --p12, or - for standard input.
    #[arg(long, value_name = "FILE", requires = "p12")]
    pub(super) password_file: Option<PathBuf>,
    /// Sign with a token or card, by this PKCS#11 module.
    #[arg(long, value_name = "MODULE", conflicts_with = "finish")]
    pub(super) pkcs11: Option<PathBuf>,
    /// The label of the token.
    #[arg(long, requires = "pkcs11")]
    pub(super) token: Option<String>,
    /// The serial number of the token.
    #[arg(long, requires = "pkcs11")]
    pub(super) serial: Option<String>,
    /// The number of the token's slot.
    #[arg(long, requires = "pkcs11")]
    pub(super) slot: Option<u64>,
    /// The label of the key.
    #[arg(long, value_name = "LABEL", requires = "pkcs11")]
    pub(super) key: Option<String>,
    /// The id of the key, hexadecimal.
    #[arg(long, value_name = "HEX", requires = "pkcs11")]
    pub(super) key_id: Option<String>,
    /// A file that holds the PIN, or - for standard input. Not needed for tokens with a PIN pad.
    #[arg(long, value_name = "FILE", requires = "pkcs11")]
    pub(super) pin_file: Option<PathBuf>,
    /// The signer's certificate, PEM or DER: for --prepare, and for tokens that hold none.
    #[arg(long, value_name = "FILE", conflicts_with = "p12")]
    pub(super) certificate: Option<PathBuf>,
    /// Files or folders with certificates between the signer's and its root.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(super) issuers: Vec<PathBuf>,
    /// By which scheme an RSA key signs.
    #[arg(long, value_name = "SCHEME", default_value = "pkcs1-sha256", value_parser = rsa_scheme)]
    pub(super) rsa_scheme: RsaScheme,
}

/// A key that this program never sees.
#[derive(Debug, clap::Args)]
pub(super) struct External {
    /// Prepare the signature for the key of --certificate, write it to this file, and print what the key must sign.
    #[arg(long, value_name = "PENDING", requires = "certificate", conflicts_with_all = ["p12", "pkcs11", "finish"])]
    pub(super) prepare: Option<PathBuf>,
    /// With --prepare: write the bytes to be signed (not their digest) to this file, too.
    #[arg(long, value_name = "FILE", requires = "prepare")]
    pub(super) to_be_signed: Option<PathBuf>,
    /// Finish what --prepare wrote.
    #[arg(long, value_name = "PENDING", requires = "answer")]
    pub(super) finish: Option<PathBuf>,
    /// With --finish: a file with the signature value as the key made it (ECDSA as DER).
    #[arg(long, value_name = "FILE", requires = "finish", group = "answer")]
    pub(super) value: Option<PathBuf>,
    /// With --finish: a file with a whole CMS signature over the document's digest, DER.
    #[arg(long, value_name = "FILE", requires = "finish", group = "answer")]
    pub(super) cms: Option<PathBuf>,
}

fn rsa_scheme(text: &str) -> Result<RsaScheme, String> {
    use serde::Deserialize as _;
    use serde::de::IntoDeserializer as _;
    RsaScheme::deserialize(text.into_deserializer())
        .map_err(|error: serde::de::value::Error| error.to_string())
}
