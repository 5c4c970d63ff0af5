//! What one signing act costs here beside the bare signature: `cargo run --release -p akashi-tsp
//! --example signing_cost`.
//!
//! An act makes a key, a one-time certificate (one signature of the authority), the signature itself,
//! the CMS structure and a time-stamp token (one signature of the time-stamp authority).

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use akashi_cms::{SignedAttributes, SignedDataBuilder};
use akashi_pki::{
    CertificateAuthority, CertificateTemplate, DigestAlgorithm, DistinguishedName, EvidencePolicy,
    KeyAlgorithm, OneTimeSubject, SerialNumber, Signer, SigningKey, TIME_STAMP_POLICY, Validity,
};
use akashi_tsp::{Covered, TimeStampRequest, TimeStampResponder, TimeStampToken};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let now = "2026-04-01T00:00:00Z".parse()?;
    let validity = Validity {
        not_before: now,
        not_after: "2036-04-01T00:00:00Z".parse()?,
    };
    let name = |text| {
        Ok::<_, Failure>(
            DistinguishedName::builder()
                .country("JP")?
                .common_name(text)?
                .build(),
        )
    };
    let serial = SerialNumber::from_random([7; 16]);
    let key = || SigningKey::generate(KeyAlgorithm::P256).map(Arc::new);
    let root = CertificateTemplate::root(name("測定ルート")?, validity);
    let authority = CertificateAuthority::self_signed(&root, &serial, key()?)?;
    let stamping_key = key()?;
    let template = CertificateTemplate::time_stamping(name("測定時刻")?, validity);
    let certificate = authority.issue(
        &template,
        stamping_key.public_key(),
        &SerialNumber::from_random([8; 16]),
    )?;
    let tsa = TimeStampResponder::new(
        certificate,
        vec![authority.certificate().clone()],
        stamping_key,
        TIME_STAMP_POLICY,
    )?;
    let subject = OneTimeSubject {
        common_name: "証 太郎",
        organization: Some("株式会社あかし商事"),
        party_id: "pty-01J9ZK",
        mail: Some("taro@example.co.jp"),
        evidence_policy: EvidencePolicy::Mail.oid(),
    };
    let digest = DigestAlgorithm::Sha256.digest(b"document");
    let party = key()?;
    let party_certificate = authority.issue_one_time(&subject, party.public_key(), &serial, now)?;
    let attributes = SignedAttributes::for_data(DigestAlgorithm::Sha256, &digest, &party_certificate);
    let value = party.sign(attributes.to_be_signed())?;
    let request = TimeStampRequest::new(DigestAlgorithm::Sha256, &DigestAlgorithm::Sha256.digest(&value));
    let token = tsa.issue(&request, &serial, now)?;
    let algorithm = party.signature_algorithm();

    report("bare P-256 signature", || {
        Ok(party.sign(attributes.to_be_signed())?)
    })?;
    report("bare P-256 verification", || {
        Ok(party
            .public_key()
            .verify(algorithm, attributes.to_be_signed(), &value)?)
    })?;
    report("key generation", || Ok(SigningKey::generate(KeyAlgorithm::P256)?))?;
    report("one-time certificate (1 signature)", || {
        Ok(authority.issue_one_time(&subject, party.public_key(), &serial, now)?)
    })?;
    report("certificate and CMS (2 signatures)", || {
        let certificate = authority.issue_one_time(&subject, party.public_key(), &serial, now)?;
        let attributes = SignedAttributes::for_data(DigestAlgorithm::Sha256, &digest, &certificate);
        let value = party.sign(attributes.to_be_signed())?;
        let builder = SignedDataBuilder::new(&attributes, &certificate, algorithm)
            .with_certificates([authority.certificate()])
            .with_signature_time_stamp(&token);
        Ok(builder.build(&value))
    })?;
    report("time-stamp token (1 signature)", || {
        Ok(tsa.issue(&request, &serial, now)?)
    })?;
    report("token read and verified", || {
        let facts = TimeStampToken::parse(&token)?.verify(Covered::Message(&value), &[]);
        if facts.is_intact() {
            Ok(facts)
        } else {
            Err("the token does not verify".into())
        }
    })
}

/// Prints the median of many runs in microseconds.
fn report<T>(what: &str, mut run: impl FnMut() -> Result<T, Failure>) -> Result<(), Failure> {
    let mut times = Vec::with_capacity(2000);
    for _ in 0..2000 {
        let start = Instant::now();
        black_box(run()?);
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or(Duration::ZERO);
    println!("{what:40} {:>8.1} µs", median.as_secs_f64() * 1e6);
    Ok(())
}
