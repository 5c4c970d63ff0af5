//! Authorities that live for decades, and a clock that the tests move.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use akashi_pades::{
    AppendedRevision, BaselineLevel, HashState, LongTermDraft, NewField, RevisionHash, SignatureDraft,
    SignerIdentity, ValidationMaterial, ValidationNeeds,
};
use akashi_pki::ocsp::{CertificateStatus, OcspRequest, OcspResponder, OcspResponse, ResponsePeriod};
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DigestAlgorithm, DistinguishedName, KeyAlgorithm,
    OneTimeSubject, Revocation, RevocationList, RevocationListPeriod, SerialNumber, Signer, SigningKey,
    TIME_STAMP_POLICY, TrustAnchor, Validity,
};
use akashi_tsp::{TimeStampRequest, TimeStampResponder};
use akashi_validation::Trust;
use jiff::{SignedDuration, Timestamp};

use crate::paper::open;

pub(crate) const CRL_URI: &str = "http://ca.example/issuer.crl";

/// Everything that signs.
pub(crate) struct World {
    pub(crate) root: CertificateAuthority,
    issuer: CertificateAuthority,
    /// The authorities above the time-stamp authorities, with the end of what they issued: each generation has its own, as
    /// with real providers.
    tsa_issuers: Mutex<Vec<(Timestamp, CertificateAuthority)>>,
    hierarchy: Hierarchy,
    counter: AtomicU64,
}

/// What stands above the certificates of persons and of each generation of time-stamp authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hierarchy {
    /// Issuing authorities below one root, one for the persons and one for each generation.
    Issuers,
    /// Roots that issue the certificates themselves, one for the persons and one for each generation.
    Roots,
}

