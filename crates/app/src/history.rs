//! Events in plain words, for the evidence sheet. (Pages have their own words and links.)

use akashi_domain::contract::HoldReason;
use akashi_domain::{Actor, Contract, Event, EventKind, Language, PartyId};

/// Who did it, in words.
pub(crate) fn actor(event: &Event, contract: &Contract, sender: &str) -> String {
    match event.actor {
        Actor::Member(_) => sender.to_owned(),
        Actor::Party(party_id) => party_name(contract, party_id),
        Actor::System => "(Akashi)".to_owned(),
    }
}

fn party_name(contract: &Contract, party_id: PartyId) -> String {
    contract
        .party(party_id)
        .map(|party| party.name.to_string())
        .unwrap_or_default()
}

/// What happened, in words.
pub(crate) fn sentence(event: &Event, contract: &Contract, language: Language) -> String {
    let name = |party_id: PartyId| party_name(contract, party_id);
    let optional = |party_id: Option<PartyId>| party_id.map(name).unwrap_or_default();
    let ja = language == Language::Ja;
    let pick = |japanese: String, english: String| if ja { japanese } else { english };
    match &event.what {
        EventKind::Created => pick("下書きを作成".into(), "Draft created".into()),
        EventKind::DocumentAdded { file_name, .. } => pick(
            format!("書類「{file_name}」を追加"),
            format!("Document “{file_name}” added"),
        ),
        EventKind::ActiveContentRemoved { .. } => pick(
            "書類から動作を伴う内容(スクリプト等)を取り除いた".into(),
            "Active content removed from a document".into(),
        ),
        EventKind::DocumentRemoved { .. } => pick("書類を削除".into(), "Document removed".into()),
        EventKind::SendingRequested { .. } => pick("送信を指示".into(), "Sending ordered".into()),
        EventKind::SendingCancelled => pick("送信を取りやめ".into(), "Sending cancelled".into()),
        EventKind::Sent { .. } => pick("送信".into(), "Sent".into()),
        EventKind::StageOpened { stage } => pick(
            format!("順番{stage}の署名を開始"),
            format!("Stage {stage} opened"),
        ),
        EventKind::MailAccepted { party_id, .. } => pick(
            format!("{} 様への依頼メールを受信側が受理", optional(*party_id)),
            format!("Request mail to {} accepted by the server", optional(*party_id)),
        ),
        EventKind::MailRefused {
            party_id, response, ..
        } => pick(
            format!("{} 様への依頼メールが不達({response})", optional(*party_id)),
            format!("Request mail to {} refused ({response})", optional(*party_id)),
        ),
        EventKind::Viewed { .. } => pick("書類を表示".into(), "Documents viewed".into()),
        EventKind::Accepted { consent, .. } => pick(
            format!("内容を確認し同意(確認文 {})", consent.version()),
            format!("Confirmed and agreed (text {})", consent.version()),
        ),
        EventKind::Signed { party_id, .. } => pick(
            format!("{} 様の電子署名が完了", name(*party_id)),
            format!("Signature of {} made", name(*party_id)),
        ),
        EventKind::Declined { reason, .. } => pick(format!("却下({reason})"), format!("Declined ({reason})")),
        EventKind::Reminded { party_id } => pick(
            format!("{} 様に催促", name(*party_id)),
            format!("{} reminded", name(*party_id)),
        ),
        EventKind::AddressCorrected { party_id, to, .. } => pick(
            format!("{} 様の宛先を {to} に訂正", name(*party_id)),
            format!("Address of {} corrected to {to}", name(*party_id)),
        ),
        EventKind::Withdrawn { reason } => pick(format!("取消({reason})"), format!("Withdrawn ({reason})")),
        EventKind::Expired => pick("期限切れ".into(), "Expired".into()),
        EventKind::HeldBack { reason } => pick(
            format!("処理待ち({})", hold_reason(*reason, Language::Ja)),
            format!("Held back ({})", hold_reason(*reason, Language::En)),
        ),
        EventKind::Concluded { level, .. } => pick(
            format!("検証に合格し、締結(PAdES {})", level.as_str()),
            format!("Validated and concluded (PAdES {})", level.as_str()),
        ),
        EventKind::Preserved { level, .. } => pick(
            format!("長期保存の時刻印を追加(PAdES {})", level.as_str()),
            format!("Archive time-stamp added (PAdES {})", level.as_str()),
        ),
        EventKind::PreservationFailed { reason } => pick(
            format!("長期保存の処理待ち({})", hold_reason(*reason, Language::Ja)),
            format!("Long-term keeping waits ({})", hold_reason(*reason, Language::En)),
        ),
        _ => event.what.name().to_owned(),
    }
}

/// Why the worker waits, in words.
pub fn hold_reason(reason: HoldReason, language: Language) -> &'static str {
    match (reason, language) {
        (HoldReason::TimeStampAuthority, Language::Ja) => "時刻認証局の応答待ち",
        (HoldReason::TimeStampAuthority, Language::En) => "waiting for the time-stamp authority",
        (HoldReason::RevocationData, Language::Ja) => "証明書の失効情報を取得できない",
        (HoldReason::RevocationData, Language::En) => "revocation data of a certificate not available",
        (HoldReason::Clock, Language::Ja) => "時計のずれが許容範囲外",
        (HoldReason::Clock, Language::En) => "clock out of bounds",
        (HoldReason::Key, Language::Ja) => "署名鍵を利用できない",
        (HoldReason::Key, Language::En) => "signing key not available",
        (HoldReason::Storage, Language::Ja) => "保管場所に接続できない",
        (HoldReason::Storage, Language::En) => "storage not available",
        (HoldReason::Validation, Language::Ja) => "署名の検証に不合格",
        (HoldReason::Validation, Language::En) => "validation not passed",
        (HoldReason::Internal, Language::Ja) => "内部エラー",
        (HoldReason::Internal, Language::En) => "internal error",
    }
}
