//! Nobody can sign for another: mail scanners, replayed and exchanged tokens, former addresses.

use std::fmt::Write as _;

use akashi_app::contract::DownloadKind;
use akashi_app::party::FieldInput;
use akashi_app::{Error, Token};
use akashi_domain::contract::{Refusal, ValueProblem};
use akashi_domain::{EventKind, PartyState};
use jiff::SignedDuration;

use super::deal::{ANNA, Deal, MAKOTO, NAOKI, draft, party};
use crate::conformance::account::town::{email, origin};
use crate::conformance::store::StorePorts;

const NEW_ADDRESS: &str = "anna.keller@keller.example";

async fn views(deal: &Deal) -> usize {
    let view = deal.view().await;
    view.events
        .iter()
        .filter(|recorded| matches!(recorded.event.what, EventKind::Viewed { .. }))
        .count()
}

/// A mail scanner follows every link, several times; even one that presses the button has not read anything.
pub async fn looking_has_no_effect(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let before = deal.view().await;
    for _ in 0..3 {
        let link = deal.link(ANNA);
        let target = deal.town.app.look_at_link(link.expose()).await.expect("is alive");
        assert_eq!(target.party_id, deal.party(ANNA).await.party_id);
    }
    let caller = deal.enter(ANNA).await;
    deal.town.app.view_part(&caller).await.expect("is shown");
    let after = deal.view().await;
    assert_eq!(before.contract, after.contract);
    assert_eq!(before.events, after.events);
    assert_eq!(before.revision, after.revision);
}

/// *Viewed* comes from the pages that were shown, and every page must have been.
pub async fn only_shown_pages_count_as_viewed(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let app = &deal.town.app;
    let caller = deal.enter(ANNA).await;
    let view = app.view_part(&caller).await.expect("is shown");
    let document = view.contract.documents.first().expect("a document").document_id;
    let act_id = app.propose_act_id();
    for (shown, missing) in [(None, 2), (Some(0), 1), (Some(0), 1)] {
        if let Some(page) = shown {
            app.record_shown(&caller, &view.token, &[(document, page)])
                .await
                .expect("is recorded");
        }
        let refused = deal.confirm(&caller, act_id, &view.token).await;
        assert!(
            matches!(refused, Err(Error::PagesNotShown { missing: left }) if left == missing),
            "{shown:?}: {refused:?}"
        );
    }
    assert_eq!(views(&deal).await, 1);
    let invented = app.record_shown(&caller, &view.token, &[(document, 2)]).await;
    assert!(matches!(invented, Err(Error::NotFound)), "{invented:?}");
    let unknown = "9".parse().expect("a token");
    let invented = app.record_shown(&caller, &unknown, &[(document, 1)]).await;
    assert!(matches!(invented, Err(Error::RevisionUnknown)), "{invented:?}");
    let refused = deal.confirm(&caller, act_id, &unknown).await;
    assert!(refused.is_err());
    assert!(deal.party(ANNA).await.state.act().is_none());
}

/// A link that is used again opens the same part, and no other.
pub async fn a_link_leads_to_one_part_alone(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let app = &deal.town.app;
    let contract = deal.contract().await;
    let (anna, naoki) = (party(&contract, ANNA).party_id, party(&contract, NAOKI).party_id);
    let link = deal.link(ANNA);
    let first = app.enter_part(link.expose(), &origin(7)).await.expect("enters");
    let again = app.enter_part(link.expose(), &origin(8)).await.expect("enters");
    assert_eq!((first.party_id, again.party_id), (anna, anna));
    assert_ne!(first.session_token.expose(), again.session_token.expose());
    for stolen in [&first.session_token, &link] {
        let swapped = app.authenticate_party(stolen, naoki).await;
        assert!(matches!(swapped, Err(Error::NotSignedIn)), "{swapped:?}");
    }
    let caller = app
        .authenticate_party(&first.session_token, anna)
        .await
        .expect("is hers");
    let his = contract.fields_of(naoki).first().expect("a field").field_id;
    let filled = app
        .fill_field(&caller, his, Some(FieldInput::GeneratedSeal("森下".to_owned())))
        .await;
    assert!(
        matches!(
            filled,
            Err(Error::Refused(Refusal::Value {
                problem: ValueProblem::NotYours,
                ..
            }))
        ),
        "{filled:?}"
    );
    assert!(
        deal.town.mailer.last_to(MAKOTO).is_none(),
        "his turn has not come"
    );
    for unknown in ["", "short", &"A".repeat(43), &format!("{}A", link.expose())] {
        let entered = app.enter_part(unknown, &origin(7)).await;
        assert!(
            matches!(entered, Err(Error::LinkUnknown)),
            "{unknown}: {entered:?}"
        );
    }
}