/// A time-stamp authority with one certificate; it is replaced by another before that ends.
pub(crate) struct Tsa {
    pub(crate) responder: TimeStampResponder,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

pub(crate) fn name(text: &str) -> DistinguishedName {
    DistinguishedName::builder()
        .country("JP")
        .unwrap()
        .common_name(text)
        .unwrap()
        .build()
}

fn key() -> Arc<SigningKey> {
    Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap())
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_hierarchy(Hierarchy::Issuers)
    }

    pub(crate) fn with_hierarchy(hierarchy: Hierarchy) -> Self {
        let validity = Validity {
            not_before: at("2020-01-01T00:00:00Z"),
            not_after: at("2090-01-01T00:00:00Z"),
        };
        let template = CertificateTemplate::root(name("長期 ルート"), validity);
        let root =
            CertificateAuthority::self_signed(&template, &SerialNumber::from_random([1; 16]), key()).unwrap();
        let issuer_key = key();
        let serial = SerialNumber::from_random([2; 16]);
        let title = name("長期 発行局");
        let issuer = match hierarchy {
            Hierarchy::Issuers => {
                let template = CertificateTemplate::issuing_authority(title, validity)
                    .with_crl_uri("http://ca.example/root.crl");
                let issuer = root.issue(&template, issuer_key.public_key(), &serial).unwrap();
                CertificateAuthority::new(issuer, issuer_key).unwrap()
            }
            Hierarchy::Roots => {
                let template = CertificateTemplate::root(title, validity);
                CertificateAuthority::self_signed(&template, &serial, issuer_key).unwrap()
            }
        };
        Self {
            root,
            issuer,
            tsa_issuers: Mutex::new(Vec::new()),
            hierarchy,
            counter: AtomicU64::new(10),
        }
    }

    pub(crate) fn anchors(&self) -> Vec<TrustAnchor> {
        self.roots().iter().map(TrustAnchor::from_certificate).collect()
    }

    /// Never the same twice.
    pub(crate) fn seed(&self) -> [u8; 32] {
        let number = self.counter.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let mut seed = [7; 32];
        seed[..8].copy_from_slice(&number);
        seed
    }

    pub(crate) fn serial(&self) -> SerialNumber {
        let mut random = [1; 16];
        random[8..].copy_from_slice(&self.seed()[..8]);
        SerialNumber::from_random(random)
    }

    /// An authority whose certificate is valid from `from` for `years` years.
    pub(crate) fn tsa(&self, from: Timestamp, years: i64) -> Tsa {
        let issuer_key = key();
        let validity = Validity {
            not_before: from,
            not_after: from + days(365 * years),
        };
        // The authority above lives longer than what it issued; nobody asks it then.
        let long = Validity {
            not_before: from,
            not_after: at("2089-01-01T00:00:00Z"),
        };
        let title = name(&format!("長期 時刻認証 {}", from.strftime("%Y")));
        let (issuer, chain) = match self.hierarchy {
            Hierarchy::Issuers => {
                let template = CertificateTemplate::issuing_authority(title, long)
                    .with_crl_uri("http://ca.example/root.crl");
                let issuer = self
                    .root
                    .issue(&template, issuer_key.public_key(), &self.serial())
                    .unwrap();
                let chain = vec![issuer.clone(), self.root.certificate().clone()];
                (CertificateAuthority::new(issuer, issuer_key).unwrap(), chain)
            }
            Hierarchy::Roots => {
                let template = CertificateTemplate::root(title, long);
                let issuer =
                    CertificateAuthority::self_signed(&template, &self.serial(), issuer_key).unwrap();
                let chain = vec![issuer.certificate().clone()];
                (issuer, chain)
            }
        };
        let key = key();
        let template =
            CertificateTemplate::time_stamping(name("長期 時刻認証局"), validity).with_crl_uri(CRL_URI);
        let certificate = issuer.issue(&template, key.public_key(), &self.serial()).unwrap();
        self.tsa_issuers
            .lock()
            .unwrap()
            .push((validity.not_after, issuer));
        Tsa {
            responder: TimeStampResponder::new(certificate, chain, key, TIME_STAMP_POLICY).unwrap(),
        }
    }

    /// What stands above the persons' certificates, from below.
    fn issuers(&self) -> Vec<Certificate> {
        let issuer = self.issuer.certificate().clone();
        if issuer.is_self_issued() {
            return vec![issuer];
        }
        vec![issuer, self.root.certificate().clone()]
    }

    /// A person's certificate, with revocation lists.
    pub(crate) fn signer(&self, from: Timestamp, years: i64) -> (SigningKey, SignerIdentity) {
        let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
        let signer = self.identity(&key, from, years);
        (key, signer)
    }

    /// A person's certificate for this key.
    pub(crate) fn identity(&self, key: &SigningKey, from: Timestamp, years: i64) -> SignerIdentity {
        let validity = Validity {
            not_before: from,
            not_after: from + days(365 * years),
        };
        let template = CertificateTemplate::seal(name("森下 航"), validity)
            .with_crl_uri(CRL_URI)
            .with_ocsp_uri("http://ca.example/ocsp");
        let certificate = self
            .issuer
            .issue(&template, key.public_key(), &self.serial())
            .unwrap();
        SignerIdentity {
            algorithm: key.signature_algorithm(),
            issuers: self.issuers(),
            certificate,
        }
    }

    /// A certificate for one act.
    pub(crate) fn one_time(
        &self,
        subject: &OneTimeSubject<'_>,
        key: &SigningKey,
        now: Timestamp,
    ) -> SignerIdentity {
        let serial_number = self.serial();
        let certificate = self
            .issuer
            .issue_one_time(subject, key.public_key(), &serial_number, now);
        SignerIdentity {
            algorithm: key.signature_algorithm(),
            issuers: self.issuers(),
            certificate: certificate.unwrap(),
        }
    }

    /// The lists of all authorities that still live, made at `made_at`. That of the persons closes after five years.
    pub(crate) fn lists(&self, made_at: Timestamp, revocations: &[Revocation]) -> ValidationMaterial {
        let list = |authority: &CertificateAuthority, revocations: &[Revocation]| -> RevocationList {
            let period = RevocationListPeriod {
                number: u64::try_from(made_at.as_second()).unwrap(),
                this_update: made_at,
                next_update: made_at + days(31),
            };
            authority.issue_revocation_list(period, revocations).unwrap()
        };
        let mut lists = vec![list(&self.root, &[])];
        if made_at < at("2032-01-01T00:00:00Z") {
            lists.push(list(&self.issuer, revocations));
        }
        for (end, issuer) in self.tsa_issuers.lock().unwrap().iter() {
            if made_at < *end {
                lists.push(list(issuer, revocations));
            }
        }
        ValidationMaterial {
            revocation_lists: lists,
            ..ValidationMaterial::default()
        }
    }

    /// The answer of the persons' authority about one of them.
    pub(crate) fn ocsp_answer(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        now: Timestamp,
    ) -> OcspResponse {
        let request = OcspRequest::new(certificate, issuer).to_der();
        let period = ResponsePeriod::new(now, now + days(7));
        let responder = OcspResponder::of_authority(&self.issuer);
        let answer = responder.answer(&request, period, |_| CertificateStatus::Good);
        answer.unwrap()
    }

    /// Signs in a new field: level B-T.
    pub(crate) fn sign(&self, file: &[u8], field: &str, tsa: &Tsa, now: Timestamp) -> Vec<u8> {
        let (key, signer) = self.signer(now - days(10), 3);
        self.sign_as(file, field, &key, &signer, Some(tsa), now)
    }

    pub(crate) fn sign_as(
        &self,
        file: &[u8],
        field: &str,
        key: &SigningKey,
        signer: &SignerIdentity,
        tsa: Option<&Tsa>,
        now: Timestamp,
    ) -> Vec<u8> {
        let document = open(file);
        let field = NewField::<Vec<u8>> {
            name: field,
            label: "",
            appearance: None,
        };
        let draft = SignatureDraft::new(&document, &field).unwrap();
        let prepared = draft.prepare(signer, now, self.seed()).unwrap();
        let value = key.sign(prepared.to_be_signed()).unwrap();
        let mut signed = prepared.embed(&value).unwrap();
        if let Some(tsa) = tsa {
            let imprint = signed.time_stamp_imprint();
            let token = self.token(
                tsa,
                DigestAlgorithm::Sha256,
                &imprint,
                now + SignedDuration::from_secs(2),
            );
            signed = signed.embed_token(&token).unwrap();
            assert_eq!(signed.level(), BaselineLevel::T);
        }
        appended(file, &signed.into_revision())
    }

    pub(crate) fn token(
        &self,
        tsa: &Tsa,
        algorithm: DigestAlgorithm,
        imprint: &[u8],
        now: Timestamp,
    ) -> Vec<u8> {
        let request = TimeStampRequest::new(algorithm, imprint);
        tsa.responder.issue(&request, &self.serial(), now).unwrap()
    }

    /// What the document needs `now`, when the lists of `lists` are known.
    pub(crate) fn needs(&self, file: &[u8], known: &ValidationMaterial, now: Timestamp) -> ValidationNeeds {
        ValidationNeeds::of(&open(file), &self.anchors(), known, now).unwrap()
    }

    /// As [`needs`](Self::needs), before a document time-stamp of that very moment.
    pub(crate) fn needs_before_stamp(
        &self,
        file: &[u8],
        known: &ValidationMaterial,
        now: Timestamp,
    ) -> ValidationNeeds {
        ValidationNeeds::before_time_stamp(&open(file), &self.anchors(), known, now).unwrap()
    }

    /// Adds validation data alone.
    pub(crate) fn add_material(&self, file: &[u8], material: &ValidationMaterial) -> Vec<u8> {
        let document = open(file);
        let draft = LongTermDraft::new(&document).with_material(material);
        appended(file, &draft.write(self.seed()).unwrap().unwrap())
    }

    /// Adds validation data and an archive time-stamp in one update.
    pub(crate) fn archive(
        &self,
        file: &[u8],
        material: &ValidationMaterial,
        tsa: &Tsa,
        now: Timestamp,
    ) -> Vec<u8> {
        let document = open(file);
        let draft = LongTermDraft::new(&document).with_material(material);
        let prepared = draft
            .prepare_time_stamp(DigestAlgorithm::Sha256, self.seed())
            .unwrap();
        let token = self.token(tsa, prepared.algorithm(), prepared.imprint(), now);
        appended(file, &prepared.embed_token(&token).unwrap())
    }

    /// Trust in the root, with the lists of that day.
    pub(crate) fn trust(&self, made_at: Timestamp) -> Trust {
        let lists = self.lists(made_at, &[]).revocation_lists;
        Trust::in_roots(&self.roots()).with_revocation_lists(lists)
    }

    /// All roots.
    pub(crate) fn roots(&self) -> Vec<Certificate> {
        let mut roots = vec![self.root.certificate().clone()];
        let tsa_issuers = self.tsa_issuers.lock().unwrap();
        let issuers = tsa_issuers.iter().map(|(_, issuer)| issuer).chain([&self.issuer]);
        let certificates = issuers.map(CertificateAuthority::certificate);
        roots.extend(certificates.filter(|one| one.is_self_issued()).cloned());
        roots
    }

    pub(crate) fn root_certificate(&self) -> &Certificate {
        self.root.certificate()
    }
}

/// `file` and the revision that was made for it, whose digest must be right.
pub(crate) fn appended(file: &[u8], revision: &AppendedRevision) -> Vec<u8> {
    let whole = [file, &revision.bytes].concat();
    assert_eq!(revision.base_length, file.len() as u64);
    assert_eq!(
        revision.hash,
        RevisionHash::of(whole.as_slice(), HashState::START).unwrap()
    );
    whole
}
