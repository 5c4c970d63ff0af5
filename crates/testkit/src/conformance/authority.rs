//! What every [`SigningAuthority`] must do.

use akashi_app::ports::{SignerSubject, SigningAuthority};
use akashi_domain::contract::EvidenceGrade;
use akashi_domain::{EmailAddress, OrganizationName, PartyId, PersonName, UtcTime};
use akashi_pki::{Certificate, EvidencePolicy, RevocationList, Signer as _};
use jiff::SignedDuration;

/// Whether a subject takes part in a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// A subject of tests, with a name outside of Shift_JIS.
pub fn subject(trial: Trial) -> SignerSubject {
    SignerSubject {
        party_id: PartyId::from_parts(1_763_800_000_000, [7; 10]),
        name: PersonName::parse("𠮷野 咲").expect("a name"),
        organization: Some(OrganizationName::parse("株式会社つばめ商会").expect("a name")),
        email: EmailAddress::parse("yoshino@tsubame.example").expect("an address"),
        grade: EvidenceGrade::Mail,
        is_trial: trial == Trial::Yes,
    }
}

/// Runs all checks at a moment at which the authority is valid.
pub async fn suite(authority: &dyn SigningAuthority, subject: &SignerSubject, now: UtcTime) {
    one_time_certificates_name_the_party(authority, subject, now).await;
    keys_are_used_once(authority, subject, now).await;
    the_seal_leads_to_the_root(authority, now).await;
    revocation_lists_are_current(authority, now).await;
    nothing_is_issued_outside_of_validity(authority, subject, now).await;
}

async fn one_time_certificates_name_the_party(
    authority: &dyn SigningAuthority,
    subject: &SignerSubject,
    now: UtcTime,
) {
    let signer = authority.one_time(subject, now).await.expect("issues");
    let certificate = &signer.certificate;
    let name = certificate.subject().common_name().expect("a name");
    assert!(name.starts_with(subject.name.as_str()), "{name}");
    assert_eq!(name.contains("試用"), subject.is_trial, "{name}");
    let organization = subject.organization.as_ref().map(OrganizationName::as_str);
    assert_eq!(certificate.subject().organization(), organization);
    let party = subject.party_id.to_string().replace('_', "-");
    assert_eq!(certificate.subject().serial_number(), Some(party.as_str()));
    assert_eq!(
        certificate.mail_addresses().expect("reads"),
        [subject.email.as_str()]
    );
    let policies = certificate
        .certificate_policies()
        .expect("reads")
        .expect("a policy");
    assert_eq!(
        policies.iter().map(|policy| &policy.policy).collect::<Vec<_>>(),
        [&EvidencePolicy::Mail.oid()]
    );
    assert!(certificate.has_no_revocation_available(), "RFC 9608");
    let five_minutes_ago = now
        .checked_sub(SignedDuration::from_mins(5))
        .expect("within the calendar");
    assert!(
        certificate.is_valid_at(five_minutes_ago),
        "clocks of time-stamp authorities lag"
    );
    assert_eq!(certificate.public_key(), signer.key.public_key());
    let issuer = signer.issuers.first().expect("an issuer");
    assert_eq!(certificate.not_after(), issuer.not_after());
    path_holds(authority, certificate, &signer.issuers, now);
}

async fn keys_are_used_once(authority: &dyn SigningAuthority, subject: &SignerSubject, now: UtcTime) {
    let first = authority.one_time(subject, now).await.expect("issues");
    let second = authority.one_time(subject, now).await.expect("issues");
    assert_ne!(first.key.public_key(), second.key.public_key());
    assert_ne!(
        first.certificate.serial_number(),
        second.certificate.serial_number()
    );
}

async fn the_seal_leads_to_the_root(authority: &dyn SigningAuthority, now: UtcTime) {
    let seal = authority.seal(now).await.expect("a seal");
    assert_eq!(seal.certificate.public_key(), seal.key.public_key());
    path_holds(authority, &seal.certificate, &seal.issuers, now);
    let again = authority.seal(now).await.expect("a seal");
    assert_eq!(again.certificate, seal.certificate, "always the same");
}

async fn revocation_lists_are_current(authority: &dyn SigningAuthority, now: UtcTime) {
    let seal = authority.seal(now).await.expect("a seal");
    let lists = authority.revocation_lists(now).await.expect("lists");
    let lists: Vec<RevocationList> = lists
        .iter()
        .map(|der| RevocationList::from_der(der).expect("a list"))
        .collect();
    for issuer in &seal.issuers {
        let of_issuer = |list: &&RevocationList| list.issuer().matches(issuer.subject());
        let list = lists.iter().find(of_issuer).expect("each issuer has a list");
        list.verify_issued_by(issuer.public_key())
            .expect("signed by the issuer");
        assert!(
            list.this_update() <= now && list.next_update().is_some_and(|next| now < next),
            "{list:?}"
        );
        assert!(list.entry_for_certificate(&seal.certificate).is_none());
    }
}

async fn nothing_is_issued_outside_of_validity(
    authority: &dyn SigningAuthority,
    subject: &SignerSubject,
    now: UtcTime,
) {
    let century = SignedDuration::from_hours(100 * 366 * 24);
    for moment in [now.checked_sub(century), now.checked_add(century)] {
        let moment = moment.expect("within the calendar");
        assert!(authority.one_time(subject, moment).await.is_err(), "{moment}");
        assert!(authority.seal(moment).await.is_err(), "{moment}");
    }
}

fn path_holds(
    authority: &dyn SigningAuthority,
    certificate: &Certificate,
    issuers: &[Certificate],
    now: UtcTime,
) {
    let mut below = certificate;
    for issuer in issuers {
        below
            .verify_issued_by(issuer.public_key())
            .expect("signed by its issuer");
        assert!(below.issuer().matches(issuer.subject()));
        assert!(issuer.is_valid_at(now));
        below = issuer;
    }
    assert!(
        authority.trust_anchors().contains(below),
        "the path ends at a root"
    );
}