/// The same people sign two contracts: nothing of the one serves for the other.
pub async fn what_belongs_to_another_contract_is_refused(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let app = &deal.town.app;
    let caller = deal.enter(ANNA).await;
    let session = app
        .enter_part(deal.link(ANNA).expose(), &origin(7))
        .await
        .expect("enters")
        .session_token;
    let other = draft(&deal.town, &deal.sender).await;
    app.send_contract(&deal.sender, other).await.expect("is sent");
    deal.work().await;
    let other = app
        .view_contract(&deal.sender, other)
        .await
        .expect("is there")
        .contract;
    let other_anna = party(&other, ANNA).party_id;

    let swapped = app.authenticate_party(&session, other_anna).await;
    assert!(matches!(swapped, Err(Error::NotSignedIn)), "{swapped:?}");
    let view = app.view_part(&caller).await.expect("is shown");
    assert_eq!(view.contract.contract_id, deal.contract_id);
    let document = other.documents.first().expect("a document").document_id;
    let shown = app.record_shown(&caller, &view.token, &[(document, 0)]).await;
    assert!(matches!(shown, Err(Error::NotFound)), "{shown:?}");
    let file = app
        .party_download(&caller, DownloadKind::Document(document))
        .await;
    assert!(matches!(file, Err(Error::NotFound)), "{file:?}");
    let field = other.fields_of(other_anna).first().expect("a field").field_id;
    let filled = app
        .fill_field(&caller, field, Some(FieldInput::Checked(true)))
        .await;
    assert!(matches!(filled, Err(Error::Refused(_))), "{filled:?}");
}

/// Neither is a member's session a part's, nor the reverse.
pub async fn members_cannot_act_as_a_party(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let app = &deal.town.app;
    let anna = deal.party(ANNA).await.party_id;
    let member = deal
        .town
        .sign_in(
            crate::conformance::account::town::ADMINISTRATOR,
            crate::conformance::account::town::PASSWORD,
            4,
        )
        .await
        .expect("signs in")
        .token;
    let as_party = app.authenticate_party(&member, anna).await;
    assert!(matches!(as_party, Err(Error::NotSignedIn)), "{as_party:?}");
    let part = app
        .enter_part(deal.link(ANNA).expose(), &origin(7))
        .await
        .expect("enters")
        .session_token;
    assert!(!deal.town.is_signed_in(&part).await);
    assert!(!deal.town.is_signed_in(&deal.link(ANNA)).await);
}

/// After ninety days a link is dead, and so is every session that it opened; a reminder brings a new one.
pub async fn a_link_expires(ports: &StorePorts) {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    let deal = Deal::sent(ports).await;
    let app = &deal.town.app;
    let link = deal.link(ANNA);
    let anna = deal.party(ANNA).await.party_id;
    deal.town.wait(DAY * 89);
    let session = app
        .enter_part(link.expose(), &origin(7))
        .await
        .expect("is still alive")
        .session_token;
    deal.town.wait(DAY);
    let expired = app.enter_part(link.expose(), &origin(7)).await;
    assert!(matches!(expired, Err(Error::LinkExpired)), "{expired:?}");
    let expired = app.look_at_link(link.expose()).await;
    assert!(matches!(expired, Err(Error::LinkExpired)), "{expired:?}");
    let over = app.authenticate_party(&session, anna).await;
    assert!(matches!(over, Err(Error::NotSignedIn)), "{over:?}");

    app.remind_party(&deal.sender, deal.contract_id, anna)
        .await
        .expect("is reminded");
    deal.work().await;
    deal.sign(ANNA).await;
}

