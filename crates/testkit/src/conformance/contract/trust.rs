//! What an organization trusts, and with which key it signs.

use std::sync::Arc;

use akashi_app::Error;
use akashi_app::ports::{Clock as _, SealError, ServiceSeal};
use akashi_app::trust::{CertificateProblem, SealWarning};
use akashi_app::verify::Outcome;
use akashi_domain::contract::{HoldReason, StateKind, WitnessKey};
use akashi_domain::{Language, PartyState, Role, SealSource, TrustPurpose};
use akashi_pki::{
    Certificate, CertificateTemplate, DistinguishedName, KeyAlgorithm, Signer as _, SigningKey, Validity,
};
use jiff::SignedDuration;
use secrecy::SecretString;

use super::deal::{ANNA, Deal, MAKOTO, NAOKI};
use crate::conformance::account::town::Town;
use crate::conformance::store::StorePorts;
use crate::fakes::{MemorySeals, TestAuthority};

/// A seal of a company, below an authority that nobody here knows yet.
struct Company {
    key: SigningKey,
    certificate: Certificate,
    issuers: Vec<Certificate>,
}

impl Company {
    fn new(town: &Town) -> Self {
        let now = town.clock.now();
        let authority = TestAuthority::new(now);
        let key = SigningKey::generate(KeyAlgorithm::P256).expect("a key");
        let name = DistinguishedName::builder().country("JP").expect("a country");
        let name = name.common_name("株式会社みなと製作所").expect("a name").build();
        let validity = Validity {
            not_before: now - SignedDuration::from_hours(24),
            not_after: now + SignedDuration::from_hours(24 * 700),
        };
        let template = CertificateTemplate::seal(name, validity);
        let certificate = authority.issue(&template, key.public_key());
        Self {
            key,
            certificate,
            issuers: authority.issuers(),
        }
    }

    fn root_pem(&self) -> String {
        self.issuers.last().expect("a root").to_pem()
    }

    fn upload(&self) -> Vec<u8> {
        let mut chain = vec![self.certificate.clone()];
        chain.extend(self.issuers.clone());
        MemorySeals::upload(&self.key, &chain)
    }
}

fn password() -> SecretString {
    MemorySeals::PASSWORD.to_owned().into()
}

