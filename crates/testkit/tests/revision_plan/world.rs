//! A small PKI, a time-stamp authority, and the parties of the contracts in these tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use akashi_pades::{
    AppendedRevision, BaselineLevel, HashState, NewField, SignatureDetails, SignatureDraft, SignerIdentity,
};
use akashi_pdf::{Document, Limits, ReadAt};
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DigestAlgorithm, DistinguishedName,
    EvidencePolicy, KeyAlgorithm, OneTimeSubject, SerialNumber, Signer, SigningKey, TIME_STAMP_POLICY,
    Validity,
};
use akashi_tsp::{TimeStampRequest, TimeStampResponder};
use akashi_typeset::FontBook;
use jiff::Timestamp;

use crate::contract::Kit;

/// Everything that signs.
pub(crate) struct World {
    pub(crate) root: Certificate,
    pub(crate) tsa: TimeStampResponder,
    pub(crate) book: FontBook,
    pub(crate) kit: Kit,
    issuer: CertificateAuthority,
    counter: AtomicU8,
}

/// When the contracts are signed.
pub(crate) fn now() -> Timestamp {
    "2026-11-20T01:23:45Z".parse().unwrap()
}

/// When they are judged: the day after.
pub(crate) fn judged_at() -> Timestamp {
    "2026-11-21T00:00:00Z".parse().unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        let validity = Validity {
            not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2046-01-01T00:00:00Z".parse().unwrap(),
        };
        let name = |text: &str| {
            DistinguishedName::builder()
                .country("JP")
                .unwrap()
                .common_name(text)
                .unwrap()
                .build()
        };
        let key = || Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
        let serial = |number: u8| SerialNumber::from_random([number; 16]);
        let root = CertificateTemplate::root(name("証 テスト ルート"), validity);
        let root = CertificateAuthority::self_signed(&root, &serial(1), key()).unwrap();
        let issuer_key = key();
        let template = CertificateTemplate::issuing_authority(name("証 テスト 発行局"), validity);
        let issuer = root
            .issue(&template, issuer_key.public_key(), &serial(2))
            .unwrap();
        let issuer = CertificateAuthority::new(issuer, issuer_key).unwrap();
        let tsa_key = key();
        let template = CertificateTemplate::time_stamping(name("証 テスト 時刻認証局"), validity);
        let tsa = root.issue(&template, tsa_key.public_key(), &serial(3)).unwrap();
        let chain = vec![root.certificate().clone()];
        let book = FontBook::embedded();
        Self {
            kit: Kit::new(&book),
            tsa: TimeStampResponder::new(tsa, chain, tsa_key, TIME_STAMP_POLICY).unwrap(),
            root: root.certificate().clone(),
            book,
            issuer,
            counter: AtomicU8::new(10),
        }
    }

    /// Never the same twice.
    pub(crate) fn seed(&self) -> [u8; 32] {
        [self.counter.fetch_add(1, Ordering::Relaxed); 32]
    }

    fn serial(&self) -> SerialNumber {
        let [first, second, ..] = self.seed();
        SerialNumber::from_random([0x40, first, second, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, first])
    }

    /// A key for one act, with its certificate.
    pub(crate) fn one_time(&self, name: &str, party: &str) -> (SigningKey, SignerIdentity) {
        let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
        let subject = OneTimeSubject {
            common_name: name,
            organization: None,
            party_id: party,
            mail: Some("taro@example.jp"),
            evidence_policy: EvidencePolicy::Mail.oid(),
        };
        let certificate = self
            .issuer
            .issue_one_time(&subject, key.public_key(), &self.serial(), now())
            .unwrap();
        let issuers = vec![self.issuer.certificate().clone(), self.root.clone()];
        let identity = SignerIdentity {
            certificate,
            issuers,
            algorithm: key.signature_algorithm(),
        };
        (key, identity)
    }

    /// Finishes a draft to level B-T.
    pub(crate) fn finish<R: ReadAt>(
        &self,
        draft: SignatureDraft<'_, R>,
        name: &str,
        party: &str,
    ) -> AppendedRevision {
        let (key, signer) = self.one_time(name, party);
        let details = SignatureDetails {
            name: Some(name.to_owned()),
            reason: Some("本契約に合意し署名する".to_owned()),
            ..SignatureDetails::default()
        };
        let prepared = draft
            .with_details(details)
            .prepare(&signer, now(), self.seed())
            .unwrap();
        let value = key.sign(prepared.to_be_signed()).unwrap();
        let signed = prepared.embed(&value).unwrap();
        let token = self.token(&signed.time_stamp_imprint());
        let signed = signed.embed_token(&token).unwrap();
        assert_eq!(signed.level(), BaselineLevel::T);
        signed.into_revision()
    }

    /// A time-stamp token over an imprint.
    pub(crate) fn token(&self, imprint: &[u8; 32]) -> Vec<u8> {
        let request = TimeStampRequest::new(DigestAlgorithm::Sha256, imprint);
        self.tsa.issue(&request, &self.serial(), now()).unwrap()
    }

    /// The file with an invisible signature in a new field.
    pub(crate) fn sign_plainly(&self, file: &[u8], field: &str) -> Vec<u8> {
        let document = open(file);
        let field = NewField::<Vec<u8>> {
            name: field,
            label: "",
            appearance: None,
        };
        let revision = self.finish(
            SignatureDraft::new(&document, &field).unwrap(),
            "株式会社みなと",
            "pty-seal",
        );
        appended(file, &revision)
    }
}

pub(crate) fn open(file: &[u8]) -> Document<&[u8]> {
    Document::open(file, &Limits::default()).unwrap()
}

/// `file` and the revision that was made for it, whose digest must be right.
pub(crate) fn appended(file: &[u8], revision: &AppendedRevision) -> Vec<u8> {
    let whole = [file, &revision.bytes].concat();
    assert_eq!(revision.base_length, file.len() as u64);
    assert_eq!(
        revision.hash.sha256.to_vec(),
        DigestAlgorithm::Sha256.digest(&whole)
    );
    assert_eq!(
        revision.hash,
        akashi_pades::RevisionHash::of(whole.as_slice(), HashState::START).unwrap()
    );
    whole
}
