//! The party's view in the terms of its pages.

use akashi_app::domain::contract::{Purpose, SealImage, TextFormat};
use akashi_app::domain::{
    Contract, ContractState, Document, Field, FieldKind, FieldValue, PartyState, UtcTime,
};
use akashi_app::party::{PartView, PartViewState};

use crate::pages::counterpart::done::{ClosedPage, ClosedReason};
use crate::pages::counterpart::request::{DocumentSummary, RequestPage};
use crate::pages::counterpart::signing::{
    FieldKind as SignFieldKind, FieldValue as SignFieldValue, MarkKind, SignDocument, SignField, SignPage,
    SigningPage,
};
use crate::routes::time::jst_day;
use crate::routes::visitor::Visitor;
use crate::view::{Due, FieldErrors, PartyFrame};

pub(super) fn frame(view: &PartView, visitor: &Visitor) -> PartyFrame {
    PartyFrame {
        organization: organization(view),
        base: format!("/sign/{}", view.party.party_id),
        path: visitor.path.clone(),
        trial: view.contract.purpose == Purpose::Trial,
    }
}

pub(super) fn organization(view: &PartView) -> String {
    view.sender_organization
        .as_ref()
        .map(|organization| organization.name.to_string())
        .unwrap_or_default()
}

pub(super) fn due(contract: &Contract, now: UtcTime) -> Option<Due> {
    contract.details.deadline.map(|deadline| Due {
        day: jst_day(deadline),
        today: jst_day(now),
    })
}

pub(super) fn index(view: &PartView) -> usize {
    view.contract
        .parties
        .iter()
        .position(|party| party.party_id == view.party.party_id)
        .unwrap_or_default()
}

/// The file's name without its ending, as a person calls it.
pub(super) fn spoken_name(document: &Document) -> String {
    let name = document.file_name.as_str();
    name.strip_suffix(".pdf")
        .or_else(|| name.strip_suffix(".PDF"))
        .unwrap_or(name)
        .to_owned()
}

pub(super) fn request_page(view: &PartView, visitor: &Visitor, now: UtcTime, mail_from: &str) -> RequestPage {
    let contract = &view.contract;
    RequestPage {
        t: visitor.t,
        frame: frame(view, visitor),
        title: contract.details.title.to_string(),
        sender: view
            .sender
            .as_ref()
            .map(|sender| sender.name.to_string())
            .unwrap_or_default(),
        name: view.party.name.to_string(),
        message: contract.details.message_text().to_owned(),
        counterparts: counterparts(view),
        amount: contract.details.amount_yen,
        agreed_on: contract.details.agreed_on,
        documents: contract
            .documents
            .iter()
            .map(|document| DocumentSummary {
                name: spoken_name(document),
                pages: document.pages.len(),
            })
            .collect(),
        deadline: due(contract, now),
        email: view.party.email.to_string(),
        sender_email: mail_from.to_owned(),
    }
}

