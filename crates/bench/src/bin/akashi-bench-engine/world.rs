//! Keys, certificates and revocation lists of a run, and the small paper; in a folder, where the rivals find them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use akashi_pades::SignerIdentity;
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DistinguishedName, KeyAlgorithm, RevocationList,
    RevocationListPeriod, SerialNumber, Signer, SigningKey, TIME_STAMP_POLICY, Validity,
};
use akashi_tsp::TimeStampResponder;
use akashi_validation::Trust;
use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};

use crate::{clock, paper};

/// A key with what belongs to it.
pub(crate) struct Identity {
    pub(crate) key: SigningKey,
    /// The key once more, for the library itself.
    pub(crate) pkcs8: Vec<u8>,
    pub(crate) signer: SignerIdentity,
}

/// Everything that the work needs, in memory.
pub(crate) struct World {
    pub(crate) now: Timestamp,
    /// A contract of 100 KB.
    pub(crate) paper: Vec<u8>,
    pub(crate) p256: Identity,
    pub(crate) rsa: Identity,
    pub(crate) authority: TimeStampResponder,
    pub(crate) root: Certificate,
    pub(crate) issuing: Certificate,
    pub(crate) lists: Vec<RevocationList>,
}

/// Where the small paper lies.
pub(crate) const PAPER: &str = "paper.pdf";
const LISTS: [&str; 2] = ["root.crl.der", "issuing.crl.der"];

/// Makes the keys and papers of a run in a folder.
///
/// # Errors
/// The library has no entropy, or the folder cannot be written.
pub(crate) fn make(folder: &Path) -> anyhow::Result<()> {
    let now = clock::now()?;
    let validity = Validity {
        not_before: now - SignedDuration::from_hours(24),
        not_after: now + SignedDuration::from_hours(24 * 3650),
    };
    let period = RevocationListPeriod {
        number: 1,
        this_update: now - SignedDuration::from_hours(1),
        next_update: now + SignedDuration::from_hours(24 * 30),
    };
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes);

    let root_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256)?);
    let template = CertificateTemplate::root(name("Benchmark root")?, validity);
    let root = CertificateAuthority::self_signed(&template, &serial(1), root_key)?;
    let issuing_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256)?);
    let template = CertificateTemplate::issuing_authority(name("Benchmark CA")?, validity)
        .with_crl_uri("http://ca.example/root.crl");
    let certificate = root.issue(&template, issuing_key.public_key(), &serial(2))?;
    let issuing = CertificateAuthority::new(certificate, issuing_key)?;
    write("root.cert.der", root.certificate().as_der())?;
    write("issuing.cert.der", issuing.certificate().as_der())?;
    for (authority, file) in [&root, &issuing].into_iter().zip(LISTS) {
        write(file, authority.issue_revocation_list(period, &[])?.as_der())?;
    }
    let listed = |template: CertificateTemplate| template.with_crl_uri("http://ca.example/issuing.crl");
    let certified = [
        (
            "p256",
            KeyAlgorithm::P256,
            CertificateTemplate::seal(name("Benchmark seal")?, validity),
        ),
        (
            "rsa",
            KeyAlgorithm::Rsa3072,
            CertificateTemplate::seal(name("Benchmark RSA seal")?, validity),
        ),
        (
            "tsa",
            KeyAlgorithm::P256,
            CertificateTemplate::time_stamping(name("Benchmark TSA")?, validity),
        ),
    ];
    for (number, (file, algorithm, template)) in (3..).zip(certified) {
        let key = SigningKey::generate(algorithm)?;
        let certificate = issuing.issue(&listed(template), key.public_key(), &serial(number))?;
        write(&format!("{file}.key.der"), &key.to_pkcs8()?)?;
        write(&format!("{file}.cert.der"), certificate.as_der())?;
    }
    write(PAPER, &paper::contract())?;
    Ok(())
}

impl World {
    /// Reads what [`make`] wrote.
    ///
    /// # Errors
    /// Something is missing.
    pub(crate) fn load(folder: &Path) -> anyhow::Result<Self> {
        let read = |name: &str| fs::read(folder.join(name)).with_context(|| name.to_owned());
        let certificate = |name: &str| -> anyhow::Result<Certificate> {
            Ok(Certificate::from_der(&read(&format!("{name}.cert.der"))?)?)
        };
        let (root, issuing) = (certificate("root")?, certificate("issuing")?);
        let chain = vec![issuing.clone(), root.clone()];
        let identity = |name: &str| -> anyhow::Result<Identity> {
            let pkcs8 = read(&format!("{name}.key.der"))?;
            let key = SigningKey::from_pkcs8(&pkcs8)?;
            let signer = SignerIdentity {
                certificate: certificate(name)?,
                issuers: chain.clone(),
                algorithm: key.signature_algorithm(),
            };
            Ok(Identity { key, pkcs8, signer })
        };
        let tsa = identity("tsa")?;
        let authority = TimeStampResponder::new(
            tsa.signer.certificate,
            chain.clone(),
            Arc::new(tsa.key),
            TIME_STAMP_POLICY,
        )?;
        let lists = LISTS
            .iter()
            .map(|name| Ok(RevocationList::from_der(&read(name)?)?))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            now: clock::now()?,
            paper: read(PAPER)?,
            p256: identity("p256")?,
            rsa: identity("rsa")?,
            authority,
            root,
            issuing,
            lists,
        })
    }

    /// Trust in the root, and nothing known but what a file brings.
    pub(crate) fn trust_in_root(&self) -> Trust {
        Trust::in_roots([&self.root]).with_revocation_lists([])
    }

    /// Trust in the root, with the lists of today.
    pub(crate) fn trust_with_lists(&self) -> Trust {
        Trust::in_roots([&self.root]).with_revocation_lists(self.lists.iter().cloned())
    }
}

fn name(text: &str) -> anyhow::Result<DistinguishedName> {
    Ok(DistinguishedName::builder().common_name(text)?.build())
}

fn serial(number: u8) -> SerialNumber {
    SerialNumber::from_random([number; 16])
}