/// Of several mails only the newest opens the contract; who is reading can finish.
pub async fn a_reminder_replaces_the_link(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let app = &deal.town.app;
    let old = deal.link(ANNA);
    let reading = deal.enter(ANNA).await;
    let anna = deal.party(ANNA).await.party_id;
    app.remind_party(&deal.sender, deal.contract_id, anna)
        .await
        .expect("is reminded");
    deal.work().await;
    let replaced = app.enter_part(old.expose(), &origin(7)).await;
    assert!(matches!(replaced, Err(Error::LinkReplaced)), "{replaced:?}");
    deal.enter(ANNA).await;
    let token = deal.prepare(&reading).await;
    deal.confirm(&reading, app.propose_act_id(), &token)
        .await
        .expect("finishes");
}

/// Whoever had the wrong address is out, in the middle of it too, and the right person starts afresh.
pub async fn a_corrected_address_ends_the_old_link_and_its_sessions(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let app = &deal.town.app;
    let old = deal.link(ANNA);
    let wrong = deal.enter(ANNA).await;
    let token = deal.prepare(&wrong).await;
    let anna = deal.party(ANNA).await.party_id;
    app.correct_address(&deal.sender, deal.contract_id, anna, email(NEW_ADDRESS))
        .await
        .expect("is corrected");
    deal.work().await;

    let replaced = app.enter_part(old.expose(), &origin(7)).await;
    assert!(matches!(replaced, Err(Error::LinkReplaced)), "{replaced:?}");
    let signed = deal.confirm(&wrong, app.propose_act_id(), &token).await;
    assert!(matches!(signed, Err(Error::LinkReplaced)), "{signed:?}");
    let read = app.view_part(&wrong).await;
    assert!(matches!(read, Err(Error::LinkReplaced)), "{:?}", read.err());

    let right = deal.enter(NEW_ADDRESS).await;
    let view = app.view_part(&right).await.expect("is shown");
    assert!(view.shown.is_empty() && view.inputs.is_empty(), "starts afresh");
    assert!(matches!(
        view.party.state,
        PartyState::Requested { viewed_at: None, .. }
    ));
    deal.sign(NEW_ADDRESS).await;
}

/// No token stands in any row or on any page of the sender or the administrator.
pub async fn no_link_is_stored_or_shown(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    let app = &deal.town.app;
    let links: Vec<Token> = [ANNA, NAOKI, MAKOTO].map(|address| deal.link(address)).into();
    let tenant = deal.tenant();
    let log = app.mail_log(&deal.sender).await.expect("lists");
    assert!(!log.mails.is_empty());
    let mut seen = format!("{log:?}{:?}", deal.view().await);
    for link in &links {
        let entry = ports.contracts.find_link(link.sha256()).await.expect("finds");
        write!(seen, "{:?}", entry.expect("is there")).expect("a text grows");
    }
    let jobs = ports
        .contracts
        .jobs(&tenant, deal.contract_id)
        .await
        .expect("lists");
    let events = ports
        .contracts
        .events(&tenant, deal.contract_id)
        .await
        .expect("lists");
    write!(seen, "{jobs:?}").expect("a text grows");
    for recorded in &events {
        seen.push_str(&String::from_utf8_lossy(&recorded.canonical));
    }
    for link in &links {
        assert!(!seen.contains(link.expose()), "a link shows");
    }
}
