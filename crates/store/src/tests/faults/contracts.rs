//! Writes of contracts and what hangs on them.

#![expect(clippy::too_many_lines, reason = "a list of cases")]

use akashi_app::ports::{CommitError, NewLink, ShownPage, StoreError};
use akashi_domain::{EventKind, FieldValue};
use akashi_testkit::conformance::store::world::{at, conclude};

use super::{Case, Write, leased, own_digest, told};

fn commit_told(answer: Result<u64, CommitError>) -> Result<String, StoreError> {
    match answer {
        Ok(revision) => Ok(format!("revision {revision}")),
        Err(CommitError::Store(error)) => Err(error),
        Err(refused) => Ok(refused.to_string()),
    }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "ContractStore::commit, a new contract",
            prepare: |world| {
                Box::pin(async move {
                    let (contract, segments) = world.rich();
                    let mut change = world.change(contract, None);
                    change.segments = segments;
                    change.jobs = vec![world.sign_job(change.contract.contract_id)];
                    world.add_event(&mut change, EventKind::Created);
                    let contract_id = change.contract.contract_id;
                    let look = move || async move {
                        let contracts = &world.ports.contracts;
                        let stored = contracts.load(&world.tenant, contract_id).await.unwrap();
                        let events = contracts.events(&world.tenant, contract_id).await.unwrap();
                        let jobs = contracts.jobs(&world.tenant, contract_id).await.unwrap();
                        format!("{stored:?} {events:?} {jobs:?}")
                    };
                    let act = move || {
                        let change = change.clone();
                        async move { commit_told(world.ports.contracts.commit(&world.tenant, change).await) }
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "ContractStore::commit, everything at once",
            prepare: |world| {
                Box::pin(async move {
                    let leased = leased(world).await;
                    let contract_id = leased.job.kind.lane().unwrap();
                    let mut contract = world.load(contract_id).await.value;
                    let (pdf, json) = (world.segment(), world.segment());
                    conclude(&mut contract, at(40), &pdf, &json);
                    let party_id = world.party_id();
                    let mut change = world.change(contract, Some(1));
                    world.add_event(&mut change, EventKind::SendingCancelled);
                    change.segments = vec![pdf, json];
                    change.mails = vec![world.request_mail(contract_id, party_id)];
                    change.links = vec![NewLink {
                        token_sha256: own_digest(world, 1),
                        party_id,
                        generation: 1,
                        expires_at: at(99),
                    }];
                    change.concluded_digests = vec![own_digest(world, 2)];
                    change.completes = Some(leased);
                    let look = move || async move {
                        let contracts = &world.ports.contracts;
                        let stored = contracts.load(&world.tenant, contract_id).await.unwrap();
                        let events = contracts.events(&world.tenant, contract_id).await.unwrap();
                        let jobs = contracts.jobs(&world.tenant, contract_id).await.unwrap();
                        let mails = contracts.mails(&world.tenant, contract_id).await.unwrap();
                        let link = contracts.find_link(own_digest(world, 1)).await.unwrap();
                        let concluded = contracts.find_concluded(contract_id).await.unwrap();
                        let known = contracts
                            .find_concluded_digest(own_digest(world, 2))
                            .await
                            .unwrap();
                        format!("{stored:?} {events:?} {jobs:?} {mails:?} {link:?} {concluded:?} {known:?}")
                    };
                    let act = move || {
                        let change = change.clone();
                        async move { commit_told(world.ports.contracts.commit(&world.tenant, change).await) }
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "ContractStore::add_segment",
            prepare: |world| {
                Box::pin(async move {
                    let contract_id = world.insert(world.draft("図")).await.value.contract_id;
                    let segment = world.segment();
                    let segment_id = segment.segment_id;
                    let act = move || {
                        let segment = segment.clone();
                        async move {
                            let contracts = &world.ports.contracts;
                            told(
                                contracts
                                    .add_segment(&world.tenant, contract_id, segment, at(1))
                                    .await,
                            )
                        }
                    };
                    let look = move || async move {
                        format!(
                            "{:?}",
                            world
                                .ports
                                .contracts
                                .segment(&world.tenant, segment_id)
                                .await
                                .unwrap()
                        )
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "ContractStore::set_input and note_shown",
            prepare: |world| {
                Box::pin(async move {
                    let contract_id = world.insert(world.draft("入力")).await.value.contract_id;
                    let (party_id, field_id) = (world.party_id(), world.field_id());
                    let page = ShownPage {
                        document_id: world.document_id(),
                        page: 3,
                        revision_sha256: own_digest(world, 1),
                    };
                    let act = move || async move {
                        let (contracts, tenant) = (&world.ports.contracts, &world.tenant);
                        let value = FieldValue::Checked { checked: true };
                        told(
                            contracts
                                .set_input(tenant, contract_id, party_id, field_id, Some(&value), at(1))
                                .await,
                        )?;
                        told(
                            contracts
                                .note_shown(tenant, contract_id, party_id, &[page], at(1))
                                .await,
                        )
                    };
                    let look = move || async move {
                        let (contracts, tenant) = (&world.ports.contracts, &world.tenant);
                        let inputs = contracts.inputs(tenant, contract_id, party_id).await.unwrap();
                        let shown = contracts
                            .shown_pages(tenant, contract_id, party_id)
                            .await
                            .unwrap();
                        format!("{inputs:?} {shown:?}")
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "ContractStore::forget_progress",
            prepare: |world| {
                Box::pin(async move {
                    let contract_id = world.insert(world.draft("入力")).await.value.contract_id;
                    let (party_id, field_id) = (world.party_id(), world.field_id());
                    let value = FieldValue::Checked { checked: true };
                    let (contracts, tenant) = (&world.ports.contracts, &world.tenant);
                    let set =
                        contracts.set_input(tenant, contract_id, party_id, field_id, Some(&value), at(1));
                    set.await.unwrap();
                    let act = move || async move {
                        told(contracts.forget_progress(tenant, contract_id, party_id).await)
                    };
                    let look = move || async move {
                        format!(
                            "{:?}",
                            contracts.inputs(tenant, contract_id, party_id).await.unwrap()
                        )
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "ContractStore::delete_draft",
            prepare: |world| {
                Box::pin(async move {
                    let contract_id = world.insert(world.draft("下書き")).await.value.contract_id;
                    let (contracts, tenant) = (&world.ports.contracts, &world.tenant);
                    let act =
                        move || async move { told(contracts.delete_draft(tenant, contract_id, 1).await) };
                    let look = move || async move {
                        let loaded = contracts.load(tenant, contract_id).await.unwrap();
                        let events = contracts.events(tenant, contract_id).await.unwrap();
                        format!("{loaded:?} {events:?}")
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
    ]
}