/// The other parties' organizations, or names where they have none; once each.
fn counterparts(view: &PartView) -> Vec<String> {
    let mut names = Vec::new();
    for party in view
        .contract
        .parties
        .iter()
        .filter(|party| party.party_id != view.party.party_id)
    {
        let name = party
            .organization
            .as_ref()
            .map_or_else(|| party.name.to_string(), ToString::to_string);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The page for a part in which there is nothing to sign now; `None` if there is, or if the party is done.
pub(super) fn closed_page(view: &PartView, visitor: &Visitor, now: UtcTime) -> Option<ClosedPage> {
    let reason = match (&view.contract.state, view.state) {
        (
            ContractState::Withdrawn {
                withdrawn_at, reason, ..
            },
            _,
        ) => ClosedReason::Withdrawn {
            at: *withdrawn_at,
            reason: reason.to_string(),
        },
        (
            ContractState::Declined {
                declined_at, reason, ..
            },
            PartViewState::Declined,
        ) => ClosedReason::DeclinedByYou {
            at: *declined_at,
            reason: reason.to_string(),
        },
        (ContractState::Declined { by, declined_at, .. }, _) => ClosedReason::DeclinedBy {
            name: view
                .contract
                .party(*by)
                .map(|party| party.name.to_string())
                .unwrap_or_default(),
            at: *declined_at,
            reason: String::new(),
        },
        (ContractState::Expired { expired_at }, _) => ClosedReason::Expired {
            day: jst_day(view.contract.details.deadline.unwrap_or(*expired_at)),
        },
        (_, PartViewState::NotYet) => ClosedReason::NotYet {
            names: view
                .contract
                .awaited()
                .into_iter()
                .map(|party| party.name.to_string())
                .collect(),
        },
        _ => return None,
    };
    Some(ClosedPage {
        t: visitor.t,
        frame: frame(view, visitor),
        now,
        title: view.contract.details.title.to_string(),
        reason,
    })
}

pub(super) fn signing_page(view: &PartView, visitor: &Visitor, errors: FieldErrors) -> SigningPage {
    let contract = &view.contract;
    let base = format!("/sign/{}", view.party.party_id);
    SigningPage {
        t: visitor.t,
        frame: frame(view, visitor),
        title: contract.details.title.to_string(),
        index: index(view),
        revision: view.token.to_string(),
        documents: contract
            .documents
            .iter()
            .map(|document| SignDocument {
                id: document.document_id.to_string(),
                name: spoken_name(document),
                pages: document
                    .pages
                    .iter()
                    .enumerate()
                    .map(|(page, size)| SignPage {
                        number: page.saturating_add(1),
                        width: size.width,
                        height: size.height,
                        shown: u32::try_from(page)
                            .is_ok_and(|page| view.shown.contains(&(document.document_id, page))),
                        drawable: true,
                    })
                    .collect(),
            })
            .collect(),
        fields: contract
            .fields_of(view.party.party_id)
            .into_iter()
            .map(|field| sign_field(view, field, &base))
            .collect(),
        deadline: contract.details.deadline.map(jst_day),
        seal_text: family_name(view.party.name.as_str()),
        typed_text: view.party.name.to_string(),
        errors,
    }
}

fn sign_field(view: &PartView, field: &Field, base: &str) -> SignField {
    let value = view
        .inputs
        .iter()
        .find(|(id, _)| *id == field.field_id)
        .map(|(_, value)| value);
    let font_size = match field.kind {
        FieldKind::Text {
            font_size: Some(size),
            ..
        } => f64::from(size),
        _ => 10.5,
    };
    SignField {
        id: field.field_id.to_string(),
        document: field.document_id.to_string(),
        page: usize::try_from(field.page).unwrap_or_default().saturating_add(1),
        kind: kind(&field.kind),
        label: field.label.to_string(),
        required: field.required,
        x: field.rect.x,
        y: field.rect.y,
        width: field.rect.width,
        height: field.rect.height,
        font_size,
        value: shown_value(field, value, view, base),
    }
}

pub(super) const fn kind(kind: &FieldKind) -> SignFieldKind {
    match kind {
        FieldKind::Seal => SignFieldKind::Seal,
        FieldKind::Handwriting => SignFieldKind::Handwriting,
        FieldKind::Text {
            format: TextFormat::Name,
            ..
        } => SignFieldKind::Name,
        FieldKind::Text { .. } => SignFieldKind::Text { limit: 500 },
        FieldKind::CheckBox => SignFieldKind::Check,
        FieldKind::Date => SignFieldKind::Date,
    }
}

fn shown_value(field: &Field, value: Option<&FieldValue>, view: &PartView, base: &str) -> SignFieldValue {
    let preview = || format!("{base}/fields/{}/preview.png?v={}", field.field_id, view.revision);
    match value {
        Some(FieldValue::Text { text }) => SignFieldValue::Text(text.clone()),
        Some(FieldValue::Checked { checked: true }) => SignFieldValue::Checked,
        Some(FieldValue::Date { date }) => SignFieldValue::Date(*date),
        Some(FieldValue::Mark { image }) => match image {
            SealImage::Generated { text, .. } => SignFieldValue::Mark {
                kind: MarkKind::Seal,
                text: text.clone(),
                href: preview(),
            },
            SealImage::TypedName { text } => SignFieldValue::Mark {
                kind: MarkKind::Typed,
                text: text.clone(),
                href: String::new(),
            },
            SealImage::Picture { .. } | SealImage::Handwriting { .. } => SignFieldValue::Mark {
                kind: MarkKind::Drawn,
                text: String::new(),
                href: preview(),
            },
        },
        Some(FieldValue::Checked { checked: false }) | None => SignFieldValue::Empty,
    }
}

/// What a generated seal begins with: the part before the first space, else at most four characters.
pub(super) fn family_name(name: &str) -> String {
    let first = name.split([' ', '\u{3000}']).next().unwrap_or(name);
    first.chars().take(5).collect()
}

/// Whether the party's signature stands.
pub(super) const fn is_signed(state: &PartyState) -> bool {
    matches!(state, PartyState::Signed { .. })
}

impl SignField {
    /// The picture of the mark, if there is one.
    pub(super) fn preview(&self) -> Option<String> {
        match &self.value {
            SignFieldValue::Mark { href, .. } if !href.is_empty() => Some(href.clone()),
            _ => None,
        }
    }

    /// Whether anything stands in the field.
    pub(super) fn is_filled(&self) -> bool {
        !matches!(self.value, SignFieldValue::Empty)
    }
}

impl SigningPage {
    /// How many required fields there are.
    pub(super) fn required_count(&self) -> usize {
        self.fields.iter().filter(|field| field.required).count()
    }

    /// How many of them are filled.
    pub(super) fn required_filled(&self) -> usize {
        self.fields
            .iter()
            .filter(|field| field.required && field.is_filled())
            .count()
    }

    /// The names of those that are not.
    pub(super) fn missing_labels(&self) -> Vec<String> {
        let missing = self
            .fields
            .iter()
            .filter(|field| field.required && !field.is_filled());
        missing.map(|field| field.label.clone()).collect()
    }
}
