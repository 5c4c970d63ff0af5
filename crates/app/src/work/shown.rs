//! What a party was shown must be what it signs, but for acts of others of the same stage.

use akashi_domain::Contract;
use akashi_domain::contract::{HoldReason, SigningAct};
use akashi_pdf::{Document as Pdf, Limits};
use akashi_validation::{PermittedAct, ShownRevision, prove_same_stage};

use super::outcome::Failed;
use super::prepare_sending::{field_name, signature_name};
use crate::ports::Tenant;
use crate::{App, Error};

#[derive(Debug, thiserror::Error)]
#[error("document {document} is not what the party was shown")]
struct NotAsShown {
    document: String,
    #[source]
    violation: Box<dyn std::error::Error + Send + Sync>,
}

impl App {
    /// Proves, before a party's signature is made, that each document differs from the revision that the party
    /// was shown by nothing but acts of parties of its own stage.
    pub(super) async fn check_shown_revisions(
        &self,
        tenant: &Tenant,
        contract: &Contract,
        party_index: usize,
        act: &SigningAct,
    ) -> Result<(), Failed> {
        let stage = contract.parties.get(party_index).map_or(0, |party| party.stage);
        for document in &contract.documents {
            let shown = act
                .shown
                .iter()
                .find(|shown| shown.document_id == document.document_id);
            let shown = shown.ok_or(Error::RevisionUnknown)?;
            let count = usize::try_from(shown.segments).unwrap_or(usize::MAX);
            if count == document.segments.len() && Some(shown.sha256) == document.newest_digest() {
                continue;
            }
            let length = document
                .segments
                .iter()
                .take(count)
                .map(|segment| segment.byte_length)
                .sum();
            let revision = ShownRevision {
                length,
                sha256: *shown.sha256.as_bytes(),
            };
            let permitted: Vec<PermittedAct> = contract
                .parties
                .iter()
                .enumerate()
                .filter(|(index, party)| *index != party_index && party.stage == stage)
                .filter_map(|(index, party)| {
                    let widget = contract.signature_widget(party.party_id, document.document_id);
                    Some(PermittedAct {
                        signature_field: signature_name(contract, document, index)?,
                        fields: contract
                            .fields_of(party.party_id)
                            .into_iter()
                            .filter(|field| {
                                field.document_id == document.document_id
                                    && widget.is_none_or(|widget| widget.field_id != field.field_id)
                            })
                            .map(field_name)
                            .collect(),
                    })
                })
                .collect();
            let reader = self
                .revision_reader(tenant, document, document.segments.len())
                .await?;
            let failure = reader.failure();
            let proven = self
                .apart(move || {
                    let pdf = Pdf::open(reader, &Limits::default()).map_err(|error| error.to_string())?;
                    prove_same_stage(&pdf, &revision, &permitted).map_err(|error| error.to_string())
                })
                .await?;
            failure.check()?;
            if let Err(violation) = proven {
                let cause = NotAsShown {
                    document: document.document_id.to_string(),
                    violation: violation.into(),
                };
                tracing::error!(document.id = %document.document_id, alarm = true, "not what was shown");
                metrics::counter!("akashi_alarms_total", "reason" => "shown_revision").increment(1);
                return Err(Failed::Held(
                    HoldReason::Validation,
                    Error::internal("shown revision", cause),
                ));
            }
        }
        Ok(())
    }
}
