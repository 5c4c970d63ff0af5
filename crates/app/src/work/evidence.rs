//! The evidence sheet of a contract, from its record.

use akashi_domain::contract::{ConsentText, Contract, Preservation, Purpose, SignatureRecord, WitnessKey};
use akashi_domain::{Language, Member, Organization, Party, PartyState, UtcTime};
use akashi_typeset::evidence::{
    ClockCheck, Confirmation, Creator, EvidenceGrade, EvidenceSheet, FileEvidence, HistoryRow,
    RevisionEvidence, SheetMode, SignerEvidence, SigningMethod, TimeSource, ValidationSummary,
};

use super::appearances::{Pictures, first_mark};
use crate::App;
use crate::history;
use crate::ports::{RecordedEvent, TimeStampSource};

/// What the sheet is made from.
pub(super) struct Record<'a> {
    pub(super) contract: &'a Contract,
    pub(super) organization: &'a Organization,
    pub(super) sender: &'a Member,
    pub(super) events: &'a [RecordedEvent],
    pub(super) pictures: &'a Pictures,
    pub(super) concluded_at: UtcTime,
    pub(super) reached: &'a Preservation,
    pub(super) clock: ClockCheck,
}

impl App {
    /// What the evidence sheet says. Its language is the sender's.
    pub(super) fn evidence(&self, record: &Record<'_>) -> EvidenceSheet {
        let contract = record.contract;
        let language = record.sender.language;
        let consent = ConsentText::CURRENT;
        EvidenceSheet {
            contract_id: contract.contract_id.printed(),
            title: contract.details.title.to_string(),
            management_number: contract
                .details
                .management_number
                .as_ref()
                .map(ToString::to_string),
            creator: Creator {
                organization: record.organization.name.to_string(),
                department: None,
                name: record.sender.name.to_string(),
                email: record.sender.email.to_string(),
            },
            agreed_on: contract.details.agreed_on,
            concluded_at: record.concluded_at,
            issued_at: self.now(),
            level: format!("PAdES-{}", record.reached.level.as_str()),
            validation: ValidationSummary {
                judged_at: record.reached.judged_at,
                signatures: record.reached.signatures,
                archived_at: record.reached.archived_at,
                archived_by: record.reached.stamped_by.clone(),
                is_accredited: record.reached.is_accredited,
                renew_at: record.reached.renew_at,
            },
            time_source: self.time_source(record),
            documents: contract.documents.iter().map(file).collect(),
            attachments: Vec::new(),
            signers: self.signers(record),
            history: history_rows(record, language),
            confirmation: Confirmation {
                version: consent.version().to_owned(),
                text: consent.text(language).to_owned(),
            },
            verify_url: self.verify_url(contract),
            mode: match contract.purpose {
                Purpose::Production => SheetMode::Genuine,
                Purpose::Trial => SheetMode::Trial,
            },
        }
    }

    /// Where the contract can be verified; only where people outside can reach it.
    pub(super) fn verify_url(&self, contract: &Contract) -> Option<String> {
        let base = self.settings.public_url.as_ref()?;
        Some(format!("{base}/verify/{}", contract.contract_id.printed()))
    }

    fn time_source(&self, record: &Record<'_>) -> TimeSource {
        let name = signatures(record.contract)
            .last()
            .map(|s| s.stamped_by.clone())
            .unwrap_or_default();
        match self.ports.time_stamps.source() {
            TimeStampSource::Local => TimeSource::Local {
                name,
                clock: record.clock,
            },
            TimeStampSource::Remote { .. } if record.reached.is_accredited => TimeSource::Accredited { name },
            TimeStampSource::Remote { .. } => TimeSource::Outside { name },
        }
    }

    fn signers(&self, record: &Record<'_>) -> Vec<SignerEvidence> {
        let mut signers: Vec<SignerEvidence> = record
            .contract
            .parties
            .iter()
            .enumerate()
            .filter_map(|(index, party)| self.signer(record, index, party))
            .collect();
        signers.sort_by_key(|signer| signer.signed_at);
        signers
    }

    fn signer(&self, record: &Record<'_>, index: usize, party: &Party) -> Option<SignerEvidence> {
        let PartyState::Signed { act, signatures, .. } = &party.state else {
            return None;
        };
        let pages: usize = record
            .contract
            .documents
            .iter()
            .map(|document| document.pages.len())
            .sum();
        Some(SignerEvidence {
            role: letter(index),
            organization: party.organization.as_ref().map(ToString::to_string),
            name: party.name.to_string(),
            title: party.job_title.as_ref().map(ToString::to_string),
            email: party.email.to_string(),
            signed_at: act.accepted_at,
            method: method(signatures),
            certificate_subject: signatures
                .first()
                .map(|s| s.certificate_subject.clone())
                .unwrap_or_default(),
            grade: EvidenceGrade::Mail,
            grade_detail: None,
            ip: act.address.map(|address| address.to_string()).unwrap_or_default(),
            pages_shown: u32::try_from(pages).ok(),
            revisions: signatures
                .iter()
                .filter_map(|signature| {
                    let shown = act
                        .shown
                        .iter()
                        .find(|shown| shown.document_id == signature.document_id)?;
                    let document = record.contract.document(signature.document_id)?;
                    Some(RevisionEvidence {
                        document: document.file_name.to_string(),
                        shown_sha256: *shown.sha256.as_bytes(),
                        signed_sha256: *signature.revision_sha256.as_bytes(),
                    })
                })
                .collect(),
            mark: first_mark(&self.fonts, party, record.pictures),
        })
    }
}

/// Signatures of one act are made by one key.
fn method(signatures: &[SignatureRecord]) -> SigningMethod {
    match signatures.first().map(|signature| signature.key) {
        Some(WitnessKey::FixedSeal) => SigningMethod::WitnessFixed,
        Some(WitnessKey::OneTime) | None => SigningMethod::WitnessOneTime,
    }
}

fn file(document: &akashi_domain::Document) -> FileEvidence {
    FileEvidence {
        name: document.file_name.to_string(),
        bytes: document.byte_length(),
        pages: u32::try_from(document.pages.len()).ok(),
        sha256: document
            .newest_digest()
            .map(|digest| *digest.as_bytes())
            .unwrap_or_default(),
    }
}

/// The signatures of a contract in the order of their time-stamps.
pub(super) fn signatures(contract: &Contract) -> Vec<&SignatureRecord> {
    let mut all: Vec<&SignatureRecord> = contract
        .parties
        .iter()
        .filter_map(|party| match &party.state {
            PartyState::Signed { signatures, .. } => Some(signatures),
            _ => None,
        })
        .flatten()
        .collect();
    all.sort_by_key(|signature| signature.stamped_at);
    all
}

fn history_rows(record: &Record<'_>, language: Language) -> Vec<HistoryRow> {
    record
        .events
        .iter()
        .map(|recorded| HistoryRow {
            at: recorded.event.at,
            event_id: recorded.event.event_id.to_string(),
            actor: history::actor(&recorded.event, record.contract, record.sender.name.as_str()),
            what: history::sentence(&recorded.event, record.contract, language),
        })
        .collect()
}

/// 甲, 乙, 丙 … for the first ten parties; more have none.
fn letter(index: usize) -> Option<String> {
    "甲乙丙丁戊己庚辛壬癸".chars().nth(index).map(String::from)
}