/// A root counts from the moment it is added until it is removed; putting it back is one act, and each act is told.
pub async fn roots_are_added_removed_and_put_back(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let (app, caller) = (&town.app, &founder.caller);
    let company = Company::new(&town);
    let own = async || {
        let all = app.trusted(caller).await.expect("is shown");
        let own = all.into_iter().filter(|entry| entry.added_at.is_some());
        own.collect::<Vec<_>>()
    };
    let pem = company.root_pem();
    let add = async |pem: &str| app.trust(caller, TrustPurpose::Root, pem.as_bytes()).await;
    assert_eq!(add(&pem).await.expect("is added"), 1);
    assert_eq!(add(&pem).await.expect("is there already"), 0);
    let [entry] = own().await.try_into().expect("one");
    assert_eq!((entry.name.as_str(), entry.removed_at), ("TEST Root CA", None));
    town.wait(SignedDuration::from_secs(1));
    app.distrust(caller, entry.purpose, entry.sha256)
        .await
        .expect("is removed");
    town.wait(SignedDuration::from_secs(1));
    assert!(own().await[0].removed_at.is_some());
    app.trust_again(caller, entry.purpose, entry.sha256)
        .await
        .expect("is put back");
    assert_eq!(own().await[0].removed_at, None);
    let told = app.organization_history(caller).await.expect("is told");
    let told: Vec<&str> = told.iter().map(|entry| entry.event.what.name()).collect();
    assert_eq!(told, ["trust_added", "trust_removed", "trust_added"]);

    let member = town
        .settle(caller, "nakamura@minato.example", Role::Member)
        .await
        .caller;
    for refused in [
        app.trusted(&member).await.map(drop),
        app.distrust(&member, entry.purpose, entry.sha256).await,
        app.seal_in_use(&member).await.map(drop),
        app.upload_seal(&member, &company.upload(), &password()).await,
        app.choose_one_time_certificates(&member).await,
    ] {
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
}

/// Each mistake has a name, and nothing is stored.
pub async fn what_is_no_root_is_refused_by_name(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let (app, caller) = (&town.app, &founder.caller);
    let company = Company::new(&town);
    let with_key = String::from_utf8(company.upload()).expect("PEM");
    let signer = company.certificate.to_pem();
    let many = vec![b'x'; 300 * 1024];
    for (file, expected) in [
        (b"".as_slice(), "the file holds no certificate"),
        (b"%PDF-1.7", "the file holds no certificate"),
        (b"\x30\x82\xff\xff", "the file holds no certificate"),
        (many.as_slice(), "the file is larger than 262144 bytes"),
        (with_key.as_bytes(), "the file holds a private key"),
    ] {
        let refused = app.trust(caller, TrustPurpose::Root, file).await;
        let Err(Error::Certificate(problem)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(problem.to_string(), expected);
    }
    let refused = app.trust(caller, TrustPurpose::Root, signer.as_bytes()).await;
    assert!(
        matches!(
            refused,
            Err(Error::Certificate(CertificateProblem::NotAnAuthority { .. }))
        ),
        "{refused:?}"
    );
    let stamps = TrustPurpose::AccreditedTimeStamps;
    let added = app.trust(caller, stamps, company.certificate.as_der()).await;
    assert_eq!(
        added.expect("an authority may be listed by its own certificate"),
        1
    );
    let all = app.trusted(caller).await.expect("is shown");
    assert_eq!(all.iter().filter(|entry| entry.added_at.is_some()).count(), 1);
}

async fn signed_by_all(deal: &Deal) {
    for address in [ANNA, NAOKI, MAKOTO] {
        deal.sign(address).await;
        deal.work().await;
    }
}

async fn keys(deal: &Deal) -> Vec<(WitnessKey, String)> {
    let contract = deal.contract().await;
    let signatures = contract
        .parties
        .into_iter()
        .filter_map(|party| match party.state {
            PartyState::Signed { mut signatures, .. } => signatures.pop(),
            _ => None,
        });
    signatures
        .map(|signature| (signature.key, signature.certificate_subject))
        .collect()
}

/// With a stored key every signature and the evidence sheet bear its certificate; afterwards the installation's again.
pub async fn a_fixed_seal_signs_and_seals(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let (app, caller) = (&deal.town.app, &deal.sender);
    let company = Company::new(&deal.town);
    let root = company.root_pem();
    app.trust(caller, TrustPurpose::Root, root.as_bytes())
        .await
        .expect("is trusted");
    app.upload_seal(caller, &company.upload(), &password())
        .await
        .expect("is taken");
    let view = app.seal_in_use(caller).await.expect("is shown");
    assert_eq!((view.source, view.warning.clone()), (SealSource::Uploaded, None));
    assert!(view.subject.contains("株式会社みなと製作所"), "{}", view.subject);
    signed_by_all(&deal).await;
    deal.expect_concluded().await;
    let keys = keys(&deal).await;
    assert_eq!(keys.len(), 3);
    assert!(
        keys.iter()
            .all(|(key, subject)| *key == WitnessKey::FixedSeal && *subject == view.subject)
    );

    app.choose_one_time_certificates(caller).await.expect("goes back");
    let view = app.seal_in_use(caller).await.expect("is shown");
    assert_eq!(view.source, SealSource::Installation);
    assert_eq!(
        ports
            .trust
            .seal_choice(&deal.tenant())
            .await
            .expect("answers")
            .expect("a choice")
            .kept,
        None
    );
}

/// The sample is judged before anything is stored.
pub async fn a_seal_that_nobody_trusts_is_refused(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let (app, caller) = (&town.app, &founder.caller);
    let company = Company::new(&town);
    let refused = app.upload_seal(caller, &company.upload(), &password()).await;
    assert!(matches!(refused, Err(Error::SealUntrusted)), "{refused:?}");
    let refused = app
        .upload_seal(caller, &company.upload(), &"wrong".to_owned().into())
        .await;
    assert!(
        matches!(refused, Err(Error::SealRefused(SealError::Pkcs12(_)))),
        "{refused:?}"
    );
    let refused = app.choose_configured_seal(caller).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    let view = app.seal_in_use(caller).await.expect("is shown");
    assert_eq!(
        (view.source, view.chosen_at, view.is_configured),
        (SealSource::Installation, None, false)
    );
}

/// A configured key that has ended, or is not there any more, holds contracts back instead of another key signing.
pub async fn a_seal_that_is_gone_makes_contracts_wait(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let (app, caller) = (&deal.town.app, &deal.sender);
    let company = Company::new(&deal.town);
    app.trust(caller, TrustPurpose::Root, company.root_pem().as_bytes())
        .await
        .expect("is trusted");
    deal.town.seals.configure(ServiceSeal {
        signer: Arc::new(SigningKey::from_pkcs8(&company.key.to_pkcs8().expect("a key")).expect("a key")),
        certificate: company.certificate.clone(),
        issuers: company.issuers.clone(),
    });
    app.choose_configured_seal(caller).await.expect("is chosen");
    deal.town.seals.withdraw();
    deal.sign(ANNA).await;
    deal.work().await;
    assert_eq!(deal.standing().await, (StateKind::Open, Some(HoldReason::Key)));
    let view = app.seal_in_use(caller).await.expect("is shown");
    assert!(
        matches!(view.warning, Some(SealWarning::Unusable { .. })),
        "{:?}",
        view.warning
    );
    app.choose_one_time_certificates(caller).await.expect("goes back");
    deal.work_later().await;
    assert_eq!(deal.standing().await, (StateKind::Open, None));
    assert_eq!(keys(&deal).await[0].0, WitnessKey::OneTime);
}

/// A file that strangers cannot place is valid for members whose organization trusts its issuer.
pub async fn members_verify_with_what_their_organization_trusts(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let (app, caller) = (&deal.town.app, &deal.sender);
    let company = Company::new(&deal.town);
    app.trust(caller, TrustPurpose::Root, company.root_pem().as_bytes())
        .await
        .expect("is trusted");
    app.upload_seal(caller, &company.upload(), &password())
        .await
        .expect("is taken");
    signed_by_all(&deal).await;
    deal.expect_concluded().await;
    let file = deal.first_document().await;
    let verdicts = async |caller| {
        let found = app.verify_file(caller, file.clone(), Language::En).await;
        let Outcome::Judged(judgement) = found.expect("is judged").outcome else {
            panic!("is not judged")
        };
        let verdicts = judgement
            .signers()
            .map(|one| (one.verdict.name(), one.is_trusted));
        verdicts.collect::<Vec<_>>()
    };
    assert_eq!(verdicts(Some(caller)).await, [("TOTAL-PASSED", true); 3]);
    assert_eq!(verdicts(None).await, [("INDETERMINATE", false); 3]);
}
